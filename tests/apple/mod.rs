//! What Apple publishes about configuration profiles, as far as our profiles go, and a judge that holds one against it.
//!
//! Keys, types and values are those of `TopLevel`, `CommonPayloadKeys` and the payloads' own pages in Apple's device
//! management documentation, for macOS; keys that only iOS knows are not among them. What `com.docker.config` holds is
//! documented by Docker.

use std::ops::RangeInclusive;

use plist::{Dictionary, Value};

/// What a value must be.
pub(crate) enum Rule {
    Text,
    OneOf(&'static [&'static str]),
    Uuid,
    Whole(RangeInclusive<i64>),
    Truth,
    /// At least one, each like this.
    List(&'static Rule),
    Dict(&'static [&'static [Key]]),
    /// Some of these names, each with a value like this.
    Each(&'static [&'static str], &'static Rule),
    /// Payloads, each by its own type.
    Payloads,
}

use Rule::{Dict, Each, List, OneOf, Payloads, Text, Truth, Uuid, Whole};

pub(crate) struct Key(&'static str, Need, Rule);

#[derive(PartialEq)]
enum Need {
    Required,
    Optional,
}

use Need::{Optional, Required};

const TOP: &[Key] = &[
    Key("PayloadContent", Required, Payloads),
    Key("PayloadType", Required, OneOf(&["Configuration"])),
    Key("PayloadScope", Optional, OneOf(&["System", "User"])),
    Key("PayloadRemovalDisallowed", Optional, Truth),
    Key("TargetDeviceType", Optional, Whole(0..=6)),
];

const COMMON: &[Key] = &[
    Key("PayloadIdentifier", Required, Text),
    Key("PayloadUUID", Required, Uuid),
    Key("PayloadVersion", Required, Whole(1..=1)),
    Key("PayloadDescription", Optional, Text),
    Key("PayloadDisplayName", Optional, Text),
    Key("PayloadOrganization", Optional, Text),
];

const DOCKER: &[Key] = &[
    Key("allowedOrgs", Optional, Text),
    Key("overrideProxyHTTP", Optional, Text),
    Key("overrideProxyHTTPS", Optional, Text),
    Key("overrideProxyExclude", Optional, Text),
    Key("overrideProxyPAC", Optional, Text),
    Key("overrideProxyEmbeddedPAC", Optional, Text),
];

const FORCED: &[Key] = &[Key("mcx_preference_settings", Required, Dict(&[DOCKER]))];

const MANAGED: &[Key] = &[Key(
    "PayloadContent",
    Required,
    Each(&["com.docker.config"], &Dict(&[&[Key("Forced", Required, List(&Dict(&[FORCED])))]])),
)];

const RULE: &[Key] = &[
    Key(
        "RuleType",
        Required,
        OneOf(&["BundleIdentifier", "BundleIdentifierPrefix", "Label", "LabelPrefix", "TeamIdentifier"]),
    ),
    Key("RuleValue", Required, Text),
    Key("TeamIdentifier", Optional, Text),
    Key("Comment", Optional, Text),
];

const NOTIFICATION: &[Key] = &[
    Key("BundleIdentifier", Required, Text),
    Key("NotificationsEnabled", Optional, Truth),
    Key("ShowInNotificationCenter", Optional, Truth),
    Key("ShowInLockScreen", Optional, Truth),
    Key("BadgesEnabled", Optional, Truth),
    Key("SoundsEnabled", Optional, Truth),
    Key("CriticalAlertEnabled", Optional, Truth),
    Key("AlertType", Optional, Whole(0..=2)),
];

// Apple's schema requires `Allowed`, its text says that one of `Allowed` and `Authorization` must be there. Ours is the
// newer one.
const ACCESS: &[Key] = &[
    Key("Identifier", Required, Text),
    Key("IdentifierType", Required, OneOf(&["bundleID", "path"])),
    Key("CodeRequirement", Required, Text),
    Key("StaticCode", Optional, Truth),
    Key("Comment", Optional, Text),
    Key("Authorization", Required, OneOf(&["Allow", "Deny", "AllowStandardUserToSetSystemService"])),
];

const SERVICES: &[&str] = &[
    "SystemPolicyAllFiles",
    "SystemPolicyDesktopFolder",
    "SystemPolicyDocumentsFolder",
    "SystemPolicyDownloadsFolder",
    "SystemPolicyNetworkVolumes",
    "SystemPolicyRemovableVolumes",
];

fn own_keys(payload: &str) -> Option<&'static [Key]> {
    Some(match payload {
        "com.docker.config" => DOCKER,
        "com.apple.ManagedClient.preferences" => MANAGED,
        "com.apple.servicemanagement" => &[Key("Rules", Required, List(&Dict(&[RULE])))],
        "com.apple.notificationsettings" => &[Key("NotificationSettings", Required, List(&Dict(&[NOTIFICATION])))],
        "com.apple.TCC.configuration-profile-policy" => {
            &[Key("Services", Required, Each(SERVICES, &List(&Dict(&[ACCESS]))))]
        }
        _ => return None,
    })
}

