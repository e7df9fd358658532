//! What single records mean, without a host: the rules that a wrong reading would make dangerous.

use samsyn_adapter::{
    Entries, Plugin as _,
    rehearsal::{Rehearsal, query, reply},
    sink,
    types::SectionStatus,
};
use serde_json::{Value, json};

use crate::{FhirR4, SECTIONS};

const SYSTEM: &str = "urn:oid:1.2.752.129.2.1.3.1";
const NUMBER: &str = "195009072553";

/// What the adapter pushes when the server holds these records; each is returned by the search for its type.
fn pushed(records: &[Value]) -> (Vec<Entries>, Vec<(String, SectionStatus)>) {
    let patient =
        json!({ "resourceType": "Patient", "id": "p1", "identifier": [{ "system": SYSTEM, "value": NUMBER }] });
    let mut host = Rehearsal::new(|request| {
        let samsyn_adapter::http::Target::Path(path) = &request.target else { return reply(404, "") };
        let kind = path.trim_start_matches('/').trim_end_matches("/_search");
        let of_kind = |record: &&Value| record["resourceType"] == kind;
        let entries = records.iter().chain([&patient]).filter(of_kind).map(|record| json!({ "resource": record }));
        let bundle = json!({ "resourceType": "Bundle", "entry": entries.collect::<Vec<_>>() });
        reply(200, bundle.to_string())
    });
    FhirR4::lookup(&mut host, &query(SYSTEM, NUMBER, &SECTIONS)).unwrap();
    (host.pushed, host.statuses)
}

fn about_patient(mut record: Value) -> Value {
    record["subject"] = json!({ "reference": "Patient/p1" });
    record
}

fn limit(record: Value) -> sink::CareLimit {
    let (pushed, _) = pushed(&[about_patient(record)]);
    let limits = pushed.into_iter().find_map(|entries| match entries {
        Entries::CareLimits(limits) => Some(limits),
        _ => None,
    });
    limits.unwrap().remove(0)
}

#[test]
fn the_comment_of_a_restriction_is_the_heading_and_not_its_type() {
    let limit = limit(json!({ "resourceType": "Flag", "id": "f", "status": "active",
        "category": [{ "text": "Överkänslighet" }], "code": { "text": "Överkänslighet" },
        "extension": [
            { "url": "https://fhir.inera.se/ig/ehds-tk/StructureDefinition/alert-restriction-of-care-comment",
              "valueString": "Ej HLR, ej IVA" },
            { "url": "https://fhir.inera.se/ig/ehds-tk/StructureDefinition/alert-obsolete-time", "valueDateTime": "2026-02-01" }
        ],
        "period": { "start": "2026-01-01", "end": "2027-01-01" } }));
    assert_eq!((limit.text.as_str(), limit.nature.as_str()), ("Ej HLR, ej IVA", "unspecified"));
    assert_eq!(limit.valid_to.as_deref(), Some("2026-02-01"));
}

fn contacts(records: &[Value]) -> Vec<sink::Contact> {
    let (pushed, _) = pushed(records);
    let contacts = pushed.into_iter().find_map(|entries| match entries {
        Entries::Contacts(contacts) => Some(contacts),
        _ => None,
    });
    contacts.unwrap()
}

fn protection(contact: &sink::Contact) -> Option<&str> {
    let mut extensions = contact.provenance.extensions.iter();
    extensions.find(|extra| extra.key == "protection").map(|extra| extra.value.as_str())
}

