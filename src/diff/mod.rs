//! What a change of a policy means: fact by fact, which way each goes and why, and what happens on the machines.
//!
//! Two manifests are compared, of policies or of built folders: a policy's is the one that a build would write. A change
//! is judged by the catalog's knowledge of what is safer ([`Measure`]) and by whether users are held to a value. Machines
//! for which the same changes are named together. [`report`] shows the answer to people, pull requests and programs.

mod change;
mod daemon_options;
mod direction;
mod fleet;
mod judge;
mod lines;
mod machine;
mod measure;
pub mod report;

use std::collections::{BTreeMap, BTreeSet};

pub use self::change::{Change, Diff, Effect, Hold, Stand};
pub use self::direction::Direction;
pub use self::measure::Measure;
use crate::catalog::{Setting, Type, catalog};
use crate::fact::{Fact, KINDS, Kind};
use crate::manifest::{Held, Manifest};
use crate::platform::Platform;
use crate::policy::DEFAULT_RING;
use crate::reach::{At, reaches};
use crate::verify::Expected;
use crate::version::Version;
use judge::Side;

/// Compares two manifests.
pub fn compare(old: &Manifest, new: &Manifest) -> Diff {
    let (old, new) = (Edition::new(old), Edition::new(new));
    let all = places(&old, &new);
    let oldest = |edition: &Edition<'_>| edition.manifest.fleet.as_ref().map(|fleet| fleet.oldest_version.clone());
    let is_regated = oldest(&old) != oldest(&new);
    let (mut changes, mut effects) = (Tally::new(), Tally::new());
    for &at in &all {
        let (was, is) = (old.find(at), new.find(at));
        let (before, after) = (old.side(was), new.side(is));
        // A platform that comes or goes is one change, which names its settings.
        let is_everywhere = old.has(at.1) && new.has(at.1);
        let mut differ = false;
        // What only an exception hides, or no longer brings, is not seen on the machine, and stays when it has ended.
        let lasting = (old.lasting_side(was), new.lasting_side(is));
        let mut lasts = keys(&lasting.0, &lasting.1);
        // Of the tables of a network it is not known.
        lasts.retain(|key| Kind::find(key).is_none());
        let keys = keys(&before, &after);
        differ |= is_everywhere && !keys.is_empty();
        for key in keys.union(&lasts).copied().filter(|_| is_everywhere) {
            // The tables that it follows are judged key by key; all else in it is the label, which names the ring.
            if before.follows(key) && after.follows(key) {
                continue;
            }
            let change = of_fact(key, &before, &after, new.manifest);
            let change = if lasts.contains(key) {
                with_lasting(change, &judge::judge(key, &lasting.0, &lasting.1), keys.contains(key))
            } else {
                change
            };
            changes.add(change.name(), change, at);
        }
        if let Some(change) = machine::unexplained(was, is, is_regated).filter(|_| is_everywhere && !differ) {
            changes.add(change.name(), change, at);
        }
        for effect in machine::effects(&old, &new, at) {
            effects.add(effect.text.clone(), effect, at);
        }
    }
    let mut found = fleet::changes(&old, &new, &changes.items);
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

/// One of the two manifests, with its machines by place.
struct Edition<'m> {
    manifest: &'m Manifest,
    machines: BTreeMap<At<'m>, &'m Expected>,
    /// For each fact of the manifest, what is said apart from exceptions.
    lasting: Vec<Option<Fact>>,
}

impl<'m> Edition<'m> {
    fn new(manifest: &'m Manifest) -> Self {
        let machines = manifest.machines.iter().map(|machine| ((machine.ring.as_str(), machine.platform), machine));
        let lasting = manifest.facts.iter().map(|held| held.fact.lasting()).collect();
        Self { manifest, machines: machines.collect(), lasting }
    }

    fn has(&self, platform: Platform) -> bool {
        self.machines.keys().any(|(_, its)| *its == platform)
    }

