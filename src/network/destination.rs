//! Where a request goes: what a proxy script is asked, read strictly. What cannot be read is refused.
//!
//! Docker Desktop asks with `http://host:port` or `https://host:port` and with the host alone
//! ([air-gapped containers](https://docs.docker.com/desktop/enterprise/hardened-desktop/air-gapped-containers/)).
//! Everything that a browser would forgive is an attempt to look like another host, and is no destination here.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The host.
    pub place: Place,
    /// The port.
    pub port: u16,
}

/// A host in its one canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A name in lower case without a final dot.
    Name(String),
    /// An IPv4 address, which an IPv4-mapped IPv6 address is too.
    V4(u32),
    /// An IPv6 address.
    V6(u128),
}

impl Destination {
    /// What a script is asked: a URL, and the host that it is said to hold. They must agree.
    pub fn read(url: &str, host: &str) -> Option<Self> {
        let destination = Self::of_url(url)?;
        (Place::read(host)? == destination.place).then_some(destination)
    }

    /// The destination of a URL.
    pub fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let default = match scheme.to_ascii_lowercase().as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let end = match authority.strip_prefix('[') {
            Some(inner) => inner.find(']').map_or(authority.len(), |at| at + 2),
            None => authority.find(':').unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at(end);
        let port = match port.strip_prefix(':') {
            Some(port) => port_number(port)?,
            None if port.is_empty() => default,
            None => return None,
        };
        Some(Self { place: Place::read(host)?, port })
    }
}

impl Place {
    /// The host in a URL or beside it; an IPv6 address may have its brackets.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[') {
            return inner.strip_suffix(']')?.parse().ok().map(Self::v6);
        }
        if text.contains(':') {
            return text.parse().ok().map(Self::v6);
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::V4(address.to_bits()));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        is_name(&name).then_some(Self::Name(name))
    }

    fn v6(address: Ipv6Addr) -> Self {
        match address.to_ipv4_mapped() {
            Some(address) => Self::V4(address.to_bits()),
            None => Self::V6(address.to_bits()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(address) => Ipv4Addr::from_bits(*address).fmt(f),
            Self::V6(address) => Ipv6Addr::from_bits(*address).fmt(f),
        }
    }
}

/// A port without a sign and without leading zeros.
pub(super) fn port_number(text: &str) -> Option<u16> {
    let is_plain = !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_plain)
}

/// Whether a lower-case name can be a host. One that ends in a number is an address in disguise: `0x0a.0.0.1`, `10.1`.
pub(super) fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_letter);
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
    name.len() <= 253 && name.split('.').all(is_label) && !is_number
}
