//! The replies of the national test mocks (`GetAlertInformation` 2.0, `GetVaccinationHistory` 2.0), every file.
//!
//! They are third-party files beside the checkout, not part of it; where they are absent the tests say so and end.

use std::path::PathBuf;

use axum::{Router, http::StatusCode};
use samsyn_domain::{
    entry::{Alert, CareLimit, Entry, Vaccination},
    identifier::Identifier,
    provenance::{Provenance, Signing},
    section::Section,
    state::{State, Unanswered},
    vocabulary::{AlertKind, AuthorKind, Certainty, LimitNature, Phase, Severity},
};

use super::ask;

const PATIENT: &str = "201111111111";
const OID: &str = "1.2.752.129.2.1.3.1";

/// The folder, if it is there.
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/riv-ta");
    if !folder.is_dir() {
        println!("skipped: the folder with national test replies is absent");
        return None;
    }
    Some(folder)
}

/// A reply as stored: cut out of a project file in which a reply's own `]]>` is split in two.
fn stored(file: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder()?.join(file)).unwrap();
    let values = [
        ("patientId", PATIENT),
        ("patientIdType", OID),
        ("documentId", "doc"),
        ("now", "20261121115500"),
        ("validationMessages", "fel"),
    ];
    Some(values.iter().fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), value)))
}

/// A reply as the mock sends it.
fn sent(file: &str) -> Option<String> {
    Some(stored(file)?.replace("]]]]>><![CDATA[", "]]>"))
}

async fn states(status: StatusCode, body: String, sections: &[Section]) -> Vec<State> {
    let upstream = Router::new().fallback(move || {
        let body = body.clone();
        async move { (status, [("content-type", "text/xml; charset=utf-8")], body) }
    });
    let mut answer = ask(upstream, PATIENT, sections).await;
    sections.iter().map(|section| answer.sections.remove(section).unwrap()).collect()
}

/// Alerts and care limits of one reply.
async fn alerts(file: &str) -> Option<(State, State)> {
    let body = sent(&format!("alert-information/{file}.xml"))?;
    let mut states = states(StatusCode::OK, body, &[Section::Alerts, Section::CareLimits]).await;
    let limits = states.pop().unwrap();
    Some((states.pop().unwrap(), limits))
}

fn only_alert(state: &State) -> &Alert {
    match (state, state.entries()) {
        (State::Reported(_), [Entry::Alert(alert)]) => alert,
        other => panic!("not one alert: {other:?}"),
    }
}

fn only_limit(state: &State) -> &CareLimit {
    match (state, state.entries()) {
        (State::Reported(_), [Entry::CareLimit(limit)]) => limit,
        other => panic!("not one care limit: {other:?}"),
    }
}

/// The header that all but one of the alert replies share.
fn assert_header(provenance: &Provenance, not_for_patient: bool) {
    assert_eq!(provenance.id, "doc0");
    let patient = Identifier { system: format!("urn:oid:{OID}"), value: PATIENT.into() };
    assert_eq!(provenance.patient, Some(patient));
    assert_eq!((provenance.provider_id(), provenance.unit_id()), (None, None), "`?` is no id");
    assert_eq!((&provenance.care_provider, &provenance.care_unit), (&None, &None));
    assert_eq!(provenance.recorded.as_ref().unwrap().to_string(), "2011-11-11T11:11:11");
    let author = provenance.author.as_ref().unwrap();
    assert_eq!((author.role.as_deref(), &author.name, &author.id), (Some("Överläkare"), &None, &None));
    let Signing::Signed { at: Some(at), by: None } = &provenance.signing else { panic!("{:?}", provenance.signing) };
    assert_eq!(at.to_string(), "2011-11-11T11:11:11");
    assert_eq!(provenance.information_type.as_deref(), Some("upp"));
    let facts: Vec<&str> = provenance.extensions.iter().map(|fact| fact.key.as_str()).collect();
    assert_eq!(facts.contains(&"not-for-patient"), not_for_patient);
}

