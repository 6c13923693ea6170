//! Compares what a machine or a mounted image holds with what it must hold. It changes nothing.
//!
//! The same looks as `audit.sh` takes, in the same order: no link is followed, and a file is opened only when it is a
//! plain file in folders that nobody but root can change.
#![expect(clippy::disallowed_methods, reason = "the probe of `verify` looks at the disk and asks the registry")]

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::platform::Platform;
use crate::resolve::Machine;
use crate::state::sha256;

/// Larger than any file of a policy; a larger one is wrong without being read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What a machine of one ring and platform must hold, as the manifest tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Expected {
    /// The ring.
    pub ring: String,
    /// The digest of the state, all of it.
    pub digest: String,
    /// The platform.
    pub platform: Platform,
    parents: Vec<String>,
    directories: Vec<String>,
    files: Vec<ExpectedFile>,
    registry: Vec<ExpectedValue>,
    preferences: Vec<ExpectedPreference>,
    absent: ExpectedAbsent,
}

#[derive(Clone, Debug, Deserialize)]
struct ExpectedFile {
    path: String,
    sha256: String,
}

#[derive(Clone, Debug, Deserialize)]
struct ExpectedValue {
    key: String,
    name: String,
    #[serde(default)]
    strings: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct ExpectedPreference {
    domain: String,
    key: String,
    value: String,
}

#[derive(Clone, Debug, Deserialize)]
struct ExpectedAbsent {
    files: Vec<String>,
    registry: Vec<ExpectedValue>,
}

#[derive(Deserialize)]
struct ManifestFile {
    stanchion: u32,
    machines: Vec<Expected>,
}

impl Expected {
    /// What a machine of a plan must hold.
    pub fn of(machine: &Machine) -> Self {
        let mut form = serde_json::to_value(&machine.state).expect("a state is JSON");
        form["ring"] = machine.state.ring.clone().into();
        form["digest"] = machine.digest.full().into();
        serde_json::from_value(form).expect("the manifest's form of a state reads back")
    }

    /// All machines of a `manifest.json`; the error says what is wrong with it.
    pub fn from_manifest(bytes: &[u8]) -> Result<Vec<Self>, String> {
        let manifest: ManifestFile =
            serde_json::from_slice(bytes).map_err(|error| format!("not a manifest of stanchion: {error}"))?;
        if manifest.stanchion != 1 {
            return Err(format!(
                "a manifest of form {}, which this stanchion does not know; build again",
                manifest.stanchion
            ));
        }
        if manifest.machines.iter().any(|machine| machine.digest.len() != 64 || !machine.digest.is_ascii()) {
            return Err("a manifest with a digest that is none".to_owned());
        }
        Ok(manifest.machines)
    }

    /// The digits that stand on every artifact.
    pub fn policy(&self) -> &str {
        &self.digest[..16]
    }
}

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The path, value or preference.
    pub subject: String,
    /// What is wrong with it, to be read after the subject.
    pub fault: String,
}

impl Fault {
    fn new(subject: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { subject: subject.into(), fault: fault.into() }
    }

    /// Whether the thing is simply not there.
    pub fn is_missing(&self) -> bool {
        self.fault == "is missing"
    }
}

/// What one look found.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What could not be looked at from here, and what can.
    pub unseen: Vec<String>,
    /// Whether anything of the policy is there at all.
    pub any_present: bool,
}

