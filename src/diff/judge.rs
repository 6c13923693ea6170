//! Which way a change of one fact goes, and why: what the value means, and whether anybody is held to it.

use serde_json::Value as Json;

use super::edition::{Side, Way, group_lock};
use super::measure::Measure;
use super::{Direction, Hold, Stand, commands, daemon_options, entry};
use crate::catalog::{Setting, Shape, Type, catalog};
use crate::fact::{Kind, group};
use crate::network::told;
use crate::product::containers_proxy;

/// A list without entries.
static NONE: Json = Json::Array(Vec::new());

/// A direction and its reason.
pub(super) struct Judgement {
    pub(super) direction: Direction,
    pub(super) why: String,
}

impl Judgement {
    /// Whether a gate on loosening would stop it.
    pub(super) fn may_loosen(&self) -> bool {
        self.direction.may_loosen()
    }
}

/// Judges the change of one fact; `None` when both say the same, whoever says it.
pub(super) fn judge(key: &str, old: &Side<'_>, new: &Side<'_>) -> Option<Judgement> {
    let (was, is) = (old.said(key), new.said(key));
    if was == is {
        return None;
    }
    if group(key) == containers_proxy::GROUP && (is_mixed(old, new) || is_mixed(new, old)) {
        let why = "One side has tables and the other a `containersProxy` written by hand: nobody can compare them key by key.";
        return Some(Judgement { direction: Direction::Unclear, why: why.to_owned() });
    }
    if group(key) == containers_proxy::GROUP && leaves_proxy(old, new) {
        let why = "It also decides whether containers and pulls go through the proxy that `proxy` names, and that changes: another proxy, or none, sees what they send.";
        return Some(Judgement { direction: Direction::Unclear, why: why.to_owned() });
    }
    let Some(kind) = Kind::find(key) else { return Some(of_documented(key, old, new)) };
    // What comes and goes with another fact is told by that.
    let is_told = kind.appears.is_none() && was.xor(is).is_some();
    let lets_all = |side: &Side<'_>| side.value(told::DEFAULT).is_some_and(|default| default == "allow");
    if [told::ALLOW, told::REGISTRIES].contains(&kind.key) && (lets_all(old) || lets_all(new)) {
        let why = "With `default = \"allow\"` the list decides nothing.".to_owned();
        return Some(Judgement { direction: Direction::Neutral, why });
    }
    if kind.key == told::ALLOW && is_of_registries(old, new) {
        let why = "The registries let the same through.".to_owned();
        return Some(Judgement { direction: Direction::Neutral, why });
    }
    (!is_told).then(|| of_kind(kind, in_network(kind, old), in_network(kind, new)))
}

/// Whether the list of hosts gains and loses nothing but what the registries of both sides let through.
fn is_of_registries(old: &Side<'_>, new: &Side<'_>) -> bool {
    let list = |side: &Side<'_>, key| side.value(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let (was, is) = (list(old, told::ALLOW), list(new, told::ALLOW));
    let gone = was.iter().filter(|host| !is.contains(host));
    let moved: Vec<&Json> = gone.chain(is.iter().filter(|host| !was.contains(host))).collect();
    let has_all = |side: &Side<'_>| {
        let registries = list(side, told::REGISTRIES);
        moved.iter().all(|host| registries.iter().any(|registry| entry::is_of_registry(registry, host)))
    };
    !moved.is_empty() && has_all(old) && has_all(new)
}

/// Whether one side has tables for what the other has written by hand.
fn is_mixed(tables: &Side<'_>, by_hand: &Side<'_>) -> bool {
    tables.has_network() && by_hand.has_proxy_by_hand()
}

/// Whether what one side sends through a proxy goes another way on the other side.
fn leaves_proxy(old: &Side<'_>, new: &Side<'_>) -> bool {
    let is_proxied = |side: &Side<'_>| side.has_proxy() && side.way() != Way::Direct;
    old.way() != new.way() && (is_proxied(old) || is_proxied(new))
}

/// The value of a fact that is not a setting. Where there are tables, a list that they lack is empty.
fn in_network<'e>(kind: &Kind, side: &'e Side<'_>) -> Option<&'e Json> {
    let is_list = [told::REGISTRIES, told::ALLOW, told::DENY].contains(&kind.key);
    side.value(kind.key).or((is_list && side.has_network()).then_some(&NONE))
}

