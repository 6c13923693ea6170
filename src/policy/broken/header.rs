//! The table that a header was meant to open which is no TOML: a bracket too few or too many, a blank in a name.

use std::ops::Range;

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
    /// them, only a table of a policy can be meant.
    pub(super) fn meant(text: &str, start: usize) -> Option<Self> {
        let line = text[start..].lines().next()?;
        let content = line.trim_start().trim_start_matches(['[', ' ', '\t']);
        let is_opened = line.trim_start().starts_with('[');
        let from = start + line.len() - content.len();
        let inner = &content[..content.find([']', '#']).unwrap_or(content.len())];
        if !is_opened && (!content.trim_end().ends_with(']') || content.trim_end_matches(']').len() != inner.len()) {
            return None;
        }
        let mut names = Vec::new();
        let mut at = from;
        for part in inner.split('.') {
            let place = at + part.len() - part.trim_start().len()..at + part.trim_end().len();
            at += part.len() + 1;
            let plain = part.trim().trim_matches('"');
            names.extend(
                if names.is_empty() { first(plain) } else { vec![joined(plain, "-")] }
                    .into_iter()
                    .map(|name| (name, place.clone())),
            );
        }
        let is_known = |name: &str| grammar::POLICY.keys.iter().any(|key| key.name == name);
        let is_bare = names.iter().all(|(name, _)| super::is_bare(name));
        if !is_bare || !is_opened && !is_known(&names.first()?.0) {
            return None;
        }
        let of_a_list =
            |name: &str| grammar::POLICY.keys.iter().any(|key| key.name == name && matches!(key.kind, Kind::List(_)));
        let is_list = matches!(&names[..], [(name, _)] if of_a_list(name));
        Some(Self { names, is_list })
    }
}

/// The names that the first one stands for: a blank in it may be a slip, or stand for the dot before the next.
fn first(said: &str) -> Vec<String> {
    let whole = joined(said, "");
    if grammar::POLICY.keys.iter().any(|key| key.name == whole) {
        return vec![whole];
    }
    said.split_whitespace().map(str::to_owned).collect()
}

fn joined(said: &str, between: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(between)
}
