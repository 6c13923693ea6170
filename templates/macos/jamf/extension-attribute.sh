#!/bin/sh
# Jamf Pro extension attribute: whether the policy is in place, for inventory and smart groups.
# Changes nothing and always exits 0. It is audit.sh with another ending. The value is one of
#   Compliant ring=R policy=D
#   Drift: what is wrong; and what
#   Absent

set -u
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL

. ./report.sh

printf '<result>%s</result>\n' "$verdict"
