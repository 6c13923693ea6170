# shellcheck shell=sh
# The tampered states: each function turns a machine on which the policy is correctly applied into
# one that somebody has been at. Only the functions and the table below, nothing runs by itself, so
# that every rig, whatever it tests, can source this file. Before calling set
#
#   D  the policy's directory, A a file in it, R another (or the same), perhaps in a folder of D
#   U  the number of an unprivileged user      H  a directory of that user's, outside D
#   S  a directory that only root can read     L  a new name for the log of late_write

# number_name | what applying must lead to | where it applies
#   repaired   success, and afterwards the machine is exactly as it should be
#   refused    no success, and nothing whatever is different from before
#   unchanged  nothing to do
#   everywhere | folder: R lies in a folder of D | linux | darwin
states() {
  cat <<'TABLE'
00_untouched                     unchanged  everywhere
01_file_writable                 repaired   everywhere
02_file_changed                  repaired   everywhere
03_file_links_to_users           repaired   everywhere
04_file_links_to_users_copy      repaired   everywhere
05_file_links_nowhere            repaired   everywhere
06_directories_of_user           repaired   everywhere
07_directory_writable            repaired   everywhere
08_folder_is_roots_link          refused    folder
09_directory_is_link             refused    everywhere
10_file_is_directory             repaired   everywhere
11_file_has_users_name           repaired   everywhere
12_file_held_open                repaired   everywhere
13_file_is_fifo                  repaired   everywhere
14_acl_on_file_and_directory     repaired   linux
15_default_acl                   repaired   linux
16_file_of_user                  repaired   everywhere
17_parent_writable               refused    everywhere
18_byte_order_mark               repaired   everywhere
19_directory_is_file             refused    everywhere
20_folder_is_users_link          repaired   folder
21_file_missing                  repaired   everywhere
22_directory_missing             repaired   everywhere
23_acl_on_directory              repaired   linux
24_acl_on_parent                 refused    linux
25_folder_is_users_link_to_root  repaired   folder
26_file_links_to_roots           repaired   everywhere
30_file_has_second_name          repaired   everywhere
31_file_links_to_directory       repaired   everywhere
32_file_is_empty_directory       repaired   everywhere
33_file_is_filled_directory      refused    everywhere
34_file_unreadable               repaired   everywhere
35_directory_closed              repaired   everywhere
36_directory_set_group_id        repaired   everywhere
37_folder_is_users_file          repaired   folder
38_parent_of_user                refused    everywhere
39_fifo_of_user                  repaired   everywhere
50_apple_acl_on_file             repaired   darwin
51_apple_acl_on_directory        repaired   darwin
52_apple_acl_on_parent           refused    darwin
53_apple_acl_that_only_denies    unchanged  darwin
54_file_locked_by_user           repaired   darwin
55_directory_locked_by_user      repaired   darwin
56_file_append_only_by_user      repaired   darwin
TABLE
}

folder() { dirname "$R"; }
parent() { dirname "$D"; }
as_user() { setpriv --reuid "$U" --regid "$U" --clear-groups "$@"; }

state_00_untouched() { :; }

state_01_file_writable() { chmod 0666 "$A"; }

state_02_file_changed() { echo '{}' >"$A"; }

state_03_file_links_to_users() {
  echo '{}' >"$H/mine"
  chown "$U:$U" "$H/mine"
  ln -sf "$H/mine" "$A"
}

state_04_file_links_to_users_copy() {
  cp "$A" "$H/mine"
  chown "$U:$U" "$H/mine"
  ln -sf "$H/mine" "$A"
}

state_05_file_links_nowhere() { ln -sf "$H/nowhere" "$A"; }

state_06_directories_of_user() { chown "$U:$U" "$D" "$(folder)"; }

state_07_directory_writable() { chmod 0777 "$D"; }

state_08_folder_is_roots_link() {
  mv "$(folder)" "$H/elsewhere"
  chown "$U:$U" "$H/elsewhere"
  ln -s "$H/elsewhere" "$(folder)"
}

state_09_directory_is_link() {
  mv "$D" "$H/elsewhere"
  chown "$U:$U" "$H/elsewhere"
  ln -s "$H/elsewhere" "$D"
}

# A careless recursion would follow one of these links, or the second name, out of the directory.
state_10_file_is_directory() {
  rm "$A"
  mkdir "$A" "$A/deep" "$A/deep/.hidden" "$H/other"
  echo keep >"$H/other/keep"
  echo gone >"$A/deep/.hidden/file"
  echo gone >"$A/..odd name"
  ln -s "$H/other" "$A/deep/link"
  ln -s "$S" "$A/link"
  ln "$H/other/keep" "$A/second"
  chown -R -h "$U:$U" "$A" "$H/other"
}

