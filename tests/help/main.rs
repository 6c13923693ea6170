//! What a help says to write is written into the policy that was wrong: the finding must go, and nothing new may come.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod paste;
mod wrong;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use stanchion::date::Date;
use stanchion::finding::{Finding, Severity};
use stanchion::policy::{self, Reading};
use stanchion::rule;

/// Findings that have no help, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("syntax", "where the parser alone knows what is wrong, its message is all there is to say"),
    ("extends-cycle", "which of the files is to let go of the other is not known"),
    ("too-large", "it is no policy"),
];

/// What a help must not lead to.
const BROKEN: &[&str] = &[
    "syntax",
    "unknown-key",
    "unknown-setting",
    "unknown-code",
    "guide-setting",
    "misplaced-setting",
    "wrong-type",
    "wrong-shape",
    "missing-key",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn read(text: &str) -> Reading {
    policy::read("p.toml", text.as_bytes(), &|name| fs::read(folder().join(name)))
}

fn check(text: &str) -> Reading {
    let mut reading = read(text);
    rule::check(&mut reading, Date::new(2026, 11, 23));
    reading
}

/// The findings that count.
fn counting(reading: &Reading) -> Vec<&Finding> {
    reading.findings.iter().filter(|finding| finding.allowed.is_none()).collect()
}

/// What is wrong with the helps of a policy. Adds the codes of those that gave something to paste.
fn faults(text: &str, check: fn(&str) -> Reading, tried: &mut BTreeSet<&'static str>) -> Vec<String> {
    let reading = check(text);
    let before = counting(&reading);
    let broken = |findings: &[&Finding]| findings.iter().filter(|its| BROKEN.contains(&its.code.name)).count();
    let mut faults = Vec::new();
    for finding in &before {
        let Some(help) = &finding.help else {
            let needs_one =
                finding.severity != Severity::Note && WITHOUT.iter().all(|(code, _)| *code != finding.code.name);
            faults.extend(needs_one.then(|| format!("no help: {}", finding.message)));
            continue;
        };
        let mark = finding.primary.span;
        // Of a line that is not TOML only the first mistake is known, and a preset is no file to write in.
        if finding.code.name == "syntax" || reading.sources.get(mark.source).name != "p.toml" {
            continue;
        }
        let other = finding.related.first().map(|label| label.span.start..label.span.end);
        let Some(policy) = paste::paste(text, mark.start..mark.end, other, help) else { continue };
        tried.insert(finding.code.name);
        let reading = check(&policy);
        let after = counting(&reading);
        let same = |findings: &[&Finding]| {
            let like = |its: &&&Finding| {
                its.code == finding.code && its.message == finding.message && its.severity == finding.severity
            };
            findings.iter().filter(like).count()
        };
        let allowed = broken(&before) - usize::from(BROKEN.contains(&finding.code.name));
        if same(&after) >= same(&before) || broken(&after) > allowed {
            let found: Vec<&str> = after.iter().map(|its| its.message.as_str()).collect();
            faults.push(format!("{}\n  help: {help}\n  gives: {policy}\n  with: {found:?}", finding.message));
        }
    }
    faults
}

/// No help failed, and more than `least` codes have one that was pasted.
fn all_mend(wrong: &[String], tried: &BTreeSet<&str>, least: usize) {
    assert!(wrong.is_empty(), "{} helps fail\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried.len() > least, "only {tried:?}");
}

/// The helps about each of these policies can be pasted.
fn each_mends(texts: impl IntoIterator<Item = String>, check: fn(&str) -> Reading, least: usize) {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for text in texts {
        wrong.extend(faults(&text, check, &mut tried));
    }
    all_mend(&wrong, &tried, least);
}

#[test]
fn what_a_help_says_can_be_pasted_and_is_clean() {
    let entries = fs::read_dir(folder()).expect("the fixtures are there");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text"));
    let mut names: Vec<_> = names.filter(|name| !name.contains(".fixed.") && !name.starts_with("base-")).collect();
    names.sort();
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for name in names {
        let Ok(text) = fs::read_to_string(folder().join(&name)) else { continue };
        wrong.extend(faults(&text, check, &mut tried).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    all_mend(&wrong, &tried, 25);
}

#[test]
fn each_setting_written_wrongly_is_mended_by_its_help() {
    each_mends(wrong::settings(), read, 6);
}

#[test]
fn each_key_written_wrongly_is_mended_by_its_help() {
    each_mends(wrong::keys(), read, 2);
}

#[test]
fn each_thing_in_the_wrong_place_is_brought_to_the_right_one() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for text in wrong::places() {
        let before = faults(&text, read, &mut tried);
        let is_silent = before.is_empty() && read(&text).findings.is_empty();
        wrong.extend(before.into_iter().chain(is_silent.then(|| format!("nothing is said of {text}"))));
    }
    all_mend(&wrong, &tried, 1);
}

#[test]
fn a_name_that_says_the_opposite_becomes_what_it_meant() {
    let policies = wrong::inverted();
    assert!(policies.len() > 60, "{} policies", policies.len());
    for (text, line) in policies {
        let policy = mended(&text);
        assert!(policy.contains(&line), "{text}\n{policy}");
    }
}

/// Codes of names that are no setting.
const NAMES: &[&str] = &["unknown-setting", "guide-setting", "misplaced-setting", "user-setting", "home-only-setting"];

#[test]
fn each_name_that_circulates_leads_to_what_to_write_or_goes() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for text in wrong::circulating() {
        let reading = read(&text);
        let about_name = |its: &&Finding| NAMES.contains(&its.code.name) || its.message.contains("is documented");
        if reading.findings.iter().find(about_name).is_none() {
            wrong.push(format!("nothing is said of {text}"));
        }
        wrong.extend(faults(&text, read, &mut tried));
        wrong.extend(mend(&text).err().map(|fault| format!("{text}\n  {fault}")));
    }
    all_mend(&wrong, &tried, 4);
}

/// The policy after its helps, one after the other.
fn mended(text: &str) -> String {
    mend(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"))
}

/// The same, or why that comes to no end.
fn mend(text: &str) -> Result<String, String> {
    let mut policy = text.to_owned();
    for _ in 0..9 {
        let reading = read(&policy);
        let Some(finding) = reading.findings.first() else { return Ok(policy) };
        let help = finding.help.as_deref().ok_or("no help")?;
        let mark = finding.primary.span;
        let other = finding.related.first().map(|label| label.span.start..label.span.end);
        let next = paste::paste(&policy, mark.start..mark.end, other, help);
        policy = next.ok_or_else(|| format!("nothing to paste in {help}\n{policy}"))?;
    }
    Err(format!("the helps come to no end:\n{policy}"))
}

#[test]
fn each_reason_written_wrongly_is_mended_by_its_help() {
    each_mends(wrong::reasons(), check, 3);
}

#[test]
fn what_some_machines_miss_is_not_changed_for_all() {
    let (mut wrong, mut tried, mut pasted) = (Vec::new(), BTreeSet::new(), 0);
    for (text, for_all) in wrong::for_some() {
        let reading = check(&text);
        let missing: Vec<_> =
            counting(&reading).into_iter().filter(|its| its.code.name == "requirement-missing").collect();
        assert!(!missing.is_empty(), "nothing is missing in\n{text}");
        for finding in missing {
            let (mark, help) = (finding.primary.span, finding.help.as_deref().expect("a help"));
            let other = finding.related.first().map(|label| label.span.start..label.span.end);
            // What else is missing is a list to fill in.
            let Some(policy) = paste::paste(&text, mark.start..mark.end, other, help) else { continue };
            pasted += 1;
            assert!(policy.contains(&for_all), "{help}\n{policy}");
        }
        wrong.extend(faults(&text, check, &mut tried));
    }
    assert!(pasted > 60, "only {pasted}");
    all_mend(&wrong, &tried, 0);
}

#[test]
fn names_that_meet_in_one_setting_lose_nothing_when_each_gets_its_help() {
    for (lines, kept) in wrong::TOGETHER {
        let policy = mended(&format!("{}{lines}", wrong::HEAD));
        for line in *kept {
            assert!(policy.contains(line), "{line} is not in\n{policy}");
        }
    }
}
