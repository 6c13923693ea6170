//! Reads a policy and everything that it extends.

use std::collections::BTreeMap;
use std::io;

use super::broken::{self, Readable};
use super::document::Document;
use super::lost::Lost;
use super::reader::Reader;
use super::{Alternative, Reading, assemble, brackets, preset};
use crate::finding::{
    self, EXTENDS_CYCLE, EXTENDS_NO_EFFECT, EXTENDS_TOO_DEEP, EXTENDS_UNKNOWN, Finding, NOT_UTF8, SYNTAX, TOO_LARGE,
    UTF8_BOM, nearest, one_of,
};
use crate::source::{Source, SourceId, Sources, Span, Spanned};

/// Reads a file that a policy extends; the path is relative to where the policy's own path is.
pub type Fetch<'a> = &'a dyn Fn(&str) -> io::Result<Vec<u8>>;

/// The most bytes that a policy may have. One of 100 rings with a proxy script in each stays well below.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// So many of those that stand for one name are judged. Each of them is one more policy to read.
const MOST_TIMES: usize = 8;

/// More levels of `extends` than anyone can follow; also what stops a folder that links to itself.
const DEEPEST: usize = 16;

/// Reads the policy called `name`, whose bytes are already at hand.
pub fn read(name: &str, bytes: &[u8], fetch: Fetch<'_>) -> Reading {
    let Read { mut reading, most, .. } = read_as(name, bytes, fetch, 0);
    for which in 1..most.min(MOST_TIMES) {
        let Read { reading: again, counted: places, .. } = read_as(name, bytes, fetch, which);
        let Some(policy) = again.policy else { continue };
        let alternative = Alternative { policy, places };
        let is_new = |finding: &Finding| finding.code != &SYNTAX && alternative.concerns(finding);
        reading.findings.extend(again.findings.into_iter().filter(is_new));
        reading.alternatives.push(alternative);
    }
    finding::sort(&mut reading.findings, &reading.sources);
    reading
}

/// What was read where one of those counts that stand for one name.
struct Read {
    reading: Reading,
    /// Where stands what counts instead of the first.
    counted: Vec<Span>,
    /// How many stand for one name, at most.
    most: usize,
}

/// Reads a policy in which of those that stand for one name the one at `which` counts, or the first.
fn read_as(name: &str, bytes: &[u8], fetch: Fetch<'_>, which: usize) -> Read {
    let mut chain = Chain {
        sources: Sources::default(),
        findings: Vec::new(),
        documents: Vec::new(),
        seen: BTreeMap::new(),
        lost: Lost::default(),
        which,
        counted: Vec::new(),
        most: 1,
        fetch,
    };
    let root = chain.follow(name, bytes, None, &mut Vec::new());
    let assembled = root.map(|root| assemble::assemble(chain.documents, chain.lost, root, &mut chain.findings));
    let (policy, alternative) = assembled.unzip();
    let alternatives = alternative.flatten().into_iter().collect();
    let reading = Reading { sources: chain.sources, policy, findings: chain.findings, alternatives };
    Read { reading, counted: chain.counted, most: chain.most }
}

struct Chain<'a> {
    sources: Sources,
    findings: Vec<Finding>,
    /// In the order in which later ones win.
    documents: Vec<Document>,
    /// Everything that was read and its place among the documents, `None` while that is not known. What is named twice
    /// counts once, at its first place: so it always comes before all that extend it, whatever else they extend.
    seen: BTreeMap<String, Option<usize>>,
    /// What no document can tell, because it could not be read.
    lost: Lost,
    /// Which of those counts that stand for one name.
    which: usize,
    /// What counts instead of the first.
    counted: Vec<Span>,
    /// How many there are, at most.
    most: usize,
    fetch: Fetch<'a>,
}

