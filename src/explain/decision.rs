//! Which line of a policy decides a setting, and which lines lost.

use std::fmt::Write as _;

use super::channel;
use crate::catalog::{Setting, Shape};
use crate::format::json;
use crate::platform::Platform;
use crate::policy::{Policy, Reading};
use crate::product::docker_desktop::proxy_goes_by_profile;
use crate::resolve::{Origin, Resolved, Said, overlay, settle};

/// Which line of a policy decides a setting, and which lines lost, for each platform.
pub fn decision(setting: &Setting, reading: &Reading, policy: &Policy, ring: &str, platforms: &[Platform]) -> String {
    let mut out = String::new();
    for &platform in platforms {
        _ = writeln!(out, "ring {ring} on {}", platform.title());
        if !setting.platforms.contains(&platform) {
            _ = writeln!(out, "  Docker Desktop does not know it there\n");
            continue;
        }
        if setting.shape == Shape::Channel {
            channel::decision(&mut out, setting, reading, policy, ring, platform);
            out.push('\n');
            continue;
        }
        let overlay = overlay(policy, ring, platform);
        let settled = settle(&overlay);
        let below = format!("{}.", setting.key);
        let decided = settled
            .iter()
            .filter(|resolved| resolved.setting.key == setting.key || resolved.setting.key.starts_with(&below));
        let mut any = false;
        for resolved in decided {
            any = true;
            let said = overlay.get(&resolved.setting.index).map_or(&[][..], Vec::as_slice);
            one(&mut out, resolved, said, reading);
        }
        if any && setting.key.starts_with("proxy") && proxy_goes_by_profile(policy, platform, &settled) {
            _ = writeln!(out, "  all of `proxy` goes by the configuration profile, not by admin-settings.json");
        }
        if !any {
            _ = writeln!(out, "  the policy does not say; users choose");
        }
        out.push('\n');
    }
    out
}

fn one(out: &mut String, resolved: &Resolved<'_>, said: &[Said<'_>], reading: &Reading) {
    let value = short(json::compact(&resolved.value));
    _ = writeln!(out, "  {} = {}", resolved.setting.key, meaning(&value, resolved.locked));
    if resolved.by.is_none() {
        _ = writeln!(out, "    won   a group is locked unless the policy says otherwise");
    }
    say(out, said, reading);
}

/// The lines of a policy that say something about a setting, the winner first.
pub(super) fn say(out: &mut String, said: &[Said<'_>], reading: &Reading) {
    for (at, said) in said.iter().rev().enumerate() {
        let assignment = said.assignment;
        let from = match said.origin {
            Origin::Exception(exception) => {
                format!(" (exception {}, until {})", exception.id.value, exception.expires.value)
            }
            Origin::Layer(_) => String::new(),
        };
        _ = writeln!(
            out,
            "    {}  {}{from}",
            if at == 0 { "won " } else { "lost" },
            reading.sources.place(assignment.key)
        );
        _ = writeln!(out, "            {}", reading.sources.line(assignment.key));
    }
}

/// A value that is no longer than a person reads; a script can have a hundred lines on one.
fn short(value: String) -> String {
    const LONGEST: usize = 240;
    let length = value.chars().count();
    if length <= LONGEST {
        return value;
    }
    format!("{}… ({length} characters)", value.chars().take(LONGEST).collect::<String>())
}

/// A value and its lock in words.
pub(super) fn meaning(value: &str, locked: Option<bool>) -> String {
    match locked {
        None => value.to_owned(),
        Some(true) => format!("{value}, enforced"),
        Some(false) => format!("{value}, a default"),
    }
}
