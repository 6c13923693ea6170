//! `stanchion check`: what is wrong with a policy.

use std::io::{self, Write as _};

use stanchion::finding::Finding;
use stanchion::{report, rule};

use super::{Answer, print, read, stdout_is_styled, today};
use crate::cli::{Check, Deny, Format};

/// Checks each policy; one error in one of them is a no.
pub(crate) fn run(arguments: &Check) -> io::Result<Answer> {
    let today = today(arguments.today)?;
    let denies_warnings = matches!(arguments.deny, Some(Deny::Warnings));
    let is_bad = |finding: &Finding| finding.is_error() || (denies_warnings && finding.is_warning());
    let mut answer = Answer::Yes;
    let mut documents = Vec::new();
    for policy in &arguments.policies {
        let mut reading = read(policy)?;
        rule::check(&mut reading, Some(today));
        let ok = !reading.findings.iter().any(is_bad);
        if !ok {
            answer = Answer::No;
        }
        match arguments.format {
            Format::Text => {
                print(report::text(&reading.findings, &reading.sources, stdout_is_styled()))?;
                let summary = report::summary(&reading.findings).unwrap_or_else(|| "no findings".to_owned());
                writeln!(anstream::stderr(), "{}: {summary}", policy.display())?;
            }
            Format::Json => documents.push(reading),
        }
    }
    if matches!(arguments.format, Format::Json) {
        let items =
            documents.iter().flat_map(|reading| reading.findings.iter().map(|finding| (finding, &reading.sources)));
        print(report::json(items, answer == Answer::Yes))?;
    }
    Ok(answer)
}
