//! Where the portal lets a browser be sent: its own callback, its own pages, its own page after signing out.

use url::Url;

use super::attempt::{Attempt, claims, portal, signed_in};
use crate::portal::{browser::Browser, harness::shared};

#[tokio::test]
async fn the_address_to_come_back_to_is_the_configured_one_whatever_the_request_says() {
    let portal = shared().await;
    for headers in [
        [("x-forwarded-host", "evil.example")],
        [("forwarded", "host=evil.example;proto=https")],
        [("x-original-url", "https://evil.example/login")],
        [("host", "evil.example")],
    ] {
        let mut browser = Browser::new(portal);
        let reply = browser.get_with("/login?redirect_uri=https%3A%2F%2Fevil.example", &headers).await;
        let asked: Url = reply.location().parse().unwrap();
        let back: Vec<_> = asked.query_pairs().filter(|(name, _)| name == "redirect_uri").collect();
        assert_eq!(back.len(), 1);
        assert_eq!(back[0].1, portal.at("/login/callback").as_str(), "{headers:?}");
    }
}

#[tokio::test]
async fn after_signing_in_one_is_on_a_page_of_ours_whatever_the_address_says() {
    let (portal, provider) = portal().await;
    for name in ["to", "next", "return", "redirect_uri", "target_link_uri", "RelayState"] {
        let mut attempt =
            Attempt::begin_in(Browser::new(&portal), &format!("/login?{name}=https%3A%2F%2Fevil.example")).await;
        provider.hand_out(&provider.key.sign(&claims(&provider, &attempt.nonce)));
        let reply = attempt.come_back_with(&format!("&{name}=https%3A%2F%2Fevil.example")).await;
        assert_eq!((reply.status, reply.location()), (303, "/"), "{name}");
    }
}

#[tokio::test]
async fn stepping_up_returns_to_pages_of_ours_only() {
    let (portal, provider) = portal().await;
    let mut doctor = signed_in(&portal, &provider, &serde_json::json!({})).await;
    for to in [
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "/overview?next=//evil.example",
        "/\r\nset-cookie: a=b",
        "overview",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let reply = doctor.get(&format!("/login/step-up?to={encoded}")).await;
        super::attempt::assert_error(&reply, 400, "bad-request");
        assert!(reply.location().is_empty(), "{to}");
    }
    super::attempt::assert_error(&doctor.get("/login/step-up").await, 400, "bad-request");
}

#[tokio::test]
async fn after_signing_out_one_comes_back_to_our_own_page_and_the_provider_is_told_who_we_are() {
    let provider = crate::portal::provider::Provider::start().await;
    provider.change("end_session_endpoint", serde_json::json!("http://login.localhost:1/leave?tenant=a"));
    for with_hint in [true, false] {
        let portal =
            super::attempt::portal_of(&provider, move |config| config.identity.id_token_hint = with_hint).await;
        let mut doctor = signed_in(&portal, &provider, &serde_json::json!({})).await;
        let page = doctor.get("/").await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("http://login.localhost:1"), "the form may lead there: {policy}");
        let out = doctor.post("/logout", &[("post_logout_redirect_uri", "https://evil.example")]).await;
        let leave: Url = out.location().parse().unwrap();
        assert_eq!((leave.host_str(), leave.path()), (Some("login.localhost"), "/leave"));
        let value = |name: &str| leave.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        assert_eq!(value("tenant").as_deref(), Some("a"), "what the provider has in its address stays");
        assert_eq!(value("client_id").as_deref(), Some("samsyn"));
        assert_eq!(value("post_logout_redirect_uri").as_deref(), Some(portal.at("/signed-out").as_str()));
        assert_eq!(value("id_token_hint").is_some(), with_hint);
        assert_eq!(doctor.get("/alive").await.status, 401);
    }
}

#[tokio::test]
async fn a_personal_number_in_a_token_comes_into_no_address_when_one_signs_out() {
    let provider = crate::portal::provider::Provider::start().await;
    provider.change("end_session_endpoint", serde_json::json!("http://login.localhost:1/leave"));
    let portal = super::attempt::portal_of(&provider, |_| {}).await;
    let number = "193501259166";
    for (more, subject) in [
        (serde_json::json!({ "personalIdentityNumber": number }), Some(super::attempt::SUBJECT)),
        (serde_json::json!({ "sub": "19350125-9166" }), None),
    ] {
        let mut doctor = signed_in(&portal, &provider, &more).await;
        let out = doctor.post("/logout", &[]).await;
        let leave: Url = out.location().parse().unwrap();
        let value = |name: &str| leave.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        assert_eq!((value("id_token_hint"), value("logout_hint").as_deref()), (None, subject), "{leave}");
        assert_eq!(value("client_id").as_deref(), Some("samsyn"));
        let payload =
            doctor.addresses.iter().any(|address| address.contains(number) || address.contains("id_token_hint"));
        assert!(!payload, "{:?}", doctor.addresses);
        assert_eq!(doctor.get("/alive").await.status, 401);
    }
}
