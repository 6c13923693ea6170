//! `admin-settings.json` forces sign-in by being there, to any organization and before the engine starts.

use super::Context;
use crate::catalog::catalog;
use crate::finding::{ADMIN_FILE_ENFORCES_SIGN_IN, Finding};
use crate::platform::Platform;

const CHANNELS: [(Platform, &str, &str); 2] = [
    (Platform::Macos, "macos", "macos-profile:allowedOrgs"),
    (Platform::Windows, "windows", "windows-registry:allowedOrgs"),
];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.policy.sign_in.is_some() || !context.knows("sign-in") {
        return;
    }
    let Some(first) = context.first_setting else { return };
    let message = "there is no `[sign-in]`, so the settings file by itself makes every user sign in, to any \
                   organization, and holds the engine until then";
    // What a list is written to by default; `registry.json` is older than all that this program is for.
    let is_late = |(platform, word, channel): &(Platform, &str, &str)| {
        let general = catalog().find(channel).and_then(|channel| channel.general);
        let is_late = general.is_some_and(|general| context.oldest() < general);
        (context.policy.fleet.platforms.contains(platform) && is_late)
            .then(|| format!(", `{word} = \"registry-json\"`"))
    };
    let older: String = CHANNELS.iter().filter_map(is_late).collect();
    let help = format!(
        "add `[sign-in]` with `organizations = [\"…\"]`{older}; if this is meant, allow the finding with a reason"
    );
    findings
        .push(Finding::new(&ADMIN_FILE_ENFORCES_SIGN_IN, first, message).label("becomes a settings file").help(help));
}
