//! The patient's extract of the log: what it tells, how staff are named, and who may make it.
//!
//! Invariants: it is of the own provider's log only; each one is in the log with the patient; the number stands in no address.

use samsyn_domain::{
    extract::ReaderNames,
    identifier::PersonIdentifier,
    source::{ProviderId, ProviderKind},
    viewer::{Role, Viewer},
};
use samsyn_service::port::audit_log::{Activity, AuditLog as _, AuditRecord};
use samsyn_tests::build::viewer;
use serde_json::json;

use super::{
    browser::{Browser, Reply},
    harness::{NOON, Portal, logged},
    reading::main,
    review::{opened, reviewer, spoken},
};

const PAGE: &str = "/extract";

async fn make(reviewer: &mut Browser, patient: &str, more: &[(&str, &str)]) -> Reply {
    let form = [("patient", patient), ("from", "2026-11-01"), ("to", "2026-11-21")];
    reviewer.post(PAGE, &[&form[..], more].concat()).await
}

#[tokio::test]
async fn an_extract_says_who_when_why_and_what_was_shown_and_is_itself_a_record() {
    let portal = Portal::start("").await;
    let (patient, other) = (portal.showing("everything"), portal.showing("conflict"));
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &patient, "shared").await;
    opened(&portal, &mut nurse, &other, "own").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    opened(&portal, &mut doctor, &patient, "own").await;

    let mut reviewer = reviewer(&portal, "reviewer").await;
    let form = reviewer.get(PAGE).await;
    assert!(form.status == 200 && form.body.contains("name=\"patient\""), "{}", form.body);
    let reply = make(&mut reviewer, &patient, &[]).await;
    assert_eq!(reply.status, 200);
    let page = main(&reply.body);
    assert!(page.contains("Loggade åtgärder: 1,") && page.contains(&spoken(&patient)), "{page}");
    for said in [
        "2026-11-21 12:00",
        "Karin Dahl, leg. sjuksköterska, Hemsjukvården Storsjö norr",
        "Vård och behandling",
        "Öppnade översikten · Sammanhållen översikt · Grund: vårdrelation och samtycke",
        "Visade: ",
        "Storsjö kommun (HSA-id SE9999200002-HSL), 2026-11-01 – 2026-11-21",
        "Andra vårdgivare, och kommunens socialtjänst, för egna loggar",
        "Framtaget 2026-11-21 12:00:00 av Tomas Ek",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Anders Holm"), "the region's log is the region's: {page}");
    assert!(!page.contains("Astrid") && !page.contains("Apixaban"), "no content: {page}");
    let title = reply.body.split("<title>").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(title, "Loggutdrag – Samsyn");

    let table = make(&mut reviewer, &patient, &[("form", "csv")]).await;
    assert!(table.header("content-type").starts_with("text/csv"), "{}", table.body);
    // Whose log and of when, when it was made, the columns; what the first extract left is an act of its own, told to the patient as well.
    assert_eq!(table.body.lines().count(), 5, "{}", table.body);
    assert!(
        table.body.contains("\"Storsjö kommun (HSA-id SE9999200002-HSL), 2026-11-01 – 2026-11-21\""),
        "{}",
        table.body
    );
    assert!(table.body.contains("\"Karin Dahl, leg. sjuksköterska, Hemsjukvården Storsjö norr\""), "{}", table.body);
    assert!(table.body.contains("\"Tog fram ett loggutdrag\""), "{}", table.body);

    let log = portal.log().await;
    let made: Vec<_> = log.iter().filter(|entry| entry.record.details["what"] == "extract").collect();
    assert_eq!(made.len(), 2);
    for (entry, form) in made.iter().zip(["page", "csv"]) {
        assert_eq!((entry.record.activity, &entry.record.details["form"]), (Activity::Read, &form.into()));
        assert_eq!(entry.record.patient.as_ref().map(|patient| patient.digits()), Some(patient.as_str()));
    }
    assert!(!logged().contains(&patient) && reviewer.addresses.iter().all(|address| !address.contains(&patient)));
}

