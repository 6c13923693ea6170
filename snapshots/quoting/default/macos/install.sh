#!/bin/sh
# Puts the policy's files in place so that nobody but root can change them.
#
# One script for macOS and Linux. It runs unchanged as a Jamf, Kandji, Intune, Mosyle or Fleet
# script, as a munki or pkg postinstall, from Landscape and while an image is built: arguments are
# ignored and the environment is not trusted. A second run finds nothing to do and says so.
#
# The last line of the output is one of
#   unchanged ring=R policy=D             exit 0
#   written ring=R policy=D: names        exit 0
#   refused: what is wrong, what to do    exit 1
#   failed: what went wrong               exit 1, no file is half-written
#
# The order of the steps, at the end, is the protection. A look at a file is worth something only
# when nobody but root can change the directory it is in. So: prove the directories above ours,
# take ours from the top down, only then look inside, replace what is there, prove the result.

set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
umask 022

product='Docker Desktop'
ring='default'
policy='30ab867e6adc2bb7'

# Directories that are there already, and ours, from the root down. Files: path, SHA-256, base64.
# Settings that only a configuration profile delivers: domain, key, value. Files of weaker
# mechanisms, which must go. Each list is given to one step after another.
parents() { each 1 "$1" '/Library' '/Library/Application Support'; }
directories() { each 1 "$1" '/Library/Application Support/com.docker.docker'; }
files() { each 3 "$1" '/Library/Application Support/com.docker.docker/admin-settings.json' '386554e0827ee785770788d8b478d611fd06ee8b36671bd2390d1028909f110b' 'ewogICJjb25maWd1cmF0aW9uRmlsZVZlcnNpb24iOiAyLAogICJhbmFseXRpY3NFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImRpc3BsYXllZE9uYm9hcmRpbmciOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IHRydWUKICB9LAogICJkZXNrdG9wVGVybWluYWxFbmFibGVkIjogewogICAgImxvY2tlZCI6IGZhbHNlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJvbmx5TWFya2V0cGxhY2VFeHRlbnNpb25zIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAiZXh0ZW5zaW9uc1ByaXZhdGVNYXJrZXRwbGFjZUFkbWluQ29udGFjdFVSTCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogImh0dHBzOi8vaGVscC5leGFtcGxlL1x1MDBmMT9xPSdcImAkKGlkKSZ7eyB4IH19JVRFTVAlIgogIH0sCiAgImVuYWJsZUluZmVyZW5jZVRDUCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJ1c2VWaXJ0dWFsaXphdGlvbkZyYW1ld29ya1ZpcnRpb0ZTIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAidXNlR3JwY2Z1c2UiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfSwKICAic2NvdXQiOiB7CiAgICAibG9ja2VkIjogZmFsc2UsCiAgICAic2JvbUluZGV4aW5nIjogdHJ1ZQogIH0sCiAgInByb3h5IjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAibW9kZSI6ICJtYW51YWwiLAogICAgImVtYmVkZGVkUGFjIjogIi8vIGNob29zZXMgYSB3YXkgb3V0XG5mdW5jdGlvbiBGaW5kUHJveHlGb3JVUkwodXJsLCBob3N0KSB7IGlmIChob3N0ID09ICdhJyAmJiB1cmwgIT0gXCJiXV0+XCIpIHsgcmV0dXJuIFwiRElSRUNUXCI7IH0gcmV0dXJuICdQUk9YWSBwLmV4YW1wbGU6MzEyOCc7IH1cbiIKICB9LAogICJsaW51eFZNIjogewogICAgImRvY2tlckRhZW1vbk9wdGlvbnMiOiB7CiAgICAgICJsb2NrZWQiOiB0cnVlLAogICAgICAidmFsdWUiOiAie1wibG9nLW9wdHNcIjp7XCJsYWJlbHNcIjpcIml0J3MgXFxcInF1b3RlZFxcXCIgJEhPTUUgYGlkYCBcXFxcIFxcdTAwZTkgXFx1ZDgzZFxcdWRlMDBcIixcInRhZ1wiOlwie3suTmFtZX19L3t7LklEfX0geyUgcmF3ICV9XCJ9fSIKICAgIH0KICB9LAogICJhbGxvd0JldGFGZWF0dXJlcyI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJtZW1vcnlNaUIiOiB7CiAgICAibG9ja2VkIjogZmFsc2UsCiAgICAidmFsdWUiOiA4MTkyCiAgfQp9Cg==' '/Library/Application Support/com.docker.docker/desktop.plist' '76f7bc13ce31a442402372e696060608f83cba92ba905bbff918fa411a298079' 'PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz4KPCFET0NUWVBFIHBsaXN0IFBVQkxJQyAiLS8vQXBwbGUvL0RURCBQTElTVCAxLjAvL0VOIiAiaHR0cDovL3d3dy5hcHBsZS5jb20vRFREcy9Qcm9wZXJ0eUxpc3QtMS4wLmR0ZCI+CjxwbGlzdCB2ZXJzaW9uPSIxLjAiPgo8ZGljdD4KCTxrZXk+YWxsb3dlZE9yZ3M8L2tleT4KCTxhcnJheT4KCQk8c3RyaW5nPm51bGw8L3N0cmluZz4KCQk8c3RyaW5nPm9uPC9zdHJpbmc+CgkJPHN0cmluZz4xMjM8L3N0cmluZz4KCQk8c3RyaW5nPjB4MTA8L3N0cmluZz4KCQk8c3RyaW5nPjFlMTA8L3N0cmluZz4KCQk8c3RyaW5nPm9uLW9mZjwvc3RyaW5nPgoJCTxzdHJpbmc+bm9fMTwvc3RyaW5nPgoJPC9hcnJheT4KPC9kaWN0Pgo8L3BsaXN0Pgo='; }
preferences() { each 3 "$1"; }
absent() { each 1 "$1" '/Library/Application Support/com.docker.docker/registry.json'; }

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
temporary=
taken=
changes=
waiting=
verdict='failed: a command did not work; its own message is above'
code=1

