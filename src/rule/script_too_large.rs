//! Intune refuses a script above its limit, so the files inside must leave room.

use super::{Context, Machine};
use crate::finding::{Finding, SCRIPT_TOO_LARGE};
use crate::platform::Platform;

/// Intune documents 200 KB; quoting and the script itself take the rest.
/// <https://learn.microsoft.com/en-us/mem/intune/apps/intune-management-extension>
const ROOM: usize = 160 * 1024;

pub(super) fn check(_: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if machine.platform != Platform::Windows {
        return;
    }
    let size = |resolved: &crate::resolve::Resolved<'_>| crate::format::json::compact(&resolved.value).len();
    let sizes: Vec<_> =
        machine.settings.iter().filter_map(|resolved| Some((size(resolved), resolved.by?.assignment))).collect();
    let all: usize = sizes.iter().map(|(size, _)| size).sum();
    if all > ROOM
        && let Some((_, largest)) = sizes.iter().max_by_key(|(size, assignment)| (*size, assignment.span))
    {
        let message = format!(
            "the settings for Windows take {} KB, and Intune takes scripts of 200 KB with everything in them",
            all / 1024
        );
        let help = "shorten it, or serve a proxy script from a URL with `pac`";
        findings.push(Finding::new(&SCRIPT_TOO_LARGE, largest.span, message).label("the largest value").help(help));
    }
}
