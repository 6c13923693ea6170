//! `stanchion verify`: whether this machine, or a mounted image, holds what its policy says.

use std::io;

use serde::Serialize;
use stanchion::finding::{Finding, all_of};
use stanchion::format::json;
use stanchion::platform::Platform;
use stanchion::verify::{Expected, Fault, Report, Verdict, look};
use stanchion::{manifest, resolve, rule};

use super::{Answer, known_ring, print, read, read_file, show};
use crate::cli::{Format, Verify};

/// Compares and reports; drift is a no.
pub(crate) fn run(arguments: &Verify) -> io::Result<Answer> {
    let platform = match arguments.platform.as_deref().and_then(Platform::from_name) {
        Some(platform) => platform,
        None => this_platform().ok_or_else(|| io::Error::other("name the platform with --platform"))?,
    };
    // The paths of another platform are either nowhere here, or somewhere else than they say.
    if arguments.root.is_none() && this_platform() != Some(platform) {
        let here = std::env::consts::OS;
        return Err(io::Error::other(format!(
            "this machine is {here}, not {platform}; name where the image is mounted with --root"
        )));
    }
    let machines = machines(arguments)?;
    let expected = choose(&machines, &arguments.ring, platform)?;
    let report = look(expected, arguments.root.as_deref())?;
    match arguments.format {
        Format::Text => print(text(expected, &report))?,
        Format::Json => print(json::pretty(&Document::new(expected, &report)))?,
    }
    Ok(if report.verdict() == Verdict::Compliant { Answer::Yes } else { Answer::No })
}

fn choose<'m>(machines: &'m [Expected], ring: &str, platform: Platform) -> io::Result<&'m Expected> {
    if let Some(machine) = machines.iter().find(|machine| machine.ring == ring && machine.platform == platform) {
        return Ok(machine);
    }
    let mut rings: Vec<&str> = machines.iter().map(|machine| machine.ring.as_str()).collect();
    rings.dedup();
    known_ring(ring, &rings)?;
    let platforms = machines.iter().filter(|machine| machine.ring == ring).map(|machine| machine.platform.name());
    Err(io::Error::other(format!("ring `{ring}` holds nothing for {platform}, only for {}", all_of(platforms))))
}

fn machines(arguments: &Verify) -> io::Result<Vec<Expected>> {
    if let Some(path) = &arguments.manifest {
        let bytes = read_file(path, manifest::LARGEST)?;
        return Expected::from_manifest(&bytes)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())));
    }
    let path = arguments.policy.as_ref().expect("clap asks for a policy or a manifest");
    let mut reading = read(path)?;
    rule::check(&mut reading, None);
    let is_broken = reading.findings.iter().any(Finding::is_error);
    let Some(policy) = reading.policy.as_ref().filter(|_| !is_broken) else {
        show(&reading)?;
        return Err(io::Error::other(format!("{} has errors; mend them first", path.display())));
    };
    Ok(resolve::resolve(policy).machines.iter().map(Expected::of).collect())
}

fn this_platform() -> Option<Platform> {
    Platform::from_name(std::env::consts::OS)
}

/// The last line is the one that `audit.sh` and `detect.ps1` print too.
fn text(expected: &Expected, report: &Report) -> String {
    let unseen: String = report.unseen.iter().map(|unseen| format!("not looked at: {unseen}\n")).collect();
    let faults = report.faults.iter().map(|Fault { subject, wrong }| format!("{subject} {}", wrong.fault));
    let verdict = match report.verdict() {
        Verdict::Compliant => format!("Compliant ring={} policy={}", expected.ring, expected.policy()),
        Verdict::Absent => "Absent".to_owned(),
        Verdict::Drift => format!("Drift: {}", faults.collect::<Vec<_>>().join("; ")),
    };
    format!("{unseen}{verdict}\n")
}

#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    verdict: Verdict,
    ring: &'a str,
    platform: Platform,
    policy: &'a str,
    digest: &'a str,
    faults: &'a [Fault],
    #[serde(rename = "not-looked-at")]
    unseen: &'a [&'static str],
}

impl<'a> Document<'a> {
    fn new(expected: &'a Expected, report: &'a Report) -> Self {
        Self {
            ok: report.faults.is_empty(),
            verdict: report.verdict(),
            ring: &expected.ring,
            platform: expected.platform,
            policy: expected.policy(),
            digest: &expected.digest,
            faults: &report.faults,
            unseen: &report.unseen,
        }
    }
}
