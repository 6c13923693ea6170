# What is run, stage by stage. Sourced by `run`.
#
# shellcheck shell=bash
# shellcheck disable=SC1090,SC2016,SC2154

stage_lint() {
    local copy=$scratch/lint
    # ansible-lint leaves a folder of its own behind.
    rm -rf "$copy"
    cp -r "$1" "$copy"
    cd "$copy/ansible" || return
    row linters
    cell_run ansible-lint ansible-lint --offline --strict --profile production --enable-list args
    cell_run yamllint yamllint --strict . ../fleet
    cell_run yaml-types python3 "$here/yaml_types.py" ..
    cell_run ansible-doc ansible-doc -t role -r roles docker_desktop_policy
    cell_run syntax ansible-playbook --syntax-check -i localhost, docker_desktop_policy.yml docker_desktop_policy_audit.yml
    cell_run shellcheck shellcheck -s sh ../intune/discover.sh
    row_end
    cd "$here" || return
}

stage_extras() {
    row extras
    cell_run rules python3 "$here/rules.py" "$1/intune"
    if [ -e "$1/cloud-init" ]; then
        cell_run cloud-init cloud-init schema --config-file "$1/cloud-init/user-data.yaml"
        # The marker in the first line is not a comment that a style can want.
        cell_run yamllint yamllint --strict -d '{extends: default, rules: {comments: disable}}' "$1/cloud-init"
    fi
    if [ -e "$1/puppet" ]; then
        cell_run puppet puppet parser validate "$1/puppet/manifests/init.pp"
    fi
    row_end
}

# A host that nobody tampered with, from nothing to the policy and back. The
# first folder takes every step, the others those that their lists decide.
stage_clean() {
    local ansible=$1/ansible changed
    export BUILT=$1
    boot clean
    row "a new host, $(ansible --version | sed -n '1s/.*\[\(.*\)\].*/\1/p')"
    clean() { # CELL CODE RECAP PLAYBOOK ARGUMENT...
        local name=$1 code=$2 expected=$3
        shift 3
        play "$name" "$ansible" clean "$@"
        cell_is "$name" "$rc $(recap "$name" clean)" "$code $expected"
    }
    if [ "$1" = "$first" ]; then
        clean check 0 changed=3 docker_desktop_policy.yml --check --diff
        cell_is untouched "$(on clean ls -d "$D" 2>&1 | grep -c 'No such')" 1
        clean audit-before 2 failed docker_desktop_policy_audit.yml
        cell_is verify-before "$(on clean host_verify)" '1 Absent'
    fi
    # A policy without sign-in has one folder fewer.
    [ -e "$1/registry.json" ] && changed=3 || changed=2
    clean apply 0 "changed=$changed" docker_desktop_policy.yml
    cell judge "$(on clean host_judge)"
    cell_is verify "$(on clean host_verify)" '0 Compliant'
    cell compliant "$(grep -q 'Compliant ring=.* policy=[0-9a-f]\{16\}' "$log" || echo 'no such line')"
    clean again 0 ok docker_desktop_policy.yml --diff
    if [ "$1" = "$first" ]; then
        clean check-again 0 ok docker_desktop_policy.yml --check --diff
        clean audit 0 ok docker_desktop_policy_audit.yml
        clean wrong-state 2 failed docker_desktop_policy.yml -e docker_desktop_policy_state=bogus
    fi
    # A file of an older policy that this one does not have has to go.
    for file in "$A" "$R"; do
        if [ ! -e "$1/${file##*/}" ] && grep -qF "$file" "$ansible/roles/docker_desktop_policy/vars/main.yml"; then
            on clean sh -c 'echo "{}" >"$1"' sh "$file"
            clean audit-stale 2 failed docker_desktop_policy_audit.yml
            cell_is verify-stale "$(on clean host_verify)" '1 Drift'
            clean apply-stale 0 changed=1 docker_desktop_policy.yml
            cell judge-stale "$(on clean host_judge)"
        fi
    done
    clean remove 0 changed=1 docker_desktop_policy.yml -e docker_desktop_policy_state=absent
    cell_is removed "$(on clean find "$D" -type f)" ''
    if [ "$1" = "$first" ]; then
        clean remove-again 0 ok docker_desktop_policy.yml -e docker_desktop_policy_state=absent
    fi
    row_end
}

