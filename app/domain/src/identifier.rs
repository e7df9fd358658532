//! Identifiers: people, providers, organisations, and the systems they live in.
//!
//! Room: reading what a person types (strict) and what a source says (lenient), and the OIDs of each system.
//! Not here: looking anybody up.
//! Invariant: two different identifiers never become one patient. A failed check digit refuses typed input and is only
//! noted on source data: the national test message uses a number that fails it.
//! Rules: `domain-facts` §1 (Skatteverket, Inera KINT OID list, HL7 Sweden base profiles).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::vocabulary::Sex;

/// Kind of person identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentifierKind {
    /// Personnummer.
    PersonalNumber,
    /// Samordningsnummer: day + 60.
    CoordinationNumber,
    /// Nationellt reservnummer.
    ReserveNumber,
}

impl IdentifierKind {
    /// The OID the contract uses.
    pub const fn system(self) -> &'static str {
        match self {
            Self::PersonalNumber => "urn:oid:1.2.752.129.2.1.3.1",
            Self::CoordinationNumber => "urn:oid:1.2.752.129.2.1.3.3",
            Self::ReserveNumber => "urn:oid:1.2.752.74.9.1",
        }
    }

    /// The kind a system names: bare OID, `urn:oid:` or the HL7 Sweden URI.
    pub fn of_system(system: &str) -> Option<Self> {
        match system.strip_prefix("urn:oid:").unwrap_or(system) {
            "1.2.752.129.2.1.3.1" | "http://electronichealth.se/identifier/personnummer" => Some(Self::PersonalNumber),
            "1.2.752.129.2.1.3.3" | "http://electronichealth.se/identifier/samordningsnummer" => {
                Some(Self::CoordinationNumber)
            }
            "1.2.752.74.9.1" | "http://electronichealth.se/identifier/nationelltReservnummer" => {
                Some(Self::ReserveNumber)
            }
            _ => None,
        }
    }
}

/// An identity in a named system, as a source states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// URI or OID.
    pub system: String,
    /// The value, as stated.
    pub value: String,
}

impl Identifier {
    /// Stands where a deserialised record carries no identifier.
    pub fn unknown() -> Self {
        Self { system: String::new(), value: String::new() }
    }

    /// Whether this names the given patient: the same twelve characters, separators ignored. The characters tell the kind;
    /// sources spell the system differently, and many send a coordination number under the OID of personal numbers.
    pub fn names(&self, patient: &PersonIdentifier) -> bool {
        let value: String = self.value.chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect();
        value.eq_ignore_ascii_case(patient.digits())
    }
}

/// A person identifier, normalised to twelve characters without separators.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonIdentifier {
    digits: String,
    kind: IdentifierKind,
}

/// Why what was typed is not an identifier. Carries no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not 10 or 12 characters.
    #[error("expected 10 or 12 characters")]
    Length,
    /// Characters that do not belong.
    #[error("unexpected characters")]
    Characters,
    /// No such date.
    #[error("no such date")]
    Date,
    /// The date is in the future.
    #[error("date in the future")]
    Future,
    /// The check digit does not match: mistyped.
    #[error("check digit does not match")]
    CheckDigit,
}

