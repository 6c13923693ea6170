//! `stanchion check`: what is wrong with a policy.

use std::io::{self, Write as _};

use stanchion::finding::Finding;
use stanchion::policy::Reading;
use stanchion::visible::visible;
use stanchion::{report, rule};

use super::{Answer, print, read, stdout_is_styled, today};
use crate::cli::{Check, Deny, Report};

/// Checks each policy; one error in one of them is a no.
pub(crate) fn run(arguments: &Check) -> io::Result<Answer> {
    let today = today(arguments.today)?;
    // Half of a document would close the alerts of a file that nobody looked at, so without all of them there is none.
    let mut readings = Vec::new();
    for policy in &arguments.policies {
        match read(policy) {
            Ok(reading) => readings.push(reading),
            Err(error) => writeln!(anstream::stderr(), "stanchion: {error}")?,
        }
    }
    if readings.len() < arguments.policies.len() {
        return Ok(Answer::Nothing);
    }
    for reading in &mut readings {
        rule::check(reading, Some(today));
    }
    let denies_warnings = matches!(arguments.deny, Some(Deny::Warnings));
    let is_bad = |finding: &Finding| finding.is_error() || (denies_warnings && finding.is_warning());
    let all = || readings.iter().flat_map(|reading| reading.findings.iter().map(|finding| (finding, &reading.sources)));
    let ok = !all().any(|(finding, _)| is_bad(finding));
    match arguments.format {
        Report::Text => {
            for (policy, reading) in arguments.policies.iter().zip(&readings) {
                print(report::text(&reading.findings, &reading.sources, stdout_is_styled()))?;
                let summary =
                    report::summary(&reading.findings, &reading.sources).unwrap_or_else(|| "no findings".to_owned());
                writeln!(anstream::stderr(), "{}: {summary}", visible(&policy.to_string_lossy()))?;
            }
        }
        Report::Github => {
            let one = |reading: &Reading| report::github(&reading.findings, &reading.sources);
            print(readings.iter().map(one).collect::<String>())?;
        }
        Report::Json => print(report::json(all(), ok))?,
        Report::Sarif => print(report::sarif(all(), &folder()?))?,
    }
    Ok(if ok { Answer::Yes } else { Answer::No })
}

#[expect(clippy::disallowed_methods, reason = "in SARIF a file above this folder has no valid URI but an absolute one")]
fn folder() -> io::Result<String> {
    Ok(std::env::current_dir()?.to_string_lossy().into_owned())
}
