//! The published examples of the International Patient Summary, asserted entry by entry.
//!
//! The files stand beside the checkout and are not part of the project; where they are missing the tests say that they were
//! skipped. The examples are about foreign patients: their identifier is replaced by a Swedish test number, nothing else.

use std::{collections::BTreeMap, path::PathBuf};

use axum::{
    Json, Router,
    routing::{get, post},
};
use samsyn_domain::{
    entry::{Entry, Life},
    section::Section,
    state::{Partial, State, Unanswered},
    vocabulary::{AlertKind, AuthorKind, Certainty, ContactKind, LimitNature, Phase, PlanKind, Severity, Sex},
};
use samsyn_service::port::adapters::{Answer, PersonAnswer};
use serde_json::{Value, json};

use super::{PATIENT, Source};

/// A published file; none, and said so, where the folder is not.
fn published(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/fhir-ips").join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {name} is not there; put the published examples into ../shared/fixtures/fhir-ips");
        return None;
    };
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// The same document about a patient with a Swedish number, and that patient.
fn about(mut document: Value) -> (Value, Value) {
    let swedish = json!([{ "system": "urn:oid:1.2.752.129.2.1.3.1", "value": PATIENT }]);
    let entries = document["entry"].as_array_mut().unwrap();
    let patient = entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == "Patient").unwrap();
    patient["resource"]["identifier"] = swedish;
    let patient = patient["resource"].clone();
    (document, patient)
}

async fn server(document: Value, patient: Value, settings: &[(&str, &str)]) -> Source {
    let path = format!("/Patient/{}/$summary", patient["id"].as_str().unwrap());
    let found = json!({ "resourceType": "Bundle", "type": "searchset", "entry": [{ "resource": patient }] });
    let router = Router::new()
        .route("/Patient/_search", post(move || async move { Json(found) }))
        .route(&path, get(move || async move { Json(document) }));
    let settings: Vec<(&str, &str)> = settings.iter().copied().chain([("mode", "summary")]).collect();
    Source::open(router, &settings).await
}

async fn answer(document: Value) -> Answer {
    let (document, patient) = about(document);
    server(document, patient, &[]).await.ask(PATIENT).await
}

fn words(sections: &BTreeMap<Section, State>) -> Vec<(&'static str, &'static str, usize)> {
    sections.iter().map(|(section, state)| (section.name(), state.word(), state.entries().len())).collect()
}

