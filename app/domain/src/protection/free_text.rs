//! Free text of a protected person: addresses and telephone numbers that somebody wrote into a note.
//!
//! The contract has no field for an address, so one is recognised by its form: a street with its number, a postal code with its
//! town, a number that can be dialled; and by what the records themselves name: phones, units, providers, relatives.
//! Not here: which text of which entry (`texts`). Invariant: [`Telling::strike`] leaves every other word as it was.
//! To recognise another form: a function beside [`street`], and a row in the test's table.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// Stands instead of what would tell where somebody is; in the language of the texts it stands in, which are the sources'.
pub const STRUCK: &str = "[skyddad uppgift]";

/// Ends of street names.
const STREETS: [&str; 16] = [
    "gatan", "gata", "vägen", "väg", "gränden", "gränd", "torget", "torg", "stigen", "stig", "allén", "allé", "backen",
    "parken", "slingan", "kajen",
];
/// Ends that make a street also of a word in lower case, and of one without a number.
const SURE_STREETS: [&str; 5] = ["gatan", "vägen", "gränden", "gränd", "torget"];
/// Ways through the body are no streets.
const BODILY: [&str; 4] = ["luftväg", "urinväg", "gallväg", "andningsväg"];
/// A number that can be dialled has at least as many digits, its area code included.
const PHONE_MIN_DIGITS: usize = 8;
/// The end of a known number that is still taken for it, when it is written without its area code.
const PHONE_END_MIN_DIGITS: usize = 5;
/// A name of a single word counts when it is longer; `Medicin` is also an ordinary word.
const LONE_NAME_MIN_LETTERS: usize = 10;

/// What the records themselves name that tells where somebody is.
#[derive(Debug, Default)]
pub(super) struct Telling {
    /// By their first word, the words that follow.
    names: BTreeMap<String, BTreeSet<Vec<String>>>,
    phones: BTreeSet<String>,
    numbers_only: bool,
}

impl Telling {
    /// Only these numbers tell: the patient is not protected, so that addresses and other numbers stay, and so do the other
    /// words of a note.
    pub fn numbers(numbers: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut telling = Self { numbers_only: true, ..Self::default() };
        telling.phones(numbers);
        telling
    }

    /// Whether it knows numbers and nothing else.
    pub const fn is_numbers_only(&self) -> bool {
        self.numbers_only
    }

    /// Whether this is one of the numbers, however it is written.
    pub fn has_number(&self, number: &str) -> bool {
        self.phones.contains(&digits(number))
    }

    /// A unit, a provider, a relative, or an id of one.
    pub fn name(&mut self, name: &str) {
        let words = words(name);
        let Some((first, rest)) = words.split_first() else { return };
        if !rest.is_empty() || first.text.chars().count() >= LONE_NAME_MIN_LETTERS {
            let rest = rest.iter().map(|word| word.text.to_owned()).collect();
            self.names.entry(first.text.to_owned()).or_default().insert(rest);
        }
    }

    /// Telephone numbers.
    pub fn phones(&mut self, numbers: impl IntoIterator<Item = impl AsRef<str>>) {
        let numbers = numbers.into_iter().map(|number| digits(number.as_ref()));
        self.phones.extend(numbers.filter(|number| number.len() >= PHONE_END_MIN_DIGITS));
    }

    /// Whether a text tells where somebody is.
    pub fn is_in(&self, text: &str) -> bool {
        let words = words(text);
        let named = |at: usize| {
            let after = words.get(at + 1..).unwrap_or_default();
            let names = words.get(at).and_then(|first| self.names.get(first.text));
            names
                .into_iter()
                .flatten()
                .any(|rest| rest.len() <= after.len() && rest.iter().zip(after).all(|(name, word)| name == word.text))
        };
        !self.spans(text, &words).is_empty() || (0..words.len()).any(named)
    }

    /// The text with addresses and numbers taken out. Names stay: the name of a unit can be a clinical word.
    pub fn strike(&self, text: &str) -> Option<String> {
        let spans = self.spans(text, &words(text));
        if spans.is_empty() {
            return None;
        }
        let mut kept = String::with_capacity(text.len());
        let mut from = 0;
        for span in spans {
            kept.push_str(text.get(from..span.start).unwrap_or_default());
            kept.push_str(STRUCK);
            from = span.end;
        }
        kept.push_str(text.get(from..).unwrap_or_default());
        Some(kept)
    }

