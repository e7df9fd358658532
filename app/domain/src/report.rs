//! Reports: somebody says that an entry is wrong, or something of the portal itself, and somebody answers for it.
//!
//! An entry is reported by its id in its source, to the organisation that answers for the source; what it says stays where it is. What the page
//! carries for it is a sealed reference ([`Refer`]): it names the entry also where the page names neither its source nor its id, and nobody can
//! make one. Not here: sealing it (`server::entry_reference`), who may (`service::reports`), the pages (`ui::reports`).
//! Invariant: a report of an entry holds no word that somebody typed; what was reported stays, and only steps are added to it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Registrar,
    identifier::PersonIdentifier,
    section::Section,
    source::{OrganisationId, SourceId},
};

/// Length of what is said of the portal, in characters.
pub const TEXT_MAX_CHARS: usize = 1_000;

/// One entry of a page, by its id in its source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntryReference {
    /// Its source.
    pub source: SourceId,
    /// The section it stands in.
    pub section: Section,
    /// Its id in the source, as the source gave it.
    pub entry: String,
    /// The page did not say where the patient is known: whoever reports it is not told which source it is either.
    pub masked: bool,
}

/// Makes what the page carries for an entry: the same for the same entry of the same page, and read by nobody but who made it.
pub trait Refer: fmt::Debug + Send + Sync {
    /// The reference; none when none could be made.
    fn reference(&self, entry: &EntryReference) -> Option<String>;
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// It is about somebody else.
    OtherPatient,
    /// It says something that is not so.
    Incorrect,
    /// It does not hold any more.
    Outdated,
    /// Something in it is missing.
    Incomplete,
    /// It is there twice.
    Duplicate,
    /// The source has it right, and the page shows it otherwise.
    ShownWrongly,
}

impl Mistake {
    /// In the order of the form: the gravest first.
    pub const ALL: [Self; 6] =
        [Self::OtherPatient, Self::Incorrect, Self::Outdated, Self::Incomplete, Self::Duplicate, Self::ShownWrongly];

    /// The stable word of the form, the store and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OtherPatient => "other-patient",
            Self::Incorrect => "incorrect",
            Self::Outdated => "outdated",
            Self::Incomplete => "incomplete",
            Self::Duplicate => "duplicate",
            Self::ShownWrongly => "shown-wrongly",
        }
    }

    /// The mistake of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// What somebody says of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Something does not work.
    Fault,
    /// Something is hard to see, to find or to understand.
    Difficulty,
    /// Something could be better.
    Wish,
}

impl Topic {
    /// In the order of the form.
    pub const ALL: [Self; 3] = [Self::Fault, Self::Difficulty, Self::Wish];

    /// The stable word of the form, the store and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Difficulty => "difficulty",
            Self::Wish => "wish",
        }
    }

    /// The topic of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum About {
    /// An entry.
    Entry {
        /// Which.
        #[serde(flatten)]
        entry: EntryReference,
        /// What is wrong with it.
        mistake: Mistake,
    },
    /// The portal.
    Portal {
        /// Of what kind.
        topic: Topic,
        /// In words, of no patient.
        text: String,
    },
}

/// Why what was typed about the portal is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// Nothing, or more than [`TEXT_MAX_CHARS`].
    Length,
    /// A number in it is somebody's person number.
    PersonNumber,
}

/// What is wrong with words about the portal. They are read by people who may know of no patient.
pub fn text_fault(text: &str) -> Option<TextFault> {
    let length = text.trim().chars().count();
    if length == 0 || length > TEXT_MAX_CHARS {
        return Some(TextFault::Length);
    }
    names_somebody(text).then_some(TextFault::PersonNumber)
}

/// Whether a run of digits, with what stands between the parts of a person number, is one that somebody can have.
pub fn names_somebody(text: &str) -> bool {
    let runs = text.split(|sign: char| !(sign.is_ascii_digit() || matches!(sign, '-' | '+' | ' ' | '\u{a0}' | '–')));
    runs.flat_map(within).any(|number| {
        PersonIdentifier::stated(&number)
            .is_ok_and(|identifier| identifier.check_digit_matches() && identifier.birth_date().is_some())
    })
}

