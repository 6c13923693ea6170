//! Brings what stands under a key that a table does not have to where it was meant to stand, so that it is read there.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::home::Meant;
use super::settled::opened;
use crate::policy::graft::{open, put};
use crate::policy::grammar::{self, Key, Kind, Table};
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

impl Reader<'_> {
    /// Reports every key that one of our tables does not have. What it probably means is read where it belongs; what
    /// cannot be read there is lost.
    pub(in crate::policy) fn settle(&mut self, root: &mut DeTable<'_>) {
        let mut strays = Vec::new();
        self.settle_table(&grammar::POLICY, self.source.span(0..0), root, &mut strays);
        for Stray { path, name, at, mut node } in strays {
            if let Some(key) = key_at(&path, &name) {
                self.settle_node(&key.kind, self.source.span(at.clone()), &mut node, &mut Vec::new());
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
        strays: &mut Vec<Stray<'t>>,
    ) {
        let is_known = |name: &str| grammar.keys.iter().any(|key| key.name == name);
        if !table.keys().all(|key| is_known(key.get_ref())) {
            let entries = self.known(grammar, key, table);
            let unknown = entries.iter().filter(|(name, ..)| !is_known(name));
            let wrong: Vec<_> = unknown.map(|entry| (entry.0.to_owned(), self.unknown_key(&entries, entry))).collect();
            for (name, meant) in wrong {
                let Some((key, node)) = table.remove_entry(name.as_str()) else { continue };
                let at = key.span();
                let stray =
                    |path: &str, name| Stray { path: path.to_owned(), name, at: at.clone(), node: node.clone() };
                match meant {
                    Some(Meant::Here(near)) => put(table, Cow::Borrowed(near), at, node),
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
                    Some(Meant::Below("settings")) if is_for_all(grammar) => {
                        strays.push(stray("settings", key.into_inner()));
                    }
                    Some(Meant::Elsewhere(home)) if is_for_all(grammar) => {
                        strays.push(stray(&home.path, Cow::Borrowed(home.key.name)));
                    }
                    meant => self.lose_meant(meant.as_ref(), &name, &node),
                }
            }
        }
        for (name, node) in table {
            if let Some(key) = grammar.keys.iter().find(|key| key.name == name.get_ref()) {
                self.settle_node(&key.kind, self.span(name), node, strays);
            }
        }
    }

    fn settle_node<'t>(&mut self, kind: &Kind, key: Span, node: &mut Node<'t>, strays: &mut Vec<Stray<'t>>) {
        match kind {
            Kind::Table(grammar) | Kind::TableOrNot(grammar) => {
                if let DeValue::Table(table) = node.get_mut() {
                    self.settle_table(grammar, key, table, strays);
                }
            }
            Kind::Named(grammar) => {
                if let DeValue::Table(table) = node.get_mut() {
                    for (name, node) in table {
                        self.settle_node(&Kind::Table(grammar), self.span(name), node, strays);
                    }
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
