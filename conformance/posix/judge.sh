# shellcheck shell=bash
# Judges the machine with stat and cmp alone, apart from everything the scripts themselves do.
# What is expected is read from the lists in audit.sh and the files beside it.

list() { sed -n "s/^$1() { each [0-9] \"\$1\" *\(.*\); }\$/\1/p" /rig/scripts/audit.sh; }
eval "PARENTS=($(list parents)) DIRECTORIES=($(list directories)) DIGESTS=($(list files))"
eval "PREFERENCES=($(list preferences)) ABSENT=($(list absent))"
FILES=()
SUMS=()
for ((i = 0; i < ${#DIGESTS[@]}; i += 2)); do
  FILES+=("${DIGESTS[i]}")
  SUMS+=("${DIGESTS[i + 1]}")
done
[ "${#PARENTS[@]}" -gt 0 ] && [ "${#DIRECTORIES[@]}" -gt 0 ] && [ "${#FILES[@]}" -gt 0 ] || {
  echo 'no directories or no files found in audit.sh'
  exit 1
}

# A file of somebody else's in our directory. It has to stay as it is.
bystander() { echo "${DIRECTORIES[0]}/install-settings.json"; }

# Everything about some trees, times included; and without times and link counts.
snapshot() { find "$@" -printf '%p %y %u %g %m %n %l %s %C@\n' 2>/dev/null | sort -u; }
outline() {
  find "$@" -printf '%p %y %u %g %m %l\n' | sort
  find "$@" -type f -exec sha256sum {} + | sort
}

writable() { as_user test -w "$1"; }

judge() {
  local i place
  for place in "${DIRECTORIES[@]}"; do
    is_exactly "$place" '0 0 755 directory' || return
  done
  for i in "${!FILES[@]}"; do
    place=${FILES[i]}
    is_exactly "$place" '0 0 644 1 regular file' || return
    echo "${SUMS[i]}  $place" | sha256sum --check --status || wrong "$place has other bytes" || return
    if [ -e "/rig/scripts/${place##*/}" ]; then
      cmp -s "$place" "/rig/scripts/${place##*/}" || wrong "$place differs from the artifact" || return
    fi
  done
  for place in "${ABSENT[@]}"; do
    [ ! -e "$place" ] && [ ! -L "$place" ] || wrong "$place is there" || return
  done
  # A probe that always says no would prove nothing: first it has to say yes.
  writable "$H" || wrong 'the probe cannot write where the user may' || return
  for place in "${PARENTS[@]}" "${DIRECTORIES[@]}" "${FILES[@]}"; do
    ! writable "$place" || wrong "the user can write to $place" || return
  done
  judge_bystander && judge_strays
}

is_exactly() {
  local seen format='%u %g %a %F'
  [ "$2" = '0 0 755 directory' ] || format='%u %g %a %h %F'
  seen=$(stat -c "$format" "$1" 2>&1)
  [ "$seen" = "$2" ] || wrong "$1: $seen instead of $2" || return
  [ -z "$(getfattr -h -d -m 'user.apple' "$1" 2>/dev/null)" ] || wrong "$1 keeps an ACL or a lock"
}

judge_bystander() {
  local place
  place=$(bystander)
  [ -e "$place" ] || [ -n "${bystander_gone-}" ] || wrong "$place is gone" || return
  [ ! -e "$place" ] || [ "$(cat "$place") $(stat -c '%u %g %a' "$place")" = 'theirs 0 7 640' ] ||
    wrong "$place was changed"
}

# Nothing else may lie in our directories: no temporary file, no copy of what was there.
judge_strays() {
  local found
  found=$(find "${DIRECTORIES[@]}" -mindepth 1 -printf '%p\n' | sort -u |
    grep -vxF "$(printf '%s\n' "${DIRECTORIES[@]}" "${FILES[@]}" "$(bystander)")")
  [ -z "$found" ] || wrong "left behind: $found"
}

wrong() {
  echo "$1"
  return 1
}
