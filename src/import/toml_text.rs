//! Values as TOML, so that whatever a file held is read back as exactly that.
//!
//! [TOML 1.0](https://toml.io/en/v1.0.0)

use std::fmt::Write as _;

use super::text::is_unprintable;
use crate::value::Value;

/// A value on one line, except for text with line breaks, which people want to read.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') && is_readable(text) => format!("'''\n{text}'''"),
        value => inline(value),
    }
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::String(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Table(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Unread => panic!("only a policy has values that could not be read, and none is written from one"),
    }
}

/// One part of a dotted key.
pub(super) fn key(name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !name.is_empty() && name.bytes().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// The text in double quotes, without any character that could do something to a terminal.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if is_unprintable(character) => _ = write!(out, "\\u{:04x}", u32::from(character)),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// Whether a text can stand between three single quotes, where nothing is escaped.
fn is_readable(text: &str) -> bool {
    let is_plain = |character: char| matches!(character, '\n' | '\t') || !is_unprintable(character);
    !text.contains("'''") && !text.ends_with('\'') && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::from_toml;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        let text = || prop_oneof![any::<String>(), "['\"\\\\\n\t #{}=]{0,12}", "(a|'|\n|\r){0,9}"];
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::Float),
            text().prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 30, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                proptest::collection::btree_map(text(), inner, 0..4)
                    .prop_map(|entries| Value::Table(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in value(), name in any::<String>()) {
            let text = format!("{} = {}\n", key(&name), literal(&value));
            let read: toml::Table = toml::from_str(&text).expect(&text);
            prop_assert_eq!(read.get(&name).map(from_toml), Some(value));
        }
    }
}
