//! Reads a policy and everything it extends, and puts the files together.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use toml::de::DeTable;

use super::document::Document;
use super::reader::Reader;
use super::{DEFAULT_RING, Fleet, MacosOptions, Organization, Policy, Reading, Ring, SignIn, grammar, preset, syntax};
use crate::finding::{
    self, EXCEPTION_INCOMPLETE, EXTENDS_CYCLE, EXTENDS_NO_EFFECT, EXTENDS_TOO_DEEP, EXTENDS_UNKNOWN, Finding,
    MISSING_KEY, NOT_UTF8, TOO_LARGE, UNKNOWN_RING, UTF8_BOM, VALUE_OUT_OF_RANGE, all_of, nearest, one_of,
};
use crate::platform::Platform;
use crate::product::containers_proxy;
use crate::source::{Source, SourceId, Sources, Span, Spanned};
use crate::version::Version;

/// Reads a file that a policy extends; the path is relative to where the policy's own path is.
pub type Fetch<'a> = &'a dyn Fn(&str) -> io::Result<Vec<u8>>;

/// The most bytes that a policy may have. One of 100 rings with a proxy script in each stays well below.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// More levels of `extends` than anyone can follow; also what stops a folder that links to itself.
const DEEPEST: usize = 16;

/// Reads the policy called `name`, whose bytes are already at hand.
pub fn read(name: &str, bytes: &[u8], fetch: Fetch<'_>) -> Reading {
    let mut chain = Chain {
        sources: Sources::default(),
        findings: Vec::new(),
        documents: Vec::new(),
        seen: BTreeMap::new(),
        fetch,
    };
    let root = chain.follow(name, bytes, None, &mut Vec::new());
    let policy = root.map(|root| assemble(chain.documents, root, &mut chain.findings));
    finding::sort(&mut chain.findings, &chain.sources);
    Reading { sources: chain.sources, policy, findings: chain.findings }
}

struct Chain<'a> {
    sources: Sources,
    findings: Vec<Finding>,
    /// In the order in which later ones win.
    documents: Vec<Document>,
    /// Everything that was read and its place among the documents, `None` while that is not known. What is named twice
    /// counts once, at its first place: so it always comes before all that extend it, whatever else they extend.
    seen: BTreeMap<String, Option<usize>>,
    fetch: Fetch<'a>,
}

