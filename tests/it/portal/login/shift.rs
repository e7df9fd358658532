//! Danger to life after a long shift: the sign-in is renewed where it can be, and never stands in the way where it cannot.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::attempt::{Attempt, claims, merged, portal, signed_in};
use crate::portal::{browser::Browser, harness::Portal, provider::Provider};

const OLD_HOURS: i64 = 13;

fn hours_ago(hours: i64) -> Value {
    json!({ "auth_time": Timestamp::now().as_second() - hours * 3600 })
}

/// A doctor who signed in that long ago, with the overview of somebody without consent open; the address of the emergency.
async fn doctor(portal: &Portal, provider: &Provider, hours: i64) -> (Browser, String) {
    let mut doctor = signed_in(portal, provider, &hours_ago(hours)).await;
    let address = doctor.open(&portal.showing("no-consent"), "shared").await;
    (doctor, format!("{address}/emergency"))
}

async fn unrenewed(portal: &Portal) -> usize {
    portal.log().await.iter().filter(|entry| entry.record.details["stated"]["sign_in_not_renewed"] == true).count()
}

#[tokio::test]
async fn within_the_shift_nothing_stands_in_the_way() {
    let (portal, provider) = portal().await;
    let (mut doctor, emergency) = doctor(&portal, &provider, 11).await;
    assert_eq!(doctor.get(&emergency).await.status, 200);
    assert_eq!(doctor.post(&emergency, &[("reason", "unconscious")]).await.status, 303);
    assert_eq!(unrenewed(&portal).await, 0);
}

#[tokio::test]
async fn after_it_the_sign_in_is_renewed_first_and_one_is_back_at_the_emergency() {
    let (portal, provider) = portal().await;
    let (mut doctor, emergency) = doctor(&portal, &provider, OLD_HOURS).await;
    let step_up = format!("/login/step-up?to={emergency}");
    for reply in [doctor.get(&emergency).await, doctor.post(&emergency, &[("reason", "unconscious")]).await] {
        assert_eq!((reply.status, reply.location()), (303, step_up.as_str()), "{}", reply.body);
    }
    let mut attempt = Attempt::begin_in(doctor, &step_up).await;
    let now = merged(claims(&provider, &attempt.nonce), &hours_ago(0));
    let reply = attempt.come_back_as(&provider, &now).await;
    assert_eq!((reply.status, reply.location()), (303, emergency.as_str()), "{}", reply.body);
    assert_eq!(attempt.browser.post(&emergency, &[("reason", "unconscious")]).await.status, 303);
    assert_eq!(unrenewed(&portal).await, 0);
}

#[tokio::test]
async fn where_it_cannot_be_renewed_it_goes_ahead_and_the_log_says_so() {
    let (portal, provider) = portal().await;
    let (mut doctor, emergency) = doctor(&portal, &provider, OLD_HOURS).await;
    provider.change("issuer", json!("http://localhost:1"));
    let page = doctor.get(&emergency).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Inloggningstjänsten svarar inte"), "{}", page.body);
    assert_eq!(doctor.post(&emergency, &[("reason", "nonsense")]).await.status, 422);
    assert_eq!(unrenewed(&portal).await, 0, "what is refused is not noted");
    assert_eq!(doctor.post(&emergency, &[("reason", "unconscious")]).await.status, 303);
    assert_eq!(unrenewed(&portal).await, 1);
}
