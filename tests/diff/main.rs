//! What `diff` says: between the presets, for every setting of which a safer value is known, and for everything else
//! that a policy can change.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

#[path = "../example/mod.rs"]
mod example;
mod exceptions;
mod machines;
mod manifests;
mod network;
mod settings;
mod text;

use std::fs;

use serde_json::Value as Json;
use stanchion::bundle::{self, Selection};
use stanchion::catalog::{Safer, Setting, Shape, Type, catalog};
use stanchion::diff::{Change, Diff, Direction, compare, report};
use stanchion::finding::{ALL, Finding, Verb};
use stanchion::manifest::Manifest;
use stanchion::policy;
use stanchion::resolve::resolve;
use stanchion::rule;

use Direction::{Loosens, Neutral, Tightens, Unclear};

fn manifest(text: &str) -> Manifest {
    let mut reading = policy::read("p.toml", text.as_bytes(), &|name| fs::read(name));
    rule::check(&mut reading, None);
    // What a person may take responsibility for can be built, and compared.
    let is_fatal = |finding: &&Finding| finding.is_error() && !finding.code.can_be_allowed;
    let errors: Vec<_> = reading.findings.iter().filter(is_fatal).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    Manifest::of(&reading.policy.expect("a policy without errors"))
}

fn settings(lines: &str) -> Manifest {
    manifest(&example::minimal(&format!("[settings]\n{lines}\n")))
}

/// A policy with both tables; `more` comes behind them.
fn tables(more: &str) -> String {
    example::minimal(&format!(
        "[registry-access]\nregistries = [\"ghcr.io\"]\n[container-network]\ndefault = \"deny\"\nports = [80, 443]\n\
         allow = [\"a.example\"]\ndeny = [\"10.0.0.0/8\"]\nblock-host = true\n\
         proxy = {{ upstream = \"http://192.0.2.8:3128\", for = [\"ghcr.io\"] }}\n{more}"
    ))
}

const SCRIPT: &str = "containersProxy.embeddedPac";

fn find<'a>(diff: &'a Diff, key: &str) -> &'a Change {
    let mut found = diff.changes.iter().filter(|change| change.key == key);
    let change = found.next().unwrap_or_else(|| panic!("{key} is not among {:#?}", diff.changes));
    assert!(found.next().is_none(), "{key} is there twice");
    change
}

/// The direction of one key, after a look that the way back goes the other way.
fn direction(old: &Manifest, new: &Manifest, key: &str) -> Direction {
    let there = find(&compare(old, new), key).direction;
    assert_eq!(find(&compare(new, old), key).direction, there.flip(), "{key} back");
    there
}

/// The keys at which a gate stops.
fn stopped(old: &Manifest, new: &Manifest) -> Vec<String> {
    compare(old, new).stopped().map(|change| change.key.clone()).collect()
}

/// The `manifest.json` that a build of a policy writes.
fn built(text: &str) -> Json {
    let policy = policy::read("p.toml", text.as_bytes(), &|name| fs::read(name)).policy.expect("a policy");
    let bundle = bundle::build(&resolve(&policy), &Selection::default());
    let manifest = bundle.artifacts.iter().find(|artifact| artifact.path == bundle::MANIFEST).expect("written");
    serde_json::from_slice(&manifest.bytes).expect("JSON")
}

#[test]
fn between_the_presets() {
    let presets = ["developer", "baseline", "hardened", "air-gapped"];
    let manifests = presets.map(|name| {
        let policy = format!("extends = [\"{name}\"]\n{}", example::minimal(""));
        (name, manifest(&policy.replace("4.86.0", "4.72.0")))
    });
    for (from, old) in &manifests {
        for (to, new) in manifests.iter().filter(|(to, _)| to != from) {
            insta::with_settings!({
                snapshot_path => "../snapshots/diff", prepend_module_to_snapshot => false, omit_expression => true
            }, {
                insta::assert_snapshot!(format!("{from}--{to}"), report::text(&compare(old, new)));
            });
        }
    }
}

