//! Lies and contradictions in what is pushed.

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            sink::{self, Document, Life, PersonDetails},
            types::{Concept, Failure, FailureKind, Identifier, Organisation, Provenance, SectionStatus, Signing},
        },
    },
    failure,
};

/// Somebody who is never asked for in the tests.
const SOMEBODY_ELSE: &str = "189001019802";

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    match behaviour {
        "wrong-patient" => {
            sink::documents(&[document(query, "1", "Rätt")]);
            let mut other = document(query, "2", "Fel");
            other.provenance.patient =
                patient(query).map(|patient| Identifier { value: SOMEBODY_ELSE.into(), ..patient });
            sink::documents(&[other]);
            finish(query, "documents");
        }
        "wrong-person" => {
            let mut other = person(query);
            other.identifier.value = SOMEBODY_ELSE.into();
            sink::person(&other);
            finish(query, "");
        }
        "complete-without-entries" => complete_everything(query),
        "nothing-held-with-entries" => {
            sink::documents(&[document(query, "1", "Anteckning")]);
            finish(query, "");
        }
        "two-statuses" => {
            sink::documents(&[document(query, "1", "Anteckning")]);
            finish(query, "documents");
            sink::status("documents", &SectionStatus::NothingHeld);
        }
        "two-persons" => {
            sink::person(&person(query));
            sink::person(&person(query));
            finish(query, "person");
        }
        "unasked-section" => {
            sink::documents(&[document(query, "1", "Ingen frågade")]);
            sink::status("documents", &SectionStatus::Complete);
            sink::status("dental", &SectionStatus::NothingHeld);
            finish(query, "");
        }
        "no-status" => sink::documents(&[document(query, "1", "Anteckning")]),
        "long-text" => {
            let mut long = document(query, "1", "Anteckning");
            long.text = Some("x".repeat(300 * 1024));
            sink::documents(&[long, document(query, "2", "<script>alert(1)</script>\u{1b}[31m\u{202e}")]);
            finish(query, "documents");
        }
        "patient-unknown" => return Some(Err(failure(FailureKind::PatientUnknown, "unknown", "no such patient"))),
        _ => return None,
    }
    Some(Ok(()))
}

/// `complete` for one section and `nothing-held` for every other that was asked for.
pub fn finish(query: &Query, complete: &str) {
    for section in &query.sections {
        let status = if section == complete { SectionStatus::Complete } else { SectionStatus::NothingHeld };
        sink::status(section, &status);
    }
}

fn complete_everything(query: &Query) {
    for section in &query.sections {
        sink::status(section, &SectionStatus::Complete);
    }
}

/// A document that names the patient asked for.
pub fn document(query: &Query, id: &str, title: &str) -> Document {
    Document {
        kind: Concept { text: "Anteckning".to_owned(), codings: Vec::new() },
        title: title.to_owned(),
        date: None,
        unit: None,
        text: None,
        media_type: None,
        provenance: provenance(query, id),
    }
}

fn person(query: &Query) -> PersonDetails {
    PersonDetails {
        identifier: patient(query).unwrap_or_else(|| Identifier { system: String::new(), value: String::new() }),
        given_name: Some("Tova".to_owned()),
        family_name: Some("Provsson".to_owned()),
        birth_date: None,
        sex: None,
        protection: None,
        life: Life::NotStated,
        interpreter_language: None,
        communication_need: None,
        provenance: provenance(query, "person"),
    }
}

fn provenance(query: &Query, id: &str) -> Provenance {
    let unit = |id: &str, name: &str| Some(Organisation { id: Some(id.to_owned()), name: Some(name.to_owned()) });
    Provenance {
        id: id.to_owned(),
        patient: patient(query),
        care_provider: unit("SE2321000000-0001", "Provregionen"),
        care_unit: unit("SE2321000000-0002", "Provenheten"),
        information_type: Some("voo".to_owned()),
        recorded: None,
        author: None,
        signing: Signing::NotStated,
        link: Some("/records/1".to_owned()),
        extensions: Vec::new(),
    }
}

fn patient(query: &Query) -> Option<Identifier> {
    query.identifiers.first().cloned()
}
