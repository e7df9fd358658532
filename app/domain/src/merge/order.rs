//! Reading order within each section.
//!
//! Invariant: what holds now stands before what has ended; within that, what matters most, then the newest.

use std::cmp::Reverse;

use jiff::{civil::DateTime, tz::TimeZone};

use crate::{
    contact_order,
    entry::Entry,
    limits_view::{Validity, is_signed_by_physician},
    merge::{is_covid, is_covid_dose},
    overview::ShownEntry,
    section::Section,
    time::When,
    vocabulary::{AlertKind, InfectionCertainty, PlanKind, ServicePhase, Severity},
};

/// Sorts in place. Stable: equal entries keep the order of the sources.
pub fn sort(section: Section, entries: &mut [ShownEntry], zone: &TimeZone) {
    if section == Section::Contacts {
        entries.sort_by_cached_key(|shown| match &shown.entry {
            Entry::Contact(contact) => {
                (shown.validity != Validity::Current, contact_order::rank(contact, shown.answers_now))
            }
            _ => (true, (u8::MAX, u8::MAX, u32::MAX)),
        });
    } else {
        entries.sort_by_cached_key(|shown| {
            (held(shown.validity), weight(&shown.entry, shown), Reverse(dated(&shown.entry, zone)))
        });
    }
}

const fn held(validity: Validity) -> u8 {
    match validity {
        Validity::Current => 0,
        Validity::NotYet => 1,
        Validity::Ended => 2,
        Validity::Superseded => 3,
    }
}

/// What matters most first; the smaller the earlier.
fn weight(entry: &Entry, shown: &ShownEntry) -> u8 {
    match entry {
        Entry::CareLimit(limit) => {
            if shown.most_restrictive {
                0
            } else {
                2 - u8::from(is_signed_by_physician(limit))
            }
        }
        Entry::Alert(alert) => match (&alert.kind, &alert.severity) {
            (AlertKind::Hypersensitivity, Some(Severity::LifeThreatening)) => 0,
            (AlertKind::Infection, _) => 1,
            (AlertKind::Threat, _) => 2,
            (AlertKind::SpecialRoutine, _) => 3,
            (AlertKind::Hypersensitivity, Some(Severity::Harmful)) => 4,
            (AlertKind::Hypersensitivity, _) => 5,
            _ => 6,
        },
        Entry::Service(service) => u8::from(service.phase != ServicePhase::Ongoing),
        Entry::Plan(plan) => match plan.kind {
            PlanKind::CrisisPlan | PlanKind::Agreement => 0,
            PlanKind::Palliative => 1,
            PlanKind::Sip => 2,
            _ => 3,
        },
        Entry::Vaccination(dose) => {
            if is_covid_dose(dose) {
                0
            } else {
                3
            }
        }
        Entry::Infection(infection) => match (is_covid(&infection.what), &infection.certainty) {
            (true, InfectionCertainty::Confirmed) => 1,
            (true, _) => 2,
            (false, _) => 4,
        },
        _ => 0,
    }
}

fn dated(entry: &Entry, zone: &TimeZone) -> Option<DateTime> {
    date_of(entry).or(entry.provenance().recorded.as_ref()).and_then(|when| when.order_key(zone))
}

/// The date an entry is known by.
pub fn date_of(entry: &Entry) -> Option<&When> {
    match entry {
        Entry::CareLimit(e) => e.reassessed.as_ref().or(e.decided.as_ref()).or(e.valid_from.as_ref()),
        Entry::Alert(e) => e.noted.as_ref().or(e.valid_from.as_ref()),
        Entry::Service(e) => e.last_noted.as_ref().or(e.ended.as_ref()).or(e.started.as_ref()),
        Entry::Plan(e) => e.decided.as_ref().or(e.valid_from.as_ref()),
        Entry::Vaccination(e) => e.date.as_ref(),
        Entry::Infection(e) => e.date.as_ref(),
        Entry::Consent(e) => e.valid_from.as_ref(),
        Entry::Medication(e) => e.started.as_ref(),
        Entry::FunctionalAssessment(e) => e.assessed.as_ref(),
        Entry::Document(e) => e.date.as_ref(),
        Entry::Contact(e) => e.valid_from.as_ref(),
    }
}
