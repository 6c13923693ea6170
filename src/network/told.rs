//! A network as facts, and read back from them: what `diff` compares instead of two scripts.

use serde_json::Value as Json;

use super::script::{self, DIRECT};
use super::{Network, Pattern, Proxy, Upstream};
use crate::platform::Platform;
use crate::policy::NetworkLayer;
use crate::source::{Span, Spanned};

/// The registries.
pub(crate) const REGISTRIES: &str = "registry-access.registries";
/// What becomes of a host that no list names. Every machine with a network has this fact.
pub(crate) const DEFAULT: &str = "container-network.default";
/// The ports on which containers are judged. Every machine with a network has this fact.
pub(crate) const PORTS: &str = "container-network.ports";
/// What is let through.
pub(crate) const ALLOW: &str = "container-network.allow";
/// What is refused.
pub(crate) const DENY: &str = "container-network.deny";
/// The upstream proxy, as a script names it; `DIRECT` where a line takes it away.
pub(crate) const PROXY: &str = "container-network.proxy";
/// What goes through it.
pub(crate) const PROXY_FOR: &str = "container-network.proxy.for";
/// Whether the machine itself is refused.
pub(crate) const BLOCK_HOST: &str = "container-network.block-host";

/// What goes through a proxy without a list. No pattern reads like this.
const EVERYTHING: &str = "*";

type List = Spanned<Vec<Spanned<Pattern>>>;

fn texts(list: &[Spanned<Pattern>]) -> Json {
    list.iter().map(|pattern| pattern.value.to_string()).collect()
}

impl Network {
    /// What it says for the key of a fact.
    pub(crate) fn fact(&self, key: &str) -> Option<Json> {
        match key {
            DEFAULT => Some(word(self.said.default.is_some_and(|allow| allow.value))),
            PORTS => Some(self.ports.value.as_str().into()),
            _ => self.said.fact(key),
        }
    }
}

fn word(allows: bool) -> Json {
    if allows { "allow" } else { "deny" }.into()
}

impl NetworkLayer {
    fn fact(&self, key: &str) -> Option<Json> {
        let list = |list: &Option<List>| list.as_ref().map(|list| texts(&list.value));
        let upstream = self.proxy.as_ref().and_then(Proxy::upstream);
        match key {
            REGISTRIES => list(&self.registries),
            DEFAULT => self.default.map(|allow| word(allow.value)),
            PORTS => self.ports.as_ref().map(|ports| ports.value.as_str().into()),
            ALLOW => list(&self.allow),
            DENY => list(&self.deny),
            PROXY => {
                let word = upstream.map_or(DIRECT, |upstream| upstream.upstream.value.as_str());
                self.proxy.is_some().then(|| word.into())
            }
            PROXY_FOR => self.proxy.as_ref().map(|_| {
                let hosts = upstream.map_or(Some(&[][..]), |upstream| upstream.hosts.as_deref());
                hosts.map_or_else(|| vec![EVERYTHING].into(), texts)
            }),
            BLOCK_HOST => self.block_host.map(|block| block.value.into()),
            _ => None,
        }
    }

    /// What it says itself, by the keys of the facts.
    pub(crate) fn facts(&self) -> Vec<(&'static str, Json)> {
        self.keys().into_iter().filter_map(|key| Some((key, self.fact(key)?))).collect()
    }

    /// The keys of the facts about which it speaks.
    pub(crate) fn keys(&self) -> Vec<&'static str> {
        let said = [
            (REGISTRIES, self.registries.is_some()),
            (DEFAULT, self.default.is_some()),
            (PORTS, self.ports.is_some()),
            (ALLOW, self.allow.is_some()),
            (DENY, self.deny.is_some()),
            (PROXY, self.proxy.is_some()),
            (PROXY_FOR, self.proxy.is_some()),
            (BLOCK_HOST, self.block_host.is_some()),
        ];
        said.into_iter().filter(|(_, is_said)| *is_said).map(|(key, _)| key).collect()
    }
}

/// The script that a network becomes of which nothing but facts is known; `None` when they do not tell of any. `subnet`
/// is Docker Desktop's own network, when a setting moves it.
pub(crate) fn script<'j>(ring: &str, fact: impl Fn(&str) -> Option<&'j Json>, subnet: Option<&str>) -> Option<String> {
    let nowhere = |value| Spanned { value, span: Span::NOWHERE };
    let text = |key: &str| fact(key).and_then(Json::as_str);
    let list = |key: &str| -> Option<List> {
        let entries = fact(key)?.as_array()?.iter();
        let patterns =
            entries.map(|entry| Some(Spanned { value: Pattern::read(entry.as_str()?).ok()?, span: Span::NOWHERE }));
        Some(Spanned { value: patterns.collect::<Option<_>>()?, span: Span::NOWHERE })
    };
    let layer = NetworkLayer {
        registry_access: Some(Span::NOWHERE),
        container_network: Some(Span::NOWHERE),
        registries: list(REGISTRIES),
        default: Some(Spanned { value: text(DEFAULT)? == "allow", span: Span::NOWHERE }),
        ports: text(PORTS).map(|ports| nowhere(ports.to_owned())),
        allow: list(ALLOW),
        deny: list(DENY),
        proxy: text(PROXY).map(|upstream| match upstream {
            DIRECT => Proxy::None,
            // What is no list of patterns is everything.
            _ => Proxy::Some(Upstream {
                upstream: nowhere(upstream.to_owned()),
                hosts: list(PROXY_FOR).map(|list| list.value),
            }),
        }),
        block_host: fact(BLOCK_HOST).map(|block| Spanned { value: *block == true, span: Span::NOWHERE }),
    };
    // A script does not know its platform.
    Network::of(ring, Platform::Linux, [layer].iter(), subnet).map(|network| script::compile(&network))
}
