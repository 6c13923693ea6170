//! `manifest.json`: what a bundle's machines must hold and what its policy says, for `verify`, `diff` and other programs.
//!
//! The form is 1. Readers ignore what they do not know, so keys may be added; `fleet`, `exceptions` and `facts` were, and
//! `afterwards` to a fact that an exception decides.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fact::Fact;
use crate::format::json;
use crate::platform::Platform;
use crate::policy::Policy;
use crate::reach::{At, Reach, reaches};
use crate::resolve::{Machine, Plan, resolve};
use crate::state::State;
use crate::verify::Expected;
use crate::visible::visible;

/// The version of the manifest's own form.
pub(crate) const FORM: u32 = 1;

/// Far more bytes than any build writes. One that is cut off here neither parses nor has its digest.
pub const LARGEST: usize = 64 * 1024 * 1024;

/// What `manifest.json` holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest<Machine = Expected> {
    pub(crate) stanchion: u32,
    /// Whether it leaves out rings or platforms that the policy has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub narrowed: bool,
    /// Whose policy it is.
    #[serde(default)]
    pub organization: Organization,
    /// What is known about the fleet; `None` in a manifest of an older stanchion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<Fleet>,
    /// The rings, in the order of the policy.
    #[serde(default)]
    pub rings: Vec<Ring>,
    /// The exceptions, in the order of the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// What the policy says, each fact once with the machines for which it says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Held>,
    /// What machines must hold, one for each ring and platform.
    pub machines: Vec<Machine>,
}

/// Whose policy it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    /// Its name, for people.
    pub name: String,
    /// Its reverse DNS name.
    pub id: String,
}

/// What a policy says about its fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Fleet {
    /// The oldest Docker Desktop in use.
    pub oldest_version: String,
    /// The newest, if the policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_version: Option<String>,
    /// The Docker subscription, if the policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
}

/// A deployment ring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ring {
    /// Its name.
    pub name: String,
    /// Who is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An approved, dated departure from the policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exception {
    /// The ticket.
    pub id: String,
    /// The rings it holds for.
    pub rings: Vec<String>,
    /// The platform it is limited to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// The settings, and other keys of the policy, that it is about.
    pub settings: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who took the risk.
    pub approved_by: String,
    /// The last day on which it holds.
    pub expires: String,
}

/// A fact and the machines for which it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The fact.
    #[serde(flatten)]
    pub fact: Fact,
    /// The machines; all of them when it names none.
    #[serde(flatten)]
    pub reach: Reach,
}

/// A machine as it is written: what tells it from the others, then its state in canonical form.
#[derive(Serialize)]
pub(crate) struct Written<'a> {
    ring: &'a str,
    digest: &'a str,
    #[serde(flatten)]
    state: &'a State,
}

impl Manifest {
    /// The manifest that a whole build of a policy would write. `check` found no error in it.
    pub fn of(policy: &Policy) -> Self {
        let plan = resolve(policy);
        Self::with(&plan, &plan.machines.iter().collect::<Vec<_>>(), Expected::of)
    }

    /// The manifest of no policy at all: what machines have before there is one.
    pub fn none() -> Self {
        Self {
            stanchion: FORM,
            narrowed: false,
            organization: Organization::default(),
            fleet: None,
            rings: Vec::new(),
            exceptions: Vec::new(),
            facts: Vec::new(),
            machines: Vec::new(),
        }
    }

    /// Reads a `manifest.json`; the error says what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        // Machines are looked at there: a manifest comes from outside.
        Expected::from_manifest(bytes)?;
        let manifest: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("not a manifest of stanchion: {}", visible(&error.to_string())))?;
        let is_half = |held: &Held| held.fact.exception.is_some() && held.fact.afterwards.is_none();
        if manifest.facts.iter().any(is_half) {
            return Err("an older stanchion built it, which did not write down what holds once an exception has ended; build again".to_owned());
        }
        Ok(manifest)
    }
}

impl<'a> Manifest<Written<'a>> {
    /// The manifest of some machines of a plan, to be written.
    pub(crate) fn new(plan: &Plan, machines: &[&'a Machine]) -> Self {
        let written = |machine: &'a Machine| Written {
            ring: &machine.state.ring,
            digest: machine.digest.full(),
            state: &machine.state,
        };
        Self::with(plan, machines, written)
    }
}

impl<M> Manifest<M> {
    fn with<'a>(plan: &Plan, machines: &[&'a Machine], form: impl Fn(&'a Machine) -> M) -> Self {
        let is_built = |ring: &str| machines.iter().any(|machine| machine.state.ring == ring);
        let rings = plan.rings.iter().filter(|ring| is_built(&ring.name));
        let exceptions = plan.exceptions.iter().map(|exception| Exception {
            id: exception.id.value.clone(),
            rings: exception.rings.iter().map(|ring| ring.value.clone()).collect(),
            platform: exception.platform.map(|platform| platform.value),
            settings: (exception.assignments.iter().map(|assignment| assignment.setting.key.as_str()))
                .chain(exception.network.keys())
                .map(str::to_owned)
                .collect(),
            reason: exception.reason.clone(),
            approved_by: exception.approved_by.clone(),
            expires: exception.expires.value.to_string(),
        });
        Self {
            stanchion: FORM,
            narrowed: machines.len() < plan.machines.len(),
            organization: Organization { name: plan.organization.clone(), id: plan.organization_id.clone() },
            fleet: Some(Fleet {
                oldest_version: plan.fleet.oldest.value.to_string(),
                newest_version: plan.fleet.newest.map(|newest| newest.value.to_string()),
                subscription: plan.fleet.subscription.map(|subscription| subscription.value.to_owned()),
            }),
            rings: rings.map(|ring| Ring { name: ring.name.clone(), description: ring.description.clone() }).collect(),
            exceptions: exceptions.collect(),
            facts: held(machines),
            machines: machines.iter().map(|machine| form(machine)).collect(),
        }
    }
}

/// Every fact once, in the order in which machines have them.
fn held(machines: &[&Machine]) -> Vec<Held> {
    let all: Vec<At<'_>> = machines.iter().map(|machine| machine.at()).collect();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut found: Vec<(&Fact, BTreeSet<At<'_>>)> = Vec::new();
    for machine in machines {
        for fact in &machine.facts {
            let place = *places.entry(json::compact(fact)).or_insert(found.len());
            if place == found.len() {
                found.push((fact, BTreeSet::new()));
            }
            found[place].1.insert(machine.at());
        }
    }
    let held = |(fact, at): (&Fact, BTreeSet<At<'_>>)| {
        reaches(&all, &at).into_iter().map(move |reach| Held { fact: fact.clone(), reach }).collect::<Vec<_>>()
    };
    let mut facts: Vec<Held> = found.into_iter().flat_map(held).collect();
    // What a later ring says differently stands beside what the others say.
    let first: BTreeMap<String, usize> =
        facts.iter().enumerate().rev().map(|(at, held)| (held.fact.key.clone(), at)).collect();
    facts.sort_by_key(|held| first[&held.fact.key]);
    facts
}
