//! Two providers mixed up: an answer that names another issuer, or none where ours always names itself (RFC 9207).

use serde_json::json;

use super::attempt::{Attempt, assert_error, claims, portal};

#[tokio::test]
async fn an_answer_of_another_issuer_signs_nobody_in() {
    let (portal, provider) = portal().await;
    for more in ["&iss=https%3A%2F%2Fevil.example", "&iss=", "&iss=https%3A%2F%2Fevil.example&error=access_denied"] {
        let mut attempt = Attempt::begin(&portal).await;
        provider.hand_out(&provider.key.sign(&claims(&provider, &attempt.nonce)));
        assert_error(&attempt.come_back_with(more).await, 502, "sign-in-failed");
        assert_eq!(attempt.browser.get("/alive").await.status, 401, "{more}");
        assert_error(&attempt.come_back().await, 400, "sign-in-void");
    }
    let mut attempt = Attempt::begin(&portal).await;
    provider.hand_out(&provider.key.sign(&claims(&provider, &attempt.nonce)));
    let ours: String = url::form_urlencoded::byte_serialize(provider.issuer.as_bytes()).collect();
    assert_eq!(attempt.come_back_with(&format!("&iss={ours}")).await.status, 303);
}

#[tokio::test]
async fn an_answer_without_issuer_is_refused_where_the_provider_always_names_it() {
    let provider = crate::portal::provider::Provider::start().await;
    provider.change("authorization_response_iss_parameter_supported", json!(true));
    let portal = super::attempt::portal_of(&provider, |_| {}).await;
    let mut attempt = Attempt::begin(&portal).await;
    let claims = claims(&provider, &attempt.nonce);
    assert_error(&attempt.come_back_as(&provider, &claims).await, 502, "sign-in-failed");
    assert_eq!(attempt.browser.get("/alive").await.status, 401);
}
