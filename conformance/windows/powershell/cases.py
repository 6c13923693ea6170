"""What a script must do on a machine that somebody has been at: states, and the outcome of each script on each of them.

A case sets up a machine and says how `install` must end there. Whatever the case, nothing outside the folder changes, no
half-made name is left behind, and the report is one line of ASCII. Where `install` says that it succeeded, every file,
permission and value is compared with what the build wrote beside the scripts, `detect` must agree, and a second
`install` must change nothing.
"""

import copy
import re

from machine import ADMINISTRATORS, FILE_LOCK, FOLDER_LOCK, SYSTEM, USER
from shell import Shell
from states import (
    INSTALLER, VICTIM, another_letter, broken, broken_move, busy_file, busy_folder, created_meanwhile, extra_right,
    file, folder, folder_as_file, foreign_json, fresh, installed, link, linked_file, no_value, older, open_folder,
    program_data_linked, program_data_of_user, sealed_file, sealed_folder, stale_file, stale_link,
    swapped_before_icacls, tampered_file, users_folder, value, written_into_new,
)


class Bundle:
    """The scripts of one ring, and what they promise."""

    def __init__(self, scripts, files, values):
        self.scripts = scripts
        self.files = files
        self.values = values
        text = scripts["detect"].decode("ascii")
        self.ring = self.constant(text, "Ring")
        self.policy = self.constant(text, "Policy")
        self.folder = self.constant(text, "Directory")
        self.stale = re.findall(r"'([^']+)'", re.search(r"\$StaleFiles = @\((.*?)\)", text, re.S)[1])
        stale_values = re.search(r"\$StaleValues = @\((.*?)\)\r\n", text, re.S)[1]
        self.stale_values = re.findall(r"Key = '([^']+)'; Name = '([^']+)'", stale_values)
        self.writes_values = "$WritesValues = $true" in text

    def constant(self, text, name):
        return re.search(rf"^\${name} = '(.*)'\r?$", text, re.M)[1]

    def path(self, name):
        return f"{self.folder}\\{name}"

    @property
    def first(self):
        return next(iter(self.files))


def run(bundle, verb, machine, **environment):
    return Shell(machine, {"systemroot": "C:\\Windows", **environment}).run(bundle.scripts[verb])


def snapshot(node):
    children = {key: snapshot(child) for key, (_, child) in (node.children or {}).items()}
    return (node.owner, node.sddl, node.content, node.attributes, node.target, children)


