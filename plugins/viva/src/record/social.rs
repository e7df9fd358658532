//! Services, contacts, plans, consents, documents.

use samsyn_adapter::{Fields, sink, sink::ServicePhase, types::Extension};

use crate::{
    part::{
        actor, openings, organisation, organisations, phones, protection, provenance, required_term, required_word,
        word_or,
    },
    words,
};

pub(super) fn service(fields: &Fields<'_>) -> Option<sink::Service> {
    Some(sink::Service {
        kind: required_word(fields, "typ", words::SERVICE_KIND)?,
        phase: fields.one_of("status", service_phase).unwrap_or(ServicePhase::Unknown),
        text: fields.text("beskrivning"),
        started: fields.time("start"),
        ended: fields.time("slut"),
        last_noted: fields.time("senastNoterad"),
        events: fields.list("handelser").iter().filter_map(event).collect(),
        unit: organisation(fields, "utforare"),
        phones: phones(fields),
        provenance: provenance(fields)?,
    })
}

fn service_phase(word: &str) -> Option<ServicePhase> {
    Some(match word {
        "planerad" => ServicePhase::Planned,
        "pagaende" => ServicePhase::Ongoing,
        "avslutad" => ServicePhase::Ended,
        "okand" => ServicePhase::Unknown,
        _ => return None,
    })
}

fn event(fields: &Fields<'_>) -> Option<sink::ServiceEvent> {
    let kind = required_word(fields, "typ", words::EVENT_KIND)?;
    fields.required("tidpunkt")?;
    Some(sink::ServiceEvent { kind, at: fields.time("tidpunkt")?, text: fields.text("text") })
}

pub(super) fn contact(fields: &Fields<'_>) -> Option<sink::Contact> {
    let mut provenance = provenance(fields)?;
    let protection = protection(fields).map(|value| Extension { key: "protection".into(), value });
    provenance.extensions.extend(protection);
    Some(sink::Contact {
        kind: required_word(fields, "typ", words::CONTACT_KIND)?,
        name: fields.text("namn"),
        role: fields.text("roll"),
        unit: organisation(fields, "tillhor"),
        order: fields.count("ordning"),
        may_be_informed: fields.flag("farInformeras"),
        call_at_night: fields.flag("ringNattetid"),
        openings: openings(fields),
        absent: fields.inner("franvaro").as_ref().and_then(absence),
        substitute: fields.inner("ersattare").as_ref().map(stand_in),
        phones: phones(fields),
        note: fields.text("anmarkning"),
        valid_from: fields.time("giltigFran"),
        valid_to: fields.time("giltigTill"),
        provenance,
    })
}

fn absence(fields: &Fields<'_>) -> Option<sink::Absence> {
    fields.required("fran")?;
    Some(sink::Absence { from: fields.time("fran")?, to: fields.time("till") })
}

fn stand_in(fields: &Fields<'_>) -> sink::Substitute {
    sink::Substitute { name: fields.text("namn"), role: fields.text("roll"), phones: phones(fields) }
}

pub(super) fn plan(fields: &Fields<'_>) -> Option<sink::Plan> {
    Some(sink::Plan {
        kind: required_word(fields, "typ", words::PLAN_KIND)?,
        title: fields.required("rubrik")?,
        instruction: fields.text("gorSaHar"),
        text: fields.text("text"),
        phase: word_or(fields, "status", words::PHASE, "unknown"),
        responsible: actor(fields, "huvudansvarig"),
        participants: organisations(fields, "deltagare"),
        decided: fields.time("beslutad"),
        valid_from: fields.time("giltigFran"),
        valid_to: fields.time("giltigTill"),
        next_follow_up: fields.time("nastaUppfoljning"),
        provenance: provenance(fields)?,
    })
}

pub(super) fn consent(fields: &Fields<'_>) -> Option<sink::Consent> {
    Some(sink::Consent {
        kind: required_word(fields, "typ", words::CONSENT_KIND)?,
        status: word_or(fields, "status", words::CONSENT_STATUS, "unknown"),
        text: fields.text("text"),
        given_to: organisations(fields, "lamnatTill"),
        given_by: word_or(fields, "lamnatAv", words::CONSENT_GIVER, "unknown"),
        valid_from: fields.time("giltigFran"),
        valid_to: fields.time("giltigTill"),
        provenance: provenance(fields)?,
    })
}

pub(super) fn document(fields: &Fields<'_>) -> Option<sink::Document> {
    Some(sink::Document {
        kind: required_term(fields, "typ")?,
        title: fields.required("rubrik")?,
        date: fields.time("datum"),
        unit: organisation(fields, "upprattadVid"),
        text: fields.text("text"),
        media_type: fields.text("mediatyp"),
        provenance: provenance(fields)?,
    })
}
