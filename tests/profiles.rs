//! Holds every configuration profile against what Apple publishes, and against what we promise beyond that.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod apple;
mod example;

use std::collections::BTreeMap;

use plist::{Dictionary, Value};
use stanchion::bundle::{Bundle, Selection, build};
use stanchion::target::TARGETS;

/// Everything that a policy can become, opt-in targets too.
fn bundle(policy: &example::Example) -> Bundle {
    let targets = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    build(&policy.plan(), &Selection { targets, ..Selection::default() })
}

/// Every profile of a policy, with its path.
fn profiles(policy: &example::Example) -> Vec<(String, Value)> {
    let profiles = bundle(policy).artifacts.into_iter().filter(|artifact| artifact.path.ends_with(".mobileconfig"));
    profiles
        .map(|artifact| {
            let place = format!("{} {}", policy.name(), artifact.path);
            assert!(artifact.bytes.starts_with(b"<?xml") && artifact.bytes.ends_with(b"</plist>\n"), "{place}");
            (place, Value::from_reader_xml(artifact.bytes.as_slice()).expect("a property list"))
        })
        .collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    let text = value.as_dictionary().and_then(|keys| keys.get(name)).and_then(Value::as_string);
    text.unwrap_or_else(|| panic!("{name} is a string"))
}

fn payloads(profile: &Value) -> &[Value] {
    profile.as_dictionary().and_then(|keys| keys.get("PayloadContent")).and_then(Value::as_array).expect("payloads")
}

#[test]
fn every_profile_follows_apples_rules() {
    for policy in example::all() {
        for (place, profile) in profiles(&policy) {
            assert_eq!(apple::faults(&profile), Vec::<String>::new(), "{place}");
        }
    }
}

/// Keys without which a payload, or one of its entries, is nothing.
const NEEDED: &[&str] = &[
    "PayloadContent",
    "PayloadIdentifier",
    "PayloadType",
    "PayloadUUID",
    "PayloadVersion",
    "Rules",
    "RuleType",
    "RuleValue",
    "NotificationSettings",
    "BundleIdentifier",
    "Services",
    "Identifier",
    "IdentifierType",
    "CodeRequirement",
    "Authorization",
    "Forced",
    "mcx_preference_settings",
];

/// Keys that take one of a few words.
const WORDS: &[&str] = &["PayloadType", "PayloadScope", "RuleType", "IdentifierType", "Authorization"];