finish() {
  trap - EXIT
  [ -z "$temporary" ] || rm -f "$temporary"
  printf '%s\n' "$verdict"
  exit "$code"
}
trap finish EXIT
trap 'verdict="failed: stopped by a signal"; finish' HUP INT TERM

refuse() { verdict="refused: $1"; exit 1; }
fail() { verdict="failed: $1"; exit 1; }
changed() { changes="${changes:+$changes, }$1"; }

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
# Says what is wrong with a file. Opens nothing but a plain file of root's.
file_fault() {
  if [ -L "$1" ]; then echo "$1 is a link"
  elif [ ! -e "$1" ]; then echo "$1 is missing"
  elif [ ! -f "$1" ]; then echo "$1 is not a plain file"
  elif ! is "$1" -user 0 -group 0; then echo "$1 does not belong to root"
  elif ! is "$1" -perm 0644 || acl_opens "$1"; then echo "$1 does not have mode 0644"
  elif ! is "$1" -links 1; then echo "$1 has a second name"
  elif [ "$(digest <"$1")" != "$2" ]; then echo "$1 has other content"
  fi
}

digest() {
  if [ "$system" = Darwin ]; then
    shasum -a 256
  else
    sha256sum
  fi | cut -d ' ' -f 1
}

# Says what is wrong with a setting that only a configuration profile delivers.
preference_fault() {
  domain="/Library/Managed Preferences/$1"
  kind=$(defaults read-type "$domain" "$2" 2>/dev/null) || kind=
  if [ -z "$kind" ]; then echo "managed preference $1 $2 is missing"
  elif [ "$kind" != 'Type is string' ]; then echo "managed preference $1 $2 is not a string"
  elif [ "$(defaults read "$domain" "$2" 2>/dev/null)" != "$3" ]; then
    echo "managed preference $1 $2 has another value"
  fi
}

# ---- doing

# On a Mac not even root can replace a file that its owner has locked or made append-only.
unlock() {
  [ "$system" = Darwin ] || return 0
  if [ -e "$1" ] || [ -L "$1" ]; then chflags -h nouchg,nouappnd "$1"; fi
}