# name, state, how install ends, and a word that detect must say ("" where there is nothing to say)
CASES = [
    ("nothing there", lambda b, m: None, "written", "Absent"),
    ("all as it should be", installed, "unchanged", ""),
    ("folder of a user", users_folder, "written", "belongs to a user"),
    ("folder that SYSTEM cannot read", sealed_folder, "written", "Absent"),
    ("folder of a user, in use", busy_folder, "refused", "belongs to a user"),
    ("folder is a link", lambda b, m: link(m, b.folder, VICTIM), "refused", "is a link"),
    ("folder is a link of SYSTEM", lambda b, m: link(m, b.folder, VICTIM, owner=SYSTEM), "refused", "is a link"),
    ("folder is a file", lambda b, m: m.create(b.folder, content=b""), "refused", "is a file"),
    ("folder open to users", open_folder, "written", "Absent"),
    ("folder with one more right", lambda b, m: (installed(b, m), m.resolve(b.folder).entries.append("A;OICI;FA;;;" + USER)), "written", "other permissions"),
    ("folder not protected", lambda b, m: (installed(b, m), setattr(m.resolve(b.folder), "protected", False)), "written", "other permissions"),
    ("folder of SYSTEM", lambda b, m: (installed(b, m), setattr(m.resolve(b.folder), "owner", SYSTEM)), "unchanged", ""),
    ("folder of TrustedInstaller", lambda b, m: (installed(b, m), setattr(m.resolve(b.folder), "owner", INSTALLER)), "unchanged", ""),
    ("folder swapped for a link meanwhile", swapped_before_icacls, "refused", "Absent"),
    ("folder created by a user meanwhile", created_meanwhile(1), "written", "Absent"),
    ("folder created by a user, again and again", created_meanwhile(2), "refused", "Absent"),
    ("new folder written to by a user", written_into_new, "refused", "Absent"),
    ("ProgramData of a user", program_data_of_user, "refused", "Absent"),
    ("ProgramData of a user, all else right", lambda b, m: (installed(b, m), program_data_of_user(b, m)), "refused", "does not belong to the system"),
    ("ProgramData is a link", program_data_linked, "refused", "Absent"),
    ("file of a user, right content", tampered_file(owner=USER), "written", "belongs to a user"),
    ("file that SYSTEM cannot read", sealed_file, "written", "belongs to a user"),
    ("file with one more right", extra_right, "written", "other permissions"),
    ("file with inherited permissions", tampered_file(entries=["A;ID;FA;;;SY", "A;ID;FA;;;BA"], protected=False), "written", "other permissions"),
    ("file with a byte-order mark", lambda b, m: (installed(b, m), file(b, m, content=b"\xef\xbb\xbf" + b.files[b.first])), "written", "something else"),
    ("file without its last line feed", lambda b, m: (installed(b, m), file(b, m, content=b.files[b.first][:-1])), "written", "something else"),
    ("file with one other letter", lambda b, m: (installed(b, m), file(b, m, content=another_letter(b.files[b.first]))), "written", "something else"),
    ("file in upper case", lambda b, m: (installed(b, m), file(b, m, content=b.files[b.first].upper())), "written", "something else"),
    ("file emptied", tampered_file(content=b""), "written", "something else"),
    ("file read-only", tampered_file(content=b"x", attributes=1), "written", "something else"),
    ("file in use", busy_file, "failed", "something else"),
    ("file missing", lambda b, m: (installed(b, m), m.remove(b.path(b.first))), "written", "is missing"),
    ("file is a link", linked_file, "refused", "is a link"),
    ("file is a folder", folder_as_file, "refused", "is a folder"),
    ("stale file", stale_file, "written", "must go"),
    ("stale file is a link", stale_link, "refused", "must go"),
    ("value missing", no_value, "written", "is missing"),
    ("value of another type", value("REG_SZ", lambda strings: [" ".join(strings)]), "written", "not a REG_MULTI_SZ"),
    ("value in another case", value("REG_MULTI_SZ", lambda strings: [s.title() for s in strings]), "written", "something else"),
    ("value with one string more", value("REG_MULTI_SZ", lambda strings: [*strings, "intruder"]), "written", "something else"),
    ("other files in the folder", foreign_json, "unchanged", ""),
    ("icacls fails", broken("icacls.exe", 5), "failed: icacls.exe ", "Absent"),
    ("icacls does nothing and says it did", broken("icacls.exe", 0), "failed", "Absent"),
    ("reg fails", broken("reg.exe", 5), "failed: reg.exe ", "Absent"),
    ("reg does nothing and says it did", broken("reg.exe", 0), "failed", "Absent"),
    ("move fails", broken_move(1), "failed: cmd.exe ", "something else"),
    ("move does nothing and says it did", broken_move(0), "failed", "something else"),
]


def judge(bundle, case):
    """The faults of one case."""
    name, state, outcome, word = case
    machine = fresh()
    state(bundle, machine)
    faults = []
    word = "Absent" if nothing_of_ours(bundle, machine) else word

    def check(true, fault):
        if not true:
            faults.append(fault)

    before = snapshot(machine.root)
    values = copy.deepcopy(machine.registry)
    ambushes, machine.ambushes = machine.ambushes, []
    output, code = run(bundle, "detect", machine)
    check(snapshot(machine.root) == before and machine.registry == values and not machine.log, "detect changed something")
    check(code == (1 if word else 0), f"detect ended with {code}")
    expected = f"Compliant ring={bundle.ring} policy={bundle.policy}"
    check(is_report(output) and (word in output[-1] if word else output[-1] == expected), f"detect said {output}")
    check(word in ("", "Absent") or output[-1].startswith("Drift: "), f"detect said {output}")
    machine.ambushes = ambushes

    had = [stale for stale in bundle.stale if machine.resolve(bundle.path(stale))]
    victim = snapshot(machine.resolve(VICTIM))
    strangers = {n: snapshot(node) for n, (_, node) in others(bundle, machine)}
    output, code = run(bundle, "install", machine)
    check(is_report(output) and output[-1].startswith(outcome), f"install said {output}")
    check(code == (0 if outcome in ("written", "unchanged") else 1), f"install ended with {code}")
    check(snapshot(machine.resolve(VICTIM)) == victim, "install changed what a link points to")
    check(not left_behind(machine, name), "install left something behind")
    for n, (_, node) in others(bundle, machine):
        check(n not in strangers or snapshot(node) == strangers[n], f"install changed {n}")
    if outcome == "unchanged":
        check(snapshot(machine.root) == before and not machine.log, "install changed something")
    if code == 0:
        faults += proof(bundle, machine)
    else:
        for stale in had:
            check(machine.resolve(bundle.path(stale)), f"{stale} went before all was in place")
    if not name.startswith("reg ") and bundle.writes_values:
        faults += value_faults(bundle, machine)
    return faults


