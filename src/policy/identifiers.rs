//! What a policy calls its organization and its rings: prefixes of profile identifiers, and names of folders.

use crate::finding::{Finding, ORGANIZATION_ID_INVALID, RING_NAME_INVALID};
use crate::source::{Span, Spanned};

/// What is wrong with the `id` of the organization.
pub(super) fn not_an_identifier(id: &Spanned<String>) -> Option<Finding> {
    if is_reverse_dns(&id.value) {
        return None;
    }
    let message = format!("`{}` cannot be the prefix of a profile identifier", id.value);
    let help = format!(
        "write a domain of your organization backwards, in lower-case letters, digits and hyphens with dots between, such as `\"{}\"`",
        near(&id.value)
    );
    Some(Finding::new(&ORGANIZATION_ID_INVALID, id.span, message).label("expected reverse DNS").help(help))
}

/// An identifier like the text that is none; the placeholder, which has a finding of its own, where nothing is like it.
fn near(text: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' };
    let lower = text.to_lowercase();
    let (host, is_url) = lower.split_once("://").map_or((lower.as_str(), false), |(_, host)| (host, true));
    let plain: String = host.split('/').next().unwrap_or_default().chars().map(plain).collect();
    let mut labels: Vec<_> = plain.split('.').map(|label| label.trim_matches('-')).collect();
    labels.retain(|label| !label.is_empty());
    if is_url {
        labels.reverse();
    }
    let joined = labels.join(".");
    let candidates = [joined.clone(), format!("com.{joined}"), "com.example".to_owned()];
    candidates.into_iter().find(|near| is_reverse_dns(near)).expect("the last is an identifier")
}

/// What is wrong with the name of a ring.
pub(super) fn not_a_ring(name: &str, key: Span) -> Option<Finding> {
    if name == "docker-home" {
        let message = format!("`{name}` cannot be a ring: a bundle has a folder of that name for Docker Home");
        let help = format!("write `{name}-ring`, or another name");
        return Some(Finding::new(&RING_NAME_INVALID, key, message).label("taken").help(help));
    }
    if is_ring_name(name) {
        return None;
    }
    let message = format!("`{name}` cannot be a ring: it becomes the name of a folder, also on Windows");
    let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    let near: String = name.to_lowercase().chars().map(plain).take(32).collect();
    let rule = "lower-case letters, digits and inner hyphens, at most 32";
    let help = match Some(near.trim_matches('-')).filter(|near| is_ring_name(near)) {
        Some(near) => format!("write `{near}`, or another name of {rule}"),
        None => format!("write a name of {rule}"),
    };
    Some(Finding::new(&RING_NAME_INVALID, key, message).label("not a ring name").help(help))
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether a text can be the prefix of a profile identifier.
pub(crate) fn is_reverse_dns(text: &str) -> bool {
    text.len() <= 100 && text.contains('.') && text.split('.').all(is_label)
}

/// Whether a name can be a folder on every system; Windows reserves the names of its old devices.
fn is_ring_name(name: &str) -> bool {
    let is_device = matches!(name, "con" | "prn" | "aux" | "nul")
        || (name.len() == 4
            && (name.starts_with("com") || name.starts_with("lpt"))
            && name.as_bytes()[3].is_ascii_digit());
    name.len() <= 32 && is_label(name) && !is_device
}