impl Chain<'_> {
    /// Reads one file after everything it extends. `None` when it is not TOML.
    fn follow(&mut self, name: &str, bytes: &[u8], named_by: Option<Span>, path: &mut Vec<String>) -> Option<SourceId> {
        let (source, text) = self.source(name, bytes, named_by)?;
        let (root, errors) = DeTable::parse_recoverable(&text);
        self.findings.extend(syntax::findings(source, &text, &errors));
        if !syntax::is_readable(&errors) {
            return None;
        }
        let mut document = Document::read(&mut Reader::new(source, &text, &mut self.findings), root.get_ref());
        path.push(name.to_owned());
        self.seen.insert(name.to_owned(), None);
        let mut highest: Option<(usize, &Spanned<String>)> = None;
        for entry in &document.extends {
            let Some(place) = self.extend(name, entry, path) else { continue };
            match highest {
                Some((above, winner)) if place <= above => self.findings.push(without_effect(entry, winner)),
                _ => highest = Some((place, entry)),
            }
        }
        path.pop();
        for allow in &mut document.allow {
            allow.last = self.sources.last();
        }
        self.seen.insert(name.to_owned(), Some(self.documents.len()));
        self.documents.push(document);
        Some(source)
    }

    /// Reads what one entry of `extends` names, unless it is known, and says its place among the documents.
    fn extend(&mut self, from: &str, entry: &Spanned<String>, path: &mut Vec<String>) -> Option<usize> {
        let is_file = entry.value.starts_with("./") || entry.value.starts_with("../");
        let name = if is_file { sibling(from, &entry.value) } else { format!("preset:{}", entry.value) };
        if path.contains(&name) {
            let chain =
                path.iter().skip_while(|step| **step != name).cloned().chain([name.clone()]).collect::<Vec<_>>();
            let message = format!("a policy cannot extend itself: {}", chain.join(" → "));
            self.findings.push(
                Finding::new(&EXTENDS_CYCLE, entry.span, message)
                    .label("closes the circle")
                    .help("remove it, here or in the other file"),
            );
            return None;
        }
        if let Some(place) = self.seen.get(&name) {
            return *place;
        }
        if path.len() > DEEPEST {
            let message = format!("{} files extend each other in a row, and {DEEPEST} may", path.len());
            let help =
                "put what some of them say into one; if a folder links to itself, name the file without the link";
            self.findings.push(Finding::new(&EXTENDS_TOO_DEEP, entry.span, message).label("one too many").help(help));
            return None;
        }
        if is_file {
            match (self.fetch)(&name) {
                Ok(bytes) => _ = self.follow(&name, &bytes, Some(entry.span), path),
                Err(error) => {
                    let message = format!("cannot read `{name}`: {error}");
                    let finding = Finding::new(&EXTENDS_UNKNOWN, entry.span, message).label("named here");
                    self.findings.push(
                        finding.help("correct the path, which is relative to this policy, or put the file there"),
                    );
                }
            }
        } else if let Some(preset) = preset::find(&entry.value) {
            _ = self.follow(&name, preset.text.as_bytes(), Some(entry.span), path);
        } else {
            let names = || preset::PRESETS.iter().map(|preset| preset.name);
            let help = if entry.value.contains(['/', '.', '\\']) {
                let path = entry.value.replace('\\', "/");
                let path = path.trim_start_matches("./").trim_start_matches('/');
                format!("write `\"./{path}\"`: a file is named relative to this policy")
            } else if let Some(near) = nearest(&entry.value, names()) {
                format!("did you mean `{near}`?")
            } else {
                let quoted: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
                format!("write {}, or a file as `\"./base.toml\"`", one_of(quoted.iter().map(String::as_str)))
            };
            let message = format!("there is no preset `{}`", entry.value);
            self.findings.push(Finding::new(&EXTENDS_UNKNOWN, entry.span, message).label("unknown").help(help));
        }
        self.seen.get(&name).copied().flatten()
    }

    /// The text of a file with `\n` line endings and without a byte-order mark.
    fn source(&mut self, name: &str, bytes: &[u8], named_by: Option<Span>) -> Option<(SourceId, String)> {
        let add = |sources: &mut Sources, text: String| sources.add(Source::new(name, text).named_by(named_by));
        if bytes.len() > LARGEST {
            let id = add(&mut self.sources, String::new());
            let message = format!("the file has more than {LARGEST} bytes; that is no policy");
            let help = "check that this is the right file, or split it with `extends`";
            self.findings.push(Finding::new(&TOO_LARGE, id.span(0..0), message).help(help));
            return None;
        }
        let (body, has_bom) = bytes.strip_prefix(b"\xef\xbb\xbf").map_or((bytes, false), |body| (body, true));
        match std::str::from_utf8(body) {
            Ok(text) => {
                let text = text.replace("\r\n", "\n");
                let id = add(&mut self.sources, text.clone());
                if has_bom {
                    let message =
                        "the file starts with a byte-order mark; it is ignored here, and no artifact gets one";
                    self.findings.push(Finding::new(&UTF8_BOM, id.span(0..0), message));
                }
                Some((id, text))
            }
            Err(error) => {
                let at = error.valid_up_to();
                let text = String::from_utf8_lossy(body).into_owned();
                let id = add(&mut self.sources, text);
                let (message, help) = if body.starts_with(b"\xff\xfe")
                    || body.starts_with(b"\xfe\xff")
                    || body.contains(&0)
                {
                    ("the file is UTF-16", "save it as UTF-8; Windows PowerShell writes UTF-16 with `>` and `Out-File`")
                } else {
                    ("the file is not UTF-8 here", "save it as UTF-8")
                };
                self.findings.push(Finding::new(&NOT_UTF8, id.span(at..at), message).label("this byte").help(help));
                None
            }
        }
    }
}

