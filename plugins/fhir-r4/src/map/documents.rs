//! `DocumentReference`: documents, with their text when it travels in the reply.
//!
//! Not here: fetching attachments. Invariant: only plain text is carried; anything else is a link into the source.

use samsyn_adapter::{sink::Document, types::Concept};

use super::Found;
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["author"], organisation: &["custodian"], recorded: &["date"] };

/// A document that is not replaced by a newer one.
pub fn reference<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    if resource.get("status").is("superseded") {
        return;
    }
    let attachments = || resource.get("content").items().map(|content| content.get("attachment"));
    let plain = |file: &Node<'_>| file.get("contentType").str().is_some_and(|kind| kind.starts_with("text/plain"));
    let carried = |file: &Node<'_>| plain(file) && file.get("data").exists();
    let text = attachments().find(carried).and_then(|file| file.get("data").str()).and_then(decode);
    let elsewhere = attachments().find(|file| !carried(file));
    let kind = resource.get("type").concept().or_else(|| resource.get("category").first().concept());
    let unnamed = reader.language.text("Dokument", "Document");
    let kind = kind.unwrap_or_else(|| Concept { text: unnamed.into(), codings: Vec::new() });
    let titles = attachments().find_map(|file| file.get("title").text());
    let mut provenance = reader.provenance(resource, ROLES);
    provenance.link = provenance.link.or_else(|| elsewhere.and_then(|file| relative(file.get("url"))));
    found.documents.push(Document {
        title: resource.get("description").text().or(titles).unwrap_or_else(|| kind.text.clone()),
        kind,
        date: resource.get("date").when(),
        unit: reader.organisation(resource, resource.get("custodian")),
        text,
        media_type: elsewhere.and_then(|file| file.get("contentType").text()),
        provenance,
    });
}

/// A relative address below the source; an absolute one names a host, which an adapter may not.
fn relative(url: Node<'_>) -> Option<String> {
    let url = url.str().filter(|url| !url.contains(':') && !url.starts_with("//"))?;
    Some(if url.starts_with('/') { url.to_owned() } else { format!("/{url}") })
}

/// Base64 text; none when it is no base64 or no UTF-8.
fn decode(data: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(data.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in data.bytes().filter(|byte| !byte.is_ascii_whitespace()).take_while(|byte| *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_base64_is_read_with_swedish_letters() {
        assert_eq!(decode("w6VsIMOkciBww6UgZ8Olbmc=").as_deref(), Some("ål är på gång"));
        assert_eq!(decode("%%%"), None);
    }
}
