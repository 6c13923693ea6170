//! A setting that an older Docker Desktop does not know stops it from starting, or does nothing there.

use std::collections::BTreeMap;

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Setting, Shape, catalog};
use crate::finding::{Finding, KEY_TOO_NEW, Severity};
use crate::resolve::Resolved;
use crate::source::{SourceId, Span};
use crate::version::Version;

/// The first Docker Desktop that starts when a file holds a name it does not know.
const TOLERANT: Version = Version::new(4, 43);

/// How many settings of a preset are named in one finding.
const NAMED: usize = 5;

/// A setting, or the group that is new as a whole, and where it is first said.
struct TooNew {
    setting: &'static Setting,
    since: Version,
    at: Span,
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut by_file: BTreeMap<SourceId, Vec<TooNew>> = BTreeMap::new();
    for too_new in said(context) {
        by_file.entry(too_new.at.source).or_default().push(too_new);
    }
    for (file, found) in by_file {
        match context.sources.extended_at(file) {
            Some(extends) => findings.push(of_preset(context, extends, &context.sources.get(file).name, &found)),
            None => findings.extend(found.iter().map(|too_new| one(context, too_new))),
        }
    }
}

/// Each setting once in each file, in file order.
fn said(context: &Context<'_>) -> Vec<TooNew> {
    let oldest = context.oldest();
    let mut first: BTreeMap<(SourceId, usize), TooNew> = BTreeMap::new();
    // The tables that write the containers proxy have a rule of their own.
    let is_generated = |machine: &Machine<'_>, resolved: &Resolved<'_>| {
        resolved.setting.key.starts_with("containersProxy.") && context.network(machine).is_some()
    };
    let all = context.machines.iter().flat_map(|machine| machine.settings.iter().map(move |one| (machine, one)));
    for (machine, resolved) in all {
        if resolved.setting.since.is_none_or(|since| since <= oldest) || is_generated(machine, resolved) {
            continue;
        }
        let Some(said) = Decided::of(resolved) else { continue };
        let setting = newest_whole(resolved.setting, oldest);
        let Some(since) = setting.since else { continue };
        let too_new = TooNew { setting, since, at: said.name };
        let known = first.entry((said.name.source, setting.index)).or_insert(TooNew { ..too_new });
        known.at = known.at.min(said.name);
    }
    let mut all: Vec<_> = first.into_values().collect();
    all.sort_by_key(|too_new| too_new.at);
    all
}

/// The group of a field, where that is too new itself: one finding says it for all fields.
fn newest_whole(setting: &'static Setting, oldest: Version) -> &'static Setting {
    let group = setting.key.split_once('.').and_then(|(group, _)| catalog().find(group));
    group
        .filter(|group| group.shape == Shape::Group && group.since.is_some_and(|since| since > oldest))
        .unwrap_or(setting)
}

/// What an older Docker Desktop does with a name it does not know.
fn effect(oldest: Version) -> (Severity, &'static str) {
    if oldest < TOLERANT {
        (Severity::Error, "does not start with a setting it does not know")
    } else {
        (Severity::Warning, "ignores it")
    }
}

fn one(context: &Context<'_>, too_new: &TooNew) -> Finding {
    let oldest = context.policy.fleet.oldest;
    let (severity, effect) = effect(oldest.value);
    let TooNew { setting, since, at } = too_new;
    let sure = match setting.confidence.as_deref() {
        Some("low") => ", by what others report",
        _ => "",
    };
    let it = if setting.shape == Shape::Group { "the group" } else { "it" };
    let message = format!("`{}` is newer than the fleet: Docker Desktop {} {effect}", setting.key, oldest.value);
    let mut finding = Finding::new(&KEY_TOO_NEW, *at, message)
        .label(format!("since {since}{sure}"))
        .related(oldest.span, "the oldest version in use")
        .help(format!("remove {it}, or {}", context.raise(*since)));
    finding.severity = severity;
    finding
}

/// Nobody can edit a preset's lines one by one, so they are one finding where the preset is chosen.
fn of_preset(context: &Context<'_>, extends: Span, name: &str, found: &[TooNew]) -> Finding {
    let oldest = context.policy.fleet.oldest;
    let (severity, effect) = effect(oldest.value);
    let named: Vec<String> =
        found.iter().take(NAMED).map(|too_new| format!("`{}` ({})", too_new.setting.key, too_new.since)).collect();
    let more = match found.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let needed = found.iter().map(|too_new| too_new.since).max().unwrap_or(oldest.value);
    let it = if found.len() == 1 { "a setting" } else { "settings" };
    let message = format!(
        "the preset `{}` has {it} newer than the fleet: {}{more}; Docker Desktop {} {effect}",
        name.trim_start_matches("preset:"),
        named.join(", "),
        oldest.value
    );
    let mut finding = Finding::new(&KEY_TOO_NEW, extends, message)
        .label(format!("needs {needed}"))
        .related(oldest.span, "the oldest version in use")
        .help(format!("extend a milder preset, copy the lines you need, or {}", context.raise(needed)));
    finding.severity = severity;
    finding
}
