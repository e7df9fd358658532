//! What each person of the demo is tagged with is what the canonical JSON shows: services, contacts, plans, medicines.
//!
//! Limits, identities, blocks and trouble have files of their own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, badge, cell, cells, entries, list, only, section, text},
};

async fn seen_by_doctor(tag: &str) -> Value {
    let portal = shared().await;
    Browser::signed_in(portal, "doctor").await.overview(&portal.showing(tag), "shared").await
}

#[tokio::test]
async fn every_tag_of_the_list_is_shown_by_somebody() {
    let portal = shared().await;
    for tag in samsyn_demo::people::TAGS {
        assert!(portal.seed.person_showing(tag).is_some(), "nobody shows {tag}");
    }
}

#[tokio::test]
async fn everything_has_entries_in_all_ten_sections_from_at_least_four_sources() {
    let overview = seen_by_doctor("everything").await;
    for section in list(&overview["sections"]) {
        assert!(!list(&section["entries"]).is_empty(), "{} is empty", section["name"]);
    }
    let sources: BTreeSet<&str> =
        all_entries(&overview).iter().map(|entry| text(&entry["provenance"]["source"])).collect();
    assert!(sources.len() >= 4, "{sources:?}");
    assert_eq!(overview["completeness"]["unanswered"], 0, "{}", overview["completeness"]);
}

#[tokio::test]
async fn the_life_threatening_allergy_stands_once_on_the_line_with_both_its_sources() {
    let overview = seen_by_doctor("everything").await;
    let line = list(&overview["alert_line"]);
    let penicillin: Vec<_> = line.iter().filter(|item| item["text"] == "Penicillin").collect();
    assert_eq!(penicillin.len(), 1, "{line:?}");
    assert_eq!(penicillin[0]["severity"], "life-threatening");
    assert_eq!(list(&penicillin[0]["sources"]).len(), 2, "{line:?}");
    assert!(line.iter().any(|item| item["kind"] == "special-routine"));
    assert!(!line.iter().any(|item| item["kind"] == "treatment" || item["kind"] == "serious-disease"), "{line:?}");
}

#[tokio::test]
async fn nothing_is_said_only_as_an_answer_of_each_source() {
    let overview = seen_by_doctor("nothing").await;
    assert_eq!(overview["person"]["name"], "Bengt Lind");
    assert!(all_entries(&overview).is_empty());
    for section in list(&overview["sections"]) {
        for cell in list(&section["sources"]) {
            let state = text(&cell["state"]);
            assert!(matches!(state, "nothing-held" | "unsupported" | "not-asked"), "{} {cell}", section["name"]);
        }
    }
    assert_eq!(overview["completeness"]["asked"], overview["completeness"]["answered"]);
}

#[tokio::test]
async fn the_edge_of_the_window_lies_between_ninety_and_ninety_three_days() {
    for (tag, recent) in [("edge-89", true), ("edge-90", true), ("edge-93", false)] {
        let overview = seen_by_doctor(tag).await;
        assert_eq!(overview["recent_since"], "2026-08-21");
        let look = text(&badge(&overview, "home-nursing")["look"]).to_owned();
        assert_eq!(look == "recent", recent, "{tag} is {look}");
        assert!(recent || matches!(&*look, "none" | "not-asked"), "{tag} is {look}");
        assert_eq!(entries(&overview, "services").len(), 1, "{tag}: the ended service is in its card all the same");
    }
}

#[tokio::test]
async fn a_visit_to_the_emergency_department_glows_while_it_lasts() {
    let overview = seen_by_doctor("ed-now").await;
    let badge = badge(&overview, "emergency-visit");
    assert_eq!(badge["look"], "ongoing");
    assert_eq!(badge["sources"], serde_json::json!(["cosmic-region"]));
    assert!(text(&badge["since"]).starts_with("2026-11-21T10:15"), "{badge}");
    assert_eq!(cell(&overview, "alerts", "cosmic-region")["state"], "stated-none");
}

#[tokio::test]
async fn ready_for_discharge_glows_and_the_missing_care_contact_is_said() {
    let portal = shared().await;
    let patient = portal.showing("discharge-ready");
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let overview = doctor.overview(&patient, "shared").await;
    assert_eq!(badge(&overview, "ready-for-discharge")["look"], "ongoing");
    assert_eq!(badge(&overview, "inpatient")["look"], "ongoing");
    let named = entries(&overview, "contacts").iter().any(|contact| contact["kind"] == "named-care-contact");
    assert!(!named);
    assert_eq!(section(&overview, "contacts")["named_care_contact_missing"], true);
    assert!(doctor.page(&patient, "shared").await.contains("Fast vårdkontakt: ingen uppgiven"));
}

