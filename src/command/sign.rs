//! `stanchion sign`: a configuration profile with a signature around it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use stanchion::signing::{File, Signer, is_signed_form_of};

use super::{Answer, print, read_file, today};
use crate::cli::Sign;

/// Reads, judges, signs and writes; the file comes into being whole, under its name, or not at all.
pub(crate) fn run(arguments: &Sign) -> io::Result<Answer> {
    let profile = Input::read(&arguments.profile)?;
    let certificate = Input::read(&arguments.cert)?;
    let key = Input::read(&arguments.key)?;
    let chain = arguments.chain.as_deref().map(Input::read).transpose()?;
    let chain = chain.as_ref().map(Input::file);
    let signer =
        Signer::read(certificate.file(), key.file(), chain, today(arguments.today)?).map_err(io::Error::other)?;
    let bytes = signer.sign(profile.file()).map_err(io::Error::other)?;
    let output = arguments.output.clone().unwrap_or_else(|| beside(&arguments.profile));
    let name = output.display();
    if let Some(issuer) = signer.missing_issuer() {
        writeln!(
            anstream::stderr(),
            "{} was issued by {issuer}; a Mac that lacks that certificate shows the profile as unverified: add it with --chain",
            arguments.cert.display()
        )?;
    }
    let old = ours(&output, profile.file())?;
    if old.as_ref() == Some(&bytes) {
        print(format!("{name}: unchanged\n"))?;
        return Ok(Answer::Yes);
    }
    write(&output, &bytes, old.is_some())?;
    print(format!("wrote {name}: signed by {}, valid until {}\n", signer.subject(), signer.valid_until()))?;
    Ok(Answer::Yes)
}

/// More than any profile, key or chain of certificates has.
const LARGEST: usize = 16 * 1024 * 1024;

struct Input {
    name: String,
    bytes: Vec<u8>,
}

impl Input {
    fn read(path: &Path) -> io::Result<Self> {
        let name = path.display().to_string();
        let bytes = read_file(path, LARGEST)?;
        if bytes.len() > LARGEST {
            return Err(io::Error::other(format!(
                "{name} has more than {LARGEST} bytes; that is no profile, key or certificate"
            )));
        }
        Ok(Self { name, bytes })
    }

    fn file(&self) -> File<'_> {
        File { name: &self.name, bytes: &self.bytes }
    }
}

/// `docker-desktop.signed.mobileconfig` for `docker-desktop.mobileconfig`.
fn beside(profile: &Path) -> PathBuf {
    let mut name = profile.file_stem().unwrap_or_default().to_owned();
    name.push(".signed.mobileconfig");
    profile.with_file_name(name)
}

/// What stands at the output already; an error when that is anything but this profile as it was signed before.
fn ours(output: &Path, profile: File<'_>) -> io::Result<Option<Vec<u8>>> {
    let refused =
        |why: &str| Err(io::Error::other(format!("{} {why}; name another file with --output", output.display())));
    match fs_err::symlink_metadata(output) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) if metadata.is_symlink() => return refused("is a link, and what it leads to is left alone"),
        Ok(metadata) if !metadata.is_file() => return refused("is not a plain file"),
        Ok(_) => {}
    }
    let old = fs_err::read(output)?;
    if is_signed_form_of(&old, profile) { Ok(Some(old)) } else { refused("exists and is not this profile, signed") }
}

/// Writes a new file beside the name and renames it: whatever takes the name meanwhile is never written through.
fn write(output: &Path, bytes: &[u8], replaces: bool) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", output.display()));
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".stanchion-").tempfile_in(folder).map_err(named)?;
    // A temporary file is for its owner alone; a signed profile is for everybody, whatever the umask.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        new.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(named)?;
    }
    new.write_all(bytes).and_then(|()| new.as_file().sync_all()).map_err(named)?;
    let done = if replaces { new.persist(output) } else { new.persist_noclobber(output) };
    done.map(|_| ()).map_err(|error| named(error.error))
}
