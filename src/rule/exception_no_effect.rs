//! An exception whose machines get the same without it is dead text that reviewers go on approving.

use super::{Context, Machine};
use crate::finding::{EXCEPTION_NO_EFFECT, Finding};
use crate::policy::Exception;
use crate::product::containers_proxy;
use crate::resolve::{Origin, Said, overlay};
use crate::source::Span;
use crate::value::Value;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut dead: Vec<&Exception> = Vec::new();
    for exception in &context.policy.exceptions {
        // A setting that its platform does not know has a finding of its own.
        let platform = exception.platform.as_ref().map(|platform| platform.value);
        let is_known = |assignment: &crate::policy::Assignment| {
            platform.is_none_or(|platform| assignment.setting.platforms.contains(&platform))
        };
        if !exception.assignments.iter().all(is_known) || !is_read(context, exception) {
            continue;
        }
        let machines =
            || context.machines.iter().filter(|machine| exception.includes(&machine.ring.name, machine.platform));
        if machines().any(|machine| changes(context, machine, exception, &dead)) {
            continue;
        }
        dead.push(exception);
        let message = format!(
            "{} changes nothing: its machines get the same without it, or a later exception wins",
            exception.title()
        );
        let mut finding = Finding::new(&EXCEPTION_NO_EFFECT, exception.id.span, message).label("no effect");
        if let Some((other, why)) = machines().find_map(|machine| other(context, machine, exception)) {
            finding = finding.related(other, why);
        }
        findings.push(finding.help("remove the exception"));
    }
}

/// Whether all could be read that decides what an exception changes.
fn is_read(context: &Context<'_>, exception: &Exception) -> bool {
    let is_ring = |name: &str| context.policy.rings.iter().any(|ring| ring.name == name);
    let network = ["registry-access", "container-network"];
    exception.is_whole
        && exception.rings.iter().all(|ring| is_ring(&ring.value))
        && context.knows("fleet.platforms")
        && exception.assignments.iter().all(|its| context.knows(&format!("settings.{}", its.setting.key)))
        && (exception.network.is_empty() || network.into_iter().all(|table| context.knows(table)))
}

/// The line from which a machine gets the same, or something else, that an exception says.
fn other(context: &Context<'_>, machine: &Machine<'_>, exception: &Exception) -> Option<(Span, &'static str)> {
    overlay(context.policy, &machine.ring.name, machine.platform).values().find_map(|said| {
        let mine = said.iter().position(|said| is_own(&said.origin, exception))?;
        let of = |said: &Said<'_>| match said.origin {
            Origin::Exception(other) => other.id.span,
            Origin::Layer(_) => said.assignment.key,
        };
        match said.last().filter(|winner| !is_own(&winner.origin, exception)) {
            Some(winner) => Some((of(winner), "this one wins")),
            None => Some((of(said[..mine].last()?), "says the same")),
        }
    })
}

/// Whether a machine would get something else without the exception, where `dead` ones are left out anyway.
fn changes(context: &Context<'_>, machine: &Machine<'_>, exception: &Exception, dead: &[&Exception]) -> bool {
    if containers_proxy::differs_without(context.policy, &machine.ring.name, machine.platform, exception) {
        return true;
    }
    if !wins(machine, exception) {
        return false;
    }
    let is_own = |origin: &Origin<'_>| is_own(origin, exception);
    overlay(context.policy, &machine.ring.name, machine.platform).values().any(|said| {
        let Some(winner) = said.last().filter(|winner| is_own(&winner.origin)) else { return false };
        let is_dead = |origin: &Origin<'_>| dead.iter().any(|dead| self::is_own(origin, dead));
        let without = said.iter().rev().find(|said| !is_own(&said.origin) && !is_dead(&said.origin));
        let mine = (&winner.assignment.value, winner.assignment.locked);
        match without {
            Some(other) => mine != (&other.assignment.value, other.assignment.locked),
            // A group is locked unless somebody says otherwise.
            None => winner.assignment.setting.name() != "locked" || *mine.0 != Value::Boolean(true),
        }
    })
}

/// Whether a machine gets some setting from the exception.
fn wins(machine: &Machine<'_>, exception: &Exception) -> bool {
    machine.settings.iter().any(|resolved| resolved.by.is_some_and(|said| is_own(&said.origin, exception)))
}

fn is_own(origin: &Origin<'_>, exception: &Exception) -> bool {
    matches!(origin, Origin::Exception(its) if std::ptr::eq(*its, exception))
}

/// Whether no machine gets anything from it, because later exceptions decide all that it says.
pub(super) fn is_overridden(context: &Context<'_>, exception: &Exception) -> bool {
    is_read(context, exception)
        && exception.network.is_empty()
        && !context.machines.iter().any(|machine| wins(machine, exception))
}
