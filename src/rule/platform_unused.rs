//! A table for a platform that no machine of the fleet has.

use super::Context;
use crate::finding::{Finding, PLATFORM_UNUSED};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    if !context.knows("fleet.platforms") {
        return;
    }
    // An extended file speaks for other fleets too.
    for layer in policy.layers.iter().filter(|layer| layer.key.source == policy.start.source) {
        let Some(platform) = layer.scope.platform().filter(|its| !policy.fleet.platforms.contains(its)) else {
            continue;
        };
        let message = format!("no machine reads this: the fleet has no {}", platform.title());
        let help = format!("add `\"{platform}\"` to `platforms` under `[fleet]`, or remove the table");
        let finding = Finding::new(&PLATFORM_UNUSED, layer.key, message).label("not in the fleet").help(help);
        findings.push(context.of_fleet(finding));
    }
}
