//! A value that weakens the machine and that nobody on it can take back.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Safer, Setting, Type, Weak};
use crate::finding::{Finding, WEAK_VALUE};
use crate::resolve::Resolved;
use crate::value::Value;

pub(super) fn check(_: &Context<'_>, machine: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    let setting = resolved.setting;
    // Both have rules of their own: an open lock, and directories.
    if setting.name() == "locked" || setting.kind == Type::Directories {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    if let Some(Safer::Boolean(safer)) = &setting.safer
        && said.value.as_bool() == Some(!safer)
        && machine.is_enforced(resolved)
    {
        let message = format!("nobody can change `{} = {}`, and `{safer}` is safer", setting.key, !safer);
        let why = setting.why.as_deref().unwrap_or_default().trim_end_matches('.');
        let finding = Finding::new(&WEAK_VALUE, said.span, message).label(why);
        findings.push(finding.help(format!("write `{safer}`, or remove the line and leave it to users")));
    }
    for (name, weak) in weaknesses(setting, said.value) {
        let message = format!("`{name}` in `{}` {}", setting.key, weak.effect);
        let why = setting.why.as_deref().unwrap_or_default().trim_end_matches('.');
        let finding = Finding::new(&WEAK_VALUE, said.span, message).label(why);
        findings.push(finding.help("remove it, or allow the finding with a reason"));
    }
}

/// What the catalog calls weak in a text or in options, each with its name in a message.
pub(super) fn weaknesses<'a>(setting: &'a Setting, value: &Value) -> Vec<(&'a str, &'a Weak)> {
    let text = value.as_str().unwrap_or_default();
    let options = match setting.kind {
        Type::Json => serde_json::from_str::<serde_json::Value>(text).unwrap_or_default(),
        _ => serde_json::Value::Null,
    };
    let is_weak = |weak: &&Weak| {
        if setting.kind != Type::Json {
            return text == weak.value;
        }
        let holds = |option: &serde_json::Value| {
            weak.holds.as_ref().is_none_or(|part| option.to_string().contains(part.as_str()))
        };
        options.get(&weak.value).is_some_and(|option| !is_empty(option) && holds(option))
    };
    setting.weak.iter().filter(is_weak).map(|weak| (weak.value.as_str(), weak)).collect()
}

fn is_empty(option: &serde_json::Value) -> bool {
    option.as_array().is_some_and(Vec::is_empty) || option.is_null()
}
