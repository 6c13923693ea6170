//! Reads `[registry-access]` and `[container-network]`: which hosts, on which ports, by which way.

use toml::de::DeValue;

use super::grammar;
use super::reader::{Entries, Node, Reader};
use crate::catalog::Format;
use crate::catalog::Misfit;
use crate::finding::{Finding, PROXY_CREDENTIALS, VALUE_OUT_OF_RANGE};
use crate::network::{Hosts, NotAPattern, Pattern};
use crate::source::{Span, Spanned};

/// What one layer says about the network. Every key stands for itself; a list replaces the list of an earlier layer.
#[derive(Clone, Debug, Default)]
pub struct NetworkLayer {
    /// Where `[registry-access]` stands.
    pub registry_access: Option<Span>,
    /// Where `[container-network]` stands.
    pub container_network: Option<Span>,
    /// The registries from which images may be pulled; the place is that of the key.
    pub registries: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// Whether a host that no entry names is let through.
    pub default: Option<Spanned<bool>>,
    /// The ports on which containers are judged, as Docker Desktop spells them.
    pub ports: Option<Spanned<String>>,
    /// What is let through.
    pub allow: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// What is refused whatever else is said.
    pub deny: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// The upstream proxy.
    pub proxy: Option<Upstream>,
    /// Whether the machine itself is refused.
    pub block_host: Option<Spanned<bool>>,
}

/// An upstream proxy and what goes through it.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// As a script names it: `PROXY host:port` or `SOCKS5 host:port`.
    pub upstream: Spanned<String>,
    /// What goes through it; `None` means everything that is let through.
    pub hosts: Option<Vec<Spanned<Pattern>>>,
}

impl NetworkLayer {
    /// This layer laid over an earlier one.
    #[must_use]
    pub fn over(&self, earlier: Self) -> Self {
        let this = self.clone();
        Self {
            registry_access: this.registry_access.or(earlier.registry_access),
            container_network: this.container_network.or(earlier.container_network),
            registries: this.registries.or(earlier.registries),
            default: this.default.or(earlier.default),
            ports: this.ports.or(earlier.ports),
            allow: this.allow.or(earlier.allow),
            deny: this.deny.or(earlier.deny),
            proxy: this.proxy.or(earlier.proxy),
            block_host: this.block_host.or(earlier.block_host),
        }
    }

    /// Whether one of its lines, or one entry of a list, stands there.
    pub fn says(&self, span: Span) -> bool {
        let lists = [&self.registries, &self.allow, &self.deny].into_iter().flatten();
        let proxied = self.proxy.iter().flat_map(|proxy| proxy.hosts.iter().flatten());
        let entries = lists.flat_map(|list| &list.value).chain(proxied).map(|entry| entry.span);
        let keys = [self.default.map(|it| it.span), self.block_host.map(|it| it.span)];
        let upstream = self.proxy.iter().map(|proxy| proxy.upstream.span);
        entries.chain(keys.into_iter().flatten()).chain(upstream).any(|place| place == span)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.registry_access.is_none() && self.container_network.is_none()
    }
}

/// Reads both tables of one layer.
pub(super) fn read(reader: &mut Reader<'_>, layer: &Entries<'_>) -> NetworkLayer {
    let mut network = NetworkLayer::default();
    if let Some((key, node)) = layer.get("registry-access")
        && let Some(table) = reader.entries(&grammar::REGISTRY_ACCESS, key, node)
    {
        network.registry_access = Some(key);
        // A list that cannot be read is no list that is missing.
        let wrong = table.get("registries").map(|(key, _)| Spanned { value: Vec::new(), span: key });
        network.registries = patterns(reader, &table, "registries", Which::Registries).or(wrong);
    }
    if let Some((key, node)) = layer.get("container-network")
        && let Some(table) = reader.entries(&grammar::CONTAINER_NETWORK, key, node)
    {
        network.container_network = Some(key);
        let at = |name| table.get(name).map_or(key, |(key, _)| key);
        let word = reader.word(&table, "default");
        network.default = word.map(|word| Spanned { value: word.value == "allow", span: at("default") });
        network.ports = table.get("ports").and_then(|(key, node)| ports(reader, key, node));
        network.allow = patterns(reader, &table, "allow", Which::Hosts);
        network.deny = patterns(reader, &table, "deny", Which::Hosts);
        network.proxy = table.get("proxy").and_then(|(key, node)| proxy(reader, key, node));
        let block = table.get("block-host").and_then(|(_, node)| reader.boolean(node));
        network.block_host = block.map(|value| Spanned { value, span: at("block-host") });
    }
    network
}

#[derive(Clone, Copy, PartialEq)]
enum Which {
    Registries,
    Hosts,
}

fn patterns(
    reader: &mut Reader<'_>,
    table: &Entries<'_>,
    name: &'static str,
    which: Which,
) -> Option<Spanned<Vec<Spanned<Pattern>>>> {
    let (key, _) = table.get(name)?;
    let texts = reader.texts(table, name)?.value;
    let patterns: Vec<_> = texts.iter().map(|text| pattern(reader, text, which)).collect();
    Some(Spanned { value: patterns.into_iter().collect::<Option<_>>()?, span: key })
}

