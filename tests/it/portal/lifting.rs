//! An inner block of the own provider, lifted in two steps and ended again.
//!
//! Not here: the rules alone (`domain::registrations`, `domain::blocks`), the page in a browser (`end2end`).
//! Invariant: before anything is told or lifted there is a record of it.

use samsyn_domain::provenance::Organisation;
use samsyn_service::port::audit_log::{Activity, AuditRecord};
use samsyn_ui::unit_field;

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, entries},
};

/// The blocked unit: psychiatry.
const PSYCHIATRY: &str = "SE9999100001-E104";
const HIDDEN: &str = "Litiumsulfat";

/// The field of a unit on the page of an overview.
fn unit(address: &str, id: &str) -> String {
    unit_field(address.rsplit('/').next().unwrap(), &Organisation { id: Some(id.to_owned()), name: None })
}

/// The newest record of something that was about to be done: a change has a second one, of what became of it.
async fn begun(portal: &Portal) -> AuditRecord {
    let log = portal.log().await;
    log.into_iter().rev().map(|entry| entry.record).find(|record| record.intent.is_none()).unwrap()
}

#[tokio::test]
async fn an_inner_block_is_lifted_in_two_steps_marked_and_ended() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("inner-block");
    let address = doctor.open(&patient, "own").await;
    let (blocks, access, psychiatry) =
        (format!("{address}/blocks"), format!("{address}/access"), unit(&address, PSYCHIATRY));
    let before = doctor.json(&address).await.json();
    assert_eq!(before["blocked_exists"], true);
    assert!(!before.to_string().contains(HIDDEN) && before["block_lifted"].is_null());
    let page = doctor.get(&address).await.body;
    assert!(page.contains(&blocks) && !page.contains("Psykiatriska öppenvården"), "the overview names no unit");

    // The first step: units, no content, and a record of it.
    let logged = portal.log().await.len();
    let first = doctor.get(&blocks).await.body;
    assert!(first.contains("Psykiatriska öppenvården") && first.contains("Bara patienten eller den vårdgivare"));
    assert!(!first.contains(HIDDEN) && !first.contains("Vårdplan") && !first.contains("checked"));
    let told = portal.log().await[logged..].to_vec();
    assert!(told.iter().any(|entry| entry.record.details["what"] == "blocked-units"));

    // The second.
    assert_eq!(doctor.post(&blocks, &[(&*psychiatry, "1"), ("ground", "patient")]).await.location(), address);
    let written = begun(&portal).await;
    assert_eq!((written.activity, &written.details["kind"]), (Activity::Write, &"lift".into()));
    assert_eq!(written.details["stated"]["unit"], "SE9999100001-E104");
    let lifted = doctor.json(&address).await.json();
    assert_eq!((&lifted["block_lifted"], &lifted["blocked_exists"]), (&true.into(), &serde_json::Value::Null));
    let medicine = entries(&lifted, "medications").iter().find(|one| one.to_string().contains(HIDDEN)).unwrap();
    assert_eq!(medicine["lifted"], true);
    let marked = all_entries(&lifted).iter().filter(|one| one["lifted"] == true).count();
    assert_eq!(marked, 2, "what psychiatry wrote and nothing else");
    let page = doctor.get(&address).await.body;
    assert!(page.contains("ur hävd spärr") && page.contains("Du läser uppgifter ur en hävd inre spärr"));

    // For this reader alone.
    let mut ambulance = Browser::signed_in(&portal, "ambulance").await;
    assert!(!ambulance.overview(&patient, "own").await.to_string().contains(HIDDEN));
    let theirs = ambulance.open(&patient, "own").await;
    let listed = ambulance.get(&format!("{theirs}/access")).await.body;
    assert!(
        !listed.contains("data-kind=\"lift\"") && !listed.contains("Psykiatriska"),
        "that there is a block is not told"
    );

    // Listed and ended.
    let listed = doctor.get(&access).await.body;
    assert!(listed.contains("data-kind=\"lift\"") && listed.contains("Spärr hos Psykiatriska öppenvården"));
    let before_kind = listed.split("data-kind=\"lift\"").next().unwrap();
    let id = before_kind.rsplit("data-registration=\"").next().unwrap().split('"').next().unwrap();
    assert_eq!(doctor.post(&format!("{access}/{id}/end"), &[("how", "withdrawn")]).await.status, 303);
    let after = doctor.json(&address).await.json();
    assert!(!after.to_string().contains(HIDDEN));
    assert_eq!(after["blocked_exists"], true);
}

#[tokio::test]
async fn a_lift_in_danger_to_life_is_logged_as_such() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("inner-block"), "own").await;
    let psychiatry = unit(&address, PSYCHIATRY);
    let reply = doctor.post(&format!("{address}/blocks"), &[(&*psychiatry, "1"), ("ground", "unconscious")]).await;
    assert_eq!(reply.status, 303);
    let written = begun(&portal).await;
    assert_eq!((written.activity, &written.details["stated"]["reason"]), (Activity::Emergency, &"unconscious".into()));
    assert!(doctor.json(&address).await.body.contains(HIDDEN));
}

