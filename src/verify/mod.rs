//! Compares what a machine or a mounted image holds with what it must hold. It changes nothing.
//!
//! The same looks as `audit.sh` takes, in the same order: every folder on the way is looked at before what is in it, no
//! link is followed, and a file is opened only when it is a plain file in folders that nobody but root can change.
#![expect(clippy::disallowed_methods, reason = "a machine is told from its disk and its registry; nothing is written")]

mod expected;
mod registry;

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Serialize;

pub use self::expected::Expected;
use self::expected::{ExpectedFile, ExpectedPreference};
use crate::format::property_list::{self, Held};
use crate::platform::Platform;
use crate::state::sha256;

/// Larger than any file of a policy; a larger one is wrong without being read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The path, value or preference.
    pub subject: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub wrong: Wrong,
}

/// What is wrong with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// In a word, for programs.
    pub kind: Kind,
    /// For people, to be read after the subject.
    pub fault: &'static str,
}

/// How something is not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It must be there and is not.
    Missing,
    /// It must not be there and is.
    Unwanted,
    /// It holds something else.
    Content,
    /// It is another kind of thing, such as a link.
    Form,
    /// Others than root can change it, or its owner, group or mode is another one.
    Access,
}

impl Kind {
    const fn says(self, fault: &'static str) -> Wrong {
        Wrong { kind: self, fault }
    }
}

const MISSING: Wrong = Kind::Missing.says("is missing");
const UNWANTED: Wrong = Kind::Unwanted.says("should not be there");
const OTHER_VALUE: Wrong = Kind::Content.says("has another value");
const A_LINK: Wrong = Kind::Form.says("is a link");
const ANOTHER_OWNER: Wrong = Kind::Access.says("does not belong to root");

impl Fault {
    /// Whether the thing is simply not there.
    pub fn is_missing(&self) -> bool {
        self.wrong.kind == Kind::Missing
    }
}

/// What all looks come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All is as it must be.
    Compliant,
    /// Something is not.
    Drift,
    /// Nothing of the policy is there.
    Absent,
}

/// What one look found.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong, what is missing last.
    pub faults: Vec<Fault>,
    /// What could not be looked at from here, and what can.
    pub unseen: Vec<&'static str>,
    /// Whether anything of the policy is there at all.
    pub any_present: bool,
}

impl Report {
    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        if self.faults.is_empty() {
            Verdict::Compliant
        } else if !self.any_present && self.faults.iter().all(Fault::is_missing) {
            Verdict::Absent
        } else {
            Verdict::Drift
        }
    }

    fn note(&mut self, subject: impl Into<String>, wrong: Option<Wrong>) {
        let Some(wrong) = wrong else { return };
        let subject = subject.into();
        // A folder that is wrong is met again on the way to everything below it.
        if !self.faults.iter().any(|known| known.subject == subject) {
            self.faults.push(Fault { subject, wrong });
        }
    }
}

/// Looks at the machine, or at an image mounted at `root`.
///
/// # Errors
///
/// When the disk cannot be read, which is not the same as drift.
pub fn look(expected: &Expected, root: Option<&Path>) -> io::Result<Report> {
    // A path that nobody mounted anything at would pass for a machine without any of it.
    if let Some(root) = root
        && !fs::metadata(root)?.is_dir()
    {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, format!("{} is not a folder", root.display())));
    }
    let mut look = Look { root, platform: expected.platform, report: Report::default() };
    for path in &expected.parents {
        look.at_folder(path, false)?;
    }
    for path in &expected.directories {
        look.at_folder(path, true)?;
    }
    for file in &expected.files {
        look.at_file(file)?;
    }
    for preference in &expected.preferences {
        look.at_preference(preference)?;
    }
    for path in &expected.absent.files {
        look.at_stale_file(path)?;
    }
    look.at_registry(expected)?;
    look.report.unseen.extend(match expected.platform {
        Platform::Windows => Some("owners and permissions of Windows files; detect.ps1 looks at them"),
        Platform::Macos => Some("access control lists of macOS files; audit.sh looks at them"),
        Platform::Linux => None,
    });
    look.report.faults.sort_by_key(Fault::is_missing);
    Ok(look.report)
}

