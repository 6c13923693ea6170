//! `sign` as a person meets it. Whether the signatures are any good is for `openssl` to say: `conformance/macos`.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use rsa::Generate as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use stanchion::format::cms;
use tempfile::TempDir;

const PROFILE: &str = include_str!("cms/content.mobileconfig");
const TODAY: &str = "2026-11-24";

/// A key for every number; these are nobody's.
fn p256(number: u8) -> p256::SecretKey {
    p256::SecretKey::from_slice(&[number; 32]).expect("a scalar")
}

fn rsa() -> &'static rsa::PrivateKey {
    static KEY: OnceLock<rsa::PrivateKey> = OnceLock::new();
    KEY.get_or_init(rsa::PrivateKey::generate)
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len()).expect("short").to_be_bytes();
    let length = if body.len() < 128 {
        length[1..].to_vec()
    } else if body.len() < 256 {
        vec![0x81, length[1]]
    } else {
        vec![0x82, length[0], length[1]]
    };
    [&[tag], &length[..], &body].concat()
}

/// A certificate that says all that a certificate says. Its own signature is empty: who trusts it is for a Mac to say.
struct Certificate<'a> {
    subject: &'a str,
    issuer: &'a str,
    first: &'a str,
    last: &'a str,
    /// The bits of the key usage, digitalSignature first.
    usage: Option<u8>,
}

const GOOD: Certificate<'_> =
    Certificate { subject: "Signing", issuer: "Northwind CA", first: "260101", last: "280101", usage: Some(0x80) };
const AUTHORITY: Certificate<'_> =
    Certificate { subject: "Northwind CA", issuer: "Northwind CA", first: "200101", last: "400101", usage: Some(0x04) };

impl Certificate<'_> {
    fn der(&self, public_key: &[u8]) -> Vec<u8> {
        let name = |text: &str| {
            let entry = element(0x30, &[&[6, 3, 0x55, 4, 3], &element(0x0C, &[text.as_bytes()])]);
            element(0x30, &[&element(0x31, &[&entry])])
        };
        let time = |day: &str| element(0x17, &[day.as_bytes(), b"120000Z"]);
        let ecdsa = element(0x30, &[&[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]]);
        let usage = |bits: u8| {
            let usage = element(0x04, &[&element(0x03, &[&[0, bits]])]);
            element(0xA3, &[&element(0x30, &[&element(0x30, &[&[6, 3, 0x55, 0x1D, 0x0F], &usage])])])
        };
        let body = element(
            0x30,
            &[
                &element(0xA0, &[&[2, 1, 2]]),
                &[2, 1, 42],
                &ecdsa,
                &name(self.issuer),
                &element(0x30, &[&time(self.first), &time(self.last)]),
                &name(self.subject),
                public_key,
                &self.usage.map(usage).unwrap_or_default(),
            ],
        );
        element(0x30, &[&body, &ecdsa, &[3, 1, 0]])
    }

    fn pem(&self, public_key: &[u8]) -> String {
        pem("CERTIFICATE", &self.der(public_key))
    }
}

fn public(number: u8) -> Vec<u8> {
    p256(number).public_key().to_public_key_der().expect("has an encoding").into_vec()
}

fn pkcs8(number: u8) -> String {
    pem("PRIVATE KEY", p256(number).to_pkcs8_der().expect("has an encoding").as_bytes())
}

/// A folder with a profile, a certificate, its key and the certificate of its issuer.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("written");
    write("p.mobileconfig", PROFILE.into());
    write("cert.pem", GOOD.pem(&public(1)));
    write("key.pem", pkcs8(1));
    write("chain.pem", AUTHORITY.pem(&public(2)));
    folder
}

