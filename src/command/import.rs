//! `stanchion import`: a policy made of the files that are there by now.

use std::io::{self, Write as _};
use std::path::Path;

use stanchion::finding::Finding;
use stanchion::import::{self, File, LARGEST, Options};
use stanchion::platform::Platform;
use stanchion::policy::preset;
use stanchion::report;

use super::{Answer, print, read_file};
use crate::cli::{Format, Import};

/// Imports; the policy goes to stdout or into a new file, the findings to stderr.
pub(crate) fn run(arguments: &Import) -> io::Result<Answer> {
    if let Some(path) = arguments.output.as_ref().filter(|path| path.symlink_metadata().is_ok()) {
        let path = path.display();
        return Err(io::Error::other(format!("{path} exists; name another file with `--output`")));
    }
    let named = arguments.files.iter().map(|file| platform(file)).collect::<io::Result<Vec<_>>>()?;
    let bytes = named.iter().map(|(_, path)| read_file(Path::new(path), LARGEST)).collect::<io::Result<Vec<_>>>()?;
    let files: Vec<File<'_>> =
        named.iter().zip(&bytes).map(|(&(platform, name), bytes)| File { name, platform, bytes }).collect();
    let options = Options {
        preset: arguments.preset.as_deref().and_then(preset::find),
        organization_name: arguments.organization_name.clone(),
        organization_id: arguments.organization_id.clone(),
        oldest_version: arguments.oldest_version,
    };
    let import = import::import(&files, &options);
    let ok = import.policy.is_some() && !import.findings.iter().any(Finding::is_error);
    match arguments.format {
        Format::Text => show(&import)?,
        Format::Json => {
            let items = import.findings.iter().map(|finding| (finding, &import.sources));
            anstream::stderr().write_all(&report::json(items, ok))?;
        }
    }
    let Some(policy) = &import.policy else { return Ok(Answer::Nothing) };
    match &arguments.output {
        None => print(policy)?,
        Some(path) => {
            fs_err::File::create_new(path)?.write_all(policy.as_bytes())?;
            if matches!(arguments.format, Format::Text) {
                writeln!(anstream::stderr(), "wrote {0}: read it, then run `stanchion check {0}`", path.display())?;
            }
        }
    }
    Ok(if ok { Answer::Yes } else { Answer::No })
}

/// The findings, how many there are, and why there is no policy.
fn show(import: &import::Import) -> io::Result<()> {
    let mut stderr = anstream::stderr().lock();
    stderr.write_all(report::text(&import.findings, &import.sources, true).as_bytes())?;
    let summary = report::summary(&import.findings, &import.sources);
    if import.policy.is_some() {
        return writeln!(stderr, "{}", summary.as_deref().unwrap_or("no findings"));
    }
    if let Some(summary) = summary {
        writeln!(stderr, "{summary}")?;
    }
    writeln!(stderr, "stanchion: nothing in these files can become a policy, so nothing was written")?;
    for why in &import.left_out {
        writeln!(stderr, "  {why}")?;
    }
    Ok(())
}

/// `macos=FILE` says where a file holds; anything else is a path.
fn platform(argument: &str) -> io::Result<(Option<Platform>, &str)> {
    let Some((word, path)) = argument.split_once('=').filter(|_| !Path::new(argument).exists()) else {
        return Ok((None, argument));
    };
    if !word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok((None, argument));
    }
    match Platform::from_name(word) {
        Some(_) if path.is_empty() => Err(io::Error::other(format!("`{argument}` names no file: write `{word}=FILE`"))),
        Some(platform) => Ok((Some(platform), path)),
        None => {
            let right = Platform::ALL.map(|platform| format!("`{platform}={path}`"));
            let right = format!("{}, {} or {}", right[0], right[1], right[2]);
            Err(io::Error::other(format!("`{word}` is no platform, and `{argument}` no file: write {right}")))
        }
    }
}
