# shellcheck shell=bash disable=SC2016
# Scripts with one protection taken out, and the state that must then go wrong for the right reason.
# When such a script passes, either the case is blind or the protection does nothing.

# What people write first: make the directories, copy the files, set the mode.
naive='s/^files prove_payload$/naive() { mkdir -p "${1%\/*}"; decode "$3" >"$1"; own "$1" 0644; }; '
naive+='files naive; verdict="written ring=$ring policy=$policy: it"; code=0; exit/'

mutants() { # mutants LABEL SCRIPTS
  label=$1 original=$2

  # The judge, and the looks beside it: scripts that say all is well when it is not.
  mutant install.sh everywhere 03_file_links_to_users repaired '*symbolic link instead*' "$naive"
  mutant install.sh everywhere 06_directories_of_user repaired '*61234 61234 755 directory instead*' "$naive"
  mutant install.sh everywhere 07_directory_writable repaired '*0 0 777 directory instead*' "$naive"
  mutant install.sh everywhere 10_file_is_directory repaired '*Is a directory*' "$naive"
  mutant install.sh everywhere 11_file_has_users_name repaired '*0 0 644 2 regular file instead*' "$naive"
  mutant install.sh everywhere 12_file_held_open repaired '*has other bytes*' "$naive"
  mutant install.sh everywhere 17_parent_writable refused 'install.sh ended with 0, not 1*' "$naive"
  mutant install.sh everywhere 26_file_links_to_roots repaired '*symbolic link instead*' "$naive"
  mutant install.sh everywhere 02_file_changed repaired 'left behind*' \
    's/^  mv -f/  cp/'
  mutant install.sh everywhere 02_file_changed repaired '*install-settings.json is gone' \
    's/^  mv -f/  rm -f "${1%\/*}\/install-settings.json"; &/'
  mutant install.sh everywhere 02_file_changed repaired '*install-settings.json was changed' \
    's/^  mv -f/  chmod -R a+rX "${1%\/*}"; &/'
  mutant install.sh everywhere 10_file_is_directory repaired 'written outside*' \
    's/^  if \[ -L "\$1" \] || \[ ! -d "\$1" \]; then$/  if [ ! -d "$1" ]; then/
     s/^    rmdir "\$1"$/    rmdir "$1" 2>\/dev\/null || rm "$1"/'
  mutant install.sh everywhere 02_file_changed repaired 'written elsewhere*' \
    's/^  mv -f/  touch \/etc\/stray.$$; &/'
  mutant audit.sh everywhere 02_file_changed repaired 'the audit changed something' \
    's/^parents look/touch "$(files echo | cut -d " " -f 1,2)" 2>\/dev\/null; files touch 2>\/dev\/null; &/'

  # The protections of install.sh.
  mutant install.sh everywhere 17_parent_writable refused 'install.sh said "failed*' \
    's/^parents prove_parent$//'
  mutant install.sh linux 24_acl_on_parent refused 'install.sh ended with 0, not 1*' \
    's/ ! -perm -020 ! -perm -002/ ! -perm -002/'
  mutant install.sh everywhere 06_directories_of_user repaired '*does not belong to root*' \
    's/^  if \[ -n "\$fault" \]; then$/  if [ ! -d "$1" ]; then/'
  mutant install.sh everywhere 09_directory_is_link refused 'install.sh said "failed*' \
    's/^    if \[ -L "\$1" \] || { \[ -e.*/    if false; then/'
  mutant install.sh folder 08_folder_is_roots_link refused 'install.sh ended with 0, not 1*' \
    's/is "\$1" ! -user 0 || refuse "\$fault, made/: || refuse "$fault, made/'
  mutant install.sh folder 20_folder_is_users_link repaired '*is a link, even after repairing it*' \
    's/^      remove "\$1"$/      :/'
  mutant install.sh everywhere 16_file_of_user repaired 'install.sh said "unchanged*' \
    's/^  elif ! is "\$1" -user 0 -group 0; .*$//'
  mutant install.sh everywhere 30_file_has_second_name repaired 'install.sh said "unchanged*' \
    's/^  elif ! is "\$1" -links 1; .*$//'
  mutant install.sh everywhere 12_file_held_open repaired '*has other bytes' \
    's/^  mv -f "\$temporary" "\$1"$/  cat "$temporary" >"$1"; own "$1" 0644; rm "$temporary"/'
  mutant install.sh everywhere 31_file_links_to_directory repaired '*is a link, even after writing it*' \
    's/^  if \[ -L "\$1" \] || \[ -d "\$1" \]; then remove "\$1"; fi$//'
  mutant install.sh everywhere 33_file_is_filled_directory refused 'install.sh ended with 0, not 1*' \
    's/^    is "\$1" ! -user 0 || refuse.*$//'
  mutant install.sh everywhere 02_file_changed repaired '*does not have mode 0644, right after*' \
    's/^  own "\$temporary" 0644$//'
  mutant install.sh everywhere 36_directory_set_group_id repaired '*mode 0755, even after repairing*' \
    's/own "\$1" 00755/own "$1" 0755/'
  mutant install.sh darwin 51_apple_acl_on_directory repaired '*by others than root, even after*' \
    's/ chmod -N "\$1"$/ :/'
  mutant install.sh darwin 52_apple_acl_on_parent refused 'install.sh ended with 0, not 1*' \
    's/  \[ "\$system" = Darwin \] || return 1$/  return 1/'
  mutant install.sh darwin 54_file_locked_by_user repaired '*Operation not permitted*' \
    's/chflags -h nouchg,nouappnd "\$1"/:/'

  # What audit.sh looks at.
  mutant audit.sh everywhere 02_file_changed repaired 'audit.sh ended with 0, not 1*' \
    's/^\[ "\${verdict%% .*$/printf "Compliant ring=x policy=%s\\n" "$policy"/'
  mutant audit.sh everywhere 13_file_is_fifo repaired 'audit.sh ended with 124*' \
    's/^  elif \[ ! -f "\$1" \]; .*$/  elif [ "$(digest <"$1")" = "$2" ]; then :/'
  mutant audit.sh everywhere 17_parent_writable refused 'audit.sh ended with 0, not 1*' \
    's/^parents look.*$//'
  mutant audit.sh everywhere 07_directory_writable repaired 'audit.sh ended with 0, not 1*' \
    's/^directories look.*$//'
  mutant audit.sh everywhere 01_file_writable repaired 'audit.sh ended with 0, not 1*' \
    's/^  elif ! is "\$1" -perm 0644.*$//'
}

