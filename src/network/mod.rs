//! What image pulls and containers may reach: one decision for each host and port, and the proxy script that takes it.
//!
//! A policy says it in `[registry-access]` and `[container-network]`; the layers of one machine become a [`Network`].
//! Docker Desktop asks the same script about pulls and about the traffic of containers and does not say which it is,
//! so both tables are one list of hosts.

mod destination;
mod pattern;
pub mod script;
pub(crate) mod told;
mod upstream;

pub use destination::{Destination, Place};
pub use pattern::{Hosts, NotAPattern, Pattern, WEB};
pub(crate) use upstream::spelt;
pub use upstream::{Proxy, Upstream};

use crate::catalog::registries::{self, Companion};
use crate::platform::Platform;
use crate::policy::NetworkLayer;
use crate::source::{Span, Spanned};

/// What the pulls and containers of one ring and platform may reach.
#[derive(Clone, Debug)]
pub struct Network {
    /// The ring.
    pub ring: String,
    /// The platform.
    pub platform: Platform,
    /// What is refused whatever else is said.
    pub deny: Vec<Entry>,
    /// What is let through; nothing else is.
    pub allow: Vec<Entry>,
    /// What of it goes through the upstream proxy; the rest goes directly.
    pub proxied: Vec<Entry>,
    /// The upstream proxy as a script names it: `PROXY host:port`.
    pub upstream: Option<Spanned<String>>,
    /// The ports on which the traffic of containers is judged, as Docker Desktop spells them. Pulls always are.
    pub ports: Spanned<String>,
    /// The registries, as the policy lists them.
    pub registries: Vec<Spanned<Pattern>>,
    /// The line that says what happens to a host that no entry names; the table when none does.
    pub default: Span,
    /// The line that does most: the list of registries, else the table.
    pub span: Span,
    /// The table that decides: `[container-network]`, else `[registry-access]`.
    pub table: Span,
    /// Whether it judges containers too, and not only pulls.
    pub judges_containers: bool,
    /// What the layers say together: what is missing here, no line says.
    pub(crate) said: NetworkLayer,
    /// Where `[registry-access]` stands when no layer has a list for it.
    pub without_list: Option<Span>,
}

/// Some hosts, and the line that brings them in.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The hosts.
    pub pattern: Pattern,
    /// Where the policy says so.
    pub span: Span,
    /// What the line says about them.
    pub why: Why,
}

/// How a line brings hosts in.
#[derive(Clone, Debug)]
pub enum Why {
    /// It names them.
    Named,
    /// It names them as a registry.
    Registry,
    /// It speaks of all hosts.
    Everything,
    /// It refuses the machine itself.
    Machine,
    /// It names a registry that they belong to.
    Companion(String, &'static Companion),
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is refused.
    Refused,
    /// It goes there directly.
    Direct,
    /// It goes through the upstream proxy.
    Proxied,
}

/// What becomes of a request, and which entries decide it.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'n> {
    /// What becomes of it.
    pub answer: Answer,
    /// The entry that refuses it or lets it through; `None` when no entry names the host.
    pub by: Option<&'n Entry>,
    /// The entry that sends it through the proxy.
    pub via: Option<&'n Entry>,
}

/// The names and addresses under which containers reach the machine itself. Docker Desktop answers for all of
/// `docker.internal` and for the older `docker.for.mac` and `docker.for.win`; `192.168.65.0/24` and `fdc4:f303:9324::/64` are its own networks unless `vpnkitCIDR` moves the first.
const MACHINE: &[&str] = &[
    "localhost",
    "*.localhost",
    "docker.internal",
    "*.docker.internal",
    "docker.for.mac.host.internal",
    "docker.for.mac.http.internal",
    "docker.for.mac.gateway.internal",
    "docker.for.win.host.internal",
    "docker.for.win.http.internal",
    "docker.for.win.gateway.internal",
    "ip6-localhost",
    "ip6-loopback",
    "0.0.0.0/8",
    "127.0.0.0/8",
    "192.168.65.0/24",
    "::",
    "::1",
    "fdc4:f303:9324::/64",
];

