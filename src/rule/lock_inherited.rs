//! A bare value is enforced, but the lock of a group is a setting of its own: an extended policy may have switched it off.

use super::{Context, Machine};
use crate::catalog::Setting;
use crate::finding::{Finding, LOCK_INHERITED};
use crate::policy::{Assignment, Policy};
use crate::resolve::{Origin, Said};
use crate::value::Value;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    for resolved in &machine.settings {
        let Some(group) = resolved.setting.key.strip_suffix(".locked") else { continue };
        if let (Value::Boolean(false), Some(lock)) = (&resolved.value, resolved.by) {
            let field = first_later_field(context.policy, machine, group, &lock);
            findings.extend(field.map(|field| stays(context, group, lock.assignment, field)));
        }
    }
}

/// The first field of the group that a later file sets.
fn first_later_field<'p>(
    policy: &Policy,
    machine: &Machine<'p>,
    group: &str,
    lock: &Said<'_>,
) -> Option<&'p Assignment> {
    let is_field = |setting: &Setting| setting.key.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'));
    let winners = machine.settings.iter().filter_map(|resolved| resolved.by);
    let fields = winners.filter(|said| is_field(said.assignment.setting));
    let later = fields.filter(|said| {
        said.assignment.key.source != lock.assignment.key.source && place(policy, said) > place(policy, lock)
    });
    later.map(|said| said.assignment).min_by_key(|field| field.key)
}

/// Where in the order of layers something was said; exceptions come after all of them.
fn place(policy: &Policy, said: &Said<'_>) -> Option<usize> {
    match said.origin {
        Origin::Layer(layer) => policy.layers.iter().position(|its| std::ptr::eq(its, layer)),
        Origin::Exception(_) => Some(policy.layers.len()),
    }
}

fn stays(context: &Context<'_>, group: &str, lock: &Assignment, field: &Assignment) -> Finding {
    let message = format!("`{group}` stays a default that users may change: an extended policy says so");
    let add = context.beside(field.key, &field.setting.key, &format!("{group}.locked"), "true");
    Finding::new(&LOCK_INHERITED, field.key, message)
        .label("not enforced")
        .related(lock.key, "said here")
        .help(format!("{add}, or `false` to say that this is meant"))
}
