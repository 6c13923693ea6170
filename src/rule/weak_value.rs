//! A value that weakens the machine and that nobody on it can take back.

use super::machine::Decided;
use super::{Context, Machine, eci_coverage, file_sharing_engines};
use crate::catalog::{Safer, Type};
use crate::finding::{Finding, WEAK_VALUE};
use crate::resolve::Resolved;

pub(super) fn check(
    context: &Context<'_>,
    machine: &Machine<'_>,
    resolved: &Resolved<'_>,
    findings: &mut Vec<Finding>,
) {
    let setting = resolved.setting;
    // Both have rules of their own: an open lock, and directories.
    if setting.name() == "locked" || setting.kind == Type::Directories {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    if let Some(Safer::Boolean(safer)) = &setting.safer
        && said.value.as_bool() == Some(!safer)
        && machine.is_enforced(resolved)
        && !eci_coverage::speaks_of(machine, said.key)
        && !file_sharing_engines::speaks_of(machine, said.key)
    {
        let message = format!("nobody can change `{} = {}`, and `{safer}` is safer", setting.key, !safer);
        let why = setting.why.as_deref().unwrap_or_default().trim_end_matches('.');
        let finding = Finding::new(&WEAK_VALUE, said.span, message).label(why);
        // What a locked group does not say has its default, and users cannot change that either.
        let or_else = if setting.lock.is_some() { "" } else { ", or remove the line and leave it to users" };
        findings.push(finding.help(format!("{}{or_else}", context.instead(&said, &safer.to_string()))));
    }
    for found in setting.weaknesses(said.value) {
        let path: Vec<&str> = found.path.iter().map(String::as_str).collect();
        let message = format!("`{}` in `{}` {}", found.weak.value, setting.key, found.weak.effect);
        let finding = Finding::new(&WEAK_VALUE, said.part(&path), message).label("weak");
        let instead = found.weak.instead.as_deref().unwrap_or("remove it");
        findings.push(finding.help(format!("{instead}; if it is meant, allow the finding with a reason")));
    }
}
