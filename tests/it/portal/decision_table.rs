//! Each row of the decision table (who may see what), opened by the staff and for the person that `tests/README.md` names.
//!
//! Not here: every combination (`domain::access_model`), how a ground is registered (`access`).
//! Invariant: what the README says shows a row is what is opened here, and every row of it is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, text},
};

const REGION: &str = "cosmic-region";
const STORSJO_HSL: &str = "viva-storsjo-hsl";
const STORSJO_SOL: &str = "viva-storsjo-sol";
const FJALLNAS_HSL: &str = "viva-fjallnas-hsl";
const TJARN_CARE: &str = "tjarn-sjukvard";
const TJARN_HABILITATION: &str = "tjarn-habilitering";

/// One row: who opens whom, the ground or what it lacks, and the sources whose entries are there and are not.
struct Row {
    number: &'static str,
    staff: &'static str,
    shows: &'static str,
    scope: &'static str,
    ground: Ground,
    there: &'static [&'static str],
    not_there: &'static [&'static str],
}

enum Ground {
    Missing(&'static [&'static str]),
    Of(&'static str, &'static str),
}

use Ground::{Missing, Of};

const fn row(
    number: &'static str,
    (staff, shows): (&'static str, &'static str),
    scope: &'static str,
    ground: Ground,
    there: &'static [&'static str],
    not_there: &'static [&'static str],
) -> Row {
    Row { number, staff, shows, scope, ground, there, not_there }
}

const ROWS: [Row; 17] = [
    row("1", ("doctor", "no-consent"), "own", Missing(&["active-choice"]), &[REGION], &[STORSJO_HSL, STORSJO_SOL]),
    row(
        "2",
        ("nurse-tjarn", "other-authority"),
        "own",
        Missing(&["active-choice"]),
        &[TJARN_CARE, TJARN_HABILITATION],
        &[STORSJO_HSL],
    ),
    row(
        "2b",
        ("nurse", "other-authority"),
        "shared",
        Missing(&["relation", "consent"]),
        &[STORSJO_HSL],
        &[TJARN_CARE, TJARN_HABILITATION],
    ),
    row("3a", ("doctor", "no-consent"), "shared", Missing(&["relation", "consent"]), &[REGION], &[STORSJO_HSL]),
    row("3b", ("doctor", "relation-ended"), "shared", Missing(&["relation"]), &[REGION], &[STORSJO_HSL]),
    row("3c", ("nurse", "own-sol"), "shared", Of("consent", "all"), &[STORSJO_HSL, STORSJO_SOL, REGION], &[]),
    row("3d", ("doctor", "advance-consent"), "shared", Of("consent", "all"), &[REGION, STORSJO_SOL], &[]),
    row("3e", ("nurse", "advance-consent"), "shared", Missing(&["consent"]), &[STORSJO_HSL], &[REGION, STORSJO_SOL]),
    row("3f", ("nurse", "moved-municipality"), "shared", Of("consent", "all"), &[STORSJO_HSL, FJALLNAS_HSL], &[]),
    row(
        "3g",
        ("nurse-fjallnas", "moved-municipality"),
        "shared",
        Missing(&["relation"]),
        &[FJALLNAS_HSL],
        &[STORSJO_HSL],
    ),
    row("4", ("nurse", "child"), "shared", Of("child", "all"), &[REGION], &[]),
    row("5a", ("officer", "everything"), "shared", Of("consent", "all"), &[STORSJO_SOL, STORSJO_HSL, REGION], &[]),
    row("5b", ("officer", "own-sol"), "shared", Missing(&["consent"]), &[STORSJO_SOL], &[STORSJO_HSL, REGION]),
    row("6", ("officer", "child"), "shared", Of("child", "social-care"), &[STORSJO_SOL], &[REGION, STORSJO_HSL]),
    row("7", ("nurse", "incapable"), "shared", Of("incapable", "all"), &[STORSJO_HSL, STORSJO_SOL, REGION], &[]),
    row(
        "8",
        ("officer", "incapable"),
        "shared",
        Of("incapable", "social-care"),
        &[STORSJO_SOL],
        &[STORSJO_HSL, REGION],
    ),
    row("9", ("nurse", "blocked"), "shared", Of("consent", "all"), &[STORSJO_HSL], &["viva-fjallnas-hsl"]),
];

/// Rows that are more than one opening, each with a test of its own below, or in `lifting`.
const OTHERS: [(&str, &str, &str); 6] = [
    ("9b", "officer", "blocked"),
    ("9c", "nurse", "outer-block"),
    ("10", "doctor", "no-consent"),
    ("11", "officer", "no-consent"),
    ("12", "reviewer", "everything"),
    ("13", "doctor", "inner-block"),
];

