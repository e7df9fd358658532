//! What a guest pushed in one lookup, sorted by section and checked against the patient asked for.
//!
//! Filled while the guest runs. Not here: conversion from the contract's types (`abi`), what it all means (`outcome`).
//! Invariant: one record that names another patient empties everything (I5); what was not asked for is never kept.

use std::collections::BTreeMap;

use samsyn_domain::{
    entry::{Entry, PersonDetails},
    identifier::{Identifier, PersonIdentifier},
    section::Section,
    state::Unanswered,
    time::When,
};

/// What the adapter said of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    Complete,
    Partial(String),
    Unavailable(Unanswered),
    StatedNone(Option<When>),
    NothingHeld,
    Unsupported,
}

/// What came for one section.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub entries: Vec<Entry>,
    /// Entries that broke a rule.
    pub invalid: usize,
    pub status: Option<Status>,
    /// A second status came, or there was more than is kept: nothing it says of the section can be trusted.
    pub contradicted: bool,
}

/// What came for the banner.
#[derive(Debug, Default)]
pub(crate) struct PersonCell {
    pub details: Option<Box<PersonDetails>>,
    pub status: Option<Status>,
    /// A second person or status, or a person that broke a rule.
    pub contradicted: bool,
}

/// Everything pushed.
#[derive(Debug)]
pub(crate) struct Collected {
    patient: Option<PersonIdentifier>,
    pub cells: BTreeMap<Section, Cell>,
    /// None when the banner was not asked for.
    pub person: Option<PersonCell>,
    pub wrong_patient: bool,
    count: usize,
    entries_max: usize,
}

/// Why the guest is stopped in the middle of pushing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("a record of another patient was pushed")]
    WrongPatient,
    #[error("more entries than allowed were pushed")]
    TooManyEntries,
}

impl Collected {
    pub(crate) fn new(patient: PersonIdentifier, sections: &[Section], person: bool, entries_max: usize) -> Self {
        Self {
            patient: Some(patient),
            cells: sections.iter().map(|section| (*section, Cell::default())).collect(),
            person: person.then(PersonCell::default),
            wrong_patient: false,
            count: 0,
            entries_max,
        }
    }

    /// Of a call that is not about a patient: every record pushed is refused.
    pub(crate) const fn nothing() -> Self {
        Self { patient: None, cells: BTreeMap::new(), person: None, wrong_patient: false, count: 0, entries_max: 0 }
    }

    /// One entry more, of a section asked for or not.
    pub(crate) fn count_entry(&mut self) -> Result<(), Stop> {
        self.count += 1;
        if self.count > self.entries_max { Err(Stop::TooManyEntries) } else { Ok(()) }
    }

    /// An entry of the section was refused because there are too many: whatever was said of it, it is not whole.
    pub(crate) fn cut_short(&mut self, section: Section) {
        if let Some(cell) = self.cells.get_mut(&section) {
            cell.contradicted = true;
        }
    }

    /// Whether a record may belong to the patient: it names nobody, or the patient. Anybody else empties everything.
    pub(crate) fn check_patient(&mut self, stated: Option<&Identifier>) -> Result<(), Stop> {
        if self.wrong_patient
            || stated.is_some_and(|stated| self.patient.as_ref().is_none_or(|patient| !stated.names(patient)))
        {
            self.wrong_patient = true;
            self.cells.values_mut().for_each(|cell| *cell = Cell::default());
            self.person = self.person.take().map(|_| PersonCell::default());
            return Err(Stop::WrongPatient);
        }
        Ok(())
    }

    /// Keeps what came of an entry. False when its section was not asked for.
    pub(crate) fn push(&mut self, section: Section, entry: Option<Entry>) -> bool {
        let Some(cell) = self.cells.get_mut(&section) else { return false };
        match entry {
            Some(entry) => cell.entries.push(entry),
            None => cell.invalid += 1,
        }
        true
    }

    /// Keeps the person; none when it broke a rule. False when it was not asked for.
    pub(crate) fn push_person(&mut self, details: Option<PersonDetails>) -> bool {
        let Some(cell) = self.person.as_mut() else { return false };
        cell.contradicted |= cell.details.is_some() || details.is_none();
        cell.details = details.map(Box::new);
        true
    }

    /// Keeps a section's status. False when the section was not asked for.
    pub(crate) fn set_status(&mut self, section: Section, status: Status) -> bool {
        let Some(cell) = self.cells.get_mut(&section) else { return false };
        cell.contradicted |= cell.status.is_some();
        cell.status = Some(status);
        true
    }

    /// Whether the adapter has said of anything that there is none.
    pub(crate) fn says_none(&self) -> bool {
        let none = |status: &Option<Status>| matches!(status, Some(Status::NothingHeld | Status::StatedNone(_)));
        self.cells.values().any(|cell| none(&cell.status))
            || self.person.as_ref().is_some_and(|cell| none(&cell.status))
    }

    /// Keeps the banner's status. False when it was not asked for.
    pub(crate) fn set_person_status(&mut self, status: Status) -> bool {
        let Some(cell) = self.person.as_mut() else { return false };
        cell.contradicted |= cell.status.is_some();
        cell.status = Some(status);
        true
    }
}
