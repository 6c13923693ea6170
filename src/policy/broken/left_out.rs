//! The statements of a text that are no TOML, left out of it: each in a way that loses as little as can be.

use std::ops::Range;

use toml::de::DeTable;

use super::header::Header;
use super::line::{self, INVISIBLE};
use super::statement::statements;
use super::{Mistake, Readable, UNCLOSED, UNREAD, is_about_tables, is_bare, lose};
use crate::policy::lost::Lost;

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
    /// Leaves out what is no TOML, with what stands below a header that nobody understands.
    pub(super) fn leave_out_statements(&mut self, text: &str, is_damaged: bool, lost: &mut Lost) {
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
        // Without the end of its line.
        let range = range.start..range.start + said;
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
        let end = statement.end - usize::from(self.text[statement.clone()].ends_with('\n'));
        let fits = at + UNREAD.len() <= end;
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
