//! Which free text of an entry is kept around what is taken out of it, and which is replaced whole.
//!
//! What must be read to treat somebody (a position, an alert, a dose, an instruction) keeps its other words; a note, a comment
//! or a document that tells where somebody is is replaced whole, because its other words may tell too.
//! Not here: what tells (`free_text`), structured places (`super`). Invariant: every text of every entry type is listed here,
//! taken apart field by field, so that a new field does not compile until somebody has decided.

use std::sync::Arc;

use super::free_text::{STRUCK, Telling};
use crate::{
    entry::{
        Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Medication, Plan,
        Service, Vaccination,
    },
    provenance::{Actor, Concept, Provenance, Signing},
};

/// Masks the texts of an entry, and the people named in its provenance.
pub(super) fn mask(entry: &mut Entry, telling: &Telling) {
    match entry {
        Entry::Alert(entry) => alert(Arc::make_mut(entry), telling),
        Entry::CareLimit(entry) => care_limit(Arc::make_mut(entry), telling),
        Entry::Service(entry) => service(Arc::make_mut(entry), telling),
        Entry::Contact(entry) => contact(Arc::make_mut(entry), telling),
        Entry::Medication(entry) => medication(Arc::make_mut(entry), telling),
        Entry::FunctionalAssessment(entry) => assessment(Arc::make_mut(entry), telling),
        Entry::Plan(entry) => plan(Arc::make_mut(entry), telling),
        Entry::Vaccination(entry) => vaccination(Arc::make_mut(entry), telling),
        Entry::Infection(entry) => infection(Arc::make_mut(entry), telling),
        Entry::Consent(entry) => consent(Arc::make_mut(entry), telling),
        Entry::Document(entry) => document(Arc::make_mut(entry), telling),
    }
    people(entry.provenance_mut(), telling);
}

/// Keeps every word that does not tell.
pub(super) fn strike<'t>(texts: impl IntoIterator<Item = &'t mut String>, telling: &Telling) {
    for text in texts {
        if let Some(kept) = telling.strike(text) {
            *text = kept;
        }
    }
}

/// Replaces a text that tells.
pub(super) fn replace<'t>(texts: impl IntoIterator<Item = &'t mut String>, telling: &Telling) {
    if telling.is_numbers_only() {
        return strike(texts, telling);
    }
    for text in texts {
        if telling.is_in(text) {
            STRUCK.clone_into(text);
        }
    }
}

fn terms<'t>(concepts: impl IntoIterator<Item = &'t mut Concept>, telling: &Telling) {
    for Concept { text, codings } in concepts {
        let displays = codings.iter_mut().filter_map(|coding| coding.display.as_mut());
        strike(std::iter::once(text).chain(displays), telling);
    }
}

/// Names and titles of staff stay, unless they tell where somebody works.
fn actors<'t>(actors: impl IntoIterator<Item = &'t mut Actor>, telling: &Telling) {
    for Actor { name, role, id: _, unit: _ } in actors {
        replace(name.iter_mut().chain(role), telling);
    }
}

fn people(provenance: &mut Provenance, telling: &Telling) {
    actors(&mut provenance.author, telling);
    if let Signing::Signed { at: _, by } = &mut provenance.signing {
        actors(by, telling);
    }
}

fn alert(entry: &mut Alert, telling: &Telling) {
    let Alert {
        kind: _,
        text,
        severity: _,
        certainty: _,
        agent,
        label,
        comment,
        noted: _,
        valid_from: _,
        valid_to: _,
        provenance: _,
    } = entry;
    strike([text], telling);
    terms(agent.iter_mut().chain(label), telling);
    replace(comment, telling);
}

fn care_limit(entry: &mut CareLimit, telling: &Telling) {
    let CareLimit {
        text,
        nature: _,
        measures,
        grounds,
        author_kind: _,
        decided_by,
        consulted,
        patient_attitude,
        relatives_attitude,
        decided: _,
        valid_from: _,
        valid_to: _,
        reassessed: _,
        phase: _,
        decision_id: _,
        provenance: _,
    } = entry;
    strike([text].into_iter().chain(grounds), telling);
    terms(measures, telling);
    actors(decided_by.iter_mut().chain(consulted), telling);
    replace(patient_attitude.iter_mut().chain(relatives_attitude), telling);
}

fn service(entry: &mut Service, telling: &Telling) {
    let Service {
        kind: _,
        phase: _,
        text,
        started: _,
        ended: _,
        last_noted: _,
        events,
        unit: _,
        phones: _,
        provenance: _,
    } = entry;
    replace(text.iter_mut().chain(events.iter_mut().filter_map(|event| event.text.as_mut())), telling);
}

fn contact(entry: &mut Contact, telling: &Telling) {
    let Contact {
        kind: _,
        protection: _,
        name,
        role,
        unit: _,
        order: _,
        may_be_informed: _,
        call_at_night: _,
        openings: _,
        absent: _,
        substitute: _,
        phones: _,
        note,
        valid_from: _,
        valid_to: _,
        provenance: _,
    } = entry;
    replace(name.iter_mut().chain(role).chain(note), telling);
}

fn medication(entry: &mut Medication, telling: &Telling) {
    let Medication {
        drug,
        dosage,
        dose_dispensed: _,
        separate_instruction,
        handled_by: _,
        phase: _,
        as_needed: _,
        indication,
        started: _,
        ended: _,
        provenance: _,
    } = entry;
    terms([drug], telling);
    strike(dosage.iter_mut().chain(separate_instruction).chain(indication), telling);
}

fn assessment(entry: &mut FunctionalAssessment, telling: &Telling) {
    let FunctionalAssessment { what, assessment, level: _, assessed: _, provenance: _ } = entry;
    terms([what], telling);
    strike([assessment], telling);
}

fn plan(entry: &mut Plan, telling: &Telling) {
    let Plan {
        kind: _,
        title,
        instruction,
        text,
        phase: _,
        responsible,
        participants: _,
        decided: _,
        valid_from: _,
        valid_to: _,
        next_follow_up: _,
        provenance: _,
    } = entry;
    strike([title].into_iter().chain(instruction), telling);
    replace(text, telling);
    actors(responsible, telling);
}

fn vaccination(entry: &mut Vaccination, telling: &Telling) {
    let Vaccination {
        target_diseases,
        vaccine,
        batch: _,
        date: _,
        dose_number: _,
        prescribed_doses: _,
        dose_complete: _,
        unique_reference: _,
        note,
        performer: _,
        provenance: _,
    } = entry;
    terms(target_diseases.iter_mut().chain(vaccine), telling);
    replace(note, telling);
}

fn infection(entry: &mut Infection, telling: &Telling) {
    let Infection { what, certainty: _, method, date: _, ended: _, ongoing: _, precautions, provenance: _ } = entry;
    terms([what], telling);
    strike(method.iter_mut().chain(precautions), telling);
}

fn consent(entry: &mut Consent, telling: &Telling) {
    let Consent { kind: _, status: _, text, given_to: _, given_by: _, valid_from: _, valid_to: _, provenance: _ } =
        entry;
    replace(text, telling);
}

fn document(entry: &mut Document, telling: &Telling) {
    let Document { kind, title, date: _, unit: _, text, media_type: _, provenance: _ } = entry;
    terms([kind], telling);
    replace([title].into_iter().chain(text), telling);
}
