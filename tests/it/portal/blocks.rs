//! Blocked information: who is told that it exists, who is not, and what nobody may conclude.

use samsyn_demo::people::DemoPerson;
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

/// Everybody who shows `outer-block`: one is blocked by the region, the other, with the same records, by a municipality.
fn twins(portal: &Portal) -> [&DemoPerson; 2] {
    let found: Vec<_> = portal.seed.people.iter().filter(|person| person.shows.contains(&"outer-block")).collect();
    found.try_into().unwrap()
}

/// What is left of a document when everything is taken out that tells one person, one opening or one moment from another.
fn anonymous(document: &str, person: &DemoPerson, handle: &str) -> String {
    let number = person.personal_number.as_str();
    let spoken = format!("{}-{}", &number[..8], &number[8..]);
    let index = person_index(document);
    let mut text = document.to_owned();
    for mine in [number, &spoken, &person.name, handle, &index] {
        text = text.replace(mine, "_");
    }
    for (before, until) in [
        ("nonce=\"", '"'),
        ("data-of=\"", '"'),
        ("data-page=\"", '"'),
        ("name=\"draft\" value=\"", '"'),
        ("name=\"entry\" value=\"", '"'),
        ("hämtad ", ' '),
        ("hämtad ", '<'),
        ("'nonce-", '\''),
    ] {
        text = without(&text, before, until);
    }
    text
}

/// `p37-`, as the ids of a person's records begin.
fn person_index(document: &str) -> String {
    let starts = document.split("\"p").skip(1).filter_map(|rest| rest.split_once('-').map(|(index, _)| index));
    let index = starts.into_iter().find(|index| index.len() == 2 && index.bytes().all(|b| b.is_ascii_digit()));
    index.map_or_else(|| "no record".to_owned(), |index| format!("p{index}-"))
}

fn without(text: &str, before: &str, until: char) -> String {
    let mut parts = text.split(before);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| done + before + &part[part.find(until).unwrap_or(0)..])
}

/// Takes out of the JSON what is of one opening: when each source answered, and the registration that opened it.
fn of_no_opening(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for key in ["fetched_at", "registration"] {
                members.remove(key);
            }
            for member in members.values_mut() {
                *member = of_no_opening(member.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = of_no_opening(item.take());
            }
        }
        _ => {}
    }
    value
}

#[tokio::test]
async fn nobody_can_tell_from_json_or_page_whose_block_it_is() {
    let portal = shared().await;
    let [region, municipality] = twins(portal);
    // A nurse of neither, and a case officer, who may not even know that there is one.
    for (staff, told) in [("nurse", Value::Bool(true)), ("nurse-asgarden", Value::Bool(true)), ("officer", Value::Null)]
    {
        let mut browser = Browser::signed_in(portal, staff).await;
        let mut seen = Vec::new();
        for person in [region, municipality] {
            let address = browser.open(&person.personal_number, "shared").await;
            let handle = address.rsplit('/').next().unwrap().to_owned();
            let overview = browser.json(&address).await.json();
            assert_eq!(overview["blocked_exists"], told, "{staff}");
            assert!(!overview.to_string().contains("smärtbehandling"), "{staff}: the blocked record");
            let json = of_no_opening(overview).to_string();
            let page = browser.get(&address).await.body;
            seen.push((anonymous(&json, person, &handle), anonymous(&page, person, &handle)));
            if told.is_null() {
                assert!(!page.to_lowercase().contains("spärr"), "{staff} reads of blocks");
            } else {
                assert!(page.contains("Spärrade uppgifter finns"), "{staff}");
            }
        }
        let [one, other] = seen.try_into().unwrap();
        assert_eq!(one.0, other.0, "{staff}: JSON");
        assert_eq!(one.1, other.1, "{staff}: the page");
    }
}

#[tokio::test]
async fn to_those_who_may_not_know_what_is_not_there_reads_the_same_with_and_without_a_block() {
    let portal = shared().await;
    let mut officer = Browser::signed_in(portal, "officer").await;
    let reasons = async |browser: &mut Browser, patient: &str| {
        let overview = browser.overview(patient, "shared").await;
        let mut found = Vec::new();
        for section in list(&overview["sections"]) {
            for cell in list(&section["sources"]).iter().filter(|cell| cell["source"] == "cosmic-region") {
                found.push(format!("{} {} {}", section["name"], cell["state"], cell["reason"]));
            }
        }
        found
    };
    // The region holds something of the first, which is blocked, and nothing of the second, of whom nothing is blocked.
    let blocked = reasons(&mut officer, &twins(portal)[0].personal_number).await;
    let nothing = reasons(&mut officer, &portal.showing("nothing")).await;
    assert_eq!(blocked, nothing);
    assert!(blocked.iter().any(|cell| cell.contains("may-exist")), "{blocked:?}");
}

#[tokio::test]
async fn a_block_that_leaves_alerts_open_shows_them_and_the_limit_and_no_medicine() {
    let portal = shared().await;
    let mut nurse = Browser::signed_in(portal, "nurse").await;
    let overview = nurse.overview(&portal.showing("block-exempts-alerts"), "shared").await;
    assert_eq!(entries(&overview, "care-limits")[0]["text"], "Ej intensivvård");
    let alerts = entries(&overview, "alerts");
    assert!(alerts.iter().any(|alert| alert.to_string().contains("Acetylsalicylsyra")), "{alerts:?}");
    assert!(entries(&overview, "medications").is_empty() && !overview.to_string().contains("Warfarin"));
    assert_eq!(overview["blocked_exists"], true);
}

#[tokio::test]
async fn one_provider_whose_list_is_too_old_is_withheld_and_the_others_are_not() {
    let portal = Portal::start("").await;
    portal.run_sql("UPDATE block_register SET verified_us = 0 WHERE provider = 'SE9999100001-RF'").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let overview = nurse.overview(&portal.showing("everything"), "shared").await;
    let from = |source: &str| all_entries(&overview).iter().filter(|one| one["provenance"]["source"] == source).count();
    assert_eq!(from("cosmic-region"), 0);
    assert!(from("viva-storsjo-sol") > 0 && from("viva-storsjo-hsl") > 0);
    assert!(overview["sections"].to_string().contains("block-unverified"));
    assert!(!overview.to_string().contains("nothing-held"), "somebody's blocks are not known");
}
