//! Whose folder it is, and which of its files are ours.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use fs_err as fs;

use super::disk::read_plain;
use super::staging::{INTENT, STAGING};
use crate::bundle::{MANIFEST, SUMS};

/// A digest and the path of the file that has it, as a line of `sha256sum` shows them.
type Entry = (String, String);

/// What is ours in a folder.
#[derive(Default)]
pub(super) struct Claim {
    /// What `SHA256SUMS` lists.
    pub(super) listed: Vec<Entry>,
    /// What an interrupted run was about to put in place and to remove.
    pub(super) intended: Vec<Entry>,
    /// Whether there was an interrupted run.
    pub(super) is_interrupted: bool,
}

impl Claim {
    /// Every path that may be ours, with the digests of what we put there.
    pub(super) fn known(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (digest, path) in self.listed.iter().chain(&self.intended) {
            known.entry(path).or_default().insert(digest);
        }
        known
    }
}

/// What is ours in the folder; an error when the folder belongs to somebody else.
pub(super) fn claim(folder: &Path) -> io::Result<Claim> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            return Err(io::Error::other(format!(
                "{} is not a plain folder; name one that is not a link",
                folder.display()
            )));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Claim::default()),
        Err(error) => return Err(error),
    }
    let intended = read_plain(folder, INTENT)?.map(|bytes| entries(&bytes)).unwrap_or_default();
    let listed = read_plain(folder, SUMS)?.map(|bytes| entries(&bytes)).unwrap_or_default();
    // Any release folder may have files of these two names; only the manifest's own words make it ours.
    let lists_a_bundle = listed.iter().any(|(_, path)| path == MANIFEST);
    let manifest = if lists_a_bundle { read_plain(folder, MANIFEST)? } else { None };
    // An intent was written after the folder was found to be ours, and gives a first run's files a name.
    let is_ours = !intended.is_empty() || manifest.is_some_and(|bytes| is_manifest(&bytes));
    if !is_ours && let Some(stranger) = first_stranger(folder)? {
        return Err(io::Error::other(format!(
            "{} holds files that stanchion did not make, such as {stranger}; name an empty or a new folder",
            folder.display()
        )));
    }
    let is_interrupted = fs::symlink_metadata(folder.join(STAGING)).is_ok();
    Ok(Claim { listed: if is_ours { listed } else { Vec::new() }, intended, is_interrupted })
}

/// The entries that stay inside the folder.
fn entries(bytes: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(bytes);
    let entries = text.lines().filter_map(|line| line.split_once("  "));
    entries.filter(|(_, path)| is_inside(path)).map(|(digest, path)| (digest.to_owned(), path.to_owned())).collect()
}

/// Whether a file is a manifest that a build of ours wrote.
fn is_manifest(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_ok_and(|manifest| manifest["stanchion"].is_u64())
}

/// A name in the folder that is not the rest of an interrupted first run of ours.
fn first_stranger(folder: &Path) -> io::Result<Option<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names.into_iter().find(|name| name != STAGING))
}

/// Whether a listed path stays in the folder, whoever wrote the list.
fn is_inside(path: &str) -> bool {
    !path.contains('\\')
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && !part.contains(':'))
}
