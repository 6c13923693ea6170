//! `stanchion diff`: what a change of a policy means.

use std::io::{self, Write as _};
use std::path::Path;

use stanchion::bundle::{MANIFEST, SUMS};
use stanchion::diff::{compare, report};
use stanchion::finding::Finding;
use stanchion::manifest::{self, Manifest};
use stanchion::policy::{self, Reading};
use stanchion::rule;
use stanchion::state::sha256;

use super::{Answer, print, read, read_file, show};
use crate::cli::{Diff, DiffFormat, FailOn};
use crate::git::{Former, Revision};

/// Compares and reports. Differences are an answer; only a gate makes a no of one.
pub(crate) fn run(arguments: &Diff) -> io::Result<Answer> {
    let (old, new) = match (&arguments.base, arguments.paths.as_slice()) {
        (Some(base), [policy]) => (at_revision(policy, base, policy.exists())?, on_disk(policy)?),
        (Some(base), [old, new]) => (at_revision(old, base, false)?, on_disk(new)?),
        (None, [old, new]) => (on_disk(old)?, on_disk(new)?),
        _ => {
            return Err(io::Error::other(
                "name two policies or built folders, or one and --base with the revision to compare with",
            ));
        }
    };
    let diff = compare(&old, &new);
    let gate = matches!(arguments.fail_on, Some(FailOn::Loosens));
    let ok = !gate || diff.stopped().next().is_none();
    match arguments.format {
        DiffFormat::Text => print(report::text(&diff))?,
        DiffFormat::Markdown => print(report::markdown(&diff))?,
        DiffFormat::Json => print(report::json(&diff, ok))?,
    }
    if ok {
        return Ok(Answer::Yes);
    }
    let stderr = anstream::stderr();
    let mut stderr = stderr.lock();
    writeln!(stderr, "--fail-on loosens: these loosen or may loosen, and no new exception covers them")?;
    write!(stderr, "{}", report::stopped(&diff))?;
    Ok(Answer::No)
}

fn on_disk(path: &Path) -> io::Result<Manifest> {
    let name = path.to_string_lossy();
    if path.is_dir() {
        return folder(&name, &|file| read_file(&path.join(file), manifest::LARGEST));
    }
    manifest_of(read(path)?, &name)
}

/// The same as it was at a revision; a policy that is not there may be a new one. Paths count from the root of the
/// repository, so that `extends` stays inside it.
fn at_revision(path: &Path, base: &str, may_be_new: bool) -> io::Result<Manifest> {
    // What is gone, or not there yet, is still somewhere in a folder.
    let folder_of = path.ancestors().find(|above| above.is_dir()).unwrap_or(Path::new("."));
    let inside = path.strip_prefix(folder_of).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let revision = Revision::find(folder_of, base)?;
    let name = format!("{}{inside}", revision.prefix()?);
    if inside.is_empty() {
        let shown = format!("{} at {base}", path.display());
        return folder(&shown, &|file| revision.read(&format!("{name}{file}")));
    }
    match revision.read(&name) {
        Err(missing) if may_be_new && missing.kind() == io::ErrorKind::NotFound => former(&revision, &name, &missing),
        bytes => manifest_of(policy::read(&name, &bytes?, &|name| revision.read(name)), &format!("{name} at {base}")),
    }
}

/// What a policy was that the revision does not have: the one that Git finds renamed, else nothing. When another policy is
/// gone that Git does not find again, this one may replace it, and nobody knows.
fn former(revision: &Revision<'_>, name: &str, missing: &io::Error) -> io::Result<Manifest> {
    let read = |name: &str| -> io::Result<Reading> {
        Ok(policy::read(name, &revision.read(name)?, &|name| revision.read(name)))
    };
    let gone = match revision.former(name)? {
        Former::Renamed(old) => {
            note(&format!("{name} was {old} at {}", revision.name))?;
            return manifest_of(read(&old)?, &format!("{old} at {}", revision.name));
        }
        Former::New { gone } => gone,
    };
    if let Some(old) = gone.iter().find(|old| read(old).is_ok_and(|mut reading| is_whole(&mut reading))) {
        return Err(io::Error::other(format!(
            "{missing}, and the policy {old}, which does, is gone: name the one that it replaces, as in `stanchion diff --base {} {old} {name}`",
            revision.name
        )));
    }
    note(&format!("{name} is new since {}: it is compared with machines that have no policy", revision.name))?;
    Ok(Manifest::none())
}

fn note(sentence: &str) -> io::Result<()> {
    writeln!(anstream::stderr().lock(), "note: {sentence}")
}

fn is_whole(reading: &mut Reading) -> bool {
    rule::check(reading, None);
    reading.policy.is_some() && !reading.findings.iter().any(Finding::is_error)
}

/// The manifest that a build of the policy would write.
fn manifest_of(mut reading: Reading, name: &str) -> io::Result<Manifest> {
    let is_whole = is_whole(&mut reading);
    if let Some(policy) = reading.policy.as_ref().filter(|_| is_whole) {
        return Ok(Manifest::of(policy));
    }
    show(&reading)?;
    Err(io::Error::other(format!("{name} has errors; mend them first")))
}

/// The manifest of a built folder, if it is whole and as it was built.
fn folder(name: &str, read: &dyn Fn(&str) -> io::Result<Vec<u8>>) -> io::Result<Manifest> {
    let wrong = |what: &str| io::Error::other(format!("{name}: {what}"));
    let (bytes, sums) = (read(MANIFEST)?, read(SUMS)?);
    let listed = format!("{}  {MANIFEST}", sha256(&bytes));
    if !String::from_utf8_lossy(&sums).lines().any(|line| line == listed) {
        return Err(wrong("somebody changed manifest.json after the build; build again"));
    }
    let manifest = Manifest::read(&bytes).map_err(|error| wrong(&error))?;
    if manifest.fleet.is_none() {
        return Err(wrong("built by a stanchion whose manifest did not hold the settings yet; build again"));
    }
    if manifest.narrowed {
        return Err(wrong("built with --ring or --platform, so the rest cannot be compared; build all of it"));
    }
    Ok(manifest)
}
