//! Several assignments: in none until one is chosen, and in the chosen one until another is.
//!
//! Not here: what an assignment lets one see (`roles`), what an open tab is told (`tabs`).
//! Invariant: before the choice nobody is opened, by any address.

use jiff::Timestamp;
use samsyn_service::port::audit_log::Activity;
use serde_json::json;

use super::{
    browser::{Browser, Reply, assignments},
    harness::Portal,
    login::attempt::{Attempt, claims, merged, portal as with_provider},
};

const CHOICE: &str = "/assignment";
const FAIL: &str = "CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END";

/// Signs in and stops where the portal leads.
async fn arrive(browser: &mut Browser, staff: &str) -> Reply {
    let provider = browser.get(&format!("/login?login_hint={staff}")).await;
    let back = browser.get(provider.location()).await;
    browser.get(back.location()).await
}

fn assert_led_to(reply: &Reply, address: &str) {
    assert_eq!((reply.status, reply.location()), (303, address), "{}", reply.body);
}

#[tokio::test]
async fn before_one_is_chosen_every_address_leads_to_the_choice_and_programs_are_told() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    // A handle that is right in every other respect.
    let mut chosen = Browser::signed_in(&portal, "two-hats").await;
    let handle = chosen.open(&patient, "shared").await;
    let mut eva = Browser::new(&portal);
    assert_led_to(&arrive(&mut eva, "two-hats").await, CHOICE);
    let under = |more: &str| format!("{handle}{more}");
    let pages = [
        "/",
        "/confidentiality",
        "/admin",
        "/admin/roles",
        "/admin/enablement",
        "/admin/notices",
        "/admin/go-live",
        "/admin/users",
        "/admin/units",
        "/admin/catalogue",
        "/admin/catalogue/0",
        "/admin/catalogue/0/report.json",
        "/admin/sources",
        "/admin/sources/viva-storsjo-hsl",
        "/sources",
        "/reports",
        "/feedback",
        "/follow-up/any",
        "/ingenting",
    ]
    .map(str::to_owned);
    let of_patient = ["", "/access", "/blocks", "/emergency"].map(under);
    for address in pages.iter().chain(&of_patient) {
        assert_led_to(&eva.get(address).await, CHOICE);
        let program = eva.json(address).await;
        let code = program.json()["error"].as_str().map(str::to_owned);
        assert_eq!((program.status, code.as_deref()), (403, Some("assignment-not-chosen")), "{address}");
    }
    let search = [("patient", patient.as_str()), ("scope", "shared")];
    let print = under("/print/akutblad");
    for (address, form) in [
        ("/overview", search.to_vec()),
        (&print, vec![]),
        (&under("/widen"), vec![("scope", "shared")]),
        (&under("/access"), vec![("kind", "relation")]),
        (&under("/emergency"), vec![("reason", "unconscious")]),
        ("/confidentiality", vec![("digest", "0")]),
        ("/login/test", vec![]),
    ] {
        assert_led_to(&eva.post(address, &form).await, CHOICE);
    }
    assert_eq!(portal.number("SELECT COUNT(*) FROM handle").await, 1, "no handle but that of the other session");
    let about_somebody = portal.log().await.iter().filter(|entry| entry.record.patient.is_some()).count();
    assert_eq!(about_somebody, 0);

    // What remains: who it is, the choice, the language, looking at the sign-in, leaving.
    let page = eva.get(CHOICE).await;
    assert!(page.body.contains("Eva Sjödin") && page.body.contains("Logga ut"), "{}", page.body);
    assert!(!page.body.contains("pågår nu") && assignments(&page.body).len() == 2, "{}", page.body);
    assert_eq!(eva.get("/login/test").await.status, 200);
    assert_led_to(&eva.post("/language", &[("language", "en"), ("return", CHOICE)]).await, CHOICE);
    assert_eq!(eva.post("/logout", &[]).await.status, 303);
    assert_eq!(eva.get(CHOICE).await.status, 401);
    let left = portal.log().await.pop().unwrap().record;
    assert_eq!((left.activity, left.viewer.unwrap().user_id.as_str()), (Activity::SignOut, "SE9999200002-P202"));
}

