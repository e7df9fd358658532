//! The adapter `viva` through the real host, against the demo's municipal system and against servers that misbehave.

use std::sync::Arc;

use axum::{Json, Router, body::Body, extract::Request, http::StatusCode, response::IntoResponse as _, routing::any};
use samsyn_demo::{
    holdings::{Holdings, PatientRecords},
    seed::Seed,
    source::viva::{self, LICENCE, LICENCE_HEADER, Law},
    sources::Format,
};
use samsyn_domain::{
    entry::{Entry, PersonDetails},
    identifier::{IdentifierKind, PersonIdentifier},
    section::Section,
    state::{NotAsked, State, Unanswered},
    time::{When, sweden},
};
use samsyn_host::{credential::CredentialKind, prepared::Prepared};
use samsyn_service::port::adapters::{Answer, PersonAnswer};
use samsyn_tests::build::now;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{
    complete_records::{copies, municipal, person},
    loopback::{How, OTHER, PATIENT, Source, assert_unanswered, load, said},
};

async fn adapter() -> Arc<Prepared> {
    static PREPARED: OnceCell<Arc<Prepared>> = OnceCell::const_new();
    Arc::clone(PREPARED.get_or_init(|| load("viva")).await)
}

async fn open_with_licence(router: Router, law: &str, licence: &str) -> Source {
    let kind = CredentialKind::StaticHeader { name: LICENCE_HEADER.into(), value: licence.to_owned().into() };
    let settings = [("lagrum", law)];
    let how = How { adapter: adapter().await, alias: "viva", settings: &settings, credential: Some(("licens", kind)) };
    Source::open(router, how).await
}

async fn open(router: Router, law: &str) -> Source {
    open_with_licence(router, law, LICENCE).await
}

fn holding(records: PatientRecords) -> Arc<Holdings> {
    Arc::new(Holdings { patients: [(PATIENT.to_owned(), records)].into() })
}

/// An entry as Viva can state it: every instant as Swedish local time. The patient is beside it, because the domain never
/// writes it.
fn as_viva_states(entry: &Entry) -> (Value, String) {
    fn local(value: &mut Value) {
        match value {
            Value::String(text) => {
                if let When::Instant(at) = When::read(text) {
                    *text = at.to_zoned(sweden()).strftime("%Y-%m-%dT%H:%M:%S").to_string();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(local),
            Value::Object(fields) => fields.values_mut().for_each(local),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(entry).unwrap();
    local(&mut value);
    (value, format!("{:?}", entry.provenance().patient))
}

fn assert_holds(answer: &Answer, records: &PatientRecords, source: &Source, case: &str) {
    for (section, state) in &answer.sections {
        let held = records.entries.iter().filter(|entry| entry.section() == *section);
        let expected: Vec<_> =
            held.map(|entry| source.with_absolute_link(entry)).map(|entry| as_viva_states(&entry)).collect();
        let found: Vec<_> = state.entries().iter().map(as_viva_states).collect();
        assert_eq!(found, expected, "{case}: {section:?}");
        let rightly = match state {
            State::Reported(_) => !expected.is_empty(),
            State::StatedNone(None) => records.stated_none.contains(section),
            State::NothingHeld => expected.is_empty() && !records.stated_none.contains(section),
            State::Unsupported => *section == Section::Covid19,
            _ => false,
        };
        assert!(rightly, "{case}: {section:?} {state:?}");
    }
}

#[tokio::test]
async fn every_field_a_municipal_system_can_hold_comes_through() {
    let records = PatientRecords { person: Some(person()), entries: municipal(), stated_none: Vec::new() };
    let source = open(viva::router(holding(records.clone()), Law::Hsl), "HSL").await;
    let answer = source.ask(PATIENT).await;
    assert_holds(&answer, &records, &source, "complete records");
    assert_eq!(answer.person, PersonAnswer::Known(Box::new(person())));
}

#[tokio::test]
async fn lists_longer_than_a_page_come_whole_and_in_order() {
    let entries: Vec<_> = municipal().iter().flat_map(|entry| copies(entry, 9)).collect();
    let records = PatientRecords { person: None, entries, stated_none: vec![Section::Covid19] };
    let source = open(viva::router(holding(records.clone()), Law::Sol), "SOL").await;
    let answer = source.ask(PATIENT).await;
    assert_holds(&answer, &records, &source, "long lists");
    assert_eq!(answer.person, PersonAnswer::NotHeld, "known by number only");
}

#[tokio::test]
async fn stated_none_nothing_held_and_an_unknown_person_are_told_apart() {
    let records = PatientRecords { stated_none: vec![Section::Alerts], ..PatientRecords::default() };
    let source = open(viva::router(holding(records.clone()), Law::Hsl), "HSL").await;
    let answer = source.ask(PATIENT).await;
    assert_holds(&answer, &records, &source, "stated none");
    assert_eq!(answer.sections[&Section::Alerts], State::StatedNone(None));
    let unknown = source.ask(OTHER).await;
    assert_eq!(unknown.sections[&Section::Alerts], State::NothingHeld);
    assert_eq!(unknown.person, PersonAnswer::NotHeld);
    let reserve = source.ask("98240301AA06").await;
    assert_eq!(reserve.sections[&Section::Alerts], State::NotAsked(NotAsked::IdentifierType));
}

#[tokio::test]
async fn a_binding_of_one_law_sees_nothing_of_the_other() {
    let records = PatientRecords { entries: municipal(), ..PatientRecords::default() };
    let source = open(viva::router(holding(records), Law::Sol), "HSL").await;
    let answer = source.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| state.entries().is_empty()));
    assert_eq!(answer.sections[&Section::Services], State::NothingHeld);
}

#[tokio::test]
async fn everything_the_demo_holds_comes_back_as_it_was_seeded() {
    let seed = Seed::new(&now());
    let mut compared = 0;
    for demo in seed.sources.iter().filter(|source| source.format == Format::Viva) {
        let word = demo.settings["lagrum"].as_str();
        let law = if word == "SOL" { Law::Sol } else { Law::Hsl };
        let holdings = seed.holdings[&demo.id].clone();
        let source = open(viva::router(Arc::new(holdings.clone()), law), word).await;
        for (identifier, records) in &holdings.patients {
            let patient = PersonIdentifier::stated(identifier).unwrap();
            let foreign =
                |entry: &Entry| entry.provenance().patient.as_ref().is_some_and(|stated| !stated.names(&patient));
            if patient.kind() == IdentifierKind::ReserveNumber || records.entries.iter().any(foreign) {
                continue;
            }
            let answer = source.ask(identifier).await;
            assert_holds(&answer, records, &source, demo.id.as_str());
            compared += records.entries.len();
        }
    }
    assert!(compared > 20, "{compared} entries compared");
}

#[tokio::test]
async fn records_of_another_patient_discard_everything() {
    let mut entries = municipal();
    let stranger = PersonIdentifier::stated(OTHER).unwrap().to_identifier();
    entries[0].provenance_mut().patient = Some(stranger);
    let records = PatientRecords { entries, ..PatientRecords::default() };
    let source = open(viva::router(holding(records), Law::Hsl), "HSL").await;
    assert_unanswered(&source.ask(PATIENT).await, Unanswered::WrongPatient, "a record");
}

#[tokio::test]
async fn a_search_that_finds_somebody_else_discards_everything() {
    let stranger = PersonIdentifier::stated(OTHER).unwrap().to_identifier();
    let records = PatientRecords {
        person: Some(PersonDetails { identifier: stranger, ..person() }),
        ..PatientRecords::default()
    };
    let source = open(viva::router(holding(records), Law::Hsl), "HSL").await;
    assert_unanswered(&source.ask(PATIENT).await, Unanswered::WrongPatient, "the search");
}

#[tokio::test]
async fn a_wrong_licence_is_no_answer() {
    let router = viva::router(holding(PatientRecords::default()), Law::Hsl);
    let source = open_with_licence(router, "HSL", "another-licence").await;
    let answer = source.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| matches!(state, State::Unanswered(_) | State::Unsupported)));
}

