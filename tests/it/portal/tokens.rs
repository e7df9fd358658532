//! ID tokens that are not what they should be: nobody is signed in, the page says so, and nothing of the token is told.
//!
//! Not here: callbacks between two browsers and the demo's own provider (`forgery`).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use samsyn_server::config::Config;
use samsyn_service::port::audit_log::{Activity, Logged};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    browser::{Browser, COOKIE},
    harness::{Portal, logged},
    login::attempt::{Attempt, NAME, SUBJECT, TITLE, assert_error, claims, portal, portal_with, with, without},
    provider::{ACCESS_TOKEN, Key, Provider},
    reading::main,
};

async fn assert_refused(portal: &Portal, attempt: &mut Attempt, what: &str, status: u16, code: &str, words: &str) {
    let planted = attempt.browser.cookies[COOKIE].clone();
    let reply = attempt.come_back().await;
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert!(reply.body.contains(&format!("data-error=\"{code}\"")), "{what}: {}", reply.body);
    assert!(reply.body.contains(words) && reply.body.contains("/login"), "{what}: the page says what to do");
    assert_eq!(attempt.browser.get("/alive").await.status, 401, "{what}: somebody is signed in");
    assert!(attempt.browser.cookies.get(COOKIE).is_none_or(|cookie| *cookie == planted), "{what}: a new session");
    let log = portal.log().await;
    assert!(log.iter().all(|entry| entry.record.activity == Activity::Refused), "{what}: a sign-in stands in the log");
    for told in [SUBJECT, NAME, TITLE, ACCESS_TOKEN, attempt.nonce.as_str(), attempt.state.as_str()] {
        assert!(!reply.body.contains(told), "{what}: the page tells {told}");
    }
}

/// The parts of every token that was handed out, and what is in them, have reached no line of any log.
fn assert_not_logged(tokens: &[String]) {
    let logged = logged();
    assert!(logged.contains("sign-in refused"), "the test itself: the log is read");
    for told in [SUBJECT, NAME, TITLE, ACCESS_TOKEN] {
        assert!(!logged.contains(told), "the log tells {told}");
    }
    for part in tokens.iter().flat_map(|token| token.split('.')).filter(|part| part.len() > 20) {
        // Headers are alike and say nothing; the rest is somebody's.
        assert!(part.starts_with("eyJ0eXAi") || !logged.contains(part), "the log holds a part of a token");
    }
}

#[tokio::test]
async fn the_token_that_is_right_signs_in() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let token = provider.key.sign(&claims(&provider, &attempt.nonce));
    provider.hand_out(&token);
    let reply = attempt.come_back().await;
    assert_eq!((reply.status, reply.location()), (303, "/"), "{}", reply.body);
    assert_eq!(attempt.browser.get("/alive").await.status, 204);
    assert!(attempt.browser.get("/").await.body.contains(NAME));
    assert_eq!(portal.log().await.len(), 1, "signing in is logged");
    // The same callback once more, in the same browser and in one that took nothing but its address.
    let again = attempt.come_back().await;
    assert_error(&again, 400, "sign-in-void");
    assert!(
        main(&again.body).contains("href=\"/\"") && !main(&again.body).contains("href=\"/login\""),
        "who is in goes on from there"
    );
    let mut thief = Attempt { browser: Browser::new(&portal), ..attempt };
    let stolen = thief.come_back().await;
    assert_error(&stolen, 400, "sign-in-void");
    assert!(stolen.body.contains("href=\"/login\""), "{}", stolen.body);
    assert_eq!(thief.browser.get("/alive").await.status, 401);
    let signed_in = |entry: &Logged| entry.record.activity == Activity::SignIn;
    assert_eq!(
        portal.log().await.iter().filter(|entry| signed_in(entry)).count(),
        1,
        "nobody was signed in a second time"
    );
    assert!(!logged().contains(&token));
}

/// The secret that the portal shares with its provider; no token may be signed with it.
const SECRET: &str = "a secret of two, long enough to sign with it";

/// Ways in which a token is not one for this sign-in.
const WRONG: [&str; 28] = [
    "another nonce",
    "no nonce",
    "another issuer",
    "another audience",
    "an audience beside ours",
    "no audience",
    "expired",
    "no expiry",
    "words where a time belongs",
    "words where yes or no belongs",
    "a key nobody published",
    "another key of the same name",
    "a shared secret instead of a key",
    "no signature",
    "changed after it was signed",
    "not a token",
    "another authorised party",
    "an authorised party that is no text",
    "made in the future",
    "not valid yet",
    "a time of validity that is no time",
    "the published key as a shared secret",
    "our own client secret as the key",
    "a key it brings along",
    "a key at an address it names",
    "a key id that is a path",
    "a key id that is a statement",
    "no subject",
];

