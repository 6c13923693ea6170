//! The proxy script: a network's lists as tables in which a host is looked up, and one line of ECMAScript 3 around them.
//!
//! The script is `templates/pac/containers.js`. It asks no name server and reads no clock; it takes hosts and
//! addresses apart with string functions alone, so that every engine decides the same. It travels inside JSON inside
//! scripts and profiles, hence one line of ASCII without comments, line breaks, apostrophes or backslashes.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::{Hosts, Pattern};
use super::{Entry, Network};
use crate::format::json;
use crate::state::sha256;
use crate::template::Template;

/// What refuses a request: Docker Desktop keeps the name [`REJECT`] for it and connects to nothing.
pub const REFUSE: &str = "PROXY reject.docker.internal:1234";

/// A proxy of this name refuses, on whichever port.
pub const REJECT: &str = "reject.docker.internal";

/// What lets a request go there without a proxy.
pub const DIRECT: &str = "DIRECT";

const TEMPLATE: Template = Template { text: include_str!("../../templates/pac/containers.js"), parts: &[] };

/// What the script says about itself first, before the ring and the digest of its tables.
const LABEL: &str = "Docker Desktop network of ring ";

/// The ring for which a script was compiled here; `None` for anybody else's.
pub(crate) fn ring(script: &str) -> Option<&str> {
    let (_, label) = script.lines().next()?.split_once(LABEL)?;
    label.split_once(',').map(|(ring, _)| ring)
}

/// The script of a network.
pub fn compile(network: &Network) -> String {
    let upstream = network.upstream.as_ref().map_or(DIRECT, |upstream| upstream.value.as_str());
    let [deny, allow, proxied] = [&network.deny, &network.allow, &network.proxied].map(|list| table(list));
    let [deny, allow, proxied, upstream] =
        [json::compact(&deny), json::compact(&allow), json::compact(&proxied), json::compact(&upstream)];
    let digest = sha256([deny.as_str(), &allow, &proxied, &upstream].join("\n").as_bytes());
    let label = format!("{LABEL}{}, {}", network.ring, &digest[..16]);
    let script = TEMPLATE.fill(&[
        ("LABEL", json::compact(&label)),
        ("DENY", deny),
        ("ALLOW", allow),
        ("PROXIED", proxied),
        ("LENGTHS", json::compact(&lengths(network))),
        ("REFUSE", json::compact(&REFUSE)),
        ("UPSTREAM", upstream),
    ]);
    script.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The ports of a key: 1 for all, or the numbers between blanks, so that a port is found as a word.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Ports {
    All(u8),
    Only(String),
}

/// Every key begins with `*`, `=`, `4/` or `6/`, so none is a name that objects have by themselves, such as
/// `constructor`.
fn table(entries: &[Entry]) -> BTreeMap<String, Ports> {
    let mut ports: BTreeMap<String, Option<BTreeSet<u16>>> = BTreeMap::new();
    for Entry { pattern, .. } in entries {
        let known = ports.entry(key(&pattern.hosts)).or_insert_with(|| Some(BTreeSet::new()));
        match (&mut *known, &pattern.ports) {
            (Some(known), Some(more)) => known.extend(more),
            _ => *known = None,
        }
    }
    let words = |ports: BTreeSet<u16>| ports.into_iter().fold(" ".to_owned(), |words, port| format!("{words}{port} "));
    ports
        .into_iter()
        .map(|(key, ports)| (key, ports.map_or(Ports::All(1), |ports| Ports::Only(words(ports)))))
        .collect()
}

fn key(hosts: &Hosts) -> String {
    match hosts {
        Hosts::All => "*".to_owned(),
        Hosts::Name(name) => format!("={name}"),
        Hosts::Below(domain) => format!("*.{domain}"),
        Hosts::V4(address, bits) => format!("4/{bits}/{}", prefix(&format!("{address:08x}"), *bits)),
        Hosts::V6(address, bits) => format!("6/{bits}/{}", prefix(&format!("{address:032x}"), *bits)),
    }
}

/// The hexadecimal digits in which the first bits stand.
fn prefix(hex: &str, bits: u8) -> &str {
    &hex[..usize::from(bits).div_ceil(4)]
}

/// The prefix lengths in use, so that an address is looked up once for each: IPv4 first, then IPv6.
fn lengths(network: &Network) -> [BTreeSet<u8>; 2] {
    let mut lengths = [BTreeSet::new(), BTreeSet::new()];
    let lists = [&network.deny, &network.allow, &network.proxied];
    for Entry { pattern: Pattern { hosts, .. }, .. } in lists.into_iter().flatten() {
        match hosts {
            Hosts::V4(_, bits) => _ = lengths[0].insert(*bits),
            Hosts::V6(_, bits) => _ = lengths[1].insert(*bits),
            Hosts::All | Hosts::Name(_) | Hosts::Below(_) => {}
        }
    }
    lengths
}
