//! `stanchion import`: a policy made of the files that are there by now.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use stanchion::finding::Finding;
use stanchion::import::{self, File, LARGEST, Options};
use stanchion::platform::Platform;
use stanchion::policy::preset;
use stanchion::report;

use super::{Answer, print};
use crate::cli::{Format, Import};

/// Imports; the policy goes to stdout or into a new file, the findings to stderr.
pub(crate) fn run(arguments: &Import) -> io::Result<Answer> {
    if let Some(path) = arguments.output.as_ref().filter(|path| path.symlink_metadata().is_ok()) {
        let path = path.display();
        return Err(io::Error::other(format!("{path} exists; name another file with `--output`")));
    }
    let named: Vec<(Option<Platform>, &str)> = arguments.files.iter().map(|file| platform(file)).collect();
    let bytes = named.iter().map(|(_, path)| read(Path::new(path))).collect::<io::Result<Vec<_>>>()?;
    let files: Vec<File<'_>> =
        named.iter().zip(&bytes).map(|(&(platform, name), bytes)| File { name, platform, bytes }).collect();
    let options = Options {
        preset: arguments.preset.as_deref().and_then(preset::find),
        organization_name: arguments.organization_name.clone(),
        organization_id: arguments.organization_id.clone(),
        oldest_version: arguments.oldest_version,
    };
    let import = import::import(&files, &options);
    let ok = !import.findings.iter().any(Finding::is_error);
    let mut stderr = anstream::stderr().lock();
    match arguments.format {
        Format::Text => {
            stderr.write_all(report::text(&import.findings, &import.sources, true).as_bytes())?;
            writeln!(
                stderr,
                "{}",
                report::summary(&import.findings, &import.sources).unwrap_or_else(|| "no findings".to_owned())
            )?;
        }
        Format::Json => {
            let items = import.findings.iter().map(|finding| (finding, &import.sources));
            stderr.write_all(&report::json(items, ok))?;
        }
    }
    match (&import.policy, &arguments.output) {
        (Some(policy), Some(path)) => {
            fs_err::File::create_new(path)?.write_all(policy.as_bytes())?;
            writeln!(stderr, "wrote {0}: read it, then run `stanchion check {0}`", path.display())?;
        }
        (Some(policy), None) => print(policy)?,
        (None, _) if ok => return Err(io::Error::other("nothing in these files could become a policy")),
        (None, _) => writeln!(stderr, "nothing was written")?,
    }
    Ok(if ok { Answer::Yes } else { Answer::No })
}

/// `macos=FILE` says where a file holds; anything else is a path.
fn platform(argument: &str) -> (Option<Platform>, &str) {
    let hint = argument.split_once('=').and_then(|(name, path)| Some((Platform::from_name(name)?, path)));
    hint.map_or((None, argument), |(platform, path)| (Some(platform), path))
}

/// The bytes of a plain file, and of a larger one so many that import refuses it.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Looked at first: opening a pipe would wait for somebody to write.
    if !fs_err::metadata(path)?.is_file() {
        return Err(io::Error::other(format!("{} is not a file", path.display())));
    }
    let mut bytes = Vec::new();
    fs_err::File::open(path)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
