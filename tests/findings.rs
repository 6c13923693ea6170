//! What `check` says: for every code a policy that provokes exactly it, a mended twin that is clean, and the message.
//!
//! `tests/findings/<code>.toml` or `<code>--<face>.toml` has its twin in `….fixed.toml` and its message in
//! `tests/snapshots/findings/`. A few codes need more bytes than a file should have; those are made here.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stanchion::catalog::catalog;
use stanchion::date::Date;
use stanchion::finding::{ALL, Finding, MOST, Severity, Verb};
use stanchion::policy::{self, Reading};
use stanchion::report;
use stanchion::rule::{self, Rule};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn check(name: &str, bytes: &[u8]) -> Reading {
    check_with(rule::RULES, name, bytes)
}

fn check_with(rules: &[Rule], name: &str, bytes: &[u8]) -> Reading {
    let mut reading = policy::read(name, bytes, &fetch);
    rule::check_with(rules, &mut reading, Some(Date::new(2026, 11, 23).expect("a day")));
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
    let head = "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[settings]\ndisplayedOnboarding = true\n[sign-in]\n";
    let one = format!("{head}organizations = [\"contoso\"]\n");
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("\"organization{at:04}\"")).collect();
        format!("{head}organizations = [{}]\n", names.join(", "))
    };
    let script = |size: usize| {
        let body = "x".repeat(size);
        format!(
            "{one}[settings.proxy]\nmode = \"system\"\n[settings.containersProxy]\nmode = \"manual\"\ntransparentPorts = \"*\"\nembeddedPac = 'function FindProxyForURL(u, h) {{ return \"DIRECT\"; }} /* {body} */'\n"
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
    let files = stems().into_iter().map(|stem| {
        let name = format!("{stem}.toml");
        let bytes = fs::read(folder().join(&name)).expect("readable");
        (stem, check(&name, &bytes))
    });
    let made = made().into_iter().map(|(code, broken, _)| (code.to_owned(), check("made.toml", broken.as_bytes())));
    for (stem, reading) in files.chain(made) {
        let text = report::text(&reading.findings, &reading.sources, false);
        insta::with_settings!({
            snapshot_path => "snapshots/findings", prepend_module_to_snapshot => false, omit_expression => true
        }, {
            insta::assert_snapshot!(stem, text.lines().map(abridged).collect::<Vec<_>>().join("\n"));
        });
    }
}

/// A line without the middle of what no page could show.
fn abridged(line: &str) -> String {
    let count = line.chars().count();
    if count <= 1000 {
        return line.to_owned();
    }
    let (start, end) = (line.chars().take(200), line.chars().skip(count - 100));
    format!("{} [{} more] {}", start.collect::<String>(), count - 300, end.collect::<String>())
}

/// A snapshot of what is not there any more shows nothing.
#[test]
fn every_code_has_a_snapshot_and_every_snapshot_a_fixture() {
    let made = made();
    let shown: BTreeSet<String> = stems().into_iter().chain(made.iter().map(|(code, ..)| (*code).to_owned())).collect();
    let entries = fs::read_dir(folder().join("../snapshots/findings")).expect("the snapshots are there");
    let names = entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    let kept: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    let apart: Vec<&String> = kept.symmetric_difference(&shown).collect();
    assert!(apart.is_empty(), "a snapshot without a fixture, or a fixture without a snapshot: {apart:?}");
}

/// What a finding says fits a terminal: only a line of a file, and what people paste, may be longer.
#[test]
fn what_is_said_fits_a_terminal() {
    for stem in stems() {
        let name = format!("{stem}.toml");
        let reading = check(&name, &fs::read(folder().join(&name)).expect("readable"));
        let text = report::text(&reading.findings, &reading.sources, false);
        for line in text.lines().filter(|line| line.chars().count() > 80) {
            let word = line.find('`').unwrap_or_default();
            let is_of_file = line.trim_start_matches([' ', '.']).trim_start_matches(char::is_numeric).starts_with(" |");
            let before = line[..word].trim_end();
            let is_pasted = line.matches('`').count() == 2 && (before.is_empty() || before.ends_with(':'));
            assert!(is_of_file || line.trim_start().starts_with('|') || is_pasted, "{stem}: {line}");
        }
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

/// `conformance/check` holds the documents against the schema; here no field is new to it.
#[test]
fn the_schema_of_the_json_knows_every_field() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../docs/check.schema.json")).expect("JSON");
    let known = |path: &str| -> BTreeSet<String> {
        schema.pointer(path).and_then(|all| all.as_object()).expect("an object").keys().cloned().collect()
    };
    let (of_finding, of_place) = (known("/$defs/finding/properties"), known("/$defs/place/properties"));
    let mut seen = BTreeSet::new();
    for stem in stems() {
        let name = format!("{stem}.toml");
        let reading = check(&name, &fs::read(folder().join(&name)).expect("readable"));
        let json = report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        for finding in json["findings"].as_array().expect("a list") {
            seen.extend(finding.as_object().expect("an object").keys().cloned());
            for place in finding["related"].as_array().into_iter().flatten() {
                let keys: BTreeSet<String> = place.as_object().expect("an object").keys().cloned().collect();
                assert!(keys.is_subset(&of_place), "{stem}: {keys:?}");
            }
        }
    }
    // Which only a flood of one mistake has.
    seen.insert("more".to_owned());
    assert_eq!(seen, of_finding, "the fixtures show every field, and the schema knows it");
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

/// Whoever allows a warning has not seen the error that it is on some machine.
#[test]
fn what_is_allowed_as_a_warning_is_not_allowed_as_an_error() {
    let text = fs::read_to_string(folder().join("known-bad-version--proxy-stops-start.toml")).expect("readable");
    let reading = check("p.toml", format!("{text}known-bad-version = \"it hangs at times\"\n").as_bytes());
    let errors: Vec<_> = reading.findings.iter().filter(|finding| finding.is_error()).collect();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(error.message.contains("does not start"), "{error:?}");
    assert!(error.related.iter().any(|label| label.text == "allows it as the warning that it usually is"), "{error:?}");
    let allowed = reading.findings.iter().filter(|finding| finding.allowed.is_some()).count();
    assert!(reading.findings.iter().any(|one| one.code == error.code && one.allowed.is_some()), "the warnings are");
    assert_eq!(report::summary(&reading.findings, &reading.sources), Some(format!("1 error, {allowed} allowed")));
    let rest: Vec<Finding> = reading.findings.iter().filter(|one| one.allowed.is_some()).cloned().collect();
    assert_eq!(report::summary(&rest, &reading.sources), Some(format!("no findings, {allowed} allowed")));
}

/// Whoever reads two findings about one word does not know which of two cures to take.
#[test]
fn a_channel_that_is_too_new_has_one_finding_and_one_cure() {
    let text = fs::read_to_string(folder().join("channel-too-new.toml")).expect("readable");
    let text = text.split("[check.allow]").next().expect("a policy");
    for (oldest, code, cure) in [
        ("4.30.0", "channel-too-new", "4.47.0"),
        ("4.35.0", "channel-too-new", "4.47.0"),
        ("4.37.0", "channel-too-new", "4.47.0"),
        ("4.38.0", "known-bad-version", "4.47.0"),
        ("4.46.0", "known-bad-version", "4.47.0"),
    ] {
        let reading = check("p.toml", text.replace("4.35.0", oldest).as_bytes());
        let is_about_it = |finding: &&Finding| reading.sources.text(finding.primary.span) == "\"profile\"";
        let about: Vec<_> = reading.findings.iter().filter(is_about_it).collect();
        let [finding] = about.as_slice() else { panic!("{oldest}: {about:?}") };
        assert_eq!(finding.code.name, code, "{oldest}");
        assert!(finding.help.as_ref().is_some_and(|help| help.contains(cure)), "{oldest}: {:?}", finding.help);
    }
}

/// A hole of one version is none for a fleet that ends before it.
#[test]
fn a_fleet_is_not_told_about_a_hole_that_it_cannot_have() {
    let text = fs::read_to_string(folder().join("security-floor--command-list.toml")).expect("readable");
    let with = |newest: &str| {
        let fleet = format!("oldest-version = \"4.45.0\"\nnewest-version = \"{newest}\"");
        let lines = text.lines().map(|line| if line.starts_with("oldest-version") { fleet.as_str() } else { line });
        let reading = check("p.toml", lines.collect::<Vec<_>>().join("\n").as_bytes());
        report::text(&reading.findings, &reading.sources, false).contains("ignores the list of commands")
    };
    assert_eq!((with("4.45.0"), with("4.46.0")), (false, true));
}

/// What only a later version moves by itself is nothing to a fleet that ends before it.
#[test]
fn a_fleet_is_not_told_what_later_versions_will_do() {
    for (name, ends, reaches) in [
        ("implied-setting--raise-first", "4.45.0", "4.46.0"),
        ("implied-setting--msi", "4.59.0", "4.60.0"),
        ("implied-setting--port", "4.70.0", "4.71.0"),
        ("eci-socket-image--derived-by-default", "4.33.0", "4.34.0"),
    ] {
        let text = fs::read_to_string(folder().join(format!("{name}.toml"))).expect("readable");
        let is_told = |newest: &str| {
            let fleet = format!("oldest-version = \"4.33.0\"\nnewest-version = \"{newest}\"");
            let lines = text.lines().map(|line| if line.starts_with("oldest-version") { fleet.as_str() } else { line });
            let reading = check("p.toml", lines.collect::<Vec<_>>().join("\n").as_bytes());
            reading.findings.iter().any(|finding| finding.code.name == code_of(name))
        };
        assert_eq!((is_told(ends), is_told(reaches)), (false, true), "{name}");
    }
}

/// What makes a finding go that is no mending of its line: the fleet, or what the words mean.
#[test]
fn a_finding_is_only_where_it_is_true() {
    for (name, from, to) in [
        ("sign-in-overlap", "[fleet]", "[fleet]\nplatforms = [\"macos\", \"linux\"]"),
        ("channel-too-new--registry-key", "[fleet]", "[fleet]\nplatforms = [\"linux\"]"),
        ("proxy-blocked", "10.0.0.8", "127.0.0.1"),
        ("mdm-variable--name", "[fleet]", "[fleet]\nplatforms = [\"windows\"]"),
        ("script-too-large", "[fleet]", "[fleet]\nplatforms = [\"linux\"]"),
    ] {
        let made = made().into_iter().find(|(code, ..)| *code == name).map(|(_, broken, _)| broken);
        let text = made.unwrap_or_else(|| fs::read_to_string(folder().join(format!("{name}.toml"))).expect("readable"));
        let is_found = |text: &str| codes(&check("p.toml", text.as_bytes())).contains(code_of(name));
        assert_eq!((is_found(&text), is_found(&text.replace(from, to))), (true, false), "{name}");
    }
}

/// A program has no message to read the platform from.
#[test]
fn the_json_names_the_platforms_that_the_message_names() {
    let name = "file-sharing-engines.toml";
    let reading = check(name, &fs::read(folder().join(name)).expect("readable"));
    let [finding, ..] = reading.findings.as_slice() else { panic!("{:?}", reading.findings) };
    assert!(finding.message.contains("macOS"), "{}", finding.message);
    let json = report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json["findings"][0]["machines"]["platforms"], serde_json::json!(["macos"]));
    assert!(!report::text(&reading.findings, &reading.sources, false).contains("on macOS\n"));
}

/// A password hides nothing else that is wrong with its URL.
#[test]
fn a_url_with_a_password_is_judged_without_it() {
    let head = "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[sign-in]\norganizations = [\"contoso\"]\n";
    let both = BTreeSet::from(["proxy-credentials", "value-out-of-range"]);
    for line in [
        "proxy.http = \"http://u:p@proxy.example:99999\"",
        "proxy.http = \"u:p@proxy.example:3128\"",
        "proxy.pac = \"ftp://u:p@pac.example/x\"",
        "proxy.exclude = [\"http://u:p@c.example\"]",
    ] {
        let policy =
            format!("{head}[settings]\n{line}\nproxy.https = \"http://proxy.example:3128\"\nproxy.mode = \"manual\"\n");
        let found = codes(&check("made.toml", policy.as_bytes()));
        assert!(found.is_superset(&both), "{line}: {found:?}");
        let found = codes(&check("made.toml", policy.replace("u:p@", "").as_bytes()));
        assert!(!found.contains("proxy-credentials"), "{line}: {found:?}");
    }
}

/// A preset's own word silences its own lines and nothing that its user writes.
#[test]
fn a_preset_cannot_allow_what_its_user_writes() {
    let policy = |rest: &str| {
        let head = "extends = [\"baseline\"]\n[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[sign-in]\norganizations = [\"contoso\"]\n";
        check("p.toml", format!("{head}{rest}").as_bytes())
    };
    let untouched = policy("");
    assert!(codes(&untouched).is_empty());
    assert!(untouched.findings.iter().any(|finding| finding.allowed.is_some()), "the preset allows something");
    let own = policy("[settings]\nblockDockerLoad = { value = true, locked = false }\n");
    assert_eq!(codes(&own), BTreeSet::from(["security-setting-unlocked"]));
    // An overruled line needs no word any more, and that is nothing for its user to mend.
    let overruled = policy("[settings]\ndesktopTerminalEnabled = false\nscout.locked = true\n");
    assert_eq!(codes(&overruled), BTreeSet::new());
}

/// A hundred rings that inherit a mistake have made it once.
#[test]
fn what_many_rings_share_is_said_once_with_the_rings() {
    let rings: String =
        (1..=100).map(|ring| format!("[rings.team-{ring}.settings]\nanalyticsEnabled = false\n")).collect();
    let text = format!(
        "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[sign-in]\norganizations = [\"contoso\"]\n[settings]\nenableDockerAI = true\nanalyticsEnabled = true\n[rings.team-7.settings]\nenableDockerAI = false\n{}",
        rings.replace("[rings.team-7.settings]\nanalyticsEnabled = false\n", "")
    );
    let reading = check("p.toml", text.as_bytes());
    let [ai, analytics] = reading.findings.as_slice() else { panic!("{:?}", reading.findings) };
    let machines = ai.machines.as_ref().expect("not all");
    assert_eq!((machines.rings.len(), machines.rings.contains(&"team-7".to_owned())), (100, false));
    assert_eq!(
        analytics.machines.as_ref().map(|machines| machines.rings.clone()),
        Some(vec!["default".to_owned(), "team-7".to_owned()])
    );
    let said = report::text(&reading.findings, &reading.sources, false);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("in the rings `default`, `team-1`, `team-2`, `team-3`, `team-4` and 95 more"), "{said}");
}

/// What only a day can find is not missing on a day that nobody named.
#[test]
fn without_a_day_nothing_about_the_calendar_is_unused() {
    let text = fs::read_to_string(folder().join("exception-expired.toml")).expect("readable");
    let text = format!("{text}\n[check.allow]\nexception-expired = \"renewed by mail\"\n");
    let read = |today| {
        let mut reading = policy::read("p.toml", text.as_bytes(), &|name| fs::read(folder().join(name)));
        rule::check(&mut reading, today);
        codes(&reading)
    };
    assert_eq!(read(None), BTreeSet::new());
    assert_eq!(read(Date::new(2026, 11, 23)), BTreeSet::new());
    assert_eq!(read(Date::new(2020, 1, 1)), BTreeSet::from(["allow-unused"]));
}

/// Every line of the guide is found, and the right name for it is said.
#[test]
fn whoever_pastes_the_hardening_guide_is_told_the_real_names() {
    let name = "guide-setting--everything.toml";
    let bytes = fs::read(folder().join(name)).expect("readable");
    let reading = check(name, &bytes);
    let from_the_guide = catalog()
        .settings()
        .iter()
        .flat_map(|setting| setting.aliases.iter().map(move |alias| (setting, alias)))
        .filter(|(_, alias)| alias.from == "guide");
    let mut count = 0;
    for (setting, alias) in from_the_guide {
        let last = alias.name.rsplit('.').next().unwrap_or_default();
        let told = reading.findings.iter().any(|finding| {
            reading.sources.text(finding.primary.span) == last
                && finding.message.contains(&setting.key)
                && finding.help.is_some()
        });
        assert!(told, "{} is not led to {}", alias.name, setting.key);
        count += 1;
    }
    let counting = reading.findings.iter().filter(|finding| finding.allowed.is_none()).count();
    assert_eq!(count, counting, "a line has more than one finding, or one that is not in the guide");
}

/// A rule whose absence no fixture notices could be broken tomorrow without a test that fails.
#[test]
fn each_rule_is_missed_when_it_is_left_out() {
    let files = stems().into_iter().map(|stem| {
        let name = format!("{stem}.toml");
        let bytes = fs::read(folder().join(&name)).expect("readable");
        (name, bytes)
    });
    let made = made().into_iter().map(|(code, broken, _)| (format!("{code}.toml"), broken.into_bytes()));
    let fixtures: Vec<_> = files.chain(made).collect();
    let provoked = |rules: &[Rule], (name, bytes): &(String, Vec<u8>)| codes(&check_with(rules, name, bytes));
    let by_all: Vec<_> = fixtures.iter().map(|fixture| provoked(rule::RULES, fixture)).collect();
    for left_out in 0..rule::RULES.len() {
        let rules: Vec<Rule> =
            rule::RULES.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, rule)| *rule).collect();
        let is_missed = fixtures.iter().zip(&by_all).any(|(fixture, by_all)| provoked(&rules, fixture) != *by_all);
        assert!(is_missed, "nothing shows what rule {left_out} of RULES is good for");
    }
}

