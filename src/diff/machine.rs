//! What happens on machines beyond values: sign-in, files that come, go or stay behind, profiles, restarts.

use super::edition::{Edition, Side, Sides};
use super::{Change, Direction, Effect, Hold, Stand, fleet};
use crate::fact::Kind;
use crate::finding::{Code, IDENTITY_CHANGED};
use crate::platform::Platform;
use crate::product;
use crate::reach::{At, and};
use crate::verify::Expected;
use crate::visible::tick;

/// What happens on the machines of one ring and platform.
pub(super) fn effects<'m>(old: &Edition<'m>, new: &Edition<'m>, at: At<'m>) -> Vec<Effect> {
    let (was, is) = (old.find(at), new.find(at));
    let mut found: Vec<(String, Option<&'static Code>)> = Vec::new();
    found.extend(sign_in(old, new, at).map(|text| (text, None)));
    match (was, is) {
        (Some(was), None) => found.extend(left_alone(was)),
        (_, Some(is)) => {
            let held = was.map(holdings).unwrap_or_default();
            let holds = holdings(is);
            for thing in holds.iter().filter(|thing| !held.iter().any(|old| old.name == thing.name)) {
                found.push((format!("{} appears", thing.name), None));
            }
            for thing in held.iter().filter(|thing| !holds.iter().any(|new| new.name == thing.name)) {
                found.push((gone(thing, is), None));
            }
        }
        (None, None) => {}
    }
    found.extend(identity(old, new, at).map(|text| (text, Some(&IDENTITY_CHANGED))));
    found.into_iter().map(|(text, code)| Effect { text, code, reach: Vec::new() }).collect()
}

/// What has to happen before anything of a new state counts.
pub(super) fn takes_effect<'m>(old: &Edition<'m>, new: &Edition<'m>, at: At<'m>) -> Option<Effect> {
    let (was, is) = (old.find(at), new.find(at)?);
    let product = product::find(&is.product).filter(|_| was.is_none_or(|was| was.digest != is.digest))?;
    let text = format!("nothing above takes effect until users {}", product.takes_effect);
    Some(Effect { text, code: None, reach: Vec::new() })
}

/// Something that a machine holds: its name for people, and what stands for its content.
struct Holding {
    name: String,
    content: String,
    place: Place,
}

enum Place {
    File(String),
    Registry(String, String),
    Profile,
}

fn holdings(machine: &Expected) -> Vec<Holding> {
    let files = machine.files.iter().map(|file| Holding {
        name: tick(&file.path),
        content: file.sha256.clone(),
        place: Place::File(file.path.clone()),
    });
    let registry = machine.registry.iter().map(|value| Holding {
        name: format!("the registry value {}", tick(&format!(r"HKLM\{}\{}", value.key, value.name))),
        content: value.strings.join("\0"),
        place: Place::Registry(value.key.clone(), value.name.clone()),
    });
    let preferences = machine.preferences.iter().map(|preference| Holding {
        name: format!("{} in the configuration profile", tick(&preference.key)),
        content: preference.value.clone(),
        place: Place::Profile,
    });
    files.chain(registry).chain(preferences).collect()
}

/// What becomes of something that the policy no longer wants.
fn gone(thing: &Holding, machine: &Expected) -> String {
    let name = &thing.name;
    let is_removed = match &thing.place {
        Place::File(path) => machine.absent.files.contains(path),
        Place::Registry(key, value) => {
            machine.absent.registry.iter().any(|absent| absent.key == *key && absent.name == *value)
        }
        Place::Profile if machine.preferences.is_empty() => {
            return format!(
                "{name} stays until you remove the profile from the MDM: a build no longer writes one for these machines"
            );
        }
        Place::Profile => true,
    };
    if is_removed {
        format!("{name} is removed")
    } else {
        format!(
            "{name} stays and goes on acting: the policy no longer mentions it, so nothing removes it. Run `remove` of the old build"
        )
    }
}

/// What a machine keeps for which nothing is built any more.
fn left_alone(machine: &Expected) -> Option<(String, Option<&'static Code>)> {
    let names: Vec<String> = holdings(machine).into_iter().map(|thing| thing.name).collect();
    let stay = if names.len() == 1 { "stays" } else { "stay" };
    let text = format!(
        "nothing is built any more, and {} {stay}: take away what must go with `remove` of the old build, and a profile in the MDM",
        and(&names)
    );
    (!names.is_empty()).then_some((text, None))
}

/// Who has to sign in.
#[derive(PartialEq)]
enum Enforced {
    Nobody,
    /// Everybody, to any organization, because the settings file is there.
    Presence,
    /// Members only.
    List,
}

/// Now, and once every exception has ended.
fn enforced<'m>(edition: &Edition<'m>, at: At<'m>) -> Option<[Enforced; 2]> {
    let machine = edition.find(at)?;
    let has_file = machine.files.iter().any(|file| file.path.ends_with("admin-settings.json"));
    let proxy_is_in_profile = machine.preferences.iter().any(|preference| preference.key.starts_with("overrideProxy"));
    // An exception can only add to what needs the file.
    let needs_file = |key: &str| Kind::find(key).is_none() && !(proxy_is_in_profile && key.starts_with("proxy."));
    let by = |side: &Side<'_>, has_file: bool| {
        if side.facts.contains_key("sign-in.organizations") {
            Enforced::List
        } else if has_file {
            Enforced::Presence
        } else {
            Enforced::Nobody
        }
    };
    let Sides { now, lasting } = edition.sides(Some(machine));
    let keeps_file = has_file && lasting.facts.keys().any(|key| needs_file(key));
    Some([by(&now, has_file), by(&lasting, keeps_file)])
}

