//! A reply as a tree of elements, found by local name. Feature `xml`.
//!
//! Room: well-formedness, text, the rule for what counts as missing, and escaping. Not here: what an element means, SOAP faults.
//! Invariant: nothing is expanded but the five predefined entities and character references, a document type is refused,
//! depth is bounded, and a document that ends too early is an error, never a shorter document.
//! Names are compared without case: even national schemas spell one element two ways.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event};

/// Deeper than any schema we know, far below what would trouble the stack.
const MAX_DEPTH: usize = 64;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

/// Why a reply is no document. Names the rule, never the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Neither UTF-8 nor a declared Latin-1.
    Encoding,
    /// Not well-formed.
    Syntax,
    /// Ended before the root element did.
    Truncated,
    /// Holds a document type.
    DocumentType,
    /// Names an entity that is not predefined.
    Entity,
    /// Nested deeper than anything we know.
    Depth,
}

impl Unreadable {
    /// For the administrator.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Encoding => "neither UTF-8 nor declared as Latin-1",
            Self::Syntax => "not well-formed XML",
            Self::Truncated => "ends before the root element does",
            Self::DocumentType => "holds a document type, which is refused",
            Self::Entity => "names an entity that is not predefined",
            Self::Depth => "nested too deeply",
        }
    }
}

impl Node {
    /// Local name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every child element.
    pub fn children(&self) -> &[Self] {
        &self.children
    }

    /// Children of this name, in order.
    pub fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.name.eq_ignore_ascii_case(name))
    }

    /// The first element at a path such as `patientId/id`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/')
            .try_fold(self, |node, name| node.children.iter().find(|child| child.name.eq_ignore_ascii_case(name)))
    }

    /// The element's own text; none when it is missing by the rule of [`stated`].
    pub fn own_text(&self) -> Option<&str> {
        stated(&self.text)
    }

    /// The text at a path; none when the element or its text is missing.
    pub fn text(&self, path: &str) -> Option<String> {
        self.at(path)?.own_text().map(str::to_owned)
    }

    /// A boolean at a path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        match self.at(path)?.own_text()? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

/// The text unless it is blank or only question marks, which is how national messages write "no value".
pub fn stated(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !text.chars().all(|c| c == '?')).then_some(text)
}

/// A text as it stands between tags or in an attribute, with everything that XML reads otherwise escaped.
pub fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// Reads a document.
///
/// # Errors
/// Which rule it breaks.
pub fn parse(bytes: &[u8]) -> Result<Node, Unreadable> {
    let text = decode(bytes)?;
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    // The bottom of the stack stands for the document; the root element becomes its child.
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().map_err(|_| Unreadable::Syntax)? {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(Unreadable::Depth);
                }
                let name = start.local_name();
                open.push(Node { name: name.as_ref().to_owned(), ..Node::default() });
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::CData(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let resolved =
                    reference.resolve_char_ref().map_err(|_| Unreadable::Entity)?.or_else(|| predefined(&name));
                append(&mut open, resolved.ok_or(Unreadable::Entity)?.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(Unreadable::DocumentType),
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(mut document), true) => document.children.pop().ok_or(Unreadable::Truncated),
        _ => Err(Unreadable::Truncated),
    }
}

fn close(open: &mut Vec<Node>) -> Result<(), Unreadable> {
    let closed = open.pop().ok_or(Unreadable::Syntax)?;
    open.last_mut().ok_or(Unreadable::Syntax)?.children.push(closed);
    Ok(())
}

/// Adds text to the innermost element. Space before any text is layout.
fn append(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut()
        && !(node.text.is_empty() && text.trim().is_empty())
    {
        node.text.push_str(text);
    }
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

/// UTF-8; Latin-1 is read where the declaration says so, because old systems still send it.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let head: String = bytes.iter().take(100).map(|&byte| char::from(byte).to_ascii_lowercase()).collect();
    let declared = head.split("?>").next().unwrap_or_default();
    let latin = declared.starts_with("<?xml") && (declared.contains("iso-8859-1") || declared.contains("latin1"));
    if latin { Ok(Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect())) } else { Err(Unreadable::Encoding) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_local_name_whatever_the_prefix_and_case() {
        let node = parse(b"<a:x xmlns:a='u'><b:accountableHealthCareProfessional><n>1</n></b:accountableHealthCareProfessional></a:x>");
        assert_eq!(node.unwrap().text("accountableHealthcareProfessional/n").as_deref(), Some("1"));
    }

    #[test]
    fn what_is_escaped_reads_back_the_same() {
        let text = "<a & \"b\" 'c'>";
        let document = format!("<x>{}</x>", escape(text));
        assert_eq!(parse(document.as_bytes()).unwrap().own_text(), Some(text));
    }

    #[test]
    fn cdata_entities_and_character_references_become_text() {
        let node = parse("<x> <![CDATA[åäö<>><&]]]]>><![CDATA[]]> a &amp; b &#229;&#x41; </x>".as_bytes()).unwrap();
        assert_eq!(node.own_text(), Some("åäö<>><&]]> a & b åA"));
    }

    #[test]
    fn question_marks_and_blanks_are_missing() {
        let node = parse(b"<x><a>?</a><b> </b><c/><d>??</d><e>why?</e></x>").unwrap();
        for name in ["a", "b", "c", "d", "nothing"] {
            assert_eq!(node.text(name), None, "{name}");
        }
        assert_eq!(node.text("e").as_deref(), Some("why?"));
    }

    #[test]
    fn entity_bombs_and_document_types_are_refused() {
        let bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>";
        assert_eq!(parse(bomb), Err(Unreadable::DocumentType));
        assert_eq!(parse(b"<x>&b;</x>"), Err(Unreadable::Entity));
        let deep = "<x>".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()), Err(Unreadable::Depth));
    }

    #[test]
    fn a_document_that_ends_too_early_is_an_error() {
        let whole = "<x><y>1</y><z>2</z></x>";
        assert!(parse(whole.as_bytes()).is_ok());
        for end in 0..whole.len() {
            assert!(parse(whole.get(..end).unwrap().as_bytes()).is_err(), "{end}");
        }
        assert_eq!(parse(b""), Err(Unreadable::Truncated));
        assert_eq!(parse(b"not xml"), Err(Unreadable::Truncated));
    }

    #[test]
    fn latin_1_is_read_only_where_it_is_declared() {
        let declared = b"<?xml version='1.0' encoding='ISO-8859-1'?><x>\xE5</x>";
        assert_eq!(parse(declared).unwrap().own_text(), Some("å"));
        assert_eq!(parse(b"<x>\xE5</x>"), Err(Unreadable::Encoding));
    }
}