#[tokio::test]
async fn a_lift_that_is_refused_changes_nothing_and_keeps_what_was_typed() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let address = doctor.open(&portal.showing("inner-block"), "own").await;
    let blocks = format!("{address}/blocks");
    let long = "x".repeat(1025);
    let (psychiatry, medicine) = (unit(&address, PSYCHIATRY), unit(&address, "SE9999100001-E101"));
    for (form, why) in [
        (&[("ground", "patient")][..], "no unit"),
        (&[(&*psychiatry, "1")], "no ground"),
        (&[(&*psychiatry, "1"), ("ground", "guardian")], "a guardian cannot"),
        (&[(&*psychiatry, "1"), ("ground", "other"), ("text", " ")], "other, without words"),
        (&[(&*psychiatry, "1"), ("ground", "patient"), ("text", &long)], "too long"),
        (&[(&*medicine, "1"), ("ground", "patient")], "a unit without a block"),
        (&[], "nothing"),
    ] {
        let reply = doctor.post(&blocks, form).await;
        assert_eq!(reply.status, 422, "{why}");
        assert!(reply.body.contains("Inget har ändrats"), "{why}");
        let chosen = form.iter().filter(|(name, value)| *value == "1" && *name == psychiatry).count();
        assert_eq!(reply.body.matches(&format!("name=\"{psychiatry}\" value=\"1\" checked")).count(), chosen, "{why}");
    }
    // What was typed comes back as text and never as a part of the page.
    let hostile = "\n</textarea><i>&amp;</i>";
    let refused = doctor.post(&blocks, &[("ground", "other"), ("text", hostile)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains(">\n\n&lt;/textarea&gt;&lt;i&gt;&amp;amp;&lt;/i&gt;</textarea>"), "{}", refused.body);
    assert!(!doctor.json(&address).await.body.contains(HIDDEN));
}

#[tokio::test]
async fn another_providers_block_cannot_be_lifted_and_the_page_says_who_can() {
    let portal = shared().await;
    let mut nurse = Browser::signed_in(portal, "nurse").await;
    let address = nurse.open(&portal.showing("outer-block"), "shared").await;
    let blocks = format!("{address}/blocks");
    assert!(nurse.get(&address).await.body.contains(&blocks));
    let page = nurse.get(&blocks).await.body;
    assert!(page.contains("Ingen enhet hos din vårdgivare") && page.contains("be om hävning"));
    // Whom to ask is a list of everybody, the same for every patient.
    let said: String =
        page.split("name=\"asked\"").map(|part| part.split_once("</label>").map_or(part, |(_, rest)| rest)).collect();
    assert!(!said.contains("Region Fjäll") && !page.contains("SE9999100001"), "{said}");
    let forged = [(&*unit(&address, "SE9999100001-E101"), "1"), ("ground", "patient")];
    assert_eq!(nurse.post(&blocks, &forged).await.status, 422);
}

#[tokio::test]
async fn that_another_organisation_was_asked_to_lift_its_block_is_noted_and_tells_nothing() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let mut offered = Vec::new();
    for tag in ["outer-block", "nothing"] {
        let address = nurse.open(&portal.showing(tag), "shared").await;
        let page = nurse.get(&format!("{address}/blocks")).await.body;
        let field = page.split("name=\"asked\"").skip(1).map(|rest| rest.split('>').next().unwrap().to_owned());
        offered.push(field.collect::<Vec<_>>());
    }
    assert_eq!(offered[0], offered[1], "the same for every patient");
    assert!(!offered[0].is_empty() && !offered[0].join("").contains("storsjo"), "{offered:?}");
    let request = format!("{}/blocks/request", nurse.open(&portal.showing("outer-block"), "shared").await);
    let noted = async || {
        let log = portal.log().await.into_iter().map(|entry| entry.record);
        log.filter(|record| record.details["what"] == "lift-request").collect::<Vec<_>>()
    };
    for forged in ["storsjo", "nowhere", ""] {
        assert_eq!(nurse.post(&request, &[("asked", forged)]).await.status, 422, "{forged}");
    }
    assert!(noted().await.is_empty());
    let reply = nurse.post(&request, &[("asked", "region-fjall")]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("Noterat i loggen"), "{}", reply.body);
    let noted = noted().await;
    assert_eq!(noted.len(), 1);
    assert_eq!((noted[0].activity, &noted[0].details["asked"]), (Activity::Write, &"region-fjall".into()));
    for staff in ["officer", "careworker"] {
        let mut other = Browser::signed_in(&portal, staff).await;
        let request = format!("{}/blocks/request", other.open(&portal.showing("outer-block"), "shared").await);
        assert_eq!(other.post(&request, &[("asked", "region-fjall")]).await.status, 404, "{staff}");
    }
}

#[tokio::test]
async fn social_care_and_those_without_licence_find_no_such_page() {
    let portal = shared().await;
    for staff in ["officer", "careworker", "therapist"] {
        let mut browser = Browser::signed_in(portal, staff).await;
        for tag in ["inner-block", "outer-block", "nothing"] {
            let address = browser.open(&portal.showing(tag), "own").await;
            assert!(!browser.get(&address).await.body.contains("/blocks"), "{staff} {tag}");
            assert_eq!(browser.get(&format!("{address}/blocks")).await.status, 404, "{staff} {tag}");
            let form = [(&*unit(&address, PSYCHIATRY), "1"), ("ground", "patient")];
            assert_eq!(browser.post(&format!("{address}/blocks"), &form).await.status, 404, "{staff} {tag}");
        }
    }
}

#[tokio::test]
async fn while_the_own_providers_list_is_too_old_no_block_can_be_lifted() {
    let portal = Portal::start("").await;
    portal.run_sql("UPDATE block_register SET verified_us = 0 WHERE provider = 'SE9999100001-RF'").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("inner-block"), "own").await;
    let (blocks, psychiatry) = (format!("{address}/blocks"), unit(&address, PSYCHIATRY));
    assert!(doctor.get(&blocks).await.body.contains("kan inte kontrolleras"));
    assert_eq!(doctor.post(&blocks, &[(&*psychiatry, "1"), ("ground", "patient")]).await.status, 422);
}
