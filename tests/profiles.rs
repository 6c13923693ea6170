//! Holds every configuration profile against what Apple publishes about profiles and payloads.
//!
//! Keys and types are those of `TopLevel`, `CommonPayloadKeys` and the payloads' own pages in Apple's device management
//! documentation; `com.docker.config` is documented by Docker.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

use std::collections::BTreeMap;

use plist::{Dictionary, Value};
use stanchion::bundle::{Selection, build};
use stanchion::target::TARGETS;

type Kinds = &'static [(&'static str, &'static str, bool)];

const COMMON: Kinds = &[
    ("PayloadDisplayName", "string", true),
    ("PayloadIdentifier", "string", true),
    ("PayloadOrganization", "string", true),
    ("PayloadType", "string", true),
    ("PayloadUUID", "string", true),
    ("PayloadVersion", "integer", true),
];

const TOP: Kinds = &[
    ("PayloadContent", "array", true),
    ("PayloadDescription", "string", true),
    ("PayloadScope", "string", true),
    ("TargetDeviceType", "integer", true),
];

fn own_keys(payload: &str) -> Kinds {
    match payload {
        "com.docker.config" => &[
            ("allowedOrgs", "string", false),
            ("overrideProxyHTTP", "string", false),
            ("overrideProxyHTTPS", "string", false),
            ("overrideProxyExclude", "string", false),
            ("overrideProxyPAC", "string", false),
            ("overrideProxyEmbeddedPAC", "string", false),
        ],
        "com.apple.ManagedClient.preferences" => &[("PayloadContent", "dict", true)],
        "com.apple.servicemanagement" => &[("Rules", "array", true)],
        "com.apple.notificationsettings" => &[("NotificationSettings", "array", true)],
        "com.apple.TCC.configuration-profile-policy" => &[("Services", "dict", true)],
        other => panic!("an unexpected payload, {other}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Integer(_) => "integer",
        Value::Boolean(_) => "boolean",
        Value::Array(_) => "array",
        Value::Dictionary(_) => "dict",
        _ => "something else",
    }
}

fn has_keys(keys: &Dictionary, allowed: &[Kinds], place: &str) {
    let allowed: Vec<_> = allowed.iter().flat_map(|kinds| kinds.iter()).collect();
    for (name, value) in keys {
        let known =
            allowed.iter().find(|(key, ..)| key == name).unwrap_or_else(|| panic!("{place}: {name} is not a key"));
        assert_eq!(kind(value), known.1, "{place}: {name}");
    }
    for (name, _, required) in allowed {
        assert!(!required || keys.contains_key(name), "{place} has no {name}");
    }
}

fn text<'a>(keys: &'a Dictionary, name: &str) -> &'a str {
    keys.get(name).and_then(Value::as_string).unwrap_or_else(|| panic!("{name} is a string"))
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && parts[2].starts_with('5')
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// Every profile of a policy, with its path.
fn profiles(policy: &example::Example) -> Vec<(String, Dictionary)> {
    let targets = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let bundle = build(&policy.plan(), &Selection { targets, ..Selection::default() });
    let profiles = bundle.artifacts.into_iter().filter(|artifact| artifact.path.ends_with(".mobileconfig"));
    profiles
        .map(|artifact| {
            assert!(
                artifact.bytes.starts_with(b"<?xml") && artifact.bytes.ends_with(b"</plist>\n"),
                "{}",
                artifact.path
            );
            let value = Value::from_reader_xml(artifact.bytes.as_slice()).expect("a property list");
            (artifact.path, value.into_dictionary().expect("a dictionary"))
        })
        .collect()
}

fn payloads(profile: &Dictionary) -> Vec<&Dictionary> {
    let content = profile.get("PayloadContent").and_then(Value::as_array).expect("payloads");
    content.iter().map(|payload| payload.as_dictionary().expect("a dictionary")).collect()
}