/// What is wrong with a profile.
pub(crate) fn faults(profile: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    look(profile, &Dict(&[TOP, COMMON]), "", &mut faults);
    faults
}

fn look(value: &Value, rule: &Rule, place: &str, faults: &mut Vec<String>) {
    let fits = match rule {
        Text => value.as_string().is_some_and(|text| !text.is_empty()),
        OneOf(words) => value.as_string().is_some_and(|text| words.contains(&text)),
        Uuid => value.as_string().is_some_and(is_uuid),
        Whole(range) => value.as_signed_integer().is_some_and(|number| range.contains(&number)),
        Truth => value.as_boolean().is_some(),
        List(rule) => value.as_array().is_some_and(|items| {
            for item in items {
                look(item, rule, &format!("{place}[]"), faults);
            }
            !items.is_empty()
        }),
        Dict(keys) => value.as_dictionary().is_some_and(|dictionary| {
            let keys: Vec<&Key> = keys.iter().copied().flatten().collect();
            look_at_keys(dictionary, &keys, place, faults);
            true
        }),
        Each(names, rule) => value.as_dictionary().is_some_and(|dictionary| {
            for (name, value) in dictionary {
                look(value, rule, &format!("{place}.{name}"), faults);
            }
            !dictionary.is_empty() && dictionary.keys().all(|name| names.contains(&name.as_str()))
        }),
        Payloads => value.as_array().is_some_and(|payloads| {
            for payload in payloads {
                look_at_payload(payload, place, faults);
            }
            !payloads.is_empty()
        }),
    };
    if !fits {
        faults.push(format!("{place} is {value:?}"));
    }
}

fn look_at_keys(dictionary: &Dictionary, keys: &[&Key], place: &str, faults: &mut Vec<String>) {
    for (name, value) in dictionary {
        match keys.iter().find(|Key(key, ..)| key == name) {
            Some(Key(_, _, rule)) => look(value, rule, &format!("{place}.{name}"), faults),
            None => faults.push(format!("{place}.{name} is no key")),
        }
    }
    let missing = keys.iter().filter(|Key(name, need, _)| *need == Required && !dictionary.contains_key(name));
    faults.extend(missing.map(|Key(name, ..)| format!("{place}.{name} is missing")));
}

fn look_at_payload(payload: &Value, place: &str, faults: &mut Vec<String>) {
    const TYPE: Key = Key("PayloadType", Required, Text);
    let Some(dictionary) = payload.as_dictionary() else { return faults.push(format!("{place} is {payload:?}")) };
    let own = dictionary.get("PayloadType").and_then(Value::as_string).and_then(own_keys);
    let Some(own) = own else { return faults.push(format!("{place} is of no type that we know")) };
    let keys: Vec<&Key> = COMMON.iter().chain(own).chain([&TYPE]).collect();
    look_at_keys(dictionary, &keys, place, faults);
}

/// In upper case and made from a name, as ours are.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && parts[2].starts_with('5')
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}
