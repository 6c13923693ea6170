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

ring='default'
policy='f4ce2f31e6a59741'

# Directories that were there before, and ours, from the root down. Files: path, SHA-256. Settings
# that only a configuration profile delivers: domain, key, value. Files that must not be there.
parents() { each 1 "$1" '/Library' '/Library/Application Support'; }
directories() { each 1 "$1" '/Library/Application Support/com.docker.docker'; }
files() { each 2 "$1" '/Library/Application Support/com.docker.docker/admin-settings.json' 'f318b20afc08781ec75284c3c4a69bdccb192499979715fbae36578c1db8cfa6'; }
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
drift=
missing=
present=

note() {
  case $1 in
    '') ;;
    *' is missing') missing="$missing; $1" ;;
    *) drift="$drift; $1" ;;
  esac
}

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

# ---- the steps

# Where others than root can change a directory, what is in it can change while it is looked at, and
# a link leads elsewhere. The directory's own fault is enough then.
way_is_good() { [ -z "$(way_fault "${1%/*}")" ]; }

look_at_parent() { ! way_is_good "$1" || note "$(directory_fault "$1")"; }

look_at_directory() { ! way_is_good "$1" || note "$(directory_fault "$1" -group 0 -perm 0755)"; }

look_at_file() {
  if way_is_good "$1"; then
    if [ -e "$1" ] || [ -L "$1" ]; then present=yes; fi
    note "$(file_fault "$1" "$2")"
  fi
}

look_at_preference() {
  fault=$(preference_fault "$1" "$2" "$3")
  case $fault in *' is missing') ;; *) present=yes ;; esac
  note "$fault"
}

look_at_stale() {
  if way_is_good "$1" && { [ -e "$1" ] || [ -L "$1" ]; }; then note "$1 should not be there"; fi
}

parents look_at_parent
directories look_at_directory
files look_at_file
preferences look_at_preference
absent look_at_stale

if [ -z "$drift$missing" ]; then
  verdict="Compliant ring=$ring policy=$policy"
elif [ -z "$drift$present" ]; then
  verdict=Absent
else
  drift="$drift$missing"
  verdict="Drift: ${drift#; }"
fi

printf '%s\n' "$verdict"
[ "${verdict%% *}" = Compliant ]