async fn opened(portal: &Portal, row: &Row) -> Value {
    let mut browser = Browser::signed_in(portal, row.staff).await;
    browser.overview(&portal.showing(row.shows), row.scope).await
}

#[tokio::test]
async fn every_row_is_shown_by_the_staff_and_the_person_that_the_readme_names() {
    let portal = shared().await;
    for row in &ROWS {
        let overview = opened(portal, row).await;
        let which = format!("row {}: {} opens {}", row.number, row.staff, row.shows);
        let access = &overview["access"];
        match row.ground {
            Missing(what) => assert_eq!(access, &json!({ "own": what }), "{which}"),
            Of(basis, reach) => {
                let grant = &access["granted"];
                assert_eq!((text(&grant["basis"]), text(&grant["reach"])), (basis, reach), "{which}");
            }
        }
        let entries = all_entries(&overview);
        let sources: BTreeSet<&str> = entries.iter().map(|entry| text(&entry["provenance"]["source"])).collect();
        for source in row.there {
            assert!(sources.contains(source), "{which}: {source} is not among {sources:?}");
        }
        for source in row.not_there {
            assert!(!sources.contains(source), "{which}: {source} is there");
        }
    }
}

#[tokio::test]
async fn blocked_information_is_known_of_by_care_providers_and_opened_by_nobody() {
    let portal = shared().await;
    let patient = portal.showing("blocked");
    for (staff, told) in [("nurse", json!(true)), ("officer", Value::Null)] {
        let overview = Browser::signed_in(portal, staff).await.overview(&patient, "shared").await;
        assert_eq!(overview["blocked_exists"], told, "{staff}");
        assert!(!overview.to_string().contains("Riluzol"), "{staff}");
    }
}

#[tokio::test]
async fn danger_to_life_is_for_care_providers_only_and_reaches_care_providers_only() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let (why, needed) = ([("reason", "unconscious")], [("fetch", "1"), ("section-contacts", "1")]);
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "own").await;
    assert_eq!(doctor.post(&format!("{address}/emergency"), &why).await.status, 303);
    let opened = doctor.post(&format!("{address}/emergency"), &needed).await;
    let overview = doctor.json(opened.location()).await.json();
    let grant = &overview["access"]["granted"];
    assert_eq!((text(&grant["basis"]), text(&grant["reach"])), ("emergency", "care"));
    let entries = all_entries(&overview);
    assert!(entries.iter().any(|entry| entry["provenance"]["source"] == STORSJO_HSL));
    assert!(entries.iter().all(|entry| entry["provenance"]["source"] != STORSJO_SOL));

    let mut officer = Browser::signed_in(&portal, "officer").await;
    let address = officer.open(&patient, "shared").await;
    for step in [&why[..], &needed] {
        assert_eq!(officer.post(&format!("{address}/emergency"), step).await.status, 422);
    }
    assert_eq!(officer.json(&address).await.json()["access"], json!({ "own": ["relation", "consent"] }));
}

#[tokio::test]
async fn any_other_purpose_reaches_no_patient_even_with_consent() {
    let portal = shared().await;
    for staff in ["reviewer", "admin"] {
        let mut browser = Browser::new(portal);
        browser.sign_in(staff).await;
        for scope in ["own", "shared"] {
            let form = [("patient", &*portal.showing("everything")), ("scope", scope)];
            assert_eq!(browser.post("/overview", &form).await.status, 403, "{staff} {scope}");
        }
    }
}

#[test]
fn the_readme_names_these_rows_and_no_other() {
    let readme = include_str!("../../README.md");
    let table = readme.split("## Who may see what").nth(1).unwrap().split("\n## ").next().unwrap();
    let named: Vec<(String, String, String)> = table
        .lines()
        .filter(|line| line.contains("`demo "))
        .map(|line| {
            let number = line.split('|').nth(1).unwrap().trim().to_owned();
            let shown = line.split("`demo ").nth(1).unwrap().split('`').next().unwrap();
            let (staff, person) = shown.split_once(" → ").unwrap();
            (number, staff.to_owned(), person.to_owned())
        })
        .collect();
    let opened = ROWS.iter().map(|row| (row.number, row.staff, row.shows)).chain(OTHERS);
    let mut opened: Vec<_> = opened.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).collect();
    let mut named_sorted = named;
    named_sorted.sort();
    opened.sort();
    assert_eq!(named_sorted, opened);
}
