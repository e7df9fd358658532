//! The provider ends a session: what counts as its word, what ends, and what stands in the log.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use samsyn_service::port::audit_log::Activity;
use serde_json::{Value, json};

use super::attempt::{Attempt, SUBJECT, assert_error, claims, merged, portal, signed_in, with, without};
use crate::portal::{
    browser::{Browser, Reply},
    harness::Portal,
    provider::{Key, Provider},
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a provider sends when the session `sid` ends.
fn notice(provider: &Provider, id: &str, sid: &str) -> Value {
    let now = Timestamp::now().as_second();
    json!({
        "iss": provider.issuer, "aud": "samsyn", "iat": now, "exp": now + 120, "jti": id, "sub": SUBJECT, "sid": sid,
        "events": { EVENT: {} },
    })
}

fn typed(kind: &str) -> Header {
    Header { typ: Some(kind.to_owned()), ..Header::new(Algorithm::ES256) }
}

/// Sent as a provider sends it: no browser, no cookie.
async fn send(portal: &Portal, token: &str) -> Reply {
    Browser::new(portal).post("/logout/backchannel", &[("logout_token", token)]).await
}

async fn lives(browser: &mut Browser) -> bool {
    browser.get("/alive").await.status == 204
}

#[tokio::test]
async fn the_session_that_is_named_ends_at_once_and_no_other() {
    let (portal, provider) = portal().await;
    let mut one = signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    let mut two = signed_in(&portal, &provider, &json!({ "sid": "s2" })).await;
    let address = one.open(&portal.showing("everything"), "shared").await;
    let reply = send(&portal, &provider.key.sign_as(typed("logout+jwt"), &notice(&provider, "n1", "s1"))).await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"));
    assert!(!reply.headers.contains_key("set-cookie"));
    assert_error(&one.get(&address).await, 401, "session-expired");
    assert!(!lives(&mut one).await && lives(&mut two).await);
    // The person alone, as a provider without sessions names it.
    let all = without(notice(&provider, "n2", ""), "sid");
    assert_eq!(send(&portal, &provider.key.sign_as(typed("JWT"), &all)).await.status, 200);
    assert!(!lives(&mut two).await);
}

#[tokio::test]
async fn what_the_provider_ended_stands_in_the_log_as_a_sign_out() {
    let (portal, provider) = portal().await;
    signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    let before = portal.log().await.len();
    let token = provider.key.sign_as(typed("logout+jwt"), &notice(&provider, "n1", "s1"));
    assert_eq!(send(&portal, &token).await.status, 200);
    let log = portal.log().await;
    assert_eq!(log.len(), before + 1);
    let last = &log.last().unwrap().record;
    assert_eq!(last.activity, Activity::SignOut);
    assert_eq!(last.viewer.as_ref().unwrap().user_id, SUBJECT);
    assert!(last.details.to_string().contains("identity-provider"), "{}", last.details);
}

/// Ways in which a notice is none.
const WRONG: [&str; 24] = [
    "another kind of token",
    "an access token's kind",
    "no event",
    "another event",
    "an event that is no object",
    "a nonce",
    "a nonce that is nothing",
    "another issuer",
    "another audience",
    "no audience",
    "expired",
    "made long ago",
    "made in the future",
    "no time",
    "no id",
    "an empty id",
    "nobody named",
    "empty names",
    "a key nobody published",
    "another key of the same name",
    "a shared secret",
    "no signature",
    "changed after it was signed",
    "not a token",
];

fn wrong(what: &str, provider: &Provider, sid: &str) -> String {
    let right = notice(provider, what, sid);
    let now = Timestamp::now().as_second();
    let sign = |claims: Value| provider.key.sign_as(typed("logout+jwt"), &claims);
    let changed = |name: &str, value: Value| sign(with(right.clone(), name, value));
    let lacking = |name: &str| sign(without(right.clone(), name));
    match what {
        "another kind of token" => provider.key.sign_as(typed("secevent+jwt"), &right),
        "an access token's kind" => provider.key.sign_as(typed("at+jwt"), &right),
        "no event" => lacking("events"),
        "another event" => changed("events", json!({ "http://schemas.openid.net/event/other": {} })),
        "an event that is no object" => changed("events", json!({ EVENT: true })),
        "a nonce" => changed("nonce", json!("n")),
        "a nonce that is nothing" => changed("nonce", Value::Null),
        "another issuer" => changed("iss", json!("https://evil.example")),
        "another audience" => changed("aud", json!("another-portal")),
        "no audience" => lacking("aud"),
        "expired" => changed("exp", json!(now - 120)),
        "made long ago" => changed("iat", json!(now - 3600)),
        "made in the future" => changed("iat", json!(now + 3600)),
        "no time" => lacking("iat"),
        "no id" => lacking("jti"),
        "an empty id" => changed("jti", json!("")),
        "nobody named" => sign(without(without(right, "sid"), "sub")),
        "empty names" => sign(with(with(right, "sid", json!("")), "sub", json!(""))),
        "a key nobody published" => Key::named("a-stranger").sign_as(typed("logout+jwt"), &right),
        "another key of the same name" => Key::named(&provider.key.id).sign_as(typed("logout+jwt"), &right),
        "a shared secret" => {
            let header = Header { kid: Some(provider.key.id.clone()), ..Header::new(Algorithm::HS256) };
            let published = provider.key.published().to_string();
            encode(&header, &right, &EncodingKey::from_secret(published.as_bytes())).unwrap()
        }
        "no signature" => {
            use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(&json!({ "alg": "none", "typ": "logout+jwt" })), part(&right))
        }
        "changed after it was signed" => {
            let (one, other) = (sign(right.clone()), changed("sid", json!("s9")));
            let (one, other): (Vec<&str>, Vec<&str>) = (one.split('.').collect(), other.split('.').collect());
            [one[0], other[1], one[2]].join(".")
        }
        "not a token" => "not-a-token".to_owned(),
        other => panic!("{other} is not described"),
    }
}

