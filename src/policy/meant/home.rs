//! What a key that is none of a table probably means, and where in a policy it belongs.

use super::converted::{converted, group};
use super::guess::Meaning;
use crate::catalog::{Foreign, catalog};
use crate::finding::{Code, nearest};
use crate::platform::Platform;
use crate::policy::grammar::{self, Key, Kind, Table};
use crate::policy::reader::{Node, Reader};

/// What people and other tools call keys of the policy, without regard to case and hyphens.
const CALLED: &[(&str, &[&str])] = &[
    ("allow", &["allowed", "ignore", "ignored", "disable", "disabled", "suppress", "suppressed", "skip", "exclude"]),
    ("approved-by", &["approver", "approval"]),
    ("expires", &["expiry-date", "expiration", "expiration-date", "until", "valid-until"]),
    ("id", &["ticket"]),
    ("newest-version", &["max-version", "maximum-version", "latest-version"]),
    ("oldest-version", &["min-version", "minimum-version"]),
    ("organizations", &["allowed-orgs", "allowed-organizations", "orgs", "org"]),
    ("reason", &["why", "justification"]),
    ("subscription", &["plan", "tier", "license"]),
];

/// What a key that a table does not have probably means.
pub(super) enum Meant {
    /// A key of this table.
    Here(&'static str),
    /// An entry of a table below this key, such as a setting.
    Below(&'static str),
    /// The setting at this path, by another name, and what to write as its value where its own is none for it.
    Setting(String, Option<String>),
    /// Something that is known, and no setting.
    Foreign(&'static Foreign),
    /// A key of another table.
    Elsewhere(Home),
    /// A finding that is intended.
    Reason,
}

/// Where in a policy a key belongs.
pub(super) struct Home {
    /// The names that lead to its table, joined by dots; empty for the policy itself.
    pub(super) path: String,
    pub(super) key: &'static Key,
}

/// What a key that the table does not have probably means.
pub(super) fn meant(reader: &Reader<'_>, grammar: &'static Table, name: &str, node: &Node<'_>) -> Option<Meant> {
    let names = || grammar.keys.iter().map(|key: &Key| key.name);
    let here = names().find(|key| is_called(key, name)).map(Meant::Here);
    let settings = || names().find(|key| *key == "settings" && holds_settings(node)).map(Meant::Here);
    let setting = || {
        let setting = catalog().find(name).filter(|setting| setting.is_admin_setting());
        setting.map(|_| Meant::Below("settings"))
    };
    let below = || {
        let home = unique(grammar, name, node)?;
        names().find(|key| *key == home.path).map(Meant::Below)
    };
    let reason = || {
        let is_reason = grammar.name == grammar::CHECK.name && Code::from_name(name).is_some();
        is_reason.then_some(Meant::Reason)
    };
    here.or_else(|| platform(grammar, name, node))
        .or_else(setting)
        .or_else(below)
        .or_else(|| nearest(name, names()).map(Meant::Here))
        .or_else(|| home(name, node).map(Meant::Elsewhere))
        .or_else(reason)
        .or_else(settings)
        .or_else(|| called(reader, name, node))
}

/// What a name means that is known among the settings and is none.
fn called(reader: &Reader<'_>, name: &str, node: &Node<'_>) -> Option<Meant> {
    if Platform::known_as(name).is_some() {
        return None;
    }
    match Meaning::known("", name, node.get_ref().is_table())? {
        Meaning::Called(setting, alias) if !setting.key.contains("[]") => Some(match group(setting, alias, node) {
            Some(group) => Meant::Setting(group.to_owned(), None),
            None => Meant::Setting(setting.key.clone(), converted(reader, setting, alias, node)),
        }),
        Meaning::Spelt(setting) if setting.takes_a_value() => Some(Meant::Setting(setting.key.clone(), None)),
        Meaning::Inside(path) => Some(Meant::Setting(path.to_owned(), None)),
        Meaning::Foreign(foreign) => Some(Meant::Foreign(foreign)),
        _ => None,
    }
}

/// What a platform's name means where the policy or a ring has none: a table of `[platforms]`, unless it holds keys of a target.
fn platform(grammar: &Table, name: &str, node: &Node<'_>) -> Option<Meant> {
    let has_platforms = grammar.name == grammar::POLICY.name || grammar.name == grammar::RING.name;
    let platform = Platform::known_as(name).filter(|_| has_platforms)?;
    let table = node.get_ref().as_table()?;
    let is_target = grammar::TARGETS_MACOS.keys.iter().any(|key| table.contains_key(key.name));
    let key = grammar::PLATFORMS.keys.iter().find(|key| key.name == platform.name()).filter(|_| !is_target)?;
    Some(Meant::Elsewhere(Home { path: "platforms".to_owned(), key }))
}

/// Whether each name in a table is that of a setting.
fn holds_settings(node: &Node<'_>) -> bool {
    let table = node.get_ref().as_table().filter(|table| !table.is_empty());
    table.is_some_and(|table| table.keys().all(|key| Meaning::is_setting(key.get_ref())))
}

/// Whether people call a key so.
fn is_called(key: &str, name: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "");
    let others = CALLED.iter().find(|(its, _)| *its == key).map_or(&[][..], |(_, others)| others);
    others.iter().chain([&key]).any(|its| plain(its) == plain(name))
        || Platform::known_as(name).is_some_and(|platform| platform.name() == key)
}

/// The one table of a policy in which a key of this name belongs.
pub(super) fn home(name: &str, node: &Node<'_>) -> Option<Home> {
    unique(&grammar::POLICY, name, node)
}

/// The one place in a table and those below it for a key of this name.
fn unique(table: &'static Table, name: &str, node: &Node<'_>) -> Option<Home> {
    let mut homes = Vec::new();
    collect(table, "", name, node.get_ref().is_table(), &mut homes);
    homes.pop().filter(|_| homes.is_empty())
}

fn collect(table: &'static Table, path: &str, name: &str, is_table: bool, homes: &mut Vec<Home>) {
    for key in table.keys {
        if is_called(key.name, name) && takes_a_table(&key.kind) == is_table {
            homes.push(Home { path: path.to_owned(), key });
        }
        // What differs by platform is no place of its own.
        if let Kind::Table(inner) | Kind::TableOrNot(inner) = key.kind
            && inner.name != grammar::PLATFORMS.name
        {
            let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            collect(inner, &path, name, is_table, homes);
        }
    }
}

/// Whether a key holds a table, rather than a value.
pub(super) fn takes_a_table(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Table(_) | Kind::Named(_) | Kind::Settings | Kind::Undocumented | Kind::Reasons | Kind::TableOrNot(_)
    )
}
