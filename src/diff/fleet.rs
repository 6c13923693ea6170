//! What differs in a policy as a whole: whose it is and whom it reaches.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::edition::{Edition, Sides, is_told};
use super::judge::judge;
use super::{Change, Direction, Stand, Tally, lines, order};
use crate::catalog::catalog;
use crate::manifest::{Fleet, Manifest, Organization, Ring};
use crate::platform::Platform;
use crate::reach::{At, reaches};
use crate::version::Version;
use crate::visible::visible;

/// The tables of a policy about which this module speaks, in its order.
pub(super) const TABLES: &[&str] = &["organization", "fleet", "rings", "exceptions", "state"];

/// Everything that differs.
pub(super) fn changes(old: &Edition<'_>, new: &Edition<'_>) -> Vec<Change> {
    // Taken apart, so that whatever a manifest learns to say must find its answer here.
    let Manifest { stanchion: _, narrowed: _, organization, fleet, rings, exceptions: _, facts: _, machines } =
        old.manifest;
    let mut found = Vec::new();
    // Whoever had no policy had no other organization, clients or rings either.
    if !machines.is_empty() {
        of_organization(organization, &new.manifest.organization, &mut found);
        of_fleet(fleet.as_ref(), old, new, &mut found);
        of_rings(rings, &new.manifest.rings, &mut found);
    }
    found.extend(of_platforms(old, new));
    found
}

/// A change that is not about particular machines.
pub(super) fn row(key: String, direction: Direction, why: impl Into<String>, old: Stand, new: Stand) -> Change {
    let lines = lines::lines(old.value.as_ref(), new.value.as_ref(), false);
    let why = why.into();
    Change { key, direction, why, covered_by: None, old, new, lines, versions: None, reach: Vec::new() }
}

fn of_organization(old: &Organization, new: &Organization, found: &mut Vec<Change>) {
    let mut add = |key: &str, direction, why, old: &str, new: &str| {
        if old != new {
            found.push(row(format!("organization.{key}"), direction, why, Stand::bare(old), Stand::bare(new)));
        }
    };
    add("name", Direction::Neutral, "People read it on the machine.", &old.name, &new.name);
    add(
        "id",
        Direction::Unclear,
        "Every profile gets another identity: until the old ones are removed, both stand on the Macs, and nobody says which wins.",
        &old.id,
        &new.id,
    );
}

fn of_fleet(was: Option<&Fleet>, old: &Edition<'_>, new: &Edition<'_>, found: &mut Vec<Change>) {
    let (Some(before), Some(fleet)) = (was, new.manifest.fleet.as_ref()) else { return };
    if before.oldest_version != fleet.oldest_version {
        let (was, is) = (old.oldest, new.oldest);
        let direction = match was.zip(is) {
            Some((was, is)) if was < is => Direction::Tightens,
            Some((was, is)) if was > is => Direction::Loosens,
            _ => Direction::Unclear,
        };
        let why = "Older clients ignore settings that they do not know and keep holes that were closed since. Nothing on a \
                   machine enforces this number: it is what the policy is checked against.";
        let mut change = row(
            "fleet.oldest-version".to_owned(),
            direction,
            why,
            Stand::bare(before.oldest_version.as_str()),
            Stand::bare(fleet.oldest_version.as_str()),
        );
        change.lines = was.zip(is).map(|(was, is)| depends([old.manifest, new.manifest], was, is)).unwrap_or_default();
        found.push(change);
    }
    if before.newest_version != fleet.newest_version {
        found.push(row(
            "fleet.newest-version".to_owned(),
            Direction::Neutral,
            "It decides which warnings `check` gives, and nothing on a machine.",
            Stand::bare_if(before.newest_version.as_deref()),
            Stand::bare_if(fleet.newest_version.as_deref()),
        ));
    }
    if before.subscription != fleet.subscription {
        // Whoever does not say has what a settings file needs, as `check` takes it too.
        let is_business = |fleet: &Fleet| fleet.subscription.as_deref().is_none_or(|its| its == "business");
        let direction = match (is_business(before), is_business(fleet)) {
            (true, false) => Direction::Loosens,
            (false, true) => Direction::Tightens,
            _ => Direction::Neutral,
        };
        found.push(row(
            "fleet.subscription".to_owned(),
            direction,
            "Without Docker Business a settings file does nothing but ask for sign-in.",
            Stand::bare_if(before.subscription.as_deref()),
            Stand::bare_if(fleet.subscription.as_deref()),
        ));
    }
}

