//! Writes a bundle into a folder, and compares a folder with a bundle. The only part of the library that touches the disk.
//!
//! A folder is ours when it is empty or holds a bundle of ours. New files are written completely, in a folder of their
//! own inside it, before the first one is renamed into place; `SHA256SUMS` comes last. So a full disk or an interrupted
//! run leaves the old bundle as it was. Only what the old `SHA256SUMS` lists, with the bytes it lists, is ever removed.
#![expect(clippy::disallowed_methods, reason = "this module is the library's hand in the world")]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::bundle::{Artifact, Bundle, MANIFEST, SUMS};
use crate::state::sha256;

/// Where new files wait until all of them are complete.
const STAGING: &str = ".stanchion-staging";

/// What a folder and a bundle differ in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Artifacts the folder does not have.
    pub added: Vec<String>,
    /// Artifacts whose bytes differ.
    pub changed: Vec<String>,
    /// Files of the old bundle that the new one does not have.
    pub removed: Vec<String>,
    /// Such files that somebody changed; they are left alone.
    pub kept: Vec<String>,
}

impl Changes {
    /// Whether the folder is the bundle.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty() && self.kept.is_empty()
    }
}

/// Writes the bundle and says what changed. A narrowed bundle never replaces a wider one.
///
/// # Errors
///
/// When the folder is not ours or cannot be written. The message says what was left behind, if anything.
pub fn write(folder: &Path, bundle: &Bundle, is_narrow: bool) -> io::Result<Changes> {
    let old = claim(folder)?;
    let changes = compare(folder, bundle, &old)?;
    if is_narrow && let Some(path) = changes.removed.first().or(changes.kept.first()) {
        return Err(io::Error::other(format!(
            "{} holds a wider bundle, with {path}; a narrowed build would remove that. Name another folder with --output",
            folder.display()
        )));
    }
    let paths: BTreeSet<&str> = changes.added.iter().chain(&changes.changed).map(String::as_str).collect();
    let fresh: Vec<&Artifact> =
        bundle.artifacts.iter().filter(|artifact| paths.contains(artifact.path.as_str())).collect();
    fs::create_dir_all(folder)?;
    if !fresh.is_empty() {
        let staging = folder.join(STAGING);
        let written = stage(&staging, &fresh).and_then(|()| publish(folder, &staging, &fresh));
        let cleared = fs::remove_dir_all(&staging);
        written.and(cleared)?;
    }
    for path in &changes.removed {
        remove(folder, path)?;
    }
    Ok(changes)
}

/// Compares without writing. A narrowed bundle is compared with its own part of the folder.
///
/// # Errors
///
/// When the folder is not ours or cannot be read.
pub fn check(folder: &Path, bundle: &Bundle, is_narrow: bool) -> io::Result<Changes> {
    let old = claim(folder)?;
    let mut changes = compare(folder, bundle, &old)?;
    if is_narrow {
        // The rest of a wider bundle is not asked about, and neither are the files that describe all of it.
        changes.removed.clear();
        changes.kept.clear();
        changes.changed.retain(|path| path.contains('/'));
    }
    Ok(changes)
}

