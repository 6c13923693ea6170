//! Property lists as XML, the way every Apple tool and every MDM reads them.
//!
//! [Apple's DTD](https://www.apple.com/DTDs/PropertyList-1.0.dtd). The texts must be free of control characters: the
//! writer would pass them on, and XML has no form for them.

use plist::Value;

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
}