impl Chain<'_> {
    /// Reads one file after everything it extends. `None` when it is not TOML.
    fn follow(&mut self, name: &str, bytes: &[u8], named_by: Option<Span>, path: &mut Vec<String>) -> Option<SourceId> {
        let Some((source, text, is_damaged)) = self.source(name, bytes, named_by) else {
            self.lost.add("");
            return None;
        };
        let readable = Readable::new(&text, is_damaged, self.which, &mut self.lost);
        self.counted.extend(readable.counted.iter().map(|range| source.span(range.clone())));
        self.most = self.most.max(readable.most);
        self.findings.extend(broken::findings(source, &text, &readable.mistakes));
        let shown = readable.shown(&text);
        let mut root = readable.tables();
        let brackets = brackets::put_right(source, &shown, &mut root);
        let whole = root.clone();
        let mut reader = Reader::new(source, &shown, &whole, &readable.broken, &mut self.findings);
        for finding in brackets {
            reader.tell(finding);
        }
        let mut document = Document::read(&mut reader, root);
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
            self.lost.add("");
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
            self.lost.add("");
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
                    self.lost.add("");
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
            self.lost.add("");
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

    /// The text of a file with `\n` line endings and without a byte-order mark, and whether bytes in it were no
    /// text.
    fn source(&mut self, name: &str, bytes: &[u8], named_by: Option<Span>) -> Option<(SourceId, String, bool)> {
        let add = |sources: &mut Sources, text: String| sources.add(Source::new(name, text).named_by(named_by));
        if bytes.len() > LARGEST {
            let id = add(&mut self.sources, String::new());
            let message = format!("the file has more than {LARGEST} bytes; that is no policy");
            let help = "check that this is the right file, or split it with `extends`";
            self.findings.push(Finding::new(&TOO_LARGE, id.span(0..0), message).help(help));
            return None;
        }
        if let Some((text, encoding)) = utf16(bytes) {
            let first = text.chars().next().map_or(0, char::len_utf8);
            let id = add(&mut self.sources, text);
            let help = format!(
                "save it as UTF-8: `iconv -f {encoding} -t UTF-8 … > …`, or, in PowerShell 7, `Get-Content … -Encoding {} | Set-Content … -Encoding utf8NoBOM`; Windows PowerShell writes UTF-16 with `>` and `Out-File`",
                if encoding == "UTF-16BE" { "bigendianunicode" } else { "unicode" }
            );
            let finding =
                Finding::new(&NOT_UTF8, id.span(0..first), format!("the file is {encoding}, and a policy is UTF-8"));
            self.findings.push(finding.label("two bytes each").help(help));
            return None;
        }
        let (body, has_bom) = bytes.strip_prefix(b"\xef\xbb\xbf").map_or((bytes, false), |body| (body, true));
        let unix = |text: &[u8]| String::from_utf8_lossy(text).replace("\r\n", "\n");
        let text = unix(body);
        let id = add(&mut self.sources, text.clone());
        if has_bom {
            let message = "the file starts with a byte-order mark; it is ignored here, and no artifact gets one";
            self.findings.push(Finding::new(&UTF8_BOM, id.span(0..0), message));
        }
        let Err(error) = std::str::from_utf8(body) else { return Some((id, text, false)) };
        let (message, help) = ("the file is not UTF-8 here", "save it as UTF-8");
        // What is shown in the place of the byte has three.
        let at = unix(&body[..error.valid_up_to()]).len();
        let shown = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        self.findings.push(Finding::new(&NOT_UTF8, id.span(shown), message).label("this byte").help(help));
        Some((id, text, true))
    }
}

/// The text of a file in UTF-16, with `\n` line endings and without a byte-order mark, and what `iconv` calls its
/// encoding. Without that mark, every second byte of what people write is zero.
fn utf16(bytes: &[u8]) -> Option<(String, &'static str)> {
    let (units, tail) = bytes.as_chunks::<2>();
    let zeros = |which: usize| units.iter().filter(|unit| unit[which] == 0 && unit[1 - which] != 0).count();
    let is_mostly = |which: usize| tail.is_empty() && !units.is_empty() && zeros(which) * 4 >= units.len() * 3;
    let (body, encoding, read): (_, _, fn([u8; 2]) -> u16) = match bytes {
        [0xff, 0xfe, ..] => (&units[1..], "UTF-16", u16::from_le_bytes),
        [0xfe, 0xff, ..] => (&units[1..], "UTF-16", u16::from_be_bytes),
        _ if is_mostly(1) => (units, "UTF-16LE", u16::from_le_bytes),
        _ if is_mostly(0) => (units, "UTF-16BE", u16::from_be_bytes),
        _ => return None,
    };
    let units: Vec<u16> = body.iter().map(|unit| read(*unit)).collect();
    Some((String::from_utf16_lossy(&units).replace("\r\n", "\n"), encoding))
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

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn utf_16_is_one_finding_that_names_it() {
        let text = "[organization]\r\nname = \"Händler\"\r\n";
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        let marked = [&b"\xff\xfe"[..], &little].concat();
        for (bytes, name) in [(little, "UTF-16LE"), (big, "UTF-16BE"), (marked, "UTF-16")] {
            let reading = read("p.toml", &bytes, &|_| Ok(Vec::new()));
            let [finding] = reading.findings.as_slice() else { panic!("{name}: {:?}", reading.findings) };
            assert_eq!(finding.message, format!("the file is {name}, and a policy is UTF-8"));
            let help = finding.help.as_deref().expect("a help");
            assert!(help.contains(&format!("`iconv -f {name} -t UTF-8 … > …`")), "{help}");
            assert_eq!(reading.sources.text(finding.primary.span), "[");
        }
    }
}
