"""A Samba domain that lives in a network of its own for as long as the stage takes.

The Group Policy Object goes into it as an administrator would put it there: created, its files copied into SYSVOL, backed
up, restored as another object and fetched again; the ADMX goes into the central store. Samba does not know GPP or the
backups of GPMC; Registry.pol, scripts and ADMX it does.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree

import registry_pol
from samba.gp_parse.gp_ini import GPScriptsIniParser

PASSWORD = "Passw0rd!Test"
USER = f"Administrator%{PASSWORD}"
HOST = "dc1.example.test"
STARTED = 60


class Domain:
    def __init__(self):
        # Short, because sockets lie below it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dc"))
        self.configuration = self.folder / "dc/etc/smb.conf"
        self.log = open(self.folder / "log", "wb")
        self.process = None
        self.count = 0

    def __enter__(self):
        self.network()
        empty = self.folder / "empty.conf"
        empty.write_text("[global]\n")
        self.must(
            "samba-tool", "domain", "provision", "-s", empty, f"--targetdir={self.folder}/dc", "--realm=EXAMPLE.TEST",
            "--domain=EXAMPLE", "--server-role=dc", "--dns-backend=NONE", f"--adminpass={PASSWORD}", "--host-name=dc1",
            "--host-ip=127.0.0.1", "--use-rfc2307", "--option=bind interfaces only=yes", "--option=interfaces=lo",
            # The disk here need not have the attributes that Windows permissions are kept in.
            "--option=vfs objects=dfs_samba4 xattr_tdb acl_xattr",
        )
        text = self.configuration.read_text()
        services = "server services = s3fs, rpc, ldap, cldap, kdc, winbindd"
        text, found = re.subn(r"server services = .*", services, text)
        if not found:
            text = text.replace("[global]", f"[global]\n\t{services}", 1)
        self.configuration.write_text(text)
        os.environ["KRB5_CONFIG"] = str(self.folder / "dc/private/krb5.conf")
        self.process = subprocess.Popen(
            ["samba", "-i", "-M", "standard", "-s", self.configuration], stdout=self.log, stderr=subprocess.STDOUT, process_group=0
        )
        for _ in range(STARTED):
            if self.gpo("listall").returncode == 0 and self.smb("ls").returncode == 0:
                return self
            time.sleep(1)
        raise RuntimeError(f"the domain did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def network(self):
        """Loopback and the domain's own name, in namespaces that end with this process."""
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost\n127.0.0.1 {HOST} dc1\n")
        self.must("ip", "link", "set", "lo", "up")
        self.must("mount", "--bind", self.folder / "hosts", "/etc/hosts")
        os.makedirs("/run/samba", exist_ok=True)
        self.must("mount", "-t", "tmpfs", "tmpfs", "/run/samba")

    def run(self, *command):
        return subprocess.run([str(word) for word in command], capture_output=True, timeout=180, check=False)

    def must(self, *command):
        done = self.run(*command)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {(done.stdout + done.stderr).decode()[-2000:]}")
        return done.stdout.decode()

    def gpo(self, verb, *arguments):
        return self.run("samba-tool", "gpo", verb, *arguments, "-s", self.configuration, "-H", f"ldap://{HOST}", "-U", USER)

    def smb(self, *commands):
        return self.run("smbclient", f"//{HOST}/sysvol", "-s", self.configuration, "-U", USER, "-c", "; ".join(map(str, commands)))

    def fresh(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def unique(self, name):
        """No two objects of a domain may have one name, and every ring calls its own the same."""
        self.count += 1
        return f"{self.count} {name}"

    def create(self, name):
        done = self.gpo("create", name, f"--tmpdir={self.fresh()}")
        found = re.search(r"\{[0-9A-Fa-f-]{36}\}", (done.stdout + done.stderr).decode())
        if done.returncode or not found:
            raise RuntimeError((done.stdout + done.stderr).decode())
        return found[0]

    def put(self, guid, path, source):
        folders = pathlib.PurePosixPath(path).parents
        base = f"example.test/Policies/{guid}"
        for folder in reversed([f for f in folders if str(f) != "."]):
            self.smb(f'mkdir "{base}/{folder}"')
        return self.smb(f'put "{source}" "{base}/{path}"')

    def get(self, guid, path):
        target = self.folder / "fetched"
        target.unlink(missing_ok=True)
        self.smb(f'get "example.test/Policies/{guid}/{path}" "{target}"')
        return target.read_bytes() if target.exists() else None


def judge(table, domain, backup):
    """`backup` is a GPMC backup of ours: the files below its Machine folder go into the domain."""
    machine = next(backup.glob("*/DomainSysvol/GPO"))
    files = {str(path.relative_to(machine)): path for path in sorted(machine.rglob("*")) if path.is_file()}
    name = domain.unique(backup.name)
    guid = domain.create(name)
    checks = []
    for path, source in files.items():
        domain.put(guid, path, source)
        checks.append((path, None if domain.get(guid, path) == source.read_bytes() else "comes back different"))
    saved = domain.fresh()
    done = domain.gpo("backup", guid, f"--tmpdir={saved}")
    checks.append(("backup", None if done.returncode == 0 else done.stderr.decode()[-300:]))
    for path, source in files.items():
        checks.append((f"saved {path}", saved_fault(source, saved / "policy" / guid / path)))
    done = domain.gpo("restore", name + " restored", saved / "policy" / guid, f"--tmpdir={domain.fresh()}")
    found = re.search(r"\{[0-9A-Fa-f-]{36}\}", done.stdout.decode())
    if done.returncode or not found:
        checks.append(("restore", (done.stdout + done.stderr).decode()[-300:]))
    else:
        # From the XML where there is one: Samba's own encoder has to come to our bytes.
        for path, source in files.items():
            same = meaning(path, domain.get(found[0], path)) == meaning(path, source.read_bytes())
            checks.append((f"restored {path}", None if same else "comes back different"))
    table.row(f"  domain: {backup.name}", checks)


def meaning(path, raw):
    """Samba writes blank lines of its own into .ini files; all others must come back byte for byte."""
    if raw is None or not path.endswith(".ini"):
        return raw
    parser = GPScriptsIniParser()
    parser.parse(raw)
    return {section: dict(parser.ini_conf[section]) for section in parser.ini_conf.sections()}


def saved_fault(source, saved):
    """Samba keeps every file, and beside it what it understood of it."""
    kept, decoded = (saved.with_name(saved.name + suffix) for suffix in (".SAMBABACKUP", ".xml"))
    if not kept.exists() or kept.read_bytes() != source.read_bytes():
        return "is not in the backup"
    root = ElementTree.parse(decoded).getroot()
    if source.name.lower() == "registry.pol":
        found = {
            (entry.findtext("Key"), entry.findtext("ValueName")): [value.text for value in entry.iter("Value")]
            for entry in root.iter("Entry")
        }
        wanted = registry_pol.values(source.read_bytes())
        return None if found == wanted else f"{found} and not {wanted}"
    if source.suffix == ".ini":
        commands = [p.findtext("Value") for p in root.iter("Parameter") if p.findtext("Key").endswith("CmdLine")]
        scripts = {path.name for path in (source.parent / "Startup").iterdir()}
        return None if set(commands) == scripts else f"{commands} and not {scripts}"
    return None


def judge_central_store(table, domain, admx):
    done = domain.gpo("admxload", f"--admx-dir={admx.parent}")
    checks = [("load", None if done.returncode == 0 else (done.stdout + done.stderr).decode()[-300:])]
    for path in [admx, *admx.parent.glob(f"*/{admx.stem}.adml")]:
        target = domain.folder / "fetched"
        target.unlink(missing_ok=True)
        name = str(path.relative_to(admx.parent))
        domain.smb(f'get "example.test/Policies/PolicyDefinitions/{name}" "{target}"')
        same = target.exists() and target.read_bytes() == path.read_bytes()
        checks.append((name, None if same else "is not in the central store"))
    table.row(f"  domain: {admx.name}", checks)


def judge_permissions(table, domain):
    done = domain.gpo("aclcheck")
    table.one("  domain: permissions of all objects", None if done.returncode == 0 else done.stderr.decode()[-300:])


def can_fail(table, domain):
    """A file that is not what we put there, and a Registry.pol that is none, must be noticed."""
    guid = domain.create("broken")
    broken = domain.folder / "broken"
    broken.write_bytes(b"PRag")
    domain.put(guid, "Machine/Registry.pol", broken)
    checks = [("another file", None if domain.get(guid, "Machine/Registry.pol") != b"PReg" else "not noticed")]
    saved = domain.fresh()
    done = domain.gpo("backup", guid, f"--tmpdir={saved}")
    decoded = [path for path in saved.rglob("*.pol.xml") if b"<Entry" in path.read_bytes()]
    checks.append(("no Registry.pol", None if done.returncode or not decoded else "decoded all the same"))
    nobody = "{00000000-0000-0000-0000-000000000000}"
    done = domain.gpo("backup", nobody, f"--tmpdir={domain.fresh()}")
    checks.append(("no object", None if done.returncode else "backed up"))
    table.row("  domain", checks)
