"""Registry.xml of Group Policy Preferences, against the shape of backups that Windows Server 2025 made."""

import re
import xml.etree.ElementTree as ElementTree

ROOT = "{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}"
ITEM = "{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}"
ATTRIBUTES = ["clsid", "name", "status", "image", "changed", "uid"]
PROPERTIES = ["action", "displayDecimal", "default", "hive", "key", "name", "type", "value"]
IMAGES = {"C": "0", "R": "1", "U": "2", "D": "3"}


def faults(raw):
    if not raw.startswith(b'<?xml version="1.0" encoding="utf-8"?>\r\n<RegistrySettings '):
        yield "does not begin as Windows begins it"
    if re.search(rb"(?<!\r)\n", raw) or not raw.endswith(b"</RegistrySettings>\r\n"):
        yield "lines do not end with CRLF"
    root = ElementTree.fromstring(raw)
    if root.get("clsid") != ROOT:
        yield f"the root is {root.get('clsid')}"
    if len({item.get("uid") for item in root}) != len(root):
        yield "two items have one uid"
    for item in root:
        properties = item.find("Properties")
        if list(item.keys()) != ATTRIBUTES or list(properties.keys()) != PROPERTIES or item.get("clsid") != ITEM:
            yield f"{item.get('name')} has other attributes"
        if not re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", item.get("uid")):
            yield f"{item.get('uid')} is no GUID"
        if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", item.get("changed")):
            yield f"{item.get('changed')} is no time"
        if item.get("image") != IMAGES[properties.get("action")]:
            yield f"image {item.get('image')} for action {properties.get('action')}"
        strings = [value.text for value in properties.find("Values")]
        if properties.get("value") != " ".join(strings) or properties.get("hive") != "HKEY_LOCAL_MACHINE":
            yield f"{item.get('name')} shows other strings than it sets"


def values(raw):
    found = {}
    for properties in ElementTree.fromstring(raw).iter("Properties"):
        strings = [value.text for value in properties.find("Values")]
        found[(properties.get("key"), properties.get("name"))] = None if properties.get("action") == "D" else strings
    return found


def judge(table, folder, path):
    table.one(f"  preferences: {path.relative_to(folder)}", "; ".join(faults(path.read_bytes())))


def can_fail(table, raw):
    broken = {
        "other strings": re.sub(rb"<Value>[^<]*</Value>", b"<Value>x</Value>", raw, count=1),
        "no GUID": re.sub(rb'uid="\{', b'uid="{X', raw),
        "line feeds": raw.replace(b"\r\n", b"\n"),
        "another order": re.sub(rb' (name="[^"]*") (status="[^"]*")', rb" \2 \1", raw),
        "other picture": re.sub(rb'image="\d"', b'image="9"', raw),
    }
    table.row("  preferences", [(name, None if any(faults(bad)) else "not refused") for name, bad in broken.items()])
