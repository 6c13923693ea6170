//! The policy as text: tables in a fixed order, one line for each thing, and after it where it came from.

use std::fmt::Write as _;
use std::ops::Range;

use super::draft::{Draft, Line, Table};
use super::preset;
use super::text::printable;
use super::toml_text::{inline, key, literal};
use crate::catalog::catalog;
use crate::platform::Platform;
use crate::source::Sources;
use crate::value::Value;

/// The text, and where each line of the draft stands in it.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) places: Vec<Place>,
}

/// Where a line of the draft stands in the text, without its remark.
pub(super) struct Place {
    pub(super) range: Range<usize>,
    /// Its number.
    pub(super) line: usize,
    /// Where each element of its list stands.
    pub(super) elements: Vec<Range<usize>>,
}

/// Writes the whole policy.
pub(super) fn policy(draft: &Draft, sources: &Sources) -> Written {
    let mut writer = Writer { draft, sources, text: String::new(), places: Vec::new() };
    writer.head();
    for table in [Table::Organization, Table::Fleet] {
        writer.table(table);
    }
    writer.sign_in();
    let mut tables: Vec<Table> = draft.lines.iter().map(|line| line.table).filter(|its| *its > Table::SignIn).collect();
    tables.sort_unstable();
    tables.dedup();
    for table in tables {
        writer.table(table);
    }
    writer.left_out();
    Written { text: writer.text, places: writer.places }
}

struct Writer<'a> {
    draft: &'a Draft,
    sources: &'a Sources,
    text: String,
    places: Vec<Place>,
}

impl Writer<'_> {
    fn head(&mut self) {
        self.comment(&format!("Imported from {}.", self.draft.files.join(", ")));
        let where_from = if self.draft.files.len() == 1 { "the line" } else { "the file and the line" };
        self.comment(&format!("Behind each value is {where_from} that it came from, and what was changed."));
        for remark in &self.draft.remarks {
            self.text.push_str("#\n");
            self.comment(remark);
        }
        if let Some(span) = self.draft.lost_presence() {
            let name = &self.sources.get(span.source).name;
            self.text.push_str("#\n");
            self.comment(&format!("{name} sets nothing that a policy can hold, but by being there it makes every user sign in. A policy without settings takes that file away: add [sign-in] to say who may use Docker Desktop."));
        }
        self.text.push('\n');
        let Some(preset) = self.draft.preset else { return };
        for remark in preset::remarks(self.draft) {
            self.comment(&remark);
        }
        _ = writeln!(self.text, "extends = [{}]\n", literal(&preset.name.into()));
    }

    /// A comment of any length, on lines that fit.
    fn comment(&mut self, text: &str) {
        const WIDTH: usize = 100;
        let mut width = 0;
        for word in text.split(' ') {
            let word = printable(word);
            let length = word.chars().count();
            if width == 0 || width + 1 + length > WIDTH {
                let start = if width == 0 { "#" } else { "\n#" };
                self.text.push_str(start);
                width = 1;
            }
            _ = write!(self.text, " {word}");
            width += 1 + length;
        }
        self.text.push('\n');
    }

    fn lines(&self, table: Table) -> Vec<(usize, &Line)> {
        self.draft.lines.iter().enumerate().filter(|(_, line)| line.table == table).collect()
    }

    fn table(&mut self, table: Table) {
        let lines = self.lines(table);
        if lines.is_empty() {
            return;
        }
        let header = match table {
            Table::Organization => "[organization]".to_owned(),
            Table::Fleet => "[fleet]".to_owned(),
            Table::SignIn | Table::Organizations => "[sign-in]".to_owned(),
            Table::Settings(None) => "[settings]".to_owned(),
            Table::Settings(Some(platform)) => format!("[platforms.{platform}.settings]"),
            Table::Undocumented(None) => "[undocumented-settings]".to_owned(),
            Table::Undocumented(Some(platform)) => format!("[platforms.{platform}.undocumented-settings]"),
        };
        let lines: Vec<(usize, Line)> = lines.into_iter().map(|(id, line)| (id, line.clone())).collect();
        _ = writeln!(self.text, "{header}");
        for (id, line) in &lines {
            if !self.is_implied(line) {
                self.line(*id, line);
            }
        }
        self.text.push('\n');
    }

    /// A group is locked unless a policy says otherwise, so that need not be said where the group is.
    fn is_implied(&self, line: &Line) -> bool {
        let Some(group) = line.key.strip_suffix(".locked") else { return false };
        let is_member = |other: &&Line| other.key != line.key && other.key.split('.').next() == Some(group);
        let members: Vec<&Line> = self.draft.lines.iter().filter(is_member).collect();
        let present = || members.iter().filter(|other| other.dropped.is_none());
        let reaches = |platform: Platform| {
            let knows = |other: &Line| catalog().find(&other.key).is_some_and(|its| its.platforms.contains(&platform));
            present().any(|other| knows(other) && other.table.reaches(platform))
        };
        let is_by_group = match line.table {
            Table::Settings(Some(platform)) => reaches(platform),
            _ => self.draft.platforms.iter().copied().all(reaches),
        };
        self.draft.preset.is_none()
            && (self.draft.is_left_alone(line) || (line.value == Value::Boolean(true) && is_by_group))
    }

    fn line(&mut self, id: usize, line: &Line) {
        let name = match line.table {
            Table::Undocumented(_) => key(&line.key),
            _ => line.key.split('.').map(key).collect::<Vec<_>>().join("."),
        };
        if let Some(why) = &line.dropped {
            let place = self.place(line).map(|place| format!(" ({place})")).unwrap_or_default();
            return self.comment(&format!("{name}: left out{place}: {why}"));
        }
        let start = self.text.len();
        let value = value(line);
        _ = write!(self.text, "{name} = {value}");
        let elements = elements(line, &value, self.text.len() - value.len());
        self.places.push(Place { range: start..self.text.len(), line: id, elements });
        self.remark(line);
    }

    /// What stands behind a value.
    fn remark(&mut self, line: &Line) {
        let remark: Vec<String> = self.place(line).into_iter().chain(line.remark.clone()).collect();
        if !remark.is_empty() {
            _ = write!(self.text, " # {}", printable(&remark.join(": ")));
        }
        self.text.push('\n');
    }

    /// `file:line`; of one file alone, `line 4`.
    fn place(&self, line: &Line) -> Option<String> {
        let span = line.origin?.value;
        let source = self.sources.get(span.source);
        let number = source.line_of(span.start);
        Some(if self.draft.files.len() == 1 { format!("line {number}") } else { format!("{}:{number}", source.name) })
    }

    fn sign_in(&mut self) {
        let names: Vec<(usize, Line)> =
            self.lines(Table::Organizations).into_iter().map(|(id, line)| (id, line.clone())).collect();
        if names.iter().all(|(_, line)| line.dropped.is_some()) {
            for (_, line) in &names {
                let why = line.dropped.as_deref().unwrap_or_default();
                self.comment(&format!(
                    "the organization {:?}: left out: {why}",
                    printable(line.value.as_str().unwrap_or_default())
                ));
            }
            return;
        }
        self.text.push_str("[sign-in]\n");
        self.text.push_str("organizations = [");
        let alone = names.len() == 1;
        for (id, line) in &names {
            self.text.push_str(if alone { "" } else { "\n    " });
            if let Some(why) = &line.dropped {
                _ = write!(
                    self.text,
                    "# {}: left out: {}",
                    printable(line.value.as_str().unwrap_or_default()),
                    printable(why)
                );
                continue;
            }
            let start = self.text.len();
            self.text.push_str(&literal(&line.value));
            self.places.push(Place { range: start..self.text.len(), line: *id, elements: Vec::new() });
            if !alone {
                self.text.push(',');
                let place: Vec<String> = self.place(line).into_iter().chain(line.remark.clone()).collect();
                _ = write!(self.text, " # {}", printable(&place.join(": ")));
            }
        }
        self.text.push_str(if alone { "]" } else { "\n]\n" });
        if let ([(_, line)], true) = (names.as_slice(), alone) {
            self.remark(line);
        }
        for (id, line) in self.lines(Table::SignIn).into_iter().map(|(id, line)| (id, line.clone())).collect::<Vec<_>>()
        {
            self.line(id, &line);
        }
        self.text.push('\n');
    }

    fn left_out(&mut self) {
        if self.draft.left_out.is_empty() {
            if self.text.ends_with("\n\n") {
                self.text.pop();
            }
            return;
        }
        self.comment("Left out:");
        let mut left_out: Vec<_> = self.draft.left_out.iter().collect();
        left_out.sort_by_key(|(span, _)| (span.source, span.start));
        for (span, what) in left_out {
            let source = self.sources.get(span.source);
            let place = format!("{}:{}", source.name, source.line_of(span.start));
            self.comment(&format!("* {place}: {what}"));
        }
    }
}

