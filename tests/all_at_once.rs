//! No mistake hides another: a policy with one more mistake has every finding that it had before, and no finding that is
//! not about the new one.
//!
//! Each fixture of `tests/findings` gets each of some mechanical mistakes at each place where it can stand. What may come
//! and go all the same is in [`EXCUSED`], with the reason.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;

use stanchion::date::Date;
use stanchion::finding::Finding;
use stanchion::policy::{self, Reading, grammar};
use stanchion::rule;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// No key of a policy takes a day but `expires`, and JSON has none.
const WRONG: &str = "1979-05-27";

/// Stands for a byte that is no text, and is shown in its place.
const BAD_BYTE: char = char::REPLACEMENT_CHARACTER;

/// What may come or go with a mistake in some place. One that nothing needs fails the test.
struct Excuse {
    /// Some of the names on the way to what is broken.
    path: &'static str,
    /// The codes that may come or go; empty for any.
    codes: &'static [&'static str],
    /// Why.
    why: &'static str,
}

/// What is judged by all that says where pulls and containers may go.
const OF_NETWORK: &[&str] =
    &["network-entry-void", "proxy-blocked", "registry-incomplete", "registry-not-allowed", "exception-no-effect"];

const EXCUSED: &[Excuse] = &[
    Excuse { path: ".extends", codes: &[], why: "nobody knows what a file says that cannot be named" },
    Excuse {
        path: ".fleet.platforms",
        codes: &["platform-unused", "wrong-platform"],
        why: "the platform may be the one that could not be read",
    },
    Excuse {
        path: ".sign-in.organizations",
        codes: &["multi-org-too-old", "known-bad-version"],
        why: "of two organizations one may be none",
    },
    Excuse { path: ".sign-in.macos", codes: &["known-bad-version"], why: "it is about that channel" },
    Excuse { path: ".containersProxy.mode", codes: &["proxy-missing"], why: "only a proxy by hand needs its fields" },
    Excuse {
        path: ".settings.proxy.mode",
        codes: &["proxy-missing"],
        why: "only a proxy by hand is one for HTTP alone",
    },
    Excuse { path: "registry-access", codes: OF_NETWORK, why: "what could not be read may let it through" },
    Excuse { path: "registry-access", codes: &["registry-access-void"], why: "the list is not empty any more" },
    Excuse { path: ".value", codes: &["security-setting-unlocked"], why: "only a safer value needs a lock" },
    Excuse { path: "container-network", codes: OF_NETWORK, why: "what could not be read may say so of it" },
    Excuse { path: ".exceptions", codes: &["exception-no-effect"], why: "nobody knows what it changes" },
    Excuse { path: ".exceptions", codes: &["exception-expired"], why: "nobody knows whether a later one overrides it" },
    Excuse { path: ".exceptions.platform", codes: &["wrong-platform"], why: "it is about that platform" },
    Excuse {
        path: ".settings.analyticsEnabled",
        codes: &["exception-no-effect", "exception-expired"],
        why: "nobody knows what an exception changes of it",
    },
    Excuse {
        path: ".containersProxy",
        codes: &["proxy-not-local"],
        why: "of a line that stands twice only the name is known, and `proxy` has these names too",
    },
    Excuse { path: ".set", codes: &["settings-removed"], why: "a name that nobody knows may be meant as a setting" },
    Excuse {
        path: ".imageList.images",
        codes: &["eci-kubernetes-images"],
        why: "the image that is missing may be the one that could not be read",
    },
    Excuse { path: ".allow", codes: &["allow-unused"], why: "in the wrong place and misspelt it is near to nothing" },
    Excuse {
        path: ".enhancedContainerIsolation.value",
        codes: &["eci-socket-command", "eci-socket-image"],
        why: "they are about an isolation that is on",
    },
    Excuse {
        path: "roxy.mode",
        codes: &[
            "containers-proxy-direct",
            "containers-proxy-open",
            "mdm-variable",
            "pac-not-one-line",
            "proxy-blocked",
            "proxy-not-local",
        ],
        why: "what a proxy does hangs on its mode",
    },
    Excuse {
        path: A_RING,
        codes: &["settings-removed"],
        why: "it is about the new ring, which says nothing, and its place is the policy",
    },
    Excuse { path: STRAY, codes: &["settings-removed"], why: "they may be meant as a setting" },
    Excuse { path: ".imageList", codes: &["eci-socket-command"], why: "the images may be none" },
];

/// What stands for the path of a mistake that adds a ring.
const A_RING: &str = "a ring";

