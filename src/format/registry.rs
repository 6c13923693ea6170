//! Registry values and changes to them, as `.reg` files, Registry.pol and LGPO text carry them.
//!
//! The byte layout of each type is that of `RegSetValueEx`:
//! <https://learn.microsoft.com/en-us/windows/win32/sysinfo/registry-value-types>

use super::utf16;

/// A list of strings (`REG_MULTI_SZ`) that must be in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryValue {
    /// The key without its hive, `\` between its parts.
    pub key: String,
    /// The value's name.
    pub name: String,
    /// The strings: none empty, none with a NUL.
    pub strings: Vec<String>,
}

/// One thing that a file does to the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes a value and creates its key.
    Set {
        /// The key without its hive.
        key: String,
        /// The value's name; empty is the key's default value.
        name: String,
        /// What it will hold.
        data: Data,
    },
    /// Removes one value.
    DeleteValue {
        /// The key without its hive.
        key: String,
        /// The value's name; empty is the key's default value.
        name: String,
    },
    /// Removes a key with everything below it.
    DeleteKey {
        /// The key without its hive.
        key: String,
    },
}

impl Change {
    /// Puts the list in place.
    #[must_use]
    pub fn set(value: &RegistryValue) -> Self {
        Self::Set { key: value.key.clone(), name: value.name.clone(), data: Data::MultiString(value.strings.clone()) }
    }

    /// Takes the list away, whatever it holds by then.
    #[must_use]
    pub fn delete(value: &RegistryValue) -> Self {
        Self::DeleteValue { key: value.key.clone(), name: value.name.clone() }
    }

    /// The key that is touched.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Set { key, .. } | Self::DeleteValue { key, .. } | Self::DeleteKey { key } => key,
        }
    }
}

/// The content of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// `REG_SZ`; holds no NUL.
    String(String),
    /// `REG_DWORD`.
    Dword(u32),
    /// `REG_MULTI_SZ`; no string is empty or holds a NUL.
    MultiString(Vec<String>),
    /// Another type, or bytes that are not what their type promises.
    Other {
        /// The type's number.
        kind: u32,
        /// The bytes as they stand.
        bytes: Vec<u8>,
    },
}

impl Data {
    /// `REG_SZ`
    pub const STRING: u32 = 1;
    /// `REG_DWORD`
    pub const DWORD: u32 = 4;
    /// `REG_MULTI_SZ`
    pub const MULTI_STRING: u32 = 7;

    /// The type's number.
    #[must_use]
    pub fn kind(&self) -> u32 {
        match self {
            Self::String(_) => Self::STRING,
            Self::Dword(_) => Self::DWORD,
            Self::MultiString(_) => Self::MULTI_STRING,
            Self::Other { kind, .. } => *kind,
        }
    }

    /// The bytes as the registry stores them.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::String(text) => terminated(text),
            Self::Dword(number) => number.to_le_bytes().to_vec(),
            // Each string ends with a NUL, and so does the list.
            Self::MultiString(strings) => strings.iter().flat_map(|string| terminated(string)).chain([0, 0]).collect(),
            Self::Other { bytes, .. } => bytes.clone(),
        }
    }

    /// Makes sense of stored bytes. Missing terminators are forgiven, as Windows does. A list with an empty string in
    /// the middle is not: some programs stop there and some read on, so it means two things.
    #[must_use]
    pub fn decode(kind: u32, bytes: &[u8]) -> Self {
        let known = match kind {
            Self::STRING => decode_string(bytes).map(Self::String),
            Self::DWORD => bytes.try_into().ok().map(|bytes| Self::Dword(u32::from_le_bytes(bytes))),
            Self::MULTI_STRING => decode_strings(bytes).map(Self::MultiString),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other { kind, bytes: bytes.to_vec() })
    }
}

fn terminated(text: &str) -> Vec<u8> {
    utf16::encode(text).into_iter().chain([0, 0]).collect()
}

fn decode_string(bytes: &[u8]) -> Option<String> {
    let text = utf16::decode(bytes)?;
    let text = text.strip_suffix('\0').unwrap_or(&text);
    (!text.contains('\0')).then(|| text.to_owned())
}

fn decode_strings(bytes: &[u8]) -> Option<Vec<String>> {
    let text = utf16::decode(bytes)?;
    let text = text.trim_end_matches('\0');
    if text.is_empty() {
        return Some(Vec::new());
    }
    let strings: Vec<String> = text.split('\0').map(str::to_owned).collect();
    (!strings.iter().any(String::is_empty)).then_some(strings)
}

/// Changes for the property tests of every format that carries them.
#[cfg(test)]
pub(super) mod arbitrary {
    use super::{Change, Data};
    use proptest::prelude::*;

    /// Registry text: everything but controls, with the characters that quoting gets wrong drawn often.
    const TEXT: &str = "([^\\p{Cc}]|[\\\\\";\\[\\]=,'@ -]){1,12}";

    pub(in crate::format) fn data() -> impl Strategy<Value = Data> {
        prop_oneof![
            any::<String>().prop_map(|text| Data::String(text.replace('\0', ""))),
            any::<u32>().prop_map(Data::Dword),
            proptest::collection::vec(TEXT, 0..4).prop_map(Data::MultiString),
            (any::<u32>(), proptest::collection::vec(any::<u8>(), 0..90))
                .prop_map(|(kind, bytes)| Data::decode(kind, &bytes)),
        ]
    }

    pub(in crate::format) fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            (TEXT, TEXT, data()).prop_map(|(key, name, data)| Change::Set { key, name, data }),
            (TEXT, TEXT).prop_map(|(key, name)| Change::DeleteValue { key, name }),
            TEXT.prop_map(|key| Change::DeleteKey { key }),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_string_and_the_list_end_with_a_nul() {
        let list = Data::MultiString(vec!["ab".to_owned(), "c".to_owned()]);
        assert_eq!(list.bytes(), [0x61, 0, 0x62, 0, 0, 0, 0x63, 0, 0, 0, 0, 0]);
        assert_eq!(Data::MultiString(Vec::new()).bytes(), [0, 0]);
    }

    #[test]
    fn missing_terminators_are_forgiven_and_an_empty_string_in_the_middle_is_not() {
        let read = |text| Data::decode(Data::MULTI_STRING, &utf16::encode(text));
        let strings = Data::MultiString(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(read("a\0b"), strings);
        assert_eq!(read("a\0b\0"), strings);
        assert!(matches!(read("a\0\0b\0\0"), Data::Other { kind: 7, .. }));
    }

    #[test]
    fn bytes_that_break_their_type_are_kept_as_they_are() {
        for (kind, bytes) in [(Data::DWORD, vec![1]), (Data::STRING, vec![0, 0xD8]), (Data::MULTI_STRING, vec![9])] {
            assert_eq!(Data::decode(kind, &bytes), Data::Other { kind, bytes });
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(data in arbitrary::data()) {
            prop_assert_eq!(Data::decode(data.kind(), &data.bytes()), data);
        }
    }
}
