"""A GPO backup read as Import-GPO reads it: from the manifest to the object, and from its rows to the files."""

import pathlib
import re
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree

import registry_pol
from samba.gp_parse.gp_ini import GPScriptsIniParser

MANIFEST = "{http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest}"
OPERATIONS = "{http://www.microsoft.com/GroupPolicy/GPOOperations}"
GUID = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")
EXTENSIONS = {
    "[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{D02B1F72-3407-48AE-BA88-E8213C6761F1}]": "registry.pol",
    "[{42B5FAAE-6536-11D2-AE5A-0000F87571E3}{40B6664F-4972-11D1-A7CA-0000F87571E3}]": "psscripts.ini",
}


def faults(folder):
    raw = (folder / "manifest.xml").read_bytes()
    if raw.startswith((b"<?xml", b"\xef\xbb\xbf")) or b"\n" in raw:
        yield "manifest.xml is not one bare line"
    instances = ElementTree.fromstring(raw).findall(MANIFEST + "BackupInst")
    named = {instance.findtext(MANIFEST + "ID") for instance in instances}
    if named != {path.name for path in folder.iterdir() if path.is_dir()}:
        yield f"the manifest names {named}"
    for instance in instances:
        yield from backup_faults(folder / instance.findtext(MANIFEST + "ID"), instance)


def backup_faults(folder, instance):
    listed = [(child.tag, child.text) for child in instance]
    info = ElementTree.fromstring((folder / "bkupInfo.xml").read_bytes())
    if [(child.tag, child.text) for child in info] != listed:
        yield "bkupInfo.xml and manifest.xml disagree"
    facts = {tag.removeprefix(MANIFEST): text for tag, text in listed}
    if facts["ID"] == facts["GPOGuid"] or not GUID.fullmatch(facts["ID"]) or not GUID.fullmatch(facts["GPOGuid"]):
        yield "the backup and its object need a GUID each"

    raw = (folder / "Backup.xml").read_bytes()
    if not raw.startswith(b"<?xml") or re.search(rb"(?<!\r)\n", raw):
        yield "Backup.xml has no declaration, or lines without CRLF"
    scheme = ElementTree.fromstring(raw)
    if scheme.get(OPERATIONS + "version") != "2.0":
        yield "Backup.xml is not of version 2.0"
    core = scheme.find(f"{OPERATIONS}GroupPolicyObject/{OPERATIONS}GroupPolicyCoreSettings")
    for mine, theirs in (("ID", "GPOGuid"), ("Domain", "GPODomain"), ("DisplayName", "GPODisplayName")):
        if core.findtext(OPERATIONS + mine) != facts[theirs]:
            yield f"Backup.xml has another {mine}"
    bytes.fromhex(core.findtext(OPERATIONS + "SecurityDescriptor"))

    rows = [row for row in scheme.iter() if row.tag == OPERATIONS + "FSObjectFile" and row.get(OPERATIONS + "Location")]
    promised = {row.get(OPERATIONS + "Location").replace("\\", "/") for row in rows}
    stored = {str(path.relative_to(folder)) for path in (folder / "DomainSysvol").rglob("*") if path.is_file()}
    if promised != stored:
        yield f"rows without a file: {promised - stored}, files without a row: {stored - promised}"
    for row in rows:
        tail = row.get(OPERATIONS + "Path").removeprefix("%GPO_MACH_FSPATH%")
        for attribute in ("SourceExpandedPath", "Location"):
            if not row.get(OPERATIONS + attribute).endswith("\\Machine" + tail):
                yield f"a row whose paths disagree: {row.attrib}"
    extension = core.findtext(OPERATIONS + "MachineExtensionGuids")
    kind = EXTENSIONS.get(extension)
    if not any(path.lower().endswith(kind or "?") for path in stored):
        yield f"no file for the extension {extension}"
    yield from content_faults(folder, stored)


def content_faults(folder, stored):
    for path in stored:
        raw = (folder / path).read_bytes()
        if path.lower().endswith("registry.pol"):
            yield from filter(None, [registry_pol.fault(raw)])
        if path.lower().endswith("scripts.ini"):
            if raw[:2] != b"\xff\xfe":
                yield f"{path} has no byte-order mark"
                continue
            parser = GPScriptsIniParser()
            parser.parse(raw)
            for name, script in parser.ini_conf["Startup"].items():
                if name.endswith("CmdLine") and str(pathlib.PurePath(path).parent / "Startup" / script) not in stored:
                    yield f"{path} starts {script}, which is not there"


def judge(table, folder, path):
    table.one(f"  backup: {path.relative_to(folder)}", "; ".join(faults(path)))


def can_fail(table, path):
    def rewrite(name, change):
        def deed(folder):
            file = next(folder.rglob(name))
            file.write_bytes(change(file.read_bytes()))

        return deed

    broken = {
        "missing file": lambda folder: next(p for p in (folder).rglob("*") if "DomainSysvol" in str(p) and p.is_file()).unlink(),
        "other row": rewrite("Backup.xml", lambda raw: raw.replace(b'Location="DomainSysvol\\GPO\\Machine\\', b'Location="DomainSysvol\\GPO\\User\\', 1)),
        "other name": rewrite("bkupInfo.xml", lambda raw: raw.replace(b"<GPODisplayName>", b"<GPODisplayName>X")),
        "other folder": lambda folder: next(p for p in folder.iterdir() if p.is_dir()).rename(folder / "{X}"),
        "other object": rewrite("Backup.xml", lambda raw: raw.replace(b"<ID><![CDATA[{", b"<ID><![CDATA[{X")),
        "no extension": rewrite("Backup.xml", lambda raw: re.sub(rb"<MachineExtensionGuids>.*</MachineExtensionGuids>", b"", raw)),
    }
    checks = []
    for name, deed in broken.items():
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / "backup"
            shutil.copytree(path, copy)
            deed(copy)
            try:
                noticed = any(faults(copy))
            except (OSError, ElementTree.ParseError):
                noticed = True
            checks.append((name, None if noticed else "not refused"))
    table.row(f"  backup: {path.name}", checks)