/// The settings, said before and after, that versions between the two do not know.
fn depends(manifests: [&Manifest; 2], was: Version, is: Version) -> Vec<String> {
    let (sign, low, high) = if was < is { ('-', was, is) } else { ('+', is, was) };
    let said = |manifest: &Manifest| -> BTreeSet<usize> {
        manifest.facts.iter().filter_map(|held| catalog().find(&held.fact.key)).map(|setting| setting.index).collect()
    };
    let [old, new] = manifests.map(said);
    let settings = old.intersection(&new).map(|&index| &catalog().settings()[index]);
    settings
        .filter_map(|setting| {
            setting.since.filter(|since| *since > low && *since <= high).map(|since| (setting, since))
        })
        .map(|(setting, since)| format!("{sign} clients before {since}, which do not know {}", setting.key))
        .collect()
}

/// The platforms that come and go, each with everything that is said about its machines.
fn of_platforms(old: &Edition<'_>, new: &Edition<'_>) -> Option<Change> {
    let appears = arrivals(old, new, '+');
    let goes = arrivals(new, old, '-').map(|(direction, lines)| (direction.flip(), lines));
    let mut why = Vec::new();
    if appears.is_some() {
        why.push("Machines that had no policy of stanchion now have this one.");
    }
    if goes.is_some() {
        why.push("Nothing is built for some machines any more: what they hold stays until somebody removes it, and nobody repairs it.");
    }
    let names = |edition: &Edition<'_>| -> Option<Json> {
        let names = Platform::ALL.into_iter().filter(|platform| edition.has(*platform)).map(Platform::name);
        Some(Json::from(names.collect::<Vec<_>>())).filter(|names| *names != Json::Array(Vec::new()))
    };
    let (old, new) = (Stand::bare_if(names(old)), Stand::bare_if(names(new)));
    let (directions, lines): (Vec<_>, Vec<_>) = goes.into_iter().chain(appears).unzip();
    let direction = directions.into_iter().reduce(Direction::and)?;
    let row = row("fleet.platforms".to_owned(), direction, why.join(" "), old, new);
    Some(Change { lines: lines.concat(), ..row })
}

/// What `new` says about the machines of the platforms that `old` lacks, compared with nothing, and which way that goes.
fn arrivals(old: &Edition<'_>, new: &Edition<'_>, sign: char) -> Option<(Direction, Vec<String>)> {
    let machines = || new.machines.iter().filter(|((_, platform), _)| !old.has(*platform));
    let all: Vec<At<'_>> = new.machines.keys().copied().collect();
    let nothing = new.sides(None).now;
    let mut direction = Direction::Tightens;
    let mut said = Tally::new();
    for (&at, machine) in machines() {
        let Sides { now: side, lasting } = new.sides(Some(machine));
        for key in side.facts.keys().filter(|key| !is_told(key, &[&side])) {
            let Some(judgement) = judge(key, &nothing, &side) else { continue };
            // Whatever weakness an exception brings was approved, and one that reaches further has a row of its own.
            if judge(key, &nothing, &lasting).is_some_and(|lasting| lasting.direction.may_loosen()) {
                direction = Direction::Unclear;
            }
            let note = match judgement.direction {
                Direction::Loosens => ", weaker than nothing said",
                Direction::Unclear => ", which may be weaker than nothing said",
                _ => "",
            };
            if let Some((value, hold)) = side.stand(key).words() {
                let line = format!("{sign} {}: {value}{hold}{note}", visible(key));
                said.add(line.clone(), (order(key), line), at);
            }
        }
    }
    said.items.sort_by(|((one, _), _), ((other, _), _)| one.cmp(other));
    let lines = said.items.into_iter().map(|((_, line), at)| {
        let reach = reaches(&all, &at);
        let is_everywhere = at.len() == machines().count();
        let places: Vec<String> = reach.iter().map(|reach| reach.text(4)).collect();
        if is_everywhere { line } else { format!("{line} ({})", places.join("; ")) }
    });
    (machines().count() > 0).then(|| (direction, lines.collect()))
}

/// One change for all rings, however many come and go.
fn of_rings(old: &[Ring], new: &[Ring], found: &mut Vec<Change>) {
    if old == new {
        return;
    }
    let lacks =
        |rings: &[Ring], others: &[Ring]| rings.iter().any(|ring| !others.iter().any(|other| other.name == ring.name));
    let mut why = Vec::new();
    if lacks(new, old) {
        why.push(
            "The machines of a new ring were in `default` or in another ring. Whatever it says differently from `default` is \
             judged by itself.",
        );
    }
    if lacks(old, new) {
        why.push(
            "The machines of a ring that goes fall back to `default`. Whatever that says differently is judged by itself, and \
             takes effect once they are moved.",
        );
    }
    if why.is_empty() {
        why.push("Only the descriptions or the order differ.");
    }
    let named = |ring: &Ring| match &ring.description {
        Some(description) => format!("{}: {description}", ring.name),
        None => ring.name.clone(),
    };
    let stand = |rings: &[Ring]| Stand::bare(rings.iter().map(named).collect::<Vec<_>>());
    found.push(row("rings".to_owned(), Direction::Neutral, why.join(" "), stand(old), stand(new)));
}
