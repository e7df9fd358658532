//! Services, contacts, plans, consents, documents.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use samsyn_domain::{
    entry::{Consent, Contact, Document, Plan, Service, Substitute},
    vocabulary::{ConsentGiver, ConsentStatus, Phase, ServiceKind, ServicePhase},
};
use serde_json::{Value, json};

use super::{Subject, begin, begin_labelled, security_label};
use crate::source::fhir::element::{
    Element, available_time, code, concept, extension, moment, opening, organisation, own, part, parted, period, phone,
    phones,
};

const CLASS: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";

/// A stay or visit is an `Encounter`, a granted thing a `ServiceRequest`, everything else an `EpisodeOfCare`.
pub(super) fn service(subject: &Subject, service: &Service, id: &str) -> Value {
    match service.kind {
        ServiceKind::EmergencyVisit => encounter(subject, service, id, "EMER"),
        ServiceKind::Inpatient
        | ServiceKind::PlannedDischarge
        | ServiceKind::ReadyForDischarge
        | ServiceKind::Discharged => encounter(subject, service, id, "IMP"),
        ServiceKind::SafetyAlarm | ServiceKind::Aids => request(subject, service, id),
        _ => episode(subject, service, id),
    }
}

fn encounter(subject: &Subject, service: &Service, id: &str, class: &str) -> Value {
    let status = match service.phase {
        ServicePhase::Planned => "planned",
        ServicePhase::Ongoing => "in-progress",
        ServicePhase::Ended => "finished",
        _ => "unknown",
    };
    with_service(begin("Encounter", id, "subject", subject, &service.provenance), service)
        .set("status", status)
        .set("class", json!({ "system": CLASS, "code": class }))
        .set("type", json!([own("service-kind", service.kind.word())]))
        .period("period", service.started.as_ref(), service.ended.as_ref())
        .maybe("serviceProvider", service.unit.as_ref().map(organisation))
        .build()
}

fn request(subject: &Subject, service: &Service, id: &str) -> Value {
    let status = match service.phase {
        ServicePhase::Planned => "draft",
        ServicePhase::Ongoing => "active",
        ServicePhase::Ended => "completed",
        _ => "unknown",
    };
    with_service(begin("ServiceRequest", id, "subject", subject, &service.provenance), service)
        .set("status", status)
        .set("intent", "order")
        .set("category", json!([own("service-kind", service.kind.word())]))
        .period("occurrencePeriod", service.started.as_ref(), service.ended.as_ref())
        .list("performer", service.unit.iter().map(organisation).collect())
        .build()
}

fn episode(subject: &Subject, service: &Service, id: &str) -> Value {
    let status = match service.phase {
        ServicePhase::Planned => "planned",
        ServicePhase::Ended => "finished",
        _ => "active",
    };
    let unknown = !matches!(service.phase, ServicePhase::Planned | ServicePhase::Ongoing | ServicePhase::Ended);
    with_service(begin("EpisodeOfCare", id, "patient", subject, &service.provenance), service)
        .set("status", status)
        .set("type", json!([own("service-kind", service.kind.word())]))
        .period("period", service.started.as_ref(), service.ended.as_ref())
        .maybe("managingOrganization", service.unit.as_ref().map(organisation))
        .ext("phase", "valueCode", unknown.then_some("unknown"))
        .build()
}

fn with_service(element: Element, service: &Service) -> Element {
    let events = service.events.iter().map(|event| {
        let mut parts =
            vec![part("kind", "valueCode", event.kind.word()), part("at", "valueDateTime", moment(&event.at))];
        parts.extend(event.text.as_deref().map(|text| part("text", "valueString", text)));
        parted("service-event", parts)
    });
    let numbers = service.phones.iter().map(|number| extension("phone", "valueContactPoint", phone(number)));
    element
        .ext_text("service-text", service.text.as_deref())
        .ext_when("last-noted", service.last_noted.as_ref())
        .exts(events.collect())
        .exts(numbers.collect())
}

/// A next of kin or representative is a `RelatedPerson`, everybody else a participant of a `CareTeam`.
pub(super) fn contact(subject: &Subject, contact: &Contact, id: &str) -> Value {
    if contact.kind.is_relative() { related_person(subject, contact, id) } else { care_team(subject, contact, id) }
}

fn kind_and_role(contact: &Contact) -> Value {
    let mut kind = own("contact-kind", contact.kind.word());
    if let (Some(role), Some(members)) = (&contact.role, kind.as_object_mut()) {
        members.insert("text".to_owned(), json!(role));
    }
    kind
}

fn with_contact(element: Element, contact: &Contact) -> Element {
    element
        .ext("contact-order", "valuePositiveInt", contact.order)
        .ext("may-be-informed", "valueBoolean", contact.may_be_informed)
        .ext("call-at-night", "valueBoolean", contact.call_at_night)
        .ext_text("note", contact.note.as_deref())
        .exts(contact.substitute.iter().map(substitute).collect())
}

fn substitute(substitute: &Substitute) -> Value {
    let mut parts = Vec::new();
    parts.extend(substitute.name.as_deref().map(|name| part("name", "valueString", name)));
    parts.extend(substitute.role.as_deref().map(|role| part("role", "valueString", role)));
    parts.extend(substitute.phones.iter().map(|number| part("telecom", "valueContactPoint", phone(number))));
    parted("substitute", parts)
}

