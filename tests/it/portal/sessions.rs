//! Sessions and handles: whose they are, when they end, and what is left afterwards.

use super::{
    browser::{Browser, COOKIE, Reply},
    harness::{Portal, shared},
    reading::entries,
};

fn assert_nothing_of_astrid(reply: &Reply) {
    for words in ["Astrid", "Fjällström", "193802278485", "19380227", "HLR. Ej", "Penicillin", "063-555"] {
        assert!(!reply.body.contains(words), "{words}: {}", reply.body);
    }
}

fn assert_refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(reply.body.contains(&format!("data-error=\"{code}\"")), "{code}: {}", reply.body);
    assert_nothing_of_astrid(reply);
}

#[tokio::test]
async fn a_handle_of_another_session_opens_nothing() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    for staff in ["doctor", "nurse"] {
        let mut other = Browser::signed_in(portal, staff).await;
        assert_refused(&other.get(&address).await, 404, "other-session");
        let print = other.post(&format!("{address}/print/akutblad"), &[]).await;
        assert_refused(&print, 404, "other-session");
        let json = other.json(&address).await;
        assert_eq!((json.status, json.body.as_str()), (404, "{\"error\":\"other-session\"}"));
    }
    assert_refused(&Browser::new(portal).get(&address).await, 401, "session-expired");
    assert_refused(&doctor.get("/overview/AAAAAAAAAAAAAAAAAAAAAA").await, 404, "other-session");
}

#[tokio::test]
async fn after_signing_out_the_back_button_shows_nothing() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    let kept = doctor.cookies.clone();
    let out = doctor.post("/logout", &[]).await;
    assert_eq!(out.status, 303);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let back = doctor.get(out.location()).await;
    assert_eq!(back.location(), portal.at("/signed-out").as_str(), "the provider sends one back");
    assert_eq!(doctor.get("/signed-out").await.status, 200);
    assert_refused(&doctor.get(&address).await, 401, "session-expired");
    doctor.cookies = kept;
    assert_refused(&doctor.get(&address).await, 401, "session-expired");
    assert_eq!(doctor.get("/alive").await.status, 401);
    let mut again = Browser::signed_in(portal, "doctor").await;
    assert_refused(&again.get(&address).await, 404, "other-session");
}

#[tokio::test]
async fn a_second_tab_with_another_patient_leaves_the_first_one_its_own() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let first = doctor.open(&portal.showing("everything"), "shared").await;
    let second = doctor.open(&portal.showing("nothing"), "shared").await;
    assert_ne!(first, second);
    let (one, two) = (doctor.get(&first).await.body, doctor.get(&second).await.body);
    assert!(one.contains("Astrid Fjällström") && !one.contains("Bengt Lind"));
    assert!(two.contains("Bengt Lind") && !two.contains("Astrid Fjällström"));
}

#[tokio::test]
async fn changing_assignment_evaluates_everything_anew() {
    let portal = shared().await;
    let mut eva = Browser::signed_in(portal, "two-hats").await;
    let patient = portal.showing("everything");
    let as_nurse = eva.open(&patient, "shared").await;
    assert!(!entries(&eva.json(&as_nurse).await.json(), "care-limits").is_empty());
    let member = portal.seed.staff.iter().find(|member| member.id == "two-hats").unwrap();
    let chooser = eva.get("/assignment").await.body;
    assert!(member.commissions.iter().all(|commission| chooser.contains(&commission.id)), "{chooser}");

    let changed = eva.post("/assignment", &[("assignment", &member.commissions[1].id)]).await;
    assert_eq!((changed.status, changed.location()), (303, "/"));
    assert_refused(&eva.get(&as_nurse).await, 404, "other-session");
    let overview = eva.overview(&patient, "shared").await;
    assert!(entries(&overview, "care-limits").is_empty(), "the other hat has no care limits");
    assert!(!entries(&overview, "services").is_empty());

    let doctor = portal.seed.staff.iter().find(|member| member.id == "doctor").unwrap();
    let stolen = eva.post("/assignment", &[("assignment", &doctor.commissions[0].id)]).await;
    assert_eq!(stolen.status, 400);
    assert!(entries(&eva.overview(&patient, "shared").await, "care-limits").is_empty());
}

#[tokio::test]
async fn an_idle_session_has_ended_and_says_so() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    assert_eq!(doctor.get("/alive").await.status, 204);
    portal.run_sql("UPDATE session SET expires_us = 1").await;
    assert_eq!(doctor.get("/alive").await.status, 401);
    assert_refused(&doctor.get(&address).await, 401, "session-expired");
    let reply = doctor.post("/overview", &[("patient", "193802278485"), ("scope", "shared")]).await;
    assert_refused(&reply, 401, "session-expired");
}

#[tokio::test]
async fn a_session_older_than_its_absolute_limit_has_ended_however_busy_it_was() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    portal
        .run_sql("UPDATE session SET data = json_set(data, '$.signed_in.at', '2020-01-01T00:00:00Z') WHERE data <> ''")
        .await;
    assert_refused(&doctor.get(&address).await, 401, "session-expired");
    assert!(!doctor.get("/").await.body.contains("Anders Holm"));
}

#[tokio::test]
async fn reading_a_page_is_use_and_prolongs_the_session() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let soon = jiff::Timestamp::now().as_microsecond() + 60_000_000;
    // As if the last use were long ago; a mark of use is written at most once a minute.
    portal
        .run_sql(&format!(
            "UPDATE session SET expires_us = {soon}, data = json_set(data, '$.used', 0) WHERE data <> ''"
        ))
        .await;
    assert_eq!(doctor.get("/").await.status, 200);
    let ends = portal.number("SELECT max(expires_us) FROM session").await;
    assert!(ends > soon + 20 * 60_000_000, "one who works is signed out half an hour after signing in");
}

#[tokio::test]
async fn asking_whether_the_session_lives_does_not_prolong_it() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let before = doctor.set_cookies.len();
    assert_eq!(doctor.get("/alive").await.status, 204);
    assert_eq!(doctor.set_cookies.len(), before);
    assert!(doctor.cookies.contains_key(COOKIE));
}
