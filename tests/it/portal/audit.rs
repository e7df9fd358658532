//! The log around an opening: durable before the first byte, with the hash of what was shown after the last, its patient sealed.
//!
//! Rooms: `opening` what its two records say · `resources` whose information was shown ·
//! `read_back` both read as who reads the log does · `sessions` signing in and out · `denied` refusals ·
//! `start` the program's own record · `routes` which records each route leaves.

mod denied;
mod opening;
mod read_back;
mod resources;
mod routes;
mod sessions;
mod start;

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use samsyn::demo_portal;
use samsyn_demo::{
    fault::Faults,
    seed::Seed,
    servers::{self, Delays},
};
use samsyn_domain::identifier::PersonIdentifier;
use samsyn_server::{clock::Clock, wiring::open_store};
use samsyn_service::port::audit_log::{Activity, AuditLog as _, AuditRecord, Logged, Stage};
use samsyn_store::{AuditVerdict, StoreKey};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{
    browser::Browser,
    harness::{NOON, Portal},
};

pub const FAIL: &str = "CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END";

/// Everything about patients in the log.
pub async fn openings(portal: &Portal) -> Vec<Logged> {
    portal.log().await.into_iter().filter(|entry| entry.record.patient.is_some()).collect()
}

/// The same once so many records are there: outcomes are written in the background.
pub async fn openings_when(portal: &Portal, records: usize) -> Vec<Logged> {
    let started = Instant::now();
    loop {
        let found = openings(portal).await;
        if found.len() >= records {
            assert_eq!(found.len(), records, "{found:#?}");
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "only {} of {records} records", found.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_opening_leaves_one_intent_and_one_outcome_with_the_hash_of_what_was_shown() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open(&patient, "shared").await;
    assert!(openings(&portal).await.is_empty(), "a handle is no opening yet");
    let shown = doctor.json(&address).await.body;

    let log = openings_when(&portal, 2).await;
    let (intent, outcome) = (&log[0], &log[1]);
    assert_eq!((intent.record.stage, outcome.record.stage), (Stage::Intent, Stage::Outcome));
    assert_eq!(intent.record.activity, Activity::Read);
    assert_eq!(outcome.record.intent.as_deref(), Some(intent.id.as_str()));
    assert_eq!(intent.record.patient.as_ref().unwrap().digits(), patient);
    assert_eq!(intent.record.viewer.as_ref().unwrap().user_id, "SE9999100001-P101");
    assert_eq!(intent.record.details["active_choice"], "shared");
    assert_eq!(intent.record.details["purpose"], "Vård och behandling");
    assert_eq!(outcome.record.details["conclusion"], "complete");
    assert_eq!(outcome.record.details["shown_sha256"], hex::encode(Sha256::digest(shown.as_bytes())));
    let sources = outcome.record.details["sources"].as_array().unwrap();
    let cosmic = sources.iter().find(|source| source["source"] == "cosmic-region").unwrap();
    assert!(cosmic["states"]["reported"].as_array().unwrap().contains(&"care-limits".into()), "{cosmic}");
    assert_eq!(cosmic["adapter_sha256"].as_str().unwrap().len(), 64);
    for entry in &log {
        let details = entry.record.details.to_string();
        assert!(!details.contains("Astrid") && !details.contains("HLR"), "content in the log: {details}");
    }
    assert!(matches!(portal.store.verify_audit(&[]).await.unwrap(), AuditVerdict::Intact(_)));
}

#[tokio::test]
async fn without_the_log_nothing_of_the_patient_is_shown_in_any_form() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let whole = doctor.open(&patient, "shared").await;
    let live = doctor.open_with(&[("patient", &patient), ("scope", "shared"), ("live", "1")]).await;
    portal.run_sql(FAIL).await;
    let print = format!("{whole}/print/akutblad");
    let replies =
        [doctor.get(&whole).await, doctor.get(&live).await, doctor.json(&whole).await, doctor.post(&print, &[]).await];
    for reply in replies {
        assert_eq!(reply.status, 503, "{}", reply.body);
        assert!(reply.body.contains("log-unavailable"), "{}", reply.body);
        for words in ["Astrid", "Fjällström", "19380227", "380227", "HLR", "Penicillin", "063-555", "Storsjö"] {
            assert!(!reply.body.contains(words), "{words}: {}", reply.body);
        }
    }
    assert!(openings(&portal).await.is_empty());
    portal.run_sql("DROP TRIGGER fault").await;
    let started = Instant::now();
    while doctor.get(&whole).await.status != 200 {
        assert!(started.elapsed() < Duration::from_secs(10), "the log does not come back");
    }
}

#[tokio::test]
async fn without_the_log_nobody_is_signed_in() {
    let portal = Portal::start("").await;
    portal.run_sql(FAIL).await;
    let mut doctor = Browser::new(&portal);
    let provider = doctor.get("/login?login_hint=doctor").await;
    let back = doctor.get(provider.location()).await;
    let reply = doctor.get(back.location()).await;
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert!(reply.body.contains("log-unavailable"));
    assert_eq!(doctor.get("/alive").await.status, 401);
}

#[tokio::test]
async fn the_intent_is_durable_before_the_first_byte_and_an_aborted_page_says_so() {
    let portal = Portal::start("viva=hang").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open_with(&[("patient", &patient), ("scope", "shared"), ("live", "1")]).await;
    let mut body = doctor.begin(&address).await.bytes_stream();
    assert!(!body.next().await.unwrap().unwrap().is_empty());
    let log = openings(&portal).await;
    assert_eq!(log.len(), 1, "{log:#?}");
    assert_eq!(log[0].record.stage, Stage::Intent);
    drop(body);

    let log = openings_when(&portal, 2).await;
    let details = &log[1].record.details;
    assert!(details["conclusion"]["aborted_after"].as_u64().is_some_and(|pieces| pieces >= 1), "{details}");
    assert_eq!(details["shown_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(log[1].record.intent.as_deref(), Some(log[0].id.as_str()));
}

#[tokio::test]
async fn a_print_is_logged_as_a_print_and_an_unknown_preset_is_not_logged_at_all() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open(&patient, "shared").await;
    assert_eq!(doctor.post(&format!("{address}/print/poster"), &[]).await.status, 404);
    assert!(openings(&portal).await.is_empty());
    let link = doctor.get(&format!("{address}/print/akutblad")).await;
    assert!(matches!(link.status, 404 | 405), "a link cannot print: {}", link.status);
    assert!(openings(&portal).await.is_empty());
    for (preset, words) in [("akutblad", "Akutblad"), ("lakemedelslista", "ej ordinationshandling")] {
        let print = doctor.print(&patient, "shared", preset).await.to_lowercase();
        for words in [words, "Astrid Fjällström", "Anders Holm", "Ögonblicksbild – kontrollera på nytt"] {
            assert!(print.contains(&words.to_lowercase()), "{preset} lacks {words}: {print}");
        }
    }
    let log = openings_when(&portal, 4).await;
    assert!(log.iter().all(|entry| entry.record.activity == Activity::Print), "{log:#?}");
    let word = serde_json::to_value(log[0].record.activity).unwrap();
    assert_eq!(word, "Utskrift");
}

#[tokio::test]
async fn signing_in_and_out_are_logged_without_a_patient() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    doctor.post("/logout", &[]).await;
    let log = portal.log().await;
    let done: Vec<Activity> = log.iter().map(|entry| entry.record.activity).collect();
    assert_eq!(done, [Activity::SignIn, Activity::SignOut]);
    assert!(log.iter().all(|entry| entry.record.patient.is_none()));
}

/// The database as one file, as somebody would carry it away.
async fn carried_away(portal: &Portal) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("copy.db");
    portal.run_sql(&format!("VACUUM INTO '{}'", copy.display())).await;
    std::fs::read(copy).unwrap()
}

