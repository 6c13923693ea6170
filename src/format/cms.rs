//! The cryptographic message in which a configuration profile travels when it is signed.
//!
//! A `SignedData` in a `ContentInfo`, the profile inside it. Nothing here verifies a signature: whoever has the bytes can
//! read what is in them. Most signers write DER, Apple's own and those that write as they go write BER, in which lengths
//! may be left open and a string may come in pieces; both are read.
//! [RFC 5652](https://www.rfc-editor.org/rfc/rfc5652#section-5)

mod write;

pub use write::{Signatory, signed};

/// `id-signedData`, 1.2.840.113549.1.7.2.
pub const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

const END_OF_CONTENTS: u8 = 0x00;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT_0: u8 = 0xA0;

/// In a tag: what follows is made of elements.
const CONSTRUCTED: u8 = 0x20;

/// Why there is nothing to take out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Not a signed message at all.
    NotSigned,
    /// A signature that stands apart from what it signs.
    Detached,
    /// Begins as a signed message and breaks off or is not put together as it should be.
    Damaged,
}

/// What is inside a signed message, whoever signed it. What follows the content is not looked at.
///
/// # Errors
///
/// When there is no content to be had.
pub fn content(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let message = signed_message(bytes).ok_or(Unreadable::NotSigned)?;
    let mut encapsulated = encapsulated(message).ok_or(Unreadable::Damaged)?;
    if matches!(encapsulated.rest, [] | [END_OF_CONTENTS, ..]) {
        return Err(Unreadable::Detached);
    }
    encapsulated.enter(EXPLICIT_0).and_then(|mut string| string.octets()).ok_or(Unreadable::Damaged)
}

/// `ContentInfo`, to behind its type.
fn signed_message(bytes: &[u8]) -> Option<Elements<'_>> {
    let mut message = Elements { rest: bytes }.enter(SEQUENCE)?;
    (message.enter(OBJECT_IDENTIFIER)?.rest == SIGNED_DATA).then_some(message)
}

