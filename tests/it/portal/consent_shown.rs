//! Consent on the overview: what is registered here beside what sources report, and when it is time to ask.
//!
//! Not here: what a consent opens (`access`). Invariant: what is registered here is never among what sources say.

use serde_json::Value;

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, entries, list, text},
};

async fn seen(portal: &Portal, staff: &str, tag: &str) -> (Value, String) {
    let mut browser = Browser::signed_in(portal, staff).await;
    let patient = portal.showing(tag);
    (browser.overview(&patient, "shared").await, browser.page(&patient, "shared").await)
}

#[tokio::test]
async fn what_is_registered_here_stands_beside_what_sources_report_and_says_so() {
    let portal = shared().await;
    let (overview, page) = seen(portal, "doctor", "everything").await;
    let here = list(&overview["consents_here"]);
    assert_eq!(here.len(), 1);
    assert_eq!((&here[0]["until"], text(&here[0]["registered_by"])), (&Value::Null, "Anders Holm, överläkare"));
    assert!(!entries(&overview, "consents").is_empty(), "sources report consents too");
    assert!(entries(&overview, "consents").iter().all(|entry| entry["provenance"]["source"].is_string()));
    let card = page.split("data-section=\"consents\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(card.matches("Samtycke, registrerat i Samsyn").count(), 1, "{card}");
    assert!(card.contains("tills vidare") && card.contains("registrerat 2026-10-22 13:00 av Anders Holm"), "{card}");

    // For whom it was written down, and nobody else's business.
    let (overview, _) = seen(portal, "doctor", "advance-consent").await;
    assert_eq!(overview["consents_here"][0]["unit"], "Medicinkliniken");
    for (staff, tag) in [("nurse", "advance-consent"), ("officer", "everything"), ("doctor", "no-consent")] {
        let (overview, page) = seen(portal, staff, tag).await;
        assert_eq!(overview["consents_here"], serde_json::json!([]), "{staff} {tag}");
        assert!(!page.contains("data-registered-here"), "{staff} {tag}");
    }
    // Who has registered it would tell where a protected person is.
    let (overview, page) = seen(portal, "nurse", "protected").await;
    assert_eq!(
        (overview["consents_here"][0].get("registered_by"), page.contains("data-registered-here")),
        (Some(&Value::Null), true)
    );
}

#[tokio::test]
async fn a_register_that_cannot_be_read_is_said_and_is_not_a_missing_consent() {
    let portal = Portal::start("").await;
    portal.run_sql("DROP TRIGGER registration_no_change").await;
    portal.run_sql("UPDATE registration SET stated = '{'").await;
    let (overview, page) = seen(&portal, "nurse", "everything").await;
    assert_eq!(overview["scope"], "own");
    assert_eq!(overview["access"], serde_json::json!({ "own": ["register"] }));
    assert_eq!(overview["consents_here"], Value::Null);
    let strip = page.split("access-missing").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(strip.contains("kan inte läsas just nu") && !strip.contains("Saknas"), "{strip}");
    assert!(page.contains("Det kan finnas samtycken som inte visas."), "{page}");
    assert!(!all_entries(&overview).is_empty(), "the own provider's information is there");
    // What rests on the register is neither offered nor done, and says why; also on paper.
    assert!(!page.contains("emergency-reasons"), "{page}");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&portal.showing("everything"), "shared").await;
    for refused in [
        nurse.get(&format!("{address}/access")).await,
        nurse.post(&format!("{address}/emergency"), &[("reason", "unconscious")]).await,
    ] {
        assert_eq!(refused.status, 503);
        assert!(refused.body.contains("data-error=\"register-unavailable\""), "{}", refused.body);
    }
    let paper = nurse.post(&format!("{address}/print/akutblad"), &[]).await.body;
    assert!(paper.contains("kan inte läsas just nu"), "{paper}");
}

#[tokio::test]
async fn a_service_that_has_begun_says_once_that_it_is_time_to_ask_until_somebody_has() {
    let portal = Portal::start("").await;
    let (overview, page) = seen(&portal, "officer", "own-sol").await;
    assert_eq!(overview["ask_consent"], serde_json::json!({ "service": "social-service", "began": "2026-11-01" }));
    assert_eq!(page.matches("data-ask-consent").count(), 1, "{page}");
    assert!(page.contains("började 2026-11-01, och inget samtycke finns för din enhet."), "{page}");

    for (staff, tag, why) in [
        ("nurse", "own-sol", "there is a consent"),
        ("careworker", "own-sol", "it is nobody's who may not register"),
        ("doctor", "own-sol", "it is not the own provider's"),
        ("officer", "incapable", "something stands instead of a consent"),
        ("nurse", "advance-consent", "it began long ago"),
    ] {
        let (overview, page) = seen(&portal, staff, tag).await;
        assert!(overview["ask_consent"].is_null() && !page.contains("data-ask-consent"), "{why}: {staff} {tag}");
    }

    let mut officer = Browser::signed_in(&portal, "officer").await;
    let address = officer.open(&portal.showing("own-sol"), "own").await;
    assert!(officer.get(&address).await.body.contains(&format!("href=\"{address}/access\"")));
    let form = [("kind", "consent"), ("given_by", "patient"), ("for", "unit"), ("period", "twelve-months")];
    assert_eq!(officer.post(&format!("{address}/access"), &form).await.status, 303);
    assert!(officer.json(&address).await.json()["ask_consent"].is_null(), "asked and answered");
}
