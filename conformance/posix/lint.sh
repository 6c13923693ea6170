# shellcheck shell=bash
# What can be said of a script without running it.

# A parser for each shell: dash, bash as sh, zsh, mksh, posh, busybox, yash.
PARSERS=('dash -n' 'bash --posix -n' 'zsh --emulate sh -n' 'mksh -n' 'posh -n' 'busybox ash -n' 'yash -n')

linters() { # linters SCRIPT: one line for each linter that is not content
  local parser
  shellcheck -s sh -S style "$1" >/dev/null 2>&1 || echo 'shellcheck'
  checkbashisms -p -f "$1" >/dev/null 2>&1 || echo 'checkbashisms'
  for parser in "${PARSERS[@]}"; do
    $parser "$1" >/dev/null 2>&1 || echo "$parser"
  done
  [ "$(head -1 "$1")" = '#!/bin/sh' ] || echo 'first line'
  ! LC_ALL=C grep -qP '[^\x20-\x7e\n]' "$1" || echo 'tabs, carriage returns or not ASCII'
  ! grep -qE "'@[A-Z]+@'" "$1" || echo 'a hole is not filled'
}

lint() { # lint LABEL SCRIPTS
  local script
  for script in "$2"/*.sh; do
    later "$1, lint" "${script##*/}" linters "$script"
  done
  later "$1, lint" 'same functions everywhere' twins "$2"
}

# The scripts stand alone, so functions are repeated. A repeated function must be the same function.
twins() { # twins SCRIPTS: names of functions that differ between scripts
  awk 'FNR == 1 { name = "" }
    /^[a-z_]+\(\) \{$/ { name = $1; body = "" }
    name != "" { body = body $0 "\n" }
    /^}$/ && name != "" {
      if (name in seen && seen[name] != body && !told[name]++) print name
      seen[name] = body
      name = ""
    }' "$1"/install.sh "$1"/audit.sh "$1"/remove.sh \
    $([ ! -e "$1/extension-attribute.sh" ] || echo "$1/extension-attribute.sh")
}

# Each linter is given something that it has to refuse, so that one that likes anything is noticed.
lint_can_fail() {
  mkdir -p "$work/twins"
  printf '#!/bin/bash\r\nif [[ $1 == "a" ]]; then\n  echo $1\n\tset -- '\''@HOLE@'\''\n' >"$work/bad.sh"
  printf 'f() {\n  one\n}\n' | tee "$work/twins/install.sh" >"$work/twins/remove.sh"
  printf 'f() {\n  two\n}\n' >"$work/twins/audit.sh"
  later 'the linters can fail' 'a bad script' all_linters_refuse "$work/bad.sh"
  later 'the linters can fail' 'unlike twins' twins_are_noticed "$work/twins"
}

all_linters_refuse() {
  diff <(linters "$1" | sort) <(printf '%s\n' shellcheck checkbashisms "${PARSERS[@]}" 'first line' \
    'tabs, carriage returns or not ASCII' 'a hole is not filled' | sort)
}

twins_are_noticed() { [ "$(twins "$1")" = 'f()' ] || echo 'not noticed'; }
