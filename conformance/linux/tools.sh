# The programs of others that judge our artifacts.
#
# shellcheck shell=bash
# shellcheck disable=SC2154

missing=()
for pair in setfacl:acl puppet:puppet cloud-init:cloud-init dash:dash shellcheck:shellcheck nsenter:util-linux; do
    command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    # Only a machine that exists for this gets them unasked: on a laptop
    # cloud-init would wake up at the next boot.
    if [ "${CI-}" = true ]; then
        apt-get install -y --no-install-recommends "${missing[@]}" >"$scratch/apt.log" 2>&1 ||
            { cat "$scratch/apt.log" >&2; exit 2; }
    else
        echo "missing: apt-get install ${missing[*]}" >&2
        exit 2
    fi
fi

# Outside the tree, and kept until the versions change.
venv_of() { # venv_of REQUIREMENTS: its folder
    local venv=${XDG_CACHE_HOME:-$HOME/.cache}/stanchion-conformance/$(sha256sum <"$1" | cut -c1-16)
    if [ ! -e "$venv/complete" ]; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --requirement "$1" >&2
        : >"$venv/complete"
    fi
    echo "$venv"
}
venv=$(venv_of "$here/requirements.txt")
oldest=$(venv_of "$here/requirements-oldest.txt")
# ansible-lint calls the others by name.
PATH=$venv/bin:$PATH

# Nothing of the person who runs this may decide how it ends.
: >"$scratch/ansible.cfg"
export ANSIBLE_CONFIG=$scratch/ansible.cfg ANSIBLE_HOME=$scratch/ansible ANSIBLE_LOCAL_TEMP=$scratch/ansible/tmp
export ANSIBLE_NOCOLOR=1 ANSIBLE_FORKS=4 ANSIBLE_PIPELINING=1
# A role that waits on a FIFO is a failure and not a hanging rig.
export ANSIBLE_TASK_TIMEOUT=30