fn of_documented(key: &str, old: &Side<'_>, new: &Side<'_>) -> Judgement {
    if key == containers_proxy::SCRIPT && old.has_network() && new.has_network() {
        let why =
            "One of the scripts is not what this stanchion makes of its tables: what else it says cannot be seen here."
                .to_owned();
        return Judgement { direction: Direction::Unclear, why };
    }
    match catalog().find(key).filter(|setting| setting.is_admin_setting()) {
        Some(setting) if setting.shape == Shape::Field && setting.name() == "locked" => of_lock(setting, old, new),
        Some(setting) => of_setting(setting, old, new),
        None => Judgement {
            direction: Direction::Unclear,
            why: "No vendor page documents it, so nobody can say which way is safer.".to_owned(),
        },
    }
}

fn of_kind(kind: &Kind, old: Option<&Json>, new: Option<&Json>) -> Judgement {
    // What a table says and nothing does without it.
    let is_nothing = |value: &Json| match kind.key {
        told::DEFAULT => value == "allow",
        told::BLOCK_HOST => value == false,
        told::PORTS => value == "",
        told::REGISTRIES | told::ALLOW | told::DENY => value == &NONE,
        _ => false,
    };
    let direction = match (old, new) {
        (Some(old), Some(new)) => kind.measure.compare(old, new),
        (None, Some(value)) | (Some(value), None) if is_nothing(value) => Direction::Neutral,
        (None, _) => kind.appears.unwrap_or(Direction::Neutral),
        (_, None) => kind.appears.unwrap_or(Direction::Neutral).flip(),
    };
    let lead = match (old, new) {
        (Some(old), Some(new)) if old == new => "The same, written differently.",
        (Some(old), Some(new)) if !matches!(kind.measure, Measure::Indifferent) => {
            lead(direction, &kind.measure, true, old, new)
        }
        _ => "",
    };
    let mut why = sentence(lead, Some(kind.why));
    if let (Measure::Organizations, Some(old), Some(new)) = (&kind.measure, old, new) {
        why.push_str(if old.get(0) == new.get(0) {
            " The first one stays, and its registry rules with it."
        } else {
            " The first one's registry rules apply: they are another organization's from now on."
        });
    }
    Judgement { direction, why }
}

fn of_lock(setting: &Setting, old: &Side<'_>, new: &Side<'_>) -> Judgement {
    let locked = |side: &Side<'_>| side.value(&setting.key).and_then(Json::as_bool).unwrap_or_default();
    let holds_weak = |side: &Side<'_>| {
        side.facts.iter().any(|(key, fact)| {
            let field = catalog().find(key).filter(|_| group_lock(key).as_ref() == Some(&setting.key));
            field.filter(|field| field.key != setting.key).is_some_and(|field| {
                Measure::of(field).is_weakest(&fact.value) || !field.weaknesses(&fact.value).is_empty()
            })
        })
    };
    let (direction, lead) = match (locked(old), locked(new)) {
        (true, false) if holds_weak(old) => {
            (Direction::Unclear, "The lock goes: users may change the whole group, which held them to a weak value.")
        }
        (true, false) => (Direction::Loosens, "The lock goes: users may change the whole group."),
        (false, true) if holds_weak(new) => {
            (Direction::Unclear, "Users can no longer change anything in the group, which holds them to a weak value.")
        }
        (false, true) => (Direction::Tightens, "Users can no longer change anything in the group."),
        _ => (Direction::Neutral, "Without a lock the group is a suggestion either way."),
    };
    let why = setting.why.as_ref().map(|why| format!("`true` is safer. {why}"));
    Judgement { direction, why: sentence(lead, why.as_deref()) }
}

