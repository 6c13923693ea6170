//! What runs outside Enhanced Container Isolation, or lets users into the machine that isolates.

use super::{Context, Machine};
use crate::finding::{ECI_COVERAGE, Finding};

/// A setting that, when true, leaves something uncovered, and what that is.
const OUTSIDE: [(&str, &str); 3] = [
    ("kubernetes.enabled", "pods of a kubeadm cluster run outside the isolation; those of a kind cluster run inside"),
    ("extensionsEnabled", "the containers of extensions run outside the isolation"),
    ("linuxVM.wslEngineEnabled", "with WSL 2, `wsl -d docker-desktop` lets every user into the VM that isolates"),
];

/// Whether this rule speaks about a setting of these machines: it says more than that the value is a weak one.
pub(super) fn speaks_of(machine: &Machine<'_>, key: &str) -> bool {
    machine.may_be("enhancedContainerIsolation.value", true)
        && OUTSIDE.iter().any(|(outside, _)| *outside == key && machine.is(key, true).is_some())
}

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(isolation) = machine.is("enhancedContainerIsolation.value", true) else { return };
    for (key, effect) in OUTSIDE {
        let Some(said) = machine.is(key, true).filter(|said| !said.by_exception) else { continue };
        let finding = Finding::new(&ECI_COVERAGE, said.span, effect)
            .label("not covered")
            .related(isolation.name, "the isolation is on")
            .help(format!("{}, or allow the finding with what covers it instead", context.instead(&said, "false")));
        findings.push(finding);
    }
}
