//! Who a profile says it is: what Apple demands around every payload, and what no two profiles may share.

use super::profile::Reader;
use super::text::printable;
use super::tree::Node;
use crate::finding::{DUPLICATE_IDENTITY, Finding, PAYLOAD_KEYS, SAMPLE_IDENTITY, Severity};
use crate::product::docker_desktop::PREFERENCE_DOMAIN;
use crate::source::{Span, Spanned};

/// What Docker's sample has, which everybody copies.
const SAMPLE_UUIDS: [&str; 3] = [
    "eed295b0-a650-40b0-9dda-90efb12be3c7",
    "0deedb64-7dc9-46e5-b6bf-69d64a9561ce",
    "00000000-0000-0000-0000-000000000000",
];

impl Reader<'_> {
    /// What Apple demands around every payload, and what must not be shared with anybody else's.
    pub(super) fn identity(&mut self, node: &Node, is_top: bool, is_profile: bool) {
        let place = node.members().first().map_or(node.span, |member| member.name.span);
        let missing = |keys: &[&'static str]| {
            keys.iter().copied().filter(|key| node.get(key).is_none()).collect::<Vec<_>>().join("`, `")
        };
        let what = if is_profile { "the profile" } else { "the payload" };
        let required = missing(&["PayloadType", "PayloadVersion", "PayloadIdentifier", "PayloadUUID"]);
        if !required.is_empty() && (is_profile || !is_top) {
            let message = format!("{what} has no `{required}`, so macOS refuses to install it");
            self.notes.report(Finding::new(&PAYLOAD_KEYS, place, message).label("incomplete"));
        }
        let optional = missing(&["PayloadDisplayName", "PayloadDescription", "PayloadOrganization", "PayloadScope"]);
        if is_profile && !optional.is_empty() {
            let reasons = [
                ("PayloadDisplayName", "without a name people see only its identifier"),
                ("PayloadDescription", "without a description Jamf Pro may empty it on update"),
                ("PayloadOrganization", "without an organization nobody sees whose it is"),
                ("PayloadScope", "without a scope some macOS and MDM refuse it"),
            ];
            let reasons = reasons.iter().filter(|(key, _)| node.get(key).is_none()).map(|(_, reason)| *reason);
            let message = format!("{what} has no `{optional}`: {}", reasons.collect::<Vec<_>>().join(", "));
            let mut finding = Finding::new(&PAYLOAD_KEYS, place, message).label("thin");
            finding.severity = Severity::Warning;
            self.notes.report(finding);
        }
        for key in ["PayloadIdentifier", "PayloadUUID"] {
            let Some(value) = node.get(key) else { continue };
            let Some(text) = value.as_str() else { continue };
            self.unique(key, text, value.span);
            if is_sample(key, text, is_profile) {
                let message = format!(
                    "`{}` is from a sample: it collides with every other copy of it, and profiles replace each other",
                    printable(text)
                );
                let finding = Finding::new(&SAMPLE_IDENTITY, value.span, message).label("from a sample");
                self.notes.report(finding.help("a build gives every profile an identity of its own"));
            }
        }
        if !is_profile {
            return;
        }
        let text = |key: &str| {
            let node = node.get(key)?;
            Some(Spanned { value: node.as_str()?.to_owned(), span: node.span })
        };
        self.notes.found.organization_name = text("PayloadOrganization").filter(|name| !name.value.trim().is_empty());
        if let Some(identifier) = text("PayloadIdentifier") {
            self.notes.found.organization_id =
                organization_id(&identifier.value).map(|id| Spanned { value: id, span: identifier.span });
            self.notes.found.identifiers.push(identifier);
        }
    }

    /// No two payloads may share an identifier, nor a UUID; that the one is the other's text is usual: Jamf Pro does so.
    fn unique(&mut self, key: &'static str, text: &str, span: Span) {
        let identity = text.to_lowercase();
        let mut known = self.notes.found.identities.iter();
        if let Some((_, first)) = known.find(|(its, known)| *its == key && known.value == identity) {
            let message = format!(
                "`{}` is used twice, so macOS refuses the profile or one payload replaces the other",
                printable(text)
            );
            let finding = Finding::new(&DUPLICATE_IDENTITY, span, message).label(format!("the same {key} again"));
            self.notes.report(finding.related(first.span, "first here"));
        }
        self.notes.found.identities.push((key, Spanned { value: identity, span }));
    }
}

fn is_sample(key: &str, text: &str, is_profile: bool) -> bool {
    let lower = text.to_lowercase();
    match key {
        "PayloadUUID" => SAMPLE_UUIDS.contains(&lower.as_str()) || lower.contains("replace"),
        // Around a bare payload some MDMs put an identifier of their own.
        _ => {
            lower.starts_with("com.yourcompany.")
                || lower == PREFERENCE_DOMAIN
                || (is_profile && lower.contains("replace"))
        }
    }
}

/// What stands before the product in an identifier: `com.northwind` of `com.northwind.docker-desktop.default.settings`.
fn organization_id(identifier: &str) -> Option<String> {
    let labels: Vec<&str> = identifier.split('.').collect();
    let product = labels.iter().position(|label| label.to_lowercase().contains("docker"));
    let before = &labels[..product.unwrap_or(labels.len() - 1)];
    let id = before.join(".").to_lowercase();
    let is_somebodys =
        !id.starts_with("com.yourcompany") && !id.starts_with("com.apple") && !id.starts_with("com.example");
    (before.len() >= 2 && is_somebodys && crate::policy::is_reverse_dns(&id)).then_some(id)
}
