//! `Patient/id/$summary`: a document `Bundle` with a `Composition` in front, references as `urn:uuid`.
//!
//! Not here: the resources themselves (`record`). Invariant: a section stands in the document when the source holds or states
//! something for it; the document claims nothing about the rest.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Chart, element::code, id_of, kind};

const LOINC: &str = "http://loinc.org";

/// Document sections: title, LOINC code, resource types.
const SECTIONS: [(&str, &str, &[&str]); 9] = [
    ("Uppmärksamhet och vårdbegränsningar", "104605-1", &["Flag"]),
    ("Överkänslighet", "48765-2", &["AllergyIntolerance"]),
    ("Läkemedel", "10160-0", &["MedicationStatement"]),
    ("Vaccinationer", "11369-6", &["Immunization"]),
    ("Diagnoser", "11450-4", &["Condition"]),
    ("Funktionsstatus", "47420-5", &["Observation"]),
    ("Planer", "18776-5", &["CarePlan"]),
    ("Kontakter", "85847-2", &["CareTeam", "RelatedPerson"]),
    ("Vårdkontakter", "46240-8", &["EpisodeOfCare", "Encounter", "ServiceRequest"]),
];

/// The summary of one patient.
pub(super) fn document(chart: &Chart) -> Value {
    let records = || chart.records.iter().map(|(resource, _)| resource);
    let sections: Vec<Value> = SECTIONS
        .iter()
        .filter_map(|(title, loinc, kinds)| {
            let entries: Vec<Value> = records()
                .filter(|resource| kinds.contains(&kind(resource)))
                .map(|resource| json!({ "reference": uuid(resource) }))
                .collect();
            (!entries.is_empty()).then(|| json!({ "title": title, "code": code(LOINC, loinc), "entry": entries }))
        })
        .collect();
    let composition = json!({
        "resourceType": "Composition",
        "id": format!("summary-{}", id_of(&chart.patient)),
        "status": "final",
        "type": code(LOINC, "60591-5"),
        "subject": { "reference": uuid(&chart.patient) },
        "title": "Patientsammanfattning",
        "section": sections,
    });
    let provenances = chart.records.iter().filter_map(|(_, provenance)| provenance.as_ref());
    let provenances = chart.patient_provenance.iter().chain(provenances);
    let all = std::iter::once(&composition).chain(std::iter::once(&chart.patient)).chain(records()).chain(provenances);
    let entries: Vec<Value> = all.map(|resource| json!({ "fullUrl": uuid(resource), "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": "document", "entry": entries })
}

/// A stable `urn:uuid` for a resource.
fn uuid(resource: &Value) -> String {
    let digest = hex::encode(Sha256::digest(format!("{}/{}", kind(resource), id_of(resource)).as_bytes()));
    let part = |range: std::ops::Range<usize>| digest.get(range).unwrap_or_default().to_owned();
    format!("urn:uuid:{}-{}-4{}-a{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32))
}
