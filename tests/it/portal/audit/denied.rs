//! Denied attempts in the log: who tried what, about whom when that is known, and a bounded number of records.

use samsyn_service::port::audit_log::AuditRecord;
use serde_json::json;

use super::FAIL;
use crate::portal::{
    browser::Browser,
    harness::{NOON, Portal},
};

/// What was refused since: reason, route, who, and about whom.
fn told(records: &[(String, AuditRecord)]) -> Vec<(&str, &str, &str, Option<&str>)> {
    records
        .iter()
        .map(|(reason, record)| {
            let viewer = record.viewer.as_ref().unwrap();
            let route = record.details["route"].as_str().unwrap();
            let patient = record.patient.as_ref().map(samsyn_domain::identifier::PersonIdentifier::digits);
            (reason.as_str(), route, viewer.user_id.as_str(), patient)
        })
        .collect()
}

const DOCTOR: &str = "SE9999100001-P101";
const OVERVIEW: &str = "/overview/{handle}";

#[tokio::test]
async fn an_attempt_that_is_denied_names_who_what_and_the_patient_it_was_about() {
    let portal = Portal::start("").await;
    let (everything, alone) = (portal.showing("everything"), portal.showing("no-consent"));
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let of_doctor = doctor.open(&everything, "own").await;

    // No care purpose: the page one is led to is no attempt, the number that is typed is.
    let mut reviewer = Browser::new(&portal);
    assert_eq!(reviewer.sign_in("reviewer").await.location(), "/review");
    assert!(portal.refused().await.is_empty(), "{:?}", portal.refused().await);
    assert_eq!(reviewer.post("/overview", &[("patient", &everything), ("scope", "own")]).await.status, 403);
    assert_eq!(reviewer.post("/overview", &[("patient", "nonsense"), ("scope", "own")]).await.status, 403);
    // An action that the role does not include.
    assert_eq!(reviewer.get("/admin/roles").await.status, 403);
    let mut worker = Browser::signed_in(&portal, "careworker").await;
    let of_worker = worker.open(&everything, "own").await;
    assert_eq!(worker.get(&format!("{of_worker}/blocks")).await.status, 404);
    assert_eq!(worker.post(&format!("{of_worker}/emergency"), &[("reason", "unconscious")]).await.status, 422);
    // Somebody else's handle, and one that nobody has.
    assert_eq!(worker.get(&of_doctor).await.status, 404);
    assert_eq!(worker.get("/overview/AAAAAAAAAAAAAAAAAAAAAA").await.status, 404);
    // Somebody else's registration.
    let address = doctor.open(&alone, "own").await;
    assert_eq!(doctor.post(&format!("{address}/access/nothing/end"), &[("how", "withdrawn")]).await.status, 422);
    // What is only filled in wrongly is no attempt at anything.
    assert_eq!(doctor.post(&format!("{address}/access"), &[("kind", "consent")]).await.status, 422);
    assert_eq!(doctor.post("/overview", &[("patient", "hej"), ("scope", "own")]).await.status, 422);

    let log = portal.refused().await;
    let member = |id: &str| portal.seed.staff.iter().find(|member| member.id == id).unwrap().employee_id;
    let (reviewer, worker) = (member("reviewer"), member("careworker"));
    let emergency = format!("POST {OVERVIEW}/emergency");
    let expected = [
        ("no-care-purpose", "POST /overview", reviewer, Some(everything.as_str())),
        ("no-care-purpose", "POST /overview", reviewer, None),
        ("not-allowed", "GET /admin/roles", reviewer, None),
        ("role", &*format!("GET {OVERVIEW}/blocks"), worker, Some(&*everything)),
        ("role", &*emergency, worker, Some(&*everything)),
        ("other-session", &*format!("GET {OVERVIEW}"), worker, None),
        ("not-there", &*format!("POST {OVERVIEW}/access/{{registration}}/end"), DOCTOR, Some(&*alone)),
    ];
    assert_eq!(told(&log), expected);
    for (_, record) in &log {
        assert_eq!(record.details["assignment"], json!(record.viewer.as_ref().unwrap().assignment));
        assert!(!record.details.to_string().contains(of_doctor.rsplit('/').next().unwrap()), "no handle in the log");
    }
}

#[tokio::test]
async fn a_handle_of_another_assignment_is_denied_about_its_patient() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut eva = Browser::signed_in(&portal, "two-hats").await;
    let as_nurse = eva.open(&patient, "own").await;
    let member = portal.seed.staff.iter().find(|member| member.id == "two-hats").unwrap();
    eva.post("/assignment", &[("assignment", &member.commissions[1].id)]).await;
    for _ in 0..2 {
        assert_eq!(eva.get(&as_nurse).await.status, 404);
    }
    let log = portal.refused().await;
    let expected = ("other-session", "GET /overview/{handle}", member.employee_id, Some(patient.as_str()));
    assert_eq!(told(&log), [expected], "the same about the same patient within a minute is counted");
}

#[tokio::test]
async fn a_page_of_another_site_is_noted_when_it_rides_on_a_session() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let foreign = [("origin", "https://evil.example")];
    for _ in 0..4 {
        assert_eq!(doctor.post_from("/overview", &[("patient", "x")], &foreign).await.status, 403);
    }
    assert_eq!(Browser::new(&portal).post_from("/overview", &[], &foreign).await.status, 403);
    let log = portal.refused().await;
    assert_eq!(told(&log), [("forbidden-origin", "POST /overview", DOCTOR, None)], "one a minute, and none of nobody");
}

#[tokio::test]
async fn whoever_opens_too_much_is_noted_with_each_patient() {
    let portal = Portal::start_at(NOON, "", |config| config.limits.openings_per_minute = 10).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open(&patient, "own").await;
    for _ in 0..10 {
        assert_eq!(doctor.json(&address).await.status, 200);
    }
    assert_eq!(doctor.get(&address).await.status, 429);
    assert_eq!(doctor.post(&format!("{address}/print/akutblad"), &[]).await.status, 429);
    let log = portal.refused().await;
    let expected = [
        ("rate-limited", "GET /overview/{handle}", DOCTOR, Some(patient.as_str())),
        ("rate-limited", "POST /overview/{handle}/print/{preset}", DOCTOR, Some(&*patient)),
    ];
    assert_eq!(told(&log), expected);
}

#[tokio::test]
async fn what_cannot_be_logged_is_refused_all_the_same() {
    let portal = Portal::start("").await;
    let mut worker = Browser::signed_in(&portal, "careworker").await;
    portal.run_sql(FAIL).await;
    let reply = worker.get("/overview/AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(reply.status, 404);
    assert!(reply.body.contains("data-error=\"other-session\""), "{}", reply.body);
    assert_eq!(worker.get("/admin/roles").await.status, 403);
}
