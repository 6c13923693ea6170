//! What a policy does not speak of: an older list stays, an older file goes. Neither is seen in the policy.

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, SETTINGS_REMOVED, SIGN_IN_LEFT_ALONE};
use crate::product::docker_desktop;

pub(super) fn sign_in(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.policy.sign_in.is_some() || !context.knows("sign-in") {
        return;
    }
    let message = "the policy has no `[sign-in]`: a list of organizations that is on a machine already stays there and \
                   stays in force, and audits call that machine compliant";
    let help = "add `[sign-in]`; to take a list away, run `remove` of the build that put it there before you install \
                this one";
    findings.push(Finding::new(&SIGN_IN_LEFT_ALONE, context.policy.start, message).help(help));
}

pub(super) fn settings(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    let by_profile = docker_desktop::proxy_goes_by_profile(policy, machine.platform, &machine.settings)
        && context.knows_channel(machine.platform)
        && !machine.settings.iter().any(|resolved| resolved.value.is_partial());
    let in_file = |key: &str| !(by_profile && key.starts_with("proxy."));
    let tables = ["settings", "undocumented-settings", "registry-access", "container-network"];
    if !tables.into_iter().all(|table| context.knows(table))
        || !policy.undocumented(&machine.ring.name, machine.platform).is_empty()
        || machine.settings.iter().any(|resolved| in_file(&resolved.setting.key))
    {
        return;
    }
    let proxy = machine.settings.iter().filter_map(Decided::of).map(|said| said.name).min();
    let (what, help) = match proxy {
        None => {
            ("no settings", "add `[settings]` or a preset, if somebody else's file should not go without a successor")
        }
        Some(_) => (
            "a proxy alone, which goes into the profile",
            "add another setting or a preset, if somebody else's file should not go without a successor",
        ),
    };
    let message = format!(
        "the policy gives these machines {what}: installing removes an `admin-settings.json` that is there, whoever \
         wrote it, and with it all that it enforced"
    );
    findings.push(Finding::new(&SETTINGS_REMOVED, proxy.unwrap_or(policy.start), message).help(help));
}
