"""`check.py DIR...`: every macOS artifact that is not a script, given to somebody else's program."""

import base64
import json
import pathlib
import plistlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import yaml

WINDOWS = pathlib.Path(__file__).resolve().parents[1] / "windows"
sys.path[:0] = [str(WINDOWS), str(WINDOWS / "formats")]
import jamf
from graph import typed
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


# Every field that the portal would choose otherwise than the interface, by type.
GRAPH = {
    "#microsoft.graph.macOSCustomConfiguration": {"deploymentChannel", "payloadName", "payloadFileName", "payload"},
    "#microsoft.graph.deviceShellScript": {
        "scriptContent", "runAsAccount", "fileName", "blockExecutionNotifications", "executionFrequency", "retryCount",
    },
    "#microsoft.graph.deviceCustomAttributeShellScript": {
        "scriptContent", "runAsAccount", "fileName", "customAttributeName", "customAttributeType",
    },
}


def graph(objects):
    """{name: what is wrong}: by Microsoft's types, and by the fields that those leave optional."""
    faults = {name: "; ".join(faults) for name, faults in typed(objects).items() if faults}
    for name, value in objects.items():
        wanted = GRAPH[value["@odata.type"]] | {"@odata.type", "displayName", "description", "roleScopeTagIds"}
        if set(value) != wanted:
            faults.setdefault(name, f"has or lacks {sorted(set(value) ^ wanted)}")
    return faults


def intune(folder, mdm):
    """What Graph takes: the profiles of any MDM and the scripts beside them, byte for byte."""
    held = {}
    for path in sorted(folder.glob("*.json")):
        value = json.loads(path.read_bytes())
        content = base64.b64decode(value.get("payload") or value["scriptContent"], validate=True)
        held[value.get("payloadFileName") or value["fileName"]] = content
    wanted = {path.name: path.read_bytes() for path in mdm.glob("*.mobileconfig") if "-settings-" not in path.name}
    wanted |= {"install.sh": (mdm.parent / "install.sh").read_bytes(), "attribute.sh": (folder / "attribute.sh").read_bytes()}
    different = sorted(name for name in held.keys() | wanted.keys() if held.get(name) != wanted.get(name))
    too_large = [name for name, content in held.items() if name.endswith(".sh") and len(content) >= 1 << 20]
    return f"{different or too_large} differ or are too large" if different or too_large else None


# What each twin of audit.sh does with a verdict: the exit status on a good Mac and on any other, and what is printed.
ENDINGS = {"audit": (0, 1, "{}"), "munki": (1, 0, "{}"), "intune": (0, 0, "{}"), "jamf": (0, 0, "<result>{}</result>")}


def twins(folder):
    """They look at the same things in the same way as audit.sh, which conformance/posix runs, and end in their own."""
    (info,) = (folder / "munki").glob("*.plist")
    scripts = {
        "audit": (folder / "audit.sh").read_text(),
        "munki": plistlib.loads(info.read_bytes())["installcheck_script"],
        "intune": (folder / "intune/attribute.sh").read_text(),
        "jamf": (folder / "jamf/extension-attribute.sh").read_text(),
    }
    begin, end = "export PATH LC_ALL\n", "\nprintf '"
    looking = {name: text[text.index(begin) : text.rindex(end)] for name, text in scripts.items()}
    for name, text in scripts.items():
        if looking[name] != looking["audit"]:
            return f"{name} looks at other things than audit.sh"
        good, bad, form = ENDINGS[name]
        ending = text[text.rindex(end) :]
        for verdict in ("Compliant ring=a policy=b", "Drift: a; b", "Absent"):
            done = subprocess.run(["sh", "-c", ending], env={"verdict": verdict}, capture_output=True, text=True)
            wanted = (good if verdict.startswith("Compliant") else bad, form.format(verdict) + "\n")
            if (done.returncode, done.stdout) != wanted:
                return f"{name} says {done.stdout} and exits {done.returncode} at {verdict}"
    return None


def kandji(folder):
    """The audit is ours and passes with 0; the remediation is the install script."""
    for name, twin in {"audit.sh": "audit.sh", "remediation.sh": "install.sh"}.items():
        if (folder / name).read_bytes() != (folder.parent / twin).read_bytes():
            return f"{name} is not {twin}"
    return None


def preferences(profile):
    """The preferences of a profile, whichever form carries them; None for a profile about something else."""
    payload = profile["PayloadContent"][0]
    if payload["PayloadType"] == "com.apple.ManagedClient.preferences":
        (settings,) = payload["PayloadContent"]["com.docker.config"]["Forced"]
        return settings["mcx_preference_settings"]
    if payload["PayloadType"] == "com.docker.config":
        return {key: value for key, value in payload.items() if not key.startswith("Payload")}
    return None


TABLES = """
CREATE TABLE file (path, type, symlink, uid, gid, mode, hard_links);
CREATE TABLE hash (path, sha256);
CREATE TABLE managed_policies (domain, name, value);
"""


