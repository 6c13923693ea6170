//! Lowers `[registry-access]` and `[container-network]` into the settings of `containersProxy`, machine by machine.
//!
//! They become one more layer of the policy, whose lines are those of the tables: whatever looks at settings, from
//! `explain` to the targets, needs to know nothing of networks.

use crate::catalog::catalog;
use crate::finding::{CONTAINERS_PROXY_TWICE, Finding};
use crate::network::{Network, script};
use crate::platform::Platform;
use crate::policy::{Assignment, Exception, Layer, NetworkLayer, Parts, Policy, Scope};
use crate::resolve::overlay;
use crate::source::Span;
use crate::value::Value;

/// The setting that a network becomes.
pub(crate) const GROUP: &str = "containersProxy";

/// Adds a layer for every ring and platform that the tables reach, and keeps the networks for whoever asks.
pub(crate) fn lower(policy: &mut Policy, findings: &mut Vec<Finding>) {
    let is_said = policy
        .layers
        .iter()
        .map(|layer| &layer.network)
        .chain(policy.exceptions.iter().map(|exception| &exception.network))
        .any(|network| !network.is_empty());
    if !is_said {
        return;
    }
    let mut networks = Vec::new();
    for ring in &policy.rings {
        for &platform in &policy.fleet.platforms {
            networks.extend(network(policy, &ring.name, platform, findings));
        }
    }
    for network in &networks {
        policy.layers.push(layer(network));
    }
    policy.networks = networks;
}

/// The network of one ring and platform. Settings that a person wrote for the same proxy are a finding.
fn network(policy: &Policy, ring: &str, platform: Platform, findings: &mut Vec<Finding>) -> Option<Network> {
    let layers = policy.layers.iter().filter(|layer| layer.scope.includes(ring, platform)).map(|layer| &layer.network);
    let exceptions = policy.exceptions.iter().filter(|exception| exception.includes(ring, platform));
    let layers: Vec<&NetworkLayer> = layers.chain(exceptions.map(|exception| &exception.network)).collect();
    let overlay = overlay(policy, ring, platform);
    let subnet = subnet(policy, ring, platform);
    let network = Network::of(ring, platform, layers.into_iter(), subnet)?;
    let by_hand = overlay.values().flatten().map(|said| said.assignment);
    for assignment in by_hand.filter(|assignment| assignment.setting.key.starts_with("containersProxy.")) {
        let message = format!(
            "`{}` and {} both decide where containers go in ring `{ring}` on {}",
            assignment.setting.key,
            table_of(&network),
            platform.title()
        );
        let finding = Finding::new(&CONTAINERS_PROXY_TWICE, assignment.key, message)
            .label("written by hand")
            .related(network.table, "and generated from this")
            .help("keep one of them: the tables write `containersProxy` whole");
        // One line reaches many machines, and is one mistake.
        if !findings.iter().any(|known| known.code == finding.code && known.primary.span == finding.primary.span) {
            findings.push(finding);
        }
    }
    Some(network)
}

/// Whether the network of a ring and platform would be another one without an exception.
pub(crate) fn differs_without(policy: &Policy, ring: &str, platform: Platform, exception: &Exception) -> bool {
    if exception.network.is_empty() {
        return false;
    }
    let layers = policy.layers.iter().filter(|layer| layer.scope.includes(ring, platform)).map(|layer| &layer.network);
    let others = policy.exceptions.iter().filter(|other| other.includes(ring, platform));
    let others = others.filter(|other| !std::ptr::eq(*other, exception)).map(|other| &other.network);
    let without = Network::of(ring, platform, layers.chain(others), subnet(policy, ring, platform));
    let said =
        |network: Option<&Network>| network.map(|network| (script::compile(network), network.ports.value.clone()));
    said(without.as_ref()) != said(policy.network(ring, platform))
}

/// Docker Desktop's own network, when a setting moves it.
fn subnet<'p>(policy: &'p Policy, ring: &str, platform: Platform) -> Option<&'p str> {
    let setting = catalog().find("linuxVM.vpnkitCIDR")?;
    overlay(policy, ring, platform).get(&setting.index)?.last()?.assignment.value.as_str()
}

fn table_of(network: &Network) -> &'static str {
    if network.judges_containers { "[container-network]" } else { "[registry-access]" }
}

/// All fields of the group. Those that the script outranks are empty, which refuses everything: a client that does not
/// know `embeddedPac` then refuses rather than lets through. `exclude` stays empty, because users of Windows could
/// edit it despite the lock before 4.80.
fn layer(network: &Network) -> Layer {
    let empty = || Value::String(String::new());
    let fields = [
        ("locked", Value::Boolean(true), network.table),
        ("mode", "manual".into(), network.table),
        ("http", empty(), network.table),
        ("https", empty(), network.table),
        ("exclude", Value::List(Vec::new()), network.table),
        ("pac", empty(), network.table),
        ("embeddedPac", Value::String(script::compile(network)), network.span),
        ("transparentPorts", Value::String(network.ports.value.clone()), network.ports.span),
    ];
    let assignment = |(name, value, span): (&str, Value, Span)| {
        let key = format!("{GROUP}.{name}");
        let setting = catalog().find(&key).unwrap_or_else(|| panic!("the catalog has no {key}"));
        Assignment { setting, value, locked: None, lock: span, key: span, span, parts: Parts::default() }
    };
    Layer {
        scope: Scope::RingOnPlatform(network.ring.clone(), network.platform),
        assignments: fields.into_iter().map(assignment).collect(),
        network: NetworkLayer::default(),
        undocumented: Vec::new(),
    }
}
