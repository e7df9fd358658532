//! Records of every list, from Viva's fields to the types of the contract.
//!
//! Not here: fetching ([`crate::pages`]), shared parts ([`crate::part`]).
//! Invariant: a record of another law is counted and not read; one without a required field is not pushed and leaves a note.

mod clinical;
mod social;

use samsyn_adapter::{Entries, Fields, Json, Notes};

use crate::Law;

/// What a list gave.
#[derive(Debug, Default, PartialEq)]
pub struct Read {
    /// Entries that could be read; none for a section that is no list.
    pub entries: Option<Entries>,
    /// Records of the other law.
    pub of_other_law: usize,
}

/// Reads the records of one section.
pub fn read(section: &str, items: &[Json<'_>], law: Law, notes: &Notes) -> Read {
    let mut of_other_law = 0;
    let mut own = Vec::new();
    for item in items {
        let Some(fields) = Fields::of(item, "post", notes) else { continue };
        match fields.required("lagrum").as_deref().map(Law::read) {
            Some(Some(stated)) if stated == law => own.push(fields),
            Some(Some(_)) => of_other_law += 1,
            Some(None) => notes.unreadable("lagrum"),
            None => {}
        }
    }
    let entries = match section {
        "alerts" => each(&own, clinical::alert),
        "care-limits" => each(&own, clinical::care_limit),
        "services" => each(&own, social::service),
        "contacts" => each(&own, social::contact),
        "medications" => each(&own, clinical::medication),
        "functional-status" => each(&own, clinical::assessment),
        "plans" => each(&own, social::plan),
        "consents" => each(&own, social::consent),
        "documents" => each(&own, social::document),
        _ => return Read { entries: None, of_other_law },
    };
    Read { entries: Some(entries), of_other_law }
}

fn each<T>(records: &[Fields<'_>], read: fn(&Fields<'_>) -> Option<T>) -> Entries
where
    Vec<T>: Into<Entries>,
{
    records.iter().filter_map(read).collect::<Vec<_>>().into()
}
