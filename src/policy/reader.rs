//! Walks a parsed TOML document, knows where everything stands, and collects what is wrong and what is lost.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::grammar::{Key, Table};
use super::lost::Lost;
use super::meant;
use crate::finding::{Code, Finding, MOST, WRONG_TYPE};
use crate::source::{SourceId, Span};

/// A value of the document.
pub(super) type Node<'t> = toml::Spanned<DeValue<'t>>;

/// Reads one document and collects what is wrong with it.
pub(super) struct Reader<'a> {
    pub(super) source: SourceId,
    pub(super) text: &'a str,
    /// The whole document.
    root: &'a DeTable<'a>,
    /// Where the text is not what the file holds, which has been reported.
    broken: &'a [Range<usize>],
    findings: &'a mut Vec<Finding>,
    counts: BTreeMap<&'static str, usize>,
    /// What errors so far have lost.
    pub(super) lost: Lost,
    /// How often something has been lost or kept as unread so far.
    pub(super) losses: usize,
    /// What is being read: an error loses it. `None` where whoever reads keeps the place of what is lost.
    path: Option<String>,
}

/// The entries of one table, in file order.
pub(super) struct Entries<'t> {
    pub(super) grammar: &'static Table,
    /// The key that opened the table.
    pub(super) span: Span,
    pairs: Vec<(&'t str, Span, &'t Node<'t>)>,
}

impl<'t> Entries<'t> {
    /// The value of a key, and where the key stands.
    pub(super) fn get(&self, name: &str) -> Option<(Span, &'t Node<'t>)> {
        assert!(self.grammar.has(name), "{name} is not in the grammar of {}", self.grammar.name);
        self.pairs.iter().find(|(key, ..)| *key == name).map(|&(_, span, node)| (span, node))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'t str, Span, &'t Node<'t>)> {
        self.pairs.iter().copied()
    }

    /// Whether the table has a key.
    pub(super) fn says(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The keys that the table must have and lacks.
    pub(super) fn lacking(&self) -> impl Iterator<Item = &'static Key> {
        self.grammar.keys.iter().filter(|key| key.required.is_some() && !self.says(key.name))
    }
}

impl<'a> Reader<'a> {
    /// A reader of `source` with this text that adds to `findings`.
    pub(super) fn new(
        source: SourceId,
        text: &'a str,
        root: &'a DeTable<'a>,
        broken: &'a [Range<usize>],
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self {
            source,
            text,
            root,
            broken,
            findings,
            counts: BTreeMap::new(),
            lost: Lost::default(),
            losses: 0,
            path: Some(String::new()),
        }
    }

    /// What the document says under these names, joined by dots.
    pub(super) fn says(&self, path: &str) -> Option<&'a Node<'a>> {
        let (tables, name) = path.rsplit_once('.').unwrap_or(("", path));
        let tables = tables.split('.').filter(|name| !name.is_empty());
        let mut table = self.root;
        for name in tables {
            table = table.get(name)?.get_ref().as_table()?;
        }
        table.get(name)
    }

    /// Whether what stands at a place is no TOML.
    pub(super) fn is_broken(&self, at: usize) -> bool {
        self.broken.iter().any(|broken| broken.contains(&at))
    }

    /// Reports a finding; an error loses what is being read.
    pub(super) fn report(&mut self, finding: Finding) {
        if finding.is_error() {
            self.lose();
        }
        self.tell(finding);
    }

    /// Reports a finding that says what is lost in another way, or that loses nothing.
    pub(super) fn tell(&mut self, finding: Finding) {
        if self.is_broken(finding.primary.span.start) {
            return;
        }
        if !self.only_counted(finding.code) {
            *self.counts.entry(finding.code.name).or_default() += 1;
            self.findings.push(finding);
        }
    }

