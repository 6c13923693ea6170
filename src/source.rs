//! The text of the policy files and places in it.

use std::ops::Range;

/// One policy file as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// What findings call it: the path as the user typed it, or the preset's name.
    pub name: String,
    /// Its text with `\n` line endings, so that a checkout on Windows builds the same bytes.
    pub text: String,
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

/// All files of one policy: presets first, the policy itself last.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Keeps a source and names it.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(self.0.len() - 1)
    }

    /// The source called `id`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0]
    }

    /// All sources in the order they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> &str {
        &self.get(span.source).text[span.start..span.end]
    }

    /// Where a span begins and where it ends.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let text = &self.get(span.source).text;
        (position(text, span.start), position(text, span.end))
    }

    /// `file:line:column` of the start of a span.
    pub fn place(&self, span: Span) -> String {
        let start = self.positions(span).0;
        format!("{}:{}:{}", self.get(span.source).name, start.line, start.column)
    }

    /// The whole line on which a span begins, without outer blanks.
    pub fn line(&self, span: Span) -> &str {
        let text = &self.get(span.source).text;
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        text[start..end].trim()
    }
}

impl SourceId {
    /// The span of `range` in this source.
    pub fn span(self, range: Range<usize>) -> Span {
        Span { source: self, start: range.start, end: range.end }
    }
}

fn position(text: &str, at: usize) -> Position {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let mut sources = Sources::default();
        let text = "a = 1\nñ = \"ü\"".to_owned();
        let id = sources.add(Source { name: "p.toml".to_owned(), text });
        let span = id.span(11..15);
        assert_eq!(sources.text(span), "\"ü\"");
        assert_eq!(sources.place(span), "p.toml:2:5");
        assert_eq!(sources.line(span), "ñ = \"ü\"");
    }
}
