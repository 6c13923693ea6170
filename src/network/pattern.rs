//! What an entry of a list means: a host, a domain, an address or a network, and on which ports.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::destination::{Destination, Place, is_name, port_number};
use crate::catalog::registries;

/// Hosts and the ports on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The hosts.
    pub hosts: Hosts,
    /// The ports in ascending order; `None` means all.
    pub ports: Option<Vec<u16>>,
}

/// Which hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// Every one.
    All,
    /// The one of this name.
    Name(String),
    /// All below this name, at any depth; not the name itself.
    Below(String),
    /// The addresses that share their first bits with this one.
    V4(u32, u8),
    /// The same for IPv6.
    V6(u128, u8),
}

/// The ports on which Docker Desktop tells a script the name of a host, and on which a registry without a port answers.
pub const WEB: [u16; 2] = [80, 443];

/// Why a text is no pattern: what was expected, and what to type when that is plain.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAPattern {
    /// To be read after "expected".
    pub expected: &'static str,
    /// What was probably meant.
    pub instead: Option<String>,
}

impl Pattern {
    /// Every host and port.
    pub const ALL: Self = Self { hosts: Hosts::All, ports: None };

    /// Reads `host`, `*.domain`, an address or a network, each with `:port` or without.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub fn read(text: &str) -> Result<Self, NotAPattern> {
        let wrong = |expected, instead: Option<String>| NotAPattern { expected, instead };
        let whole = "a host, `*.domain`, an address or a network, such as `10.0.0.0/8`";
        if let Some((_, rest)) = text.split_once("://") {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            return Err(wrong("a host without a scheme", Self::read(host).is_ok().then(|| host.to_owned())));
        }
        if text.trim() != text {
            let trimmed = text.trim();
            return Err(wrong("a host without blanks", Self::read(trimmed).is_ok().then(|| trimmed.to_owned())));
        }
        let (hosts, port) = split_port(text);
        let ports = match port {
            None => None,
            Some(port) => Some(vec![port_number(port).ok_or_else(|| wrong("a port from 1 to 65535", None))?]),
        };
        if let Some((address, bits)) = hosts.split_once('/') {
            return match network(address, bits) {
                Some(hosts) if !has_bits_below(&hosts) => Ok(Self { hosts, ports }),
                Some(hosts) => {
                    let instead = Self { hosts: cut(&hosts), ports }.to_string();
                    Err(wrong("a network, whose address ends where its prefix does", Some(instead)))
                }
                None => Err(match Place::read(address) {
                    Some(Place::Name(_)) => wrong(
                        "a host alone: a script sees no path, so one namespace of a registry cannot be allowed",
                        Some(address.to_owned()),
                    ),
                    Some(Place::V4(_)) => wrong("a prefix from 0 to 32", with_prefix(address, bits, ports)),
                    Some(Place::V6(_)) => wrong("a prefix from 0 to 128", with_prefix(address, bits, ports)),
                    None => wrong(whole, None),
                }),
            };
        }
        if let Some(domain) = hosts.strip_prefix("*.") {
            let domain = domain.strip_suffix('.').unwrap_or(domain).to_ascii_lowercase();
            return if is_name(&domain) {
                Ok(Self { hosts: Hosts::Below(domain), ports })
            } else {
                Err(wrong(whole, None))
            };
        }
        if let Some(domain) = hosts.strip_prefix('.') {
            return Err(wrong(whole, Some(format!("*.{domain}"))));
        }
        let hosts = match Place::read(hosts) {
            Some(Place::Name(name)) => Hosts::Name(name),
            Some(Place::V4(address)) => Hosts::V4(address, 32),
            Some(Place::V6(address)) => Hosts::V6(address, 128),
            None => return Err(wrong(whole, None)),
        };
        Ok(Self { hosts, ports })
    }

    /// Reads a registry as the name of an image begins with it: one host, which Docker can tell from a name on Docker Hub.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub fn registry(text: &str) -> Result<Self, NotAPattern> {
        let pattern = Self::read(text)?;
        let wrong = |expected, instead| Err(NotAPattern { expected, instead });
        match &pattern.hosts {
            Hosts::Below(domain) => {
                wrong("one registry: images name a host, so a domain is no registry", Some(domain.clone()))
            }
            Hosts::All | Hosts::V4(_, 0..32) | Hosts::V6(_, 0..128) => wrong("one registry, not a network", None),
            Hosts::Name(name) if pattern.ports.is_none() && !name.contains('.') && name != "localhost" => wrong(
                "a name with a dot or a port, as in `registry:5000`: without them `name/…` is an image of Docker Hub",
                None,
            ),
            // Images name an IPv6 address in brackets alone, and without them its end may have been meant as a port.
            Hosts::V6(..) if !text.starts_with('[') => {
                let parts = text.rsplit_once(':').filter(|(_, port)| port.len() > 1 && port_number(port).is_some());
                let with_port = parts.map(|(address, port)| format!("[{address}]:{port}"));
                let with_port = with_port.filter(|text| Self::read(text).is_ok());
                wrong("an address in brackets, as images name it", with_port.or_else(|| Some(format!("[{text}]"))))
            }
            _ => Ok(pattern),
        }
    }

    /// Whether a request that goes there is meant.
    pub fn matches(&self, to: &Destination) -> bool {
        let host = match (&self.hosts, &to.place) {
            (Hosts::All, _) => true,
            (Hosts::Name(name), Place::Name(place)) => name == place,
            (Hosts::Below(domain), Place::Name(place)) => is_below(place, domain),
            (Hosts::V4(network, bits), Place::V4(address)) => shares_v4(*bits, *network, *address),
            (Hosts::V6(network, bits), Place::V6(address)) => shares_v6(*bits, *network, *address),
            _ => false,
        };
        host && self.ports.as_ref().is_none_or(|ports| ports.contains(&to.port))
    }

    /// Where a pull from a registry begins: at the host that answers to its name, on its port or 443. `None` for a
    /// domain or a network.
    pub fn pull(&self) -> Option<Destination> {
        let place = match self.host()? {
            Place::Name(name) => Place::Name(registries::answering(&name).to_owned()),
            address => address,
        };
        let port = self.ports.iter().flatten().copied().max().unwrap_or(443);
        Some(Destination { place, port })
    }

    /// Whether every request that another one means is meant too.
    pub fn covers(&self, other: &Self) -> bool {
        let hosts = match (&self.hosts, &other.hosts) {
            (Hosts::All, _) => true,
            (Hosts::Name(name), Hosts::Name(its)) => name == its,
            (Hosts::Below(domain), Hosts::Name(its)) => is_below(its, domain),
            (Hosts::Below(domain), Hosts::Below(its)) => its == domain || is_below(its, domain),
            (Hosts::V4(network, bits), Hosts::V4(its, more)) => bits <= more && shares_v4(*bits, *network, *its),
            (Hosts::V6(network, bits), Hosts::V6(its, more)) => bits <= more && shares_v6(*bits, *network, *its),
            _ => false,
        };
        let has = |port| self.ports.as_ref().is_none_or(|ports| ports.contains(port));
        let ports = self.ports.is_none() || other.ports.as_ref().is_some_and(|ports| ports.iter().all(has));
        hosts && ports
    }

    /// The one host it names, as a URL of each port would reach it; `None` for a domain or a network.
    pub fn host(&self) -> Option<Place> {
        match &self.hosts {
            Hosts::Name(name) => Some(Place::Name(name.clone())),
            Hosts::V4(address, 32) => Some(Place::V4(*address)),
            Hosts::V6(address, 128) => Some(Place::V6(*address)),
            _ => None,
        }
    }
}