    /// Places in the text, in order and apart from each other.
    fn spans(&self, text: &str, words: &[Word<'_>]) -> Vec<Range<usize>> {
        let line = Line { text, words };
        let form = |at| {
            if self.numbers_only {
                return self.dialled(line, at);
            }
            let place = street(line, at).or_else(|| town(line, at)).or_else(|| care_of(line, at));
            place.or_else(|| self.dialled(line, at))
        };
        let found = (0..words.len())
            .filter_map(form)
            .filter_map(|places| Some(words.get(places.start)?.start..words.get(places.end.checked_sub(1)?)?.end));
        let mut spans: Vec<Range<usize>> = Vec::new();
        for span in found {
            match spans.last_mut() {
                Some(last) if span.start <= last.end => {
                    last.start = last.start.min(span.start);
                    last.end = last.end.max(span.end);
                }
                _ => spans.push(span),
            }
        }
        spans
    }

    /// A telephone number beginning here: groups of digits with a space or a dash between them.
    fn dialled(&self, line: Line<'_>, at: usize) -> Option<Range<usize>> {
        let joined =
            |at: usize| line.digits(at).is_some() && line.digits(at + 1).is_some() && is_between_digits(line.gap(at));
        let before = at.checked_sub(1).filter(|before| joined(*before)).and_then(|before| line.digits(before));
        if line.digits(at).is_none() || before.is_some_and(is_year) {
            return None;
        }
        let end = (at..line.words.len()).find(|place| !joined(*place)).unwrap_or(at) + 1;
        let groups: Vec<&str> = (at..end).filter_map(|place| line.digits(place)).collect();
        let digits = groups.concat();
        let ahead = line.words.get(at).and_then(|word| line.text.get(..word.start)).unwrap_or_default();
        let abroad = ahead.ends_with('+') || digits.starts_with("00");
        let in_groups = groups.iter().any(|group| group.len() > 1) && !is_date(&groups);
        let dialled = national(&digits);
        let known = dialled.len() >= PHONE_END_MIN_DIGITS
            && self.phones.iter().any(|phone| phone.ends_with(&dialled) || dialled.contains(phone.as_str()));
        let looks_dialled = digits.len() >= PHONE_MIN_DIGITS && in_groups && (abroad || digits.starts_with('0'));
        (known || (looks_dialled && !self.numbers_only)).then_some(at..end)
    }
}

/// The digits of a number, as dialled within the country.
fn digits(number: &str) -> String {
    national(&number.chars().filter(char::is_ascii_digit).collect::<String>())
}

/// As dialled within the country.
fn national(digits: &str) -> String {
    let home = digits.strip_prefix("0046").or_else(|| digits.strip_prefix("46").filter(|rest| rest.len() >= 7));
    home.map_or_else(|| digits.to_owned(), |rest| format!("0{}", rest.trim_start_matches('0')))
}

/// What follows a year is the rest of a date, and perhaps a time of day.
fn is_year(group: &str) -> bool {
    group.len() == 4 && (group.starts_with("19") || group.starts_with("20"))
}

/// `01-12-2026` begins like a number to dial.
fn is_date(groups: &[&str]) -> bool {
    matches!(groups, [day, month, year, ..] if day.len() == 2 && month.len() == 2 && is_year(year))
}

fn is_between_digits(gap: &str) -> bool {
    gap.chars().count() <= 3 && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '-' | '–' | '/' | '(' | ')'))
}

