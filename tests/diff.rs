//! What `diff` says: between the presets, for every setting of which a safer value is known, and for everything else
//! that a policy can change.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

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
                snapshot_path => "snapshots/diff", prepend_module_to_snapshot => false, omit_expression => true
            }, {
                insta::assert_snapshot!(format!("{from}--{to}"), report::text(&compare(old, new)));
            });
        }
    }
}

/// A safer value, a weaker one, and which way the change from the one to the other goes, as TOML.
fn pairs(setting: &Setting) -> Vec<(String, String, Direction)> {
    let pair = |safer: &str, weaker: &str, direction| vec![(safer.to_owned(), weaker.to_owned(), direction)];
    match (setting.safer.as_ref().expect("asked for"), setting.kind) {
        (Safer::Boolean(safe), _) => pair(&safe.to_string(), &(!safe).to_string(), Loosens),
        // Without a list it restricts nothing either way; with one, both are judged together below.
        (Safer::Order(_), _) if setting.key.ends_with("commandList.type") => pair("\"allow\"", "\"deny\"", Unclear),
        (Safer::Order(words), _) => {
            words.windows(2).map(|pair| (format!("{:?}", pair[0]), format!("{:?}", pair[1]), Loosens)).collect()
        }
        (Safer::Rule(rule), kind) => match (rule.as_str(), kind) {
            ("subset", Type::Strings) => pair("[\"a\"]", "[\"a\", \"b\"]", Loosens),
            ("subset", Type::Directories) => pair("[\"/a\"]", "[\"/a\", \"/b\"]", Loosens),
            ("superset", Type::String) => pair("\"80,443\"", "\"80\"", Loosens),
            ("empty", Type::String) if setting.key == "enableInferenceCORS" => pair("\"\"", "\"*\"", Loosens),
            ("empty", Type::String) => pair("\"\"", "\"http://proxy.example\"", Loosens),
            ("depends", Type::Boolean) => pair("true", "false", Unclear),
            ("depends", Type::Integer) => pair("-1", "2375", Unclear),
            ("depends", Type::Enum) => {
                pair(&format!("{:?}", setting.values[0]), &format!("{:?}", setting.values[1]), Unclear)
            }
            // A list of commands that are denied, which is the default.
            ("depends", Type::Strings) => pair("[\"build\", \"push\"]", "[\"build\"]", Loosens),
            ("depends", Type::String) if setting.key.ends_with("mbeddedPac") => {
                let script = |way: &str| format!("'function FindProxyForURL(url, host) {{ return \"{way}\"; }}'");
                pair(&script("DIRECT"), &script("PROXY p.example:80"), Unclear)
            }
            ("depends", Type::String) if setting.key.ends_with("imagesRepository") => pair("\"a\"", "\"b\"", Unclear),
            ("depends", Type::String) => pair("\"https://a.example\"", "\"https://b.example\"", Unclear),
            // The lock is what counts; of the value only some options are known.
            ("locked", Type::Json) => pair("{ value = {} }", "{ value = { runtimes = {} } }", Unclear),
            (rule, kind) => panic!("{}: {rule} of {kind:?} is not tested", setting.key),
        },
    }
}

fn judged() -> impl Iterator<Item = &'static Setting> {
    let has_value = |setting: &&Setting| setting.takes_a_value() && setting.is_admin_setting();
    catalog().settings().iter().filter(has_value).filter(|setting| !setting.key.contains("[]"))
}

#[test]
fn every_setting_with_a_safer_value_is_judged_in_both_directions() {
    let mut count = 0;
    for setting in judged().filter(|setting| setting.safer.is_some()) {
        for (safer, weaker, expected) in pairs(setting) {
            let said = |value: &str| settings(&format!("{} = {value}", setting.key));
            assert_eq!(direction(&said(&safer), &said(&weaker), &setting.key), expected, "{}", setting.key);
            count += 1;
        }
    }
    assert!(count > 40, "only {count} settings were judged");
}

#[test]
fn a_lock_taken_away_loosens_unless_it_held_the_weaker_value() {
    for setting in judged().filter(|setting| setting.shape == Shape::Setting) {
        let values = if setting.safer.is_some() {
            let (safer, weaker, _) = pairs(setting).remove(0);
            let released = match setting.safer {
                Some(Safer::Boolean(_)) => Tightens,
                // Whoever is released from a value that the catalog lists may do better, and worse.
                _ if setting.weak.iter().any(|weak| weaker.contains(&weak.value)) && weaker.starts_with('"') => Unclear,
                _ => Loosens,
            };
            vec![(safer, Loosens), (weaker, released)]
        } else {
            let value = setting.default.as_ref().expect("a value to lock").to_string();
            let is_contact = setting.key.ends_with("ContactURL");
            vec![(if is_contact { "\"https://help.example\"".to_owned() } else { value }, Loosens)]
        };
        for (value, expected) in values {
            let value = value.trim_start_matches("{ value = ").strip_suffix(" }").unwrap_or(&value).to_owned();
            let said = |locked: bool| settings(&format!("{} = {{ value = {value}, locked = {locked} }}", setting.key));
            assert_eq!(direction(&said(true), &said(false), &setting.key), expected, "{} = {value}", setting.key);
        }
    }
}

