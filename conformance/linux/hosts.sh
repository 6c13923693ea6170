# Pretend hosts for Ansible. Each is a mount namespace of its own; Ansible
# reaches it as a Python interpreter that enters the namespace first. So one
# playbook run serves all states, as it would a fleet.
#
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154

export U=4242 SECRET=text-that-only-root-may-see
export P=/usr/share
export D=$P/docker-desktop N=$P/docker-desktop/registry
export A=$D/admin-settings.json R=$N/registry.json
export H=$P/home-of-the-user S=$P/secret-of-root L=$P/home-of-the-user/log
states=$here/../posix/states.sh
inventory=$scratch/inventory
mkdir "$scratch/hosts"

# A new host, in place of an older one of that name. A sleeping process holds
# the namespace: a name in the file system cannot always be had for it, since
# the kernel may refuse to bind a namespace that was numbered on another CPU.
declare -A holder
boot() {
    local host=$1 dir=$scratch/hosts/$1
    if [ -n "${holder[$host]-}" ]; then
        halt "$host"
        rm -r "$dir"
    fi
    mkdir -p "$dir/layer"
    LAYER=$dir/layer READY=$dir/ready unshare --mount --propagation private \
        bash -euc '. "$0/host.sh"; host_boot; : >"$READY"; exec sleep 3600' "$here" </dev/null >"$dir/said" 2>&1 &
    holder[$host]=$!
    until [ -e "$dir/ready" ]; do
        kill -0 "${holder[$host]}" || { cat "$dir/said" >&2; exit 2; }
        sleep 0.02
    done
    printf '#!/bin/sh\nexec nsenter --target=%s --mount /usr/bin/python3 "$@"\n' "${holder[$host]}" >"$dir/python"
    chmod 755 "$dir/python"
    grep -qs "^$host " "$inventory" ||
        echo "$host ansible_connection=local ansible_python_interpreter=$dir/python" >>"$inventory"
}

halt() {
    kill "${holder[$1]}" 2>/dev/null || :
    wait "${holder[$1]}" 2>/dev/null || :
    unset "holder[$1]"
}

halt_all() {
    local host
    for host in "${!holder[@]}"; do halt "$host"; done
}

# on HOST COMMAND...: a function of host.sh or a program, inside the host.
on() {
    local host=$1
    shift
    nsenter --target="${holder[$host]}" --mount \
        bash -euc '. "$0"; . "$1"; shift; "$@"' "$here/host.sh" "$states" "$@"
}

# play NAME FOLDER LIMIT PLAYBOOK ARGUMENT...: the exit code in $rc, what was
# printed in the log NAME.
play() {
    log=$scratch/$1.log
    local folder=$2 limit=$3 playbook=$4
    shift 4
    rc=0
    (cd "$folder" && timeout 1800 ansible-playbook -i "$inventory" -l "$limit" \
        -e docker_desktop_policy_hosts=all "$playbook" "$@") >"$log" 2>&1 </dev/null || rc=$?
}

# recap NAME HOST: what Ansible says of the host: ok, changed or failed.
recap() {
    awk -v host="$2" '
        $1 == "PLAY" && $2 == "RECAP" { recap = 1 }
        recap && $1 == host { line = $0 }
        END {
            if (line == "" || line ~ /unreachable=[1-9]/) print "unreachable"
            else if (line ~ /failed=[1-9]/) print "failed"
            else if (line ~ /changed=0 /) print "ok"
            else { match(line, /changed=[0-9]+/); print substr(line, RSTART, RLENGTH) }
        }' "$scratch/$1.log"
}
