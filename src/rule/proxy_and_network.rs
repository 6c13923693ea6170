//! A proxy of the organization beside a network: pulls that go round it, and containers that cannot reach it.

use super::{Context, Machine};
use crate::finding::{CONTAINERS_PROXY_DIRECT, Finding, PROXY_BLOCKED};
use crate::network::{Answer, Destination, Network, Place, spelt};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    if context.knows("container-network.proxy") {
        goes_round(context, machine, network, findings);
    }
    let upstream = network
        .upstream
        .as_ref()
        .filter(|_| !network.proxied.is_empty())
        .and_then(|upstream| Some((upstream.value.split_once(' ')?.1, upstream.span)));
    let proxies = manual(machine, &["proxy.http", "proxy.https"]);
    let proxies = proxies.filter_map(|(url, span)| Some((url.split_once("://")?.1.trim_end_matches('/'), span)));
    for (place, span) in proxies.chain(upstream) {
        blocked(context, network, place, span, findings);
    }
}

fn goes_round(context: &Context<'_>, machine: &Machine<'_>, network: &Network, findings: &mut Vec<Finding>) {
    if network.said.proxy.is_some() || network.allow.is_empty() && context.knows_what_passes() {
        return;
    }
    let of_system = || machine.said("proxy.mode").filter(|mode| mode.is("system"));
    let by_hand = manual(machine, &["proxy.http", "proxy.https", "proxy.pac", "proxy.embeddedPac"]).next();
    let by_hand = by_hand.map(|(_, span)| (span, "the organization's proxy"));
    let Some((at, whose)) = by_hand.or_else(|| Some((of_system()?.span, "the system's proxy"))) else { return };
    let who = if network.ports.value.is_empty() { "pulls go" } else { "pulls and containers go" };
    let message = format!("{who} out directly: beside this table `proxy` reaches only Docker Desktop itself");
    let mut urls = manual(machine, &["proxy.http", "proxy.https"]).map(|(url, _)| url);
    let url = urls.find(|url| spelt(url).is_some()).unwrap_or("http://proxy.example:3128");
    let proxy = format!("`proxy = {{ upstream = \"{url}\" }}`");
    let help = if network.judges_containers {
        format!("add {proxy} under `[container-network]`, or `proxy = false` if there is to be none")
    } else {
        format!(
            "add `[container-network]` with `ports = []`, which leaves containers alone, and {proxy}, or `proxy = false` if there is to be none"
        )
    };
    let finding = Finding::new(&CONTAINERS_PROXY_DIRECT, network.table, message);
    findings.push(finding.label("names no proxy").related(at, whose).help(help));
}

/// What some settings of a proxy by hand say, and where.
fn manual<'m>(machine: &'m Machine<'_>, keys: &'m [&str]) -> impl Iterator<Item = (&'m str, Span)> {
    let is_manual = machine.said("proxy.mode").is_some_and(|mode| mode.is("manual"));
    let said = keys.iter().filter_map(move |key| machine.said(key).filter(|said| is_manual && !said.is_empty()));
    said.filter_map(|said| Some((said.value.as_str()?, said.span)))
}

fn blocked(context: &Context<'_>, network: &Network, place: &str, span: Span, findings: &mut Vec<Finding>) {
    let Some(to) = Destination::of_url(&format!("http://{place}")) else { return };
    let decision = network.decide(Some(&to));
    let is_known = context.knows("container-network.ports") && (decision.by.is_some() || context.knows_what_passes());
    // The `localhost` of a container is the container, and Docker Desktop's own way to a proxy is not judged.
    if is_known && network.judges(to.port) && decision.answer == Answer::Refused && !is_loopback(&to.place) {
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
