//! Configuration profiles for any MDM, in direct form: one payload of the product's own preference domain, and what
//! macOS itself wants to know about the product, each in a profile of its own.

use plist::{Dictionary, Value};

use super::profile::{Payload, Profile};
use crate::bundle::Artifact;
use crate::resolve::{Machine, Plan};
use crate::state::Preference;

const UPLOAD: &str = "Upload as a custom configuration profile for the device (Intune: Devices > macOS > Configuration > Create > \
                      Templates > Custom; Kandji: Library > Custom Profile; Fleet: Controls > OS settings > Custom settings).";

/// The profiles.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let product = machine.state.product;
    let profile = |role: &str, title: &str, payload: Payload| {
        let suffix = if role == "settings" { String::new() } else { format!("-{role}") };
        let xml = Profile { plan, machine, role, title, payloads: vec![payload] }.xml();
        (format!("mdm/{}{suffix}.mobileconfig", product.slug), xml)
    };
    let mut artifacts = Vec::new();
    let mut add = |(path, xml), guide: String| artifacts.push(Artifact::new(path, xml, guide));
    if let Some(payload) = settings(&machine.state.preferences) {
        add(profile("settings", "policy", payload), format!("{UPLOAD} Users cannot edit or remove it."));
    }
    add(
        profile("login-items", "login items", login_items(machine)),
        format!(
            "{UPLOAD} macOS 13, only by an MDM that the user approved: the product's helpers run without a prompt and cannot be switched off."
        ),
    );
    if plan.macos.notifications {
        add(
            profile("notifications", "notifications", notifications(machine)),
            format!("{UPLOAD} Allows notifications without asking."),
        );
    }
    if !plan.macos.file_access.is_empty() {
        add(
            profile("file-access", "file access", file_access(plan, machine)),
            format!(
                "{UPLOAD} Only by an MDM that the user approved. It lets the application read these places without asking."
            ),
        );
    }
    if plan.macos.one_setting_per_profile {
        for preference in &machine.state.preferences {
            let payload = settings(std::slice::from_ref(preference)).expect("one preference");
            let role = format!("settings-{}", preference.key);
            let title = format!("policy: {}", preference.key);
            add(
                profile(&role, &title, payload),
                "One key of the policy, for Workspace ONE (Resources > Profiles > Custom Settings), instead of the profile with all of them.".into(),
            );
        }
    }
    artifacts
}

/// The payload with all preferences; they are of one domain.
fn settings(preferences: &[Preference]) -> Option<Payload> {
    let domain = preferences.first()?.domain;
    assert!(preferences.iter().all(|preference| preference.domain == domain), "a product has one preference domain");
    Some(Payload { kind: domain, name: domain, keys: dictionary(preferences) })
}

/// Preferences as a dictionary: what every form of profile carries.
pub(super) fn dictionary(preferences: &[Preference]) -> Dictionary {
    preferences.iter().map(|preference| (preference.key.to_owned(), Value::String(preference.value.clone()))).collect()
}

/// [`com.apple.servicemanagement`](https://developer.apple.com/documentation/devicemanagement/servicemanagementmanagedloginitems)
fn login_items(machine: &Machine) -> Payload {
    let mac = &machine.state.product.mac;
    let rule = |kind: &str, value: &str, team: Option<&str>| {
        let mut rule = Dictionary::new();
        rule.insert("RuleType".into(), kind.into());
        rule.insert("RuleValue".into(), value.into());
        if let Some(team) = team {
            rule.insert("TeamIdentifier".into(), team.into());
        }
        Value::Dictionary(rule)
    };
    let mut rules: Vec<Value> = mac.daemons.iter().map(|label| rule("Label", label, Some(mac.team))).collect();
    rules.push(rule("TeamIdentifier", mac.team, None));
    let mut keys = Dictionary::new();
    keys.insert("Rules".into(), Value::Array(rules));
    Payload { kind: "com.apple.servicemanagement", name: "com.apple.servicemanagement", keys }
}

/// [`com.apple.notificationsettings`](https://developer.apple.com/documentation/devicemanagement/notifications)
fn notifications(machine: &Machine) -> Payload {
    let bundles = machine.state.product.mac.notifying_bundles.iter().map(|bundle| {
        let mut settings = Dictionary::new();
        settings.insert("BundleIdentifier".into(), (*bundle).into());
        settings.insert("NotificationsEnabled".into(), true.into());
        Value::Dictionary(settings)
    });
    let mut keys = Dictionary::new();
    keys.insert("NotificationSettings".into(), Value::Array(bundles.collect()));
    Payload { kind: "com.apple.notificationsettings", name: "com.apple.notificationsettings", keys }
}

/// [`com.apple.TCC.configuration-profile-policy`](https://developer.apple.com/documentation/devicemanagement/privacypreferencespolicycontrol)
fn file_access(plan: &Plan, machine: &Machine) -> Payload {
    let mac = &machine.state.product.mac;
    let mut services = Dictionary::new();
    for place in &plan.macos.file_access {
        let service = match *place {
            "all-files" => "SystemPolicyAllFiles",
            "desktop" => "SystemPolicyDesktopFolder",
            "documents" => "SystemPolicyDocumentsFolder",
            "downloads" => "SystemPolicyDownloadsFolder",
            "network-volumes" => "SystemPolicyNetworkVolumes",
            "removable-volumes" => "SystemPolicyRemovableVolumes",
            other => panic!("the grammar allows {other}, and no service stands for it"),
        };
        let mut entry = Dictionary::new();
        entry.insert("Identifier".into(), mac.bundle.into());
        entry.insert("IdentifierType".into(), "bundleID".into());
        entry.insert("CodeRequirement".into(), mac.code_requirement.into());
        entry.insert("Authorization".into(), "Allow".into());
        services.insert(service.into(), Value::Array(vec![Value::Dictionary(entry)]));
    }
    let mut keys = Dictionary::new();
    keys.insert("Services".into(), Value::Dictionary(services));
    let kind = "com.apple.TCC.configuration-profile-policy";
    Payload { kind, name: kind, keys }
}
