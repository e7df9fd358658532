//! Lies and contradictions in what is pushed.

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            http,
            sink::{self, Document, Life, PersonDetails},
            types::{
                Coding, Concept, Failure, FailureKind, Identifier, Organisation, Provenance, SectionStatus, Signing,
            },
        },
    },
    failure, network, target,
};

/// Somebody who is never asked for in the tests.
const SOMEBODY_ELSE: &str = "189001019802";

/// What must never do anything but stand there as text.
const INJECTIONS: [&str; 8] = [
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}txt.exe\u{2066}",
    "a\u{200b}b\u{feff}c\u{e0041}",
    "'; DROP TABLE log; --",
    "{{7*7}} ${7*7} <%= 7*7 %>",
];

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    match behaviour {
        "wrong-patient" => {
            sink::documents(&[document(query, "1", "Rätt")]);
            named(query, SOMEBODY_ELSE);
            finish(query, "documents");
        }
        "wrong-person" => {
            let mut other = person(query);
            other.identifier.value = SOMEBODY_ELSE.into();
            sink::person(&other);
            finish(query, "");
        }
        "homoglyph-patient" => {
            // The same number in the letters of another script: it looks right and is somebody else's.
            let wide = number(query).replace('1', "\u{ff11}");
            named(query, &wide);
            finish(query, "documents");
        }
        "nameless-patient" => {
            let mut nobody = document(query, "1", "Utan patient");
            nobody.provenance.patient = None;
            sink::documents(&[nobody]);
            finish(query, "documents");
        }
        "two-persons" => {
            sink::person(&person(query));
            sink::person(&person(query));
            finish(query, "person");
        }
        "patient-unknown" => return Some(Err(failure(FailureKind::PatientUnknown, "unknown", "no such patient"))),
        _ => return statuses(behaviour, query).or_else(|| entries(behaviour, query)),
    }
    Some(Ok(()))
}

/// Statuses that contradict what was pushed, what was asked, or what the source said.
fn statuses(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    let note = || sink::documents(&[document(query, "1", "Anteckning")]);
    match behaviour {
        "complete-without-entries" => everything(query, &SectionStatus::Complete),
        "nothing-held-with-entries" => {
            note();
            finish(query, "");
        }
        "stated-none-with-entries" => {
            note();
            everything(query, &SectionStatus::StatedNone(None));
        }
        "unsupported-with-entries" => {
            note();
            everything(query, &SectionStatus::Unsupported);
        }
        "none-after" => {
            ask(query);
            finish(query, "");
        }
        "stated-none-after" => {
            ask(query);
            everything(query, &SectionStatus::StatedNone(Some("2026-11-21".to_owned())));
        }
        "unknown-after" => {
            ask(query);
            return Some(Err(failure(FailureKind::PatientUnknown, "unknown", "no such patient")));
        }
        "partial-without-words" => everything(query, &SectionStatus::Partial(" ".to_owned())),
        "two-statuses" => {
            note();
            finish(query, "documents");
            sink::status("documents", &SectionStatus::NothingHeld);
        }
        "unasked-section" => {
            sink::documents(&[document(query, "1", "Ingen frågade")]);
            sink::status("documents", &SectionStatus::Complete);
            sink::status("dental", &SectionStatus::NothingHeld);
            finish(query, "");
        }
        "no-status" => note(),
        _ => return None,
    }
    Some(Ok(()))
}

/// Entries that lie about where they come from, or break a rule.
fn entries(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    let mut one = document(query, "1", "Anteckning");
    match behaviour {
        "long-text" => {
            one.text = Some("x".repeat(300 * 1024));
            sink::documents(&[one, document(query, "2", "<script>alert(1)</script>\u{1b}[31m\u{202e}")]);
        }
        "long-list" => {
            let coding = Coding { system: "1.2".to_owned(), code: "A".to_owned(), display: None };
            one.kind.codings = vec![coding; 5_000];
            sink::documents(&[one, document(query, "2", "Anteckning")]);
        }
        "injection" => {
            let all: Vec<Document> = INJECTIONS.iter().map(|text| document(query, text, text)).collect();
            sink::documents(&all);
        }
        "link-out" => {
            one.provenance.link = Some(target());
            sink::documents(&[one]);
        }
        "same-id" => sink::documents(&[one.clone(), one]),
        "forged-time" => {
            one.date = Some("9999-99-99T99:99".to_owned());
            one.provenance.recorded = Some("i morgon".to_owned());
            sink::documents(&[one]);
        }
        "foreign-organisation" => {
            one.provenance.care_provider = Some(Organisation {
                id: Some("SE9999000009-A001".to_owned()),
                name: Some("Läsarens egen".to_owned()),
            });
            sink::documents(&[one]);
        }
        _ => return None,
    }
    finish(query, "documents");
    Some(Ok(()))
}

/// Asks, and does not care for the answer.
fn ask(query: &Query) {
    let _ignored = http::send(&network::get(&target(), query));
}

/// A document of whoever has this number.
fn named(query: &Query, number: &str) {
    let mut other = document(query, "2", "Fel");
    other.provenance.patient = patient(query).map(|patient| Identifier { value: number.to_owned(), ..patient });
    sink::documents(&[other]);
}

/// `complete` for one section and `nothing-held` for every other that was asked for.
pub fn finish(query: &Query, complete: &str) {
    for section in &query.sections {
        let status = if section == complete { SectionStatus::Complete } else { SectionStatus::NothingHeld };
        sink::status(section, &status);
    }
}

fn everything(query: &Query, status: &SectionStatus) {
    for section in &query.sections {
        sink::status(section, status);
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

/// Whom the question is about.
pub fn patient(query: &Query) -> Option<Identifier> {
    query.identifiers.first().cloned()
}

/// The number of whom it is about.
pub fn number(query: &Query) -> String {
    patient(query).map(|patient| patient.value).unwrap_or_default()
}
