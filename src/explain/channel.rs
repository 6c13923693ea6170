//! Which way a policy's organizations and proxy reach a machine: no table of settings shows that.

use std::fmt::Write as _;

use super::decision::{meaning, say};
use crate::catalog::{Setting, Shape, Type, catalog};
use crate::format::json;
use crate::platform::Platform;
use crate::policy::{Policy, Reading, SignIn};
use crate::product::docker_desktop::{lower, why_proxy_goes_by_file};
use crate::resolve::{overlay, settle};
use crate::source::Span;
use crate::state::State;

/// What becomes of a channel on the machines of one ring and platform.
enum Fate {
    /// It carries something: the value as JSON, or the path of the file that holds it.
    Carries(String),
    /// It must not be there.
    Removed,
    /// The policy says nothing about it.
    Untouched,
}

/// What a state makes of a channel, by its key in the catalog: `store:name`.
fn fate(channel: &str, state: &State) -> Fate {
    let (store, name) = channel.split_once(':').unwrap_or((channel, ""));
    let is_file = |path: &str| path.rsplit(['/', '\\']).next() == Some(store);
    let preference = state.preferences.iter().find(|preference| store == "macos-profile" && preference.key == name);
    let value = state.registry.iter().find(|value| store == "windows-registry" && value.name == name);
    if let Some(preference) = preference {
        Fate::Carries(json::compact(&preference.value))
    } else if let Some(value) = value {
        Fate::Carries(json::compact(&value.strings))
    } else if let Some(file) = state.files.iter().find(|file| is_file(&file.path)) {
        Fate::Carries(file.path.clone())
    } else if state.absent.files.iter().any(|path| is_file(path))
        || (store == "windows-registry" && state.absent.registry.iter().any(|value| value.name == name))
    {
        Fate::Removed
    } else {
        Fate::Untouched
    }
}

/// What a policy does with a channel on one platform, and which of its lines say so.
pub(super) fn decision(
    out: &mut String,
    channel: &Setting,
    reading: &Reading,
    policy: &Policy,
    ring: &str,
    platform: Platform,
) {
    let overlay = overlay(policy, ring, platform);
    let settled = settle(&overlay);
    let state = lower(policy, ring, platform, &settled);
    let key = channel.key.as_str();
    let proxy = proxy_setting(key).and_then(|proxy| catalog().find(proxy));
    let organizations = policy.sign_in.as_ref().map(|sign_in| {
        json::compact(&sign_in.organizations.iter().map(|name| name.value.as_str()).collect::<Vec<_>>())
    });
    _ = match (fate(key, &state), organizations) {
        (Fate::Carries(path), _) if channel.kind == Type::Presence => writeln!(out, "  {key}: there, as {path}"),
        (Fate::Carries(path), Some(list)) if path.contains(['/', '\\']) && channel.kind == Type::Strings => {
            writeln!(out, "  {key} = {}\n    in    {path}", meaning(&list, Some(true)))
        }
        (Fate::Carries(value), _) => writeln!(out, "  {key} = {}", meaning(&value, Some(true))),
        (Fate::Removed, _) => writeln!(out, "  {key}: taken away wherever it is found"),
        (Fate::Untouched, _) => writeln!(out, "  {key}: not used"),
    };
    if key.starts_with("sbx:") {
        _ = writeln!(out, "    Docker Sandboxes has a store of its own, which stanchion does not fill");
    } else if let Some(proxy) = proxy {
        let said = overlay.get(&proxy.index).map_or(&[][..], Vec::as_slice);
        if let Some(why) = why_proxy_goes_by_file(policy, platform, &settled) {
            _ = writeln!(out, "    a proxy goes by admin-settings.json, if there is one: {why}");
        } else if said.is_empty() {
            _ = writeln!(out, "    the policy gives no `{}`", proxy.key);
        } else {
            say(out, said, reading);
        }
    } else if key.ends_with(":allowedOrgs") {
        list(out, key, &state, reading, policy.sign_in.as_ref());
    } else {
        presence(out, &state, settled.len() + policy.undocumented(ring, platform).len());
    }
}

/// The setting whose value a proxy key of the profile carries.
fn proxy_setting(channel: &str) -> Option<&'static str> {
    match channel.strip_prefix("macos-profile:overrideProxy")? {
        "HTTP" => Some("proxy.http"),
        "HTTPS" => Some("proxy.https"),
        "Exclude" => Some("proxy.exclude"),
        "PAC" => Some("proxy.pac"),
        "EmbeddedPAC" => Some("proxy.embeddedPac"),
        _ => None,
    }
}

/// Who wrote the list of organizations, who chose the way, and which way it goes instead.
fn list(out: &mut String, key: &str, state: &State, reading: &Reading, sign_in: Option<&SignIn>) {
    let Some(sign_in) = sign_in else {
        _ = writeln!(out, "    the policy has no `[sign-in]`: it gives no list of organizations");
        return;
    };
    let carriers: Vec<&str> = carriers(state).collect();
    if !carriers.contains(&key) {
        _ = writeln!(out, "    the list goes by {}", carriers.join(" and "));
    }
    let mut line = |word: &str, span: Span| {
        _ = writeln!(out, "    {word}  {}", reading.sources.place(span));
        _ = writeln!(out, "          {}", reading.sources.line(span));
    };
    line("list", sign_in.organizations_span);
    let (chosen, key, usual) = match state.platform {
        Platform::Macos => (sign_in.macos_span, "macos", "profile"),
        Platform::Windows => (sign_in.windows_span, "windows", "registry-key"),
        Platform::Linux => {
            _ = writeln!(out, "    way   the only one there is");
            return;
        }
    };
    if chosen == sign_in.span {
        _ = writeln!(out, "    way   `{usual}`, since `[sign-in]` has no `{key}`");
    } else {
        line("way ", chosen);
    }
}

/// The channels of the machine's platform that carry the list.
fn carriers(state: &State) -> impl Iterator<Item = &'static str> {
    let channels = catalog().settings().iter().filter(|setting| setting.shape == Shape::Channel);
    let lists = channels.filter(|setting| setting.key.ends_with(":allowedOrgs"));
    lists.map(|setting| setting.key.as_str()).filter(|key| matches!(fate(key, state), Fate::Carries(_)))
}

/// Why `admin-settings.json` is there, and what its presence asks for.
fn presence(out: &mut String, state: &State, settings: usize) {
    if settings == 0 {
        _ = writeln!(out, "    the policy gives no setting here, and an empty file would ask for sign-in too");
        return;
    }
    let noun = if settings == 1 { "setting" } else { "settings" };
    _ = writeln!(out, "    the policy gives {settings} {noun}; that the file exists makes every user sign in");
    for carrier in carriers(state) {
        _ = writeln!(out, "    {carrier} ranks above it and says to which organizations");
    }
}
