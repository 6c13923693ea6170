//! A locked group in which nothing is set: whoever wrote the lock often meant to switch something on.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Setting, catalog};
use crate::finding::{Finding, LOCKED_DEFAULTS};
use crate::resolve::Resolved;
use crate::value::Value;

pub(super) fn check(
    context: &Context<'_>,
    machine: &Machine<'_>,
    resolved: &Resolved<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(group) = resolved.setting.key.strip_suffix(".locked") else { return };
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    let is_member = |setting: &Setting| setting.lock == Some(resolved.setting.index);
    let is_empty = !machine.settings.iter().any(|its| is_member(its.setting));
    if !is_empty || !context.knows(&format!("settings.{group}")) || *said.value != Value::Boolean(true) {
        return;
    }
    let first =
        catalog().settings().iter().find_map(|its| its.default.as_ref().filter(|_| is_member(its)).zip(Some(its)));
    let (default, first) = first.unwrap_or_else(|| panic!("nothing in {group} has a default"));
    let message = format!(
        "`{group}` is locked and nothing in it is set: at best users are held to the default, `{} = {default}`",
        first.key
    );
    let finding = Finding::new(&LOCKED_DEFAULTS, said.name, message).label("locks the defaults");
    findings.push(finding.help(format!("say what `{}` is to be, or remove the lock", first.key)));
}