state_11_file_has_users_name() {
  cp "$A" "$H/mine"
  chown "$U:$U" "$H/mine"
  ln -f "$H/mine" "$A"
}

# The user opens the file now and writes to it when late_write is called.
state_12_file_held_open() {
  chown "$U" "$A"
  mkfifo "$L"
  chown "$U" "$L"
  as_user sh -c 'exec 3>>"$1"; read -r _ <"$2"; echo late >&3; echo done >"$2"' sh "$A" "$L" &
  sleep 0.2
}
late_write() {
  if [ -p "$L" ]; then
    echo now >"$L"
    read -r _ <"$L"
  fi
}

state_13_file_is_fifo() {
  rm "$A"
  mkfifo -m 0644 "$A"
}

state_14_acl_on_file_and_directory() { setfacl -m "u:$U:rw" "$A" && setfacl -m "u:$U:rwx" "$D"; }

state_15_default_acl() { setfacl -d -m "u:$U:rwx" "$D" && rm "$A"; }

state_16_file_of_user() { chown "$U:$U" "$A"; }

state_17_parent_writable() { chmod 1777 "$(parent)"; }

state_18_byte_order_mark() {
  printf '\357\273\277' | cat - "$R" >"$S/marked"
  cat "$S/marked" >"$R"
}

state_19_directory_is_file() {
  rm -r "$D"
  echo '{}' >"$D"
}

state_20_folder_is_users_link() {
  state_08_folder_is_roots_link
  chown -h "$U:$U" "$D" "$(folder)"
}

state_21_file_missing() { rm "$R"; }

state_22_directory_missing() { rm -r "$D"; }

state_23_acl_on_directory() { setfacl -m "u:$U:rwx" "$D"; }

state_24_acl_on_parent() { setfacl -m "u:$U:rwx" "$(parent)"; }

state_25_folder_is_users_link_to_root() {
  rm -r "$(folder)"
  echo secret >"$S/$(basename "$R")"
  ln -s "$S" "$(folder)"
  chown -h "$U:$U" "$D" "$(folder)"
}

state_26_file_links_to_roots() {
  echo secret >"$S/secret"
  ln -sf "$S/secret" "$A"
}

state_30_file_has_second_name() { ln "$A" "$S/second"; }

# mv and copy would put the file into the directory and leave the link.
state_31_file_links_to_directory() { ln -sfn "$S" "$A"; }

# What a container engine makes of a bind mount whose source is missing.
state_32_file_is_empty_directory() {
  rm "$A"
  mkdir "$A"
}

state_33_file_is_filled_directory() {
  state_32_file_is_empty_directory
  echo kept >"$A/kept"
}

state_34_file_unreadable() { chmod 0600 "$A"; }

state_35_directory_closed() { chmod 0700 "$D"; }

state_36_directory_set_group_id() { chmod g+s "$D"; }

state_37_folder_is_users_file() {
  rm -r "$(folder)"
  echo '{}' >"$(folder)"
  chown "$U:$U" "$D" "$(folder)"
}

state_38_parent_of_user() { chown "$U" "$(parent)"; }

state_39_fifo_of_user() {
  state_13_file_is_fifo
  chown "$U:$U" "$A" "$D"
  chmod 0666 "$A"
}

# What a Mac keeps beside the mode, as the stand-ins in darwin/ keep it.
apple_acl() { setfattr -n user.apple-acl -v "$2" "$1"; }
apple_flag() { setfattr -n "user.apple-flag-$2" -v yes "$1"; }

state_50_apple_acl_on_file() { apple_acl "$A" "user:u allow write,append"; }

state_51_apple_acl_on_directory() { apple_acl "$D" "user:u inherited allow list,add_file,delete_child"; }

state_52_apple_acl_on_parent() { apple_acl "$(parent)" "group:staff allow add_subdirectory"; }

state_53_apple_acl_that_only_denies() { apple_acl "$(parent)" "group:everyone deny delete"; }

state_54_file_locked_by_user() {
  chown "$U:$U" "$A"
  apple_flag "$A" uchg
}

state_55_directory_locked_by_user() {
  chown "$U:$U" "$D"
  apple_flag "$D" uchg
}

state_56_file_append_only_by_user() {
  chown "$U:$U" "$A"
  apple_flag "$A" uappnd
}
