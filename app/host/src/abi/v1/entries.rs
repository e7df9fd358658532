//! The records of `sink` into entries, field by field.
//!
//! To add a record of a later minor version: a function here and one in `sink`.

use std::sync::Arc;

use samsyn_domain::{
    entry::{
        Absence, Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Life,
        Medication, PersonDetails, Plan, Service, ServiceEvent, Substitute, Vaccination,
    },
    provenance::{Extension, Provenance},
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, Protection, ServiceKind, ServicePhase, Severity,
        Sex,
    },
};

use super::{
    bindings::samsyn::adapter::sink,
    convert::{Checked, Reader},
};
use crate::text::Size;

pub(super) fn person(r: &Reader<'_>, item: sink::PersonDetails) -> Checked<PersonDetails> {
    Ok(PersonDetails {
        identifier: r.identifier("identifier", &item.identifier)?,
        given_name: r.optional("given-name", Size::Name, item.given_name)?,
        family_name: r.optional("family-name", Size::Name, item.family_name)?,
        birth_date: r.optional_when("birth-date", item.birth_date)?,
        sex: r.optional_word("sex", item.sex, Sex::read)?,
        protection: r.optional_word("protection", item.protection, Protection::read)?,
        life: match item.life {
            sink::Life::Alive => Life::Alive,
            sink::Life::Deceased(at) => Life::Deceased { at: r.optional_when("life", at)? },
            sink::Life::NotStated => Life::NotStated,
        },
        interpreter_language: r.optional("interpreter-language", Size::Name, item.interpreter_language)?,
        communication_need: r.optional("communication-need", Size::Prose, item.communication_need)?,
        provenance: r.provenance(item.provenance)?,
    })
}

