//! Where the parts of a value stand: the elements of a list, the members of a table, what JSON in a string holds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::iter::repeat_n;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use toml::de::DeValue;

use super::reader::Node;
use crate::source::{SourceId, Span};

/// How deep JSON in a string is followed. Each level reads the text once more.
const DEEPEST: usize = 4;

/// The places inside a value, by name. The elements of a list are named by their numbers, from 0.
#[derive(Clone, Debug, Default)]
pub struct Parts(BTreeMap<String, (Span, Parts)>);

impl Parts {
    /// The place of the part that these names lead to, or of the last one on the way whose place is known.
    pub fn find(&self, path: &[&str]) -> Option<Span> {
        let (name, rest) = path.split_first()?;
        let (span, parts) = self.0.get(*name)?;
        Some(parts.find(rest).unwrap_or(*span))
    }

    /// The parts of a TOML value.
    pub(super) fn of(source: SourceId, node: &Node<'_>) -> Self {
        let part = |name: String, node: &Node<'_>| (name, (source.span(node.span()), Self::of(source, node)));
        Self(match node.get_ref() {
            DeValue::Array(items) => items.iter().enumerate().map(|(at, item)| part(at.to_string(), item)).collect(),
            DeValue::Table(table) => table.iter().map(|(name, node)| part(name.get_ref().to_string(), node)).collect(),
            _ => BTreeMap::new(),
        })
    }

    /// The parts of the JSON that a TOML string holds.
    pub(super) fn of_json(text: &Written<'_>) -> Self {
        Self::inside(text, text.content, DEEPEST)
    }

    /// The parts of `json`, which is some of the content.
    fn inside(text: &Written<'_>, json: &str, depth: usize) -> Self {
        if depth == 0 {
            return Self::default();
        }
        let part = |name: String, value: &RawValue| {
            (name, (text.part(value.get()), Self::inside(text, value.get(), depth - 1)))
        };
        if let Ok(Members(members)) = serde_json::from_str(json) {
            Self(members.into_iter().map(|(name, value)| part(name.0.into_owned(), value)).collect())
        } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(json) {
            Self(items.into_iter().enumerate().map(|(at, value)| part(at.to_string(), value)).collect())
        } else {
            Self::default()
        }
    }
}

/// The members of a JSON object as they are written: a name may stand there twice.
pub(super) struct Members<'a>(pub Vec<(Name<'a>, &'a RawValue)>);

/// The name of a member; borrowed, and with that in a known place, unless it holds an escape.
#[derive(Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder).map(Members)
    }
}

/// Collects members.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(Name<'de>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// The content of a TOML string, and where each byte of it is written.
pub(super) struct Written<'t> {
    source: SourceId,
    content: &'t str,
    /// One more than the content has, for its end.
    places: Vec<usize>,
}

impl<'t> Written<'t> {
    /// `raw` is the string with its quotes, which begins at `at`.
    pub(super) fn new(source: SourceId, at: usize, raw: &str, content: &'t str) -> Self {
        let is_long = raw.starts_with("\"\"\"") || raw.starts_with("'''");
        let is_basic = raw.starts_with('"');
        let mut next = if is_long { 3 } else { 1 };
        // A line break right after three quotes is none of the content.
        next += usize::from(is_long && raw[next..].starts_with('\n'));
        let mut places = Vec::with_capacity(content.len() + 1);
        for character in content.chars() {
            let rest = if is_basic { after_folds(&raw[next..]) } else { &raw[next..] };
            next = raw.len() - rest.len();
            places.extend(repeat_n(at + next, character.len_utf8()));
            next += match rest.as_bytes() {
                [b'\\', b'x', ..] if is_basic => 4,
                [b'\\', b'u', ..] if is_basic => 6,
                [b'\\', b'U', ..] if is_basic => 10,
                [b'\\', ..] if is_basic => 2,
                _ => character.len_utf8(),
            };
        }
        places.push(at + next);
        Self { source, content, places }
    }

    /// Where some of the content is written.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.source.span(self.places[start]..self.places[end])
    }

    /// Where a piece of the content is written.
    pub(super) fn part(&self, piece: &str) -> Span {
        let start = piece.as_ptr().addr() - self.content.as_ptr().addr();
        self.span(start, start + piece.len())
    }

    /// Where the word is written in which a reader of JSON stopped, at a line and a column of the content that count from
    /// 1 and in bytes. It stops behind a word that it does not know, and at what follows a comma that it does not want.
    pub(super) fn stopped_at(&self, line: usize, column: usize, problem: &str) -> Span {
        let before: usize = self.content.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let mut at = (before + column).saturating_sub(1).min(self.content.len());
        while !self.content.is_char_boundary(at) {
            at -= 1;
        }
        let (head, tail) = self.content.split_at(at);
        let is_word = |one: char| one.is_alphanumeric() || "_-+.'".contains(one);
        if problem == "trailing comma"
            && let Some(comma) = head.rfind(',')
        {
            return self.span(comma, comma + 1);
        }
        if problem == "invalid escape"
            && let Some(escape) = head.rfind('\\')
        {
            return self.span(escape, at + tail.chars().next().map_or(0, char::len_utf8));
        }
        if problem.starts_with("EOF") {
            // What is missing is missing behind the last character.
            let last = self.content.trim_end().char_indices().next_back().map_or(0, |(last, _)| last);
            return self.span(last, self.content.trim_end().len());
        }
        let is_behind = ["expected ident", "invalid number"].contains(&problem);
        let start = if is_behind { head.trim_end_matches(is_word).len() } else { at };
        let end = at + tail.find(|one| !is_word(one)).unwrap_or(tail.len());
        if start < end {
            return self.span(start, end);
        }
        // A text stands there, or one character.
        let length = match tail.strip_prefix('"').and_then(|rest| rest.find('"')) {
            Some(length) => length + 2,
            None => tail.chars().next().map_or(0, char::len_utf8),
        };
        self.span(at, at + length)
    }
}

