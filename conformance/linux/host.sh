# One pretend host: what is done to it and how it is judged, without Ansible.
# `run` calls these inside the host's own mount namespace.
#
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154

# The whole of /usr/share, but written to memory.
host_boot() {
    mount -t tmpfs tmpfs "$LAYER"
    mkdir "$LAYER/upper" "$LAYER/work"
    mount -t overlay overlay \
        -o "lowerdir=$P,upperdir=$LAYER/upper,workdir=$LAYER/work" "$P"
    install -d -o "$U" -g "$U" -m 0700 "$H"
    install -d -m 0700 "$S"
}

host_lay() {
    install -d -m 0755 "$D" "$N"
    install -m 0644 "$BUILT/${A##*/}" "$A"
    install -m 0644 "$BUILT/${R##*/}" "$R"
}

# Nothing that lies in the directory of root may ever be printed.
host_tamper() {
    host_lay
    "state_$1"
    find "$S" -type f -exec sh -c 'echo "$1" >"$2"' sh "$SECRET" {} \;
}

# Everything that a run might touch, with change times.
host_snapshot() {
    find "$P" -maxdepth 0 -printf '%p %y %u %m\n'
    find "$D" "$H" "$S" ! -path "$L" -printf '%p %y %U %G %m %l %n %s %C@\n' 2>/dev/null | sort
}

# What belongs to the user, or to root alone, and must come through every run.
host_bystanders() {
    find "$H" "$S" ! -path "$L" -printf '%p %y %U %G %m %l\n' | sort
    find "$H" "$S" -type f -exec sha256sum {} + | sort
}

expect() {
    [ "$2" = "$3" ] || echo "$1: $2 instead of $3;"
}

# Prints nothing when the host holds the policy exactly, else every deviation.
host_judge() {
    local path
    for path in /usr "$P"; do
        expect "$path" "$(stat -c '%u %F' "$path")" '0 directory'
        expect "$path writable" $((0$(stat -c %a "$path") & 022)) 0
    done
    for path in "$D" "$N"; do
        [ "$path" = "$D" ] || [ -e "$BUILT/registry.json" ] || continue
        expect "$path" "$(stat -c '%u %g %a %F' "$path" 2>&1)" '0 0 755 directory'
    done
    for path in "$A" "$R"; do
        if [ -e "$BUILT/${path##*/}" ]; then
            expect "$path" "$(stat -c '%u %g %a %h %F' "$path" 2>&1)" '0 0 644 1 regular file'
            [ ! -f "$path" ] || cmp -s "$BUILT/${path##*/}" "$path" || echo "$path: other bytes;"
        else
            [ ! -e "$path" ] && [ ! -L "$path" ] || echo "$path: still there;"
        fi
    done
    # The probe has to be able to say yes, or its no means nothing.
    as_user test -w "$H" || echo 'the probe is blind;'
    for path in "$P" "$D" "$N" "$A" "$R"; do
        as_user test -w "$path" && echo "$path: the user can write;"
    done
    return 0
}

# The same answer from every shell, or all of them. As text, because the build
# lies where only root can read it.
host_discover() {
    for shell in dash bash sh; do
        as_user "$shell" -c "$(cat "$BUILT/intune/discover.sh")" || echo "rc $?"
    done 2>&1 | sort -u
}

# The exit code and the first word of the last line.
host_verify() {
    local code=0 said
    said=$("$STANCHION" verify --manifest "$BUILT/../../manifest.json" --platform linux \
        --ring "$(basename "$(dirname "$BUILT")")" 2>&1) || code=$?
    echo "$code $(tail -1 <<<"$said" | sed 's/[ :].*//')"
}