fn of_setting(setting: &Setting, old: &Side<'_>, new: &Side<'_>) -> Judgement {
    if let Some(judgement) = commands::judge(&setting.key, old, new) {
        return judgement;
    }
    let measure = Measure::of(setting);
    let (was, is) = (old.stand(&setting.key), new.stand(&setting.key));
    let (before, after) = (old.effective(setting), new.effective(setting));
    // Docker's pages do not say whether an empty list of directories forbids all of them or none.
    let is_empty = |stand: &Stand| stand.value.as_ref().and_then(Json::as_array).is_some_and(Vec::is_empty);
    if setting.kind == Type::Directories && (is_empty(&was) || is_empty(&is)) {
        let why = "Docker does not say whether an empty list allows nothing or everything.".to_owned();
        return Judgement { direction: Direction::Unclear, why };
    }
    let is_held = |stand: &Stand| matches!(stand.hold, Hold::Enforced | Hold::Bare);
    let (direction, lead) = match (is_held(&was), is_held(&is)) {
        (true, false) => match lock(setting, &measure, after.as_ref(), before.as_ref()).flip() {
            Direction::Tightens => (Direction::Tightens, "Users may choose the safer value again."),
            Direction::Unclear => {
                (Direction::Unclear, "Users may change it from now on, and it was not held to a safer value.")
            }
            direction => (direction, "Users may change it from now on."),
        },
        (false, true) => match lock(setting, &measure, before.as_ref(), after.as_ref()) {
            Direction::Loosens => (Direction::Loosens, "Users can no longer choose the safer value."),
            Direction::Unclear => {
                (Direction::Unclear, "Users can no longer change it, and the value itself may be weaker than before.")
            }
            direction => (direction, "Users can no longer change it."),
        },
        (held, _) => match (before, after) {
            (Some(before), Some(after)) => {
                let direction = measure.compare(&before, &after);
                (direction, lead(direction, &measure, held, &before, &after))
            }
            _ => (
                Direction::Unclear,
                "Docker Desktop's own default is unknown, or not the same in every version in use.",
            ),
        },
    };
    let reason = measure.text().map(|safer| match &setting.why {
        Some(why) => format!("{safer}. {why}"),
        None => format!("{safer}."),
    });
    Judgement { direction, why: sentence(lead, reason.as_deref()) }
}

/// The direction when users who were free, with `free` unless they chose otherwise, are held to a value. A lock never makes
/// up for a value that is weaker, or may be.
fn lock(setting: &Setting, measure: &Measure<'_>, free: Option<&Json>, held: Option<&Json>) -> Direction {
    let Some(held) = held else { return Direction::Unclear };
    if measure.is_weakest(held) {
        return Direction::Loosens;
    }
    if !setting.weaknesses(held).is_empty() {
        return Direction::Unclear;
    }
    if matches!(measure, Measure::Indifferent) || measure.is_safest(held) {
        return Direction::Tightens;
    }
    match free {
        Some(free) if !measure.compare(free, held).may_loosen() => Direction::Tightens,
        // Whoever is free shares any directory, so any list is narrower than none.
        None if setting.kind == Type::Directories => Direction::Tightens,
        _ => Direction::Unclear,
    }
}

/// What to say first when nothing about the lock changes.
fn lead(direction: Direction, measure: &Measure<'_>, held: bool, old: &Json, new: &Json) -> &'static str {
    match (direction, measure) {
        (Direction::Neutral, Measure::Indifferent) => "Not a matter of safety.",
        (Direction::Neutral, _) if old == new => "Docker Desktop does the same without it.",
        (Direction::Neutral, Measure::DaemonOptions) if daemon_options::show(old, new) != Some(Vec::new()) => {
            "The options differ in nothing that matters to safety."
        }
        (Direction::Neutral, _) => "The same, written differently.",
        (Direction::Unclear, Measure::Organizations) if old.get(0) != new.get(0) => "",
        (Direction::Unclear, Measure::Fewer(_) | Measure::More(_) | Measure::Organizations) => {
            "Something comes and something goes, so it may loosen."
        }
        (Direction::Unclear, Measure::DaemonOptions) => {
            "stanchion cannot tell which of the two is safer, or some options go one way and some the other."
        }
        (Direction::Unclear, _) => "stanchion cannot tell which of the two is safer.",
        _ if !held => "It counts only where users have not chosen yet.",
        _ => "",
    }
}

fn sentence(lead: &str, reason: Option<&str>) -> String {
    [Some(lead).filter(|lead| !lead.is_empty()), reason].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