#[tokio::test]
async fn a_notice_that_is_none_ends_nothing() {
    let (portal, provider) = portal().await;
    let mut doctor = signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    for what in WRONG {
        let reply = send(&portal, &wrong(what, &provider, "s1")).await;
        assert_eq!((reply.status, reply.body.as_str()), (400, "{\"error\":\"invalid_request\"}"), "{what}");
        assert!(lives(&mut doctor).await, "{what}");
    }
    for token in ["", &"x".repeat(9000)] {
        assert_eq!(send(&portal, token).await.status, 400);
    }
    assert_eq!(Browser::new(&portal).post("/logout/backchannel", &[]).await.status, 400);
    let right = provider.key.sign_as(typed("logout+jwt"), &notice(&provider, "n1", "s1"));
    assert_eq!(send(&portal, &right).await.status, 200, "the test itself: a right one counts");
    assert!(!lives(&mut doctor).await);
}

#[tokio::test]
async fn an_id_token_is_no_notice() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let claims = merged(claims(&provider, &attempt.nonce), &json!({ "sid": "s1", "jti": "j1" }));
    let token = provider.key.sign(&claims);
    provider.hand_out(&token);
    assert_eq!(attempt.come_back().await.status, 303);
    assert_eq!(send(&portal, &token).await.status, 400);
    assert!(lives(&mut attempt.browser).await);
}

#[tokio::test]
async fn a_notice_counts_once() {
    let (portal, provider) = portal().await;
    let token = provider.key.sign_as(typed("logout+jwt"), &without(notice(&provider, "n1", ""), "sid"));
    assert_eq!(send(&portal, &token).await.status, 200);
    let mut later = signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    assert_eq!(send(&portal, &token).await.status, 400, "sent again by whoever found it");
    assert!(lives(&mut later).await);
}

#[tokio::test]
async fn a_sign_in_under_a_session_that_has_ended_signs_nobody_in() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let token = provider.key.sign_as(typed("logout+jwt"), &notice(&provider, "n1", "s1"));
    assert_eq!(send(&portal, &token).await.status, 200);
    let late = merged(claims(&provider, &attempt.nonce), &json!({ "sid": "s1" }));
    assert_error(&attempt.come_back_as(&provider, &late).await, 502, "sign-in-failed");
    assert!(!lives(&mut attempt.browser).await);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_send_a_notice() {
    let (portal, provider) = portal().await;
    let mut doctor = signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    let token = provider.key.sign_as(typed("logout+jwt"), &notice(&provider, "n1", "s1"));
    let headers = [("origin", "https://evil.example")];
    let reply = doctor.post_from("/logout/backchannel", &[("logout_token", &token)], &headers).await;
    assert_eq!(reply.status, 403);
    assert!(lives(&mut doctor).await);
}

#[tokio::test]
async fn a_notice_that_was_lost_leaves_a_session_no_longer_than_its_limit() {
    let (portal, provider) = portal().await;
    let mut doctor = signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    portal
        .run_sql("UPDATE session SET data = json_set(data, '$.signed_in.at', '2020-01-01T00:00:00Z') WHERE data <> ''")
        .await;
    assert!(!lives(&mut doctor).await);
    assert_error(&doctor.post("/overview", &[("patient", "193802278485")]).await, 401, "session-expired");
}
