//! Headers with the brackets of the other kind, `[[settings]]` and `[exceptions]`: what they open is put right in the
//! tree, once, so that nothing after has to know.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::graft::put;
use super::grammar::{self, Kind, Table};
use super::meant::quote;
use super::reader::Node;
use super::settings::join;
use crate::catalog::{Type, catalog};
use crate::finding::{Finding, WRONG_TYPE, nearest};
use crate::source::SourceId;

/// Makes tables of the lists and lists of the tables that only the brackets of a header have made such, and reports
/// these.
pub(super) fn put_right(source: SourceId, text: &str, root: &mut DeTable<'_>) -> Vec<Finding> {
    let mut brackets = Brackets { source, text, findings: Vec::new() };
    brackets.table(&grammar::POLICY, root);
    brackets.findings
}

struct Brackets<'a> {
    source: SourceId,
    text: &'a str,
    findings: Vec<Finding>,
}

impl Brackets<'_> {
    fn table(&mut self, grammar: &Table, table: &mut DeTable<'_>) {
        for (name, node) in table {
            let name = name.get_ref();
            let is_setting = || !catalog().members(name).is_empty() || catalog().find(name).is_some();
            match grammar.keys.iter().find(|key| key.name == name) {
                None if is_setting() => self.settings(name, node),
                Some(key) => self.node(&key.kind, node),
                None => {
                    let near = nearest(name, grammar.keys.iter().map(|key| key.name));
                    if let Some(key) = grammar.keys.iter().find(|key| Some(key.name) == near) {
                        self.node(&key.kind, node);
                    }
                }
            }
        }
    }

    fn node(&mut self, kind: &Kind, node: &mut Node<'_>) {
        match kind {
            Kind::Table(grammar) | Kind::TableOrNot(grammar) => {
                self.one(node);
                if let Some(table) = below_headers(self.text, node) {
                    self.table(grammar, table);
                }
            }
            Kind::Named(grammar) => {
                self.one(node);
                for (_, node) in below_headers(self.text, node).into_iter().flatten() {
                    self.node(&Kind::Table(grammar), node);
                }
            }
            Kind::List(grammar) => {
                self.several(grammar, node);
                if let DeValue::Array(items) = node.get_mut() {
                    for table in items.iter_mut().filter_map(|item| below_headers(self.text, item)) {
                        self.table(grammar, table);
                    }
                }
            }
            Kind::Settings => self.settings("", node),
            Kind::Undocumented | Kind::Reasons => self.one(node),
            _ => {}
        }
    }

    /// What stands at a path among the settings. A name that is none may be one that takes a list.
    fn settings(&mut self, path: &str, node: &mut Node<'_>) {
        match catalog().find(path).map(|setting| setting.kind) {
            Some(Type::Directories) => return self.directories(node),
            Some(Type::Strings) => return,
            Some(Type::Json) => return self.json(node),
            None if !path.is_empty() && catalog().members(path).is_empty() => return,
            _ => self.one(node),
        }
        for (name, node) in below_headers(self.text, node).into_iter().flatten() {
            if node.get_ref().is_table() || node.get_ref().is_array() {
                self.settings(&join(path, name.get_ref()), node);
            }
        }
    }

    /// What becomes JSON is one table, in which lists may stand.
    fn json(&mut self, node: &mut Node<'_>) {
        self.one(node);
        if let Some(value) = below_headers(self.text, node).and_then(|table| table.get_mut("value")) {
            self.one(value);
        }
    }

    /// A list of tables that was to be one table. Of several that were to be the same, all count.
    fn one(&mut self, node: &mut Node<'_>) {
        let Some(names) = header(self.text, node, 2).filter(|_| node.get_ref().is_array()) else { return };
        let DeValue::Array(items) = std::mem::replace(node.get_mut(), DeValue::Table(DeTable::new())) else { return };
        let DeValue::Table(whole) = node.get_mut() else { return };
        for (at, item) in items.into_iter().enumerate() {
            let help = match at {
                0 => format!("write `[{names}]`, with one bracket on each side"),
                _ => format!("put its lines below the first `[{names}]`"),
            };
            let span = self.source.span(item.span());
            let finding = Finding::new(&WRONG_TYPE, span, format!("`{names}` is a table, not a list"));
            self.findings.push(finding.label("expected a table").help(help));
            let DeValue::Table(table) = item.into_inner() else { continue };
            for (name, node) in table {
                let at = name.span();
                put(whole, name.into_inner(), at, node);
            }
        }
    }

    /// A table that was to be an entry of a list, or that holds entries below names of theirs.
    fn several(&mut self, grammar: &Table, node: &mut Node<'_>) {
        let Some(table) = node.get_ref().as_table() else { return };
        let has_keys = table.keys().any(|name| grammar.has(name.get_ref()));
        let is_entry =
            has_keys || header(self.text, node, 1).is_some() || table.values().any(|its| !its.get_ref().is_table());
        let span = node.span();
        let is_inline = self.text[span.start..].starts_with('{');
        let DeValue::Table(table) = std::mem::replace(node.get_mut(), DeValue::Boolean(false)) else { return };
        let entries: Vec<Node<'_>> = if is_entry {
            let help = if is_inline {
                "put it into brackets, as `[{ … }]`"
            } else {
                "write `[[exceptions]]` with two brackets"
            };
            self.no_list(span.clone(), help.to_owned());
            vec![Spanned::new(span, DeValue::Table(table))]
        } else {
            table.into_iter().map(|(name, node)| self.named(name, node)).collect()
        };
        *node.get_mut() = DeValue::Array(entries.into_iter().collect());
    }

    /// An entry of a list that stands below its own name, with that as its `id`.
    fn named<'t>(&mut self, name: Spanned<Cow<'t, str>>, mut node: Node<'t>) -> Node<'t> {
        let (at, id) = (name.span(), name.into_inner());
        let is_in_header = |at: usize| self.text[..at].rsplit('\n').next().is_some_and(|line| line.starts_with('['));
        let mut names = node.get_ref().as_table().into_iter().flat_map(|table| table.keys());
        let inner = names.find(|inner| inner.span().start > at.end && is_in_header(inner.span().start));
        let inner =
            inner.map(|inner| format!("; other headers leave the name out, as in `[exceptions.{}]`", inner.get_ref()));
        let help = format!("write `[[exceptions]]`, and `id = {}` below it{}", quote(&id), inner.unwrap_or_default());
        self.no_list(at.clone(), help);
        if let DeValue::Table(table) = node.get_mut() {
            put(table, Cow::Borrowed("id"), at.clone(), Spanned::new(at, DeValue::String(id)));
        }
        node
    }

    fn no_list(&mut self, at: std::ops::Range<usize>, help: String) {
        let finding = Finding::new(&WRONG_TYPE, self.source.span(at), "[exceptions] is a list of tables, not a table");
        self.findings.push(finding.label("expected a list of tables").help(help));
    }

    /// A directory below a header of its own.
    fn directories(&mut self, node: &mut Node<'_>) {
        let Some(names) = header(self.text, node, 1) else { return };
        if node.get_ref().as_table().is_none_or(|table| !table.contains_key("path")) {
            return;
        }
        let (span, message) = (node.span(), format!("`{names}` is a list of tables, not a table"));
        let finding = Finding::new(&WRONG_TYPE, self.source.span(span.clone()), message);
        let help = format!("write `[[{names}]]` with two brackets");
        self.findings.push(finding.label("expected a list of tables").help(help));
        let table = std::mem::replace(node.get_mut(), DeValue::Boolean(false));
        *node.get_mut() = DeValue::Array([Spanned::new(span, table)].into_iter().collect());
    }
}

/// The table that a node is, unless it stands in braces, which hold no headers.
fn below_headers<'n, 't>(text: &str, node: &'n mut Node<'t>) -> Option<&'n mut DeTable<'t>> {
    let is_inline = text[node.span().start..].starts_with('{');
    if let DeValue::Table(table) = node.get_mut() { Some(table).filter(|_| !is_inline) } else { None }
}

/// The names in the header with so many brackets that opens what a node is.
fn header<'a>(text: &'a str, node: &Node<'_>, brackets: usize) -> Option<&'a str> {
    let start = node.span().start;
    let is_first = text[..start].trim_end_matches([' ', '\t']).ends_with('\n') || text[..start].trim().is_empty();
    let line = text[start..].lines().next().filter(|line| is_first && line.starts_with('['))?;
    let inner = line.trim_end().trim_start_matches('[');
    let names = inner.split('#').next().unwrap_or_default().trim_end().trim_end_matches(']');
    let is_it = line.len() - line.trim_start_matches('[').len() == brackets;
    let is_plain = names.chars().all(|mark| mark.is_ascii_alphanumeric() || "-_. \t\"'".contains(mark));
    (is_it && is_plain).then(|| names.trim())
}