/// A server that finds the person and answers every list alike.
fn lists(status: StatusCode, body: &'static str) -> Router {
    Router::new().fallback(any(move |request: Request<Body>| async move {
        if request.uri().path().ends_with("/sok") {
            let user = json!({ "brukarId": "B1", "id": "p1", "personnummer": PATIENT, "fornamn": "Vera" });
            return Json(json!({ "antal": 1, "brukare": [user] })).into_response();
        }
        (status, body).into_response()
    }))
}

#[tokio::test]
async fn replies_that_cannot_be_read_are_never_none() {
    for (status, body, why) in [
        (StatusCode::OK, "", Unanswered::Malformed),
        (StatusCode::OK, "<html><body>Logga in</body></html>", Unanswered::Malformed),
        (StatusCode::OK, r#"{"antal":1,"brukare":[{"brukarId""#, Unanswered::Malformed),
        (StatusCode::OK, "{}", Unanswered::Malformed),
        (StatusCode::INTERNAL_SERVER_ERROR, "", Unanswered::Refused),
        (StatusCode::TOO_MANY_REQUESTS, "", Unanswered::Overloaded),
    ] {
        let everything = Router::new().fallback(any(move || async move { (status, body) }));
        assert_unanswered(&open(everything, "HSL").await.ask(PATIENT).await, why, &format!("{status} {body}"));
        let answer = open(lists(status, body), "HSL").await.ask(PATIENT).await;
        assert!(matches!(answer.person, PersonAnswer::Known(_)), "the banner was read");
        for (section, state) in answer.sections {
            assert!(
                matches!(state, State::Unanswered(_) | State::Unsupported),
                "{status} {body}: {section:?} {state:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_record_with_a_wrong_field_leaves_its_section_partial_and_the_field_named() {
    let body = r#"{"sida":1,"antalSidor":1,"antal":2,"poster":[
        {"id":"1","personnummer":"195009072553","lagrum":"HSL","typ":"HSV","text":"x","start":"i våras"},
        {"id":"2","personnummer":"195009072553","lagrum":"HSL"}]}"#;
    let answer = open(lists(StatusCode::OK, body), "HSL").await.ask(PATIENT).await;
    let services = &answer.sections[&Section::Services];
    assert_eq!(
        said(services),
        "fältet typ saknas, uppgiften visas inte (1 st); fältet start gick inte att läsa (1 st)"
    );
    let [Entry::Service(service)] = services.entries() else { panic!("{services:?}") };
    assert_eq!(service.started, Some(When::Unreadable("i våras".into())));
}
