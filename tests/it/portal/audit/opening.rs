//! What the two records of an opening say: on what it relied, under which rules, who answered and what was kept back.
//!
//! Not here: whose information was shown (`resources`).

use samsyn_domain::{
    access::{Kind, RoleMatrix},
    identifier::PersonIdentifier,
};
use samsyn_service::port::access_register::AccessRegister as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::openings_when;
use crate::portal::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{list, text},
};

const CONSENT: [(&str, &str); 5] =
    [("kind", "consent"), ("relation", "visit"), ("given_by", "patient"), ("for", "unit"), ("period", "three-months")];

/// The records of one opening as JSON: intent and outcome.
async fn records_of(portal: &Portal, doctor: &mut Browser, address: &str) -> (Value, Value) {
    let before = super::openings(portal).await.len();
    assert_eq!(doctor.json(address).await.status, 200);
    let log = openings_when(portal, before + 2).await;
    (log[before].record.details.clone(), log[before + 1].record.details.clone())
}

/// Ids of what is registered about a patient, of a kind.
async fn registered(portal: &Portal, patient: &str, kind: Kind) -> Vec<String> {
    let patient = PersonIdentifier::stated(patient).unwrap();
    let all = portal.store.of_patient(&patient).await.unwrap();
    all.into_iter().filter(|one| one.kind == kind).map(|one| one.id).collect()
}

/// The decisions of an intent, as kind and id.
fn decisions(intent: &Value) -> Vec<(&str, &str)> {
    list(&intent["decisions"]).iter().map(|one| (text(&one["kind"]), text(&one["registration"]))).collect()
}

#[tokio::test]
async fn an_intent_names_everything_that_the_opening_relies_on() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("no-consent");
    let address = doctor.open(&patient, "shared").await;
    let (alone, _) = records_of(&portal, &mut doctor, &address).await;
    assert_eq!(alone["decisions"], json!([]), "the own provider's records rest on nothing that is registered");

    assert_eq!(doctor.post(&format!("{address}/access"), &CONSENT).await.status, 303);
    let (intent, _) = records_of(&portal, &mut doctor, &address).await;
    let (consent, relation) =
        (registered(&portal, &patient, Kind::Consent).await, registered(&portal, &patient, Kind::Relation).await);
    let ids: Vec<(&str, &str)> = vec![("consent", &consent[0]), ("relation", relation.last().unwrap())];
    assert_eq!(decisions(&intent), ids);
    assert_eq!(intent["access"]["granted"]["registration"], consent[0].as_str());
}

#[tokio::test]
async fn an_emergency_is_named_with_each_of_its_steps_and_a_lifted_block_with_its_lift() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("no-consent");
    let address = doctor.open(&patient, "own").await;
    let emergency = format!("{address}/emergency");
    assert_eq!(doctor.post(&emergency, &[("reason", "unconscious")]).await.status, 303);
    let opened = doctor.post(&emergency, &[("fetch", "1"), ("section-care-limits", "1")]).await.location().to_owned();
    let (intent, _) = records_of(&portal, &mut doctor, &opened).await;
    let mut steps = registered(&portal, &patient, Kind::Emergency).await;
    let mut named: Vec<String> = decisions(&intent).into_iter().map(|(_, id)| id.to_owned()).collect();
    steps.sort();
    named.sort();
    assert_eq!((named, steps.len()), (steps, 2));

    let patient = portal.showing("inner-block");
    let address = doctor.open(&patient, "own").await;
    let blocks = format!("{address}/blocks");
    let page = doctor.get(&blocks).await.body;
    let unit = format!("unit-{}", page.split("name=\"unit-").nth(1).unwrap().split('"').next().unwrap());
    assert_eq!(doctor.post(&blocks, &[(&unit, "1"), ("ground", "patient")]).await.status, 303);
    let (intent, _) = records_of(&portal, &mut doctor, &address).await;
    let lift = registered(&portal, &patient, Kind::Lift).await;
    assert_eq!(decisions(&intent), [("lift", lift[0].as_str())]);
}

