"""Opens a .intunewin with Python's own zip and XML readers and the `cryptography` package: no code of the writer."""

import base64
import hashlib
import hmac
import io
import xml.etree.ElementTree as ElementTree
import zipfile

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CONTENT = "IntuneWinPackage/Contents/IntunePackage.intunewin"
METADATA = "IntuneWinPackage/Metadata/Detection.xml"


class Refused(Exception):
    pass


def opened(package):
    """The setup file's name and {path: bytes}."""
    outer = zipfile.ZipFile(io.BytesIO(package))
    if outer.namelist() != [CONTENT, METADATA]:
        raise Refused(f"it holds {outer.namelist()}")
    metadata = outer.read(METADATA)
    if metadata.startswith((b"<?xml", b"\xef\xbb\xbf")):
        raise Refused("Detection.xml has a declaration or a byte-order mark")
    information = ElementTree.fromstring(metadata)
    order = [child.tag for child in information]
    if order != ["Name", "UnencryptedContentSize", "FileName", "SetupFile", "EncryptionInfo"]:
        raise Refused(f"Detection.xml holds {order}")
    encryption = information.find("EncryptionInfo")
    order = [child.tag for child in encryption]
    if order != [
        "EncryptionKey", "MacKey", "InitializationVector", "Mac", "ProfileIdentifier", "FileDigest", "FileDigestAlgorithm",
    ]:
        raise Refused(f"EncryptionInfo holds {order}")
    fact = lambda name: base64.b64decode(encryption.findtext(name), validate=True)

    blob = outer.read(CONTENT)
    mac, iv, ciphertext = blob[:32], blob[32:48], blob[48:]
    if mac != fact("Mac") or iv != fact("InitializationVector"):
        raise Refused("the content begins with another MAC or IV than Detection.xml says")
    if not hmac.compare_digest(hmac.new(fact("MacKey"), iv + ciphertext, hashlib.sha256).digest(), mac):
        raise Refused("the MAC is wrong")
    if fact("MacKey") == fact("EncryptionKey") or len(fact("EncryptionKey")) != 32 or len(fact("MacKey")) != 32:
        raise Refused("the keys are not two of 32 bytes")
    decryptor = Cipher(algorithms.AES(fact("EncryptionKey")), modes.CBC(iv)).decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    content = padded[: -padded[-1]]
    if padded[len(content) :] != bytes([padded[-1]]) * padded[-1] or not 1 <= padded[-1] <= 16:
        raise Refused("the padding is wrong")
    if int(information.findtext("UnencryptedContentSize")) != len(content):
        raise Refused("the size is wrong")
    if hashlib.sha256(content).digest() != fact("FileDigest"):
        raise Refused("the digest is wrong")
    inner = zipfile.ZipFile(io.BytesIO(content))
    if inner.testzip():
        raise Refused(f"{inner.testzip()} is damaged")
    files = {name: inner.read(name) for name in inner.namelist()}
    if information.findtext("SetupFile") not in files:
        raise Refused(f"there is no {information.findtext('SetupFile')}")
    return information.findtext("SetupFile"), files


def judge(table, folder, path):
    try:
        _, files = opened(path.read_bytes())
    except (Refused, zipfile.BadZipFile, ValueError) as refused:
        table.one(f"  unpacked: {path.relative_to(folder)}", str(refused))
        return
    written = {p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    checks = [(name, None if content in written else "is no file of the build") for name, content in files.items()]
    table.row(f"  unpacked: {path.relative_to(folder)}", checks)


def can_fail(table, package):
    def fault(bad):
        try:
            opened(bad)
        except (Refused, zipfile.BadZipFile, ValueError) as refused:
            return str(refused)
        return None

    start = 30 + len(CONTENT)
    checks = []
    for name, at in (("MAC", start), ("IV", start + 32), ("content", start + 60), ("Detection.xml", package.index(b"<MacKey>") + 12)):
        bad = bytearray(package)
        bad[at] ^= 1
        # The outer archive has checksums of its own: a flipped bit must also be noticed by who mends those.
        checks.append((f"one bit of {name}", None if fault(bytes(bad)) and fault(mended(bad)) else "not refused"))
    table.row("  .intunewin", checks)


def mended(package):
    """The same archive with fresh checksums."""
    names = (CONTENT, METADATA)
    mended = io.BytesIO()
    with zipfile.ZipFile(mended, "w") as archive:
        source = zipfile.ZipFile(io.BytesIO(bytes(package)))
        for name in names:
            info = source.getinfo(name)
            at = info.header_offset + 30 + len(name)
            archive.writestr(name, bytes(package[at : at + info.compress_size]))
    return mended.getvalue()
