//! Configuration profiles for any MDM, in direct form: one payload of the product's own preference domain, and what
//! macOS itself wants to know about the product, each in a profile of its own.

use plist::{Dictionary, Value};

use super::profile::{Payload, Profile};
use crate::bundle::Artifact;
use crate::resolve::{Machine, Plan};
use crate::state::Preference;

const UPLOAD: &str = "Upload as a custom configuration profile for the device (Intune: Devices > macOS > Configuration > Create > \
                      Templates > Custom; Kandji: Library > Custom Profile; Fleet: Controls > OS settings > Custom settings).";

/// The role of the profile with the preferences.
pub(super) const SETTINGS: &str = "settings";

/// The profiles.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let mut kinds = profiles(plan, machine);
    if plan.macos.one_setting_per_profile {
        kinds.extend(machine.state.preferences.iter().map(|preference| Kind {
            role: format!("settings-{}", preference.key),
            title: format!("policy: {}", preference.key),
            payload: settings(std::slice::from_ref(preference)).expect("one preference"),
            guide: "One key of the policy, for Workspace ONE (Resources > Profiles > Custom Settings), instead of the profile with all of them.".into(),
        }));
    }
    kinds
        .into_iter()
        .map(|kind| {
            let path = format!("mdm/{}", file(machine, &kind.role));
            Artifact::new(path, kind.profile(plan, machine).xml(), kind.guide)
        })
        .collect()
}

/// What a profile of a ring is about.
pub(super) struct Kind {
    /// The last part of the profile's identifier.
    pub(super) role: String,
    pub(super) title: String,
    pub(super) payload: Payload,
    guide: String,
}

impl Kind {
    /// The profile of one ring.
    pub(super) fn profile<'a>(&'a self, plan: &'a Plan, machine: &'a Machine) -> Profile<'a> {
        Profile { plan, machine, role: &self.role, title: &self.title, payloads: vec![self.payload.clone()] }
    }
}

/// What a profile's file is called.
pub(super) fn file(machine: &Machine, role: &str) -> String {
    let suffix = if role == SETTINGS { String::new() } else { format!("-{role}") };
    format!("{}{suffix}.mobileconfig", machine.state.product.slug)
}

/// The profiles that every Mac of a ring gets, the one with the preferences first, if there are any.
pub(super) fn profiles(plan: &Plan, machine: &Machine) -> Vec<Kind> {
    let kind = |role: &str, title: &str, payload, guide: &str| Kind {
        role: role.into(),
        title: title.into(),
        payload,
        guide: format!("{UPLOAD} {guide}"),
    };
    let mut kinds = Vec::new();
    if let Some(payload) = settings(&machine.state.preferences) {
        kinds.push(kind(SETTINGS, "policy", payload, "Users cannot edit or remove it."));
    }
    kinds.push(kind(
        "login-items",
        "login items",
        login_items(machine),
        "macOS 13, only by an MDM that the user approved: the product's helpers run without a prompt and cannot be switched off.",
    ));
    if plan.macos.notifications {
        let guide = "Allows notifications without asking.";
        kinds.push(kind("notifications", "notifications", notifications(machine), guide));
    }
    if !plan.macos.file_access.is_empty() {
        let guide = "Only by an MDM that the user approved. It lets the application read these places without asking.";
        kinds.push(kind("file-access", "file access", file_access(plan, machine), guide));
    }
    kinds
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
