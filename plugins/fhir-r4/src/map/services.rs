//! `EpisodeOfCare`, `Encounter` and `ServiceRequest`: what lights a badge.
//!
//! Our own code system `service-kind` first, then the national type of care service, FHIR's encounter classes and plain words.
//! Not here: plans. Invariant: a service that never came about (cancelled, revoked) is not pushed; a finished stay is both an
//! ended stay and a discharge.

use samsyn_adapter::sink::{Service, ServiceEvent, ServicePhase};

use super::{Found, notes};
use crate::{
    node::Node,
    origin::{Reader, Roles, phones},
};

const EPISODE_ROLES: Roles = Roles { author: &["careManager"], organisation: &["managingOrganization"], recorded: &[] };
const ENCOUNTER_ROLES: Roles = Roles { author: &[], organisation: &["serviceProvider"], recorded: &[] };
const REQUEST_ROLES: Roles = Roles { author: &["requester"], organisation: &[], recorded: &["authoredOn"] };

/// Codes of the national contract `GetCareServices` and of FHIR, and words in a type.
const KINDS: [(&str, &str); 12] = [
    ("hsjv", "home-nursing"),
    ("hacc", "home-nursing"),
    ("hemsjukvård", "home-nursing"),
    ("htj", "home-care"),
    ("hemtjänst", "home-care"),
    ("säbo", "care-home"),
    ("särskilt boende", "care-home"),
    ("vård- och omsorgsboende", "care-home"),
    ("korttidsboende", "short-term"),
    ("lss", "lss"),
    ("trygghetslarm", "safety-alarm"),
    ("hjälpmedel", "aids"),
];

/// An episode of care of a kind that is a service.
pub fn episode<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    let Some(kind) = kind(resource.get("type")) else { return };
    let phase = match resource.get("status").str() {
        Some("planned" | "waitlist") => ServicePhase::Planned,
        Some("active" | "onhold") => ServicePhase::Ongoing,
        Some("finished") => ServicePhase::Ended,
        Some("cancelled") => return,
        _ => ServicePhase::Unknown,
    };
    let mut service = service(reader, resource, kind, phase, EPISODE_ROLES);
    service.unit = reader.organisation(resource, resource.get("managingOrganization"));
    service.text = service.text.or_else(|| plain_words(resource.get("type")));
    found.services.push(service);
}

/// A stay, an emergency visit, a visit at home.
pub fn encounter<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    let class = resource.get("class").get("code").str();
    let own = resource.get("type").own_code("service-kind");
    let kind = match (own, class) {
        (Some(own), _) => own.to_owned(),
        (None, Some("IMP" | "ACUTE" | "NONAC" | "SS" | "OBSENC")) => "inpatient".to_owned(),
        (None, Some("EMER")) => "emergency-visit".to_owned(),
        (None, Some("HH")) => "home-nursing".to_owned(),
        _ => return,
    };
    let phase = match resource.get("status").str() {
        Some("planned") => ServicePhase::Planned,
        Some("arrived" | "triaged" | "in-progress" | "onleave") => ServicePhase::Ongoing,
        Some("finished") => ServicePhase::Ended,
        Some("cancelled") => return,
        _ => ServicePhase::Unknown,
    };
    let mut stay = service(reader, resource, kind, phase, ENCOUNTER_ROLES);
    stay.unit = reader.organisation(resource, resource.get("serviceProvider"));
    if own.is_none() {
        stay.text = stay
            .text
            .or_else(|| resource.get("reasonCode").first().words())
            .or_else(|| plain_words(resource.get("type")));
        if class == Some("HH") {
            // One visit tells that the service was there that day, not that it goes on.
            stay.phase = ServicePhase::Unknown;
            stay.last_noted = stay.ended.take().or_else(|| stay.started.take());
        }
        discharge(resource, &stay, found);
    }
    found.services.push(stay);
}

