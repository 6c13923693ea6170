//! Where a name stands in a file, and how another name is written that belongs elsewhere.

use std::cell::OnceCell;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::layout::Form;
use super::meaning::Meaning;
use super::reader::{Node, Reader};
use super::settings::join;
use crate::catalog::{Setting, catalog};
use crate::finding::{Finding, MOST};
use crate::source::Span;

/// The table of settings that a file gives, and how a line is added to it.
pub(super) struct Root<'t> {
    /// What it holds.
    pub(super) table: &'t DeTable<'t>,
    /// Its header, such as `[rings.pilot.settings]`; `None` where it has none.
    pub(super) header: Option<String>,
    /// Whether names that no page documents can stand beside it.
    pub(super) takes_undocumented: bool,
    /// The names in it that are no settings; found when first needed.
    wrong: OnceCell<Vec<Renamed>>,
}

/// A name that is no setting, and the one that its help leads to.
struct Renamed {
    path: String,
    key: Range<usize>,
    to: String,
}

/// An entry with a name that is no setting.
#[derive(Clone, Copy)]
pub(super) struct Wrong<'t> {
    /// Its path as written.
    pub(super) path: &'t str,
    /// Where its last name stands.
    pub(super) key: Span,
    /// Its value.
    pub(super) node: &'t Node<'t>,
    /// How many of the names before the last one, on the same line, are wrong with it.
    pub(super) depth: usize,
}

impl Wrong<'_> {
    /// Where all that is wrong of the name stands.
    pub(super) fn mark(self, reader: &Reader<'_>) -> Span {
        let Span { start, end, .. } = self.key;
        reader.before(self.key, self.depth, end - start)
    }
}

impl<'t> Root<'t> {
    pub(super) fn new(table: &'t DeTable<'t>, header: Option<String>, takes_undocumented: bool) -> Self {
        Self { table, header, takes_undocumented, wrong: OnceCell::new() }
    }

    /// The first wrong name whose help leads to this setting.
    fn renamed(&self, setting: &str) -> Option<&Renamed> {
        let wrong = self.wrong.get_or_init(|| {
            let mut wrong = Vec::new();
            collect(self.table, "", "", &mut wrong);
            wrong.sort_by_key(|name| name.key.start);
            wrong
        });
        wrong.iter().find(|name| name.to == setting)
    }

    /// Whether another line is about to become this setting.
    pub(super) fn becomes(&self, setting: &str) -> bool {
        self.renamed(setting).is_some()
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
            let meaning = known.or_else(|| Meaning::guessed(path, name).filter(|_| path == to));
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
pub(super) struct Place<'t> {
    /// The whole.
    pub(super) root: &'t Root<'t>,
    /// The table.
    pub(super) table: &'t DeTable<'t>,
    /// The names that lead from the whole to it, joined by dots; empty for the whole.
    pub(super) path: &'t str,
}

impl<'t> Place<'t> {
    /// The path of a name in this table.
    pub(super) fn join(self, name: &str) -> String {
        join(self.path, name)
    }

