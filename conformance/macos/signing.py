"""`signing.py DIR...`: every profile, signed, in the hands of OpenSSL and of NSS, and all that must not be signed."""

import datetime
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "windows"))
from table import Table

STANCHION = os.environ.get("STANCHION", "target/release/stanchion")
STANCHION = str(pathlib.Path(STANCHION).resolve())

# Within the life of the certificates made below.
LATER = str(datetime.date.today() + datetime.timedelta(days=100))

LEAF = "keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning,emailProtection\n"
AUTHORITY = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n"


def shell(script, **more):
    return subprocess.run(["sh", "-ec", script], capture_output=True, text=True, **more)


def pki():
    """A root, an intermediate, and a certificate for each key, in the current folder."""
    script = f"""
    printf '{LEAF}' > leaf.ext; printf '{AUTHORITY}' > authority.ext
    issue() {{ # issue NAME SUBJECT ISSUER EXTENSIONS: from NAME.key
        openssl req -new -utf8 -key $1.key -subj "$2" -out request
        openssl x509 -req -in request -CA $3.pem -CAkey $3.key -CAcreateserial -days 800 -extfile $4.ext -out $1.pem
    }}
    openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj '/O=Northwind/CN=Root' -days 3650
    openssl genrsa -out chain.key 2048; issue chain '/O=Northwind/CN=Intermediate' root authority
    openssl ecparam -name prime256v1 -genkey -out p256.key; issue p256 '/O=Größe, "&" <Co>/CN=P-256' chain leaf
    openssl genrsa -traditional -out rsa.key 3072; issue rsa '/O=Northwind/CN=RSA' chain leaf
    openssl pkcs8 -topk8 -nocrypt -in p256.key -out p256.pkcs8; openssl pkcs8 -topk8 -nocrypt -in rsa.key -out rsa.pkcs8
    openssl x509 -in rsa.pem -outform DER -out rsa.cer; cat rsa.pem chain.pem > rsa.full
    certutil -N -d sql:. --empty-password; certutil -A -d sql:. -n root -t CT,CT,CT -i root.pem
    # What must be refused.
    openssl genrsa -traditional -out short.key 1024; issue short '/CN=short' chain leaf
    openssl ecparam -name secp384r1 -genkey -noout -out p384.key; issue p384 '/CN=P-384' chain leaf
    openssl genpkey -algorithm ed25519 -out ed25519.key; issue ed25519 '/CN=Ed25519' chain leaf
    openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out pss.key; issue pss '/CN=PSS' chain leaf
    openssl pkcs8 -topk8 -in rsa.key -passout pass:x -out rsa.pkcs8.encrypted
    openssl rsa -aes256 -traditional -in rsa.key -passout pass:x -out rsa.key.encrypted
    openssl ec -aes256 -in p256.key -passout pass:x -out p256.key.encrypted
    openssl pkey -in rsa.key -outform DER -out rsa.key.der
    openssl pkcs12 -export -in rsa.pem -inkey rsa.key -certfile chain.pem -passout pass:x -out rsa.p12
    cp rsa.key unfit.key; issue unfit '/CN=unfit' chain authority
    """
    done = shell(script)
    if done.returncode:
        sys.exit(f"openssl: {done.stderr}")


def sign(profile, *arguments):
    return subprocess.run([STANCHION, "sign", profile, *arguments], capture_output=True, text=True)


def of(kind, key=None):
    return ["--cert", f"{kind}.pem", "--key", key or f"{kind}.key", "--chain", "chain.pem"]


def openssl(signed):
    """What OpenSSL takes out of it, None when it does not verify."""
    command = "openssl cms -verify -inform DER -CAfile root.pem -in".split()
    done = subprocess.run([*command, signed, "-out", "taken-out"], capture_output=True)
    return pathlib.Path("taken-out").read_bytes() if done.returncode == 0 else None


def nss(signed):
    """The same for the library from which the Mac's own `security cms` was made."""
    done = subprocess.run(["cmsutil", "-D", "-d", "sql:.", "-i", signed, "-o", "taken-out"], capture_output=True)
    return pathlib.Path("taken-out").read_bytes() if done.returncode == 0 else None


