//! Spans of openings and questions, as a collector gets them.
//!
//! Not here: what every request to a source carries (`egress::requests`), counts (`metrics`).

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

use super::{
    browser::Browser,
    harness::{NOON, Portal},
    reading::text,
};

type Taken = Arc<Mutex<Vec<Value>>>;

async fn collector(status: StatusCode) -> (Url, Taken) {
    let taken = Taken::default();
    let take = move |State(taken): State<Taken>, Json(sent): Json<Value>| async move {
        taken.lock().unwrap().push(sent);
        (status, Json(serde_json::json!({})))
    };
    let router = Router::new().route("/v1/traces", post(take)).with_state(taken.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, taken)
}

/// Every span so far, and all of it as text.
fn spans(taken: &Taken) -> (Vec<Value>, String) {
    let all = taken.lock().unwrap().clone();
    let of = |sent: &Value| -> Vec<Value> {
        let resources = sent["resourceSpans"].as_array().unwrap().iter();
        let scopes = resources.flat_map(|resource| resource["scopeSpans"].as_array().unwrap());
        scopes.flat_map(|scope| scope["spans"].as_array().unwrap().clone()).collect()
    };
    (all.iter().flat_map(of).collect(), serde_json::to_string(&all).unwrap())
}

fn attribute<'a>(span: &'a Value, name: &str) -> Option<&'a str> {
    let all = span["attributes"].as_array()?;
    all.iter().find(|one| one["key"] == name)?["value"]["stringValue"].as_str()
}

#[tokio::test]
async fn an_opening_is_a_span_with_one_below_it_for_each_question_and_names_nobody() {
    let (url, taken) = collector(StatusCode::OK).await;
    let portal =
        Portal::start_at(NOON, "viva-storsjo-hsl=500", move |config| config.traces.collector = Some(url)).await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    doctor.overview(&patient, "shared").await;
    let log = portal.log().await;
    let intent = log.iter().find(|entry| entry.record.details["trace"].is_string()).unwrap();
    let trace = text(&intent.record.details["trace"]).to_owned();
    let asked = intent.record.details["sources"].as_array().unwrap().iter().filter(|one| one["asked"] == true).count();
    let started = Instant::now();
    let (all, sent) = loop {
        let (all, sent) = spans(&taken);
        if all.iter().any(|span| span["name"] == "open patient") {
            break (all, sent);
        }
        assert!(started.elapsed() < Duration::from_secs(10), "no span came: {sent}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let (openings, questions): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|span| span["name"] == "open patient");
    let [opening] = openings.as_slice() else { panic!("{sent}") };
    assert_eq!((text(&opening["traceId"]), attribute(opening, "samsyn.scope")), (trace.as_str(), Some("shared")));
    assert!(opening["parentSpanId"].as_str().unwrap_or_default().is_empty(), "{opening}");
    assert_eq!(questions.len(), asked, "{sent}");
    for question in &questions {
        assert_eq!((&question["traceId"], &question["parentSpanId"]), (&opening["traceId"], &opening["spanId"]));
        assert_eq!(question["name"], "ask source");
    }
    let of = |source: &str| *questions.iter().find(|one| attribute(one, "samsyn.source") == Some(source)).unwrap();
    assert!(attribute(of("viva-storsjo-hsl"), "error.type").is_some(), "{}", of("viva-storsjo-hsl"));
    assert_eq!(attribute(of("cosmic-region"), "error.type"), None);
    assert!(sent.contains("\"samsyn\"") && !sent.contains(&patient) && !sent.contains(&patient[2..]), "{sent}");
    assert!(!sent.contains("Holm"), "{sent}");
}

#[tokio::test]
async fn a_collector_that_refuses_or_is_away_is_felt_by_nobody() {
    let (refusing, _) = collector(StatusCode::SERVICE_UNAVAILABLE).await;
    let away: Url = "http://127.0.0.1:9/v1/traces".parse().unwrap();
    for url in [refusing, away] {
        let portal = Portal::start_at(NOON, "", move |config| config.traces.collector = Some(url)).await;
        let mut doctor = Browser::signed_in(&portal, "doctor").await;
        for _ in 0..3 {
            let overview = doctor.overview(&portal.showing("everything"), "own").await;
            assert_eq!(text(&super::reading::cell(&overview, "medications", "cosmic-region")["state"]), "reported");
        }
    }
}
