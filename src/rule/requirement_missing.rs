//! A setting that does nothing because another one, which it needs, stands otherwise.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{catalog, from_toml};
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
    // A value that is there anyway surprises nobody.
    if setting.default.as_ref().is_some_and(|default| from_toml(default) == *said.value) {
        return;
    }
    for (key, wanted) in setting.requires.iter().filter_map(|requirement| requirement.split_once('=')) {
        let needed = needed(machine, key, wanted);
        if matches!(needed, Needed::Met) {
            continue;
        }
        let quoted = if matches!(wanted, "true" | "false") { wanted.to_owned() } else { format!("\"{wanted}\"") };
        let message = format!("`{}` does nothing: it needs `{key} = {quoted}`", setting.key);
        let mut finding = Finding::new(&REQUIREMENT_MISSING, said.name, message).label("ignored");
        if let Needed::Otherwise(at) = needed {
            finding = finding.related(at, "stands otherwise");
        }
        findings.push(
            finding.help(format!("{}write `{key} = {quoted}`, or remove this line", context.raise_first_for(key))),
        );
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
