//! One file: its bytes decide what it is, its name only helps, and the reader of its kind does the rest.

use super::found::{Found, Notes};
use super::tree::Content;
use super::{File, LARGEST, Options, binary_plist, place, profile, property_list, registry, script, text};
use crate::finding::{FILE_PATH, Finding, NOT_UTF8, NOT_WELL_FORMED, TOO_LARGE};
use crate::format::{cms, registry_pol};
use crate::source::{Source, SourceId, Sources};

/// Reads one file, and decides where it holds: its kind outranks the user's word, and that the folders.
pub(super) fn read(file: &File<'_>, options: &Options, sources: &mut Sources, findings: &mut Vec<Finding>) -> Found {
    let mut found = Reader { file, options, sources, findings }.found();
    if let (Some(kinds), Some(typed)) = (found.platform, file.platform.filter(|typed| Some(*typed) != found.platform)) {
        let message = format!(
            "this kind of file is for {}, and it was given for {}, where Docker Desktop never looks at it",
            kinds.title(),
            typed.title()
        );
        let help = format!("imported as for {0}; type `{kinds}={1}`, or the file alone", kinds.title(), file.name);
        findings.push(Finding::new(&FILE_PATH, sources.last().span(0..0), message).help(help));
    }
    found.platform = found.platform.or(file.platform).or_else(|| place::platform(file.name));
    found
}