/// What stands for the path of words that have none.
const STRAY: &str = "stray words";

/// One mistake in a text.
struct Mistake {
    /// Its kind.
    kind: &'static str,
    /// The names on the way to what is broken.
    path: String,
    /// What is replaced.
    at: Range<usize>,
    /// By what.
    by: String,
    /// What is broken: the whole entry.
    about: Range<usize>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn check(name: &str, text: &str) -> Reading {
    let bytes = text.split(BAD_BYTE).map(str::as_bytes).collect::<Vec<_>>().join(&0xff);
    let mut reading = policy::read(name, &bytes, &|name: &str| fs::read(folder().join(name)));
    rule::check(&mut reading, Some(Date::new(2026, 11, 23).expect("a day")));
    // A help never shows what stands in for a value that is no TOML.
    let helps = reading.findings.iter().filter_map(|finding| finding.help.as_deref());
    assert!(helps.clone().all(|help| !help.contains("nan`")), "{name}: {:?}", helps.collect::<Vec<_>>());
    reading
}

/// The fixtures that are text, with their names.
fn fixtures() -> Vec<(String, String)> {
    let entries = fs::read_dir(folder()).expect("the fixtures are there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    let texts = paths.iter().filter(|path| !name(path).ends_with(".fixed.toml") && !name(path).starts_with("base-"));
    texts.filter_map(|path| Some((name(path), readable(&fs::read_to_string(path).ok()?)))).collect()
}

/// The text as places in it are counted.
fn readable(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Every mistake that can be made in a text.
fn mistakes(text: &str) -> Vec<Mistake> {
    let mut found = Vec::new();
    let (root, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        found.push(inserted("another key", "", 0, format!("zzz = {WRONG}\n")));
        walk(text, "", root.get_ref(), &mut found);
        headers(text, &mut found);
    }
    let end = |kind, path, lines: &str| inserted(kind, path, text.len(), format!("\n{lines}\n"));
    found.push(end("a description that is none", A_RING, "[rings.zzz]\ndescription = 5"));
    found.push(end("a name that is none", A_RING, "[rings.\"Zzz/\"]"));
    if !text.contains("exceptions = ") {
        found.push(end("an exception that is none", "", "[[exceptions]]\nid = 5"));
    }
    found.push(end("a line that is no TOML", A_RING, "[rings.zzz]\ndescription = nobody knows"));
    found.push(inserted("a key elsewhere that is no TOML", A_RING, 0, "oldest-version = nobody knows\n".to_owned()));
    if text.starts_with('[') {
        found.push(inserted("stray words", STRAY, 0, "some stray words\n".to_owned()));
    }
    found.push(end("stray words", STRAY, "some stray words"));
    found.push(end("a header that is none", A_RING, "[rings.zzz"));
    found.push(end("a name with a blank", A_RING, "[rings.my ring]"));
    found.push(end("a list that is not closed", A_RING, "[rings.zzz]\ndescription = [\"a\","));
    found.push(end("a long text that is not closed", A_RING, "[rings.zzz]\ndescription = \"\"\"a"));
    found.push(end("a character that cannot be typed", A_RING, "[rings.zzz]\ndescription = \"C:\\Users\u{1}\""));
    found.push(end("a byte that is no text", "", &format!("# caf{BAD_BYTE}")));
    found
}

fn inserted(kind: &'static str, path: &str, at: usize, by: String) -> Mistake {
    Mistake { kind, path: path.to_owned(), at: at..at, by, about: at..at }
}

/// Each name in each header with a letter too few, unless somebody chose it.
fn headers(text: &str, found: &mut Vec<Mistake>) {
    for (start, line) in headers_of(text) {
        let mut at = start + line.len() - line.trim_start_matches('[').len();
        let names: Vec<&str> = line.trim_matches(['[', ']']).split('.').collect();
        for (place, name) in names.iter().enumerate() {
            let is_chosen = place > 0 && names[place - 1] == "rings";
            if name.len() > 3 && !is_chosen && !name.contains('"') {
                let middle = at + name.len() / 2;
                let (path, about) = (format!(".{}", names[..=place].join(".")), start..start + line.len());
                found.push(Mistake {
                    kind: "a letter too few",
                    path,
                    at: middle..middle + 1,
                    by: String::new(),
                    about,
                });
            }
            at += name.len() + 1;
        }
        if !line.contains('"') {
            let inner = line.trim_matches(['[', ']']);
            let blank = format!("[{} {}]", &inner[..inner.len().min(3)], &inner[inner.len().min(3)..]);
            let mut broken = vec![format!("[{inner}"), format!("[[{inner}]"), format!("[{inner}]]")];
            // Without the bracket that opens it, only a table of a policy is known for a header.
            let is_ours = grammar::POLICY.keys.iter().any(|key| Some(&key.name) == names.first());
            broken.extend(is_ours.then(|| format!("{inner}]")));
            broken.extend([format!("[{inner}}}"), format!("[{inner}:]")]);
            if is_ours && !inner.ends_with("filesharingAllowedDirectories") && text.matches(line).count() == 1 {
                broken.push(if line.starts_with("[[") { format!("[{inner}]") } else { format!("[[{inner}]]") });
            }
            broken.extend(is_ours.then(|| format!("- [{inner}]")));
            let is_alone = line == "[[exceptions]]" && text.matches("[exceptions").count() == 1;
            broken.extend(is_alone.then(|| "[exceptions.zzz]".to_owned()));
            broken.extend((!inner.contains('.') && inner.len() > 3).then_some(blank));
            let is_once = is_ours && !line.starts_with("[[") && text.matches(line).count() == 1;
            broken.extend((is_once && names[0] != "exceptions").then(|| format!("[policy.{inner}]")));
            if let ["platforms", platform, "settings", inner @ ..] = &names[..] {
                broken.push(format!("[{}]", [&["settings", platform], inner].concat().join(".")));
            }
            for by in broken {
                let at = start..start + line.len();
                found.push(Mistake {
                    kind: "another header",
                    path: format!(".{inner}"),
                    at: at.clone(),
                    by,
                    about: at,
                });
            }
        }
    }
}

/// What each text, list and pair of braces gets that nothing closes.
fn unclosed(text: &str, path: &str, start: usize, node: &Spanned<DeValue<'_>>, found: &mut Vec<Mistake>) {
    let span = node.span();
    let raw = &text[span.clone()];
    let close = [r#"""""#, "'''", "\"", "'", "]", "}"].into_iter().find(|close| raw.ends_with(close));
    let is_whole = text[..start].ends_with('\n') && text[span.end..].starts_with('\n') && !raw.starts_with("[[");
    if let Some(close) = close.filter(|_| is_whole && !text[..start].trim_end().ends_with([',', '[', '{'])) {
        let at = span.end - close.len()..span.end;
        let about = start..span.end;
        found.push(Mistake { kind: "nothing closes", path: path.to_owned(), at, by: String::new(), about });
    }
}

/// Each setting with its lock, as JSON has it.
fn json(text: &str, path: &str, start: usize, node: &Spanned<DeValue<'_>>, found: &mut Vec<Mistake>) {
    let raw = &text[node.span()];
    let inner = raw.strip_prefix('{').and_then(|raw| raw.strip_suffix('}')).filter(|inner| inner.contains("locked"));
    let is_whole = text[..start].ends_with('\n') && text[node.span().end..].starts_with('\n');
    let Some(inner) = inner.filter(|inner| is_whole && !inner.contains(['"', '\'', '[', '{', '\n'])) else { return };
    let name = path.rsplit('.').next().unwrap_or_default();
    let members: Vec<String> = inner
        .split(',')
        .filter_map(|member| member.split_once('='))
        .map(|(name, value)| format!("  \"{}\": {}", name.trim(), value.trim()))
        .collect();
    let at = start..node.span().end;
    let by = format!("\"{name}\": {{\n{}\n}},", members.join(",\n"));
    found.push(Mistake { kind: "JSON", path: path.to_owned(), at: at.clone(), by, about: at });
}

/// The headers of a text that is TOML, with their places.
fn headers_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        next += line.len();
        (next - line.len(), line.trim_end())
    });
    lines
        .filter(|(start, line)| line.starts_with('[') && line.ends_with(']') && DeTable::parse(&text[..*start]).is_ok())
}

fn walk(text: &str, path: &str, table: &DeTable<'_>, found: &mut Vec<Mistake>) {
    for (key, node) in table {
        let path = format!("{path}.{}", key.get_ref());
        let before = found.len();
        unclosed(text, &path, key.span().start, node, found);
        json(text, &path, key.span().start, node, found);
        value(text, &path, key.span().start, node, found);
        // What a value and a lock in braces say, they say about the setting.
        if text[node.span()].starts_with('{') {
            for inner in found.iter_mut().skip(before) {
                if [".value", ".locked"].iter().any(|end| inner.path == format!("{path}{end}")) {
                    inner.about.start = key.span().start;
                }
            }
        }
    }
}

fn value(text: &str, path: &str, start: usize, node: &Spanned<DeValue<'_>>, found: &mut Vec<Mistake>) {
    let span = node.span();
    let raw = &text[span.clone()];
    match node.get_ref() {
        DeValue::Table(table) => {
            if raw.starts_with('{') {
                let by = if table.is_empty() { format!("zzz = {WRONG}") } else { format!("zzz = {WRONG}, ") };
                found.push(inserted("another key", path, span.start + 1, by));
            } else if raw.starts_with('[') {
                let line = text[span.end..].find('\n').map_or(text.len(), |length| span.end + length);
                found.push(inserted("another key", path, line, format!("\nzzz = {WRONG}")));
            }
            walk(text, path, table, found);
        }
        DeValue::Array(items) => {
            if raw.starts_with('[') && raw.ends_with(']') && !raw.starts_with("[[") {
                let has_items = !items.is_empty();
                let comma = if has_items { ", " } else { "" };
                let mut first = inserted("another element", path, span.start + 1, format!("{WRONG}{comma}"));
                // What is said about an empty list is about what it then is not.
                first.about = if has_items { first.about } else { start..span.end };
                let first_about = first.about.clone();
                found.push(first);
                let open = raw.trim_end_matches(']').trim_end();
                let comma = if has_items && !open.ends_with(',') { ", " } else { "" };
                let end = span.start + open.len();
                let mut last = inserted("another element", path, end, format!("{comma}{WRONG}"));
                last.about = first_about;
                found.push(last);
            }
            for item in items {
                value(text, path, item.span().start, item, found);
            }
        }
        leaf => {
            let line = text[..start].rfind('\n').map_or(0, |end| end + 1)..span.end;
            if line.start == start && text[span.end..].starts_with('\n') {
                let again = format!("\n{}", &text[line]);
                found.push(inserted("the same line again", path, span.end, again.clone()));
                found.push(inserted("the same line twice again", path, span.end, again.clone() + &again));
                for (kind, at, by) in [
                    ("no TOML", span.clone(), "nobody knows".to_owned()),
                    ("two in a line", span.end..span.end, format!(" zzz = {WRONG}")),
                ] {
                    found.push(Mistake { kind, path: path.to_owned(), at, by, about: start..span.end });
                }
            }
            if path.ends_with(".expires") {
                let by = "31.12.2026".to_owned();
                found.push(Mistake {
                    kind: "no day",
                    path: path.to_owned(),
                    at: span.clone(),
                    by,
                    about: start..span.end,
                });
            }
            let by = if matches!(leaf, DeValue::Datetime(_)) { "\"soon\"" } else { WRONG };
            found.push(Mistake {
                kind: "another type",
                path: path.to_owned(),
                at: span.clone(),
                by: by.to_owned(),
                about: start..span.end,
            });
        }
    }
}

/// A finding by its file, its code and where it begins.
type Place = (String, &'static str, usize);

fn place(reading: &Reading, finding: &Finding) -> Place {
    let span = finding.primary.span;
    (reading.sources.get(span.source).name.clone(), finding.code.name, span.start)
}

impl Mistake {
    fn apply(&self, text: &str) -> String {
        format!("{}{}{}", &text[..self.at.start], self.by, &text[self.at.end..])
    }

    /// Where a place of the text is in the text with the mistake.
    fn moved(&self, start: usize) -> usize {
        let is_behind = start >= self.at.end && (start > 0 || self.at.end > 0);
        if is_behind { start + self.by.len() - self.at.len() } else { start }
    }

    /// Whether a finding of the text is about what is broken.
    fn breaks(&self, reading: &Reading, name: &str, finding: &Finding) -> bool {
        let labels = finding.related.iter().chain([&finding.primary]);
        labels.map(|label| label.span).any(|span| {
            let is_here = reading.sources.get(span.source).name == name;
            is_here && !self.about.is_empty() && span.start < self.about.end && span.end > self.about.start
        })
    }

    /// Whether a finding of the text with the mistake is about the mistake.
    fn explains(&self, (file, _, start): &Place, name: &str) -> bool {
        let end = self.about.end.max(self.at.start) + self.by.len() - self.at.len();
        file == name && (self.about.start..=end).contains(start)
    }

    /// The first excuse for a finding of this code that comes or goes.
    fn excuse(&self, code: &str) -> Option<&'static Excuse> {
        let has = |excuse: &Excuse| excuse.codes.is_empty() || excuse.codes.contains(&code);
        EXCUSED.iter().find(|excuse| self.path.contains(excuse.path) && has(excuse))
    }
}

/// What mistakes hide and bring.
#[derive(Default)]
struct Looked {
    /// How many mistakes there were.
    count: usize,
    /// What nothing excuses.
    wrong: Vec<String>,
    /// The excuses that were needed.
    needed: BTreeSet<&'static str>,
}

/// Makes each mistake in a fixture.
fn look(name: &str, text: &str) -> Looked {
    let mut looked = Looked::default();
    let before = check(name, text);
    let mistakes = mistakes(text);
    for mistake in &mistakes {
        let Mistake { kind, path, .. } = mistake;
        let after = check(name, &mistake.apply(text));
        let there: BTreeSet<Place> = after.findings.iter().map(|finding| place(&after, finding)).collect();
        let mut known = BTreeSet::new();
        for finding in &before.findings {
            let (file, code, start) = place(&before, finding);
            let moved = if file == name { mistake.moved(start) } else { start };
            let is_there = !known.insert((file.clone(), code, moved)) || there.contains(&(file, code, moved));
            if !is_there && !mistake.breaks(&before, name, finding) {
                looked.note(mistake, code, format!("{kind} {path} hides {code}: {name}"));
            }
        }
        let says_so = |finding: &&Finding| finding.primary.text == "silences nothing yet";
        let honest: BTreeSet<Place> =
            after.findings.iter().filter(says_so).map(|finding| place(&after, finding)).collect();
        for place in there.difference(&known).filter(|place| !honest.contains(place)) {
            if !mistake.explains(place, name) {
                looked.note(mistake, place.1, format!("{kind} {path} brings {}: {name}", place.1));
            }
        }
    }
    looked.count = mistakes.len();
    looked
}

impl Looked {
    fn note(&mut self, mistake: &Mistake, code: &str, what: String) {
        match mistake.excuse(code) {
            Some(excuse) => _ = self.needed.insert(excuse.why),
            None => self.wrong.push(what),
        }
    }
}

#[test]
fn both_of_two_are_judged() {
    let (_, text) = fixtures().into_iter().find(|(name, _)| name == "syntax.toml").expect("a fixture");
    let lines = r#"
filesharingAllowedDirectories = ["/Users"]
blockDockerLoad = true
proxy.http = "http://proxy.example:80"
blockDockerLoad = "x"
proxy.http = "http://user:word@proxy.example:80"
filesharingAllowedDirectories = ["/"]
enhancedContainerIsolation = "y"
[settings.enhancedContainerIsolation]
locked = 5
"#;
    let text = text.trim_end().to_owned() + lines;
    let reading = check("policy.toml", &text);
    let line = |finding: &Finding| reading.sources.line(finding.primary.span).to_owned();
    let found = |code: &str| reading.findings.iter().filter(|one| one.code.name == code).map(line).collect::<Vec<_>>();
    assert_eq!(found("wrong-type"), ["blockDockerLoad = \"x\"", "enhancedContainerIsolation = \"y\"", "locked = 5"]);
    assert_eq!(found("proxy-credentials").len(), 1);
    assert_eq!(found("broad-file-share").len(), 2);
    let twice = reading.findings.iter().filter(|one| !one.related.is_empty() && one.code.name == "syntax");
    assert_eq!(twice.count(), 4, "each shows both places");
}

#[test]
fn one_more_mistake_hides_nothing_and_brings_nothing_else() {
    let fixtures = fixtures();
    let mut all = Looked::default();
    thread::scope(|scope| {
        let look_at = |part: &[(String, String)]| part.iter().map(|(name, text)| look(name, text)).collect();
        let halves = fixtures.chunks(fixtures.len().div_ceil(2));
        let halves: Vec<_> = halves.map(|half| scope.spawn(move || look_at(half))).collect();
        for half in halves {
            let found: Vec<Looked> = half.join().expect("no panic");
            for mut looked in found {
                all.count += looked.count;
                all.wrong.append(&mut looked.wrong);
                all.needed.append(&mut looked.needed);
            }
        }
    });
    assert!(all.wrong.is_empty(), "{} of {} mistakes:\n{}", all.wrong.len(), all.count, all.wrong.join("\n"));
    assert!(all.count > 10_000, "{} mistakes", all.count);
    let idle = EXCUSED.iter().filter(|excuse| !all.needed.contains(excuse.why));
    assert_eq!(idle.map(|excuse| (excuse.path, excuse.why)).collect::<Vec<_>>(), [], "excuses that nothing needs");
}
