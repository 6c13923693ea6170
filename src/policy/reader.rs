//! Walks a parsed TOML document and turns what it finds into typed, located values, or into findings.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::grammar::{Key, Kind, Table};
use super::meant;
use super::parts::Written;
use crate::catalog::Setting;
use crate::date::Date;
use crate::finding::{
    CONTROL_CHARACTER, Code, Finding, MOST, UNKNOWN_KEY, VALUE_OUT_OF_RANGE, WRONG_TYPE, all_of, nearest, one_of,
};
use crate::source::{SourceId, Span, Spanned, prefix};
use crate::value::Value;
use crate::version::Version;

/// A value of the document.
pub(super) type Node<'t> = toml::Spanned<DeValue<'t>>;

/// Reads one document and collects what is wrong with it.
pub(super) struct Reader<'a> {
    pub(super) source: SourceId,
    text: &'a str,
    findings: &'a mut Vec<Finding>,
    counts: BTreeMap<&'static str, usize>,
}

/// How the value of a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// After a `=`.
    Value,
    /// As lines below a header.
    Header,
    /// As further names after a dot.
    Dotted,
}

/// The entries of one table, in file order.
pub(super) struct Entries<'t> {
    pub(super) grammar: &'static Table,
    /// The key that opened the table.
    pub(super) span: Span,
    pairs: Vec<(&'t str, Span, &'t Node<'t>)>,
}

impl<'t> Entries<'t> {
    /// The value of a key, and where the key stands.
    pub(super) fn get(&self, name: &str) -> Option<(Span, &'t Node<'t>)> {
        assert!(
            self.grammar.keys.iter().any(|key| key.name == name),
            "{name} is not in the grammar of {}",
            self.grammar.name
        );
        self.pairs.iter().find(|(key, ..)| *key == name).map(|&(_, span, node)| (span, node))
    }

    /// The keys that the table must have and lacks.
    pub(super) fn lacking(&self) -> impl Iterator<Item = &'static Key> {
        self.grammar.keys.iter().filter(|key| key.required.is_some() && self.get(key.name).is_none())
    }
}

impl<'a> Reader<'a> {
    /// A reader of `source` with this text that adds to `findings`.
    pub(super) fn new(source: SourceId, text: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        Self { source, text, findings, counts: BTreeMap::new() }
    }

    /// Reports a finding.
    pub(super) fn report(&mut self, finding: Finding) {
        if !self.only_counted(finding.code) {
            *self.counts.entry(finding.code.name).or_default() += 1;
            self.findings.push(finding);
        }
    }

    /// Counts one more finding of a code of which there are enough: then nobody needs to find out what was meant.
    pub(super) fn only_counted(&mut self, code: &'static Code) -> bool {
        if self.counts.get(code.name).is_none_or(|count| *count < MOST) {
            return false;
        }
        let of_its_kind = |finding: &&mut Finding| finding.code == code && finding.primary.span.source == self.source;
        if let Some(last) = self.findings.iter_mut().rev().find(of_its_kind) {
            last.more += 1;
        }
        true
    }

    /// Where a node stands.
    pub(super) fn span<T>(&self, node: &toml::Spanned<T>) -> Span {
        self.source.span(node.span())
    }

    /// How a value stands in the file.
    pub(super) fn form(&self, node: &Node<'_>) -> Form {
        match (node.get_ref().is_table(), self.text.as_bytes().get(node.span().start)) {
            (false, _) | (_, Some(b'{')) => Form::Value,
            (_, Some(b'[')) => Form::Header,
            _ => Form::Dotted,
        }
    }

    /// Whether a value stands directly after the name of its setting, rather than after `value`.
    pub(super) fn is_bare(&self, setting: &Setting, node: &Node<'_>) -> bool {
        let before = self.text[..node.span().start].trim_end();
        before.strip_suffix('=').is_some_and(|before| before.trim_end().ends_with(setting.name()))
    }

