"""Asks a Fleet policy's query of a model of osquery's `file` and `hash` tables.

The model holds what osquery would report of each path that the query names: type, owner and mode of what a link
points at, and the link itself only in `symlink`. It checks our SQL, not osquery. Prints the rows; none means failing.
"""

import hashlib
import os
import re
import sqlite3
import stat
import sys

import yaml

TYPES = {stat.S_IFDIR: "directory", stat.S_IFREG: "regular", stat.S_IFIFO: "fifo", stat.S_IFLNK: "symlink"}


def report(path):
    link = os.lstat(path)
    try:
        target = os.stat(path)
    except FileNotFoundError:
        target = link
    kind = TYPES[stat.S_IFMT(target.st_mode)]
    mode = f"{stat.S_IMODE(target.st_mode):04o}"
    return path, kind, int(stat.S_ISLNK(link.st_mode)), target.st_uid, target.st_gid, mode, target.st_nlink


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        (policy,) = yaml.safe_load(text)
    tables = sqlite3.connect(":memory:")
    tables.execute("CREATE TABLE file (path, type, symlink, uid, gid, mode, hard_links)")
    tables.execute("CREATE TABLE hash (path, sha256)")
    for path in sorted(set(re.findall(r"'(/[^']*)'", policy["query"]))):
        if not os.path.lexists(path):
            continue
        row = report(path)
        tables.execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if row[1] == "regular":
            with open(path, "rb") as content:
                digest = hashlib.sha256(content.read()).hexdigest()
            tables.execute("INSERT INTO hash VALUES (?, ?)", (path, digest))
    for row in tables.execute(policy["query"]):
        print(*row)


main()
