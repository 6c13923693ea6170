"""Graph JSON: typed by TypeScript against Microsoft's types, and every field that a portal would otherwise choose is said.

The types make every field optional, so what must be there is listed here.
"""

import base64
import copy
import json
import pathlib
import subprocess

CHECK = pathlib.Path(__file__).with_name("typescript") / "check.mjs"

NAMED = {"displayName", "description", "roleScopeTagIds"}
SCRIPT = NAMED | {"runAsAccount", "runAs32Bit", "enforceSignatureCheck"}
REQUIRED = {
    "deviceManagementScript": SCRIPT | {"scriptContent", "fileName"},
    "deviceHealthScript": SCRIPT
    | {"publisher", "detectionScriptContent", "remediationScriptContent", "deviceHealthScriptType"},
    "windows10CustomConfiguration": NAMED | {"omaSettings"},
    "omaSettingString": {"displayName", "description", "omaUri", "value"},
    "groupPolicyUploadedDefinitionFile": {"fileName", "content", "defaultLanguageCode", "groupPolicyUploadedLanguageFiles"},
    "win32LobApp": NAMED | {"fileName", "setupFilePath", "installCommandLine", "uninstallCommandLine", "rules"},
    "win32LobAppPowerShellScriptRule": {"ruleType", "scriptContent", "runAs32Bit", "enforceSignatureCheck"},
}

# The server fills these in; sent back they make the request fail or do nothing.
READ_ONLY = {
    "id", "createdDateTime", "lastModifiedDateTime", "version", "isGlobalScript", "highestAvailableVersion", "isEncrypted",
    "secretReferenceValueId", "languageCodes", "targetPrefix", "targetNamespace", "policyType", "revision", "status",
    "uploadDateTime",
}
CONTENT = ("scriptContent", "detectionScriptContent", "remediationScriptContent", "content")


def objects(folder):
    """{path: object} for every JSON file that holds a Graph object."""
    found = {}
    for path in sorted(folder.rglob("*.json")):
        value = json.loads(path.read_bytes())
        if isinstance(value, dict) and str(value.get("@odata.type", "")).startswith("#microsoft.graph."):
            found[str(path.relative_to(folder))] = value
    return found


def typed(values):
    """{name: faults}"""
    if not values:
        return {}
    done = subprocess.run(["node", CHECK], input=json.dumps(values).encode(), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def parts(value):
    """The object and all typed ones inside it."""
    if isinstance(value, dict):
        if "@odata.type" in value:
            yield value
        for member in value.values():
            yield from parts(member)
    elif isinstance(value, list):
        for member in value:
            yield from parts(member)


def fields(value):
    for part in parts(value):
        kind = part["@odata.type"].removeprefix("#microsoft.graph.")
        if missing := REQUIRED.get(kind, set()) - part.keys():
            return f"{kind} does not say {sorted(missing)}"
        if told := READ_ONLY & part.keys():
            return f"{kind} says {sorted(told)}, which only the server knows"
        if part.get("runAs32Bit") or part.get("runAsAccount", "system") != "system":
            return f"{kind} does not run as SYSTEM in a 64-bit host"
        if "@odata.type" in part and "@odata.type" != next(iter(part)):
            return f"{kind} does not begin with its type"
    return None


def embedded(value, folder):
    """What is carried as base64 must be a file of the same build, byte for byte."""
    files = {path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def walk(member, name=""):
        if isinstance(member, dict):
            return next((fault for n, m in member.items() if (fault := walk(m, n))), None)
        if isinstance(member, list):
            return next((fault for m in member if (fault := walk(m, name))), None)
        if name in CONTENT and base64.b64decode(member, validate=True) not in files:
            return f"{name} is not the content of any file of the build"
        return None

    return walk(value)


def judge(table, folder):
    values = objects(folder)
    faults = typed(values)
    for name, value in values.items():
        table.row(
            f"  Graph: {name}",
            [("types", "; ".join(faults[name])), ("fields", fields(value)), ("content", embedded(value, folder))],
        )


GOOD = {
    "@odata.type": "#microsoft.graph.deviceHealthScript", "publisher": "", "displayName": "", "description": "",
    "detectionScriptContent": "", "remediationScriptContent": "", "runAsAccount": "system", "enforceSignatureCheck": False,
    "runAs32Bit": False, "roleScopeTagIds": ["0"], "deviceHealthScriptType": "deviceHealthScript",
    "detectionScriptParameters": [], "remediationScriptParameters": [],
}
GOOD_OMA = {
    "@odata.type": "#microsoft.graph.windows10CustomConfiguration", "displayName": "", "description": "",
    "roleScopeTagIds": ["0"],
    "omaSettings": [
        {"@odata.type": "#microsoft.graph.omaSettingString", "displayName": "", "description": "", "omaUri": "./", "value": ""}
    ],
}


def changed(value, **change):
    value = copy.deepcopy(value)
    setting = value.get("omaSettings", [value])[0]
    setting |= change
    return value


def can_fail(table):
    broken = {
        "unknown property": changed(GOOD, detectionScript=""),
        "unknown word": changed(GOOD, runAsAccount="root"),
        "another type": changed(GOOD, runAs32Bit="no"),
        "unknown object": changed(GOOD, **{"@odata.type": "#microsoft.graph.deviceHelthScript"}),
        "unknown property inside": changed(GOOD_OMA, uri="./"),
    }
    faults = typed({"good": GOOD, "good OMA": GOOD_OMA} | broken)
    checks = [(name, "; ".join(faults[name]) or fields(value)) for name, value in (("good", GOOD), ("good OMA", GOOD_OMA))]
    checks += [(name, None if faults[name] else "not refused") for name in broken]
    for name, value in (
        ("silent about the host", {k: v for k, v in GOOD.items() if k != "runAs32Bit"}),
        ("32-bit host", changed(GOOD, runAs32Bit=True)),
        ("server's own field", changed(GOOD_OMA, isEncrypted=False)),
    ):
        checks.append((name, None if fields(value) else "not refused"))
    table.row("  Graph objects", checks)
