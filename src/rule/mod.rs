//! Rules: what is wrong with a policy that can be read. One file each; a new one is a file and a line in [`RULES`].

mod exceptions;
mod lock_inherited;
mod network_too_old;
mod network_void;
mod pac;
mod profile_text;
mod proxy_and_network;
mod registries;
mod registry_not_allowed;
mod script_too_large;
mod sign_in_overlap;
mod undocumented;
mod wrong_platform;

use crate::date::Date;
use crate::finding::{ALLOW_UNUSED, Finding};
use crate::policy::{Policy, Reading};

/// Looks at a policy and says what is wrong with it.
pub type Rule = fn(&Policy, Option<Date>, &mut Vec<Finding>);

/// All rules.
pub const RULES: &[Rule] = &[
    exceptions::check,
    lock_inherited::check,
    network_too_old::check,
    network_void::check,
    pac::check,
    profile_text::check,
    proxy_and_network::check,
    registries::check,
    registry_not_allowed::check,
    script_too_large::check,
    sign_in_overlap::check,
    undocumented::check,
    wrong_platform::check,
];

/// Adds what the rules find, then applies `[check] allow`. Rules about the calendar are silent without a day.
pub fn check(reading: &mut Reading, today: Option<Date>) {
    let Some(policy) = &reading.policy else { return };
    for rule in RULES {
        rule(policy, today, &mut reading.findings);
    }
    for allow in &policy.allow {
        let mut used = false;
        for finding in reading.findings.iter_mut().filter(|finding| finding.code == allow.code) {
            finding.allowed = Some(allow.reason.clone());
            used = true;
        }
        if !used {
            let message = format!("`{}` is allowed, and nothing here needs it", allow.code.name);
            reading
                .findings
                .push(Finding::new(&ALLOW_UNUSED, allow.span, message).label("not found").help("remove this line"));
        }
    }
    crate::finding::sort(&mut reading.findings, &reading.sources);
}
