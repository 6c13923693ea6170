"""Registry.pol, decoded and encoded again by Samba's codec."""

from samba.dcerpc import preg
from samba.gp_parse.gp_pol import GPPolParser
from samba.ndr import ndr_pack, ndr_unpack

REG_SZ, REG_MULTI_SZ = 1, 7


def fault(raw):
    try:
        file = ndr_unpack(preg.file, raw)
    except RuntimeError as error:
        return f"Samba cannot read it: {error}"
    if ndr_pack(file) != raw:
        return "Samba writes other bytes than it read"
    # A second reader, the one behind `samba-tool gpo backup`.
    GPPolParser().parse(raw)
    return None


def values(raw):
    """{(key, name): strings}; a deletion gives None."""
    found = {}
    for entry in ndr_unpack(preg.file, raw).entries:
        if entry.valuename.startswith("**del."):
            found[(entry.keyname, entry.valuename.removeprefix("**del."))] = None
        else:
            assert entry.type == REG_MULTI_SZ, entry.type
            text = bytes(entry.data).decode("utf-16-le")
            assert text.endswith("\0\0"), repr(text)
            found[(entry.keyname, entry.valuename)] = text[:-2].split("\0")
    return found


def judge(table, folder, path):
    raw = path.read_bytes()
    table.one(f"  Samba: {path.relative_to(folder)}", fault(raw))


def can_fail(table, raw):
    size = raw.index(b";\0\x07\0\0\0;\0") + 8
    broken = {
        "cut off": raw[:-3],
        "size too large": raw[:size] + b"\xff\xff\0\0" + raw[size + 4 :],
        "another signature": b"PRag" + raw[4:],
        "one byte more": raw + b"\0",
    }
    table.row("  Registry.pol", [(name, None if fault(bad) else "not refused") for name, bad in broken.items()])
