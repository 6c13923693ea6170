//! How an exception changes: what it departs to, until when, and for whom.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::edition::{Edition, Side, Sides, is_told};
use super::judge::judge;
use super::{Change, Direction, Stand, fleet, lines};
use crate::date::Date;
use crate::manifest::Exception;
use crate::platform::Platform;
use crate::verify::Expected;

/// Every exception that differs.
pub(super) fn changes(old: &Edition<'_>, new: &Edition<'_>) -> Vec<Change> {
    old.exceptions().union(&new.exceptions()).filter_map(|id| change(id, old, new)).collect()
}

fn change(id: &str, old: &Edition<'_>, new: &Edition<'_>) -> Option<Change> {
    let [was, is] = [old, new].map(|its| its.manifest.exceptions.iter().find(|exception| exception.id == id));
    if was == is {
        return None;
    }
    let (direction, why) = match (was, is) {
        (Some(was), Some(is)) => {
            let said = rewritten(&old.of_exception(was), &new.of_exception(is));
            of_known(was, is, departure(old, id).and(departure(new, id)), said)
        }
        (None, _) => (brings(new, old, id), "It begins. What it changes is judged setting by setting.".to_owned()),
        (_, None) => {
            (brings(old, new, id).flip(), "It ends. What that changes is judged setting by setting.".to_owned())
        }
    };
    let stand = |exception: Option<&Exception>| Stand::bare_if(exception.map(|its| format!("until {}", its.expires)));
    let row = fleet::row(format!("exceptions.{id}"), direction, why, stand(was), stand(is));
    // An exception that begins is approved by name and ends. One that is known was approved as it stood.
    let covered_by = (was.is_none() && direction.may_loosen()).then(|| id.to_owned());
    Some(Change { covered_by, lines: members(was, is), ..row })
}

/// Which way an exception departs from the policy without any.
fn departure(edition: &Edition<'_>, id: &str) -> Direction {
    let departs = |machine| {
        let Sides { now, lasting } = edition.sides(Some(machine));
        decided(id, &now, &lasting)
    };
    machines(edition, id).map(departs).fold(Direction::Neutral, Direction::and)
}

/// Which way machines go that have what `other` says and get what an exception of `edition` decides.
fn brings(edition: &Edition<'_>, other: &Edition<'_>, id: &str) -> Direction {
    let machines = machines(edition, id).filter(|machine| other.has(machine.platform));
    let brings = |machine: &Expected| {
        let before = other.sides(other.find((&machine.ring, machine.platform)));
        decided(id, &edition.sides(Some(machine)).now, &before.now)
    };
    machines.map(brings).fold(Direction::Neutral, Direction::and)
}

/// Which way what an exception decides goes from what is said elsewhere.
fn decided(id: &str, side: &Side<'_>, other: &Side<'_>) -> Direction {
    let decided = side.facts.iter().filter(|(_, fact)| fact.exception.as_deref() == Some(id));
    let decided = decided.filter(|(key, _)| !is_told(key, &[side, other]));
    let judged = decided.filter_map(|(key, _)| judge(key, other, side));
    judged.map(|judgement| judgement.direction).fold(Direction::Neutral, Direction::and)
}

/// The machines that an exception reaches.
fn machines<'e>(edition: &'e Edition<'_>, id: &str) -> impl Iterator<Item = &'e Expected> {
    let exception = edition.manifest.exceptions.iter().find(|exception| exception.id == id);
    edition.manifest.machines.iter().filter(move |machine| {
        exception.is_some_and(|its| {
            its.rings.contains(&machine.ring) && its.platform.is_none_or(|only| only == machine.platform)
        })
    })
}

/// Which way what an exception says goes, setting by setting; `None` when it says the same of all that both speak of.
/// Another exception can hide it today.
fn rewritten(was: &Side<'_>, is: &Side<'_>) -> Option<Direction> {
    let both = was.facts.keys().filter(|key| is.facts.contains_key(*key));
    let judged = both.filter_map(|key| judge(key, was, is));
    judged.map(|judgement| judgement.direction).reduce(Direction::and)
}

