//! A text that is not TOML: what is left of it, so that no slip hides what else is wrong, and what to say about the slips.
//!
//! What is TOML, and means nothing to a policy, is in [`meant`](super::meant).

mod header;
mod json;
mod left_out;
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
use self::twice::Part;
use super::graft;
use super::lost::Lost;

/// The parser's word for a name that a table has twice. Everything else in such a file can still be read.
pub(super) const DUPLICATE: &str = "duplicate key";

/// No key and no setting can have this value, and it is short.
const UNREAD: &str = "=nan";

/// The word for members of JSON that stand where lines of TOML should.
const PASTED: &str = "JSON";

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
            let (read, pasted) = json::pasted(text);
            readable.mistakes.extend(pasted.iter().map(|json| Mistake {
                at: json.range.clone(),
                message: PASTED.to_owned(),
                first: None,
            }));
            readable.broken.extend(pasted.into_iter().flat_map(|json| json.unread));
            readable.text = Cow::Owned(read.into_owned());
            let text = readable.text.clone();
            readable.leave_out_statements(&text, is_damaged, lost);
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
        for (name, range, header) in &self.headers {
            let Some((_, node)) = graft::take(&mut root, std::slice::from_ref(name)) else { continue };
            // What stands for the header is not as long.
            let node = Spanned::new(range.clone(), node.into_inner());
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

    fn blank(&mut self, range: Range<usize>) {
        let blank: String =
            self.text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        self.text.to_mut().replace_range(range, &blank);
    }
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
