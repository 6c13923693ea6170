//! Lists of organizations. Each channel has an encoding of its own, and each wrong one enforces nothing or signs
//! everybody out.

use super::found::{Channel, Notes, Organizations};
use super::text::printable;
use super::tree::{Content, Node};
use crate::finding::{Finding, ORG_ENCODING, ORG_NAME_INVALID, Severity};
use crate::source::{Span, Spanned};

/// A list that must be an array of strings: in `registry.json`, in `desktop.plist`, in a registry value.
pub(super) fn from_list(notes: &mut Notes<'_>, channel: Channel, key: Span, node: &Node, severity: Severity) {
    match &node.content {
        Content::List(items) => {
            let mut names = Vec::new();
            for item in items {
                if let Some(text) = item.as_str() {
                    names.extend(split(notes, channel, text, item.span));
                    continue;
                }
                let message = format!("an organization's name is text, not {}", item.kind());
                let mut finding = Finding::new(&ORG_ENCODING, item.span, message).help(right(channel));
                finding.severity = severity;
                notes.refuse(finding.label("not in this form"), "an organization", "it is no text");
            }
            keep(notes, channel, names, node.span, None);
        }
        Content::String(text) => {
            let what = format!("the list is one string, which {}", effect(channel));
            report(notes, severity, node.span, &what, right(channel));
            let names = pieces(text, node.span);
            keep(notes, channel, names, node.span, Some("was one string".to_owned()));
        }
        _ => {
            let what = format!("the list of organizations is {}", node.kind());
            report(notes, severity, key, &what, right(channel));
        }
    }
}

/// A list that must be one string with `;` between the names: in a profile.
pub(super) fn from_text(notes: &mut Notes<'_>, key: Span, node: &Node) {
    let channel = Channel::Profile;
    match &node.content {
        Content::String(text) => {
            let is_joined_right = !text.contains([',', ' ', '\t', '\n', '|']);
            if !is_joined_right {
                let what = "the names are not joined by `;`, so they are read as one name that matches nobody: every user is signed out";
                report(notes, Severity::Error, node.span, what, right(channel));
            }
            let remark = (!is_joined_right).then(|| "was joined otherwise".to_owned());
            keep(notes, channel, pieces(text, node.span), node.span, remark);
        }
        Content::List(items) => {
            let what = "the list is an array, which is ignored in a profile: nobody has to sign in";
            report(notes, Severity::Error, node.span, what, right(channel));
            let names = items.iter().filter_map(|item| Some((item.as_str()?, item.span)));
            let names = names.flat_map(|(text, span)| pieces(text, span)).collect();
            keep(notes, channel, names, node.span, Some("was an array, which a profile ignores".to_owned()));
        }
        _ => report(
            notes,
            Severity::Error,
            key,
            &format!("the list of organizations is {}", node.kind()),
            right(channel),
        ),
    }
}

/// Keeps a list that was read, its names as Docker Desktop compares them.
pub(super) fn keep(
    notes: &mut Notes<'_>,
    channel: Channel,
    names: Vec<Spanned<String>>,
    span: Span,
    remark: Option<String>,
) {
    if names.is_empty() {
        let message = "the list of organizations is empty: nobody would be enforced, or everybody signed out";
        return notes.report(Finding::new(&ORG_NAME_INVALID, span, message).label("expected at least one"));
    }
    let mut kept: Vec<Spanned<String>> = Vec::new();
    for name in names {
        let lower = name.value.to_lowercase();
        let is_name = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let is_changed = lower != name.value && is_name;
        if is_changed {
            let message = format!(
                "`{}` matches no organization, and every user would be signed out: Docker Desktop compares with lower-case names only",
                printable(&name.value)
            );
            let finding = Finding::new(&ORG_NAME_INVALID, name.span, message).label("not lower case");
            notes.report(finding.help(format!("imported as `{lower}`")));
        }
        kept.push(Spanned { value: if is_changed { lower } else { name.value }, span: name.span });
    }
    notes.found.organizations.push(Organizations { channel, names: kept, span, remark });
}

/// One string of a list. Several names in it are an old page's advice, and a mistake.
fn split(notes: &mut Notes<'_>, channel: Channel, text: &str, span: Span) -> Vec<Spanned<String>> {
    let names = pieces(text, span);
    if names.len() < 2 {
        return vec![Spanned { value: text.trim().to_owned(), span }];
    }
    let what = "several names in one string are one name that matches nobody: every user is signed out";
    report(notes, Severity::Error, span, what, right(channel));
    names
}

/// The names in a text, whatever stands between them.
pub(super) fn pieces(text: &str, span: Span) -> Vec<Spanned<String>> {
    let is_between = |character: char| character.is_whitespace() || matches!(character, ',' | ';' | '|');
    let names = text.split(is_between).filter(|name| !name.is_empty());
    names.map(|name| Spanned { value: name.to_owned(), span }).collect()
}

pub(super) fn report(notes: &mut Notes<'_>, severity: Severity, span: Span, what: &str, help: &str) {
    let mut finding = Finding::new(&ORG_ENCODING, span, what).label("not in this form").help(help);
    finding.severity = severity;
    notes.report(finding);
}

fn effect(channel: Channel) -> &'static str {
    match channel {
        Channel::Plist => "only a sample of 2024 had: nothing is enforced, or everybody is signed out",
        _ => "is not read: nothing is enforced, or everybody is signed out",
    }
}

/// What to type instead.
fn right(channel: Channel) -> &'static str {
    match channel {
        Channel::Profile => "one string, the names joined by `;`: `<string>northwind;northwindlabs</string>`",
        Channel::Plist => "an array of strings: `<array><string>northwind</string></array>`",
        Channel::RegistryKey => "a value of type REG_MULTI_SZ with one name on each line",
        Channel::RegistryJson | Channel::Nowhere => {
            "a list of strings: `\"allowedOrgs\": [\"northwind\", \"northwindlabs\"]`"
        }
    }
}
