//! Bytes of a file as text, whatever encoding somebody's editor or shell chose.

use std::borrow::Cow;

/// How the text was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// With a byte-order mark.
    Utf8Mark,
    Utf16,
}

/// The text with `\n` line endings, as findings quote it. `Err` holds the first byte that makes no sense.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Encoding), usize> {
    let (text, encoding) = if let Some(body) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        (utf8(body).map_err(|at| at + 3)?, Encoding::Utf8Mark)
    } else if let Some(units) = utf16_units(bytes) {
        let text = char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| 0_usize)?;
        (Cow::Owned(text), Encoding::Utf16)
    } else {
        (utf8(bytes)?, Encoding::Utf8)
    };
    Ok((text.replace("\r\n", "\n"), encoding))
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| error.valid_up_to())
}

/// Whether it is text of four bytes for each character, which begins like UTF-16.
pub(super) fn is_utf32(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..])
        || matches!(bytes, [first, 0, 0, 0, ..] | [0, 0, 0, first, ..] if *first != 0)
}

/// With a mark, or without one where every second byte of the beginning is NUL: no settings file begins otherwise.
fn utf16_units(bytes: &[u8]) -> Option<Vec<u16>> {
    let (body, is_little) = match bytes {
        [0xFF, 0xFE, body @ ..] => (body, true),
        [0xFE, 0xFF, body @ ..] => (body, false),
        [first, 0, ..] if *first != 0 => (bytes, true),
        [0, second, ..] if *second != 0 => (bytes, false),
        _ => return None,
    };
    let from = if is_little { u16::from_le_bytes } else { u16::from_be_bytes };
    Some(body.as_chunks::<2>().0.iter().map(|unit| from(*unit)).collect())
}

/// Whether a character would do something to a terminal, an editor or the line it stands on.
pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// A text on one line that can do nothing: for comments and messages about files from anywhere.
pub(super) fn printable(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if is_unprintable(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "{\n  \"é\": 1\n}";
        let units: Vec<u16> = text.replace('\n', "\r\n").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = |mark: &[u8], body: &[u8]| decode(&[mark, body].concat());
        assert_eq!(decode(text.as_bytes()), Ok((text.to_owned(), Encoding::Utf8)));
        assert_eq!(marked(b"\xEF\xBB\xBF", text.as_bytes()), Ok((text.to_owned(), Encoding::Utf8Mark)));
        for bytes in [marked(b"\xFF\xFE", &little), marked(b"\xFE\xFF", &big), decode(&little), decode(&big)] {
            assert_eq!(bytes, Ok((text.to_owned(), Encoding::Utf16)));
        }
        assert_eq!(decode(b"{\"\xE9\"}"), Err(2));
        assert_eq!(decode(b"\xFF\xFE\x00\xD8"), Err(0));
    }

    #[test]
    fn nothing_in_a_comment_can_end_it() {
        assert_eq!(printable("a\nb\u{202e}\u{1b}[2J"), "a\\u{a}b\\u{202e}\\u{1b}[2J");
        assert_eq!(printable(&"x".repeat(300)).chars().count(), 201);
    }
}