pub(super) fn care_limit(r: &Reader<'_>, item: sink::CareLimit) -> Checked<Entry> {
    Ok(Entry::CareLimit(Arc::new(CareLimit {
        text: r.required("text", Size::Prose, item.text)?,
        nature: r.word("nature", item.nature, LimitNature::read)?,
        measures: r.list("measures", item.measures, |r, measure| r.concept("measures", measure))?,
        grounds: r.optional("grounds", Size::Prose, item.grounds)?,
        author_kind: r.word("author-kind", item.author_kind, AuthorKind::read)?,
        decided_by: r.optional_actor("decided-by", item.decided_by)?,
        consulted: r.list("consulted", item.consulted, |r, actor| r.actor("consulted", actor))?,
        patient_attitude: r.optional("patient-attitude", Size::Prose, item.patient_attitude)?,
        relatives_attitude: r.optional("relatives-attitude", Size::Prose, item.relatives_attitude)?,
        decided: r.optional_when("decided", item.decided)?,
        valid_from: r.optional_when("valid-from", item.valid_from)?,
        valid_to: r.optional_when("valid-to", item.valid_to)?,
        reassessed: r.optional_when("reassessed", item.reassessed)?,
        phase: r.word("phase", item.phase, Phase::read)?,
        decision_id: r.optional("decision-id", Size::Word, item.decision_id)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn consent(r: &Reader<'_>, item: sink::Consent) -> Checked<Entry> {
    Ok(Entry::Consent(Arc::new(Consent {
        kind: r.word("kind", item.kind, ConsentKind::read)?,
        status: r.word("status", item.status, ConsentStatus::read)?,
        text: r.optional("text", Size::Prose, item.text)?,
        given_to: r.list("given-to", item.given_to, |r, unit| r.organisation("given-to", unit))?,
        given_by: r.word("given-by", item.given_by, ConsentGiver::read)?,
        valid_from: r.optional_when("valid-from", item.valid_from)?,
        valid_to: r.optional_when("valid-to", item.valid_to)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn contact(r: &Reader<'_>, item: sink::Contact) -> Checked<Entry> {
    let mut provenance = r.provenance(item.provenance)?;
    Ok(Entry::Contact(Arc::new(Contact {
        kind: r.word("kind", item.kind, ContactKind::read)?,
        protection: contact_protection(&mut provenance),
        name: r.optional("name", Size::Name, item.name)?,
        role: r.optional("role", Size::Name, item.role)?,
        unit: r.optional_organisation("unit", item.unit)?,
        order: item.order,
        may_be_informed: item.may_be_informed,
        call_at_night: item.call_at_night,
        openings: r.list("openings", item.openings, Reader::opening)?,
        absent: item.absent.map(|absence| absent(r, absence)).transpose()?,
        substitute: item.substitute.map(|stand_in| substitute(r, stand_in)).transpose()?,
        phones: r.list("phones", item.phones, Reader::phone)?,
        note: r.optional("note", Size::Prose, item.note)?,
        valid_from: r.optional_when("valid-from", item.valid_from)?,
        valid_to: r.optional_when("valid-to", item.valid_to)?,
        provenance,
    })))
}

/// The extension `protection`: contact records are closed for new fields. Whatever its value, it protects; of several, the
/// first, for they are all shown in the same way.
fn contact_protection(provenance: &mut Provenance) -> Option<Protection> {
    let says = |extension: &Extension| extension.key.trim().eq_ignore_ascii_case("protection");
    let stated = provenance.extensions.iter().find(|extension| says(extension));
    let protection = stated.map(|extension| Protection::read(extension.value.trim()));
    provenance.extensions.retain(|extension| !says(extension));
    protection
}

fn absent(r: &Reader<'_>, absence: sink::Absence) -> Checked<Absence> {
    Ok(Absence { from: r.when("absent.from", absence.from)?, to: r.optional_when("absent.to", absence.to)? })
}

fn substitute(r: &Reader<'_>, stand_in: sink::Substitute) -> Checked<Substitute> {
    Ok(Substitute {
        name: r.optional("substitute.name", Size::Name, stand_in.name)?,
        role: r.optional("substitute.role", Size::Name, stand_in.role)?,
        phones: r.list("substitute.phones", stand_in.phones, Reader::phone)?,
    })
}

pub(super) fn vaccination(r: &Reader<'_>, item: sink::Vaccination) -> Checked<Entry> {
    Ok(Entry::Vaccination(Arc::new(Vaccination {
        target_diseases: r
            .list("target-diseases", item.target_diseases, |r, disease| r.concept("target-diseases", disease))?,
        vaccine: r.optional_concept("vaccine", item.vaccine)?,
        batch: r.optional("batch", Size::Word, item.batch)?,
        date: r.optional_when("date", item.date)?,
        dose_number: item.dose_number,
        prescribed_doses: item.prescribed_doses,
        dose_complete: item.dose_complete,
        unique_reference: r.optional("unique-reference", Size::Word, item.unique_reference)?,
        note: r.optional("note", Size::Prose, item.note)?,
        performer: r.optional_actor("performer", item.performer)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn infection(r: &Reader<'_>, item: sink::Infection) -> Checked<Entry> {
    Ok(Entry::Infection(Arc::new(Infection {
        what: r.concept("what", item.what)?,
        certainty: r.word("certainty", item.certainty, InfectionCertainty::read)?,
        method: r.optional("method", Size::Name, item.method)?,
        date: r.optional_when("date", item.date)?,
        ended: r.optional_when("ended", item.ended)?,
        ongoing: item.ongoing,
        precautions: r.optional("precautions", Size::Prose, item.precautions)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn service(r: &Reader<'_>, item: sink::Service) -> Checked<Entry> {
    Ok(Entry::Service(Arc::new(Service {
        kind: r.word("kind", item.kind, ServiceKind::read)?,
        phase: match item.phase {
            sink::ServicePhase::Planned => ServicePhase::Planned,
            sink::ServicePhase::Ongoing => ServicePhase::Ongoing,
            sink::ServicePhase::Ended => ServicePhase::Ended,
            sink::ServicePhase::Unknown => ServicePhase::Unknown,
        },
        text: r.optional("text", Size::Prose, item.text)?,
        started: r.optional_when("started", item.started)?,
        ended: r.optional_when("ended", item.ended)?,
        last_noted: r.optional_when("last-noted", item.last_noted)?,
        events: r.list("events", item.events, service_event)?,
        unit: r.optional_organisation("unit", item.unit)?,
        phones: r.list("phones", item.phones, Reader::phone)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

fn service_event(r: &Reader<'_>, event: sink::ServiceEvent) -> Checked<ServiceEvent> {
    Ok(ServiceEvent {
        kind: r.word("events.kind", event.kind, EventKind::read)?,
        at: r.when("events.at", event.at)?,
        text: r.optional("events.text", Size::Prose, event.text)?,
    })
}

pub(super) fn alert(r: &Reader<'_>, item: sink::Alert) -> Checked<Entry> {
    Ok(Entry::Alert(Arc::new(Alert {
        kind: r.word("kind", item.kind, AlertKind::read)?,
        text: r.required("text", Size::Prose, item.text)?,
        severity: r.optional_word("severity", item.severity, Severity::read)?,
        certainty: r.optional_word("certainty", item.certainty, Certainty::read)?,
        agent: r.optional_concept("agent", item.agent)?,
        label: r.optional_concept("label", item.label)?,
        comment: r.optional("comment", Size::Prose, item.comment)?,
        noted: r.optional_when("noted", item.noted)?,
        valid_from: r.optional_when("valid-from", item.valid_from)?,
        valid_to: r.optional_when("valid-to", item.valid_to)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn plan(r: &Reader<'_>, item: sink::Plan) -> Checked<Entry> {
    Ok(Entry::Plan(Arc::new(Plan {
        kind: r.word("kind", item.kind, PlanKind::read)?,
        title: r.required("title", Size::Name, item.title)?,
        instruction: r.optional("instruction", Size::Prose, item.instruction)?,
        text: r.optional("text", Size::Prose, item.text)?,
        phase: r.word("phase", item.phase, Phase::read)?,
        responsible: r.optional_actor("responsible", item.responsible)?,
        participants: r.list("participants", item.participants, |r, unit| r.organisation("participants", unit))?,
        decided: r.optional_when("decided", item.decided)?,
        valid_from: r.optional_when("valid-from", item.valid_from)?,
        valid_to: r.optional_when("valid-to", item.valid_to)?,
        next_follow_up: r.optional_when("next-follow-up", item.next_follow_up)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn functional_assessment(r: &Reader<'_>, item: sink::FunctionalAssessment) -> Checked<Entry> {
    Ok(Entry::FunctionalAssessment(Arc::new(FunctionalAssessment {
        what: r.concept("what", item.what)?,
        assessment: r.required("assessment", Size::Prose, item.assessment)?,
        level: r.optional_word("level", item.level, AbilityLevel::read)?,
        assessed: r.optional_when("assessed", item.assessed)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn medication(r: &Reader<'_>, item: sink::Medication) -> Checked<Entry> {
    Ok(Entry::Medication(Arc::new(Medication {
        drug: r.concept("drug", item.drug)?,
        dosage: r.optional("dosage", Size::Prose, item.dosage)?,
        dose_dispensed: item.dose_dispensed,
        separate_instruction: r.optional("separate-instruction", Size::Prose, item.separate_instruction)?,
        handled_by: r.optional("handled-by", Size::Name, item.handled_by)?,
        phase: r.word("phase", item.phase, Phase::read)?,
        as_needed: item.as_needed,
        indication: r.optional("indication", Size::Prose, item.indication)?,
        started: r.optional_when("started", item.started)?,
        ended: r.optional_when("ended", item.ended)?,
        provenance: r.provenance(item.provenance)?,
    })))
}

pub(super) fn document(r: &Reader<'_>, item: sink::Document) -> Checked<Entry> {
    Ok(Entry::Document(Arc::new(Document {
        kind: r.concept("kind", item.kind)?,
        title: r.required("title", Size::Name, item.title)?,
        date: r.optional_when("date", item.date)?,
        unit: r.optional_organisation("unit", item.unit)?,
        text: r.optional("text", Size::Document, item.text)?,
        media_type: r.optional("media-type", Size::Word, item.media_type)?,
        provenance: r.provenance(item.provenance)?,
    })))
}
