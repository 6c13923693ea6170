"""Asks a real dockerd what it makes of each option of the daemon, and holds that against what `check` says.

A dockerd before 23 has no --validate. It reads its file before it looks at its pidfile, so with the pidfile of a program
that runs it stops there, and has started nothing. What it judges later (addresses, paths, drivers, values that only a
newer one refuses) it does not judge here. Options that came after it are named, and not compared.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STANCHION = os.environ["STANCHION"]

# What a value of each type looks like, and what a value of no type but this looks like.
GOOD = {
    "boolean": True,
    "integer": 1,
    "text": "x",
    "texts": ["x"],
    "table": {},
    "tables": [],
    "texts-by-name": {"x": "y"},
    "booleans-by-name": {"x": True},
    "tables-by-name": {},
    "tables-of-texts": {"x": {"y": "z"}},
}
OF_FORM = {"address": "10.0.0.1", "mirror": "https://mirror.example", "network": "10.9.0.1/24", "pair": "x=1", "size": "64M"}
# Which only a value of its own is good for.
OWN = {"default-runtime": "runc"}
WRONG = {"boolean": "yes", "integer": "one", "text": 7}

# A flag's name: the file's reader takes it, whatever it holds, and nothing reads it.
IGNORED = {"containerd-plugins-namespace"}

# Taken by the file's reader of 20.10, whatever comes of it later: the engine's source from 23 on refuses each.
# https://github.com/moby/moby/blob/master/daemon/config/config.go
REFUSED_LATER = {
    ("mtu", -1),
    ("network-diagnostic-port", -1),
    ("network-diagnostic-port", 65536),
    ("max-download-attempts", -1),
}


def good(option):
    kind = option["type"]
    one = option["values"][0] if "values" in option else OWN.get(option["name"]) or OF_FORM.get(option.get("form"), GOOD[kind])
    return [one] if kind == "texts" and not isinstance(one, list) else one


def wrong(option):
    yield WRONG.get(option["type"], 7)
    if option["type"] == "texts":
        yield [7]
    if option.get("form") == "size":
        yield "large"
    if "least" in option:
        yield option["least"] - 1
    if "most" in option:
        yield option["most"] + 1


class Judges:
    def __init__(self, folder):
        self.folder = folder
        (folder / "running.pid").write_text(str(os.getpid()))

    def dockerd(self, options):
        """Why it refuses the file; None when it goes on to the pidfile."""
        file = self.folder / "daemon.json"
        file.write_text(json.dumps(options))
        places = [f"--{name}={self.folder / name}" for name in ("data-root", "exec-root") if name not in options]
        if "pidfile" not in options:
            places.append(f"--pidfile={self.folder / 'running.pid'}")
        # What it does to mounts before it stops is to stay in a namespace of its own.
        command = ["unshare", "--mount", "dockerd", f"--config-file={file}", *places]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=20, check=False)
        last = done.stderr.strip().splitlines()[-1]
        if "unable to configure the Docker daemon" in last:
            return last.split(": ", 1)[1]
        # The pidfile, or something that it looks at even before.
        assert done.returncode != 0, f"dockerd has run: {last}"
        return None

    def stanchion(self, options):
        """The codes of what it finds in the options."""
        policy = self.folder / "policy.toml"
        policy.write_text(
            '[organization]\nname = "N"\nid = "com.n"\n[fleet]\noldest-version = "4.86.0"\n[sign-in]\norganizations = ["northwind"]\n'
            f"[settings]\nlinuxVM.dockerDaemonOptions = '{json.dumps(options)}'\n"
        )
        done = subprocess.run([STANCHION, "check", "--format", "json", policy], capture_output=True, text=True, check=False)
        refusals = {"wrong-type", "value-out-of-range", "daemon-option-unknown"}
        return [its["code"] for its in json.loads(done.stdout)["findings"] if its["code"] in refusals and its["severity"] == "error"]


def main():
    table = tomllib.loads((ROOT / "src/catalog/daemon-options.toml").read_text(encoding="utf-8"))
    problems, compared, newer = [], 0, []
    with tempfile.TemporaryDirectory() as folder:
        judges = Judges(Path(folder))
        for name in ("debgu", "x"):
            if not judges.dockerd({name: True}):
                problems.append(f"dockerd takes the option {name}, so this shows nothing")
        for option in table["option"]:
            name = option["name"]
            # The pidfile is what stops it.
            if name == "pidfile":
                continue
            reason = judges.dockerd({name: good(option)})
            if reason and "don't match any configuration option" in reason:
                newer.append(name)
                continue
            ours = judges.stanchion({name: good(option)})
            if reason or ours:
                problems.append(f"{name} = {good(option)!r}: dockerd says {reason}, check {ours}")
            for value in wrong(option):
                reason, ours = judges.dockerd({name: value}), judges.stanchion({name: value})
                compared += 1
                is_refused = reason or name in IGNORED or (name, value) in REFUSED_LATER
                if not ours or not is_refused:
                    problems.append(f"{name} = {value!r}: dockerd says {reason}, check {ours}")
            flag = option.get("flag")
            if flag and judges.dockerd({flag: good(option)}) is None and not judges.stanchion({flag: good(option)}):
                problems.append(f"{flag}: dockerd takes the name of the flag, and check does not say that it does nothing")
    version = subprocess.run(["dockerd", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{version}: {compared} wrong values compared; unknown to it, so not compared: {', '.join(newer)}")
    problems += [] if compared > 60 and len(newer) < 30 else [f"{compared} compared, {len(newer)} not"]
    for problem in problems:
        print(f"NOT {problem}")
    return bool(problems)


sys.exit(main())