/// Which way an exception goes that both have: longer and wider goes where it departs to, shorter and narrower back.
/// `said` is the way of what it says.
fn of_known(was: &Exception, is: &Exception, departure: Direction, said: Option<Direction>) -> (Direction, String) {
    // One that changes nothing today may hide what changes tomorrow.
    let further = if departure == Direction::Neutral { Direction::Loosens } else { departure };
    let last_day = |exception: &Exception| exception.expires.parse::<Date>().ok();
    let mut found = Vec::new();
    match last_day(was).zip(last_day(is)) {
        Some((was, is)) if was < is => found.push((further, "The departure from the policy is allowed for longer.")),
        Some((was, is)) if was > is => found.push((further.flip(), "The departure from the policy ends sooner.")),
        Some(_) => {}
        None => found.push((Direction::Unclear, "Its last day cannot be read.")),
    }
    let (before, after) = (places(was), places(is));
    if !after.is_subset(&before) {
        found.push((further, "It is allowed for more settings or machines."));
    }
    if !before.is_subset(&after) {
        found.push((further.flip(), "It no longer reaches some settings or machines."));
    }
    found.extend(said.map(|direction| (direction, "It says something else about a setting.")));
    let direction = found.iter().map(|(direction, _)| *direction).fold(Direction::Neutral, Direction::and);
    let mut why: Vec<&str> = found.into_iter().map(|(_, why)| why).collect();
    if why.is_empty() {
        why.push("It is described differently. What it changes is judged setting by setting.");
    }
    if direction.may_loosen() {
        why.push("Its id was approved for less: approve it anew, under a new id.");
    }
    (direction, why.join(" "))
}

/// Every setting on every ring and platform that an exception is about.
fn places(exception: &Exception) -> BTreeSet<(&str, &str, Platform)> {
    let platforms = Platform::ALL.into_iter().filter(|its| exception.platform.is_none_or(|only| only == *its));
    let on = |platform| {
        let settings = exception.settings.iter();
        settings.flat_map(move |setting| {
            exception.rings.iter().map(move |ring| (setting.as_str(), ring.as_str(), platform))
        })
    };
    platforms.flat_map(on).collect()
}

/// What it says, line by line where that differs.
fn members(old: Option<&Exception>, new: Option<&Exception>) -> Vec<String> {
    type Member = (&'static str, fn(&Exception) -> Json);
    const MEMBERS: [Member; 6] = [
        ("settings", |exception| exception.settings.join(", ").into()),
        ("rings", |exception| exception.rings.join(", ").into()),
        ("platform", |exception| exception.platform.map_or("all", Platform::name).into()),
        ("last day", |exception| exception.expires.as_str().into()),
        ("approved by", |exception| exception.approved_by.as_str().into()),
        ("reason", |exception| exception.reason.as_str().into()),
    ];
    let differing = MEMBERS.iter().map(|(name, read)| (*name, old.map(read), new.map(read)));
    let members = differing.filter(|(_, old, new)| old != new);
    let members = members.flat_map(|(name, old, new)| lines::member(name, old, new));
    members.chain(sayings(old, new)).collect()
}

/// What it says about each setting, where that differs.
fn sayings(old: Option<&Exception>, new: Option<&Exception>) -> Vec<String> {
    let said = |exception: Option<&Exception>, key: &str| {
        let fact = exception?.says.iter().find(|fact| fact.key == key)?;
        let value = fact.value.clone();
        Some(fact.locked.map_or(value.clone(), |locked| json!({ "value": value, "locked": locked })))
    };
    let keys: BTreeSet<&str> =
        [old, new].into_iter().flatten().flat_map(|its| &its.says).map(|fact| fact.key.as_str()).collect();
    let differing = keys.into_iter().map(|key| (key, said(old, key), said(new, key)));
    differing.filter(|(_, old, new)| old != new).flat_map(|(key, old, new)| lines::member(key, old, new)).collect()
}
