//! The verbs, one file each.
#![expect(clippy::disallowed_methods, reason = "the binary is where files are read and the day is asked")]

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod schema;
pub(crate) mod sign;
pub(crate) mod verify;

use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anstream::ColorChoice;
use stanchion::date::Date;
use stanchion::finding::{all_of, nearest};
use stanchion::policy::{self, Reading};
use stanchion::report;
use stanchion::visible::visible;

/// What a verb answered; trouble with the world is an [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Yes, clean, done: exit 0.
    Yes,
    /// No, findings, differences: exit 1.
    No,
    /// None, and why was said: exit 2.
    Nothing,
}

/// Reads a policy and everything it extends.
pub(crate) fn read(path: &Path) -> io::Result<Reading> {
    let bytes = read_file(path, policy::LARGEST)?;
    Ok(policy::read(&path.to_string_lossy(), &bytes, &|name| bytes_of(Path::new(name), policy::LARGEST)))
}

/// The bytes of a file, of a larger one only some more than `most`; an error names it.
pub(crate) fn read_file(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    bytes_of(path, most).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot read {}: {error}", visible(&path.to_string_lossy())))
    })
}

/// The same for a caller that names the file itself. Pipes and devices may never end, so they are refused.
fn bytes_of(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Shows findings on stderr, with a last line that counts them.
pub(crate) fn show(reading: &Reading) -> io::Result<()> {
    let mut stderr = anstream::stderr().lock();
    stderr.write_all(report::text(&reading.findings, &reading.sources, true).as_bytes())?;
    match report::summary(&reading.findings, &reading.sources) {
        Some(summary) => writeln!(stderr, "{summary}"),
        None => Ok(()),
    }
}

/// Prints a result on stdout.
pub(crate) fn print(text: impl AsRef<[u8]>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_ref())?;
    stdout.flush()
}

/// Whether results on stdout are for a person with colours.
pub(crate) fn stdout_is_styled() -> bool {
    io::stdout().is_terminal() && anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// An error unless `name` is one of `rings`, which belong to one policy.
pub(crate) fn known_ring(name: &str, rings: &[&str]) -> io::Result<()> {
    if rings.contains(&name) {
        return Ok(());
    }
    let help = match nearest(name, rings.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if rings.is_empty() => "it has none at all".to_owned(),
        None => format!("it has {}", all_of(rings.iter().copied())),
    };
    Err(io::Error::other(format!("the policy has no ring `{name}`; {help}")))
}

/// The day that was given, else the system's.
pub(crate) fn today(given: Option<Date>) -> io::Result<Date> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let system = since_epoch.and_then(|time| Date::from_unix_days(time.as_secs() / (24 * 60 * 60)));
    given.or(system).ok_or_else(|| io::Error::other("the system's clock shows no usable date; give one with --today"))
}