#[tokio::test]
async fn an_agreement_on_how_to_be_met_is_there_word_for_word() {
    let portal = shared().await;
    let patient = portal.showing("care-agreement");
    let mut ambulance = Browser::signed_in(portal, "ambulance").await;
    let overview = ambulance.overview(&patient, "shared").await;
    let words = "Tala lugnt, en person i taget. Erbjud eget rum. Inga hastiga beröringar.";
    assert_eq!(only(&overview, "plans", |plan| plan["kind"] == "agreement")["instruction"], words);
    assert!(ambulance.page(&patient, "shared").await.contains(words));
}

#[tokio::test]
async fn medicines_in_dose_packs_and_the_one_outside_them_are_told_apart() {
    for person in shared().await.seed.people.iter().filter(|person| person.shows.contains(&"dose-dispensed")) {
        let mut doctor = Browser::signed_in(shared().await, "doctor").await;
        let overview = doctor.overview(&person.personal_number, "shared").await;
        let packed = entries(&overview, "medications").iter().filter(|drug| drug["dose_dispensed"] == true).count();
        assert_eq!(packed, 3, "{}: {}", person.name, section(&overview, "medications"));
        let outside = only(&overview, "medications", |drug| drug["separate_instruction"].is_string());
        assert_eq!(
            outside["separate_instruction"],
            "Enligt särskild ordination: dos efter PK-värde, se ordinationslista"
        );
        assert_eq!(outside["handled_by"], "hemsjukvården");
        assert_ne!(outside["dose_dispensed"], true);
    }
}

#[tokio::test]
async fn one_dose_from_two_sources_is_counted_as_one_or_two_never_as_certain() {
    let overview = seen_by_doctor("duplicate-dose").await;
    let covid = &section(&overview, "covid-19")["covid"];
    let (least, most) = (covid["doses_at_least"].as_u64().unwrap(), covid["doses_at_most"].as_u64().unwrap());
    assert!(least < most, "{covid}");
    assert!(covid["confirmed_infection"].is_null(), "{covid}");
    assert!(entries(&overview, "covid-19").iter().any(|dose| dose["possible_duplicate"] == true));
}

#[tokio::test]
async fn a_suspected_infection_is_apart_from_confirmed_ones_and_not_on_the_line() {
    let overview = seen_by_doctor("suspected-infection").await;
    let suspected = only(&overview, "covid-19", |entry| entry["certainty"] == "suspected");
    assert_eq!(suspected["type"], "infection");
    let confirmed = text(&section(&overview, "covid-19")["covid"]["confirmed_infection"]);
    assert!(!confirmed.starts_with("2026-11"), "the suspected one is not the confirmed one: {confirmed}");
    assert!(list(&overview["alert_line"]).is_empty(), "{}", overview["alert_line"]);
}

fn who_answers(overview: &Value) -> Vec<(String, bool)> {
    let of = |contact: &Value| Some((text(&contact["kind"]).to_owned(), contact.get("answers_now")?.as_bool()?));
    entries(overview, "contacts").iter().filter_map(of).collect()
}

#[tokio::test]
async fn who_answers_follows_the_clock() {
    let by_day = shared().await;
    let by_night = Portal::start_at("2026-11-21T23:30:00+01:00", "", |_| {}).await;
    for (portal, day) in [(by_day, true), (&by_night, false)] {
        for person in portal.seed.people.iter().filter(|person| person.shows.contains(&"on-call-night")) {
            let mut doctor = Browser::signed_in(portal, "doctor").await;
            let overview = doctor.overview(&person.personal_number, "shared").await;
            let answers = who_answers(&overview);
            assert!(answers.contains(&("home-nursing".into(), day)), "{}: {answers:?}", person.name);
            assert!(answers.contains(&("on-call-nurse".into(), !day)), "{}: {answers:?}", person.name);
            assert!(answers.contains(&("on-call-physician".into(), day)), "{}: {answers:?}", person.name);
            let closed = answers.iter().position(|(_, now)| !now).unwrap();
            assert!(answers[closed..].iter().all(|(_, now)| !now), "whoever answers now stands first: {answers:?}");
        }
    }
}

#[tokio::test]
async fn every_source_has_one_cell_in_every_section_it_is_considered_for() {
    let overview = seen_by_doctor("everything").await;
    let considered = cells(&overview, "alerts").len();
    assert_eq!(considered, shared().await.seed.sources.len() - 1, "all but the population register");
    for section in list(&overview["sections"]) {
        assert_eq!(list(&section["sources"]).len(), considered, "{}", section["name"]);
    }
}