fn related_person(subject: &Subject, contact: &Contact, id: &str) -> Value {
    let absent = contact.absent.as_ref().and_then(|absence| period(Some(&absence.from), absence.to.as_ref()));
    let label = contact.protection.as_ref().and_then(security_label);
    with_contact(begin_labelled("RelatedPerson", id, "patient", subject, &contact.provenance, label), contact)
        .set("active", true)
        .set("relationship", json!([kind_and_role(contact)]))
        .list("name", contact.name.iter().map(|name| json!({ "text": name })).collect())
        .list("telecom", phones(&contact.phones))
        .period("period", contact.valid_from.as_ref(), contact.valid_to.as_ref())
        .ext("contact-unit", "valueReference", contact.unit.as_ref().map(organisation))
        .ext("absent", "valuePeriod", absent)
        .exts(contact.openings.iter().map(opening).collect())
        .build()
}

fn care_team(subject: &Subject, contact: &Contact, id: &str) -> Value {
    let mut element = begin("CareTeam", id, "subject", subject, &contact.provenance);
    let absent = contact.absent.as_ref().and_then(|absence| period(Some(&absence.from), absence.to.as_ref()));
    let member = element.contain(|inner| {
        Element::resource("PractitionerRole", inner)
            .maybe("practitioner", contact.name.as_ref().map(|name| json!({ "display": name })))
            .maybe("organization", contact.unit.as_ref().map(organisation))
            .list("telecom", phones(&contact.phones))
            .list("availableTime", contact.openings.iter().map(available_time).collect())
            .list(
                "notAvailable",
                absent.into_iter().map(|during| json!({ "description": "Frånvarande", "during": during })).collect(),
            )
            .build()
    });
    let participant = with_contact(Element::default(), contact)
        .ext("protection", "valueCode", contact.protection.as_ref().map(|protection| protection.word().to_owned()))
        .set("role", json!([kind_and_role(contact)]))
        .set("member", member)
        .period("period", contact.valid_from.as_ref(), contact.valid_to.as_ref());
    element.set("status", "active").set("participant", json!([participant.build()])).build()
}

pub(super) fn plan(subject: &Subject, plan: &Plan, id: &str) -> Value {
    let status = match plan.phase {
        Phase::Active | Phase::Current => "active",
        Phase::Planned => "draft",
        Phase::Ended | Phase::Superseded => "completed",
        _ => "unknown",
    };
    let mut element = begin("CarePlan", id, "subject", subject, &plan.provenance);
    let responsible = plan.responsible.as_ref().map(|actor| element.actor(actor));
    element
        .set("status", status)
        .set("intent", "plan")
        .set("category", json!([own("plan-kind", plan.kind.word())]))
        .set("title", plan.title.clone())
        .maybe("description", plan.text.clone())
        .period("period", plan.valid_from.as_ref(), plan.valid_to.as_ref())
        .when("created", plan.decided.as_ref())
        .maybe("author", responsible)
        .list("contributor", plan.participants.iter().map(organisation).collect())
        .ext("phase", "valueCode", Some(plan.phase.word().to_owned()))
        .ext_text("instruction", plan.instruction.as_deref())
        .ext_when("next-follow-up", plan.next_follow_up.as_ref())
        .build()
}

pub(super) fn consent(subject: &Subject, consent: &Consent, id: &str) -> Value {
    let status = match consent.status {
        ConsentStatus::Active => "active",
        ConsentStatus::Refused => "rejected",
        ConsentStatus::Revoked | ConsentStatus::Ended => "inactive",
        _ => "proposed",
    };
    let refused = consent.status == ConsentStatus::Refused;
    let given_to = consent.given_to.iter().map(|unit| {
        json!({ "role": code("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"), "reference": organisation(unit) })
    });
    let by_patient = consent.given_by == ConsentGiver::Patient;
    let patient = json!({ "reference": format!("Patient/{}", subject.id) });
    let provision = Element::default()
        .set("type", if refused { "deny" } else { "permit" })
        .period("period", consent.valid_from.as_ref(), consent.valid_to.as_ref())
        .list("actor", given_to.collect());
    begin("Consent", id, "patient", subject, &consent.provenance)
        .set("status", status)
        .set("scope", code(SCOPE, "patient-privacy"))
        .set("category", json!([own("consent-kind", consent.kind.word())]))
        .list("performer", if by_patient { vec![patient] } else { Vec::new() })
        .set("provision", provision.build())
        .ext("consent-status", "valueCode", Some(consent.status.word().to_owned()))
        .ext("given-by", "valueCode", Some(consent.given_by.word().to_owned()))
        .ext_text("consent-text", consent.text.as_deref())
        .build()
}

pub(super) fn document(subject: &Subject, document: &Document, id: &str) -> Value {
    let mut content = Vec::new();
    if let Some(text) = &document.text {
        content.push(
            json!({ "attachment": { "contentType": "text/plain; charset=utf-8", "data": STANDARD.encode(text) } }),
        );
    }
    if let Some(media_type) = &document.media_type {
        content.push(json!({ "attachment": { "contentType": media_type } }));
    }
    if content.is_empty() {
        content.push(json!({ "attachment": { "title": document.title } }));
    }
    begin("DocumentReference", id, "subject", subject, &document.provenance)
        .set("status", "current")
        .set("type", concept(&document.kind))
        .set("description", document.title.clone())
        .when("date", document.date.as_ref())
        .maybe("custodian", document.unit.as_ref().map(organisation))
        .set("content", content)
        .build()
}
