//! A hundred rings that inherit one line have one finding: what is the same is said once, with the machines it is about.

use std::collections::BTreeMap;

use super::{Context, Machine};
use crate::finding::{Finding, Machines};
use crate::platform::Platform;
use crate::source::Span;

/// Findings about machines, each once.
#[derive(Default)]
pub(super) struct Collection<'c> {
    /// By place, code and message.
    found: BTreeMap<(Span, &'static str, String), (Finding, Vec<&'c Machine<'c>>)>,
    /// Reused, since most rules find nothing on most machines.
    scratch: Vec<Finding>,
}

impl<'c> Collection<'c> {
    /// Adds what `look` finds on a machine.
    pub(super) fn add(&mut self, machine: &'c Machine<'c>, look: impl FnOnce(&mut Vec<Finding>)) {
        look(&mut self.scratch);
        for finding in self.scratch.drain(..) {
            let key = (finding.primary.span, finding.code.name, finding.message.clone());
            let (_, machines) = self.found.entry(key).or_insert((finding, Vec::new()));
            if machines.last().is_none_or(|last| !std::ptr::eq(*last, machine)) {
                machines.push(machine);
            }
        }
    }

    /// Hands the findings over, each with its machines unless those are all.
    pub(super) fn finish(self, context: &Context<'_>, findings: &mut Vec<Finding>) {
        for (mut finding, machines) in self.found.into_values() {
            finding.machines = some_of(context, &machines);
            findings.push(finding);
        }
    }
}

/// The rings and platforms, where they are not all.
fn some_of(context: &Context<'_>, machines: &[&Machine<'_>]) -> Option<Machines> {
    let mut rings: Vec<String> = machines.iter().map(|machine| machine.ring.name.clone()).collect();
    rings.dedup();
    let has = |platform: &Platform| machines.iter().any(|machine| machine.platform == *platform);
    let mut platforms: Vec<Platform> = context.policy.fleet.platforms.iter().copied().filter(has).collect();
    if rings.len() == context.policy.rings.len() {
        rings.clear();
    }
    if platforms.len() == context.policy.fleet.platforms.len() {
        platforms.clear();
    }
    (!rings.is_empty() || !platforms.is_empty()).then_some(Machines { rings, platforms })
}
