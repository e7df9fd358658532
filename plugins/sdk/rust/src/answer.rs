//! What one section's function gives back: entries, and what the source says of the section as a whole.
//!
//! Not here: sending it to the host ([`crate::ask`]).
//! Invariants: "complete" cannot be built without an entry; once something is known to be missing, an answer is partial or
//! unavailable, whatever it was built as.

use crate::{
    Notes,
    host::Entries,
    sink::{
        Alert, CareLimit, Consent, Contact, Document, FunctionalAssessment, Infection, Medication, PersonDetails, Plan,
        Service, Vaccination,
    },
    types::SectionStatus,
};

/// An entry of some section.
pub trait Entry: Sized {
    /// The entries as they are pushed.
    fn push_as(entries: Vec<Self>) -> Vec<Entries>;
}

/// An entry of a section that may hold any number; all but the person.
pub trait Listed: Entry {}

macro_rules! listed {
    ($($record:ident),+) => {
        $(
            impl Entry for $record {
                fn push_as(entries: Vec<Self>) -> Vec<Entries> {
                    vec![entries.into()]
                }
            }
            impl Listed for $record {}
        )+
    };
}
listed!(CareLimit, Consent, Contact, Service, Alert, Plan, FunctionalAssessment, Medication, Document);

impl Entry for PersonDetails {
    fn push_as(entries: Vec<Self>) -> Vec<Entries> {
        entries.into_iter().map(Entries::from).collect()
    }
}

/// An entry of section `covid-19`.
#[derive(Debug, Clone, PartialEq)]
pub enum Covid19 {
    /// A dose.
    Vaccination(Vaccination),
    /// An infection.
    Infection(Infection),
}

impl Entry for Covid19 {
    fn push_as(entries: Vec<Self>) -> Vec<Entries> {
        let (mut vaccinations, mut infections) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry {
                Self::Vaccination(vaccination) => vaccinations.push(vaccination),
                Self::Infection(infection) => infections.push(infection),
            }
        }
        vec![vaccinations.into(), infections.into()]
    }
}

impl Listed for Covid19 {}

/// At least one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct NonEmpty<E>(Vec<E>);

impl<E> NonEmpty<E> {
    /// The entries, unless there are none.
    pub fn new(entries: Vec<E>) -> Option<Self> {
        (!entries.is_empty()).then_some(Self(entries))
    }
}

/// What the source says of the section.
#[derive(Debug, Clone, PartialEq)]
enum Claim {
    Whole,
    Unavailable(String),
    StatedNone(Option<String>),
    Unsupported,
}

/// The answer for one section. There is no way to leave it out and no way to give two.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a section is answered by returning this"]
pub struct Answer<E> {
    entries: Vec<E>,
    claim: Claim,
    missing: Vec<String>,
}

impl<E> Answer<E> {
    const fn of(entries: Vec<E>, claim: Claim) -> Self {
        Self { entries, claim, missing: Vec::new() }
    }

    /// The source has this section and it could not be read now. The text tells the clinician why.
    pub fn unavailable(why: impl Into<String>) -> Self {
        Self::of(Vec::new(), Claim::Unavailable(why.into()))
    }

    /// The source answered and holds nothing. Says nothing about the patient.
    pub const fn nothing_held() -> Self {
        Self::of(Vec::new(), Claim::Whole)
    }

    /// The source never has this section.
    pub const fn unsupported() -> Self {
        Self::of(Vec::new(), Claim::Unsupported)
    }

    /// Something is missing, e.g. `sida 3 av 4 kunde inte läsas`: the answer is partial from now on.
    pub fn lacking(mut self, what: impl Into<String>) -> Self {
        self.missing.push(what.into());
        self
    }

    /// Fields that could not be read are missing; without any the answer stays as it is.
    pub fn noting(mut self, notes: &Notes) -> Self {
        self.missing.extend(notes.texts());
        self
    }
}

impl<E: Listed> Answer<E> {
    /// Everything the source holds, and that is at least one entry.
    pub fn complete(entries: NonEmpty<E>) -> Self {
        Self::of(entries.0, Claim::Whole)
    }

    /// Everything the source holds: complete, or nothing held when the list is empty.
    pub const fn held(entries: Vec<E>) -> Self {
        Self::of(entries, Claim::Whole)
    }

    /// These entries came and something is missing. The text tells the clinician what.
    pub fn partial(entries: Vec<E>, what: impl Into<String>) -> Self {
        Self::held(entries).lacking(what)
    }

