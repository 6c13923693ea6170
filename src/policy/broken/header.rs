//! The table that a header was meant to open which is no TOML: a bracket too few or too many, a blank in a name.

use std::ops::Range;

use toml::de::DeTable;

use super::statement::is_our_name;
use crate::finding::nearest;
use crate::policy::grammar::{self, Kind};

/// What a header means.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// The names that lead to its table, with their places.
    pub(super) names: Vec<(String, Range<usize>)>,
    /// Whether it begins an entry of a list.
    pub(super) is_list: bool,
}

impl Header {
    /// As TOML has it.
    pub(super) fn written(&self) -> String {
        let names = self.names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".");
        if self.is_list { format!("[[{names}]]") } else { format!("[{names}]") }
    }

    /// The header that the line from `start` was meant to be: bare names between brackets. Where one is missing before
    /// them, or is another mark, only a table of a policy can be meant.
    pub(super) fn meant(text: &str, start: usize) -> Option<Self> {
        let line = text[start..].lines().next()?;
        let is_opened = line.trim_start().starts_with('[');
        let from = start + opening(line)?;
        let content = &text[from..start + line.len()];
        let inner = inner(content);
        let rest = content[inner.len()..].split('#').next().unwrap_or_default();
        if !is_opened && (rest.trim().is_empty() || rest.contains(|mark: char| mark.is_alphanumeric() || mark == '{')) {
            return None;
        }
        let is_quoted = inner.contains(['"', '\'']);
        let is_apart = !is_quoted && inner.trim_matches(is_no_name).contains(OTHER_DOTS);
        let mut names = Vec::new();
        let mut at = from;
        for part in inner.split(|mark| mark == '.' || is_apart && OTHER_DOTS.contains(&mark)) {
            let place = at + part.len() - part.trim_start().len()..at + part.trim_end().len();
            at += part.len() + 1;
            let plain = part.trim_matches(is_no_name);
            if is_apart && plain.is_empty() {
                continue;
            }
            names.extend(
                if names.is_empty() { first(plain) } else { vec![later(plain)] }
                    .into_iter()
                    .map(|name| (name, place.clone())),
            );
        }
        let is_bare = names.iter().all(|(name, _)| super::is_bare(name));
        if !is_bare || !is_table(&names.first()?.0) && (!is_opened || is_apart) {
            return None;
        }
        let of_a_list =
            |name: &str| grammar::POLICY.keys.iter().any(|key| key.name == name && matches!(key.kind, Kind::List(_)));
        let is_list = matches!(&names[..], [(name, _)] if of_a_list(name));
        Some(Self { names, is_list })
    }
}

impl Header {
    /// Whether the line from `start`, which begins with a bracket, was to open a table rather than to hold the element
    /// of a list: one of ours, or one near to that, or any whose names are bare and no values.
    pub(super) fn is_begun(text: &str, start: usize) -> bool {
        let line = text[start..].split(['\n', '#']).next().unwrap_or_default().trim();
        if line.contains(['"', '\'']) || line.ends_with(',') {
            return false;
        }
        let Some(Self { names, .. }) = Self::meant(text, start) else { return false };
        let first = names.first().map_or("", |(name, _)| name);
        let is_ours = || is_table(first) || nearest(first, grammar::POLICY.keys.iter().map(|key| key.name)).is_some();
        let is_value = || DeTable::parse(&format!("x = {line}")).is_ok();
        is_ours() || line.ends_with(']') && !is_value()
    }
}

/// What stands between names where a dot was meant.
const OTHER_DOTS: [char; 4] = [',', '/', ':', ']'];

/// Whether a character can stand in no name.
fn is_no_name(mark: char) -> bool {
    !mark.is_alphanumeric() && !"-_".contains(mark)
}

/// Where the names begin in a line that may be a header: after its brackets, what stands in their place, and a mark or
/// two before them.
fn opening(line: &str) -> Option<usize> {
    let content = line.trim_start();
    let before = content.split('[').next().unwrap_or_default();
    let is_mark = before.trim().chars().count() <= 1 && !before.contains(['=', '#', ';', '"', '\'']);
    let names = match content.starts_with('[') {
        true => content.trim_start_matches(['[', ' ', '\t', '#']),
        false if is_mark && before.len() < content.len() => {
            content[before.len()..].trim_start_matches(['[', ' ', '\t'])
        }
        false => content.trim_start_matches(['(', '{', '<']),
    };
    (!content.starts_with("//")).then_some(line.len() - names.len())
}

/// The names of a header up to what closes it. A bracket between names closes nothing.
fn inner(content: &str) -> &str {
    let whole = content.split('#').next().unwrap_or_default().trim_end().trim_end_matches(']');
    if whole.chars().all(|mark| !is_no_name(mark) || mark == '.' || mark == ']') {
        return whole;
    }
    &content[..content.find([']', '#', ')', '}', '>']).unwrap_or(content.trim_end_matches(':').len())]
}

/// Whether a policy has a table of this name.
fn is_table(name: &str) -> bool {
    grammar::POLICY.keys.iter().any(|key| key.name == name && !matches!(key.kind, Kind::Texts))
}

/// The names that the first one stands for: a blank in it may be a slip, or stand for the dot before the next.
fn first(said: &str) -> Vec<String> {
    let whole = ["", "-"].into_iter().map(|between| joined(said, between)).find(|whole| is_table(whole));
    whole.map_or_else(|| said.split_whitespace().map(str::to_owned).collect(), |whole| vec![whole])
}

/// The name that a later one stands for: one that is known without its blanks, or a ring.
fn later(said: &str) -> String {
    let whole = joined(said, "");
    if is_our_name(&whole) { whole } else { joined(said, "-") }
}

fn joined(said: &str, between: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(between)
}
