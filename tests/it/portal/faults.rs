//! Every kind of fault in the municipal system: the others are unaffected, and nobody reads "none" for silence.

use std::collections::BTreeSet;

use samsyn_server::config::Config;
use serde_json::Value;

use super::{
    browser::Browser,
    harness::{NOON, Portal, shared},
    reading::{all_entries, badge, cell, cells_of, list, section, text},
};

/// Long enough for an answer on a busy machine, short enough for a test.
const VIVA_WITHIN_MS: u64 = 2_500;

fn impatient(config: &mut Config) {
    for source in config.sources.iter_mut().filter(|source| source.adapter == "viva") {
        source.answer_within_ms = VIVA_WITHIN_MS;
    }
}

async fn astrid(portal: &Portal) -> (Value, String) {
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing("everything");
    (doctor.overview(&patient, "shared").await, doctor.page(&patient, "shared").await)
}

fn ids_of_others(overview: &Value) -> BTreeSet<String> {
    let others = all_entries(overview).into_iter().map(|entry| &entry["provenance"]);
    let others = others.filter(|provenance| !text(&provenance["source"]).starts_with("viva"));
    others.map(|provenance| format!("{} {}", provenance["source"], provenance["id"])).collect()
}

/// The doctor's view of Astrid while every binding of viva has this fault.
async fn viva_has(kind: &str, reasons: &[&str]) {
    let portal = Portal::start_at(NOON, &format!("viva={kind}"), impatient).await;
    let (overview, page) = astrid(&portal).await;
    let (healthy, _) = astrid(shared().await).await;

    assert!(ids_of_others(&healthy).is_subset(&ids_of_others(&overview)), "{kind}: an entry of another source is gone");
    for source in portal.seed.sources.iter().filter(|source| source.adapter != "viva" && !source.population_register) {
        for ((section, before), (_, after)) in
            cells_of(&healthy, source.id.as_str()).into_iter().zip(cells_of(&overview, source.id.as_str()))
        {
            assert_eq!(before["state"], after["state"], "{kind}: {} {section}", source.id);
        }
    }
    for source in ["viva-storsjo-hsl", "viva-storsjo-sol"] {
        for (section, cell) in cells_of(&overview, source) {
            let reason = cell.get("reason").and_then(Value::as_str).unwrap_or_default();
            let right = cell["state"] == "unsupported" || cell["state"] == "unanswered" && reasons.contains(&reason);
            assert!(right, "{kind}: {source} {section}: {cell}");
        }
    }
    for kind_of_service in ["home-nursing", "safety-alarm", "aids"] {
        let badge = badge(&overview, kind_of_service);
        assert_eq!(badge["look"], "unknown", "{kind}: {badge}");
        assert!(badge["sources"].to_string().contains("viva-storsjo"), "{kind}: {badge}");
    }
    assert_eq!(badge(&overview, "home-care")["look"], "ongoing", "{kind}: another source still lights it");
    let not_checked = &section(&overview, "care-limits")["not_checked"];
    let missing = list(not_checked).iter().find(|missing| missing["phone"] == "063-555 20 40");
    assert!(missing.is_some_and(|missing| missing["organisation"] == "storsjo"), "{kind}: {not_checked}");
    assert!(page.contains("Kunde inte kontrolleras hos Storsjö kommun (Viva HSL)"), "{kind}");
    assert!(page.contains("063-555 20 40") && page.contains("Inget svar – uppgifter kan finnas"), "{kind}");
    assert_eq!(overview["completeness"]["unanswered"], 2, "{kind}: {}", overview["completeness"]);
    assert_eq!(overview["person"]["name"], "Astrid Fjällström", "{kind}");
}

#[tokio::test]
async fn a_source_that_hangs_leaves_the_others_whole() {
    viva_has("hang", &["timeout"]).await;
}

#[tokio::test]
async fn a_source_that_is_not_there_leaves_the_others_whole() {
    viva_has("refuse", &["down"]).await;
}