    /// A value as it is written.
    pub(super) fn written_as(&self, node: &Node<'_>) -> &'a str {
        &self.text[node.span()]
    }

    /// The header of a table whose name stands at `key`; `None` where none opens it.
    pub(super) fn header(&self, key: Span, node: &Node<'_>) -> Option<String> {
        let start = node.span().start;
        (self.form(node) == Form::Header && start < key.end).then(|| format!("{}]", &self.text[start..key.end]))
    }

    /// What is written before a name that is one of several joined by dots.
    pub(super) fn prefix(&self, key: Span) -> &'a str {
        prefix(self.text, key.start)
    }

    /// Where each byte of a string with this content is written.
    pub(super) fn written<'t>(&self, node: &Node<'_>, content: &'t str) -> Written<'t> {
        Written::new(self.source, node.span().start, &self.text[node.span()], content)
    }

    /// Where the user name and the password in a URL are written; the whole string where that is not plain to see.
    pub(super) fn credentials(&self, node: &Node<'_>) -> Span {
        let raw = &self.text[node.span()];
        let start = raw.find("://").map_or(1, |at| at + "://".len());
        let end = raw.rfind('@').filter(|end| start < *end);
        end.map_or(self.span(node), |end| self.source.span(node.span().start + start..node.span().start + end))
    }