# The oldest version that the role says it runs on.
stage_oldest() {
    PATH=$oldest/bin:$PATH stage_clean "$1"
}

# Every tampered state is a host of one fleet, so each playbook runs once.
stage_states() {
    local ansible=$1/ansible fleet=$1/fleet/docker-desktop-policy.yml name apply where settings sign_in host
    export BUILT=$1
    local -a names=()
    local -A outcome=()
    while read -r name apply where; do
        [ "$where" != darwin ] || continue
        # install.sh leaves a folder of root's with something in it to a person. Ansible cannot tell
        # an empty folder from a full one without looking inside, and removes both.
        [ "$name" != 33_file_is_filled_directory ] || apply=repaired
        names+=("$name")
        outcome[$name]=$apply
    done < <(. "$states"; states)
    row 'states and answers'
    cell_is known "$(printf '%s\n' "${names[@]}" | grep -vxFf <(cut -f 1 "$here/answers.tsv"))" ''
    row_end

    rm -f "$inventory"
    for name in "${names[@]}"; do
        boot "s${name%%_*}"
        on "s${name%%_*}" host_tamper "$name"
    done
    save() { # WHAT COMMAND...: a file for each host
        local what=$1 name
        shift
        for name in "${names[@]}"; do on "s${name%%_*}" "$@" >"$scratch/$what-s${name%%_*}"; done
    }
    save before host_snapshot
    save bystanders host_bystanders
    save discover host_discover
    save verify host_verify
    save fleet "$venv/bin/python" "$here/osquery.py" "$fleet"
    play audit "$ansible" all docker_desktop_policy_audit.yml --diff
    play check "$ansible" all docker_desktop_policy.yml --check --diff
    play remove "$ansible" "$open" docker_desktop_policy.yml --diff -e docker_desktop_policy_state=absent
    save after host_snapshot
    play apply "$ansible" all docker_desktop_policy.yml --diff
    save applied host_snapshot
    play again "$ansible" all docker_desktop_policy.yml

    for name in "${names[@]}"; do
        IFS=$'\t' read -r settings sign_in < <(grep "^$name\>" "$here/answers.tsv" | cut -f 2-)
        host=s${name%%_*}
        apply=${outcome[$name]}
        row "$name"
        state_row
        row_end
    done
    row 'nothing is printed of root'
    cell secret "$(grep -l "$SECRET" "$scratch"/*.log || :)"
    row_end
}

# Where a directory is not root's alone nothing may be removed either.
open=s08,s09,s17,s20,s25

# The two answers about files, out of what discover.sh prints.
settings() {
    sed 's/.*"DockerDesktopAdminSettings":"\([^"]*\)","DockerDesktopRegistry":"\([^"]*\)"}$/\1|\2/'
}

# The second apply ends with the audit, so a third is not run.
state_row() {
    local log
    cell_is discover "$(settings <"$scratch/discover-$host")" "$settings|$sign_in"
    cell_is check-writes-nothing "$(diff "$scratch/before-$host" "$scratch/after-$host")" ''
    case $apply in
    unchanged)
        cell_is verify "$(cat "$scratch/verify-$host")" '0 Compliant'
        cell_is fleet "$(wc -l <"$scratch/fleet-$host")" 1
        for log in audit check apply again; do cell_is "$log" "$(recap "$log" "$host")" ok; done
        ;;
    repaired)
        cell verify "$(grep -Lx '1 \(Drift\|Absent\)' "$scratch/verify-$host" | xargs -r cat)"
        cell_is fleet "$(cat "$scratch/fleet-$host")" ''
        cell_is audit "$(recap audit "$host")" failed
        cell_is check "$(recap check "$host" | sed 's/=.*//')" changed
        cell_is apply "$(recap apply "$host" | sed 's/=.*//')" changed
        cell_is again "$(recap again "$host")" ok
        ;;
    refused)
        cell_is verify "$(cat "$scratch/verify-$host")" '1 Drift'
        cell_is fleet "$(cat "$scratch/fleet-$host")" ''
        for log in audit check apply again; do cell_is "$log" "$(recap "$log" "$host")" failed; done
        ;;
    esac
    case ,$open, in *,$host,*) cell_is remove "$(recap remove "$host")" failed ;; esac
    if [ "$apply" != repaired ]; then
        cell_is writes-nothing "$(diff "$scratch/before-$host" "$scratch/applied-$host")" ''
    fi
    on "$host" late_write
    if [ "$apply" != refused ]; then
        cell judge "$(on "$host" host_judge)"
        cell_is verify-after "$(on "$host" host_verify)" '0 Compliant'
        cell_is discover-after "$(on "$host" host_discover | settings)" 'ok|ok'
        cell_is fleet-after "$(on "$host" "$venv/bin/python" "$here/osquery.py" "$fleet" | wc -l)" 1
    fi
    cell_is bystanders "$(on "$host" host_bystanders | diff "$scratch/bystanders-$host" -)" ''
}

