"""Registration files, imported, queried, exported and taken back by wine's reg.exe.

Wine's powershell.exe and icacls.exe are stubs that succeed at everything: nothing here asks them.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import reg  # noqa: E402


class Wine:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "WINEPREFIX": str(self.folder / "prefix"), "WINEARCH": "win64",
            "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=;mshtml=", "DISPLAY": "",
        }
        self.run("wineboot", "-i")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run("wineserver", "-k")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, timeout=300, check=False)

    def reg(self, *arguments):
        return self.run("wine", "reg", *arguments)

    def windows_path(self, path):
        return "Z:" + str(path).replace("/", "\\")

    def install(self, raw):
        source = self.folder / "in.reg"
        source.write_bytes(raw)
        return self.reg("import", self.windows_path(source)).returncode

    def query(self, key, name):
        """The strings as reg.exe prints them, or nothing."""
        done = self.reg("query", f"HKLM\\{key}", "/v", name)
        line = next((line for line in done.stdout.decode().splitlines() if " REG_" in line), None)
        return None if done.returncode else line.split(None, 2)

    def export(self, key):
        target = self.folder / "out.reg"
        self.reg("export", f"HKLM\\{key}", self.windows_path(target), "/y")
        return target.read_bytes() if target.exists() else b""


def judge(table, wine, folder):
    """Files that set lists first, then the ones that only delete."""
    files = sorted(folder.rglob("*.reg"), key=lambda path: (not any(reg.values(path.read_bytes()).values()), path))
    for path in files:
        raw = path.read_bytes()
        values = reg.values(raw)
        checks = [("import", f"ended with {code}" if (code := wine.install(raw)) else None)]
        for (key, name), strings in values.items():
            wanted = strings and [name, "REG_MULTI_SZ", "\\0".join(strings)]
            found = wine.query(key, name)
            checks.append((f"query {name}", None if found == wanted else f"{found} and not {wanted}"))
        if len({key for key, _ in values}) == 1 and all(values.values()):
            # Byte for byte but for the empty line that Windows puts at the end of an export.
            exported = wine.export(next(iter(values))[0])
            same = exported == raw + "\r\n".encode("utf-16-le")
            checks.append(("export", None if same else "is not the file that was imported"))
        table.row(f"  wine: {path.relative_to(folder)}", checks)


def can_fail(table, wine, raw):
    values = reg.values(raw)
    (key, name), strings = next(iter(values.items()))
    broken = {
        "without its header": raw.replace("Windows Registry".encode("utf-16-le"), "Windows Regedit".encode("utf-16-le")),
        "text instead of bytes": raw.replace("=hex(7):".encode("utf-16-le"), "=text:".encode("utf-16-le")),
        "another list": raw.replace(",00,00,00".encode("utf-16-le"), ",00,41,00,00,00".encode("utf-16-le"), 1),
    }
    wanted = [name, "REG_MULTI_SZ", "\\0".join(strings)]
    checks = []
    for what, bad in broken.items():
        wine.reg("delete", f"HKLM\\{key}", "/f")
        wine.install(bad)
        checks.append((what, None if wine.query(key, name) != wanted else "not noticed"))
    wine.reg("delete", f"HKLM\\{key}", "/f")
    table.row("  wine", checks)
