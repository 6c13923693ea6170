//! A text that is not TOML: what is left of it, so that no slip hides what else is wrong, and what to say about the slips.
//!
//! What is TOML, and means nothing to a policy, is in [`meant`](super::meant).

mod header;
mod line;
mod slip;
mod statement;
mod twice;

pub(super) use self::slip::{findings, single_quoted};

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use self::header::Header;
use self::line::INVISIBLE;
use self::statement::statements;
use self::twice::Part;
use super::graft;
use super::lost::Lost;

/// The parser's word for a name that a table has twice. Everything else in such a file can still be read.
pub(super) const DUPLICATE: &str = "duplicate key";

/// The word for a list, braces or a long text that is opened and not closed.
pub(super) const UNCLOSED: &str = "unclosed";

/// Whether a message is about what tables hold, and no slip of the pen: then each line can be read.
pub(super) fn is_about_tables(message: &str) -> bool {
    message == DUPLICATE || message.starts_with("cannot extend value")
}

/// What a parser did not understand, and where.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) at: Range<usize>,
    /// In the parser's words.
    pub(super) message: String,
    /// Of those that stand for one name, the first; the mistake is another one.
    pub(super) first: Option<Part>,
}

/// What is left of a text that is not TOML. Every byte keeps its place.
pub(super) struct Readable<'t> {
    /// The text without its broken statements, or with a value in them that no key can have.
    pub(super) text: Cow<'t, str>,
    /// Where those are: what is wrong there has been reported.
    pub(super) broken: Vec<Range<usize>>,
    /// What the parser does not understand, in file order.
    pub(super) mistakes: Vec<Mistake>,
    /// How many stand for one name, at most.
    pub(super) most: usize,
    /// What counts instead of the first that stands for the same name.
    pub(super) counted: Vec<Range<usize>>,
    /// The headers that are no TOML and can be understood, each with the name that stands for it in the text.
    headers: Vec<(String, Range<usize>, Header)>,
    /// Where such a name stands for another one.
    renamed: Vec<Range<usize>>,
}

/// No key and no setting can have this value, and it is short.
const UNREAD: &str = "=nan";

/// Under these names, whatever stands there may be any setting.
const OF_SETTINGS: [&str; 4] = ["extends", "platforms", "rings", "exceptions"];

/// The one list of tables that a policy has.
const LIST: &str = "exceptions";

/// What the statements that come next stand below.
enum Under<'t> {
    /// A header that can be read.
    Header,
    /// The header of an entry of the list, which has this name in its stead.
    Entry(String),
    /// A header that nobody understands, with the names in it that are some.
    Nothing(Vec<&'t str>),
}

/// What stands for a byte that is not UTF-8.
const BAD_BYTE: char = char::REPLACEMENT_CHARACTER;

impl<'t> Readable<'t> {
    /// What can be read; what the rest of the policy may lack because of the rest is `lost`. In a damaged text, what was
    /// no text is a replacement character.
    pub(super) fn new(text: &'t str, is_damaged: bool, which: usize, lost: &mut Lost) -> Self {
        let mut readable = Self {
            text: Cow::Borrowed(text),
            broken: Vec::new(),
            mistakes: Vec::new(),
            most: 1,
            counted: Vec::new(),
            headers: Vec::new(),
            renamed: Vec::new(),
        };
        let mut errors = DeTable::parse_recoverable(text).1;
        if errors.iter().all(|error| is_about_tables(error.message())) && !is_damaged {
            readable.take(0, &errors);
        } else if text.trim_start().starts_with('{') {
            errors.truncate(1);
            readable.take(0, &errors);
            readable.text = Cow::Owned(String::new());
            lost.add("");
        } else {
            readable.leave_out_statements(text, is_damaged, lost);
            let errors = DeTable::parse_recoverable(&readable.text).1;
            readable.take(0, &errors);
        }
        readable.count(which);
        readable.mistakes.sort_by_key(|mistake| (mistake.at.start, mistake.at.end));
        for mistake in readable.mistakes.iter().filter(|mistake| is_about_tables(&mistake.message)) {
            lose(&text[mistake.at.clone()], lost);
        }
        readable
    }

