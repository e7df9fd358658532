//! Notices for everybody as an Atom feed (RFC 4287), for those who follow several systems in one place.
//!
//! A feed reader has no session, so what is for one organisation's own staff is not in it.

use jiff::Timestamp;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use samsyn_domain::notice::NoticePhase;

use super::{NoticeLine, kind, said, when};
use crate::text::{Language, Texts};

/// The feed. `address` is where the page stands, without a final slash. Empty when the writer fails, which memory does not.
pub fn notices_feed(language: Language, lines: &[NoticeLine], address: &str, now: Timestamp) -> String {
    written(language, lines, address, now).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn written(language: Language, lines: &[NoticeLine], address: &str, now: Timestamp) -> std::io::Result<Vec<u8>> {
    let words = Texts::of(language).board;
    let updated = lines.iter().map(changed).max().unwrap_or(now);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = writer.create_element("feed");
    let feed = feed.with_attributes([("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", language.tag())]);
    feed.write_inner_content(|feed| {
        text(feed, "id", &format!("{address}/notices.atom"))?;
        text(feed, "title", words.title())?;
        text(feed, "updated", &updated.to_string())?;
        link(feed, "self", &format!("{address}/notices.atom"))?;
        link(feed, "alternate", &format!("{address}/notices"))?;
        for line in lines {
            entry(feed, language, line, address, now)?;
        }
        Ok(())
    })?;
    Ok(writer.into_inner())
}

fn entry(
    feed: &mut Writer<Vec<u8>>,
    language: Language,
    line: &NoticeLine,
    address: &str,
    now: Timestamp,
) -> std::io::Result<()> {
    let texts = Texts::of(language);
    let (published, notice) = (&line.published, &line.published.notice);
    let (said, in_language) = said(notice, language);
    let over = match (published.phase(now), &published.withdrawn) {
        (_, Some(_)) => format!("{}: ", texts.board.taken_back()),
        (NoticePhase::Past, None) => format!("{}: ", texts.board.over()),
        _ => String::new(),
    };
    feed.create_element("entry").write_inner_content(|entry| {
        text(entry, "id", &format!("urn:uuid:{}", published.id))?;
        text(entry, "title", &format!("{over}{}: {}", kind(texts, notice.kind), said.heading))?;
        text(entry, "published", &published.at.to_string())?;
        text(entry, "updated", &changed(line).to_string())?;
        entry.create_element("author").write_inner_content(|author| text(author, "name", &line.by))?;
        entry.create_element("category").with_attribute(("term", notice.kind.word())).write_empty()?;
        link(entry, "alternate", &format!("{address}/notices#{}", published.id))?;
        let content = format!("{}\n\n{}", when(texts, line), said.body);
        let element = entry.create_element("content");
        let element = element.with_attributes([("type", "text"), ("xml:lang", in_language.tag())]);
        element.write_text_content(BytesText::new(&content))?;
        Ok(())
    })?;
    Ok(())
}

fn changed(line: &NoticeLine) -> Timestamp {
    line.published.withdrawn.as_ref().map_or(line.published.at, |(at, _)| *at)
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> std::io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(text)).map(|_| ())
}

fn link(writer: &mut Writer<Vec<u8>>, relation: &str, to: &str) -> std::io::Result<()> {
    writer.create_element("link").with_attributes([("rel", relation), ("href", to)]).write_empty().map(|_| ())
}