    /// The entries of any table, in file order.
    pub(super) fn sorted<'t>(&self, table: &'t DeTable<'t>) -> Vec<(&'t str, Span, &'t Node<'t>)> {
        let mut entries: Vec<_> =
            table.iter().map(|(key, node)| (key.get_ref().as_ref(), self.span(key), node)).collect();
        entries.sort_by_key(|(_, span, node)| (span.start, node.span().start));
        entries
    }

    /// The entries of a table that must follow `grammar`; unknown keys are findings.
    pub(super) fn entries<'t>(
        &mut self,
        grammar: &'static Table,
        span: Span,
        node: &'t Node<'t>,
    ) -> Option<Entries<'t>> {
        let table = self.table(span, node, grammar.name, &meant::table(grammar))?;
        Some(self.known(grammar, span, table))
    }

    /// The same for a table that is already at hand.
    pub(super) fn known<'t>(&mut self, grammar: &'static Table, span: Span, table: &'t DeTable<'t>) -> Entries<'t> {
        let entries = self.sorted(table);
        for &(name, at, _) in &entries {
            if !grammar.keys.iter().any(|key| key.name == name) {
                self.unknown_key(grammar, name, at);
            }
        }
        Entries { grammar, span, pairs: entries }
    }

    fn unknown_key(&mut self, grammar: &'static Table, name: &str, at: Span) {
        if self.only_counted(&UNKNOWN_KEY) {
            return;
        }
        let names = || grammar.keys.iter().map(|key: &Key| key.name);
        let is_setting = crate::catalog::catalog().find(name).is_some_and(Setting::is_admin_setting);
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if is_setting => format!("`{name}` is a setting: write it under `[settings]`"),
            None => format!("remove it; {} has {}", grammar.name, all_of(names())),
        };
        self.report(
            Finding::new(&UNKNOWN_KEY, at, format!("{} has no key `{name}`", grammar.name)).label("unknown").help(help),
        );
    }

    /// The table a node is; anything else is a finding.
    pub(super) fn table<'t>(
        &mut self,
        key: Span,
        node: &'t Node<'t>,
        what: &str,
        help: &str,
    ) -> Option<&'t DeTable<'t>> {
        let table = node.get_ref().as_table();
        if table.is_none() {
            let message = format!("{what} is a table, not {}", kind(node.get_ref()));
            let finding = Finding::new(&WRONG_TYPE, self.span(node), message).label("expected a table");
            self.report(finding.related(key, "this key").help(help));
        }
        table
    }

    /// A line of text that is not empty.
    pub(super) fn text(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<String>> {
        let (_, node) = entries.get(name)?;
        let text = self.string(node, &format!("`{name}`"))?;
        if text.value.trim().is_empty() {
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, format!("`{name}` is empty"));
            self.report(finding.label("expected text").help("write some text there"));
            return None;
        }
        Some(text)
    }

    /// Lines of text.
    pub(super) fn texts(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Vec<Spanned<String>>>> {
        let (_, node) = entries.get(name)?;
        let Some(list) = node.get_ref().as_array() else {
            let help = meant::texts(node.get_ref());
            self.wrong_type(node, &format!("`{name}`"), "a list of strings", help);
            return None;
        };
        // Every element is read even when one is wrong, so that all mistakes come at once.
        let texts: Vec<_> = list.iter().map(|item| self.string(item, &format!("each entry of `{name}`"))).collect();
        Some(Spanned { value: texts.into_iter().collect::<Option<_>>()?, span: self.span(node) })
    }

    /// A Docker Desktop version.
    pub(super) fn version(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Version>> {
        let (_, node) = entries.get(name)?;
        let what = format!("`{name}`");
        if !node.get_ref().is_str() {
            self.wrong_type(node, &what, "a version in quotes", meant::version(node.get_ref()));
            return None;
        }
        let text = self.string(node, &what)?;
        let Ok(value) = text.value.parse() else {
            let message = format!("`{}` is not a Docker Desktop version", text.value);
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message);
            self.report(finding.label("expected `major.minor.patch`").help(meant::version(node.get_ref())));
            return None;
        };
        Some(Spanned { value, span: text.span })
    }

    /// A calendar day.
    pub(super) fn date(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<Date>> {
        let (_, node) = entries.get(name)?;
        let date = node.get_ref().as_datetime().and_then(|date| date.to_string().parse().ok());
        if date.is_none() {
            self.wrong_type(node, &format!("`{name}`"), "a day", meant::date(node.get_ref()));
        }
        Some(Spanned { value: date?, span: self.span(node) })
    }

    /// One of the words that the grammar allows here.
    pub(super) fn word(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Spanned<&'static str>> {
        let (_, node) = entries.get(name)?;
        let Some(Kind::Word(words)) = entries.grammar.keys.iter().find(|key| key.name == name).map(|key| &key.kind)
        else {
            panic!("the grammar of {} does not list the words of {name}", entries.grammar.name);
        };
        self.one_word(node, &format!("`{name}`"), words)
    }

    /// Some of the words that the grammar allows here, each once.
    pub(super) fn words(&mut self, entries: &Entries<'_>, name: &'static str) -> Option<Vec<Spanned<&'static str>>> {
        let (_, node) = entries.get(name)?;
        let Some(Kind::Words(words)) = entries.grammar.keys.iter().find(|key| key.name == name).map(|key| &key.kind)
        else {
            panic!("the grammar of {} does not list the words of {name}", entries.grammar.name);
        };
        let Some(list) = node.get_ref().as_array().filter(|list| !list.is_empty()) else {
            self.no_words(node, name, words);
            return None;
        };
        let what = format!("each entry of `{name}`");
        let found: Vec<_> = list.iter().map(|item| self.one_word(item, &what, words)).collect();
        found.into_iter().collect()
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
        let message = format!("{what} cannot be `{text}`");
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, self.span(node), message);
        self.report(finding.label(format!("expected {}", one_of(words.iter().copied()))).help(help()));
        None
    }

    /// A line of text; other types, line breaks and control characters are findings.
    pub(super) fn string(&mut self, node: &Node<'_>, what: &str) -> Option<Spanned<String>> {
        let Some(text) = node.get_ref().as_str() else {
            self.wrong_type(node, what, "a string", meant::text(None, node.get_ref()));
            return None;
        };
        self.no_control_characters(node, text, false)?;
        Some(Spanned { value: text.to_owned(), span: self.span(node) })
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, node: &Node<'_>, what: &str) -> Option<bool> {
        let truth = node.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(node, what, "`true` or `false`", meant::boolean(node.get_ref()));
        }
        truth
    }

    /// Any value that JSON can hold.
    pub(super) fn value(&mut self, node: &Node<'_>, multiline: bool) -> Option<Value> {
        match node.get_ref() {
            DeValue::Boolean(truth) => Some(Value::Boolean(*truth)),
            DeValue::Integer(number) => {
                let digits: String = number.as_str().chars().filter(|digit| *digit != '_').collect();
                let value = i64::from_str_radix(&digits, number.radix()).ok();
                if value.is_none() {
                    self.out_of_range(node, "a whole number of at most 64 bits");
                }
                value.map(Value::Integer)
            }
            DeValue::Float(number) => {
                let value = number.as_str().replace('_', "").parse::<f64>().ok().filter(|value| value.is_finite());
                if value.is_none() {
                    self.out_of_range(node, "a finite number, which is all that JSON has");
                }
                value.map(Value::Float)
            }
            DeValue::String(text) => {
                self.no_control_characters(node, text, multiline)?;
                Some(Value::String(text.as_ref().to_owned()))
            }
            DeValue::Datetime(_) => {
                let help = format!("write `\"{}\"`", &self.text[node.span()]);
                self.wrong_type(node, "the value", "something that JSON has", help);
                None
            }
            DeValue::Array(items) => {
                let values: Vec<_> = items.iter().map(|item| self.value(item, multiline)).collect();
                values.into_iter().collect::<Option<_>>().map(Value::List)
            }
            DeValue::Table(table) => {
                let mut entries = Vec::new();
                for (name, span, node) in self.sorted(table) {
                    self.name_is_text(name, span)?;
                    entries.push((name.to_owned(), self.value(node, multiline)));
                }
                // Key order is not meaning: a reordered table must build the same bytes.
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                entries.into_iter().map(|(name, value)| Some((name, value?))).collect::<Option<_>>().map(Value::Table)
            }
        }
    }

    fn name_is_text(&mut self, name: &str, span: Span) -> Option<()> {
        if name.chars().any(is_forbidden) {
            let finding = Finding::new(&CONTROL_CHARACTER, span, "a name holds a control character").label("here");
            self.report(finding.help("type the name again"));
            return None;
        }
        Some(())
    }

    fn no_control_characters(&mut self, node: &Node<'_>, text: &str, multiline: bool) -> Option<()> {
        let allowed = |character| multiline && matches!(character, '\n' | '\t');
        let Some(found) = text.chars().find(|&character| is_forbidden(character) && !allowed(character)) else {
            return Some(());
        };
        let span = self.span(node);
        let message = if found == '\n' {
            "a line break where one line is expected".to_owned()
        } else {
            format!("the character {} cannot stand in a profile, a script or an XML file", found.escape_unicode())
        };
        self.report(
            Finding::new(&CONTROL_CHARACTER, span, message).label("in this text").help("take it out of the text"),
        );
        None
    }

    fn out_of_range(&mut self, node: &Node<'_>, expected: &str) {
        let span = self.span(node);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, span, "the number cannot be written as JSON");
        self.report(finding.label(format!("expected {expected}")).help("put it in quotes, or write a smaller number"));
    }

    /// Reports that a node is not what it should be.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, what: &str, expected: &str, help: impl Into<String>) {
        let message = format!("{what} is {expected}, not {}", kind(node.get_ref()));
        let finding = Finding::new(&WRONG_TYPE, self.span(node), message);
        self.report(finding.label(format!("expected {expected}")).help(help));
    }
}

/// Characters that XML cannot hold, that end a shell word, that a terminal obeys or that turn the direction of text.
fn is_forbidden(character: char) -> bool {
    const OTHERS: &[char] = &['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}'];
    character.is_control()
        || OTHERS.contains(&character)
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a node is, for a message.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
