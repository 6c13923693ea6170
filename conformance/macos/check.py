"""`check.py DIR...`: every macOS artifact that is not a script, given to somebody else's program."""

import json
import pathlib
import plistlib
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import hcl2
import jsonschema
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "windows"))
from table import Table

DTD = pathlib.Path(__file__).with_name("PropertyList.dtd")


def xmllint(raw):
    """Apple's DTD stands at an address in the file; here our own description of the same elements is used."""
    raw = re.sub(rb"<!DOCTYPE[^>]*>", b"", raw, count=1)
    command = ["xmllint", "--nonet", "--noout", "--dtdvalid", DTD, "-"]
    done = subprocess.run(command, input=raw, capture_output=True)
    return None if done.returncode == 0 else done.stderr.decode().splitlines()[0]


def property_list(raw):
    if not raw.startswith(b"<?xml") or not raw.endswith(b"</plist>\n") or b"\r" in raw:
        return "does not begin and end as it should"
    try:
        plistlib.loads(raw, fmt=plistlib.FMT_XML)
    except Exception as error:
        return str(error)
    return xmllint(raw)


def preferences(profile):
    """The preferences of a profile, whichever form carries them; None for a profile about something else."""
    payload = profile["PayloadContent"][0]
    if payload["PayloadType"] == "com.apple.ManagedClient.preferences":
        (settings,) = payload["PayloadContent"]["com.docker.config"]["Forced"]
        return settings["mcx_preference_settings"]
    if payload["PayloadType"] == "com.docker.config":
        return {key: value for key, value in payload.items() if not key.startswith("Payload")}
    return None


def terraform(path):
    try:
        parsed = hcl2.loads(path.read_text())
    except Exception as error:
        return f"not HCL: {str(error).splitlines()[0]}"
    files = re.findall(r'file\("\$\{path\.module\}/([^"]+)"\)', path.read_text())
    missing = [name for name in files if not (path.parent / name).is_file()]
    if missing or not files:
        return f"names files that are not there: {missing}"
    kinds = {kind.strip('"') for block in parsed["resource"] for kind in block}
    wanted = {
        "jamfpro_macos_configuration_profile_plist", "jamfpro_script", "jamfpro_computer_extension_attribute",
        "jamfpro_smart_computer_group_v2", "jamfpro_policy",
    }
    return None if kinds == wanted else f"has {kinds}"


def schema(path, values):
    """Jamf fills a form from it; what the form makes must be what the profile holds."""
    document = json.loads(path.read_bytes())
    try:
        jsonschema.Draft202012Validator.check_schema(document)
        jsonschema.validate(values, document)
    except Exception as error:
        return str(error).splitlines()[0]
    order = [entry["property_order"] for entry in document["properties"].values()]
    if len(document["properties"]) != 6 or len(set(order)) != 6 or not set(values) <= set(document["properties"]):
        return "does not have the six keys"
    return None


def extension_attribute(path):
    root = ElementTree.fromstring(path.read_bytes())
    script = root.findtext("input_type/script")
    if script != path.with_suffix(".sh").read_text():
        return "the script inside is not the script beside it"
    line = [line for line in script.splitlines() if "<result>" in line]
    return None if len(line) == 1 and "</result>" in line[0] else "the result is not on one line"


def smart_group(path, compliant):
    root = ElementTree.fromstring(path.read_bytes())
    criteria = [(c.findtext("name"), c.findtext("search_type"), c.findtext("value")) for c in root.findall("criteria/criterion")]
    priorities = [c.findtext("priority") for c in root.findall("criteria/criterion")]
    if priorities != [str(n) for n in range(len(criteria))]:
        return f"priorities {priorities}"
    return None if any(kind == "is not" and value == compliant for _, kind, value in criteria) else f"criteria {criteria}"


TABLES = """
CREATE TABLE file (path, type, symlink, uid, gid, mode, hard_links);
CREATE TABLE hash (path, sha256);
CREATE TABLE managed_policies (domain, name, value);
"""