fn sign(folder: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["sign", "p.mobileconfig"];
    for (flag, value) in [("--cert", "cert.pem"), ("--key", "key.pem"), ("--chain", "chain.pem"), ("--today", TODAY)] {
        if !more.contains(&flag) {
            arguments.extend([flag, value]);
        }
    }
    arguments.extend(more);
    let mut command = Command::new(env!("CARGO_BIN_EXE_stanchion"));
    command.args(arguments).current_dir(folder).env_clear().output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn listing(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path());
    let mut files: Vec<_> =
        entries.map(|path| (path.display().to_string(), fs::read(&path).unwrap_or_default())).collect();
    files.sort();
    files
}

#[test]
fn every_kind_of_key_and_certificate_that_people_have_signs() {
    let rsa_public = rsa().to_public_key().to_public_key_der().expect("has an encoding");
    let sec1 = pem("EC PRIVATE KEY", &p256(1).to_sec1_der().expect("has an encoding"));
    let rsa_cert = GOOD.pem(rsa_public.as_bytes());
    let rows: [(&str, String, Vec<u8>); 6] = [
        ("PKCS#8", pkcs8(1), GOOD.pem(&public(1)).into()),
        (
            "SEC1 behind its parameters",
            format!("{}{sec1}", pem("EC PARAMETERS", &[6, 1, 0])),
            GOOD.pem(&public(1)).into(),
        ),
        (
            "as openssl takes it out of a .p12",
            format!("Bag Attributes\r\n    friendlyName: -\r\n{}", pkcs8(1).replace('\n', "\r\n")),
            GOOD.pem(&public(1)).into(),
        ),
        ("a certificate in DER", pkcs8(1), GOOD.der(&public(1))),
        (
            "RSA, PKCS#8",
            pem("PRIVATE KEY", rsa().to_pkcs8_der().expect("has an encoding").as_bytes()),
            rsa_cert.clone().into(),
        ),
        (
            "RSA, PKCS#1",
            pem("RSA PRIVATE KEY", rsa().to_pkcs1_der().expect("has an encoding").as_bytes()),
            rsa_cert.into(),
        ),
    ];
    for (name, key, certificate) in rows {
        let folder = folder();
        let path = |file: &str| folder.path().join(file);
        fs::write(path("key.pem"), key).expect("written");
        fs::write(path("cert.pem"), certificate).expect("written");
        let output = sign(folder.path(), &[]);
        assert_eq!(
            text(&output.stdout),
            "wrote p.signed.mobileconfig: signed by CN=Signing, valid until 2027-12-31\n",
            "{name}: {}",
            text(&output.stderr)
        );
        assert!(output.stderr.is_empty(), "{name}: {}", text(&output.stderr));
        let signed = fs::read(path("p.signed.mobileconfig")).expect("written");
        assert_eq!(cms::content(&signed), Ok(PROFILE.into()), "{name}");
        // Neither the day nor the order of the certificates is in it.
        fs::write(
            path("both.pem"),
            [fs::read(path("chain.pem")).expect("there"), fs::read(path("chain.pem")).expect("there")].concat(),
        )
        .expect("written");
        let again = sign(folder.path(), &["-o", "again", "--today", "2027-05-05", "--chain", "both.pem"]);
        assert!(again.status.success(), "{name}: {}", text(&again.stderr));
        assert!(fs::read(path("again")).expect("written") == signed, "{name} signs otherwise on another day");
    }
}

#[test]
fn a_chain_may_stand_behind_the_certificate() {
    let folder = folder();
    fs::write(folder.path().join("cert.pem"), GOOD.pem(&public(1)) + &AUTHORITY.pem(&public(2))).expect("written");
    assert!(sign(folder.path(), &[]).status.success());
    let one = fs::read(folder.path().join("p.signed.mobileconfig")).expect("written");
    fs::write(folder.path().join("cert.pem"), GOOD.pem(&public(1))).expect("written");
    let output = sign(folder.path(), &[]);
    assert_eq!(text(&output.stdout), "p.signed.mobileconfig: unchanged\n");
    assert!(fs::read(folder.path().join("p.signed.mobileconfig")).expect("there") == one);
}