    /// The entry that gives this setting a value.
    fn says(self, setting: &str) -> Option<&'t Node<'t>> {
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
    fn bare(self, reader: &Reader<'_>, setting: &str) -> Option<(Span, String)> {
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

    /// The finding with what to do with an entry, so that it becomes `setting`: to rename it where it stands, or to move
    /// it. `value` is what to write for it; `None` where its own does.
    pub(super) fn rename(
        self,
        reader: &Reader<'_>,
        finding: Finding,
        wrong: Wrong<'_>,
        setting: &str,
        value: Option<&str>,
    ) -> Finding {
        let help = self.lead(reader, wrong, setting, value);
        match self.bare(reader, setting).filter(|_| help.starts_with("write `")) {
            Some((key, line)) => {
                finding.related(key, "no place for members").help(format!("{help}, and `{line}` at the other mark"))
            }
            None => finding.help(help),
        }
    }

    /// The finding with the setting that an unknown name looks like.
    pub(super) fn guess(self, reader: &Reader<'_>, finding: Finding, wrong: Wrong<'_>, setting: &str) -> Finding {
        let finding = self.rename(reader, finding, wrong, setting, None);
        let help = finding.help.clone().unwrap_or_default();
        match help.strip_prefix("write `").and_then(|rest| rest.split_once('`')) {
            Some((name, "")) if name != setting || self.path.is_empty() => {
                finding.help(format!("did you mean `{name}`?"))
            }
            Some((name, "")) => finding.help(format!("did you mean the setting `{name}`?")),
            _ => finding,
        }
    }

    fn lead(self, reader: &Reader<'_>, wrong: Wrong<'_>, setting: &str, value: Option<&str>) -> String {
        let Wrong { key, node, .. } = wrong;
        if let Some(there) = self.says(setting) {
            match (there.get_ref().as_table(), node.get_ref().as_table()) {
                (Some(there), Some(own))
                    if own.iter().any(|(name, _)| !there.contains_key(name.get_ref().as_ref())) =>
                {
                    let is_apart =
                        reader.goes_on(key) && !own.iter().any(|(name, _)| there.contains_key(name.get_ref().as_ref()));
                    if !is_apart {
                        return format!("`{setting}` is there already: move to it what it lacks, then remove this one");
                    }
                }
                _ => return format!("remove this line: `{setting}` is there already"),
            }
        }
        if let Some(Renamed { path: earlier, .. }) = self.root.renamed(setting).filter(|its| its.key.start < key.start)
        {
            let is_group = node.get_ref().is_table() && catalog().find(setting).is_none_or(|its| !its.takes_a_value());
            return if is_group {
                format!("`{earlier}` becomes `{setting}` too: move to it what it lacks, then remove this one")
            } else {
                format!("remove this line: `{earlier}` becomes `{setting}` too")
            };
        }
        let here = if self.path.is_empty() { Some(setting) } else { setting.strip_prefix(&format!("{}.", self.path)) };
        let target = self.target(reader, setting);
        // What is to be one line cannot stay below a header of its own.
        let stays = value.is_none() || reader.form(node) != Form::Header;
        // A header can name a table anywhere but in braces.
        let is_free = reader.form(node) == Form::Header && !matches!(target.way, Way::Inside(_));
        let is_new = |first: &str| !self.path.is_empty() && !self.table.contains_key(first);
        let is_here = |name: &&str| match name.split_once('.') {
            Some((first, _)) => is_free || is_new(first) || target.path == self.path || *name == target.rest,
            None => true,
        };
        if let Some(name) = here.filter(is_here).filter(|_| stays) {
            return match value {
                Some(value) => format!("write `{}{name} = {value}`", reader.outer(key, wrong.depth)),
                None => format!("write `{name}`"),
            };
        }
        let own = (reader.form(node) == Form::Value).then(|| reader.written_as(node));
        match (target.way, value.or(own)) {
            (Way::Under(header), Some(value)) => format!("move it to `{header}` as `{} = {value}`", target.rest),
            (Way::Inside(name), Some(value)) => {
                format!("move it into the braces of `{name}` as `{} = {value}`", target.rest)
            }
            (_, Some(value)) => format!("it belongs among the settings as `{setting} = {value}`"),
            (_, None) => format!("it belongs among the settings as `{setting}`"),
        }
    }

    /// What to do with a table at `key` that is to be a line with this value.
    pub(super) fn become_line(
        self,
        reader: &Reader<'_>,
        key: Span,
        node: &Node<'_>,
        setting: &Setting,
        value: &str,
    ) -> String {
        let name = setting.name();
        match reader.form(node) {
            Form::Header => {
                let target = self.target(reader, &setting.key);
                match target.way {
                    Way::Under(header) => format!("move it to `{header}` as `{} = {value}`", target.rest),
                    _ => format!("write `{name} = {value}` in its place"),
                }
            }
            _ => format!("write `{}{name} = {value}`", reader.prefix(key)),
        }
    }

    /// The innermost table of the file that can take a line for `setting`, and the name of the setting there.
    fn target<'s>(self, reader: &Reader<'_>, setting: &'s str) -> Target<'s> {
        let (mut table, mut rest, mut path) = (self.root.table, setting, 0);
        let mut way = self.root.header.clone().map_or(Way::Nowhere, Way::Under);
        while let Some((first, inner)) = rest.split_once('.') {
            let here = &setting[..setting.len() - inner.len() - 1];
            // What has another name still is about to get this one.
            let is_it = |name: &str, node: &Node<'_>| {
                let above = here.strip_suffix(first).unwrap_or_default().trim_end_matches('.');
                let meaning = Meaning::known(above, name, true).filter(|_| node.get_ref().is_table());
                meaning.and_then(|meaning| meaning.path(above)).as_deref() == Some(here)
            };
            let entry = table.get_key_value(first);
            let entry = entry.or_else(|| table.iter().find(|(name, node)| is_it(name.get_ref(), node)));
            let Some((key, node)) = entry else { break };
            let Some(its) = node.get_ref().as_table() else { break };
            let form = reader.form(node);
            way = match form {
                Form::Header => Way::Under(reader.header(reader.span(key), node).unwrap_or_default()),
                Form::Value => Way::Inside(key.get_ref().clone().into_owned()),
                Form::Dotted => break,
            };
            (table, rest, path) = (its, inner, setting.len() - inner.len() - 1);
            if form == Form::Value {
                break;
            }
        }
        Target { way, rest, path: &setting[..path] }
    }
}

/// Where a line for a setting goes.
struct Target<'s> {
    way: Way,
    /// What the setting is called there.
    rest: &'s str,
    /// The path of that table.
    path: &'s str,
}

enum Way {
    /// Below this header.
    Under(String),
    /// Into the braces that this name has.
    Inside(String),
    /// The settings themselves stand in braces or on the line of a longer name.
    Nowhere,
}
