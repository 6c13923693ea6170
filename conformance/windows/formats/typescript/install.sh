# TypeScript and Microsoft's types of Graph, for check.mjs. Outside the tree, and kept until the versions change.
#
# shellcheck shell=bash

typescript=$(dirname "${BASH_SOURCE[0]}")
graph=${XDG_CACHE_HOME:-$HOME/.cache}/stanchion-conformance/$(sha256sum <"$typescript/package.json" | cut -c1-16)
if [ ! -e "$graph/complete" ]; then
    rm -rf "$graph"
    mkdir -p "$graph"
    cp "$typescript/package.json" "$graph/"
    npm install --prefix "$graph" --no-audit --no-fund --loglevel=error >/dev/null
    : >"$graph/complete"
fi
export GRAPH_TYPES=$graph
