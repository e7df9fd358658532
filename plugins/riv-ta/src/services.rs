//! Active services: care services (hemsjukvård, hemtjänst …) and the two kinds of care contact that are services here.
//!
//! Invariants: neither contract states a phase of a care service, so it follows from the period and the moment of the
//! lookup; without a start it is unknown. Cancelled and struck-out contacts are not pushed; other visits, telephone calls
//! and day care are no services and are left to the record system.

use samsyn_adapter::{
    sink::{Service, ServicePhase},
    types::{Concept, Organisation, Phone},
};

use crate::{
    record::{
        Reading, concept_at, end_at, extension, extension_of, has_ended, is_nullified, joined, named, org_unit,
        provenance, time_at,
    },
    when,
    xml::Node,
};

/// Reads every care service of a response.
pub fn read_services(response: &Node, reading: Reading<'_>) -> Vec<Service> {
    response.all("careService").filter_map(|record| care_service(record, reading)).collect()
}

fn care_service(record: &Node, reading: Reading<'_>) -> Option<Service> {
    let nothing = Node::default();
    let header = record.at("careServiceHeader").unwrap_or(&nothing);
    let body = record.at("careServiceBody").unwrap_or(&nothing);
    if is_nullified(header) {
        return None;
    }
    let word = body.text("typeOfCareService");
    let started = time_at(body, "timePeriod/start");
    let ended = end_at(body, "timePeriod/end");
    let org_node = header.at("accountableHealthcareProfessional/healthcareProfessionalOrgUnit");
    let org = org_node.and_then(org_unit);
    let unit = extension_of(body, "performerHealthCareUnit").map(|id| named(id, org.as_ref()));
    let is_orgs_own = unit.is_some() && unit.as_ref().map(|unit| &unit.id) == org.as_ref().map(|org| &org.id);
    let mut provenance = provenance(header, record, reading);
    provenance.extensions.extend(body.text("housing").map(|text| extension("housing", text)));
    Some(Service {
        kind: word.as_deref().map_or_else(|| "unknown".to_owned(), kind),
        phase: phase(started.as_ref(), ended.as_ref(), reading.now),
        text: joined([body.text("input"), body.text("scope")], ", "),
        started,
        ended,
        last_noted: None,
        events: Vec::new(),
        unit,
        phones: if is_orgs_own { phones(org_node) } else { Vec::new() },
        provenance,
    })
}

/// The five national kinds; another word is shown as it is.
fn kind(stated: &str) -> String {
    match stated.to_uppercase().as_str() {
        "HSJV" => "home-nursing".into(),
        "HTJ" => "home-care".into(),
        "LSS" => "lss".into(),
        "SVTJ" => "social-service".into(),
        "SÄBO" | "SABO" => "care-home".into(),
        _ => stated.to_owned(),
    }
}

fn phase(started: Option<&String>, ended: Option<&String>, now: &str) -> ServicePhase {
    match started {
        _ if has_ended(ended, now) => ServicePhase::Ended,
        Some(start) if when::is_before(now, start) => ServicePhase::Planned,
        Some(_) => ServicePhase::Ongoing,
        None => ServicePhase::Unknown,
    }
}

fn phones(org_unit: Option<&Node>) -> Vec<Phone> {
    let number = org_unit.and_then(|unit| unit.text("orgUnitTelecom"));
    number.map(|number| Phone { number, openings: Vec::new(), note: None, staff_only: false }).into_iter().collect()
}

/// Reads the care contacts of a response that are services: stays, and visits to an emergency department.
pub fn read_contacts(response: &Node, reading: Reading<'_>) -> Vec<Service> {
    response.all("careContact").filter_map(|record| care_contact(record, reading)).collect()
}

fn care_contact(record: &Node, reading: Reading<'_>) -> Option<Service> {
    let nothing = Node::default();
    let header = record.at("careContactHeader").unwrap_or(&nothing);
    let body = record.at("careContactBody").unwrap_or(&nothing);
    let status = Status::of(concept_at(body, "careContactStatus").as_ref());
    if is_nullified(header) || status == Status::Void {
        return None;
    }
    let org_node = body.at("careContactOrgUnit");
    let unit = org_node.and_then(org_unit);
    let kind = contact_kind(concept_at(body, "careContactCode").as_ref(), unit.as_ref(), reading.emergency_units)?;
    let started = time_at(body, "careContactTimePeriod/start");
    let ended = end_at(body, "careContactTimePeriod/end");
    Some(Service {
        kind: kind.into(),
        phase: contact_phase(kind, status, started.as_ref(), ended.as_ref(), reading.now),
        text: body.text("careContactReason"),
        started,
        ended,
        last_noted: None,
        events: Vec::new(),
        unit,
        phones: phones(org_node),
        provenance: provenance(header, record, reading),
    })
}

/// What a care contact's status means, in the SNOMED codes of version 3 and the numbers of version 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Planned,
    Ongoing,
    Ended,
    /// Cancelled or struck out.
    Void,
    NotStated,
}

impl Status {
    fn of(status: Option<&Concept>) -> Self {
        let Some(status) = status else { return Self::NotStated };
        let code = status.codings.first().map_or("", |coding| coding.code.as_str());
        let words = status.text.to_lowercase();
        let says = |sign: &str| words.contains(sign);
        match code {
            "53631000052103" | "53701000052102" | "1" => Self::Planned,
            "53651000052107" | "53681000052104" | "3" => Self::Ongoing,
            "53661000052105" | "53671000052101" | "4" | "5" => Self::Ended,
            "53641000052109" | "53691000052102" | "2" => Self::Void,
            _ if says("inställd") || says("makulera") => Self::Void,
            _ if says("pågående") || says("permission") => Self::Ongoing,
            _ if says("avslutad") || says("avbruten") => Self::Ended,
            _ if says("tidbokad") || says("väntelista") || says("ej påbörjad") => Self::Planned,
            _ => Self::NotStated,
        }
    }
}

/// KV vårdkontakttyp: 3 is a stay; 1 is a visit, which counts only at a unit that is an emergency department.
fn contact_kind(code: Option<&Concept>, unit: Option<&Organisation>, emergency: &[String]) -> Option<&'static str> {
    let code = code?;
    let number = code.codings.first().map_or("", |coding| coding.code.as_str());
    let words = code.text.to_lowercase();
    let is = |value: &str, word: &str| number == value || (number.is_empty() && words == word);
    if is("3", "vårdtillfälle") {
        return Some("inpatient");
    }
    let is_emergency = || {
        let unit = unit?;
        let id = unit.id.as_deref().unwrap_or_default().to_lowercase();
        let name = unit.name.as_deref().unwrap_or_default().to_lowercase();
        emergency.iter().any(|known| *known == id || name.contains(known.as_str())).then_some("emergency-visit")
    };
    if is("1", "besök") { is_emergency() } else { None }
}

/// A stay that goes on is written like a planned one: a start and no end. A visit ends when it starts.
fn contact_phase(
    kind: &str,
    status: Status,
    started: Option<&String>,
    ended: Option<&String>,
    now: &str,
) -> ServicePhase {
    match (status, phase(started, ended, now)) {
        (Status::Planned, _) => ServicePhase::Planned,
        (Status::Ongoing, _) => ServicePhase::Ongoing,
        (Status::Ended, _) => ServicePhase::Ended,
        (_, ServicePhase::Ongoing) if kind == "emergency-visit" && ended.is_none() => ServicePhase::Unknown,
        (_, by_period) => by_period,
    }
}
