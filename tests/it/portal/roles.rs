//! Roles: what each sees by default, and that nobody without care purpose opens a patient.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    browser::Browser,
    harness::shared,
    reading::{cells, entries, list, section, text},
};

async fn astrid_seen_by(staff: &str) -> (Value, String) {
    let portal = shared().await;
    let mut browser = Browser::signed_in(portal, staff).await;
    let patient = portal.showing("everything");
    (browser.overview(&patient, "shared").await, browser.page(&patient, "shared").await)
}

/// Sections in which every source that has it is withheld because of the role.
fn withheld_by_role(overview: &Value) -> BTreeSet<&str> {
    let sections = list(&overview["sections"]).iter();
    let withheld = sections.filter(|section| {
        let mut supported = list(&section["sources"]).iter().filter(|cell| cell["state"] != "unsupported").peekable();
        supported.peek().is_some() && supported.all(|cell| cell["state"] == "withheld" && cell["reason"] == "role")
    });
    withheld.map(|section| text(&section["name"])).collect()
}

#[tokio::test]
async fn administrators_and_reviewers_open_no_patient() {
    let portal = shared().await;
    for staff in ["admin", "reviewer"] {
        let mut browser = Browser::new(portal);
        browser.sign_in(staff).await;
        let patient = portal.showing("everything");
        let reply = browser.post("/overview", &[("patient", &patient), ("scope", "shared")]).await;
        assert_eq!(reply.status, 403, "{staff}");
        assert!(reply.body.contains("data-error=\"no-care-purpose\""), "{staff}: {}", reply.body);
        assert!(!reply.body.contains("Astrid") && !reply.body.contains(&patient), "{staff}");
    }
}

#[tokio::test]
async fn physicians_and_nurses_see_every_section() {
    for staff in ["doctor", "ambulance", "nurse"] {
        let (overview, _) = astrid_seen_by(staff).await;
        assert_eq!(withheld_by_role(&overview), BTreeSet::new(), "{staff}");
    }
}

#[tokio::test]
async fn an_occupational_therapist_sees_all_but_medicines() {
    let (overview, page) = astrid_seen_by("therapist").await;
    assert_eq!(withheld_by_role(&overview), BTreeSet::from(["medications"]));
    assert!(entries(&overview, "medications").is_empty() && !page.contains("Apixaban"));
}

#[tokio::test]
async fn staff_without_licence_see_services_contacts_abilities_and_two_kinds_of_plan() {
    for staff in ["careworker", "officer"] {
        let (overview, page) = astrid_seen_by(staff).await;
        let hidden = BTreeSet::from(["alerts", "care-limits", "medications", "covid-19", "consents", "documents"]);
        assert_eq!(withheld_by_role(&overview), hidden, "{staff}");
        for name in ["services", "contacts", "functional-status", "plans"] {
            assert!(!entries(&overview, name).is_empty(), "{staff} sees nothing in {name}");
        }
        let kinds: BTreeSet<&str> = entries(&overview, "plans").iter().map(|plan| text(&plan["kind"])).collect();
        assert!(kinds.is_subset(&BTreeSet::from(["sip", "implementation"])), "{staff}: {kinds:?}");
        assert_eq!(section(&overview, "plans")["role_limited"], true, "{staff}");
        assert!(list(&overview["alert_line"]).is_empty(), "{staff}");
        for clinical in ["Ej HLR", "Penicillin", "Apixaban", "Epikris", "Vårdplan hjärtsvikt", "PCR"] {
            assert!(!page.contains(clinical), "{staff} reads {clinical}");
        }
    }
}

#[tokio::test]
async fn a_withheld_section_reads_the_same_for_every_patient() {
    let portal = shared().await;
    let mut careworker = Browser::signed_in(portal, "careworker").await;
    let full = careworker.overview(&portal.showing("everything"), "own").await;
    let empty = careworker.overview(&portal.showing("nothing"), "own").await;
    for name in ["alerts", "care-limits", "medications", "covid-19", "consents", "documents"] {
        let said = |overview: &Value| -> Vec<Value> {
            let cells = cells(overview, name).iter().cloned();
            cells
                .map(|mut cell| {
                    cell["fetched_at"] = Value::Null;
                    cell
                })
                .collect()
        };
        assert_eq!(said(&full), said(&empty), "{name}");
    }
}

#[tokio::test]
async fn relatives_numbers_are_only_for_roles_with_that_right() {
    for (staff, right) in [("nurse", true), ("officer", true), ("careworker", false)] {
        let (overview, page) = astrid_seen_by(staff).await;
        let relatives: Vec<&Value> =
            entries(&overview, "contacts").iter().filter(|contact| contact["kind"] == "next-of-kin").collect();
        assert!(!relatives.is_empty(), "{staff}");
        for relative in &relatives {
            assert_eq!(!list(&relative["phones"]).is_empty(), right, "{staff}: {relative}");
        }
        assert_eq!(page.contains("063-555 88 11"), right, "{staff}");
    }
}
