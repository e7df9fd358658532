//! The stable surfaces: sign-in, the search form, the address, and the shape of the canonical JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    browser::Browser,
    harness::shared,
    reading::{all_entries, list, section, text},
};

/// Every state of the product.
const STATES: [&str; 8] =
    ["reported", "stated-none", "nothing-held", "partial", "unanswered", "not-asked", "withheld", "unsupported"];

const SECTIONS: [&str; 10] = [
    "alerts",
    "care-limits",
    "services",
    "contacts",
    "medications",
    "functional-status",
    "plans",
    "covid-19",
    "consents",
    "documents",
];

#[tokio::test]
async fn every_member_of_staff_signs_in_by_a_hint() {
    let portal = shared().await;
    for id in ["doctor", "ambulance", "nurse", "careworker", "officer", "two-hats", "admin", "reviewer"] {
        let mut browser = Browser::new(portal);
        let page = browser.sign_in(id).await;
        let member = portal.seed.staff.iter().find(|member| member.id == id).unwrap();
        assert!(page.body.contains(&member.name()), "{id}: {}", page.body);
        let sees_patients = !matches!(id, "admin" | "reviewer");
        assert_eq!(page.status, if sees_patients { 200 } else { 403 }, "{id}");
        assert_eq!(page.body.contains("name=\"patient\""), sees_patients, "{id}");
    }
}

#[tokio::test]
async fn every_accepted_spelling_opens_the_same_patient() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    for spelling in ["193802278485", "19380227-8485", "380227-8485", "3802278485", " 19380227 8485 "] {
        let address = doctor.open(spelling, "shared").await;
        let overview = doctor.json(&address).await.json();
        assert_eq!(overview["person"]["identifier"]["value"], "193802278485", "{spelling}");
        assert_eq!(overview["person"]["name"], "Astrid Fjällström", "{spelling}");
    }
}

#[tokio::test]
async fn a_missing_scope_means_own_and_another_word_is_refused() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open_with(&[("patient", &patient)]).await;
    assert_eq!(doctor.json(&address).await.json()["scope"], "own");
    let address = doctor.open(&patient, "shared").await;
    assert_eq!(doctor.json(&address).await.json()["scope"], "shared");
    let refused = doctor.post("/overview", &[("patient", &patient), ("scope", "all")]).await;
    assert_eq!(refused.status, 400);
    assert!(!refused.body.contains(&patient));
}

#[tokio::test]
async fn nonsense_is_refused_kindly_and_opens_nothing() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let before = portal.log().await.len();
    for (typed, words) in [
        ("193802278486", "kontrollsiffra"),
        ("19380227", "tecken"),
        ("hej", "tecken"),
        ("193813278485", "datum"),
        ("", "tecken"),
    ] {
        let reply = doctor.post("/overview", &[("patient", typed), ("scope", "own")]).await;
        assert_eq!(reply.status, 422, "{typed}");
        assert!(reply.body.contains("data-error=\"not-an-identifier\""), "{typed}: {}", reply.body);
        assert!(reply.body.to_lowercase().contains(words), "{typed} is not told {words}: {}", reply.body);
        assert!(reply.body.contains("name=\"scope\""), "the form is there again");
        let field = reply.body.split("<input id=\"patient\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(field.contains(&format!("value=\"{typed}\"")), "{typed} is not there to be corrected: {field}");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    let of_this_doctor =
        |log: &[samsyn_service::port::audit_log::Logged]| log.iter().filter(|e| e.record.patient.is_some()).count();
    let log = portal.log().await;
    assert!(log.len() >= before && of_this_doctor(&log[..before]) <= of_this_doctor(&log));
}

