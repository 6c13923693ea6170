//! What holds for any bytes whatsoever: no reader panics or runs away, and what it makes can be used.

use std::io::ErrorKind;

use stanchion::bundle::{self, Selection};
use stanchion::finding::Finding;
use stanchion::import::{self, File, Options};
use stanchion::pac::{self, Pac};
use stanchion::policy::{self, Reading};
use stanchion::resolve::{Plan, resolve};
use stanchion::source::Sources;
use stanchion::{report, rule};

/// Imports a file called `name`. Its policy passes `check`, and what it builds is imported as the same.
pub fn import(name: &str, bytes: &[u8]) {
    let imported = import::import(&[File { name, platform: None, bytes }], &Options::default());
    show(&imported.findings, &imported.sources);
    let Some(text) = imported.policy else { return };
    let plan = plan(&text);
    // A list of organizations reaches a Mac by a profile, which no single file of a machine is.
    if text.contains("[sign-in]") {
        return;
    }
    let folders: Vec<String> = plan.machines.iter().map(|machine| machine.state.platform.name().to_owned()).collect();
    let mut files = Vec::new();
    for (machine, folder) in plan.machines.iter().zip(&folders) {
        let ours = machine.state.files.iter().filter(|file| file.name() == "admin-settings.json");
        files.extend(ours.map(|file| (format!("{folder}/admin-settings.json"), file.bytes.as_slice())));
    }
    let files: Vec<File<'_>> = files.iter().map(|(name, bytes)| File { name, platform: None, bytes }).collect();
    let oldest_version = Some(plan.fleet.oldest.value);
    let again = import::import(&files, &Options { oldest_version, ..Options::default() });
    let Some(again) = again.policy.map(|text| self::plan(&text)) else { return };
    for machine in &again.machines {
        let first = plan.machines.iter().find(|first| first.state.platform == machine.state.platform);
        let first = first.expect("a policy of its files has no other platforms");
        assert_eq!(first.digest, machine.digest, "{text}");
    }
}

/// Reads and checks a policy, and builds it if nothing is wrong.
pub fn policy(bytes: &[u8]) {
    let reading = check(bytes);
    show(&reading.findings, &reading.sources);
    if let (Some(policy), false) = (&reading.policy, reading.findings.iter().any(Finding::is_error)) {
        bundle::build(&resolve(policy), &Selection::default());
    }
}

/// Loads a proxy script and asks it.
pub fn pac(bytes: &[u8]) {
    let Ok(script) = str::from_utf8(bytes) else { return };
    let Ok(script) = Pac::load(script) else { return };
    if let Ok(reply) = script.ask("https://registry-1.docker.io:443", "registry-1.docker.io") {
        pac::is_answer(&reply.text);
        pac::refuses(&reply.text);
    }
}

fn check(bytes: &[u8]) -> Reading {
    let mut reading = policy::read("policy.toml", bytes, &|_| Err(ErrorKind::NotFound.into()));
    rule::check(&mut reading, None);
    reading
}

fn plan(text: &str) -> Plan {
    let reading = check(text.as_bytes());
    let errors: Vec<&Finding> = reading.findings.iter().filter(|finding| finding.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    resolve(&reading.policy.expect("a policy without errors"))
}

fn show(findings: &[Finding], sources: &Sources) {
    report::text(findings, sources, false);
    report::json(findings.iter().map(|finding| (finding, sources)), false);
}
