# The table: a row is a thing looked at, a cell one check.
#
# shellcheck shell=bash

passed=0
failed=0
faults=()

row() {
    row=$1
    printf '%-38s' "$row"
}

# cell NAME FAULT: no fault is a pass.
cell() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        printf ' %s' "$1"
    else
        failed=$((failed + 1))
        printf ' %s:FAILED' "$1"
        faults+=("$row, $1: $2")
    fi
}

row_end() { printf '\n'; }

# cell_run NAME COMMAND...: a pass is rc 0; the fault is what it printed.
cell_run() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1 </dev/null); then cell "$name" ''; else cell "$name" "rc $? ${said:-without a word}"; fi
}

# cell_is NAME FOUND EXPECTED
cell_is() {
    if [ "$2" = "$3" ]; then cell "$1" ''; else cell "$1" "'$2' instead of '$3'"; fi
}

table_end() {
    [ ${#faults[@]} -eq 0 ] || printf '\n%s\n' "${faults[@]}"
    printf '\n%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}
