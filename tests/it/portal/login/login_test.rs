//! "Testa min inloggning": what was stated, how it was read, what it opens, and who has confirmed.

use serde_json::json;

use super::attempt::{Attempt, NAME, assert_error, claims, merged, portal, signed_in, without};
use crate::portal::{
    browser::Browser,
    harness::{Portal, logged},
};

/// From the official list of test numbers.
const NUMBER: &str = "189001019802";

#[tokio::test]
async fn whoever_is_signed_in_sees_what_was_stated_and_what_it_opens() {
    let (portal, provider) = portal().await;
    let more = json!({
        "sid": "secret-session", "credentialPersonalIdentityNumber": NUMBER, "auth_time": 1_795_300_000,
        "x509SubjectName": format!("SERIALNUMBER={NUMBER}, CN={NAME}"), "nested": { "accessToken": "secret-token" },
    });
    let mut doctor = signed_in(&portal, &provider, &more).await;
    let page = doctor.get("/login/test").await;
    assert_eq!(page.status, 200);
    let body = &page.body;
    for shown in [
        "data-login-test=\"accepted\"",
        NAME,
        "http://id.sambi.se/loa/loa3",
        "mappning inera",
        "commissionHsaId",
        "healthcareProfessionalLicense",
        "Medicinkliniken",
        "Region Fjäll",
        "läkare",
        "Vårdbegränsningar",
        "Får: Registrera samtycke och vårdrelation",
        "18900101••••",
        "x509SubjectName",
        "SERIALNUMBER=18900101••••",
        "nonce",
        "sid",
        "visas inte",
    ] {
        assert!(body.contains(shown), "{shown}: {body}");
    }
    for hidden in [NUMBER, "secret-session", "secret-token", "eyJ", "Har bekräftat i din organisation", "data-section"]
    {
        assert!(!body.contains(hidden), "{hidden}: {body}");
    }
    assert!(!logged().contains(NUMBER));
    assert_eq!(portal.log().await.len(), 1, "the page is no access to a patient");
}

#[tokio::test]
async fn whoever_was_refused_sees_why_in_the_same_browser_only() {
    let (portal, provider) = portal().await;
    for (why, more, status, code) in [
        ("the level", json!({ "acr": "http://id.sambi.se/loa/loa2" }), 403, "assurance-too-low"),
        (
            "no assignment",
            json!({ "allCommissions": [], "healthCareProviderHsaId": "SE-UNKNOWN" }),
            403,
            "no-assignment",
        ),
    ] {
        let mut attempt = Attempt::begin(&portal).await;
        let own = merged(claims(&provider, &attempt.nonce), &more);
        assert_error(&attempt.come_back_as(&provider, &own).await, status, code);
        let page = attempt.browser.get("/login/test").await;
        assert_eq!(page.status, 200, "{why}");
        assert!(page.body.contains("data-login-test=\"refused\"") && page.body.contains(NAME), "{why}: {}", page.body);
        assert!(!page.body.contains("Uppgifterna stämmer"), "{why}: nothing to confirm");
        assert_eq!(attempt.browser.get("/alive").await.status, 401, "{why}: nobody is signed in");
        assert_error(&attempt.browser.post("/login/test", &[]).await, 401, "session-expired");
        assert_error(&Browser::new(&portal).get("/login/test").await, 401, "signed-out");
        // For ten minutes: the computer may be a shared one.
        portal
            .run_sql(
                "UPDATE session SET data = json_set(data, '$.refused.at', '2026-01-01T00:00:00Z') WHERE data <> ''",
            )
            .await;
        assert_error(&attempt.browser.get("/login/test").await, 401, "signed-out");
    }
}

#[tokio::test]
async fn a_token_that_is_wrong_leaves_nothing_to_look_at() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let wrong = without(claims(&provider, &attempt.nonce), "nonce");
    assert_error(&attempt.come_back_as(&provider, &wrong).await, 502, "sign-in-failed");
    let page = attempt.browser.get("/login/test").await;
    assert_error(&page, 401, "signed-out");
    assert!(!page.body.contains(NAME));
}

#[tokio::test]
async fn a_missing_claim_is_named_with_the_names_that_were_tried() {
    let (portal, provider) = portal().await;
    let mut attempt = Attempt::begin(&portal).await;
    let gap = without(claims(&provider, &attempt.nonce), "healthcareProfessionalLicense");
    assert_eq!(attempt.come_back_as(&provider, &gap).await.status, 303);
    let body = attempt.browser.get("/login/test").await.body;
    let tried = "saknas; söktes som healthcareProfessionalLicense, healthCareProfessionalLicense, \
                 healthcareProfessionalLicence, healthCareProfessionalLicence";
    assert!(body.contains(tried), "{body}");
    assert!(!body.contains("Vårdbegränsningar"), "without licence the assignment opens less");
}

#[tokio::test]
async fn the_administrator_sees_who_in_the_organisation_has_confirmed() {
    let portal = Portal::start("").await;
    let mut admin = Browser::new(&portal);
    let refused = admin_home(&mut admin).await;
    assert!(refused.contains("href=\"/login/test\""), "an administrator finds the page");
    let empty = admin.get("/login/test").await.body;
    assert!(empty.contains("Har bekräftat i din organisation") && empty.contains("Ingen har bekräftat än"), "{empty}");

    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let mut elsewhere = Browser::signed_in(&portal, "nurse-fjallnas").await;
    for browser in [&mut nurse, &mut elsewhere] {
        let done = browser.post("/login/test", &[]).await;
        assert_eq!((done.status, done.location()), (303, "/login/test"));
        assert!(browser.get("/login/test").await.body.contains("Du bekräftade 20"));
    }
    let listed = admin.get("/login/test").await.body;
    assert!(listed.contains("Karin Dahl") && listed.contains("Hemsjukvården Storsjö norr"), "{listed}");
    assert!(!listed.contains("Lena Hägg"), "another organisation's staff");
    assert!(!nurse.get("/login/test").await.body.contains("Har bekräftat i din organisation"));
}

/// Signs the administrator in; gives what stands where others find the search page.
async fn admin_home(browser: &mut Browser) -> String {
    browser.sign_in("admin").await.body
}

#[tokio::test]
async fn nobody_confirms_from_another_site() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let reply = nurse.post_from("/login/test", &[], &[("origin", "https://evil.example")]).await;
    assert_error(&reply, 403, "forbidden-origin");
    assert_eq!(portal.number("SELECT count(*) FROM login_test").await, 0);
}
