"""A Windows machine in memory: folders with owners, permissions and links, a registry, and the programs that change them.

Only what the scripts use is there, and everything else is refused. Things that a real machine decides (what icacls leaves
behind, whom inherited permissions go to) follow Microsoft's documentation; nothing here was measured on Windows.
"""

import uuid

from values import Fault, Thing, Unknown

DIRECTORY, READ_ONLY, LINK = 16, 1, 1024

ADMINISTRATORS, SYSTEM, USER = "BA", "SY", "S-1-5-21-1-2-3-1001"
SIDS = {"*S-1-5-32-544": "BA", "*S-1-5-18": "SY", "*S-1-5-32-545": "BU"}
RIGHTS = {"F": "FA", "RX": "0x1200a9"}

FOLDER_LOCK = ["A;OICI;FA;;;SY", "A;OICI;FA;;;BA", "A;OICI;0x1200a9;;;BU"]
FILE_LOCK = ["A;;FA;;;SY", "A;;FA;;;BA", "A;;0x1200a9;;;BU"]
PROGRAM_DATA = ["A;OICI;FA;;;SY", "A;OICI;FA;;;BA", "A;OICIIO;GA;;;CO", "A;OICI;0x1200a9;;;BU", "A;CI;DCLCRPCR;;;BU"]


class Node:
    def __init__(self, owner, entries, content=None, protected=False, attributes=0, target=None):
        self.owner, self.entries, self.protected = owner, list(entries), protected
        self.attributes, self.target = attributes, target
        self.content = content
        self.children = None if content is not None else {}
        self.busy = False
        # A user may take away even SYSTEM's right to look.
        self.sealed = False

    @property
    def is_folder(self):
        return self.children is not None

    @property
    def sddl(self):
        flags = "PAI" if self.protected else "AI"
        return f"O:{self.owner}G:SYD:{flags}" + "".join(f"({entry})" for entry in self.entries)


def inherited(parent, is_folder):
    entries = []
    for entry in parent.entries:
        kind, flags, *rest = entry.split(";")
        if is_folder and "CI" in flags:
            entries.append(";".join([kind, flags.replace("ID", "") + "ID", *rest]))
        elif not is_folder and "OI" in flags:
            entries.append(";".join([kind, "ID", *rest]))
    return entries


