//! Which of two values is safer.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value as Json;

use super::entry::{Covers, covers, entries, items, same};
use super::{Direction, daemon_options};
use crate::catalog::{Safer, Setting, Type};

/// How two values of a fact compare.
#[derive(Clone, Debug)]
pub enum Measure<'a> {
    /// It is not a matter of safety.
    Indifferent,
    /// This truth value is safer.
    Truth(bool),
    /// Words, safest first.
    Order(Cow<'a, [&'a str]>),
    /// Fewer entries are safer; none is safest.
    Fewer(Covers),
    /// More entries are safer.
    More(Covers),
    /// It depends on what stanchion cannot see.
    Depends,
    /// A JSON object of daemon options, each of which has a measure of its own.
    DaemonOptions,
    /// Docker organizations: fewer are safer, and the first one's registry rules apply.
    Organizations,
}

impl<'a> Measure<'a> {
    /// What the catalog knows.
    pub(super) fn of(setting: &'a Setting) -> Self {
        if setting.kind == Type::Json {
            return Self::DaemonOptions;
        }
        match &setting.safer {
            None => Self::Indifferent,
            Some(Safer::Boolean(truth)) => Self::Truth(*truth),
            Some(Safer::Order(words)) => Self::Order(words.iter().map(String::as_str).collect()),
            Some(Safer::Rule(rule)) => match rule.as_str() {
                // Text that may be empty is a list of none.
                "subset" | "empty" => Self::Fewer(covers(setting)),
                "superset" => Self::More(covers(setting)),
                _ => Self::Depends,
            },
        }
    }

    /// The direction from one value to another.
    pub(super) fn compare(&self, old: &Json, new: &Json) -> Direction {
        if old == new {
            return Direction::Neutral;
        }
        match self {
            Self::Indifferent => Direction::Neutral,
            Self::Truth(safe) => match new.as_bool() {
                Some(truth) if truth == *safe => Direction::Tightens,
                Some(_) => Direction::Loosens,
                None => Direction::Unclear,
            },
            Self::Order(words) => {
                let place = |value: &Json| words.iter().position(|word| value == word);
                match (place(old), place(new)) {
                    (Some(old), Some(new)) => match old.cmp(&new) {
                        Ordering::Less => Direction::Loosens,
                        Ordering::Equal => Direction::Neutral,
                        Ordering::Greater => Direction::Tightens,
                    },
                    _ => Direction::Unclear,
                }
            }
            Self::Fewer(covers) => entries(*covers, &items(old), &items(new)),
            Self::More(covers) => entries(*covers, &items(old), &items(new)).flip(),
            Self::Depends => Direction::Unclear,
            Self::DaemonOptions => daemon_options::compare(old, new),
            Self::Organizations => {
                let (old, new) = (items(old), items(new));
                let first = if old.first() == new.first() { Direction::Neutral } else { Direction::Unclear };
                entries(same, &old, &new).and(first)
            }
        }
    }

    /// Whether no value is weaker.
    pub(super) fn is_weakest(&self, value: &Json) -> bool {
        match self {
            Self::Truth(safe) => value.as_bool() == Some(!safe),
            Self::Order(words) => words.last().is_some_and(|last| value == last),
            _ => false,
        }
    }

    /// Whether no value is safer.
    pub(super) fn is_safest(&self, value: &Json) -> bool {
        match self {
            Self::Truth(safe) => value.as_bool() == Some(*safe),
            Self::Order(words) => words.first().is_some_and(|first| value == first),
            Self::Fewer(_) => items(value).is_empty(),
            _ => false,
        }
    }

    /// Which value is safer, to be read before the reason.
    pub(super) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Indifferent | Self::Organizations => return None,
            Self::Truth(safe) => format!("`{safe}` is safer"),
            Self::Order(words) => {
                format!("Safest first: {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
            }
            Self::Fewer(_) => "Fewer entries are safer".to_owned(),
            Self::More(_) => "More entries are safer".to_owned(),
            Self::Depends => "Which value is safer depends".to_owned(),
            Self::DaemonOptions => "Locked is safer".to_owned(),
        })
    }
}
