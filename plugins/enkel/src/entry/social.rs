//! Services, contacts, plans, functional status, consents, documents.

use samsyn_adapter::{Fields, sink, sink::ServicePhase, types::Extension};

use crate::part::{actor, openings, organisation, organisations, phones, protection, provenance, required_concept};

pub(super) fn service(fields: &Fields<'_>) -> Option<sink::Service> {
    let (kind, provenance) = (fields.required("kind"), provenance(fields));
    let service = sink::Service {
        phase: fields.one_of("phase", service_phase).unwrap_or(ServicePhase::Unknown),
        text: fields.text("text"),
        started: fields.time("started"),
        ended: fields.time("ended"),
        last_noted: fields.time("lastNoted"),
        events: fields.list("events").into_iter().filter_map(|event| event.whole(service_event)).collect(),
        unit: organisation(fields, "unit"),
        phones: phones(fields),
        kind: kind?,
        provenance: provenance?,
    };
    Some(service)
}

fn service_phase(word: &str) -> Option<ServicePhase> {
    Some(match word {
        "planned" => ServicePhase::Planned,
        "ongoing" => ServicePhase::Ongoing,
        "ended" => ServicePhase::Ended,
        "unknown" => ServicePhase::Unknown,
        _ => return None,
    })
}

fn service_event(fields: &Fields<'_>) -> Option<sink::ServiceEvent> {
    let (kind, text) = (fields.required("kind"), fields.text("text"));
    fields.required("at")?;
    Some(sink::ServiceEvent { kind: kind?, at: fields.time("at")?, text })
}

pub(super) fn contact(fields: &Fields<'_>) -> Option<sink::Contact> {
    let (kind, mut provenance) = (fields.required("kind"), provenance(fields));
    if let (Some(value), Some(provenance)) = (protection(fields), &mut provenance) {
        provenance.extensions.push(Extension { key: "protection".into(), value });
    }
    let contact = sink::Contact {
        name: fields.text("name"),
        role: fields.text("role"),
        unit: organisation(fields, "unit"),
        order: fields.count("order"),
        may_be_informed: fields.flag("mayBeInformed"),
        call_at_night: fields.flag("callAtNight"),
        openings: openings(fields),
        absent: fields.inner("absent").and_then(|absent| absent.whole(absence)),
        substitute: fields.inner("substitute").map(|substitute| substitute.whole(stand_in)),
        phones: phones(fields),
        note: fields.text("note"),
        valid_from: fields.time("validFrom"),
        valid_to: fields.time("validTo"),
        kind: kind?,
        provenance: provenance?,
    };
    Some(contact)
}

fn absence(fields: &Fields<'_>) -> Option<sink::Absence> {
    let to = fields.time("to");
    fields.required("from")?;
    Some(sink::Absence { from: fields.time("from")?, to })
}

fn stand_in(fields: &Fields<'_>) -> sink::Substitute {
    sink::Substitute { name: fields.text("name"), role: fields.text("role"), phones: phones(fields) }
}

pub(super) fn plan(fields: &Fields<'_>) -> Option<sink::Plan> {
    let (kind, title, provenance) = (fields.required("kind"), fields.required("title"), provenance(fields));
    let plan = sink::Plan {
        instruction: fields.text("instruction"),
        text: fields.text("text"),
        phase: fields.text("phase").unwrap_or_else(|| "unknown".into()),
        responsible: actor(fields, "responsible"),
        participants: organisations(fields, "participants"),
        decided: fields.time("decided"),
        valid_from: fields.time("validFrom"),
        valid_to: fields.time("validTo"),
        next_follow_up: fields.time("nextFollowUp"),
        kind: kind?,
        title: title?,
        provenance: provenance?,
    };
    Some(plan)
}

pub(super) fn assessment(fields: &Fields<'_>) -> Option<sink::FunctionalAssessment> {
    let (what, assessment) = (required_concept(fields, "what"), fields.required("assessment"));
    let provenance = provenance(fields);
    let assessment = sink::FunctionalAssessment {
        level: fields.text("level"),
        assessed: fields.time("assessed"),
        what: what?,
        assessment: assessment?,
        provenance: provenance?,
    };
    Some(assessment)
}

pub(super) fn consent(fields: &Fields<'_>) -> Option<sink::Consent> {
    let (kind, provenance) = (fields.required("kind"), provenance(fields));
    let consent = sink::Consent {
        status: fields.text("status").unwrap_or_else(|| "unknown".into()),
        text: fields.text("text"),
        given_to: organisations(fields, "givenTo"),
        given_by: fields.text("givenBy").unwrap_or_else(|| "unknown".into()),
        valid_from: fields.time("validFrom"),
        valid_to: fields.time("validTo"),
        kind: kind?,
        provenance: provenance?,
    };
    Some(consent)
}

pub(super) fn document(fields: &Fields<'_>) -> Option<sink::Document> {
    let (kind, title) = (required_concept(fields, "kind"), fields.required("title"));
    let provenance = provenance(fields);
    let document = sink::Document {
        date: fields.time("date"),
        unit: organisation(fields, "unit"),
        text: fields.text("text"),
        media_type: fields.text("mediaType"),
        kind: kind?,
        title: title?,
        provenance: provenance?,
    };
    Some(document)
}
