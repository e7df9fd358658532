//! Going live: nobody reaches others' information whose organisation has not everything in place, whoever asks and however.
//!
//! Not here: what has to be in place (`domain::go_live`), the table alone (`store::contract`).

use samsyn_service::port::audit_log::Activity;
use serde_json::json;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::{main, text},
};

const PAGE: &str = "/admin/go-live";

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

/// The number of the last decision, as the page's forms have it.
fn base(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"base\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn send(admin: &mut Browser, item: &str, done: &str, note: &str) -> Reply {
    let base = base(&admin.get(PAGE).await.body);
    admin.post(PAGE, &[("base", &base), ("item", item), ("done", done), ("note", note)]).await
}

async fn decide(admin: &mut Browser, item: &str, done: &str) {
    let reply = send(admin, item, done, "Dnr 2026/17").await;
    assert_eq!((reply.status, reply.location()), (303, "/admin/go-live?saved=1"), "{}", reply.body);
}

#[tokio::test]
async fn taking_one_thing_back_closes_the_shared_overview_at_once_for_the_own_staff_and_nobody_else() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = nurse.open(&patient, "shared").await;
    assert_eq!(nurse.json(&address).await.json()["access"]["granted"]["basis"], "consent");

    let mut admin = administrator(&portal, "admin").await;
    assert!(admin.get("/admin").await.body.contains(PAGE));
    decide(&mut admin, "risk-assessment", "0").await;
    let overview = nurse.json(&address).await.json();
    assert_eq!(overview["access"], json!({ "own": ["go-live"] }), "the same page, asked for again");
    let sources: Vec<&str> = overview["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["entries"].as_array().unwrap())
        .map(|entry| text(&entry["provenance"]["source"]))
        .collect();
    assert!(!sources.is_empty() && sources.iter().all(|source| source.starts_with("viva-storsjo-hsl")), "{sources:?}");
    let page = nurse.get(&address).await.body;
    assert!(page.contains("Storsjö kommun deltar inte i sammanhållen"), "{}", main(&page));
    assert!(
        !page.contains("/emergency\"") && !page.contains("value=\"shared\""),
        "nothing is offered that would not help"
    );
    let search = nurse.get("/").await.body;
    assert!(
        search.contains("Din organisation deltar inte") && !search.contains("value=\"shared\""),
        "{}",
        main(&search)
    );
    assert!(search.contains("value=\"own\""), "the own provider's information is read as before");
    assert_eq!(doctor.overview(&patient, "shared").await["access"]["granted"]["basis"], "consent", "the region's");

    // In place again is not live again: that is decided anew.
    decide(&mut admin, "risk-assessment", "1").await;
    assert_eq!(nurse.json(&address).await.json()["access"], json!({ "own": ["go-live"] }));
    decide(&mut admin, "live", "1").await;
    assert_eq!(nurse.json(&address).await.json()["access"]["granted"]["basis"], "consent");
    decide(&mut admin, "log-reviewer", "1").await;
    assert_eq!(nurse.json(&address).await.json()["access"]["granted"]["basis"], "consent", "another is named");
    decide(&mut admin, "live", "0").await;
    assert_eq!(nurse.json(&address).await.json()["access"], json!({ "own": ["go-live"] }));
}

#[tokio::test]
async fn danger_to_life_opens_nothing_either_and_says_so() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut region = administrator(&portal, "admin-region").await;
    decide(&mut region, "live", "0").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "own").await;
    let before = portal.number("SELECT COUNT(*) FROM registration").await;
    let refused = doctor.post(&format!("{address}/emergency"), &[("reason", "unconscious")]).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    assert!(refused.body.contains("nödåtkomst ger inget här"), "{}", main(&refused.body));
    assert_eq!(portal.number("SELECT COUNT(*) FROM registration").await, before);
    assert_eq!(portal.number("SELECT COUNT(*) FROM follow_up").await, 0, "and leaves nothing to be told");

    // What was begun before it was closed opens nothing more.
    decide(&mut region, "live", "1").await;
    doctor.post(&format!("{address}/emergency"), &[("reason", "unconscious")]).await;
    assert!(portal.number("SELECT COUNT(*) FROM registration").await > before);
    decide(&mut region, "live", "0").await;
    let shared = doctor.open(&patient, "shared").await;
    let overview = doctor.json(&shared).await.json();
    assert_eq!(overview["access"], json!({ "own": ["go-live"] }));
    assert!(overview.get("emergency").is_none_or(serde_json::Value::is_null), "{}", overview["emergency"]);
}

#[tokio::test]
async fn one_goes_live_with_everything_in_place_and_a_list_of_blocks_that_is_current() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    decide(&mut admin, "agreements", "0").await;
    let page = admin.get(PAGE).await.body;
    assert!(page.contains("Deltar inte") && !page.contains("Börja delta"), "{}", main(&page));
    assert_eq!(send(&mut admin, "live", "1", "Beslut").await.status, 409);
    decide(&mut admin, "agreements", "1").await;
    assert!(admin.get(PAGE).await.body.contains("Börja delta"));
    portal.run_sql("UPDATE block_register SET verified_us = verified_us - 172800000000").await;
    let page = admin.get(PAGE).await.body;
    assert!(page.contains("spärrlistan är för gammal") && !page.contains("Börja delta"), "{}", main(&page));
    let refused = send(&mut admin, "live", "1", "Beslut").await;
    assert!(refused.status == 409 && refused.body.contains("Något är inte på plats"), "{}", main(&refused.body));
}

#[tokio::test]
async fn a_decision_says_where_it_can_be_read_is_the_own_administrators_and_is_logged() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    let base = base(&admin.get(PAGE).await.body);
    let form = |note: &'static str| [("item", "agreements"), ("done", "0"), ("note", note)];
    for note in ["  ", "gäller 19380227-8485"] {
        let refused = admin.post(PAGE, &[&[("base", base.as_str())][..], &form(note)].concat()).await;
        assert!(refused.status == 422 && refused.body.contains("Inget är ändrat"), "{}", main(&refused.body));
        assert!(
            note.trim().is_empty() || refused.body.contains("gäller 19380227-8485</textarea>"),
            "it stands there again"
        );
    }
    let stale = admin.post(PAGE, &[&[("base", "1")][..], &form("Uppsagt <i>")].concat()).await;
    assert!(stale.status == 409 && stale.body.contains("Uppsagt &lt;i&gt;</textarea>"), "{}", main(&stale.body));
    assert_eq!(admin.post(PAGE, &[("base", &base), ("item", "x"), ("done", "1"), ("note", "x")]).await.status, 400);
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    assert_eq!(nurse.get(PAGE).await.status, 403);
    let refused = nurse.post(PAGE, &[&[("base", base.as_str())][..], &form("Uppsagt")].concat()).await;
    assert_eq!(refused.status, 403);
    assert_eq!(portal.number("SELECT COUNT(*) FROM go_live WHERE organisation = 'storsjo'").await, 5);

    decide(&mut admin, "agreements", "0").await;
    assert!(admin.get(PAGE).await.body.contains("Dnr 2026/17"));
    let log = portal.log().await;
    let deed = log.iter().find(|entry| entry.record.details["what"] == "go-live").unwrap();
    assert_eq!(deed.record.activity, Activity::Write);
    let details = &deed.record.details;
    assert_eq!(
        (text(&details["item"]), &details["done"], &details["version"]),
        ("agreements", &json!(false), &json!(6))
    );
}
