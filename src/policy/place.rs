//! Where a name stands in a file, and how another name is written that belongs elsewhere.

use toml::de::DeTable;

use super::reader::{Form, Node, Reader};
use crate::catalog::Setting;
use crate::source::Span;

/// The table of settings that a file gives, and how a line is added to it.
pub(super) struct Root<'t> {
    /// What it holds.
    pub(super) table: &'t DeTable<'t>,
    /// Its header, such as `[rings.pilot.settings]`; `None` where it has none.
    pub(super) header: Option<String>,
    /// Whether names that no page documents can stand beside it.
    pub(super) takes_undocumented: bool,
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

impl Place<'_> {
    /// The path of a name in this table.
    pub(super) fn join(self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Whether the file gives this setting a value.
    fn says(self, setting: &str) -> bool {
        let mut table = Some(self.root.table);
        let mut found = false;
        for name in setting.split('.') {
            let node = table.and_then(|table| table.get(name));
            (table, found) = (node.and_then(|node| node.get_ref().as_table()), node.is_some());
        }
        found
    }

    /// What to do with the entry at `key`, which stands at `path` as written, so that it becomes `setting`: to rename it
    /// where it stands, or to move it. `value` is what to write for it; `None` where its own does.
    pub(super) fn rename(
        self,
        reader: &Reader<'_>,
        (path, key, node): (&str, Span, &Node<'_>),
        setting: &str,
        value: Option<&str>,
    ) -> String {
        if self.says(setting) {
            return format!("remove this line: `{setting}` is there already");
        }
        let here = if self.path.is_empty() { Some(setting) } else { setting.strip_prefix(&format!("{}.", self.path)) };
        let target = self.target(reader, setting);
        // What is to be one line cannot stay below a header of its own.
        let stays = value.is_none() || reader.form(node) != Form::Header;
        let is_here = |name: &&str| !name.contains('.') || target.path == self.path || *name == target.rest;
        if let Some(name) = here.filter(is_here).filter(|_| stays) {
            return match value {
                Some(value) => {
                    // The table may be about to get another name.
                    let prefix = reader.prefix(key);
                    let above = path.rsplit_once('.').map_or("", |(above, _)| above);
                    let before = prefix.strip_suffix('.').and_then(|prefix| prefix.strip_suffix(above));
                    match before.filter(|_| above != self.path) {
                        Some(before) => format!("write `{before}{}.{name} = {value}`", self.path),
                        None => format!("write `{prefix}{name} = {value}`"),
                    }
                }
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
            let Some((key, node)) = table.get_key_value(first) else { break };
            let Some(its) = node.get_ref().as_table() else { break };
            let form = reader.form(node);
            way = match form {
                Form::Header => Way::Under(reader.header(reader.span(key), node).unwrap_or_default()),
                Form::Value => Way::Inside(first.to_owned()),
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