impl PersonIdentifier {
    /// Reads what a person typed: 12 digits, or 10 with `-`, `+` or nothing; spaces are ignored.
    ///
    /// `+` means the person has turned 100; without a century the latest one not in the future is meant.
    ///
    /// # Errors
    /// What is wrong, never the text itself.
    pub fn typed(text: &str, today: Date) -> Result<Self, IdentifierError> {
        let plus = text.contains('+');
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '+' | '\u{2013}' | '\u{2212}')).collect();
        if !compact.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(IdentifierError::Characters);
        }
        let full = match compact.len() {
            12 => compact.to_ascii_uppercase(),
            10 => with_century(&compact, plus, today)?,
            _ => return Err(IdentifierError::Length),
        };
        let identifier = Self::classify(&full)?;
        identifier.check_date(today)?;
        if identifier.check_digit_matches() { Ok(identifier) } else { Err(IdentifierError::CheckDigit) }
    }

    /// Reads a twelve-character identifier from a source or configuration; a wrong check digit is accepted.
    ///
    /// # Errors
    /// When the form fits no known kind.
    pub fn stated(text: &str) -> Result<Self, IdentifierError> {
        let compact: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if compact.len() == 12 { Self::classify(&compact.to_ascii_uppercase()) } else { Err(IdentifierError::Length) }
    }

    fn classify(full: &str) -> Result<Self, IdentifierError> {
        let number = |range: std::ops::Range<usize>| full.get(range).and_then(|part| part.parse::<u32>().ok());
        let all_digits = full.bytes().all(|b| b.is_ascii_digit());
        let kind = if all_digits {
            match (number(0..2), number(6..8)) {
                (Some(18..=20), Some(1..=31)) => IdentifierKind::PersonalNumber,
                (Some(18..=20), Some(61..=91)) => IdentifierKind::CoordinationNumber,
                _ => return Err(IdentifierError::Date),
            }
        } else if is_reserve_number(full) {
            IdentifierKind::ReserveNumber
        } else {
            return Err(IdentifierError::Characters);
        };
        Ok(Self { digits: full.to_owned(), kind })
    }

    fn check_date(&self, today: Date) -> Result<(), IdentifierError> {
        match (self.kind, self.birth_date()) {
            (IdentifierKind::ReserveNumber, _) => Ok(()),
            (_, Some(date)) if date > today => Err(IdentifierError::Future),
            (_, Some(_)) => Ok(()),
            (_, None) => Err(IdentifierError::Date),
        }
    }

    /// Whether the last digit is the Luhn check digit of the nine before it. Reserve numbers have letters there and
    /// their check character follows other rules, which no open source states; they pass.
    pub fn check_digit_matches(&self) -> bool {
        self.kind == IdentifierKind::ReserveNumber || luhn(self.digits.get(2..).unwrap_or_default())
    }

    /// Which kind.
    pub const fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// Twelve characters without separators.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// As read on screen: `19381107-2382`.
    pub fn spoken(&self) -> String {
        let (date, rest) = self.digits.split_at_checked(8).unwrap_or((&self.digits, ""));
        format!("{date}-{rest}")
    }

    /// The part before the hyphen: enough for somebody who knows whom it is about.
    pub fn date_part(&self) -> &str {
        self.digits.get(..8).unwrap_or_default()
    }

    /// As the contract carries it.
    pub fn to_identifier(&self) -> Identifier {
        Identifier { system: self.kind.system().to_owned(), value: self.digits.clone() }
    }

    /// Date of birth, when the identifier tells it.
    pub fn birth_date(&self) -> Option<Date> {
        let part = |range: std::ops::Range<usize>| self.digits.get(range)?.parse::<i16>().ok();
        let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
        let (year, day) = match self.kind {
            IdentifierKind::PersonalNumber => (year, day),
            IdentifierKind::CoordinationNumber => (year, day - 60),
            IdentifierKind::ReserveNumber => (reserve_year(year)?, day),
        };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// Sex, when the identifier tells it: odd ninth digit of ten is male.
    pub fn sex(&self) -> Option<Sex> {
        match self.digits.as_bytes().get(10)? {
            digit @ b'0'..=b'9' if (digit - b'0') % 2 == 1 => Some(Sex::Male),
            b'0'..=b'9' => Some(Sex::Female),
            _ => None,
        }
    }

    /// Age in whole years.
    pub fn age(&self, today: Date) -> Option<i16> {
        age(self.birth_date()?, today)
    }
}

/// Whole years from birth to today; none for a birth in the future.
pub fn age(birth: Date, today: Date) -> Option<i16> {
    let years = today.year() - birth.year();
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    let age = if had_birthday { years } else { years - 1 };
    (age >= 0).then_some(age)
}

impl std::fmt::Debug for PersonIdentifier {
    /// Never the number itself: a debug line may end in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonIdentifier({:?})", self.kind)
    }
}

fn with_century(ten: &str, plus: bool, today: Date) -> Result<String, IdentifierError> {
    let two = ten.get(..2).and_then(|y| y.parse::<i16>().ok()).ok_or(IdentifierError::Characters)?;
    let century = today.year() / 100;
    let mut year = century * 100 + two;
    let month: i16 = ten.get(2..4).and_then(|m| m.parse().ok()).ok_or(IdentifierError::Characters)?;
    let day: i16 = ten.get(4..6).and_then(|d| d.parse().ok()).ok_or(IdentifierError::Characters)?;
    let day = if day > 60 { day - 60 } else { day };
    if (year, month, day) > (today.year(), i16::from(today.month()), i16::from(today.day())) {
        year -= 100;
    }
    if plus {
        year -= 100;
    }
    Ok(format!("{:02}{ten}", year / 100))
}

