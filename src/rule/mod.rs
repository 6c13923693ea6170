//! Rules: what is wrong with a policy that can be read. One file each; a new one is a file and a line in [`RULES`].
//!
//! What one setting alone can get wrong is data in the catalog, and the rules that read it are few. A rule of its own is
//! for what takes two settings to go wrong.

mod address_clash;
mod admin_file_enforces_sign_in;
mod broad_file_share;
mod channel_too_new;
mod collect;
mod containers_proxy_open;
mod deprecated_setting;
mod eci_coverage;
mod eci_kubernetes_images;
mod eci_socket_command;
mod eci_socket_image;
mod entry;
mod exception_no_effect;
mod exceptions;
mod file_sharing_engines;
mod implied_setting;
mod key_too_new;
mod known_bad_version;
mod lock_inherited;
mod locked_defaults;
mod machine;
mod network_entry_void;
mod network_missing_key;
mod network_too_old;
mod org_placeholder;
mod pac;
mod pac_source;
mod plan_too_low;
mod platform_unused;
mod profile_text;
mod proxy_and_network;
mod proxy_credentials;
mod proxy_fields_ignored;
mod proxy_missing;
mod proxy_not_local;
mod registries;
mod registry_access_void;
mod registry_incomplete;
mod registry_not_allowed;
mod requirement_missing;
mod ring_name_near;
mod script_too_large;
mod security_floor;
mod security_setting_unlocked;
mod sign_in_overlap;
mod undocumented_setting;
mod unmanaged;
mod value_too_new;
mod weak_value;
mod wrong_platform;

use self::collect::Collection;
pub use self::machine::{Context, Machine};
pub(crate) use self::org_placeholder::is_placeholder;
use crate::date::Date;
use crate::finding::{ALLOW_UNUSED, EXCEPTION_EXPIRED, EXCEPTION_EXPIRING, Finding, Severity};
use crate::policy::{Allow, Policy, Reading};
use crate::resolve::Resolved;
use crate::source::Sources;