/// Looks at the machine, or at an image mounted at `root`.
///
/// # Errors
///
/// When the disk cannot be read, which is not the same as drift.
pub fn look(expected: &Expected, root: Option<&Path>) -> io::Result<Report> {
    let mut report = Report::default();
    let at = |path: &str| place(root, path);
    let mut open_ways = Vec::new();
    for path in &expected.parents {
        if let Some(fault) = directory_fault(&at(path), false)? {
            open_ways.push(path.clone());
            report.faults.push(Fault::new(path, fault));
        }
    }
    for path in &expected.directories {
        if let Some(fault) = directory_fault(&at(path), true)? {
            open_ways.push(path.clone());
            report.faults.push(Fault::new(path, fault));
        }
    }
    let is_below_open_way = |path: &str| open_ways.iter().any(|way| path.starts_with(way.as_str()));
    for file in &expected.files {
        report.any_present |= exists(&at(&file.path))?;
        // In a folder that somebody else can change, what a look finds is worth nothing. The folder's own fault is enough.
        if !is_below_open_way(&file.path)
            && let Some(fault) = file_fault(&at(&file.path), &file.sha256)?
        {
            report.faults.push(Fault::new(&file.path, fault));
        }
    }
    for path in &expected.absent.files {
        if exists(&at(path))? {
            report.faults.push(Fault::new(path, "should not be there"));
        }
    }
    for preference in &expected.preferences {
        let subject = format!("managed preference {} {}", preference.domain, preference.key);
        let fault = preference_fault(root, preference)?;
        report.any_present |= fault.as_deref() != Some("is missing");
        report.faults.extend(fault.map(|fault| Fault::new(subject, fault)));
    }
    look_at_registry(expected, root, &mut report)?;
    if expected.platform == Platform::Windows {
        report.unseen.push("owners and permissions of Windows files; detect.ps1 looks at them".to_owned());
    }
    Ok(report)
}

/// Where a path of the machine is on this one; a drive letter has no meaning in an image.
fn place(root: Option<&Path>, path: &str) -> PathBuf {
    match root {
        None => PathBuf::from(path),
        Some(root) => {
            let inside = path.split_once(':').map_or(path, |(_, rest)| rest);
            inside.split(['/', '\\']).filter(|part| !part.is_empty()).fold(root.to_owned(), |way, part| way.join(part))
        }
    }
}

fn metadata(path: &Path) -> io::Result<Option<std::fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn exists(path: &Path) -> io::Result<bool> {
    Ok(metadata(path)?.is_some())
}

/// Owner, group, permission bits and number of names, where the system has them.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "Windows has none of them")]
fn owner(metadata: &std::fs::Metadata) -> Option<(u32, u32, u32, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777, metadata.nlink()))
}

#[cfg(not(unix))]
fn owner(_: &std::fs::Metadata) -> Option<(u32, u32, u32, u64)> {
    None
}

fn directory_fault(path: &Path, is_ours: bool) -> io::Result<Option<&'static str>> {
    let Some(metadata) = metadata(path)? else { return Ok(Some("is missing")) };
    if metadata.is_symlink() {
        return Ok(Some("is a link"));
    }
    if !metadata.is_dir() {
        return Ok(Some("is not a directory"));
    }
    Ok(match owner(&metadata) {
        Some((uid, ..)) if uid != 0 => Some("does not belong to root"),
        // On Linux an access control list shows as group write, so belonging to group 0 does not excuse it.
        Some((_, _, mode, _)) if mode & 0o022 != 0 => Some("can be changed by others than root"),
        Some((_, gid, mode, _)) if is_ours && (gid != 0 || mode != 0o755) => {
            Some("does not have group 0 and mode 0755")
        }
        _ => None,
    })
}

fn file_fault(path: &Path, digest: &str) -> io::Result<Option<&'static str>> {
    let Some(metadata) = metadata(path)? else { return Ok(Some("is missing")) };
    if metadata.is_symlink() {
        return Ok(Some("is a link"));
    }
    if !metadata.is_file() {
        return Ok(Some("is not a plain file"));
    }
    match owner(&metadata) {
        Some((uid, gid, ..)) if uid != 0 || gid != 0 => return Ok(Some("does not belong to root")),
        Some((_, _, mode, _)) if mode != 0o644 => return Ok(Some("does not have mode 0644")),
        Some((.., links)) if links != 1 => return Ok(Some("has a second name")),
        _ => {}
    }
    let same = metadata.len() <= LARGEST && sha256(&fs::read(path)?) == digest;
    Ok((!same).then_some("has other content"))
}

