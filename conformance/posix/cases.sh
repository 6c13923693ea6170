# shellcheck shell=bash
# The cases. Each starts on a fresh machine; case has the words they are written in.

case_first_install() {
  local before
  mkdir -p "$D" # so that the directories above are in /upper
  rm -r "$D"
  before=$(elsewhere)
  must_audit 1 Absent
  applied
  unchanged
  [ "$before" = "$(elsewhere)" ] || fail "written elsewhere: $(diff <(echo "$before") <(elsewhere))"
}

# A tampered state: found by the audit, then repaired or refused, as the table in states.sh says.
case_state() {
  local state=$1 outcome=$2 before outside away
  applied
  "state_$state" || fail "the state could not be made"
  if ! [ -e "$(bystander)" ]; then bystander_gone=yes; fi
  before=$(here)
  outside=$(outline "$H" "$S")
  away=$(elsewhere)

  case $outcome in
    unchanged) must_audit 0 "Compliant $STAMP" ;;
    *) must_audit 1 '@(Drift: *|Absent)' ;;
  esac
  [ "$before" = "$(here)" ] || fail 'the audit changed something'

  case $outcome in
    unchanged) unchanged ;;
    refused)
      must install.sh 1 'refused: *'
      [ "$before" = "$(here)" ] || fail "refused, but: $(diff <(echo "$before") <(here) | head -4)"
      must_audit 1 'Drift: *'
      ;;
    repaired)
      must install.sh 0 "written $STAMP: *"
      late_write
      judged
      [ "$outside" = "$(outline "$H" "$S")" ] ||
        fail "written outside: $(diff <(echo "$outside") <(outline "$H" "$S") | head -4)"
      unchanged
      ;;
  esac
  [ "$away" = "$(elsewhere)" ] || fail "written elsewhere: $(diff <(echo "$away") <(elsewhere) | head -4)"
}

case_remove() {
  applied
  must remove.sh 0 'removed ring=*: *'
  for place in "${FILES[@]}"; do
    [ ! -e "$place" ] || fail "$place is still there"
  done
  FILES=()
  judged
  must remove.sh 0 'nothing to remove ring=*'
  no_profile
  must_audit 1 Absent
}

# What any version of the policy may have put there goes, and nothing else.
case_remove_stale() {
  applied
  for place in "${ABSENT[@]}"; do echo '{}' >"$place"; done
  must remove.sh 0 'removed ring=*: *'
  FILES=()
  judged
  rm "$(bystander)"
  must remove.sh 0 'nothing to remove ring=*'
}

# Without a look at the directories root would delete what a link leads to.
case_remove_past_a_link() {
  local before
  applied
  state_09_directory_is_link
  before=$(here)
  must remove.sh 1 'refused: *'
  [ "$before" = "$(here)" ] || fail 'something was removed past a link'
}

case_remove_from_an_open_directory() {
  local before
  applied
  state_06_directories_of_user
  before=$(here)
  must remove.sh 1 'refused: *'
  [ "$before" = "$(here)" ] || fail 'something was removed from an open directory'
}

case_remove_a_link() {
  applied
  state_03_file_links_to_users
  must remove.sh 0 'removed *'
  [ ! -L "$A" ] && [ -f "$H/mine" ] || fail 'the link is there or its target is gone'
}

# The base64 of the last file begins differently.
case_damaged_payload() {
  local before
  sed -i -E "/^files\(\)/ s/ '[^' ]{4}([^' ]*'; \})$/ 'AAAA\1/" /rig/scripts/install.sh
  profile
  before=$(here)
  must install.sh 1 'refused: *damaged*'
  [ "$before" = "$(here)" ] || fail 'a damaged script changed something'
}

# Saved by an editor that ends lines with CR and LF. Any message will do, success will not.
case_windows_line_ends() {
  local before
  sed -i 's/$/\r/' /rig/scripts/install.sh
  before=$(here)
  if timeout 30 $shell /rig/scripts/install.sh >/dev/null 2>&1; then fail 'it ended with success'; fi
  [ "$before" = "$(here)" ] || fail 'it changed something'
}

case_not_root() {
  local before
  before=$(here)
  must_as_user install.sh 1 'refused: *root*'
  must_as_user remove.sh 1 'refused: *root*'
  [ "$before" = "$(here)" ] || fail 'it changed something'
}