# Makes something root's. The owner changes first: he could undo everything else.
own() {
  unlock "$1"
  chown 0:0 "$1"
  chmod "$2" "$1"
  [ "$system" != Darwin ] || chmod -N "$1"
}

# Removes what is at a path. Somebody could lead rm -r astray by swapping a directory for a link, so
# each directory is taken from its user before it is looked into. What root made, a person judges.
remove() {
  unlock "$1"
  if [ -L "$1" ] || [ ! -d "$1" ]; then
    rm -f "$1"
  elif ! rmdir "$1" 2>/dev/null; then
    is "$1" ! -user 0 || refuse "$1 is a directory that root has filled; move it away"
    own "$1" 00700
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
      remove "$entry"
    done
    rmdir "$1"
  fi
}

decode() { printf '%s' "$1" | base64 --decode; }

# ---- the steps

prove_payload() {
  [ "$(decode "$3" | digest)" = "$2" ] || refuse 'this copy of the script is damaged; get it again'
}

prove_parent() {
  fault=$(directory_fault "$1")
  [ -z "$fault" ] || refuse "$fault; put that right, then run this again"
}

# Creates or repairs one of our directories. A user can have planted something at its place while
# the one above, also ours, was open. Anything else there only root can have made.
take_directory() {
  fault=$(directory_fault "$1" -group 0 -perm 0755)
  if [ -n "$fault" ]; then
    if [ -L "$1" ] || { [ -e "$1" ] && [ ! -d "$1" ]; }; then
      case $taken in
        *":${1%/*}:"*) is "$1" ! -user 0 || refuse "$fault, made by root; move it away" ;;
        *) refuse "$fault; find out who made it, then move it away" ;;
      esac
      remove "$1"
    fi
    [ -d "$1" ] || mkdir "$1"
    own "$1" 00755 # with four digits GNU chmod leaves a set-group-ID bit
    fault=$(directory_fault "$1" -group 0 -perm 0755)
    [ -z "$fault" ] || fail "$fault, even after repairing it"
    changed "${1##*/}/"
  fi
  taken="$taken:$1:"
}

# Renames a finished file over the old one. The old one is not repaired: its owner may hold it open
# for writing or have given it a second name. Readers see all of the old file or all of the new.
write_file() {
  [ -n "$(file_fault "$1" "$2")" ] || return 0
  # mv would move into a directory, also into one that a link points at.
  if [ -L "$1" ] || [ -d "$1" ]; then remove "$1"; fi
  temporary=$(mktemp "${1%/*}/.${1##*/}.XXXXXX")
  decode "$3" >"$temporary"
  own "$temporary" 0644
  fault=$(file_fault "$temporary" "$2")
  [ -z "$fault" ] || fail "$fault, right after writing it"
  unlock "$1"
  mv -f "$temporary" "$1"
  temporary=
  changed "${1##*/}"
}

prove_file() {
  fault=$(way_fault "${1%/*}")
  [ -n "$fault" ] || fault=$(file_fault "$1" "$2")
  [ -z "$fault" ] || fail "$fault, even after writing it"
}

prove_preference() {
  fault=$(preference_fault "$1" "$2" "$3")
  [ -z "$fault" ] || waiting="$fault; install the profile"
}

# Removes a weaker mechanism, unless it is the only one that works.
remove_stale() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  fault=$(way_fault "${1%/*}")
  if [ -n "$waiting$fault" ]; then
    echo "left: $1, because ${waiting:-$fault}"
  else
    remove "$1"
    changed "${1##*/} (removed)"
  fi
}

[ "$(id -u)" -eq 0 ] || refuse 'this needs root; use sudo or the management tool'
files prove_payload
parents prove_parent
directories take_directory
files write_file
files prove_file
preferences prove_preference
absent remove_stale

[ -z "$waiting" ] || echo "note: $waiting"
if [ -z "$changes" ]; then
  verdict="unchanged ring=$ring policy=$policy"
else
  echo "note: $product reads this when it starts, so quit it and open it again"
  verdict="written ring=$ring policy=$policy: $changes"
fi
code=0