def fleet(path, machine):
    """The query on tables as osquery has them: a row on a good Mac, none after any one thing is changed."""
    document = yaml.safe_load(path.read_text())
    for entry in document["controls"]["apple_settings"]["configuration_profiles"] + document["controls"]["scripts"]:
        if not (path.parent / entry["path"]).is_file():
            return f"{entry['path']} is not there"
    (policy,) = document["policies"]
    rows = [("directory", path, None) for path in machine["directories"]] + [("regular", f["path"], f["sha256"]) for f in machine["files"]]

    def answer(change=None):
        base = sqlite3.connect(":memory:")
        base.executescript(TABLES)
        for kind, name, sha256 in rows:
            base.execute("INSERT INTO file VALUES (?,?,0,0,0,?,1)", (name, kind, "0755" if kind == "directory" else "0644"))
            if sha256:
                base.execute("INSERT INTO hash VALUES (?,?)", (name, sha256))
        for preference in machine["preferences"]:
            base.execute("INSERT INTO managed_policies VALUES (?,?,?)", (preference["domain"], preference["key"], preference["value"]))
        if change:
            base.execute(*change)
        return len(base.execute(policy["query"]).fetchall())

    if answer() != 1:
        return "no row on a good Mac"
    changes = []
    for _, name, sha256 in rows:
        changes += [(f"UPDATE file SET {column} WHERE path = ?", (name,)) for column in ("uid = 501", "mode = '0777'", "symlink = 1")]
        if sha256:
            changes.append(("UPDATE hash SET sha256 = 'other' WHERE path = ?", (name,)))
    changes += [("UPDATE managed_policies SET value = 'other' WHERE name = ?", (p["key"],)) for p in machine["preferences"]]
    changes += [("INSERT INTO file VALUES (?,'regular',0,0,0,'0644',1)", (path,)) for path in machine["absent"]["files"]]
    unnoticed = [change for change in changes if answer(change) != 0]
    return f"does not notice {unnoticed[0]}" if unnoticed else None


def munki(raw):
    info = plistlib.loads(raw)
    needed = {"name", "version", "catalogs", "installer_type", "installcheck_script", "postinstall_script", "uninstall_script"}
    if not needed <= info.keys() or info["installer_type"] != "nopkg":
        return f"lacks {needed - info.keys()}"
    # Exit 0 means that there is something to install: the other way round than everywhere else.
    done = subprocess.run(["sh", "-c", info["installcheck_script"]], capture_output=True)
    return None if done.returncode == 0 else f"a machine without the policy is told {done.stdout}, exit {done.returncode}"


def judge(table, folder):
    print(folder, flush=True)
    ring = folder.parent.name
    manifest = json.loads((folder.parents[1] / "manifest.json").read_bytes())
    (machine,) = [m for m in manifest["machines"] if m["ring"] == ring and m["platform"] == "macos"]
    compliant = f"Compliant ring={ring} policy={machine['digest'][:16]}"
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".mobileconfig", ".plist"))
    table.row("  property lists", [(str(path.relative_to(folder)), property_list(path.read_bytes())) for path in found])
    held = {}
    for path in found:
        value = plistlib.loads(path.read_bytes())
        if path.suffix == ".mobileconfig" and "settings-" not in path.name and (values := preferences(value)) is not None:
            held[str(path.relative_to(folder))] = values
        elif path.name == "com.docker.config.plist":
            held[str(path.relative_to(folder))] = value
    wanted = {p["key"]: p["value"] for p in machine["preferences"]}
    table.row("  the same preferences in every form", [(name, None if value == wanted else f"{value}") for name, value in held.items()])
    jamf = folder / "jamf"
    checks = [
        ("extension attribute", extension_attribute(jamf / "extension-attribute.xml")),
        ("smart group", smart_group(jamf / "smart-group.xml", compliant)),
    ]
    if wanted:
        checks += [("Terraform", terraform(jamf / "main.tf")), ("schema", schema(jamf / "com.docker.config.schema.json", wanted))]
    table.row("  Jamf", checks)
    table.one("  Fleet", fleet(folder / "fleet/docker-desktop.yml", machine))
    table.row("  Munki", [(path.name, munki(path.read_bytes())) for path in sorted((folder / "munki").iterdir())])


def refused(table, folder):
    """What each judge must not let pass."""
    good = (folder / "jamf/com.docker.config.plist").read_bytes()
    bad = {
        "a blank before the declaration": b" " + good,
        "a control character": good.replace(b"<string>", b"<string>\x01", 1),
        "an element that is none": good.replace(b"<string>", b"<text>").replace(b"</string>", b"</text>"),
        "a key without a value": good.replace(b"</dict>", b"<key>a</key></dict>"),
        "no end": good[:-20],
    }
    table.row("refused: property lists", [(name, None if property_list(raw) else "not refused") for name, raw in bad.items()])
    try:
        hcl2.loads((folder / "jamf/main.tf").read_text().replace('"System"', '"System', 1))
        table.one("refused: Terraform", "not refused")
    except Exception:
        table.one("refused: Terraform", None)
    values = {"allowedOrgs": ["an", "array"]}
    table.one("refused: schema", None if schema(folder / "jamf/com.docker.config.schema.json", values) else "not refused")


table = Table()
folders = [pathlib.Path(name).resolve() for name in sys.argv[1:]]
for folder in folders:
    judge(table, folder)
with_profile = [folder for folder in folders if (folder / "jamf/com.docker.config.plist").exists()]
if with_profile:
    refused(table, with_profile[0])
sys.exit(table.end())
