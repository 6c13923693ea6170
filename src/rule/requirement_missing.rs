//! A setting that does nothing because another one, which it needs, stands otherwise.

use std::collections::BTreeSet;

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Requirement, Setting, catalog};
use crate::finding::{Finding, REQUIREMENT_MISSING, Severity};
use crate::resolve::{Resolved, Said};
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
    for requirement in setting.requires.iter().filter(|its| its.when.as_ref().is_none_or(|when| said.is(when))) {
        let key = requirement.key.as_str();
        let needed = needed(machine, requirement);
        if matches!(needed, Needed::Met) || !is_first(machine, setting, key) {
            continue;
        }
        // A ring that switches a feature off cannot take back what all others say of it.
        if context.works_somewhere(&said, |machine| matches!(self::needed(machine, requirement), Needed::Met)) {
            continue;
        }
        let wanted = match requirement.value.as_deref() {
            None => "[\"…\"]".to_owned(),
            Some(truth @ ("true" | "false")) => truth.to_owned(),
            Some(word) => format!("{word:?}"),
        };
        let message = match (&requirement.when, &requirement.value) {
            (Some(when), _) => format!("`{} = \"{when}\"` makes sense only with `{key} = {wanted}`", setting.key),
            (None, Some(_)) => format!("`{}` does nothing: it needs `{key} = {wanted}`", setting.key),
            (None, None) => format!("`{}` does nothing: there is nothing in `{key}`", setting.key),
        };
        let mut finding = Finding::new(&REQUIREMENT_MISSING, said.name, message).label("ignored");
        let help = match needed {
            Needed::Otherwise(its) => {
                let at = its.assignment.span;
                finding = finding.related(at, "stands otherwise");
                // What stands there for more machines is not changed for the sake of these.
                let is_overruled = resolved.by.is_some_and(|said| said.overrules(&its, context.policy));
                if context.sources.get(at.source).is_preset() || is_overruled {
                    context.beside(said.name, said.key, key, &wanted)
                } else {
                    format!("write `{wanted}` at the other mark")
                }
            }
            _ => context.beside(said.name, said.key, key, &wanted),
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
    let needs = move |its: &Resolved<'_>| {
        let counts = |when: &String| its.value.as_str() == Some(when);
        its.setting.requires.iter().any(|needed| needed.key == key && needed.when.as_ref().is_none_or(counts))
    };
    let said = machine.settings.iter().filter(move |its| needs(its) && surprises(its));
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
enum Needed<'p> {
    /// As it must, or so that it may come to.
    Met,
    /// This line of the policy decides otherwise.
    Otherwise(Said<'p>),
    /// Nobody says, and its group is locked, so it has its default.
    Default,
}

fn needed<'p>(machine: &Machine<'p>, requirement: &Requirement) -> Needed<'p> {
    let (key, wanted) = (requirement.key.as_str(), requirement.value.as_deref());
    if let Some(resolved) = machine.get(key) {
        let Some(decided) = Decided::of(resolved) else { return Needed::Met };
        // Nobody knows what could not be read; users may still choose it; an exception is about to end; a mode that is said has a rule of its own.
        let is_mode = resolved.setting.name() == "mode";
        let open = *decided.value == Value::Unread || !machine.is_enforced(resolved) || decided.by_exception || is_mode;
        let is_so = wanted.map_or(!decided.is_empty(), |wanted| decided.is(wanted));
        return if is_so || open { Needed::Met } else { resolved.by.map_or(Needed::Met, Needed::Otherwise) };
    }
    if !machine.lacks(key) {
        return Needed::Met;
    }
    let lock = catalog().find(key).and_then(|setting| setting.lock);
    let is_locked =
        |lock| machine.settings.iter().any(|its| its.setting.index == lock && its.value == Value::Boolean(true));
    if lock.is_some_and(is_locked) { Needed::Default } else { Needed::Met }
}
