//! What differs in a policy as a whole: whose it is, whom it reaches, and for how long it departs from itself.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Change, Direction, Edition, Hold, Stand, judge, lines};
use crate::catalog::catalog;
use crate::date::Date;
use crate::manifest::{Exception, Fleet, Manifest, Organization, Ring};
use crate::platform::Platform;
use crate::reach::At;
use crate::version::Version;
use crate::visible::visible;

/// The tables of a policy about which this module speaks, in its order.
pub(super) const TABLES: &[&str] = &["organization", "fleet", "rings", "exceptions", "state"];

/// Everything that differs, given what differs on machines.
pub(super) fn changes(old: &Edition<'_>, new: &Edition<'_>, on_machines: &[(Change, BTreeSet<At<'_>>)]) -> Vec<Change> {
    // Taken apart, so that whatever a manifest learns to say must find its answer here.
    let Manifest { stanchion: _, narrowed: _, organization, fleet, rings, exceptions, facts: _, machines: _ } =
        old.manifest;
    let mut found = Vec::new();
    of_organization(organization, &new.manifest.organization, &mut found);
    of_fleet(fleet.as_ref(), old, new, &mut found);
    of_platforms(old, new, &mut found);
    of_rings(rings, &new.manifest.rings, &mut found);
    of_exceptions(exceptions, &new.manifest.exceptions, on_machines, &mut found);
    found
}

fn row(key: String, direction: Direction, why: &str, old: Stand, new: Stand) -> Change {
    let lines = lines::lines(old.value.as_ref(), new.value.as_ref(), false);
    Change {
        key,
        direction,
        lasting: Direction::Neutral,
        why: why.to_owned(),
        old,
        new,
        lines,
        versions: None,
        reach: Vec::new(),
    }
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
    let version = |text: &str| text.parse::<Version>().ok();
    if before.oldest_version != fleet.oldest_version {
        let (was, is) = (version(&before.oldest_version), version(&fleet.oldest_version));
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
        let is_business = |fleet: &Fleet| fleet.subscription.as_deref().map(|its| its == "business");
        let direction = match (is_business(before), is_business(fleet)) {
            (Some(true), Some(false)) => Direction::Loosens,
            (Some(false), Some(true)) => Direction::Tightens,
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

fn of_platforms(old: &Edition<'_>, new: &Edition<'_>, found: &mut Vec<Change>) {
    for platform in Platform::ALL.into_iter().filter(|platform| old.has(*platform) != new.has(*platform)) {
        let appears = new.has(platform);
        let edition = if appears { new } else { old };
        let mut direction = Direction::Tightens;
        let mut says = Vec::new();
        for machine in edition.manifest.machines.iter().filter(|machine| machine.platform == platform) {
            let (nothing, side) = (edition.side(None), edition.side(Some(machine)));
            for (key, fact) in &side.facts {
                // Whatever weakness an exception brings was approved.
                let its = judge::judge(key, &nothing, &side).direction;
                let its = if fact.exception.is_some() { Direction::Neutral } else { its };
                if its.may_loosen() {
                    direction = Direction::Unclear;
                }
                let note = match its {
                    Direction::Loosens => ", weaker than nothing said",
                    Direction::Unclear => ", which may be weaker than nothing said",
                    _ => "",
                };
                let stand = side.stand(key);
                let hold = if stand.hold == Hold::Default { ", a default" } else { "" };
                let sign = if appears { '+' } else { '-' };
                let value = lines::brief(&fact.value);
                let line = format!("{sign} {}: {value}{hold}{note}", visible(key));
                if !says.contains(&line) {
                    says.push(line);
                }
            }
        }
        let (direction, why) = if appears {
            (direction, "Its machines had no policy of stanchion, and now have this one.")
        } else {
            (
                direction.flip(),
                "Nothing is built for its machines any more: what they hold stays until somebody removes it, and nobody repairs it.",
            )
        };
        let (gone, here) = (Stand::none(), Stand::bare(platform.name()));
        let (was, is) = if appears { (gone, here) } else { (here, gone) };
        found.push(Change { lines: says, ..row("fleet.platforms".to_owned(), direction, why, was, is) });
    }
}

fn of_rings(old: &[Ring], new: &[Ring], found: &mut Vec<Change>) {
    let description = |ring: &Ring| Json::from(ring.description.clone().unwrap_or_else(|| ring.name.clone()));
    let find = |rings: &[Ring], name: &str| rings.iter().find(|ring| ring.name == name).map(description);
    let names: BTreeSet<&str> = old.iter().chain(new).map(|ring| ring.name.as_str()).collect();
    for name in names {
        let (was, is) = (find(old, name), find(new, name));
        if was == is {
            continue;
        }
        let why = match (&was, &is) {
            (None, _) => {
                "Its machines were in `default` or in another ring. Whatever it says differently from `default` is judged by itself."
            }
            (_, None) => {
                "Its machines fall back to `default`. Whatever `default` says differently is judged by itself, and takes effect once \
                 they are moved."
            }
            _ => "Only the description differs.",
        };
        let key = format!("rings.{name}");
        found.push(row(key, Direction::Neutral, why, Stand::bare_if(was), Stand::bare_if(is)));
    }
    let common = |rings: &[Ring], others: &[Ring]| -> Vec<String> {
        let is_common = |ring: &&Ring| others.iter().any(|other| other.name == ring.name);
        rings.iter().filter(is_common).map(|ring| ring.name.clone()).collect()
    };
    let (was, is) = (common(old, new), common(new, old));
    if was != is {
        let why = "Only the order in which the rings are listed differs.";
        found.push(row("rings".to_owned(), Direction::Neutral, why, Stand::bare(was), Stand::bare(is)));
    }
}

fn of_exceptions(
    old: &[Exception],
    new: &[Exception],
    on_machines: &[(Change, BTreeSet<At<'_>>)],
    found: &mut Vec<Change>,
) {
    let find = |exceptions: &'_ [Exception], id: &str| exceptions.iter().position(|exception| exception.id == id);
    let ids: BTreeSet<&str> = old.iter().chain(new).map(|exception| exception.id.as_str()).collect();
    for id in ids {
        let (was, is) = (find(old, id).map(|at| &old[at]), find(new, id).map(|at| &new[at]));
        if was == is {
            continue;
        }
        // What it does is in the settings that it decides, on the side that has it.
        let done = |is_new: bool| {
            let decides = move |change: &&(Change, _)| {
                let stand = if is_new { &change.0.new } else { &change.0.old };
                stand.exception.as_deref() == Some(id)
            };
            on_machines
                .iter()
                .filter(decides)
                .map(|(change, _)| change.direction)
                .fold(Direction::Neutral, Direction::and)
        };
        let (direction, why) = match (was, is) {
            (None, _) => (done(true), "It begins. What it changes is judged setting by setting."),
            (_, None) => (done(false), "It ends. What that changes is judged setting by setting."),
            (Some(was), Some(is)) => match last_day(was).zip(last_day(is)) {
                Some((was, is)) if was < is => {
                    (Direction::Loosens, "The departure from the policy is allowed for longer.")
                }
                Some((was, is)) if was > is => (Direction::Tightens, "The departure from the policy ends sooner."),
                Some(_) => {
                    (Direction::Neutral, "It is described differently. What it changes is judged setting by setting.")
                }
                None => (Direction::Unclear, "Its last day cannot be read."),
            },
        };
        let stand = |exception: Option<&Exception>| Stand {
            exception: exception.map(|exception| exception.id.clone()),
            ..Stand::bare_if(exception.map(|exception| format!("until {}", exception.expires)))
        };
        let change = row(format!("exceptions.{id}"), direction, why, stand(was), stand(is));
        found.push(Change { lines: members(was, is), ..change });
    }
}

fn last_day(exception: &Exception) -> Option<Date> {
    exception.expires.parse().ok()
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
    differing.filter(|(_, old, new)| old != new).flat_map(|(name, old, new)| lines::member(name, old, new)).collect()
}
