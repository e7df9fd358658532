//! FHIR servers that refuse, break, loop or answer about somebody else.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Json, Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use samsyn_domain::{
    section::Section,
    state::{State, Unanswered},
};
use samsyn_service::port::adapters::PersonAnswer;
use serde_json::{Value, json};

use super::{PATIENT, Source};

fn patient(number: &str) -> Value {
    json!({ "resourceType": "Patient", "id": "p1",
        "identifier": [{ "system": "http://electronichealth.se/identifier/personnummer", "value": number }] })
}

fn bundle(resources: &[Value]) -> Value {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries })
}

fn flag(id: &str) -> Value {
    json!({ "resourceType": "Flag", "id": id, "status": "active", "subject": { "reference": "Patient/p1" },
        "category": [{ "coding": [{ "system": "urn:umi", "code": "B2" }] }], "code": { "text": "Bärare av MRSA" } })
}

/// A server that knows one patient and answers searches like this.
fn server(answer: impl Fn(&str) -> Response + Clone + Send + Sync + 'static) -> Router {
    let search = move |Path(kind): Path<String>| {
        let answer = answer.clone();
        async move { if kind == "Patient" { Json(bundle(&[patient(PATIENT)])).into_response() } else { answer(&kind) } }
    };
    Router::new().route("/{kind}/_search", post(search))
}

fn empty() -> Response {
    Json(bundle(&[])).into_response()
}

#[tokio::test]
async fn a_failed_search_leaves_the_other_sections_whole_and_its_own_unanswered() {
    let source = Source::open(
        server(|kind| match kind {
            "AllergyIntolerance" => {
                let issue =
                    json!({ "severity": "error", "code": "forbidden", "details": { "text": "Behörighet saknas" } });
                let outcome = json!({ "resourceType": "OperationOutcome", "issue": [issue] });
                (StatusCode::FORBIDDEN, Json(outcome)).into_response()
            }
            "CarePlan" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            "Flag" => Json(bundle(&[flag("f1")])).into_response(),
            _ => empty(),
        }),
        &[],
    )
    .await;
    let sections = source.ask(PATIENT).await.sections;
    let State::Partial { reason, entries } = &sections[&Section::Alerts] else {
        panic!("{:?}", sections[&Section::Alerts])
    };
    assert!(format!("{reason:?}").contains("Behörighet saknas"), "{reason:?}");
    assert_eq!(entries.len(), 1);
    assert!(matches!(sections[&Section::Plans], State::Unanswered(_)), "{:?}", sections[&Section::Plans]);
    assert_eq!(sections[&Section::Medications], State::NothingHeld);
}

#[tokio::test]
async fn a_web_page_or_half_a_reply_is_never_an_empty_answer() {
    for body in ["<html>Logga in</html>", "{\"resourceType\":\"Bundle\",\"entry\":[", "", "{}"] {
        let source = Source::open(server(move |_| body.into_response()), &[]).await;
        for (section, state) in source.ask(PATIENT).await.sections {
            assert_eq!(state, State::Unanswered(Unanswered::Malformed), "{body}: {}", section.name());
        }
    }
}