#[tokio::test]
async fn an_intent_names_the_program_and_the_matrix_of_roles_that_was_in_force() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&portal.showing("everything"), "own").await;
    let (first, _) = records_of(&portal, &mut nurse, &address).await;
    let of = |matrix: &RoleMatrix| hex::encode(Sha256::digest(json!(matrix).to_string()));
    let policy = &first["policy"];
    assert_eq!(policy["program"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (text(&policy["matrix_sha256"]), policy["matrix_version"].as_u64()),
        (&*of(&RoleMatrix::default()), Some(0))
    );

    let mut admin = Browser::new(&portal);
    admin.sign_in("admin").await;
    let table = admin.get("/admin/roles").await.body;
    let ticked = table.split("<input").filter(|tag| tag.split('>').next().unwrap().contains(" checked"));
    let names: Vec<String> =
        ticked.map(|tag| tag.split("name=\"").nth(1).unwrap().split('"').next().unwrap().into()).collect();
    let mut form: Vec<(&str, &str)> = vec![("base", "0"), ("step", "save")];
    form.extend(names.iter().filter(|name| *name != "nurse.documents").map(|name| (name.as_str(), "1")));
    assert_eq!(admin.post("/admin/roles", &form).await.status, 303);

    let (second, _) = records_of(&portal, &mut nurse, &address).await;
    let log = portal.log().await;
    let change = log.iter().find(|entry| entry.record.details["what"] == "role-matrix").unwrap();
    let change = &change.record.details;
    assert_eq!((&change["before"], &change["version"]), (&json!(0), &json!(1)));
    assert_eq!(change["before_sha256"], policy["matrix_sha256"]);
    assert_eq!(
        (&second["policy"]["matrix_sha256"], &second["policy"]["matrix_version"]),
        (&change["sha256"], &json!(1))
    );
    assert_ne!(second["policy"]["matrix_sha256"], policy["matrix_sha256"]);
}

#[tokio::test]
async fn an_outcome_tells_who_was_silent_and_why_and_what_was_kept_from_the_role() {
    let portal = Portal::start("viva=hang,nationella=500").await;
    let mut worker = Browser::signed_in(&portal, "careworker").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open(&patient, "shared").await;
    let (intent, outcome) = records_of(&portal, &mut doctor, &address).await;
    let line = |source: &str| list(&outcome["sources"]).iter().find(|one| one["source"] == source).unwrap().clone();
    let silent = line("viva-storsjo-hsl");
    assert!(list(&silent["unanswered"]["timeout"]).contains(&json!("care-limits")), "{silent}");
    assert_eq!(silent["states"]["unanswered"], silent["unanswered"]["timeout"]);
    assert!(line("nationella")["unanswered"].is_object(), "{}", line("nationella"));
    let counts = &outcome["completeness"];
    assert!(counts["unanswered"].as_u64().unwrap() >= 2 && counts["silent"].is_null(), "counts and no names: {counts}");
    let planned = list(&intent["sources"]);
    let unlinked = planned.iter().find(|one| one["asked"] == false).unwrap();
    assert!(list(&unlinked["not_asked"]["no-link"]).contains(&json!("services")), "{unlinked}");

    let address = worker.open(&patient, "own").await;
    let (_, outcome) = records_of(&portal, &mut worker, &address).await;
    let kept = list(&outcome["sources"]).iter().find(|one| one["withheld"].is_object()).unwrap();
    assert!(list(&kept["withheld"]["role"]).contains(&json!("medications")), "{kept}");
}

#[tokio::test]
async fn a_print_names_its_preset_in_both_records() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    doctor.print(&portal.showing("everything"), "shared", "lakemedelslista").await;
    let log = openings_when(&portal, 2).await;
    for entry in &log {
        assert_eq!(entry.record.details["preset"], "lakemedelslista");
    }
    let sections: Vec<&str> = list(&log[1].record.details["resources"])
        .iter()
        .flat_map(|line| list(&line["sections"]).iter().map(text))
        .collect();
    assert!(sections.contains(&"medications") && !sections.contains(&"contacts"), "{sections:?}");
}

#[tokio::test]
async fn a_record_holds_no_content_and_fits_the_log() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    for person in &portal.seed.people {
        doctor.overview(&person.personal_number, "shared").await;
    }
    let log = super::openings(portal).await;
    for entry in &log {
        let details = entry.record.details.to_string();
        assert!(details.len() < samsyn_service::record::DETAILS_MAX_BYTES, "{}", details.len());
        for person in &portal.seed.people {
            assert!(!details.contains(&person.personal_number) && !details.contains(&person.name), "{details}");
        }
        for content in ["HLR", "Penicillin", "063-555", "Apixaban", "Hemtjänsten Solgläntan"] {
            assert!(!details.contains(content), "{content}: {details}");
        }
    }
    assert!(log.len() > portal.seed.people.len());
}
