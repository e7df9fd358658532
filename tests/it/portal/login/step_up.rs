//! Signing in once more, so that what needs it can be sure who is there right now.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::attempt::{Attempt, assert_error, claims, merged, portal, signed_in};
use crate::portal::{
    browser::{Browser, COOKIE},
    harness::Portal,
    provider::Provider,
    reading::main,
};

const OTHER: &str = "SE9999100001-POTHER";

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A doctor with an open overview who has been sent to the provider from there; the address of the overview.
async fn stepping_up(portal: &Portal, provider: &Provider) -> (Attempt, String) {
    let mut doctor = signed_in(portal, provider, &json!({ "auth_time": now() - 7200 })).await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    let attempt = Attempt::begin_in(doctor, &format!("/login/step-up?to={address}")).await;
    (attempt, address)
}

async fn answered(attempt: &mut Attempt, provider: &Provider, more: &Value) -> crate::portal::browser::Reply {
    let claims = merged(claims(provider, &attempt.nonce), more);
    attempt.come_back_as(provider, &claims).await
}

async fn shows_astrid(browser: &mut Browser, address: &str) -> bool {
    browser.get(address).await.body.contains("Astrid")
}

#[tokio::test]
async fn whoever_steps_up_returns_to_where_it_was_with_a_new_reference_and_the_moment_is_known() {
    let (portal, provider) = portal().await;
    let (mut attempt, address) = stepping_up(&portal, &provider).await;
    assert_eq!((attempt.asked["prompt"].as_str(), attempt.asked["max_age"].as_str()), ("login", "0"));
    assert_eq!(attempt.asked["acr_values"], "http://id.sambi.se/loa/loa3");
    let former = attempt.browser.cookies[COOKIE].clone();
    let asked_at = now();
    let reply = answered(&mut attempt, &provider, &json!({ "auth_time": asked_at })).await;
    assert_eq!((reply.status, reply.location()), (303, address.as_str()), "{}", reply.body);
    let mut doctor = attempt.browser;
    assert!(shows_astrid(&mut doctor, &address).await, "what was open stays open");
    assert_ne!(doctor.cookies[COOKIE], former);
    let sessions = portal.sessions().await;
    let moments: Vec<&str> = sessions.iter().filter_map(|session| session["signed_in"]["auth_time"].as_str()).collect();
    assert_eq!(moments, [Timestamp::from_second(asked_at).unwrap().to_string()]);
    let steps: Vec<bool> =
        portal.log().await.iter().filter_map(|entry| entry.record.details["step_up"].as_bool()).collect();
    assert_eq!(steps, [false, true]);
    doctor.cookies.insert(COOKIE.into(), former);
    assert_error(&doctor.get(&address).await, 401, "session-expired");
}

#[tokio::test]
async fn a_sign_in_that_is_not_of_this_moment_is_refused_and_changes_nothing() {
    let (portal, provider) = portal().await;
    for more in
        [json!({ "auth_time": now() - 600 }), json!({}), json!({ "auth_time": "now" }), json!({ "auth_time": -1 })]
    {
        let (mut attempt, address) = stepping_up(&portal, &provider).await;
        let reply = answered(&mut attempt, &provider, &more).await;
        // What the library cannot read at all is no token.
        let (status, code) =
            if more["auth_time"].is_string() { (502, "sign-in-failed") } else { (403, "sign-in-not-fresh") };
        assert_error(&reply, status, code);
        assert!(shows_astrid(&mut attempt.browser, &address).await, "{more}: the former session is as it was");
    }
}

#[tokio::test]
async fn a_step_up_that_is_cancelled_leaves_the_person_signed_in_and_says_so() {
    let (portal, provider) = portal().await;
    let (mut attempt, address) = stepping_up(&portal, &provider).await;
    let refused = format!("/login/callback?error=access_denied&state={}", attempt.state);
    let reply = attempt.browser.get(&refused).await;
    assert_error(&reply, 403, "sign-in-cancelled");
    assert!(reply.body.contains("Var du redan inloggad är du det fortfarande"), "{}", reply.body);
    assert!(!main(&reply.body).contains("href=\"/login\""), "{}", reply.body);
    assert!(shows_astrid(&mut attempt.browser, &address).await, "the former session is as it was");
}

#[tokio::test]
async fn somebody_else_who_steps_up_begins_from_nothing() {
    let (portal, provider) = portal().await;
    let (mut attempt, address) = stepping_up(&portal, &provider).await;
    let other = json!({ "auth_time": now(), "sub": OTHER, "employeeHsaId": OTHER, "name": "Olle Annansson" });
    let reply = answered(&mut attempt, &provider, &other).await;
    assert_eq!((reply.status, reply.location()), (303, "/"));
    let mut browser = attempt.browser;
    assert!(browser.get("/").await.body.contains("Olle Annansson"));
    assert_error(&browser.get(&address).await, 404, "other-session");
}

#[tokio::test]
async fn too_low_a_level_is_refused_when_stepping_up_too() {
    let (portal, provider) = portal().await;
    let (mut attempt, _) = stepping_up(&portal, &provider).await;
    let low = json!({ "auth_time": now(), "acr": "http://id.sambi.se/loa/loa2" });
    assert_error(&answered(&mut attempt, &provider, &low).await, 403, "assurance-too-low");
}

#[tokio::test]
async fn nobody_steps_up_without_being_signed_in() {
    let (portal, _provider) = portal().await;
    assert_error(&Browser::new(&portal).get("/login/step-up?to=/").await, 401, "session-expired");
}

#[tokio::test]
async fn an_assignment_that_is_gone_is_not_returned_to() {
    let (portal, provider) = portal().await;
    let (mut attempt, address) = stepping_up(&portal, &provider).await;
    let moved = json!({ "auth_time": now(), "allCommissions": [], "commissionHsaId": "SE9999100001-PTOKEN-U9" });
    let reply = answered(&mut attempt, &provider, &moved).await;
    assert_eq!((reply.status, reply.location()), (303, "/"));
    assert_error(&attempt.browser.get(&address).await, 404, "other-session");
}
