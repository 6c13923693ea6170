//! One build at a time: two at once would put each other's files in place.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use fs_err as fs;

use super::disk::Disk;

/// Held while a folder is written to. The system lets go of it when the program ends, however that happens.
pub(super) struct Turn(#[expect(dead_code, reason = "it is held, not asked")] Option<File>);

impl Turn {
    /// Makes the folder if there is none, and locks it. Nothing is locked where a folder cannot be: on Windows, and on
    /// file systems that know no locks.
    pub(super) fn take(disk: Disk<'_>, folder: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => disk.create_folder(folder)?,
            Ok(metadata) if metadata.is_dir() => {}
            // Whose it is, and what is wrong with it, is said elsewhere.
            _ => return Ok(Self(None)),
        }
        if cfg!(windows) {
            return Ok(Self(None));
        }
        let file = fs::File::open(folder)?.into_parts().0;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(io::Error::other(format!(
                "another build is writing into {}; wait until it is done, then build again",
                folder.display()
            ))),
            Err(TryLockError::Error(_)) => Ok(Self(None)),
        }
    }
}