/// A street: its number beside it, or a capital in the middle of a sentence. Names of several words are taken whole.
fn street(line: Line<'_>, at: usize) -> Option<Range<usize>> {
    let word = line.letters(at)?;
    let lower = word.to_lowercase();
    let compound = |ends: &[&str]| ends.iter().any(|end| lower.len() > end.len() && lower.ends_with(end));
    // `Norra vägen 3`, but not `På vägen 3 km`.
    let is_named =
        at.checked_sub(1).and_then(|before| line.letters(before)).is_some_and(|name| name.chars().count() > 3);
    let of_two_words = STREETS.contains(&lower.as_str()) && line.follows_capital(at) && is_named;
    if !(compound(&STREETS) || of_two_words) || BODILY.iter().any(|way| lower.starts_with(way)) {
        return None;
    }
    let (capital, sure) = (is_capital(word), compound(&SURE_STREETS));
    let end = house(line, at + 1);
    let is_street = match end {
        Some(_) => capital || sure || of_two_words,
        None => capital && sure && line.is_inside_sentence(at),
    };
    let start = (at.saturating_sub(2)..at).rev().take_while(|before| line.follows_capital(before + 1)).last();
    is_street.then(|| start.unwrap_or(at)..end.unwrap_or(at + 1))
}

/// The end of a house number that begins here, `12`, `12B` or `12 B`.
fn house(line: Line<'_>, at: usize) -> Option<usize> {
    line.digits(at).filter(|digits| digits.len() <= 4 && is_space(line.gap(at.saturating_sub(1))))?;
    let letter = line.letters(at + 1).filter(|letter| letter.chars().count() == 1);
    let gap = line.gap(at);
    let has_entrance = letter.is_some_and(|letter| gap.is_empty() || (gap == " " && is_capital(letter)));
    Some(at + 1 + usize::from(has_entrance))
}

/// A postal code with its town, `831 30 Östersund`.
fn town(line: Line<'_>, at: usize) -> Option<Range<usize>> {
    let code = line.digits(at).filter(|digits| !digits.starts_with('0'))?;
    let after = match (code.len(), line.digits(at + 1)) {
        (3, Some(rest)) if rest.len() == 2 && is_space(line.gap(at)) => at + 2,
        (5, _) => at + 1,
        _ => return None,
    };
    let gap = line.gap(after - 1);
    let is_beside = is_space(gap) || gap == ", ";
    (is_beside && is_town(line.letters(after)?)).then(|| at..line.capitals_from(after))
}

/// Written like a name; `IE` after a number is a unit of measure.
fn is_town(name: &str) -> bool {
    let letters = name.chars().count();
    is_capital(name) && (letters >= 4 || (letters == 3 && name != name.to_uppercase()))
}

/// Whose home it is: `c/o Berg`.
fn care_of(line: Line<'_>, at: usize) -> Option<Range<usize>> {
    let is_c = line.letters(at)?.eq_ignore_ascii_case("c") && line.gap(at) == "/";
    let is_o = line.letters(at + 1)?.eq_ignore_ascii_case("o");
    (is_c && is_o).then(|| at..line.capitals_from(at + 2))
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

fn is_space(gap: &str) -> bool {
    !gap.is_empty() && gap.chars().count() <= 2 && gap.chars().all(char::is_whitespace)
}

/// A run of letters or a run of digits.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
    let mut found: Vec<Word<'_>> = Vec::new();
    let mut last = None;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        let this = class(c);
        match found.last_mut() {
            Some(word) if last == Some(this) && word.end == start => word.end = end,
            _ if this != (false, false) => found.push(Word { text: "", start, end }),
            _ => {}
        }
        last = Some(this);
    }
    for word in &mut found {
        word.text = text.get(word.start..word.end).unwrap_or_default();
    }
    found
}

/// A text and its words.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    words: &'t [Word<'t>],
}

