//! XML as the tools of Windows write and read it: UTF-8 without byte-order mark. Text holds no control characters, which
//! XML has no way to say.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

/// A document in the making. Writing to memory does not fail, so the results of its methods are passed up to [`document`]
/// and end there.
pub(super) type Xml = Writer<Vec<u8>>;

/// A document that opens with a declaration, indented by two spaces. Every line feed becomes CRLF.
pub(super) fn document(body: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> Vec<u8> {
    let written = written(Writer::new_with_indent(Vec::new(), b' ', 2), |xml| {
        declaration(xml)?;
        body(xml)
    });
    let mut bytes = Vec::new();
    for line in written.split(|byte| *byte == b'\n') {
        bytes.extend_from_slice(line);
        bytes.extend(b"\r\n");
    }
    bytes
}

/// A document on one line without a declaration.
pub(super) fn line(body: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> Vec<u8> {
    written(Writer::new(Vec::new()), body)
}

pub(super) fn written(mut xml: Xml, body: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> Vec<u8> {
    body(&mut xml).expect("writing to memory does not fail");
    xml.into_inner()
}

pub(super) fn declaration(xml: &mut Xml) -> std::io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))
}

/// White space between elements.
pub(super) fn space(xml: &mut Xml, space: &str) -> std::io::Result<()> {
    xml.write_event(Event::Text(BytesText::from_escaped(space)))
}

/// `<name>text</name>`
pub(super) fn text(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(text))?;
    Ok(())
}
