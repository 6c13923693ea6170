//! JSON as people really have it: read with the place of everything, forgiving where the meaning is certain.
//!
//! [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), and besides comments, commas before a closing bracket, single
//! and typographic quotes, and the words of other languages. Each of these stops Docker Desktop, so each is a finding.
//! Whatever could mean two things ends the reading: text that does not nest, a name twice in one object.

mod scalar;

use self::scalar::is_quote;
use super::tree::{Content, DEEPEST, MOST, Member, Node};
use crate::finding::{Finding, JSON_NOT_STRICT, NOT_WELL_FORMED};
use crate::source::{SourceId, Span, Spanned};

/// Reads a whole file. `None` when nothing of it can be used; a finding then says why.
pub(super) fn read(source: SourceId, text: &str, findings: &mut Vec<Finding>) -> Option<Node> {
    let mut reader = Reader { source, text, at: 0, depth: 0, nodes: 0, slips: Vec::new(), twice: Vec::new() };
    let outcome = reader.document();
    findings.extend(reader.slips.iter().map(Slip::finding));
    let is_ambiguous = !reader.twice.is_empty();
    findings.append(&mut reader.twice);
    match outcome {
        Ok(root) => (!is_ambiguous).then_some(root),
        Err(Broken { at, what, help }) => {
            let span = source.span(at..text[at..].chars().next().map_or(at, |next| at + next.len_utf8()));
            findings.push(Finding::new(&NOT_WELL_FORMED, span, what).label("here").help_if(help));
            None
        }
    }
}

/// A departure from the standard whose meaning is certain.
struct Slip {
    what: &'static str,
    fix: String,
    first: Span,
    count: usize,
}

impl Slip {
    fn finding(&self) -> Finding {
        let more = match self.count {
            1 => String::new(),
            2 => ", here and in one more place".to_owned(),
            count => format!(", here and in {} more places", count - 1),
        };
        let message = format!("{}{more}: Docker Desktop does not start, because this is not JSON", self.what);
        Finding::new(&JSON_NOT_STRICT, self.first, message).label("not JSON").help(self.fix.clone())
    }
}

/// Why the reading ended.
struct Broken {
    at: usize,
    what: String,
    help: Option<String>,
}

type Outcome<T> = Result<T, Broken>;

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    depth: usize,
    nodes: usize,
    slips: Vec<Slip>,
    twice: Vec<Finding>,
}

