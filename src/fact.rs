//! What a policy says about one machine, fact by fact: what the manifest keeps and `diff` compares.
//!
//! Most facts are settings, and the catalog knows all about those. Everything else that a policy can say about a machine
//! is a line in [`KINDS`]: from there it is in every manifest and every diff.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::diff::{Direction, Measure};
use crate::platform::Platform;
use crate::policy::{MacosChannel, Policy, WindowsChannel};
use crate::resolve::{Origin, Resolved};

/// One thing that a policy says about a machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The setting, or the key of the policy under which it stands.
    pub key: String,
    /// Its value.
    pub value: Json,
    /// Its lock, for a setting that has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// The exception that decides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// A fact that is not a setting.
pub struct Kind {
    /// Where it stands in the policy.
    pub key: &'static str,
    /// What the policy says about machines of a platform; `None` when nothing.
    pub read: fn(&Policy, Platform) -> Option<Json>,
    /// Which of two values is safer.
    pub measure: Measure<'static>,
    /// What it means when a policy begins to say it, the opposite when it ceases to; `None` when it comes and goes with
    /// another fact, which is told.
    pub appears: Option<Direction>,
    /// Why.
    pub why: &'static str,
}

/// Everything that a policy says about machines besides settings, in the order in which it is shown.
pub const KINDS: &[Kind] = &[
    Kind {
        key: "sign-in.organizations",
        read: |policy, _| {
            let names = policy.sign_in.as_ref()?.organizations.iter();
            Some(names.map(|name| name.value.as_str()).collect())
        },
        measure: Measure::Organizations,
        appears: Some(Direction::Tightens),
        why: "Fewer organizations let fewer accounts in, and no list lets everyone in.",
    },
    Kind {
        key: "sign-in.macos",
        read: |policy, platform| {
            let sign_in = policy.sign_in.as_ref().filter(|_| platform == Platform::Macos)?;
            Some(match sign_in.macos {
                MacosChannel::Profile => "profile".into(),
                MacosChannel::Plist => "plist".into(),
                MacosChannel::RegistryJson => "registry-json".into(),
            })
        },
        measure: Measure::Order(Cow::Borrowed(&["profile", "plist", "registry-json"])),
        appears: None,
        why: "A local administrator cannot remove a profile but can delete a file, and the plist outranks registry.json.",
    },
    Kind {
        key: "sign-in.windows",
        read: |policy, platform| {
            let sign_in = policy.sign_in.as_ref().filter(|_| platform == Platform::Windows)?;
            Some(match sign_in.windows {
                WindowsChannel::RegistryKey => vec!["registry-key"].into(),
                WindowsChannel::RegistryJson => vec!["registry-json"].into(),
                WindowsChannel::Both => vec!["registry-key", "registry-json"].into(),
            })
        },
        measure: Measure::More,
        appears: None,
        why: "The key outranks registry.json, and per-user installs are documented to read registry.json only.",
    },
    Kind {
        key: "targets.macos.file-access",
        read: |policy, platform| {
            let places = &policy.macos.file_access;
            (platform == Platform::Macos && !places.is_empty()).then(|| places.clone().into())
        },
        measure: Measure::Fewer,
        appears: Some(Direction::Loosens),
        why: "macOS then lets Docker Desktop read these places without asking the user.",
    },
    Kind {
        key: "targets.macos.notifications",
        read: |policy, platform| (platform == Platform::Macos && policy.macos.notifications).then(|| true.into()),
        measure: Measure::Indifferent,
        appears: Some(Direction::Neutral),
        why: "Notifications are not a matter of safety.",
    },
    Kind {
        key: "targets.macos.one-setting-per-profile",
        read: |policy, platform| {
            (platform == Platform::Macos && policy.macos.one_setting_per_profile).then(|| true.into())
        },
        measure: Measure::Indifferent,
        appears: Some(Direction::Neutral),
        why: "The same settings in another set of profiles.",
    },
];

impl Kind {
    /// The kind with this key.
    pub fn find(key: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.key == key)
    }
}

/// All facts about the machines of a platform whose settings are `settings`.
pub(crate) fn facts(policy: &Policy, platform: Platform, settings: &[Resolved<'_>]) -> Vec<Fact> {
    let json = |value| serde_json::to_value(value).expect("a value of a policy is JSON");
    let kinds = KINDS.iter().filter_map(|kind| {
        let value = (kind.read)(policy, platform)?;
        Some(Fact { key: kind.key.to_owned(), value, locked: None, exception: None })
    });
    let settings = settings.iter().map(|resolved| Fact {
        key: resolved.setting.key.clone(),
        value: json(&resolved.value),
        locked: resolved.locked,
        exception: resolved.by.and_then(|said| match said.origin {
            Origin::Exception(exception) => Some(exception.id.value.clone()),
            Origin::Layer(_) => None,
        }),
    });
    let undocumented = policy.undocumented.iter().map(|setting| Fact {
        key: setting.name.clone(),
        value: json(&setting.value),
        locked: Some(setting.locked),
        exception: None,
    });
    kinds.chain(settings).chain(undocumented).collect()
}
