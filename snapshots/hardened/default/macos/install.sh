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
policy='b34b05e9f7883382'

# Directories that are there already, and ours, from the root down. Files: path, SHA-256, base64.
# Settings that only a configuration profile delivers: domain, key, value. Files of weaker
# mechanisms, which must go. Each list is given to one step after another.
parents() { each 1 "$1" '/Library' '/Library/Application Support'; }
directories() { each 1 "$1" '/Library/Application Support/com.docker.docker'; }
files() { each 3 "$1" '/Library/Application Support/com.docker.docker/admin-settings.json' '89480741d2dda3ac23dc0a97c20bafe211e8355bae775e66150afe4daa77d08f' 'ewogICJjb25maWd1cmF0aW9uRmlsZVZlcnNpb24iOiAyLAogICJkaXNhYmxlVXBkYXRlIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAic2lsZW50TW9kdWxlc1VwZGF0ZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJhbmFseXRpY3NFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImJsb2NrRG9ja2VyTG9hZCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogdHJ1ZQogIH0sCiAgImRpc3BsYXllZE9uYm9hcmRpbmciOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IHRydWUKICB9LAogICJkZXNrdG9wVGVybWluYWxFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUNsb3VkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImV4dGVuc2lvbnNFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUluZmVyZW5jZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJlbmFibGVEb2NrZXJBSSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJmaWxlc2hhcmluZ0FsbG93ZWREaXJlY3RvcmllcyI6IFsKICAgIHsKICAgICAgInBhdGgiOiAiJEhPTUUiLAogICAgICAic2hhcmVkQnlEZWZhdWx0IjogZmFsc2UKICAgIH0KICBdLAogICJ1c2VWaXJ0dWFsaXphdGlvbkZyYW1ld29ya1ZpcnRpb0ZTIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAidXNlR3JwY2Z1c2UiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfSwKICAic2NvdXQiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJzYm9tSW5kZXhpbmciOiB0cnVlLAogICAgInVzZUJhY2tncm91bmRJbmRleGluZyI6IHRydWUKICB9LAogICJsaW51eFZNIjogewogICAgImRvY2tlckRhZW1vbk9wdGlvbnMiOiB7CiAgICAgICJsb2NrZWQiOiB0cnVlLAogICAgICAidmFsdWUiOiAie30iCiAgICB9CiAgfSwKICAia3ViZXJuZXRlcyI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgImVuYWJsZWQiOiBmYWxzZSwKICAgICJzaG93U3lzdGVtQ29udGFpbmVycyI6IGZhbHNlCiAgfSwKICAicG9ydEJpbmRpbmdCZWhhdmlvciI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogImxvY2FsLW9ubHktcG9ydC1iaW5kaW5nIgogIH0sCiAgImVuaGFuY2VkQ29udGFpbmVySXNvbGF0aW9uIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAiYWxsb3dCZXRhRmVhdHVyZXMiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfSwKICAiZW5hYmxlRG9ja2VyTUNQVG9vbGtpdCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9Cn0K'; }
preferences() { each 3 "$1" 'com.docker.config' 'allowedOrgs' 'contoso'; }
absent() { each 1 "$1" '/Library/Application Support/com.docker.docker/desktop.plist' '/Library/Application Support/com.docker.docker/registry.json'; }

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