case_hostile_environment() {
  mkdir /rig/evil
  for name in id find chown mv base64 sha256sum mktemp uname; do
    printf '#!/bin/sh\ntouch /rig/evil/%s.ran\nexit 0\n' "$name" >"/rig/evil/$name"
  done
  chmod 0755 /rig/evil/*
  environment=(PATH=/rig/evil:/usr/bin IFS=/aeiou ENV=/rig/evil/id CDPATH=/rig/evil POSIXLY_CORRECT=1
    TMPDIR=/nonexistent system=Plan9 "taken=:${PARENTS[0]}:" changes=x verdict=hello waiting=
    "temporary=$S/precious")
  applied
  unchanged
  [ -z "$(find /rig/evil -name '*.ran')" ] || fail "ran from a foreign PATH: $(ls /rig/evil/*.ran)"
  [ -e "$S/precious" ] || fail 'a variable from outside chose what to delete'
}

case_two_at_once() {
  profile
  for _ in 1 2 3; do
    rm -rf "$D"
    mkdir "$D"
    $shell /rig/scripts/install.sh >/rig/first 2>&1 &
    $shell /rig/scripts/install.sh >/rig/second 2>&1
    wait $!
    bystander_gone=yes judged
  done
}

# The disk is full, or the power of mv is gone: no temporary file stays, the old policy does.
case_command_fails() {
  applied
  echo '{}' >"$A"
  rm /usr/bin/mv
  printf '#!/bin/sh\necho "mv: no space left" >&2\nexit 1\n' >/usr/bin/mv
  chmod 0755 /usr/bin/mv
  must install.sh 1 'failed: *'
  [ "$(cat "$A")" = '{}' ] || fail 'the old file is gone'
  local fault
  fault=$(judge_strays) || fail "$fault"
}

case_stopped() {
  applied
  echo '{}' >"$A"
  rm /usr/bin/mv
  printf '#!/bin/sh\ntouch /rig/moving\nsleep 2\nexit 1\n' >/usr/bin/mv
  chmod 0755 /usr/bin/mv
  $shell /rig/scripts/install.sh >/rig/output 2>&1 &
  while [ ! -e /rig/moving ]; do sleep 0.05; done
  kill -TERM $!
  if wait $!; then fail 'stopped by a signal, but it ended with success'; fi
  [ "$(tail -1 /rig/output)" = 'failed: stopped by a signal' ] || fail "$(tail -1 /rig/output)"
  local fault
  fault=$(judge_strays) || fail "$fault"
}

# A weaker mechanism goes only when the profile is there, with the right value, as a string.
case_profile() {
  local stale=${ABSENT[-1]}
  no_profile
  must install.sh 0 "written $STAMP: *"
  echo '{}' >"$stale"
  for wrong in none list-of other; do
    case $wrong in
      none) no_profile ;;
      list-of) profile list ;;
      other) profile str somebody-else ;;
    esac
    must_audit 1 'Drift: *managed preference*'
    must install.sh 0 "unchanged $STAMP"
    [[ $output == *"left: $stale, because managed preference"* ]] || fail "nothing said about $stale: $output"
    [ -e "$stale" ] || fail "$stale is gone, and nothing enforces sign-in"
  done
  profile
  must_audit 1 "Drift: $stale should not be there"
  must install.sh 0 "written $STAMP: ${stale##*/} (removed)"
  bystander_gone=yes judged
  unchanged
}

# A weaker mechanism that is a link, or a user's: the link goes, not what it leads to.
case_stale() {
  local stale=${ABSENT[-1]}
  applied
  ln -s "$S/precious" "$stale"
  must_audit 1 "Drift: $stale should not be there"
  must install.sh 0 "written $STAMP: ${stale##*/} (removed)"
  [ -e "$S/precious" ] || fail 'what the link led to is gone'
  judged
}

# A user who owns the directory plays against the script until it has ended.
case_race() {
  local racer
  applied
  rm "$(bystander)"
  chown "$U:$U" "$D" "$(folder)"
  as_user /usr/bin/python3 /rig/posix/race.py "$D" "$A" "$R" "$H" /rig/stop &
  racer=$!
  while [ ! -e "$H/racing" ]; do
    kill -0 "$racer" 2>/dev/null || fail 'the racer did not start'
    sleep 0.01
  done
  sleep "0.0$((RANDOM % 10))"
  run install.sh
  touch /rig/stop
  wait "$racer" || fail "the racer broke: $?"
  [ "$code" -ne 0 ] || bystander_gone=yes judged
  [ "$code" -eq 0 ] || [[ $last == @(refused|failed):* ]] || fail "it said \"$last\""
}
