//! Lowers `[registry-access]` and `[container-network]` into the settings of `containersProxy`, machine by machine.
//!
//! They become one more layer of the policy, whose lines are those of the tables: whatever looks at settings, from
//! `explain` to the targets, needs to know nothing of networks.

use crate::catalog::catalog;
use crate::finding::{CONTAINERS_PROXY_TWICE, Finding};
use crate::network::{Network, script};
use crate::platform::Platform;
use crate::policy::{Alternative, Assignment, Exception, Layer, NetworkLayer, Parts, Policy, Scope};
use crate::resolve::overlay;
use crate::source::Span;
use crate::value::Value;

/// The setting that a network becomes.
pub(crate) const GROUP: &str = "containersProxy";

/// The member of it that holds the script.
pub(crate) const SCRIPT: &str = "containersProxy.embeddedPac";

/// Adds a layer for every ring and platform that the tables reach, and keeps the networks for whoever asks. Where
/// a script by hand stands beside the tables, it counts in the policy that is returned.
pub(crate) fn lower(policy: &mut Policy, findings: &mut Vec<Finding>) -> Option<Alternative> {
    let is_said = policy
        .layers
        .iter()
        .map(|layer| &layer.network)
        .chain(policy.exceptions.iter().map(|exception| &exception.network))
        .any(|network| !network.is_empty());
    if !is_said {
        return None;
    }
    let (mut networks, mut by_hand) = (Vec::new(), Vec::new());
    for ring in &policy.rings {
        for &platform in &policy.fleet.platforms {
            networks.extend(network(policy, &ring.name, platform, findings, &mut by_hand));
        }
    }
    let alternative = (!by_hand.is_empty()).then(|| Alternative { policy: policy.clone(), places: by_hand });
    for network in &networks {
        policy.layers.push(layer(network));
    }
    policy.networks = networks;
    alternative
}

/// The network of one ring and platform. Settings that a person wrote for the same proxy are a finding; the scripts
/// among them are added to `by_hand`.
fn network(
    policy: &Policy,
    ring: &str,
    platform: Platform,
    findings: &mut Vec<Finding>,
    by_hand: &mut Vec<Span>,
) -> Option<Network> {
    let network = resolve(policy, ring, platform, |_| true)?;
    let overlay = overlay(policy, ring, platform);
    let said = overlay.values().flatten().map(|said| said.assignment);
    for assignment in said.filter(|assignment| assignment.setting.key.starts_with("containersProxy.")) {
        let message =
            format!("`{}` and {} both decide where containers go", assignment.setting.key, table_of(&network));
        let finding = Finding::new(&CONTAINERS_PROXY_TWICE, assignment.key, message)
            .label("written by hand")
            .related(network.table, "and generated from this")
            .help("keep one of them: the tables write `containersProxy` whole");
        // One line reaches many machines, and is one mistake.
        if !findings.iter().any(|known| known.code == finding.code && known.primary.span == finding.primary.span) {
            findings.push(finding);
            // What else is wrong with a script is so whatever the other lines say.
            by_hand.extend((assignment.setting.key == SCRIPT).then_some(assignment.span));
        }
    }
    Some(network)
}

/// What the layers of one ring and platform say together with those exceptions that hold.
fn resolve(policy: &Policy, ring: &str, platform: Platform, holds: impl Fn(&Exception) -> bool) -> Option<Network> {
    let layers = policy.layers.iter().filter(|layer| layer.scope.includes(ring, platform)).map(|layer| &layer.network);
    let exceptions =
        policy.exceptions.iter().filter(|exception| exception.includes(ring, platform) && holds(exception));
    let said = layers.chain(exceptions.map(|exception| &exception.network));
    Network::of(ring, platform, said, subnet(policy, ring, platform))
}

/// Whether the network of a ring and platform would be another one without an exception.
pub(crate) fn differs_without(policy: &Policy, ring: &str, platform: Platform, exception: &Exception) -> bool {
    if exception.network.is_empty() {
        return false;
    }
    let without = resolve(policy, ring, platform, |other| !std::ptr::eq(other, exception));
    let said =
        |network: Option<&Network>| network.map(|network| (script::compile(network), network.ports.value.clone()));
    said(without.as_ref()) != said(policy.network(ring, platform))
}

/// The policy as it is once every exception has ended.
pub(crate) fn without_exceptions(policy: &Policy) -> Policy {
    let mut lasting = policy.clone();
    lasting.exceptions.clear();
    // `lower` put a layer for each network behind all others.
    lasting.layers.truncate(policy.layers.len() - policy.networks.len());
    lasting.networks.clear();
    _ = lower(&mut lasting, &mut Vec::new());
    lasting
}

/// Docker Desktop's own network, when a setting moves it.
fn subnet<'p>(policy: &'p Policy, ring: &str, platform: Platform) -> Option<&'p str> {
    let setting = catalog().find("linuxVM.vpnkitCIDR")?;
    overlay(policy, ring, platform).get(&setting.index)?.last()?.assignment.value.as_str()
}

fn table_of(network: &Network) -> &'static str {
    if network.judges_containers { "[container-network]" } else { "[registry-access]" }
}

/// The fields of the group that are the same for every network. Those that the script outranks are empty, which refuses
/// everything: a client that does not know `embeddedPac` then refuses rather than lets through. `exclude` stays empty,
/// because users of Windows could edit it despite the lock before 4.80.
fn fields() -> [(&'static str, Value); 6] {
    let empty = || Value::String(String::new());
    [
        ("containersProxy.locked", Value::Boolean(true)),
        ("containersProxy.mode", "manual".into()),
        ("containersProxy.http", empty()),
        ("containersProxy.https", empty()),
        ("containersProxy.exclude", Value::List(Vec::new())),
        ("containersProxy.pac", empty()),
    ]
}

/// The value that a setting has for every network, if it has one.
pub(crate) fn fixed(key: &str) -> Option<Value> {
    fields().into_iter().find(|(its, _)| *its == key).map(|(_, value)| value)
}

fn layer(network: &Network) -> Layer {
    let fixed = fields().into_iter().map(|(key, value)| (key, value, network.table));
    let own = [
        (SCRIPT, Value::String(script::compile(network)), network.span),
        ("containersProxy.transparentPorts", Value::String(network.ports.value.clone()), network.ports.span),
    ];
    let assignment = |(key, value, span): (&str, Value, Span)| {
        let setting = catalog().find(key).unwrap_or_else(|| panic!("the catalog has no {key}"));
        Assignment { setting, value, locked: None, lock: span, key: span, span, parts: Parts::default() }
    };
    Layer {
        key: network.table,
        scope: Scope::RingOnPlatform(network.ring.clone(), network.platform),
        assignments: fixed.chain(own).map(assignment).collect(),
        network: NetworkLayer::default(),
        undocumented: Vec::new(),
    }
}
