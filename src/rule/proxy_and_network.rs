//! A proxy of the organization beside a network: pulls that go round it, and containers that cannot reach it.

use super::{Context, Machine};
use crate::finding::{CONTAINERS_PROXY_DIRECT, Finding, PROXY_BLOCKED};
use crate::network::{Answer, Destination, Network, Place};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    let text = |key: &&str| machine.said(key)?.texts().find(|(text, _)| !text.is_empty());
    let proxies: Vec<_> = ["proxy.http", "proxy.https"].iter().filter_map(text).collect();
    let scripts = ["proxy.pac", "proxy.embeddedPac"].iter().filter_map(text);
    let is_manual = machine.text("proxy.mode") == "manual";
    if let Some((_, span)) = proxies.iter().copied().chain(scripts).next()
        && is_manual
        && network.upstream.is_none()
        && !network.allow.is_empty()
    {
        let message =
            "pulls and containers go out directly: beside this table `proxy` reaches only Docker Desktop itself";
        let finding = Finding::new(&CONTAINERS_PROXY_DIRECT, network.table, message)
            .label("names no proxy")
            .related(span, "the organization's proxy")
            .help("add `proxy = { upstream = \"http://proxy.example:3128\" }` under `[container-network]`");
        findings.push(finding);
    }
    let upstream = network
        .upstream
        .as_ref()
        .filter(|_| !network.proxied.is_empty())
        .and_then(|upstream| Some((upstream.value.split_once(' ')?.1, upstream.span)));
    let proxies =
        proxies.into_iter().filter_map(|(url, span)| Some((url.split_once("://")?.1.trim_end_matches('/'), span)));
    for (place, span) in proxies.filter(|_| is_manual).chain(upstream) {
        blocked(network, place, span, findings);
    }
}

fn blocked(network: &Network, place: &str, span: Span, findings: &mut Vec<Finding>) {
    let Some(to) = Destination::of_url(&format!("http://{place}")) else { return };
    let is_judged =
        network.ports.value == "*" || network.ports.value.split(',').any(|port| port == to.port.to_string());
    let decision = network.decide(Some(&to));
    // The `localhost` of a container is the container, and Docker Desktop's own way to a proxy is not judged.
    if is_judged && decision.answer == Answer::Refused && !is_loopback(&to.place) {
        let (at, label) = decision.by.map_or((network.table, "does not let it through"), |by| (by.span, "refuses it"));
        let help = if decision.by.is_some() {
            "nothing to do unless containers have a proxy of their own; then the line that refuses it has to go, since refusing wins over `allow`"
        } else {
            "nothing to do unless containers have a proxy of their own; then list its address under `allow`, since names are known on ports 80 and 443 only"
        };
        let message = format!("containers that are told to use `{place}` themselves, by `HTTP_PROXY`, cannot reach it");
        let finding =
            Finding::new(&PROXY_BLOCKED, span, message).label("refused to containers").related(at, label).help(help);
        findings.push(finding);
    }
}

fn is_loopback(place: &Place) -> bool {
    match place {
        Place::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        Place::V4(address) => address >> 24 == 127,
        Place::V6(address) => *address == 1,
    }
}
