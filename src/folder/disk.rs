//! Every change of the disk, one step of the operating system each, so that a test can stop before any of them.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

/// Asked before each step; an error stops the write there. Tests use it to fail and to die at every step.
pub type Watch<'a> = &'a (dyn Fn(&Path) -> io::Result<()> + Sync);

/// The only way in which a folder is changed.
#[derive(Clone, Copy)]
pub(super) struct Disk<'a>(pub(super) Watch<'a>);

impl Disk<'_> {
    /// Makes a folder and those above it.
    pub(super) fn create_folder(self, path: &Path) -> io::Result<()> {
        (self.0)(path)?;
        fs::create_dir_all(path)
    }

    /// Writes a file that nobody knows by its final name yet.
    pub(super) fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        (self.0)(path)?;
        fs::write(path, bytes)
    }

    /// Gives a file its final name, in one step even when that is taken.
    pub(super) fn rename(self, from: &Path, to: &Path) -> io::Result<()> {
        (self.0)(to)?;
        fs::rename(from, to)
    }

    /// Removes a file; a link goes itself, not what it points to.
    pub(super) fn remove_file(self, path: &Path) -> io::Result<()> {
        (self.0)(path)?;
        fs::remove_file(path)
    }

    /// Removes a folder if it is empty.
    pub(super) fn remove_folder(self, path: &Path) -> io::Result<()> {
        (self.0)(path)?;
        fs::remove_dir(path)
    }

    /// Removes the folders on the way to `path` that are empty.
    pub(super) fn prune(self, folder: &Path, path: &str) -> io::Result<()> {
        let mut parents = ways(folder, path);
        parents.pop();
        for parent in parents.iter().rev() {
            (self.0)(parent)?;
            match fs::remove_dir(parent) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // A folder that is not empty cannot be removed, and should not be.
                Err(_) => break,
            }
        }
        Ok(())
    }
}

/// The bytes of a file, `None` when there is none. Anything on the way that is not a plain folder is an error: through a
/// link, bytes would land where nobody looks.
pub(super) fn read_plain(folder: &Path, path: &str) -> io::Result<Option<Vec<u8>>> {
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
