//! Everything the catalog knows about a setting.

use super::line;
use crate::catalog::{Alias, Safer, Setting, Shape, Type, catalog, from_toml};
use crate::format::json;

/// What the catalog knows about a setting.
pub fn setting(setting: &Setting) -> String {
    let mut out = format!("{}\n  {}\n\n", setting.key, setting.about);
    line(&mut out, "place", &place(setting));
    line(&mut out, "takes", &takes(setting));
    if let Some(default) = &setting.default {
        line(&mut out, "default", &json::compact(&from_toml(default)));
    }
    line(&mut out, "versions", &versions(setting));
    if let Some(safer) = safer(setting) {
        line(&mut out, "safer", &safer);
    }
    if let Some(hardened) = &setting.hardened {
        let value = hardened.value.as_ref().map(|value| json::compact(&from_toml(value)));
        let lock = hardened.locked.map(|locked| if locked { "locked" } else { "not locked" }.to_owned());
        let parts: Vec<String> = value.into_iter().chain(lock).chain(hardened.note.clone()).collect();
        line(&mut out, "hardened", &format!("{} ({})", parts.join(", "), hardened.from));
    }
    for need in setting.requires.iter().map(ToString::to_string).chain(setting.needs.iter().cloned()) {
        line(&mut out, "needs", &need);
    }
    if let Some(label) = &setting.home {
        line(&mut out, "Docker Home", label);
    }
    if let Some(name) = &setting.store {
        line(&mut out, "user's file", &format!("{name} in settings-store.json"));
    }
    for Alias { name, from, .. } in &setting.aliases {
        line(&mut out, "wrong name", &format!("{name} ({from})"));
    }
    for note in &setting.notes {
        line(&mut out, "note", note);
    }
    let members = catalog().members(&setting.key).join(", ");
    if !members.is_empty() {
        line(&mut out, "members", &members);
    }
    line(&mut out, "docs", &setting.docs);
    out
}

fn place(setting: &Setting) -> String {
    let platforms: Vec<&str> = setting.platforms.iter().map(|platform| platform.title()).collect();
    format!("{}, on {}", setting.file.as_deref().unwrap_or("admin-settings.json"), platforms.join(", "))
}

fn takes(setting: &Setting) -> String {
    let value = match setting.kind {
        Type::Boolean => "true or false".to_owned(),
        Type::Integer => setting
            .range
            .map_or("a whole number".to_owned(), |[least, most]| format!("a whole number from {least} to {most}")),
        Type::String => "text".to_owned(),
        Type::Enum => setting.values.join(", "),
        Type::Strings => "a list of texts".to_owned(),
        Type::Directories => "a list of { path, sharedByDefault }".to_owned(),
        Type::Json => "daemon options: a table in the policy, a JSON string in the file".to_owned(),
        Type::Object => "other settings".to_owned(),
        Type::Presence => "nothing: that the file exists is what counts".to_owned(),
    };
    match setting.shape {
        Shape::Setting => format!("{value}; enforced when bare, a default with `locked = false`"),
        Shape::List => format!("{value}; it has no lock"),
        _ => value,
    }
}

fn versions(setting: &Setting) -> String {
    let since = setting.since.map_or("first version not known".to_owned(), |since| format!("since {since}"));
    let sure = setting.confidence.as_ref().map_or(String::new(), |confidence| format!(" ({confidence} confidence)"));
    let deprecated = setting.deprecated.map_or(String::new(), |version| format!(", without effect since {version}"));
    let removed = setting.removed.map_or(String::new(), |version| format!(", removed in {version}"));
    format!("{since}{sure}{deprecated}{removed}")
}

fn safer(setting: &Setting) -> Option<String> {
    let value = match setting.safer.as_ref()? {
        Safer::Boolean(truth) => truth.to_string(),
        Safer::Order(words) => words.join(" before "),
        Safer::Rule(rule) => match rule.as_str() {
            "locked" => "locked".to_owned(),
            "subset" => "fewer entries".to_owned(),
            "superset" => "more entries".to_owned(),
            "empty" => "empty".to_owned(),
            _ => "depends".to_owned(),
        },
    };
    Some(setting.why.as_ref().map_or(value.clone(), |why| format!("{value}. {why}")))
}