pub(super) struct Reader<'a> {
    pub(super) file: &'a File<'a>,
    pub(super) options: &'a Options,
    sources: &'a mut Sources,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    /// The bytes decide what a file is; its name only helps.
    fn found(&mut self) -> Found {
        let bytes = self.file.bytes;
        if bytes.len() > LARGEST {
            let message =
                format!("the file has {} bytes or more, and no settings file has more than {LARGEST}", bytes.len());
            let at = self.empty().span(0..0);
            self.findings.push(Finding::new(&TOO_LARGE, at, message));
            return Found::default();
        }
        if bytes.starts_with(binary_plist::SIGNATURE) {
            return self.binary_plist(bytes);
        }
        if bytes.starts_with(b"PReg") {
            return self.registry_pol(bytes);
        }
        match cms::content(bytes) {
            Ok(content) => return self.signed(&content),
            Err(cms::Unreadable::NotSigned) if !begins_signed(bytes) => {}
            Err(cms::Unreadable::Detached) => return self.broken("a signature without the profile that it signs"),
            Err(cms::Unreadable::Damaged | cms::Unreadable::NotSigned) => {
                return self.broken("a signed profile that is cut off or damaged");
            }
        }
        if text::is_utf32(bytes) {
            let message = "the file is UTF-32, which Docker Desktop cannot read, and nothing was imported";
            let finding = Finding::new(&NOT_UTF8, self.empty().span(0..0), message);
            self.findings.push(finding.help("save it as UTF-8 without a byte-order mark"));
            return Found::default();
        }
        let (text, encoding) = match text::decode(bytes) {
            Ok(decoded) => decoded,
            Err(at) => return self.not_text(at),
        };
        let start = text.trim_start();
        let id = self.sources.add(Source::new(self.file.name, text.clone()));
        let name = self.file.name.to_ascii_lowercase();
        let is_toml = std::path::Path::new(&name).extension().is_some_and(|end| end == "toml");
        if start.is_empty() {
            self.broken_at(id, "the file is empty")
        } else if start.starts_with('<') {
            self.property_list(id, &text)
        } else if start.starts_with("Windows Registry Editor") || start.starts_with("REGEDIT") {
            let source = self.sources.get(id).clone();
            let mut found = Found::default();
            registry::read(Notes { found: &mut found, findings: self.findings }, id, &source);
            found
        } else if script::is_script(self.file.name, &text) {
            let source = self.sources.get(id).clone();
            let mut found = Found::default();
            script::read(Notes { found: &mut found, findings: self.findings }, id, &source);
            found
        } else if !is_toml && (start.starts_with(['{', '[', '/', '#']) || name.contains(".json")) {
            self.json(id, &text, encoding)
        } else {
            let message =
                "neither JSON nor a property list, a registration file or a signed profile, so nothing was imported";
            let toml = "TOML is what import writes, not what it reads: if this is a policy, it needs no import";
            let message = if is_toml { toml } else { message };
            self.findings.push(Finding::new(&NOT_WELL_FORMED, id.span(0..0), message));
            Found::default()
        }
    }

    /// A source for findings about bytes that are no text.
    fn empty(&mut self) -> SourceId {
        self.sources.add(Source::new(self.file.name, String::new()))
    }

    fn broken(&mut self, what: &str) -> Found {
        let id = self.empty();
        self.broken_at(id, what)
    }

    fn broken_at(&mut self, id: SourceId, what: &str) -> Found {
        let message = format!("{what}, so nothing was imported from this file");
        self.findings.push(Finding::new(&NOT_WELL_FORMED, id.span(0..0), message));
        Found::default()
    }

    fn not_text(&mut self, at: usize) -> Found {
        let text = String::from_utf8_lossy(self.file.bytes).into_owned();
        let mut start = at.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let id = self.sources.add(Source::new(self.file.name, text));
        let message = "the file is not UTF-8 here, so Docker Desktop cannot read it, and nothing was imported";
        let finding = Finding::new(&NOT_UTF8, id.span(start..start), message).label("this byte");
        self.findings.push(finding.help("save it as UTF-8; some older editors write the code page of the country"));
        Found::default()
    }

    /// Findings about a binary list point into it as XML, which people can read.
    fn binary_plist(&mut self, bytes: &[u8]) -> Found {
        let Some(value) = binary_plist::read(bytes) else {
            return self.broken("a binary property list that is damaged or larger than any profile");
        };
        let xml = String::from_utf8(crate::format::property_list::xml(&value)).expect("the writer writes UTF-8");
        let id = self.sources.add(Source::new(format!("{} (as XML)", self.file.name), xml.clone()));
        self.property_list(id, &xml)
    }

    fn signed(&mut self, content: &[u8]) -> Found {
        if content.starts_with(binary_plist::SIGNATURE) {
            return self.binary_plist(content);
        }
        match text::decode(content) {
            Ok((text, _)) => {
                let id = self.sources.add(Source::new(format!("{} (what is signed)", self.file.name), text.clone()));
                self.property_list(id, &text)
            }
            Err(_) => self.broken("a signed file that is no profile"),
        }
    }

    fn property_list(&mut self, id: SourceId, text: &str) -> Found {
        let mut found = Found::default();
        let Some(root) = property_list::read(id, text, self.findings) else { return found };
        let name = place::file_name(self.file.name);
        if root.get("allowedOrgs").is_some_and(|orgs| matches!(orgs.content, Content::List(_)))
            && name.contains("desktop")
        {
            self.findings.extend(place::check(self.file.name, "desktop.plist", id));
        }
        profile::read(Notes { found: &mut found, findings: self.findings }, &root, name);
        found
    }

    fn registry_pol(&mut self, bytes: &[u8]) -> Found {
        let text = match registry::as_text(bytes, place::is_for_users(self.file.name)) {
            Ok(text) => text,
            Err(registry_pol::Error::NotRegistryPol) => {
                return self.broken("a `Registry.pol` of another version than 1");
            }
            Err(registry_pol::Error::Record(at)) => {
                return self.broken(&format!("a `Registry.pol` whose record at byte {at} is cut off or damaged"));
            }
        };
        let id = self.sources.add(Source::new(format!("{} (as text)", self.file.name), text));
        let source = self.sources.get(id).clone();
        let mut found = Found::default();
        registry::read(Notes { found: &mut found, findings: self.findings }, id, &source);
        found
    }
}

/// Whether the first bytes are those of a signed message, however long it says that it is.
fn begins_signed(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(24)];
    bytes.first() == Some(&0x30) && start.windows(cms::SIGNED_DATA.len()).any(|window| window == cms::SIGNED_DATA)
}
