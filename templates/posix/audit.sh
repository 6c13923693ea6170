#!/bin/sh
# Says whether the policy is in place. Changes nothing; works as root and as the user.
#
# Kandji audit, Fleet or Intune check, or by hand. The last line of the output is one of
#   Compliant ring=R policy=D         exit 0
#   Drift: what is wrong; and what    exit 1
#   Absent                            exit 1, none of it is on this machine

set -u
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL

. ./report.sh

printf '%s\n' "$verdict"
[ "${verdict%% *}" = Compliant ]
