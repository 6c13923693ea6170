//! Reads the keys of the policy's own tables: lines of text, words, versions, days. Of a list with a mistake, the rest is kept.

use super::grammar::Kind;
use super::meant;
use super::reader::{Entries, Node, Reader};
use crate::date::Date;
use crate::finding::{Finding, VALUE_OUT_OF_RANGE, all_of, one_of};
use crate::source::Spanned;
use crate::version::Version;
use crate::visible::strange;

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
            let text = reader.string(node, &quoted(name))?;
            if text.value.trim().is_empty() {
                let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, format!("`{name}` is empty"));
                reader.report(finding.label("expected text").help("write some text there"));
                return None;
            }
            Some(text)
        })
    }

    /// Lines of text.
    pub(super) fn texts(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Vec<Spanned<String>>>> {
        self.key(entries, name, |reader, node| {
            let Some(list) = node.get_ref().as_array() else {
                reader.wrong_type(node, &quoted(name), "a list of strings", meant::texts(node.get_ref()));
                return None;
            };
            let value =
                list.iter().filter_map(|item| reader.string(item, &format!("each entry of `{name}`"))).collect();
            Some(Spanned { value, span: reader.span(node) })
        })
    }

    /// A Docker Desktop version.
    pub(super) fn version(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Version>> {
        self.key(entries, name, |reader, node| {
            if !node.get_ref().is_str() {
                reader.wrong_type(node, &quoted(name), "a version in quotes", meant::version(node.get_ref()));
                return None;
            }
            let text = reader.string(node, &quoted(name))?;
            let Ok(value) = text.value.parse() else {
                let message = format!("`{}` is no version that Docker Desktop has", text.value);
                let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message);
                reader.report(finding.label("expected `4.minor.patch`").help(meant::version(node.get_ref())));
                return None;
            };
            Some(Spanned { value, span: text.span })
        })
    }

    /// A calendar day.
    pub(super) fn date(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Date>> {
        self.key(entries, name, |reader, node| {
            let said = node.get_ref().as_datetime().map(ToString::to_string);
            let date = said.as_deref().and_then(|said| said.parse().ok());
            if date.is_none() {
                let said = said.or_else(|| meant::scalar(node.get_ref())).unwrap_or_default();
                reader.wrong_type(node, &quoted(name), "a day", meant::day(&said));
            }
            Some(Spanned { value: date?, span: reader.span(node) })
        })
    }

    /// One of the words that the grammar allows here.
    pub(super) fn word(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<&'static str>> {
        let Kind::Word(words) = kind(entries, name) else {
            panic!("the grammar of {} does not list the words of {name}", entries.grammar.name);
        };
        self.key(entries, name, |reader, node| reader.one_word(node, &quoted(name), words))
    }

    /// Some of the words that the grammar allows here; `None` where not one could be read.
    pub(super) fn words(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Vec<Spanned<&'static str>>> {
        let Kind::Words(words) = kind(entries, name) else {
            panic!("the grammar of {} does not list the words of {name}", entries.grammar.name);
        };
        self.key(entries, name, |reader, node| {
            let Some(list) = node.get_ref().as_array().filter(|list| !list.is_empty()) else {
                reader.no_words(node, name, words);
                return None;
            };
            let what = format!("each entry of `{name}`");
            let found: Vec<_> = list.iter().filter_map(|item| reader.one_word(item, &what, words)).collect();
            (!found.is_empty()).then_some(found)
        })
    }

    /// Reports what is no list of words, or an empty one.
    fn no_words(&mut self, node: &Node<'_>, name: &str, words: &'static [&'static str]) {
        let help = meant::words(words, node.get_ref());
        if node.get_ref().is_array() {
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, self.span(node), format!("`{name}` is an empty list"));
            let expected = format!("expected some of {}", all_of(words.iter().copied()));
            self.report(finding.label(expected).help(format!("{help}, or remove this line")));
        } else {
            self.wrong_type(node, &format!("`{name}`"), "a list of words in quotes", help);
        }
    }

    fn one_word(
        &mut self,
        node: &Node<'_>,
        what: &str,
        words: &'static [&'static str],
    ) -> Option<Spanned<&'static str>> {
        let help = || meant::one_word(words.iter().copied(), node.get_ref());
        let Some(text) = node.get_ref().as_str() else {
            self.wrong_type(node, what, "a word in quotes", help());
            return None;
        };
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Some(Spanned { value: word, span: self.span(node) });
        }
        self.no_control_characters(node, text, false)?;
        let message = format!("{what} cannot be `{text}`{}", strange(text));
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, self.span(node), message);
        self.report(finding.label(format!("expected {}", one_of(words.iter().copied()))).help(help()));
        None
    }
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// What the grammar says a key holds.
fn kind(entries: &Entries<'_>, name: &str) -> &'static Kind {
    let key = entries.grammar.keys.iter().find(|key| key.name == name);
    &key.unwrap_or_else(|| panic!("{name} is not in the grammar of {}", entries.grammar.name)).kind
}
