//! How the names and the values of a document stand in its text.

use super::parts::Written;
use super::reader::{Node, Reader};
use crate::catalog::Setting;
use crate::source::{Span, prefix};

/// How the value of a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// After a `=`.
    Value,
    /// As lines below a header.
    Header,
    /// As further names after a dot.
    Dotted,
}

impl<'a> Reader<'a> {
    /// Where a node stands.
    pub(super) fn span<T>(&self, node: &toml::Spanned<T>) -> Span {
        self.source.span(node.span())
    }

    /// How a value stands in the file.
    pub(super) fn form(&self, node: &Node<'_>) -> Form {
        let start = node.span().start;
        if !node.get_ref().is_table() || self.text[start..].starts_with('{') {
            Form::Value
        } else if self.opens_a_table(self.line_start(start)) {
            Form::Header
        } else {
            Form::Dotted
        }
    }

    /// Whether the line from `start` is a header. One that lost its first bracket has no `=` either.
    fn opens_a_table(&self, start: usize) -> bool {
        let line = self.text[start..].lines().next().unwrap_or_default();
        line.starts_with('[') || !line.contains('=')
    }

    /// Whether a value stands directly after the name of its setting, rather than after `value`.
    pub(super) fn is_bare(&self, setting: &Setting, node: &Node<'_>) -> bool {
        let before = self.text[..node.span().start].trim_end();
        before.strip_suffix('=').is_some_and(|before| before.trim_end().ends_with(setting.name()))
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// A value as it is written; one that could not be read is for a person to fill in.
    pub(super) fn written_as(&self, node: &Node<'_>) -> &'a str {
        if self.is_broken(node.span().start) { "…" } else { &self.text[node.span()] }
    }

    /// The header of a table whose name stands at `key`; `None` where none opens it.
    pub(super) fn header(&self, key: Span, node: &Node<'_>) -> Option<String> {
        let opened = self.opened(key).filter(|_| self.form(node) == Form::Header);
        opened.map(|opened| format!("{opened}]"))
    }

    /// The header in which the last name is at `key`, without what follows the name and with one bracket before it;
    /// `None` where the line is none, or begins the entry of a list that `key` is.
    pub(super) fn opened(&self, key: Span) -> Option<&'a str> {
        let opened = &self.text[self.line_start(key.start)..key.end];
        let names = opened.strip_prefix('[').filter(|_| !opened.ends_with(']'))?;
        Some(if names.starts_with('[') { names } else { opened })
    }

    /// What is written before a name that is one of several joined by dots.
    pub(super) fn prefix(&self, key: Span) -> &'a str {
        prefix(self.text, key.start)
    }

    /// What is written before a name and the `depth` names before it that are joined to it by dots.
    pub(super) fn outer(&self, key: Span, depth: usize) -> &'a str {
        let prefix = self.prefix(key);
        let ends = prefix.char_indices().filter(|(_, sign)| *sign == '.').map(|(at, _)| at + 1).rev();
        &prefix[..ends.chain([0]).nth(depth).unwrap_or(0)]
    }

    /// The `depth` names before a name with as many bytes, joined to it by dots, and that name.
    pub(super) fn before(&self, key: Span, depth: usize, length: usize) -> Span {
        let dropped = self.prefix(key).len() - self.outer(key, depth).len();
        self.source.span(key.start - dropped..key.start + length)
    }

    /// The name before this one, joined to it by a dot.
    pub(super) fn name_before(&self, key: Span) -> Span {
        let start = key.start - (self.prefix(key).len() - self.outer(key, 1).len());
        self.source.span(start..key.start.saturating_sub(1).max(start))
    }

    /// Whether another name comes after this one and a dot.
    pub(super) fn goes_on(&self, key: Span) -> bool {
        self.text[key.end..].starts_with('.')
    }

    /// Whether two names stand on the same line.
    pub(super) fn are_on_one_line(&self, one: Span, other: Span) -> bool {
        self.line_start(one.start) == self.line_start(other.start)
    }

    /// Where each byte of a string with this content is written.
    pub(super) fn written<'t>(&self, node: &Node<'_>, content: &'t str) -> Written<'t> {
        Written::new(self.source, node.span().start, &self.text[node.span()], content)
    }

    /// Where the user name and the password in a URL are written; the whole string where that is not plain to see.
    pub(super) fn credentials(&self, node: &Node<'_>) -> Span {
        let raw = &self.text[node.span()];
        let start = raw.find("://").map_or(1, |at| at + "://".len());
        let end = raw.rfind('@').filter(|end| start < *end);
        end.map_or(self.span(node), |end| self.source.span(node.span().start + start..node.span().start + end))
    }
}