# mutant SCRIPT WHERE STATE OUTCOME REASON CHANGE: what sed changes, and what the case has to say.
mutant() {
  applies "$2" || return 0
  later "$label, mutants" "$3" mutant_fault "$original" "$1" "${@:3}"
}

mutant_fault() { # mutant_fault SCRIPTS SCRIPT STATE OUTCOME REASON CHANGE
  local scripts said
  scripts=$(mktemp -d "$work/machines/XXXXXX")/scripts
  cp -R "$1" "$scripts"
  sed -i "$6" "$scripts/$2"
  if cmp -s "$1/$2" "$scripts/$2"; then
    echo 'the change does not apply any more'
    return
  fi
  said=$(machine "$scripts" dash state "$3" "$4")
  # shellcheck disable=SC2254
  case $said in
    $5) ;;
    *) echo "expected $5, but: ${said:-nobody noticed}" ;;
  esac
}

# A race that a naive script always wins would be no race. It loses about one round in three.
race_can_fail() { # race_can_fail SCRIPTS
  local scripts _
  scripts=$(mktemp -d "$work/machines/XXXXXX")/scripts
  cp -R "$1" "$scripts"
  sed -i "$naive" "$scripts/install.sh"
  for _ in {1..20}; do
    [ -z "$(machine "$scripts" dash race)" ] || return 0
  done
  echo 'it won every round'
}
