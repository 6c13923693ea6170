"""The user of a race: owns the directories of the policy and works against root while the role runs.

    race.py take SETTINGS NESTED TRIGGER RIGHT    recreate, replace and rename; keep every descriptor; write at the end
    race.py flip SETTINGS SECRET TRIGGER          turn the file into a link to a secret and back

Runs until TRIGGER exists, at most two minutes, as the user.
"""

import contextlib
import os
import sys
import time

KEPT = 200


def write(descriptor, content):
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, content)


def take(turn, kept, settings, nested, right):
    """One round. Any step may fail, because root has just taken the directory."""
    with contextlib.suppress(OSError):
        os.unlink(settings)
    with contextlib.suppress(OSError):
        os.rename(nested, f"{nested}.{turn}")
        if turn % 2:
            os.symlink(os.path.dirname(right), nested)
        else:
            os.mkdir(nested)
    with contextlib.suppress(OSError):
        kept.append(os.open(settings, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644))
        write(kept[-1], content_of(right))
    for descriptor in kept[-3:]:
        with contextlib.suppress(OSError):
            write(descriptor, b'{"mine": true}\n')
            write(descriptor, content_of(right))
    if len(kept) > KEPT:
        os.close(kept.pop(0))


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def flip(settings, secret):
    with contextlib.suppress(OSError):
        os.unlink(settings)
        os.symlink(secret, settings)
    with contextlib.suppress(OSError):
        os.unlink(settings)
        with open(settings, "w", encoding="ascii") as file:
            file.write("{}\n")


def main():
    mode, settings, other, trigger, *right = sys.argv[1:]
    kept = []
    turn = 0
    end = time.monotonic() + 120
    while not os.path.exists(trigger) and time.monotonic() < end:
        turn += 1
        if mode == "take":
            take(turn, kept, settings, other, *right)
        else:
            flip(settings, other)
    for descriptor in kept:
        with contextlib.suppress(OSError):
            write(descriptor, b'{"late": true}\n')
    print(f"{turn} rounds, {len(kept)} descriptors")


main()
