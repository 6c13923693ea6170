//! A difference for programs. `ok` is the one field that says whether the gate lets it pass.

use serde::Serialize;
use serde_json::Value as Json;

use crate::diff::{Change, Diff, Direction, Effect, Hold, Stand};
use crate::format;
use crate::reach::Reach;

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    changes: Vec<Item<'a>>,
    effects: Vec<EffectItem<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Item<'a> {
    key: &'a str,
    direction: Direction,
    why: &'a str,
    old: Option<Said<'a>>,
    new: Option<Said<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    lines: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    machines: &'a [Reach],
    #[serde(skip_serializing_if = "Option::is_none")]
    covered_by: Option<&'a str>,
}

#[derive(Serialize)]
struct Said<'a> {
    value: &'a Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforced: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<&'a str>,
}

#[derive(Serialize)]
struct EffectItem<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    machines: &'a [Reach],
}

/// The difference as one JSON document; `ok` is the verdict.
pub fn json(diff: &Diff, ok: bool) -> Vec<u8> {
    format::json::pretty(&Report {
        ok,
        changes: diff.changes.iter().map(item).collect(),
        effects: diff
            .effects
            .iter()
            .map(|Effect { text, code, reach }| EffectItem { text, code: code.map(|code| code.name), machines: reach })
            .collect(),
    })
}

fn item(change: &Change) -> Item<'_> {
    Item {
        key: &change.key,
        direction: change.direction,
        why: &change.why,
        old: said(&change.old),
        new: said(&change.new),
        lines: &change.lines,
        versions: change.versions.as_deref(),
        machines: &change.reach,
        covered_by: change.covered_by.as_deref(),
    }
}

fn said(stand: &Stand) -> Option<Said<'_>> {
    let enforced = match stand.hold {
        Hold::Enforced => Some(true),
        Hold::Default => Some(false),
        Hold::Free | Hold::Bare => None,
    };
    stand.value.as_ref().map(|value| Said { value, enforced, exception: stand.exception.as_deref() })
}
