#!/bin/sh
# Takes away the policy's files and those that another version of it may have left. Its directories
# stay, and whatever else is in them.
#
# A setting that came by a configuration profile goes with the profile: the management tool has to
# remove that one. The last line of the output is one of
#   removed ring=R: names                 exit 0
#   nothing to remove ring=R              exit 0
#   refused: what is wrong, what to do    exit 1, nothing was removed
#   failed: what went wrong               exit 1

set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL

product='@PRODUCT@'
ring='@RING@'

paths() { each 1 "$1" '@PATHS@'; }

. ./each.sh

system=$(uname -s)
changes=
verdict='failed: a command did not work; its own message is above'
code=1

answer() {
  trap - EXIT
  printf '%s\n' "$verdict"
  exit "$code"
}
trap answer EXIT
trap 'verdict="failed: stopped by a signal"; answer' HUP INT TERM

refuse() { verdict="refused: $1"; exit 1; }

. ./way.sh

# ---- the steps

# On a Mac not even root can replace a file that its owner has locked or made append-only.
unlock() {
  [ "$system" = Darwin ] || return 0
  if [ -e "$1" ] || [ -L "$1" ]; then chflags -h nouchg,nouappnd "$1"; fi
}

# Without this a link in the place of a directory would lead to somebody else's file.
prove_way() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  fault=$(way_fault "${1%/*}")
  [ -z "$fault" ] || refuse "$fault; run install.sh or put that right, then run this again"
  if [ -d "$1" ] && [ ! -L "$1" ]; then refuse "$1 is a directory; move it away"; fi
}

remove_file() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  unlock "$1"
  rm -f "$1"
  changes="${changes:+$changes, }${1##*/}"
}

[ "$(id -u)" -eq 0 ] || refuse 'this needs root; use sudo or the management tool'
paths prove_way
paths remove_file

if [ -z "$changes" ]; then
  verdict="nothing to remove ring=$ring"
else
  echo "note: $product reads this when it starts, so quit it and open it again"
  verdict="removed ring=$ring: $changes"
fi
code=0
