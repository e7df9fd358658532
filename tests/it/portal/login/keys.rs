//! The provider changes its signing key.

use jsonwebtoken::{Algorithm, Header};

use super::attempt::{Attempt, assert_error, claims, portal};
use crate::portal::provider::Key;

#[tokio::test]
async fn a_new_key_is_fetched_when_it_is_first_met() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let known = provider.key_fetches();
    let next = Key::named("the-next-key");
    provider.publish(&[&next]);
    provider.hand_out(&next.sign(&claims(&provider, &attempt.nonce)));
    assert_eq!(attempt.come_back().await.status, 303);
    assert_eq!(provider.key_fetches(), known + 1);
    // The former key is no key any more.
    let mut former = Attempt::begin(&portal).await;
    let claims = claims(&provider, &former.nonce);
    assert_error(&former.come_back_as(&provider, &claims).await, 502, "sign-in-failed");
}

#[tokio::test]
async fn made_up_names_of_keys_do_not_make_the_portal_ask_every_time() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let known = provider.key_fetches();
    for number in 0..5 {
        let stranger = Key::named(&format!("made-up-{number}"));
        provider.hand_out(&stranger.sign(&claims(&provider, &attempt.nonce)));
        assert_error(&attempt.come_back().await, 502, "sign-in-failed");
        attempt = Attempt::begin(&portal).await;
    }
    assert_eq!(provider.key_fetches(), known + 1, "once in a while is enough");
    let token = provider.key.sign_as(Header::new(Algorithm::ES256), &claims(&provider, &attempt.nonce));
    provider.hand_out(&token);
    assert_eq!(attempt.come_back().await.status, 303, "the known key still signs in");
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_leave_the_known_ones_in_use() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    provider.change("issuer", serde_json::json!("https://evil.example"));
    provider.hand_out(&Key::named("made-up").sign(&claims(&provider, &attempt.nonce)));
    assert_error(&attempt.come_back().await, 502, "sign-in-failed");
    let mut next = Attempt::begin(&portal).await;
    let claims = claims(&provider, &next.nonce);
    assert_eq!(next.come_back_as(&provider, &claims).await.status, 303);
}
