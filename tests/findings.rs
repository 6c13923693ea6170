//! What `check` says: for every code a policy that provokes exactly it, a mended twin that is clean, and the message.
//!
//! `tests/findings/<code>.toml` or `<code>--<face>.toml` has its twin in `….fixed.toml` and its message in
//! `tests/snapshots/findings/`. A few codes need more bytes than a file should have; those are made here.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use stanchion::date::Date;
use stanchion::finding::{ALL, Finding, Severity, Verb};
use stanchion::policy::{self, Reading};
use stanchion::{report, rule};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn check(name: &str, bytes: &[u8]) -> Reading {
    let mut reading = policy::read(name, bytes, &|name| fs::read(folder().join(name)));
    rule::check(&mut reading, Some(Date::new(2026, 11, 23).expect("a day")));
    reading
}

fn codes(reading: &Reading) -> BTreeSet<&'static str> {
    reading.findings.iter().filter(|finding| finding.allowed.is_none()).map(|finding| finding.code.name).collect()
}

/// The stems of all fixtures, without the twins.
fn stems() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the fixtures are there");
    let names = entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    let mut stems: Vec<String> = names
        .filter(|name| !name.ends_with(".fixed.toml"))
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .filter(|stem| !stem.starts_with("base-"))
        .collect();
    stems.sort();
    stems
}

fn code_of(stem: &str) -> &str {
    stem.split("--").next().unwrap_or(stem)
}

/// Policies that are too large to keep as files: code, what provokes it, and the twin.
fn made() -> Vec<(&'static str, String, String)> {
    let head =
        "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.72.0\"\n[sign-in]\n";
    let one = format!("{head}organizations = [\"contoso\"]\n");
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("\"organization{at:04}\"")).collect();
        format!("{head}organizations = [{}]\n", names.join(", "))
    };
    let script = |size: usize| {
        let body = "x".repeat(size);
        format!(
            "{one}[settings.containersProxy]\nmode = \"manual\"\nembeddedPac = 'function FindProxyForURL(u, h) {{ return \"DIRECT\"; }} /* {body} */'\n"
        )
    };
    let registries = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("\"team{at}.azurecr.io\"")).collect();
        format!("{one}[registry-access]\nregistries = [{}]\n", names.join(", "))
    };
    vec![
        ("registry-list-long", registries(100), registries(99)),
        ("too-large", format!("{one}# {}\n", "x".repeat(5 << 20)), one.clone()),
        ("org-list-too-long", many(2100), many(20)),
        ("script-too-large", script(170 << 10), script(10 << 10)),
    ]
}

#[test]
fn every_fixture_provokes_exactly_its_code_and_its_twin_is_clean() {
    let mut wrong = Vec::new();
    for stem in stems() {
        let read = |end: &str| {
            let name = format!("{stem}{end}");
            let bytes = fs::read(folder().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            check(&name, &bytes)
        };
        let (broken, fixed) = (codes(&read(".toml")), codes(&read(".fixed.toml")));
        if broken != BTreeSet::from([code_of(&stem)]) || !fixed.is_empty() {
            wrong.push(format!("{stem}: found {broken:?}, and {fixed:?} in the twin"));
        }
    }
    for (code, broken, fixed) in made() {
        let (broken, fixed) =
            (codes(&check("made.toml", broken.as_bytes())), codes(&check("made.toml", fixed.as_bytes())));
        if broken != BTreeSet::from([code]) || !fixed.is_empty() {
            wrong.push(format!("{code}: found {broken:?}, and {fixed:?} in the twin"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_fixture_and_every_fixture_a_code() {
    let stems = stems();
    let shown: BTreeSet<&str> =
        stems.iter().map(|stem| code_of(stem)).chain(made().iter().map(|(code, ..)| *code)).collect();
    let of_check = ALL.iter().filter(|code| code.verb == Verb::Check);
    let all: BTreeSet<&str> = of_check.map(|code| code.name).collect();
    assert_eq!(shown, all);
}

#[test]
fn the_messages_are_as_reviewed() {
    for stem in stems() {
        let name = format!("{stem}.toml");
        let reading = check(&name, &fs::read(folder().join(&name)).expect("readable"));
        insta::with_settings!({
            snapshot_path => "snapshots/findings", prepend_module_to_snapshot => false, omit_expression => true
        }, {
            insta::assert_snapshot!(stem, report::text(&reading.findings, &reading.sources, false));
        });
    }
}

#[test]
fn text_and_json_name_the_same_place() {
    for stem in stems() {
        let name = format!("{stem}.toml");
        let reading = check(&name, &fs::read(folder().join(&name)).expect("readable"));
        let text = report::text(&reading.findings, &reading.sources, false);
        let json = report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        for finding in
            json["findings"].as_array().expect("a list").iter().filter(|finding| finding["allowed"].is_null())
        {
            let place =
                format!("{}:{}:{}", finding["file"].as_str().expect("a file"), finding["line"], finding["column"]);
            assert!(text.contains(&place), "{stem}: {place} is not in\n{text}");
        }
    }
}

#[test]
fn all_findings_come_at_once_in_file_order_and_the_same_every_time() {
    let text: String = stems()
        .iter()
        .filter(|stem| stem.starts_with("wrong-type") || stem.starts_with("unknown-setting"))
        .map(|stem| fs::read_to_string(folder().join(format!("{stem}.toml"))).expect("readable"))
        .filter_map(|text| {
            text.split_once("[settings]\n").map(|(_, rest)| rest.split("\n[").next().unwrap_or_default().to_owned())
        })
        .collect();
    let lines: BTreeSet<&str> = text.lines().filter(|line| line.contains(" = ")).collect();
    let keys: BTreeSet<&str> = lines.iter().filter_map(|line| line.split(['=', '.']).next()).map(str::trim).collect();
    let one_each: Vec<&&str> = keys
        .iter()
        .filter_map(|key| lines.iter().find(|line| line.split(['=', '.']).next().map(str::trim) == Some(key)))
        .collect();
    let policy = format!("[settings]\n{}\n", one_each.iter().map(|line| **line).collect::<Vec<_>>().join("\n"));
    let reading = check("all.toml", policy.as_bytes());
    let places: Vec<usize> = reading.findings.iter().map(|finding: &Finding| finding.primary.span.start).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(
        reading.findings.len() >= one_each.len(),
        "{} findings for {} mistakes",
        reading.findings.len(),
        one_each.len()
    );
    assert_eq!(reading.findings, check("all.toml", policy.as_bytes()).findings);
}

#[test]
fn an_allowed_finding_is_kept_with_its_reason() {
    let text = fs::read_to_string(folder().join("org-name-unusual.toml")).expect("readable");
    let reading =
        check("p.toml", format!("{text}\n[check.allow]\norg-name-unusual = \"as in Docker Home\"\n").as_bytes());
    assert!(codes(&reading).is_empty());
    assert_eq!(reading.findings[0].allowed.as_deref(), Some("as in Docker Home"));
    assert_eq!(reading.findings[0].severity, Severity::Warning);
}
