"""Reads the lists in a .reg file: other code than writes it."""

import re


def values(raw):
    """{(key without hive, name): strings}; a deletion gives None."""
    found = {}
    key = None
    text = raw.decode("utf-16")
    for line in re.sub(r"\\\r\n\s*", "", text).split("\r\n"):
        if line.startswith("[") and not line.startswith("[-"):
            key = line.strip("[]").split("\\", 1)[1]
        elif match := re.fullmatch(r'"(.*)"=(?:hex\(7\):([0-9a-f,]*)|-)', line):
            strings = None
            if match[2] is not None:
                units = bytes(int(byte, 16) for byte in match[2].split(",")).decode("utf-16-le")
                strings = units.removesuffix("\0\0").split("\0") if units != "\0" else []
            found[(key, match[1].replace("\\\\", "\\"))] = strings
    return found
