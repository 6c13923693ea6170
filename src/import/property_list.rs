//! Property lists as XML, with the place of everything.
//!
//! [Apple's DTD](https://www.apple.com/DTDs/PropertyList-1.0.dtd), which names every element. Entities are not expanded:
//! a list that declares some is refused, so that a small file cannot become a large one.

use quick_xml::Reader as Xml;
use quick_xml::events::{BytesStart, Event};

use super::tree::{Content, DEEPEST, MOST, Member, Node};
use crate::finding::{Finding, NOT_WELL_FORMED};
use crate::source::{SourceId, Span, Spanned};

/// Reads a whole file. `None` when nothing of it can be used; a finding then says why.
pub(super) fn read(source: SourceId, text: &str, findings: &mut Vec<Finding>) -> Option<Node> {
    let start = text.len() - text.trim_start().len();
    if start > 0 && text[start..].starts_with("<?xml") {
        let message = "white space before `<?xml`: macOS refuses the file, and so do most MDMs";
        let finding = Finding::new(&NOT_WELL_FORMED, source.span(0..start), message).label("remove this");
        findings.push(finding.help("what follows it could be read, and was imported"));
    }
    let xml = Xml::from_str(&text[start..]);
    let mut reader = Reader { source, text, xml, offset: start, nodes: 0, open: Vec::new() };
    reader.xml.config_mut().expand_empty_elements = true;
    match reader.document() {
        Ok(root) => Some(root),
        Err((span, what)) => {
            let message = format!("{what}, so nothing was imported from this file");
            findings.push(Finding::new(&NOT_WELL_FORMED, span, message).label("here"));
            None
        }
    }
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    xml: Xml<&'a [u8]>,
    /// Where the XML begins in the file.
    offset: usize,
    nodes: usize,
    /// The arrays and dictionaries that are not closed yet.
    open: Vec<Container>,
}

struct Container {
    start: usize,
    items: Vec<Node>,
    /// For a dictionary: its keys so far. There is one more than items while a value is awaited.
    keys: Option<Vec<Spanned<String>>>,
}

type Broken = (Span, String);

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Node, Broken> {
        let mut root = None;
        loop {
            let start = self.at();
            match self.event()? {
                Event::DocType(text) if text.contains("<!ENTITY") => {
                    return Err(self.broken(start, "the file declares entities, which no property list does"));
                }
                Event::Decl(_) | Event::DocType(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Start(tag) if tag.name().as_ref() == "plist" && root.is_none() && self.open.is_empty() => {}
                Event::End(tag) if tag.name().as_ref() == "plist" && self.open.is_empty() => {}
                Event::Start(tag) if root.is_none() => {
                    if let Some(node) = self.element(&tag, start)? {
                        root = self.place(node)?;
                    }
                }
                Event::End(_) if !self.open.is_empty() => {
                    let node = self.close()?;
                    root = self.place(node)?;
                }
                Event::Eof => break,
                _ => return Err(self.broken(start, "this is not part of a property list")),
            }
        }
        let end = self.at();
        root.ok_or_else(|| self.broken(end, "the property list is cut off, or holds nothing"))
    }

    /// A value without members; `None` when one with members was opened, or a key was kept.
    fn element(&mut self, tag: &BytesStart<'a>, start: usize) -> Result<Option<Node>, Broken> {
        self.nodes += 1;
        if self.nodes > MOST {
            return Err(self.broken(start, &format!("more than {MOST} values, and no profile has so many")));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.broken(start, &format!("more than {DEEPEST} elements inside each other")));
        }
        let name = tag.name();
        let name = name.as_ref();
        if matches!(name, "dict" | "array") {
            let keys = (name == "dict").then(Vec::new);
            self.open.push(Container { start, items: Vec::new(), keys });
            return Ok(None);
        }
        if !matches!(name, "key" | "string" | "true" | "false" | "integer" | "real" | "date" | "data") {
            return Err(
                self.broken(start, &format!("`<{}>` is no element of a property list", super::text::printable(name)))
            );
        }
        let (text, span) = self.text(start)?;
        let content = match name {
            "key" => {
                self.key(text, span)?;
                return Ok(None);
            }
            "string" => Content::String(text),
            "true" => Content::Boolean(true),
            "false" => Content::Boolean(false),
            "integer" => match text.trim().parse() {
                Ok(number) => Content::Integer(number),
                Err(_) => return Err((span, "this is not a whole number of 64 bits".to_owned())),
            },
            "real" => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Content::Float(number),
                _ => return Err((span, "this is not a finite number".to_owned())),
            },
            "date" => Content::Other("a date"),
            _ => Content::Other("bytes"),
        };
        Ok(Some(Node { content, span }))
    }

    /// The text up to the end of the element that is open, and where it stands.
    fn text(&mut self, tag: usize) -> Result<(String, Span), Broken> {
        let start = self.at();
        let mut text = String::new();
        loop {
            let end = self.at();
            match self.event()? {
                Event::Text(part) => text.push_str(&part),
                Event::CData(part) => text.push_str(&part),
                Event::Comment(_) => {}
                Event::GeneralRef(reference) => {
                    let named = quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                    let numbered = || reference.resolve_char_ref().ok().flatten().map(String::from);
                    let Some(resolved) = named.or_else(numbered) else {
                        return Err(self.broken(end, "an entity that XML does not have"));
                    };
                    text.push_str(&resolved);
                }
                Event::End(_) => {
                    // `<true/>` has no inside to point at.
                    let span = if end > start { start..end } else { tag..self.at() };
                    return Ok((text, self.source.span(span)));
                }
                _ => return Err(self.broken(end, "an element where text should be")),
            }
        }
    }

    fn key(&mut self, name: String, span: Span) -> Result<(), Broken> {
        let misplaced = || (span, "a key where a value should be".to_owned());
        let container = self.open.last_mut().ok_or_else(misplaced)?;
        let items = container.items.len();
        let keys = container.keys.as_mut().filter(|keys| keys.len() == items).ok_or_else(misplaced)?;
        if keys.iter().any(|key| key.value == name) {
            return Err((span, format!("`{}` is given twice in one dictionary", super::text::printable(&name))));
        }
        keys.push(Spanned { value: name, span });
        Ok(())
    }

    fn close(&mut self) -> Result<Node, Broken> {
        let end = self.at();
        let container = self.open.pop().expect("an end without a start is refused by the parser");
        let span = self.source.span(container.start..end);
        let content = match container.keys {
            None => Content::List(container.items),
            Some(keys) if keys.len() == container.items.len() => {
                let member = |(name, node)| Member { name, node };
                Content::Table(keys.into_iter().zip(container.items).map(member).collect())
            }
            Some(_) => return Err((span, "a dictionary that ends after a key".to_owned())),
        };
        Ok(Node { content, span })
    }

    /// Puts a value where it belongs; one that belongs nowhere is the root.
    fn place(&mut self, node: Node) -> Result<Option<Node>, Broken> {
        let Some(container) = self.open.last_mut() else { return Ok(Some(node)) };
        if container.keys.as_ref().is_some_and(|keys| keys.len() == container.items.len()) {
            return Err((node.span, "a value without a key".to_owned()));
        }
        container.items.push(node);
        Ok(None)
    }

    fn event(&mut self) -> Result<Event<'a>, Broken> {
        let start = self.at();
        let is_lone = self.text[start..].starts_with('&');
        let event = self.xml.read_event().map_err(|error| {
            let what = if is_lone { "a lone `&`, which XML writes as `&amp;`".to_owned() } else { unreadable(error) };
            self.broken(start, &what)
        })?;
        // The parser leaves to others what stands in a tag.
        let attributes = match &event {
            Event::Start(tag) => tag.attributes().find_map(Result::err).map(unreadable),
            Event::Decl(declaration) => declaration.version().err().map(unreadable),
            _ => None,
        };
        attributes.map_or(Ok(event), |what| Err(self.broken(start, &what)))
    }

    fn at(&self) -> usize {
        self.offset + usize::try_from(self.xml.buffer_position()).expect("the text is in memory")
    }

    /// What is wrong between a place and where the reading stands.
    fn broken(&self, start: usize, what: &str) -> Broken {
        (self.source.span(start..self.at().max(start)), what.to_owned())
    }
}