def nothing_of_ours(bundle, machine):
    """Neither a value nor a file, and no trap in the place of the folder."""
    if any(name.lower() in machine.registry.get(key.lower(), {}) for key, name in bundle.values):
        return False
    node = machine.resolve(bundle.folder)
    if node is None:
        return True
    return node.is_folder and not node.target and not any(name.lower() in node.children for name in bundle.files)


def proof(bundle, machine):
    """Everything compared with what the build wrote, and both scripts once more."""
    faults = []
    node = machine.resolve(bundle.folder)
    trusted = (ADMINISTRATORS, SYSTEM, INSTALLER)
    if node.owner not in trusted or not node.protected or sorted(node.entries) != sorted(FOLDER_LOCK):
        faults.append(f"the folder is {node.sddl}")
    for name, content in bundle.files.items():
        node = machine.resolve(bundle.path(name))
        if node is None or node.content != content:
            faults.append(f"{name} does not hold what the build wrote")
        elif node.owner not in trusted or not node.protected or sorted(node.entries) != sorted(FILE_LOCK):
            faults.append(f"{name} is {node.sddl}")
    faults += [f"{name} is still there" for name in bundle.stale if machine.resolve(bundle.path(name))]
    faults += value_faults(bundle, machine)
    output, code = run(bundle, "detect", machine)
    if code != 0 or not output[-1].startswith("Compliant "):
        faults.append(f"after install, detect said {output}")
    before = snapshot(machine.root)
    machine.log.clear()
    output, code = run(bundle, "install", machine)
    if code != 0 or not output[-1].startswith("unchanged ") or machine.log or snapshot(machine.root) != before:
        faults.append(f"a second install said {output}")
    return faults


def value_faults(bundle, machine):
    faults = []
    for (key, name), strings in bundle.values.items():
        found = machine.registry.get(key.lower(), {}).get(name.lower())
        if found != ("REG_MULTI_SZ", strings):
            faults.append(f"{name} is {found}")
    return faults


def is_report(output):
    return bool(output) and all(line.isascii() and line.isprintable() and len(line) <= 2048 for line in output)


def left_behind(machine, name):
    """Half-made names. Where a user has written to one it stays, for nobody knows what is in it."""
    if "written to by a user" in name:
        return False
    parent = machine.resolve("C:\\ProgramData", follow=True)
    names = [n for n, _ in parent.children.values()]
    names += [n for _, node in parent.children.values() if node.is_folder and not node.target for n, _ in node.children.values()]
    return any(".new-" in n for n in names)


def others(bundle, machine):
    """What lies in the folder and is not ours."""
    node = machine.resolve(bundle.folder)
    if node is None or not node.is_folder or node.target:
        return []
    return [(n, pair) for n, pair in node.children.items() if n not in bundle.files and n not in bundle.stale]


# name, state, how remove ends
REMOVALS = [
    ("nothing there", lambda b, m: None, "nothing to remove"),
    ("all as it should be", installed, "removed"),
    ("what older policies left", older, "removed"),
    ("only the folder", folder, "nothing to remove"),
    ("other files in the folder", foreign_json, "removed"),
    ("folder open to users", lambda b, m: (open_folder(b, m), file(b, m)), "removed"),
    ("folder swapped for a link meanwhile", swapped_before_icacls, "refused"),
    ("folder of a user", users_folder, "refused"),
    ("folder is a link", lambda b, m: link(m, b.folder, VICTIM), "refused"),
    ("file is a link", linked_file, "refused"),
    ("file is a folder", folder_as_file, "refused"),
    ("file in use", busy_file, "failed"),
    ("file of a user", tampered_file(owner=USER), "removed"),
    ("file read-only", tampered_file(attributes=1), "removed"),
]


