//! Rules for text that comes out of a sandbox: plain, bounded, without characters that steer a terminal or a line.
//!
//! Markup is not interpreted and not removed: it is text. Not here: which field has which size (`abi`).
//! Invariant: what passes holds no control character other than line feed and tab, and no invisible character that
//! reorders or hides what stands beside it.

use crate::limits::TextLimits;

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Ids, codes, words, times.
    Word,
    /// Names, titles, labels.
    Name,
    /// Free text.
    Prose,
    /// The text of a document.
    Document,
}

impl Size {
    pub(crate) const fn max_bytes(self, limits: &TextLimits) -> usize {
        match self {
            Self::Word => limits.word_max_bytes,
            Self::Name => limits.name_max_bytes,
            Self::Prose => limits.prose_max_bytes,
            Self::Document => limits.document_max_bytes,
        }
    }
}

/// Removes characters that have no place in plain text. Everything readable stays.
pub(crate) fn clean(text: String) -> String {
    // Most texts of most sources, Swedish ones too: no byte that an unwanted character begins with.
    if text
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t' | 0x80..=0xff) && !FIRST_BYTES.contains(&byte))
    {
        return text;
    }
    if text.chars().any(is_unwanted) { text.chars().filter(|c| !is_unwanted(*c)).collect() } else { text }
}

/// What the unwanted characters beyond ASCII begin with in UTF-8.
const FIRST_BYTES: [u8; 4] = [0xc2, 0xe2, 0xef, 0xf3];

/// Control characters, direction overrides and isolates, zero-width space, word joiner, byte order mark, tags.
/// The joiners of Arabic and Indic scripts stay: names need them.
const fn is_unwanted(c: char) -> bool {
    !matches!(c, '\n' | '\t')
        && matches!(
            c,
            '\0'..='\u{1f}'
                | '\u{7f}'..='\u{9f}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Cleans and cuts a text for diagnostics at a whole character.
pub(crate) fn cut(text: String, max_bytes: usize) -> String {
    let mut text = clean(text);
    if text.len() > max_bytes {
        let end = (0..=max_bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// Removes what may be a person's number from a text meant for an administrator: every run of eight or more digits,
/// separators within included. Adapters are told never to log patient data; this is for those that do.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let mut digits = 0;
    for c in text.chars() {
        if c.is_ascii_digit() || (digits > 0 && matches!(c, '-' | '+')) {
            digits += usize::from(c.is_ascii_digit());
            run.push(c);
        } else {
            flush(&mut out, &mut run, &mut digits);
            out.push(c);
        }
    }
    flush(&mut out, &mut run, &mut digits);
    out
}

fn flush(out: &mut String, run: &mut String, digits: &mut usize) {
    out.push_str(if *digits >= 8 { "[…]" } else { run });
    run.clear();
    *digits = 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_characters_are_removed_and_readable_ones_stay() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\0\r\nd\te".into()), "a[31mbc\nd\te");
        let kept = "Åsa <b>Öst</b> \u{200d}\u{645}\u{200c} & co";
        assert_eq!(clean(kept.into()), kept);
    }

    #[test]
    fn every_unwanted_character_begins_with_a_byte_that_is_looked_at() {
        for c in ('\0'..=char::MAX).filter(|c| is_unwanted(*c)) {
            assert_eq!(clean(c.to_string()), "", "{c:?}");
        }
    }

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(cut("åäö".into(), 3), "å");
        assert_eq!(cut("åäö".into(), 6), "åäö");
    }

    #[test]
    fn a_number_that_may_be_a_persons_is_not_kept() {
        assert_eq!(redact("patient 19121212-1212 svarar 404"), "patient […] svarar 404");
        assert_eq!(redact("121212+1212, sida 3 av 4"), "[…], sida 3 av 4");
        assert_eq!(redact("id=191212121212"), "id=[…]");
    }
}
