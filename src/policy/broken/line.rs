//! Slips that concern a whole line: the parser sees where it stopped, a person sees the line.

use std::ops::Range;

use toml::de::DeTable;
use toml_parser::lexer::TokenKind;

use super::header::Header;
use super::slip::Slip;
use super::statement::{is_our_name, tokens};
use super::{Mistake, PASTED, is_about_tables, is_bare, json};
use crate::finding::all_of;
use crate::policy::meant;
use crate::visible::{seen, strange};

/// What copies from web pages and chats carry along: spaces that are none, and nothing at all.
pub(super) const INVISIBLE: [char; 6] = ['\u{a0}', '\u{202f}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}'];

/// The slip on the line of a mistake, if it is one of these.
pub(super) fn slip(text: &str, mistake: &Mistake) -> Option<Slip> {
    let said = line(text, mistake.at.start);
    let found = |at: Range<usize>, message: &str, help: String| {
        Some(Slip { at, message: message.to_owned(), help: Some(help) })
    };
    let begins = |start: &str| mistake.message.starts_with(start);
    if is_about_tables(&mistake.message) {
        return None;
    }
    if mistake.message == PASTED {
        let said = &text[mistake.at.clone()];
        let help = match (json::line(said), entries(said)) {
            (Some(line), _) if said.contains('\n') => {
                format!("write `{line}` in place of all {} lines", said.lines().count())
            }
            (Some(line), _) => format!("write `{line}`"),
            (None, entries) if !entries.is_empty() => each_on_a_line(&entries),
            (None, _) => "save it as a file, and let `stanchion import FILE` write it as TOML".to_owned(),
        };
        return found(mistake.at.clone(), "this is JSON, and a policy is TOML", help);
    }
    if let Some((at, right)) = disguised(&text[said.clone()]) {
        let name = &text[said.start..][at.clone()];
        let what = if right.starts_with('[') { "header" } else { "name" };
        let message = format!("a {what} that TOML does not take{}", strange(name));
        return found(said.start + at.start..said.start + at.end, &message, format!("write `{right}`"));
    }
    if let Some((at, invisible)) = invisible(text, said.start..said.end.max(mistake.at.end)) {
        let message = format!("an invisible character, U+{:04X}", u32::from(invisible));
        return found(
            at..at + invisible.len_utf8(),
            &message,
            "remove it and type a blank where one is needed".to_owned(),
        );
    }
    let content = &text[said.clone()];
    if content.starts_with(';') {
        return found(said.start..said.start + 1, "a comment in TOML begins with `#`", "write `#`".to_owned());
    }
    if let Some(entry) = unbracketed(content) {
        return found(
            said.clone(),
            "a bracket opens a table, and this is a name with a value",
            format!("write `{entry}`"),
        );
    }
    if let Some(day) = no_day(content) {
        let at = said.start + content.find(day)?;
        return found(at..at + day.len(), &format!("`{day}` is no day in TOML"), meant::day(day));
    }
    let entries = entries(content);
    if entries.len() > 1 {
        return found(said.clone(), "TOML takes one entry a line", each_on_a_line(&entries));
    }
    if let Some(entry) = reassigned(content) {
        return found(said.clone(), "a name and its value have `=` alone between them", format!("write `{entry}`"));
    }
    if !content.contains('=') {
        match Header::meant(text, said.start) {
            Some(header) => {
                return found(said.clone(), "not a header in TOML", format!("write `{}`", header.written()));
            }
            None if content.starts_with('[') => return None,
            None => {}
        }
    }
    let first = content.split_whitespace().next().unwrap_or_default();
    if begins("key with no value") && !first.contains(':') && !first.starts_with("//") {
        let assigned =
            content.split_once(char::is_whitespace).map(|(name, value)| format!("{name} = {}", value.trim()));
        return match assigned {
            None => {
                found(said, "a name without a value", "write `=` and a value after it, or remove the line".to_owned())
            }
            Some(line) if DeTable::parse(&line).is_ok() => {
                found(said, "a name and a value without `=`", format!("write `{line}`"))
            }
            Some(_) => {
                found(said, "neither a name with a value nor a comment", "write `#` before it, or remove it".to_owned())
            }
        };
    }
    let quote = [("invalid basic string", '"'), ("invalid literal string", '\'')];
    let (_, quote) = quote.into_iter().find(|(start, _)| begins(start) && mistake.at.is_empty())?;
    let opens = said.start + content.rfind(quote)?;
    found(opens..said.end, "a text that nothing closes", format!("write `{quote}` where it ends"))
}

/// The entry in a line that a bracket makes look like a header.
pub(super) fn unbracketed(line: &str) -> Option<&str> {
    let entry = line.trim().strip_prefix('[')?;
    let is_entry = |entry: &&str| entry.contains('=') && DeTable::parse(entry).is_ok();
    [Some(entry), entry.strip_suffix(']')].into_iter().flatten().find(is_entry)
}

