//! A proxy for containers that no port leads through holds image pulls and nothing else.

use super::{Context, Machine};
use crate::finding::{CONTAINERS_PROXY_OPEN, Finding};

const PORTS: &str = "containersProxy.transparentPorts";

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    // The tables that write the group have rules of their own.
    if context.network(machine).is_some() {
        return;
    }
    let Some(mode) = machine.said("containersProxy.mode").filter(|mode| mode.is("manual")) else { return };
    let ports = machine.said(PORTS);
    let is_open = ports.map_or(machine.lacks(PORTS), |ports| ports.is_empty() && !ports.by_exception);
    if !is_open || mode.by_exception {
        return;
    }
    let message = "running containers reach the network past this proxy, because no port is transparent to it; image \
                   pulls obey it from now on";
    let (at, label) = match ports {
        Some(ports) => (ports.span, "no port"),
        None => (mode.name, "without `transparentPorts`"),
    };
    let every = match ports {
        Some(ports) => context.instead(&ports, "\"*\""),
        None => context.beside(mode.name, mode.key, "containersProxy.transparentPorts", "\"*\""),
    };
    let help = format!("{every}, or the ports as in `\"80,443\"`");
    findings.push(Finding::new(&CONTAINERS_PROXY_OPEN, at, message).label(label).help(help));
}
