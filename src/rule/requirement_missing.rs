//! A setting that does nothing because another one, which it needs, stands otherwise.

use std::collections::BTreeSet;

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Setting, catalog};
use crate::finding::{Finding, REQUIREMENT_MISSING, Severity};
use crate::resolve::Resolved;
use crate::source::Span;
use crate::value::Value;

pub(super) fn check(
    context: &Context<'_>,
    machine: &Machine<'_>,
    resolved: &Resolved<'_>,
    findings: &mut Vec<Finding>,
) {
    let setting = resolved.setting;
    if resolved.value == Value::Unread || (setting.requires.is_empty() && setting.installer.is_none()) {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    if !surprises(resolved) {
        return;
    }
    for (key, wanted) in setting.requires.iter().filter_map(|requirement| requirement.split_once('=')) {
        let needed = needed(machine, key, wanted);
        if matches!(needed, Needed::Met) || !is_first(machine, setting, key) {
            continue;
        }
        // A ring that switches a feature off cannot take back what all others say of it.
        if context.works_somewhere(&said, |machine| matches!(self::needed(machine, key, wanted), Needed::Met)) {
            continue;
        }
        let quoted = if matches!(wanted, "true" | "false") { wanted.to_owned() } else { format!("\"{wanted}\"") };
        let message = format!("`{}` does nothing: it needs `{key} = {quoted}`", setting.key);
        let mut finding = Finding::new(&REQUIREMENT_MISSING, said.name, message).label("ignored");
        let help = match needed {
            Needed::Otherwise(at) => {
                finding = finding.related(at, "stands otherwise");
                if context.sources.get(at.source).is_preset() {
                    context.beside(said.name, said.key, key, &quoted)
                } else {
                    format!("write `{quoted}` at the other mark")
                }
            }
            _ => context.beside(said.name, said.key, key, &quoted),
        };
        for other in others(context, machine, setting, key) {
            finding = finding.related(other, "ignored too");
        }
        findings.push(finding.help(format!("{}{help}, or remove this line", context.raise_first_for(key))));
    }
    if let Some(switch) = setting.installer.as_ref().filter(|_| *said.value == Value::Boolean(true)) {
        let message = format!("`{}` also needs a switch at installation, which no file can replace", setting.key);
        let mut finding = Finding::new(&REQUIREMENT_MISSING, said.name, message)
            .label("half of it")
            .help(format!("install Docker Desktop with {switch}"));
        finding.severity = Severity::Note;
        findings.push(finding);
    }
}

/// Whether it says something: a value that is there anyway surprises nobody.
fn surprises(resolved: &Resolved<'_>) -> bool {
    resolved.setting.default_value().is_none_or(|default| default != resolved.value)
}

/// Settings besides this one that miss the same, in catalog order.
fn in_want_of<'m>(machine: &'m Machine<'_>, key: &'m str) -> impl Iterator<Item = (&'m Setting, Span)> {
    let needs = move |setting: &Setting| {
        setting.requires.iter().any(|requirement| requirement.split_once('=').is_some_and(|(its, _)| its == key))
    };
    let said = machine.settings.iter().filter(move |its| needs(its.setting) && surprises(its));
    said.filter_map(|its| Some((its.setting, Decided::of(its).filter(|said| !said.by_exception)?.name)))
}

/// One missing line is one finding, however many fields of a group wait for it.
fn is_first(machine: &Machine<'_>, setting: &Setting, key: &str) -> bool {
    in_want_of(machine, key).next().is_none_or(|(first, _)| first.index == setting.index)
}

/// The others of the same ring: a platform that alone knows one of them has no finding of its own.
fn others(context: &Context<'_>, machine: &Machine<'_>, setting: &Setting, key: &str) -> BTreeSet<Span> {
    let of_ring = context.machines.iter().filter(|other| other.ring.name == machine.ring.name);
    let waiting = of_ring.flat_map(|machine| {
        let its = in_want_of(machine, key).filter(|(other, _)| other.index != setting.index);
        its.map(|(_, name)| name).collect::<Vec<_>>()
    });
    waiting.collect()
}

/// How a setting stands that another one needs.
enum Needed {
    /// As it must, or so that it may come to.
    Met,
    /// This line of the policy decides otherwise.
    Otherwise(Span),
    /// Nobody says, and its group is locked, so it has its default.
    Default,
}

fn needed(machine: &Machine<'_>, key: &str, wanted: &str) -> Needed {
    if let Some(resolved) = machine.get(key) {
        let Some(decided) = Decided::of(resolved) else { return Needed::Met };
        // Nobody knows what could not be read; users may still choose it; an exception is about to end; a mode that is said has a rule of its own.
        let is_mode = resolved.setting.name() == "mode";
        let open = *decided.value == Value::Unread || !machine.is_enforced(resolved) || decided.by_exception || is_mode;
        return if decided.is(wanted) || open { Needed::Met } else { Needed::Otherwise(decided.span) };
    }
    if !machine.lacks(key) {
        return Needed::Met;
    }
    let lock = catalog().find(key).and_then(|setting| setting.lock);
    let is_locked =
        |lock| machine.settings.iter().any(|its| its.setting.index == lock && its.value == Value::Boolean(true));
    if lock.is_some_and(is_locked) { Needed::Default } else { Needed::Met }
}
