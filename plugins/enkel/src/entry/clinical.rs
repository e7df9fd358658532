//! Alerts, care limits, medicines, doses, infections.

use samsyn_adapter::{Fields, sink};

use crate::part::{actor, actors, concept, concepts, provenance, required_concept};

pub(super) fn alert(fields: &Fields<'_>) -> Option<sink::Alert> {
    let (text, provenance) = (fields.required("text"), provenance(fields));
    let alert = sink::Alert {
        kind: fields.text("kind").unwrap_or_else(|| "unstructured".into()),
        severity: fields.text("severity"),
        certainty: fields.text("certainty"),
        agent: concept(fields, "agent"),
        label: concept(fields, "label"),
        comment: fields.text("comment"),
        noted: fields.time("noted"),
        valid_from: fields.time("validFrom"),
        valid_to: fields.time("validTo"),
        text: text?,
        provenance: provenance?,
    };
    Some(alert)
}

pub(super) fn care_limit(fields: &Fields<'_>) -> Option<sink::CareLimit> {
    let (text, provenance) = (fields.required("text"), provenance(fields));
    let limit = sink::CareLimit {
        nature: fields.text("nature").unwrap_or_else(|| "unspecified".into()),
        measures: concepts(fields, "measures"),
        grounds: fields.text("grounds"),
        author_kind: fields.text("authorKind").unwrap_or_else(|| "unknown".into()),
        decided_by: actor(fields, "decidedBy"),
        consulted: actors(fields, "consulted"),
        patient_attitude: fields.text("patientAttitude"),
        relatives_attitude: fields.text("relativesAttitude"),
        decided: fields.time("decided"),
        valid_from: fields.time("validFrom"),
        valid_to: fields.time("validTo"),
        reassessed: fields.time("reassessed"),
        phase: fields.text("phase").unwrap_or_else(|| "unknown".into()),
        decision_id: fields.text("decisionId"),
        text: text?,
        provenance: provenance?,
    };
    Some(limit)
}

pub(super) fn medication(fields: &Fields<'_>) -> Option<sink::Medication> {
    let (drug, provenance) = (required_concept(fields, "drug"), provenance(fields));
    let medication = sink::Medication {
        dosage: fields.text("dosage"),
        dose_dispensed: fields.flag("doseDispensed"),
        separate_instruction: fields.text("separateInstruction"),
        handled_by: fields.text("handledBy"),
        phase: fields.text("phase").unwrap_or_else(|| "unknown".into()),
        as_needed: fields.flag("asNeeded"),
        indication: fields.text("indication"),
        started: fields.time("started"),
        ended: fields.time("ended"),
        drug: drug?,
        provenance: provenance?,
    };
    Some(medication)
}

pub(super) fn vaccination(fields: &Fields<'_>) -> Option<sink::Vaccination> {
    let provenance = provenance(fields);
    let vaccination = sink::Vaccination {
        target_diseases: concepts(fields, "targetDiseases"),
        vaccine: concept(fields, "vaccine"),
        batch: fields.text("batch"),
        date: fields.time("date"),
        dose_number: fields.count("doseNumber"),
        prescribed_doses: fields.count("prescribedDoses"),
        dose_complete: fields.flag("doseComplete"),
        unique_reference: fields.text("uniqueReference"),
        note: fields.text("note"),
        performer: actor(fields, "performer"),
        provenance: provenance?,
    };
    Some(vaccination)
}

pub(super) fn infection(fields: &Fields<'_>) -> Option<sink::Infection> {
    let (what, certainty) = (required_concept(fields, "what"), fields.required("certainty"));
    let provenance = provenance(fields);
    let infection = sink::Infection {
        method: fields.text("method"),
        date: fields.time("date"),
        ended: fields.time("ended"),
        ongoing: fields.flag("ongoing"),
        precautions: fields.text("precautions"),
        what: what?,
        certainty: certainty?,
        provenance: provenance?,
    };
    Some(infection)
}
