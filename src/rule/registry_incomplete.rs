//! A registry that is let through without the hosts of its layers.

use super::{Context, Machine};
use crate::catalog::registries::registry;
use crate::finding::{Finding, REGISTRY_INCOMPLETE, all_of};
use crate::network::{Answer, Decision, Destination, Entry, Hosts, Network, Pattern, Why};
use crate::source::Spanned;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    for registry in &network.registries {
        refused(network, registry, findings);
    }
    let named = network.allow.iter().filter(|entry| matches!(entry.why, Why::Named));
    for entry in named.filter(|_| context.knows_what_passes()) {
        missing(network, entry, findings);
    }
}

/// A registry whose further hosts are refused, and not the registry itself.
fn refused(network: &Network, its: &Spanned<Pattern>, findings: &mut Vec<Finding>) {
    if network.decide(its.value.pull().as_ref()).answer == Answer::Refused {
        return;
    }
    let of_registry = |entry: &&Entry| {
        let is_needed = |registry: &str| matches!(&its.value.hosts, Hosts::Name(name) if name == registry);
        matches!(&entry.why, Why::Companion(registry, companion) if is_needed(registry) && !companion.optional)
    };
    let refused: Vec<(String, &Entry)> = network
        .allow
        .iter()
        .filter(of_registry)
        .filter_map(|entry| {
            let host = entry.host();
            let decision = at_443(network, &host);
            Some((host, decision.by.filter(|_| decision.answer == Answer::Refused)?))
        })
        .collect();
    if let Some((_, by)) = refused.first() {
        let hosts = all_of(refused.iter().map(|(host, _)| host.as_str()));
        let message = format!("a pull from `{}` stops: it goes on to {hosts}, and refusing wins", its.value);
        let finding = Finding::new(&REGISTRY_INCOMPLETE, its.span, message)
            .label("a registry without its further hosts")
            .related(by.span, "refuses them")
            .help("take them out of `deny`, or remove the registry");
        findings.push(finding);
    }
}

/// A host under `allow` that is a registry, and brings nothing along there.
fn missing(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let Hosts::Name(name) = &entry.pattern.hosts else { return };
    let is_service_of_its_own = entry.pattern.ports.as_ref().is_some_and(|ports| !ports.contains(&443));
    let Some(found) = registry(name).filter(|_| !is_service_of_its_own) else { return };
    let needed = found.companions().filter(|(_, companion)| !companion.optional).map(|(host, _)| host);
    let hosts: Vec<String> = needed.filter(|host| at_443(network, host).answer == Answer::Refused).collect();
    if !hosts.is_empty() {
        let message = format!(
            "`{name}` alone lets no image through: a pull from {} goes on to {}",
            found.registry.title,
            all_of(hosts.iter().map(String::as_str))
        );
        let finding = Finding::new(&REGISTRY_INCOMPLETE, entry.span, message)
            .label("a registry")
            .help(format!("list it under `[registry-access]`: `registries = [\"{name}\"]` brings the others along"));
        findings.push(finding);
    }
}

/// What becomes of a host where pulls go, or of one below `*.domain`.
fn at_443<'n>(network: &'n Network, host: &str) -> Decision<'n> {
    network.decide(Destination::of_url(&format!("https://{}", host.replace('*', "any"))).as_ref())
}
