//! What `check` says: for every code a policy that provokes exactly it, a mended twin that is clean, and the message.
//!
//! `tests/findings/<code>.toml` or `<code>--<face>.toml` has its twin in `….fixed.toml` and its message in
//! `tests/snapshots/findings/`. A few codes need more bytes than a file should have; those are made here.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stanchion::date::Date;
use stanchion::finding::{ALL, Finding, MOST, Severity, Verb};
use stanchion::policy::{self, Reading};
use stanchion::{report, rule};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn check(name: &str, bytes: &[u8]) -> Reading {
    let mut reading = policy::read(name, bytes, &fetch);
    rule::check(&mut reading, Some(Date::new(2026, 11, 23).expect("a day")));
    reading
}

/// A fixture, or `level-<n>.toml`, which extends the next level down to the twentieth.
fn fetch(name: &str) -> io::Result<Vec<u8>> {
    let level = name.strip_prefix("level-").and_then(|rest| rest.strip_suffix(".toml")?.parse().ok());
    match level {
        None => fs::read(folder().join(name)),
        Some(20_u8) => Ok(Vec::new()),
        Some(level) => Ok(format!("extends = [\"./level-{}.toml\"]\n", level + 1).into_bytes()),
    }
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

/// Policies that are too large or too many to keep as files: code, what provokes it, and the twin.
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
        (
            "extends-too-deep",
            format!("extends = [\"./level-3.toml\"]\n{one}"),
            format!("extends = [\"./level-5.toml\"]\n{one}"),
        ),
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

/// Nobody reads a hundred thousand findings, and nobody may be told that there are fewer.
#[test]
fn a_flood_of_one_mistake_is_shown_in_part_and_counted_whole() {
    let base = fs::read_to_string(folder().join("unknown-setting.fixed.toml")).expect("readable");
    let base = base.split("[settings]").next().expect("a head");
    let flood = |table: &str, count: usize| {
        let lines: String = (0..count).map(|at| format!("wrong{at} = \"x\"\n")).collect();
        check("p.toml", format!("{base}[{table}]\n{lines}").as_bytes())
    };
    for (table, code) in [
        ("settings", "unknown-setting"),
        ("undocumented-settings", "undocumented-setting"),
        ("check.allow", "unknown-code"),
    ] {
        let reading = flood(table, 5000);
        let of_code: Vec<_> = reading.findings.iter().filter(|finding| finding.code.name == code).collect();
        assert_eq!((of_code.len(), of_code.iter().map(|finding| finding.more).sum()), (MOST, 5000 - MOST), "{table}");
        assert_eq!(of_code.last().map(|finding| finding.more), Some(5000 - MOST), "{table}");
        assert!(of_code.is_sorted_by_key(|finding| finding.primary.span.start), "{table}");
        let text = report::text(&reading.findings, &reading.sources, false);
        assert!(text.contains("4900 more of these in p.toml are not shown"), "{table}");
        assert!(report::summary(&reading.findings).expect("findings").contains("5000"), "{table}");
        let json = report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let counted = |one: &serde_json::Value| 1 + one["more"].as_u64().unwrap_or(0);
        let all: usize = reading.findings.iter().map(|finding| 1 + finding.more).sum();
        let listed: u64 = json["findings"].as_array().expect("a list").iter().map(counted).sum();
        assert_eq!(usize::try_from(listed), Ok(all), "{table}");
        assert_eq!(flood(table, 5000).findings, reading.findings, "{table}");
        // Whatever is left out, the verdict is that of all.
        let is_broken = |reading: &Reading| reading.findings.iter().any(Finding::is_error);
        assert_eq!(is_broken(&reading), is_broken(&flood(table, 1)), "{table}");
    }
}

/// What is shown ends up in terminals and in the logs of pipelines.
#[test]
fn no_rendering_shows_a_password() {
    let base = fs::read_to_string(folder().join("proxy-credentials.toml")).expect("readable");
    let head = base.split("[settings]").next().expect("a head");
    for line in [
        r#"proxy = { mode = "manual", http = "http://svc:hunter2@proxy.example:3128" }"#,
        r#"proxy = { mode = "manual", http = "svc:hunter2@proxy.example:3128" }"#,
        r#"proxy = { mode = "manual", http = "http://svc:hun/hunter2@proxy.example:3128" }"#,
        r#"proxi = "http://svc:hunter2@proxy.example:3128""#,
        r#"proxy.mode = "http://svc:hunter2@proxy.example:3128""#,
        "proxy.http = http://svc:hunter2@proxy.example:3128",
        r#"proxy.exclude = "http://svc:hunter2@proxy.example:3128""#,
        "kubernetes = 1 # http://svc:hunter2@proxy.example:3128",
    ] {
        let reading = check("p.toml", format!("{head}[settings]\n{line}\n").as_bytes());
        assert!(reading.findings.iter().any(Finding::is_error), "{line}");
        let json = report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
        for shown in [
            report::text(&reading.findings, &reading.sources, true),
            String::from_utf8(json).expect("text"),
            format!("{:?}", reading.sources),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
