//! A form that is sent twice registers once, and ending one of several grounds says that another still holds.
//!
//! Not here: what counts as the same (`domain::registrations`), a register that fails (`registering`).
//! Invariant: what was not said anew is neither kept nor logged; nobody who ends a consent thinks that all is closed while it is not.

use samsyn_service::port::audit_log::Activity;
use serde_json::json;

use super::{browser::Browser, harness::Portal};

const CONSENT: [(&str, &str); 5] =
    [("kind", "consent"), ("relation", "visit"), ("given_by", "patient"), ("for", "unit"), ("period", "three-months")];
const FOR_ME: [(&str, &str); 4] =
    [("kind", "consent"), ("given_by", "patient"), ("for", "me"), ("period", "twelve-months")];

async fn written(portal: &Portal) -> usize {
    let log = portal.log().await;
    log.iter().filter(|entry| entry.record.activity == Activity::Write && entry.record.intent.is_none()).count()
}

/// The consents that the page offers to end.
fn consents(page: &str) -> Vec<String> {
    let items = page.split("data-registration=\"").skip(1).filter(|item| item.contains("data-kind=\"consent\""));
    let open = items.filter(|item| item.split("</li>").next().unwrap().contains("value=\"withdrawn\""));
    open.filter_map(|item| item.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_registered_and_logged_once() {
    let portal = Portal::start("").await;
    let before = portal.number("SELECT count(*) FROM registration").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("no-consent"), "shared").await;
    let access = format!("{address}/access");
    // A double click: both are on their way at once. Then once more.
    let (mut one, mut other) = (doctor.window(), doctor.window());
    let (first, second) = tokio::join!(one.post(&access, &CONSENT), other.post(&access, &CONSENT));
    let third = doctor.post(&access, &CONSENT).await;
    for reply in [first, second, third] {
        assert_eq!((reply.status, reply.location()), (303, &*address), "{}", reply.body);
    }
    assert_eq!(portal.number("SELECT count(*) FROM registration").await, before + 2, "a relation and a consent");
    assert_eq!(written(&portal).await, 2);
    assert_eq!(doctor.json(&address).await.json()["access"]["granted"]["basis"], "consent");

    // One of it, so ending it closes everything, and another can be given afterwards.
    let ids = consents(&doctor.get(&access).await.body);
    assert_eq!(ids.len(), 1);
    let ended = doctor.post(&format!("{access}/{}/end", ids[0]), &[("how", "withdrawn")]).await;
    let page = doctor.get(ended.location()).await.body;
    assert!(!page.contains("Det finns ett samtycke till") && !page.contains("annan grund"), "{page}");
    assert_eq!(doctor.json(&address).await.json()["access"], json!({ "own": ["consent"] }));
    assert_eq!(doctor.post(&access, &CONSENT).await.status, 303);
    assert_eq!(doctor.json(&address).await.json()["access"]["granted"]["basis"], "consent", "said anew");
}

#[tokio::test]
async fn ending_one_of_two_consents_says_that_the_other_holds() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("no-consent"), "shared").await;
    let access = format!("{address}/access");
    assert_eq!(doctor.post(&access, &CONSENT).await.status, 303);
    assert_eq!(doctor.post(&access, &FOR_ME).await.status, 303, "another receiver: another consent");
    let ids = consents(&doctor.get(&access).await.body);
    assert_eq!(ids.len(), 2);
    let ended = doctor.post(&format!("{access}/{}/end", ids[0]), &[("how", "withdrawn")]).await;
    assert_eq!(ended.status, 303);
    let page = doctor.get(ended.location()).await.body;
    assert!(page.contains("Det finns ett samtycke till som gäller"), "{page}");
    assert_eq!(doctor.json(&address).await.json()["access"]["granted"]["basis"], "consent", "as the page says");
    assert!(!doctor.get(&access).await.body.contains("Det finns ett samtycke till"), "said once");
    let ended = doctor.post(&format!("{access}/{}/end", ids[1]), &[("how", "voided")]).await;
    let page = doctor.get(ended.location()).await.body;
    assert!(!page.contains("Det finns ett samtycke till"), "{page}");
    assert_eq!(doctor.json(&address).await.json()["access"], json!({ "own": ["consent"] }));
    // Not about what is still there, or of nobody here.
    for id in ["no-such-registration", &ids[0], "%3Cb%3E"] {
        let page = doctor.get(&format!("{access}?ended={id}")).await;
        assert!(page.status == 200 && !page.body.contains("Det finns ett"), "{id}: {}", page.body);
    }
}
