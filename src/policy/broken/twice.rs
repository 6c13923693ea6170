//! Names that a table has twice: what stands where, so that both can be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::statement::{Statement, statements};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::source::Span;

/// A policy whose later words count where two stand for one name.
#[derive(Debug)]
pub struct Second {
    /// The policy.
    pub policy: Policy,
    /// Where those words stand. What is found elsewhere is found without them.
    pub places: Vec<Span>,
}

impl Second {
    /// Whether a finding is about words that only count here.
    pub(crate) fn concerns(&self, finding: &Finding) -> bool {
        let at = finding.primary.span;
        self.places.iter().any(|place| place.source == at.source && (place.start..place.end).contains(&at.start))
    }
}

/// Which of two that stand for one name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Which {
    First,
    Second,
}

/// Two places that say something under one name.
#[derive(Debug)]
pub(super) struct Twice {
    /// The name where it stands first.
    pub(super) first: Part,
    /// The name where the parser stumbles over it.
    pub(super) second: Part,
}

/// One of the two.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Part {
    pub(super) name: Range<usize>,
    /// The statement, with all that stands below it when it is a header.
    pub(super) whole: Range<usize>,
    pub(super) is_header: bool,
}

/// The pairs to the names that begin at `seconds`, in a text that is TOML but for them.
pub(super) fn pairs(text: &str, seconds: &BTreeSet<usize>) -> Vec<Twice> {
    let mut pairs = Vec::new();
    let mut known: BTreeMap<Vec<String>, Part> = BTreeMap::new();
    let mut lists: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut header = Vec::new();
    let statements = if seconds.is_empty() { Vec::new() } else { statements(text) };
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
            let part = Part { name: span.clone(), whole: statement.range.start..end, is_header: statement.is_header };
            if seconds.contains(&span.start) {
                if let Some(first) = known.insert(path.clone(), part.clone()) {
                    pairs.push(Twice { first, second: part });
                }
            } else {
                known.entry(path.clone()).or_insert(part);
            }
            if is_list && place + 1 == names.len() {
                *lists.entry(path.clone()).or_default() += 1;
            }
            // Each table of a list has its own names.
            path.extend(lists.get(&path).map(|count| format!("[{count}]")));
        }
        if statement.is_header {
            header = path;
        }
    }
    pairs
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
