//! What one of the two manifests says about each of its machines, now and once every exception has ended.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Hold, Stand};
use crate::catalog::{Setting, Shape, catalog, from_toml};
use crate::fact::{Fact, group};
use crate::manifest::{Held, Manifest};
use crate::network::{script::DIRECT, told};
use crate::platform::Platform;
use crate::policy::DEFAULT_RING;
use crate::product::containers_proxy;
use crate::reach::At;
use crate::verify::Expected;
use crate::version::Version;

/// One of the two manifests, with its machines by place.
pub(super) struct Edition<'m> {
    pub(super) manifest: &'m Manifest,
    pub(super) machines: BTreeMap<At<'m>, &'m Expected>,
    /// The oldest Docker Desktop of its fleet.
    pub(super) oldest: Option<Version>,
    /// For each fact of the manifest, what is said apart from exceptions.
    lasting: Vec<Option<Fact>>,
}

/// What is said about one machine.
pub(super) struct Sides<'e> {
    pub(super) now: Side<'e>,
    /// Once every exception has ended.
    pub(super) lasting: Side<'e>,
}

/// The same at one of the two times.
pub(super) struct Side<'e> {
    pub(super) facts: BTreeMap<&'e str, &'e Fact>,
    oldest: Option<Version>,
    /// The ring for which it is said.
    ring: &'e str,
}

/// Where containers and pulls are sent.
#[derive(PartialEq)]
pub(super) enum Way {
    /// Nothing is said: where Docker Desktop itself is sent.
    Unsaid,
    /// Through a proxy of their own, or what a script decides.
    Own,
    /// Past every proxy that the policy names.
    Direct,
}

impl<'m> Edition<'m> {
    pub(super) fn new(manifest: &'m Manifest) -> Self {
        let machines = manifest.machines.iter().map(|machine| ((machine.ring.as_str(), machine.platform), machine));
        Self {
            manifest,
            machines: machines.collect(),
            oldest: manifest.fleet.as_ref().and_then(|fleet| fleet.oldest_version.parse().ok()),
            lasting: manifest.facts.iter().map(|held| held.fact.lasting()).collect(),
        }
    }

    pub(super) fn has(&self, platform: Platform) -> bool {
        self.machines.keys().any(|(_, its)| *its == platform)
    }

    /// What machines of a ring must hold; where there is no such ring, they are machines like any other.
    pub(super) fn find(&self, (ring, platform): At<'m>) -> Option<&'m Expected> {
        self.machines.get(&(ring, platform)).or_else(|| self.machines.get(&(DEFAULT_RING, platform))).copied()
    }

    /// The ids of its exceptions.
    pub(super) fn exceptions(&self) -> BTreeSet<&'m str> {
        self.manifest.exceptions.iter().map(|exception| exception.id.as_str()).collect()
    }

    /// What is said about a machine; nothing about none.
    pub(super) fn sides<'e>(&'e self, machine: Option<&'e Expected>) -> Sides<'e> {
        Sides {
            now: self.side(machine, self.manifest.facts.iter().map(|held| Some(&held.fact))),
            lasting: self.side(machine, self.lasting.iter().map(Option::as_ref)),
        }
    }

    fn side<'e>(&self, machine: Option<&'e Expected>, facts: impl Iterator<Item = Option<&'e Fact>>) -> Side<'e> {
        let reaches = |held: &Held| machine.is_some_and(|machine| held.reach.includes(&machine.ring, machine.platform));
        let held = self.manifest.facts.iter().zip(facts).filter(|(held, _)| reaches(held));
        Side {
            facts: held.filter_map(|(_, fact)| Some((fact?.key.as_str(), fact?))).collect(),
            oldest: self.oldest,
            ring: machine.map_or(DEFAULT_RING, |machine| &machine.ring),
        }
    }
}