/// What follows backslashes at the ends of lines, and the blanks that they take with them.
fn after_folds(mut raw: &str) -> &str {
    while let Some(rest) = raw.strip_prefix('\\').filter(|rest| rest.starts_with([' ', '\t', '\n'])) {
        raw = rest.trim_start_matches([' ', '\t', '\n']);
    }
    raw
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;

    /// What the characters at a path are, in a policy that is only `x = …`.
    fn shown(text: &str, path: &[&str]) -> String {
        let (root, _) = DeTable::parse_recoverable(text);
        let node = root.get_ref().get("x").expect("a value");
        let source = Span::NOWHERE.source;
        let parts = match node.get_ref().as_str() {
            Some(content) => Parts::of_json(&Written::new(source, node.span().start, &text[node.span()], content)),
            None => Parts::of(source, node),
        };
        let span = parts.find(path).expect("a place");
        text[span.start..span.end].to_owned()
    }

    #[test]
    fn a_part_is_found_in_each_way_to_write_a_value() {
        for text in [
            r#"x = { hosts = ["a", "ü2"], o = 1 }"#,
            r#"x = '{ "o": 1, "hosts": ["a", "ü2"] }'"#,
            "x = '''\n{ \"hosts\": [\"a\",\n \"ü2\"] }\n'''",
            "x = \"\"\"\\\n  { \"hosts\":   \\\n  [\"a\", \"ü2\"] }\"\"\"",
        ] {
            assert_eq!(shown(text, &["hosts", "1"]), "\"ü2\"", "{text}");
            assert_eq!(shown(text, &["hosts", "7"]), shown(text, &["hosts"]), "{text}");
        }
        let escaped = r#"x = "{\"ho\u0073ts\": [\"a\",\t\"\U000000fc2\"]}""#;
        assert_eq!(shown(escaped, &["hosts", "1"]), r#"\"\U000000fc2\""#);
        assert_eq!(shown(escaped, &["hosts"]), r#"[\"a\",\t\"\U000000fc2\"]"#);
        assert_eq!(shown("x = [{ path = '/a' }]", &["0", "path"]), "'/a'");
    }

    /// The characters at which a reader of the JSON in `raw`, a string of TOML, stops.
    fn stop(raw: &str) -> String {
        let text = format!("x = {raw}");
        let (root, _) = DeTable::parse_recoverable(&text);
        let node = root.get_ref().get("x").expect("a value");
        let content = node.get_ref().as_str().expect("a string");
        let error = serde_json::from_str::<serde_json::Value>(content).expect_err("not JSON");
        let said = error.to_string();
        let (problem, _) = said.rsplit_once(" at line ").expect("a place");
        let written = Written::new(Span::NOWHERE.source, node.span().start, &text[node.span()], content);
        let span = written.stopped_at(error.line(), error.column(), problem);
        text[span.start..span.end].to_owned()
    }

    #[test]
    fn the_word_that_is_no_json_is_marked() {
        for (raw, word) in [
            (r#"'{ "debug": tru }'"#, "tru"),
            (r#"'{ "debug": True, "tls": 1 }'"#, "True"),
            (r#"'{ "debug": fals}'"#, "fals"),
            ("'{ debug: false }'", "debug"),
            (r#"'{ "debug": false, }'"#, ","),
            (r#"'{ "a": 1 "b": 2 }'"#, "\"b\""),
            (r#"'{ "a" 1 }'"#, "1"),
            (r#"'{ "a": 1 '"#, "1"),
            (r#"'{ "a": "C:\x" }'"#, r"\x"),
            (r#""{ \"a\": \"ü\", \"b\": nope }""#, "nope"),
            ("'''\n{\n  \"a\": 1,\n  \"b\": yes\n}\n'''", "yes"),
            ("\"\"\"\n{ \"a\": \\\n   of }\"\"\"", "of"),
            (r#""{\n \"a\": ü}""#, "ü"),
            (r#"'{"a":1"b":2}'"#, "\"b\""),
            ("''", ""),
        ] {
            assert_eq!(stop(raw), word, "{raw}");
        }
    }
}