/// The token of these claims with that one thing wrong.
fn wrong(what: &str, provider: &Provider, claims: Value) -> String {
    let key = &provider.key;
    let changed = |name: &str, value: Value| key.sign(&with(claims.clone(), name, value));
    let lacking = |name: &str| key.sign(&without(claims.clone(), name));
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    match what {
        "another nonce" => changed("nonce", json!("of-another-sign-in")),
        "no nonce" => lacking("nonce"),
        "another issuer" => changed("iss", json!("https://evil.example")),
        "another audience" => changed("aud", json!("another-portal")),
        "an audience beside ours" => changed("aud", json!(["samsyn", "another-portal"])),
        "no audience" => lacking("aud"),
        "expired" => changed("exp", json!(Timestamp::now().as_second() - 60)),
        "no expiry" => lacking("exp"),
        "words where a time belongs" => changed("exp", json!(TITLE)),
        "words where yes or no belongs" => changed("email_verified", json!(TITLE)),
        "a key nobody published" => Key::named("a-strangers-key").sign(&claims),
        "another key of the same name" => Key::named(&key.id).sign(&claims),
        "a shared secret instead of a key" => shared_secret(key, &claims, b"a guess"),
        "no signature" => format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(&claims)),
        "changed after it was signed" => {
            let (right, other) = (key.sign(&claims), changed("sub", json!("somebody-else")));
            let (right, other): (Vec<&str>, Vec<&str>) = (right.split('.').collect(), other.split('.').collect());
            [right[0], other[1], right[2]].join(".")
        }
        "another authorised party" => changed("azp", json!("another-portal")),
        "an authorised party that is no text" => changed("azp", json!(["samsyn"])),
        "made in the future" => changed("iat", json!(Timestamp::now().as_second() + 3600)),
        "not valid yet" => changed("nbf", json!(Timestamp::now().as_second() + 3600)),
        "a time of validity that is no time" => changed("nbf", json!(TITLE)),
        "the published key as a shared secret" => shared_secret(key, &claims, key.published().to_string().as_bytes()),
        "our own client secret as the key" => shared_secret(key, &claims, SECRET.as_bytes()),
        "a key it brings along" => {
            let stranger = Key::named("a-key-it-brings");
            let jwk = serde_json::from_value(stranger.published().clone()).unwrap();
            let header = Header { jwk: Some(jwk), kid: Some(key.id.clone()), ..Header::new(Algorithm::ES256) };
            stranger.sign_as(header, &claims)
        }
        "a key at an address it names" => {
            let jku = Some(format!("{}/jwks", provider.issuer));
            let stranger = Key::named("a-key-elsewhere");
            stranger.sign_as(Header { jku, ..Header::new(Algorithm::ES256) }, &claims)
        }
        "a key id that is a path" => named_key("../../../../dev/null", &claims),
        "a key id that is a statement" => named_key("x' UNION SELECT 'secret", &claims),
        "no subject" => lacking("sub"),
        "not a token" => format!("not-a-token-{}", part(&claims)),
        other => panic!("{other} is not described"),
    }
}

