//! What is wrong with a file that is not TOML, in the words of somebody who wanted to write a policy, and what is left of it.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, Error};

use super::lost::Lost;
use crate::catalog::{Shape, catalog};
use crate::finding::{Finding, SYNTAX};
use crate::source::SourceId;

/// The parser's word for a name that a table has twice. Everything else in such a file can still be read.
const DUPLICATE: &str = "duplicate key";

/// One finding for each broken line, and not many: one slip often breaks everything after it.
const MOST: usize = 10;

/// What is left of a text that is not TOML. Every byte keeps its place.
pub(super) struct Readable<'t> {
    /// The text without its broken lines, or with a value in them that no key can have.
    pub(super) text: Cow<'t, str>,
    /// Where those values are: what is wrong there has been reported.
    pub(super) broken: Vec<Range<usize>>,
}

/// No key and no setting can have this value, and it is short.
const UNREAD: &str = "=nan";

/// What can be read; what the rest of the policy may lack because of broken lines is `lost`.
///
/// `None` where a broken line may belong to others, such as the first of a list: then nobody knows what those mean.
pub(super) fn readable<'t>(text: &'t str, errors: &[Error], lost: &mut Lost) -> Option<Readable<'t>> {
    for error in errors.iter().filter(|error| error.message() == DUPLICATE) {
        lose(error.span().and_then(|span| text.get(span)).unwrap_or_default(), lost);
    }
    let mut readable = Readable { text: Cow::Borrowed(text), broken: Vec::new() };
    let mut lines = lines(text, errors);
    for _ in 0..MOST {
        if lines.is_empty() {
            return Some(readable);
        }
        for line in lines {
            if !stands_alone(&readable.text[line.clone()]) {
                lost.add("");
                return None;
            }
            leave_out(&mut readable, line, lost);
        }
        lines = self::lines(&readable.text, &DeTable::parse_recoverable(&readable.text).1);
    }
    lost.add("");
    None
}

/// Gives the name on a line a value that cannot be read; where that is no help, makes the line blank and loses it.
fn leave_out(readable: &mut Readable<'_>, line: Range<usize>, lost: &mut Lost) {
    let said = &readable.text[line.clone()];
    let name = said.split(['=', ':']).next().unwrap_or_default().trim_end();
    let at = line.start + name.len();
    let is_new = !readable.broken.iter().any(|broken| line.contains(&broken.start));
    if is_new && !name.trim().is_empty() && line.end - at >= UNREAD.len() {
        readable.text.to_mut().replace_range(at..line.end, &format!("{UNREAD:<width$}", width = line.end - at));
        readable.broken.push(at..line.end);
    } else {
        lose(name, lost);
        // Wherever it is, it may be a setting.
        lost.add("settings.*");
        readable.text.to_mut().replace_range(line.clone(), &" ".repeat(line.len()));
    }
}

/// The lines that the parser did not understand.
fn lines(text: &str, errors: &[Error]) -> Vec<Range<usize>> {
    let errors = errors.iter().filter(|error| error.message() != DUPLICATE);
    let places = errors.map(|error| error.span().map_or(0, |span| floor(text, span.start)));
    let line = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        start..text[at..].find('\n').map_or(text.len(), |length| at + length)
    };
    let mut lines: Vec<_> = places.map(line).collect();
    lines.sort_unstable_by_key(|line| line.start);
    lines.dedup();
    lines
}

/// Whether what other lines mean does not hang on this one: it opens no table, no list and no long text.
fn stands_alone(line: &str) -> bool {
    let count = |marks: [char; 2]| line.matches(marks).count();
    !line.trim_start().starts_with('[')
        && !["\"\"\"", "'''"].iter().any(|quotes| line.contains(quotes))
        && count(['[', '{']) == count([']', '}'])
}

/// Loses what a name stands for, wherever that is; everything when it is no name.
fn lose(name: &str, lost: &mut Lost) {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    for part in name.split('.').map(|part| part.trim().trim_matches(['"', '\''])) {
        match part {
            // A file that cannot be named could say anything.
            "" | "extends" => lost.add(""),
            part if part.bytes().all(is_bare) => lost.add_anywhere(part),
            _ => lost.add(""),
        }
    }
}

