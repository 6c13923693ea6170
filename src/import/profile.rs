//! Configuration profiles, `desktop.plist`, and the bare dictionary of the preference domain.
//!
//! A profile carries the domain as a payload of its own, or as managed preferences (MCX); some MDMs take the payload or
//! the dictionary alone. All are the same six keys in the end.

use super::found::{Certainty, Channel, Notes, Said};
use super::organizations;
use super::text::printable;
use super::tree::{Content, Member, Node};
use crate::catalog::catalog;
use crate::finding::{
    FILE_PATH, Finding, MISPLACED_SETTING, Severity, UNKNOWN_SETTING, WRONG_SHAPE, WRONG_TYPE, nearest,
};
use crate::platform::Platform;
use crate::product::docker_desktop::{ALLOWED_ORGS, PREFERENCE_DOMAIN};
use crate::source::Span;
use crate::value::Value;

/// The keys of the preference domain.
const KEYS: [&str; 6] = [
    ALLOWED_ORGS,
    "overrideProxyHTTP",
    "overrideProxyHTTPS",
    "overrideProxyExclude",
    "overrideProxyPAC",
    "overrideProxyEmbeddedPAC",
];

const MANAGED_CLIENT: &str = "com.apple.ManagedClient.preferences";

/// Reads the dictionary at the top of a property list called `name`.
pub(super) fn read(notes: Notes<'_>, root: &Node, name: &str) {
    notes.found.platform = Some(Platform::Macos);
    notes.found.is_profile = true;
    let mut reader = Reader { notes, proxy: None, said: false };
    if root.get("PayloadType").is_some()
        || matches!(root.get("PayloadContent").map(|it| &it.content), Some(Content::List(_)))
    {
        reader.payload(root, true);
    } else if let Some(domain) = root.get(PREFERENCE_DOMAIN) {
        reader.forced(domain);
        reader.foreign_domains(root);
    } else if root.get("allowedOrgs").is_some_and(|orgs| is_desktop_plist(root, orgs, name)) {
        reader.desktop_plist(root);
    } else {
        reader.domain(root, false);
    }
    reader.keep_proxy();
    // What it holds instead was named.
    if !reader.said && reader.notes.found.left_out.is_empty() {
        let why = "nothing in it is about Docker Desktop's settings or sign-in";
        reader.notes.found.leave_out("the property list", why, root.span);
    }
}

/// Both hold `allowedOrgs`: the plist as an array, the domain as a string. The name decides what nothing else does.
fn is_desktop_plist(root: &Node, organizations: &Node, name: &str) -> bool {
    let has_more = root.members().iter().any(|member| member.name.value.starts_with("overrideProxy"));
    let is_array = matches!(organizations.content, Content::List(_));
    !has_more && (name.contains("desktop.plist") || (is_array && !name.contains(PREFERENCE_DOMAIN)))
}

pub(super) struct Reader<'a> {
    pub(super) notes: Notes<'a>,
    /// Where the first proxy key stands.
    proxy: Option<Span>,
    /// Whether anything was about Docker Desktop.
    said: bool,
}