/// About an entry that is extended already, by or before an earlier one of its list.
fn without_effect(entry: &Spanned<String>, winner: &Spanned<String>) -> Finding {
    let (name, other) = (&entry.value, &winner.value);
    let message = if name == other {
        format!("`{name}` is named twice and counts once")
    } else {
        format!("`{name}` counts once, below `{other}`, which extends it or comes after it: what `{other}` says wins")
    };
    Finding::new(&EXTENDS_NO_EFFECT, entry.span, message)
        .label("changes nothing here")
        .related(winner.span, "wins")
        .help("remove it; to overrule some settings, write them in this policy")
}

/// The path `relative`, as seen from the folder of `from`, without `.` and inner `..`.
fn sibling(from: &str, relative: &str) -> String {
    let folder = from.rfind(['/', std::path::MAIN_SEPARATOR]).map_or("", |slash| &from[..=slash]);
    let mut parts: Vec<&str> = Vec::new();
    let path = format!("{folder}{relative}");
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Puts the files together; later ones win. What no file says is a finding and gets a stand-in.
fn assemble(documents: Vec<Document>, root: SourceId, findings: &mut Vec<Finding>) -> Policy {
    let start = root.span(0..0);
    let mut all = Document::default();
    for mut document in documents {
        // A ring that the extended policy has too keeps its place; the later description wins.
        for ring in document.rings.drain(..) {
            match all.rings.iter_mut().find(|known| known.name == ring.name) {
                Some(known) => known.description = ring.description.or(known.description.take()),
                None => all.rings.push(ring),
            }
        }
        all.layers.append(&mut document.layers);
        all.exceptions.append(&mut document.exceptions);
        all.allow.append(&mut document.allow);
        all.tables.append(&mut document.tables);
        all.organization_name = document.organization_name.or(all.organization_name);
        all.organization_id = document.organization_id.or(all.organization_id);
        all.oldest_version = document.oldest_version.or(all.oldest_version);
        all.newest_version = document.newest_version.or(all.newest_version);
        all.platforms = document.platforms.or(all.platforms);
        all.subscription = document.subscription.or(all.subscription);
        all.sign_in = document.sign_in.or(all.sign_in);
        all.organizations = document.organizations.or(all.organizations);
        all.macos = document.macos.or(all.macos);
        all.windows = document.windows.or(all.windows);
        all.notifications = document.notifications.or(all.notifications);
        all.file_access = document.file_access.or(all.file_access);
        all.one_setting_per_profile = document.one_setting_per_profile.or(all.one_setting_per_profile);
    }
    check_rings(&all, findings);
    check_versions(&all, findings);
    check_required(&all, start, findings);
    let mut policy = finish(all, start);
    containers_proxy::lower(&mut policy, findings);
    policy
}

/// A key is missing when no file that has its table has the key. One that is there but wrong has its own finding.
fn check_required(all: &Document, start: Span, findings: &mut Vec<Finding>) {
    for grammar in [&grammar::ORGANIZATION, &grammar::FLEET, &grammar::SIGN_IN] {
        let tables: Vec<_> = all.tables.iter().filter(|(_, its, _)| its.name == grammar.name).collect();
        if tables.is_empty() && grammar.name == grammar::SIGN_IN.name {
            continue;
        }
        for key in grammar.keys {
            let Some(example) = key.required else { continue };
            if tables.iter().all(|(.., lacking)| lacking.iter().any(|lacks| lacks.name == key.name)) {
                let (at, to) = match tables.last() {
                    Some((span, ..)) => (*span, "to it".to_owned()),
                    None => (start, format!("under `{}`", grammar.name)),
                };
                let finding = Finding::new(
                    &MISSING_KEY,
                    at,
                    format!("the policy has no `{}` under `{}`", key.name, grammar.name),
                );
                findings.push(finding.label("incomplete").help(format!("add `{} = {example}` {to}", key.name)));
            }
        }
    }
}

fn finish(mut all: Document, start: Span) -> Policy {
    if !all.rings.iter().any(|ring| ring.name == DEFAULT_RING) {
        all.rings.insert(0, Ring { name: DEFAULT_RING.to_owned(), description: None, span: start });
    }
    let mut platforms: Vec<Platform> =
        all.platforms.map_or(Platform::ALL.to_vec(), |list| list.into_iter().map(|platform| platform.value).collect());
    platforms.sort_unstable();
    platforms.dedup();
    let sign_in = all.sign_in.zip(all.organizations).map(|(span, organizations)| SignIn {
        organizations: organizations.value,
        organizations_span: organizations.span,
        macos: all.macos.map(|channel| channel.value).unwrap_or_default(),
        macos_span: all.macos.map_or(span, |channel| channel.span),
        windows: all.windows.map(|channel| channel.value).unwrap_or_default(),
        windows_span: all.windows.map_or(span, |channel| channel.span),
        span,
    });
    let text = |said: Option<Spanned<String>>| said.unwrap_or(Spanned { value: String::new(), span: start });
    Policy {
        organization: Organization { name: text(all.organization_name), id: text(all.organization_id) },
        fleet: Fleet {
            oldest: all.oldest_version.unwrap_or(Spanned { value: Version::new(u16::MAX, 0), span: start }),
            newest: all.newest_version,
            platforms,
            subscription: all.subscription,
        },
        sign_in,
        rings: all.rings,
        layers: all.layers,
        exceptions: all.exceptions,
        macos: MacosOptions {
            notifications: all.notifications.unwrap_or_default(),
            file_access: all.file_access.unwrap_or_default(),
            one_setting_per_profile: all.one_setting_per_profile.unwrap_or_default(),
        },
        allow: all.allow,
        networks: Vec::new(),
        start,
    }
}

fn check_rings(all: &Document, findings: &mut Vec<Finding>) {
    let names = || all.rings.iter().map(|ring| ring.name.as_str()).chain([DEFAULT_RING]);
    let known: BTreeSet<&str> = names().collect();
    let mut ids = BTreeMap::new();
    for exception in &all.exceptions {
        for ring in &exception.rings {
            if !known.contains(ring.value.as_str()) {
                let help = nearest(&ring.value, names()).map_or_else(
                    || format!("the policy has {}", all_of(names())),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!(
                    "exception {} is for the ring `{}`, which the policy does not have",
                    exception.id.value, ring.value
                );
                findings.push(Finding::new(&UNKNOWN_RING, ring.span, message).label("unknown ring").help(help));
            }
        }
        let first = *ids.entry(exception.id.value.as_str()).or_insert(exception.id.span);
        if first != exception.id.span {
            let message = format!("two exceptions have the id {}", exception.id.value);
            findings.push(
                Finding::new(&EXCEPTION_INCOMPLETE, exception.id.span, message)
                    .label("again")
                    .related(first, "first here")
                    .help("give one of them an id of its own"),
            );
        }
    }
}

fn check_versions(all: &Document, findings: &mut Vec<Finding>) {
    if let (Some(oldest), Some(newest)) = (&all.oldest_version, &all.newest_version)
        && newest.value < oldest.value
    {
        let message = format!("the newest version {} is older than the oldest, {}", newest.value, oldest.value);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, newest.span, message).label("older");
        let help = format!("write `\"{}\"`, or a later one", oldest.value);
        findings.push(finding.related(oldest.span, "than this").help(help));
    }
}
