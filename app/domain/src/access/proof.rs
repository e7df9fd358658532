//! A relation that the own provider's source reports: an admission, a booking, an enrolment, a measure.
//!
//! Rules: SVOD 3:1 1 and 3:2 1; issue rule "proven by a booking, admission or enrolment". Stricter than the law on purpose: it must be at
//! the reader's own unit, because an admission elsewhere in a large provider says nothing about who takes part in the care here.
//! Not here: asking the source (`service`). Invariant: pure; what proves is something current or to come, never something that has ended.
//! To let another service prove: a line in [`kind_of`].

use jiff::{Timestamp, Zoned, civil::Date};
use serde::{Deserialize, Serialize};

use super::block::same_id;
use crate::{
    entry::Service,
    source::{ProviderKind, Source, SourceId},
    time::{When, sweden, today},
    viewer::Viewer,
    vocabulary::{EventKind, ServiceKind, ServicePhase},
};

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    /// Admitted, or in the emergency department.
    Admitted,
    /// Enrolled: home nursing, a care home, a short-term place.
    Enrolled,
    /// Expected: a booking or a planned visit.
    Booked,
    /// Receives a measure by social services, or it has been decided.
    Measure,
}

/// What a registration of a proven relation rests on. No words of the record itself: it stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What.
    pub kind: ProofKind,
    /// Of which service.
    pub service: ServiceKind,
    /// Since when, or for when, as the source has it.
    pub at: Option<When>,
    /// The source that reported it.
    pub source: SourceId,
    /// Its name on screen at that time: `Storsjö kommun (Viva)`.
    pub label: String,
    /// The record's id there.
    pub record: String,
    /// When it was reported.
    pub reported_at: Timestamp,
}

/// What a service in the own provider's source proves for this viewer; none when it does not.
pub fn proof(viewer: &Viewer, source: &Source, service: &Service, now: &Zoned) -> Option<Proof> {
    let own = |id: &str| viewer.provider.id.is(id);
    let from_own = source.provider.as_ref().is_some_and(|provider| own(provider.id.as_str()));
    if !from_own || !service.provenance.provider_id().is_some_and(own) {
        return None;
    }
    let here = service.unit.as_ref().and_then(|unit| unit.known_id()).or_else(|| service.provenance.unit_id())?;
    if !viewer.unit.known_id().is_some_and(|unit| same_id(unit, here)) {
        return None;
    }
    let day = today(now);
    let kind = kind_of(viewer.provider.kind, &service.kind)?;
    let made = |kind: ProofKind, at: Option<When>| Proof {
        kind,
        service: service.kind.clone(),
        at,
        source: source.id.clone(),
        label: source.label(),
        record: service.provenance.id.clone(),
        reported_at: now.timestamp(),
    };
    let first = |at: &When| at.first_day(&sweden());
    let over = service.ended.as_ref().and_then(first).is_some_and(|ended| ended < day);
    let began = service.started.as_ref().and_then(first).is_none_or(|began| began <= day);
    match service.phase {
        ServicePhase::Ongoing if began && !over => Some(made(kind, service.started.clone())),
        ServicePhase::Ongoing | ServicePhase::Planned if kind == ProofKind::Measure && !over => {
            Some(made(kind, service.started.clone()))
        }
        _ => expected(service, day).map(|at| made(ProofKind::Booked, Some(at))),
    }
}

/// Which services are a relation, by the law the provider acts under. An aid or an alarm in somebody's home is none of care.
const fn kind_of(provider: ProviderKind, service: &ServiceKind) -> Option<ProofKind> {
    match (provider, service) {
        (ProviderKind::Care, ServiceKind::Inpatient | ServiceKind::EmergencyVisit) => Some(ProofKind::Admitted),
        (ProviderKind::Care, ServiceKind::HomeNursing | ServiceKind::CareHome | ServiceKind::ShortTerm) => {
            Some(ProofKind::Enrolled)
        }
        (
            ProviderKind::SocialCare,
            ServiceKind::HomeCare
            | ServiceKind::SocialService
            | ServiceKind::Lss
            | ServiceKind::CareHome
            | ServiceKind::ShortTerm
            | ServiceKind::SafetyAlarm,
        ) => Some(ProofKind::Measure),
        _ => None,
    }
}

/// The first thing that is still to come: the start of what is planned, or a planned visit.
fn expected(service: &Service, day: Date) -> Option<When> {
    let ahead = |at: &&When| at.first_day(&sweden()).is_some_and(|at| at >= day);
    let begins = service.started.iter().filter(|_| service.phase != ServicePhase::Ended);
    let visits = service.events.iter().filter(|event| event.kind == EventKind::PlannedVisit).map(|event| &event.at);
    begins.chain(visits).find(ahead).cloned()
}
