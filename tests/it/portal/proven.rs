//! A relation that the own provider's source reports: said, offered, and verified when it is registered.
//!
//! Not here: what proves (`domain::proofs`). Invariant: what the form says of it counts for nothing.

use samsyn_domain::identifier::PersonIdentifier;
use samsyn_service::port::{access_register::AccessRegister as _, audit_log::Activity};

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::text,
};

fn number(text: &str) -> PersonIdentifier {
    PersonIdentifier::stated(text).unwrap()
}

const RELATION: [(&str, &str); 3] = [("kind", "relation"), ("relation", "proven"), ("period", "three-months")];

#[tokio::test]
async fn what_the_own_source_reports_is_said_and_registered_with_where_it_came_from() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&patient, "shared").await;
    let access = format!("{address}/access");
    let page = nurse.get(&access).await.body;
    assert!(
        page.contains("Er källa Storsjö kommun (Viva HSL) anger att patienten är inskriven hos er (Hemsjukvård, "),
        "{page}"
    );
    let offered = page.split("value=\"proven\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(!offered.contains("checked"), "offered, not chosen: {offered}");

    assert_eq!(nurse.post(&access, &RELATION).await.status, 303);
    let overview = nurse.json(&address).await.json();
    assert_eq!(overview["access"]["own"], serde_json::json!(["consent"]));
    let kept = portal.store.of_patient(&number(&patient)).await.unwrap();
    assert_eq!(kept.len(), 1);
    let proof = kept[0].stated.proof.as_ref().unwrap();
    assert_eq!((proof.source.as_str(), proof.service.word()), ("viva-storsjo-hsl", "home-nursing"));
    assert!(!proof.record.is_empty());
    let page = nurse.get(&access).await.body;
    assert!(page.contains("Enligt Storsjö kommun (Viva HSL): är inskriven hos er (Hemsjukvård"), "{page}");
    assert!(!page.contains("id=\"proof\""), "there is a relation already");

    let log = portal.log().await;
    let asked = log.iter().filter(|entry| entry.record.details["what"] == "relation-proof").collect::<Vec<_>>();
    assert_eq!(asked.len(), 2, "for the page, and again for the registration");
    assert_eq!(asked[0].record.details["sources"], serde_json::json!(["viva-storsjo-hsl"]), "own sources only");
    let written = log.iter().find(|entry| entry.record.activity == Activity::Write).unwrap();
    assert_eq!(text(&written.record.details["stated"]["proof"]["source"]), "viva-storsjo-hsl");
    assert!(!written.record.details.to_string().contains("såromläggning"), "no words of the record");
}

#[tokio::test]
async fn what_no_source_reports_is_not_offered_and_a_form_that_says_so_is_refused() {
    let portal = shared().await;
    let patient = portal.showing("no-consent");
    // Discharged from the doctor's clinic a month ago; the ambulance has never met her.
    for staff in ["doctor", "ambulance"] {
        let mut browser = Browser::signed_in(portal, staff).await;
        let access = format!("{}/access", browser.open(&patient, "shared").await);
        let page = browser.get(&access).await.body;
        assert!(!page.contains("id=\"proof\"") && !page.contains("value=\"proven\""), "{staff}: {page}");
        let forged = [&RELATION[..], &[("proof", "inpatient"), ("source", "cosmic-region")]].concat();
        let refused = browser.post(&access, &forged).await;
        assert_eq!(refused.status, 422, "{staff}");
        assert!(refused.body.contains("Er källa anger inget just nu"), "{staff}");
    }
    // Whoever may not register has no source asked.
    let mut careworker = Browser::signed_in(portal, "careworker").await;
    let access = format!("{}/access", careworker.open(&patient, "own").await);
    assert!(!careworker.get(&access).await.body.contains("id=\"proof\""));
}

#[tokio::test]
async fn a_source_that_is_silent_is_not_one_that_reports_nothing() {
    let portal = Portal::start("viva=500").await;
    let patient = portal.showing("no-consent");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let access = format!("{}/access", nurse.open(&patient, "shared").await);
    let page = nurse.get(&access).await.body;
    assert!(page.contains("Er egen källa svarade inte fullt ut"), "{page}");
    assert!(page.contains("value=\"enrolled\""), "the reasons one states oneself are there");
    assert_eq!(nurse.post(&access, &RELATION).await.status, 422);
    assert!(portal.store.of_patient(&number(&patient)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_admission_and_a_booking_at_the_own_unit_are_relations_and_at_nobody_elses() {
    let portal = Portal::start("").await;
    for (tag, says) in [
        ("admitted", "anger att patienten är inlagd eller på akuten hos er (Inskriven"),
        ("planned-visit", "anger att patienten är bokad eller väntas till er"),
    ] {
        let patient = portal.showing(tag);
        assert!(portal.store.of_patient(&number(&patient)).await.unwrap().is_empty(), "{tag}: nothing is registered");
        let mut ambulance = Browser::signed_in(&portal, "ambulance").await;
        let elsewhere = format!("{}/access", ambulance.open(&patient, "shared").await);
        assert!(
            !ambulance.get(&elsewhere).await.body.contains("id=\"proof\""),
            "{tag}: another unit of the same provider"
        );
        assert_eq!(ambulance.post(&elsewhere, &RELATION).await.status, 422, "{tag}");

        let mut doctor = Browser::signed_in(&portal, "doctor").await;
        let address = doctor.open(&patient, "shared").await;
        assert_eq!(doctor.json(&address).await.json()["access"]["own"], serde_json::json!(["relation", "consent"]));
        let access = format!("{address}/access");
        let page = doctor.get(&access).await.body;
        let proof = page.split("id=\"proof\"").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(proof.contains(says), "{tag}: {proof}");
        assert_eq!(doctor.post(&access, &RELATION).await.status, 303, "{tag}");
        assert_eq!(doctor.json(&address).await.json()["access"]["own"], serde_json::json!(["consent"]));
        let kept = portal.store.of_patient(&number(&patient)).await.unwrap();
        assert_eq!(kept[0].stated.proof.as_ref().unwrap().source.as_str(), "cosmic-region", "{tag}");
    }
}
