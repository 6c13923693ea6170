//! What a difference consists of.

use serde::Serialize;
use serde_json::Value as Json;

use super::{Direction, lines};
use crate::finding::Code;
use crate::format::json;
use crate::reach::Reach;
use crate::visible::tick;

/// Everything in which two policies differ.
#[derive(Debug, Default)]
pub struct Diff {
    /// What changes: first what loosens, then what is unclear, tightens, and is neutral.
    pub changes: Vec<Change>,
    /// What happens on machines besides.
    pub effects: Vec<Effect>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// A setting, or a key of the policy.
    pub key: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Why, in a few sentences.
    pub why: String,
    /// What was said.
    pub old: Stand,
    /// What is said.
    pub new: Stand,
    /// The approved exception because of which a gate lets it pass although it may loosen.
    pub covered_by: Option<String>,
    /// What comes (`+ …`) and goes (`- …`), for values that are long.
    pub lines: Vec<String>,
    /// Which Docker Desktop of the fleet does not know it.
    pub versions: Option<String>,
    /// The machines; none when it is about the policy as a whole.
    pub reach: Vec<Reach>,
}

/// What a policy says about one fact, and how firmly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stand {
    /// The value; `None` when it says nothing.
    pub value: Option<Json>,
    /// How firmly.
    pub hold: Hold,
    /// The exception that decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// How firmly a policy says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hold {
    /// Nothing is said: users choose.
    Free,
    /// A default, which users may change.
    Default,
    /// Enforced, which they may not.
    Enforced,
    /// Something that has no lock and needs none.
    Bare,
}

impl Stand {
    /// Something without a lock.
    pub(super) fn bare(value: impl Into<Json>) -> Self {
        Self { value: Some(value.into()), hold: Hold::Bare, exception: None }
    }

    /// Nothing.
    pub(super) fn none() -> Self {
        Self { value: None, hold: Hold::Free, exception: None }
    }

    pub(super) fn bare_if(value: Option<impl Into<Json>>) -> Self {
        value.map_or_else(Self::none, Self::bare)
    }

    /// The value as it can stand in code, and what is said about it.
    pub(super) fn words(&self) -> Option<(String, String)> {
        let hold = match self.hold {
            Hold::Enforced => ", enforced",
            Hold::Default => ", a default",
            Hold::Free | Hold::Bare => "",
        };
        let by = self.exception.as_ref().map_or(String::new(), |id| format!(", by exception {}", tick(id)));
        Some((lines::brief(self.value.as_ref()?), format!("{hold}{by}")))
    }
}

impl Change {
    /// The same for the same change, whatever the machine.
    pub(super) fn name(&self) -> String {
        json::compact(&(&self.key, &self.direction, &self.why, &self.old, &self.new, &self.covered_by))
    }

    /// Whether a gate on loosening stops it.
    pub fn stops(&self) -> bool {
        self.direction.may_loosen() && self.covered_by.is_none()
    }
}

/// Something that happens on machines.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// What, in one sentence.
    pub text: String,
    /// The finding under which `explain` tells more.
    pub code: Option<&'static Code>,
    /// The machines.
    pub reach: Vec<Reach>,
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.effects.is_empty()
    }

    /// The changes that a gate on loosening stops: those that loosen or may loosen and that no exception covers.
    pub fn stopped(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.stops())
    }

    /// "2 loosen, 1 tightens; 1 covered by a new exception"; "nothing changes" when there is nothing to count.
    pub fn summary(&self) -> String {
        let count = |direction| self.changes.iter().filter(|change| change.direction == direction).count();
        let counted = Direction::ALL.map(|direction| (direction, count(direction)));
        let parts: Vec<String> = counted
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(direction, count)| direction.count(count))
            .collect();
        let parts = if parts.is_empty() { "nothing changes".to_owned() } else { parts.join(", ") };
        match self.changes.iter().filter(|change| change.covered_by.is_some()).count() {
            0 => parts,
            covered => format!("{parts}; {covered} covered by a new exception"),
        }
    }
}