/// What a line has where a day belongs, or what looks like one, and is none.
fn no_day(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    let day = value.split('#').next().unwrap_or_default().trim();
    let takes_a_day = name.trim().ends_with("expires") && day.starts_with(|first: char| first.is_ascii_digit());
    (takes_a_day || !meant::days(day).is_empty()).then_some(day)
}

/// What to do with the entries of a line.
fn each_on_a_line(entries: &[(Range<usize>, String)]) -> String {
    let entries = all_of(entries.iter().map(|(_, entry)| entry.as_str()));
    format!("write {entries}, each on a line of its own")
}

/// Longer than the lines that people write several entries in.
const LONGEST: usize = 1000;

/// The entries of a line that holds several, with their places; none where it holds anything else.
pub(super) fn entries(line: &str) -> Vec<(Range<usize>, String)> {
    let line = line.trim_end();
    if line.len() > LONGEST {
        return Vec::new();
    }
    let tokens = tokens(line, 0);
    let is_name =
        |kind| matches!(kind, TokenKind::Atom | TokenKind::BasicString | TokenKind::LiteralString | TokenKind::Dot);
    let mut marks: Vec<(usize, Range<usize>)> = Vec::new();
    let mut depth = 0_usize;
    for (at, (kind, range)) in tokens.iter().enumerate() {
        match kind {
            TokenKind::Newline | TokenKind::Comment => return Vec::new(),
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
            _ if depth == 0 && (*kind == TokenKind::Equals || &line[range.clone()] == ":") => {
                let before = tokens[..at].iter().rev().skip_while(|(kind, _)| *kind == TokenKind::Whitespace);
                let name = before.take_while(|(kind, its)| is_name(*kind) && !line[its.clone()].ends_with(';')).last();
                let Some((_, name)) = name else { return Vec::new() };
                marks.push((name.start, range.clone()));
            }
            _ => {}
        }
    }
    let ends = marks.iter().skip(1).map(|(start, _)| *start).chain([line.len()]);
    let entries = marks.iter().zip(ends).map(|((start, mark), end)| {
        let value = line.get(mark.end..end)?.trim_end_matches([' ', '\t', ',', ';']).trim_start();
        let name = line[*start..mark.start].trim();
        let bare = name.trim_matches('"');
        let name = if bare.split('.').all(is_bare) && !bare.contains('.') { bare } else { name };
        let entry = format!("{name} = {value}");
        DeTable::parse(&entry).is_ok().then_some((*start..end, entry))
    });
    entries.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The entry in a line with the assignment of another language, or with a blank in a name that is known without.
fn reassigned(line: &str) -> Option<String> {
    let (name, value) = line.split_once(['=', ':'])?;
    let value = value.trim_start_matches(['=', '>']).trim();
    let between = &line[name.trim_end().len()..];
    let name = name.trim();
    let known = ["", "-"].into_iter().map(|between| name.split_whitespace().collect::<Vec<_>>().join(between));
    let name = if name.contains(char::is_whitespace) {
        known.into_iter().find(|name| name.split('.').all(is_our_name))?
    } else if ["=>", "==", ":="].iter().any(|mark| between.trim_start().starts_with(mark)) || between.starts_with(" :")
    {
        name.to_owned()
    } else {
        return None;
    };
    let entry = format!("{name} = {value}");
    DeTable::parse(&entry).is_ok().then_some(entry)
}

/// What to mark where the parser names a place between two characters: the word that follows, or the line that ends.
pub(super) fn marked(text: &str, at: Range<usize>) -> Range<usize> {
    let word = text[at.start..].find(char::is_whitespace).map_or(text.len(), |length| at.start + length);
    match line(text, at.start) {
        _ if !at.is_empty() => at,
        _ if word > at.start => at.start..word,
        line if line.is_empty() => at,
        line => line,
    }
}

/// What the line at this place holds between its outer blanks.
fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let content = text[start..end].trim_matches([' ', '\t']);
    let start = start + text[start..end].find(content).unwrap_or_default();
    start..start + content.len()
}

/// A name, or a header, without quotes that only looks like one of TOML, and the one that it looks like.
fn disguised(line: &str) -> Option<(Range<usize>, String)> {
    let is_header = seen(line).starts_with('[');
    let name =
        if is_header { line } else { line.split(['=', ':']).next().unwrap_or_default().trim_end_matches([' ', '\t']) };
    let right = seen(name);
    let is_sound = if is_header { DeTable::parse(&right).is_ok() } else { right.split('.').all(is_bare) };
    (right != name && is_sound).then(|| (0..name.len(), right.into_owned()))
}

/// The first invisible character outside texts and comments.
fn invisible(text: &str, line: Range<usize>) -> Option<(usize, char)> {
    let bare = text[line.clone()].split(['"', '\'', '#']).next().unwrap_or_default();
    let (at, found) = bare.char_indices().find(|(_, character)| INVISIBLE.contains(character))?;
    Some((line.start + at, found))
}
