//! Reads the keys of the policy's own tables: lines of text, words, versions, days. Of a list with a mistake, the rest is kept.

use super::grammar::Kind;
use super::reader::{Entries, Node, Reader};
use crate::date::Date;
use crate::finding::{Finding, VALUE_OUT_OF_RANGE, nearest, one_of};
use crate::source::Spanned;
use crate::version::Version;

impl Reader<'_> {
    /// Reads a key, if it is there.
    pub(super) fn key<'t, T>(
        &mut self,
        entries: &Entries<'t>,
        name: &str,
        read: impl FnOnce(&mut Self, &'t Node<'t>) -> Option<T>,
    ) -> Option<T> {
        let (_, node) = entries.get(name)?;
        self.within(name, |reader| read(reader, node))
    }

    /// A line of text that is not empty.
    pub(super) fn text(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<String>> {
        self.key(entries, name, |reader, node| {
            let text = reader.string(node)?;
            if text.value.trim().is_empty() {
                let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, format!("`{name}` is empty"));
                reader.report(finding.label("expected text"));
                return None;
            }
            Some(text)
        })
    }

    /// Lines of text.
    pub(super) fn texts(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Vec<Spanned<String>>>> {
        self.key(entries, name, |reader, node| {
            let Some(list) = node.get_ref().as_array() else {
                let help = node.get_ref().as_str().map(|text| format!("write `{name} = [{text:?}]`"));
                reader.wrong_type(node, "a list of strings", help);
                return None;
            };
            let value = list.iter().filter_map(|item| reader.string(item)).collect();
            Some(Spanned { value, span: reader.span(node) })
        })
    }

    /// A Docker Desktop version.
    pub(super) fn version(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Version>> {
        let example = "write a released version in quotes, such as `\"4.60.0\"`";
        self.key(entries, name, |reader, node| {
            if !node.get_ref().is_str() {
                reader.wrong_type(node, "a version as a string", Some(example.to_owned()));
                return None;
            }
            let text = reader.string(node)?;
            let Ok(value) = text.value.parse() else {
                let message = format!("`{}` is not a Docker Desktop version", text.value);
                let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message);
                reader.report(finding.label("expected `major.minor.patch`").help(example));
                return None;
            };
            Some(Spanned { value, span: text.span })
        })
    }

    /// A calendar day.
    pub(super) fn date(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Date>> {
        self.key(entries, name, |reader, node| {
            let date = node.get_ref().as_datetime().and_then(|date| date.to_string().parse().ok());
            if date.is_none() {
                let unquoted = node.get_ref().as_str().and_then(|text| text.parse::<Date>().ok());
                let example = unquoted.map_or("2027-01-31".to_owned(), |date| date.to_string());
                let help = format!("write it without quotes and without a time: `{name} = {example}`");
                reader.wrong_type(node, "a day", Some(help));
            }
            Some(Spanned { value: date?, span: reader.span(node) })
        })
    }

    /// One of the words that the grammar allows here.
    pub(super) fn word(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<&'static str>> {
        let Kind::Word(words) = kind(entries, name) else {
            panic!("the grammar of {} does not list the words of {name}", entries.grammar.name);
        };
        self.key(entries, name, |reader, node| reader.one_word(node, words))
    }

    /// Some of the words that the grammar allows here; `None` where not one could be read.
    pub(super) fn words(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Vec<Spanned<&'static str>>> {
        let Kind::Words(words) = kind(entries, name) else {
            panic!("the grammar of {} does not list the words of {name}", entries.grammar.name);
        };
        self.key(entries, name, |reader, node| {
            let Some(list) = node.get_ref().as_array().filter(|list| !list.is_empty()) else {
                reader.wrong_type(node, &format!("a list of {}", one_of(words.iter().copied())), None);
                return None;
            };
            let found: Vec<_> = list.iter().filter_map(|item| reader.one_word(item, words)).collect();
            (!found.is_empty()).then_some(found)
        })
    }

    fn one_word(&mut self, node: &Node<'_>, words: &'static [&'static str]) -> Option<Spanned<&'static str>> {
        let text = self.string(node)?;
        if let Some(word) = words.iter().find(|word| **word == text.value) {
            return Some(Spanned { value: word, span: text.span });
        }
        let help = nearest(&text.value, words.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        let expected = format!("expected {}", one_of(words.iter().copied()));
        let message = format!("`{}` is not a choice here", text.value);
        self.report(Finding::new(&VALUE_OUT_OF_RANGE, text.span, message).label(expected).help_if(help));
        None
    }
}

/// What the grammar says a key holds.
fn kind(entries: &Entries<'_>, name: &str) -> &'static Kind {
    let key = entries.grammar.keys.iter().find(|key| key.name == name);
    &key.unwrap_or_else(|| panic!("{name} is not in the grammar of {}", entries.grammar.name)).kind
}
