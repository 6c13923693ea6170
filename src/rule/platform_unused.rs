//! What is said for a platform that no machine of the fleet has.

use super::Context;
use crate::finding::{Finding, PLATFORM_UNUSED};
use crate::platform::Platform;
use crate::policy::SignIn;
use crate::source::Span;

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
        findings.push(found(context, platform, layer.key, "remove the table"));
    }
    for (platform, word) in policy.sign_in.iter().flat_map(channels) {
        if word.source == policy.start.source && !policy.fleet.platforms.contains(&platform) {
            findings.push(found(context, platform, word, "remove this line"));
        }
    }
}

/// The words that choose how a platform is told who may sign in, as far as the policy says any.
fn channels(sign_in: &SignIn) -> impl Iterator<Item = (Platform, Span)> + use<> {
    let (table, macos, windows) = (sign_in.span, sign_in.macos_span, sign_in.windows_span);
    [(Platform::Macos, macos), (Platform::Windows, windows)].into_iter().filter(move |(_, word)| *word != table)
}

fn found(context: &Context<'_>, platform: Platform, at: Span, else_: &str) -> Finding {
    let message = format!("no machine reads this: the fleet has no {}", platform.title());
    let help = format!("add `\"{platform}\"` to `platforms` under `[fleet]`, or {else_}");
    context.of_fleet(Finding::new(&PLATFORM_UNUSED, at, message).label("not in the fleet").help(help))
}