/// A profile's settings arrive in a property list, one per domain.
fn preference_fault(root: Option<&Path>, expected: &ExpectedPreference) -> io::Result<Option<String>> {
    let path = place(root, &format!("/Library/Managed Preferences/{}.plist", expected.domain));
    if metadata(&path)?.is_none_or(|metadata| !metadata.is_file() || metadata.len() > LARGEST) {
        return Ok(Some("is missing".to_owned()));
    }
    let bytes = fs::read(&path)?;
    let Ok(value) = plist::Value::from_reader(io::Cursor::new(bytes)) else {
        return Ok(Some(format!("cannot be read from {}", path.display())));
    };
    let found = value.as_dictionary().and_then(|keys| keys.get(&expected.key));
    Ok(match found {
        None => Some("is missing".to_owned()),
        Some(plist::Value::String(text)) if *text == expected.value => None,
        Some(plist::Value::String(_)) => Some("has another value".to_owned()),
        Some(_) => Some("is not a string".to_owned()),
    })
}

fn look_at_registry(expected: &Expected, root: Option<&Path>, report: &mut Report) -> io::Result<()> {
    let (present, absent) = (&expected.registry, &expected.absent.registry);
    if present.is_empty() && absent.is_empty() {
        return Ok(());
    }
    if !cfg!(windows) || root.is_some() {
        report
            .unseen
            .push("the registry, which only the running Windows shows; run `verify` or detect.ps1 there".to_owned());
        return Ok(());
    }
    for value in present {
        let subject = format!(r"HKLM\{}\{}", value.key, value.name);
        let found = query(value)?;
        report.any_present |= found.is_some();
        let fault = match found {
            None => Some("is missing"),
            Some((kind, _)) if kind != "REG_MULTI_SZ" => Some("is not a REG_MULTI_SZ"),
            Some((_, strings)) if strings != value.strings => Some("has another value"),
            Some(_) => None,
        };
        report.faults.extend(fault.map(|fault| Fault::new(subject, fault)));
    }
    for value in absent {
        if query(value)?.is_some() {
            report.faults.push(Fault::new(format!(r"HKLM\{}\{}", value.key, value.name), "should not be there"));
        }
    }
    Ok(())
}

/// Type and strings of a value, from `reg.exe`; `None` when there is none.
fn query(value: &ExpectedValue) -> io::Result<Option<(String, Vec<String>)>> {
    let key = format!(r"HKLM\{}", value.key);
    let output = std::process::Command::new("reg.exe").args(["query", &key, "/v", &value.name, "/reg:64"]).output()?;
    Ok(parse_query(&String::from_utf8_lossy(&output.stdout), &value.name).filter(|_| output.status.success()))
}

/// `    name    TYPE    first\0second`, as `reg.exe query` prints it.
fn parse_query(output: &str, name: &str) -> Option<(String, Vec<String>)> {
    let rest = output.lines().find_map(|line| line.trim().strip_prefix(name))?;
    let (kind, data) = rest.trim().split_once(char::is_whitespace)?;
    Some((kind.to_owned(), data.trim().split(r"\0").map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reg_exe_prints_is_read() {
        let output = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Docker\\Docker Desktop\r\n    allowedOrgs    REG_MULTI_SZ    acme\\0acme-labs\r\n\r\n";
        let strings = vec!["acme".to_owned(), "acme-labs".to_owned()];
        assert_eq!(parse_query(output, "allowedOrgs"), Some(("REG_MULTI_SZ".to_owned(), strings)));
        assert_eq!(parse_query("ERROR: nothing", "allowedOrgs"), None);
    }

    #[test]
    fn a_path_of_windows_has_its_place_in_an_image() {
        assert_eq!(
            place(Some(Path::new("/mnt")), r"C:\ProgramData\DockerDesktop"),
            Path::new("/mnt/ProgramData/DockerDesktop")
        );
        assert_eq!(place(Some(Path::new("/mnt")), "/usr/../etc"), Path::new("/mnt/usr/../etc"));
    }
}
