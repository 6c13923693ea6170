//! What a subscription does not include stays without effect, or keeps people out.

use super::Context;
use crate::finding::{Finding, PLAN_TOO_LOW};
use crate::version::Version;

/// From here on every subscription can enforce sign-in.
const FOR_ALL: Version = Version::new(4, 42);

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    let Some(plan) = policy.fleet.subscription.filter(|plan| plan.value != "business") else { return };
    if let Some(first) = context.first_setting {
        let message = format!(
            "settings need Docker Business: with `{}` the file keeps users at the sign-in prompt and does nothing else",
            plan.value
        );
        let finding = Finding::new(&PLAN_TOO_LOW, plan.span, message)
            .label("has no Settings Management")
            .related(first, "the first setting")
            .help("remove the settings and the presets, or correct `subscription`");
        findings.push(finding);
    }
    let oldest = policy.fleet.oldest;
    if let Some(sign_in) = &policy.sign_in
        && oldest.value < FOR_ALL
    {
        let message = format!(
            "Docker Desktop {} enforces sign-in for Docker Business only; with `{}` users stay at the prompt",
            oldest.value, plan.value
        );
        let finding = Finding::new(&PLAN_TOO_LOW, plan.span, message)
            .label("not enough before 4.42.0")
            .related(sign_in.span, "sign-in is enforced")
            .related(oldest.span, "the oldest version in use")
            .help(context.raise(FOR_ALL));
        findings.push(finding);
    }
}