def good(profile, kind):
    """Signs twice and has it verified; then changes a byte of the content, of the signature, of the certificate."""
    content = profile.read_bytes()
    for name, arguments in [("one", of(kind)), ("two", [*of(kind, f"{kind}.pkcs8"), "--today", LATER])]:
        pathlib.Path(name).unlink(missing_ok=True)
        done = sign(profile, *arguments, "--output", name)
        if done.returncode or done.stderr:
            return done.stderr
    signed = pathlib.Path("one").read_bytes()
    if signed != pathlib.Path("two").read_bytes():
        return "the same key signs with other bytes on another day"
    der = subprocess.run("openssl cms -cmsout -inform DER -outform DER -in one".split(), capture_output=True).stdout
    if der != signed:
        return "is not DER: OpenSSL writes it otherwise"
    for reader in openssl, nss:
        if reader("one") != content:
            return f"{reader.__name__} does not verify it"
    printed = shell("openssl cms -cmsout -print -noout -inform DER -in one").stdout
    if "signingTime" in printed or "messageDigest" not in printed:
        return "signs other attributes than it should"
    at = {"content": signed.index(content) + len(content) // 2, "signature": len(signed) - 9}
    for what, position in at.items():
        changed = bytearray(signed)
        changed[position] ^= 1
        pathlib.Path("changed").write_bytes(changed)
        for reader in openssl, nss:
            if reader("changed") is not None:
                return f"{reader.__name__} verifies it with a changed {what}"
    return None


def accepted(profile, content):
    """The forms in which people have keys and certificates, among them those that our own advice makes."""
    rows = {
        "a certificate in DER": ("true", ["--cert", "rsa.cer", "--key", "rsa.key", "--chain", "chain.pem"]),
        "the chain behind the certificate": ("true", ["--cert", "rsa.full", "--key", "rsa.key"]),
        "from a .p12, as advised": (
            "openssl pkcs12 -in rsa.p12 -passin pass:x -nocerts -nodes -out taken.key; openssl pkcs12 -in rsa.p12 -passin pass:x -nokeys -out taken.pem",
            ["--cert", "taken.pem", "--key", "taken.key"],
        ),
        "decrypted, as advised": (
            "(umask 077; openssl pkey -in rsa.key.encrypted -passin pass:x -out key.pem)",
            ["--cert", "rsa.pem", "--key", "key.pem", "--chain", "chain.pem"],
        ),
        "from DER, as advised": ("openssl pkey -inform DER -in rsa.key.der -out key.pem", ["--cert", "rsa.full", "--key", "key.pem"]),
    }
    for name, (script, arguments) in rows.items():
        pathlib.Path("out").unlink(missing_ok=True)
        prepared = shell(script)
        done = sign(profile, *arguments, "--output", "out")
        fault = prepared.stderr if prepared.returncode else done.stderr
        yield name, fault or (None if openssl("out") == content else "does not verify")


def refused(profile):
    """Each must end with 2, say why, and write nothing."""
    for name, options in {"ours": [], "stream": ["-stream"]}.items():
        subprocess.run(
            ["openssl", "cms", "-sign", "-nodetach", *options, "-binary", "-outform", "DER", "-signer", "rsa.pem", "-inkey", "rsa.key", "-in", profile, "-out", name],
            check=True, capture_output=True,
        )
    pathlib.Path("link").symlink_to("elsewhere")
    pathlib.Path("mine").write_text("mine")
    rows = {
        "another key": (profile, of("rsa", "p256.key"), "is not the key of rsa.pem"),
        "another key of the kind": (profile, of("rsa", "chain.key"), "is not the key of rsa.pem"),
        "RSA of 1024 bits": (profile, of("short"), "neither RSA of 2048"),
        "P-384": (profile, of("p384"), "P-256"),
        "Ed25519": (profile, of("ed25519"), "P-256"),
        "a key for PSS alone": (profile, of("pss"), "P-256"),
        "encrypted PKCS#8": (profile, of("rsa", "rsa.pkcs8.encrypted"), "openssl pkey -in rsa.pkcs8.encrypted"),
        "encrypted PKCS#1": (profile, of("rsa", "rsa.key.encrypted"), "openssl pkey -in rsa.key.encrypted"),
        "encrypted SEC1": (profile, of("p256", "p256.key.encrypted"), "openssl pkey -in p256.key.encrypted"),
        "a .p12 as key": (profile, of("rsa", "rsa.p12"), "openssl pkcs12"),
        "a .p12 as certificate": (profile, ["--cert", "rsa.p12", "--key", "rsa.key"], "openssl pkcs12"),
        "a key in DER": (profile, of("rsa", "rsa.key.der"), "openssl pkey -inform DER"),
        "not for signing": (profile, of("unfit"), "key usage lacks digitalSignature"),
        "expired": (profile, [*of("rsa"), "--today", "2099-01-01"], "was valid until"),
        "not yet valid": (profile, [*of("rsa"), "--today", "2020-01-01"], "is not valid before"),
        "without the intermediate": (profile, ["--cert", "rsa.pem", "--key", "rsa.key", "--chain", "root.pem"], "CN=Intermediate"),
        "signed already": ("ours", of("rsa"), "signed already"),
        "signed already, as BER": ("stream", of("rsa"), "signed already"),
        "no profile": (profile.parents[1] / "admin-settings.json", of("rsa"), "no configuration profile"),
        "no such file": ("gone", of("rsa"), "gone"),
        "a link at the output": (profile, [*of("rsa"), "--output", "link"], "link is a link"),
        "a file at the output": (profile, [*of("rsa"), "--output", "mine"], "mine exists"),
        "a folder at the output": (profile, [*of("rsa"), "--output", "."], "not a plain file"),
    }
    for name, (profile, arguments, said) in rows.items():
        if "--output" not in arguments:
            arguments = [*arguments, "--output", "new"]
        done = sign(profile, *arguments)
        written = [file for file in ("new", "elsewhere") if os.path.lexists(file)]
        if done.returncode != 2 or said not in done.stderr or written or pathlib.Path("mine").read_text() != "mine":
            yield name, f"exit {done.returncode}, {done.stderr!r}, wrote {written}"
        else:
            yield name, None


table = Table()
folders = [pathlib.Path(name).resolve() for name in sys.argv[1:]]
with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    pki()
    for folder in folders:
        profiles = sorted(folder.rglob("*.mobileconfig"))
        checks = [(f"{profile.relative_to(folder)} with {kind}", good(profile, kind)) for profile in profiles for kind in ("p256", "rsa")]
        table.row(f"signed: {folder.parent.parent.name}/{folder.parent.name}", checks)
    profile = folders[0] / "mdm/docker-desktop-login-items.mobileconfig"
    table.row("signed: keys and certificates as people have them", list(accepted(profile, profile.read_bytes())))
    table.row("refused: to sign", list(refused(profile)))
sys.exit(table.end())