impl Network {
    /// What some layers say together, key by key, later ones winning; `None` when none of them speaks of the network.
    ///
    /// `subnet` is Docker Desktop's own network on this machine, when a setting moves it.
    pub fn of<'a>(
        ring: &str,
        platform: Platform,
        layers: impl Iterator<Item = &'a NetworkLayer>,
        subnet: Option<&str>,
    ) -> Option<Self> {
        let said = layers.fold(NetworkLayer::default(), |all, layer| layer.over(all));
        let table = said.container_network.or(said.registry_access)?;
        let deny = said.deny.iter().flat_map(|list| &list.value).map(Entry::named);
        let block = said.block_host.filter(|block| block.value);
        let machine = MACHINE.iter().copied().chain(subnet).filter_map(|text| Pattern::read(text).ok());
        let machine = block.into_iter().flat_map(move |block| {
            machine.clone().map(move |pattern| Entry { pattern, span: block.span, why: Why::Machine })
        });
        let registries = said.registries.as_ref().map(|list| list.value.clone()).unwrap_or_default();
        let mut allow: Vec<Entry> = said.allow.iter().flat_map(|list| &list.value).map(Entry::named).collect();
        for registry in &registries {
            let ports = registry.value.ports.clone().unwrap_or(WEB.to_vec());
            let pattern = Pattern { ports: Some(ports), ..registry.value.clone() };
            allow.push(Entry { pattern, span: registry.span, why: Why::Registry });
            allow.extend(companions(registry));
        }
        let default = said.default.map_or(table, |default| default.span);
        let everything = |span| Entry { pattern: Pattern::ALL, span, why: Why::Everything };
        if said.default.is_some_and(|default| default.value) {
            allow.push(everything(default));
        }
        let proxy = said.proxy.as_ref().and_then(Proxy::upstream);
        let proxied = match proxy.map(|proxy| (&proxy.upstream, &proxy.hosts)) {
            None => Vec::new(),
            Some((upstream, None)) => vec![everything(upstream.span)],
            Some((_, Some(hosts))) => {
                hosts.iter().flat_map(|host| [Entry::named(host)].into_iter().chain(companions(host))).collect()
            }
        };
        let upstream = proxy.map(|proxy| proxy.upstream.clone());
        let together = said.clone();
        let without_list = said.registry_access.filter(|_| said.registries.is_none());
        // Without [container-network] only pulls are judged: a list of registries must not stop what containers do.
        let unsaid = if said.container_network.is_some() { "*" } else { "" };
        Some(Self {
            ring: ring.to_owned(),
            platform,
            deny: deny.chain(machine).collect(),
            allow,
            proxied,
            upstream,
            ports: said.ports.unwrap_or(Spanned { value: unsaid.to_owned(), span: table }),
            registries,
            default,
            span: said.registries.map_or(table, |list| list.span),
            table,
            judges_containers: said.container_network.is_some(),
            said: together,
            without_list,
        })
    }

    /// What becomes of a request, read from the lists one entry after the other. `None` stands for what is no
    /// destination, and is refused.
    pub fn decide(&self, to: Option<&Destination>) -> Decision<'_> {
        let refused = |by| Decision { answer: Answer::Refused, by, via: None };
        let Some(to) = to else { return refused(None) };
        let first = |list: &'_ [Entry]| list.iter().position(|entry| entry.pattern.matches(to));
        if let Some(at) = first(&self.deny) {
            return refused(Some(&self.deny[at]));
        }
        let Some(at) = first(&self.allow) else { return refused(None) };
        let via = first(&self.proxied).map(|at| &self.proxied[at]);
        let answer = if via.is_some() { Answer::Proxied } else { Answer::Direct };
        Decision { answer, by: Some(&self.allow[at]), via }
    }

    /// Whether every host passes that no entry refuses.
    pub fn lets_everything_through(&self) -> bool {
        self.allow.iter().any(|entry| matches!(entry.why, Why::Everything))
    }

    /// Whether what containers send to a port is judged. Pulls are on every port.
    pub fn judges(&self, port: u16) -> bool {
        self.ports.value == "*" || self.ports.value.split(',').any(|judged| judged == port.to_string())
    }

    /// The ports of a pattern on which what containers send is judged; `None` means all.
    pub fn judged(&self, pattern: &Pattern) -> Option<Vec<u16>> {
        match (&pattern.ports, self.ports.value.as_str()) {
            (None, "*") => None,
            (None, list) => Some(list.split(',').filter_map(|port| port.parse().ok()).collect()),
            (Some(ports), _) => Some(ports.iter().copied().filter(|port| self.judges(*port)).collect()),
        }
    }

    /// What the script answers for an [`Answer`].
    pub fn spelt(&self, answer: Answer) -> &str {
        match answer {
            Answer::Refused => script::REFUSE,
            Answer::Direct => script::DIRECT,
            Answer::Proxied => self.upstream.as_ref().map_or(script::DIRECT, |upstream| upstream.value.as_str()),
        }
    }
}

impl Entry {
    /// The host as a person would write it, without the ports that the script adds.
    pub fn host(&self) -> String {
        Pattern { ports: None, ..self.pattern.clone() }.to_string()
    }

    fn named(pattern: &Spanned<Pattern>) -> Self {
        Self { pattern: pattern.value.clone(), span: pattern.span, why: Why::Named }
    }
}

/// The further hosts of a pull from a registry, on the same ports. They have nothing to do with a service on another one.
fn companions(registry: &Spanned<Pattern>) -> Vec<Entry> {
    let Hosts::Name(name) = &registry.value.hosts else { return Vec::new() };
    let Some(found) = registries::registry(name) else { return Vec::new() };
    let ports = registry.value.ports.clone().unwrap_or(WEB.to_vec());
    if !ports.contains(&443) {
        return Vec::new();
    }
    let others = found.companions().filter(|(host, _)| host != name);
    others
        .map(|(host, companion)| {
            let mut pattern = Pattern::read(&host).expect("a test reads every host of the catalog");
            pattern.ports = Some(ports.clone());
            Entry { pattern, span: registry.span, why: Why::Companion(name.clone(), companion) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_that_is_not_a_person_s_can_be_read() {
        for text in MACHINE {
            assert!(Pattern::read(text).is_ok(), "{text}");
        }
        for registry in registries::registries() {
            let names = registry.names.iter().chain(registry.companions.iter().map(|companion| &companion.host));
            for name in names {
                let host: String = name.replace(['<', '>'], "");
                assert!(Pattern::read(&host).is_ok(), "{host}");
            }
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for text in [
            "ghcr.io",
            "ghcr.io:443",
            "*.a.example:80",
            "10.0.0.1",
            "10.0.0.0/8",
            "[::1]:80",
            "fd00::/8",
            "[fd00::]/8:80",
            "::1",
        ] {
            assert_eq!(Pattern::read(text).expect(text).to_string(), text);
        }
        for text in [
            "",
            "*",
            "a/b",
            "https://a",
            "*.*.a",
            "a:0",
            "a:65536",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "fd00::/129",
            "a b",
            ".a",
            "a,b",
            "[a]",
            "10.0.0.0/08",
            "-:",
        ] {
            assert!(Pattern::read(text).is_err(), "{text}");
        }
    }
}
