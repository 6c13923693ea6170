//! Names that are passed through unseen: each is said, and said loudly where it stops Docker Desktop.

use std::collections::BTreeMap;

use super::{Context, Machine};
use crate::finding::{Finding, Severity, UNDOCUMENTED_SETTING};
use crate::source::Span;
use crate::version::Version;

/// The first Docker Desktop that starts when a file holds a name it does not know.
const TOLERANT: Version = Version::new(4, 43);

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    let oldest = &policy.fleet.oldest;
    let reach = |machine: &Machine<'_>| policy.undocumented(&machine.ring.name, machine.platform);
    let by_place: BTreeMap<Span, _> =
        context.machines.iter().flat_map(reach).map(|setting| (setting.span, setting)).collect();
    for setting in by_place.into_values() {
        let name = &setting.name;
        let mut finding = Finding::new(
            &UNDOCUMENTED_SETTING,
            setting.span,
            format!("`{name}` is passed through: no vendor page documents it, and Docker Desktop may ignore it"),
        )
        .label("undocumented");
        if oldest.value < TOLERANT {
            finding.severity = Severity::Error;
            finding.message = format!(
                "`{name}` stops Docker Desktop {} from starting: below {TOLERANT} an unknown name is fatal",
                oldest.value
            );
            finding = finding
                .related(oldest.span, "the oldest version in use")
                .help(format!("remove the name, or {}", context.raise(TOLERANT)));
        }
        findings.push(finding);
    }
}
