"""What Jamf Pro takes: profiles, Terraform, a custom schema, an extension attribute and a smart group."""

import json
import re
import xml.etree.ElementTree as ElementTree

import hcl2
import jsonschema


def compact(raw):
    """Jamf Pro makes elements of the white space between elements."""
    for element in ElementTree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", raw, count=1)).iter():
        if (element.tail or "") or (element.tag not in ("key", "string", "integer") and element.text):
            return f"white space at <{element.tag}>"
    return None if raw.count(b"\n") == 1 else "more than one line"


# The arguments of each resource in the provider's documentation; nested blocks behind a dot.
ARGUMENTS = {
    "jamfpro_macos_configuration_profile_plist": {
        "name", "description", "level", "distribution_method", "redeploy_on_update", "user_removable", "payloads",
        "payload_validate", "category_id", "site_id", "scope.all_computers", "scope.computer_ids", "scope.computer_group_ids",
    },
    "jamfpro_script": {"name", "category_id", "info", "notes", "os_requirements", "priority", "script_contents"},
    "jamfpro_computer_extension_attribute": {
        "name", "enabled", "description", "input_type", "data_type", "inventory_display_type", "script_contents",
    },
    "jamfpro_smart_computer_group_v2": {
        "name", *(f"criteria.{name}" for name in ("name", "search_type", "value", "priority", "and_or", "opening_paren", "closing_paren")),
    },
    "jamfpro_policy": {
        "name", "enabled", "frequency", "retry_event", "trigger_checkin", "trigger_enrollment_complete", "trigger_other",
        "scope.all_computers", "scope.computer_ids", "scope.computer_group_ids", "payloads.scripts.id",
        "payloads.scripts.priority", "payloads.maintenance.recon",
    },
}


def plain(value):
    """A parsed string without the quotes that the parser keeps, and without escapes."""
    if isinstance(value, str) and value[:1] == value[-1:] == '"':
        return value[1:-1].replace('\\"', '"').replace("$${", "${").replace("%%{", "%{").replace("\\\\", "\\")
    return value


def arguments(body, prefix=""):
    for name, value in body.items():
        name = name.strip('"')
        if name.startswith("__"):
            continue
        blocks = value if isinstance(value, list) and value and isinstance(value[0], dict) else None
        if blocks:
            for block in blocks:
                yield from arguments(block, f"{prefix}{name}.")
        else:
            yield prefix + name, plain(value)


def terraform(folder, organization, names):
    """The module: HCL, only arguments that the provider has, and one resource for each profile that lies beside it."""
    text, resources = "", []
    for path in sorted(folder.glob("*.tf")):
        text += path.read_text()
        try:
            parsed = hcl2.loads(path.read_text())
        except Exception as error:
            return f"{path.name} is not HCL: {str(error).splitlines()[0]}"
        for block in parsed.get("resource", []):
            for kind, labels in block.items():
                resources += [(kind.strip('"'), dict(arguments(body))) for body in labels.values()]
    files = re.findall(r'file\("\$\{path\.module\}/([^"]+)"\)', text)
    if len(files) != text.count("file("):
        return "names a file otherwise than by the folder of the module"
    missing = [name for name in files if not (folder / name).is_file()]
    if missing or {name for name in files if name.endswith(".mobileconfig")} != names:
        return f"names {files}, of which {missing} are not there"
    for kind, body in resources:
        strange = set(body) - ARGUMENTS.get(kind, set())
        if strange:
            return f"{kind} has no {sorted(strange)}"
        told = body.get("description", body.get("info"))
        if told is not None and f" for {organization}, ring=" not in told:
            return f"{kind} is described as {told}"
        if kind.endswith("_plist") and (body["payload_validate"], body["level"]) != (False, "System"):
            return "a profile would be held against its UUID, or is not for the computer"
    kinds = [kind for kind, _ in resources]
    if set(kinds) != set(ARGUMENTS) or len(kinds) != len(ARGUMENTS) - 1 + len(names):
        return f"has {kinds}"
    return None


def schema(path, values):
    """Jamf fills a form from it; what the form makes must be what the profile holds."""
    document = json.loads(path.read_bytes())
    try:
        jsonschema.Draft202012Validator.check_schema(document)
        jsonschema.Draft202012Validator(document).validate(values)
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