# A file of the role that is not as generated must stop the run before any host
# is touched.
stage_controller() {
    local ansible=$1/ansible copy=$scratch/controller kind file
    export BUILT=$1
    row 27_controller
    for kind in edited crlf bom missing; do
        rm -rf "$copy"
        cp -r "$ansible" "$copy"
        file=$copy/roles/docker_desktop_policy/files/linux/admin-settings.json
        case $kind in
        edited) sed -i '1s/{/{ /' "$file" ;;
        crlf) sed -i 's/$/\r/' "$file" ;;
        bom) sed -i '1s/^/\xef\xbb\xbf/' "$file" ;;
        missing) rm "$file" ;;
        esac
        boot controller
        play "$kind" "$copy" controller docker_desktop_policy.yml
        cell_is "$kind" "$rc $(recap "$kind" controller)" '2 failed'
        cell "$kind-says-so" "$(grep -qi 'is not as generated\|file not found' "$log" || echo 'no such message')"
        cell_is "$kind-touches-nothing" "$(on controller ls -d "$D" 2>&1 | grep -c 'No such')" 1
    done
    row_end
}

# The user works against root while the role runs. Either the role says that it
# failed, or the host is right: never a false success.
stage_race() {
    local ansible=$1/ansible host round
    export BUILT=$1
    for round in 1 2; do
        race take "$ansible" docker_desktop_policy.yml --diff
        row "race $round"
        for host in r1 r2; do
            if [ "$(recap race "$host")" = failed ]; then
                cell refused ''
            else
                cell judge "$(on "$host" host_judge)"
            fi
        done
        race_was_run
        row_end
    done
    race flip "$ansible" docker_desktop_policy.yml --check --diff
    row 'race of check mode'
    cell secret "$(grep -o "$SECRET" "$scratch/race.log" | head -1)"
    race_was_run
    row_end
}

# A user who never got a turn has proved nothing.
race_was_run() {
    cell racers "$(grep -Lx '[0-9]\{2,\} rounds, .*' "$scratch"/race-r1 "$scratch"/race-r2 | xargs -r cat)"
}

race() { # MODE FOLDER PLAYBOOK ARGUMENT...
    local mode=$1 folder=$2 host other right=
    local -a racers=()
    shift 2
    case $mode in
    take) other=$N right=$H/right/admin-settings.json ;;
    flip) other=$S/secret ;;
    esac
    for host in r1 r2; do
        boot "$host"
        on "$host" host_lay
        on "$host" install -d -o "$U" -g "$U" "$H/right"
        on "$host" cp "$BUILT/admin-settings.json" "$BUILT/registry.json" "$H/right"
        on "$host" sh -c 'echo "$SECRET" >"$S/secret"'
        on "$host" chown -R "$U:$U" "$D"
        on "$host" as_user python3 - "$mode" "$A" "$other" "$L" ${right:+"$right"} \
            <"$here/race.py" >"$scratch/race-$host" 2>&1 &
        racers+=($!)
    done
    play race "$folder" r1,r2 "$@"
    for host in r1 r2; do on "$host" touch "$L"; done
    wait "${racers[@]}"
}

# The table must fail the role that everybody would write: else it sees nothing.
stage_naive() {
    local role=$1/ansible/roles/docker_desktop_policy name
    export BUILT=$1
    row 'the obvious role is found out'
    for name in 10_file_is_directory 12_file_held_open; do
        boot naive
        on naive host_tamper "$name"
        play naive "$here" naive naive.yml -e "@$role/vars/main.yml" -e naive_files="$role/files"
        on naive late_write
        cell_is "${name%%_*}-reports" "$rc" 0
        cell "${name%%_*}-found" "$([ -n "$(on naive host_judge)" ] || echo 'the judge saw nothing')"
    done
    row_end
}
