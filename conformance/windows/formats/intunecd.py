"""The tree for IntuneCD, read by IntuneCD: every item must be in the documentation that it makes of the tree, offline."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile


def trees(folder):
    return sorted({path.parent for path in folder.rglob("Proactive Remediations")} | {p.parent for p in folder.rglob("Device Configurations")})


def documented(tree):
    """The headings of all items."""
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "out.md"
        command = ["IntuneCD-startdocumentation", "-p", tree, "-o", out, "-t", "tenant", "-i", "introduction"]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=scratch)
        return re.findall(r"^### (.*)$", out.read_text(), re.M)


def fault(tree):
    items = [json.loads(path.read_bytes())["displayName"] for path in sorted(tree.rglob("*.json"))]
    found = documented(tree)
    if sorted(found) != sorted(items):
        return f"{found} and not {items}"
    for path in tree.glob("Proactive Remediations/*.json"):
        # The updater takes the scripts from beside the object and not from within it.
        name = json.loads(path.read_bytes())["displayName"]
        for part in ("detection", "remediation"):
            if not (path.parent / "Script Data" / f"{name}_{part}Script.ps1").exists():
                return f"{name} has no {part} script beside it"
    if len(list(tree.glob("Proactive Remediations/*.json"))) > 1:
        return "two remediations without ids get mixed up"
    return None


def judge(table, folder):
    for tree in trees(folder):
        table.one(f"  IntuneCD: {tree.relative_to(folder)}", fault(tree))


def can_fail(table, tree):
    def moved(copy):
        next(copy.iterdir()).rename(copy / "Somewhere Else")

    def script_gone(copy):
        next(copy.rglob("*_detectionScript.ps1")).unlink()

    checks = []
    for name, deed in (("another folder", moved), ("missing script", script_gone)):
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / "tree"
            shutil.copytree(tree, copy)
            deed(copy)
            checks.append((name, None if fault(copy) else "not refused"))
    table.row("  IntuneCD", checks)
