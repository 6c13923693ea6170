//! `stanchion build`: artifacts into a folder, or how a folder differs from its policy.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use stanchion::bundle::{self, Bundle, Selection};
use stanchion::folder::{self, Changes};
use stanchion::platform::Platform;
use stanchion::policy::Policy;
use stanchion::{resolve, rule};

use super::{Answer, known_ring, print, read, show};
use crate::cli::Build;

/// Checks, builds and writes. Nothing is written while there is an error.
pub(crate) fn run(arguments: &Build) -> io::Result<Answer> {
    let mut reading = read(&arguments.policy)?;
    // The date stays out: a policy must build the same bytes on every day.
    rule::check(&mut reading, None);
    show(&reading)?;
    let is_broken = reading.findings.iter().any(stanchion::finding::Finding::is_error);
    let Some(policy) = reading.policy.as_ref().filter(|_| !is_broken) else {
        writeln!(anstream::stderr(), "nothing was written")?;
        return Ok(Answer::No);
    };
    let selection = selection(arguments, policy)?;
    let plan = resolve::resolve(policy);
    let bundle = bundle::build(&plan, &selection);
    let folder = &arguments.output;
    let name = folder.display();
    if arguments.check {
        let changes = folder::check(folder, &bundle, selection.is_narrow())?;
        if changes.is_empty() {
            writeln!(anstream::stderr(), "{name} is what {} says", arguments.policy.display())?;
            return Ok(Answer::Yes);
        }
        print(difference(arguments, &bundle, &changes)?)?;
        return Ok(Answer::No);
    }
    let changes = folder::write(folder, &bundle, selection.is_narrow())?;
    for path in &changes.kept {
        writeln!(
            anstream::stderr(),
            "{name}/{path} is no longer part of the bundle, but somebody changed it: left alone"
        )?;
    }
    print(format!("{name}: {}\n", told(&bundle, &changes)))?;
    Ok(Answer::Yes)
}

fn told(bundle: &Bundle, changes: &Changes) -> String {
    let mut told = format!("{} files", bundle.artifacts.len());
    if changes.is_empty() {
        told.push_str(", unchanged");
    }
    if changes.interrupted {
        told.push_str(", after an interrupted build");
    }
    for (paths, word) in [(&changes.added, "new"), (&changes.changed, "changed"), (&changes.removed, "removed")] {
        if !paths.is_empty() {
            _ = write!(told, ", {} {word}", paths.len());
        }
    }
    told
}

fn selection(arguments: &Build, policy: &Policy) -> io::Result<Selection> {
    let rings: Vec<&str> = policy.rings.iter().map(|ring| ring.name.as_str()).collect();
    for name in &arguments.ring {
        known_ring(name, &rings)?;
    }
    let platforms = arguments.platform.iter().filter_map(|name| Platform::from_name(name)).collect();
    Ok(Selection { rings: arguments.ring.clone(), platforms, targets: arguments.target.clone() })
}

/// A unified diff from the folder to the policy; files that are not text are only named.
fn difference(arguments: &Build, bundle: &Bundle, changes: &Changes) -> io::Result<String> {
    let mut out = String::new();
    if changes.interrupted {
        _ = writeln!(out, "an earlier build was interrupted: build again to finish or undo it");
    }
    for path in &changes.added {
        _ = writeln!(out, "missing: {path}");
    }
    for path in &changes.removed {
        _ = writeln!(out, "no longer part of the bundle: {path}");
    }
    for path in &changes.kept {
        _ = writeln!(out, "no longer part of the bundle, and changed by hand: {path}");
    }
    for path in &changes.changed {
        let old = fs_err::read(arguments.output.join(path))?;
        let new =
            bundle.artifacts.iter().find(|artifact| artifact.path == *path).map(|artifact| artifact.bytes.as_slice());
        match (String::from_utf8(old), new.map(std::str::from_utf8)) {
            (Ok(old), Some(Ok(new))) => {
                let diff = similar::TextDiff::from_lines(old.as_str(), new);
                _ = write!(
                    out,
                    "{}",
                    diff.unified_diff().header(&format!("{}/{path}", arguments.output.display()), path)
                );
            }
            _ => _ = writeln!(out, "differs: {path}"),
        }
    }
    Ok(out)
}