#[expect(clippy::ref_option, reason = "the fields of entries are options")]
fn day(when: &Option<samsyn_domain::time::When>) -> String {
    when.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn reason(state: &State) -> &str {
    match state {
        State::Partial { reason: Partial::Stated { text }, .. } => text,
        other => panic!("no reason: {other:?}"),
    }
}

#[tokio::test]
async fn the_example_with_all_sections_comes_through_entry_by_entry() {
    let Some(document) = published("Bundle-bundle-ips-all-sections.json") else { return };
    let answer = answer(document).await;
    let PersonAnswer::Known(person) = &answer.person else { panic!("{:?}", answer.person) };
    assert_eq!((person.given_name.as_deref(), person.family_name.as_deref()), (Some("Patricia"), Some("JORDANA")));
    assert_eq!((day(&person.birth_date).as_str(), &person.sex), ("1956-09-30", &Some(Sex::Female)));
    assert_eq!((&person.life, person.identifier.value.as_str()), (&Life::NotStated, PATIENT));

    let sections = &answer.sections;
    assert_eq!(
        words(sections),
        [
            ("alerts", "reported", 2),
            ("care-limits", "reported", 1),
            ("services", "unsupported", 0),
            ("contacts", "reported", 1),
            ("medications", "reported", 3),
            ("functional-status", "reported", 1),
            ("plans", "reported", 1),
            ("covid-19", "reported", 8),
            ("consents", "unsupported", 0),
            ("documents", "reported", 1),
        ]
    );
    for entry in sections.values().flat_map(State::entries) {
        assert_eq!(entry.provenance().patient.as_ref().unwrap().value, PATIENT, "{entry:?}");
        assert_eq!(entry.provenance().provider_id(), None, "no Swedish provider is stated: withheld afterwards");
    }
    all_sections_alerts(sections);
    all_sections_plans_and_people(sections);
    all_sections_medicines(sections);
    all_sections_vaccinations(sections);
}

fn all_sections_alerts(sections: &BTreeMap<Section, State>) {
    let [Entry::Alert(penicillin), Entry::Alert(diet)] = sections[&Section::Alerts].entries() else { panic!() };
    assert_eq!((penicillin.text.as_str(), &penicillin.kind), ("Penicillin", &AlertKind::Hypersensitivity));
    assert_eq!((&penicillin.certainty, &penicillin.severity), (&Some(Certainty::Confirmed), &None));
    let agent = penicillin.agent.as_ref().unwrap();
    assert!(agent.has_code("764146007") && agent.has_code("J01CA"));
    assert_eq!(penicillin.provenance.id, "AllergyIntolerance/9838cf73-c30d-4aa5-8ed8-36a079060b81");
    assert_eq!((diet.text.as_str(), &diet.kind), ("Shellfish free diet", &AlertKind::Unstructured));
    assert_eq!(diet.label.as_ref().unwrap().text, "Diet");
    assert!(diet.agent.as_ref().unwrap().has_code("1255002008"));

    let [Entry::CareLimit(limit)] = sections[&Section::CareLimits].entries() else { panic!() };
    assert_eq!((limit.text.as_str(), &limit.nature), ("Not for resuscitation", &LimitNature::Withhold));
    assert!(limit.measures[0].has_code("304253006"));
    assert_eq!((day(&limit.decided).as_str(), &limit.phase), ("2021-09-01", &Phase::Current));
    assert_eq!((&limit.author_kind, &limit.decided_by), (&AuthorKind::Unknown, &None));
}

fn all_sections_plans_and_people(sections: &BTreeMap<Section, State>) {
    let [Entry::Contact(vincent)] = sections[&Section::Contacts].entries() else { panic!() };
    assert_eq!((vincent.name.as_deref(), &vincent.kind), (Some("Vincent JORDANA JORDANA"), &ContactKind::NextOfKin));
    assert_eq!(
        (vincent.role.as_deref(), vincent.may_be_informed, vincent.call_at_night),
        (Some("Emergency Contact"), None, None)
    );
    let numbers: Vec<&str> = vincent.phones.iter().map(|phone| phone.number.as_str()).collect();
    assert_eq!(numbers, ["21884820", "853 3279"]);

    let [Entry::FunctionalAssessment(mobility)] = sections[&Section::FunctionalStatus].entries() else { panic!() };
    assert_eq!((mobility.what.text.as_str(), day(&mobility.assessed).as_str()), ("Impaired Mobility", "2016-05-25"));
    assert!(mobility.what.has_code("82971005"));
    assert_eq!(mobility.provenance.author.as_ref().unwrap().name.as_deref(), Some("HASHIRA COORAY COORAY"));

    let [Entry::Plan(plan)] = sections[&Section::Plans].entries() else { panic!() };
    assert_eq!(
        (plan.title.as_str(), plan.text.as_deref()),
        ("Weight management plan", Some("Manage obesity and weight loss"))
    );
    assert_eq!((&plan.kind, &plan.phase), (&PlanKind::Other("other".into()), &Phase::Active));
    assert_eq!(
        (day(&plan.decided).as_str(), day(&plan.valid_to).as_str(), &plan.valid_from),
        ("2016-01-01", "2017-06-01", &None)
    );

    let [Entry::Document(directive)] = sections[&Section::Documents].entries() else { panic!() };
    assert_eq!(
        (directive.title.as_str(), directive.kind.text.as_str()),
        ("Advance Directive Document", "Health concerns Document")
    );
    assert_eq!(
        (directive.media_type.as_deref(), day(&directive.date)),
        (Some("application/pdf"), "2025-08-01T12:00:00+02:00".into())
    );
    assert_eq!(directive.provenance.link, None, "an absolute address of another server is no link into the source");
}

fn all_sections_medicines(sections: &BTreeMap<Section, State>) {
    let medicines: Vec<(&str, &Phase, String, &str)> = sections[&Section::Medications]
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Medication(medicine) => (
                medicine.drug.text.as_str(),
                &medicine.phase,
                day(&medicine.started),
                medicine.dosage.as_deref().unwrap(),
            ),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        medicines[0],
        ("cilazapril 500 microgram tablet, 90", &Phase::Ended, "2023-12-01".into(), "Take 1 daily")
    );
    assert_eq!(
        medicines[1],
        ("lisinopril 5 mg tablet", &Phase::Current, "2024-08-13".into(), "Take One tablet once daily")
    );
    assert!(medicines[2].0.starts_with("Ultraproct") && medicines[2].3.ends_with("maximum of 4 weeks"));
    assert_eq!((medicines[2].1, medicines[2].2.as_str()), (&Phase::Current, "2024-08-30"));
}