#[tokio::test]
async fn a_copy_of_the_database_tells_who_has_read_and_not_about_whom() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open(&patient, "shared").await;
    doctor.json(&address).await;
    openings_when(&portal, 2).await;

    let tells = |copy: &[u8], text: &str| memchr::memmem::find(copy, text.as_bytes()).is_some();
    assert!(
        portal.number("SELECT count(*) FROM link").await > 0 && portal.number("SELECT count(*) FROM block").await > 0
    );
    let copy = carried_away(&portal).await;
    assert!(tells(&copy, "SE9999100001-P101"), "the reader stands in clear");
    let (_, rest) = patient.split_at(2);
    for spelling in [patient.clone(), rest.to_owned(), format!("{}-{}", &patient[..8], &patient[8..])] {
        assert!(!tells(&copy, &spelling), "{spelling}");
    }
    assert_eq!(portal.number("SELECT count(*) FROM audit_record WHERE patient LIKE '1.%'").await, 2);
    assert_eq!(portal.number("SELECT count(*) FROM handle WHERE patient LIKE '1.%'").await, 1);
    assert_eq!(openings(&portal).await[0].record.patient.as_ref().unwrap().digits(), patient);
}

#[tokio::test]
async fn the_demo_starts_again_on_its_own_data_with_its_own_key() {
    let clock = Clock::Frozen(NOON.parse::<jiff::Timestamp>().unwrap().to_zoned(samsyn_domain::time::sweden()));
    let seed = Seed::new(&clock.now());
    let public_url: Url = "http://127.0.0.1:8480".parse().unwrap();
    let client = demo_portal::identity_client(&public_url);
    let faults = Faults::read("", &seed.sources).unwrap();
    let running = servers::start(&seed, &faults, &Delays::new(), client.clone()).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let mut keys = Vec::new();
    for start in 1..=2 {
        let address = "127.0.0.1:8480".parse().unwrap();
        let dir = data.path().to_owned();
        let config = demo_portal::config(&seed, &running, &client, address, public_url.clone(), dir).unwrap();
        let store = open_store(&config).await.unwrap();
        demo_portal::plant(&store, &seed, &clock).await.unwrap();
        let record = AuditRecord {
            stage: Stage::Intent,
            intent: None,
            activity: Activity::Read,
            at: clock.now().timestamp(),
            viewer: None,
            patient: Some(PersonIdentifier::stated(&seed.people[0].personal_number).unwrap()),
            details: serde_json::json!({}),
        };
        store.append(&record).await.unwrap();
        let read = store.audit_records(9).await.unwrap();
        assert_eq!(read.len(), start);
        assert!(read.iter().all(|entry| entry.record.patient == record.patient));
        store.close().await.unwrap();
        keys.push(std::fs::read(StoreKey::file_in(data.path())).unwrap());
    }
    assert_eq!(keys[0], keys[1]);
    running.shutdown().await;
}
