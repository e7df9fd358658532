//! Alerts, care limits, medicines, abilities, doses, infections.

use samsyn_domain::{
    entry::{Alert, CareLimit, FunctionalAssessment, Infection, Medication, Vaccination},
    vocabulary::{AlertKind, Certainty, InfectionCertainty, LimitNature, Phase, Severity},
};
use serde_json::{Value, json};

use super::{SNOMED, Subject, begin};
use crate::source::fhir::element::{BASE, Element, code, concept, extension, own, period};

const ALLERGY_STATUS: &str = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
const ALLERGY_VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
const CONDITION_STATUS: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
const CONDITION_VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
const OBSERVATION_CATEGORY: &str = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category";

pub(super) fn alert(subject: &Subject, alert: &Alert, id: &str) -> Value {
    if alert.kind == AlertKind::Hypersensitivity {
        hypersensitivity(subject, alert, id)
    } else {
        flag(subject, alert, id)
    }
}

fn hypersensitivity(subject: &Subject, alert: &Alert, id: &str) -> Value {
    let status = if alert.valid_to.is_some() { "inactive" } else { "active" };
    let verification = alert.certainty.as_ref().map(|certainty| match certainty {
        Certainty::Confirmed => "confirmed",
        Certainty::Refuted => "refuted",
        _ => "unconfirmed",
    });
    let plain = json!({ "text": alert.text });
    let high = alert.severity == Some(Severity::LifeThreatening);
    begin("AllergyIntolerance", id, "patient", subject, &alert.provenance)
        .set("clinicalStatus", code(ALLERGY_STATUS, status))
        .maybe("verificationStatus", verification.map(|status| code(ALLERGY_VERIFICATION, status)))
        .maybe("criticality", high.then_some("high"))
        .set("code", alert.agent.as_ref().map_or(plain, concept))
        .when("recordedDate", alert.noted.as_ref())
        .list("note", alert.comment.iter().map(|comment| json!({ "text": comment })).collect())
        .ext_text("alert-text", Some(&alert.text))
        .ext("agent-not-stated", "valueBoolean", alert.agent.is_none().then_some(true))
        .ext("severity", "valueCode", alert.severity.as_ref().map(|severity| severity.word().to_owned()))
        .ext("certainty", "valueCode", alert.certainty.as_ref().map(|certainty| certainty.word().to_owned()))
        .ext("alert-label", "valueCodeableConcept", alert.label.as_ref().map(concept))
        .ext("validity", "valuePeriod", period(alert.valid_from.as_ref(), alert.valid_to.as_ref()))
        .build()
}

fn flag(subject: &Subject, alert: &Alert, id: &str) -> Value {
    begin("Flag", id, "subject", subject, &alert.provenance)
        .set("status", "active")
        .set("category", json!([own("alert-kind", alert.kind.word())]))
        .set("code", json!({ "text": alert.text }))
        .period("period", alert.valid_from.as_ref(), alert.valid_to.as_ref())
        .ext("alert-agent", "valueCodeableConcept", alert.agent.as_ref().map(concept))
        .ext("alert-label", "valueCodeableConcept", alert.label.as_ref().map(concept))
        .ext("severity", "valueCode", alert.severity.as_ref().map(|severity| severity.word().to_owned()))
        .ext("certainty", "valueCode", alert.certainty.as_ref().map(|certainty| certainty.word().to_owned()))
        .ext_text("note", alert.comment.as_deref())
        .ext_when("noted", alert.noted.as_ref())
        .build()
}

pub(super) fn care_limit(subject: &Subject, limit: &CareLimit, id: &str) -> Value {
    let national = match limit.nature {
        LimitNature::Withhold => Some("61921000052102"),
        LimitNature::Withdraw => Some("61931000052100"),
        LimitNature::PalliativeTalk => Some("60741000052100"),
        _ => None,
    };
    let coding: Vec<Value> = national.iter().map(|code| json!({ "system": SNOMED, "code": code })).collect();
    let mut element = begin("Flag", id, "subject", subject, &limit.provenance);
    let decided_by = limit.decided_by.as_ref().map(|actor| element.actor(actor));
    let consulted: Vec<Value> =
        limit.consulted.iter().map(|actor| extension("consulted", "valueReference", element.actor(actor))).collect();
    let measures =
        limit.measures.iter().map(|measure| extension("limit-measure", "valueCodeableConcept", concept(measure)));
    element
        .set("status", if limit.phase == Phase::Current { "active" } else { "inactive" })
        .set("category", json!([{ "coding": [{ "system": format!("{BASE}CodeSystem/umi-group"), "code": "D2" }] }]))
        .set("code", Element::default().list("coding", coding).set("text", limit.text.clone()).build())
        .period("period", limit.valid_from.as_ref(), limit.valid_to.as_ref())
        .ext("limit-nature", "valueCode", Some(limit.nature.word().to_owned()))
        .ext("author-kind", "valueCode", Some(limit.author_kind.word().to_owned()))
        .ext("phase", "valueCode", Some(limit.phase.word().to_owned()))
        .ext_text("limit-grounds", limit.grounds.as_deref())
        .ext("decided-by", "valueReference", decided_by)
        .exts(consulted)
        .exts(measures.collect())
        .ext_text("patient-attitude", limit.patient_attitude.as_deref())
        .ext_text("relatives-attitude", limit.relatives_attitude.as_deref())
        .ext_when("decided", limit.decided.as_ref())
        .ext_when("reassessed", limit.reassessed.as_ref())
        .ext_text("decision-id", limit.decision_id.as_deref())
        .build()
}