def fleet(path, machine, organization):
    """The query on tables as osquery has them: a row on a good Mac, none after any one thing is changed."""
    document = yaml.safe_load(path.read_text())
    for entry in document["controls"]["apple_settings"]["configuration_profiles"] + document["controls"]["scripts"]:
        if not (path.parent / entry["path"]).is_file():
            return f"{entry['path']} is not there"
    (policy,) = document["policies"]
    if "$" in path.read_text() or f" of {organization}, ring=" not in policy["description"]:
        return f"has a variable, or is described as {policy['description']}"
    if not (path.parent / policy["run_script"]["path"]).is_file() or policy["platform"] != "darwin":
        return "repairs nothing"
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
    organization = manifest["organization"]["name"]
    owners = {path: plistlib.loads(path.read_bytes()).get("PayloadOrganization") for path in found if path.suffix == ".mobileconfig"}
    checks = [(str(path.relative_to(folder)), None if owner == organization else owner) for path, owner in owners.items()]
    table.row("  profiles say whose they are", checks)
    held = {}
    for path in found:
        value = plistlib.loads(path.read_bytes())
        if path.suffix == ".mobileconfig" and "settings-" not in path.name and (values := preferences(value)) is not None:
            held[str(path.relative_to(folder))] = values
        elif path.name == "com.docker.config.plist":
            held[str(path.relative_to(folder))] = value
    wanted = {p["key"]: p["value"] for p in machine["preferences"]}
    table.row("  the same preferences in every form", [(name, None if value == wanted else f"{value}") for name, value in held.items()])
    ours = folder / "jamf"
    profiles = sorted(ours.glob("*.mobileconfig"))
    checks = [(path.name, jamf.compact(path.read_bytes())) for path in profiles] + [
        ("extension attribute", jamf.extension_attribute(ours / "extension-attribute.xml")),
        ("smart group", jamf.smart_group(ours / "smart-group.xml", compliant)),
        ("Terraform", jamf.terraform(ours, organization, {path.name for path in profiles})),
    ]
    if wanted:
        checks.append(("schema", jamf.schema(ours / "com.docker.config.schema.json", wanted)))
    table.row("  Jamf", checks)
    table.one("  Fleet", fleet(folder / "fleet/docker-desktop.yml", machine, organization))
    table.one("  Intune", intune(folder / "intune", folder / "mdm"))
    table.one("  what becomes of a verdict", twins(folder))
    table.one("  Kandji", kandji(folder / "kandji"))
    table.row("  Munki", [(path.name, munki(path.read_bytes())) for path in sorted((folder / "munki").iterdir())])


def graph_objects(table, folders):
    """All at once, because TypeScript takes seconds to start. Then with a wrong word, type and name."""
    objects = {str(path): json.loads(path.read_bytes()) for folder in folders for path in folder.glob("intune/*.json")}
    faults = graph(objects)
    table.row("Graph objects", [(name, faults.get(name)) for name in objects])
    script = json.loads((folders[0] / "intune/script.json").read_bytes())
    broken = {
        "a word": script | {"runAsAccount": "root"},
        "a type": script | {"retryCount": "3"},
        "a name": script | {"fileNames": "install.sh"},
    }
    faults = graph(broken)
    table.row("refused: Graph objects", [(name, None if name in faults else "not refused") for name in broken])


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
    module = {
        "a string without an end": ('"System"', '"System'),
        "an argument that is none": ("user_removable", "user_can_remove"),
        "a check of the provider": ("payload_validate = false", "payload_validate = true"),
        "a file that is not there": ("docker-desktop.mobileconfig", "other.mobileconfig"),
        "a path from elsewhere": ("${path.module}/docker", "./docker"),
    }
    for name, (old, new) in module.items():
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / "jamf"
            shutil.copytree(folder / "jamf", copy)
            shutil.copy(folder / "install.sh", scratch)
            text = (copy / "profiles.tf").read_text()
            assert old in text
            (copy / "profiles.tf").write_text(text.replace(old, new))
            organization = json.loads((folder.parents[1] / "manifest.json").read_bytes())["organization"]["name"]
            fault = jamf.terraform(copy, organization, {path.name for path in copy.glob("*.mobileconfig")})
            table.one(f"refused: Terraform with {name}", None if fault else "not refused")
    profile = (folder / "jamf/docker-desktop.mobileconfig").read_bytes()
    table.one("refused: white space for Jamf", None if jamf.compact(profile.replace(b"</array>", b"</array> ")) else "not refused")
    for name, value in {"an array": ["northwind"], "commas": "northwind,labs", "capitals": "Northwind", "nothing": ""}.items():
        fault = jamf.schema(folder / "jamf/com.docker.config.schema.json", {"allowedOrgs": value})
        table.one(f"refused: schema with {name}", None if fault else "not refused")


table = Table()
folders = [pathlib.Path(name).resolve() for name in sys.argv[1:]]
for folder in folders:
    judge(table, folder)
graph_objects(table, folders)
with_profile = [folder for folder in folders if (folder / "jamf/com.docker.config.plist").exists()]
if with_profile:
    refused(table, with_profile[0])
sys.exit(table.end())
