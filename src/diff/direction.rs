//! Which way a change goes.

use serde::Serialize;

/// Which way a change goes, in the order in which a reviewer wants to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Users may do more than before, or more is exposed.
    Loosens,
    /// Some of each, or nobody can say. A gate treats it as loosening.
    Unclear,
    /// Users may do less than before, or less is exposed.
    Tightens,
    /// No matter of safety.
    Neutral,
}

impl Direction {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Loosens, Self::Unclear, Self::Tightens, Self::Neutral];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loosens => "loosens",
            Self::Unclear => "unclear",
            Self::Tightens => "tightens",
            Self::Neutral => "neutral",
        }
    }

    /// "3 loosen", "1 is unclear".
    pub fn count(self, count: usize) -> String {
        let verb = match (self, count == 1) {
            (Self::Loosens, true) => "loosens",
            (Self::Loosens, false) => "loosen",
            (Self::Tightens, true) => "tightens",
            (Self::Tightens, false) => "tighten",
            (Self::Unclear, true) => "is unclear",
            (Self::Unclear, false) => "are unclear",
            (Self::Neutral, true) => "is neutral",
            (Self::Neutral, false) => "are neutral",
        };
        format!("{count} {verb}")
    }

    /// The direction of the change back.
    #[must_use]
    pub fn flip(self) -> Self {
        match self {
            Self::Loosens => Self::Tightens,
            Self::Tightens => Self::Loosens,
            Self::Unclear | Self::Neutral => self,
        }
    }

    /// The direction of two changes at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Neutral, direction) | (direction, Self::Neutral) => direction,
            _ if self == other => self,
            _ => Self::Unclear,
        }
    }

    /// Whether a gate on loosening stops it: what may loosen counts as if it did.
    pub fn may_loosen(self) -> bool {
        matches!(self, Self::Loosens | Self::Unclear)
    }
}
