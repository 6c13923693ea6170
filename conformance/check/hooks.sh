#!/usr/bin/env bash
# Runs the hooks of .pre-commit-hooks.yaml by pre-commit, in a scratch repository and as docs/check.md configures them.
#
# The first run builds this program as pre-commit does for everybody: by cargo, from a clone.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PRE_COMMIT_HOME=$scratch/pre-commit PRE_COMMIT_COLOR=never NO_COLOR=1
export GIT_CONFIG_GLOBAL=$scratch/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name conformance
git config --global user.email conformance@example.invalid
git config --global init.defaultBranch main

say() { printf '%s\n' "$*"; }
fail() { say "NOT $*"; sed 's/^/    /' "$scratch/log" >&2; exit 1; }
passes() { # passes WHAT COMMAND...
    local what=$1; shift
    "$@" >"$scratch/log" 2>&1 || fail "$what"
    say "ok  $what"
}
refuses() { # refuses WHAT WORD COMMAND...
    local what=$1 word=$2; shift 2
    if "$@" >"$scratch/log" 2>&1; then fail "$what"; fi
    grep -qF -- "$word" "$scratch/log" || fail "$what, for the reason \`$word\`"
    say "ok  $what"
}

# This tree as a repository with one commit, whatever is committed in the real one.
git init -q "$scratch/stanchion"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- --ignore-failed-read 2>/dev/null) |
    tar -x -C "$scratch/stanchion"
git -C "$scratch/stanchion" add --all
git -C "$scratch/stanchion" commit -qm "as it is"
revision=$(git -C "$scratch/stanchion" rev-parse HEAD)
# What pre-commit builds may reuse dependencies that are built already.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}

# The configurations that the documentation shows, in its order.
configuration() { awk -v wanted="$1" '/^repos:$/ { n++; on = n == wanted } /^```$/ { on = 0 } on' "$root/docs/check.md"; }

infra=$scratch/infra
git init -q "$infra"
cd "$infra"
configuration 1 | sed "s#https://git.example/stanchion#$scratch/stanchion#; s#rev: .*#rev: $revision#" >.pre-commit-config.yaml
grep -qF "$revision" .pre-commit-config.yaml || { say "NOT a configuration in docs/check.md"; exit 1; }
"$STANCHION" init --preset hardened --organization northwind >/dev/null
sed -i 's/com\.example/com.northwind/' policy.toml
"$STANCHION" build policy.toml >/dev/null 2>&1
git add --all
passes "the configuration is one that pre-commit accepts" pre-commit validate-config
passes "the manifest is one that pre-commit accepts" pre-commit validate-manifest "$root/.pre-commit-hooks.yaml"
passes "pre-commit builds the hooks from a clone" pre-commit install --install-hooks
passes "a good policy and its artifacts are committed" git commit -qm one

sed -i 's/"northwind"/"Northwind"/' policy.toml
git add --all
refuses "a policy that signs everybody out is not committed" "error[org-name-invalid]" git commit -qm two
sed -i 's/"Northwind"/"northwind"/; s/^# analyticsEnabled .*/analyticsEnabled = true/' policy.toml
git add --all
refuses "a warning is not committed either" "warning[weak-value]" git commit -qm two
sed -i 's/^analyticsEnabled = true/blockDockerLoad = false/; s/^\[settings\]/[check.allow]\nweak-value = "images come by hand"\n\n[settings]/' policy.toml
git add --all
refuses "a policy whose artifacts are stale is not committed" '-    "value": true' git commit -qm two
"$STANCHION" build policy.toml >/dev/null 2>&1
git add --all
passes "and is, once they are built" git commit -qm two
echo "# nothing to do with it" >README.md
git add --all
passes "a commit about something else passes" git commit -qm three

sed -i 's/^extends *= *\[\(.*\)\]/extends = [\1, ".\/base.toml"]/' policy.toml
printf '[settings]\ndisplayedOnboarding = true\n' >base.toml
"$STANCHION" build policy.toml >/dev/null 2>&1
git add --all
passes "a policy may extend a file beside it" git commit -qm four
sed -i 's/displayedOnboarding/displayOnboarding/' base.toml
git add --all
refuses "a mistake in the extended file alone is not committed" "error[unknown-setting]" git commit -qm five
git reset -q --hard

# With a binary that is on PATH, as the documentation shows it second.
mkdir "$scratch/bin"
ln -s "$STANCHION" "$scratch/bin/stanchion"
PATH=$scratch/bin:$PATH
configuration 2 >.pre-commit-config.yaml
git add --all
passes "the same hooks run from a binary on PATH" pre-commit run --all-files
sed -i 's/"northwind"/"Northwind"/' policy.toml
refuses "and refuse the same" "error[org-name-invalid]" pre-commit run --all-files