    /// Leaves out what does not count of those that stand for one name: the one at `which` does, or the first.
    fn count(&mut self, which: usize) {
        let about_tables = |mistake: &&mut Mistake| is_about_tables(&mistake.message);
        let again = self.mistakes.iter_mut().filter(about_tables).map(|mistake| mistake.at.start).collect();
        let groups = twice::groups(&self.text, &again);
        let firsts: BTreeMap<_, _> = groups
            .iter()
            .flat_map(|parts| parts.iter().map(|part| ((part.name.start, part.name.end), &parts[0])))
            .collect();
        for mistake in self.mistakes.iter_mut().filter(about_tables) {
            mistake.first = firsts.get(&(mistake.at.start, mistake.at.end)).map(|&first| first.clone());
        }
        // The parser reads the lines below each of several headers.
        for parts in groups.into_iter().filter(|parts| !parts.iter().all(|part| part.is_header)) {
            let kept = if which < parts.len() { which } else { 0 };
            for (at, part) in parts.iter().enumerate() {
                match at.cmp(&kept) {
                    Ordering::Less => self.blank(part.before_another()),
                    Ordering::Greater => self.blank(part.after_another()),
                    Ordering::Equal if kept > 0 => self.counted.push(part.whole.clone()),
                    Ordering::Equal => {}
                }
            }
            self.most = self.most.max(parts.len());
        }
    }

    /// The tables of the text, each where its header was meant to open it.
    pub(super) fn tables(&self) -> DeTable<'_> {
        let mut root = DeTable::parse_recoverable(&self.text).0.into_inner();
        for (name, _, header) in &self.headers {
            let Some((_, node)) = graft::take(&mut root, std::slice::from_ref(name)) else { continue };
            let Some(((last, at), outer)) = header.names.split_last() else { continue };
            let mut table = Some(&mut root);
            for (name, at) in outer {
                table = table.and_then(|table| graft::open(table, Cow::Borrowed(name), at.clone()));
            }
            let Some(table) = table else { continue };
            let node = if header.is_list {
                Spanned::new(node.span(), DeValue::Array([node].into_iter().collect()))
            } else {
                node
            };
            graft::put(table, Cow::Borrowed(last), at.clone(), node);
        }
        root
    }

    /// The text with its headers as they were written.
    pub(super) fn shown(&self, text: &str) -> Cow<'_, str> {
        let mut shown = Cow::Borrowed(&*self.text);
        for range in self.headers.iter().map(|(_, range, _)| range).chain(&self.renamed) {
            shown.to_mut().replace_range(range.clone(), &text[range.clone()]);
        }
        shown
    }

    /// Keeps errors of a part of the text that begins at `start`.
    fn take(&mut self, start: usize, errors: &[Error]) {
        let place = |at: usize| floor(&self.text, start + at);
        self.mistakes.extend(errors.iter().map(|error| {
            let span = error.span().unwrap_or(0..0);
            Mistake {
                at: place(span.start)..place(span.end.max(span.start)),
                message: error.message().to_owned(),
                first: None,
            }
        }));
    }

    fn leave_out_statements(&mut self, text: &str, is_damaged: bool, lost: &mut Lost) {
        let mut under = Under::Header;
        for statement in statements(text) {
            let said = &text[statement.range.clone()];
            if said.trim().is_empty() {
                continue;
            }
            // With the line's end before it, since the parser takes a byte-order mark at the beginning of a text.
            let from = statement.range.start.saturating_sub(1);
            let mut errors = DeTable::parse_recoverable(&text[from..statement.range.end]).1;
            errors.retain(|error| !is_about_tables(error.message()));
            let is_damaged = is_damaged && holds_bad_byte(said);
            let is_broken = !errors.is_empty() || statement.unclosed.is_some() || is_damaged;
            if let Some(mark) = &statement.unclosed {
                errors.retain(|error| error.span().is_some_and(|span| from + span.start < mark.start));
                self.mistakes.push(Mistake { at: mark.clone(), message: UNCLOSED.to_owned(), first: None });
            }
            self.take(from, &errors);
            let is_entry = line::unbracketed(said).is_some();
            let is_header = statement.is_header && !is_entry;
            let meant = if is_broken && !is_entry { Header::meant(text, statement.range.start) } else { None };
            if let Some(header) = meant.filter(|_| statement.unclosed.is_none()) {
                under = self.stand_in(statement.range, header);
            } else if is_header && is_broken {
                lost.add(&names(said).join("."));
                under = Under::Nothing(names(said));
                self.blank(statement.range);
            } else if is_header {
                under = match under {
                    Under::Entry(name) if names(said).len() > 1 && names(said)[0] == LIST => {
                        self.rename(&statement.range, LIST, &name);
                        Under::Entry(name)
                    }
                    _ => Under::Header,
                };
            } else if let Under::Nothing(names) = &under {
                if !said.trim_start().starts_with('#') {
                    lose_below(names, lost);
                }
                self.blank(statement.range);
            } else if is_broken {
                let entries = if statement.unclosed.is_none() { line::entries(said) } else { Vec::new() };
                if entries.len() < 2 {
                    self.leave_out(&statement.range, said, lost);
                    continue;
                }
                // Each gets a line of its own.
                for (entry, _) in entries {
                    let [start, end] = [entry.start, entry.end].map(|at| statement.range.start + at);
                    self.leave_out(&(start..end - 1), &said[entry.start..entry.end - 1], lost);
                    self.text.to_mut().replace_range(end - 1..end, "\n");
                }
            }
        }
    }

    /// Puts a header of its own in place of one that is no TOML, since the right one may be longer.
    fn stand_in(&mut self, range: Range<usize>, header: Header) -> Under<'t> {
        let name = format!("-{}", self.headers.len());
        let stand_in = format!("[{name}]");
        let said = self.text[range.clone()].trim_end_matches('\n').len();
        self.blank(range.clone());
        if said < stand_in.len() {
            return Under::Nothing(Vec::new());
        }
        self.text.to_mut().replace_range(range.start..range.start + stand_in.len(), &stand_in);
        let under = if header.is_list { Under::Entry(name.clone()) } else { Under::Header };
        self.headers.push((name, range, header));
        under
    }

    /// Gives the first name in a header another one that is shorter.
    fn rename(&mut self, range: &Range<usize>, name: &str, other: &str) {
        let Some(at) = self.text[range.clone()].find(name).map(|at| range.start + at) else { return };
        if other.len() <= name.len() {
            self.text.to_mut().replace_range(at..at + name.len(), &format!("{other:0$}", name.len()));
            self.renamed.push(at..at + name.len());
        }
    }

    /// Gives the name in a statement a value that cannot be read; where that is no help, makes it blank and loses it.
    fn leave_out(&mut self, statement: &Range<usize>, said: &str, lost: &mut Lost) {
        let line = said.lines().next().unwrap_or_default();
        let is_blank = |character: char| character.is_whitespace() || INVISIBLE.contains(&character);
        let assigned = line.split(['=', ':']).next().unwrap_or_default().trim_matches(is_blank);
        let assigned = assigned.trim_start_matches('[');
        let first = line.split_whitespace().next().unwrap_or_default();
        let has_mark = line.contains(['=', ':']);
        // Two words are a name and its value; more are a sentence.
        let name = if has_mark || line.split_whitespace().count() > 2 { assigned } else { first };
        let start = statement.start + line.find(name).unwrap_or_default();
        let at = start + name.len();
        let fits = statement.end - at >= UNREAD.len();
        if fits && DeTable::parse(&format!("{name}{UNREAD}")).is_ok() {
            self.blank(statement.start..start);
            self.blank(at..statement.end);
            self.text.to_mut().replace_range(at..at + UNREAD.len(), UNREAD);
            self.broken.push(if has_mark { at } else { start }..statement.end);
        } else {
            if !["//", ";"].iter().any(|comment| first.starts_with(comment)) {
                lose(if has_mark { name } else { first }, lost);
                // Wherever it is, it may be a setting.
                lost.add("settings.*");
            }
            self.blank(statement.clone());
        }
    }

    fn blank(&mut self, range: Range<usize>) {
        let blank: String =
            self.text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        self.text.to_mut().replace_range(range, &blank);
    }
}

