//! A safer value without a lock is a suggestion.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Safer, Setting};
use crate::finding::{Finding, SECURITY_SETTING_UNLOCKED};
use crate::resolve::Resolved;
use crate::value::Value;

pub(super) fn check(context: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    let setting = resolved.setting;
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    let is_group = setting.name() == "locked" && *said.value == Value::Boolean(false);
    if is_group {
        let group = setting.key.trim_end_matches(".locked");
        let message = format!("nothing of `{group}` is enforced: users can change all of it");
        let finding = Finding::new(&SECURITY_SETTING_UNLOCKED, said.span, message).label("not enforced");
        // A line of an extended file has to be overruled: there may be others who extend that.
        findings.push(if said.name.source == context.policy.start.source {
            finding.help("remove the line: a group is locked unless the policy says otherwise")
        } else {
            let add = context.in_policy(&format!("{group}.locked"), "true");
            finding.help(format!("{add} of your policy: an extended file switches the lock off"))
        });
    } else if resolved.locked == Some(false) && setting.weaknesses(said.value).is_empty() {
        let key = &setting.key;
        let (message, help) = if is_safer(setting, said.value) {
            (
                format!("`{key}` is only a default: machines where somebody has chosen already stay as they are"),
                "remove it to enforce the value, or allow the finding with a reason",
            )
        } else if is_weaker(setting, said.value) {
            (
                format!("`{key}` starts with the weaker value, which Docker Desktop by itself does not have"),
                "remove the setting, or allow the finding with a reason",
            )
        } else {
            return;
        };
        findings.push(Finding::new(&SECURITY_SETTING_UNLOCKED, said.lock, message).label("not enforced").help(help));
    }
}

/// Whether new machines would be safer without the line.
fn is_weaker(setting: &Setting, value: &Value) -> bool {
    let is_other = matches!(setting.safer, Some(Safer::Boolean(safer)) if value.as_bool() == Some(!safer));
    is_other && setting.default_value().is_some_and(|default| default != *value)
}

/// Whether the value is there for safety; the other one only says what users may do anyway.
fn is_safer(setting: &Setting, value: &Value) -> bool {
    match setting.safer.as_ref() {
        None => false,
        Some(Safer::Boolean(safer)) => value.as_bool() == Some(*safer),
        Some(Safer::Order(words)) => words.first().map(String::as_str) == value.as_str(),
        Some(Safer::Rule(rule)) => match rule.as_str() {
            "depends" => false,
            "empty" => value.as_str() == Some(""),
            _ => true,
        },
    }
}
