//! What is not known about a registry, and what Docker Home would not take.

use std::collections::BTreeSet;

use super::{Context, Machine};
use crate::catalog::registries::registry;
use crate::finding::{Finding, REGISTRY_LIST_LONG, REGISTRY_UNKNOWN};
use crate::network::Hosts;
use crate::product::docker_home::{self, MOST};

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if let Some(network) = context.network(machine) {
        for its in &network.registries {
            if !matches!(&its.value.hosts, Hosts::Name(name) if registry(name).is_some()) {
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
