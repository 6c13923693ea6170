//! Versions in use that fail with something the policy uses. All of them are in the catalog's `known-bad.toml`.

use super::{Context, Machine, channel_too_new};
use crate::catalog::{Bug, catalog};
use crate::finding::{Finding, KNOWN_BAD_VERSION};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let newest = context.policy.fleet.newest.map(|newest| newest.value);
    let bugs = catalog().bugs().iter().filter(|bug| bug.affects(context.oldest(), newest));
    let bugs = bugs.filter(|bug| bug.platforms.contains(&machine.platform));
    for bug in bugs.filter(|bug| !channel_too_new::speaks_of(context, machine.platform, bug)) {
        let uses: Option<Vec<Span>> = bug.uses.iter().map(|what| machine.uses(context, what)).collect();
        if let Some([first, ..]) = uses.as_deref() {
            findings.push(found(context, bug, *first));
        }
    }
}

fn found(context: &Context<'_>, bug: &Bug, at: Span) -> Finding {
    let platform = match bug.platforms.as_slice() {
        [only] => format!(" on {}", only.title()),
        _ => String::new(),
    };
    let instead = bug.instead.as_ref().map_or(String::new(), |instead| format!(", or {instead}"));
    let message = format!("Docker Desktop {}{platform} {}", bug.versions(), bug.effect);
    let mut finding = Finding::new(&KNOWN_BAD_VERSION, at, message)
        .label("used here")
        .related(context.policy.fleet.oldest.span, "in use from here on")
        .help(format!("{}{instead}", context.raise(bug.before)));
    finding.severity = bug.severity;
    finding
}