/// What users were free to choose, what they are held to, the key, and which way that goes.
#[test]
fn a_lock_does_not_make_up_for_a_weak_value() {
    let options = "linuxVM.dockerDaemonOptions";
    let eci = "enhancedContainerIsolation";
    let proxy = "containersProxy";
    let directories = "filesharingAllowedDirectories";
    let cases: &[(&str, String, &str, Direction)] = &[
        ("", format!("{options} = {{ value = {{ hosts = [\"tcp://0.0.0.0:2375\"] }} }}"), options, Unclear),
        ("", format!("{options} = {{ value = {{ \"insecure-registries\" = [\"0.0.0.0/0\"] }} }}"), options, Unclear),
        ("", format!("{options} = {{ value = {{ \"no-new-privileges\" = true }} }}"), options, Tightens),
        (
            "linuxVM.dockerDaemonOptions = { value = { no-new-privileges = true }, locked = false }",
            format!("{options} = {{ value = {{ hosts = [\"tcp://0.0.0.0:1\"] }} }}"),
            options,
            Unclear,
        ),
        ("", "enableInferenceCORS = \"*\"".to_owned(), "enableInferenceCORS", Unclear),
        ("", "enableInferenceCORS = \"\"".to_owned(), "enableInferenceCORS", Tightens),
        (
            "containersProxy = { mode = \"manual\", transparentPorts = \"*\", locked = false }",
            format!("{proxy} = {{ mode = \"manual\", transparentPorts = \"80\", locked = true }}"),
            "containersProxy.transparentPorts",
            Unclear,
        ),
        (
            "containersProxy = { mode = \"manual\", locked = false }",
            format!("{proxy} = {{ mode = \"manual\", exclude = [\"*\"], locked = true }}"),
            "containersProxy.exclude",
            Unclear,
        ),
        (
            "containersProxy = { mode = \"system\", locked = false }",
            format!("{proxy} = {{ mode = \"system\", locked = true }}"),
            "containersProxy.locked",
            Unclear,
        ),
        (
            "enhancedContainerIsolation = { value = true, locked = false }",
            format!("{eci} = {{ value = true, locked = true, dockerSocketMount.imageList.images = [\"*\"] }}"),
            "enhancedContainerIsolation.dockerSocketMount.imageList.images",
            Unclear,
        ),
        (
            "portBindingBehavior = { value = \"local-only-port-binding\", locked = false }",
            "portBindingBehavior = \"default-local-port-binding\"".to_owned(),
            "portBindingBehavior",
            Unclear,
        ),
        ("", "portBindingBehavior = \"default-local-port-binding\"".to_owned(), "portBindingBehavior", Tightens),
        ("", "proxy = { mode = \"manual\", pac = \"https://proxy.example/x.pac\" }".to_owned(), "proxy.pac", Unclear),
        (
            "kubernetes = { enabled = true, locked = false }",
            "kubernetes = { enabled = true, imagesRepository = \"other.example/x\", locked = true }".to_owned(),
            "kubernetes.imagesRepository",
            Unclear,
        ),
        ("", format!("{directories} = [{{ path = \"/\", sharedByDefault = true }}]"), directories, Unclear),
        ("", format!("{directories} = [{{ path = \"/Users/Shared/../..\" }}]"), directories, Unclear),
        ("", format!("{directories} = [{{ path = \"/Users/Shared\" }}]"), directories, Tightens),
    ];
    for (free, held, key, expected) in cases {
        assert_eq!(direction(&settings(free), &settings(held), key), *expected, "{free} → {held}");
    }
}

#[test]
fn what_weak_value_reports_never_tightens() {
    let mut count = 0;
    for setting in judged().filter(|setting| setting.name() != "locked") {
        let (key, mut weak) = (&setting.key, Vec::new());
        if let Some(Safer::Boolean(safe)) = setting.safer {
            weak.push((!safe).to_string());
        }
        weak.extend(setting.weak.iter().map(|weak| match setting.kind {
            Type::Json => format!("{{ value = {{ {:?} = [\"x\"] }} }}", weak.value),
            Type::Directories => format!("[{{ path = {:?} }}]", weak.value.replace('*', "any")),
            _ => format!("{:?}", weak.value),
        }));
        for value in weak {
            let new = settings(&format!("{key} = {value}"));
            let old = settings("");
            for change in compare(&old, &new).changes.iter().filter(|change| change.key == *key) {
                assert!(change.direction.may_loosen(), "{key} = {value}: {:?}", change.direction);
                assert_eq!(find(&compare(&new, &old), key).direction, change.direction.flip());
                count += 1;
            }
        }
    }
    assert!(count > 30, "only {count} weak values");
}

#[test]
fn an_exception_does_not_become_permanent_silently() {
    let policy = |base: &str, ring: &str, exception: &str| {
        let exception = match exception {
            "" => String::new(),
            says => format!(
                "[[exceptions]]\nid = \"E-1\"\nring = \"pilot\"\nsettings.{says}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
            ),
        };
        manifest(&example::minimal(&format!("[settings]\n{base}\n[rings.pilot.settings]\n{ring}\n{exception}")))
    };
    let key = "blockDockerLoad";
    let (safe, weak) = ("blockDockerLoad = true", "blockDockerLoad = false");
    let by_exception = policy(safe, "", weak);
    for (new, says) in
        [(policy(safe, weak, ""), "it no longer ends"), (policy(safe, weak, weak), "An exception hides it until")]
    {
        assert_eq!(direction(&by_exception, &new, key), Loosens);
        let diff = compare(&by_exception, &new);
        assert!(find(&diff, key).why.contains(says), "{}", find(&diff, key).why);
        assert!(diff.stopped().any(|change| change.key == key), "{:#?}", diff.changes);
    }
    // A folder says it as its policy does.
    let folder = Manifest::read(built(&example::minimal(&format!(
        "[settings]\n{safe}\n[rings.pilot]\n[[exceptions]]\nid = \"E-1\"\nring = \"pilot\"\nsettings.{weak}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
    ))).to_string().as_bytes());
    assert_eq!(direction(&folder.expect("reads"), &policy(safe, weak, ""), key), Loosens);
    // An exception covers what it brings, and not what the policy does without it.
    let covered = compare(&policy(safe, "", ""), &by_exception);
    assert_eq!(find(&covered, key).covered_by.as_deref(), Some("E-1"));
    assert_eq!(covered.summary(), "2 loosen; 2 covered by a new exception");
    let weakened = compare(&policy(safe, safe, ""), &policy(safe, weak, weak));
    assert_eq!(find(&weakened, key).covered_by.as_deref(), None);
    assert!(weakened.stopped().any(|change| change.key == key));
    // Nothing is said where the policy itself says the same as before.
    assert_eq!(compare(&policy(safe, weak, weak), &policy(safe, weak, "")).stopped().count(), 0);
}