/// The nearest place that is no part of a character.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The findings for what the parser said about `text`.
pub(super) fn findings(source: SourceId, text: &str, errors: &[Error]) -> Vec<Finding> {
    let mut errors: Vec<(usize, usize, &str)> = errors
        .iter()
        .map(|error| (error.span().unwrap_or(0..0), error.message()))
        .map(|(span, message)| (floor(text, span.start), floor(text, span.end.max(span.start)), message))
        .collect();
    errors.sort_unstable();
    errors.dedup_by(|later, first| !text[first.0..later.0].contains('\n'));
    let finding = |(start, end, message)| {
        let (message, help) = meant(&text[..start], &text[start..end], &text[end..], message);
        Finding::new(&SYNTAX, source.span(start..end), message).label("here").help_if(help)
    };
    errors.into_iter().take(MOST).map(finding).collect()
}

/// What was probably meant at `word`, and what to type. The parser's own message is for people who know TOML.
fn meant(before: &str, word: &str, after: &str, message: &str) -> (String, Option<String>) {
    let rest = || word.chars().chain(after.chars());
    let said = |message: &str, help: String| (message.to_owned(), Some(help));
    if message == DUPLICATE {
        return (format!("`{word}` is given twice in one table"), Some("keep one of the two".to_owned()));
    }
    if let Some(kind) = message.strip_prefix("cannot extend value of type ") {
        let help = match kind.starts_with("inline table") {
            true => format!("move this into the braces of `{word}`"),
            false if has_a_value(word) => {
                format!("write the line that gives `{word}` its value as `{word}.value = …`")
            }
            false => "keep one of the two".to_owned(),
        };
        return (format!("`{word}` has a value, and can have no members besides"), Some(help));
    }
    if message.starts_with("missing escaped value") {
        let help = r"single quotes take it as it is, as in `'C:\src'`; in double quotes it is written `\\`";
        return said(r"a lone `\` in double quotes", help.to_owned());
    }
    if word.is_empty() && message.starts_with("string values must be quoted") {
        return said("a name without a value", "write one after `=`, or remove the line".to_owned());
    }
    if let Some(inner) = word.strip_prefix(['“', '”', '„', '‘', '’', '«']) {
        let inner = inner.trim_end_matches(['“', '”', '‘', '’', '»']);
        return said("typographic quotes are no quotes in TOML", format!("write `\"{inner}\"`"));
    }
    if let Some(truth) = truth(word) {
        return (format!("`{word}` is not a value in TOML"), Some(format!("write {truth}")));
    }
    if is_value(message) && word.chars().all(|character| !character.is_control() && !r#""'\,#"#.contains(character)) {
        return said("text without quotes", format!("write `\"{word}\"`"));
    }
    if rest().next() == Some(':') || before.trim_end().ends_with(':') {
        return said("a colon where TOML wants `=`", "write `name = value`".to_owned());
    }
    if rest().take(2).eq("//".chars()) {
        return said("a comment in TOML begins with `#`", "write `#`".to_owned());
    }
    if before.trim().is_empty() && rest().next() == Some('{') {
        return said("this is JSON", "a policy is TOML; `stanchion init` writes one to start from".to_owned());
    }
    let closes = message.starts_with("missing comma between array elements");
    let help = closes.then(|| "if the list ends before this, close it with `]`".to_owned());
    (format!("not TOML: {message}"), help)
}

/// Whether a setting of this name can say its value as a member.
fn has_a_value(name: &str) -> bool {
    let catalog = catalog();
    let mut settings = catalog.settings().iter().filter(|setting| setting.name() == name);
    settings.any(|its| its.shape == Shape::Setting || catalog.find(&format!("{}.value", its.key)).is_some())
}

/// Whether the parser wanted a value and found a bare word.
fn is_value(message: &str) -> bool {
    ["string values must be quoted", "invalid boolean", "invalid float"].iter().any(|start| message.starts_with(start))
}

/// What other languages call true, false and nothing.
fn truth(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("`true`"),
        "false" | "no" | "off" => Some("`false`"),
        "null" | "none" | "nil" => Some("nothing: an absent setting is the user's to choose"),
        _ => None,
    }
}