/// Whether a name is one of a domain, at any depth.
fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether two addresses have their first bits in common.
fn shares_v4(bits: u8, one: u32, other: u32) -> bool {
    (one ^ other).checked_shr(32 - u32::from(bits)).unwrap_or(0) == 0
}

fn shares_v6(bits: u8, one: u128, other: u128) -> bool {
    (one ^ other).checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
}

/// The port of `host:port` or `[address]:port`; the colons of a bare IPv6 address are its own.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains([']', '/']) && (!host.contains(':') || host.starts_with('[')) => {
            (host, Some(port))
        }
        _ => (text, None),
    }
}

fn network(address: &str, bits: &str) -> Option<Hosts> {
    let bits = if bits == "0" { 0 } else { u8::try_from(port_number(bits)?).ok()? };
    let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(address), _) if bits <= 32 => Some(Hosts::V4(address.to_bits(), bits)),
        (_, Ok(address)) if bits <= 128 => Some(match address.to_ipv4_mapped() {
            Some(mapped) if bits >= 96 => Hosts::V4(mapped.to_bits(), bits - 96),
            _ => Hosts::V6(address.to_bits(), bits),
        }),
        _ => None,
    }
}

/// The network that an address with a wrong prefix means, where that is plain: `08` or the mask `255.0.0.0` for `8`.
fn with_prefix(address: &str, bits: &str, ports: Option<Vec<u16>>) -> Option<String> {
    let of_mask = |mask: Ipv4Addr| {
        let mask = mask.to_bits();
        (mask.leading_ones() + mask.trailing_zeros() == 32).then(|| mask.leading_ones())
    };
    let number = || bits.parse::<u32>().ok().filter(|_| bits.starts_with('0'));
    let bits = bits.parse().ok().map_or_else(number, of_mask)?;
    let hosts = cut(&network(address, &bits.to_string())?);
    Some(Pattern { hosts, ports }.to_string())
}

fn cut(hosts: &Hosts) -> Hosts {
    match hosts {
        Hosts::V4(address, bits) => {
            Hosts::V4(address & u32::MAX.checked_shl(32 - u32::from(*bits)).unwrap_or(0), *bits)
        }
        Hosts::V6(address, bits) => {
            Hosts::V6(address & u128::MAX.checked_shl(128 - u32::from(*bits)).unwrap_or(0), *bits)
        }
        other => other.clone(),
    }
}

fn has_bits_below(hosts: &Hosts) -> bool {
    cut(hosts) != *hosts
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hosts {
            Hosts::All => f.write_str("*"),
            Hosts::Name(name) => f.write_str(name),
            Hosts::Below(domain) => write!(f, "*.{domain}"),
            Hosts::V4(address, 32) => write!(f, "{}", Ipv4Addr::from_bits(*address)),
            Hosts::V4(address, bits) => write!(f, "{}/{bits}", Ipv4Addr::from_bits(*address)),
            Hosts::V6(address, 128) if self.ports.is_none() => write!(f, "{}", Ipv6Addr::from_bits(*address)),
            Hosts::V6(address, 128) => write!(f, "[{}]", Ipv6Addr::from_bits(*address)),
            Hosts::V6(address, bits) if self.ports.is_none() => write!(f, "{}/{bits}", Ipv6Addr::from_bits(*address)),
            Hosts::V6(address, bits) => write!(f, "[{}]/{bits}", Ipv6Addr::from_bits(*address)),
        }?;
        match self.ports.as_deref() {
            None => Ok(()),
            Some(ports) => {
                let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
                write!(f, ":{}", ports.join(","))
            }
        }
    }
}