impl Reader<'_> {
    /// A profile or a payload. Only ours are judged: what else a profile carries is somebody else's.
    fn payload(&mut self, node: &Node, is_top: bool) {
        let kind = node.get("PayloadType").and_then(Node::as_str).unwrap_or_default();
        match (kind, node.get("PayloadContent")) {
            (domain, _) if domain.eq_ignore_ascii_case(PREFERENCE_DOMAIN) => {
                if let Some(at) = node.get("PayloadType").filter(|_| domain != PREFERENCE_DOMAIN) {
                    let message = format!(
                        "the payload is for `{domain}`, and Docker Desktop reads `{PREFERENCE_DOMAIN}`: nothing is enforced"
                    );
                    let finding = Finding::new(&FILE_PATH, at.span, message).label("spelt differently");
                    self.notes.report(finding.help("imported as if it were right"));
                }
                self.identity(node, is_top, false);
                self.domain(node, true);
            }
            (MANAGED_CLIENT, Some(content)) => {
                if let Some(domain) = content.get(PREFERENCE_DOMAIN) {
                    self.identity(node, is_top, false);
                    self.forced(domain);
                }
                self.foreign_domains(content);
            }
            (_, Some(Node { content: Content::List(payloads), .. })) if is_top => {
                self.identity(node, true, true);
                for payload in payloads {
                    self.payload(payload, false);
                }
            }
            _ => {
                let kind = if kind.is_empty() { "a payload without `PayloadType`" } else { kind };
                self.foreign(kind, node.get("PayloadType").map_or(node.span, |kind| kind.span));
            }
        }
    }

    fn foreign_domains(&mut self, domains: &Node) {
        for member in domains.members().iter().filter(|member| member.name.value != PREFERENCE_DOMAIN) {
            self.foreign(&member.name.value, member.name.span);
        }
    }

    /// Something that goes from the machines with the old profile, unless somebody is told.
    fn foreign(&mut self, what: &str, span: Span) {
        let what = printable(what);
        self.notes.found.leave_out(&*what, "not about Docker Desktop's settings or sign-in", span);
        self.notes.found.foreign.push(what);
    }

    /// `{ Forced = [{ mcx_preference_settings = { … } }] }`.
    fn forced(&mut self, domain: &Node) {
        if let Some(once) = domain.member("Set-Once") {
            let message =
                "preferences under `Set-Once` are given once and then belong to the user: nothing is enforced";
            let finding = Finding::new(&WRONG_SHAPE, once.name.span, message).label("not enforced");
            self.notes.report(finding.help("imported as if it were `Forced`"));
        }
        for name in ["Forced", "Set-Once"] {
            let Some(Node { content: Content::List(entries), .. }) = domain.get(name) else { continue };
            for settings in entries.iter().filter_map(|entry| entry.get("mcx_preference_settings")) {
                self.domain(settings, false);
            }
        }
    }

    fn desktop_plist(&mut self, root: &Node) {
        self.said = true;
        for member in root.members() {
            match member.name.value.as_str() {
                "allowedOrgs" => organizations::from_list(
                    &mut self.notes,
                    Channel::Plist,
                    member.name.span,
                    &member.node,
                    Severity::Error,
                ),
                _ => self.unknown(member, "desktop.plist"),
            }
        }
    }

    /// The keys of the domain, alone or among those of a payload.
    fn domain(&mut self, node: &Node, is_payload: bool) {
        for member in node.members() {
            let name = member.name.value.as_str();
            if is_payload && name.starts_with("Payload") {
                continue;
            }
            // Beside the right key another spelling of it says nothing.
            let is_meant = |key: &&str| *key == name || (key.eq_ignore_ascii_case(name) && node.get(key).is_none());
            let Some(key) = KEYS.into_iter().find(is_meant) else {
                self.unknown(member, PREFERENCE_DOMAIN);
                continue;
            };
            self.said = true;
            if key != name {
                let message = format!("`{name}` is spelt `{key}`: Docker Desktop ignores it");
                let finding = Finding::new(&MISPLACED_SETTING, member.name.span, message).label("spelt differently");
                self.notes.report(finding.help(format!("imported as `{key}`")));
            }
            if key == ALLOWED_ORGS {
                organizations::from_text(&mut self.notes, member.name.span, &member.node);
            } else {
                self.proxy(key, member);
            }
        }
    }

    /// A key of the domain is a field of the proxy. The profile has paths and commas where the file has URLs and lists.
    fn proxy(&mut self, name: &str, member: &Member) {
        let Some(text) = member.node.as_str() else {
            let message = format!("`{name}` is a string in a profile, not {}: it is ignored", member.node.kind());
            let finding = Finding::new(&WRONG_TYPE, member.node.span, message).label("expected a string");
            return self.notes.refuse(finding, name, "it is no string");
        };
        self.proxy.get_or_insert(member.name.span);
        let items = || text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect();
        let (field, value) = match name {
            "overrideProxyHTTP" => ("http", Value::from(text)),
            "overrideProxyHTTPS" => ("https", Value::from(text)),
            "overrideProxyExclude" => ("exclude", Value::List(items())),
            "overrideProxyPAC" if text.starts_with('/') => ("pac", Value::String(format!("file://{text}"))),
            "overrideProxyPAC" => ("pac", Value::from(text)),
            _ => ("embeddedPac", Value::from(text)),
        };
        self.say(field, value, member.name.span, member.node.span);
    }

    fn say(&mut self, field: &str, value: Value, name: Span, span: Span) {
        let key = format!("proxy.{field}");
        let (locked, lock, items, remark, certainty) = (None, None, Vec::new(), None, Certainty::Said);
        self.notes.found.keep(Said { key, value, locked, lock, name, span, items, remark, certainty });
    }

    /// Any proxy key puts the proxy into manual mode and locks its page.
    fn keep_proxy(&mut self) {
        let Some(at) = self.proxy else { return };
        self.say("mode", "manual".into(), at, at);
        self.say("locked", true.into(), at, at);
    }

    fn unknown(&mut self, member: &Member, place: &str) {
        let name = printable(&member.name.value);
        let known = catalog().settings().iter().filter_map(|setting| setting.key.strip_prefix("macos-profile:"));
        let near = if name.len() <= 80 { nearest(&name, known) } else { None };
        let message = format!("`{place}` has no key `{name}`: Docker Desktop ignores it");
        let help = match near {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None => catalog()
                .find(&member.name.value)
                .map(|_| format!("`{name}` belongs in `admin-settings.json`: in a policy, under `[settings]`")),
        };
        let finding = Finding::new(&UNKNOWN_SETTING, member.name.span, message).label("unknown").help_if(help);
        self.notes.refuse(finding, name, format!("no key of `{place}`"));
    }
}
