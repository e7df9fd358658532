//! Other sites, planted sessions, forged callbacks, and the headers that stand against them.

use std::collections::BTreeSet;

use super::{
    browser::{Browser, COOKIE},
    harness::shared,
    login::attempt::assert_error,
};

const FOREIGN: [&[(&str, &str)]; 4] = [
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
];

#[tokio::test]
async fn no_state_changes_from_another_site() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open(&patient, "shared").await;
    let print = format!("{address}/print/akutblad");
    for headers in FOREIGN {
        for (path, form) in [
            ("/overview", vec![("patient", patient.as_str()), ("scope", "shared")]),
            (print.as_str(), vec![]),
            ("/assignment", vec![("assignment", "SE9999100001-P101-U1")]),
            ("/language", vec![("language", "en"), ("return", "/")]),
            ("/confidentiality", vec![("digest", "0")]),
            ("/admin/roles", vec![("base", "0"), ("step", "save")]),
            ("/admin/notices", vec![("step", "publish")]),
            ("/admin/go-live", vec![("base", "5"), ("item", "live"), ("done", "0"), ("note", "x")]),
            ("/reports", vec![("report", "1"), ("base", "0"), ("step", "received")]),
            ("/feedback", vec![("topic", "wish"), ("text", "x")]),
            ("/logout", vec![]),
        ] {
            let reply = doctor.post_from(path, &form, headers).await;
            assert_eq!(reply.status, 403, "{path} {headers:?}");
            assert!(reply.body.contains("data-error=\"forbidden-origin\""), "{path}: {}", reply.body);
            assert!(!reply.body.contains("Astrid"), "{path}");
        }
    }
    assert_eq!(doctor.get("/alive").await.status, 204, "nobody was signed out");
    assert!(!doctor.cookies.contains_key("samsyn-language"));
    let ours = portal.public_url.origin().ascii_serialization();
    let own = [("origin", ours.as_str()), ("sec-fetch-site", "same-origin")];
    let form = [("patient", patient.as_str()), ("scope", "shared")];
    assert_eq!(doctor.post_from("/overview", &form, &own).await.status, 303);
}

#[tokio::test]
async fn the_session_cookie_has_every_flag_and_is_replaced_at_sign_in() {
    let portal = shared().await;
    let mut doctor = Browser::new(portal);
    let provider = doctor.get("/login?login_hint=doctor").await;
    let planted = doctor.cookies[COOKIE].clone();
    let back = doctor.get(provider.location()).await;
    doctor.get(back.location()).await;
    let reference = doctor.cookies[COOKIE].clone();
    assert_ne!(planted, reference);
    for line in doctor.set_cookies.iter().filter(|line| line.starts_with(COOKIE)) {
        for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(line.contains(flag), "{flag}: {line}");
        }
        assert!(!line.to_lowercase().contains("domain"), "{line}");
    }
    assert_eq!(doctor.get("/alive").await.status, 204);
    doctor.cookies.insert(COOKIE.into(), planted);
    assert_eq!(doctor.get("/alive").await.status, 401, "what was planted beforehand is worth nothing");
}

/// Begins a sign-in; gives the browser and the callback the provider would send it to.
async fn half_signed_in(staff: &str) -> (Browser, String) {
    let mut browser = Browser::new(shared().await);
    let provider = browser.get(&format!("/login?login_hint={staff}")).await;
    let back = browser.get(provider.location()).await.location().to_owned();
    (browser, back)
}

async fn assert_nobody_is_signed_in(browser: &mut Browser, callback: &str, status: u16, code: &str) {
    let reply = browser.get(callback).await;
    assert_error(&reply, status, code);
    assert_eq!(browser.get("/alive").await.status, 401);
}

/// Not of this browser's attempt, or not any more.
async fn assert_void(browser: &mut Browser, callback: &str) {
    assert_nobody_is_signed_in(browser, callback, 400, "sign-in-void").await;
}

#[tokio::test]
async fn a_callback_that_does_not_belong_to_the_attempt_signs_nobody_in() {
    let (mut doctor, callback) = half_signed_in("doctor").await;
    let (_, of_the_nurse) = half_signed_in("nurse").await;
    assert_void(&mut doctor, &of_the_nurse).await;
    assert_void(&mut doctor, &callback).await;

    let (mut doctor, callback) = half_signed_in("doctor").await;
    assert_void(&mut doctor, &callback.replace("state=", "state=x")).await;
    let (_, callback) = half_signed_in("doctor").await;
    assert_void(&mut Browser::new(shared().await), &callback).await;
    let (mut doctor, callback) = half_signed_in("doctor").await;
    // It belongs to the attempt, but the provider does not know the code.
    let forged = callback.replace("code=", "code=x");
    assert_void(&mut doctor, &forged).await;
}

#[tokio::test]
async fn a_callback_works_once() {
    let (mut doctor, callback) = half_signed_in("doctor").await;
    assert_eq!(doctor.get(&callback).await.status, 303);
    assert_eq!(doctor.get("/alive").await.status, 204);
    let again = doctor.get(&callback).await;
    assert_error(&again, 400, "sign-in-void");
}

#[tokio::test]
async fn every_answer_has_the_protecting_headers_and_a_nonce_of_its_own() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let overview = doctor.open(&portal.showing("everything"), "shared").await;
    let mut nonces = BTreeSet::new();
    for path in ["/", "/", overview.as_str(), "/assignment", "/signed-out", "/no-such-page", "/alive", "/healthz"] {
        let reply = doctor.get(path).await;
        let policy = reply.header("content-security-policy").to_owned();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert!(reply.header("strict-transport-security").contains("max-age="), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        for script in reply.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!reply.body.contains(" style=") && !reply.body.contains(" onclick="), "{path}");
        assert!(nonces.insert(nonce), "{path}: the same nonce twice");
    }
}

#[tokio::test]
async fn only_the_assets_are_cached_and_only_by_their_content() {
    let portal = shared().await;
    let mut nobody = Browser::new(portal);
    for path in [samsyn_ui::style_path(), samsyn_ui::script_path()] {
        let reply = nobody.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.header("cache-control").contains("immutable"), "{path}");
    }
    assert_eq!(nobody.get("/assets/other.css").await.status, 404);
}

#[tokio::test]
async fn a_form_larger_than_any_of_ours_is_refused() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    for bytes in [33 << 10, 1 << 20] {
        let reply = doctor.post("/overview", &[("patient", &"1".repeat(bytes))]).await;
        assert_eq!(reply.status, 413, "{bytes} bytes");
        assert!(reply.body.contains("data-error=\"too-large\""), "{bytes} bytes: {}", reply.body);
    }
}
