//! Lists of hosts that contradict each other, or that leave out what a pull needs.

use super::Context;
use crate::catalog::registries::registry;
use crate::finding::{Finding, MISSING_KEY, NETWORK_ENTRY_VOID, REGISTRY_ACCESS_VOID, REGISTRY_INCOMPLETE, one_of};
use crate::network::{Answer, Destination, Entry, Hosts, Network, WEB, Why};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    for network in &policy.networks {
        everything_passes(network, findings);
        nothing_listed(network, findings);
        for entry in network.allow.iter().filter(|entry| matches!(entry.why, Why::Named)) {
            refused_after_all(network, entry, findings);
            without_companions(network, entry, findings);
        }
        for entry in network.proxied.iter().filter(|entry| matches!(entry.why, Why::Named)) {
            never_proxied(network, entry, findings);
        }
    }
}

fn everything_passes(network: &Network, findings: &mut Vec<Finding>) {
    let open = network.allow.iter().any(|entry| matches!(entry.why, Why::Everything));
    if open && !network.registries.is_empty() {
        let message = "every registry can be reached, whatever the list says: the script cannot tell a pull from what a container does";
        let finding = Finding::new(&REGISTRY_ACCESS_VOID, network.default, message)
            .label("lets everything through")
            .related(network.span, "this list then restricts nothing")
            .help("write `default = \"deny\"` and list under `allow` what containers need");
        findings.push(finding);
    }
}

fn nothing_listed(network: &Network, findings: &mut Vec<Finding>) {
    if let Some(table) = network.without_list {
        let message = "`[registry-access]` has no `registries`: every pull would be refused";
        let help = "add `registries = [\"docker.io\"]`, or `registries = []` to refuse every pull";
        findings.push(Finding::new(&MISSING_KEY, table, message).label("incomplete").help(help));
    }
}

/// Where an entry that names one host leads: its own ports, or a few that stand for all.
fn destinations(entry: &Entry) -> Vec<Destination> {
    let ports = entry.pattern.ports.clone().unwrap_or_else(|| [&WEB[..], &[5000, 49152]].concat());
    let Some(place) = entry.pattern.host() else { return Vec::new() };
    ports.into_iter().map(|port| Destination { place: place.clone(), port }).collect()
}

fn refused_after_all(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let to = destinations(entry);
    let by: Vec<_> = to
        .iter()
        .filter_map(|to| Some(network.decide(Some(to))).filter(|it| it.answer == Answer::Refused)?.by)
        .collect();
    if let Some(by) = by.first().filter(|_| by.len() == to.len()) {
        let message = format!("`{}` is let through and refused, and refusing wins", host_of(entry));
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("has no effect")
            .related(by.span, "refuses it")
            .help("remove one of them");
        findings.push(finding);
    }
}

fn never_proxied(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let to = destinations(entry);
    let refused = |to: &Destination| network.decide(Some(to)).answer == Answer::Refused;
    if !to.is_empty() && to.iter().all(refused) {
        let message = format!("nothing lets `{}` through, so it never gets to the proxy", host_of(entry));
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("has no effect")
            .help("`for` says how a host is reached; let it through under `registries` or `allow`");
        findings.push(finding);
    }
}

fn without_companions(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let Hosts::Name(name) = &entry.pattern.hosts else { return };
    if network.registries.iter().any(|registry| registry.span == entry.span) {
        return;
    }
    let Some(found) = registry(name) else { return };
    let hosts: Vec<String> =
        found.companions().map(|(host, _)| host).filter(|host| is_refused(network, host)).collect();
    if !hosts.is_empty() {
        let message = format!(
            "`{name}` alone lets no image through: a pull from {} goes on to {}",
            found.registry.title,
            one_of(hosts.iter().map(String::as_str)).replace(" or ", " and ")
        );
        let finding = Finding::new(&REGISTRY_INCOMPLETE, entry.span, message)
            .label("a registry")
            .help(format!("list it under `[registry-access]`: `registries = [\"{name}\"]` brings the others along"));
        findings.push(finding);
    }
}

/// Whether a host, or one below `*.domain`, is refused.
fn is_refused(network: &Network, host: &str) -> bool {
    let to = Destination::of_url(&format!("https://{}", host.replace('*', "any")));
    network.decide(to.as_ref()).answer == Answer::Refused
}

/// The host as a person would write it, without the ports that the script adds.
fn host_of(entry: &Entry) -> String {
    crate::network::Pattern { ports: None, ..entry.pattern.clone() }.to_string()
}
