//! Blocked information: who is told that it exists, who is not, and what nobody may conclude.

use serde_json::Value;

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, entries, list, text},
};

async fn seen_by(portal: &Portal, staff: &str) -> (Value, String) {
    let patient = portal.showing("blocked");
    let mut browser = Browser::signed_in(portal, staff).await;
    (browser.overview(&patient, "shared").await, browser.page(&patient, "shared").await)
}

#[tokio::test]
async fn a_care_provider_is_told_that_blocked_information_exists_and_a_social_one_is_not() {
    let portal = shared().await;
    for (staff, told) in
        [("doctor", true), ("ambulance", true), ("nurse", true), ("officer", false), ("careworker", false)]
    {
        let (overview, _) = seen_by(portal, staff).await;
        let expected = if told { Value::Bool(true) } else { Value::Null };
        assert_eq!(overview["blocked_exists"], expected, "{staff}");
    }
}

#[tokio::test]
async fn while_blocked_information_exists_no_section_says_none() {
    let portal = shared().await;
    for staff in ["doctor", "nurse", "officer"] {
        let (overview, page) = seen_by(portal, staff).await;
        for cell in list(&overview["sections"]).iter().flat_map(|section| list(&section["sources"])) {
            assert!(!matches!(text(&cell["state"]), "stated-none" | "nothing-held"), "{staff}: {cell}");
        }
        assert!(!list(&overview["badges"]).iter().any(|badge| badge["look"] == "none"), "{staff}");
        for words in
            ["Källan anger: inga", "Ingen uppgift i denna källa", "Ingen uppgift att visa", "Inget ställningstagande"]
        {
            assert!(!page.contains(words), "{staff} reads {words}");
        }
    }
}

#[tokio::test]
async fn the_exempted_care_limit_is_seen_and_the_rest_of_the_blocked_is_not() {
    let (overview, _) = seen_by(shared().await, "nurse").await;
    assert_eq!(entries(&overview, "care-limits")[0]["text"], "Ej HLR. Ej respirator.");
    assert!(entries(&overview, "medications").is_empty());
    let told = overview.to_string();
    for hidden in ["Riluzol", "Vårdplan psykiatrin", "Psykiatriska öppenvården"] {
        assert!(!told.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_block_is_not_tied_to_a_source_a_section_or_a_count() {
    let (overview, _) = seen_by(shared().await, "nurse").await;
    assert!(!overview["sections"].to_string().contains("block"), "{}", overview["sections"]);
    assert_eq!(overview["completeness"]["withheld"], 0, "{}", overview["completeness"]);
}

#[tokio::test]
async fn a_block_register_too_old_to_trust_withholds_what_could_be_blocked() {
    let portal = Portal::start("").await;
    portal.run_sql("UPDATE block_register SET verified_us = 0").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let overview = nurse.overview(&patient, "shared").await;
    assert!(overview["blocked_exists"].is_null());
    for entry in all_entries(&overview) {
        assert_eq!(entry["provenance"]["care_unit"]["name"], "Hemsjukvården Storsjö norr", "{entry}");
    }
    let withheld = list(&overview["sections"]).iter().flat_map(|section| list(&section["sources"]));
    assert!(withheld.filter(|cell| cell["reason"] == "block-unverified").count() > 5);
    assert!(!overview.to_string().contains("nothing-held"));
}