fn all_sections_vaccinations(sections: &BTreeMap<Section, State>) {
    let doses: Vec<(String, String, Option<u32>, String)> = sections[&Section::Covid19]
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Vaccination(dose) => {
                let code = dose.vaccine.as_ref().unwrap().codings[0].code.clone();
                (day(&dose.date), code, dose.dose_number, dose.batch.clone().unwrap())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("2024-04-10", "141", 1, "H06"),
        ("2024-02-18", "300", 5, "GK3908-068"),
        ("2023-04-12", "141", 1, "358899"),
        ("2022-08-01", "208", 4, "PCB0008-07"),
        ("2022-07-13", "121", 1, "U021248"),
        ("2022-01-13", "208", 3, "FL1072-025"),
        ("2021-08-27", "208", 2, "FE8163-007"),
        ("2021-08-05", "208", 1, "FF8871-001"),
    ];
    let expected =
        expected.map(|(date, code, number, batch)| (date.to_owned(), code.to_owned(), Some(number), batch.to_owned()));
    assert_eq!(doses, expected);
    let Entry::Vaccination(first) = &sections[&Section::Covid19].entries()[0] else { panic!() };
    assert_eq!(first.provenance.care_unit.as_ref().unwrap().name.as_deref(), Some("NorthCare Pukete Road-Thomas Road"));
}

#[tokio::test]
async fn the_example_with_an_immunization_keeps_codes_languages_and_what_is_denied() {
    let Some(document) = published("Bundle-IPS-examples-Bundle-with-immunization.json") else { return };
    let answer = answer(document).await;
    assert_eq!(
        words(&answer.sections),
        [
            ("alerts", "reported", 2),
            ("care-limits", "nothing-held", 0),
            ("services", "unsupported", 0),
            ("contacts", "reported", 1),
            ("medications", "reported", 2),
            ("functional-status", "nothing-held", 0),
            ("plans", "unanswered", 0),
            ("covid-19", "reported", 1),
            ("consents", "unsupported", 0),
            ("documents", "unsupported", 0),
        ]
    );
    let [Entry::Alert(penicillin), Entry::Alert(food)] = answer.sections[&Section::Alerts].entries() else { panic!() };
    assert_eq!(
        (&penicillin.severity, day(&penicillin.valid_from).as_str()),
        (&Some(Severity::LifeThreatening), "2010")
    );
    assert_eq!(penicillin.text, "Substance with penicillin structure (substance)");
    assert_eq!((food.text.as_str(), &food.certainty), ("No known food allergy (situation)", &Some(Certainty::Refuted)));

    let [Entry::Medication(anastrozole), Entry::Medication(cohosh)] = answer.sections[&Section::Medications].entries()
    else {
        panic!()
    };
    assert_eq!(anastrozole.drug.text, "Product containing anastrozole (medicinal product)");
    assert!(anastrozole.drug.has_code("L02BG03"));
    assert_eq!((day(&anastrozole.started).as_str(), &anastrozole.dosage), ("2015-03", &None));
    assert_eq!(
        (cohosh.drug.text.as_str(), day(&cohosh.started).as_str()),
        ("Black Cohosh Extract herbal supplement", "2016-01")
    );

    let [Entry::Vaccination(dose)] = answer.sections[&Section::Covid19].entries() else { panic!() };
    assert_eq!(dose.vaccine.as_ref().unwrap().text, "Vaccin anti diphtérie-coqueluche-tétanos-poliomyélite");
    assert_eq!((dose.batch.as_deref(), day(&dose.date).as_str()), (Some("AXK23RWERS"), "1998-06-04T00:00:00+02:00"));

    let [Entry::Contact(mother)] = answer.sections[&Section::Contacts].entries() else { panic!() };
    assert_eq!((mother.name.as_deref(), mother.phones[0].number.as_str()), (Some("Martha Mum"), "+33-555-20036"));
}

