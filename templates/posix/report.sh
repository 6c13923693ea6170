ring='@RING@'
policy='@POLICY@'

# Directories that were there before, and ours, from the root down. Files: path, SHA-256. Settings
# that only a configuration profile delivers: domain, key, value. Files that must not be there.
parents() { each 1 "$1" '@PARENTS@'; }
directories() { each 1 "$1" '@DIRECTORIES@'; }
files() { each 2 "$1" '@DIGESTS@'; }
preferences() { each 3 "$1" '@PREFERENCES@'; }
absent() { each 1 "$1" '@ABSENT@'; }

. ./each.sh

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

. ./way.sh
. ./files.sh

# ---- the steps

look_at_parent() { note "$(directory_fault "$1")"; }

look_at_directory() { note "$(directory_fault "$1" -group 0 -perm 0755)"; }

# Where others than root can change a directory, a file in it can change while it is looked at. The
# directory's own fault is enough then.
look_at_file() {
  if [ -e "$1" ] || [ -L "$1" ]; then present=yes; fi
  [ -n "$(way_fault "${1%/*}")" ] || note "$(file_fault "$1" "$2")"
}

look_at_preference() {
  fault=$(preference_fault "$1" "$2" "$3")
  case $fault in *' is missing') ;; *) present=yes ;; esac
  note "$fault"
}

look_at_stale() {
  if [ -e "$1" ] || [ -L "$1" ]; then note "$1 should not be there"; fi
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
