//! Property lists as XML, the way every Apple tool and every MDM reads them.
//!
//! [Apple's DTD](https://www.apple.com/DTDs/PropertyList-1.0.dtd). The texts must be free of control characters: the
//! writer would pass them on, and XML has no form for them.

use std::io::Cursor;

use plist::Value;
use plist::stream::{Event, Reader};

/// The document with one final newline.
pub fn xml(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.to_writer_xml(&mut bytes).expect("a tree of strings, numbers and booleans is a property list");
    bytes.push(b'\n');
    bytes
}

/// The same without white space between elements, for readers that store it. The texts keep theirs.
pub fn compact(value: &Value) -> Vec<u8> {
    let xml = String::from_utf8(xml(value)).expect("the writer writes UTF-8");
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml.as_str();
    while let Some(end) = rest.find('>') {
        let (token, after) = rest.split_at(end + 1);
        out.push_str(token);
        // White space after an opening `<string>` or `<key>`, or after a `>` in a text, is text; elsewhere it is layout.
        let tag = token.rfind('<').map(|at| &token[at..]);
        let layout = after.trim_start();
        let ends_here = tag.is_some_and(|tag| !matches!(tag, "<string>" | "<key>")) && layout.starts_with('<');
        rest = if ends_here { layout } else { after };
    }
    out.push('\n');
    out.into_bytes()
}

/// What a key of a property list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// There is no such key.
    Nothing,
    /// A text.
    Text(String),
    /// Anything else.
    Other,
}

/// More than any domain of preferences has.
const EVENTS: usize = 100_000;

/// What a property list from outside, XML or binary, holds under a key; `None` when it cannot be read.
///
/// It is read as events. A binary one may name the same part many times over, so that all of it would never end, and
/// as a tree one that nests deep would exhaust the stack.
pub fn held(bytes: &[u8], key: &str) -> Option<Held> {
    let mut events = Reader::new(Cursor::new(bytes)).take(EVENTS);
    let Some(Ok(Event::StartDictionary(_))) = events.next() else { return None };
    let mut held = Held::Nothing;
    loop {
        let is_wanted = match events.next()?.ok()? {
            Event::String(name) => name == key,
            Event::EndCollection => return Some(held),
            _ => return None,
        };
        let value = match events.next()?.ok()? {
            Event::String(text) => Held::Text(text.into_owned()),
            Event::StartArray(_) | Event::StartDictionary(_) => {
                let mut depth = 1;
                while depth > 0 {
                    match events.next()?.ok()? {
                        Event::StartArray(_) | Event::StartDictionary(_) => depth += 1,
                        Event::EndCollection => depth -= 1,
                        _ => {}
                    }
                }
                Held::Other
            }
            Event::EndCollection => return None,
            _ => Held::Other,
        };
        if is_wanted {
            held = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plist::Dictionary;

    #[test]
    fn compact_form_keeps_every_text_and_no_layout() {
        let mut keys = Dictionary::new();
        keys.insert(" a>\n".into(), Value::String(" b > \n <c> ".into()));
        keys.insert("blank".into(), Value::String("   ".into()));
        keys.insert("list".into(), Value::Array(vec![Value::Array(vec![]), Value::Boolean(true), 5.into()]));
        let value = Value::Dictionary(keys);
        let bytes = compact(&value);
        assert_eq!(Value::from_reader_xml(bytes.as_slice()).expect("a property list"), value);
        assert!(!String::from_utf8_lossy(&bytes).contains('\t'));
        assert_eq!(String::from_utf8_lossy(&bytes).matches('\n').count(), 1 + 2);
    }

    #[test]
    fn a_key_is_found_in_both_encodings() {
        let mut keys = Dictionary::new();
        keys.insert("list".into(), Value::Array(vec!["text".into(), Value::Array(vec!["key".into()])]));
        keys.insert("text".into(), "a".into());
        keys.insert("number".into(), 1.into());
        let value = Value::Dictionary(keys);
        let mut binary = Vec::new();
        value.to_writer_binary(&mut binary).expect("written");
        for bytes in [xml(&value), binary] {
            assert_eq!(held(&bytes, "text"), Some(Held::Text("a".into())));
            assert_eq!(held(&bytes, "list"), Some(Held::Other));
            assert_eq!(held(&bytes, "number"), Some(Held::Other));
            assert_eq!(held(&bytes, "a"), Some(Held::Nothing));
            assert_eq!(held(&bytes[..bytes.len() / 2], "text"), None);
        }
        assert_eq!(held(&xml(&Value::Array(vec![])), "text"), None);
    }

    /// `{key: a}` where every array holds the next one twice.
    #[test]
    fn a_list_that_doubles_at_every_level_ends() {
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = vec![8u8, 11];
        bytes.extend([0xd1, 1, 2, 0x51, b'k']);
        for level in 0..40 {
            offsets.push(u8::try_from(bytes.len()).expect("small"));
            bytes.extend([0xa2, level + 3, level + 3]);
        }
        offsets.push(u8::try_from(bytes.len()).expect("small"));
        bytes.push(0xa0);
        let table = u8::try_from(bytes.len()).expect("small");
        bytes.extend(&offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        for number in [u8::try_from(offsets.len()).expect("small"), 0, table] {
            bytes.extend([0, 0, 0, 0, 0, 0, 0, number]);
        }
        assert_eq!(held(&bytes, "k"), None);
        let mut events = Reader::new(Cursor::new(&bytes));
        assert!((0..EVENTS).all(|_| matches!(events.next(), Some(Ok(_)))), "it is no list that cannot be read");
    }
}
