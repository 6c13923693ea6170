#!/bin/bash
# Lints every script of every folder, those inside Munki's items too, each text once.
#
#   conformance/macos/scripts.sh DIR...     DIR: dist/<ring>/macos of a build
#
# The linters and their proof that they can fail are conformance/posix's, which also runs the scripts.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../posix/lint.sh
. "$here/../posix/lint.sh"

# A value in single quotes may look like an expansion: a proxy script does. That is what the quotes are for.
export SHELLCHECK_OPTS='--exclude=SC2016'

PACKAGES=(shellcheck devscripts dash zsh mksh posh busybox yash)
if ! dpkg-query -W "${PACKAGES[@]}" >/dev/null 2>&1; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${PACKAGES[@]}" >/dev/null
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for folder; do
  while IFS= read -r script; do
    cp "$script" "$work/$(sha256sum <"$script" | cut -c1-64).sh"
  done < <(find "$folder" -name '*.sh')
  python3 - "$folder"/munki/*.plist "$work" <<'PY'
import hashlib, pathlib, plistlib, sys

info = plistlib.loads(pathlib.Path(sys.argv[1]).read_bytes())
for name in ("installcheck_script", "postinstall_script", "uninstall_script"):
    text = info[name].encode()
    (pathlib.Path(sys.argv[2]) / f"{hashlib.sha256(text).hexdigest()}.sh").write_bytes(text)
PY
done

judge() {
  local said
  said=$(linters "$1")
  [ -z "$said" ] || printf 'FAIL  %s: %s\n' "$(sed -n 2p "$1")" "${said//$'\n'/, }"
}

scripts=("$work"/*.sh)
for script in "${scripts[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
  judge "$script" >>"$work/faults" &
done
wait
cat "$work/faults"
printf '%s of %s scripts are to the liking of %s linters\n' \
  "$((${#scripts[@]} - $(wc -l <"$work/faults")))" "${#scripts[@]}" "$((2 + ${#PARSERS[@]} + 3))"
[ "${#scripts[@]}" -gt 5 ] && [ ! -s "$work/faults" ]
