//! Claims that a provider states at its userinfo endpoint only.

use serde_json::{Value, json};

use super::attempt::{Attempt, NAME, SUBJECT, assert_error, claims, merged, portal_of};
use crate::portal::{
    harness::{Portal, logged},
    provider::{ACCESS_TOKEN, Provider},
};

/// A provider whose ID token says nothing of the trade, and what it states elsewhere.
async fn portal() -> (Portal, Provider, Value) {
    let provider = Provider::start().await;
    let portal = portal_of(&provider, |config| config.identity.userinfo = true).await;
    let mut all = claims(&provider, "");
    let stated = all.as_object_mut().unwrap();
    for protocol in ["iss", "aud", "iat", "exp", "nonce", "acr"] {
        stated.remove(protocol);
    }
    (portal, provider, all)
}

fn bare(provider: &Provider, attempt: &Attempt) -> Value {
    let mut all = claims(provider, &attempt.nonce);
    let keep = ["iss", "aud", "sub", "iat", "exp", "nonce", "acr"];
    all.as_object_mut().unwrap().retain(|name, _| keep.contains(&name.as_str()));
    all
}

#[tokio::test]
async fn what_only_userinfo_states_signs_in() {
    let (portal, provider, stated) = portal().await;
    provider.state(stated);
    let mut attempt = Attempt::begin(&portal).await;
    let token = bare(&provider, &attempt);
    let reply = attempt.come_back_as(&provider, &token).await;
    assert_eq!((reply.status, reply.location()), (303, "/"), "{}", reply.body);
    assert!(attempt.browser.get("/").await.body.contains(NAME));
    assert!(!logged().contains(ACCESS_TOKEN));
    let kept = portal.sessions().await;
    assert!(!kept.iter().any(|session| session.to_string().contains(ACCESS_TOKEN)), "the access token is forgotten");
}

#[tokio::test]
async fn userinfo_of_somebody_else_signs_nobody_in() {
    let (portal, provider, stated) = portal().await;
    for wrong in [json!({ "sub": "SE9999100001-POTHER" }), json!({ "sub": null })] {
        provider.state(merged(stated.clone(), &wrong));
        let mut attempt = Attempt::begin(&portal).await;
        let token = bare(&provider, &attempt);
        assert_error(&attempt.come_back_as(&provider, &token).await, 502, "sign-in-failed");
        assert_eq!(attempt.browser.get("/alive").await.status, 401);
    }
}

#[tokio::test]
async fn what_the_token_says_stays_and_the_level_counts_only_there() {
    let (portal, provider, stated) = portal().await;
    let high = json!({ "acr": "http://id.sambi.se/loa/loa3", "auth_time": 1, "name": "Någon Annan" });
    provider.state(merged(stated, &high));
    let mut attempt = Attempt::begin(&portal).await;
    let low = merged(bare(&provider, &attempt), &json!({ "acr": "http://id.sambi.se/loa/loa2" }));
    assert_error(&attempt.come_back_as(&provider, &low).await, 403, "assurance-too-low");
    let mut attempt = Attempt::begin(&portal).await;
    let mut none = bare(&provider, &attempt);
    none.as_object_mut().unwrap().remove("acr");
    assert_error(&attempt.come_back_as(&provider, &none).await, 403, "assurance-too-low");
    let mut attempt = Attempt::begin(&portal).await;
    let named = merged(bare(&provider, &attempt), &json!({ "name": NAME }));
    assert_eq!(attempt.come_back_as(&provider, &named).await.status, 303);
    assert!(attempt.browser.get("/").await.body.contains(NAME));
    let kept = portal.sessions().await;
    let signed_in = kept.iter().find(|session| session["signed_in"]["subject"] == SUBJECT).unwrap();
    assert!(signed_in["signed_in"]["auth_time"].is_null());
}