#[tokio::test]
async fn pages_that_go_round_in_circles_end_and_say_so() {
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let again = move |headers: HeaderMap| {
        counted.fetch_add(1, Ordering::SeqCst);
        let base = format!("http://{}", headers[header::HOST].to_str().unwrap());
        let mut page = bundle(&[flag("f1")]);
        page["link"] = json!([{ "relation": "next", "url": format!("{base}/Flag?page=2") }]);
        async move { Json(page) }
    };
    let router = Router::new()
        .route("/Patient/_search", post(async || Json(bundle(&[patient(PATIENT)]))))
        .route("/Flag/_search", post(again.clone()))
        .route("/Flag", get(again));
    let source = Source::open(router, &[("resources", "Flag")]).await;
    let sections = source.ask(PATIENT).await.sections;
    assert_eq!(sections[&Section::Alerts].word(), "partial");
    assert_eq!(sections[&Section::Alerts].entries().len(), 1, "the same flag is one flag");
    assert_eq!(hits.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_next_page_on_another_server_is_not_followed() {
    let source = Source::open(
        server(|_| {
            let mut page = bundle(&[flag("f1")]);
            page["link"] = json!([{ "relation": "next", "url": "http://192.0.2.1/Flag?page=2" }]);
            Json(page).into_response()
        }),
        &[("resources", "Flag")],
    )
    .await;
    assert_eq!(source.ask(PATIENT).await.sections[&Section::Alerts].word(), "partial");
}

#[tokio::test]
async fn an_unknown_patient_is_not_held_and_two_patients_are_no_answer() {
    let none = Router::new().route("/Patient/_search", post(async || Json(bundle(&[]))));
    let answer = Source::open(none, &[]).await.ask(PATIENT).await;
    assert_eq!(answer.person, PersonAnswer::NotHeld);
    assert!(answer.sections.values().all(|state| *state == State::NothingHeld));

    let mut other = patient(PATIENT);
    other["id"] = json!("p2");
    let both = bundle(&[patient(PATIENT), other]);
    let two = Router::new().route("/Patient/_search", post(move || async move { Json(both) }));
    let source = Source::open(two, &[]).await;
    let answer = source.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| matches!(state, State::Unanswered(_))));
    assert!(format!("{:?}", source.report().ended).contains("patient-ambiguous"));
}

#[tokio::test]
async fn a_server_that_answers_about_somebody_else_is_refused() {
    let other = Router::new()
        .route("/Patient/_search", post(async || Json(bundle(&[patient("196101182803")]))))
        .route("/{kind}/_search", post(async || Json(bundle(&[flag("f1")]))));
    let answer = Source::open(other, &[]).await.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| *state == State::Unanswered(Unanswered::WrongPatient)));
}

#[tokio::test]
async fn an_overloaded_server_is_heard() {
    let busy = || async { (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7")]) };
    let source = Source::open(Router::new().route("/Patient/_search", post(busy)), &[]).await;
    let answer = source.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| *state == State::Unanswered(Unanswered::Overloaded)), "{answer:?}");
}

#[tokio::test]
async fn a_unit_that_is_only_referred_to_is_read_with_the_provider_above_it() {
    let episode = json!({ "resourceType": "EpisodeOfCare", "id": "e1", "status": "active",
        "patient": { "reference": "Patient/p1" }, "managingOrganization": { "reference": "Organization/unit" },
        "type": [{ "coding": [{ "system": "urn:tjanst", "code": "HSJV" }], "text": "Hemsjukvård" }],
        "period": { "start": "2026-05-01" } });
    let organisation = |Path(id): Path<String>| async move {
        let part_of = (id == "unit").then(|| json!({ "reference": "Organization/provider" }));
        let number = if id == "unit" { "SE2321000000-E201" } else { "SE2321000000-0001" };
        Json(json!({ "resourceType": "Organization", "id": id, "name": id, "partOf": part_of,
            "identifier": [{ "system": "urn:oid:1.2.752.129.2.1.4.1", "value": number }] }))
    };
    let searches = server(move |kind| {
        if kind == "EpisodeOfCare" { Json(bundle(std::slice::from_ref(&episode))).into_response() } else { empty() }
    });
    let source = Source::open(searches.route("/Organization/{id}", get(organisation)), &[]).await;
    let sections = source.ask(PATIENT).await.sections;
    let services = sections[&Section::Services].entries();
    let provenance = services[0].provenance();
    assert_eq!(provenance.unit_id(), Some("SE2321000000-E201"));
    assert_eq!(provenance.provider_id(), Some("SE2321000000-0001"));
    assert_eq!(sections[&Section::Services].word(), "reported");
}