/// A group that the policy drops is still locked where an exception speaks of it, until that ends.
#[test]
fn the_lock_of_an_exception_hides_nothing() {
    let exception = "[[exceptions]]\nid = \"E-1\"\nring = \"pilot\"\nsettings = { kubernetes = { enabled = true } }\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n";
    let policy =
        |settings: &str| manifest(&example::minimal(&format!("[settings]\n{settings}\n[rings.pilot]\n{exception}")));
    let (old, new) = (policy("kubernetes.showSystemContainers = false"), policy(""));
    let diff = compare(&old, &new);
    let stopped: Vec<_> = diff.stopped().map(|change| (change.key.as_str(), change.reach[0].text(3))).collect();
    assert!(stopped.contains(&("kubernetes.showSystemContainers", "ring `pilot`".to_owned())), "{stopped:?}");
}

#[test]
fn commands_are_judged_by_what_lists_them_too() {
    let commands = |said: &str| {
        let list =
            if said.is_empty() { String::new() } else { format!(", dockerSocketMount.commandList = {{ {said} }}") };
        settings(&format!("enhancedContainerIsolation = {{ value = true{list} }}"))
    };
    let list = "enhancedContainerIsolation.dockerSocketMount.commandList";
    for (old, new, expected) in [
        ("type = 'allow', commands = ['ps', 'info']", "type = 'allow', commands = ['ps']", Tightens),
        // It is not taken for a tighter one: it restricts nothing.
        ("type = 'allow', commands = ['ps']", "type = 'allow', commands = []", Unclear),
        ("type = 'deny', commands = ['build']", "type = 'deny', commands = ['build', 'push']", Tightens),
        ("type = 'deny', commands = ['build']", "type = 'allow', commands = ['ps']", Tightens),
        // What was denied is all that is allowed now.
        ("type = 'deny', commands = ['build']", "type = 'allow', commands = ['build']", Unclear),
        ("type = 'deny', commands = ['image*']", "type = 'allow', commands = ['ps']", Unclear),
        ("type = 'allow', commands = ['ps']", "", Loosens),
    ] {
        let (old, new) = (commands(old), commands(new));
        let changes = compare(&old, &new).changes;
        assert!(!changes.is_empty());
        for change in changes {
            assert!(change.key.starts_with(list), "{}", change.key);
            assert_eq!(direction(&old, &new, &change.key), expected, "{} {}", change.key, change.why);
        }
    }
}

#[test]
fn options_that_are_no_matter_of_safety_are_not_called_the_same() {
    let options = |said: &str| settings(&format!("linuxVM.dockerDaemonOptions = {{ value = {said} }}"));
    let diff = compare(&options("{}"), &options("{ log-driver = \"local\" }"));
    let change = find(&diff, "linuxVM.dockerDaemonOptions");
    assert_eq!(change.direction, Neutral);
    assert!(change.why.starts_with("The options differ in nothing that matters to safety."), "{}", change.why);
}

#[test]
fn a_star_takes_every_host_past_the_proxy() {
    let exclude = |hosts: &str| settings(&format!("containersProxy = {{ mode = \"manual\", exclude = [{hosts}] }}"));
    assert_eq!(direction(&exclude("\"a.example\""), &exclude("\"*\""), "containersProxy.exclude"), Loosens);
}