#[test]
fn every_label_that_restricts_a_relative_protects_and_no_other_does() {
    const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    const BASE_PROFILE: &str = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabelCS";
    for (label, stated) in [
        (json!({ "code": "sekretessmarkering" }), Some("confidentiality-mark")),
        (json!({ "system": BASE_PROFILE, "code": "skyddadFolkbokforing" }), Some("protected-registration")),
        (json!({ "system": BASE_PROFILE, "code": "something-new" }), Some("something-new")),
        (json!({ "system": BASE_PROFILE }), Some("protected-registration")),
        (json!({ "system": CONFIDENTIALITY, "code": "R" }), Some("R")),
        (json!({ "system": CONFIDENTIALITY, "code": "V" }), Some("V")),
        (json!({ "system": CONFIDENTIALITY, "code": "N" }), None),
        (json!({ "system": "urn:oid:1.2.752.129.2.2.2.1", "code": "vko" }), None),
        (json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPATIENT" }), None),
    ] {
        let relative = json!({ "resourceType": "RelatedPerson", "id": "r", "patient": { "reference": "Patient/p1" },
            "meta": { "security": [label] }, "telecom": [{ "system": "phone", "value": "070-555 02 17" }] });
        assert_eq!(protection(&contacts(&[relative])[0]), stated, "{label}");
    }
}

#[test]
fn a_contact_inside_another_resource_is_protected_by_our_own_extension() {
    let url = "https://samsyn.example/fhir/StructureDefinition/protection";
    for (value, stated) in [("valueCode", "confidentiality-mark"), ("valueInteger", "protected-registration")] {
        let mut mark = json!({ "url": url, "valueCode": "confidentiality-mark" });
        if value == "valueInteger" {
            mark = json!({ "url": url, "valueInteger": 1 });
        }
        let team = json!({ "resourceType": "CareTeam", "id": "t", "status": "active", "subject": { "reference": "Patient/p1" },
            "participant": [{ "extension": [mark], "member": { "display": "Lena Ek" } }, { "member": { "display": "Bo Ö" } }] });
        let contacts = contacts(&[team]);
        assert_eq!(contacts.iter().map(protection).collect::<Vec<_>>(), [Some(stated), None]);
    }
}

#[test]
fn a_patient_of_another_number_is_nobodys_nothing_held() {
    let look = |identifiers: Value| {
        let patient = json!({ "resourceType": "Patient", "id": "p1", "identifier": identifiers });
        let mut host = Rehearsal::new(|request| {
            let samsyn_adapter::http::Target::Path(path) = &request.target else { return reply(404, "") };
            let entry = if path.starts_with("/Patient") { json!([{ "resource": patient }]) } else { json!([]) };
            reply(200, json!({ "resourceType": "Bundle", "entry": entry }).to_string())
        });
        FhirR4::lookup(&mut host, &query(SYSTEM, NUMBER, &["services"])).map_err(|failure| failure.code)
    };
    let number = |value: &str| json!({ "system": SYSTEM, "value": value });
    assert_eq!(look(json!([number("196101182803")])), Err("wrong-patient".into()));
    assert_eq!(look(json!([number("196101182803"), number("19500907-2553")])), Ok(()));
    assert_eq!(look(json!([{ "system": "urn:local", "value": "4711" }])), Ok(()), "a server that states no number");
}

#[test]
fn an_error_of_the_server_tells_the_administrator_its_code_and_nothing_else() {
    let outcome = |code: &str| {
        let outcome = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": code }] });
        let mut host = Rehearsal::new(|_| reply(403, outcome.to_string()));
        let failure = FhirR4::lookup(&mut host, &query(SYSTEM, NUMBER, &["services"])).unwrap_err();
        (failure.code, failure.message)
    };
    let told = ("outcome-forbidden".to_owned(), "HTTP 403, OperationOutcome forbidden".to_owned());
    assert_eq!(outcome("forbidden"), told);
    assert_eq!(outcome(NUMBER).1, "HTTP 403");
}

#[test]
fn a_number_of_a_person_is_never_a_record_id() {
    let patient = json!({ "resourceType": "Patient", "identifier": [{ "system": SYSTEM, "value": NUMBER }] });
    let mut pool = crate::pool::Pool::default();
    pool.add_reply(json!({ "resourceType": "Bundle", "entry": [{ "fullUrl": "urn:uuid:1", "resource": patient }] }));
    let reader = crate::origin::Reader {
        pool: &pool,
        asked: &[],
        language: samsyn_adapter::Language::Swedish,
        meta_source: crate::origin::MetaSource::System,
        shared_record_codes: Vec::new(),
        document_custodian: None,
    };
    let patient = pool.of_kind("Patient").next().unwrap();
    assert_eq!(super::person::person(&reader, patient).unwrap().provenance.id, "Patient");
}

#[test]
fn only_the_word_says_that_somebody_is_the_guardian_of_a_child() {
    let relative = |relationship: Value| {
        let relative = json!({ "resourceType": "RelatedPerson", "id": "r", "patient": { "reference": "Patient/p1" },
            "relationship": [relationship] });
        contacts(&[relative]).remove(0).kind
    };
    assert_eq!(relative(json!({ "text": "Vårdnadshavare (mamma)" })), "guardian");
    assert_eq!(relative(json!({ "coding": [{ "code": "GUARD" }] })), "legal-representative");
    assert_eq!(relative(json!({ "text": "mamma" })), "next-of-kin");
}

#[test]
fn the_national_codes_say_what_was_decided_and_that_a_physician_did() {
    for (code, nature) in
        [("61921000052102", "withhold"), ("61931000052100", "withdraw"), ("60741000052100", "palliative-talk")]
    {
        let coding = json!([{ "system": "http://snomed.info/sct", "code": code, "display": "läkarbeslut" }]);
        let limit =
            limit(json!({ "resourceType": "Flag", "id": "f", "status": "active", "code": { "coding": coding } }));
        assert_eq!(
            (limit.nature.as_str(), limit.author_kind.as_str(), limit.phase.as_str()),
            (nature, "physician", "current")
        );
    }
}

#[test]
fn a_decision_that_limits_no_care_is_an_alert() {
    for code in ["133571000052106", "306103005"] {
        let flag = json!({ "resourceType": "Flag", "id": "f", "status": "active",
            "category": [{ "coding": [{ "system": "urn:umi", "code": "D2" }] }],
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code }], "text": "beslut" } });
        let (pushed, _) = pushed(&[about_patient(flag)]);
        let kinds: Vec<&str> = pushed.iter().map(Entries::section).collect();
        assert_eq!(kinds, ["person", "alerts"], "{code}");
    }
}

