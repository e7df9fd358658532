//! Alerts, care limits, medicines, abilities.

use samsyn_adapter::{Fields, sink};

use crate::{
    part::{actor, actors, provenance, required_term, term, terms, word, word_or},
    words,
};

pub(super) fn alert(fields: &Fields<'_>) -> Option<sink::Alert> {
    Some(sink::Alert {
        kind: word_or(fields, "typ", words::ALERT_KIND, "unstructured"),
        text: fields.required("text")?,
        severity: word(fields, "allvarlighet", words::SEVERITY),
        certainty: word(fields, "visshet", words::CERTAINTY),
        agent: term(fields, "agens"),
        label: term(fields, "etikett"),
        comment: fields.text("kommentar"),
        noted: fields.time("noterad"),
        valid_from: fields.time("giltigFran"),
        valid_to: fields.time("giltigTill"),
        provenance: provenance(fields)?,
    })
}

pub(super) fn care_limit(fields: &Fields<'_>) -> Option<sink::CareLimit> {
    Some(sink::CareLimit {
        text: fields.required("text")?,
        nature: word_or(fields, "typ", words::LIMIT_NATURE, "unspecified"),
        measures: terms(fields, "atgarder"),
        grounds: fields.text("grund"),
        author_kind: word_or(fields, "stallningstagande", words::AUTHOR_KIND, "unknown"),
        decided_by: actor(fields, "beslutadAv"),
        consulted: actors(fields, "radgjortMed"),
        patient_attitude: fields.text("patientensInstallning"),
        relatives_attitude: fields.text("narstaendesInstallning"),
        decided: fields.time("beslutad"),
        valid_from: fields.time("giltigFran"),
        valid_to: fields.time("giltigTill"),
        reassessed: fields.time("omprovad"),
        phase: word_or(fields, "status", words::PHASE, "unknown"),
        decision_id: fields.text("beslutsId"),
        provenance: provenance(fields)?,
    })
}

pub(super) fn medication(fields: &Fields<'_>) -> Option<sink::Medication> {
    Some(sink::Medication {
        drug: required_term(fields, "preparat")?,
        dosage: fields.text("dosering"),
        dose_dispensed: fields.flag("dosdispenserat"),
        separate_instruction: fields.text("sarskildOrdination"),
        handled_by: fields.text("hanterasAv"),
        phase: word_or(fields, "status", words::PHASE, "unknown"),
        as_needed: fields.flag("vidBehov"),
        indication: fields.text("indikation"),
        started: fields.time("insatt"),
        ended: fields.time("utsatt"),
        provenance: provenance(fields)?,
    })
}

pub(super) fn assessment(fields: &Fields<'_>) -> Option<sink::FunctionalAssessment> {
    Some(sink::FunctionalAssessment {
        what: required_term(fields, "omrade")?,
        assessment: fields.required("bedomning")?,
        level: word(fields, "niva", words::ABILITY_LEVEL),
        assessed: fields.time("bedomd"),
        provenance: provenance(fields)?,
    })
}
