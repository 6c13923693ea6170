//! Reads `[registry-access]` and `[container-network]`: which hosts, on which ports, by which way.

use toml::de::DeValue;

use super::grammar;
use super::reader::{Entries, Node, Reader};
use crate::catalog::{Format, Misfit};
use crate::finding::{Finding, PROXY_CREDENTIALS, VALUE_OUT_OF_RANGE};
use crate::network::{NotAPattern, Pattern, Proxy, Upstream, script, spelt};
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
    /// The upstream proxy, or that there is none.
    pub proxy: Option<Proxy>,
    /// Whether the machine itself is refused.
    pub block_host: Option<Spanned<bool>>,
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
        let proxy = || self.proxy.iter().filter_map(Proxy::upstream);
        let proxied = proxy().flat_map(|proxy| proxy.hosts.iter().flatten());
        let entries = lists.flat_map(|list| &list.value).chain(proxied).map(|entry| entry.span);
        let ports = self.ports.as_ref().map(|ports| ports.span);
        let keys = [self.default.map(|it| it.span), self.block_host.map(|it| it.span), ports];
        let upstream = proxy().map(|proxy| proxy.upstream.span);
        entries.chain(keys.into_iter().flatten()).chain(upstream).any(|place| place == span)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.registry_access.is_none() && self.container_network.is_none()
    }
}

/// Reads both tables of one layer.
pub(super) fn read(reader: &mut Reader<'_>, layer: &Entries<'_>) -> NetworkLayer {
    let table = |name| layer.get(name).map(|(key, _)| key);
    let mut network = NetworkLayer {
        registry_access: table("registry-access"),
        container_network: table("container-network"),
        ..NetworkLayer::default()
    };
    reader.section(layer, "registry-access", &grammar::REGISTRY_ACCESS, |reader, table| {
        network.registries = patterns(reader, table, "registries");
    });
    reader.section(layer, "container-network", &grammar::CONTAINER_NETWORK, |reader, table| {
        let at = |name| table.get(name).map_or(table.span, |(key, _)| key);
        let word = reader.word(table, "default");
        network.default = word.map(|word| Spanned { value: word.value == "allow", span: at("default") });
        network.ports = reader.key(table, "ports", |reader, node| ports(reader, at("ports"), node));
        network.allow = patterns(reader, table, "allow");
        network.deny = patterns(reader, table, "deny");
        network.proxy = reader.key(table, "proxy", |reader, node| proxy(reader, at("proxy"), node));
        let block = reader.key(table, "block-host", |reader, node| reader.boolean(node, "`block-host`"));
        network.block_host = block.map(|value| Spanned { value, span: at("block-host") });
    });
    network
}

/// The hosts of a list; of one that has mistakes, those that could be read.
fn patterns(
    reader: &mut Reader<'_>,
    table: &Entries<'_>,
    name: &'static str,
) -> Option<Spanned<Vec<Spanned<Pattern>>>> {
    let (span, _) = table.get(name)?;
    let texts = reader.texts(table, name)?.value;
    let value = reader.within(name, |reader| texts.iter().filter_map(|text| pattern(reader, text, name)).collect());
    Some(Spanned { value, span })
}

fn pattern(reader: &mut Reader<'_>, text: &Spanned<String>, list: &str) -> Option<Spanned<Pattern>> {
    let read = if list == "registries" { Pattern::registry(&text.value) } else { Pattern::read(&text.value) };
    match read {
        Ok(value) => Some(Spanned { value, span: text.span }),
        Err(NotAPattern { expected, instead }) => {
            let help = match (text.value.as_str(), instead) {
                ("*", _) => instead_of_everything(list).to_owned(),
                (word, _) if !word.is_ascii() => "the name is to be as DNS has it, in `xn--` form".to_owned(),
                (_, Some(instead)) => format!("write `{instead:?}`"),
                _ if list == "registries" => {
                    "write a registry as images name it, such as `\"registry.example\"`".to_owned()
                }
                _ => "write a host, a domain, an address or a network, such as `\"*.corp.example\"`".to_owned(),
            };
            let what = if list == "registries" {
                "is no registry that an image could name"
            } else {
                "names no host that a request could have"
            };
            let message = format!("`{}` {what}", text.value);
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message);
            reader.report(finding.label(format!("expected {expected}")).help(help));
            None
        }
    }
}

