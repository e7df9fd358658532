//! The sign-in flow as a portal meets it, and the ways to break it.

use axum::{
    body::{Body, to_bytes},
    http::{Request, Response},
};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::*;

const ISSUER: &str = "http://localhost:4711";
const CALLBACK: &str = "http://127.0.0.1:8080/login/callback";
const VERIFIER: &str = "correct-horse-battery-staple-correct-horse-battery";

fn provider() -> Provider {
    let client = IdentityClient {
        client_id: "samsyn".into(),
        client_secret: "very secret".into(),
        redirect_uris: vec![CALLBACK.into()],
        post_logout_redirect_uris: vec!["http://127.0.0.1:8080/".into()],
    };
    Provider::new(&Url::parse(ISSUER).unwrap(), client, crate::staff::all()).unwrap()
}

async fn send(provider: &Provider, request: Request<Body>) -> Response<Body> {
    provider.router().oneshot(request).await.unwrap()
}

async fn get_page(provider: &Provider, path: &str) -> Response<Body> {
    send(provider, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

async fn text_of(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

/// An authorization request; `changes` replace or (empty) remove parameters.
fn ask(changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut parameters = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", "samsyn"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile"),
        ("state", "a&b"),
        ("nonce", "n-1"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("login_hint", "doctor"),
    ]);
    parameters.extend(changes.iter().copied());
    let pairs = parameters.into_iter().filter(|(_, value)| !value.is_empty());
    format!("/authorize?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// Where a reply leads, as parameters.
fn led_to(response: &Response<Body>) -> BTreeMap<String, String> {
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    assert!(location.starts_with(CALLBACK), "{location}");
    Url::parse(location).unwrap().query_pairs().into_owned().collect()
}

async fn code_for(provider: &Provider, hint: &str) -> String {
    led_to(&get_page(provider, &ask(&[("login_hint", hint)])).await)["code"].clone()
}

async fn redeem(provider: &Provider, changes: &[(&str, &str)], secret: &str) -> Response<Body> {
    let mut form =
        BTreeMap::from([("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)]);
    form.extend(changes.iter().copied());
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let basic = STANDARD.encode(format!("samsyn:{}", secret.replace(' ', "+")));
    let request = Request::post("/token")
        .header(header::AUTHORIZATION, format!("Basic {basic}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(provider, request.body(Body::from(body)).unwrap()).await
}

/// Claims of an ID token, verified with the published key only.
async fn verified(provider: &Provider, token: &str) -> Value {
    let keys = json_of(get_page(provider, "/jwks").await).await;
    let key = &keys["keys"][0];
    assert_eq!(jsonwebtoken::decode_header(token).unwrap().kid.as_deref(), key["kid"].as_str());
    assert!(key.get("d").is_none(), "the private half stays here");
    let decoding = DecodingKey::from_ec_components(key["x"].as_str().unwrap(), key["y"].as_str().unwrap()).unwrap();
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&["samsyn"]);
    rules.set_issuer(&[ISSUER]);
    jsonwebtoken::decode::<Value>(token, &decoding, &rules).unwrap().claims
}

#[tokio::test]
async fn a_hint_a_code_and_a_verifier_become_a_signed_identity() {
    let provider = provider();
    let discovery = json_of(get_page(&provider, "/.well-known/openid-configuration").await).await;
    assert_eq!(discovery["issuer"], ISSUER);
    assert_eq!(discovery["token_endpoint"], format!("{ISSUER}/token"));

    let answer = led_to(&get_page(&provider, &ask(&[])).await);
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("a&b", ISSUER));
    let reply = redeem(&provider, &[("code", &answer["code"])], "very secret").await;
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.headers()[header::CACHE_CONTROL], "no-store");
    let reply = json_of(reply).await;

    let claims = verified(&provider, reply["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["acr"], "http://id.sambi.se/loa/loa3");
    assert_eq!(claims["employeeHsaId"], "SE9999100001-P101");
    assert_eq!(claims["healthCareProviderHsaId"], crate::organisations::REGION);
    assert_eq!(claims["commissionPurpose"], "Vård och behandling");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    assert!(claims["auth_time"].is_i64());

    let bearer = format!("Bearer {}", reply["access_token"].as_str().unwrap());
    let request = Request::get("/userinfo").header(header::AUTHORIZATION, bearer).body(Body::empty()).unwrap();
    assert_eq!(json_of(send(&provider, request).await).await["sub"], claims["sub"]);
}

#[tokio::test]
async fn whoever_has_two_assignments_brings_both() {
    let provider = provider();
    let code = code_for(&provider, "two-hats").await;
    let reply = json_of(redeem(&provider, &[("code", &code)], "very secret").await).await;
    let claims = verified(&provider, reply["id_token"].as_str().unwrap()).await;
    let providers: Vec<&str> = claims["allCommissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|commission| commission["healthCareProviderHsaId"].as_str().unwrap())
        .collect();
    assert_eq!(providers, [crate::organisations::STORSJO_HSL, crate::organisations::STORSJO_SOL]);
}

#[tokio::test]
async fn a_code_works_once() {
    let provider = provider();
    let code = code_for(&provider, "nurse").await;
    assert_eq!(redeem(&provider, &[("code", &code)], "very secret").await.status(), StatusCode::OK);
    let again = redeem(&provider, &[("code", &code)], "very secret").await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert_eq!(json_of(again).await["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_is_refused_with_another_verifier_or_another_address() {
    let provider = provider();
    let other_verifier = "another-verifier-another-verifier-another-verifier";
    for change in [("code_verifier", other_verifier), ("code_verifier", ""), ("redirect_uri", "http://evil.example/")] {
        let code = code_for(&provider, "doctor").await;
        let refused = redeem(&provider, &[("code", &code), change], "very secret").await;
        assert_eq!(json_of(refused).await["error"], "invalid_grant", "{change:?}");
        // A wrong try uses the code up.
        assert_eq!(redeem(&provider, &[("code", &code)], "very secret").await.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_code_that_is_too_old_is_refused() {
    let provider = provider();
    let code = code_for(&provider, "doctor").await;
    held(&provider.0.codes).get_mut(&code).unwrap().until = now_s() - 1;
    assert_eq!(redeem(&provider, &[("code", &code)], "very secret").await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_wrong_client_secret_is_refused_and_leaves_the_code_alone() {
    let provider = provider();
    let code = code_for(&provider, "doctor").await;
    let refused = redeem(&provider, &[("code", &code)], "guess").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert!(refused.headers().contains_key(header::WWW_AUTHENTICATE));
    assert_eq!(redeem(&provider, &[("code", &code)], "very secret").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_ever_sent_to_an_unregistered_address() {
    let provider = provider();
    for change in [("redirect_uri", "http://evil.example/"), ("redirect_uri", ""), ("client_id", "other")] {
        let refused = get_page(&provider, &ask(&[change])).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{change:?}");
        assert!(!refused.headers().contains_key(header::LOCATION));
    }
    let leave = get_page(&provider, "/end_session?post_logout_redirect_uri=http%3A%2F%2Fevil.example%2F").await;
    assert_eq!(leave.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_wrong_request_is_told_so_at_its_own_address() {
    let provider = provider();
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "profile"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
    ] {
        let answer = led_to(&get_page(&provider, &ask(&[change])).await);
        assert_eq!((answer["error"].as_str(), answer["state"].as_str()), (error, "a&b"), "{change:?}");
        assert!(!answer.contains_key("code"));
    }
    let silent = led_to(&get_page(&provider, &ask(&[("login_hint", ""), ("prompt", "none")])).await);
    assert_eq!(silent["error"], "login_required");
}

#[tokio::test]
async fn without_a_hint_a_page_without_script_lists_the_staff() {
    let provider = provider();
    let page = text_of(get_page(&provider, &ask(&[("login_hint", ""), ("state", "\"><script>x")])).await).await;
    assert!(page.contains("value=\"careworker\"") && page.contains("Anders Holm"));
    assert!(page.contains("&quot;&gt;&lt;script&gt;x"), "what came in is escaped");
    assert!(!page.contains("<script"));
    let unknown = get_page(&provider, &ask(&[("login_hint", "nobody")])).await;
    assert_eq!(unknown.status(), StatusCode::OK);
    assert!(text_of(unknown).await.contains("role=\"alert\""));
}

#[tokio::test]
async fn signing_out_leads_back_to_the_registered_address_with_its_state() {
    let provider = provider();
    let leave = get_page(
        &provider,
        "/end_session?client_id=samsyn&state=s1&post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F",
    )
    .await;
    assert_eq!(leave.headers()[header::LOCATION], "http://127.0.0.1:8080/?state=s1");
    assert!(text_of(get_page(&provider, "/end_session").await).await.contains("utloggad"));
}