/// A setting in its shortest form: a bare value is enforced.
fn value(line: &Line) -> String {
    let is_json = catalog().find(&line.key).is_some_and(|setting| setting.kind == crate::catalog::Type::Json);
    let is_undocumented = matches!(line.table, Table::Undocumented(_));
    let table = if is_json && !is_undocumented { options(&line.value) } else { None };
    let value = table.as_ref().unwrap_or(&line.value);
    match line.locked {
        None => literal(value),
        Some(true) if !matches!(value, Value::Table(_)) && !is_undocumented => literal(value),
        Some(true) if !is_undocumented => format!("{{ value = {} }}", literal(value)),
        Some(locked) => format!("{{ value = {}, locked = {locked} }}", literal(value)),
    }
}

/// Where the elements of a list stand, when the value begins at `start`.
fn elements(line: &Line, written: &str, start: usize) -> Vec<Range<usize>> {
    let Value::List(values) = &line.value else { return Vec::new() };
    let mut at = start + written.find('[').expect("a list is written in brackets") + 1;
    let mut range = |value: &Value| {
        let start = at;
        let end = start + inline(value).len();
        at = end + ", ".len();
        start..end
    };
    values.iter().map(&mut range).collect()
}

/// Text that is JSON as a table, where the table becomes exactly that text again.
fn options(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let table = from_json(&serde_json::from_str(text).ok()?, 0)?;
    (crate::format::json::compact(&table) == text).then_some(table)
}

fn from_json(value: &serde_json::Value, depth: usize) -> Option<Value> {
    Some(match value {
        _ if depth > super::tree::DEEPEST => return None,
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(truth) => Value::Boolean(*truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64()?),
        },
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => {
            Value::List(items.iter().map(|item| from_json(item, depth + 1)).collect::<Option<_>>()?)
        }
        serde_json::Value::Object(entries) => {
            let entry =
                |(name, value): (&String, &serde_json::Value)| Some((name.clone(), from_json(value, depth + 1)?));
            Value::Table(entries.iter().map(entry).collect::<Option<_>>()?)
        }
    })
}