#[tokio::test]
async fn a_section_without_information_is_never_shown_as_none() {
    let Some(document) = published("Bundle-bundle-no-info-required-sections.json") else { return };
    let answer = answer(document).await;
    assert_eq!(
        words(&answer.sections),
        [
            ("alerts", "unanswered", 0),
            ("care-limits", "nothing-held", 0),
            ("services", "unsupported", 0),
            ("contacts", "reported", 2),
            ("medications", "unanswered", 0),
            ("functional-status", "nothing-held", 0),
            ("plans", "nothing-held", 0),
            ("covid-19", "partial", 2),
            ("consents", "unsupported", 0),
            ("documents", "unsupported", 0),
        ]
    );
    assert_eq!(reason(&answer.sections[&Section::Covid19]), "No information available");
    let doses: Vec<(String, Option<u32>)> = answer.sections[&Section::Covid19]
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Vaccination(dose) => (day(&dose.date), dose.dose_number),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(doses, [("2020-07-03".to_owned(), Some(2)), ("2019-06-03".to_owned(), Some(1))]);
    let [Entry::Contact(mother), Entry::Contact(friend)] = answer.sections[&Section::Contacts].entries() else {
        panic!()
    };
    assert_eq!((mother.role.as_deref(), mother.phones.len()), (Some("family member"), 0));
    assert_eq!(
        (friend.name.as_deref(), friend.phones[0].number.as_str()),
        (Some("Peter Rabbit Rabbit"), "07 853 9191")
    );
}

#[tokio::test]
async fn a_published_summary_about_its_own_foreign_patient_is_refused() {
    let Some(document) = published("Bundle-bundle-ips-all-sections.json") else { return };
    let (_, patient) = about(document.clone());
    let answer = server(document, patient, &[]).await.ask(PATIENT).await;
    assert!(answer.sections.values().all(|state| *state == State::Unanswered(Unanswered::WrongPatient)));
}

#[tokio::test]
async fn the_published_flag_is_an_alert_with_its_code_and_label() {
    let Some(mut flag) = published("Flag-546482.json") else { return };
    flag["subject"] = json!({ "reference": "Patient/66033" });
    let patient = json!({ "resourceType": "Patient", "id": "66033",
        "identifier": [{ "system": "urn:oid:1.2.752.129.2.1.3.1", "value": PATIENT }] });
    let bundle =
        |resource: Value| json!({ "resourceType": "Bundle", "type": "searchset", "entry": [{ "resource": resource }] });
    let (patients, flags) = (bundle(patient), bundle(flag));
    let router = Router::new()
        .route("/Patient/_search", post(move || async move { Json(patients) }))
        .route("/Flag/_search", post(move || async move { Json(flags) }));
    let answer = Source::open(router, &[("resources", "Flag")]).await.ask(PATIENT).await;
    let [Entry::Alert(alert)] = answer.sections[&Section::Alerts].entries() else { panic!("{:?}", answer.sections) };
    assert_eq!((alert.text.as_str(), &alert.kind), ("Patient Immunocompromised", &AlertKind::Unstructured));
    assert!(alert.agent.as_ref().unwrap().has_code("370388006"));
    assert_eq!(alert.label.as_ref().unwrap().text, "Subject Contact");
    assert_eq!(answer.sections[&Section::CareLimits], State::NothingHeld);
}
