//! Names that a table has more than once: what stands where, so that each can be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use super::statement::{Statement, statements, tokens};

/// One of several that stand for one name.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Part {
    pub(super) name: Range<usize>,
    /// The entry, with all that stands below it when it is a header.
    pub(super) whole: Range<usize>,
    pub(super) is_header: bool,
    /// In braces, the comma before it and the one after it.
    commas: [Option<usize>; 2],
}

impl Part {
    /// What goes with it when a later one of the same name stays.
    pub(super) fn before_another(&self) -> Range<usize> {
        self.whole.start..self.commas[1].map_or(self.whole.end, |comma| comma + 1)
    }

    /// What goes with it when an earlier one stays.
    pub(super) fn after_another(&self) -> Range<usize> {
        self.commas[0].unwrap_or(self.whole.start)..self.whole.end
    }
}

/// What stands under one name with each name that begins at `again`, in a text that is TOML but for them.
pub(super) fn groups(text: &str, again: &BTreeSet<usize>) -> Vec<Vec<Part>> {
    let mut known: BTreeMap<Vec<String>, Vec<Part>> = BTreeMap::new();
    let mut in_braces = Vec::new();
    let mut lists: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut header = Vec::new();
    let statements = if again.is_empty() { Vec::new() } else { statements(text) };
    for (at, statement) in statements.iter().enumerate() {
        let mut path = if statement.is_header { Vec::new() } else { header.clone() };
        let end = if statement.is_header {
            let below = statements[at + 1..].iter().find(|next| next.is_header);
            below.map_or(text.len(), |next| next.range.start)
        } else {
            statement.range.end
        };
        let names = names(text, statement);
        let is_list = statement.is_header && text[statement.range.clone()].trim_start().starts_with("[[");
        for (place, (name, span)) in names.iter().enumerate() {
            path.push(name.clone());
            let whole = statement.range.start..end;
            let part = Part { name: span.clone(), whole, is_header: statement.is_header, commas: [None; 2] };
            let parts = known.entry(path.clone()).or_default();
            if parts.is_empty() || again.contains(&span.start) {
                parts.push(part);
            }
            if is_list && place + 1 == names.len() {
                *lists.entry(path.clone()).or_default() += 1;
            }
            // Each table of a list has its own names.
            path.extend(lists.get(&path).map(|count| format!("[{count}]")));
        }
        let value = names.last().map_or(statement.range.start, |(_, name)| name.end);
        if !statement.is_header && again.range(value..statement.range.end).next().is_some() {
            in_braces.extend(members(text, &statement.range, again));
        }
        if statement.is_header {
            header = path;
        }
    }
    known.into_values().chain(in_braces).filter(|parts| parts.len() > 1).collect()
}

/// The members that stand under one name in the braces of a statement.
fn members(text: &str, statement: &Range<usize>, again: &BTreeSet<usize>) -> Vec<Vec<Part>> {
    /// Braces that are open, or a list.
    struct Open {
        braces: Option<usize>,
        comma: Option<usize>,
        start: Option<usize>,
        name: Option<Range<usize>>,
        end: usize,
    }
    let mut found: BTreeMap<(usize, String), Vec<Part>> = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    for (kind, range) in tokens(&text[statement.clone()], statement.start) {
        let mut close = |open: &Open, comma: Option<usize>| {
            let (Some(braces), Some(start), Some(name)) = (open.braces, open.start, open.name.clone()) else { return };
            let plain = text[name.clone()].split('.').map(|name| name.trim().trim_matches(['"', '\'']));
            let parts = found.entry((braces, plain.collect::<Vec<_>>().join("."))).or_default();
            let second = again.range(name.clone()).next_back();
            if parts.is_empty() || second.is_some() {
                let name = second.map_or(name.start, |start| *start)..name.end;
                parts.push(Part { name, whole: start..open.end, is_header: false, commas: [open.comma, comma] });
            }
        };
        match kind {
            TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket => {
                let braces = (kind == TokenKind::LeftCurlyBracket).then_some(range.start);
                open.push(Open { braces, comma: None, start: None, name: None, end: range.end });
                continue;
            }
            TokenKind::RightCurlyBracket | TokenKind::RightSquareBracket => {
                if let Some(open) = open.pop() {
                    close(&open, None);
                }
            }
            TokenKind::Comma => {
                if let Some(open) = open.last_mut() {
                    close(open, Some(range.start));
                    (open.comma, open.start, open.name) = (Some(range.start), None, None);
                    continue;
                }
            }
            TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment => continue,
            TokenKind::Equals => {
                if let Some(open) = open.last_mut().filter(|open| open.name.is_none()) {
                    open.name = open.start.map(|start| start..open.end);
                }
            }
            _ => {}
        }
        if let Some(open) = open.last_mut() {
            open.start.get_or_insert(range.start);
            open.end = range.end;
        }
    }
    found.into_values().collect()
}

/// The names that a header or a line begins with, and where they stand.
fn names(text: &str, statement: &Statement) -> Vec<(String, Range<usize>)> {
    let said = &text[statement.range.clone()];
    let mut names = Vec::new();
    let root = DeTable::parse_recoverable(said).0;
    let mut table = Some(root.get_ref());
    while let Some((key, node)) = table.and_then(|table| table.iter().next()) {
        let start = statement.range.start;
        names.push((key.get_ref().to_string(), start + key.span().start..start + key.span().end));
        table = match node.get_ref() {
            DeValue::Table(table) if !said[node.span()].starts_with('{') => Some(table),
            DeValue::Array(list) if statement.is_header => {
                list.iter().next().and_then(|node| node.get_ref().as_table())
            }
            _ => None,
        };
    }
    names
}
