# Puts the programs of requirements.txt beside the caller on PATH. Outside the tree, and kept until the versions change.
#
# shellcheck shell=bash
# shellcheck disable=SC2154

venv=${XDG_CACHE_HOME:-$HOME/.cache}/stanchion-conformance/$(sha256sum <"$here/requirements.txt" | cut -c1-16)
if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
    : >"$venv/complete"
fi
PATH=$venv/bin:$PATH
export PYTHONDONTWRITEBYTECODE=1