impl Reader<'_> {
    fn document(&mut self) -> Outcome<Node> {
        self.blanks()?;
        let root = self.value()?;
        self.blanks()?;
        if self.at < self.text.len() {
            return self.broken("the file goes on after its last bracket", None);
        }
        Ok(root)
    }

    fn value(&mut self) -> Outcome<Node> {
        let start = self.at;
        self.nodes += 1;
        if self.nodes > MOST {
            return self.broken(format!("more than {MOST} values, and no settings file has so many"), None);
        }
        if self.depth >= DEEPEST {
            return self.broken(format!("more than {DEEPEST} brackets inside each other"), None);
        }
        let content = match self.peek() {
            Some('{') => self.nested(Self::table)?,
            Some('[') => self.nested(Self::list)?,
            Some(quote) if is_quote(quote) => Content::String(self.string(quote)?),
            Some('-' | '0'..='9') => self.number()?,
            Some(character) if character.is_alphabetic() => self.word()?,
            Some(_) => return self.broken("expected a value", None),
            None => return self.broken("the file ends where a value should be", None),
        };
        Ok(Node { content, span: self.span(start) })
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Outcome<Content>) -> Outcome<Content> {
        self.depth += 1;
        self.at += 1;
        let content = inner(self)?;
        self.depth -= 1;
        Ok(content)
    }

    fn table(&mut self) -> Outcome<Content> {
        let mut members: Vec<Member> = Vec::new();
        let mut names = std::collections::BTreeMap::new();
        while self.goes_on('}', !members.is_empty())? {
            let start = self.at;
            let name = match self.peek() {
                Some(quote) if is_quote(quote) => self.string(quote)?,
                Some(character) if character.is_alphabetic() => {
                    let word = self.letters().to_owned();
                    self.at = start;
                    return self.broken("a name without quotes", Some(format!("write `\"{word}\"`")));
                }
                _ => return self.broken("expected a name in quotes", None),
            };
            let span = self.span(start);
            if let Some(&first) = names.get(&name) {
                let message = format!("`{name}` is given twice in one object, so nothing was imported from this file");
                let help = "keep one of the two: programs differ in which one they take";
                let finding = Finding::new(&NOT_WELL_FORMED, span, message).label("again");
                self.twice.push(finding.related(first, "first here").help(help));
            }
            names.insert(name.clone(), span);
            self.blanks()?;
            if self.peek() != Some(':') {
                return self.broken("expected `:` after the name", None);
            }
            self.at += 1;
            self.blanks()?;
            members.push(Member { name: Spanned { value: name, span }, node: self.value()? });
        }
        Ok(Content::Table(members))
    }

    fn list(&mut self) -> Outcome<Content> {
        let mut items = Vec::new();
        while self.goes_on(']', !items.is_empty())? {
            items.push(self.value()?);
        }
        Ok(Content::List(items))
    }

    /// Passes the comma before the next element, or the bracket that closes.
    fn goes_on(&mut self, close: char, needs_comma: bool) -> Outcome<bool> {
        self.blanks()?;
        let comma = self.at;
        let has_comma = self.peek() == Some(',');
        if has_comma {
            self.at += 1;
            self.blanks()?;
        }
        match self.peek() {
            None => {
                let help = Some(format!("close it with `{close}`"));
                self.broken("the file ends inside an object or a list: it is cut off, or a bracket is missing", help)
            }
            Some(next) if next == close => {
                if has_comma {
                    self.slip("a comma before a closing bracket", "remove the comma", comma, comma + 1);
                }
                self.at += 1;
                Ok(false)
            }
            Some(_) if has_comma && !needs_comma => {
                self.at = comma;
                self.broken("a comma without anything before it", None)
            }
            Some(_) if needs_comma && !has_comma => self.broken("a comma is missing before this", None),
            Some(',') => self.broken("two commas in a row", None),
            Some(_) => Ok(true),
        }
    }

    /// Passes white space and comments.
    fn blanks(&mut self) -> Outcome<()> {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            let rest = &self.text[self.at..];
            let start = self.at;
            if let Some(other) = self.peek().filter(|next| is_other_blank(*next)) {
                self.at += other.len_utf8();
                let fix = "type an ordinary blank; pages and chats replace them";
                self.slip("a blank that JSON does not have", fix, start, self.at);
                continue;
            }
            let length = if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                let Some(end) = rest.find("*/") else {
                    return self.broken("a comment that nothing closes", None);
                };
                end + 2
            } else {
                return Ok(());
            };
            self.at += length;
            let line = self.text[start..self.at].find('\n').map_or(self.at, |end| start + end);
            self.slip("a comment", "remove it; a policy may have comments", start, line);
        }
    }

    fn slip(&mut self, what: &'static str, fix: &str, start: usize, end: usize) {
        if let Some(slip) = self.slips.iter_mut().find(|slip| slip.what == what) {
            slip.count += 1;
        } else {
            let first = self.source.span(start..end);
            self.slips.push(Slip { what, fix: fix.to_owned(), first, count: 1 });
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn span(&self, start: usize) -> Span {
        self.source.span(start..self.at)
    }

    fn broken<T>(&self, what: impl Into<String>, help: Option<String>) -> Outcome<T> {
        let what = format!("{}, so nothing was imported from this file", what.into());
        Err(Broken { at: self.at.min(self.text.len()), what, help })
    }
}

/// Blanks that are copied from web pages, and the mark of an encoding in the middle of a file.
fn is_other_blank(character: char) -> bool {
    (character.is_whitespace() && !character.is_ascii()) || matches!(character, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources};
    use proptest::prelude::*;

    fn read_text(text: &str) -> (Option<Node>, Vec<Finding>) {
        let source = Sources::default().add(Source::new("x.json", text.to_owned()));
        let mut findings = Vec::new();
        let root = read(source, text, &mut findings);
        (root, findings)
    }

    /// The same tree without places.
    fn plain(node: &Node) -> serde_json::Value {
        match &node.content {
            Content::Null | Content::Other(_) => serde_json::Value::Null,
            Content::Boolean(truth) => (*truth).into(),
            Content::Integer(number) => (*number).into(),
            Content::Float(number) => (*number).into(),
            Content::String(text) => text.clone().into(),
            Content::List(items) => items.iter().map(plain).collect(),
            Content::Table(members) => {
                members.iter().map(|member| (member.name.value.clone(), plain(&member.node))).collect()
            }
        }
    }

    /// Equal but for the last digit of a number, which `serde_json` rounds in its own way.
    fn is_same(ours: &serde_json::Value, theirs: &serde_json::Value) -> bool {
        use serde_json::Value::{Array, Number, Object};
        match (ours, theirs) {
            (Array(ours), Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
            }
            (Object(ours), Object(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().zip(theirs).all(|(ours, theirs)| ours.0 == theirs.0 && is_same(ours.1, theirs.1))
            }
            (Number(ours), Number(theirs)) => {
                let (ours, theirs) = (ours.as_f64().expect("finite"), theirs.as_f64().expect("finite"));
                (ours - theirs).abs() <= theirs.abs() * 1e-12
            }
            _ => ours == theirs,
        }
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<i32>().prop_map(|number| (f64::from(number) / 8.0).into()),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                proptest::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|entries| entries.into_iter().collect()),
            ]
        })
    }

    #[test]
    fn a_place_is_where_the_value_stands() {
        let text = "{ \"a\": [1, \"é\"] }";
        let (root, findings) = read_text(text);
        let root = root.expect("JSON");
        let member = root.member("a").expect("a member");
        let Content::List(items) = &member.node.content else { panic!("a list") };
        let at = |span: Span| &text[span.start..span.end];
        assert_eq!((at(member.name.span), at(member.node.span), at(items[1].span)), ("\"a\"", "[1, \"é\"]", "\"é\""));
        assert!(findings.is_empty());
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_the_same(value in value()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("JSON")] {
                let (root, findings) = read_text(&text);
                prop_assert!(findings.is_empty(), "{findings:?}");
                prop_assert_eq!(root.as_ref().map(plain), Some(value.clone()));
            }
        }

        /// Nothing that a strict reader refuses passes without a word, and what it takes is taken as the same.
        #[test]
        fn a_strict_reader_agrees_on_what_is_strict(
            value in value(),
            cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..3, prop::sample::select(vec![
                "", ",", "\"", "'", "{", "}", "[", "]", ":", "//x\n", "/**/", "#", "\\", "\n", "\u{a0}", "“", "”", "True", "NaN", "0", "1.", "-", "e5",
            ])), 0..4),
        ) {
            let mut text = value.to_string();
            for (at, length, insert) in cuts {
                let start = at.index(text.len() + 1);
                let end = (start + length).min(text.len());
                if text.is_char_boundary(start) && text.is_char_boundary(end) {
                    text.replace_range(start..end, insert);
                }
            }
            let (root, findings) = read_text(&text);
            match serde_json::from_str::<serde_json::Value>(&text) {
                Err(_) => prop_assert!(!findings.is_empty(), "{text}"),
                // It takes a name twice, and keeps the last.
                Ok(_) if findings.iter().any(|finding| finding.message.contains("twice")) => {}
                Ok(strict) => {
                    prop_assert!(findings.is_empty(), "{text}: {findings:?}");
                    let root = root.as_ref().map(plain).expect("no finding, so a value");
                    prop_assert!(is_same(&root, &strict), "{root} instead of {strict}");
                }
            }
        }
    }
}