impl<'t> Line<'t> {
    fn letters(self, at: usize) -> Option<&'t str> {
        self.words.get(at).map(|word| word.text).filter(|text| text.starts_with(char::is_alphabetic))
    }

    fn digits(self, at: usize) -> Option<&'t str> {
        self.words.get(at).map(|word| word.text).filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// What stands between a word and the next.
    fn gap(self, at: usize) -> &'t str {
        let (word, next) = (self.words.get(at), self.words.get(at + 1));
        word.zip(next).and_then(|(word, next)| self.text.get(word.end..next.start)).unwrap_or_default()
    }

    fn follows_capital(self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| is_space(self.gap(before)) && self.letters(before).is_some_and(is_capital))
    }

    fn is_inside_sentence(self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.gap(before).chars().all(|c| matches!(c, ' ' | ',' | '(' | '\u{a0}')))
    }

    /// The end of the capitalised words that begin here, at most two.
    fn capitals_from(self, at: usize) -> usize {
        let first = self.letters(at).is_some_and(is_capital);
        let second = first && is_space(self.gap(at)) && self.letters(at + 1).is_some_and(is_capital);
        at + usize::from(first) + usize::from(second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telling() -> Telling {
        let mut telling = Telling::default();
        telling.phones(["063-555 20 41"]);
        for name in ["Hemsjukvården Storsjö norr", "Medicinkliniken", "Medicin", "SE9999200002-E201"] {
            telling.name(name);
        }
        telling
    }

    fn struck(text: &str) -> String {
        telling().strike(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn an_address_or_a_number_is_taken_out_and_every_other_word_is_kept() {
        for (text, kept) in [
            ("Bor på Storgatan 12 B, 2 tr", "Bor på *, 2 tr"),
            ("Bor på Storgatan 12b nu", "Bor på * nu"),
            ("bor på storgatan 7", "bor på *"),
            ("Hos systern på Norra Björkvägen 3 i byn", "Hos systern på * i byn"),
            ("Flyttad till Karl Johans väg 4", "Flyttad till *"),
            ("Hittades på Storgatan", "Hittades på *"),
            ("Kvarngränd 2, 831 30 Östersund", "*, *"),
            ("Post: 83130 ÖSTERSUND", "Post: *"),
            ("Post: SE-194 61 Upplands Väsby.", "Post: SE-*."),
            ("Nås c/o Lisa Berg", "Nås *"),
            ("Ring 063-555 20 41 före besök", "Ring * före besök"),
            ("Ring 070 123 45 67, helst dagtid", "Ring *, helst dagtid"),
            ("Ring +46 (0)63-555 20 41", "Ring +*"),
            ("Ring +47 22 33 44 55", "Ring +*"),
            ("Internt 552041", "Internt *"),
            ("Tel:0701234567.", "Tel:*."),
            ("Rum 4 070-123 45 67", "Rum 4 *"),
            ("063-555 20 41 / 070-123 45 67", "*"),
            ("Storgatan 12 831 30 Östersund", "* *"),
        ] {
            assert_eq!(struck(text), kept.replace('*', STRUCK), "{text}");
            assert!(telling().is_in(text), "{text}");
        }
    }

    #[test]
    fn clinical_words_and_figures_are_no_addresses() {
        for text in [
            "Ej HLR. Ej IVA. Antibiotika i 10 dagar.",
            "Fragmin 10000 IE dagligen",
            "Heparin 25000 E",
            "1 + 0 + 0 + 1",
            "Blodtryck 120 80, puls 72",
            "Fri luftvägen 2 timmar efter ingreppet",
            "Urinvägen 3 cm",
            "På vägen 2 km",
            "Bäckenfraktur 2019",
            "Omprövas 01-12-2026",
            "Återbesök 01-12-2026 08-12",
            "Möte 2026-01-02 08-12",
            "Född 19500907-2553",
            "Saturation 0,93; CRP 120",
            "Ges kl 08-12 och 16-20",
            "Decided 2026-10-02, record 304253006",
            "Vårdplan 2 gäller",
            "Backen är brant",
            "Medicin ges av personal",
        ] {
            assert_eq!(telling().strike(text), None, "{text}");
            assert!(!telling().is_in(text), "{text}");
        }
    }

    #[test]
    fn names_of_units_tell_but_are_left_in_words_that_must_be_read() {
        for text in ["Samtal med Hemsjukvården Storsjö norr", "Beslut på Medicinkliniken", "Enhet SE9999200002-E201"]
        {
            assert!(telling().is_in(text), "{text}");
            assert_eq!(telling().strike(text), None, "{text}");
        }
        assert!(!telling().is_in("Hemsjukvården kommer"));
    }

    #[test]
    fn any_text_can_be_read() {
        for text in
            ["", " ", "0", "+", "/", "c/o", "gatan", "å̈ 12", "👩‍👩‍👧 070-123 45 67", "Storgatan\u{a0}1", "İ 831 30 Åre"]
        {
            let _ = struck(text);
        }
        assert_eq!(struck("👩‍👩‍👧 070-123 45 67"), format!("👩‍👩‍👧 {STRUCK}"));
        assert_eq!(struck("İ 831 30 Åre"), format!("İ {STRUCK}"));
    }
}
