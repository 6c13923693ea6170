//! What is not known about a registry, and what Docker Home would not take.

use std::collections::BTreeSet;

use super::{Context, Machine};
use crate::catalog::registries::{Registry, registries, registry};
use crate::finding::{Finding, REGISTRY_INCOMPLETE, REGISTRY_LIST_LONG, REGISTRY_UNKNOWN};
use crate::network::{Hosts, Network, Pattern};
use crate::product::docker_home::{self, MOST};

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if let Some(network) = context.network(machine) {
        for its in &network.registries {
            if let Some(meant) = belongs_to(network, &its.value) {
                // The registry may be an entry that could not be read.
                if !context.knows("registry-access.registries") {
                    continue;
                }
                let message = format!("no pull begins at `{}`: it belongs to {}", its.value, meant.title);
                let finding = Finding::new(&REGISTRY_INCOMPLETE, its.span, message).label("not a registry");
                let name = &meant.names[0];
                findings.push(finding.help(if name.contains('<') {
                    format!("list the registry itself, as `{name}`, which brings the others along")
                } else {
                    format!("did you mean `{name}`? It brings the others along")
                }));
            } else if !matches!(&its.value.hosts, Hosts::Name(name) if registry(name).is_some()) {
                let message = format!(
                    "of `{}` only the host itself is let through: no further hosts of its pulls are known",
                    its.value
                );
                let help = "if it sends clients elsewhere for tokens or layers, list those hosts too; then allow `registry-unknown` under `[check]`";
                findings
                    .push(Finding::new(&REGISTRY_UNKNOWN, its.span, message).label("not in the catalog").help(help));
            }
        }
        let hosts: BTreeSet<_> = docker_home::addresses(network).map(|(address, _)| address).collect();
        if hosts.len() > MOST {
            let message = format!(
                "Registry Access Management in Docker Home takes {MOST} hosts, and this list comes to {} with those that pulls touch besides",
                hosts.len()
            );
            findings.push(Finding::new(&REGISTRY_LIST_LONG, network.span, message).label("too long for Docker Home"));
        }
    }
}

/// The registry of which a listed host serves only a part, unless the list has that registry too.
fn belongs_to(network: &Network, host: &Pattern) -> Option<&'static Registry> {
    let Hosts::Name(host) = &host.hosts else { return None };
    let found = registries().iter().find(|registry| registry.touches(host)).filter(|_| registry(host).is_none())?;
    let is_its = |name: &str| registry(name).is_some_and(|its| its.registry.title == found.title);
    let is_listed = |pattern: &Pattern| matches!(&pattern.hosts, Hosts::Name(name) if is_its(name));
    (!network.registries.iter().any(|listed| is_listed(&listed.value))).then_some(found)
}