    /// Reads what is below `name` there: an error in it loses that and nothing else.
    pub(super) fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let path = match self.path.as_deref() {
            None | Some("") => name.to_owned(),
            Some(outer) => format!("{outer}.{name}"),
        };
        self.along(Some(path), read)
    }

    /// Reads what has a place from the top of its own, such as the settings of a ring.
    pub(super) fn at_top<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.along(Some(String::new()), read)
    }

    /// Loses what is being read.
    pub(super) fn lose(&mut self) {
        self.losses += 1;
        if let Some(path) = &self.path {
            self.lost.add(path);
        }
    }

    /// Loses the setting that a wrong name means.
    pub(super) fn means(&mut self, key: &str) {
        let whole = key.split("[]").next().unwrap_or(key);
        self.lost.add(&format!("settings.{whole}"));
    }

    /// Reads what is kept as unread where it is wrong.
    pub(super) fn kept<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.along(None, read)
    }

    fn along<T>(&mut self, path: Option<String>, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.path, path);
        let value = read(self);
        self.path = outer;
        value
    }

    /// Counts one more finding of a code of which there are enough: then nobody needs to find out what was meant.
    pub(super) fn only_counted(&mut self, code: &'static Code) -> bool {
        if self.counts.get(code.name).is_none_or(|count| *count < MOST) {
            return false;
        }
        let of_its_kind = |finding: &&mut Finding| finding.code == code && finding.primary.span.source == self.source;
        if let Some(last) = self.findings.iter_mut().rev().find(of_its_kind) {
            last.more += 1;
        }
        true
    }

    /// The entries of any table, in file order.
    pub(super) fn sorted<'t>(&self, table: &'t DeTable<'t>) -> Vec<(&'t str, Span, &'t Node<'t>)> {
        let mut entries: Vec<_> =
            table.iter().map(|(key, node)| (key.get_ref().as_ref(), self.span(key), node)).collect();
        entries.sort_by_key(|(_, span, node)| (span.start, node.span().start));
        entries
    }

    /// The entries of a table that must follow `grammar`.
    pub(super) fn entries<'t>(
        &mut self,
        grammar: &'static Table,
        span: Span,
        node: &'t Node<'t>,
    ) -> Option<Entries<'t>> {
        let table = self.table(span, node, grammar.name, &meant::table(grammar))?;
        Some(self.known(grammar, span, table))
    }

    /// The same for a table that is already at hand.
    pub(super) fn known<'t>(&self, grammar: &'static Table, span: Span, table: &'t DeTable<'t>) -> Entries<'t> {
        Entries { grammar, span, pairs: self.sorted(table) }
    }

    /// Reads a table below one of its keys, if it is there.
    pub(super) fn section<'t, T>(
        &mut self,
        entries: &Entries<'t>,
        name: &str,
        grammar: &'static Table,
        read: impl FnOnce(&mut Self, &Entries<'t>) -> T,
    ) -> Option<T> {
        let (key, node) = entries.get(name)?;
        self.within(name, |reader| reader.entries(grammar, key, node).map(|table| read(reader, &table)))
    }

    /// The table a node is; anything else is a finding.
    pub(super) fn table<'t>(
        &mut self,
        key: Span,
        node: &'t Node<'t>,
        what: &str,
        help: &str,
    ) -> Option<&'t DeTable<'t>> {
        let table = node.get_ref().as_table();
        if table.is_none() {
            self.report(self.not(node, what, "a table", help).related(key, "this key"));
        }
        table
    }

    /// Reports that a node is not what it should be.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, what: &str, expected: &str, help: impl Into<String>) {
        self.report(self.not(node, what, expected, help));
    }

    /// The finding about it.
    pub(super) fn not(&self, node: &Node<'_>, what: &str, expected: &str, help: impl Into<String>) -> Finding {
        let message = format!("{what} is {expected}, not {}", kind(node.get_ref()));
        let finding = Finding::new(&WRONG_TYPE, self.span(node), message);
        finding.label(format!("expected {expected}")).help(help)
    }
}

/// What a node is, for a message.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
