//! The text of the policy files and places in it.

use std::ops::Range;

use crate::redact::redact;

/// One policy file as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// What findings call it: the path as the user typed it, or the preset's name.
    pub name: String,
    /// Its text for showing: with `\n` line endings, and with passwords in URLs masked.
    pub text: String,
    /// The entry of `extends` that named it; `None` for the policy itself.
    pub named_by: Option<Span>,
    /// Where each line begins: without it, thousands of findings in a large file would each count all lines before.
    lines: Vec<usize>,
}

impl Source {
    /// A file and its text.
    pub fn new(name: impl Into<String>, text: String) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { name: name.into(), text: redact(text), named_by: None, lines }
    }

    /// The same, named by this entry of `extends`.
    #[must_use]
    pub fn named_by(mut self, entry: Option<Span>) -> Self {
        self.named_by = entry;
        self
    }

    /// Whether it is part of the program rather than a file of the user's.
    pub fn is_preset(&self) -> bool {
        self.name.starts_with("preset:")
    }

    /// The number, from 1, of the line that holds the byte `at`.
    pub fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|&start| start <= at)
    }

    /// The first byte of a line, counted from 1; the end of the text when there are fewer.
    pub fn start_of(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// The whole lines from the one on which `range` begins to the one on which it ends, without the last line's end.
    pub fn lines_around(&self, range: Range<usize>) -> Range<usize> {
        let end = self.text[range.end..].find('\n').map_or(self.text.len(), |at| range.end + at);
        self.lines[self.line_of(range.start) - 1]..end
    }

    fn position(&self, at: usize) -> Position {
        let line = self.line_of(at);
        Position { line, column: self.text[self.lines[line - 1]..at].chars().count() + 1 }
    }
}

/// The names and dots that are written directly before the byte `at`: `proxy.` before the last name of `proxy.http`.
pub(crate) fn prefix(text: &str, at: usize) -> &str {
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-_.\"'".contains(character);
    let start = text[..at].trim_end_matches(is_name).len();
    &text[start..at]
}

/// Which source of a [`Sources`] list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(usize);

/// A stretch of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The place of what no person wrote.
    pub(crate) const NOWHERE: Self = Self { source: SourceId(0), start: 0, end: 0 };
}

/// A value and where the user wrote it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// Line and column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// All files of one policy: the policy itself, then each file it extends followed by what that one extends.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Keeps a source and names it.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(self.0.len() - 1)
    }

    /// Forgets the source that was added last.
    pub(crate) fn take_back(&mut self, last: SourceId) {
        debug_assert_eq!(last.0 + 1, self.0.len(), "only the last source can be taken back");
        self.0.truncate(last.0);
    }

    /// The source called `id`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0]
    }

    /// The source that was added last.
    pub fn last(&self) -> SourceId {
        SourceId(self.0.len().saturating_sub(1))
    }

    /// The `extends` line in a file of the user's that brought a preset in; `None` for a file of the user's.
    pub fn extended_at(&self, id: SourceId) -> Option<Span> {
        let mut source = self.get(id);
        let mut at = None;
        while let (true, Some(span)) = (source.is_preset(), source.named_by) {
            at = Some(span);
            source = self.get(span.source);
        }
        at
    }

    /// All sources in the order they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    /// The text a span covers, for showing.
    pub fn text(&self, span: Span) -> &str {
        &self.get(span.source).text[span.start..span.end]
    }

    /// Where a span begins and where it ends.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let source = self.get(span.source);
        (source.position(span.start), source.position(span.end))
    }

    /// `file:line:column` of the start of a span.
    pub fn place(&self, span: Span) -> String {
        let start = self.positions(span).0;
        format!("{}:{}:{}", self.get(span.source).name, start.line, start.column)
    }

    /// The whole line on which a span begins, without outer blanks.
    pub fn line(&self, span: Span) -> &str {
        let source = self.get(span.source);
        source.text[source.lines_around(span.start..span.start)].trim()
    }
}

impl SourceId {
    /// The span of `range` in this source.
    pub fn span(self, range: Range<usize>) -> Span {
        Span { source: self, start: range.start, end: range.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let mut sources = Sources::default();
        let text = "a = 1\nñ = \"ü\"".to_owned();
        let id = sources.add(Source::new("p.toml", text));
        let span = id.span(11..15);
        assert_eq!(sources.text(span), "\"ü\"");
        assert_eq!(sources.place(span), "p.toml:2:5");
        assert_eq!(sources.line(span), "ñ = \"ü\"");
    }
}
