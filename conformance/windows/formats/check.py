"""`check.py [--quick] DIR...`: every file of a known format in DIR, given to somebody else's program."""

import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import admx
import domain
import gpo_backup
import graph
import intunecd
import intunewin
import preferences
import reg
import registry_pol
import wine
from table import Table


def find(folder, name, **more):
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and re.fullmatch(name, path.name, re.I, **more)]


def lgpo_values(raw):
    records = raw.decode("ascii").strip().split("\r\n\r\n")
    found = {}
    for record in records:
        side, key, name, action = record.split("\r\n")
        assert side == "Computer", side
        found[(key, name)] = None if action == "DELETE" else action.removeprefix("MULTISZ:").split("\\0")
    return found


def one_list(table, folder):
    """However it is written, it must be the same list."""
    read = {}
    for path in find(folder, r".*\.reg"):
        read[path] = reg.values(path.read_bytes())
    for path in find(folder, r"registry\.pol"):
        read[path] = registry_pol.values(path.read_bytes())
    for path in find(folder, r"registry\.xml"):
        read[path] = preferences.values(path.read_bytes())
    for path in find(folder, r"(.*[.-])?lgpo.*\.txt"):
        read[path] = lgpo_values(path.read_bytes())
    sets = {path: {pair: s for pair, s in values.items() if s} for path, values in read.items()}
    sets = {path: {(k.lower(), n.lower()): s for (k, n), s in values.items()} for path, values in sets.items() if values}
    if not sets:
        return
    first = next(iter(sets.values()))
    checks = [(str(path.relative_to(folder)), None if values == first else f"{values}") for path, values in sets.items()]
    table.row("  one list in every form", checks)


def judge_folder(table, folder):
    print(folder, flush=True)
    one_list(table, folder)
    for path in find(folder, r"registry\.pol"):
        registry_pol.judge(table, folder, path)
    for path in find(folder, r"registry\.xml"):
        preferences.judge(table, folder, path)
    for path in find(folder, r".*\.admx"):
        admx.judge(table, folder, path)
    for path in find(folder, r"manifest\.xml"):
        gpo_backup.judge(table, folder, path.parent)
    for path in find(folder, r".*\.intunewin"):
        intunewin.judge(table, folder, path)
    graph.judge(table, folder)
    intunecd.judge(table, folder)


def can_fail(table, folders):
    """Each program once more, with the first file of its kind, broken."""
    print("broken on purpose", flush=True)
    first = lambda name: next((path for folder in folders for path in find(folder, name)), None)
    if path := first(r"registry\.pol"):
        registry_pol.can_fail(table, path.read_bytes())
    if path := first(r"registry\.xml"):
        preferences.can_fail(table, path.read_bytes())
    if path := first(r".*\.admx"):
        admx.can_fail(table, path)
    if path := first(r".*\.intunewin"):
        intunewin.can_fail(table, path.read_bytes())
    seen = set()
    for folder in folders:
        for path in find(folder, r"manifest\.xml"):
            kind = frozenset(p.name for p in path.parent.rglob("*") if "DomainSysvol" in str(p))
            if kind not in seen:
                seen.add(kind)
                gpo_backup.can_fail(table, path.parent)
    graph.can_fail(table)
    tree = next((tree for folder in folders for tree in intunecd.trees(folder)), None)
    if tree:
        intunecd.can_fail(table, tree)


def slow(table, folders):
    print("wine", flush=True)
    with wine.Wine() as machine:
        for folder in folders:
            wine.judge(table, machine, folder)
        path = next((p for f in folders for p in find(f, r".*\.reg") if any(reg.values(p.read_bytes()).values())), None)
        if path:
            wine.can_fail(table, machine, path.read_bytes())

    print("a Samba domain", flush=True)
    done = subprocess.run(
        ["unshare", "--mount", "--net", "--propagation", "private", sys.executable, __file__, "--in-domain", *map(str, folders)],
        stdout=subprocess.PIPE, check=True,
    )
    *lines, result = done.stdout.decode().splitlines()
    print("\n".join(lines), flush=True)
    result = json.loads(result)
    table.passed += result["passed"]
    table.failed += result["failed"]
    table.faults += result["faults"]


def in_domain(folders):
    """Inside the namespaces: the result goes to the other side as the last line."""
    table = Table()
    with domain.Domain() as live:
        for folder in folders:
            print(f"  {folder}")
            for path in find(folder, r"manifest\.xml"):
                domain.judge(table, live, path.parent)
        admx_files = [path for folder in folders for path in find(folder, r".*\.admx")]
        if admx_files:
            domain.judge_central_store(table, live, admx_files[0])
        domain.judge_permissions(table, live)
        domain.can_fail(table, live)
    print(json.dumps({"passed": table.passed, "failed": table.failed, "faults": table.faults}))


def main(arguments):
    folders = [pathlib.Path(argument).resolve() for argument in arguments if not argument.startswith("--")]
    if "--in-domain" in arguments:
        in_domain(folders)
        return 0
    table = Table()
    for folder in folders:
        judge_folder(table, folder)
    can_fail(table, folders)
    if "--quick" not in arguments:
        slow(table, folders)
    return table.end()


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.exit(main(sys.argv[1:]))
