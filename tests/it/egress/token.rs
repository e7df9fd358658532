//! OAuth2 client credentials against a token endpoint that checks what it is given.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::future::join_all;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData as _};
use samsyn_host::{
    credential::{ClientAuth, CredentialKind, Credentials, OAuth2, Slot},
    egress::{EgressError, EgressLimits, ErrorKind, Grant, Reply, SourceEgress},
};

use super::upstream::{Act, Upstream, budget, get_with, header, reply};

const SECRET: &str = "client s3cret/+";

fn limits() -> EgressLimits {
    EgressLimits::default()
}

/// Token number n of an endpoint.
fn token(number: usize) -> String {
    format!("token-number-{number}")
}

fn granted(number: usize, expires_in: &str) -> Act {
    let body = format!(r#"{{"access_token":"{}","token_type":"Bearer","expires_in":{expires_in}}}"#, token(number));
    Act::Say(reply(200, &[("content-type", "application/json")], body.as_bytes()))
}

/// Hands out numbered tokens.
async fn endpoint(expires_in: &'static str) -> Upstream {
    let number = AtomicUsize::new(0);
    Upstream::start(move |_| granted(number.fetch_add(1, Ordering::SeqCst) + 1, expires_in)).await
}

fn egress(api: &Upstream, endpoint: &Upstream, auth: ClientAuth) -> SourceEgress {
    let token_grant = Grant { host_only: true, methods: vec![http::Method::POST], ..endpoint.grant("token") };
    let oauth = OAuth2 {
        token_url: format!("http://127.0.0.1:{}/base/oauth/token", endpoint.port).parse().unwrap(),
        client_id: "portal one".to_owned(),
        scope: Some("patient/*.read".to_owned()),
        auth,
    };
    let slot = Slot { origins: vec!["api".to_owned()], kind: CredentialKind::OAuth2(oauth) };
    SourceEgress::new(vec![api.grant("api"), token_grant], Credentials::new().with("oauth", slot), limits()).unwrap()
}

fn form(request: &str) -> BTreeMap<String, String> {
    let body = request.split_once("\r\n\r\n").unwrap().1;
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

async fn ask(egress: &SourceEgress) -> Result<Reply, EgressError> {
    egress.send("api", get_with("/a", "oauth"), &budget(&limits())).await
}

#[tokio::test]
async fn a_token_is_fetched_once_for_many_requests_and_kept_for_the_next_lookup() {
    let (api, endpoint) = (Upstream::canary().await, endpoint("3600").await);
    let egress = egress(&api, &endpoint, ClientAuth::SecretBasic(SECRET.into()));
    let budget = budget(&limits());
    let replies = join_all((0..8).map(|_| egress.send("api", get_with("/a", "oauth"), &budget))).await;
    assert!(replies.iter().all(Result::is_ok));
    assert!(ask(&egress).await.is_ok());
    assert_eq!((endpoint.seen().len(), api.seen().len()), (1, 9));
    assert!(api.seen().iter().all(|request| header(request, "authorization") == Some(format!("Bearer {}", token(1)))));

    let request = endpoint.seen().concat();
    assert!(request.starts_with("POST /base/oauth/token HTTP/1.1\r\n"));
    // RFC 6749 §2.3.1: form-encoded, then joined, then base64.
    assert_eq!(header(&request, "authorization").as_deref(), Some("Basic cG9ydGFsK29uZTpjbGllbnQrczNjcmV0JTJGJTJC"),);
    let sent = form(&request);
    assert_eq!(sent["grant_type"], "client_credentials");
    assert_eq!(sent["scope"], "patient/*.read");
    assert!(!sent.contains_key("client_secret"));
}

#[tokio::test]
async fn the_secret_can_be_sent_in_the_form_instead() {
    let (api, endpoint) = (Upstream::canary().await, endpoint("3600").await);
    assert!(ask(&egress(&api, &endpoint, ClientAuth::SecretPost(SECRET.into()))).await.is_ok());
    let request = endpoint.seen().concat();
    assert_eq!(header(&request, "authorization"), None);
    let sent = form(&request);
    assert_eq!((sent["client_id"].as_str(), sent["client_secret"].as_str()), ("portal one", SECRET));
}

#[tokio::test]
async fn an_assertion_signed_with_our_key_is_accepted_by_an_endpoint_that_verifies_it() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let public = DecodingKey::from_ec_der(key.der_bytes());
    let port = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&port);
    let endpoint = Upstream::start(move |request| {
        let sent = form(request);
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[format!("http://127.0.0.1:{}/base/oauth/token", own.load(Ordering::SeqCst))]);
        validation.set_issuer(&["portal one"]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let checked = jsonwebtoken::decode::<serde_json::Value>(&sent["client_assertion"], &public, &validation);
        let fine = checked.is_ok_and(|token| {
            let life = token.claims["exp"].as_i64().unwrap() - token.claims["iat"].as_i64().unwrap();
            token.header.kid.as_deref() == Some("key-1")
                && token.claims["sub"] == "portal one"
                && token.claims["jti"].as_str().is_some_and(|id| id.len() == 36)
                && life <= 300
                && sent["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        });
        if fine { granted(1, "\"3600\"") } else { Act::Say(reply(401, &[], br#"{"error":"invalid_client"}"#)) }
    })
    .await;
    port.store(endpoint.port.into(), Ordering::SeqCst);
    let api = Upstream::canary().await;
    let jwt = |pem: String| ClientAuth::PrivateKeyJwt { es256_pem: pem.into(), kid: Some("key-1".to_owned()) };
    assert!(ask(&egress(&api, &endpoint, jwt(key.serialize_pem()))).await.is_ok());

    let foreign = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let error = ask(&egress(&api, &endpoint, jwt(foreign.serialize_pem()))).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Credential, "token-refused"));
    assert_eq!(api.seen().len(), 1, "without a token the source is not asked");
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_and_then_the_refusal_stands() {
    let endpoint = endpoint("3600").await;
    let api = Upstream::start(|request| {
        let revoked = header(request, "authorization") == Some(format!("Bearer {}", token(1)));
        Act::Say(reply(if revoked { 401 } else { 200 }, &[], b""))
    })
    .await;
    assert_eq!(ask(&egress(&api, &endpoint, ClientAuth::SecretPost(SECRET.into()))).await.unwrap().status, 200);
    assert_eq!((endpoint.seen().len(), api.seen().len()), (2, 2));

    let closed = Upstream::start(|_| Act::Say(reply(401, &[], b""))).await;
    assert_eq!(ask(&egress(&closed, &endpoint, ClientAuth::SecretPost(SECRET.into()))).await.unwrap().status, 401);
    assert_eq!((endpoint.seen().len(), closed.seen().len()), (4, 2));
}

#[tokio::test]
async fn a_token_that_is_already_over_is_fetched_anew() {
    let (api, endpoint) = (Upstream::canary().await, endpoint("0").await);
    let egress = egress(&api, &endpoint, ClientAuth::SecretPost(SECRET.into()));
    assert!(ask(&egress).await.is_ok() && ask(&egress).await.is_ok());
    assert_eq!(endpoint.seen().len(), 2);
}

#[tokio::test]
async fn a_refusing_endpoint_is_asked_once_and_named_without_the_secret() {
    let api = Upstream::canary().await;
    let endpoint = Upstream::start(|_| Act::Say(reply(400, &[], br#"{"error":"invalid_scope"}"#))).await;
    let egress = egress(&api, &endpoint, ClientAuth::SecretPost(SECRET.into()));
    for error in join_all((0..6).map(|_| ask(&egress))).await {
        let error = error.unwrap_err();
        assert_eq!((error.kind, error.code), (ErrorKind::Credential, "token-refused"));
        assert!(error.message.contains("invalid_scope") && error.message.contains("`oauth`"), "{error}");
        assert!(!error.message.contains(SECRET));
    }
    assert_eq!((endpoint.seen().len(), api.seen().len()), (1, 0));
}

#[tokio::test]
async fn what_is_not_a_bearer_token_is_not_sent_on() {
    for (body, code) in [
        (r#"{"access_token":"abc","token_type":"mac"}"#.to_owned(), "token-type"),
        (r#"{"access_token":"a\r\nhost: evil","token_type":"bearer"}"#.to_owned(), "token-malformed"),
        (r#"{"access_token":"","token_type":"bearer"}"#.to_owned(), "token-malformed"),
        ("<html>".to_owned(), "token-malformed"),
        (format!("{{\"error\":\"{SECRET}\"}}"), "secret-in-reply"),
    ] {
        let api = Upstream::canary().await;
        let endpoint = Upstream::start(move |_| Act::Say(reply(200, &[], body.as_bytes()))).await;
        let error = ask(&egress(&api, &endpoint, ClientAuth::SecretPost(SECRET.into()))).await.unwrap_err();
        assert_eq!((error.kind, error.code, api.seen().len()), (ErrorKind::Credential, code, 0), "{error}");
    }
}

#[tokio::test]
async fn a_token_that_the_source_echoes_is_dropped_with_the_reply() {
    let api = Upstream::start(|request| Act::Say(reply(200, &[], request.as_bytes()))).await;
    let endpoint = endpoint("3600").await;
    let error = ask(&egress(&api, &endpoint, ClientAuth::SecretPost(SECRET.into()))).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Credential, "secret-in-reply"));
}

#[tokio::test]
async fn a_token_url_outside_every_grant_and_an_unreadable_key_are_refused_at_start() {
    let api = Upstream::canary().await;
    let build = |url: &str, auth: ClientAuth| {
        let (client_id, token_url) = ("a".to_owned(), url.parse().unwrap());
        let kind = CredentialKind::OAuth2(OAuth2 { token_url, client_id, scope: None, auth });
        let slots = Credentials::new().with("oauth", Slot { origins: vec!["api".into()], kind });
        SourceEgress::new(vec![api.grant("api")], slots, limits()).unwrap_err().to_string()
    };
    let outside = build("https://token.example/", ClientAuth::SecretPost(SECRET.into()));
    assert!(outside.contains("token_url") && outside.contains("`oauth`"), "{outside}");
    let inside = format!("http://127.0.0.1:{}/base/token", api.port);
    let unreadable = build(&inside, ClientAuth::PrivateKeyJwt { es256_pem: "not a key".into(), kid: None });
    assert!(unreadable.contains("private key") && !unreadable.contains("not a key"), "{unreadable}");
}
