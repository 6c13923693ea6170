//! `stanchion check`: what is wrong with a policy.

use std::io::{self, Write as _};

use stanchion::finding::Finding;
use stanchion::policy::Reading;
use stanchion::{report, rule};

use super::{Answer, print, read, stdout_is_styled, today};
use crate::cli::{Check, Deny, Report};

/// Checks each policy; one error in one of them is a no.
pub(crate) fn run(arguments: &Check) -> io::Result<Answer> {
    let today = today(arguments.today)?;
    // All are read before anything is printed, so that an unreadable one leaves no half of a document.
    let mut readings = Vec::new();
    for policy in &arguments.policies {
        let mut reading = read(policy)?;
        rule::check(&mut reading, Some(today));
        readings.push(reading);
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
                writeln!(anstream::stderr(), "{}: {summary}", policy.display())?;
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