/// The first line too is no wider than a terminal.
#[test]
fn a_long_count_is_wrapped() {
    let mut diff = compare(&settings("blockDockerLoad = true"), &settings("blockDockerLoad = false"));
    let change = Change { covered_by: Some("E-1".to_owned()), ..diff.changes[0].clone() };
    for direction in [Loosens, Unclear, Tightens, Neutral] {
        diff.changes.extend((0..100).map(|_| Change { direction, ..change.clone() }));
    }
    assert!(diff.summary().len() > 80, "{}", diff.summary());
    assert!(report::text(&diff).lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn options_written_differently_are_the_same() {
    let options = |said: &str| settings(&format!("linuxVM.dockerDaemonOptions = {{ value = {said} }}"));
    let diff = compare(&options("'{\"debug\": true, \"icc\":false}'"), &options("{ icc = false, debug = true }"));
    let change = find(&diff, "linuxVM.dockerDaemonOptions");
    assert_eq!((change.direction, change.lines.len()), (Neutral, 0));
    assert!(change.why.starts_with("The same, written differently."), "{}", change.why);
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

const SCRIPT: &str = "containersProxy.embeddedPac";

/// A policy with both tables; `more` comes behind them.
fn tables(more: &str) -> String {
    example::minimal(&format!(
        "[registry-access]\nregistries = [\"ghcr.io\"]\n[container-network]\ndefault = \"deny\"\nports = [80, 443]\n\
         allow = [\"a.example\"]\ndeny = [\"10.0.0.0/8\"]\nblock-host = true\n\
         proxy = {{ upstream = \"http://192.0.2.8:3128\", for = [\"ghcr.io\"] }}\n{more}"
    ))
}

#[test]
fn tables_in_the_place_of_a_proxy_by_hand_are_never_let_through() {
    let by_hand =
        "[settings.containersProxy]\nmode = \"manual\"\nhttp = \"\"\nhttps = \"\"\ntransparentPorts = \"*\"\n";
    for excluded in ["exclude = []\n", "exclude = [\"ghcr.io\"]\n"] {
        let by_hand = manifest(&example::minimal(&format!("{by_hand}{excluded}")));
        for tables in [
            "[container-network]\ndefault = \"allow\"\n",
            "[container-network]\ndefault = \"deny\"\n",
            "[registry-access]\nregistries = [\"ghcr.io\"]\n[container-network]\ndefault = \"deny\"\nallow = [\"*.example\"]\n",
        ] {
            let tables = manifest(&example::minimal(tables));
            for (old, new) in [(&by_hand, &tables), (&tables, &by_hand)] {
                let diff = compare(old, new);
                assert!(diff.changes.iter().all(|change| change.direction == Unclear), "{:#?}", diff.changes);
                assert!(
                    stopped(old, new).iter().any(|key| key == "containersProxy.embeddedPac"),
                    "{:#?}",
                    diff.changes
                );
            }
        }
    }
}

#[test]
fn a_network_is_judged_by_its_tables() {
    let cases: &[(&str, &str, &str, Direction)] = &[
        (
            "registries = [\"ghcr.io\"]",
            "registries = [\"ghcr.io\", \"quay.io\"]",
            "registry-access.registries",
            Loosens,
        ),
        ("registries = [\"ghcr.io\"]", "registries = [\"quay.io\"]", "registry-access.registries", Unclear),
        ("allow = [\"a.example\"]", "allow = [\"a.example\", \"*.b.example\"]", "container-network.allow", Loosens),
        ("allow = [\"a.example\"]\n", "", "container-network.allow", Tightens),
        ("deny = [\"10.0.0.0/8\"]", "deny = [\"10.0.0.0/8\", \"b.example\"]", "container-network.deny", Tightens),
        ("deny = [\"10.0.0.0/8\"]", "deny = []", "container-network.deny", Loosens),
        ("deny = [\"10.0.0.0/8\"]", "deny = [\"10.0.0.0/9\"]", "container-network.deny", Loosens),
        ("allow = [\"a.example\"]", "allow = [\"*.example\"]", "container-network.allow", Loosens),
        ("allow = [\"a.example\"]", "allow = [\"a.example:443\"]", "container-network.allow", Tightens),
        ("registries = [\"ghcr.io\"]", "registries = [\"ghcr.io:443\"]", "registry-access.registries", Tightens),
        ("[registry-access]\nregistries = [\"ghcr.io\"]\n", "", "registry-access.registries", Tightens),
        ("ports = [80, 443]", "ports = \"*\"", "container-network.ports", Tightens),
        ("ports = [80, 443]", "ports = [80]", "container-network.ports", Loosens),
        ("block-host = true", "block-host = false", "container-network.block-host", Loosens),
        ("block-host = true\n", "", "container-network.block-host", Loosens),
        ("192.0.2.8", "192.0.2.9", "container-network.proxy", Unclear),
        (", for = [\"ghcr.io\"]", "", "container-network.proxy.for", Unclear),
        (", for = [\"ghcr.io\"]", ", for = [\"a.example\"]", "container-network.proxy.for", Unclear),
    ];
    let text = tables("");
    let old = manifest(&text);
    for (from, to, key, expected) in cases {
        assert!(text.contains(from), "{from}");
        let new = manifest(&text.replacen(from, to, 1));
        assert_eq!(direction(&old, &new, key), *expected, "{from} → {to}");
        let diff = compare(&old, &new);
        assert_eq!(diff.changes.len(), 1, "{from} → {to}: {:#?}", diff.changes);
        assert_eq!(diff.stopped().count(), usize::from(expected.may_loosen()), "{from} → {to}");
    }
    // A list of registries beside `allow` is refused, hence without it.
    let hosts = text.replace("[registry-access]\nregistries = [\"ghcr.io\"]\n", "");
    let open = hosts.replace("default = \"deny\"", "default = \"allow\"");
    assert_eq!(direction(&manifest(&hosts), &manifest(&open), "container-network.default"), Loosens);
    // A list beside a default that lets everything through decides nothing.
    let without = manifest(&open.replace("allow = [\"a.example\"]\n", ""));
    assert_eq!(direction(&manifest(&open), &without, "container-network.allow"), Neutral);
    assert_eq!(direction(&manifest(&hosts), &without, "container-network.allow"), Neutral);
    assert_eq!(stopped(&manifest(&hosts), &without), ["container-network.default"]);
    let listed = manifest(&text);
    assert_eq!(direction(&listed, &without, "registry-access.registries"), Neutral);
    let none = manifest(&example::minimal(""));
    assert_eq!(direction(&none, &old, "container-network.default"), Tightens);
    assert_eq!(direction(&none, &manifest(&open), "container-network.default"), Neutral);
}

#[test]
fn a_network_of_one_ring_or_platform_changes_there_alone() {
    let old = manifest(&tables("[rings.pilot]\n"));
    let reach = |more: &str, key: &str| {
        let diff = compare(&old, &manifest(&tables(more)));
        assert_eq!(diff.changes.len(), 1, "{:#?}", diff.changes);
        let reach: Vec<String> = find(&diff, key).reach.iter().map(|reach| reach.text(3)).collect();
        reach.join("; ")
    };
    assert_eq!(
        reach("[rings.pilot.container-network]\nblock-host = false\n", "container-network.block-host"),
        "ring `pilot`"
    );
    assert_eq!(
        reach("[rings.pilot]\n[platforms.windows.registry-access]\nregistries = []\n", "registry-access.registries"),
        "all machines on Windows"
    );
    // The script names its ring, which is no change of what it decides.
    let came = compare(&manifest(&tables("")), &old);
    assert_eq!(came.changes.iter().map(|change| change.key.as_str()).collect::<Vec<_>>(), ["rings"]);
}

#[test]
fn an_exception_covers_what_it_lets_through() {
    let exception = |says: &str| {
        manifest(&tables(&format!(
            "[rings.pilot]\n[[exceptions]]\nid = \"N-1\"\nring = \"pilot\"\n{says}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
        )))
    };
    let old = manifest(&tables("[rings.pilot]\n"));
    for (says, key) in [
        ("registry-access = { registries = [\"ghcr.io\", \"quay.io\"] }", "registry-access.registries"),
        ("container-network = { deny = [] }", "container-network.deny"),
        ("container-network = { block-host = false }", "container-network.block-host"),
        ("container-network = { ports = [] }", "container-network.ports"),
        ("container-network = { proxy = { upstream = \"http://192.0.2.8:3128\" } }", "container-network.proxy.for"),
        ("container-network = { proxy = false }", "container-network.proxy"),
        ("container-network = { proxy = false }", "container-network.proxy.for"),
    ] {
        let new = exception(says);
        let diff = compare(&old, &new);
        assert_eq!(find(&diff, key).covered_by.as_deref(), Some("N-1"), "{says}");
        assert_eq!(diff.stopped().count(), 0, "{says}: {:#?}", diff.changes);
        assert_eq!(find(&diff, "exceptions.N-1").direction, find(&diff, key).direction, "{says}");
        assert!(new.exceptions[0].settings.iter().any(|name| name == key), "{says}");
    }
    // What a known one brings besides was not approved with it.
    let wider = exception("registry-access = { registries = [\"ghcr.io\", \"quay.io\", \"mcr.microsoft.com\"] }");
    let narrow = exception("registry-access = { registries = [\"ghcr.io\", \"quay.io\"] }");
    assert_eq!(direction(&narrow, &wider, "registry-access.registries"), Loosens);
    assert_eq!(stopped(&narrow, &wider), ["exceptions.N-1", "registry-access.registries"]);
    let diff = compare(&narrow, &wider);
    let why = &find(&diff, "registry-access.registries").why;
    assert!(why.starts_with("Exception `N-1` is not new, and covers nothing"), "{why}");
}

/// The keys at which a gate stops.
fn stopped(old: &Manifest, new: &Manifest) -> Vec<String> {
    compare(old, new).stopped().map(|change| change.key.clone()).collect()
}

#[test]
fn an_exception_of_a_network_does_not_become_permanent_silently() {
    let policy = |registries: &str, excepted: &str| {
        let exception = match excepted {
            "" => String::new(),
            says => format!(
                "[[exceptions]]\nid = \"N-1\"\nring = \"pilot\"\n{says}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
            ),
        };
        let table = match registries {
            "" => String::new(),
            list => format!("[rings.pilot.registry-access]\nregistries = {list}\n"),
        };
        manifest(&example::minimal(&format!("[rings.pilot]\n{table}{exception}")))
    };
    let key = "registry-access.registries";
    let (narrow, wide) = ("[\"ghcr.io\"]", "[\"ghcr.io\", \"quay.io\"]");
    let lets = format!("registry-access = {{ registries = {wide} }}");
    let by_exception = policy(narrow, &lets);
    for (new, says) in [(policy(wide, ""), "it no longer ends"), (policy(wide, &lets), "An exception hides it until")] {
        assert_eq!(direction(&by_exception, &new, key), Loosens);
        let diff = compare(&by_exception, &new);
        let change = find(&diff, key);
        assert!(change.why.contains(says), "{}", change.why);
        assert_eq!((change.lines.join(""), change.covered_by.is_none()), ("+ quay.io".to_owned(), true));
        assert_eq!(stopped(&by_exception, &new), [key]);
    }
    // An exception that ends and changes nothing goes no way itself.
    assert_eq!(direction(&by_exception, &policy(wide, ""), "exceptions.N-1"), Neutral);
    // It does not cover a table that the policy weakens at the same time.
    assert_eq!(stopped(&policy(narrow, ""), &policy(wide, &lets)), [key]);
    assert_eq!(stopped(&policy(narrow, ""), &by_exception), [""; 0]);
    // The tables themselves can stand and fall with an exception.
    let only = policy("", &lets);
    assert_eq!(stopped(&policy("", ""), &only), [""; 0]);
    assert!(stopped(&policy(narrow, ""), &only).contains(&"container-network.default".to_owned()));
    assert_eq!(compare(&only, &policy(wide, "")).changes.iter().filter(|its| its.key == SCRIPT).count(), 0);
}

#[test]
fn a_known_exception_that_reaches_further_stops_a_gate() {
    let policy = |exception: &str| {
        manifest(&example::minimal(&format!(
            "[settings]\nblockDockerLoad = true\nenableCloud = false\nanalyticsEnabled = true\n[rings.pilot]\n[rings.other]\n[[exceptions]]\n{exception}\nreason = \"r\"\napproved-by = \"a\"\n"
        )))
    };
    let says = "id = \"E-1\"\nring = \"pilot\"\nplatform = \"macos\"\nexpires = 2035-12-31\nsettings = { blockDockerLoad = false }";
    let old = policy(says);
    assert_eq!(stopped(&policy(&says.replace("E-1", "E-0")), &old), [""; 0]);
    for (from, to, keys) in [
        ("2035-12-31", "2035-12-30", &[][..]),
        ("2035-12-31", "2036-01-01", &["exceptions.E-1"]),
        ("ring = \"pilot\"", "rings = [\"pilot\", \"other\"]", &["exceptions.E-1", "blockDockerLoad"]),
        ("platform = \"macos\"\n", "", &["exceptions.E-1", "blockDockerLoad"]),
        ("= false }", "= false, enableCloud = true }", &["exceptions.E-1", "enableCloud"]),
        // No more than what the policy says, until that is tightened.
        ("= false }", "= false, enableCloud = false }", &["exceptions.E-1"]),
    ] {
        assert!(says.contains(from), "{from}");
        let new = policy(&says.replacen(from, to, 1));
        assert_eq!(stopped(&old, &new), keys, "{from} → {to}");
        assert_eq!(direction(&old, &new, "exceptions.E-1"), if keys.is_empty() { Tightens } else { Loosens });
    }
    // One that is stricter than the policy is no risk for longer.
    let strict = says.replace("{ blockDockerLoad = false }", "{ analyticsEnabled = false }");
    let longer = strict.replace("2035", "2036");
    assert_eq!(direction(&policy(&strict), &policy(&longer), "exceptions.E-1"), Tightens);
}

#[test]
fn a_script_is_silent_only_when_its_tables_tell_all() {
    let by_hand = "[settings.containersProxy]\nmode = \"manual\"\nembeddedPac = 'function FindProxyForURL(url, host) { return \"DIRECT\"; /* as it always was */ }'\n";
    let (by_hand, compiled) = (manifest(&example::minimal(by_hand)), manifest(&tables("")));
    assert_eq!(direction(&by_hand, &compiled, SCRIPT), Unclear);
    let diff = compare(&by_hand, &compiled);
    let lines = &find(&diff, SCRIPT).lines;
    assert!(lines[0].contains("as it always was"), "{lines:#?}");
    assert_eq!(lines[1..], ["+ made of the tables of the network"]);
    // Another stanchion may compile the same tables into another script.
    let mut json = built(&tables(""));
    let facts = json["facts"].as_array_mut().expect("a list");
    let script = facts.iter_mut().find(|fact| fact["key"] == SCRIPT).expect("the script is a fact");
    script["value"] =
        script["value"].as_str().expect("text").replacen("var allow = {", "var allow = {\"*\":1,", 1).into();
    let other = Manifest::read(json.to_string().as_bytes()).expect("reads");
    let diff = compare(&compiled, &other);
    assert_eq!(find(&diff, SCRIPT).direction, Unclear);
    assert_eq!(diff.stopped().count(), 1);
    assert!(report::text(&diff).lines().count() < 20);
}

#[test]
fn what_happens_on_machines_is_told() {
    let texts = |old: &str, new: &str| {
        let diff = compare(&manifest(old), &manifest(new));
        diff.effects.iter().map(|effect| format!("{} ({})", effect.text, effect.reach[0].text(3))).collect::<Vec<_>>()
    };
    let says = |texts: &[String], words: &str| {
        assert!(texts.iter().any(|text| text.contains(words)), "{words:?} is not in {texts:#?}");
    };
    let with = example::minimal("");
    let without = with.replace("[sign-in]\norganizations = [\"contoso\"]\n", "");
    let starts = texts(&without, &with);
    says(&starts, "sign-in starts being enforced for members");
    says(&starts, "`/usr/share/docker-desktop/registry/registry.json` appears (all machines on Linux)");
    assert!(starts.last().expect("some").starts_with("nothing above takes effect until users quit Docker Desktop"));
    let stops = texts(&with, &without);
    says(&stops, "the policy no longer enforces sign-in");
    says(&stops, "`/usr/share/docker-desktop/registry/registry.json` stays and goes on acting");
    says(&stops, "`allowedOrgs` in the configuration profile stays until you remove the profile");
    let with_file = example::minimal("[settings]\nanalyticsEnabled = false\n");
    says(&texts(&with_file, &with), "admin-settings.json` is removed");
    says(
        &texts(&without, &with_file.replace("[sign-in]\norganizations = [\"contoso\"]\n", "")),
        "because `admin-settings.json` is there",
    );
    let plist = with.replace("organizations = [\"contoso\"]\n", "organizations = [\"contoso\"]\nmacos = \"plist\"\n");
    says(&texts(&with, &plist), "desktop.plist` appears (all machines on macOS)");
    says(&texts(&plist, &with), "desktop.plist` is removed (all machines on macOS)");
    let two = with.replace("[sign-in]", "platforms = [\"macos\", \"linux\"]\n[sign-in]");
    says(&texts(&with, &two), "nothing is built any more, and the registry value");
}

#[test]
fn an_empty_list_of_directories_is_not_understood() {
    let (nothing, empty) = (settings(""), settings("filesharingAllowedDirectories = []"));
    assert_eq!(direction(&nothing, &empty, "filesharingAllowedDirectories"), Unclear);
    let some = settings("filesharingAllowedDirectories = [\"/work\"]");
    assert_eq!(direction(&some, &empty, "filesharingAllowedDirectories"), Unclear);
}

/// The same policy can want something else of a machine, and that is never silent.
#[test]
fn a_state_that_differs_without_a_reason_is_told() {
    let proxy = "[settings.proxy]\nmode = \"manual\"\nhttp = \"http://proxy.example\"\n";
    let at = |oldest: &str| manifest(&example::minimal(proxy).replace("4.86.0", oldest));
    // From 4.48 the profile carries a locked proxy, and the file no longer does.
    let other_way = compare(&at("4.47"), &at("4.48"));
    let change = find(&other_way, "state");
    assert_eq!(change.direction, Neutral);
    assert!(
        change.lines.iter().any(|line| line == "+ `overrideProxyHTTP` in the configuration profile"),
        "{change:#?}"
    );
    assert_eq!(find(&other_way, "fleet.oldest-version").direction, Tightens);
    let mut other = at("4.48");
    other.machines[0].digest = "0".repeat(64);
    let other_stanchion = compare(&at("4.48"), &other);
    assert_eq!(find(&other_stanchion, "state").direction, Unclear);
    assert_eq!(other_stanchion.stopped().count(), 1);
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

#[test]
fn older_and_missing_clients_are_named() {
    let fleet = |oldest: &str, newest: &str, lines: &str| {
        let versions = format!("oldest-version = \"{oldest}\"\nnewest-version = \"{newest}\"");
        let text =
            example::minimal(&format!("[settings]\n{lines}\n")).replace("oldest-version = \"4.86.0\"", &versions);
        manifest(&text)
    };
    let strict = "portBindingBehavior = \"local-only-port-binding\"";
    let versions = |oldest, newest| {
        let diff = compare(&fleet(oldest, newest, ""), &fleet(oldest, newest, strict));
        find(&diff, "portBindingBehavior").versions.clone()
    };
    assert_eq!(versions("4.60", "4.86"), None);
    assert_eq!(
        versions("4.50", "4.86").as_deref(),
        Some("Docker Desktop 4.52.0 and newer; the fleet begins at 4.50.0")
    );
    assert_eq!(
        versions("4.50", "4.51").as_deref(),
        Some("Docker Desktop 4.52.0 and newer, which the fleet does not have")
    );
    let lowered = compare(&fleet("4.60", "4.86", strict), &fleet("4.50", "4.86", strict));
    let lines = &find(&lowered, "fleet.oldest-version").lines;
    assert_eq!(lines, &["+ clients before 4.52.0, which do not know portBindingBehavior"]);
}

/// Docker Desktop's own default counts for what is not said, unless some client in use has another.
#[test]
fn a_default_that_moved_is_not_relied_upon() {
    let at = |oldest: &str, lines: &str| {
        manifest(&example::minimal(&format!("[settings]\n{lines}\n")).replace("4.86.0", oldest))
    };
    let said = "extensionsEnabled = { value = false, locked = false }";
    assert_eq!(direction(&at("4.74", said), &at("4.74", ""), "extensionsEnabled"), Neutral);
    assert_eq!(direction(&at("4.73", said), &at("4.73", ""), "extensionsEnabled"), Unclear);
}

/// A folder and its policy are the same, and a folder compares like its policy.
#[test]
fn a_built_folder_says_what_its_policy_says() {
    let both: Vec<(Manifest, Manifest)> = example::all()
        .iter()
        .map(|example| {
            let policy = example.read().policy.expect("a policy");
            let bundle = bundle::build(&resolve(&policy), &Selection::default());
            let built = bundle.artifacts.iter().find(|artifact| artifact.path == bundle::MANIFEST).expect("written");
            (Manifest::of(&policy), Manifest::read(&built.bytes).expect("reads back"))
        })
        .collect();
    for (policy, built) in &both {
        assert!(compare(policy, built).is_empty() && compare(built, policy).is_empty());
        for (other, other_built) in &both {
            let of_policies = report::json(&compare(policy, other), true);
            assert_eq!(of_policies, report::json(&compare(built, other_built), true));
            assert_eq!(of_policies, report::json(&compare(policy, other_built), true));
        }
    }
}

/// Nothing is what machines have before there is a policy: everything in a new one appears, and a gate stops at what is
/// weaker than nothing.
#[test]
fn a_new_policy_is_compared_with_nothing() {
    let text = example::minimal("[settings]\nblockDockerLoad = true\n[rings.pilot.settings]\nenableCloud = false\n");
    let diff = compare(&Manifest::none(), &manifest(&text));
    assert_eq!(diff.changes.len(), 1, "{:#?}", diff.changes);
    let change = find(&diff, "fleet.platforms");
    assert_eq!((change.direction, &change.old.value), (Tightens, &None));
    let says = |line: &str| assert!(change.lines.iter().any(|its| its == line), "{line} is not in {:#?}", change.lines);
    says("+ blockDockerLoad: true, enforced");
    says("+ enableCloud: false, enforced (ring `pilot`)");
    assert_eq!(stopped(&Manifest::none(), &manifest(&text.replace("= true", "= false"))), ["fleet.platforms"]);
}

/// A manifest from before it held facts can still be read, by `verify`.
#[test]
fn an_older_manifest_can_be_read() {
    let mut json = built(&example::minimal(""));
    let object = json.as_object_mut().expect("an object");
    for key in ["fleet", "facts", "exceptions"] {
        object.remove(key);
    }
    let manifest = Manifest::read(json.to_string().as_bytes()).expect("reads");
    assert_eq!(manifest.fleet, None);
    assert_eq!(manifest.machines.len(), 3);
    json["stanchion"] = 2.into();
    assert!(Manifest::read(json.to_string().as_bytes()).is_err());
    // One that does not say what holds once an exception has ended cannot be compared.
    let mut json = built(&example::minimal(
        "[[exceptions]]\nid = \"E-1\"\nring = \"default\"\nsettings = { blockDockerLoad = false }\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n",
    ));
    assert!(Manifest::read(json.to_string().as_bytes()).is_ok());
    for fact in json["facts"].as_array_mut().expect("a list") {
        fact.as_object_mut().expect("an object").remove("afterwards");
    }
    let error = Manifest::read(json.to_string().as_bytes()).expect_err("half a fact");
    assert!(error.contains("what holds once an exception has ended"), "{error}");
}

/// The `manifest.json` that a build of a policy writes.
fn built(text: &str) -> Json {
    let policy = policy::read("p.toml", text.as_bytes(), &|name| fs::read(name)).policy.expect("a policy");
    let bundle = bundle::build(&resolve(&policy), &Selection::default());
    let manifest = bundle.artifacts.iter().find(|artifact| artifact.path == bundle::MANIFEST).expect("written");
    serde_json::from_slice(&manifest.bytes).expect("JSON")
}

/// The reviewer of a hundred rings sees what changes, not a hundred rings.
#[test]
fn a_hundred_rings_read_like_one() {
    let rings: String = (0..100).map(|ring| format!("[rings.team-{ring}]\n")).collect();
    let policy = |value: bool, special: bool| {
        let special = format!("[rings.team-7.settings]\nenableCloud = {special}\n");
        let rings = rings.replace("[rings.team-7]\n", &special);
        manifest(&example::minimal(&format!("[settings]\nblockDockerLoad = {value}\n{rings}")))
    };
    let text = report::text(&compare(&policy(true, false), &policy(false, true)));
    assert!(text.lines().count() < 20, "{text}");
    assert!(text.contains("blockDockerLoad (all machines)") && text.contains("enableCloud (ring `team-7`)"), "{text}");
    // A network adds what its tables say, and not a script for each ring.
    let network = "[registry-access]\nregistries = [\"ghcr.io\"]\n[container-network]\nallow = [\"a.example\"]\n";
    let [old, new] = ["", network].map(|tables| manifest(&example::minimal(&format!("{tables}{rings}"))));
    for diff in [compare(&old, &new), compare(&new, &old)] {
        assert_eq!(diff.changes.len(), 4, "{:#?}", diff.changes);
    }
    let come = compare(&manifest(&example::minimal("")), &old);
    assert_eq!((come.changes.len(), find(&come, "rings").lines.len()), (1, 100));
}

/// Nothing that stands in a policy or a manifest can act on a terminal or break out of a comment.
#[test]
fn hostile_values_stay_values() {
    let hostile = "`</details>\u{1b}[31m<script>alert(1)</script>\n\n# @team [x](javascript:alert(1)) ~~~ ``` \u{202e}";
    let mut json = built(&example::minimal("[settings]\nblockDockerLoad = true\n"));
    json["facts"] = serde_json::json!([
        { "key": hostile, "value": hostile },
        { "key": "linuxVM.dockerDaemonOptions", "value": format!("{{{hostile:?}:1}}"), "locked": true },
        { "key": "proxy.embeddedPac", "value": hostile.repeat(2) },
    ]);
    json["organization"]["name"] = hostile.into();
    json["rings"][0]["description"] = hostile.into();
    // A ring's name has no line ends and no slashes; its machines hold what their digest says.
    let ring = hostile.replace(['/', '\n', '\u{1b}'], "");
    json["rings"][0]["name"] = ring.as_str().into();
    for machine in json["machines"].as_array_mut().expect("a list") {
        machine["ring"] = ring.as_str().into();
    }
    let new = Manifest::read(json.to_string().as_bytes()).expect("reads");
    let diff = compare(&settings(""), &new);
    let text = report::text(&diff);
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()) && !text.contains('\u{202e}'));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let markdown = report::markdown(&diff);
    assert!(markdown.chars().all(|character| character == '\n' || !character.is_control()));
    for line in markdown.lines().filter(|line| line.contains("script>")) {
        let code = line.split('`').skip(1).step_by(2).collect::<String>();
        assert!(
            code.matches("script>").count() == line.matches("script>").count() || line.starts_with("  +"),
            "{line}"
        );
    }
    insta::with_settings!({ snapshot_path => "snapshots/diff", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("hostile-markdown", markdown);
    });
}

/// What leaves the proxy of Docker Desktop is not called tighter, nor the same.
#[test]
fn traffic_that_leaves_the_proxy_stops_a_gate() {
    let proxy =
        "[settings.proxy]\nmode = \"manual\"\nhttp = \"http://p.example:3128\"\nhttps = \"http://p.example:3128\"\n";
    let old = manifest(&example::minimal(proxy));
    for direct in [
        "[container-network]\ndefault = \"allow\"\n",
        "[container-network]\ndefault = \"deny\"\n",
        "[registry-access]\nregistries = [\"ghcr.io\"]\n",
        "[settings.containersProxy]\nlocked = false\nmode = \"system\"\n",
        "[settings.containersProxy]\nmode = \"manual\"\ntransparentPorts = \"80\"\n",
    ] {
        let beside = manifest(&example::minimal(&format!("{direct}{proxy}")));
        let instead = manifest(&example::minimal(direct));
        for (old, new) in [(&old, &beside), (&beside, &old), (&old, &instead)] {
            let diff = compare(old, new);
            assert!(diff.stopped().next().is_some(), "{direct}: {:#?}", diff.changes);
            assert!(diff.changes.iter().all(|change| !change.why.contains("does the same")), "{:#?}", diff.changes);
        }
        // Whoever had no proxy leaves none.
        let why = |change: &Change| change.why.contains("that `proxy` names");
        assert!(!compare(&settings(""), &beside).changes.iter().any(why), "{direct}");
    }
}

#[test]
fn sign_in_that_ends_with_the_settings_file_stops_a_gate() {
    let policy = |rest: &str| {
        let text =
            example::minimal(rest).replace("[sign-in]\norganizations = [\"contoso\"]\n", "platforms = [\"macos\"]\n");
        manifest(&text)
    };
    let last = "useVirtualizationFrameworkRosetta = { value = true, locked = false }";
    for (with, without) in [
        (format!("[settings]\n{last}\n"), ""),
        (format!("[rings.pilot.settings]\n{last}\n"), "[rings.pilot]\n"),
        ("[settings]\nblockDockerLoad = { value = false, locked = false }\n".to_owned(), ""),
    ] {
        let (with, without) = (policy(&with), policy(without));
        assert_eq!(direction(&with, &without, "sign-in"), Loosens);
        assert_eq!(stopped(&with, &without), ["sign-in"]);
    }
}

/// A list that looks shorter can reach another machine.
#[test]
fn the_root_does_not_hold_other_machines() {
    let shares = |path: &str| settings(&format!("filesharingAllowedDirectories = ['{path}']"));
    assert_eq!(direction(&shares("/"), &shares(r"\\wsl$\Ubuntu"), "filesharingAllowedDirectories"), Unclear);
}

#[test]
fn logs_that_are_kept_no_more_loosen() {
    let driver =
        |name: &str| settings(&format!("linuxVM.dockerDaemonOptions = {{ value = {{ log-driver = \"{name}\" }} }}"));
    assert_eq!(direction(&driver("journald"), &driver("none"), "linuxVM.dockerDaemonOptions"), Loosens);
}

/// At the edge of what is short enough to stand in a sentence, nothing is left out.
#[test]
fn a_changed_value_is_always_shown() {
    let long = |letter: &str| format!("http://{}.example:3128", letter.repeat(59 - 20));
    let proxy = |url: &str| settings(&format!("proxy = {{ mode = \"manual\", http = \"{url}\" }}"));
    let shows = |old: &Manifest, new: &Manifest, what: &str| {
        let diff = compare(old, new);
        for shown in [report::text(&diff), report::markdown(&diff)] {
            assert!(shown.replace(['\n', ' '], "").contains(what), "{what} is not in {shown}");
        }
    };
    shows(&proxy(&long("a")), &proxy(&long("b")), &long("b"));
    let name = |name: &str| manifest(&example::minimal("").replace("Contoso", name));
    shows(&name("N"), &name(&"`a".repeat(10)), &r"\u0060a".repeat(10));
}

/// Another exception decides the setting today, and ends first.
#[test]
fn a_known_exception_cannot_be_rewritten_under_another_one() {
    let exception = |id: &str, says: &str, until: &str| {
        format!(
            "[[exceptions]]\nid = \"{id}\"\nring = \"pilot\"\nsettings = {{ blockDockerLoad = {says} }}\nreason = \"r\"\napproved-by = \"a\"\nexpires = {until}\n"
        )
    };
    let policy = |a: &str, b: &str| {
        let a = exception("A", a, "2030-01-01");
        manifest(&example::minimal(&format!("[settings]\nblockDockerLoad = true\n[rings.pilot]\n{a}{b}")))
    };
    let b = exception("B", "true", "2029-12-31");
    let (mild, weak) = ("{ value = true, locked = false }", "false");
    for old in ["", b.as_str()] {
        let diff = compare(&policy(mild, old), &policy(weak, &b));
        let change = find(&diff, "exceptions.A");
        assert_eq!(change.direction, Loosens);
        assert!(diff.stopped().any(|stopped| stopped.key == "exceptions.A"), "{diff:#?}");
        assert!(
            change.lines.iter().any(|line| line.starts_with("+ blockDockerLoad: ") && line.contains("false")),
            "{change:#?}"
        );
    }
    assert_eq!(direction(&policy(weak, &b), &policy("true", &b), "exceptions.A"), Tightens);
    // A folder that does not say it cannot be compared.
    let text = example::minimal(&format!("[rings.pilot]\n{b}"));
    let mut json = built(&text);
    json["exceptions"][0].as_object_mut().expect("an object").remove("says");
    let error = Manifest::read(json.to_string().as_bytes()).expect_err("half an exception");
    assert!(error.contains("what each exception says"), "{error}");
}