/// Signed with a secret under the name of the published key.
fn shared_secret(key: &Key, claims: &Value, secret: &[u8]) -> String {
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn named_key(id: &str, claims: &Value) -> String {
    Key::named(id).sign(claims)
}

#[tokio::test]
async fn a_token_that_is_not_for_this_sign_in_signs_nobody_in() {
    let secret = |config: &mut Config| config.identity.client_secret = Some(SecretString::from(SECRET.to_owned()));
    let (portal, provider) = portal_with(secret).await;
    let mut handed_out = Vec::new();
    for what in WRONG {
        let mut attempt = Attempt::begin(&portal).await;
        let right = claims(&provider, &attempt.nonce);
        let token = wrong(what, &provider, right.clone());
        provider.hand_out(&token);
        assert_refused(&portal, &mut attempt, what, 502, "sign-in-failed", "Inloggningen misslyckades").await;
        // The attempt is used up: the right token does not save it.
        provider.hand_out(&provider.key.sign(&right));
        assert_refused(&portal, &mut attempt, what, 400, "sign-in-void", "Den inloggningen gäller inte längre").await;
        handed_out.push(token);
    }
    assert_not_logged(&handed_out);
}

#[tokio::test]
async fn a_sign_in_that_is_not_strong_enough_is_refused_in_words_of_its_own() {
    let (portal, provider) = portal().await;
    let mut handed_out = Vec::new();
    for (what, level) in [
        ("no level", None),
        ("a lower level", Some(json!("http://id.sambi.se/loa/loa2"))),
        ("a level like ours", Some(json!("http://id.sambi.se/loa/loa3.example"))),
        ("ours in a list", Some(json!("http://id.sambi.se/loa/loa2 http://id.sambi.se/loa/loa3"))),
    ] {
        let mut attempt = Attempt::begin(&portal).await;
        let right = claims(&provider, &attempt.nonce);
        let token = provider.key.sign(&match level {
            Some(level) => with(right, "acr", level),
            None => without(right, "acr"),
        });
        provider.hand_out(&token);
        assert_refused(&portal, &mut attempt, what, 403, "assurance-too-low", "tillitsnivå 3").await;
        handed_out.push(token);
    }
    assert_not_logged(&handed_out);
}

#[tokio::test]
async fn a_callback_with_a_foreign_state_or_a_refusal_signs_nobody_in() {
    let (portal, provider) = portal().await;
    let forged = "&error=x%0A2026-11-21T12:00:00Z%20INFO%20forged-line";
    let words = [
        ("&state=of-another-sign-in", 400, "sign-in-void", "Den inloggningen gäller inte längre"),
        ("", 400, "sign-in-void", "Börja om från portalens egen sida"),
        ("&state=", 400, "sign-in-void", "Ingen har loggats in av det"),
        ("&error=access_denied", 403, "sign-in-cancelled", "Försök igen när du vill"),
        ("&error=login_required", 403, "sign-in-cancelled", "Försök igen när du vill"),
        ("&error=interaction_required", 403, "sign-in-cancelled", "Försök igen när du vill"),
        ("&error=temporarily_unavailable", 502, "sign-in-failed", "Inloggningstjänsten gav inget användbart svar"),
        ("&error=server_error", 502, "sign-in-failed", "Inloggningstjänsten gav inget användbart svar"),
        (forged, 502, "sign-in-failed", "Inloggningstjänsten gav inget användbart svar"),
    ];
    for (change, status, code, says) in words {
        let mut attempt = Attempt::begin(&portal).await;
        provider.hand_out(&provider.key.sign(&claims(&provider, &attempt.nonce)));
        let own = if change.contains("error") { format!("&state={}", attempt.state) } else { String::new() };
        let reply = attempt.browser.get(&format!("/login/callback?code=a-code{own}{change}")).await;
        assert_error(&reply, status, code);
        assert!(reply.body.contains(says) && reply.body.contains("href=\"/login\""), "{change}: {}", reply.body);
        assert_eq!(attempt.browser.get("/alive").await.status, 401, "{change}");
        // The attempt was taken out of the session all the same.
        assert_error(&attempt.come_back().await, 400, "sign-in-void");
        assert_eq!(attempt.browser.get("/alive").await.status, 401, "{change}");
    }
    let mut nobody = Browser::new(&portal);
    for empty in ["/login/callback", "/login/callback?error=access_denied"] {
        // Without an attempt nobody has said no to anything.
        assert_error(&nobody.get(empty).await, 400, "sign-in-void");
    }
    assert!(portal.log().await.iter().all(|entry| entry.record.activity == Activity::Refused));
    assert!(
        logged().contains("access_denied") && !logged().contains("forged-line"),
        "what a browser sends writes no log"
    );
}

#[tokio::test]
async fn a_code_that_is_refused_or_exchanged_for_nothing_signs_nobody_in_and_the_log_names_the_code_of_the_error() {
    let (portal, provider) = portal().await;
    let told = |code: &str| json!({ "error": code, "error_description": format!("{NAME} is locked out") });
    let (void, failed) = ((400, "sign-in-void"), (502, "sign-in-failed"));
    for (what, answer, (status, code), says) in [
        ("refused", told("invalid_grant"), void, "Den inloggningen gäller inte längre"),
        ("the portal is refused", told("invalid_client"), failed, "Inloggningen misslyckades"),
        ("no ID token", json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer" }), failed, "misslyckades"),
        ("nothing", json!({}), failed, "Inloggningen misslyckades"),
        ("no object", json!(NAME), failed, "Inloggningen misslyckades"),
    ] {
        let mut attempt = Attempt::begin(&portal).await;
        provider.answer(answer);
        assert_refused(&portal, &mut attempt, what, status, code, says).await;
    }
    assert!(logged().contains("code exchange failed: invalid_grant"));
    assert_not_logged(&[]);
}
