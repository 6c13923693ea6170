"""The user of case_race: owns the policy's directory and never rests while the script runs.

race.py DIRECTORY FILE OTHER HOME STOP: takes entries away, puts links, directories and right-looking
files there, keeps every one of them open, and writes through all that it holds when STOP appears.
"""
import contextlib
import os
import shutil
import sys

directory, file, other, home, stop = sys.argv[1:]
folder = os.path.dirname(other)
bytes_of = {path: open(path, "rb").read() for path in {file, other}}
held = []
os.makedirs(f"{home}/bait", exist_ok=True)


def plant(path, round_number):
    """One thing after another at a path: right bytes kept open, a directory, two kinds of link."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    kind = round_number % 6
    if kind == 4:
        os.makedirs(f"{path}/deep")
        os.symlink(f"{home}/bait", f"{path}/deep/link")
    elif kind == 5:
        os.symlink(f"{home}/bait", path)
    else:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        os.write(descriptor, bytes_of[path])
        held.append(descriptor)


def scribble(descriptor):
    """Overwrites a file and puts it back, as somebody who hopes to be compared in between."""
    right = os.pread(descriptor, 1 << 20, 0)
    os.pwrite(descriptor, b"{}", 0)
    os.pwrite(descriptor, right[:2], 0)


number = 0
while not os.path.exists(stop):
    number += 1
    with contextlib.suppress(OSError):
        plant(file, number)
    if folder != directory:
        with contextlib.suppress(OSError):
            away = f"{home}/away{number}"
            os.rename(folder, away)
            if number % 2:
                os.symlink(away, folder)
            else:
                os.mkdir(folder)
                shutil.copy(f"{away}/{os.path.basename(other)}", other)
    for descriptor in held[-3:]:
        scribble(descriptor)
    while len(held) > 200:
        os.close(held.pop(0))
    if number == 3:
        open(f"{home}/racing", "w").close()

for descriptor in held:
    os.pwrite(descriptor, b"late", 0)