/// What `*` was meant to say in a list.
fn instead_of_everything(list: &str) -> &'static str {
    match list {
        "registries" => {
            "a list of registries restricts: to let every registry through, leave `[registry-access]` out and write `default = \"allow\"` under `[container-network]`"
        }
        "deny" => "to refuse everything that no list names, write `default = \"deny\"`",
        "for" => "leave `for` out: everything that is let through then goes through the proxy",
        _ => "to let everything through, write `default = \"allow\"`",
    }
}

/// `"*"`, or a list of ports; none at all leaves the traffic of containers alone.
fn ports(reader: &mut Reader<'_>, key: Span, node: &Node<'_>) -> Option<Spanned<String>> {
    const HELP: &str = "write `[80, 443]`, or `\"*\"`";
    match node.get_ref() {
        DeValue::String(text) if text.as_ref() == "*" => Some(Spanned { value: "*".to_owned(), span: key }),
        DeValue::Array(items) => {
            let mut ports: Vec<u16> = items.iter().filter_map(|item| port(reader, item)).collect();
            if ports.is_empty() && !items.is_empty() {
                return None;
            }
            ports.sort_unstable();
            ports.dedup();
            let value = ports.iter().map(u16::to_string).collect::<Vec<_>>().join(",");
            Some(Spanned { value, span: key })
        }
        _ => {
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, reader.span(node), "these are no ports");
            reader.report(finding.label("expected `\"*\"` or a list of ports from 1 to 65535").help(HELP));
            None
        }
    }
}

fn port(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<u16> {
    let port = match node.get_ref() {
        DeValue::Integer(number) => number.as_str().parse::<u16>().ok().filter(|port| *port > 0),
        _ => None,
    };
    if port.is_none() {
        let quoted = node.get_ref().as_str().and_then(|text| text.parse::<u16>().ok()).filter(|port| *port > 0);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, reader.span(node), "this is no port");
        let help = quoted.map_or("write a number from 1 to 65535, such as `443`".to_owned(), |port| {
            format!("write `{port}` without the quotes")
        });
        reader.report(finding.label("expected a number from 1 to 65535").help(help));
    }
    port
}

/// The table of a proxy, or `false` for none.
fn proxy(reader: &mut Reader<'_>, key: Span, node: &Node<'_>) -> Option<Proxy> {
    match node.get_ref() {
        DeValue::Boolean(false) => return Some(Proxy::None),
        DeValue::Boolean(_) | DeValue::String(_) => {
            let url = node.get_ref().as_str().filter(|url| spelt(url).is_some());
            let url = url.unwrap_or("http://proxy.example:3128");
            let help = format!("write `{{ upstream = \"{url}\" }}`, or `false` for none");
            reader.wrong_type(node, "`proxy`", "a table or `false`", help);
            return None;
        }
        _ => {}
    }
    let table = reader.entries(&grammar::CONTAINER_PROXY, key, node)?;
    // Where the hosts cannot be read, nobody knows that all are meant.
    let hosts = table.get("for").map(|_| patterns(reader, &table, "for").map(|list| list.value).unwrap_or_default());
    if table.get("upstream").is_none() {
        let message = "a proxy needs to be named";
        let help = "add `upstream = \"http://proxy.example:3128\"` to it, or write `proxy = false` for none";
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
    if spelt.as_ref().is_some_and(|spelt| spelt.contains(&format!(" {}:", script::REJECT))) {
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
    Some(Proxy::Some(Upstream { upstream: Spanned { value: spelt?, span: text.span }, hosts }))
}