/// `EncapsulatedContentInfo`, to behind its type.
fn encapsulated(mut message: Elements<'_>) -> Option<Elements<'_>> {
    let mut signed_data = message.enter(EXPLICIT_0)?.enter(SEQUENCE)?;
    signed_data.enter(INTEGER)?;
    signed_data.skip(SET)?;
    let mut content = signed_data.enter(SEQUENCE)?;
    content.enter(OBJECT_IDENTIFIER)?;
    Some(content)
}

/// Elements one after the other: a tag, a length, a body.
struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// The body of the next element, which has this tag. When its length is open, it is all the rest.
    fn enter(&mut self, tag: u8) -> Option<Elements<'a>> {
        let (found, length) = self.header()?;
        let body = self.rest.split_off(..length.unwrap_or(self.rest.len()))?;
        (found == tag).then_some(Elements { rest: body })
    }

    /// Goes past the next element, which has this tag.
    fn skip(&mut self, tag: u8) -> Option<()> {
        let mut tags = Vec::new();
        self.walk(|tag, _| {
            tags.push(tag);
            true
        })?;
        (tags.first() == Some(&tag)).then_some(())
    }

    /// The next element, a string, put together from its pieces.
    fn octets(&mut self) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        self.walk(|tag, body| {
            octets.extend(body);
            tag & !CONSTRUCTED == OCTET_STRING
        })?;
        Some(octets)
    }

    /// Goes through the next element and all that is in it, and calls `visit` with each tag and, where the body is not
    /// made of elements, the body. Without recursion, since whoever made the bytes chose how deep they go.
    fn walk(&mut self, mut visit: impl FnMut(u8, &'a [u8]) -> bool) -> Option<()> {
        // For each element that is open: how much is left behind its end, `None` when it says itself where it ends.
        let mut open: Vec<Option<usize>> = Vec::new();
        loop {
            let (tag, length) = self.header()?;
            match length {
                Some(0) if tag == END_OF_CONTENTS => open.pop()?.is_none().then_some(())?,
                _ if tag & CONSTRUCTED != 0 => {
                    visit(tag, &[]).then_some(())?;
                    open.push(length.map(|length| self.rest.len() - length));
                }
                _ => visit(tag, self.rest.split_off(..length?)?).then_some(())?,
            }
            while let Some(Some(end)) = open.last() {
                match self.rest.len().cmp(end) {
                    std::cmp::Ordering::Greater => break,
                    std::cmp::Ordering::Equal => open.pop(),
                    std::cmp::Ordering::Less => return None,
                };
            }
            if open.is_empty() {
                return Some(());
            }
        }
    }

    /// A tag below 31 and a length that is there; `None` when the length is open.
    fn header(&mut self) -> Option<(u8, Option<usize>)> {
        let [tag, first] = *self.rest.split_off(..2)?.first_chunk()?;
        let length = match first {
            0x80 if tag & CONSTRUCTED != 0 => return Some((tag, None)),
            short @ ..0x80 => usize::from(short),
            long => {
                let bytes = self.rest.split_off(..usize::from(long & 0x7F))?;
                let more = |length: usize, byte: &u8| length.checked_mul(256)?.checked_add(usize::from(*byte));
                bytes.iter().try_fold(0, more)?
            }
        };
        (tag & 0x1F != 0x1F && length <= self.rest.len()).then_some((tag, Some(length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONTENT: &[u8] = include_bytes!("../../tests/cms/content.mobileconfig");
    const DER: &[u8] = include_bytes!("../../tests/cms/der.mobileconfig");
    const BER: &[u8] = include_bytes!("../../tests/cms/ber.mobileconfig");
    const DETACHED: &[u8] = include_bytes!("../../tests/cms/detached.mobileconfig");

    /// An element; with a length, or open.
    fn element(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).expect("short");
        [&[tag, 0x84], &length.to_be_bytes()[..], body].concat()
    }

    fn open(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], body, &[0, 0]].concat()
    }

    fn message(content: &[u8]) -> Vec<u8> {
        let mut signed_data = element(INTEGER, &[1]);
        signed_data.extend(open(SET, &open(SEQUENCE, &element(OBJECT_IDENTIFIER, &[1]))));
        signed_data.extend(element(SEQUENCE, &[&element(OBJECT_IDENTIFIER, &[1]), content].concat()));
        let explicit = open(EXPLICIT_0, &element(SEQUENCE, &signed_data));
        element(SEQUENCE, &[element(OBJECT_IDENTIFIER, SIGNED_DATA), explicit].concat())
    }

    #[test]
    fn what_openssl_signed_is_read() {
        assert_eq!(content(DER).as_deref(), Ok(CONTENT));
        assert_eq!(content(BER).as_deref(), Ok(CONTENT));
        assert_eq!(content(DETACHED), Err(Unreadable::Detached));
        assert_eq!(content(CONTENT), Err(Unreadable::NotSigned));
    }

    #[test]
    fn pieces_are_put_together_however_they_are_nested() {
        let piece = |text: &str| element(OCTET_STRING, text.as_bytes());
        let string = OCTET_STRING | CONSTRUCTED;
        let inner = element(string, &[piece("b"), open(string, &piece("c")), piece("")].concat());
        for pieces in [open(string, &[piece("a"), inner.clone(), piece("d")].concat()), {
            element(string, &[piece("a"), inner, open(string, &[]), piece("d")].concat())
        }] {
            assert_eq!(content(&message(&element(EXPLICIT_0, &pieces))).as_deref(), Ok(&b"abcd"[..]));
        }
    }

    #[test]
    fn what_is_no_string_or_does_not_end_is_damaged() {
        let string = OCTET_STRING | CONSTRUCTED;
        let long = [&[string, 3][..], &element(OCTET_STRING, b"abc")].concat();
        for wrong in [element(SEQUENCE, &[]), open(string, &element(INTEGER, &[1])), long, vec![string, 0x80], vec![]] {
            assert_eq!(content(&message(&element(EXPLICIT_0, &wrong))), Err(Unreadable::Damaged), "{wrong:x?}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = [OCTET_STRING | CONSTRUCTED, 0x80].repeat(1 << 20);
        assert_eq!(content(&message(&element(EXPLICIT_0, &deep))), Err(Unreadable::Damaged));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(
            is_ber: bool, at in 0_usize..1600, byte: u8, end in 0_usize..1700, extra in proptest::collection::vec(any::<u8>(), 0..9)
        ) {
            let mut bytes = if is_ber { BER } else { DER }.to_vec();
            bytes[at] = byte;
            bytes.truncate(end);
            bytes.extend(&extra);
            if let Ok(content) = content(&bytes) {
                prop_assert!(content.len() <= bytes.len());
            }
            prop_assert_eq!(content(&extra), Err(Unreadable::NotSigned));
        }
    }
}
