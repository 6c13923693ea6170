//! A setting that no Docker Desktop in use reads any more.

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{DEPRECATED_SETTING, Finding};
use crate::resolve::Resolved;

pub(super) fn check(context: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    let oldest = context.policy.fleet.oldest;
    let setting = resolved.setting;
    let Some(deprecated) = setting.deprecated.filter(|deprecated| *deprecated <= oldest.value) else { return };
    let Some(said) = Decided::of(resolved) else { return };
    let message =
        format!("`{}` does nothing from Docker Desktop {deprecated} on, and the fleet has nothing older", setting.key);
    let help = setting.instead.as_ref().map(|instead| format!("remove it; `{instead}` took its place"));
    let finding = Finding::new(&DEPRECATED_SETTING, said.name, message)
        .label("without effect")
        .related(oldest.span, "the oldest version in use")
        .help_if(help);
    findings.push(finding);
}
