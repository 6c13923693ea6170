//! `stanchion verify`: whether this machine, or a mounted image, holds what its policy says.

use std::io::{self, Read as _};

use serde::Serialize;
use stanchion::finding::{Finding, one_of};
use stanchion::format::json;
use stanchion::platform::Platform;
use stanchion::verify::{Expected, Fault, Report, look};
use stanchion::{resolve, rule};

use super::{Answer, print, read, show};
use crate::cli::{Format, Verify};

/// Far larger than the manifest of any build; what is cut off here does not parse.
const LARGEST_MANIFEST: u64 = 64 * 1024 * 1024;

/// Compares and reports; drift is a no.
pub(crate) fn run(arguments: &Verify) -> io::Result<Answer> {
    let platform = match arguments.platform.as_deref().and_then(Platform::from_name) {
        Some(platform) => platform,
        None => this_platform()?,
    };
    let machines = machines(arguments)?;
    let expected = choose(&machines, &arguments.ring, platform).map_err(io::Error::other)?;
    let report = look(expected, arguments.root.as_deref())?;
    match arguments.format {
        Format::Text => print(text(expected, &report))?,
        Format::Json => print(json::pretty(&Document::new(expected, &report)))?,
    }
    Ok(if report.faults.is_empty() { Answer::Yes } else { Answer::No })
}

fn choose<'m>(machines: &'m [Expected], ring: &str, platform: Platform) -> Result<&'m Expected, String> {
    if let Some(machine) = machines.iter().find(|machine| machine.ring == ring && machine.platform == platform) {
        return Ok(machine);
    }
    let platforms: Vec<&str> =
        machines.iter().filter(|machine| machine.ring == ring).map(|machine| machine.platform.name()).collect();
    if !platforms.is_empty() {
        return Err(format!("ring `{ring}` holds nothing for {platform}, only for {}", one_of(platforms)));
    }
    let mut rings: Vec<&str> = machines.iter().map(|machine| machine.ring.as_str()).collect();
    rings.dedup();
    let there_is = if rings.is_empty() { "none at all".to_owned() } else { one_of(rings) };
    Err(format!("there is no ring `{ring}`; there is {there_is}"))
}

fn machines(arguments: &Verify) -> io::Result<Vec<Expected>> {
    if let Some(path) = &arguments.manifest {
        let mut bytes = Vec::new();
        fs_err::File::open(path)?.take(LARGEST_MANIFEST).read_to_end(&mut bytes)?;
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

fn this_platform() -> io::Result<Platform> {
    Platform::from_name(std::env::consts::OS).ok_or_else(|| io::Error::other("name the platform with --platform"))
}

/// The last line is the one that `audit.sh` and `detect.ps1` print too.
fn text(expected: &Expected, report: &Report) -> String {
    let unseen: String = report.unseen.iter().map(|unseen| format!("not looked at: {unseen}\n")).collect();
    let faults: Vec<String> =
        report.faults.iter().map(|Fault { subject, fault }| format!("{subject} {fault}")).collect();
    let verdict = if faults.is_empty() {
        format!("Compliant ring={} policy={}", expected.ring, expected.policy())
    } else if !report.any_present && report.faults.iter().all(Fault::is_missing) {
        "Absent".to_owned()
    } else {
        format!("Drift: {}", faults.join("; "))
    };
    format!("{unseen}{verdict}\n")
}

#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
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
            ring: &expected.ring,
            platform: expected.platform,
            policy: expected.policy(),
            digest: &expected.digest,
            faults: &report.faults,
            unseen: &report.unseen,
        }
    }
}