#[tokio::test]
async fn the_canonical_json_has_exactly_the_promised_shape() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let overview = doctor.overview(&portal.showing("conflict"), "shared").await;
    for key in ["person", "alert_line", "blocked_exists", "badges", "completeness", "sections"] {
        assert!(overview.get(key).is_some(), "{key} is missing");
    }
    assert!(overview["blocked_exists"].is_null());
    assert_eq!(overview["finished"], true);
    for key in ["asked", "answered", "not_asked", "withheld", "unanswered"] {
        assert!(overview["completeness"][key].is_u64(), "{key}: {}", overview["completeness"]);
    }
    let names: Vec<&str> = list(&overview["sections"]).iter().map(|section| text(&section["name"])).collect();
    assert_eq!(names, SECTIONS);
    for badge in list(&overview["badges"]) {
        assert!(badge["kind"].is_string() && badge["sources"].is_array(), "{badge}");
        let look = text(&badge["look"]);
        assert!(["ongoing", "recent", "unknown", "not-asked", "none"].contains(&look), "{badge}");
        assert_eq!(badge.get("since").is_some(), matches!(look, "ongoing" | "recent"), "{badge}");
    }
    assert!(section(&overview, "care-limits").get("conflict").is_some());
    let known = portal.seed.sources.iter().map(|source| source.id.as_str()).collect();
    for name in SECTIONS {
        check_section(&known, section(&overview, name));
    }
    for entry in all_entries(&overview) {
        for key in ["source", "organisation", "fetched_at", "id"] {
            assert!(entry["provenance"][key].is_string(), "{key}: {entry}");
        }
    }
}

fn check_section(known: &BTreeSet<&str>, section: &Value) {
    let mut seen = BTreeSet::new();
    for cell in list(&section["sources"]) {
        let state = text(&cell["state"]);
        assert!(STATES.contains(&state), "{cell}");
        assert!(seen.insert(text(&cell["source"])), "{} twice in {}", cell["source"], section["name"]);
        assert!(known.contains(text(&cell["source"])), "{cell}");
        assert!(cell["organisation"].is_string(), "{cell}");
        assert!(cell.get("fetched_at").is_some(), "{cell}");
        let explains = matches!(state, "partial" | "unanswered" | "not-asked" | "withheld");
        assert!(!explains || cell.get("reason").is_some(), "{cell}");
        let entries = list(&section["entries"]).iter().filter(|entry| comes_from(entry, text(&cell["source"]))).count();
        assert!(state != "reported" || entries > 0, "reported without an entry: {cell}");
        assert!(matches!(state, "reported" | "partial") || entries == 0, "{state} with entries: {cell}");
    }
}

/// Its own entry, or one that another source's entry is a copy of.
fn comes_from(entry: &Value, source: &str) -> bool {
    let copies = entry.get("copies").map_or(&[][..], |copies| list(copies));
    entry["provenance"]["source"] == source || copies.iter().any(|copy| copy["source"] == source)
}

#[tokio::test]
async fn organisations_have_the_same_id_in_staff_people_and_sources() {
    let portal = shared().await;
    let list_json = samsyn_demo::list::list_json(&portal.seed);
    let ids: BTreeSet<&str> = list(&list_json["organisations"]).iter().map(|o| text(&o["id"])).collect();
    for who in list(&list_json["staff"]).iter().chain(list(&list_json["people"])).chain(list(&list_json["sources"])) {
        assert!(ids.contains(text(&who["organisation"])), "{who}");
    }
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let overview = doctor.overview(&portal.showing("everything"), "shared").await;
    for cell in list(&overview["sections"]).iter().flat_map(|section| list(&section["sources"])) {
        let source = list(&list_json["sources"]).iter().find(|source| source["id"] == cell["source"]).unwrap();
        assert_eq!(source["organisation"], cell["organisation"], "{cell}");
    }
}

#[tokio::test]
async fn a_number_that_nobody_knows_gets_a_page_that_says_so() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let address = doctor.open("189001019802", "shared").await;
    let reply = doctor.get(&address).await;
    assert_eq!(reply.status, 404, "{}", reply.body);
    assert!(reply.body.contains("data-error=\"unknown-patient\""), "{}", reply.body);
    assert_eq!(doctor.json(&address).await.json()["person"]["identity"], "unknown");
}

#[tokio::test]
async fn the_page_is_in_the_language_of_the_user() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing("edge-89");
    assert!(doctor.page(&patient, "shared").await.contains("lang=\"sv\""));
    let chosen = doctor.post("/language", &[("language", "en"), ("return", "/")]).await;
    assert_eq!((chosen.status, chosen.location()), (303, "/"));
    let page = doctor.page(&patient, "shared").await;
    assert!(page.contains("<html lang=\"en\""), "{page}");
    assert!(!doctor.addresses.iter().any(|address| address.contains(&patient)));
}
