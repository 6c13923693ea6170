//! A network for Docker's own services whose addresses others have already.

use std::net::Ipv4Addr;

use serde_json::Value as Json;

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{ADDRESS_CLASH, Finding};

const NETWORK: &str = "linuxVM.vpnkitCIDR";
const OPTIONS: &str = "linuxVM.dockerDaemonOptions";

/// The network of the engine's own bridge, unless its option `bip` says another.
const BRIDGE: &str = "172.17.0.1/16";

/// Docker Desktop's default, and another for whoever gave that to the bridge.
const INSTEAD: [&str; 2] = ["192.168.65.0/24", "10.65.0.0/24"];

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(said) = machine.said(NETWORK).filter(|said| !said.by_exception) else { return };
    let Some((text, network)) = said.value.as_str().and_then(|text| Some((text, read(text)?))) else { return };
    let found = |message: String, label: &str| Finding::new(&ADDRESS_CLASH, said.span, message).label(label);
    let options = machine.said(OPTIONS);
    let bip = options.as_ref().and_then(bip);
    let bridge = bip.as_deref().unwrap_or(BRIDGE);
    let is_bridge = |network| read(bridge).is_some_and(|bridge| overlap(network, bridge));
    let free = INSTEAD.into_iter().find(|text| !read(text).is_some_and(is_bridge)).unwrap_or(INSTEAD[0]);
    let help = format!("{}, or another private network that nothing of yours has", {
        context.instead(&said, &format!("\"{free}\""))
    });
    if !is_ours(network.0) {
        let message = format!("`{text}` is somebody's on the internet: containers cannot reach the hosts there");
        findings.push(found(message, "public").help(help));
        return;
    }
    if bip.is_none() && !machine.lacks(OPTIONS) && options.is_none() {
        return;
    }
    if is_bridge(network) {
        let message = format!(
            "`{text}` is part of the network that the engine's bridge has, `{bridge}`: containers and Docker's own \
             services get the same addresses"
        );
        let finding = found(message, "taken");
        findings.push(
            match (options, &bip) {
                (Some(options), Some(_)) => finding.related(options.part(&["bip"]), "the engine's bridge"),
                _ => finding,
            }
            .help(help),
        );
    }
}

/// The daemon option that moves the bridge.
fn bip(options: &Decided<'_>) -> Option<String> {
    let options: Json = serde_json::from_str(options.value.as_str()?).ok()?;
    options.get("bip")?.as_str().filter(|bip| !bip.is_empty()).map(str::to_owned)
}

/// An address and the length of its prefix.
fn read(network: &str) -> Option<(Ipv4Addr, u32)> {
    let (address, bits) = network.split_once('/')?;
    Some((address.parse().ok()?, bits.parse().ok().filter(|bits| *bits <= 32)?))
}

/// Whether all addresses of the shorter prefix begin alike.
fn overlap(one: (Ipv4Addr, u32), other: (Ipv4Addr, u32)) -> bool {
    let bits = one.1.min(other.1);
    let start = |address: Ipv4Addr| address.to_bits().checked_shr(32 - bits).unwrap_or(0);
    start(one.0) == start(other.0)
}

/// Whether nobody on the internet has it: private, for carriers, for tests and for examples.
fn is_ours(address: Ipv4Addr) -> bool {
    let within = |network: [u8; 4], bits| overlap((address, 32), (Ipv4Addr::from(network), bits));
    address.is_private() || address.is_documentation() || within([100, 64, 0, 0], 10) || within([198, 18, 0, 0], 15)
}

#[cfg(test)]
mod tests {
    use super::{is_ours, overlap, read};

    #[test]
    fn networks_overlap_where_one_is_part_of_the_other() {
        for (one, other, is_part) in [
            ("172.17.5.0/24", "172.17.0.1/16", true),
            ("172.18.0.0/24", "172.17.0.1/16", false),
            ("10.0.0.0/24", "0.0.0.0/0", true),
            ("10.1.2.0/24", "10.1.2.128/25", true),
        ] {
            assert_eq!(overlap(read(one).expect(one), read(other).expect(other)), is_part, "{one} {other}");
        }
    }

    #[test]
    fn a_network_of_ours_is_told_from_one_of_the_internet() {
        for (network, ours) in [
            ("10.0.0.0/24", true),
            ("172.16.0.0/24", true),
            ("172.31.255.0/24", true),
            ("192.168.0.0/24", true),
            ("100.64.0.0/24", true),
            ("198.19.0.0/24", true),
            ("192.0.2.0/24", true),
            ("172.15.0.0/24", false),
            ("172.32.0.0/24", false),
            ("192.167.0.0/24", false),
            ("100.128.0.0/24", false),
            ("8.8.8.0/24", false),
        ] {
            assert_eq!(is_ours(read(network).expect(network).0), ours, "{network}");
        }
    }
}
