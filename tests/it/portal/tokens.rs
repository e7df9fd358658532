//! ID tokens that are not what they should be: nobody is signed in, the page says so, and nothing of the token is told.
//!
//! Not here: callbacks between two browsers and the demo's own provider (`forgery`).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use url::Url;

use super::{
    browser::{Browser, COOKIE, Reply},
    harness::{NOON, Portal, logged},
    provider::{ACCESS_TOKEN, Key, Provider},
};

/// What only the token knows: none of it may stand on a page or in a log.
const SUBJECT: &str = "SE9999100001-PTOKEN";
const NAME: &str = "Tora Tokensdotter";
const TITLE: &str = "överläkare i pappersläsning";

/// A portal with a provider of the test, and that provider.
async fn portal() -> (Portal, Provider) {
    let provider = Provider::start().await;
    let issuer: Url = provider.issuer.parse().unwrap();
    let portal = Portal::start_at(NOON, "", move |config| config.identity.issuer = issuer).await;
    (portal, provider)
}

/// An attempt that has come as far as the provider.
struct Attempt {
    browser: Browser,
    state: String,
    nonce: String,
}

impl Attempt {
    async fn begin(portal: &Portal) -> Self {
        let mut browser = Browser::new(portal);
        let reply = browser.get("/login").await;
        let asked: Url = reply.location().parse().unwrap();
        let value = |name: &str| asked.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        Self { state: value("state"), nonce: value("nonce"), browser }
    }

    async fn come_back(&mut self) -> Reply {
        let address = format!("/login/callback?code=a-code&state={}", self.state);
        self.browser.get(&address).await
    }
}

/// The claims of somebody who may sign in, as a provider would state them now.
fn claims(provider: &Provider, nonce: &str) -> Value {
    let now = Timestamp::now().as_second();
    let staff = samsyn_demo::staff::all();
    let doctor = staff.iter().find(|member| member.id == "doctor").unwrap();
    let mut claims = Value::Object(doctor.claims());
    let own = json!({
        "iss": provider.issuer, "aud": "samsyn", "sub": SUBJECT, "iat": now, "exp": now + 300, "nonce": nonce,
        "employeeHsaId": SUBJECT, "name": NAME, "title": TITLE,
    });
    claims.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    claims
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name);
    claims
}

async fn assert_refused(portal: &Portal, attempt: &mut Attempt, what: &str, status: u16, code: &str, words: &str) {
    let planted = attempt.browser.cookies[COOKIE].clone();
    let reply = attempt.come_back().await;
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert!(reply.body.contains(&format!("data-error=\"{code}\"")), "{what}: {}", reply.body);
    assert!(reply.body.contains(words) && reply.body.contains("/login"), "{what}: the page says what to do");
    assert_eq!(attempt.browser.get("/alive").await.status, 401, "{what}: somebody is signed in");
    assert!(attempt.browser.cookies.get(COOKIE).is_none_or(|cookie| *cookie == planted), "{what}: a new session");
    assert!(portal.log().await.is_empty(), "{what}: a sign-in stands in the audit log");
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
    assert_eq!(again.status, 502, "{}", again.body);
    let mut thief = Attempt { browser: Browser::new(&portal), state: attempt.state.clone(), nonce: attempt.nonce };
    assert_eq!(thief.come_back().await.status, 502);
    assert_eq!(thief.browser.get("/alive").await.status, 401);
    assert_eq!(portal.log().await.len(), 1, "nobody was signed in a second time");
    assert!(!logged().contains(&token));
}

/// Ways in which a token is not one for this sign-in.
const WRONG: [&str; 16] = [
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
        "a shared secret instead of a key" => {
            let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
            encode(&header, &claims, &EncodingKey::from_secret(b"a guess")).unwrap()
        }
        "no signature" => format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(&claims)),
        "changed after it was signed" => {
            let (right, other) = (key.sign(&claims), changed("sub", json!("somebody-else")));
            let (right, other): (Vec<&str>, Vec<&str>) = (right.split('.').collect(), other.split('.').collect());
            [right[0], other[1], right[2]].join(".")
        }
        "not a token" => format!("not-a-token-{}", part(&claims)),
        other => panic!("{other} is not described"),
    }
}

#[tokio::test]
async fn a_token_that_is_not_for_this_sign_in_signs_nobody_in() {
    let (portal, provider) = portal().await;
    let mut handed_out = Vec::new();
    for what in WRONG {
        let mut attempt = Attempt::begin(&portal).await;
        let right = claims(&provider, &attempt.nonce);
        let token = wrong(what, &provider, right.clone());
        provider.hand_out(&token);
        assert_refused(&portal, &mut attempt, what, 502, "sign-in-failed", "Inloggningen misslyckades").await;
        // The attempt is used up: the right token does not save it.
        provider.hand_out(&provider.key.sign(&right));
        assert_refused(&portal, &mut attempt, what, 502, "sign-in-failed", "Inloggningen misslyckades").await;
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
    for change in ["&state=of-another-sign-in", "", "&state=", "&error=access_denied", forged] {
        let mut attempt = Attempt::begin(&portal).await;
        provider.hand_out(&provider.key.sign(&claims(&provider, &attempt.nonce)));
        let own = if change.contains("error") { format!("&state={}", attempt.state) } else { String::new() };
        let reply = attempt.browser.get(&format!("/login/callback?code=a-code{own}{change}")).await;
        assert_eq!(reply.status, 502, "{change}: {}", reply.body);
        assert!(reply.body.contains("data-error=\"sign-in-failed\""), "{change}: {}", reply.body);
        assert_eq!(attempt.browser.get("/alive").await.status, 401, "{change}");
        // The attempt was taken out of the session all the same.
        assert_eq!(attempt.come_back().await.status, 502, "{change}");
        assert_eq!(attempt.browser.get("/alive").await.status, 401, "{change}");
    }
    assert!(portal.log().await.is_empty());
    assert!(
        logged().contains("access_denied") && !logged().contains("forged-line"),
        "what a browser sends writes no log"
    );
}

#[tokio::test]
async fn a_code_that_is_refused_or_exchanged_for_nothing_signs_nobody_in_and_the_log_names_the_code_of_the_error() {
    let (portal, provider) = portal().await;
    for (what, answer) in [
        ("refused", json!({ "error": "invalid_grant", "error_description": format!("{NAME} is locked out") })),
        ("no ID token", json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer" })),
        ("nothing", json!({})),
        ("no object", json!(NAME)),
    ] {
        let mut attempt = Attempt::begin(&portal).await;
        provider.answer(answer);
        assert_refused(&portal, &mut attempt, what, 502, "sign-in-failed", "Inloggningen misslyckades").await;
    }
    assert!(logged().contains("code exchange failed: invalid_grant"));
    assert_not_logged(&[]);
}
