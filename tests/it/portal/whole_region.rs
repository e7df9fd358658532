//! The demo of a whole region: eight municipalities, each with sources, a nurse and an administrator of its own.

use serde_json::Value;

use super::{browser::Browser, harness::Portal, reading::text};

#[tokio::test]
async fn a_region_with_eight_municipalities_starts_and_each_decides_for_its_own() {
    let portal = Portal::start_among("", |seed| *seed = seed.clone().with_organisations(9)).await;
    let municipalities =
        portal.seed.organisations.iter().filter(|organisation| organisation.name.ends_with("kommun")).count();
    assert_eq!((municipalities, portal.seed.sources.len()), (8, 12 + 2 * 5));

    let mut nurse = Browser::signed_in(&portal, "nurse-stenforsa").await;
    let overview = nurse.overview(&portal.showing("everything"), "own").await;
    assert_eq!(
        overview["completeness"]["asked"], 2,
        "the own health care, and the register: {}",
        overview["completeness"]
    );
    super::enablement::switch_off_by(&portal, "admin-stenforsa", "viva-stenforsa-hsl", "medications").await;
    let standing = |all: &Value, source: &str| {
        let sources = all["sources"].as_array().unwrap();
        let source = sources.iter().find(|one| one["source"] == source).unwrap();
        let sections = source["sections"].as_array().unwrap();
        let section = sections.iter().find(|one| one["section"] == "medications").unwrap();
        text(&section["standing"]).to_owned()
    };
    let hers = nurse.json("/sources").await.json();
    assert_eq!(standing(&hers, "viva-stenforsa-hsl"), "not-enabled");
    let mut next_door = Browser::signed_in(&portal, "nurse-hogtjarn").await;
    let theirs = next_door.json("/sources").await.json();
    assert_ne!(standing(&theirs, "viva-stenforsa-hsl"), "not-enabled");
    assert_eq!(standing(&theirs, "lifecare-norrvatten-hsl"), "not-asked-lately");
}
