//! Lists of hosts that contradict each other, or that leave out what a pull needs.

use super::Context;
use crate::catalog::registries::registry;
use crate::finding::{Finding, MISSING_KEY, NETWORK_ENTRY_VOID, REGISTRY_ACCESS_VOID, REGISTRY_INCOMPLETE, one_of};
use crate::network::{Answer, Destination, Entry, Hosts, Network, Pattern, WEB, Why};
use crate::source::Spanned;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    for network in &policy.networks {
        everything_passes(network, findings);
        nothing_listed(network, findings);
        nothing_passes(context, network, findings);
        nobody_proxied(network, findings);
        for registry in &network.registries {
            companions_refused(network, registry, findings);
        }
        for entry in network.deny.iter().filter(|entry| matches!(entry.why, Why::Named)) {
            never_refused(network, entry, findings);
        }
        for entry in network.allow.iter().filter(|entry| matches!(entry.why, Why::Named)) {
            refused_after_all(network, entry, findings);
            never_let_through(network, entry, findings);
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

/// A table that only adds a restriction, such as `block-host`, stops everything: to leave `default` out is to refuse.
fn nothing_passes(context: &Context<'_>, network: &Network, findings: &mut Vec<Finding>) {
    let is_said = network.says_default || network.lists_registries;
    if context.is_whole && network.judges_containers && network.allow.is_empty() && !is_said {
        let message =
            "`[container-network]` has no `default` and lets nothing through: every image pull would be refused";
        let finding = Finding::new(&MISSING_KEY, network.table, message).label("incomplete").help(
            "add `default = \"allow\"`, or list registries under `[registry-access]`; if nothing is to pass, write `default = \"deny\"`",
        );
        findings.push(finding);
    }
}

fn nobody_proxied(network: &Network, findings: &mut Vec<Finding>) {
    if let Some(upstream) = network.upstream.as_ref().filter(|_| network.proxied.is_empty()) {
        let message = "`for` is empty, so nothing goes through this proxy: pulls and containers go out directly";
        let finding = Finding::new(&NETWORK_ENTRY_VOID, upstream.span, message)
            .label("has no effect")
            .help("leave `for` out to send everything through the proxy, or list the hosts that need it");
        findings.push(finding);
    }
}

/// Under `deny`: a name with a port on which containers are known by address alone.
fn never_refused(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    if is_unseen(entry) && !network.ports.value.is_empty() {
        let message = format!(
            "`{}` refuses no container: on ports other than 80 and 443 only the address is known",
            entry.pattern
        );
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("refuses image pulls alone")
            .help("list the address or the network instead, such as `10.0.0.0/8`");
        findings.push(finding);
    }
}

/// Under `allow`: the same, where containers are judged on that port.
fn never_let_through(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let is_registry = network.registries.iter().any(|registry| registry.span == entry.span);
    let passes = network.allow.iter().any(|entry| matches!(entry.why, Why::Everything));
    let judged = |port: &u16| network.ports.value.split(',').any(|word| word == "*" || word == port.to_string());
    let is_judged = entry.pattern.ports.iter().flatten().any(judged);
    if is_unseen(entry) && is_judged && !is_registry && !passes {
        let message = format!(
            "`{}` lets no container through: on ports other than 80 and 443 only the address is known",
            entry.pattern
        );
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("lets image pulls through, and nothing else")
            .help("list the address or the network instead, such as `10.0.0.0/8`; a registry belongs under `[registry-access]`");
        findings.push(finding);
    }
}

/// Whether no container's request can match: it has a name, and ports that containers use by address alone.
fn is_unseen(entry: &Entry) -> bool {
    let is_name = matches!(entry.pattern.hosts, Hosts::Name(_) | Hosts::Below(_));
    is_name && entry.pattern.ports.as_ref().is_some_and(|ports| ports.iter().all(|port| !WEB.contains(port)))
}

/// A registry whose further hosts are refused. Pulls go there on 443.
fn companions_refused(network: &Network, registry: &Spanned<Pattern>, findings: &mut Vec<Finding>) {
    let of_registry = |entry: &&Entry| entry.span == registry.span && matches!(entry.why, Why::Companion(..));
    let refused: Vec<(String, &Entry)> = network
        .allow
        .iter()
        .filter(of_registry)
        .filter_map(|entry| {
            let decision = network.decide(at_443(&host_of(entry)).as_ref());
            Some((host_of(entry), decision.by.filter(|_| decision.answer == Answer::Refused)?))
        })
        .collect();
    if let Some((_, by)) = refused.first() {
        let hosts = one_of(refused.iter().map(|(host, _)| host.as_str())).replace(" or ", " and ");
        let message = format!("a pull from `{}` stops: it goes on to {hosts}, and refusing wins", registry.value);
        let finding = Finding::new(&REGISTRY_INCOMPLETE, registry.span, message)
            .label("a registry without its further hosts")
            .related(by.span, "refuses them")
            .help("take them out of `deny`, or remove the registry");
        findings.push(finding);
    }
}

/// Where an entry that names one host leads: its own ports, or a few that stand for all.
fn destinations(entry: &Entry) -> Vec<Destination> {
    let ports = entry.pattern.ports.clone().unwrap_or_else(|| [&WEB[..], &[5000, 49152]].concat());
    let Some(place) = entry.pattern.host() else { return Vec::new() };
    ports.into_iter().map(|port| Destination { place: place.clone(), port }).collect()
}

fn refused_after_all(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let mut to = destinations(entry);
    if network.registries.iter().any(|registry| registry.span == entry.span) {
        // A pull goes to 443 and tries 80 for registries without TLS alone.
        to.retain(|to| to.port != 80 || entry.pattern.ports != Some(WEB.to_vec()));
    }
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
    network.decide(at_443(host).as_ref()).answer == Answer::Refused
}

fn at_443(host: &str) -> Option<Destination> {
    Destination::of_url(&format!("https://{}", host.replace('*', "any")))
}

/// The host as a person would write it, without the ports that the script adds.
fn host_of(entry: &Entry) -> String {
    Pattern { ports: None, ..entry.pattern.clone() }.to_string()
}