/// What a native stay says of leaving: ready for discharge, planned discharge, discharged.
fn discharge(resource: Node<'_>, stay: &Service, found: &mut Found) {
    if stay.kind != "inpatient" {
        return;
    }
    let further = |kind: &str, phase: ServicePhase, started: Option<String>, ended: Option<String>| {
        let mut entry = stay.clone();
        entry.kind = kind.into();
        entry.phase = phase;
        entry.started = started;
        entry.ended = ended;
        entry.provenance.id = format!("{}#{kind}", stay.provenance.id);
        entry
    };
    if let Some(at) = resource.ext("ready-for-discharge").when() {
        let phase = if stay.phase == ServicePhase::Ongoing { ServicePhase::Ongoing } else { ServicePhase::Ended };
        found.services.push(further("ready-for-discharge", phase, Some(at), stay.ended.clone()));
    }
    if let Some(at) = resource.ext("planned-discharge").when() {
        found.services.push(further("planned-discharge", ServicePhase::Planned, Some(at), None));
    }
    if stay.phase == ServicePhase::Ended {
        found.services.push(further("discharged", ServicePhase::Ended, None, stay.ended.clone()));
    }
}

/// An ordered or granted service.
pub fn request<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    let Some(kind) = kind(resource.get("category")).or_else(|| kind(resource.get("code"))) else { return };
    let phase = match resource.get("status").str() {
        Some("draft" | "on-hold") => ServicePhase::Planned,
        Some("active") => ServicePhase::Ongoing,
        Some("completed") => ServicePhase::Ended,
        Some("revoked") => return,
        _ => ServicePhase::Unknown,
    };
    let mut granted = service(reader, resource, kind, phase, REQUEST_ROLES);
    let period = resource.get("occurrencePeriod");
    granted.started = period.get("start").when().or_else(|| resource.get("occurrenceDateTime").when());
    granted.ended = period.get("end").when();
    granted.unit = reader.organisation(resource, resource.get("performer").first());
    granted.text = granted.text.or_else(|| plain_words(resource.get("code")));
    found.services.push(granted);
}

fn service<'p>(reader: &Reader<'p>, resource: Node<'p>, kind: String, phase: ServicePhase, roles: Roles) -> Service {
    let period = resource.get("period");
    let events = resource.exts("service-event").filter_map(|event| {
        Some(ServiceEvent {
            kind: event.part("kind").text()?,
            at: event.part("at").when()?,
            text: event.part("text").text(),
        })
    });
    let mut numbers: Vec<_> = resource.exts("phone").filter_map(crate::origin::phone).collect();
    if numbers.is_empty() {
        let unit =
            ["managingOrganization", "serviceProvider"].iter().map(|key| resource.get(key)).find(|node| node.exists());
        numbers = unit.map(|unit| phones(reader.pool.target(resource, unit).get("telecom"))).unwrap_or_default();
    }
    Service {
        kind,
        phase: stated_phase(resource).unwrap_or(phase),
        text: resource.ext("service-text").text().or_else(|| notes(resource)),
        started: period.get("start").when(),
        ended: period.get("end").when(),
        last_noted: resource.ext("last-noted").when(),
        events: events.collect(),
        unit: None,
        phones: numbers,
        provenance: reader.provenance(resource, roles),
    }
}

fn stated_phase(resource: Node<'_>) -> Option<ServicePhase> {
    Some(match resource.ext("phase").str()? {
        "planned" => ServicePhase::Planned,
        "ongoing" => ServicePhase::Ongoing,
        "ended" => ServicePhase::Ended,
        _ => ServicePhase::Unknown,
    })
}

fn kind(types: Node<'_>) -> Option<String> {
    if let Some(own) = types.own_code("service-kind") {
        return Some(own.into());
    }
    let said: Vec<String> = types
        .codes()
        .map(str::to_lowercase)
        .chain(types.items().filter_map(Node::words).map(|words| words.to_lowercase()))
        .collect();
    let known =
        KINDS.iter().find(|(word, _)| said.iter().any(|said| said == word || (word.len() > 4 && said.contains(word))));
    known.map(|(_, kind)| (*kind).into())
}

/// Words of a type that is not only our own code.
fn plain_words(types: Node<'_>) -> Option<String> {
    if types.own_code("service-kind").is_some() { types.first().get("text").text() } else { types.first().words() }
}
