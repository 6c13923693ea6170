//! What a setting needs of another one.

use serde::Deserialize;

/// Something that must hold for a setting to act, written `[VALUE: ]KEY[=VALUE]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Requirement {
    /// The value of the setting that alone needs it; absent when every value does.
    pub when: Option<String>,
    /// The other setting.
    pub key: String,
    /// The value it must have; absent when any will do that is not empty.
    pub value: Option<String>,
}

impl From<String> for Requirement {
    fn from(text: String) -> Self {
        let (when, rest) = text.split_once(": ").map_or((None, text.as_str()), |(when, rest)| (Some(when), rest));
        let (key, value) = rest.split_once('=').map_or((rest, None), |(key, value)| (key, Some(value)));
        Self { when: when.map(str::to_owned), key: key.to_owned(), value: value.map(str::to_owned) }
    }
}

impl std::fmt::Display for Requirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(when) = &self.when {
            write!(f, "for {when}: ")?;
        }
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.key),
            None => write!(f, "something in {}", self.key),
        }
    }
}