fn pattern(reader: &mut Reader<'_>, text: &Spanned<String>, which: Which) -> Option<Spanned<Pattern>> {
    let read = Pattern::read(&text.value).and_then(|pattern| match pattern.hosts {
        Hosts::Below(domain) if which == Which::Registries => {
            let expected = "one registry: images name a host, so a domain is no registry";
            Err(NotAPattern { expected, instead: Some(domain) })
        }
        Hosts::V4(_, bits) if which == Which::Registries && bits < 32 => {
            Err(NotAPattern { expected: "one registry, not a network", instead: None })
        }
        Hosts::V6(_, bits) if which == Which::Registries && bits < 128 => {
            Err(NotAPattern { expected: "one registry, not a network", instead: None })
        }
        _ => Ok(pattern),
    });
    match read {
        Ok(value) => Some(Spanned { value, span: text.span }),
        Err(NotAPattern { expected, instead }) => {
            let help = match (text.value.as_str(), instead) {
                ("*", _) => Some("to let everything through, write `default = \"allow\"`".to_owned()),
                (word, _) if !word.is_ascii() => Some("write the name as DNS has it, in `xn--` form".to_owned()),
                (_, instead) => instead.map(|instead| format!("write `{instead:?}`")),
            };
            let message = format!("`{}` names no host that a request could have", text.value);
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message);
            reader.report(finding.label(format!("expected {expected}")).help_if(help));
            None
        }
    }
}

/// `"*"`, or a list of ports; none at all leaves the traffic of containers alone.
fn ports(reader: &mut Reader<'_>, key: Span, node: &Node<'_>) -> Option<Spanned<String>> {
    const EXPECTED: &str = "`\"*\"` or a list of ports from 1 to 65535";
    let port = |node: &Node<'_>| match node.get_ref() {
        DeValue::Integer(number) => number.as_str().parse::<u16>().ok().filter(|port| *port > 0),
        _ => None,
    };
    let value = match node.get_ref() {
        DeValue::String(text) if text.as_ref() == "*" => Some("*".to_owned()),
        DeValue::Array(items) => {
            let ports: Option<Vec<u16>> = items.iter().map(port).collect();
            ports.map(|mut ports| {
                ports.sort_unstable();
                ports.dedup();
                ports.iter().map(u16::to_string).collect::<Vec<_>>().join(",")
            })
        }
        _ => None,
    };
    if value.is_none() {
        let span = reader.span(node);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, span, "these are no ports");
        reader.report(
            finding.label(format!("expected {EXPECTED}")).help("write `ports = [80, 443]`, or `ports = \"*\"`"),
        );
    }
    value.map(|value| Spanned { value, span: key })
}

fn proxy(reader: &mut Reader<'_>, key: Span, node: &Node<'_>) -> Option<Upstream> {
    let table = reader.entries(&grammar::CONTAINER_PROXY, key, node)?;
    let hosts = match table.get("for") {
        None => None,
        Some(_) => Some(patterns(reader, &table, "for", Which::Hosts)?.value),
    };
    if table.get("upstream").is_none() {
        let message = "a proxy needs to be named";
        let help = "write `proxy = { upstream = \"http://proxy.example:3128\" }`";
        reader.report(Finding::new(&VALUE_OUT_OF_RANGE, key, message).label("no `upstream` here").help(help));
    }
    let text = reader.text(&table, "upstream")?;
    let spelt = match Format::Url.check(&text.value) {
        Err(Misfit::Credentials) => {
            let message =
                "the URL holds a user name or a password, and every artifact can be read by every user of the machine";
            let help = "remove the part before `@`; let the proxy know the machine by its address";
            let at = table.get("upstream").map_or(text.span, |(_, node)| reader.credentials(node));
            reader.report(Finding::new(&PROXY_CREDENTIALS, at, message).label("credentials").help(help));
            return None;
        }
        Err(Misfit::Expected(_)) => None,
        Ok(()) => spelt(&text.value),
    };
    if spelt.as_ref().is_some_and(|spelt| spelt.contains(&format!(" {REJECT}:"))) {
        let message = format!("`{}` is no proxy: with that name a script refuses, so everything would be", text.value);
        let help = "name the organization's proxy; to refuse everything, write `default = \"deny\"` without `proxy`";
        reader.report(Finding::new(&VALUE_OUT_OF_RANGE, text.span, message).label("refuses everything").help(help));
        return None;
    }
    if spelt.is_none() {
        let message = format!("`{}` is no proxy that a script can name", text.value);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message);
        let help = "a script knows HTTP and SOCKS 5 proxies: write `\"http://proxy.example:3128\"` or `\"socks5://proxy.example:1080\"`";
        reader.report(finding.label("expected a scheme, a host and a port").help(help));
    }
    Some(Upstream { upstream: Spanned { value: spelt?, span: text.span }, hosts })
}

/// Docker Desktop refuses what a script sends there, and documents one port of it.
const REJECT: &str = "reject.docker.internal";

/// `PROXY host:port` for `http://host:port`; the path that people leave behind means nothing.
fn spelt(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let word = match scheme.to_ascii_lowercase().as_str() {
        "http" => "PROXY",
        "socks5" => "SOCKS5",
        _ => return None,
    };
    let pattern = Pattern::read(rest.trim_end_matches('/')).ok()?;
    (pattern.host().is_some() && pattern.ports.is_some()).then(|| format!("{word} {pattern}"))
}
