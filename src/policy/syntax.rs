//! What is left of a file that is not TOML.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, Error};

use super::lost::Lost;

/// The parser's word for a name that a table has twice. Everything else in such a file can still be read.
pub(super) const DUPLICATE: &str = "duplicate key";

/// One finding for each broken line, and not many: one slip often breaks everything after it.
pub(super) const MOST: usize = 10;

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
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