    /// The source itself records that there are none, at this time if it says so. An empty list is no such statement.
    pub const fn stated_none(at: Option<String>) -> Self {
        Self::of(Vec::new(), Claim::StatedNone(at))
    }
}

impl Answer<PersonDetails> {
    /// The person; none when the source does not hold one.
    pub fn person(person: Option<PersonDetails>) -> Self {
        Self::of(person.into_iter().collect(), Claim::Whole)
    }
}

impl<E: Entry> Answer<E> {
    /// The entries and the status, when `gaps` too are missing from the section.
    pub(crate) fn settle(self, section: &str, gaps: &[String]) -> (Vec<Entries>, SectionStatus) {
        let mut missing: Vec<String> = Vec::new();
        for text in self.missing.into_iter().chain(gaps.iter().cloned()) {
            if !missing.contains(&text) {
                missing.push(text);
            }
        }
        let came = !self.entries.is_empty();
        // A person is one entry: there is no part of nobody.
        let partial = |text| {
            if section == "person" && !came { SectionStatus::Unavailable(text) } else { SectionStatus::Partial(text) }
        };
        let status = match self.claim {
            Claim::Unsupported => SectionStatus::Unsupported,
            Claim::Unavailable(why) => SectionStatus::Unavailable(why),
            Claim::Whole | Claim::StatedNone(_) if !missing.is_empty() => partial(missing.join("; ")),
            Claim::StatedNone(at) => SectionStatus::StatedNone(at),
            Claim::Whole if came => SectionStatus::Complete,
            Claim::Whole => SectionStatus::NothingHeld,
        };
        (E::push_as(self.entries), status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Concept, Provenance};

    fn document() -> Document {
        Document::new(Concept::text("Anteckning"), "Anteckning", Provenance::new("1"))
    }

    fn status(answer: Answer<Document>, gaps: &[&str]) -> SectionStatus {
        let gaps: Vec<String> = gaps.iter().map(|&gap| gap.to_owned()).collect();
        answer.settle("documents", &gaps).1
    }

    #[test]
    fn each_answer_becomes_its_status() {
        let one = || vec![document()];
        assert_eq!(status(Answer::complete(NonEmpty::new(one()).unwrap()), &[]), SectionStatus::Complete);
        assert_eq!(status(Answer::held(one()), &[]), SectionStatus::Complete);
        assert_eq!(status(Answer::held(vec![]), &[]), SectionStatus::NothingHeld);
        assert_eq!(status(Answer::nothing_held(), &[]), SectionStatus::NothingHeld);
        assert_eq!(status(Answer::unsupported(), &[]), SectionStatus::Unsupported);
        assert_eq!(status(Answer::stated_none(None), &[]), SectionStatus::StatedNone(None));
        assert_eq!(status(Answer::partial(one(), "sida 2"), &[]), SectionStatus::Partial("sida 2".into()));
        assert_eq!(status(Answer::unavailable("nere"), &[]), SectionStatus::Unavailable("nere".into()));
        assert_eq!(NonEmpty::<Document>::new(vec![]), None);
    }

    #[test]
    fn once_something_is_missing_nothing_is_said_to_be_whole() {
        let answers = [Answer::held(vec![document()]), Answer::nothing_held(), Answer::stated_none(None)];
        for answer in answers {
            assert_eq!(status(answer, &["sida 2", "sida 2"]), SectionStatus::Partial("sida 2".into()));
        }
        assert_eq!(status(Answer::unavailable("nere"), &["sida 2"]), SectionStatus::Unavailable("nere".into()));
    }

    #[test]
    fn a_person_who_could_not_be_read_is_unavailable() {
        let (_, status) = Answer::person(None).settle("person", &["källan svarade inte i tid".to_owned()]);
        assert_eq!(status, SectionStatus::Unavailable("källan svarade inte i tid".into()));
    }

    #[test]
    fn vaccinations_and_infections_go_their_own_ways() {
        let dose = Covid19::Vaccination(Vaccination::new(Provenance::new("1")));
        let infection =
            Covid19::Infection(Infection::new(Concept::text("Covid-19"), "confirmed", Provenance::new("2")));
        let (pushed, _) = Answer::held(vec![infection, dose]).settle("covid-19", &[]);
        assert!(
            matches!(pushed.as_slice(), [Entries::Vaccinations(doses), Entries::Infections(found)] if doses.len() + found.len() == 2)
        );
    }
}
