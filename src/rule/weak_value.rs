//! A value that weakens the machine and that nobody on it can take back.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Safer, Type};
use crate::finding::{Finding, WEAK_VALUE};
use crate::resolve::Resolved;

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
    let text = said.value.as_str().unwrap_or_default();
    let options = || serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    for weak in &setting.weak {
        let (is_weak, name) = if setting.kind == Type::Json {
            let options = options();
            let option = options.get(&weak.value).filter(|option| !is_empty(option));
            let holds = |option: &serde_json::Value| {
                weak.holds.as_ref().is_none_or(|part| option.to_string().contains(part.as_str()))
            };
            (option.is_some_and(holds), weak.value.as_str())
        } else {
            (text == weak.value, text)
        };
        if is_weak {
            let message = format!("`{name}` in `{}` {}", setting.key, weak.effect);
            let why = setting.why.as_deref().unwrap_or_default().trim_end_matches('.');
            let finding = Finding::new(&WEAK_VALUE, said.span, message).label(why);
            findings.push(finding.help("remove it, or allow the finding with a reason"));
        }
    }
}

fn is_empty(option: &serde_json::Value) -> bool {
    option.as_array().is_some_and(Vec::is_empty) || option.is_null()
}