/// Without `--chain`, in a run of its own because the others give one.
#[test]
fn an_issuer_that_is_missing_is_named() {
    let folder = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stanchion"));
    command.args(["sign", "p.mobileconfig", "--cert", "cert.pem", "--key", "key.pem", "--today", TODAY]);
    let output = command.current_dir(folder.path()).env_clear().output().expect("runs");
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("was issued by CN=Northwind CA; "), "{}", text(&output.stderr));
}

/// What is wrong, in which file, what that file then holds, arguments, and what is said about it.
type Row<'a> = (&'a str, &'a str, Vec<u8>, &'a [&'a str], &'a str);

/// Every row ends with 2 and a sentence, and nothing is written.
fn refused(rows: &[Row<'_>]) {
    for (name, file, bytes, arguments, said) in rows {
        let folder = folder();
        fs::write(folder.path().join("signed"), include_bytes!("cms/der.mobileconfig")).expect("written");
        fs::write(folder.path().join(file), bytes).expect("written");
        let before = listing(folder.path());
        let output = sign(folder.path(), arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.starts_with("stanchion: ") && stderr.contains(said), "{name}: {stderr}");
        assert!(output.stdout.is_empty(), "{name}");
        assert_eq!(listing(folder.path()), before, "{name} left something behind");
    }
}

#[test]
fn a_wrong_key_is_named() {
    let row = |name, key: String, said| (name, "key.pem", key.into_bytes(), &[][..], said);
    let headed =
        pem("RSA PRIVATE KEY", &[0x30, 0]).replace("-\nM", "-\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nM");
    let p384 = [&[2, 1, 1], &element(4, &[&[7; 48]])[..], &element(0xA0, &[&[6, 5, 0x2B, 0x81, 4, 0, 0x22]])];
    let p12 = String::from_utf8(element(0x30, &[&[2, 1, 3]])).expect("ASCII");
    refused(&[
        row("another", pkcs8(9), "key.pem is not the key of cert.pem, which belongs to CN=Signing"),
        row("a certificate", GOOD.pem(&public(1)), "key.pem holds no private key in PEM"),
        row("a .p12", p12, "openssl pkcs12 -in FILE.p12 -nocerts"),
        row("damaged", pkcs8(1).replace("MIGH", "M!GH"), "the key in key.pem is damaged"),
        row("encrypted", pem("ENCRYPTED PRIVATE KEY", &[0x30, 0]), "openssl pkey -in key.pem -out"),
        row("encrypted, the old way", headed, "openssl pkey -in key.pem -out"),
        row("P-384", pem("EC PRIVATE KEY", &element(0x30, &p384)), "neither RSA of 2048 to 8192 bits nor EC on"),
        row("OpenSSH", pem("OPENSSH PRIVATE KEY", b"openssh-key-v1"), "neither RSA of 2048 to 8192"),
        row("empty", String::new(), "key.pem holds no private key in PEM"),
    ]);
}

#[test]
fn a_wrong_certificate_is_named() {
    let row = |name, bytes: Vec<u8>, said| (name, "cert.pem", bytes, &[][..], said);
    let changed = |name, change: fn(&mut Certificate<'static>), said| {
        let mut certificate = GOOD;
        change(&mut certificate);
        row(name, certificate.pem(&public(1)).into_bytes(), said)
    };
    let short = pem("CERTIFICATE", &GOOD.der(&public(1))[..99]);
    let old = Certificate { last: "260101", ..AUTHORITY }.pem(&public(2));
    refused(&[
        changed("expired", |c| c.last = "261120", "in cert.pem was valid until 2026-11-19; today is 2026-11-24"),
        changed("ends today", |c| c.last = "261124", "CN=Signing in cert.pem was valid until 2026-11-23"),
        changed("not yet valid", |c| c.first = "261125", "is not valid before 2026-11-25; today is 2026-11-24"),
        changed("not for signing", |c| c.usage = Some(4), "cert.pem is not for signing: its key usage lacks"),
        row("a key", pkcs8(1).into(), "cert.pem holds no certificate, but something else"),
        row("a .p12", element(0x30, &[&[2, 1, 3]]), "openssl pkcs12 -in FILE.p12 -nokeys"),
        row("cut short", short.into(), "cert.pem holds no certificate in PEM or DER, or a damaged one"),
        row("empty", vec![], "cert.pem holds no certificate"),
        ("another day", "x", vec![], &["--today", "2028-01-01"], "was valid until 2027-12-31; today is 2028-01-01"),
        (
            "a chain of others",
            "chain.pem",
            GOOD.pem(&public(2)).into(),
            &[],
            "of CN=Northwind CA, which issued cert.pem",
        ),
        ("an expired chain", "chain.pem", old.into(), &[], "CN=Northwind CA in chain.pem was valid until 2025-12-31"),
    ]);
}

#[test]
fn a_wrong_profile_or_output_is_named() {
    let profile = |name, bytes: Vec<u8>, said| (name, "p.mobileconfig", bytes, &[][..], said);
    let other = PROFILE.replace("com.northwind.fixture<", "com.northwind.other<");
    let signed = include_bytes!("cms/ber.mobileconfig").to_vec();
    refused(&[
        profile("signed already", signed, "p.mobileconfig is signed already"),
        profile("a policy", b"[organization]\n".to_vec(), "p.mobileconfig is no configuration profile"),
        profile("another list", PROFILE.replace("Configuration", "Other").into(), "of PayloadType Configuration"),
        profile("empty", vec![], "p.mobileconfig is no configuration profile"),
        ("no certificate", "x", vec![], &["--cert", "gone.pem"], "gone.pem"),
        ("no key", "x", vec![], &["--key", "gone.pem"], "gone.pem"),
        ("no chain", "x", vec![], &["--chain", "gone.pem"], "gone.pem"),
        ("no folder", "x", vec![], &["-o", "gone/p"], "gone/p"),
        ("itself", "x", vec![], &["-o", "p.mobileconfig"], "p.mobileconfig exists and is not this profile, signed"),
        ("a stranger's", "x", b"mine".to_vec(), &["-o", "x"], "signed; name another file with --output"),
        ("a folder", "x", vec![], &["-o", "."], ". is not a plain file"),
        ("another, signed", "p.mobileconfig", other.into(), &["-o", "signed"], "signed exists and is not this profile"),
    ]);
}

#[test]
fn an_older_signature_is_replaced_and_its_readers_keep_what_they_opened() {
    let folder = folder();
    let output = folder.path().join("p.signed.mobileconfig");
    fs::write(&output, include_bytes!("cms/der.mobileconfig")).expect("written");
    fs::hard_link(&output, folder.path().join("elsewhere")).expect("linked");
    assert!(sign(folder.path(), &[]).status.success());
    assert_ne!(fs::read(&output).expect("there"), include_bytes!("cms/der.mobileconfig"));
    assert_eq!(fs::read(folder.path().join("elsewhere")).expect("there"), include_bytes!("cms/der.mobileconfig"));
}

#[cfg(unix)]
#[test]
fn a_link_is_never_written_through_and_everybody_may_read_the_result() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("signed"), include_bytes!("cms/der.mobileconfig")).expect("written");
    for (link, target) in [("to-ours", "signed"), ("dangling", "nowhere")] {
        symlink(target, path(link)).expect("linked");
        let output = sign(folder.path(), &["-o", link]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(&format!("{link} is a link")), "{}", text(&output.stderr));
    }
    assert_eq!(fs::read(path("signed")).expect("there"), include_bytes!("cms/der.mobileconfig"));
    assert!(!path("nowhere").exists());
    let mut command = Command::new("sh");
    command.args(["-c", "umask 077; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_stanchion"), "sign", "p.mobileconfig"]);
    command.args(["--cert", "cert.pem", "--key", "key.pem", "--today", TODAY]).current_dir(folder.path());
    assert!(command.output().expect("runs").status.success());
    assert_eq!(fs::metadata(path("p.signed.mobileconfig")).expect("there").permissions().mode() & 0o7777, 0o644);
}
