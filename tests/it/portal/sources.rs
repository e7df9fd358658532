//! How the sources answer, as everybody who is signed in may see it: what is told before and after they were asked, for whom, and that
//! nothing of a patient is in it.
//!
//! Not here: how it is counted (`service::sightings`), which word wins (`domain::standing`).

use serde_json::Value;

use super::{browser::Browser, enablement::switch_off, harness::Portal, reading::text};

const PAGE: &str = "/sources";

/// A section of a source in the JSON.
fn line<'a>(all: &'a Value, source: &str, section: &str) -> &'a Value {
    let sources = all["sources"].as_array().unwrap();
    let source = sources.iter().find(|one| one["source"] == source).unwrap_or_else(|| panic!("{source} is not there"));
    let sections = source["sections"].as_array().unwrap();
    sections.iter().find(|one| one["section"] == section).unwrap_or_else(|| panic!("{section} is not there"))
}

async fn read(browser: &mut Browser) -> Value {
    browser.json(PAGE).await.json()
}

fn standing(all: &Value, source: &str, section: &str) -> String {
    text(&line(all, source, section)["standing"]).to_owned()
}

#[tokio::test]
async fn what_nobody_has_asked_is_not_said_to_work_and_what_fails_says_since_when() {
    let portal = Portal::start("viva=500").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let before = read(&mut doctor).await;
    let words = |all: &Value| -> Vec<String> {
        let sources = all["sources"].as_array().unwrap();
        let sections = sources.iter().flat_map(|source| source["sections"].as_array().unwrap());
        sections.map(|section| text(&section["standing"]).to_owned()).collect()
    };
    assert!(words(&before).len() > 10 && words(&before).iter().all(|word| word == "not-asked-lately"), "{before}");
    assert!(doctor.get(PAGE).await.body.contains("Inte tillfrågad på länge: inget är känt"));

    let open = doctor.open(&patient, "shared").await;
    doctor.json(&open).await;
    let once = read(&mut doctor).await;
    let answers = line(&once, "cosmic-region", "medications");
    assert_eq!((text(&answers["standing"]), &answers["asked"]), ("answering", &Value::from(1)), "{once}");
    assert_eq!(
        (&answers["answered_percent"], &answers["p50_ms"]),
        (&Value::Null, &Value::Null),
        "one tells of a reading"
    );
    assert!(!answers["last_answer"].is_null() && answers["why"].is_null());
    let fails = line(&once, "viva-storsjo-hsl", "care-limits");
    assert_eq!((text(&fails["standing"]), text(&fails["why"])), ("failing", "refused"), "{once}");
    assert!(fails["last_answer"].is_null() && !fails["since"].is_null());
    let page = doctor.get(PAGE).await.body;
    assert!(page.contains("för få frågor för att säga") && page.contains("källan nekade"), "{page}");

    for _ in 0..5 {
        doctor.json(&open).await;
    }
    let often = read(&mut doctor).await;
    let answers = line(&often, "cosmic-region", "medications");
    assert_eq!((&answers["asked"], &answers["answered_percent"]), (&Value::from(6), &Value::from(100)));
    let (half, most) = (answers["p50_ms"].as_u64().unwrap(), answers["p95_ms"].as_u64().unwrap());
    assert!(0 < half && half <= most && half.is_multiple_of(10), "{half} {most}");
    assert_eq!(standing(&often, "viva-storsjo-hsl", "plans"), "paused", "{often}");
    assert_eq!(line(&often, "viva-storsjo-hsl", "care-limits")["answered_percent"], 0, "{often}");
    assert_eq!(standing(&often, "viva-storsjo-hsl", "care-limits"), "failing", "they are asked for all the same");
    assert!(doctor.get(PAGE).await.body.contains("Lämnas i fred en stund"));

    // Nothing of whom it was asked about, in any of the three forms.
    let table = doctor.get("/sources.csv").await;
    assert!(table.header("content-type").starts_with("text/csv") && table.body.contains("viva-storsjo-hsl"));
    assert_eq!(table.body.lines().count(), 1 + words(&often).len());
    let handle = open.rsplit('/').next().unwrap();
    for told in [often.to_string(), doctor.get(PAGE).await.body, table.body] {
        for secret in [patient.as_str(), &patient[2..], handle] {
            assert!(!told.contains(secret), "it tells of a patient");
        }
    }
    assert_eq!(portal.log().await.iter().filter(|entry| entry.record.details.to_string().contains(PAGE)).count(), 0);
}

#[tokio::test]
async fn a_section_that_is_not_enabled_is_so_for_its_own_organisation_and_nobody_signed_out_sees_anything() {
    let portal = Portal::start("").await;
    switch_off(&portal, "cosmic-region", "medications").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let hers = read(&mut nurse).await;
    assert_eq!(standing(&hers, "cosmic-region", "medications"), "not-enabled", "{hers}");
    assert_eq!(standing(&hers, "cosmic-region", "alerts"), "not-asked-lately");
    assert!(nurse.get(PAGE).await.body.contains("Inte aktiverad för din organisation"));
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    assert_eq!(standing(&read(&mut doctor).await, "cosmic-region", "medications"), "not-asked-lately");

    let mut nobody = Browser::new(&portal);
    for address in [PAGE, "/sources.csv"] {
        let refused = nobody.json(address).await;
        assert_eq!(
            (refused.status, refused.json()),
            (401, serde_json::json!({ "error": "session-expired" })),
            "{address}"
        );
        assert!(!nobody.get(address).await.body.contains("cosmic"), "{address}");
    }
}