/// The same for the rows of `known-bad.toml`: each has a fixture of its name, and that fixture shows its sentence.
#[test]
fn each_known_bad_version_is_shown_by_its_fixture() {
    let bugs = catalog().bugs().iter().map(|bug| ("known-bad-version", &bug.id, &bug.effect));
    let floors = catalog().floors().iter().map(|floor| ("security-floor", &floor.id, &floor.hole));
    let mut shown = BTreeSet::new();
    for (code, id, sentence) in bugs.chain(floors) {
        let name = format!("{code}--{id}.toml");
        let bytes = fs::read(folder().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let reading = check(&name, &bytes);
        let says = |finding: &Finding| {
            finding.code.name == code
                && finding.allowed.is_none()
                && (finding.message.ends_with(sentence.as_str())
                    || finding.related.iter().any(|label| label.text.ends_with(sentence.as_str())))
        };
        assert!(reading.findings.iter().any(says), "{name} does not show its row");
        shown.insert(format!("{code}--{id}"));
    }
    let of_rows = |stem: &String| stem.starts_with("known-bad-version") || stem.starts_with("security-floor");
    let fixtures: BTreeSet<String> = stems().into_iter().filter(of_rows).collect();
    assert_eq!(fixtures, shown);
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
        assert!(report::summary(&reading.findings, &reading.sources).expect("findings").contains("5000"), "{table}");
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
        "proxy = { mode = \"manual\", http = \"http://svc:hunter2@proxy.example:3128\" }\n[registry-access]\nregistries = [\"ghcr.io\"]",
        "[container-network]\ndefault = \"allow\"\nproxy = \"http://svc:hunter2@proxy.example:3128\"",
    ] {
        let reading = check("p.toml", format!("{head}[settings]\n{line}\n").as_bytes());
        assert!(reading.findings.iter().any(Finding::is_error), "{line}");
        let json = report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
        for shown in [
            report::text(&reading.findings, &reading.sources, true),
            String::from_utf8(json).expect("text"),
            String::from_utf8(report::sarif(reading.findings.iter().map(|one| (one, &reading.sources)), "/work"))
                .expect("text"),
            report::github(&reading.findings, &reading.sources),
            format!("{:?}", reading.sources),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