impl Side<'_> {
    /// What is said for a key, whoever says it.
    pub(super) fn said(&self, key: &str) -> Option<(&Json, Option<bool>)> {
        self.facts.get(key).map(|fact| (&fact.value, fact.locked))
    }

    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.facts.len() == other.facts.len() && self.facts.keys().all(|key| self.said(key) == other.said(key))
    }

    pub(super) fn value(&self, key: &str) -> Option<&Json> {
        self.facts.get(key).map(|fact| &fact.value)
    }

    /// Whether the tables of a network decide where containers go.
    pub(super) fn has_network(&self) -> bool {
        self.facts.contains_key(told::DEFAULT)
    }

    /// Whether somebody decided without tables where containers go.
    pub(super) fn has_proxy_by_hand(&self) -> bool {
        !self.has_network() && self.facts.keys().any(|key| key.contains('.') && group(key) == containers_proxy::GROUP)
    }

    /// Whether Docker Desktop has a proxy, which containers and pulls take too unless they are told otherwise.
    pub(super) fn has_proxy(&self) -> bool {
        self.value("proxy.mode").is_some_and(|mode| mode == "system") || self.names_proxy("proxy")
    }

    /// Whether a group of settings names a proxy.
    fn names_proxy(&self, group: &str) -> bool {
        let names = |field: &str| self.value(&format!("{group}.{field}")).is_some_and(|value| value != "");
        ["http", "https", "pac", "embeddedPac"].into_iter().any(names)
    }

    /// Where containers and pulls are sent.
    pub(super) fn way(&self) -> Way {
        let has_own = if self.has_network() {
            self.value(told::PROXY).is_some_and(|proxy| proxy != DIRECT)
        } else if self.has_proxy_by_hand() {
            self.names_proxy(containers_proxy::GROUP)
        } else {
            return Way::Unsaid;
        };
        if has_own { Way::Own } else { Way::Direct }
    }

    /// Whether a setting is nothing but what this stanchion makes of the tables of a network, all of which are facts.
    fn follows(&self, key: &str) -> bool {
        let subnet = || self.value("linuxVM.vpnkitCIDR").and_then(Json::as_str);
        let made = match key {
            containers_proxy::SCRIPT => told::script(self.ring, |key| self.value(key), subnet()).map(Json::from),
            "containersProxy.transparentPorts" => self.value(told::PORTS).cloned(),
            _ => containers_proxy::fixed(key).and_then(|value| serde_json::to_value(value).ok()),
        };
        self.has_network() && made.is_some() && made.as_ref() == self.value(key)
    }

    /// What the policy says for a key and how firmly. A member of a group is as firm as the group's lock.
    pub(super) fn stand(&self, key: &str) -> Stand {
        let fact = self.facts.get(key);
        let setting = catalog().find(key).filter(|setting| setting.is_admin_setting());
        let locked = match setting {
            Some(setting) if setting.shape == Shape::Field && setting.name() != "locked" => {
                group_lock(key).and_then(|lock| self.value(&lock)).and_then(Json::as_bool)
            }
            _ => fact.and_then(|fact| fact.locked),
        };
        let hold = match locked {
            Some(true) => Hold::Enforced,
            _ if fact.is_none() => Hold::Free,
            Some(false) => Hold::Default,
            None => Hold::Bare,
        };
        // Nobody reads a script that nobody wrote: the tables of which it is made are shown.
        let script = (key == containers_proxy::SCRIPT && self.has_network()).then_some(if self.follows(key) {
            "made of the tables of the network"
        } else {
            "made of the tables of the network by another stanchion"
        });
        Stand {
            value: fact.map(|fact| script.map_or_else(|| fact.value.clone(), Json::from)),
            hold,
            exception: fact.and_then(|fact| fact.exception.clone()),
        }
    }

    /// What a machine does: what the policy says, else what Docker Desktop does by itself, if every version does the same.
    pub(super) fn effective(&self, setting: &Setting) -> Option<Json> {
        let default = || {
            let has_moved = setting.default_since.zip(self.oldest).is_some_and(|(since, oldest)| oldest < since);
            let default = setting.default.as_ref().filter(|_| !has_moved)?;
            serde_json::to_value(from_toml(default)).ok()
        };
        self.value(&setting.key).cloned().or_else(default)
    }
}

/// Whether, on all sides that say anything of its group, a setting is what the tables of a network become: they are judged
/// key by key, and all else in it is the label, which names the ring.
pub(super) fn is_told(key: &str, sides: &[&Side<'_>]) -> bool {
    let says_nothing = |side: &Side<'_>| !side.has_network() && !side.has_proxy_by_hand();
    group(key) == containers_proxy::GROUP && sides.iter().all(|side| side.follows(key) || says_nothing(side))
}

pub(super) fn group_lock(key: &str) -> Option<String> {
    key.split_once('.').map(|(group, _)| format!("{group}.locked"))
}
