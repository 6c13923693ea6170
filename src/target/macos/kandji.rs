//! Kandji (Iru): a Custom Script is a pair, an audit and what runs when the audit fails.

use crate::bundle::Artifact;
use crate::resolve::{Machine, Plan};
use crate::target::scripts;

/// The pair.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    vec![
        Artifact::new(
            "kandji/audit.sh",
            scripts::audit(machine, &scripts::AUDIT),
            "Library > Custom Script > Audit Script, to run every 15 minutes. The profile of any MDM goes beside it as a Custom Profile.",
        ),
        Artifact::new("kandji/remediation.sh", scripts::install(machine), "The Remediation Script of the same item."),
    ]
}