#[tokio::test]
async fn hypersensitivities_keep_severity_certainty_and_agent() {
    for (file, certainty, not_for_patient) in [
        ("Approved-false", Certainty::Confirmed, true),
        ("BasicResponse", Certainty::Confirmed, false),
        ("Hypersensitivity", Certainty::Suspected, false),
    ] {
        let Some((of_alerts, of_limits)) = alerts(file).await else { return };
        assert_eq!(of_limits, State::NothingHeld, "{file}");
        let alert = only_alert(&of_alerts);
        assert_eq!((&alert.kind, alert.text.as_str()), (&AlertKind::Hypersensitivity, "Överkänslighet avs. födoämne"));
        assert_eq!((&alert.severity, &alert.certainty), (&Some(Severity::LifeThreatening), &Some(certainty)));
        let agent = alert.agent.as_ref().unwrap();
        assert_eq!((agent.text.as_str(), agent.codings[0].system.as_str()), ("Ipren", "urn:oid:1.2.752.129.2.1.5.1"));
        assert_eq!(alert.label.as_ref().unwrap().text, "Överkänslighet");
        assert_eq!(alert.comment, None);
        assert_eq!(alert.noted.as_ref().unwrap().to_string(), "2011-11-11");
        assert_eq!(alert.valid_to.as_ref().unwrap().to_string(), "2011-11-11T11:11:11");
        assert_header(&alert.provenance, not_for_patient);
    }
}

#[tokio::test]
async fn disease_treatment_and_infection_follow_the_body_and_not_the_label() {
    for (file, kind, text) in [
        ("CommunicableDisease", AlertKind::Infection, "Smittsam sjukdom, ej närmare angiven"),
        ("SeriousDisease", AlertKind::SeriousDisease, "Allvarlig sjuka"),
        ("Treatment", AlertKind::Treatment, "Behandling, ej närmare angiven"),
    ] {
        let Some((of_alerts, of_limits)) = alerts(file).await else { return };
        assert_eq!(of_limits, State::NothingHeld, "{file}");
        let alert = only_alert(&of_alerts);
        assert_eq!((&alert.kind, alert.text.as_str()), (&kind, text));
        assert_eq!(alert.label.as_ref().unwrap().text, "Överkänslighet", "the label is kept beside it");
        assert_eq!((&alert.severity, &alert.certainty), (&None, &None));
        assert_header(&alert.provenance, false);
    }
}

#[tokio::test]
async fn a_restriction_of_care_labelled_hypersensitivity_is_a_care_limit() {
    let Some((of_alerts, of_limits)) = alerts("RestrictionOfCare").await else { return };
    assert_eq!(of_alerts, State::NothingHeld);
    let limit = only_limit(&of_limits);
    assert_eq!(limit.text, "Vårdbegränsning utan text i källan", "the mock's own text is `?`");
    assert_eq!((&limit.nature, &limit.author_kind), (&LimitNature::Unspecified, &AuthorKind::Physician));
    assert_eq!(limit.phase, Phase::Ended);
    assert_eq!(limit.provenance.extensions.last().unwrap().value, "Överkänslighet");
    assert_header(&limit.provenance, false);
}

#[tokio::test]
async fn an_obsolete_limit_ended_when_it_was_made_obsolete() {
    let Some((of_alerts, of_limits)) = alerts("obsoleteTime").await else { return };
    assert_eq!(of_alerts, State::NothingHeld);
    let limit = only_limit(&of_limits);
    assert_eq!(limit.text, "Patienten har tre vänsterfötter och trampar därmed ofta på sin omgivning.");
    assert_eq!(limit.valid_from.as_ref().unwrap().to_string(), "2015-06-01T10:30:00");
    assert_eq!(limit.valid_to.as_ref().unwrap().to_string(), "2015-07-02T23:23:23");
    assert_eq!((&limit.phase, &limit.author_kind), (&Phase::Ended, &AuthorKind::Unknown));
    assert_eq!((&limit.provenance.signing, limit.provenance.id.as_str()), (&Signing::NotStated, "doc4"));
}