fn unreadable(error: impl std::fmt::Display) -> String {
    format!("the XML cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources};
    use plist::Value;
    use proptest::prelude::*;

    fn read_text(text: &str) -> (Option<Node>, Vec<Finding>) {
        let source = Sources::default().add(Source::new("x.plist", text.to_owned()));
        let mut findings = Vec::new();
        let root = read(source, text, &mut findings);
        (root, findings)
    }

    /// The same tree without places.
    fn plain(node: &Node) -> Value {
        match &node.content {
            Content::Null | Content::Other(_) => Value::Data(Vec::new()),
            Content::Boolean(truth) => (*truth).into(),
            Content::Integer(number) => (*number).into(),
            Content::Float(number) => (*number).into(),
            Content::String(text) => text.clone().into(),
            Content::List(items) => Value::Array(items.iter().map(plain).collect()),
            Content::Table(members) => Value::Dictionary(
                members.iter().map(|member| (member.name.value.clone(), plain(&member.node))).collect(),
            ),
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(|number| Value::Integer(number.into())),
            // A carriage return is not kept by XML, and a control character is none of its characters.
            "[^\\p{Cc}]{0,20}|[<>&\"' \n]{0,9}".prop_map(Value::String),
            (-1e9..1e9).prop_map(Value::Real),
            Just(Value::Data(Vec::new())),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                proptest::collection::btree_map("[a-z<&]{1,20}", inner, 0..5)
                    .prop_map(|entries| Value::Dictionary(entries.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn a_place_is_inside_of_the_element() {
        let text = "<plist><dict><key>a</key><string>b &amp; c</string><key>d</key><true/></dict></plist>";
        let (root, findings) = read_text(text);
        let root = root.expect("a property list");
        let at = |name: &str| {
            let member = root.member(name).expect("a member");
            (&text[member.name.span.start..member.name.span.end], &text[member.node.span.start..member.node.span.end])
        };
        assert_eq!((at("a"), at("d")), (("a", "b &amp; c"), ("d", "<true/>")));
        assert_eq!(root.get("a").and_then(Node::as_str), Some("b & c"));
        assert!(findings.is_empty());
    }

    #[test]
    fn no_entity_is_expanded() {
        for text in [
            "<!DOCTYPE plist [<!ENTITY a \"aaaa\">]><plist><string>&a;</string></plist>",
            "<!DOCTYPE plist [\n<!ENTITY % a SYSTEM \"file:///etc/passwd\">]><plist><string>x</string></plist>",
            "<plist><string>&a;</string></plist>",
        ] {
            let (root, findings) = read_text(text);
            assert!(root.is_none() && findings.len() == 1, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_the_plist_crate_writes_is_read_as_the_same(value in value()) {
            let text = String::from_utf8(crate::format::property_list::xml(&value)).expect("UTF-8");
            let (root, findings) = read_text(&text);
            prop_assert!(findings.is_empty(), "{findings:?}\n{text}");
            prop_assert_eq!(root.as_ref().map(plain), Some(value));
        }
    }
}
