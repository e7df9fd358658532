//! The adapter `enkel` through the real host: the demo's register and small providers, JSON and CSV, and servers that misbehave.

use std::sync::Arc;

use axum::{Router, http::StatusCode, routing::any};
use samsyn_demo::{
    holdings::{Holdings, PatientRecords},
    seed::Seed,
    source::enkel::{self, Login},
    sources::Format,
};
use samsyn_domain::{
    entry::Entry,
    identifier::PersonIdentifier,
    section::Section,
    state::{State, Unanswered},
    vocabulary::{ServiceKind, ServicePhase},
};
use samsyn_host::{credential::CredentialKind, prepared::Prepared};
use samsyn_service::port::adapters::{Answer, PersonAnswer};
use samsyn_tests::build::now;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{
    complete_records::{covid, municipal, person},
    loopback::{How, OTHER, PATIENT, Source, assert_unanswered, load, said},
};

const FILES: [Section; 4] = [Section::Services, Section::Contacts, Section::CareLimits, Section::Documents];

async fn adapter() -> Arc<Prepared> {
    static PREPARED: OnceCell<Arc<Prepared>> = OnceCell::const_new();
    Arc::clone(PREPARED.get_or_init(|| load("enkel")).await)
}

async fn open(router: Router, format: &str) -> Source {
    let settings = [("format", format), ("anonymous", "true")];
    Source::open(router, How { adapter: adapter().await, alias: "api", settings: &settings, credential: None }).await
}

fn holding(records: PatientRecords) -> Arc<Holdings> {
    Arc::new(Holdings { patients: [(PATIENT.to_owned(), records)].into() })
}

/// What each section must hold; a section that has no file is unsupported as CSV.
fn assert_holds(answer: &Answer, records: &PatientRecords, source: &Source, files_only: bool, case: &str) {
    for (section, state) in &answer.sections {
        let held = records.entries.iter().filter(|entry| entry.section() == *section);
        let expected: Vec<_> = held.map(|entry| source.with_absolute_link(entry)).collect();
        if files_only && !FILES.contains(section) {
            assert_eq!(*state, State::Unsupported, "{case}: {section:?}");
            assert!(expected.is_empty(), "{case}: {section:?} is held and has no file");
            continue;
        }
        assert_eq!(state.entries(), expected, "{case}: {section:?}");
        let rightly = match state {
            State::Reported(_) => !expected.is_empty(),
            State::StatedNone(None) => records.stated_none.contains(section),
            State::NothingHeld => expected.is_empty() && (files_only || !records.stated_none.contains(section)),
            _ => false,
        };
        assert!(rightly, "{case}: {section:?} {state:?}");
    }
}

#[tokio::test]
async fn every_field_of_every_section_comes_through_as_json() {
    let entries = municipal().into_iter().chain(covid()).collect();
    let records = PatientRecords { person: Some(person()), entries, stated_none: Vec::new() };
    let source = open(enkel::router(holding(records.clone())), "json").await;
    let answer = source.ask(PATIENT).await;
    assert_holds(&answer, &records, &source, false, "complete records");
    assert_eq!(answer.person, PersonAnswer::Known(Box::new(person())));
}

#[tokio::test]
async fn everything_the_demo_holds_comes_back_as_it_was_seeded() {
    let seed = Seed::new(&now());
    let mut compared = 0;
    for demo in seed.sources.iter().filter(|source| source.format == Format::Enkel) {
        let format = demo.settings.get("format").map_or("json", String::as_str);
        let holdings = seed.holdings[&demo.id].clone();
        let source = open(enkel::router(Arc::new(holdings.clone())), format).await;
        for (identifier, records) in &holdings.patients {
            let patient = PersonIdentifier::stated(identifier).unwrap();
            let foreign =
                |entry: &Entry| entry.provenance().patient.as_ref().is_some_and(|stated| !stated.names(&patient));
            if records.entries.iter().any(foreign) {
                continue;
            }
            let answer = source.ask(identifier).await;
            assert_holds(&answer, records, &source, format == "csv", demo.id.as_str());
            if format == "csv" {
                assert_eq!(answer.person, PersonAnswer::NotAsked, "there is no file for the banner");
            } else if let Some(person) = &records.person {
                assert_eq!(answer.person, PersonAnswer::Known(Box::new(person.clone())), "{}", demo.id);
                compared += 1;
            }
            compared += records.entries.len();
        }
    }
    assert!(compared > 20, "{compared} compared");
}

#[tokio::test]
async fn the_register_behind_a_password_answers_only_with_it() {
    let records = PatientRecords { person: Some(person()), ..PatientRecords::default() };
    let login = Login { user: "portal".into(), password: "hemligt-ord".into() };
    let open = async |password: &str| {
        let kind = CredentialKind::Basic { user: "portal".into(), password: password.to_owned().into() };
        let credential = Some(("access", kind));
        let how = How { adapter: adapter().await, alias: "api", settings: &[], credential };
        Source::open(enkel::router_with_login(holding(records.clone()), &login), how).await
    };
    let answer = open("hemligt-ord").await.ask(PATIENT).await;
    assert_eq!(answer.person, PersonAnswer::Known(Box::new(person())));
    let refused = open("fel-ord").await.ask(PATIENT).await;
    assert!(matches!(refused.person, PersonAnswer::Unanswered(_)));
}

