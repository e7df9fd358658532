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

/// Cleans and cuts a text for diagnostics at a whole character. What is far too long is cut before it is looked at, so that a
/// guest cannot have megabytes read for a line of two kilobytes.
pub(crate) fn cut(mut text: String, max_bytes: usize) -> String {
    shorten(&mut text, max_bytes.saturating_mul(LOOKED_AT));
    let mut text = clean(text);
    shorten(&mut text, max_bytes);
    text
}

/// How many times its limit of a text is read before it is cut.
const LOOKED_AT: usize = 4;

fn shorten(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        let end = (0..=max_bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
}

/// Removes what may be a person's number from a text meant for an administrator. Adapters are told never to log patient
/// data; this is for those that do. Eight digits in a row are one, with `-` and `+` between them too; ten are one with any
/// other single character between them that is no letter. Digits of every script count.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = Run::default();
    for c in text.chars() {
        if !run.takes(c) {
            run.end(&mut out);
            if !run.takes(c) {
                out.push(c);
            }
        }
    }
    run.end(&mut out);
    out
}

/// Digits one after another and what stands between them.
#[derive(Default)]
struct Run {
    text: String,
    digits: usize,
    /// Since the last digit.
    between: usize,
    /// Something else than `-` and `+` stood between two digits.
    loose: bool,
    /// Such a thing stands after the last digit.
    loose_end: bool,
}

impl Run {
    /// Takes a character that belongs to it. False when it does not.
    fn takes(&mut self, c: char) -> bool {
        if c.is_numeric() {
            self.loose |= self.loose_end;
            (self.between, self.loose_end) = (0, false);
            self.digits += 1;
        } else if self.digits > 0 && matches!(c, '-' | '+') {
            self.between += 1;
        } else if self.digits > 0 && self.between == 0 && !c.is_alphabetic() && c != '\n' {
            self.between = 1;
            self.loose_end = true;
        } else {
            return false;
        }
        self.text.push(c);
        true
    }

    /// Writes it, or that something stood here, and begins anew. What stands after the last digit stays.
    fn end(&mut self, out: &mut String) {
        let run = std::mem::take(self);
        let most = if run.loose { LOOSE_DIGITS } else { DIGITS };
        if run.digits < most {
            out.push_str(&run.text);
            return;
        }
        out.push_str("[…]");
        let tail: Vec<char> = run.text.chars().rev().take(run.between).collect();
        out.extend(tail.into_iter().rev());
    }
}

/// Digits that may be a number of a person.
const DIGITS: usize = 8;
/// The same with blanks, dots or the like between them; fewer are a time, a version, an address.
const LOOSE_DIGITS: usize = 10;

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
        for written in [
            "1 9 1 2 1 2 1 2 1 2 1 2",
            "1.9.1.2.1.2.1.2.1.2.1.2",
            "19121212 1212",
            "191212\u{2013}121212",
            "\u{ff11}\u{ff19}\u{ff11}\u{ff12}\u{ff11}\u{ff12}\u{ff11}\u{ff12}\u{ff11}\u{ff12}\u{ff11}\u{ff12}",
        ] {
            assert_eq!(redact(&format!("hämtar {written}, sida 2")), "hämtar […], sida 2", "{written}");
        }
    }

    #[test]
    fn an_ordinary_number_stays_readable() {
        for text in [
            "404 efter 5000 ms",
            "version 4.0.1, port 8443",
            "a1b2c3d4e5f6a7b8",
            "09:15, 10:30",
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n0",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn a_line_that_is_far_too_long_is_cut_before_it_is_read() {
        assert_eq!(cut(format!("{}x", "\u{7f}".repeat(100)), 4), "", "only its beginning is looked at");
        assert_eq!(cut(format!("a{}b", "\u{7f}".repeat(3)), 4), "ab");
    }
}
