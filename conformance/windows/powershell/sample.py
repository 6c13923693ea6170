"""A folder as a build writes it, filled from the templates: what `run` judges when it is given no folder."""

import json
import pathlib
import re

TEMPLATES = pathlib.Path(__file__).resolve().parents[3] / "templates/windows"

SCRIPTS = {
    "intune/detect.ps1": "detect.ps1",
    "intune/remediate.ps1": "install.ps1",
    "intune/remove.ps1": "remove.ps1",
}

# Every character that has ended somebody's string too early.
SETTINGS = {"configurationFileVersion": 2, "proxy": {"pac": "it's \"a\" `b` $(c) $d {{ e }} %f% ? \u2019 \u00d1 C:\\n"}}
KEY, NAME, STRINGS = "SOFTWARE\\Policies\\Example\\Some Product", "allowedOrgs", ["acme", "acme-labs"]


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def file_literal(name, content):
    lines = content.removesuffix("\n").split("\n")
    quoted_lines = ",\n".join("        " + quoted(line) for line in lines)
    return f"@{{ Name = {quoted(name)}; Lines = @(\n{quoted_lines}\n    ) }}"


def listed(items):
    items = list(items)
    return "\n    " + ",\n    ".join(items) + "\n" if items else ""


def whole(name):
    """A template with the parts that it dot-sources in their places."""
    text = (TEMPLATES / name).read_text()
    return re.sub(r"^\. \./(\S+)\n", lambda part: whole(part[1]), text, flags=re.M)


FILES = {
    "admin-settings.json": json.dumps(SETTINGS, indent=2) + "\n",
    "registry.json": json.dumps({NAME: STRINGS}, indent=2) + "\n",
}

# What a policy may ask for: the file names, whether the script writes the value, the stale files.
VARIANTS = {
    "settings and value": (["admin-settings.json"], True, ["registry.json"]),
    "settings, value and registry.json": (["admin-settings.json", "registry.json"], True, []),
    "only the value": ([], True, ["registry.json"]),
    "value from Group Policy": (["admin-settings.json"], False, ["registry.json"]),
}


def write(folder, variant):
    names, writes_value, stale = VARIANTS[variant]
    value = f"@{{ Key = {quoted(KEY)}; Name = {quoted(NAME)}; Strings = @({', '.join(map(quoted, STRINGS))}) }}"
    holes = {
        "PRODUCT": quoted("Some Product"),
        "RING": quoted("pilot"),
        "POLICY": quoted("0123456789abcdef"),
        "DIRECTORY": quoted("C:\\ProgramData\\SomeProduct"),
        "FILES": listed([file_literal(name, FILES[name]) for name in names]),
        "REGISTRY": listed([value]),
        "WRITES_REGISTRY": "$true" if writes_value else "$false",
        "ABSENT_FILES": ", ".join(map(quoted, stale)),
        "NAMES": listed(map(quoted, names + stale)),
        "VALUES": listed([f"@{{ Key = {quoted(KEY)}; Name = {quoted(name)} }}" for name in (NAME, "allowedOrg")]),
        "ABSENT_VALUES": listed([f"@{{ Key = {quoted(KEY)}; Name = 'allowedOrg' }}"]),
    }
    for path, template in SCRIPTS.items():
        script = whole(template)
        for name, literal in holes.items():
            script = script.replace(f"'@{name}@'", literal)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(script.replace("\n", "\r\n").encode())
    for name in names:
        (folder / name).write_text(FILES[name])
    units = "".join(string + "\0" for string in STRINGS) + "\0"
    hexes = ",".join(f"{byte:02x}" for byte in units.encode("utf-16-le"))
    registry = f'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\{KEY}]\r\n"{NAME}"=hex(7):{hexes}\r\n'
    (folder / "example.reg").write_bytes(b"\xff\xfe" + registry.encode("utf-16-le"))
    return folder
