//! Entries of the network that have no effect, or less than they seem to have.

use super::{Context, Machine};
use crate::catalog::registries;
use crate::finding::{Finding, NETWORK_ENTRY_VOID, all_of};
use crate::network::{Answer, Destination, Entry, Hosts, Network, WEB, Why};

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    if context.knows("container-network.proxy.for") {
        nobody_proxied(network, findings);
    }
    let knows_ports = context.knows("container-network.ports");
    for entry in &network.deny {
        if knows_ports {
            refused_in_part(context, network, entry, findings);
        }
        if matches!(entry.why, Why::Named) {
            if knows_ports {
                never_refused(network, entry, findings);
            }
            nickname_refused(network, entry, findings);
        }
    }
    for entry in &network.allow {
        match entry.why {
            Why::Registry => refused_after_all(network, entry, findings),
            Why::Named => {
                refused_after_all(network, entry, findings);
                if knows_ports && context.knows("container-network.default") {
                    never_let_through(network, entry, findings);
                    names_not_let_through(network, entry, findings);
                }
            }
            Why::Everything | Why::Machine | Why::Companion(..) => {}
        }
    }
    let named = network.proxied.iter().filter(|entry| matches!(entry.why, Why::Named));
    for entry in named.filter(|_| context.knows_what_passes()) {
        never_proxied(network, entry, findings);
    }
}

fn nobody_proxied(network: &Network, findings: &mut Vec<Finding>) {
    if let Some(upstream) = network.upstream.as_ref().filter(|_| network.proxied.is_empty()) {
        let message = "`for` is empty, so nothing goes through this proxy: pulls and containers go out directly";
        let finding = Finding::new(&NETWORK_ENTRY_VOID, upstream.span, message).label("has no effect").help(
            "leave `for` out to send everything through it, list the hosts that need it, or say `proxy = false` if nothing is to go through one",
        );
        findings.push(finding);
    }
}

/// Under `deny`, or by `block-host`: what containers reach all the same, on ports where nobody judges them.
fn refused_in_part(context: &Context<'_>, network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let line = match (&entry.why, &entry.pattern.hosts) {
        (Why::Machine, _) => "block-host".to_owned(),
        (Why::Named, Hosts::V4(..) | Hosts::V6(..)) => entry.pattern.to_string(),
        _ => return,
    };
    let judged = network.judged(&entry.pattern);
    if judged == entry.pattern.ports {
        return;
    }
    let ports: Vec<String> = judged.iter().flatten().map(u16::to_string).collect();
    // Who approved the ports has seen what they leave out.
    if context.policy.exceptions.iter().any(|exception| exception.network.says(network.ports.span)) {
        return;
    }
    let ports = all_of(ports.iter().map(String::as_str));
    let message = if ports.is_empty() {
        format!("`{line}` stops no container: `ports` leaves them alone there")
    } else {
        format!("`{line}` stops containers on {ports} alone: on other ports nobody judges them")
    };
    let help = if network.lets_everything_through() {
        "write `ports = \"*\"` at the other mark, or take this out"
    } else {
        "take this out, or say `ports = \"*\"` and list under `allow` what containers need"
    };
    let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
        .label("containers get there all the same")
        .related(network.ports.span, "the ports on which they are judged")
        .help(help);
    findings.push(finding);
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

/// Under `deny`: a name by which images call a registry, and behind which another host answers.
fn nickname_refused(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let Hosts::Name(name) = &entry.pattern.hosts else { return };
    let host = registries::answering(name);
    if host != name && network.decide(entry.pattern.pull().as_ref()).answer != Answer::Refused {
        let message = format!("pulls go to `{host}`, which is let through: to deny `{name}` stops none of them");
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("a name for images")
            .help(format!("add \"{host}\" to `deny`"));
        findings.push(finding);
    }
}

/// Under `allow`: a name with a port where containers are judged and known by address alone.
fn never_let_through(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let judged = network.judged(&entry.pattern).unwrap_or_default();
    if is_unseen(entry) && !judged.is_empty() && !network.lets_everything_through() {
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

/// Under `allow`: a network, where containers are judged on ports alone on which they say names.
fn names_not_let_through(network: &Network, entry: &Entry, findings: &mut Vec<Finding>) {
    let is_network = matches!(entry.pattern.hosts, Hosts::V4(_, 0..32) | Hosts::V6(_, 0..128));
    let judged = network.judged(&entry.pattern).unwrap_or_default();
    let is_web = !judged.is_empty() && judged.iter().all(|port| WEB.contains(port));
    if is_network && is_web && !network.lets_everything_through() {
        let message = format!(
            "`{}` lets no name through, wherever it leads: on ports 80 and 443 a request has a name, and no name server is asked",
            entry.pattern
        );
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("lets through what is written as an address")
            .related(network.ports.span, "the ports on which containers are judged")
            .help("list names, such as `*.corp.example`");
        findings.push(finding);
    }
}

/// Whether no container's request can match: it has a name, and ports that containers use by address alone.
fn is_unseen(entry: &Entry) -> bool {
    let is_name = matches!(entry.pattern.hosts, Hosts::Name(_) | Hosts::Below(_));
    is_name && entry.pattern.ports.as_ref().is_some_and(|ports| ports.iter().all(|port| !WEB.contains(port)))
}

/// Where an entry that names one host leads: a registry where its pulls begin, others to their ports or a few that stand
/// for all.
fn destinations(entry: &Entry) -> Vec<Destination> {
    if matches!(entry.why, Why::Registry) {
        return entry.pattern.pull().into_iter().collect();
    }
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
        let message = format!("`{}` is let through and refused, and refusing wins", entry.host());
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
        let message = format!("nothing lets `{}` through, so it never gets to the proxy", entry.host());
        let finding = Finding::new(&NETWORK_ENTRY_VOID, entry.span, message)
            .label("has no effect")
            .help("`for` says how a host is reached; let it through under `registries` or `allow`");
        findings.push(finding);
    }
}
