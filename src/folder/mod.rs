//! Writes a bundle into a folder, and compares a folder with a bundle. The only part of the library that changes the disk.
//!
//! A folder is ours when it is empty or holds a bundle of ours. New files are written completely, in a folder of their
//! own inside it; then a list of what is about to be put in place and removed; then they are renamed into place, with
//! `SHA256SUMS` last, and what is no longer wanted is removed. So a full disk leaves the old bundle as it was, and a run
//! that is killed leaves word for the next one. Only a file with the bytes that one of the two lists names is ever
//! removed, and a second build is refused while one is at work.
//!
//! Nothing is flushed to the device: after a power cut, `build --check` reads every byte and `build` repairs.
#![expect(clippy::disallowed_methods, reason = "this module is the library's hand in the world")]

mod claim;
mod disk;
mod staging;
mod turn;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use self::claim::{Claim, claim};
use self::disk::{Disk, read_plain};
use self::staging::Staging;
use self::turn::Turn;
use crate::bundle::{Artifact, Bundle, SUMS};
use crate::state::sha256;

pub use self::disk::Watch;

/// What a folder and a bundle differ in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Artifacts the folder does not have.
    pub added: Vec<String>,
    /// Artifacts whose bytes differ.
    pub changed: Vec<String>,
    /// Files of the old bundle, or of an interrupted run, that the new one does not have.
    pub removed: Vec<String>,
    /// Such files that somebody changed; they are left alone.
    pub kept: Vec<String>,
    /// Whether an earlier run was interrupted and its staging folder is still there.
    pub interrupted: bool,
}

impl Changes {
    /// Whether the folder is the bundle.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Writes the bundle and says what changed. A narrowed bundle never replaces a wider one.
///
/// # Errors
///
/// When the folder is not ours or cannot be written. The message says what was left behind, if anything.
pub fn write(folder: &Path, bundle: &Bundle, is_narrow: bool) -> io::Result<Changes> {
    write_watched(folder, bundle, is_narrow, &|_| Ok(()))
}

/// [`write`], stopping where `watch` says so.
#[doc(hidden)]
pub fn write_watched(folder: &Path, bundle: &Bundle, is_narrow: bool, watch: Watch<'_>) -> io::Result<Changes> {
    let folder = &itself(folder);
    let disk = Disk(watch);
    let _turn = Turn::take(disk, folder)?;
    let claim = claim(folder)?;
    let changes = compare(folder, bundle, &claim)?;
    if is_narrow && let Some(path) = changes.removed.first().or(changes.kept.first()) {
        return Err(io::Error::other(format!(
            "{} holds a wider bundle, with {path}; a narrowed build would remove that. Name another folder with --output",
            folder.display()
        )));
    }
    let paths: BTreeSet<&str> = changes.added.iter().chain(&changes.changed).map(String::as_str).collect();
    let fresh: Vec<&Artifact> =
        bundle.artifacts.iter().filter(|artifact| paths.contains(artifact.path.as_str())).collect();
    if fresh.is_empty() && changes.removed.is_empty() && !changes.interrupted {
        return Ok(changes);
    }
    let staging = Staging::open(disk, folder)?;
    let prepared = staging.fill(&fresh).and_then(|()| staging.announce(&intent(bundle, &claim, &changes)));
    if let Err(error) = prepared {
        // The first error is the one to report; what cannot be cleared now is cleared by the next run.
        _ = staging.give_up();
        return Err(error);
    }
    let published = staging.publish(&fresh).and_then(|()| remove(disk, folder, bundle, &claim, &changes));
    if let Err(error) = published {
        _ = staging.clear();
        return Err(error);
    }
    staging.close()?;
    Ok(changes)
}

/// All files that may be ours from here on: those of an earlier interrupted run, the new ones and those that go.
fn intent(bundle: &Bundle, claim: &Claim, changes: &Changes) -> String {
    let removed: BTreeSet<&str> = changes.removed.iter().map(String::as_str).collect();
    let listed = claim.listed.iter().filter(|(_, path)| removed.contains(path.as_str()));
    let old: String = claim.intended.iter().chain(listed).map(|(digest, path)| format!("{digest}  {path}\n")).collect();
    let sums = bundle.artifacts.iter().filter(|artifact| artifact.path == SUMS).map(|artifact| &artifact.bytes);
    let new: String = sums.map(|sums| format!("{}{}  {SUMS}\n", String::from_utf8_lossy(sums), sha256(sums))).collect();
    old + &new
}

/// Removes what is no longer wanted, and the folders that this leaves empty.
fn remove(disk: Disk<'_>, folder: &Path, bundle: &Bundle, claim: &Claim, changes: &Changes) -> io::Result<()> {
    for path in &changes.removed {
        disk.remove_file(&folder.join(path))?;
    }
    let wanted = paths(bundle);
    let intended = claim.intended.iter().map(|(_, path)| path).filter(|path| !wanted.contains(path.as_str()));
    // An interrupted run may have made or emptied folders too.
    intended.chain(&changes.removed).try_for_each(|path| disk.prune(folder, path))
}

/// Compares without writing. A narrowed bundle is compared with its own part of the folder.
///
/// # Errors
///
/// When the folder is not ours or cannot be read.
pub fn check(folder: &Path, bundle: &Bundle, is_narrow: bool) -> io::Result<Changes> {
    let folder = &itself(folder);
    let mut changes = compare(folder, bundle, &claim(folder)?)?;
    if is_narrow {
        // The rest of a wider bundle is not asked about, and neither are the files that describe all of it.
        changes.removed.clear();
        changes.kept.clear();
        changes.changed.retain(|path| path.contains('/'));
    }
    Ok(changes)
}

/// The folder without a final slash, which would make the system follow a link.
fn itself(folder: &Path) -> PathBuf {
    folder.components().collect()
}

fn paths(bundle: &Bundle) -> BTreeSet<&str> {
    bundle.artifacts.iter().map(|artifact| artifact.path.as_str()).collect()
}

fn compare(folder: &Path, bundle: &Bundle, claim: &Claim) -> io::Result<Changes> {
    let mut changes = Changes { interrupted: claim.is_interrupted, ..Changes::default() };
    for artifact in &bundle.artifacts {
        match read_plain(folder, &artifact.path)? {
            None => changes.added.push(artifact.path.clone()),
            Some(bytes) if bytes != artifact.bytes => changes.changed.push(artifact.path.clone()),
            Some(_) => {}
        }
    }
    let wanted = paths(bundle);
    for (path, digests) in claim.known().iter().filter(|(path, _)| !wanted.contains(*path)) {
        match read_plain(folder, path)? {
            None => {}
            Some(bytes) if digests.contains(sha256(&bytes).as_str()) => changes.removed.push((*path).to_owned()),
            Some(_) => changes.kept.push((*path).to_owned()),
        }
    }
    Ok(changes)
}
