//! A key that one of our own tables does not have: what was probably meant, and where it belongs.
//!
//! Names among the settings are not ours; they are in [`setting`](super::setting).

use super::converted::{converted, group};
use super::elsewhere::sign_in;
use super::guess::Meaning;
use super::place::{Place, Root};
use super::rename::{Wrong, stays};
use crate::catalog::{Foreign, catalog};
use crate::finding::{Code, Finding, UNKNOWN_KEY, all_of, nearest};
use crate::platform::Platform;
use crate::policy::grammar::{self, Key, Kind, Table};
use crate::policy::layout::Form;
use crate::policy::reader::{Entries, Node, Reader};
use crate::source::Span;

/// What people and other tools call keys of the policy, without regard to case and hyphens.
const CALLED: &[(&str, &[&str])] = &[
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

impl Reader<'_> {
    /// Reports a key that the table does not have, and says what was probably meant.
    pub(super) fn unknown_key(
        &mut self,
        table: &Entries<'_>,
        (name, at, node): (&str, Span, &Node<'_>),
    ) -> Option<Meant> {
        let grammar = table.grammar;
        let meant = meant(self, grammar, name, node);
        if !self.only_counted(&UNKNOWN_KEY) {
            let message = format!("{} has no key `{name}`", grammar.name);
            let finding = Finding::new(&UNKNOWN_KEY, at, message).label("unknown");
            self.tell(match &meant {
                Some(Meant::Here(near)) => self.here(table, near, finding, node),
                Some(Meant::Below(inner)) => finding.help(self.below(table, inner, name, None, node)),
                Some(Meant::Setting(path, value)) => self.to_setting(table, finding, (path, value.as_deref()), node),
                Some(Meant::Foreign(foreign)) => finding.help(format!("remove it: `{name}` {}", foreign.nature())),
                Some(Meant::Elsewhere(home)) if is_narrow(grammar) => finding.help(home.is_for_all()),
                Some(Meant::Elsewhere(home)) => self.move_home(finding, home, at, node),
                Some(Meant::Reason) => {
                    finding.help(format!("move it to `[check.allow]` as `{name} = {}`", self.written_as(node)))
                }
                None => {
                    let keys = all_of(grammar.keys.iter().map(|key| key.name));
                    finding.help(format!("remove it; {} has {keys}", grammar.name))
                }
            });
        }
        meant
    }

    /// The finding with what to do with an entry that this key of the same table was meant by.
    fn here(&self, table: &Entries<'_>, near: &str, finding: Finding, node: &Node<'_>) -> Finding {
        // An entry of a list below a header of its own can always follow another.
        let is_entry = |node: &Node<'_>| node.get_ref().is_array() && self.written_as(node).starts_with("[[");
        let there = table.get(near).filter(|(_, there)| !(is_entry(there) && is_entry(node)));
        match there.filter(|_| self.form(node) == Form::Value) {
            Some((key, there)) if self.form(there) == Form::Value => {
                let stays = stays(near, self.written_as(there), self.written_as(node), "");
                finding.related(key, "there already").help(format!("remove this line: {stays}"))
            }
            Some(_) => finding.help(format!("remove this line: `{near}` is there already")),
            None => finding.help(format!("did you mean `{near}`?")),
        }
    }

    /// Loses what cannot be read where it was meant to stand.
    pub(super) fn lose_meant(&mut self, meant: Option<&Meant>, name: &str, node: &Node<'_>) {
        match meant {
            Some(Meant::Below(inner)) => self.lost.add(&format!("{inner}.{name}")),
            Some(Meant::Setting(path, _)) => self.means(path),
            Some(Meant::Elsewhere(home)) => self.lose_home(home),
            None if node.get_ref().is_table() => self.lost.add(""),
            Some(Meant::Here(_) | Meant::Foreign(_) | Meant::Reason) | None => {}
        }
    }

    /// Loses what a key says that stands in the wrong table.
    pub(super) fn lose_home(&mut self, home: &Home) {
        match home.key.name {
            "extends" | "platforms" | "rings" | "exceptions" => self.lost.add(""),
            name if home.path.is_empty() => self.lost.add(name),
            name => self.lost.add(&format!("{}.{name}", home.path)),
        }
    }

    /// The finding with what to do with an entry that is a setting by another name, where settings do not stand.
    fn to_setting(
        &self,
        table: &Entries<'_>,
        finding: Finding,
        (path, value): (&str, Option<&str>),
        node: &Node<'_>,
    ) -> Finding {
        let said =
            if table.grammar.keys.iter().any(|key| key.name == "settings") { table.get("settings") } else { None };
        let header = said.and_then(|(key, its)| self.header(key, its));
        let is_line = value.is_some() || self.form(node) == Form::Value;
        if let (Some((_, its)), true, true) = (said, header.is_some(), is_line)
            && let Some(settings) = its.get_ref().as_table()
        {
            let root = Root::new(settings, header, false, Vec::new());
            let wrong = Wrong { path, key: finding.primary.span, node, depth: 0 };
            return Place { root: &root, table: settings, path: "" }.bring(self, finding, wrong, path, value);
        }
        finding.help(self.below(table, "settings", path, value, node))
    }

    /// What to do with an entry of the table `inner` that stands beside it, or where no such table can stand. `value` is
    /// what to write for it; `None` where its own does.
    fn below(&self, table: &Entries<'_>, inner: &str, name: &str, value: Option<&str>, node: &Node<'_>) -> String {
        let can_stand_beside = table.grammar.keys.iter().any(|key| key.name == inner);
        let said = if can_stand_beside { table.get(inner) } else { None };
        if said.and_then(|(_, its)| its.get_ref().as_table()).is_some_and(|its| its.contains_key(name)) {
            return format!("remove this line: `{inner}` has `{name}` already");
        }
        let own = value.or((self.form(node) == Form::Value).then(|| self.written_as(node)));
        let header = match said {
            Some((key, its)) => self.header(key, its),
            None => self.header_below(table.span, inner),
        };
        let is_in_braces = said.is_some_and(|(_, its)| self.form(its) == Form::Value);
        let is_line = said.is_some() && self.form(node) == Form::Dotted;
        match (own, header) {
            (Some(own), Some(header)) => format!("move it to `{header}` as `{name} = {own}`"),
            (Some(own), None) if is_in_braces => format!("move it into the braces of `{inner}` as `{name} = {own}`"),
            (None, _) if is_in_braces => format!("put it into the braces of `{inner}`"),
            (None, Some(header)) if is_line || !can_stand_beside => format!("put it below `{header}`"),
            (Some(own), None) if value.is_some() => format!("write `{inner}.{name} = {own}`"),
            _ if can_stand_beside => format!("write `{inner}.{name}`"),
            _ => format!("put it below `[{inner}]`"),
        }
    }

    /// The header of `inner` for the machines that the table at `key` is about; `None` where that has no header itself.
    fn header_below(&self, key: Span, inner: &str) -> Option<String> {
        if key.end == 0 {
            return Some(format!("[{inner}]"));
        }
        let opened = self.opened(key)?;
        let tables = [".proxy", ".container-network", ".registry-access", ".platforms"];
        let scope = tables.into_iter().fold(opened, |scope, table| scope.strip_suffix(table).unwrap_or(scope));
        let is_narrow = ["[rings.", "[platforms.", "[exceptions."].iter().any(|start| scope.starts_with(start));
        Some(if is_narrow { format!("{scope}.{inner}]") } else { format!("[{inner}]") })
    }

    /// The finding with what to do with a key that belongs into another table.
    pub(super) fn move_home(&self, finding: Finding, home: &Home, key: Span, node: &Node<'_>) -> Finding {
        if home.key.name == "organizations" && !node.get_ref().is_table() {
            return sign_in(self, finding, key, node);
        }
        let Home { path, key: its } = home;
        let place = if path.is_empty() { "above the first header".to_owned() } else { format!("under `[{path}]`") };
        let whole = if path.is_empty() { its.name.to_owned() } else { format!("{path}.{}", its.name) };
        if let (Some(there), Form::Value) = (self.says(&whole), self.form(node)) {
            let stays = stays(its.name, self.written_as(there), self.written_as(node), &place);
            return finding.related(self.span(there), "there already").help(format!("remove this line: {stays}"));
        }
        finding.help(match self.form(node) {
            _ if path == "platforms" && self.says(&whole).is_none() => format!("write `{whole}`"),
            Form::Value if path.is_empty() => {
                format!("move it above the first header, as `{} = {}`", its.name, self.written_as(node))
            }
            Form::Value => format!("move it to `[{path}]` as `{} = {}`", its.name, self.written_as(node)),
            _ if path.is_empty() => format!("put what is in it below `[{}]`", its.name),
            _ => format!("put what is in it below `[{path}.{}]`", its.name),
        })
    }
}

impl Home {
    /// What to do with a key in a table of some machines that can only be said for all of them.
    fn is_for_all(&self) -> String {
        let Self { path, key } = self;
        let place = if path.is_empty() { "above the first header".to_owned() } else { format!("under `[{path}]`") };
        format!("remove it: `{}` is said once for all machines, {place}", key.name)
    }
}

/// Whether a table is about some of the machines.
fn is_narrow(grammar: &Table) -> bool {
    [&grammar::RING, &grammar::PLATFORM, &grammar::EXCEPTION].iter().any(|narrow| narrow.name == grammar.name)
}

fn meant(reader: &Reader<'_>, grammar: &'static Table, name: &str, node: &Node<'_>) -> Option<Meant> {
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
        (is_reason && node.get_ref().is_str()).then_some(Meant::Reason)
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

/// What a platform's name means where the policy has none: a table of `[platforms]`, unless it holds keys of a target.
fn platform(grammar: &Table, name: &str, node: &Node<'_>) -> Option<Meant> {
    let platform = Platform::known_as(name).filter(|_| grammar.name == grammar::POLICY.name)?;
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
        let takes_a_table = matches!(
            key.kind,
            Kind::Table(_) | Kind::Named(_) | Kind::Settings | Kind::Undocumented | Kind::Reasons | Kind::TableOrNot(_)
        );
        if is_called(key.name, name) && takes_a_table == is_table {
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
