//! Members of JSON that stand where lines of TOML should, `"name": { … },`: read as what they mean, and told once.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::IgnoredAny;
use toml::de::DeTable;
use toml_parser::lexer::TokenKind;

use super::UNREAD;
use super::statement::{statements, tokens};

/// Some members of JSON, one after the other.
pub(super) struct Pasted {
    /// Where they stand.
    pub(super) range: Range<usize>,
    /// The same as TOML, with as many bytes: each name and each value keeps its place.
    toml: String,
    /// How many they are.
    count: usize,
    /// Where nothing could be read.
    pub(super) unread: Vec<Range<usize>>,
}

impl Pasted {
    fn line(&self) -> Option<String> {
        let words = self.toml.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = unquoted(words.trim_end_matches([',', ' ']));
        (self.count == 1 && self.unread.is_empty() && line.len() <= LONGEST).then_some(line)
    }
}

/// A line with its names as a person writes them.
fn unquoted(line: &str) -> String {
    let tokens = tokens(line, 0);
    let marks = || tokens.iter().filter(|(kind, _)| *kind != TokenKind::Whitespace);
    let names: Vec<_> = marks().zip(marks().skip(1)).filter(|(_, (next, _))| *next == TokenKind::Equals).collect();
    let mut plain = line.to_owned();
    for ((_, name), (_, assign)) in names.into_iter().rev() {
        let inner = line[name.clone()].trim_matches('"');
        let name_as = if super::is_bare(inner) { inner } else { &line[name.clone()] };
        let end = line.len() - line[assign.end..].trim_start().len();
        plain.replace_range(name.start..end, &format!("{name_as} = "));
    }
    plain
}

/// Members of JSON as one line of TOML, where one is enough.
pub(super) fn line(json: &str) -> Option<String> {
    stretch(json, 0)?.line()
}

/// So far goes what is no JSON, at most, when its end is looked for.
const MOST_BROKEN: usize = 1000;

/// Longer lines nobody types.
const LONGEST: usize = 80;

/// The text with its JSON as TOML, and where that was. A member that is a line of its own and holds no other is a slip
/// like any other.
pub(super) fn pasted(text: &str) -> (Cow<'_, str>, Vec<Pasted>) {
    let (mut read, mut found) = (Cow::Borrowed(text), Vec::new());
    let mut end = 0;
    // Inside a text that TOML has, JSON is right.
    let statements = if text.contains("\":") || text.contains("\" :") { statements(text) } else { Vec::new() };
    for statement in statements {
        let stretch = if statement.range.start < end { None } else { stretch(text, statement.range.start) };
        if let Some(stretch) = stretch {
            end = stretch.range.end;
            read.to_mut().replace_range(stretch.range.clone(), &stretch.toml);
            found.push(stretch);
        }
    }
    (read, found)
}

/// The members that begin with the line at a place, perhaps after a brace alone on that line.
fn stretch(text: &str, line: usize) -> Option<Pasted> {
    let start = line + text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
    let is_braced = text[start..].starts_with("{\n");
    let mut next = if is_braced { blanks(text, start + 1) } else { start };
    let mut toml = if is_braced { text[start..next].replacen('{', " ", 1) } else { String::new() };
    let (mut count, mut end, mut is_one) = (0, start, true);
    let mut unread = Vec::new();
    while let Some((name, value, after)) = member(text, next) {
        let mut entry = [assigned(&text[next..value]), assigned(&text[value..after])].concat();
        if DeTable::parse(&entry).is_err() {
            if after < name + UNREAD.len() {
                break;
            }
            entry = format!("{}{UNREAD}{}", &text[next..name], blank(&text.as_bytes()[name + UNREAD.len()..after]));
            unread.push(name..after);
        }
        count += 1;
        is_one &= !text[value..].starts_with(['{', '[']) && text[next..after].lines().count() == 1;
        toml += &entry;
        end = after;
        let comma = blanks(text, after);
        if !text[comma..].starts_with(',') {
            break;
        }
        // In place of the comma, the line ends.
        let is_last = text[comma + 1..].trim_start_matches([' ', '\t']).starts_with(['\n', '#']);
        is_one &= is_last;
        toml += &text[after..comma];
        toml.push(if is_last { ' ' } else { '\n' });
        end = comma + 1;
        next = blanks(text, end);
        toml += &text[end..next];
    }
    if is_braced && text[blanks(text, end)..].starts_with('}') {
        let brace = blanks(text, end);
        toml.truncate(end - start);
        toml += &text[end..brace];
        toml.push(' ');
        end = brace + 1;
    }
    toml.truncate(end - start);
    (count > 0 && (is_braced || !is_one)).then_some(Pasted { range: start..end, toml, count, unread })
}

/// Where the name of the member at a place ends, and where its value begins and ends.
fn member(text: &str, at: usize) -> Option<(usize, usize, usize)> {
    let mut names = serde_json::Deserializer::from_str(text[at..].strip_prefix('"').map(|_| &text[at..])?).into_iter();
    names.next().and_then(Result::<String, _>::ok)?;
    let name = at + names.byte_offset();
    let colon = blanks(text, name);
    let value = blanks(text, colon + text[colon..].strip_prefix(':').map(|_| 1)?);
    let mut values = serde_json::Deserializer::from_str(&text[value..]).into_iter();
    let length = match values.next() {
        Some(Ok(IgnoredAny)) => values.byte_offset(),
        _ => braces(&text[value..])?,
    };
    Some((name, value, value + length))
}

/// How long the braces are with which some text begins that is no JSON.
fn braces(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_text = false;
    for (at, mark) in text.char_indices().take(MOST_BROKEN) {
        match mark {
            '"' => is_text = !is_text,
            '\n' => is_text = false,
            '{' if !is_text => depth += 1,
            '}' if !is_text => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1).filter(|length| *length > 1);
        }
    }
    None
}

/// What follows the blanks and the ends of lines from a place.
fn blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t', '\n']).len()
}

/// As many blanks, in as many lines.
fn blank(text: &[u8]) -> String {
    text.iter().map(|byte| if *byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// Some JSON with `=` for each colon outside its texts.
fn assigned(json: &str) -> String {
    let (mut is_text, mut is_escaped) = (false, false);
    let assign = |mark: char| {
        let is_colon = mark == ':' && !is_text;
        is_text ^= mark == '"' && !is_escaped;
        is_escaped = mark == '\\' && !is_escaped;
        if is_colon { '=' } else { mark }
    };
    json.chars().map(assign).collect()
}
