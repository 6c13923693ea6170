//! `stanchion diff`: what a change of a policy means.

use std::io::{self, Write as _};
use std::path::Path;

use stanchion::bundle::{MANIFEST, SUMS};
use stanchion::diff::{compare, report};
use stanchion::finding::Finding;
use stanchion::manifest::Manifest;
use stanchion::policy::{self, Reading};
use stanchion::rule;
use stanchion::state::sha256;

use super::{Answer, print, read, read_file, show};
use crate::cli::{Diff, DiffFormat, FailOn};
use crate::git::Revision;

/// Far larger than the manifest of any build; one that is cut off here is not what its digest says.
const LARGEST: usize = 64 * 1024 * 1024;

/// Compares and reports. Differences are an answer; only a gate makes a no of one.
pub(crate) fn run(arguments: &Diff) -> io::Result<Answer> {
    let (old, new) = match (&arguments.base, arguments.paths.as_slice()) {
        (Some(base), [policy]) => (at_revision(policy, base)?, on_disk(policy)?),
        (None, [old, new]) => (on_disk(old)?, on_disk(new)?),
        (Some(_), _) => {
            return Err(io::Error::other("with --base, name one policy: `stanchion diff --base REV POLICY`"));
        }
        (None, _) => {
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
    writeln!(stderr, "--fail-on loosens: these loosen or may loosen, and no exception covers them")?;
    write!(stderr, "{}", report::stopped(&diff))?;
    Ok(Answer::No)
}

fn on_disk(path: &Path) -> io::Result<Manifest> {
    let name = path.to_string_lossy();
    if path.is_dir() {
        return folder(&name, &|file| {
            let path = path.join(file);
            read_file(&path, LARGEST)
                .map_err(|error| io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display())))
        });
    }
    manifest_of(read(path)?, &name)
}

/// The same as it was at a revision. Paths count from the root of the repository, so that `extends` stays inside it.
fn at_revision(path: &Path, base: &str) -> io::Result<Manifest> {
    // A policy that is gone, or not there yet, is still somewhere in a folder.
    let is_folder = path.is_dir();
    let (folder_of, file) = match path.parent() {
        _ if is_folder => (path, None),
        Some(parent) if !parent.as_os_str().is_empty() => (parent, path.file_name()),
        _ => (Path::new("."), path.file_name()),
    };
    let revision = Revision::find(folder_of, base)?;
    let prefix = revision.prefix()?;
    let shown = |name: &str| format!("{name} at {base}");
    if is_folder {
        return folder(&shown(&path.to_string_lossy()), &|file| revision.read(&format!("{prefix}{file}")));
    }
    let Some(file) = file else {
        return Err(io::Error::other(format!("{} is not a file", path.display())));
    };
    let name = format!("{prefix}{}", file.to_string_lossy());
    let bytes = revision.read(&name)?;
    manifest_of(policy::read(&name, &bytes, &|name| revision.read(name)), &shown(&name))
}

/// The manifest that a build of the policy would write.
fn manifest_of(mut reading: Reading, name: &str) -> io::Result<Manifest> {
    rule::check(&mut reading, None);
    let is_broken = reading.findings.iter().any(Finding::is_error);
    if let Some(policy) = reading.policy.as_ref().filter(|_| !is_broken) {
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
