//! `admin-settings.json` forces sign-in by being there, to any organization and before the engine starts.

use super::Context;
use crate::finding::{ADMIN_FILE_ENFORCES_SIGN_IN, Finding};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.policy.sign_in.is_some() || !context.knows("sign-in") {
        return;
    }
    let Some(first) = context.first_setting else { return };
    let message = "there is no `[sign-in]`, so the settings file by itself makes every user sign in, to any \
                   organization, and holds the engine until then";
    let help = "add `[sign-in]` with `organizations = [\"…\"]`; if this is meant, allow the finding with a reason";
    findings
        .push(Finding::new(&ADMIN_FILE_ENFORCES_SIGN_IN, first, message).label("becomes a settings file").help(help));
}