#[tokio::test]
async fn that_nobody_has_looked_names_the_period_and_whose_log_it_is() {
    let portal = Portal::start("").await;
    let mut reviewer = reviewer(&portal, "reviewer-social").await;
    let patient = portal.showing("everything");
    let form = [("patient", patient.as_str()), ("from", "2026-11-01"), ("to", "2026-11-20")];
    let reply = reviewer.post(PAGE, &form).await;
    let page = main(&reply.body);
    let said = "Ingen har öppnat dina uppgifter hos Storsjö kommun (HSA-id SE9999200002-SOL) under perioden 2026-11-01 – 2026-11-20.";
    assert!(reply.status == 200 && page.contains(said), "{page}");
    assert!(page.contains("Andra omsorgsgivare, och kommunens hälso- och sjukvård, för egna loggar"), "{page}");
    let table = reviewer.post(PAGE, &[&form[..], &[("form", "csv")]].concat()).await.body;
    assert!(table.contains(said) && !table.contains("\"Vem\""), "no columns of nothing: {table}");
}

#[tokio::test]
async fn staff_are_named_as_the_organisation_has_decided() {
    for (policy, said, unsaid) in [
        (
            ReaderNames::Name,
            "<dd>Karin Dahl, leg. sjuksköterska, Hemsjukvården Storsjö norr</dd>",
            "HSA-id SE9999200002-P",
        ),
        (ReaderNames::Role, "<dd>leg. sjuksköterska, Hemsjukvården Storsjö norr</dd>", "Karin Dahl"),
        (ReaderNames::Unit, "<dd>Hemsjukvården Storsjö norr</dd>", "leg. sjuksköterska"),
    ] {
        let portal = Portal::start_at(NOON, "", move |config| {
            for organisation in &mut config.organisations {
                organisation.extract_names = policy;
            }
        })
        .await;
        let patient = portal.showing("everything");
        let mut nurse = Browser::signed_in(&portal, "nurse").await;
        opened(&portal, &mut nurse, &patient, "own").await;
        let mut reviewer = reviewer(&portal, "reviewer").await;
        for form in ["page", "csv"] {
            let reply = make(&mut reviewer, &patient, &[("form", form)]).await;
            let text = if form == "csv" { &reply.body } else { main(&reply.body) };
            let said = if form == "csv" { said.replace("<dd>", "\"").replace("</dd>", "\"") } else { said.to_owned() };
            assert!(text.contains(&said) && !text.contains(unsaid), "{policy:?}: {text}");
        }
    }
}

#[tokio::test]
async fn of_a_patient_with_protected_personal_data_no_place_is_named() {
    let portal = Portal::start("").await;
    let (patient, other) = (portal.showing("protected"), portal.showing("everything"));
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &patient, "shared").await;
    opened(&portal, &mut nurse, &other, "own").await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let hidden = ["Hemsjukvården", "Karin Dahl", "Viva", "Region Fjäll"];
    // What the log knows; and what whoever makes it knows and the log does not.
    for (patient, more) in [(&patient, &[][..]), (&other, &[("protected", "1")])] {
        let reply = make(&mut reviewer, patient, more).await;
        let page = main(&reply.body);
        assert!(page.contains("Skyddade personuppgifter: enheter, källor"), "{page}");
        assert!(
            page.contains("<dd>leg. sjuksköterska</dd>") && page.contains("en källa (namnet visas inte)"),
            "{page}"
        );
        let table = make(&mut reviewer, patient, &[more, &[("form", "csv")]].concat()).await.body;
        assert!(table.contains("Skyddade personuppgifter: enheter, källor"), "{table}");
        for place in hidden {
            assert!(!page.contains(place) && !table.contains(place), "{place}: {page} {table}");
        }
    }
    assert!(main(&make(&mut reviewer, &other, &[]).await.body).contains("Karin Dahl"), "the test itself");
    // Also of a period in which nobody has looked.
    let form = [("patient", patient.as_str()), ("from", "2026-11-01"), ("to", "2026-11-20")];
    let page = reviewer.post(PAGE, &form).await.body;
    assert!(page.contains("Ingen har öppnat") && page.contains("Skyddade personuppgifter: enheter"), "{}", main(&page));
}