/// Looks at part of a policy and says what is wrong with it.
#[derive(Clone, Copy)]
pub enum Rule {
    /// At the policy as a whole.
    Policy(fn(&Context<'_>, &mut Vec<Finding>)),
    /// At all that the machines of one ring and platform get.
    Machine(fn(&Context<'_>, &Machine<'_>, &mut Vec<Finding>)),
    /// At one setting that they get.
    Setting(fn(&Context<'_>, &Machine<'_>, &Resolved<'_>, &mut Vec<Finding>)),
}

/// All rules.
pub const RULES: &[Rule] = &[
    Rule::Machine(address_clash::check),
    Rule::Policy(admin_file_enforces_sign_in::check),
    Rule::Setting(broad_file_share::check),
    Rule::Policy(channel_too_new::channel),
    Rule::Policy(channel_too_new::several),
    Rule::Machine(containers_proxy_open::check),
    Rule::Setting(deprecated_setting::check),
    Rule::Machine(eci_coverage::check),
    Rule::Machine(eci_kubernetes_images::check),
    Rule::Machine(eci_socket_command::check),
    Rule::Machine(eci_socket_image::check),
    Rule::Policy(exception_no_effect::check),
    Rule::Policy(exceptions::check),
    Rule::Machine(file_sharing_engines::check),
    Rule::Machine(implied_setting::check),
    Rule::Policy(key_too_new::check),
    Rule::Machine(known_bad_version::check),
    Rule::Machine(lock_inherited::check),
    Rule::Setting(locked_defaults::check),
    Rule::Machine(network_entry_void::check),
    Rule::Machine(network_missing_key::check),
    Rule::Policy(network_too_old::check),
    Rule::Policy(org_placeholder::check),
    Rule::Policy(pac::check),
    Rule::Setting(pac_source::check),
    Rule::Policy(plan_too_low::check),
    Rule::Policy(platform_unused::check),
    Rule::Policy(profile_text::organization),
    Rule::Machine(profile_text::proxy),
    Rule::Machine(proxy_and_network::check),
    Rule::Policy(proxy_credentials::check),
    Rule::Machine(proxy_fields_ignored::check),
    Rule::Machine(proxy_missing::check),
    Rule::Machine(proxy_not_local::check),
    Rule::Machine(registries::check),
    Rule::Machine(registry_access_void::check),
    Rule::Machine(registry_incomplete::check),
    Rule::Machine(registry_not_allowed::check),
    Rule::Setting(requirement_missing::check),
    Rule::Policy(ring_name_near::check),
    Rule::Machine(script_too_large::check),
    Rule::Policy(security_floor::check),
    Rule::Setting(security_setting_unlocked::check),
    Rule::Policy(sign_in_overlap::check),
    Rule::Policy(undocumented_setting::check),
    Rule::Machine(unmanaged::settings),
    Rule::Policy(unmanaged::sign_in),
    Rule::Setting(value_too_new::check),
    Rule::Setting(weak_value::check),
    Rule::Policy(wrong_platform::check),
];

/// Adds what all rules find, then applies `[check] allow`. Rules about the calendar are silent without a day.
pub fn check(reading: &mut Reading, today: Option<Date>) {
    check_with(RULES, reading, today);
}

/// The same with some of the rules, to show what each is good for.
pub fn check_with(rules: &[Rule], reading: &mut Reading, today: Option<Date>) {
    let Some(policy) = &reading.policy else { return };
    let is_whole = !reading.findings.iter().any(Finding::is_error);
    look(rules, policy, &reading.sources, today, &mut reading.findings);
    for alternative in &reading.alternatives {
        let mut found = Vec::new();
        look(rules, &alternative.policy, &reading.sources, today, &mut found);
        let same = |one: &Finding, other: &Finding| one.code == other.code && one.primary.span == other.primary.span;
        let is_new = |finding: &Finding| !reading.findings.iter().any(|known| same(known, finding));
        found.retain(|finding| alternative.concerns(finding) && is_new(finding));
        reading.findings.append(&mut found);
    }
    for finding in &mut reading.findings {
        say_who_extends(finding, &reading.sources);
    }
    allow(reading, today, is_whole);
    crate::finding::sort(&mut reading.findings, &reading.sources);
}

/// Adds what the rules find in a policy.
fn look(rules: &[Rule], policy: &Policy, sources: &Sources, today: Option<Date>, findings: &mut Vec<Finding>) {
    let context = Context::new(policy, sources, today);
    let mut collection = Collection::default();
    for rule in rules {
        match rule {
            Rule::Policy(check) => check(&context, findings),
            Rule::Machine(check) => {
                for machine in &context.machines {
                    collection.add(machine, |found| check(&context, machine, found));
                }
            }
            Rule::Setting(check) => {
                for machine in &context.machines {
                    collection.add(machine, |found| {
                        for resolved in &machine.settings {
                            check(&context, machine, resolved, found);
                        }
                    });
                }
            }
        }
    }
    collection.finish(&context, findings);
}

/// A line of a preset is not one that its user can edit: the `extends` that brought it in is.
fn say_who_extends(finding: &mut Finding, sources: &Sources) {
    let labels = || finding.related.iter().chain([&finding.primary]);
    if labels().all(|label| sources.get(label.span.source).is_preset())
        && let Some(at) = sources.extended_at(finding.primary.span.source)
    {
        finding
            .related
            .push(crate::finding::Label { span: at, text: "extended here; a line of yours wins".to_owned() });
    }
}

/// Silences what `[check] allow` names; a line that silences nothing is a finding.
fn allow(reading: &mut Reading, today: Option<Date>, is_whole: bool) {
    let policy = reading.policy.as_ref().expect("looked at before");
    // Whether one silences anything is known of lines about such lines only when all others have been looked at.
    let (last, first): (Vec<_>, Vec<_>) = policy.allow.iter().partition(|allow| *allow.code == ALLOW_UNUSED);
    for allow in first.into_iter().chain(last) {
        // What only a day can show is not missing without one, and nobody can edit a preset.
        let by_day = [&EXCEPTION_EXPIRED, &EXCEPTION_EXPIRING].contains(&allow.code) && today.is_none();
        let file = reading.sources.get(allow.span.source);
        if !silence(&mut reading.findings, allow) && !file.is_preset() && !by_day {
            let by = Some(file.name.as_str()).filter(|_| allow.span.source != policy.start.source);
            reading.findings.push(unused(allow, by, is_whole));
        }
    }
}

/// A line that silences nothing. Another file, `by` name, may speak for policies that are not at hand.
fn unused(allow: &Allow, by: Option<&str>, is_whole: bool) -> Finding {
    let code = allow.code.name;
    // What could not be read may need it.
    let that = if is_whole { "" } else { " that could be read" };
    let message = match by {
        None => format!("`{code}` is allowed, and nothing here{that} needs it"),
        Some(file) => format!("`{code}` is allowed in `{file}`, and nothing in this policy{that} needs it"),
    };
    let label = if is_whole { "silences nothing" } else { "silences nothing yet" };
    let help = match (by, is_whole) {
        (None, true) => "remove this line".to_owned(),
        (None, false) => "mend the errors first; if it silences nothing then, remove this line".to_owned(),
        (Some(file), true) => format!("remove this line unless another policy that extends `{file}` needs it"),
        (Some(file), false) => {
            format!("mend the errors first; then remove this line unless another policy that extends `{file}` needs it")
        }
    };
    let mut finding = Finding::new(&ALLOW_UNUSED, allow.span, message).label(label).help(help);
    if by.is_some() || !is_whole {
        finding.severity = Severity::Note;
    }
    finding
}

/// Whether there was anything to silence that no other line had silenced.
fn silence(findings: &mut [Finding], allow: &Allow) -> bool {
    let mut used = false;
    let is_meant = |finding: &&mut Finding| {
        finding.code == allow.code && finding.allowed.is_none() && allow.covers(finding.primary.span.source)
    };
    for finding in findings.iter_mut().filter(is_meant) {
        used = true;
        // Who takes responsibility for what is usually a warning has not seen the error yet.
        if finding.severity >= allow.code.severity {
            finding.allowed = Some(allow.reason.clone());
        } else if finding.related.iter().all(|label| label.span != allow.span) {
            let words = format!("allows it as the {} that it usually is", allow.code.severity.name());
            finding.related.push(crate::finding::Label { span: allow.span, text: words });
        }
    }
    used
}
