//! Which of the JSON files one is, and what is wrong with it before its members are looked at.

use super::file::Reader;
use super::found::{Channel, Found, Notes};
use super::text::{Encoding, printable};
use super::tree::{Content, Member, Node};
use super::{admin_settings, json, organizations, place};
use crate::catalog::catalog;
use crate::finding::{
    FILE_VERSION, Finding, MISPLACED_SETTING, MIXED_FILES, NOT_UTF8, Severity, USER_SETTING, UTF8_BOM, WRONG_SHAPE,
};
use crate::product::docker_desktop::ALLOWED_ORGS;
use crate::source::{SourceId, Span};
use crate::version::Version;

impl Reader<'_> {
    pub(super) fn json(&mut self, id: SourceId, text: &str, encoding: Encoding) -> Found {
        let mut found = Found::default();
        self.encoding(id, encoding);
        let Some(root) = json::read(id, text, self.findings) else { return found };
        let root = self.alone(root);
        if !root.is_table() {
            let message = format!("the file holds {}, and every file of Docker Desktop holds an object", root.kind());
            self.findings.push(Finding::new(&WRONG_SHAPE, root.span, message).label("expected `{`"));
            return found;
        }
        let name = place::file_name(self.file.name);
        let notes = Notes { found: &mut found, findings: self.findings };
        if is_registry_json(&root, name) {
            registry_json(notes, &root);
            self.findings.extend(place::check(self.file.name, "registry.json", id));
        } else if is_users_own(&root, name) {
            admin_settings::read(notes, &root, true);
            let message = "this is a user's own settings file: Docker Desktop enforces nothing of it";
            let finding = Finding::new(&USER_SETTING, id.span(0..0), message);
            self.findings
                .push(finding.help("imported as defaults (`locked = false`); take that out where you want to enforce"));
        } else {
            notes.found.presence = Some(opening(&root));
            admin_settings::read(notes, &root, false);
            self.file_version(&root);
            self.findings.extend(place::check(self.file.name, "admin-settings.json", id));
        }
        found
    }

    /// The settings, where something stands around them.
    fn alone(&mut self, root: Node) -> Node {
        let inner = match &root.content {
            Content::List(items) => {
                items.first().filter(|_| items.len() == 1).map(|inner| ("a list".to_owned(), inner))
            }
            Content::Table(members) => members
                .first()
                .filter(|_| members.len() == 1)
                .map(|it| (format!("`{}`", printable(&it.name.value)), &it.node)),
            _ => None,
        };
        let Some((around, inner)) = inner.filter(|(_, inner)| inner.get("configurationFileVersion").is_some()) else {
            return root;
        };
        let message = format!("the settings are inside {around}, where Docker Desktop does not look for them");
        let finding = Finding::new(&WRONG_SHAPE, opening(&root), message).label("one bracket too many");
        self.findings.push(finding.help("imported as if they stood alone"));
        inner.clone()
    }

    /// What the encoding does to Docker Desktop, milder where every client is new enough.
    fn encoding(&mut self, id: SourceId, encoding: Encoding) {
        match encoding {
            Encoding::Utf8 => {}
            Encoding::Utf8Mark => {
                let message = "the file starts with a byte-order mark, and Docker Desktop below 4.58 stops at start with `invalid character 'ï'`";
                let mut finding = Finding::new(&UTF8_BOM, id.span(0..0), message);
                finding.severity = self.error_below(Version::new(4, 58));
                let help = "find the tool that writes it: Windows PowerShell 5.1 does with `-Encoding utf8`";
                self.findings.push(finding.help(help));
            }
            Encoding::Utf16 => {
                let message = "the file is UTF-16, which Docker Desktop cannot read";
                let help = "Windows PowerShell 5.1 writes it with `>` and `Out-File`; it was read here all the same";
                self.findings.push(Finding::new(&NOT_UTF8, id.span(0..0), message).help(help));
            }
        }
    }

    fn error_below(&self, mended: Version) -> Severity {
        if self.options.oldest_version.is_some_and(|oldest| oldest >= mended) {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    fn file_version(&mut self, root: &Node) {
        let version = root.member("configurationFileVersion");
        let (span, what) = match version {
            Some(member) if member.node.content == Content::Integer(2) => return,
            Some(member) => (member.node.span, "is not the number 2"),
            None => (opening(root), "is missing"),
        };
        let message = format!("`configurationFileVersion` {what}, and Docker Desktop 4.40 does not start without it");
        let mut finding =
            Finding::new(&FILE_VERSION, span, message).label("expected `\"configurationFileVersion\": 2`");
        finding.severity = self.error_below(Version::new(4, 41));
        self.findings.push(finding.help("a build writes it as the first line"));
    }
}

/// The bracket that opens an object.
fn opening(root: &Node) -> Span {
    root.span.source.span(root.span.start..root.span.start + 1)
}

/// Both JSON files are objects: this one holds `allowedOrgs`, and settings only by mistake.
fn is_registry_json(root: &Node, name: &str) -> bool {
    let has_settings = root
        .members()
        .iter()
        .any(|member| member.name.value == "configurationFileVersion" || catalog().find(&member.name.value).is_some());
    let is_called_so = name.to_ascii_lowercase().starts_with("regist");
    let has_list = root.members().iter().any(|member| is_list(&member.name.value));
    has_list && (!has_settings || is_called_so) || (is_called_so && root.members().is_empty())
}

/// The user's own file has names that begin with a capital, and bare values.
fn is_users_own(root: &Node, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_called_so = name == "settings-store.json" || name == "settings.json";
    let is_own = |member: &&Member| {
        member.name.value.starts_with(|first: char| first.is_ascii_uppercase()) && !member.node.is_table()
    };
    let own = root.members().iter().filter(is_own).count();
    root.get("configurationFileVersion").is_none()
        && (is_called_so || root.get("SettingsVersion").is_some() || (own > 0 && own * 2 > root.members().len()))
}

/// Whether a name is `allowedOrgs`, in whatever case.
fn is_list(name: &str) -> bool {
    name.eq_ignore_ascii_case(ALLOWED_ORGS)
}

fn registry_json(mut notes: Notes<'_>, root: &Node) {
    for member in root.members() {
        let name = member.name.value.as_str();
        if is_list(name) {
            if name != ALLOWED_ORGS {
                let message = format!("`{name}` is spelt `{ALLOWED_ORGS}`");
                let finding = Finding::new(&MISPLACED_SETTING, member.name.span, message).label("spelt differently");
                notes.report(finding.help(format!("imported as `{ALLOWED_ORGS}`")));
            }
            organizations::from_list(
                &mut notes,
                Channel::RegistryJson,
                member.name.span,
                &member.node,
                Severity::Error,
            );
            continue;
        }
        let message = format!("`{}` does nothing in `registry.json`, which holds `allowedOrgs` only", printable(name));
        let finding = Finding::new(&MIXED_FILES, member.name.span, message).label("in the wrong file");
        let finding = finding.help("settings belong into `admin-settings.json`; in a policy, under `[settings]`");
        notes.refuse(finding, printable(name), "not a key of registry.json");
    }
}
