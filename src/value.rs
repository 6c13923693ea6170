//! A value of a setting: what JSON can hold, with the order of names kept.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// What a policy may say for a setting and what `admin-settings.json` then holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; never NaN or infinite.
    Float(f64),
    /// Text.
    String(String),
    /// Values in order.
    List(Vec<Value>),
    /// Named values in the order in which they are written.
    Table(Vec<(String, Value)>),
    /// What could not be read; only in a policy with errors, from which nothing is built.
    Unread,
}

impl Value {
    /// What it is, for a message: "a boolean".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Unread => "what could not be read",
        }
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(truth) = self { Some(*truth) } else { None }
    }

    /// Whether it is what could not be read, or holds some of that.
    pub fn is_partial(&self) -> bool {
        match self {
            Self::Unread => true,
            Self::List(values) => values.iter().any(Self::is_partial),
            Self::Table(entries) => entries.iter().any(|(_, value)| value.is_partial()),
            _ => false,
        }
    }

    /// The strings of a list, without what could not be read; `None` when it is no list or holds something else.
    pub fn as_strings(&self) -> Option<Vec<&str>> {
        let Self::List(values) = self else { return None };
        values.iter().filter(|value| **value != Self::Unread).map(Self::as_str).collect()
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(truth) => serializer.serialize_bool(*truth),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(values) => serializer.collect_seq(values),
            Self::Table(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Unread => serializer.serialize_unit(),
        }
    }
}
