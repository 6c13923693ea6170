//! A value that an older Docker Desktop does not know does nothing there, although it knows the setting.

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, KEY_TOO_NEW, Severity};
use crate::resolve::Resolved;

pub(super) fn check(context: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    let oldest = context.policy.fleet.oldest;
    let newer: Vec<_> = resolved.setting.newer.iter().filter(|newer| newer.since > oldest.value).collect();
    let Some(said) = Decided::of(resolved).filter(|_| !newer.is_empty()) else { return };
    for (text, span) in said.texts() {
        let Some(newer) = newer.iter().find(|newer| newer.value == text) else { continue };
        let message = format!("`{text}` does nothing on Docker Desktop {}: it is newer than the fleet", oldest.value);
        let mut finding = Finding::new(&KEY_TOO_NEW, span, message)
            .label(format!("since {}", newer.since))
            .related(oldest.span, "the oldest version in use")
            .help(format!("remove it, or {}", context.raise(newer.since)));
        finding.severity = Severity::Warning;
        findings.push(finding);
    }
}