#[tokio::test]
async fn a_choice_is_logged_before_it_holds_and_then_opens_patients() {
    let portal = Portal::start("").await;
    let mut eva = Browser::new(&portal);
    arrive(&mut eva, "two-hats").await;
    let offered = assignments(&eva.get(CHOICE).await.body);
    portal.run_sql(FAIL).await;
    assert_eq!(eva.post(CHOICE, &[("assignment", &offered[1])]).await.status, 503);
    portal.run_sql("DROP TRIGGER fault").await;
    assert_led_to(&eva.get("/").await, CHOICE);
    assert_eq!(eva.post(CHOICE, &[("assignment", "SE9999100001-P101-U1")]).await.status, 400, "not her own");
    assert_led_to(&eva.get("/").await, CHOICE);

    assert_led_to(&eva.post(CHOICE, &[("assignment", &offered[1])]).await, "/");
    assert!(eva.get("/").await.body.contains("Hemtjänsten Solgläntan"));
    assert_eq!(eva.overview(&portal.showing("everything"), "own").await["scope"], "own");
    let log = portal.log().await;
    let sign_ins: Vec<_> = log.iter().filter(|entry| entry.record.activity == Activity::SignIn).collect();
    let acted: Vec<_> = sign_ins.iter().map(|entry| entry.record.viewer.clone().unwrap()).collect();
    let stated: Vec<_> = acted.iter().map(|viewer| (viewer.assignment.as_str(), viewer.unit.id.as_deref())).collect();
    assert_eq!(stated, [("", None), (offered[1].as_str(), Some("SE9999200002-E251"))]);
    assert_eq!(sign_ins[1].record.details["what"], "assignment");
    assert_eq!(sign_ins[1].record.details["assignment"], offered[1].as_str());
}

#[tokio::test]
async fn the_same_person_keeps_its_choice_when_it_signs_in_anew_and_not_after_signing_out() {
    let portal = Portal::start("").await;
    let mut eva = Browser::new(&portal);
    arrive(&mut eva, "two-hats").await;
    let second = assignments(&eva.get(CHOICE).await.body).swap_remove(1);
    eva.post(CHOICE, &[("assignment", &second)]).await;
    assert_led_to(&arrive(&mut eva, "two-hats").await, "/");
    assert!(eva.get("/").await.body.contains("Hemtjänsten Solgläntan"));
    // Somebody else in between: nothing is left of the choice.
    assert_led_to(&arrive(&mut eva, "nurse").await, "/");
    assert_led_to(&arrive(&mut eva, "two-hats").await, CHOICE);
    eva.post(CHOICE, &[("assignment", &second)]).await;
    eva.post("/logout", &[]).await;
    assert_led_to(&arrive(&mut eva, "two-hats").await, CHOICE);
}

#[tokio::test]
async fn stepping_up_keeps_a_choice_that_still_exists_and_asks_when_it_does_not() {
    let (portal, provider) = with_provider().await;
    let doctor = samsyn_demo::staff::all().into_iter().find(|member| member.id == "doctor").unwrap();
    let first = serde_json::Value::Object(doctor.commissions[0].claims());
    let numbered =
        |number: u8| merged(first.clone(), &json!({ "commissionHsaId": format!("SE9999100001-PTOKEN-U{number}") }));
    let two = json!({ "allCommissions": [numbered(1), numbered(2)], "auth_time": Timestamp::now().as_second() });
    let mut attempt = Attempt::begin(&portal).await;
    let token = merged(claims(&provider, &attempt.nonce), &two);
    assert_led_to(&attempt.come_back_as(&provider, &token).await, CHOICE);
    // Before the choice, stepping up leads back to where it was begun.
    let mut attempt = Attempt::begin_in(attempt.browser, "/login/step-up?to=/login/test").await;
    let token = merged(claims(&provider, &attempt.nonce), &two);
    assert_led_to(&attempt.come_back_as(&provider, &token).await, "/login/test");
    let mut browser = attempt.browser;
    assert_led_to(&browser.get("/").await, CHOICE);
    assert_led_to(&browser.post(CHOICE, &[("assignment", "SE9999100001-PTOKEN-U2")]).await, "/");

    let address = browser.open(&portal.showing("everything"), "own").await;
    let mut attempt = Attempt::begin_in(browser, &format!("/login/step-up?to={address}")).await;
    let token = merged(claims(&provider, &attempt.nonce), &two);
    assert_led_to(&attempt.come_back_as(&provider, &token).await, &address);
    assert!(attempt.browser.get(&address).await.body.contains("Astrid"));

    let mut attempt = Attempt::begin_in(attempt.browser, &format!("/login/step-up?to={address}")).await;
    let moved = json!({ "allCommissions": [numbered(1), numbered(3)], "auth_time": Timestamp::now().as_second() });
    let token = merged(claims(&provider, &attempt.nonce), &moved);
    assert_led_to(&attempt.come_back_as(&provider, &token).await, CHOICE);
    assert_led_to(&attempt.browser.get(&address).await, CHOICE);
}
