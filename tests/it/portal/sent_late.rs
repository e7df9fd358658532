//! What was filled in when the session ended: not done, said so, and back in the form of whoever filled it in, and of nobody else.
//!
//! Not here: the follow-up's own text (`follow_up`), the cookie alone (`server::http::kept`).
//! Invariant: it is there for the same person in the same assignment, about the same patient, in the same form.

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::{Browser, Reply},
    harness::{Portal, logged},
    review::{opened, reviewer, select},
};

const TOLD: &str = "Hittad <livlös> av grannen; nyckeln hos henne";

/// What a page ties its forms to.
fn draft(page: &str) -> String {
    let value = page.split("name=\"draft\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(value.len(), 64, "{value}");
    value.to_owned()
}

fn cookie(browser: &Browser) -> Option<&String> {
    browser.cookies.get("__Host-samsyn-draft")
}

#[track_caller]
fn assert_over(reply: &Reply, kept: bool) {
    assert_eq!(reply.status, 401, "{}", reply.body);
    assert!(reply.body.contains("data-error=\"session-over-writing\""), "{}", reply.body);
    let words = if kept { "krypterat i den här webbläsaren" } else { "kunde inte läggas undan" };
    assert!(reply.body.contains(words) && !reply.body.contains("nyckeln"), "{}", reply.body);
}

/// A browser in which somebody has filled in a form about a patient and is no longer signed in when it is sent.
async fn sent_late(portal: &Portal, staff: &str, patient: &str, at: (&str, &str), form: &[(&str, &str)]) -> Browser {
    let mut browser = Browser::signed_in(portal, staff).await;
    let (page, target) = at;
    let address = browser.open(patient, "own").await;
    let draft = draft(&browser.get(&format!("{address}{page}")).await.body);
    browser.post("/logout", &[]).await;
    let reply = browser.post(&format!("{address}{target}"), &[form, &[("draft", &draft)]].concat()).await;
    assert_over(&reply, true);
    assert!(!cookie(&browser).unwrap().contains("nyckeln") && !cookie(&browser).unwrap().contains(patient));
    browser
}

async fn page(browser: &mut Browser, patient: &str, page: &str) -> String {
    let address = browser.open(patient, "own").await;
    let reply = browser.get(&format!("{address}{page}")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

async fn written(portal: &Portal) -> usize {
    let log = portal.log().await;
    let first = log.iter().filter(|entry| entry.record.intent.is_none());
    first.filter(|entry| matches!(entry.record.activity, Activity::Write | Activity::Emergency)).count()
}

#[tokio::test]
async fn why_there_is_danger_to_life_comes_back_to_whoever_wrote_it_and_to_nobody_else() {
    let portal = Portal::start("").await;
    let (patient, other) = (portal.showing("no-consent"), portal.showing("relation-ended"));
    let form = [("reason", "other"), ("text", TOLD)];
    let mut computer = sent_late(&portal, "doctor", &patient, ("", "/emergency"), &form).await;
    assert_eq!(written(&portal).await, 0, "nothing was opened");
    // Whoever signs in next, about the same patient.
    for staff in ["ambulance", "nurse"] {
        computer.sign_in(staff).await;
        for at in ["", "/emergency"] {
            assert!(!page(&mut computer, &patient, at).await.contains("nyckeln"), "{staff} {at}");
        }
        computer.post("/logout", &[]).await;
    }
    computer.sign_in("doctor").await;
    assert!(!page(&mut computer, &other, "").await.contains("nyckeln"), "about somebody else");
    assert!(!page(&mut computer, &patient, "/access").await.contains("nyckeln"), "in another form");
    for at in ["", "/emergency"] {
        let page = page(&mut computer, &patient, at).await;
        assert!(page.contains("Hittad &lt;livlös&gt; av grannen; nyckeln hos henne</textarea>"), "{at}: {page}");
        assert!(page.contains("Det är inte sparat än"), "{at}: {page}");
    }
    let address = computer.open(&patient, "own").await;
    let overview = computer.get(&address).await.body;
    let folded = overview.split('<').find(|tag| tag.contains("class=\"emergency-reasons\"")).unwrap();
    assert!(folded.contains(" open"), "it is in view: {folded}");
    assert_eq!(computer.post(&format!("{address}/emergency"), &form).await.status, 303);
    assert_eq!(cookie(&computer), None, "forgotten once it is done");
    assert!(!logged().contains("nyckeln hos henne"));
}

#[tokio::test]
async fn a_tap_without_words_is_a_session_that_is_over_and_nothing_more() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "own").await;
    let draft = draft(&doctor.get(&address).await.body);
    doctor.post("/logout", &[]).await;
    let emergency = format!("{address}/emergency");
    let reply = doctor.post(&emergency, &[("reason", "unconscious"), ("text", " "), ("draft", &draft)]).await;
    assert!(reply.status == 401 && reply.body.contains("data-error=\"session-expired\""), "{}", reply.body);
    // What is too long for a cookie, or says not whose it is, is said to be lost.
    let long = "å".repeat(3000);
    assert_over(&doctor.post(&emergency, &[("reason", "other"), ("text", &long), ("draft", &draft)]).await, false);
    assert_over(&doctor.post(&emergency, &[("reason", "other"), ("text", TOLD)]).await, false);
    assert_eq!(cookie(&doctor), None);
}

#[tokio::test]
async fn a_consent_that_was_filled_in_stands_in_its_form_again() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let form = [
        ("kind", "consent"),
        ("relation", "planned"),
        ("given_by", "patient"),
        ("for", "me"),
        ("period", "twelve-months"),
    ];
    let mut computer = sent_late(&portal, "doctor", &patient, ("/access", "/access"), &form).await;
    let chosen = |page: &str| page.matches(" required checked").count();
    computer.sign_in("nurse").await;
    // A nurse's own form has one thing chosen beforehand: when an inability to consent is reviewed.
    assert_eq!(chosen(&page(&mut computer, &patient, "/access").await), 1);
    computer.post("/logout", &[]).await;
    computer.sign_in("doctor").await;
    let shown = page(&mut computer, &patient, "/access").await;
    assert!(shown.contains("Det är inte sparat än"), "{shown}");
    let consent = shown.split("value=\"consent\"").nth(1).unwrap().split("</form>").next().unwrap();
    for (name, value) in &form[1..] {
        let wanted = format!("name=\"{name}\" value=\"{value}\" required checked");
        assert!(consent.contains(&wanted), "{wanted}: {consent}");
    }
    assert_eq!(written(&portal).await, 0);
    let address = computer.open(&patient, "own").await;
    assert_eq!(computer.post(&format!("{address}/access"), &form).await.status, 303);
    assert_eq!(cookie(&computer), None);
    assert_eq!(written(&portal).await, 2, "relation and consent");
}