#[tokio::test]
async fn stated_none_nothing_held_and_an_unknown_person_are_told_apart() {
    let records = PatientRecords { stated_none: vec![Section::Alerts], ..PatientRecords::default() };
    let source = open(enkel::router(holding(records)), "json").await;
    let answer = source.ask(PATIENT).await;
    assert_eq!(answer.sections[&Section::Alerts], State::StatedNone(None));
    assert_eq!(answer.sections[&Section::Services], State::NothingHeld);
    assert_eq!(answer.person, PersonAnswer::NotHeld);
    let unknown = source.ask(OTHER).await;
    assert!(unknown.sections.values().all(|state| *state == State::NothingHeld));
}

/// A server that answers every request alike.
fn always(status: StatusCode, body: impl Into<String>) -> Router {
    let body = body.into();
    Router::new().fallback(any(move || async move { (status, body) }))
}

#[tokio::test]
async fn replies_that_cannot_be_read_are_never_none() {
    for (status, body, why) in [
        (StatusCode::OK, "", Unanswered::Malformed),
        (StatusCode::OK, "<html><body>Logga in</body></html>", Unanswered::Malformed),
        (StatusCode::OK, r#"{"contract":"samsyn-enkel/1","sections":{"serv"#, Unanswered::Malformed),
        (StatusCode::OK, "{}", Unanswered::Malformed),
        (StatusCode::INTERNAL_SERVER_ERROR, "", Unanswered::Refused),
        (StatusCode::TOO_MANY_REQUESTS, "", Unanswered::Overloaded),
    ] {
        let answer = open(always(status, body), "json").await.ask(PATIENT).await;
        assert_unanswered(&answer, why, &format!("{status} {body}"));
        let files = open(always(status, body), "csv").await.ask(PATIENT).await;
        for section in FILES {
            assert_eq!(files.sections[&section], State::Unanswered(why), "csv: {status} {body} {section:?}");
        }
    }
}

fn document(patient: &str, services: &Value) -> String {
    let answered = |section: &Section| {
        let part = if *section == Section::Services { services.clone() } else { json!({ "status": "nothing-held" }) };
        (section.name().to_owned(), part)
    };
    let mut sections: serde_json::Map<_, _> = Section::ALL.iter().map(answered).collect();
    sections.insert("person".into(), json!({ "status": "nothing-held" }));
    json!({ "contract": "samsyn-enkel/1", "patient": { "value": patient }, "sections": sections }).to_string()
}

fn service_about(patient: &str) -> Value {
    json!({ "kind": "home-care", "phase": "ongoing", "provenance": { "id": "1", "patient": { "value": patient } } })
}

#[tokio::test]
async fn a_record_about_somebody_else_discards_everything() {
    let services = json!({ "status": "complete", "entries": [service_about(OTHER)] });
    for about in [PATIENT, OTHER] {
        let answer = open(always(StatusCode::OK, document(about, &services)), "json").await.ask(PATIENT).await;
        assert_unanswered(&answer, Unanswered::WrongPatient, about);
    }
    let empty = document(OTHER, &json!({ "status": "nothing-held" }));
    let answer = open(always(StatusCode::OK, empty), "json").await.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| !state.is_complete_answer()), "{:?}", answer.sections);
}

#[tokio::test]
async fn a_claim_that_does_not_fit_what_came_is_not_believed() {
    let service = service_about(PATIENT);
    let entries = json!([service]);
    for (part, kept) in [
        (json!({ "status": "complete", "entries": [] }), 0),
        (json!({ "entries": [] }), 0),
        (json!({ "status": "nothing-held", "entries": entries }), 1),
        (json!({ "status": "unsupported", "entries": entries }), 1),
        (json!({ "entries": entries }), 1),
        (json!({ "status": "complete", "entries": [service, { "phase": "ongoing" }] }), 1),
    ] {
        let answer = open(always(StatusCode::OK, document(PATIENT, &part)), "json").await.ask(PATIENT).await;
        let state = &answer.sections[&Section::Services];
        assert!(!state.is_complete_answer(), "{part}: {state:?}");
        assert_eq!(state.entries().len(), kept, "{part}");
        assert_eq!(answer.sections[&Section::Plans], State::NothingHeld, "the others stand");
    }
}

#[tokio::test]
async fn a_file_as_a_spreadsheet_writes_it_is_read() {
    let file = "\u{feff}id;patient;careProviderId;careUnitId;kind;phase;text;started\r\n\
                17;19500907-2553;SE9999000001-A001;SE9999000001-E001;home-care;ongoing;\"dusch; två gånger\";2026-03-01\r\n";
    let router = Router::new()
        .route("/samsyn/v1/csv/services", any(move || async move { file }))
        .fallback(any(|| async { "id,kind\n" }));
    let answer = open(router, "csv").await.ask(PATIENT).await;
    let State::Reported(entries) = &answer.sections[&Section::Services] else { panic!("{:?}", answer.sections) };
    let [Entry::Service(service)] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((&service.kind, &service.phase), (&ServiceKind::HomeCare, &ServicePhase::Ongoing));
    assert_eq!(service.text.as_deref(), Some("dusch; två gånger"));
    assert_eq!(service.provenance.provider_id(), Some("SE9999000001-A001"));
    assert_eq!(answer.sections[&Section::Contacts], State::NothingHeld);
}

#[tokio::test]
async fn a_file_cut_short_is_partial_and_keeps_what_came() {
    let file = "id,patient,kind\n1,195009072553,home-care\n2,1950";
    let router = Router::new()
        .route("/samsyn/v1/csv/services", any(move || async move { file }))
        .fallback(any(|| async { "id,kind\n" }));
    let answer = open(router, "csv").await.ask(PATIENT).await;
    let services = &answer.sections[&Section::Services];
    assert_eq!(said(services), "fältet row gick inte att läsa (1 st)");
    assert_eq!(services.entries().len(), 1);
}
