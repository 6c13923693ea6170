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

product='Docker Desktop'
ring='default'

paths() { each 1 "$1" '/Library/Application Support/com.docker.docker/admin-settings.json' '/Library/Application Support/com.docker.docker/desktop.plist' '/Library/Application Support/com.docker.docker/registry.json'; }

# Runs a step with the first words of a list in front, then with the next.
each() {
  words=$1
  step=$2
  shift 2
  while [ "$#" -gt 0 ]; do
    "$step" "$@"
    shift "$words"
  done
}

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

# ---- looking: the same in every script of this policy

# Whether find's tests hold for this one path. A link is looked at, never followed.
is() {
  place=$1
  shift
  [ -n "$(find "$place" -prune "$@" 2>/dev/null)" ]
}

# A Mac keeps access control lists beside the mode, where only its ls shows them.
acl_opens() {
  [ "$system" = Darwin ] || return 1
  # shellcheck disable=SC2012
  ls -lde "$1" | awk '/ allow .*(write|add_|append|delete|chown)/ { n++ } END { exit !n }'
}

# Says what is wrong with a directory; more find tests may follow the path. On Linux an access
# control list shows as group write, so belonging to group 0 does not excuse group write.
directory_fault() {
  if [ -L "$1" ]; then echo "$1 is a link"
  elif [ ! -e "$1" ]; then echo "$1 is missing"
  elif [ ! -d "$1" ]; then echo "$1 is not a directory"
  elif ! is "$1" -user 0; then echo "$1 does not belong to root"
  elif ! is "$1" ! -perm -020 ! -perm -002 || acl_opens "$1"; then
    echo "$1 can be changed by others than root"
  elif [ "$#" -gt 1 ] && ! is "$@"; then echo "$1 does not have group 0 and mode 0755"
  fi
}

# Says what is wrong with a directory or those above it, from the root down.
way_fault() {
  [ -n "$1" ] || return 0
  above=$(way_fault "${1%/*}")
  if [ -n "$above" ]; then echo "$above"; else directory_fault "$1"; fi
}

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