/// Sign-in that begins or ends with the settings file, which an exception can keep for a while. A list of organizations is
/// a fact of its own.
pub(super) fn enforcement<'m>(old: &Edition<'m>, new: &Edition<'m>, at: At<'m>) -> Option<Change> {
    let direction = |old: &Enforced, new: &Enforced| match (old, new) {
        (Enforced::Nobody, Enforced::Presence) => Direction::Tightens,
        (Enforced::Presence, Enforced::Nobody) => Direction::Loosens,
        _ => Direction::Neutral,
    };
    let ([was, lasted], [is, lasts]) = (enforced(old, at)?, enforced(new, at)?);
    let (seen, lasting) = (direction(&was, &is), direction(&lasted, &lasts));
    let direction = seen.and(lasting);
    let stand = |enforced: &Enforced| match enforced {
        Enforced::Presence => Stand::bare("to any organization"),
        Enforced::Nobody | Enforced::List => Stand::none(),
    };
    let (old, new) = if seen == Direction::Neutral { (&lasted, &lasts) } else { (&was, &is) };
    let why =
        "Users have to sign in where there is an `admin-settings.json`, and there is one where a setting needs it.";
    let lead = match seen {
        Direction::Neutral => "An exception keeps it as it is on machines until that ends. ",
        _ => "",
    };
    let is_change = direction != Direction::Neutral;
    is_change.then(|| fleet::row("sign-in".to_owned(), direction, format!("{lead}{why}"), stand(old), stand(new)))
}

fn sign_in<'m>(old: &Edition<'m>, new: &Edition<'m>, at: At<'m>) -> Option<String> {
    // A platform that goes keeps what it has, and is told so.
    let was = enforced(old, at).map_or(Enforced::Nobody, |[was, _]| was);
    let [is, _] = enforced(new, at)?;
    let text = match (was, is) {
        (was, is) if was == is => return None,
        (_, Enforced::List) => {
            "sign-in starts being enforced for members of the listed organizations: everyone else is signed out"
        }
        (Enforced::Nobody, Enforced::Presence) => {
            "sign-in starts being enforced, because `admin-settings.json` is there: the engine waits until somebody signs in, to any organization"
        }
        (_, Enforced::Presence) => {
            "sign-in is no longer for members only: `admin-settings.json` alone still asks for it, to any organization"
        }
        (_, Enforced::Nobody) => "the policy no longer enforces sign-in",
    };
    Some(text.to_owned())
}

/// Profiles whose identifier changes stand beside their successors; identifiers hold the organization's id and the ring.
fn identity<'m>(old: &Edition<'m>, new: &Edition<'m>, at: At<'m>) -> Option<String> {
    let (ring, platform) = at;
    let had = old.machines.get(&at).filter(|_| platform == Platform::Macos)?;
    let (was, is) = (&old.manifest.organization.id, &new.manifest.organization.id);
    let prefix = tick(&format!("{was}.{}.{ring}.", had.product));
    // A platform that goes has been told so.
    new.find(at)?;
    if was != is {
        Some(format!("profiles are not updated but added: remove the old ones, {prefix}…, from the MDM"))
    } else if !new.machines.contains_key(&at) {
        Some(format!(
            "the ring is gone, and its profiles, {prefix}…, stay: remove them from the MDM when its machines move"
        ))
    } else {
        None
    }
}

/// A change of what a machine must hold although the policy says the same about it. `is_regated` tells that the oldest
/// version differs, which decides which way some settings take.
pub(super) fn unexplained(old: Option<&Expected>, new: Option<&Expected>, is_regated: bool) -> Option<Change> {
    let (old, new) = old.zip(new).filter(|(old, new)| old.digest != new.digest)?;
    let (held, holds) = (holdings(old), holdings(new));
    let differs = |some: &Holding, others: &[Holding]| {
        !others.iter().any(|other| other.name == some.name && other.content == some.content)
    };
    let gone = held.iter().filter(|thing| differs(thing, &holds)).map(|thing| format!("- {}", thing.name));
    let come = holds.iter().filter(|thing| differs(thing, &held)).map(|thing| format!("+ {}", thing.name));
    let stand =
        |machine: &Expected| Stand { value: Some(machine.digest[..16].into()), hold: Hold::Bare, exception: None };
    let (direction, why) = if is_regated {
        (Direction::Neutral, "The same settings take another way, which older clients did not know.")
    } else {
        (
            Direction::Unclear,
            "Machines must hold something else although the policy says the same: the builds are by different versions of stanchion.",
        )
    };
    Some(Change {
        key: "state".to_owned(),
        direction,
        why: why.to_owned(),
        old: stand(old),
        new: stand(new),
        covered_by: None,
        lines: gone.chain(come).collect(),
        versions: None,
        reach: Vec::new(),
    })
}