/// One round through a machine.
struct Look<'a> {
    root: Option<&'a Path>,
    platform: Platform,
    report: Report,
}

impl Look<'_> {
    fn at_folder(&mut self, path: &str, is_ours: bool) -> io::Result<()> {
        if self.is_way_good(path)? {
            let fault = self.folder_fault(path, is_ours)?;
            self.report.note(path, fault);
        }
        Ok(())
    }

    fn at_file(&mut self, file: &ExpectedFile) -> io::Result<()> {
        if self.is_way_good(&file.path)? {
            let fault = self.file_fault(&file.path, &file.sha256)?;
            self.report.any_present |= fault != Some(MISSING);
            self.report.note(&file.path, fault);
        }
        Ok(())
    }

    fn at_stale_file(&mut self, path: &str) -> io::Result<()> {
        if self.is_way_good(path)? {
            let fault = self.metadata(path)?.map(|_| UNWANTED);
            self.report.note(path, fault);
        }
        Ok(())
    }

    /// A profile's settings arrive in a property list, one per domain.
    fn at_preference(&mut self, expected: &ExpectedPreference) -> io::Result<()> {
        let path = format!("/Library/Managed Preferences/{}.plist", expected.domain);
        let fault = if self.way_fault(&path)?.is_some_and(|fault| !fault.is_missing()) {
            Some(Kind::Access.says("comes from a folder that others than root can change"))
        } else {
            preference_fault(self.read(&path)?.as_deref(), expected)
        };
        self.report.any_present |= fault != Some(MISSING);
        self.report.note(format!("managed preference {} {}", expected.domain, expected.key), fault);
        Ok(())
    }

    fn at_registry(&mut self, expected: &Expected) -> io::Result<()> {
        let (present, absent) = (&expected.registry, &expected.absent.registry);
        if present.is_empty() && absent.is_empty() {
            return Ok(());
        }
        if !cfg!(windows) || self.root.is_some() {
            self.report
                .unseen
                .push("the registry, which only the running Windows shows; run `verify` or detect.ps1 there");
            return Ok(());
        }
        for value in present {
            let found = registry::query(&value.key, &value.name)?;
            self.report.any_present |= found.is_some();
            let fault = match found {
                None => Some(MISSING),
                Some((kind, _)) if kind != "REG_MULTI_SZ" => Some(Kind::Form.says("is not a REG_MULTI_SZ")),
                Some((_, strings)) if strings != value.strings => Some(OTHER_VALUE),
                Some(_) => None,
            };
            self.report.note(format!(r"HKLM\{}\{}", value.key, value.name), fault);
        }
        for value in absent {
            let fault = registry::query(&value.key, &value.name)?.map(|_| UNWANTED);
            self.report.note(format!(r"HKLM\{}\{}", value.key, value.name), fault);
        }
        Ok(())
    }

    /// Whether every folder on the way to `path` is there and nobody but root can change it; if not, that is noted.
    ///
    /// In a folder that somebody else can change, what a look finds is worth nothing. The folder's own fault is enough.
    fn is_way_good(&mut self, path: &str) -> io::Result<bool> {
        let look = self.way_fault(path).and_then(|fault| match fault {
            None => self.metadata(path).map(|_| None),
            Some(_) => Ok(fault),
        });
        match look {
            Ok(None) => Ok(true),
            Ok(Some(Fault { subject, wrong })) => {
                self.report.note(subject, Some(wrong));
                Ok(false)
            }
            // A folder that only root may enter is a fault of its own, and noted.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !self.report.faults.is_empty() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The first folder on the way to `path`, from the root down, that is not as it should be.
    fn way_fault(&self, path: &str) -> io::Result<Option<Fault>> {
        let separator = if self.platform == Platform::Windows { '\\' } else { '/' };
        // What stands before the first one is the root, or a drive.
        for (end, _) in path.match_indices(separator).skip(1) {
            let folder = &path[..end];
            if let Some(wrong) = self.folder_fault(folder, false)? {
                return Ok(Some(Fault { subject: folder.to_owned(), wrong }));
            }
        }
        Ok(None)
    }

    /// To be called only when the way to `path` is good, or a link on it would be followed.
    fn folder_fault(&self, path: &str, is_ours: bool) -> io::Result<Option<Wrong>> {
        let Some(metadata) = self.metadata(path)? else { return Ok(Some(MISSING)) };
        if metadata.is_symlink() {
            return Ok(Some(A_LINK));
        }
        if !metadata.is_dir() {
            return Ok(Some(Kind::Form.says("is not a directory")));
        }
        Ok(match self.owner(&metadata) {
            Some((uid, ..)) if uid != 0 => Some(ANOTHER_OWNER),
            // On Linux an access control list shows as group write, so belonging to group 0 does not excuse it.
            Some((_, _, mode, _)) if mode & 0o022 != 0 => Some(Kind::Access.says("can be changed by others than root")),
            Some((_, gid, mode, _)) if is_ours && (gid != 0 || mode != 0o755) => {
                Some(Kind::Access.says("does not have group 0 and mode 0755"))
            }
            _ => None,
        })
    }

    fn file_fault(&self, path: &str, digest: &str) -> io::Result<Option<Wrong>> {
        let Some(metadata) = self.metadata(path)? else { return Ok(Some(MISSING)) };
        if metadata.is_symlink() {
            return Ok(Some(A_LINK));
        }
        if !metadata.is_file() {
            return Ok(Some(Kind::Form.says("is not a plain file")));
        }
        match self.owner(&metadata) {
            Some((uid, gid, ..)) if uid != 0 || gid != 0 => return Ok(Some(ANOTHER_OWNER)),
            Some((_, _, mode, _)) if mode != 0o644 => return Ok(Some(Kind::Access.says("does not have mode 0644"))),
            Some((.., links)) if links != 1 => return Ok(Some(Kind::Form.says("has a second name"))),
            _ => {}
        }
        let same = self.read(path)?.is_some_and(|bytes| sha256(&bytes) == digest);
        Ok((!same).then_some(Kind::Content.says("has other content")))
    }

    /// The bytes of a plain file; `None` when it is none or is too large.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        if !self.metadata(path)?.is_some_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        fs::File::open(self.place(path))?.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn metadata(&self, path: &str) -> io::Result<Option<std::fs::Metadata>> {
        match fs::symlink_metadata(self.place(path)) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where a path of the machine is on this one; a drive letter has no meaning in an image.
    fn place(&self, path: &str) -> PathBuf {
        match (self.root, self.platform) {
            (None, _) => PathBuf::from(path),
            (Some(root), Platform::Windows) => root.join(path.trim_start_matches(r"C:\").replace('\\', "/")),
            (Some(root), Platform::Macos | Platform::Linux) => root.join(path.trim_start_matches('/')),
        }
    }

    /// Owner, group, permission bits and number of names. A Windows has others than these, also where it is mounted.
    #[cfg(unix)]
    fn owner(&self, metadata: &std::fs::Metadata) -> Option<(u32, u32, u32, u64)> {
        use std::os::unix::fs::MetadataExt as _;
        (self.platform != Platform::Windows)
            .then(|| (metadata.uid(), metadata.gid(), metadata.mode() & 0o7777, metadata.nlink()))
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "Unix asks for the platform")]
    fn owner(&self, _: &std::fs::Metadata) -> Option<(u32, u32, u32, u64)> {
        None
    }
}

fn preference_fault(property_list: Option<&[u8]>, expected: &ExpectedPreference) -> Option<Wrong> {
    let Some(bytes) = property_list else { return Some(MISSING) };
    match property_list::held(bytes, &expected.key) {
        None => Some(Kind::Form.says("is in a property list that cannot be read")),
        Some(Held::Nothing) => Some(MISSING),
        Some(Held::Text(text)) => (text != expected.value).then_some(OTHER_VALUE),
        Some(Held::Other) => Some(Kind::Form.says("is not a string")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_its_place_in_an_image() {
        let place =
            |platform, path| Look { root: Some(Path::new("/mnt")), platform, report: Report::default() }.place(path);
        let windows = place(Platform::Windows, r"C:\ProgramData\DockerDesktop");
        assert_eq!(windows, Path::new("/mnt/ProgramData/DockerDesktop"));
        assert_eq!(place(Platform::Linux, "/usr/share"), Path::new("/mnt/usr/share"));
    }
}