#[tokio::test]
async fn a_connection_reset_in_the_middle_leaves_the_others_whole() {
    viva_has("reset", &["down"]).await;
}

#[tokio::test]
async fn an_internal_error_leaves_the_others_whole() {
    viva_has("500", &["refused", "down"]).await;
}

#[tokio::test]
async fn an_overloaded_source_leaves_the_others_whole() {
    viva_has("429", &["overloaded"]).await;
}

#[tokio::test]
async fn a_refused_credential_leaves_the_others_whole() {
    viva_has("401", &["credential", "refused"]).await;
}

#[tokio::test]
async fn an_empty_reply_leaves_the_others_whole() {
    viva_has("empty", &["malformed"]).await;
}

#[tokio::test]
async fn a_truncated_reply_leaves_the_others_whole() {
    viva_has("truncated", &["malformed"]).await;
}

#[tokio::test]
async fn a_login_page_instead_of_data_leaves_the_others_whole() {
    viva_has("html", &["malformed"]).await;
}

#[tokio::test]
async fn an_answer_later_than_the_limit_leaves_the_others_whole() {
    viva_has("slow=6000", &["timeout"]).await;
}

#[tokio::test]
async fn answers_about_somebody_else_leave_the_others_whole() {
    viva_has("wrong-patient", &["wrong-patient"]).await;
}

/// One source of each adapter; two of the simple contract, which has two forms.
const ONE_OF_EACH: [&str; 5] = ["viva-storsjo-hsl", "cosmic-region", "nationella", "lifecare-granliden-hsl", CSV];
const CSV: &str = "asgarden";

/// What the page says of each kind of fault, whatever kind of system has it.
const SAID: [(&str, &str); 11] = [
    ("hang", "timeout"),
    ("refuse", "down"),
    ("reset", "down"),
    ("500", "refused"),
    ("429", "overloaded"),
    ("401", "refused"),
    ("empty", "malformed"),
    ("truncated", "malformed"),
    ("html", "malformed"),
    ("slow=6000", "timeout"),
    ("wrong-patient", "wrong-patient"),
];

/// What every source of [`ONE_OF_EACH`] says of Astrid while all of them have this fault.
async fn all_have(kind: &str) -> Value {
    let faults: Vec<String> = ONE_OF_EACH.iter().map(|source| format!("{source}={kind}")).collect();
    let hurried = |config: &mut Config| {
        config.sources.iter_mut().for_each(|source| source.answer_within_ms = VIVA_WITHIN_MS);
    };
    let portal = Portal::start_at(NOON, &faults.join(","), hurried).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open_with(&[("patient", &patient), ("scope", "shared"), ("ask_all", "1")]).await;
    doctor.json(&address).await.json()
}

