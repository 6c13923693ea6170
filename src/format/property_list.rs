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
