//! What a policy says about one machine, fact by fact: what the manifest keeps and `diff` compares.
//!
//! Most facts are settings, and the catalog knows all about those. Everything else that a policy can say about a machine
//! is a line in [`KINDS`]: from there it is in every manifest and every diff.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::diff::{Direction, Measure, entry};
use crate::network::told;
use crate::platform::Platform;
use crate::policy::{Policy, WindowsChannel};
use crate::product::containers_proxy;
use crate::reach::At;
use crate::resolve::{Resolved, overlay, settle};

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
    /// What holds once every exception has ended, where exceptions have a part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub afterwards: Option<Afterwards>,
}

/// What a policy says about a setting apart from exceptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Afterwards {
    /// The value; absent when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
    /// Its lock, for a setting that has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
}

impl Fact {
    /// What is said apart from exceptions; `None` when nothing is.
    pub fn lasting(&self) -> Option<Self> {
        let Some(Afterwards { value, locked }) = self.afterwards.clone() else { return Some(self.clone()) };
        Some(Self { key: self.key.clone(), value: value?, locked, exception: None, afterwards: None })
    }
}

/// A fact that is not a setting.
pub struct Kind {
    /// Where it stands in the policy.
    pub key: &'static str,
    /// What the policy says about the machines of a ring and platform; `None` when nothing.
    pub read: fn(&Policy, At<'_>) -> Option<Json>,
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
        read: |policy, (_, platform)| {
            let sign_in = policy.sign_in.as_ref().filter(|_| platform == Platform::Macos)?;
            Some(sign_in.macos.word().into())
        },
        measure: Measure::Order(Cow::Borrowed(&["profile", "plist", "registry-json"])),
        appears: None,
        why: "A local administrator cannot remove a profile but can delete a file, and the plist outranks registry.json.",
    },
    Kind {
        key: "sign-in.windows",
        read: |policy, (_, platform)| {
            let sign_in = policy.sign_in.as_ref().filter(|_| platform == Platform::Windows)?;
            let channels = match sign_in.windows {
                WindowsChannel::Both => vec![WindowsChannel::RegistryKey, WindowsChannel::RegistryJson],
                one => vec![one],
            };
            Some(channels.into_iter().map(WindowsChannel::word).collect())
        },
        measure: Measure::More(entry::same),
        appears: None,
        why: "The key outranks registry.json, and per-user installs are documented to read registry.json only.",
    },
    Kind {
        key: told::REGISTRIES,
        read: |policy, at| network(policy, at, told::REGISTRIES),
        measure: Measure::Fewer(entry::registries),
        appears: Some(Direction::Neutral),
        why: "Images may be pulled from these, and containers may reach them.",
    },
    Kind {
        key: told::DEFAULT,
        read: |policy, at| network(policy, at, told::DEFAULT),
        measure: Measure::Order(Cow::Borrowed(&["deny", "allow"])),
        appears: Some(Direction::Tightens),
        why: "`deny` refuses every host that no list names, and `allow` lets it through.",
    },
    Kind {
        key: told::PORTS,
        read: |policy, at| network(policy, at, told::PORTS),
        measure: Measure::More(entry::star),
        appears: Some(Direction::Tightens),
        why: "What containers send to other ports bypasses the lists; pulls never do.",
    },
    Kind {
        key: told::ALLOW,
        read: |policy, at| network(policy, at, told::ALLOW),
        measure: Measure::Fewer(entry::hosts),
        appears: Some(Direction::Neutral),
        why: "Pulls and containers may reach these hosts.",
    },
    Kind {
        key: told::DENY,
        read: |policy, at| network(policy, at, told::DENY),
        measure: Measure::More(entry::hosts),
        appears: Some(Direction::Tightens),
        why: "These hosts are refused whatever else is said.",
    },
    Kind {
        key: told::PROXY,
        read: |policy, at| network(policy, at, told::PROXY),
        measure: Measure::Depends,
        appears: Some(Direction::Unclear),
        why: "Traffic goes another way, and what the proxy on it lets through cannot be seen here.",
    },
    Kind {
        key: told::PROXY_FOR,
        read: |policy, at| network(policy, at, told::PROXY_FOR),
        measure: Measure::Depends,
        appears: Some(Direction::Unclear),
        why: "These hosts are reached through the proxy, and the rest directly.",
    },
    Kind {
        key: told::BLOCK_HOST,
        read: |policy, at| network(policy, at, told::BLOCK_HOST),
        measure: Measure::Truth(true),
        appears: Some(Direction::Tightens),
        why: "With `true`, containers reach no service of the machine itself on the ports that are judged.",
    },
    Kind {
        key: "targets.macos.file-access",
        read: |policy, (_, platform)| {
            let places = &policy.macos.file_access;
            (platform == Platform::Macos && !places.is_empty()).then(|| places.clone().into())
        },
        measure: Measure::Fewer(entry::same),
        appears: Some(Direction::Loosens),
        why: "macOS then lets Docker Desktop read these places without asking the user.",
    },
    Kind {
        key: "targets.macos.notifications",
        read: |policy, (_, platform)| (platform == Platform::Macos && policy.macos.notifications).then(|| true.into()),
        measure: Measure::Indifferent,
        appears: Some(Direction::Neutral),
        why: "Notifications are not a matter of safety.",
    },
    Kind {
        key: "targets.macos.one-setting-per-profile",
        read: |policy, (_, platform)| {
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

fn network(policy: &Policy, (ring, platform): At<'_>, key: &str) -> Option<Json> {
    policy.network(ring, platform)?.fact(key)
}

/// All facts about the machines of a ring and platform whose settings are `settings`. `lasting` is the policy without its
/// exceptions, when it has any.
pub(crate) fn facts(policy: &Policy, lasting: Option<&Policy>, at: At<'_>, settings: &[Resolved<'_>]) -> Vec<Fact> {
    let mut facts = said(policy, at, settings);
    let reaches = policy.exceptions.iter().any(|exception| exception.includes(at.0, at.1));
    let Some(lasting) = lasting.filter(|_| reaches) else { return facts };
    let lasting = said(lasting, at, &settle(&overlay(lasting, at.0, at.1)));
    for fact in &mut facts {
        let left = lasting.iter().find(|left| left.key == fact.key);
        // Nobody names the lock of a group, nor what tables become: whoever speaks of the same group decides them.
        let exception = names(policy, at, |key| key == fact.key)
            .or_else(|| names(policy, at, |key| group(key) == group(&fact.key)).filter(|_| left != Some(fact)));
        fact.afterwards = (exception.is_some() || left != Some(fact)).then(|| Afterwards {
            value: left.map(|left| left.value.clone()),
            locked: left.and_then(|left| left.locked),
        });
        fact.exception = exception;
    }
    facts
}

/// The last exception on a machine that speaks of some key.
fn names(policy: &Policy, (ring, platform): At<'_>, is_meant: impl Fn(&str) -> bool) -> Option<String> {
    let mut exceptions = policy.exceptions.iter().rev().filter(|exception| exception.includes(ring, platform));
    let exception = exceptions.find(|exception| {
        let settings = exception.assignments.iter().map(|assignment| assignment.setting.key.as_str());
        settings.chain(exception.network.keys()).any(&is_meant)
    });
    exception.map(|exception| exception.id.value.clone())
}

/// The group of `admin-settings.json` to which a key belongs, which for the tables of a network is what they become.
pub(crate) fn group(key: &str) -> &str {
    match key.split_once('.').map_or(key, |(group, _)| group) {
        "registry-access" | "container-network" => containers_proxy::GROUP,
        group => group,
    }
}

/// What a policy says about the machines of a ring and platform, whoever says it.
fn said(policy: &Policy, at: At<'_>, settings: &[Resolved<'_>]) -> Vec<Fact> {
    let fact =
        |key: &str, value, locked| Fact { key: key.to_owned(), value, locked, exception: None, afterwards: None };
    let json = |value| serde_json::to_value(value).expect("a value of a policy is JSON");
    let kinds = KINDS.iter().filter_map(|kind| Some(fact(kind.key, (kind.read)(policy, at)?, None)));
    let settings = settings.iter().map(|resolved| fact(&resolved.setting.key, json(&resolved.value), resolved.locked));
    let undocumented = policy.undocumented(at.0, at.1).into_iter();
    let undocumented = undocumented.map(|setting| fact(&setting.name, json(&setting.value), Some(setting.locked)));
    kinds.chain(settings).chain(undocumented).collect()
}
