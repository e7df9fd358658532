//! The text on confidentiality: asked for before the first patient, logged, kept, and asked for again when it has changed.

use samsyn_server::config::Config;
use samsyn_service::port::audit_log::Activity;

use super::{
    browser::Browser,
    harness::{NOON, Portal},
};

const PAGE: &str = "/confidentiality";

/// The text's name in the form.
fn digest(page: &str) -> String {
    let (_, after) = page.split_once("name=\"digest\" value=\"").unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

async fn kept_by(portal: &Portal, staff: &str) -> i64 {
    let id = portal.seed.staff.iter().find(|member| member.id == staff).unwrap().employee_id;
    portal.number(&format!("SELECT COUNT(*) FROM acknowledgement WHERE user_id = '{id}'")).await
}

#[tokio::test]
async fn a_newcomer_opens_nobody_before_the_text_is_acknowledged_and_is_not_asked_again() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut newcomer = Browser::new(&portal);
    let first = newcomer.sign_in("newcomer").await;
    assert_eq!((first.status, first.location()), (303, PAGE));
    let page = newcomer.get(PAGE).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Din åtkomst loggas och granskas.") && page.body.contains("Storsjö kommun"),
        "{}",
        page.body
    );
    // Going around the page leads back to it.
    let sent = newcomer.post("/overview", &[("patient", &patient), ("scope", "own")]).await;
    assert_eq!((sent.status, sent.location()), (303, PAGE));
    assert_eq!(portal.number("SELECT COUNT(*) FROM handle").await, 0);
    let program = newcomer.json("/overview/anything").await;
    assert_eq!((program.status, program.json()["error"].as_str()), (403, Some("not-acknowledged")));

    let given = newcomer.post(PAGE, &[("digest", &digest(&page.body))]).await;
    assert_eq!((given.status, given.location()), (303, "/"), "{}", given.body);
    assert!(newcomer.page(&patient, "own").await.contains("Astrid"));
    let log = portal.log().await;
    let record = log.iter().find(|entry| entry.record.details["what"] == "confidentiality").unwrap();
    assert_eq!(
        (record.record.activity, record.record.details["organisation"].as_str()),
        (Activity::Write, Some("storsjo"))
    );
    assert_eq!(record.record.viewer.as_ref().unwrap().name, "Nils Ahlgren");
    assert_eq!(record.record.details["text"], digest(&page.body));
    assert_eq!(newcomer.post(PAGE, &[("digest", &digest(&page.body))]).await.status, 303, "sent twice is no error");
    assert_eq!(kept_by(&portal, "newcomer").await, 1);
    Browser::signed_in(&portal, "newcomer").await;
}

#[tokio::test]
async fn a_text_that_has_changed_is_asked_for_again_in_that_organisation_only() {
    let own = |config: &mut Config| {
        let storsjo = config.organisations.iter_mut().find(|one| one.id.as_str() == "storsjo").unwrap();
        storsjo.confidentiality_text = Some("Första stycket.\n\nAndra & sista.".into());
    };
    let portal = Portal::start_at(NOON, "", own).await;
    let mut nurse = Browser::new(&portal);
    assert_eq!(nurse.sign_in("nurse").await.location(), PAGE);
    let page = nurse.get(PAGE).await.body;
    assert!(page.contains("Första stycket.</p>") && page.contains("Andra &amp; sista.</p>"), "{page}");
    assert!(!page.contains("Du har tystnadsplikt"), "the portal's own text gives way");
    // The former text is not this one.
    let former = portal.number("SELECT COUNT(*) FROM acknowledgement WHERE organisation = 'storsjo'").await;
    assert!(former > 0);
    let wrong = nurse.post(PAGE, &[("digest", &"0".repeat(64))]).await;
    assert_eq!((wrong.status, digest(&wrong.body)), (409, digest(&page)));
    assert_eq!(kept_by(&portal, "nurse").await, 1);
    assert_eq!(nurse.post(PAGE, &[("digest", &digest(&page))]).await.status, 303);
    assert_eq!(kept_by(&portal, "nurse").await, 2, "both stay");
    Browser::signed_in(&portal, "nurse").await;
    Browser::signed_in(&portal, "doctor").await;
}

#[tokio::test]
async fn nothing_is_acknowledged_that_cannot_be_logged() {
    let portal = Portal::start("").await;
    let mut newcomer = Browser::new(&portal);
    newcomer.sign_in("newcomer").await;
    let page = newcomer.get(PAGE).await.body;
    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    assert_eq!(newcomer.post(PAGE, &[("digest", &digest(&page))]).await.status, 503);
    assert_eq!(kept_by(&portal, "newcomer").await, 0);
    assert_eq!(newcomer.get("/").await.location(), PAGE);
}

#[tokio::test]
async fn whoever_opens_no_patient_is_not_asked() {
    let portal = Portal::start("").await;
    let mut reviewer = Browser::new(&portal);
    let home = reviewer.sign_in("reviewer").await;
    assert_eq!((home.status, home.location()), (303, "/review"));
    assert_eq!(reviewer.get(PAGE).await.status, 403);
    assert_eq!(Browser::new(&portal).get(PAGE).await.status, 401);
}
