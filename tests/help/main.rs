//! What a help says to write is written into the policy that was wrong: the finding must go, and nothing new may come.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod extended;
mod paste;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use stanchion::date::Date;
use stanchion::finding::{Finding, Severity};
use stanchion::policy::{self, Reading};
use stanchion::rule;
use stanchion::source::Span;

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

/// A policy and files that it extends, by name.
type Files = BTreeMap<String, String>;

const POLICY: &str = "p.toml";

fn alone(text: &str) -> Files {
    Files::from([(POLICY.to_owned(), text.to_owned())])
}

fn read(files: &Files) -> Reading {
    let fetch = |name: &str| match files.get(name) {
        Some(text) => Ok(text.clone().into_bytes()),
        None => fs::read(folder().join(name)),
    };
    policy::read(POLICY, files[POLICY].as_bytes(), &fetch)
}

fn check(files: &Files) -> Reading {
    let mut reading = read(files);
    rule::check(&mut reading, Date::new(2026, 11, 23));
    reading
}

/// The policy after the help of a finding; `None` where that gives nothing to paste.
fn pasted(files: &Files, reading: &Reading, finding: &Finding) -> Result<Option<Files>, String> {
    let place =
        |span: Span| paste::Place { file: reading.sources.get(span.source).name.clone(), range: span.start..span.end };
    let other = finding.related.first().map(|label| place(label.span));
    let help = finding.help.as_deref().unwrap_or_default();
    let mut files = files.clone();
    for source in reading.sources.iter().filter(|source| !source.is_preset()) {
        files.entry(source.name.clone()).or_insert_with(|| source.text.clone());
    }
    paste::paste(&files, POLICY, &place(finding.primary.span), other.as_ref(), help)
}

/// The findings that count.
fn counting(reading: &Reading) -> Vec<&Finding> {
    reading.findings.iter().filter(|finding| finding.allowed.is_none()).collect()
}

/// What is wrong with the helps of a policy. Adds the codes of those that gave something to paste.
fn faults(files: &Files, check: fn(&Files) -> Reading, tried: &mut BTreeSet<&'static str>) -> Vec<String> {
    let reading = check(files);
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
        // Of a line that is not TOML only the first mistake is known.
        if finding.code.name == "syntax" {
            continue;
        }
        let policy = match pasted(files, &reading, finding) {
            Ok(Some(policy)) => policy,
            Ok(None) => continue,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
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
            let texts: Vec<&str> = policy.values().map(String::as_str).collect();
            let texts = texts.join("\n----\n");
            faults.push(format!("{}\n  help: {help}\n  gives: {texts}\n  with: {found:?}", finding.message));
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
fn each_mends(texts: impl IntoIterator<Item = String>, check: fn(&Files) -> Reading, least: usize) {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for text in texts {
        wrong.extend(faults(&alone(&text), check, &mut tried));
    }
    all_mend(&wrong, &tried, least);
}

/// The fixtures, each with a finding.
fn fixtures() -> Vec<(String, String)> {
    let entries = fs::read_dir(folder()).expect("the fixtures are there");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text"));
    let mut names: Vec<_> = names.filter(|name| !name.contains(".fixed.") && !name.starts_with("base-")).collect();
    names.sort();
    names.into_iter().filter_map(|name| Some((fs::read_to_string(folder().join(&name)).ok()?, name))).collect()
}

#[test]
fn what_a_help_says_can_be_pasted_and_is_clean() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for (text, name) in fixtures() {
        wrong.extend(faults(&alone(&text), check, &mut tried).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    all_mend(&wrong, &tried, 25);
}

#[test]
fn what_a_help_says_of_an_extended_file_can_be_pasted_there() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for (text, name) in fixtures() {
        for files in extended::in_two(&text) {
            wrong.extend(faults(&files, check, &mut tried).into_iter().map(|fault| format!("{name}: {fault}")));
        }
    }
    all_mend(&wrong, &tried, 25);
}

#[test]
fn what_overrules_an_extended_file_can_be_pasted_into_the_policy() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for files in extended::overruling() {
        wrong.extend(faults(&files, check, &mut tried));
    }
    all_mend(&wrong, &tried, 0);
}

#[test]
fn what_a_help_says_of_a_preset_can_be_pasted_into_the_policy() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for text in extended::of_presets() {
        wrong.extend(faults(&alone(&text), check, &mut tried).into_iter().map(|fault| format!("{text}\n{fault}")));
    }
    all_mend(&wrong, &tried, 5);
}

#[test]
fn each_setting_written_wrongly_is_mended_by_its_help() {
    each_mends(wrong::settings(), read, 6);
}

#[test]
fn what_is_missing_beside_names_that_lead_astray_is_added_in_the_right_table() {
    each_mends(wrong::led_astray(), check, 2);
}

#[test]
fn each_key_written_wrongly_is_mended_by_its_help() {
    each_mends(wrong::keys(), read, 2);
}

#[test]
fn each_thing_in_the_wrong_place_is_brought_to_the_right_one() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for text in wrong::places() {
        let before = faults(&alone(&text), read, &mut tried);
        let is_silent = before.is_empty() && read(&alone(&text)).findings.is_empty();
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

#[test]
fn a_name_that_only_looks_right_becomes_the_right_one() {
    for (text, line) in wrong::disguised() {
        let says = |finding: &&Finding| finding.message.contains(", with the character U+");
        assert!(read(&alone(&text)).findings.iter().find(says).is_some(), "{text}");
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
        let reading = read(&alone(&text));
        let about_name = |its: &&Finding| NAMES.contains(&its.code.name) || its.message.contains("is documented");
        if reading.findings.iter().find(about_name).is_none() {
            wrong.push(format!("nothing is said of {text}"));
        }
        wrong.extend(faults(&alone(&text), read, &mut tried));
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
    let mut policy = alone(text);
    for _ in 0..9 {
        let reading = read(&policy);
        let Some(finding) = reading.findings.first() else { return Ok(policy[POLICY].clone()) };
        let help = finding.help.as_deref().ok_or("no help")?;
        let next = pasted(&policy, &reading, finding)?;
        policy = next.ok_or_else(|| format!("nothing to paste in {help}\n{}", policy[POLICY]))?;
    }
    Err(format!("the helps come to no end:\n{}", policy[POLICY]))
}

#[test]
fn each_reason_written_wrongly_is_mended_by_its_help() {
    each_mends(wrong::reasons(), check, 3);
}

#[test]
fn what_some_machines_miss_is_not_changed_for_all() {
    let (mut wrong, mut tried, mut pasted) = (Vec::new(), BTreeSet::new(), 0);
    for (text, for_all) in wrong::for_some() {
        let files = alone(&text);
        let reading = check(&files);
        let missing: Vec<_> =
            counting(&reading).into_iter().filter(|its| its.code.name == "requirement-missing").collect();
        assert!(!missing.is_empty(), "nothing is missing in\n{text}");
        for finding in missing {
            // What else is missing is a list to fill in.
            let Ok(Some(policy)) = self::pasted(&files, &reading, finding) else { continue };
            pasted += 1;
            assert!(policy[POLICY].contains(&for_all), "{:?}\n{}", finding.help, policy[POLICY]);
        }
        wrong.extend(faults(&files, check, &mut tried));
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
