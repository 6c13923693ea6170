//! What a change of a policy means: fact by fact, which way each goes and why, and what happens on the machines.
//!
//! Two manifests are compared, of policies or of built folders: a policy's is the one that a build would write. A change
//! is judged by the catalog's knowledge of what is safer ([`Measure`]) and by whether users are held to a value. Machines
//! for which the same changes are named together. [`report`] shows the answer to people, pull requests and programs.

mod change;
mod commands;
mod daemon_options;
mod direction;
mod edition;
pub(crate) mod entry;
mod exception;
mod fleet;
mod judge;
mod lines;
mod machine;
mod measure;
pub mod report;
mod setting;

use std::collections::{BTreeMap, BTreeSet};

pub use self::change::{Change, Diff, Effect, Hold, Stand};
pub use self::direction::Direction;
pub use self::measure::Measure;
use crate::catalog::catalog;
use crate::fact::KINDS;
use crate::manifest::Manifest;
use crate::reach::{At, reaches};
use edition::Edition;

/// Compares two manifests.
pub fn compare(old: &Manifest, new: &Manifest) -> Diff {
    let (old, new) = (Edition::new(old), Edition::new(new));
    let all = places(&old, &new);
    let begun: BTreeSet<&str> = new.exceptions().difference(&old.exceptions()).copied().collect();
    let (mut changes, mut effects) = (Tally::new(), Tally::new());
    for &at in &all {
        let (was, is) = (old.find(at), new.find(at));
        // A platform that comes or goes is one change, which names its settings.
        if old.has(at.1) && new.has(at.1) {
            let (before, after) = (old.sides(was), new.sides(is));
            for change in setting::changes(&before, &after, &begun, new.manifest) {
                changes.add(change.name(), change, at);
            }
            if let Some(change) = machine::enforcement(&old, &new, at) {
                changes.add(change.name(), change, at);
            }
            let says_the_same = before.now.says_the_same(&after.now);
            if let Some(change) = machine::unexplained(was, is, old.oldest != new.oldest).filter(|_| says_the_same) {
                changes.add(change.name(), change, at);
            }
        }
        for effect in machine::effects(&old, &new, at) {
            effects.add(effect.text.clone(), effect, at);
        }
    }
    for &at in &all {
        if let Some(effect) = machine::takes_effect(&old, &new, at) {
            effects.add(effect.text.clone(), effect, at);
        }
    }
    let mut found = fleet::changes(&old, &new);
    found.extend(exception::changes(&old, &new));
    found.extend(changes.items.into_iter().map(|(change, at)| Change { reach: reaches(&all, &at), ..change }));
    found.sort_by_key(|change| (change.direction, order(&change.key)));
    let effects = effects.items.into_iter().map(|(effect, at)| Effect { reach: reaches(&all, &at), ..effect });
    Diff { changes: found, effects: effects.collect() }
}

/// Things that are the same for several machines, each once.
struct Tally<'m, T> {
    places: BTreeMap<String, usize>,
    items: Vec<(T, BTreeSet<At<'m>>)>,
}

impl<'m, T> Tally<'m, T> {
    fn new() -> Self {
        Self { places: BTreeMap::new(), items: Vec::new() }
    }

    /// Notes something for a machine; `name` is the same for the same thing and for nothing else.
    fn add(&mut self, name: String, item: T, at: At<'m>) {
        let place = *self.places.entry(name).or_insert(self.items.len());
        if place == self.items.len() {
            self.items.push((item, BTreeSet::new()));
        }
        self.items[place].1.insert(at);
    }
}

/// Every ring and platform that one of the two has: the new policy's rings first, in its order.
fn places<'m>(old: &Edition<'m>, new: &Edition<'m>) -> Vec<At<'m>> {
    let mut all: Vec<At<'m>> = Vec::new();
    for edition in [new, old] {
        let machines = edition.manifest.machines.iter().map(|machine| (machine.ring.as_str(), machine.platform));
        for at in machines {
            if !all.contains(&at) {
                all.push(at);
            }
        }
    }
    all
}

/// The order within a direction: the policy as a whole, then what is said about machines, in the order of a file.
fn order(key: &str) -> (usize, usize, String) {
    if let Some(place) = KINDS.iter().position(|kind| kind.key == key) {
        return (1, place, String::new());
    }
    if let Some(setting) = catalog().find(key) {
        return (2, setting.index, String::new());
    }
    let place = fleet::TABLES.iter().position(|table| key.split('.').next() == Some(table));
    place.map_or((3, 0, key.to_owned()), |place| (0, place, key.to_owned()))
}
