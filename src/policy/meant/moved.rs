//! Brings what stands under a key that a table does not have to where it was meant to stand, so that it is read there.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::guess::Meaning;
use super::home::Meant;
use super::settled::opened;
use crate::catalog::{Setting, catalog};
use crate::finding::{Finding, UNKNOWN_KEY};
use crate::policy::graft::{open, put};
use crate::policy::grammar::{self, Key, Kind, Table};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

/// Nothing opens one of these unseen: it has keys that the policy must have.
const NOT_OPENED: [&str; 3] = ["organization", "fleet", "sign-in"];

/// What belongs at another place of the policy.
struct Stray<'t> {
    /// The names that lead to its table, joined by dots; empty for the policy itself.
    path: String,
    name: Cow<'t, str>,
    at: Range<usize>,
    node: Node<'t>,
}

/// What has been found so far that belongs elsewhere.
#[derive(Default)]
struct Strays<'t> {
    found: Vec<Stray<'t>>,
    /// The ring in which it is looked for.
    ring: Option<String>,
}

impl Strays<'_> {
    /// The names that lead to the table in which what stands in one of this grammar belongs; `None` where nobody knows
    /// for which machines it was said.
    fn path(&self, grammar: &Table, path: &str, name: &str) -> Option<String> {
        let first = path.split('.').next().filter(|first| !first.is_empty()).unwrap_or(name);
        match &self.ring {
            _ if is_for_all(grammar) => Some(path.to_owned()),
            _ if grammar.name != grammar::PLATFORMS.name => None,
            None => Some(path.to_owned()),
            Some(ring) if grammar::RING.has(first) => {
                Some(["rings", ring, path].join(".").trim_end_matches('.').to_owned())
            }
            Some(_) => None,
        }
    }
}

