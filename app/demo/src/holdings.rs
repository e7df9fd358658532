//! What a demo source holds: domain entries per patient, rendered by each source in its own wire format.
//!
//! The seed says what a source *means*; the source's server writes it in its protocol; the adapter reads it back. What comes
//! out at the host's sink is compared with the seed in `tests/`.
//! Invariant: nothing here knows a wire format.

use std::collections::BTreeMap;

use samsyn_domain::{
    entry::{Entry, PersonDetails},
    section::Section,
};

/// What one source holds about one patient.
#[derive(Debug, Clone, Default)]
pub struct PatientRecords {
    /// The banner, if this source answers it.
    pub person: Option<PersonDetails>,
    /// Entries of every section, newest first.
    pub entries: Vec<Entry>,
    /// Sections for which the source states that there are none.
    pub stated_none: Vec<Section>,
}

/// Everything one source holds, by twelve-character identifier.
#[derive(Debug, Clone, Default)]
pub struct Holdings {
    /// By identifier.
    pub patients: BTreeMap<String, PatientRecords>,
}

impl Holdings {
    /// The records of one patient; none when the source has never heard of the identifier.
    pub fn of(&self, identifier: &str) -> Option<&PatientRecords> {
        self.patients.get(identifier)
    }
}