#[test]
fn a_consent_of_unknown_meaning_never_opens_anything() {
    let consent = json!({ "resourceType": "Consent", "id": "c", "status": "active", "patient": { "reference": "Patient/p1" },
        "scope": { "coding": [{ "code": "patient-privacy" }] }, "category": [{ "coding": [{ "system": "x", "code": "INFA" }] }] });
    let block = json!({ "resourceType": "Consent", "id": "b", "status": "active", "patient": { "reference": "Patient/p1" },
        "scope": { "coding": [{ "code": "patient-privacy" }] }, "category": [{ "coding": [{ "code": "416409005" }] }] });
    let (pushed, _) = pushed(&[consent, block]);
    let consents: Vec<&sink::Consent> = pushed
        .iter()
        .filter_map(|entries| if let Entries::Consents(consents) = entries { Some(consents) } else { None })
        .flatten()
        .collect();
    assert_eq!(consents.len(), 1);
    assert_eq!(consents[0].kind, "other");
}

#[test]
fn entered_in_error_is_never_pushed() {
    let wrong = json!({ "resourceType": "AllergyIntolerance", "id": "a", "patient": { "reference": "Patient/p1" },
        "verificationStatus": { "coding": [{ "code": "entered-in-error" }] }, "code": { "text": "Penicillin" } });
    let flag = about_patient(
        json!({ "resourceType": "Flag", "id": "f", "status": "entered-in-error", "code": { "text": "Hot" } }),
    );
    let (pushed, statuses) = pushed(&[wrong, flag]);
    assert_eq!(pushed.len(), 1, "only the person: {pushed:?}");
    assert!(statuses.contains(&("alerts".into(), SectionStatus::NothingHeld)));
}

#[test]
fn a_self_test_and_an_antigen_test_only_suspect() {
    let observation = |id: &str, loinc: &str, performer: &str| {
        about_patient(json!({ "resourceType": "Observation", "id": id, "status": "final",
            "code": { "coding": [{ "system": "http://loinc.org", "code": loinc }], "text": "SARS-CoV-2" },
            "performer": [{ "reference": performer }],
            "valueCodeableConcept": { "coding": [{ "system": "http://snomed.info/sct", "code": "260373001" }] } }))
    };
    let records = [
        observation("o1", "94500-6", "Organization/lab"),
        observation("o2", "94500-6", "Patient/p1"),
        observation("o3", "94558-4", "Organization/lab"),
    ];
    let (pushed, _) = pushed(&records);
    let certainties: Vec<&str> = pushed
        .iter()
        .filter_map(|entries| if let Entries::Infections(infections) = entries { Some(infections) } else { None })
        .flatten()
        .map(|infection| infection.certainty.as_str())
        .collect();
    assert_eq!(certainties, ["confirmed", "suspected", "suspected"]);
}

#[test]
fn the_source_system_is_not_taken_for_the_provider() {
    let flag =
        about_patient(json!({ "resourceType": "Flag", "id": "f", "status": "active", "code": { "text": "Blodsmitta" },
        "meta": { "source": "urn:oid:1.2.752.129.2.1.4.1#SE2321000000-SYST" } }));
    let (pushed, _) = pushed(&[flag]);
    let alert =
        pushed.iter().find_map(|entries| if let Entries::Alerts(alerts) = entries { alerts.first() } else { None });
    let provenance = &alert.unwrap().provenance;
    assert_eq!((&provenance.care_provider, &provenance.care_unit), (&None, &None));
    assert_eq!(provenance.patient.as_ref().unwrap().value, NUMBER);
}

#[test]
fn a_record_that_names_another_patient_says_so() {
    let flag = json!({ "resourceType": "Flag", "id": "f", "status": "active", "code": { "text": "Hot" },
        "subject": { "reference": "Patient/p1", "identifier": { "system": SYSTEM, "value": "19610118-2803" } } });
    let nobody = json!({ "resourceType": "Flag", "id": "g", "status": "active", "code": { "text": "Hot" } });
    let (pushed, _) = pushed(&[flag, nobody]);
    let Some(Entries::Alerts(alerts)) = pushed.iter().find(|entries| entries.section() == "alerts") else {
        panic!("no alerts")
    };
    assert_eq!(alerts[0].provenance.patient.as_ref().unwrap().value, "196101182803");
    assert_eq!(alerts[1].provenance.patient, None);
}
