//! Other policies that a file may mean: what says something in another place than what counts is judged in one of them.

use super::Policy;
use crate::finding::Finding;
use crate::source::Span;

/// A policy in which other words count, where several stand for one thing.
#[derive(Debug)]
pub struct Alternative {
    /// The policy.
    pub policy: Policy,
    /// Where those words stand. What is found elsewhere is found without them.
    pub places: Vec<Span>,
}

impl Alternative {
    /// Whether a finding is about words that only count here.
    pub(crate) fn concerns(&self, finding: &Finding) -> bool {
        let at = finding.primary.span;
        self.places.iter().any(|place| place.source == at.source && (place.start..place.end).contains(&at.start))
    }
}
