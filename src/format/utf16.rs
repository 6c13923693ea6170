//! Text as Windows stores it: UTF-16, little-endian.

/// What opens a file of UTF-16LE text.
pub const BYTE_ORDER_MARK: [u8; 2] = [0xFF, 0xFE];

/// The text without byte-order mark or terminator.
#[must_use]
pub fn encode(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A whole file of text: byte-order mark first.
#[must_use]
pub fn encode_file(text: &str) -> Vec<u8> {
    [&BYTE_ORDER_MARK[..], &encode(text)].concat()
}

/// Reads text without byte-order mark; `None` for half a unit or half a surrogate pair.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
    rest.is_empty().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_little_endian_behind_its_mark() {
        assert_eq!(encode_file("aé"), [0xFF, 0xFE, 0x61, 0, 0xE9, 0]);
    }

    #[test]
    fn half_a_unit_and_half_a_pair_are_refused() {
        assert_eq!(decode(&[0x61]), None);
        assert_eq!(decode(&[0x00, 0xD8]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text)), Some(text));
        }
    }
}
