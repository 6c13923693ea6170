//! How the members of an entry come to stand one level further out, or in each element of a list.

use super::rename::Wrong;
use super::value::truth;
use crate::finding::Finding;
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};

impl Wrong<'_> {
    /// The finding with what to do with a switch for all elements of a list that each have one of their own.
    pub(super) fn into_each(self, reader: &Reader<'_>, finding: Finding, list: &str, member: &str) -> Finding {
        let value = self.node.get_ref();
        let value = value.as_table().and_then(|table| table.get("value")).map_or(value, |node| node.get_ref());
        if truth(value) == Some(false) {
            return finding.help(format!("remove this line: an entry of `{list}` without `{member}` has `false`"));
        }
        let renamed = || self.place.root.renamed(list).and_then(|its| self.place.at(&its.path));
        let there = self.place.says(list).or_else(renamed);
        let elements = there.and_then(|node| {
            let items = node.get_ref().as_array()?.iter();
            items.map(|item| with(reader, item, member)).collect::<Option<Vec<_>>>()
        });
        match (there, elements) {
            (Some(there), Some(elements)) => finding
                .related(reader.span(there), "the directories")
                .help(format!("write `[{}]` at the other mark, and remove this line", elements.join(", "))),
            _ => finding.help(format!(
                "remove this line, and say it in each entry of `{list}`, as `{{ path = \"…\", {member} = true }}`"
            )),
        }
    }

    /// The finding with what to do with a table inside the group whose fields it holds.
    pub(super) fn unwrap(self, reader: &Reader<'_>, mut finding: Finding, group: &str) -> Finding {
        let Self { place, key, node, .. } = self;
        let Some(table) = node.get_ref().as_table() else { return finding.help("remove this line") };
        let prefix = reader.prefix(key);
        let fields = reader.sorted(table).into_iter().map(|(name, _, node)| {
            (reader.form(node) == Form::Value).then(|| format!("{prefix}{name} = {}", reader.written_as(node)))
        });
        let fields: Vec<String> = fields.collect::<Option<_>>().unwrap_or_default();
        let parent = place.says(group);
        let is_in_braces = parent.is_some_and(|parent| reader.form(parent) == Form::Value)
            || place.root.header.is_none() && !prefix.starts_with("settings.");
        if reader.form(node) == Form::Header {
            let opened = reader.opened(key).unwrap_or_default().trim_end_matches(".value");
            if place.table.len() > 1 {
                return finding.help(format!("move its lines to `{opened}]`, and remove its header"));
            }
            finding.primary.span = Self { depth: 1, ..self }.mark(reader);
            return finding.help(format!("write `{group}`"));
        }
        match fields.as_slice() {
            [] => finding.help("remove this line"),
            [field] => finding.help(format!("write `{field}`")),
            fields if is_in_braces => finding.help(format!("write `{}`", fields.join(", "))),
            fields => finding.help(format!("write `{}`, each on a line of its own", fields.join("` and `"))),
        }
    }
}

/// An element of a list with one more field that is true.
fn with(reader: &Reader<'_>, item: &Node<'_>, member: &str) -> Option<String> {
    let said = reader.written_as(item);
    match item.get_ref().as_table() {
        Some(table) if table.contains_key(member) => Some(said.to_owned()),
        Some(_) => Some(format!("{}, {member} = true }}", said.strip_suffix('}')?.trim_end().trim_end_matches(','))),
        None if item.get_ref().is_str() => Some(format!("{{ path = {said}, {member} = true }}")),
        None => None,
    }
}
