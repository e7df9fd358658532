//! An adapter as it was built for 1.0.0: every section with every field filled, or every status.
//!
//! Not here: requests (`services`). Invariant: no field of a record is left empty, so that a member that changes its place or its type
//! cannot go unseen.

mod entry;
mod part;

/// Generated from the stored contract.
mod bindings {
    #![expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
    wit_bindgen::generate!({ world: "producer", path: "../wit" });
    export!(Sections with_types_in self);

    use crate::Sections;
}

use bindings::{
    exports::samsyn::adapter::adapter::{Guest, Query},
    samsyn::adapter::{
        settings, sink,
        types::{Failure, FailureKind, SectionStatus},
    },
};

struct Sections;

const MANIFEST: &str = r#"{
    "id": "compat-1-0-0-sections", "name": "1.0.0, sections", "vendor": "Samsyn tests", "version": "1.0.0", "contract": "1.0.0",
    "sections": ["person", "alerts", "care-limits", "services", "contacts", "medications", "functional-status", "plans", "covid-19",
                 "consents", "documents"],
    "service_kinds": ["home-care"],
    "identifier_kinds": ["personal-number"],
    "settings": [{ "key": "statuses", "type": "boolean", "help": "Every status instead of every entry" }],
    "languages": ["sv"]
}"#;

impl Guest for Sections {
    fn describe() -> String {
        MANIFEST.to_owned()
    }

    fn lookup(query: Query) -> Result<(), Failure> {
        let Some(patient) = query.identifiers.first() else {
            let (code, message) = ("no-identifier".to_owned(), "the query names nobody".to_owned());
            return Err(Failure { kind: FailureKind::PatientUnknown, code, message, retry_after_ms: Some(1) });
        };
        if settings::get("statuses").as_deref() == Some("true") {
            query.sections.iter().for_each(|section| sink::status(section, &status(section)));
        } else {
            entry::push_all(patient);
            query.sections.iter().for_each(|section| sink::status(section, &SectionStatus::Complete));
        }
        Ok(())
    }
}

fn status(section: &str) -> SectionStatus {
    match section {
        "alerts" => SectionStatus::StatedNone(Some("2026-11-01".to_owned())),
        "plans" => SectionStatus::StatedNone(None),
        "care-limits" => SectionStatus::Partial("sida 2 kunde inte läsas".to_owned()),
        "services" => SectionStatus::Unavailable("fel i källan".to_owned()),
        "contacts" => SectionStatus::Unsupported,
        _ => SectionStatus::NothingHeld,
    }
}
