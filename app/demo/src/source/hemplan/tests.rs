//! What the adapter `hemplan` relies on: pages that name the next, a period, a label, and a 404 in Hemplan's own words.

use axum::{body::Body, http::Request};
use jiff::Zoned;
use tower::ServiceExt as _;

use super::*;
use crate::seed::Seed;

fn now() -> Zoned {
    "2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap()
}

async fn reply(request: Request<Body>) -> (StatusCode, Value) {
    let seed = Seed::new(&now()).with_all_languages(&now());
    let response = router(Arc::new(seed.home_help)).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn found(number: &str) -> (StatusCode, Value) {
    let body = json!({ "personnummer": number }).to_string();
    let request = Request::post("/plan/v1/kunder/sok").header("content-type", "application/json");
    reply(request.body(Body::from(body)).unwrap()).await
}

async fn page(path: &str) -> (StatusCode, Value) {
    reply(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_customer_is_found_by_number_in_any_spelling_and_nobody_else_is() {
    let (status, astrid) = found("19380227-8485").await;
    assert_eq!((status, &astrid["kund"]["kundId"]), (StatusCode::OK, &json!("HP-100")));
    assert_eq!(astrid["behorigheter"], json!(LISTS));
    let (status, nobody) = found("191212121212").await;
    assert_eq!((status, &nobody["kod"]), (StatusCode::NOT_FOUND, &json!("okand_kund")));
}

#[tokio::test]
async fn a_protected_person_is_answered_for_with_the_label_raised() {
    assert_eq!(found("195009072553").await.1["kund"]["skydd"], "sekretessmarkering");
}

#[tokio::test]
async fn visits_of_a_period_come_on_pages_that_name_the_next_until_the_stated_number_has_come() {
    let mut path = "/plan/v1/kunder/HP-100/besok?fran=2026-11-18&till=2026-11-23".to_owned();
    let (mut days, mut stated) = (Vec::new(), Vec::new());
    loop {
        let (status, page) = page(&path).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(page["kund"]["personnummer"], "193802278485");
        stated.push(page["antal"].as_u64().unwrap());
        days.extend(page["poster"].as_array().unwrap().iter().map(|post| post["datum"].as_str().unwrap().to_owned()));
        let Some(next) = page["nasta"].as_str() else { break };
        next.clone_into(&mut path);
    }
    assert_eq!(stated, vec![20; 5]);
    assert_eq!(days.len(), 20);
    assert_eq!(
        (days.iter().min().unwrap().as_str(), days.iter().max().unwrap().as_str()),
        ("2026-11-19", "2026-11-23")
    );
    assert_eq!(page("/plan/v1/kunder/HP-100/besok?fran=2026-12-01&till=2026-12-08").await.1["antal"], 0);
}

#[tokio::test]
async fn a_visit_is_planned_until_its_window_is_over() {
    let today = page("/plan/v1/kunder/HP-100/besok?fran=2026-11-21&till=2026-11-21").await.1;
    let states: Vec<&str> =
        today["poster"].as_array().unwrap().iter().map(|visit| visit["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["utfort", "planerat", "planerat", "planerat"], "at noon, lunch is being served");
}

#[tokio::test]
async fn a_list_of_nobodys_is_empty_and_an_address_that_is_none_is_not_found() {
    assert_eq!(page("/plan/v1/kunder/HP-101/kontakter").await.1["poster"], json!([]));
    for path in
        ["/plan/v1/kunder/HP-999/insatser", "/plan/v1/kunder/HP-100/journal", "/plan/v1/kunder/HP-100/besok?sida=0"]
    {
        let (status, reply) = page(path).await;
        assert_eq!((status, &reply["kod"]), (StatusCode::NOT_FOUND, &json!("okand_adress")), "{path}");
    }
}

#[test]
fn the_planning_system_is_there_only_when_it_is_asked_for() {
    let has = |seed: &Seed| seed.sources.iter().any(|source| source.id.as_str() == "hemplan-storsjo");
    assert!(!has(&Seed::new(&now())));
    let seed = Seed::new(&now()).with_all_languages(&now());
    assert!(has(&seed));
    for customer in ["193802278485", "195705082633", "194412198154", "195009072553"] {
        assert!(seed.home_help.of(customer).is_some());
        assert!(seed.people.iter().any(|person| person.personal_number == customer), "{customer}");
        let links = seed.links.iter().filter(|(number, _)| number == customer);
        assert!(links.clone().any(|(_, organisation)| organisation.as_str() == "storsjo"), "{customer} is asked about");
    }
}

#[test]
fn mixed_up_every_number_is_answered_with_somebody_else() {
    let seed = Seed::new(&now()).with_all_languages(&now());
    let mixed = seed.home_help.mixed_up();
    for number in ["193802278485", "195705082633", "194412198154", "195009072553"] {
        assert_ne!(mixed.of(number).and_then(Customer::number), Some(number));
    }
}