def judge_removal(bundle, case):
    name, state, outcome = case
    machine = fresh()
    state(bundle, machine)
    faults = []
    victim = snapshot(machine.resolve(VICTIM))
    strangers = {n: snapshot(node) for n, (_, node) in others(bundle, machine)}
    output, code = run(bundle, "remove", machine)
    if not is_report(output) or not output[-1].startswith(outcome):
        faults.append(f"remove said {output}")
    if code != (0 if "remove" in outcome else 1):
        faults.append(f"remove ended with {code}")
    if snapshot(machine.resolve(VICTIM)) != victim:
        faults.append("remove changed what a link points to")
    if {n: snapshot(node) for n, (_, node) in others(bundle, machine)} != strangers:
        faults.append("remove touched other files")
    if code == 0:
        ours = [*bundle.files, *bundle.stale]
        faults += [f"{n} is still there" for n in ours if machine.resolve(bundle.path(n))]
        if bundle.writes_values and any(machine.registry.values()):
            faults.append("the value is still there")
        output, code = run(bundle, "detect", machine)
        if code != 1 or not nothing_of_ours(bundle, machine) or output[-1] != "Absent":
            faults.append(f"after remove, detect said {output}")
    return faults


def judge_bitness(bundle, verb):
    """In a 32-bit host a script starts itself again, passes the exit code on, and does nothing else."""
    machine = fresh()
    started = []
    machine.tool = lambda program, arguments: (started.append((program, arguments)) or 7, ["from the other one"])
    output, code = run(bundle, verb, machine, processor_architew6432="AMD64")
    wanted = "C:\\Windows\\SysNative\\WindowsPowerShell\\v1.0\\powershell.exe"
    if len(started) != 1 or started[0][0] != wanted or started[0][1][-2:] != ["-File", "C:\\script.ps1"]:
        return [f"started {started}"]
    return [] if (output, code) == (["from the other one"], 7) else [f"said {output} and ended with {code}"]


def judge_value_only(bundle):
    """A policy without files needs no folder, and still clears a stale file out of one."""
    machine = fresh()
    faults = expect(bundle, machine, "install", "written ring=", 0)
    if machine.resolve(bundle.folder):
        faults.append("install created a folder for nothing")
    faults += expect(bundle, machine, "detect", "Compliant ", 0)
    folder(bundle, machine)
    file(bundle, machine, bundle.stale[0], content=b"stale")
    faults += expect(bundle, machine, "detect", "Drift: ", 1)
    faults += expect(bundle, machine, "install", "written ring=", 0)
    faults += expect(bundle, machine, "install", "unchanged ", 0)
    faults += expect(bundle, machine, "remove", "removed ", 0)
    return faults + expect(bundle, machine, "detect", "Absent", 1)


def judge_value_from_policy(bundle):
    """Where Group Policy writes the value, the script waits for it before it clears anything, and leaves it alone."""
    machine = fresh()
    folder(bundle, machine)
    for name in bundle.stale:
        file(bundle, machine, name, content=b"stale")
    faults = expect(bundle, machine, "install", "failed: HKLM", 1)
    for name, content in bundle.files.items():
        node = machine.resolve(bundle.path(name))
        if node is None or node.content != content:
            faults.append(f"without the value, {name} was not written")
    if machine.registry or not all(machine.resolve(bundle.path(name)) for name in bundle.stale):
        faults.append("without the value, more was done than to write the files")
    for (key, name), strings in bundle.values.items():
        machine.registry[key.lower()] = {name.lower(): ("REG_MULTI_SZ", strings)}
    faults += expect(bundle, machine, "install", "written ring=" if bundle.stale else "unchanged ", 0)
    if any(machine.resolve(bundle.path(name)) for name in bundle.stale):
        faults.append("with the value, a stale file stayed")
    faults += expect(bundle, machine, "remove", "removed ", 0)
    return faults + value_faults(bundle, machine)


def expect(bundle, machine, verb, start, code):
    output, found = run(bundle, verb, machine)
    if is_report(output) and output[-1].startswith(start) and found == code:
        return []
    return [f"{verb} said {output} and ended with {found}"]