/// The digests that the folder's own `SHA256SUMS` lists; an error when the folder belongs to somebody else.
fn claim(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            return Err(io::Error::other(format!(
                "{} is not a plain folder; name one that is not a link",
                folder.display()
            )));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    }
    let sums = match fs::read_to_string(folder.join(SUMS)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    // Any release folder may have files of these two names; only the manifest's own words make it ours.
    let lists_a_bundle = sums.lines().any(|line| line.ends_with(&format!("  {MANIFEST}")));
    let manifest = if lists_a_bundle { read_plain(folder, MANIFEST)? } else { None };
    if !manifest.is_some_and(|bytes| is_manifest(&bytes))
        && let Some(stranger) = first_stranger(folder)?
    {
        return Err(io::Error::other(format!(
            "{} holds files that stanchion did not make, such as {stranger}; name an empty or a new folder",
            folder.display()
        )));
    }
    let entries = sums.lines().filter_map(|line| line.split_once("  "));
    Ok(entries.filter(|(_, path)| is_inside(path)).map(|(digest, path)| (path.to_owned(), digest.to_owned())).collect())
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

fn compare(folder: &Path, bundle: &Bundle, old: &BTreeMap<String, String>) -> io::Result<Changes> {
    let mut changes = Changes::default();
    for artifact in &bundle.artifacts {
        match read_plain(folder, &artifact.path)? {
            None => changes.added.push(artifact.path.clone()),
            Some(bytes) if bytes != artifact.bytes => changes.changed.push(artifact.path.clone()),
            Some(_) => {}
        }
    }
    let wanted: BTreeSet<&str> = bundle.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    for (path, digest) in old.iter().filter(|(path, _)| !wanted.contains(path.as_str())) {
        match read_plain(folder, path)? {
            None => {}
            Some(bytes) if sha256(&bytes) == *digest => changes.removed.push(path.clone()),
            Some(_) => changes.kept.push(path.clone()),
        }
    }
    Ok(changes)
}

/// The bytes of a file, `None` when there is none. Anything on the way that is not a plain folder is an error: through a
/// link, bytes would land where nobody looks.
fn read_plain(folder: &Path, path: &str) -> io::Result<Option<Vec<u8>>> {
    let full = folder.join(path);
    for step in ways(folder, path) {
        match fs::symlink_metadata(&step) {
            Ok(metadata) if step == full && metadata.is_file() => {}
            Ok(metadata) if step != full && metadata.is_dir() => {}
            Ok(_) => {
                return Err(io::Error::other(format!(
                    "{} is not a plain {}; remove it",
                    step.display(),
                    if step == full { "file" } else { "folder" }
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    fs::read(full).map(Some)
}

/// Every path from the first name below `folder` to the last.
fn ways(folder: &Path, path: &str) -> Vec<PathBuf> {
    path.split('/')
        .scan(folder.to_owned(), |way, part| {
            way.push(part);
            Some(way.clone())
        })
        .collect()
}

/// Writes all files, complete, beside each other under numbers, on as many cores as there are.
fn stage(staging: &Path, fresh: &[&Artifact]) -> io::Result<()> {
    if let Ok(metadata) = fs::symlink_metadata(staging) {
        if !metadata.is_dir() {
            return Err(io::Error::other(format!("{} is in the way; remove it", staging.display())));
        }
        fs::remove_dir_all(staging)?;
    }
    fs::create_dir(staging)?;
    in_parallel(fresh, |index, artifact| fs::write(staging.join(index.to_string()), &artifact.bytes))
}

/// Renames all files into place, the list of digests last: until then the folder still answers for the old bundle.
fn publish(folder: &Path, staging: &Path, fresh: &[&Artifact]) -> io::Result<()> {
    let mut folders: Vec<PathBuf> =
        fresh.iter().filter_map(|artifact| folder.join(&artifact.path).parent().map(Path::to_owned)).collect();
    folders.sort_unstable();
    folders.dedup();
    for new in &folders {
        fs::create_dir_all(new)?;
    }
    let rename =
        |index: usize, artifact: &Artifact| fs::rename(staging.join(index.to_string()), folder.join(&artifact.path));
    let (last, rest): (Vec<_>, Vec<_>) = fresh.iter().enumerate().partition(|(_, artifact)| artifact.path == SUMS);
    for (done, (index, artifact)) in rest.iter().enumerate() {
        rename(*index, artifact).map_err(|error| half_done(&error, done, fresh.len()))?;
    }
    for (index, artifact) in last {
        rename(index, artifact).map_err(|error| half_done(&error, rest.len(), fresh.len()))?;
    }
    Ok(())
}

fn half_done(error: &io::Error, done: usize, all: usize) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("{error}; {done} of {all} new files are in place, the rest is as it was: build again"),
    )
}

/// Calls `work` for every artifact and returns the first error in artifact order.
fn in_parallel(artifacts: &[&Artifact], work: impl Fn(usize, &Artifact) -> io::Result<()> + Sync) -> io::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = artifacts.len().div_ceil(cores).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let workers: Vec<_> = artifacts
            .chunks(share)
            .enumerate()
            .map(|(chunk, artifacts)| {
                scope.spawn(move || {
                    artifacts.iter().enumerate().try_for_each(|(at, artifact)| work(chunk * share + at, artifact))
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("writing a file does not panic"))
    })
}

/// Removes a file of the old bundle and the folders that this leaves empty.
fn remove(folder: &Path, path: &str) -> io::Result<()> {
    fs::remove_file(folder.join(path))?;
    let mut parents = ways(folder, path);
    parents.pop();
    // A folder that is not empty cannot be removed, and should not be.
    while let Some(parent) = parents.pop()
        && fs::remove_dir(parent).is_ok()
    {}
    Ok(())
}
