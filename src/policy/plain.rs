//! Reads text, booleans and whatever JSON can hold.

use toml::de::DeValue;

use super::broken::single_quoted;
use super::layout::Form;
use super::meant;
use super::reader::{Node, Reader};
use crate::finding::{CONTROL_CHARACTER, Finding, VALUE_OUT_OF_RANGE};
use crate::source::{Span, Spanned};
use crate::value::Value;

impl Reader<'_> {
    /// A line of text; other types, line breaks and control characters are findings.
    pub(super) fn string(&mut self, node: &Node<'_>, what: &str) -> Option<Spanned<String>> {
        let Some(text) = node.get_ref().as_str() else {
            self.wrong_type(node, what, "a string", meant::text(None, node.get_ref()));
            return None;
        };
        self.no_control_characters(node, text, false)?;
        Some(Spanned { value: text.to_owned(), span: self.span(node) })
    }

    /// Why a finding is intended.
    pub(super) fn reason(&mut self, name: &str, key: Span, node: &Node<'_>) -> Option<Spanned<String>> {
        if node.get_ref().is_str() {
            return self.string(node, "a reason");
        }
        let help = meant::reason(self, name, key, node);
        let mut finding = self.not(node, "a reason", "a string", help);
        if self.form(node) == Form::Dotted {
            finding.primary.span = key;
        }
        self.report(finding);
        None
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, node: &Node<'_>, what: &str) -> Option<bool> {
        let truth = node.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(node, what, "`true` or `false`", meant::boolean(node.get_ref()));
        }
        truth
    }

    /// Any value that JSON can hold; what cannot be read inside a list or a table is kept as unread.
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
                let help = format!("write `\"{}\"`", self.written_as(node));
                self.wrong_type(node, "the value", "something that JSON has", help);
                None
            }
            DeValue::Array(items) => {
                let value = |item| self.value(item, multiline).unwrap_or(Value::Unread);
                Some(Value::List(items.iter().map(value).collect()))
            }
            DeValue::Table(table) => {
                let mut entries = Vec::new();
                for (name, span, node) in self.sorted(table) {
                    let value = self.value(node, multiline).unwrap_or(Value::Unread);
                    if self.name_is_text(name, span) {
                        entries.push((name.to_owned(), value));
                    }
                }
                // Key order is not meaning: a reordered table must build the same bytes.
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                Some(Value::Table(entries))
            }
        }
    }

    fn name_is_text(&mut self, name: &str, span: Span) -> bool {
        let is_text = !name.chars().any(is_forbidden);
        if !is_text {
            let finding = Finding::new(&CONTROL_CHARACTER, span, "a name holds a control character").label("here");
            self.report(finding.help("type the name again"));
        }
        is_text
    }

    pub(super) fn no_control_characters(&mut self, node: &Node<'_>, text: &str, multiline: bool) -> Option<()> {
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
        // `C:\temp` in double quotes holds a tab.
        let raw = self.written_as(node);
        let is_path = raw.starts_with("\"\\") || raw.get(2..4) == Some(":\\");
        let is_escape = is_path && raw.starts_with('"') && !raw.contains(found);
        let help = if is_escape { single_quoted(raw) } else { "take it out of the text".to_owned() };
        self.report(Finding::new(&CONTROL_CHARACTER, span, message).label("in this text").help(help));
        None
    }

    fn out_of_range(&mut self, node: &Node<'_>, expected: &str) {
        let span = self.span(node);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, span, "the number cannot be written as JSON");
        self.report(finding.label(format!("expected {expected}")).help("put it in quotes, or write a smaller number"));
    }
}

/// Characters that XML cannot hold, that end a shell word, that a terminal obeys or that turn the direction of text.
fn is_forbidden(character: char) -> bool {
    const OTHERS: &[char] = &['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}'];
    character.is_control()
        || OTHERS.contains(&character)
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
