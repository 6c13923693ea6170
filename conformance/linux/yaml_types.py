"""Reads a folder's YAML the way PyYAML (YAML 1.1) and ruamel (1.2) do, and holds the two against each other.

    yaml_types.py FOLDER

Nothing generated may change its type on the way: with digests and a ring that look like numbers in place of the real
ones, every scalar of the role's vars is still a text.
"""

import pathlib
import re
import sys

import yaml
from ruamel.yaml import YAML

NUMBERS = ["1" * 64, "0" * 63 + "1", "1" * 31 + "e" + "1" * 32, "0x" + "1" * 62, "1_" * 32, "on", "null", "2024-01-01", "1.5"]


def scalars(value):
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return [value]
    return [scalar for item in value for scalar in scalars(item)]


folder = pathlib.Path(sys.argv[1])
for path in sorted(folder.rglob("*.y*ml")):
    text = path.read_text(encoding="ascii")
    assert yaml.safe_load(text) == YAML(typ="safe", pure=True).load(text), f"{path}: two readers, two documents"

text = (folder / "ansible/roles/docker_desktop_policy/vars/main.yml").read_text(encoding="ascii")
digests = set(re.findall(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{16}\b", text))
assert len(digests) >= 2, "no digests found"
for number in NUMBERS:
    changed = re.sub("|".join(digests), number, text)
    for read in (yaml.safe_load, YAML(typ="safe", pure=True).load):
        found = scalars(read(changed))
        assert all(isinstance(scalar, str) for scalar in found), found
        assert found.count(number) >= len(digests), f"{number} is not among {found}"