/// Every twelve and ten digits in a row, whatever stands between them; the check digit is of the last ten.
fn within(run: &str) -> Vec<String> {
    let digits: Vec<char> = run.chars().filter(char::is_ascii_digit).collect();
    let rows = |many, century: &'static str| {
        digits.windows(many).map(move |row| century.chars().chain(row.iter().copied()).collect())
    };
    rows(12, "").chain(rows(10, "19")).collect()
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Random; drawn by the form, so that sending it twice reports once.
    pub id: String,
    /// What.
    pub about: About,
    /// The organisation that answers for it.
    pub to: OrganisationId,
    /// Who.
    pub by: Registrar,
    /// When.
    pub at: Timestamp,
}

impl Report {
    /// What people say on the phone: `A1B2-C3D4`.
    pub fn spoken(id: &str) -> String {
        let signs: Vec<char> = id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let (first, second) = signs.split_at(signs.len().min(4));
        [first, second].map(|half| half.iter().collect::<String>().to_ascii_uppercase()).join("-")
    }
}

/// What becomes of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Somebody looks into it.
    Received,
    /// The vendor has been asked.
    Forwarded,
    /// It was wrong and is put right.
    Corrected,
    /// It stays as it is.
    Unchanged,
    /// The other side does not agree.
    Reopened,
}

impl Step {
    const ALL: [Self; 5] = [Self::Received, Self::Forwarded, Self::Corrected, Self::Unchanged, Self::Reopened];

    /// The stable word of the form, the store and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Forwarded => "forwarded",
            Self::Corrected => "corrected",
            Self::Unchanged => "unchanged",
            Self::Reopened => "reopened",
        }
    }

    /// The step of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Whether nothing more is to be done.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Corrected | Self::Unchanged)
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// 1, 2, 3 … of each report.
    pub number: u32,
    /// Which.
    pub step: Step,
    /// By whom.
    pub by: Registrar,
    /// When.
    pub at: Timestamp,
}

/// A report and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// What was reported.
    pub report: Report,
    /// In order.
    pub steps: Vec<Taken>,
}

impl Filed {
    /// The last step; none while nobody has looked at it.
    pub fn standing(&self) -> Option<Step> {
        self.steps.last().map(|taken| taken.step)
    }

    /// Whether somebody has something to do.
    pub fn is_open(&self) -> bool {
        !self.standing().is_some_and(Step::is_end)
    }

    /// The number of the last step, 0 while there is none.
    pub fn number(&self) -> u32 {
        self.steps.last().map_or(0, |taken| taken.number)
    }

    /// What an administrator of this organisation can make of it: the one that answers says what is done, the one that reported that it is
    /// not done.
    pub fn steps_for(&self, organisation: &OrganisationId) -> Vec<Step> {
        let mut steps = Vec::new();
        if *organisation == self.report.to && self.is_open() {
            if matches!(self.standing(), None | Some(Step::Reopened)) {
                steps.push(Step::Received);
            }
            if matches!(self.report.about, About::Entry { .. }) && self.standing() != Some(Step::Forwarded) {
                steps.push(Step::Forwarded);
            }
            steps.extend([Step::Corrected, Step::Unchanged]);
        }
        if *organisation == self.report.by.organisation && !self.is_open() {
            steps.push(Step::Reopened);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_portal_names_nobody_by_number() {
        assert_eq!(text_fault("  "), Some(TextFault::Length));
        assert_eq!(text_fault(&"å".repeat(TEXT_MAX_CHARS + 1)), Some(TextFault::Length));
        for text in [
            "Fel för 19121212-1212 i dag",
            "Fel för 191212121212",
            "pnr 121212-1212, se ovan",
            "12 12 12 12 12",
            "1912-12-12 1212",
            "för 121212+1212",
        ] {
            assert_eq!(text_fault(text), Some(TextFault::PersonNumber), "{text}");
        }
        for text in ["Knappen syns inte på telefonen", "Ring 063-555 10 10 eller 063-555 20 20", "sidan tog 12 s"] {
            assert_eq!(text_fault(text), None, "{text}");
        }
    }

    #[test]
    fn the_reference_that_is_spoken_is_short() {
        assert_eq!(Report::spoken("a1b2c3d4-e5f6-4711-8899-aabbccddeeff"), "A1B2-C3D4");
        assert_eq!(Report::spoken("a1"), "A1-");
    }
}