#[tokio::test]
async fn life_threatening_is_read_from_code_and_from_text() {
    let Some((of_alerts, _)) = alerts("severity_livshotande").await else { return };
    let seen: Vec<_> = of_alerts
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Alert(alert) => (alert.provenance.id.as_str(), alert.severity.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let severe = Some(Severity::LifeThreatening);
    assert_eq!(seen, [("doc0", severe.clone()), ("doc09797", severe)]);
}

#[tokio::test]
async fn empty_replies_hold_nothing_and_faults_are_unanswered_whatever_their_status() {
    let Some((of_alerts, of_limits)) = alerts("EmptyResponse").await else { return };
    assert_eq!((of_alerts, of_limits), (State::NothingHeld, State::NothingHeld));
    for file in [
        "alert-information/FaultResponse",
        "alert-information/Response-ERROR",
        "alert-information/SoapFault",
        "vaccination-history/SOAP-Exception",
    ] {
        for status in [StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR] {
            let body = sent(&format!("{file}.xml")).unwrap();
            let sections = [Section::Alerts, Section::CareLimits, Section::Covid19];
            for state in states(status, body, &sections).await {
                assert!(matches!(state, State::Unanswered(_)), "{file} {status}: {state:?}");
            }
        }
    }
}

#[tokio::test]
async fn replies_that_are_not_well_formed_are_unanswered_and_never_empty() {
    for (file, section) in [
        ("alert-information/BasicResponse.xml", Section::CareLimits),
        ("vaccination-history/Compliant-Content-Response.xml", Section::Covid19),
    ] {
        let Some(body) = stored(file) else { return };
        let state = states(StatusCode::OK, body, &[section]).await.pop().unwrap();
        assert!(matches!(state, State::Unanswered(_)), "{file}: {state:?}");
    }
}

async fn doses(file: &str) -> Option<(State, Vec<Vaccination>)> {
    let body = sent(&format!("vaccination-history/{file}.xml"))?;
    let state = states(StatusCode::OK, body, &[Section::Covid19]).await.pop().unwrap();
    let doses = state.entries().iter().map(|entry| match entry {
        Entry::Vaccination(dose) => (**dose).clone(),
        other => panic!("{other:?}"),
    });
    let doses = doses.collect();
    Some((state, doses))
}

#[tokio::test]
async fn doses_carry_disease_product_date_and_both_numbers() {
    let Some((state, doses)) = doses("BasicResponse").await else { return };
    assert!(matches!(state, State::Reported(_)));
    let [dose] = doses.as_slice() else { panic!("{doses:?}") };
    assert_eq!(dose.target_diseases[0].text, "Hepatit A");
    assert_eq!(dose.vaccine.as_ref().unwrap().text, "Hepatrixus");
    assert_eq!(dose.date.as_ref().unwrap().to_string(), "2016-05-10");
    assert_eq!((dose.dose_number, dose.prescribed_doses, dose.dose_complete), (Some(1), Some(1), Some(true)));
    assert_eq!((&dose.batch, &dose.unique_reference, &dose.note), (&None, &None, &None));
    assert_eq!((dose.provenance.provider_id(), dose.provenance.unit_id()), (Some("SE-122345"), Some("SE-122345")));
    assert_eq!(dose.provenance.recorded.as_ref().unwrap().to_string(), "2026-11-21T11:55:00");
    assert_eq!(dose.provenance.signing, Signing::NotStated);
}

#[tokio::test]
async fn one_record_with_two_doses_is_two_entries_and_a_struck_record_is_none() {
    let Some((_, all)) = doses("Compliant-Content-Response").await else { return };
    let ids: Vec<&str> = all.iter().map(|dose| dose.provenance.id.as_str()).collect();
    assert_eq!(ids, ["SE-452876287#32693872634", "SE-452876287#32693872634/2", "SE-452876287#32696663872634"]);
    let performer = all[0].performer.as_ref().unwrap();
    assert_eq!(performer.name.as_deref(), Some("Testaren"));
    assert_eq!(performer.unit.as_ref().unwrap().name.as_deref(), Some("Testbolaget"));
    let comments: Vec<&str> = all[0].provenance.extensions.iter().map(|fact| fact.value.as_str()).collect();
    assert!(comments.contains(&"?åäö<>><&"), "markup in a comment is text: {comments:?}");
    assert!(
        matches!(&all[0].provenance.signing, Signing::Signed { by: Some(by), .. } if by.name.as_deref() == Some("Testare"))
    );
    let (struck, _) = doses("doseComplete_true").await.unwrap();
    assert_eq!(struck, State::NothingHeld);
    let (empty, _) = doses("Empty-Response").await.unwrap();
    assert_eq!(empty, State::NothingHeld);
}

#[tokio::test]
async fn a_record_with_only_a_note_means_vaccinated_dose_unknown() {
    let Some((state, doses)) = doses("UnstructuredNote").await else { return };
    assert!(matches!(state, State::Reported(_)));
    let [dose] = doses.as_slice() else { panic!("{doses:?}") };
    assert_eq!(dose.note.as_deref(), Some("Ostrukturerad vaccinationsinfo"));
    assert_eq!((dose.dose_number, &dose.vaccine, dose.target_diseases.len()), (None, &None, 0));
    assert!(dose.provenance.extensions.iter().any(|fact| fact.key == "not-for-patient"));
}

#[tokio::test]
async fn a_reply_about_another_patient_discards_everything() {
    let Some(body) = sent("alert-information/SeriousDisease.xml") else { return };
    let other = body.replace(PATIENT, "195009072553");
    for state in states(StatusCode::OK, other, &[Section::Alerts, Section::CareLimits]).await {
        assert_eq!(state, State::Unanswered(Unanswered::WrongPatient));
    }
}