#[test]
fn every_profile_follows_apples_rules() {
    for policy in example::all() {
        for (path, profile) in profiles(&policy) {
            let place = format!("{} {path}", policy.name());
            has_keys(&profile, &[COMMON, TOP], &place);
            assert_eq!(text(&profile, "PayloadType"), "Configuration", "{place}");
            assert_eq!(text(&profile, "PayloadScope"), "System", "{place}");
            assert_eq!(profile.get("TargetDeviceType").and_then(Value::as_signed_integer), Some(5), "{place}");
            let all = payloads(&profile);
            assert!(!all.is_empty(), "{place} carries nothing");
            for payload in all {
                has_keys(payload, &[COMMON, own_keys(text(payload, "PayloadType"))], &place);
                assert!(text(payload, "PayloadIdentifier").starts_with(text(&profile, "PayloadIdentifier")), "{place}");
                for keys in [payload, &profile] {
                    assert!(is_uuid(text(keys, "PayloadUUID")), "{place}: {}", text(keys, "PayloadUUID"));
                    assert_eq!(keys.get("PayloadVersion").and_then(Value::as_signed_integer), Some(1), "{place}");
                }
            }
        }
    }
}

#[test]
fn no_two_payloads_anywhere_share_an_identity() {
    let mut seen = BTreeMap::new();
    for policy in example::all() {
        for (path, profile) in profiles(&policy) {
            for keys in payloads(&profile).into_iter().chain([&profile]) {
                for name in ["PayloadIdentifier", "PayloadUUID"] {
                    let place = format!("{} {path}", policy.name());
                    // The presets are built for one organization, as an admin would who changes the preset.
                    let identity = (text(&profile, "PayloadOrganization").to_owned(), text(keys, name).to_lowercase());
                    if let Some(other) = seen.insert((policy.name(), identity), place.clone()) {
                        panic!("{place} and {other} share {}", text(keys, name));
                    }
                }
            }
        }
    }
}

#[test]
fn identity_does_not_depend_on_content() {
    let identities = |name: &str| -> Vec<String> {
        let policy = example::all().into_iter().find(|policy| policy.name() == name).expect(name);
        profiles(&policy).iter().map(|(_, profile)| text(profile, "PayloadUUID").to_owned()).collect()
    };
    assert_eq!(identities("baseline"), identities("developer"));
}

#[test]
fn every_form_of_profile_carries_the_same_preferences() {
    for policy in example::all() {
        let profiles: BTreeMap<String, Dictionary> = profiles(&policy).into_iter().collect();
        for (path, profile) in profiles.iter().filter(|(path, _)| path.ends_with("jamf/docker-desktop.mobileconfig")) {
            let direct = &profiles[&path.replace("/jamf/", "/mdm/")];
            let mut direct = payloads(direct)[0].clone();
            for (name, ..) in COMMON {
                direct.remove(name);
            }
            let managed =
                payloads(profile)[0].get("PayloadContent").expect("content").as_dictionary().expect("a dictionary");
            let forced = managed["com.docker.config"].as_dictionary().expect("a dictionary")["Forced"]
                .as_array()
                .expect("a list");
            let settings = &forced[0].as_dictionary().expect("a dictionary")["mcx_preference_settings"];
            assert_eq!(settings.as_dictionary(), Some(&direct), "{} {path}", policy.name());
        }
    }
}

/// Vendor pages disagree on which of two proxies wins, so there is no finding about it: no policy becomes both.
#[test]
fn a_proxy_is_in_the_profile_or_in_the_file_and_never_in_both() {
    let (mut by_profile, mut by_file) = (0, 0);
    for policy in example::all() {
        for machine in policy.plan().machines {
            let in_profile =
                machine.state.preferences.iter().any(|preference| preference.key.starts_with("overrideProxy"));
            let in_file = machine.state.files.iter().any(|file| {
                file.name() == "admin-settings.json" && String::from_utf8_lossy(&file.bytes).contains("\"proxy\": {")
            });
            assert!(!(in_profile && in_file), "{}: {} {}", policy.name(), machine.state.ring, machine.state.platform);
            by_profile += usize::from(in_profile);
            by_file += usize::from(in_file);
        }
    }
    assert!(by_profile > 0 && by_file > 0, "the examples show both ways");
}
