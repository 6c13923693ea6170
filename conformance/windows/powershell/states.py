"""Machines that somebody has been at. `b` is the bundle that is to be installed, `m` the machine."""

from machine import ADMINISTRATORS, FILE_LOCK, FOLDER_LOCK, SYSTEM, USER, Machine, Node

INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
VICTIM = "C:\\Victim"


def fresh():
    machine = Machine()
    machine.create("C:\\ProgramData", owner=SYSTEM)
    machine.create(VICTIM)
    machine.create(VICTIM + "\\secret", content=b"secret")
    for name in ("admin-settings.json", "registry.json", "file"):
        machine.create(VICTIM + "\\" + name, content=b"victim")
    return machine


def folder(b, m, owner=ADMINISTRATORS, entries=FOLDER_LOCK, protected=True, **more):
    node = Node(owner, entries, protected=protected, **more)
    return m.put(b.folder, node)


def file(b, m, name=None, owner=ADMINISTRATORS, entries=FILE_LOCK, protected=True, content=None, **more):
    name = name or b.first
    content = b.files.get(name, b"{}") if content is None else content
    return m.put(b.path(name), Node(owner, entries, content, protected=protected, **more))


def link(m, path, target, owner=USER):
    folder = m.resolve(target).is_folder
    m.put(path, Node(owner, [], None if folder else b"", target=target))


def installed(b, m):
    folder(b, m)
    for name in b.files:
        file(b, m, name)
    for (key, name), strings in b.values.items():
        m.registry.setdefault(key.lower(), {})[name.lower()] = ("REG_MULTI_SZ", list(strings))


def users_folder(b, m):
    file_of_user = b"{}"
    folder(b, m, owner=USER, entries=["A;OICI;FA;;;" + USER], protected=False)
    file(b, m, owner=USER, content=file_of_user)


def open_folder(b, m):
    """What old installers left: trusted owner, inherited permissions, users may add files."""
    m.create(b.folder)


def swapped_before_icacls(b, m):
    open_folder(b, m)

    def swap(m):
        m.remove(b.folder)
        link(m, b.folder, VICTIM)

    m.ambushes.append([["icacls.exe", b.folder + " "], swap, 1])


def created_meanwhile(times):
    def state(b, m):
        def create(m):
            if m.resolve(b.folder) is None:
                folder(b, m, owner=USER, entries=["A;OICI;FA;;;" + USER], protected=False)

        m.ambushes.append([["Rename-Item", ".new-"], create, times])

    return state


def written_into_new(b, m):
    def write(m):
        parent = m.resolve("C:\\ProgramData")
        for name, node in parent.children.values():
            if ".new-" in name:
                node.children["x"] = ("x", Node(USER, [], b"x"))

    m.ambushes.append([["icacls.exe", ".new-", "/setowner"], write, 1])


def tampered_file(**change):
    def state(b, m):
        installed(b, m)
        file(b, m, **change)

    return state


def extra_right(b, m):
    installed(b, m)
    file(b, m, entries=[*FILE_LOCK, "A;;FA;;;" + USER])


def busy_file(b, m):
    installed(b, m)
    file(b, m, content=b"old").busy = True
    for name in b.stale:
        file(b, m, name, content=b"stale")


def sealed_file(b, m):
    installed(b, m)
    file(b, m, owner=USER).sealed = True


def sealed_folder(b, m):
    folder(b, m, owner=USER).sealed = True


def busy_folder(b, m):
    users_folder(b, m)
    m.resolve(b.folder).busy = True


def another_letter(content):
    at = next(index for index, byte in enumerate(content) if chr(byte).isalpha())
    return content[:at] + b"?" + content[at + 1 :]


def linked_file(b, m):
    installed(b, m)
    link(m, b.path(b.first), VICTIM + "\\secret")


def folder_as_file(b, m):
    installed(b, m)
    m.put(b.path(b.first), Node(USER, []))


def program_data_of_user(b, m):
    m.resolve("C:\\ProgramData").owner = USER


def program_data_linked(b, m):
    m.remove("C:\\ProgramData")
    link(m, "C:\\ProgramData", VICTIM)


def stale_file(b, m):
    installed(b, m)
    for name in b.stale:
        file(b, m, name, content=b"stale")


def older(b, m):
    """What the versions of a policy may have left, one after the other."""
    stale_file(b, m)
    for key, name in b.stale_values:
        m.registry.setdefault(key.lower(), {})[name.lower()] = ("REG_MULTI_SZ", ["old"])


def stale_link(b, m):
    installed(b, m)
    for name in b.stale:
        link(m, b.path(name), VICTIM + "\\registry.json")


def value(kind, change):
    def state(b, m):
        installed(b, m)
        for (key, name), strings in b.values.items():
            m.registry[key.lower()][name.lower()] = (kind, change(strings))

    return state


def no_value(b, m):
    installed(b, m)
    m.registry.clear()


def broken(program, code):
    def state(b, m):
        m.broken_tools[program] = code

    return state


def broken_move(code):
    def state(b, m):
        stale_file(b, m)
        file(b, m, content=b"old")
        m.broken_tools["cmd.exe"] = code

    return state


def foreign_json(b, m):
    installed(b, m)
    file(b, m, "access.json", owner=USER)
    file(b, m, "install-settings.json")