#[tokio::test]
async fn an_attempt_that_was_refused_is_told() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut other = Browser::new(&portal);
    other.sign_in("reviewer").await;
    assert_eq!(other.post("/overview", &[("patient", &patient), ("scope", "own")]).await.status, 403);
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let page = make(&mut reviewer, &patient, &[]).await.body;
    let page = main(&page);
    assert!(page.contains("Loggade åtgärder: 1,") && page.contains("Nekades: ett försök"), "{page}");
    assert!(page.contains("Inget visades: åtgärden nekades.") && !page.contains("Utgå från"), "{page}");
}

#[tokio::test]
async fn an_opening_of_which_nobody_knows_the_end_is_taken_for_one_that_showed_everything() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let record = AuditRecord::intent(
        Activity::Read,
        &of_hsl(1),
        Some(&PersonIdentifier::stated(&patient).unwrap()),
        NOON.parse().unwrap(),
        json!({ "active_choice": "own" }),
    );
    portal.store.append(&record).await.unwrap();
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let page = make(&mut reviewer, &patient, &[]).await.body;
    assert!(page.contains("Loggen säger inte vad som visades. Utgå från att uppgifterna visades."), "{}", main(&page));
}

/// Somebody of the reviewer's provider.
pub fn of_hsl(number: usize) -> Viewer {
    let mut viewer = viewer(Role::Nurse, ProviderKind::Care);
    viewer.user_id = format!("SE9999200002-Q{number}");
    viewer.provider.id = ProviderId::new("SE9999200002-HSL");
    viewer
}

#[tokio::test]
async fn nobody_else_makes_one_and_a_refused_form_keeps_what_was_typed() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    for staff in ["nurse", "doctor", "officer", "admin"] {
        let mut browser = Browser::new(&portal);
        browser.sign_in(staff).await;
        let before = portal.log().await.len();
        let replies =
            [browser.get(PAGE).await, make(&mut browser, &patient, &[]).await, make(&mut browser, "x", &[]).await];
        for reply in &replies {
            assert_eq!(reply.status, 403, "{staff}: {}", reply.body);
            assert!(!reply.body.contains(&spoken(&patient)), "{staff}");
        }
        let log = portal.log().await;
        let refused = log[before..].iter().filter(|entry| entry.record.activity == Activity::Refused);
        let routes: Vec<&str> = refused.filter_map(|entry| entry.record.details["route"].as_str()).collect();
        assert_eq!(routes, ["GET /extract", "POST /extract"], "{staff}: the same again within the minute is counted");
    }
    assert_eq!(Browser::new(&portal).get(PAGE).await.status, 401);
    assert_eq!(make(&mut Browser::new(&portal), &patient, &[]).await.status, 401);

    let mut reviewer = reviewer(&portal, "reviewer").await;
    for (typed, from, to, why) in [
        ("19380227-8486", "2026-11-01", "2026-11-21", "kontrollsiffra"),
        (patient.as_str(), "", "2026-11-21", "Datumen saknas"),
        (patient.as_str(), "2026-11-22", "2026-11-23", "har inte börjat"),
        (patient.as_str(), "2006-11-21", "2026-11-21", "högst 10 år"),
    ] {
        let reply = reviewer.post(PAGE, &[("patient", typed), ("from", from), ("to", to)]).await;
        let page = main(&reply.body);
        assert_eq!(reply.status, 422, "{why}: {page}");
        assert!(page.to_lowercase().contains(&why.to_lowercase()), "{why}: {page}");
        assert!(
            page.contains(&format!("value=\"{typed}\"")) && page.contains(&format!("value=\"{to}\"")),
            "{why}: {page}"
        );
    }
    let none = portal.log().await;
    assert!(
        none.iter()
            .all(|entry| entry.record.details["what"] != "extract" || entry.record.activity == Activity::Refused)
    );

    // No record, no extract.
    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    let reply = make(&mut reviewer, &patient, &[]).await;
    assert_eq!(reply.status, 503);
    assert!(!reply.body.contains(&spoken(&patient)), "{}", reply.body);
}