#[tokio::test]
async fn why_a_block_is_lifted_stands_in_its_form_again_and_its_units_are_chosen_anew() {
    let portal = Portal::start("").await;
    let patient = portal.showing("inner-block");
    let form = [("ground", "other"), ("text", TOLD), ("unit-0", "1")];
    let mut computer = sent_late(&portal, "doctor", &patient, ("/blocks", "/blocks"), &form).await;
    computer.sign_in("ambulance").await;
    assert!(!page(&mut computer, &patient, "/blocks").await.contains("nyckeln"));
    computer.post("/logout", &[]).await;
    computer.sign_in("doctor").await;
    let shown = page(&mut computer, &patient, "/blocks").await;
    assert!(shown.contains("nyckeln hos henne</textarea>") && shown.contains("Det är inte sparat än"), "{shown}");
    assert!(shown.contains("value=\"other\" required checked"), "{shown}");
    assert_eq!(shown.matches("type=\"checkbox\"").count(), shown.matches("type=\"checkbox\" name=\"unit-").count());
    assert!(!shown.contains("value=\"1\" checked"), "a unit is chosen by whoever lifts its block: {shown}");
}

#[tokio::test]
async fn in_another_window_that_has_signed_in_since_the_text_waits_for_the_patient_to_be_opened_again() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut computer = Browser::signed_in(&portal, "doctor").await;
    let left_open = computer.open(&patient, "own").await;
    let draft = draft(&computer.get(&left_open).await.body);
    computer.post("/logout", &[]).await;
    computer.sign_in("doctor").await;
    let form = [("reason", "other"), ("text", TOLD), ("draft", &*draft)];
    let reply = computer.post(&format!("{left_open}/emergency"), &form).await;
    assert!(reply.status == 404 && reply.body.contains("data-error=\"other-session\""), "{}", reply.body);
    assert!(page(&mut computer, &patient, "").await.contains("nyckeln hos henne</textarea>"));
}

#[tokio::test]
async fn what_a_reviewer_has_found_comes_back_and_ticks_of_roles_are_said_to_be_lost() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &patient, "own").await;
    let mut computer = reviewer(&portal, "reviewer").await;
    let file = select(&mut computer, &[("random", "1")]).await;
    let pick = format!("{file}/pick/1");
    let mark = draft(&computer.get(&pick).await.body);
    computer.post("/logout", &[]).await;
    let note = [("verdict", "questioned"), ("note", TOLD), ("draft", &*mark)];
    assert_over(&computer.post(&pick, &note).await, true);
    assert_over(&computer.post("/admin/roles", &[("base", "0"), ("step", "review")]).await, false);
    computer.sign_in("reviewer").await;
    let shown = computer.get(&pick).await.body;
    assert!(shown.contains("nyckeln hos henne</textarea>") && shown.contains("value=\"questioned\" required checked"));
    assert!(shown.contains("Det är inte sparat än"), "{shown}");
    assert_eq!(computer.post(&pick, &note).await.status, 303);
    assert_eq!(cookie(&computer), None);
    // The result of the review is another form.
    let close = draft(&computer.get(&file).await.body);
    assert_ne!(close, mark);
    computer.post("/logout", &[]).await;
    let result = [("result", TOLD), ("draft", &*close)];
    assert_over(&computer.post(&format!("{file}/close"), &result).await, true);
    computer.sign_in("reviewer").await;
    assert!(computer.get(&file).await.body.contains("nyckeln hos henne"));
    assert_eq!(computer.post(&format!("{file}/close"), &result).await.status, 303);
    assert_eq!(cookie(&computer), None);
}
