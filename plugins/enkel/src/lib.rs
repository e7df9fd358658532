//! The simple contract for the smallest actor: one JSON document by a published schema, or one CSV file per section.
//!
//! Rooms: [`ask`] the question sent · [`document`] the JSON reply · [`table`] the CSV files · [`entry`] and [`part`] records.
//! Not here: anything a FHIR server or a record system of its own format needs.
//! Invariant: absence is never guessed. A section without an explicit status, or `complete` without entries, is unavailable.
//! To add a field: the schema, the record in [`entry`], a column in [`table`] if a file can carry it, a test.

pub mod ask;
pub mod document;
pub mod entry;
pub mod manifest;
pub mod part;
pub mod table;

use samsyn_adapter::{Answers, Host, Plugin, Problem, Query, types::Failure, types::FailureKind};

/// The adapter.
#[derive(Debug, Clone, Copy)]
pub struct Enkel;

impl Plugin for Enkel {
    fn describe() -> String {
        manifest::describe()
    }

    fn lookup(host: &mut impl Host, query: &Query) -> Result<(), Failure> {
        let format = host.setting("format");
        let answers = Answers::new(host, query);
        match format.as_deref() {
            None | Some("json") => document::lookup(answers, query),
            Some("csv") => table::lookup(answers, query),
            Some(_) => {
                let why = answers.language.text("inställningen format är okänd", "the setting format is unknown");
                Err(Problem::new(FailureKind::NotConfigured, "format", why).failure)
            }
        }
    }
}

samsyn_adapter::plugin!(Enkel);

#[cfg(test)]
mod schema_tests;
