//! Holds the catalog against the documented facts, and every entry against common sense.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::collections::BTreeSet;

use stanchion::catalog::{Requirement, Safer, Setting, Shape, Type, catalog, from_toml};
use stanchion::value::Value;

const FACTS: &str = include_str!("catalog/documented-settings.txt");

fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::String => "string",
        Type::Enum => "enum",
        Type::Strings => "strings",
        Type::Directories => "directories",
        Type::Json => "json",
        Type::Object => "object",
        Type::Presence => "presence",
    }
}

/// One line of facts about a setting: key, type, default, platforms, first version.
fn facts_of(setting: &Setting) -> String {
    let default = setting
        .default
        .as_ref()
        .map_or("null".to_owned(), |value| serde_json::to_string(&from_toml(value)).expect("JSON"));
    let platforms: Vec<&str> = setting.platforms.iter().map(|platform| platform.name()).collect();
    let since = setting.since.map_or("-".to_owned(), |since| since.to_string().trim_end_matches(".0").to_owned());
    [&setting.key, type_name(setting.kind), &default, &platforms.join(","), &since].join("\t")
}

#[test]
fn every_documented_setting_is_there_with_its_facts_and_nothing_else_is() {
    let mut ours: Vec<String> = catalog().settings().iter().map(facts_of).collect();
    ours.sort();
    let mut theirs: Vec<&str> = FACTS.lines().collect();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}

fn fits(kind: Type, value: &Value) -> bool {
    match kind {
        Type::Boolean => value.as_bool().is_some(),
        Type::Integer => matches!(value, Value::Integer(_)),
        Type::String | Type::Enum | Type::Json => value.as_str().is_some(),
        Type::Strings => value.as_strings().is_some(),
        Type::Directories => matches!(value, Value::List(_)),
        Type::Object | Type::Presence => false,
    }
}

#[test]
fn defaults_and_hardened_values_have_the_type_of_their_setting() {
    for setting in catalog().settings() {
        let hardened = setting.hardened.as_ref().and_then(|hardened| hardened.value.as_ref());
        for value in setting.default.iter().chain(hardened).map(from_toml) {
            assert!(fits(setting.kind, &value), "{}: {value:?}", setting.key);
            if let Some(word) = value.as_str().filter(|_| setting.kind == Type::Enum) {
                assert!(setting.values.iter().any(|value| value == word), "{}: {word}", setting.key);
            }
            if let (Some(text), Some(format)) = (value.as_str(), setting.format) {
                assert_eq!(format.check(text), Ok(()), "{}", setting.key);
            }
            if let (Value::Integer(number), Some([least, most])) = (&value, setting.range) {
                assert!((least..=most).contains(number), "{}", setting.key);
            }
        }
    }
}

#[test]
fn what_is_safer_is_a_value_that_the_setting_can_have() {
    for setting in catalog().settings() {
        match &setting.safer {
            None => {}
            Some(Safer::Boolean(_)) => assert_eq!(setting.kind, Type::Boolean, "{}", setting.key),
            Some(Safer::Order(words)) => {
                let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) =
                    (words.iter().collect(), setting.values.iter().collect());
                assert_eq!(ours, theirs, "{}", setting.key);
            }
            Some(Safer::Rule(rule)) => {
                assert!(
                    ["locked", "subset", "superset", "empty", "depends"].contains(&rule.as_str()),
                    "{}: {rule}",
                    setting.key
                );
            }
        }
        assert!(setting.safer.is_none() || setting.why.is_some(), "{} is safer for no reason", setting.key);
    }
}

#[test]
fn keys_are_spelt_once_and_every_parent_is_known() {
    let mut seen = BTreeSet::new();
    for setting in catalog().settings() {
        assert!(seen.insert(setting.key.to_lowercase()), "{} is there twice", setting.key);
        assert!(!setting.key.contains([' ', '-', '_']) || setting.shape == Shape::Channel, "{}", setting.key);
        let first = setting.key.split('.').next().unwrap_or_default();
        if setting.is_admin_setting() && !first.contains("[]") {
            assert!(catalog().find(first).is_some(), "{} has no parent {first}", setting.key);
        }
        if setting.shape == Shape::Group {
            assert!(catalog().find(&format!("{}.locked", setting.key)).is_some(), "{} has no lock", setting.key);
        }
    }
}

#[test]
fn a_wrong_name_leads_to_one_setting_and_is_not_itself_one() {
    for setting in catalog().settings() {
        for alias in &setting.aliases {
            let claimants: BTreeSet<_> = catalog().aliased(&alias.name).map(|(setting, _)| &setting.key).collect();
            assert_eq!(claimants, BTreeSet::from([&setting.key]), "{}", alias.name);
            assert!(catalog().find(&alias.name).is_none(), "{} is a setting", alias.name);
            let sources = ["guide", "reference", "user-settings", "legacy", "draft", "wild", "likely"];
            assert!(sources.contains(&alias.from.as_str()), "{}: {}", alias.name, alias.from);
        }
    }
}

/// Whether a setting can have this word for a value.
fn can_be(setting: &Setting, value: &String) -> bool {
    match setting.kind {
        Type::Boolean => ["true", "false"].contains(&value.as_str()),
        Type::Enum => setting.values.contains(value),
        _ => false,
    }
}

#[test]
fn requirements_name_a_setting_and_a_value_it_can_have() {
    for setting in catalog().settings() {
        for requirement in &setting.requires {
            let Requirement { when, key, value } = requirement;
            let needed = catalog().find(key).unwrap_or_else(|| panic!("{}: there is no {key}", setting.key));
            assert!(when.as_ref().is_none_or(|when| can_be(setting, when)), "{}: {requirement}", setting.key);
            assert!(value.as_ref().is_none_or(|value| can_be(needed, value)), "{}: {requirement}", setting.key);
        }
    }
}

#[test]
fn every_entry_says_what_it_does_and_links_to_its_page() {
    for setting in catalog().settings() {
        assert!(setting.about.ends_with('.') && setting.about.len() <= 100, "{}: {}", setting.key, setting.about);
        assert!(setting.docs.starts_with("https://docs.docker.com/"), "{}", setting.key);
        assert!(setting.key.is_ascii() && setting.about.is_ascii(), "{}", setting.key);
        assert_eq!(setting.kind == Type::Enum, !setting.values.is_empty(), "{}", setting.key);
    }
}