#[tokio::test]
async fn every_adapter_says_of_every_fault_what_a_reader_expects() {
    let kinds: BTreeSet<&str> = SAID.iter().map(|(kind, _)| kind.split('=').next().unwrap()).collect();
    let announced: BTreeSet<&str> =
        samsyn_demo::fault::KINDS.split(' ').map(|kind| kind.split('=').next().unwrap()).collect();
    assert_eq!(kinds, announced, "a kind of fault nobody expects anything of");
    let mut wrong = Vec::new();
    for (kind, expected) in SAID {
        let overview = all_have(kind).await;
        for source in ONE_OF_EACH {
            let cells = cells_of(&overview, source);
            let asked: Vec<_> = cells.iter().filter(|(_, cell)| cell["state"] != "unsupported").collect();
            assert!(!asked.is_empty(), "{source} was not asked");
            for (section, cell) in asked {
                // A table cut short is still a table: its header and its stated number of rows tell that something is missing. The files of
                // the other sections have one row, and are cut within their header: they are no tables.
                let is_table = (kind, source, *section) == ("truncated", CSV, "services");
                let expected = if is_table { "partial" } else { expected };
                let said = if cell["state"] == "unanswered" { &cell["reason"] } else { &cell["state"] };
                if said != expected {
                    wrong.push(format!("{kind}: {source} {section} says {said} instead of {expected}"));
                }
            }
        }
        let kept = all_entries(&overview).into_iter().map(|entry| text(&entry["provenance"]["source"]));
        let kept: BTreeSet<&str> = kept.filter(|source| ONE_OF_EACH.contains(source)).collect();
        assert!(kept.is_empty() || kind == "truncated" && kept == BTreeSet::from([CSV]), "{kind}: {kept:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_fault_of_one_binding_leaves_the_other_binding_whole() {
    let portal = Portal::start("viva-storsjo-sol=500").await;
    let (overview, _) = astrid(&portal).await;
    assert_eq!(cell(&overview, "services", "viva-storsjo-hsl")["state"], "reported");
    assert_eq!(cell(&overview, "services", "viva-storsjo-sol")["state"], "unanswered");
}

#[tokio::test]
async fn without_the_register_the_name_comes_from_elsewhere_and_places_stay_masked() {
    let portal = Portal::start("folkbokforing=refuse").await;
    let (overview, page) = astrid(&portal).await;
    assert_eq!(overview["person"]["name"], "Astrid Fjällström");
    assert_eq!(overview["person"]["places_masked"], true, "nobody has said that she is not protected");
    assert_eq!(overview["completeness"]["unanswered"], 1, "{}", overview["completeness"]);
    assert!(list(&section(&overview, "contacts")["entries"]).is_empty());
    for entry in all_entries(&overview) {
        let provenance = &entry["provenance"];
        assert!(provenance.get("care_unit").is_none() && provenance.get("care_provider").is_none(), "{entry}");
        assert!(entry.get("phones").is_none_or(|phones| list(phones).is_empty()), "{entry}");
    }
    for unit in ["Medicinkliniken,", "Hemsjukvården Storsjö norr", "Hemtjänsten Solgläntan", "Åsgården, avdelning 2"]
    {
        assert!(!overview.to_string().contains(unit) && !page.contains(unit), "{unit}");
    }
}

#[tokio::test]
async fn care_limits_are_asked_for_also_while_a_source_is_left_alone() {
    let adjust = |config: &mut Config| config.limits.pause_after_failures = 2;
    let portal = Portal::start_at(NOON, "viva=500", adjust).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    for _ in 0..2 {
        let overview = doctor.overview(&patient, "shared").await;
        assert_ne!(cell(&overview, "services", "viva-storsjo-hsl")["reason"], "paused");
    }
    let overview = doctor.overview(&patient, "shared").await;
    let services = cell(&overview, "services", "viva-storsjo-hsl");
    assert_eq!((text(&services["state"]), text(&services["reason"])), ("unanswered", "paused"));
    assert!(services["failing_since"].is_string(), "{services}");
    let limits = cell(&overview, "care-limits", "viva-storsjo-hsl");
    assert_eq!(limits["state"], "unanswered");
    assert_ne!(limits["reason"], "paused", "it was asked, and failed in its own way");
    assert!(!list(&section(&overview, "care-limits")["not_checked"]).is_empty());
    assert_eq!(badge(&overview, "home-nursing")["look"], "unknown");
}

#[tokio::test]
async fn whoever_may_not_ask_for_care_limits_does_not_end_the_pause_for_the_others() {
    let adjust = |config: &mut Config| config.limits.pause_after_failures = 2;
    let portal = Portal::start_at(NOON, "viva=500", adjust).await;
    let patient = portal.showing("everything");
    let mut careworker = Browser::signed_in(&portal, "careworker").await;
    for _ in 0..2 {
        careworker.overview(&patient, "shared").await;
    }
    for opening in 3..6 {
        let overview = careworker.overview(&patient, "shared").await;
        let services = cell(&overview, "services", "viva-storsjo-hsl");
        assert_eq!(services["reason"], "paused", "opening {opening}: {services}");
    }
}
