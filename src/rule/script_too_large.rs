//! Intune refuses a script above its limit, so the files inside must leave room.

use crate::date::Date;
use crate::finding::{Finding, SCRIPT_TOO_LARGE};
use crate::platform::Platform;
use crate::policy::Policy;
use crate::resolve::{overlay, settle};

/// Intune documents 200 KB; quoting and the script itself take the rest.
/// <https://learn.microsoft.com/en-us/mem/intune/apps/intune-management-extension>
const ROOM: usize = 160 * 1024;

pub(super) fn check(policy: &Policy, _: Option<Date>, findings: &mut Vec<Finding>) {
    if !policy.fleet.platforms.contains(&Platform::Windows) {
        return;
    }
    for ring in &policy.rings {
        let settled = settle(&overlay(policy, &ring.name, Platform::Windows));
        let sizes = settled.iter().filter_map(|resolved| {
            let size = crate::format::json::compact(&resolved.value).len();
            resolved.by.map(|said| (size, said.assignment))
        });
        let sizes: Vec<_> = sizes.collect();
        let all: usize = sizes.iter().map(|(size, _)| size).sum();
        if all > ROOM
            && let Some((_, largest)) = sizes.iter().max_by_key(|(size, assignment)| (*size, assignment.span))
        {
            let message = format!(
                "the settings of ring `{}` take {} KB, and Intune takes scripts of 200 KB with everything in them",
                ring.name,
                all / 1024
            );
            let help = "shorten it, or serve a proxy script from a URL with `pac`";
            findings.push(Finding::new(&SCRIPT_TOO_LARGE, largest.span, message).label("the largest value").help(help));
        }
    }
}
