"""Judges generated PowerShell: `check.py DIR...`, each the windows folder of a ring; without one, the templates."""

import pathlib
import re
import sys
import tempfile

import cases
import mutants
import rules
import sample
from values import Unknown

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import reg  # noqa: E402
from table import Table  # noqa: E402

VERBS = {"# Detects:": "detect", "# Installs:": "install", "# Removes:": "remove"}

UNKNOWN = "not known to the model"


def attempt(judge, *arguments):
    """The first fault, and a construct outside the model is one."""
    try:
        faults = judge(*arguments)
    except Unknown as unknown:
        return f"{UNKNOWN}: {unknown}"
    return faults[0] if faults else None


def verb_of(script):
    for mark, verb in VERBS.items():
        if f"\r\n{mark}".encode() in script:
            return verb
    return None


def bundle_of(folder, scripts):
    """The scripts with what the build wrote beside them; a file that it did not write is an error here."""
    text = scripts["detect"].decode("ascii")
    names = re.findall(r"@\{ Name = '([^']+)'; Lines", text)
    bundle = cases.Bundle(scripts, {name: (folder / name).read_bytes() for name in names}, {})
    for path in folder.glob("*.reg"):
        for (key, name), strings in reg.values(path.read_bytes()).items():
            if strings and f"'{key}'" in text and f"'{name}'" in text:
                bundle.values[(key, name)] = strings
    return bundle


def behaviour(table, bundle):
    if bundle.values and not bundle.writes_values:
        table.one("  the value comes from Group Policy", attempt(cases.judge_value_from_policy, bundle))
    elif not bundle.files:
        table.one("  no files", attempt(cases.judge_value_only, bundle))
    else:
        for case in cases.CASES:
            if case[0].startswith("stale") and not bundle.stale or case[0].startswith(("value", "reg ")) and not bundle.values:
                continue
            table.one(f"  install: {case[0]}", attempt(cases.judge, bundle, case))
        for case in cases.REMOVALS:
            table.one(f"  remove: {case[0]}", attempt(cases.judge_removal, bundle, case))
    for verb in bundle.scripts:
        table.one(f"  {verb}: 32-bit host", attempt(cases.judge_bitness, bundle, verb))


def caught(bundle):
    """Whether any case notices what has been done to the scripts."""
    for judge, known in ((cases.judge, cases.CASES), (cases.judge_removal, cases.REMOVALS)):
        for case in known:
            fault = attempt(judge, bundle, case)
            # A mutant that the model cannot run has proven nothing.
            if fault and not fault.startswith(UNKNOWN):
                return True
    return False


def sabotage(table, bundle):
    for name, verbs, old, new in mutants.MUTANTS:
        broken = dict(bundle.scripts)
        for verb in verbs:
            if old.encode() not in broken[verb]:
                table.one(f"  mutant: {name}", f"{verb} does not hold {old!r}")
                break
            broken[verb] = broken[verb].replace(old.encode(), new.encode())
        else:
            copy = cases.Bundle(broken, bundle.files, bundle.values)
            table.one(f"  mutant: {name}", None if caught(copy) else "no case noticed")


def judge_folder(table, folder, title):
    print(title)
    verbs = {}
    for path in sorted(folder.rglob("*.ps1")):
        script = path.read_bytes()
        faults = [(rule.__name__, rule(script)) for rule in dict.fromkeys(rule for rule, _ in rules.RULES)]
        table.row(f"  rules: {path.relative_to(folder)}", faults)
        if verb := verb_of(script):
            # One folder may hold two kinds of installation: one that writes the value and one that waits for it.
            verbs.setdefault(b"$WritesValues = $true" in script, {})[verb] = script
    for writes_value, scripts in sorted(verbs.items(), reverse=True):
        bundle = bundle_of(folder, verbs[True] | scripts if not writes_value and True in verbs else scripts)
        behaviour(table, bundle)
    if not verbs:
        table.one("  scripts", "there are none")
        return None
    return bundle


def can_fail(table, bundle):
    """Every rule and every case must be able to say no."""
    print("broken on purpose")
    for verb, script in bundle.scripts.items():
        broken = [(rule, breaking(script)) for rule, breaking in rules.RULES]
        faults = [(rule.__name__, None if new != script and rule(new) else "did not notice") for rule, new in broken]
        table.row(f"  rules: {verb}", faults)
    sabotage(table, bundle)


def main(folders):
    table = Table()
    with tempfile.TemporaryDirectory() as scratch:
        for number, variant in enumerate(sample.VARIANTS):
            folder = sample.write(pathlib.Path(scratch) / str(number), variant)
            bundle = judge_folder(table, folder, f"templates: {variant}")
            if number == 0:
                can_fail(table, bundle)
        for folder in folders:
            judge_folder(table, pathlib.Path(folder), folder)
    return table.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
