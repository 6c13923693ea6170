"""Validates what `stanchion check` prints by programs and schemas of others, and shows that they refuse what is broken."""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
STANCHION = os.environ["STANCHION"]
MULTITOOL = Path(os.environ["MULTITOOL"])
FIXTURES = ROOT / "tests" / "findings"
PROBLEMS = []


def expect(holds, what):
    print(f"{'ok ' if holds else 'NOT'} {what}")
    if not holds:
        PROBLEMS.append(what)


def check(form, *policies, cwd=FIXTURES, more=()):
    done = subprocess.run(
        [STANCHION, "check", "--today", "2026-11-23", "--format", form, *more, *policies], cwd=cwd, stdout=subprocess.PIPE, check=False
    )
    return done.returncode, done.stdout.decode("utf-8")


def validator(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def by_multitool(document):
    """Whether Microsoft's own reader and rules find no error."""
    with tempfile.TemporaryDirectory() as folder:
        log, report = Path(folder, "log.sarif"), Path(folder, "report.sarif")
        log.write_text(json.dumps(document), encoding="utf-8")
        done = subprocess.run(
            [MULTITOOL / "Sarif.Multitool", "validate", log, "--output", report, "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode != 0 or not report.exists():
            return False
        results = [result for run in json.loads(report.read_text(encoding="utf-8-sig"))["runs"] for result in run.get("results", [])]
        return not any(result.get("level", "warning") == "error" for result in results)


def broken(document, path, value=None):
    """A copy in which the last step of `path` is gone, or is `value`."""
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def unescape(text, more=()):
    for code, character in [*more, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]:
        text = text.replace(code, character)
    return text


def annotations(text):
    """What GitHub's runner makes of workflow commands."""
    for line in text.splitlines():
        command, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
        pairs = (pair.split("=", 1) for pair in properties.split(","))
        yield command, {name: unescape(value, [("%3A", ":"), ("%2C", ",")]) for name, value in pairs}, unescape(message)


policies = sorted(path.name for path in FIXTURES.glob("*.toml"))
northwind = str(ROOT / "profiles" / "northwind.toml")

# JSON, by the schema that is shipped.
ours = validator(ROOT / "docs" / "check.schema.json")
status, text = check("json", *policies)
report = json.loads(text)
expect(ours.is_valid(report), f"the JSON of {len(policies)} policies with {len(report['findings'])} findings follows its schema")
expect(status == 1 and report["ok"] is False, "and its verdict is the exit status")
clean_status, clean = check("json", northwind)
expect(ours.is_valid(json.loads(clean)) and json.loads(clean)["ok"] is True and clean_status == 0, "a policy without errors is ok")
for path, value in [(("ok",), None), (("findings", 0, "code"), None), (("findings", 0, "line"), 0), (("findings", 0, "severity"), "fatal"), (("findings", 0, "colour"), "red")]:
    expect(not ours.is_valid(broken(report, path, value)), f"the schema refuses {'.'.join(map(str, path))} = {value}")

# SARIF, by the published schema and by its own vendor's validator.
theirs = validator(MULTITOOL / "sarif-2.1.0.json")
_, text = check("sarif", *policies)
log = json.loads(text)
results = log["runs"][0]["results"]
expect(theirs.is_valid(log), f"the SARIF log with {len(results)} results follows the published schema")
expect(by_multitool(log), "and the SARIF Multitool finds no error in it")
expect(by_multitool(json.loads(check("sarif", northwind, cwd=ROOT)[1])), "nor in the log of one policy by its absolute path")
result = ("runs", 0, "results", 0)
for path, value in [((*result, "message", "text"), None), ((*result, "locations", 0, "physicalLocation", "region", "startLine"), 0)]:
    wrong = broken(log, path, value)
    expect(not theirs.is_valid(wrong) and not by_multitool(wrong), f"both refuse {'.'.join(map(str, path[4:]))} = {value}")
expect(not theirs.is_valid(broken(log, (*result, "level"), "fatal")), "the schema refuses a level that there is not")
rules = log["runs"][0]["tool"]["driver"]["rules"]
expect(all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results), "each result points at its rule")
expect(len(results) == len(report["findings"]), "JSON and SARIF hold the same findings")
suppressed = [result for result in results if result["suppressions"]]
expect(len(suppressed) == sum("allowed" in finding for finding in report["findings"]) > 0, f"{len(suppressed)} results are suppressed with their reasons")
shown = [location["physicalLocation"]["artifactLocation"]["uri"] for result in results for location in result["locations"]]
expect(not any(uri.startswith("preset:") for uri in shown), "no result is shown in a preset, which is in no repository")


def places(value):
    """Every physical location in a part of a log."""
    if isinstance(value, dict):
        if "artifactLocation" in value:
            yield value
        value = list(value.values())
    for member in value if isinstance(value, list) else []:
        yield from places(member)


def is_valid(place, log, cwd):
    """Whether a place is where a reader of the log would look: below the folder, at an absolute path, or in the log itself."""
    artifact, region = place["artifactLocation"], place["region"]
    uri = urllib.parse.urlsplit(artifact["uri"])
    path = urllib.parse.unquote(uri.path)
    if ".." in path.split("/"):
        return False
    if uri.scheme == "preset":
        kept = log["runs"][0]["artifacts"][artifact["index"]]
        text = kept["contents"]["text"] if kept["location"]["uri"] == artifact["uri"] else ""
    elif uri.scheme in ("", "file"):
        text = Path(cwd, path).read_text(encoding="utf-8", errors="replace") if Path(cwd, path).is_file() else ""
    else:
        return False
    lines = text.replace("\r\n", "\n").split("\n")
    return region["endLine"] <= len(lines) and region["endColumn"] <= len(lines[region["endLine"] - 1].lstrip("\ufeff")) + 1


every = list(places(log["runs"][0]["results"]))
expect(all(is_valid(place, log, FIXTURES) for place in every), f"each of {len(every)} places is in a file or in a preset that the log holds")
expect(not is_valid({**every[0], "artifactLocation": {"uri": "../x.toml"}}, log, FIXTURES), "and a URI that leads out of the folder would be noticed")

# A policy above the current folder that extends a file beside it and a preset, and more mistakes than anybody reads.
with tempfile.TemporaryDirectory() as folder:
    above = Path(folder).resolve()
    (above / "a team").mkdir()
    (above / "base.toml").write_text("[settings]\nproxi = true\n", encoding="utf-8")
    head = 'extends = ["baseline", "./base.toml"]\n[check.allow]\nweak-value = "of no use"\n[settings]\nproxy.locked = false\n'
    (above / "policy.toml").write_text(head + "".join(f"wrong{at} = 1\n" for at in range(250)), encoding="utf-8")
    _, text = check("sarif", "../policy.toml", cwd=above / "a team")
    outside = json.loads(text)
    every = list(places(outside["runs"][0]["results"]))
    uris = {place["artifactLocation"]["uri"] for place in every}
    expect({(above / name).as_uri() for name in ("policy.toml", "base.toml")} <= uris, "files above the current folder stand at their absolute path")
    expect(all(is_valid(place, outside, above / "a team") for place in every), "where a reader of the log finds them")
    expect(theirs.is_valid(outside) and by_multitool(outside), "and the log follows the schema and the Multitool")
    told = outside["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    listed = sum(result["ruleId"] == "unknown-setting" for result in outside["runs"][0]["results"])
    expect([str(251 - listed) in one["message"]["text"] for one in told] == [True] and listed < 251, f"it says that {251 - listed} findings are left out")
    rules = outside["runs"][0]["tool"]["driver"]["rules"]
    expect(all(rules[one["associatedRule"]["index"]]["id"] == "unknown-setting" for one in told), "and of which code")
    _, text = check("github", "../policy.toml", cwd=above / "a team")
    last = [message for command, properties, message in annotations(text) if command == "notice" and "line" not in properties]
    expect(len(last) == 1 and str(251 - listed) in last[0], "as do the annotations")

# Annotations, unescaped as the runner does.
_, text = check("github", *policies)
said = list(annotations(text))
words = {"error": "error", "warning": "warning", "note": "notice"}
wanted = [finding for finding in report["findings"] if "allowed" not in finding]
expect(len(said) == len(wanted), f"{len(said)} annotations, one for each finding that counts")
expect(
    all(
        (command, properties["title"]) == (words[finding["severity"]], finding["code"]) and message.startswith(finding["message"])
        for (command, properties, message), finding in zip(said, wanted, strict=True)
    ),
    "each says what the JSON says",
)
expect(all(("col" in properties) == (properties["line"] == properties["endLine"]) for _, properties, _ in said), "columns stand where GitHub takes them")

sys.exit(bool(PROBLEMS))