/// Whether a byte that is not UTF-8 stands outside comments.
fn holds_bad_byte(said: &str) -> bool {
    said.contains(BAD_BYTE) && !said.trim_start().starts_with('#') && {
        let comment = said.rfind('#').filter(|at| !said[*at..].contains(['"', '\'', '\n']));
        said[..comment.unwrap_or(said.len())].contains(BAD_BYTE)
    }
}

/// The names in a header up to the first that is none.
fn names(header: &str) -> Vec<&str> {
    let inner = header.trim().trim_start_matches('[').split(']').next().unwrap_or_default();
    inner.split('.').map(|name| name.trim().trim_matches('"')).take_while(|name| is_bare(name)).collect()
}

/// Loses what stands below a broken header.
fn lose_below(names: &[&str], lost: &mut Lost) {
    let is_any = names.first().is_none_or(|first| OF_SETTINGS.contains(first));
    lost.add(&if is_any { String::new() } else { names.join(".") });
}

fn is_bare(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Loses what a name stands for, wherever that is; everything when it is no name.
fn lose(name: &str, lost: &mut Lost) {
    for part in name.split('.').map(|part| part.trim().trim_matches(['"', '\''])) {
        match part {
            // A file that cannot be named could say anything.
            "extends" => lost.add(""),
            part if is_bare(part) => lost.add_anywhere(part),
            _ => lost.add(""),
        }
    }
}

/// The nearest place that is no part of a character.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
