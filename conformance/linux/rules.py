"""Holds the rules of an Intune custom compliance policy against what its discovery script prints.

    rules.py FOLDER    FOLDER holds discover.sh and rules.json
"""

import json
import pathlib
import subprocess
import sys

OPERATORS = {"IsEquals", "NotEquals", "GreaterThan", "GreaterEquals", "LessThan", "LessEquals"}
TYPES = {"Boolean", "Int64", "Double", "String", "DateTime", "Version"}
KEYS = {"SettingName", "Operator", "DataType", "Operand", "MoreInfoUrl", "RemediationStrings"}

folder = pathlib.Path(sys.argv[1])
text = (folder / "rules.json").read_bytes()
printed = subprocess.run(["sh", folder / "discover.sh"], check=True, capture_output=True).stdout
answer = json.loads(printed)
document = json.loads(text)
assert list(document) == ["Rules"], "Intune knows no other key"
rules = {rule["SettingName"]: rule for rule in document["Rules"]}
assert len(rules) == len(document["Rules"]) <= 100, "too many rules, or one setting twice"
assert len(text) <= 100_000, "more than 100 KB"
assert rules.keys() == answer.keys(), f"rules for {sorted(rules)}, answers for {sorted(answer)}"
for name, rule in rules.items():
    assert rule.keys() == KEYS, f"{name}: {sorted(rule)}"
    assert rule["Operator"] in OPERATORS and rule["DataType"] in TYPES, name
    assert isinstance(rule["Operand"], str) and isinstance(answer[name], str), name
    assert "en_US" in [words["Language"] for words in rule["RemediationStrings"]], f"{name}: en_US is required"
policy = rules["DockerDesktopPolicy"]["Operand"]
assert answer["DockerDesktopPolicy"] == policy, f"the script is of {answer['DockerDesktopPolicy']}, the rules of {policy}"