/// Luhn over ten digits, weights 2,1,2,1…
fn luhn(ten: &str) -> bool {
    let sum: u32 = ten
        .bytes()
        .zip([2_u32, 1].into_iter().cycle())
        .map(|(byte, weight)| {
            let product = u32::from(byte.saturating_sub(b'0')) * weight;
            product / 10 + product % 10
        })
        .sum();
    ten.len() == 10 && sum.is_multiple_of(10)
}

/// `XXYYMMDDNNGC`: century + 3 (and every third further series), two letters without I O Q V W.
fn is_reserve_number(full: &str) -> bool {
    let bytes = full.as_bytes();
    let digits_at =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let letter = |index: usize| {
        bytes.get(index).is_some_and(|b| b.is_ascii_uppercase() && !matches!(b, b'I' | b'O' | b'Q' | b'V' | b'W'))
    };
    digits_at(0..8) && letter(8) && letter(9) && digits_at(10..12)
}

/// The year behind a reserve number's shifted century; none when the date is unknown.
fn reserve_year(shifted: i16) -> Option<i16> {
    let century = (22..=98).contains(&(shifted / 100)).then_some(shifted / 100)?;
    let base = if (century - 19) % 3 == 0 { 19 } else { 20 };
    Some(base * 100 + shifted % 100)
}

/// Whether a text can be an HSA-id or organisation number: length and characters only, because real test ids break the prefix.
pub fn is_plausible_organisation_id(text: &str) -> bool {
    let ok = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (2..=32).contains(&text.len()) && text.bytes().all(ok) && text.bytes().any(|b| b.is_ascii_alphanumeric())
}

/// Whether a text is an organisation number: ten digits, third at least 2, Luhn.
pub fn is_organisation_number(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    digits.len() == 10
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.as_bytes().get(2).is_some_and(|third| *third >= b'2')
        && luhn(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 21);

    #[test]
    fn every_accepted_spelling_means_the_same_person() {
        let full = PersonIdentifier::typed("195009072553", TODAY).unwrap();
        for spelling in ["19500907-2553", "500907-2553", "5009072553", " 19500907 2553 ", "19500907\u{2013}2553"] {
            assert_eq!(PersonIdentifier::typed(spelling, TODAY), Ok(full.clone()), "{spelling}");
        }
    }

    #[test]
    fn a_plus_means_the_person_has_turned_a_hundred() {
        assert_eq!(PersonIdentifier::typed("900202+9800", TODAY).unwrap().digits(), "189002029800");
    }

    #[test]
    fn mistyped_numbers_are_refused_with_what_is_wrong() {
        for (text, why) in [
            ("195009072554", IdentifierError::CheckDigit),
            ("19500907", IdentifierError::Length),
            ("19500907-255?", IdentifierError::Characters),
            ("195013072553", IdentifierError::Date),
            ("209911072383", IdentifierError::Future),
            ("", IdentifierError::Length),
        ] {
            assert_eq!(PersonIdentifier::typed(text, TODAY), Err(why), "{text}");
        }
    }

    #[test]
    fn coordination_and_reserve_numbers_get_their_own_system() {
        let coordination = PersonIdentifier::typed("196109732393", TODAY).unwrap();
        assert_eq!(coordination.kind(), IdentifierKind::CoordinationNumber);
        assert_eq!(coordination.birth_date(), Some(jiff::civil::date(1961, 9, 13)));
        let reserve = PersonIdentifier::typed("98240301AA06", TODAY).unwrap();
        assert_eq!(reserve.kind(), IdentifierKind::ReserveNumber);
    }

    #[test]
    fn a_source_may_state_a_number_that_fails_its_check_digit() {
        let stated = PersonIdentifier::stated("201111111111").unwrap();
        assert!(!stated.check_digit_matches());
    }

    #[test]
    fn debug_never_prints_the_number() {
        let identifier = PersonIdentifier::typed("195009072553", TODAY).unwrap();
        assert!(!format!("{identifier:?}").contains("5009"));
    }
}
