//! People for whom one source is slow, cut off, or answers about somebody else.

use serde_json::Value;

use super::{
    browser::Browser,
    harness::shared,
    reading::{all_entries, badge, cell, cells_of, text},
};

const TROUBLED: &str = "viva-storsjo-hsl";

async fn overview(tag: &str) -> Value {
    let portal = shared().await;
    Browser::signed_in(portal, "doctor").await.overview(&portal.showing(tag), "shared").await
}

fn assert_unanswered_there_only(overview: &Value, reason: &str) {
    for (section, cell) in cells_of(overview, TROUBLED) {
        let said = (text(&cell["state"]), cell.get("reason").and_then(Value::as_str));
        assert!(matches!(said, ("unsupported", None)) || said == ("unanswered", Some(reason)), "{section}: {cell}");
    }
    for source in ["cosmic-region", "nationella", "viva-storsjo-sol"] {
        for (section, cell) in cells_of(overview, source) {
            assert_ne!(cell["state"], "unanswered", "{source} {section}");
        }
    }
    assert_eq!(badge(overview, "home-nursing")["look"], "unknown");
    assert!(badge(overview, "home-nursing")["sources"].to_string().contains(TROUBLED));
}

#[tokio::test]
async fn an_answer_cut_off_in_the_middle_is_unanswered_at_that_source_only() {
    let overview = overview("malformed").await;
    assert_unanswered_there_only(&overview, "malformed");
    assert_eq!(overview["person"]["name"], "Peter Sjögren");
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_thrown_away_whole() {
    let portal = shared().await;
    let patient = portal.showing("wrong-patient");
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let overview = doctor.overview(&patient, "shared").await;
    assert_unanswered_there_only(&overview, "wrong-patient");
    let page = doctor.page(&patient, "shared").await;
    let told = overview.to_string();
    for other in portal.seed.people.iter().filter(|person| person.personal_number != patient) {
        for projection in [&told, &page] {
            assert!(
                !projection.contains(&other.personal_number) && !projection.contains(&other.name),
                "{}",
                other.name
            );
        }
    }
    assert!(all_entries(&overview).iter().all(|entry| entry["provenance"]["source"] != TROUBLED));
}

#[tokio::test]
async fn a_slow_source_within_its_limit_is_waited_for() {
    let overview = overview("slow").await;
    assert_eq!(cell(&overview, "services", TROUBLED)["state"], "reported");
    assert_eq!(badge(&overview, "home-nursing")["look"], "ongoing");
}