    /// What machines of a ring must hold; where there is no such ring, they are machines like any other.
    fn find(&self, (ring, platform): At<'m>) -> Option<&'m Expected> {
        self.machines.get(&(ring, platform)).or_else(|| self.machines.get(&(DEFAULT_RING, platform))).copied()
    }

    fn side(&self, machine: Option<&'m Expected>) -> Side<'m> {
        self.side_of(machine, self.manifest.facts.iter().map(|held| Some(&held.fact)))
    }

    /// The same apart from exceptions.
    fn lasting_side<'a>(&'a self, machine: Option<&'a Expected>) -> Side<'a> {
        self.side_of(machine, self.lasting.iter().map(Option::as_ref))
    }

    fn side_of<'a>(&self, machine: Option<&'a Expected>, facts: impl Iterator<Item = Option<&'a Fact>>) -> Side<'a> {
        let reaches = |held: &Held| machine.is_some_and(|machine| held.reach.includes(&machine.ring, machine.platform));
        let held = self.manifest.facts.iter().zip(facts).filter(|(held, _)| reaches(held));
        Side::new(
            held.filter_map(|(_, fact)| fact),
            self.manifest.fleet.as_ref(),
            machine.map_or(DEFAULT_RING, |machine| &machine.ring),
        )
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

/// The keys for which the two say something else. Which exception says it is the exception's own change.
fn keys<'m>(old: &Side<'m>, new: &Side<'m>) -> BTreeSet<&'m str> {
    let said = |side: &Side<'m>, key: &str| side.facts.get(key).map(|fact| (&fact.value, fact.locked));
    let goes_along = |key: &str| Kind::find(key).is_some_and(|kind| kind.appears.is_none());
    let differs = |key: &&&'m str| {
        let (old, new) = (said(old, key), said(new, key));
        old != new && !(goes_along(key) && old.xor(new).is_some())
    };
    old.facts.keys().chain(new.facts.keys()).filter(differs).copied().collect()
}

fn of_fact(key: &str, old: &Side<'_>, new: &Side<'_>, manifest: &Manifest) -> Change {
    let judgement = judge::judge(key, old, new);
    let (was, mut is) = (old.stand(key), new.stand(key));
    // Nothing is covered by an exception that nobody approved.
    is.exception = is.exception.filter(|id| manifest.exceptions.iter().any(|exception| exception.id == *id));
    let setting = catalog().find(key).filter(|setting| setting.is_admin_setting());
    // Nobody reads a script that nobody wrote: the tables from which it comes are shown.
    let shown = |side: &Side<'_>, stand: &Stand| {
        let is_compiled = key == judge::SCRIPT && side.has_network();
        stand.value.clone().filter(|_| !is_compiled)
    };
    let is_options = setting.is_some_and(|setting| setting.kind == Type::Json);
    Change {
        key: key.to_owned(),
        direction: judgement.direction,
        why: judgement.why,
        lasting: Direction::Neutral,
        lines: lines::lines(shown(old, &was).as_ref(), shown(new, &is).as_ref(), is_options),
        versions: setting.and_then(|setting| versions(setting, manifest)),
        old: was,
        new: is,
        reach: Vec::new(),
    }
}

/// A change together with that of the policy apart from exceptions, where one of the two decides by exception.
fn with_lasting(change: Change, lasting: &judge::Judgement, is_seen: bool) -> Change {
    let by_exception = |stand: &Stand| stand.exception.is_some();
    let why = match (by_exception(&change.old), by_exception(&change.new)) {
        (false, false) => return change,
        (true, false) if !is_seen => "It was so by exception, and no longer ends with it.",
        (false, true) if !is_seen => "It was so in the policy itself, and now ends with the exception.",
        _ if !is_seen => "The exception hides it, and it stays when the exception ends.",
        _ if lasting.direction.may_loosen() => "The policy itself loosens, or may, apart from any exception.",
        _ => "The policy itself changes too, apart from any exception.",
    };
    let direction = if is_seen { change.direction.and(lasting.direction) } else { lasting.direction };
    let reason = if is_seen { &change.why } else { &lasting.why };
    Change { direction, lasting: lasting.direction, why: format!("{why} {reason}"), ..change }
}

/// Which Docker Desktop of the fleet has no use for a setting.
fn versions(setting: &Setting, manifest: &Manifest) -> Option<String> {
    let version = |text: &str| text.parse::<Version>().ok();
    let fleet = manifest.fleet.as_ref()?;
    let oldest = version(&fleet.oldest_version)?;
    let newest = fleet.newest_version.as_deref().and_then(version);
    let ends = |end: Option<Version>, what: &str| {
        end.filter(|end| newest.is_none_or(|newest| *end <= newest)).map(|end| format!("{what} {end}"))
    };
    let begins = setting.since.filter(|since| *since > oldest).map(|since| {
        if newest.is_some_and(|newest| newest < since) {
            format!("Docker Desktop {since} and newer, which the fleet does not have")
        } else {
            format!("Docker Desktop {since} and newer; the fleet begins at {oldest}")
        }
    });
    let parts: Vec<String> = begins
        .into_iter()
        .chain(ends(setting.deprecated, "without effect from Docker Desktop"))
        .chain(ends(setting.removed, "unknown to Docker Desktop from"))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
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