class Machine:
    def __init__(self):
        self.root = Node(ADMINISTRATORS, PROGRAM_DATA)
        self.registry = {}
        self.log = []
        # (words in the call, what a user does just before it, how often that is still to happen)
        self.ambushes = []
        self.broken_tools = {}

    # Paths. Every part but the last follows links, as Windows does.

    def resolve(self, path, follow=False):
        node = self.root
        parts = path.split("\\")[1:]
        if parts == [""]:
            return node
        for index, part in enumerate(parts):
            if not node.is_folder or part.lower() not in node.children:
                return None
            node = node.children[part.lower()][1]
            if node.target and (follow or index < len(parts) - 1):
                node = self.resolve(node.target, follow=True)
                if node is None:
                    return None
        return node

    def must(self, path, follow=False):
        node = self.resolve(path, follow)
        if node is None:
            raise Fault(f"Cannot find path '{path}' because it does not exist.")
        return node

    def place(self, path):
        folder, name = path.rsplit("\\", 1)
        parent = self.must(folder if "\\" in folder else folder + "\\", follow=True)
        if not parent.is_folder:
            raise Fault(f"'{folder}' is not a folder.")
        return parent, name

    def put(self, path, node):
        parent, name = self.place(path)
        parent.children[name.lower()] = (name, node)
        return node

    def create(self, path, owner=ADMINISTRATORS, content=None, **more):
        parent, name = self.place(path)
        if name.lower() in parent.children:
            raise Fault(f"An item with the specified name {path} already exists.")
        return self.put(path, Node(owner, inherited(parent, content is None), content, **more))

    def remove(self, path):
        parent, name = self.place(path)
        del parent.children[name.lower()]

    def ambush(self, call):
        for ambush in self.ambushes:
            words, deed, times = ambush
            if times > 0 and all(word in call for word in words):
                ambush[2] -= 1
                deed(self)

    # Programs

    def tool(self, program, arguments):
        name = program.rsplit("\\", 1)[-1]
        if program != f"C:\\Windows\\System32\\{name}":
            raise Unknown(f"the program {program}")
        call = " ".join([name, *arguments])
        self.ambush(call)
        self.log.append(call)
        if name in self.broken_tools:
            return self.broken_tools[name], ["Acces refuse."]
        return getattr(self, "tool_" + name.removesuffix(".exe"))(arguments), []

    def tool_icacls(self, arguments):
        path, *words = arguments
        link_itself = "/L" in words
        words = [word for word in words if word not in ("/L", "/Q")]
        node = self.resolve(path, follow=not link_itself)
        if node is None:
            return 2
        if words[0] == "/setowner":
            node.owner = SIDS[words[1]]
            words = words[2:]
        elif words == ["/reset"]:
            parent, _ = self.place(path)
            node.entries, node.protected = inherited(parent, node.is_folder), False
            words = []
        elif words[0] == "/inheritance:r":
            node.entries = [entry for entry in node.entries if "ID" not in entry.split(";")[1]]
            node.protected = True
            if words[1:2] == ["/grant:r"]:
                for grant in words[2:]:
                    self.grant(node, grant)
                words = []
            else:
                words = words[1:]
        return 87 if words else 0

    def grant(self, node, grant):
        sid, rights = grant.split(":")
        flags, rights = ("OICI", rights[8:]) if rights.startswith("(OI)(CI)") else ("", rights)
        trustee = SIDS[sid]
        node.entries = [e for e in node.entries if not (e.endswith(";" + trustee) and "ID" not in e.split(";")[1])]
        node.entries.append(f"A;{flags};{RIGHTS[rights]};;;{trustee}")

    def tool_reg(self, arguments):
        verb, key, *words = arguments
        hive, key = key.split("\\", 1)
        if hive != "HKLM" or words[0] != "/v":
            raise Unknown(f"reg {arguments}")
        # Without /reg:64 a 32-bit host would write where nobody reads.
        registry = self.registry if words[-1] == "/reg:64" else {}
        values = registry.setdefault(key.lower(), {})
        name, rest = words[1], [word for word in words[2:] if word != "/reg:64"]
        if verb == "add" and rest[0] == "/t" and rest[2] == "/d" and rest[4:] == ["/f"]:
            values[name.lower()] = (rest[1], rest[3].split("\\0"))
            return 0
        if verb == "delete" and rest == ["/f"]:
            return 0 if values.pop(name.lower(), None) else 1
        raise Unknown(f"reg {arguments}")

    def tool_cmd(self, arguments):
        if arguments[:3] == ["/d", "/c", "rd"]:
            folder = self.resolve(arguments[3])
            if folder is None or not folder.is_folder or folder.children:
                return 145
            self.remove(arguments[3])
            return 0
        switches, (source, target) = arguments[:-2], arguments[-2:]
        if switches != ["/d", "/c", "move", "/Y"]:
            raise Unknown(f"cmd {arguments}")
        node, old = self.resolve(source), self.resolve(target)
        through = self.resolve(target, follow=True)
        if through is not None and through.is_folder:
            # Into the folder, and a link to one counts.
            through.children[source.rsplit("\\", 1)[1].lower()] = (source.rsplit("\\", 1)[1], node)
            self.remove(source)
            return 0
        if old is not None and (old.busy or old.attributes & READ_ONLY):
            return 1
        self.remove(source)
        self.put(target, node)
        return 0

    # Cmdlets

    def cmdlet(self, name, positional, named):
        self.ambush(" ".join([name, *(str(value) for value in named.values())]))
        handler = getattr(self, "cmdlet_" + name.lower().replace("-", "_"), None)
        if handler is None:
            raise Unknown(f"the cmdlet {name}")
        try:
            output = handler(*positional, **{key[1:]: value for key, value in named.items()})
        except TypeError as wrong:
            raise Unknown(f"{name} {named}: {wrong}") from wrong
        return output if isinstance(output, list) else [] if output is None else [output]

    def item(self, path, name, node):
        attributes = node.attributes | (DIRECTORY if node.is_folder else 0) | (LINK if node.target else 0)
        facts = {"Name": name, "FullName": path, "Attributes": attributes, "PSIsContainer": node.is_folder}
        if not node.is_folder:
            facts |= {"Length": len(node.content), "IsReadOnly": bool(attributes & READ_ONLY)}
        return Thing(**facts)

    def cmdlet_get_childitem(self, literalpath, force):
        folder = self.must(literalpath, follow=True)
        if not folder.is_folder:
            raise Unknown(f"the listing of the file {literalpath}")
        slash = "" if literalpath.endswith("\\") else "\\"
        return [self.item(literalpath + slash + name, name, node) for name, node in folder.children.values()]

    def cmdlet_get_item(self, literalpath, force):
        return self.item(literalpath, literalpath.rsplit("\\", 1)[1], self.must(literalpath))

    def cmdlet_get_acl(self, literalpath):
        node = self.must(literalpath, follow=True)
        if node.sealed:
            raise Fault("Attempted to perform an unauthorized operation.")
        return Thing(Sddl=node.sddl)

    def cmdlet_get_content(self, literalpath, raw, encoding):
        if encoding != "ASCII":
            raise Unknown(encoding)
        node = self.must(literalpath, follow=True)
        # A reader drops the byte-order mark and takes what is not ASCII for a question mark.
        return "".join(chr(b) if b < 128 else "?" for b in node.content.removeprefix(b"\xef\xbb\xbf")) or None

    def cmdlet_set_content(self, literalpath, value, encoding, nonewline):
        if encoding != "ASCII":
            raise Unknown(encoding)
        self.must(literalpath, follow=True).content = value.encode("ascii")

    def cmdlet_new_item(self, itemtype, path):
        if "~" in path or "*" in path:
            raise Unknown(path)
        self.create(path, content=b"" if itemtype == "File" else None)
        return Thing(FullName=path)

    def cmdlet_remove_item(self, literalpath, force=False):
        node = self.must(literalpath)
        if node.is_folder and node.children and not node.target:
            raise Fault(f"{literalpath} is not empty and -Recurse was not given.")
        if node.attributes & READ_ONLY and not force:
            raise Fault(f"{literalpath}: You do not have sufficient access rights.")
        if node.busy:
            raise Fault(f"{literalpath} is being used by another process.")
        self.remove(literalpath)

    def cmdlet_rename_item(self, literalpath, newname):
        node = self.must(literalpath)
        target = literalpath.rsplit("\\", 1)[0] + "\\" + newname
        if "\\" in newname or self.resolve(target) is not None:
            raise Fault("Cannot create a file when that file already exists.")
        if node.busy:
            raise Fault(f"Access to the path '{literalpath}' is denied.")
        self.remove(literalpath)
        self.put(target, node)

    def cmdlet_set_itemproperty(self, literalpath, name, value):
        if (name, value) != ("IsReadOnly", False):
            raise Unknown(f"{name} = {value}")
        node = self.must(literalpath, follow=True)
        if node.sealed:
            raise Fault("Access is denied.")
        node.attributes &= ~READ_ONLY

    def cmdlet_get_itemproperty(self, literalpath, name):
        drive, key = literalpath.split("\\", 1)
        if drive != "HKLM:":
            raise Unknown(literalpath)
        kind, strings = self.registry.get(key.lower(), {}).get(name.lower(), (None, None))
        if kind is None:
            raise Fault(f"Property {name} does not exist at path {literalpath}.")
        return Thing(**{name: list(strings) if kind == "REG_MULTI_SZ" else strings[0]})

    def cmdlet_split_path(self, path, leaf=False):
        folder, name = path.rsplit("\\", 1)
        return name if leaf else folder if "\\" in folder else folder + "\\"

    def cmdlet_new_guid(self):
        return str(uuid.uuid4())
