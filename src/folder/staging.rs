//! Where new files wait until all of them are complete, and where an interrupted run leaves word of what it was doing.

use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::disk::Disk;
use crate::bundle::{Artifact, SUMS};

/// The folder, inside the one that is written to: a rename must not cross a file system.
pub(super) const STAGING: &str = ".stanchion-staging";

/// What is about to be put in place and to be removed, as lines of `sha256sum`. It is there from before the first rename
/// until after the last removal, so that the next run can tell what is ours.
pub(super) const INTENT: &str = ".stanchion-staging/intent";

const INTENT_NAME: &str = "intent";
const NEW_INTENT_NAME: &str = "intent.new";

/// The open staging folder.
pub(super) struct Staging<'a> {
    disk: Disk<'a>,
    folder: &'a Path,
    at: PathBuf,
}

impl<'a> Staging<'a> {
    /// Makes the folder, or clears it of what an interrupted run had not put in place. Its intent stays.
    pub(super) fn open(disk: Disk<'a>, folder: &'a Path) -> io::Result<Self> {
        let staging = folder.join(STAGING);
        if fs::symlink_metadata(&staging).is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(io::Error::other(format!("{} is in the way; remove it", staging.display())));
        }
        disk.create_folder(&staging)?;
        let staging = Self { disk, folder, at: staging };
        staging.clear()?;
        Ok(staging)
    }

    /// Writes all files, complete, beside each other under numbers, on as many cores as there are.
    pub(super) fn fill(&self, fresh: &[&Artifact]) -> io::Result<()> {
        in_parallel(fresh, |index, artifact| self.disk.write(&self.numbered(index), &artifact.bytes))
    }

    /// Says, before anything is changed, what will be. It replaces an earlier intent in one step.
    pub(super) fn announce(&self, intent: &str) -> io::Result<()> {
        let new = self.at.join(NEW_INTENT_NAME);
        self.disk.write(&new, intent.as_bytes())?;
        self.disk.rename(&new, &self.at.join(INTENT_NAME))
    }

    /// Renames all files into place, the list of digests last: until then the folder still answers for the old bundle.
    pub(super) fn publish(&self, fresh: &[&Artifact]) -> io::Result<()> {
        let mut folders: Vec<PathBuf> =
            fresh.iter().filter_map(|artifact| self.folder.join(&artifact.path).parent().map(Path::to_owned)).collect();
        folders.sort_unstable();
        folders.dedup();
        for new in folders.iter().filter(|new| *new != self.folder) {
            self.disk.create_folder(new)?;
        }
        let (last, rest): (Vec<_>, Vec<_>) = fresh.iter().enumerate().partition(|(_, artifact)| artifact.path == SUMS);
        for (done, (index, artifact)) in rest.into_iter().chain(last).enumerate() {
            let renamed = self.disk.rename(&self.numbered(index), &self.folder.join(&artifact.path));
            renamed.map_err(|error| half_done(&error, done, fresh.len()))?;
        }
        Ok(())
    }

    /// Removes what was not put in place. Only names of ours are removed.
    pub(super) fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.at)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
            let is_ours = is_number || name == NEW_INTENT_NAME || name == INTENT_NAME;
            if !is_ours || !entry.file_type()?.is_file() {
                return Err(io::Error::other(format!("{} is in the way; remove it", entry.path().display())));
            }
            if name != INTENT_NAME {
                self.disk.remove_file(&entry.path())?;
            }
        }
        Ok(())
    }

    /// After a failure before the first rename: without an earlier intent there is nothing left to tell.
    pub(super) fn give_up(self) -> io::Result<()> {
        self.clear()?;
        if self.at.join(INTENT_NAME).exists() { Ok(()) } else { self.disk.remove_folder(&self.at) }
    }

    /// When everything is done: nothing is left but the intent.
    pub(super) fn close(self) -> io::Result<()> {
        self.disk.remove_file(&self.at.join(INTENT_NAME))?;
        self.disk.remove_folder(&self.at)
    }

    fn numbered(&self, index: usize) -> PathBuf {
        self.at.join(index.to_string())
    }
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
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