impl Reader<'_> {
    /// Reports every key that one of our tables does not have. What it probably means is read where it belongs; what
    /// cannot be read there is lost.
    pub(in crate::policy) fn settle(&mut self, root: &mut DeTable<'_>) {
        self.unwrap(root);
        self.gather_rings(root);
        let mut strays = Strays::default();
        self.settle_table(&grammar::POLICY, self.source.span(0..0), root, &mut strays);
        for Stray { path, name, at, mut node } in strays.found {
            if let Some(key) = key_at(&path, &name) {
                self.settle_node(&key.kind, self.source.span(at.clone()), &mut node, &mut Strays::default());
            }
            let mut names = path.split('.').filter(|name| !name.is_empty());
            let opened = names.try_fold(&mut *root, |table, name| {
                let is_there = table.contains_key(name) || !NOT_OPENED.contains(&name);
                if is_there { open(table, Cow::Owned(name.to_owned()), at.clone()) } else { None }
            });
            match opened {
                Some(table) => put(table, name, at, node),
                None => self.lost.add(&format!("{path}.{name}")),
            }
        }
    }

    fn settle_table<'t>(
        &mut self,
        grammar: &'static Table,
        key: Span,
        table: &mut DeTable<'t>,
        strays: &mut Strays<'t>,
    ) {
        let is_known = |name: &str| grammar.has(name);
        if !table.keys().all(|key| is_known(key.get_ref())) {
            let entries = self.known(grammar, key, table);
            let unknown = entries.iter().filter(|(name, ..)| !is_known(name));
            let wrong: Vec<_> = unknown.map(|entry| (entry.0.to_owned(), self.unknown_key(&entries, entry))).collect();
            for (name, meant) in wrong {
                let Some((key, node)) = table.remove_entry(name.as_str()) else { continue };
                let at = key.span();
                let elsewhere = match &meant {
                    Some(Meant::Below(inner)) if !is_known(inner) => Some((*inner, key.get_ref().clone())),
                    Some(Meant::Elsewhere(home)) => Some((&*home.path, Cow::Borrowed(home.key.name))),
                    _ => None,
                };
                let place = elsewhere.and_then(|(path, name)| Some((strays.path(grammar, path, &name)?, name)));
                match meant {
                    Some(Meant::Here(near)) => put(table, Cow::Borrowed(near), at, node),
                    Some(Meant::Elsewhere(home)) if home.path == "platforms" && grammar.name == grammar::RING.name => {
                        if let Some(table) = open(table, Cow::Borrowed("platforms"), at.clone()) {
                            put(table, Cow::Borrowed(home.key.name), at, node);
                        }
                    }
                    Some(Meant::Below(inner))
                        if is_known(inner) && (!NOT_OPENED.contains(&inner) || table.contains_key(inner)) =>
                    {
                        if let Some(table) = open(table, Cow::Borrowed(inner), at.clone()) {
                            put(table, key.into_inner(), at, node);
                        }
                    }
                    Some(Meant::Setting(path, value)) if is_known("settings") => {
                        let settings = open(table, Cow::Borrowed("settings"), at.clone());
                        if value.is_some() {
                            self.means(&path);
                        } else if let Some(settings) = settings {
                            let (outer, name) = path.rsplit_once('.').unwrap_or(("", &path));
                            if let Some(table) = opened(settings, outer, &at) {
                                put(table, Cow::Owned(name.to_owned()), at, node);
                            }
                        }
                    }
                    meant => match place {
                        Some((path, name)) => strays.found.push(Stray { path, name, at, node }),
                        None => self.lose_meant(meant.as_ref(), &name, &node),
                    },
                }
            }
        }
        self.settle_platforms(grammar, key, table);
        for (name, node) in table {
            if let Some(key) = grammar.keys.iter().find(|key| key.name == name.get_ref()) {
                self.settle_node(&key.kind, self.span(name), node, strays);
            }
        }
    }

    /// Brings settings among the rings to those of all machines.
    fn settle_settings<'t>(&mut self, grammar: &Table, table: &mut DeTable<'t>, strays: &mut Strays<'t>) {
        let entries = table.iter().filter(|(name, node)| is_setting(grammar, name.get_ref(), node));
        let names: Vec<String> = entries.map(|(name, _)| name.get_ref().clone().into_owned()).collect();
        for name in names {
            let Some((key, node)) = table.remove_entry(name.as_str()) else { continue };
            let help = match self.form(&node) {
                Form::Value => format!("move it to `[settings]` as `{name} = {}`", self.written_as(&node)),
                Form::Header => format!("move its lines to `[settings.{name}]`"),
                Form::Dotted => "put it below `[settings]`".to_owned(),
            };
            let message = format!("`{name}` is no ring: it is a setting");
            self.tell(Finding::new(&UNKNOWN_KEY, self.span(&key), message).label("belongs elsewhere").help(help));
            let at = key.span();
            strays.found.push(Stray { path: "settings".to_owned(), name: key.into_inner(), at, node });
        }
    }

    fn settle_node<'t>(&mut self, kind: &Kind, key: Span, node: &mut Node<'t>, strays: &mut Strays<'t>) {
        match kind {
            Kind::Table(grammar) | Kind::TableOrNot(grammar) => {
                if let DeValue::Table(table) = node.get_mut() {
                    self.settle_table(grammar, key, table, strays);
                }
            }
            Kind::Named(grammar) => {
                if let DeValue::Table(table) = node.get_mut() {
                    self.settle_settings(grammar, table, strays);
                    for (name, node) in table {
                        strays.ring = Some(name.get_ref().clone().into_owned());
                        self.settle_node(&Kind::Table(grammar), self.span(name), node, strays);
                    }
                    strays.ring = None;
                }
            }
            Kind::List(grammar) => {
                if let DeValue::Array(items) = node.get_mut() {
                    for item in items.iter_mut() {
                        let at = self.span(item);
                        self.settle_node(&Kind::Table(grammar), at, item, strays);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether an entry among the rings is a setting: a ring is a table, and has keys of one.
fn is_setting(grammar: &Table, name: &str, node: &Node<'_>) -> bool {
    let is_ring = |name: &str| grammar.has(name);
    match node.get_ref().as_table() {
        None => Meaning::is_setting(name),
        Some(table) => {
            let is_said = !table.is_empty() && !table.keys().any(|name| is_ring(name.get_ref()));
            is_said && catalog().find(name).is_some_and(Setting::is_admin_setting)
        }
    }
}

/// Whether a table is about all machines.
fn is_for_all(grammar: &Table) -> bool {
    let of_all = [
        &grammar::POLICY,
        &grammar::ORGANIZATION,
        &grammar::FLEET,
        &grammar::SIGN_IN,
        &grammar::TARGETS,
        &grammar::TARGETS_MACOS,
        &grammar::CHECK,
    ];
    of_all.iter().any(|its| its.name == grammar.name)
}

/// The key with this name in the table to which the names lead.
fn key_at(path: &str, name: &str) -> Option<&'static Key> {
    let mut table = &grammar::POLICY;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        match table.keys.iter().find(|key| key.name == step)?.kind {
            Kind::Table(inner) | Kind::TableOrNot(inner) => table = inner,
            _ => return None,
        }
    }
    table.keys.iter().find(|key| key.name == name)
}
