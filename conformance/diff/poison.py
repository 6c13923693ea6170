"""Copies a built folder and puts text that wants to break out of a page into its manifest: poison.py FROM TO."""

import hashlib
import json
import pathlib
import shutil
import sys

POISON = (
    "`</code></details></summary><script>alert(1)</script>\n\n"
    "# title\n- item\n| a | b |\n| - | - |\n~~~\n```\n[x](javascript:alert(1)) ![y](https://e.example/y) "
    "https://e.example www.e.example @team #1 &lt;b&gt; <b>b</b> <!-- \\` \u202e \x1b[31m *a* _b_"
)

# The name of a ring and of a machine's ring is looked at when a manifest is read: no line ends, no slashes.
NAME = "".join(character for character in POISON if character.isprintable() and character != "/")

source, target = map(pathlib.Path, sys.argv[1:])
shutil.copytree(source, target)
path = target / "manifest.json"
before = path.read_bytes()
manifest = json.loads(before)
manifest["organization"]["name"] = POISON
for ring in manifest["rings"]:
    ring["description"] = POISON
    ring["name"] += NAME
for exception in manifest["exceptions"]:
    exception.update(id=POISON, reason=POISON, settings=[POISON], rings=[POISON])
    exception["says"] = [{"key": POISON, "value": POISON, "locked": True}]
for fact in manifest["facts"]:
    if isinstance(fact["value"], str):
        fact["value"] = POISON
    if isinstance(fact["value"], list):
        fact["value"] = [POISON]
    fact["rings"] = [ring + NAME for ring in fact.get("rings", ["default"])]
manifest["facts"].append({"key": POISON, "value": {POISON: POISON}, "exception": POISON, "afterwards": {}})
for machine in manifest["machines"]:
    machine["ring"] += NAME
after = json.dumps(manifest).encode()
path.write_bytes(after)
sums = target / "SHA256SUMS"
digest = [hashlib.sha256(data).hexdigest() for data in (before, after)]
sums.write_text(sums.read_text().replace(digest[0], digest[1]))
