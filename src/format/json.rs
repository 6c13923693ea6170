//! JSON in pure ASCII with a fixed order: what Docker Desktop, PowerShell 5.1 and every MDM read the same way.
//!
//! Non-ASCII text becomes `\uXXXX` ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), section 7), so a tool that
//! guesses an encoding cannot change it and no byte-order mark is ever wanted.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// Indented by two spaces, with one final newline.
pub fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = write(value, PrettyFormatter::new());
    bytes.push(b'\n');
    bytes
}

/// On one line, without a newline.
pub fn compact(value: &impl Serialize) -> String {
    String::from_utf8(write(value, CompactFormatter)).expect("escaped JSON is ASCII")
}

fn write(value: &impl Serialize, formatter: impl Formatter) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Ascii(formatter));
    value.serialize(&mut serializer).expect("our values have string keys and finite numbers");
    bytes
}

/// Another formatter whose strings are escaped to ASCII.
struct Ascii<F>(F);

impl<F: Formatter> Formatter for Ascii<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        // DEL is valid JSON but trips YAML and XML readers that a file may pass on its way.
        let is_plain = |character: char| character.is_ascii() && character != '\u{7f}';
        let mut rest = text;
        // Whole scripts pass through here: what is plain goes in one piece.
        while let Some(at) = rest.find(|character| !is_plain(character)) {
            let (plain, special) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut characters = special.chars();
            if let Some(character) = characters.next() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_outside_ascii_is_escaped_as_utf16() {
        assert_eq!(compact(&"é\u{7f}\u{1f600}\"\n"), r#""\u00e9\u007f\ud83d\ude00\"\n""#);
    }

    #[test]
    fn no_crate_in_the_graph_turned_on_preserve_order() {
        let map: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":2}"#).expect("valid JSON");
        assert_eq!(map.to_string(), r#"{"a":2,"b":1}"#);
    }
}