pub(super) fn medication(subject: &Subject, medication: &Medication, id: &str) -> Value {
    let status = match medication.phase {
        Phase::Current | Phase::Active => "active",
        Phase::Planned => "intended",
        Phase::Ended => "completed",
        _ => "unknown",
    };
    let dosage = Element::default()
        .maybe("text", medication.dosage.clone())
        .maybe("asNeededBoolean", medication.as_needed)
        .build();
    let has_dosage = medication.dosage.is_some() || medication.as_needed.is_some();
    begin("MedicationStatement", id, "subject", subject, &medication.provenance)
        .set("status", status)
        .set("medicationCodeableConcept", concept(&medication.drug))
        .period("effectivePeriod", medication.started.as_ref(), medication.ended.as_ref())
        .list("dosage", if has_dosage { vec![dosage] } else { Vec::new() })
        .list("reasonCode", medication.indication.iter().map(|text| json!({ "text": text })).collect())
        .ext("phase", "valueCode", Some(medication.phase.word().to_owned()))
        .ext("dose-dispensed", "valueBoolean", medication.dose_dispensed)
        .ext_text("separate-instruction", medication.separate_instruction.as_deref())
        .ext_text("handled-by", medication.handled_by.as_deref())
        .build()
}

pub(super) fn assessment(subject: &Subject, assessment: &FunctionalAssessment, id: &str) -> Value {
    begin("Observation", id, "subject", subject, &assessment.provenance)
        .set("status", "final")
        .set("category", json!([code(OBSERVATION_CATEGORY, "functional-status")]))
        .set("code", concept(&assessment.what))
        .set("valueString", assessment.assessment.clone())
        .when("effectiveDateTime", assessment.assessed.as_ref())
        .list("interpretation", assessment.level.iter().map(|level| own("ability-level", level.word())).collect())
        .build()
}

pub(super) fn vaccination(subject: &Subject, dose: &Vaccination, id: &str) -> Value {
    let mut element = begin("Immunization", id, "patient", subject, &dose.provenance);
    let performer = dose.performer.as_ref().map(|actor| element.actor(actor));
    if let Some(reference) = &dose.unique_reference {
        let record = json!({ "system": format!("{BASE}record-id"), "value": dose.provenance.id });
        let shared = json!({ "system": format!("{BASE}vaccination-unique-reference"), "value": reference });
        element = element.set("identifier", json!([record, shared]));
    }
    let protocol = Element::default()
        .list("targetDisease", dose.target_diseases.iter().map(concept).collect())
        .maybe("doseNumberPositiveInt", dose.dose_number)
        .maybe("seriesDosesPositiveInt", dose.prescribed_doses)
        .build();
    let has_protocol = protocol.as_object().is_some_and(|members| !members.is_empty());
    let absent = || json!({ "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] });
    element
        .set("status", "completed")
        .set("vaccineCode", dose.vaccine.as_ref().map_or_else(absent, concept))
        .when("occurrenceDateTime", dose.date.as_ref())
        .maybe("_occurrenceDateTime", dose.date.is_none().then(absent))
        .maybe("lotNumber", dose.batch.clone())
        .list("performer", performer.into_iter().map(|actor| json!({ "actor": actor })).collect())
        .list("note", dose.note.iter().map(|note| json!({ "text": note })).collect())
        .list("protocolApplied", if has_protocol { vec![protocol] } else { Vec::new() })
        .ext("dose-complete", "valueBoolean", dose.dose_complete)
        .build()
}

pub(super) fn infection(subject: &Subject, infection: &Infection, id: &str) -> Value {
    let verification = match infection.certainty {
        InfectionCertainty::Confirmed | InfectionCertainty::History => "confirmed",
        InfectionCertainty::Excluded => "refuted",
        _ => "provisional",
    };
    let clinical = infection.ongoing.map(|ongoing| if ongoing { "active" } else { "resolved" });
    begin("Condition", id, "subject", subject, &infection.provenance)
        .set("category", json!([own("condition-kind", "infection")]))
        .maybe("clinicalStatus", clinical.map(|status| code(CONDITION_STATUS, status)))
        .set("verificationStatus", code(CONDITION_VERIFICATION, verification))
        .set("code", concept(&infection.what))
        .when("onsetDateTime", infection.date.as_ref())
        .when("abatementDateTime", infection.ended.as_ref())
        .ext("certainty", "valueCode", Some(infection.certainty.word().to_owned()))
        .ext_text("method", infection.method.as_deref())
        .ext_text("precautions", infection.precautions.as_deref())
        .build()
}
