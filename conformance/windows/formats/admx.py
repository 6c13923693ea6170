"""ADMX and ADML: well-formed for xmllint, every reference resolved, and the limits that Intune's import has."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"


def well_formed(path):
    done = subprocess.run(["xmllint", "--noout", "--nonet", path], stderr=subprocess.PIPE, check=False)
    return done.stderr.decode() or None


def read(raw):
    root = ElementTree.fromstring(raw)
    all_of = lambda tag: list(root.iter(NAMESPACE + tag))
    return root, all_of


def faults(admx, adml):
    """Everything that Group Policy's editor or Intune would stumble over."""
    root, all_of = read(admx)
    _, texts = read(adml)
    strings = {text.get("id") for text in texts("string")}
    presentations = {p.get("id"): p for p in texts("presentation")}
    found = []
    if root.tag != NAMESPACE + "policyDefinitions":
        found.append(f"the root is {root.tag}")
    for raw in (admx, adml):
        if not raw.isascii() or raw.startswith(b"\xef\xbb\xbf") or re.search(rb"(?<!\r)\n", raw):
            found.append("not ASCII with CRLF")
    if all_of("using"):
        found.append("refers to another namespace, which Intune wants to have first")
    if not re.fullmatch(r"\d+\.\d+", root.get("revision", "")):
        found.append(f"revision {root.get('revision')}")
    for element in root.iter():
        for name, text in element.attrib.items():
            if reference := re.fullmatch(r"\$\(string\.(.+)\)", text):
                if reference[1] not in strings:
                    found.append(f"no string {reference[1]}")
            if reference := re.fullmatch(r"\$\(presentation\.(.+)\)", text):
                if reference[1] not in presentations:
                    found.append(f"no presentation {reference[1]}")
            if name in ("id", "name", "prefix") and re.search(r"[.\s]", text):
                found.append(f"{name} {text!r} has a dot or a blank")
    categories = {category.get("name") for category in all_of("category")}
    supported = {definition.get("name") for definition in all_of("definition")}
    for policy in all_of("policy"):
        name = policy.get("name")
        if policy.get("class") not in ("Machine", "User", "Both"):
            found.append(f"{name} is of class {policy.get('class')}")
        if policy.find(NAMESPACE + "parentCategory").get("ref") not in categories:
            found.append(f"{name} is in no category")
        if policy.find(NAMESPACE + "supportedOn").get("ref") not in supported:
            found.append(f"{name} is supported on nothing")
        elements = list(policy.find(NAMESPACE + "elements"))
        boxes = {child.get("refId") for child in presentations.get(name, ()) if child.get("refId")}
        if {element.get("id") for element in elements} != boxes:
            found.append(f"{name} has other elements than boxes")
        found += [f"{e.get('id')} sets no value" for e in elements if not e.get("valueName")]
    unused = strings - set(re.findall(r"\$\(string\.([^)]+)\)", admx.decode()))
    return found + [f"string {name} is never used" for name in sorted(unused)]


def judge(table, folder, path):
    languages = list(path.parent.glob(f"*/{path.stem}.adml"))
    checks = [("xmllint", well_formed(path)), ("languages", None if languages else "there is no ADML")]
    for language in languages:
        checks.append((language.parent.name, well_formed(language)))
        found = faults(path.read_bytes(), language.read_bytes())
        checks.append(("references", "; ".join(found)))
    table.row(f"  ADMX: {path.relative_to(folder)}", checks)


def can_fail(table, path):
    admx, adml = path.read_bytes(), next(path.parent.glob(f"*/{path.stem}.adml")).read_bytes()
    broken = {
        "missing string": (admx, re.sub(rb"<string [^>]*>[^<]*</string>", b"", adml, count=1)),
        "missing presentation": (admx, adml.replace(b'<presentation id="', b'<presentation id="X')),
        "missing value name": (re.sub(rb' valueName="[^"]*"', b"", admx), adml),
        "another class": (admx.replace(b'class="Machine"', b'class="Computer"'), adml),
        "missing category": (admx.replace(b'parentCategory ref="', b'parentCategory ref="X'), adml),
        "revision": (admx.replace(b'revision="1.0"', b'revision="1.04.0000"'), adml),
        "other box": (admx, adml.replace(b'refId="', b'refId="X')),
        "dot in a name": (admx.replace(b'<policy name="', b'<policy name="A.'), adml),
        "line feeds": (admx.replace(b"\r\n", b"\n"), adml),
    }
    checks = [(name, None if faults(*pair) else "not refused") for name, pair in broken.items()]
    table.row("  ADMX", checks)
