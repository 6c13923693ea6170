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