/// A policy, an edit of it, the key that must change, and its direction.
#[test]
fn everything_else_that_a_policy_can_change_has_an_answer() {
    let base = "\
[organization]
name = \"Contoso\"
id = \"com.contoso\"
[fleet]
oldest-version = \"4.72.0\"
newest-version = \"4.86.0\"
platforms = [\"macos\", \"windows\"]
subscription = \"business\"
[sign-in]
organizations = [\"contoso\", \"fabrikam\"]
[settings]
blockDockerLoad = true
[settings.kubernetes]
enabled = false
[settings.enhancedContainerIsolation]
value = true
[rings.pilot]
description = \"volunteers\"
[rings.pilot.settings]
blockDockerLoad = false
[rings.other]
[[exceptions]]
id = \"A-1\"
ring = \"pilot\"
settings = { enhancedContainerIsolation = { value = false } }
reason = \"r\"
approved-by = \"a\"
expires = 2035-12-31
";
    let exception = "[[exceptions]]\nid = \"B-2\"\nring = \"other\"\nsettings = { blockDockerLoad = false }\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n";
    let old_exception = &base[base.find("[[exceptions]]").expect("there")..];
    let cases: &[(&str, &str, &str, Direction)] = &[
        ("\"contoso\", \"fabrikam\"", "\"contoso\", \"fabrikam\", \"adventure\"", "sign-in.organizations", Loosens),
        ("\"contoso\", \"fabrikam\"", "\"contoso\"", "sign-in.organizations", Tightens),
        ("\"contoso\", \"fabrikam\"", "\"fabrikam\", \"contoso\"", "sign-in.organizations", Unclear),
        ("[sign-in]\norganizations = [\"contoso\", \"fabrikam\"]\n", "", "sign-in.organizations", Loosens),
        ("[settings]\n", "macos = \"plist\"\n[settings]\n", "sign-in.macos", Loosens),
        ("[settings]\n", "windows = \"both\"\n[settings]\n", "sign-in.windows", Tightens),
        ("[settings]\n", "windows = \"registry-json\"\n[settings]\n", "sign-in.windows", Unclear),
        ("4.72.0", "4.80.0", "fleet.oldest-version", Tightens),
        ("newest-version = \"4.86.0\"\n", "", "fleet.newest-version", Neutral),
        ("\"business\"", "\"team\"", "fleet.subscription", Loosens),
        ("subscription = \"business\"\n", "", "fleet.subscription", Neutral),
        // The ring pilot forces images from anywhere on its machines, so a new platform is not all for the better.
        ("[\"macos\", \"windows\"]", "[\"macos\", \"windows\", \"linux\"]", "fleet.platforms", Unclear),
        ("\"Contoso\"", "\"Contoso Ltd\"", "organization.name", Neutral),
        ("com.contoso", "com.contoso.it", "organization.id", Unclear),
        ("[rings.other]\n", "[rings.other]\n[rings.new.settings]\nblockDockerLoad = false\n", "rings", Neutral),
        (
            "[rings.other]\n",
            "[rings.other]\n[rings.new.settings]\nblockDockerLoad = false\n",
            "blockDockerLoad",
            Loosens,
        ),
        ("[rings.pilot]\ndescription = \"volunteers\"\n", "[rings.pilot]\n", "rings", Neutral),
        ("[[exceptions]]", &format!("{exception}[[exceptions]]"), "exceptions.B-2", Loosens),
        ("[[exceptions]]", &format!("{exception}[[exceptions]]"), "blockDockerLoad", Loosens),
        (old_exception, "", "exceptions.A-1", Tightens),
        (old_exception, "", "enhancedContainerIsolation.value", Tightens),
        ("2035-12-31", "2036-12-31", "exceptions.A-1", Loosens),
        ("reason = \"r\"", "reason = \"another\"", "exceptions.A-1", Neutral),
        ("enabled = false", "enabled = false\nlocked = false", "kubernetes.locked", Loosens),
        ("enabled = false", "enabled = true", "kubernetes.enabled", Loosens),
        (
            "[settings]\n",
            "[targets.macos]\nfile-access = [\"desktop\"]\n[settings]\n",
            "targets.macos.file-access",
            Loosens,
        ),
        ("[settings]\n", "[targets.macos]\nnotifications = true\n[settings]\n", "targets.macos.notifications", Neutral),
        ("[settings]\n", "[undocumented-settings]\nmemoryMiB = { value = 1 }\n[settings]\n", "memoryMiB", Unclear),
    ];
    let old = manifest(base);
    assert!(compare(&old, &old).is_empty());
    for (from, to, key, expected) in cases {
        assert!(base.contains(from), "{from}");
        let new = manifest(&base.replacen(from, to, 1));
        assert_eq!(direction(&old, &new, key), *expected, "{from} → {to}");
    }
    let one_platform = |base: &str| base.replace("[\"macos\", \"windows\"]", "[\"macos\"]");
    let strict = base.replace("blockDockerLoad = false", "blockDockerLoad = true");
    assert_eq!(direction(&manifest(&one_platform(&strict)), &manifest(&strict), "fleet.platforms"), Tightens);
    // What an exception of the new policy brings does not stop a gate; the end of one that was stricter does.
    let with = manifest(&base.replace("[[exceptions]]", &format!("{exception}[[exceptions]]")));
    let diff = compare(&old, &with);
    assert_eq!(find(&diff, "blockDockerLoad").covered_by.as_deref(), Some("B-2"));
    assert_eq!(diff.stopped().count(), 0);
    let without = manifest(&base.replace(old_exception, ""));
    let strict = manifest(&base.replace("isolation = { value = false", "isolation = { value = true"));
    assert_eq!(compare(&without, &strict).stopped().count(), 0);
    assert_eq!(
        compare(&without, &manifest(&base.replace("blockDockerLoad = true", "blockDockerLoad = false")))
            .stopped()
            .count(),
        1
    );
}

/// For every code of `diff`, a pair of policies that provokes it and a pair that does not.
#[test]
fn every_code_has_a_pair_that_provokes_it() {
    let ring = |name: &str| example::minimal(&format!("[rings.{name}.settings]\nblockDockerLoad = true\n"));
    let other_id = ring("pilot").replace("com.contoso", "com.contoso.it");
    let pairs = [(
        "identity-changed",
        ring("pilot"),
        vec![other_id, ring("volunteers")],
        ring("pilot").replace("true", "false"),
    )];
    for code in ALL.iter().filter(|code| code.verb == Verb::Diff) {
        let (_, base, provoke, harmless) =
            pairs.iter().find(|pair| pair.0 == code.name).expect("every code has a pair");
        let tells = |new: &str| {
            let diff = compare(&manifest(base), &manifest(new));
            diff.effects.iter().any(|effect| effect.code == Some(*code))
        };
        assert!(provoke.iter().all(|new| tells(new)), "{}", code.name);
        assert!(!tells(harmless), "{}", code.name);
    }
}
