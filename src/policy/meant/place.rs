//! Where a name stands among the settings of a file, and what else that file says of the same setting.

use std::cell::OnceCell;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::guess::{Meaning, says_inside};
use crate::catalog::{Setting, catalog};
use crate::finding::MOST;
use crate::policy::grammar::{self, Table};
use crate::policy::reader::{Node, Reader};
use crate::policy::settings::join;
use crate::source::Span;

/// The table of settings that a file gives, and how a line is added to it.
pub(in crate::policy) struct Root<'t> {
    /// What it holds.
    pub(in crate::policy) table: &'t DeTable<'t>,
    /// Its header, such as `[rings.pilot.settings]`; `None` where it has none.
    pub(in crate::policy) header: Option<String>,
    /// The table of the policy beside whose other keys it stands.
    beside: &'static Table,
    /// The paths that other names were about to get before each got its own.
    meant: Vec<String>,
    /// The names in it that are no settings; found when first needed.
    wrong: OnceCell<Vec<Renamed>>,
}

/// A name that is no setting, and the one that its help leads to.
pub(super) struct Renamed {
    pub(super) path: String,
    pub(super) key: Range<usize>,
    to: String,
}

impl<'t> Root<'t> {
    pub(in crate::policy) fn new(
        table: &'t DeTable<'t>,
        header: Option<String>,
        beside: &'static Table,
        meant: Vec<String>,
    ) -> Self {
        Self { table, header, beside, meant, wrong: OnceCell::new() }
    }

    /// Whether names that no page documents can stand beside it.
    pub(super) fn takes_undocumented(&self) -> bool {
        self.beside.has("undocumented-settings")
    }

    /// Whether its settings are for all machines.
    pub(super) fn is_for_all(&self) -> bool {
        self.beside.name == grammar::POLICY.name
    }

    /// The first wrong name whose help leads to this setting.
    pub(super) fn renamed(&self, setting: &str) -> Option<&Renamed> {
        let wrong = self.wrong.get_or_init(|| {
            let mut wrong = Vec::new();
            collect(self.table, "", "", &mut wrong);
            wrong.sort_by_key(|name| name.key.start);
            wrong
        });
        wrong.iter().find(|name| name.to == setting)
    }

    /// Whether another line is about to become this setting.
    pub(in crate::policy) fn becomes(&self, setting: &str) -> bool {
        self.meant.iter().any(|path| path == setting) || self.renamed(setting).is_some()
    }
}

/// Finds the names below `path` that are no settings. `to` is the path that the help for the table leads to.
fn collect(table: &DeTable<'_>, path: &str, to: &str, wrong: &mut Vec<Renamed>) {
    for (key, node) in table {
        let name = key.get_ref().as_ref();
        let its = join(path, name);
        let is_setting = catalog().find(&its).is_some_and(Setting::is_admin_setting);
        let mut right = join(to, name);
        if !is_setting && catalog().members(&its).is_empty() && wrong.len() < MOST {
            let known = Meaning::known(path, name, node.get_ref().is_table());
            let says_inside = node.get_ref().as_table().is_some_and(|table| says_inside(&its, table));
            let guessed = || Meaning::guessed(path, name).filter(|_| path == to && !says_inside);
            let meaning = known.or_else(guessed);
            if let Some(meant) = meaning.and_then(|meaning| meaning.path(path)) {
                right = meant;
            }
            if right != its {
                wrong.push(Renamed { path: its.clone(), key: key.span(), to: right.clone() });
            }
        }
        if let Some(inner) = node.get_ref().as_table() {
            collect(inner, &its, &right, wrong);
        }
    }
}

/// A table among the settings.
#[derive(Clone, Copy)]
pub(in crate::policy) struct Place<'t> {
    /// The whole.
    pub(in crate::policy) root: &'t Root<'t>,
    /// The table.
    pub(in crate::policy) table: &'t DeTable<'t>,
    /// The names that lead from the whole to it, joined by dots; empty for the whole.
    pub(in crate::policy) path: &'t str,
}

impl<'t> Place<'t> {
    /// The path of a name in this table.
    pub(in crate::policy) fn join(self, name: &str) -> String {
        join(self.path, name)
    }

    /// The entry at this path.
    pub(super) fn at(self, path: &str) -> Option<&'t Node<'t>> {
        let (outer, name) = path.rsplit_once('.').map_or(("", path), |(outer, name)| (outer, name));
        let names = outer.split('.').filter(|name| !name.is_empty());
        let table = names.into_iter().try_fold(self.root.table, |table, name| table.get(name)?.get_ref().as_table())?;
        table.get(name)
    }

    /// The entry that gives this setting a value.
    pub(super) fn says(self, setting: &str) -> Option<&'t Node<'t>> {
        let (mut table, mut rest) = (self.root.table, setting);
        loop {
            let (first, inner) = rest.split_once('.').map_or((rest, None), |(first, inner)| (first, Some(inner)));
            let node = table.get(first)?;
            let Some(inner) = inner else { return Some(node) };
            match node.get_ref() {
                DeValue::Table(its) => (table, rest) = (its, inner),
                value => return (inner == "value" || inner == "enabled" && value.is_bool()).then_some(node),
            }
        }
    }

    /// The group on the way to a setting that has a value of its own where it needs members, and its line with those.
    pub(super) fn bare(self, reader: &Reader<'_>, setting: &str) -> Option<(Span, String)> {
        let (mut table, mut rest) = (self.root.table, setting);
        while let Some((first, inner)) = rest.split_once('.') {
            let (key, node) = table.get_key_value(first)?;
            let path = &setting[..setting.len() - inner.len() - 1];
            let Some(its) = node.get_ref().as_table() else {
                catalog().find(&format!("{path}.value"))?;
                let key = reader.span(key);
                return Some((key, format!("{}{first}.value = {}", reader.prefix(key), reader.written_as(node))));
            };
            (table, rest) = (its, inner);
        }
        None
    }
}
