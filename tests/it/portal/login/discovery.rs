//! What the provider says of itself, and what the portal does not accept of it.

use serde_json::json;

use super::attempt::{Attempt, assert_error, claims, portal, portal_of};
use crate::portal::{browser::Browser, harness::logged, provider::Provider};

#[tokio::test]
async fn a_provider_that_says_it_is_another_is_not_used() {
    for other in ["https://evil.example", "http://localhost:1", ""] {
        let provider = Provider::start().await;
        provider.change("issuer", json!(other));
        let portal = portal_of(&provider, |_| {}).await;
        assert_error(&Browser::new(&portal).get("/login").await, 502, "sign-in-failed");
    }
}

#[tokio::test]
async fn a_provider_whose_issuer_ends_with_a_slash_is_the_one_that_was_named() {
    let mut provider = Provider::start().await;
    let with_slash = format!("{}/", provider.issuer);
    provider.change("issuer", json!(with_slash));
    let portal = portal_of(&provider, |_| {}).await;
    provider.issuer = with_slash;
    let mut attempt = Attempt::begin(&portal).await;
    let claims = claims(&provider, &attempt.nonce);
    assert_eq!(attempt.come_back_as(&provider, &claims).await.status, 303);
}

#[tokio::test]
async fn a_provider_with_plain_pkce_only_is_not_used() {
    let provider = Provider::start().await;
    provider.change("code_challenge_methods_supported", json!(["plain"]));
    let portal = portal_of(&provider, |_| {}).await;
    assert_error(&Browser::new(&portal).get("/login").await, 502, "sign-in-failed");
    assert!(logged().contains("PKCE with S256 is not supported"));
    provider.change("code_challenge_methods_supported", json!(["plain", "S256"]));
    let attempt = Attempt::begin(&portal).await;
    assert_eq!(attempt.asked["code_challenge_method"], "S256");
}

#[tokio::test]
async fn what_is_asked_names_the_levels_that_are_accepted_and_nothing_of_a_person() {
    let (portal, _provider) = portal().await;
    let attempt = Attempt::begin(&portal).await;
    assert_eq!(attempt.asked["acr_values"], "http://id.sambi.se/loa/loa3");
    assert_eq!(attempt.asked["scope"], "openid");
    assert_eq!(attempt.asked["response_type"], "code");
    let names: Vec<&str> = attempt.asked.keys().map(String::as_str).collect();
    let known = [
        "acr_values",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, known);
    let next = Attempt::begin(&portal).await;
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(attempt.asked[name], next.asked[name], "{name} is drawn anew");
        assert!(attempt.asked[name].len() >= 22, "{name} has at least 128 bits");
    }
}