/// The same with one thing wrong, for each thing that can be.
fn spoilt(value: &Value, key: &str) -> Vec<(String, Value)> {
    let mut all = vec![match value {
        Value::String(_) => (format!("{key} a number"), 1.into()),
        _ => (format!("{key} a text"), "text".into()),
    }];
    match value {
        Value::Dictionary(keys) => {
            let mut change = |what: String, change: &dyn Fn(&mut Dictionary)| {
                let mut changed = keys.clone();
                change(&mut changed);
                all.push((what, Value::Dictionary(changed)));
            };
            change(format!("a stranger in {key}"), &|keys| _ = keys.insert("PayloadEnabled".into(), true.into()));
            for (name, inner) in keys {
                if NEEDED.contains(&name.as_str()) {
                    change(format!("no {name} in {key}"), &|keys| _ = keys.remove(name));
                }
                for (what, spoilt) in spoilt(inner, name) {
                    change(what, &|keys| _ = keys.insert(name.clone(), spoilt.clone()));
                }
            }
        }
        Value::Array(items) => {
            all.push((format!("{key} empty"), Value::Array(vec![])));
            for (at, item) in items.iter().enumerate() {
                for (what, spoilt) in spoilt(item, key) {
                    let mut items = items.clone();
                    items[at] = spoilt;
                    all.push((what, Value::Array(items)));
                }
            }
        }
        Value::Integer(_) => all.extend([-1, 9].map(|number| (format!("{key} {number}"), number.into()))),
        Value::String(text) => {
            all.push((format!("{key} empty"), "".into()));
            if WORDS.contains(&key) {
                all.push((format!("{key} another word"), "Other".into()));
            }
            if key == "PayloadUUID" {
                all.push((format!("{key} in small letters"), text.to_lowercase().into()));
                all.push((format!("{key} too short"), text[1..].into()));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn whatever_is_changed_against_apples_rules_is_noticed() {
    let mut seen = BTreeMap::new();
    for policy in example::all() {
        for (place, profile) in profiles(&policy) {
            for (what, spoilt) in spoilt(&profile, "the profile") {
                assert!(!apple::faults(&spoilt).is_empty(), "{place}: {what} is not noticed");
                seen.insert(what, place.clone());
            }
        }
    }
    for what in [
        "no CodeRequirement in SystemPolicyAllFiles",
        "no RuleType in Rules",
        "TargetDeviceType 9",
        "a stranger in Forced",
    ] {
        assert!(seen.contains_key(what), "{what} was never tried: {:?}", seen.keys());
    }
}

#[test]
fn every_profile_says_what_an_mdm_and_a_person_need() {
    for policy in example::all() {
        let plan = policy.plan();
        for (place, profile) in profiles(&policy) {
            let ring = place.split([' ', '/']).nth(1).expect("a ring");
            let machine = plan.machines.iter().find(|machine| {
                machine.state.ring == ring && machine.state.platform == stanchion::platform::Platform::Macos
            });
            let digest = machine.expect("the ring").digest.short();
            let keys = profile.as_dictionary().expect("a dictionary");
            assert_eq!(text(&profile, "PayloadScope"), "System", "{place}");
            assert_eq!(keys["TargetDeviceType"].as_signed_integer(), Some(5), "{place}");
            assert!(
                text(&profile, "PayloadDescription").ends_with(&format!("ring={ring} policy={digest}.")),
                "{place}"
            );
            assert!(text(&profile, "PayloadIdentifier").starts_with(&format!("{}.", plan.organization_id)), "{place}");
            let prefix = format!("{}.", text(&profile, "PayloadIdentifier"));
            for part in payloads(&profile).iter().chain([&profile]) {
                assert_eq!(text(part, "PayloadOrganization"), plan.organization, "{place}");
                assert!(!text(part, "PayloadDisplayName").is_empty(), "{place}");
            }
            assert!(payloads(&profile).iter().all(|payload| text(payload, "PayloadIdentifier").starts_with(&prefix)));
            assert_eq!(payloads(&profile).len(), 1, "{place}: what only an MDM may install stands alone");
        }
    }
}

/// Identities that two payloads or profiles share, whatever the case of their letters.
fn shared(profiles: &[(String, Value)]) -> Vec<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut shared = Vec::new();
    for (place, profile) in profiles {
        for part in payloads(profile).iter().chain([profile]) {
            for name in ["PayloadIdentifier", "PayloadUUID"] {
                let identity = text(part, name).to_lowercase();
                if let Some(other) = seen.insert(identity, place) {
                    shared.push(format!("{place} and {other} share {}", text(part, name)));
                }
            }
        }
    }
    shared
}

#[test]
fn no_two_payloads_anywhere_share_an_identity() {
    let mut by_organization: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for policy in example::all() {
        let profiles = profiles(&policy);
        assert_eq!(shared(&profiles), Vec::<String>::new());
        // One policy for each organization: two for the same would be two states of the same profiles.
        by_organization.entry(policy.plan().organization_id).or_insert(profiles);
    }
    let mut all: Vec<_> = by_organization.into_values().flatten().collect();
    assert_eq!(shared(&all), Vec::<String>::new());
    let mut copy = all[0].clone();
    let Value::Dictionary(keys) = &mut copy.1 else { panic!("a dictionary") };
    for name in ["PayloadIdentifier", "PayloadUUID"] {
        let upper = keys[name].as_string().expect("a text").to_uppercase();
        keys.insert(name.into(), upper.into());
    }
    all.push(copy);
    assert_eq!(shared(&all).len(), 4, "a copy shares both of its own and both of its payload");
}

#[test]
fn identity_does_not_depend_on_content() {
    let identities = |name: &str| -> Vec<String> {
        let policy = example::all().into_iter().find(|policy| policy.name() == name).expect(name);
        profiles(&policy).iter().map(|(_, profile)| text(profile, "PayloadUUID").to_owned()).collect()
    };
    assert_eq!(identities("baseline"), identities("developer"));
}

/// The preferences in each of the three encodings, whose texts are those of the policy's plan.
#[test]
fn every_form_of_profile_carries_the_same_preferences() {
    let mut forms = 0;
    for policy in example::all() {
        let plan = policy.plan();
        for machine in plan.machines.iter().filter(|machine| !machine.state.preferences.is_empty()) {
            let wanted: Dictionary = machine
                .state
                .preferences
                .iter()
                .map(|preference| (preference.key.to_owned(), Value::String(preference.value.clone())))
                .collect();
            let artifacts = bundle(&policy).artifacts;
            let list = |name: &str| {
                let path = format!("{}/macos/{name}", machine.state.ring);
                let artifact = artifacts.iter().find(|artifact| artifact.path == path).expect("the artifact");
                Value::from_reader_xml(artifact.bytes.as_slice()).expect("a property list")
            };
            let direct = list("mdm/docker-desktop.mobileconfig");
            let mut direct = payloads(&direct)[0].as_dictionary().expect("a dictionary").clone();
            direct.retain(|name, _| !name.starts_with("Payload"));
            let jamf = list("jamf/docker-desktop.mobileconfig");
            let content = &payloads(&jamf)[0].as_dictionary().expect("a dictionary")["PayloadContent"];
            let domain = &content.as_dictionary().expect("a dictionary")["com.docker.config"];
            let forced = domain.as_dictionary().expect("a dictionary")["Forced"].as_array().expect("a list");
            let [managed] = forced.as_slice() else { panic!("one entry") };
            assert_eq!(direct, wanted, "{}", policy.name());
            assert_eq!(
                managed.as_dictionary().expect("a dictionary")["mcx_preference_settings"].as_dictionary(),
                Some(&wanted)
            );
            assert_eq!(list("jamf/com.docker.config.plist").as_dictionary(), Some(&wanted));
            forms += 3;
        }
    }
    assert!(forms >= 15, "the examples have profiles");
}

/// Jamf Pro keeps white space between elements as elements of its own.
#[test]
fn a_profile_for_jamf_has_no_white_space_between_elements() {
    for policy in example::all() {
        for artifact in bundle(&policy).artifacts {
            if artifact.path.contains("/jamf/") && artifact.path.ends_with(".mobileconfig") {
                let text = String::from_utf8(artifact.bytes).expect("UTF-8");
                assert_eq!(text.lines().count(), 1, "{}", artifact.path);
                for end in ["</array>", "</dict>", "<array>", "<dict>", "</key>", "</string>", "</integer>"] {
                    assert!(!text.contains(&format!("{end} ")), "{}: {end}", artifact.path);
                }
            }
        }
    }
}

/// Whichever target is built alone: a file that an artifact names beside its own folder is there.
#[test]
fn no_target_names_a_file_that_it_is_built_without() {
    let policy = example::all().into_iter().find(|policy| policy.name() == "hardened").expect("hardened");
    let plan = policy.plan();
    let mut named = 0;
    for target in TARGETS {
        let selection = Selection { targets: vec![target.name.to_owned()], ..Selection::default() };
        let artifacts = build(&plan, &selection).artifacts;
        for artifact in artifacts.iter().filter(|artifact| artifact.path.contains('/')) {
            let folder: Vec<&str> = artifact.path.split('/').take(2).collect();
            let text = String::from_utf8_lossy(&artifact.bytes);
            for name in text.split("../").skip(1) {
                let name: &str = name
                    .split(|letter: char| !(letter.is_ascii_alphanumeric() || "-_./".contains(letter)))
                    .next()
                    .expect("a part");
                let path = format!("{}/{name}", folder.join("/"));
                named += 1;
                assert!(
                    artifacts.iter().any(|artifact| artifact.path == path),
                    "{} alone: {} names {path}",
                    target.name,
                    artifact.path
                );
            }
        }
    }
    assert!(named > 5, "the artifacts name others");
}

/// Fleet takes whatever follows a `$` for a variable of the machine that runs `fleetctl`, even in a comment.
#[test]
fn a_file_for_fleet_has_no_dollar() {
    for policy in example::all() {
        for artifact in bundle(&policy).artifacts {
            if artifact.path.contains("/macos/fleet/") {
                assert!(!artifact.bytes.contains(&b'$'), "{} {}", policy.name(), artifact.path);
            }
        }
    }
}
