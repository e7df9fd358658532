//! How the portal proves to the provider that it is the portal, and that it is the one who asked.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use samsyn_server::config::{AssertionAudience, Config};
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::attempt::{Attempt, claims, portal_with};
use crate::portal::provider::{Exchange, Provider};

async fn exchange(portal: &crate::portal::harness::Portal, provider: &Provider) -> (Exchange, Attempt) {
    let mut attempt = Attempt::begin(portal).await;
    let claims = claims(provider, &attempt.nonce);
    assert_eq!(attempt.come_back_as(provider, &claims).await.status, 303);
    (provider.last_exchange(), attempt)
}

#[tokio::test]
async fn with_a_secret_it_is_basic_and_the_verifier_is_this_attempts_own() {
    let secret = |config: &mut Config| config.identity.client_secret = Some(SecretString::from("s:e&c r".to_owned()));
    let (portal, provider) = portal_with(secret).await;
    let mut verifiers = Vec::new();
    for _ in 0..2 {
        let (exchange, attempt) = exchange(&portal, &provider).await;
        // RFC 6749 §2.3.1: both parts are encoded as in a form.
        let expected = format!("Basic {}", STANDARD.encode("samsyn:s%3Ae%26c+r"));
        assert_eq!(exchange.authorization.as_deref(), Some(expected.as_str()));
        assert!(!exchange.form.contains_key("client_assertion") && !exchange.form.contains_key("client_secret"));
        assert_eq!(exchange.form["grant_type"], "authorization_code");
        assert_eq!(exchange.form["redirect_uri"], portal.at("/login/callback").as_str());
        assert_eq!(attempt.asked["code_challenge_method"], "S256");
        let verifier = exchange.form["code_verifier"].clone();
        assert_eq!(attempt.asked["code_challenge"], URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)));
        assert!(verifier.len() >= 43 && !attempt.asked.values().any(|asked| asked.contains(&verifier)));
        verifiers.push(verifier);
    }
    assert_ne!(verifiers[0], verifiers[1]);
}

#[tokio::test]
async fn with_a_key_it_is_a_token_signed_for_this_provider_and_used_once() {
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let public = DecodingKey::from_ec_pem(pair.public_key_pem().as_bytes()).unwrap();
    for audience in [AssertionAudience::Issuer, AssertionAudience::TokenEndpoint] {
        let pem = pair.serialize_pem();
        let keyed = move |config: &mut Config| {
            config.identity.client_secret = None;
            config.identity.private_key = Some(SecretString::from(pem));
            config.identity.private_key_id = Some("portal-2026".into());
            config.identity.private_key_audience = audience;
        };
        let (portal, provider) = portal_with(keyed).await;
        let named = match audience {
            AssertionAudience::Issuer => provider.issuer.clone(),
            AssertionAudience::TokenEndpoint => format!("{}/token", provider.issuer),
        };
        let mut ids = Vec::new();
        for _ in 0..2 {
            let (Exchange { authorization, form }, _) = exchange(&portal, &provider).await;
            assert_eq!(authorization, None);
            assert_eq!(form["client_id"], "samsyn");
            assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            let assertion = &form["client_assertion"];
            assert_eq!(decode_header(assertion).unwrap().kid.as_deref(), Some("portal-2026"));
            let mut rules = Validation::new(Algorithm::ES256);
            rules.set_audience(&[&named]);
            rules.set_issuer(&["samsyn"]);
            let claims = decode::<Value>(assertion, &public, &rules).unwrap().claims;
            assert_eq!(claims["sub"], "samsyn");
            assert_eq!(claims["aud"], named.as_str(), "one audience only");
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
            ids.push(claims["jti"].as_str().unwrap().to_owned());
        }
        assert_ne!(ids[0], ids[1]);
    }
}
