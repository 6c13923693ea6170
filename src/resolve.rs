//! Lays a policy's layers over each other and lowers the result to one state per ring and platform.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Setting, catalog};
use crate::fact::{self, Fact};
use crate::network::Network;
use crate::platform::Platform;
use crate::policy::{Assignment, DEFAULT_RING, Exception, Fleet, Layer, MacosOptions, Policy, Ring};
use crate::product::{containers_proxy, docker_desktop};
use crate::reach::At;
use crate::state::{Digest, State};
use crate::value::Value;

/// What every machine of an organization must hold. From here on nothing can fail.
#[derive(Debug)]
pub struct Plan {
    /// The organization's name, for people.
    pub organization: String,
    /// The organization's reverse DNS name, for identifiers.
    pub organization_id: String,
    /// The rings, `default` among them.
    pub rings: Vec<Ring>,
    /// The fleet it reaches.
    pub fleet: Fleet,
    /// The departures that are built in.
    pub exceptions: Vec<Exception>,
    /// What targets for macOS write besides.
    pub macos: MacosOptions,
    /// One for each ring and platform, rings in policy order.
    pub machines: Vec<Machine>,
}

/// The machines of one ring and platform.
#[derive(Debug)]
pub struct Machine {
    /// What they must hold.
    pub state: State,
    /// The identity of that state.
    pub digest: Digest,
    /// What the policy says about them.
    pub facts: Vec<Fact>,
    /// The settings in which it differs from the default ring's on the same platform, in catalog order.
    pub differs: Vec<&'static str>,
}

impl Machine {
    pub(crate) fn at(&self) -> At<'_> {
        (&self.state.ring, self.state.platform)
    }
}

/// What one layer says about a setting.
#[derive(Clone, Copy, Debug)]
pub struct Said<'p> {
    /// The layer or exception.
    pub origin: Origin<'p>,
    /// The setting and its value.
    pub assignment: &'p Assignment,
}

impl Said<'_> {
    /// Whether a later table of a policy says this than `other`, so that another line beside this one would win over it.
    pub fn overrules(&self, other: &Said<'_>, policy: &Policy) -> bool {
        let place = |origin: Origin<'_>| match origin {
            Origin::Layer(layer) => policy.layers.iter().position(|its| std::ptr::eq(its, layer)),
            Origin::Exception(_) => None,
        };
        place(self.origin).zip(place(other.origin)).is_some_and(|(own, others)| own > others)
    }
}

/// Where in a policy something was said.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'p> {
    /// In a table of settings.
    Layer(&'p Layer),
    /// In an exception.
    Exception(&'p Exception),
}

/// What a machine's policy says, by setting in catalog order; in each list the last one wins.
pub type Overlay<'p> = BTreeMap<usize, Vec<Said<'p>>>;

/// Everything a policy says about the machines of one ring and platform.
pub fn overlay<'p>(policy: &'p Policy, ring: &str, platform: Platform) -> Overlay<'p> {
    let layers = policy.layers.iter().filter(|layer| layer.scope.includes(ring, platform));
    let exceptions = policy.exceptions.iter().filter(|exception| exception.includes(ring, platform));
    let said = layers
        .flat_map(|layer| {
            layer.assignments.iter().map(move |assignment| Said { origin: Origin::Layer(layer), assignment })
        })
        .chain(exceptions.flat_map(|exception| {
            exception
                .assignments
                .iter()
                .map(move |assignment| Said { origin: Origin::Exception(exception), assignment })
        }));
    let mut overlay = Overlay::new();
    for said in said.filter(|said| said.assignment.setting.platforms.contains(&platform)) {
        overlay.entry(said.assignment.setting.index).or_default().push(said);
    }
    overlay
}

/// A setting and what a machine gets.
#[derive(Clone, Debug)]
pub struct Resolved<'p> {
    /// The setting or the field of a group.
    pub setting: &'static Setting,
    /// Its value.
    pub value: Value,
    /// Its lock, for a setting that has its own.
    pub locked: Option<bool>,
    /// Who won; `None` for the lock that a group has unless somebody says otherwise.
    pub by: Option<Said<'p>>,
}

/// The winners of an overlay in catalog order, with a lock for every group that has none.
pub fn settle<'p>(overlay: &Overlay<'p>) -> Vec<Resolved<'p>> {
    let catalog = catalog();
    let mut resolved = BTreeMap::new();
    for said in overlay.values().filter_map(|said| said.last()) {
        let Assignment { setting, value, locked, .. } = said.assignment;
        resolved.insert(setting.index, Resolved { setting, value: value.clone(), locked: *locked, by: Some(*said) });
        if let Some(lock) = setting.lock.map(|lock| &catalog.settings()[lock]) {
            let unless_said = Resolved { setting: lock, value: Value::Boolean(true), locked: None, by: None };
            resolved.entry(lock.index).or_insert(unless_said);
        }
    }
    resolved.into_values().collect()
}

/// The settings in which two winners of overlays differ.
fn differs(some: &[Resolved<'_>], others: &[Resolved<'_>]) -> Vec<&'static str> {
    type Said<'s> = BTreeMap<usize, (&'static str, &'s Value, Option<bool>)>;
    fn by_index<'s>(resolved: &'s [Resolved<'_>]) -> Said<'s> {
        resolved.iter().map(|one| (one.setting.index, (one.setting.key.as_str(), &one.value, one.locked))).collect()
    }
    let (some, others) = (by_index(some), by_index(others));
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (said, heard) in [(&some, &others), (&others, &some)] {
        found.extend(
            said.iter().filter(|(index, one)| heard.get(index) != Some(one)).map(|(index, one)| (*index, one.0)),
        );
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, key)| key).collect()
}

/// Names the keys of the network's tables that differ, instead of the settings that are made of them: the script holds
/// the ring's name, so it always differs.
fn network_differs(policy: &Policy, ring: &str, platform: Platform, differs: &mut Vec<&'static str>) {
    let [some, others] = [ring, DEFAULT_RING].map(|ring| policy.network(ring, platform));
    if some.is_none() && others.is_none() {
        return;
    }
    differs.retain(|key| !key.starts_with(containers_proxy::GROUP));
    let facts = |network: Option<&Network>| -> BTreeMap<_, _> {
        network.map(|network| network.said.facts()).unwrap_or_default().into_iter().collect()
    };
    let (some, others) = (facts(some), facts(others));
    let keys: BTreeSet<_> = some.keys().chain(others.keys()).copied().collect();
    differs.extend(keys.into_iter().filter(|key| some.get(key) != others.get(key)));
}

/// The plan of a policy in which `check` found no error.
pub fn resolve(policy: &Policy) -> Plan {
    let usual: BTreeMap<Platform, _> = policy
        .fleet
        .platforms
        .iter()
        .map(|&platform| (platform, settle(&overlay(policy, DEFAULT_RING, platform))))
        .collect();
    let lasting = (!policy.exceptions.is_empty()).then(|| containers_proxy::without_exceptions(policy));
    let mut machines = Vec::new();
    for ring in &policy.rings {
        for &platform in &policy.fleet.platforms {
            let settings = settle(&overlay(policy, &ring.name, platform));
            let is_read = !settings.iter().any(|resolved| resolved.value.is_partial());
            assert!(is_read, "nothing is built from a policy with errors");
            let state = docker_desktop::lower(policy, &ring.name, platform, &settings);
            let digest = state.digest();
            let facts = fact::facts(policy, lasting.as_ref(), (&ring.name, platform), &settings);
            let mut differs = differs(&settings, &usual[&platform]);
            network_differs(policy, &ring.name, platform, &mut differs);
            machines.push(Machine { state, digest, facts, differs });
        }
    }
    Plan {
        organization: policy.organization.name.value.clone(),
        organization_id: policy.organization.id.value.clone(),
        rings: policy.rings.clone(),
        fleet: policy.fleet.clone(),
        exceptions: policy.exceptions.clone(),
        macos: policy.macos.clone(),
        machines,
    }
}
