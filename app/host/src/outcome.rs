//! From what a guest pushed and how it ended to exactly one state per section.
//!
//! Pure. "None" is only ever concluded from words the adapter said itself; every doubt becomes a named reason.
//! Not here: what the viewer may see (`samsyn_domain::access`).
//! Invariant: every section asked gets one state, and an entry that came is in it unless another patient was named.

use std::collections::BTreeMap;

use samsyn_domain::{
    section::Section,
    state::{Entries, Partial, State, Unanswered},
};
use samsyn_service::port::adapters::PersonAnswer;

use crate::{
    abi::FailureKind,
    collected::{Cell, Collected, PersonCell, Status},
    journal::Journal,
};

/// How a lookup ended, as far as sections without a status are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It returned.
    Returned,
    /// The source does not know the patient.
    PatientUnknown,
    /// It ended without an answer.
    Broken(Unanswered),
}

impl End {
    /// The end behind a failure the adapter named. The host's own view of the last request sharpens it: an adapter
    /// says "unavailable" of a timeout, a refused token and an overload alike.
    pub(crate) fn of_failure(kind: FailureKind, journal: &Journal) -> Self {
        let sharper = |found: Option<Unanswered>, otherwise| match found {
            Some(found @ (Unanswered::Timeout | Unanswered::Credential | Unanswered::Overloaded)) => found,
            _ => otherwise,
        };
        Self::Broken(match kind {
            FailureKind::PatientUnknown => return Self::PatientUnknown,
            FailureKind::UpstreamUnavailable => journal.last_problem().unwrap_or(Unanswered::Down),
            FailureKind::UpstreamRejected => sharper(journal.last_problem(), Unanswered::Refused),
            FailureKind::UpstreamMalformed | FailureKind::PatientAmbiguous => Unanswered::Malformed,
            FailureKind::NotConfigured => Unanswered::Credential,
            FailureKind::ConsentMissing => Unanswered::Refused,
            FailureKind::Internal | FailureKind::Other => sharper(journal.current_problem(), Unanswered::AdapterFault),
        })
    }
}

/// The states of everything asked. `silence` is why nothing came back, when the source was asked and did not answer once: words
/// of emptiness are then not believed.
pub(crate) fn conclude(
    collected: Collected,
    end: End,
    silence: Option<Unanswered>,
) -> (BTreeMap<Section, State>, PersonAnswer) {
    let other = collected.wrong_patient;
    let sections = collected
        .cells
        .into_iter()
        .map(|(section, cell)| {
            let state =
                if other { State::Unanswered(Unanswered::WrongPatient) } else { conclude_cell(cell, end, silence) };
            (section, state)
        })
        .collect();
    let person = match collected.person {
        None => PersonAnswer::NotAsked,
        Some(_) if other => PersonAnswer::Unanswered(Unanswered::WrongPatient),
        Some(cell) => conclude_person(cell, end, silence),
    };
    (sections, person)
}

fn conclude_cell(cell: Cell, end: End, silence: Option<Unanswered>) -> State {
    if cell.contradicted {
        return broken(cell, Unanswered::AdapterFault);
    }
    let none = |cell, state| match silence {
        Some(problem) => broken(cell, problem),
        None => without_entries(cell, state),
    };
    match cell.status.clone() {
        Some(Status::Complete) => complete(cell),
        Some(Status::Partial(text)) if !text.trim().is_empty() => {
            State::Partial { reason: Partial::Stated { text }, entries: cell.entries }
        }
        Some(Status::Partial(_)) => broken(cell, Unanswered::AdapterFault),
        Some(Status::Unavailable(problem)) => broken(cell, problem),
        Some(Status::StatedNone(at)) => none(cell, State::StatedNone(at)),
        Some(Status::NothingHeld) => none(cell, State::NothingHeld),
        Some(Status::Unsupported) => without_entries(cell, State::Unsupported),
        None => match end {
            End::Returned => broken(cell, Unanswered::NoStatus),
            End::PatientUnknown => none(cell, State::NothingHeld),
            End::Broken(problem) => broken(cell, problem),
        },
    }
}

fn complete(cell: Cell) -> State {
    if cell.invalid > 0 {
        return State::Partial { reason: Partial::InvalidEntries { count: cell.invalid }, entries: cell.entries };
    }
    // "Complete" without an entry is a fault of the adapter, never "none".
    Entries::new(cell.entries).map_or(State::Unanswered(Unanswered::AdapterFault), State::Reported)
}

/// A state that says there are no entries, unless entries came all the same.
fn without_entries(cell: Cell, state: State) -> State {
    if cell.entries.is_empty() && cell.invalid == 0 { state } else { broken(cell, Unanswered::AdapterFault) }
}

fn broken(cell: Cell, problem: Unanswered) -> State {
    if cell.entries.is_empty() && cell.invalid == 0 {
        State::Unanswered(problem)
    } else {
        State::Partial { reason: Partial::BrokenOff { problem }, entries: cell.entries }
    }
}

fn conclude_person(cell: PersonCell, end: End, silence: Option<Unanswered>) -> PersonAnswer {
    let not_held = || silence.map_or(PersonAnswer::NotHeld, PersonAnswer::Unanswered);
    let fault = PersonAnswer::Unanswered(Unanswered::AdapterFault);
    if cell.contradicted {
        return fault;
    }
    let says_none = match cell.status {
        // Complete without a person is a fault, and nobody can state that a person is nobody.
        Some(Status::Complete | Status::Partial(_) | Status::StatedNone(_)) => fault.clone(),
        Some(Status::Unavailable(problem)) => PersonAnswer::Unanswered(problem),
        Some(Status::NothingHeld) => not_held(),
        Some(Status::Unsupported) => PersonAnswer::NotAsked,
        None => match end {
            End::Returned => PersonAnswer::Unanswered(Unanswered::NoStatus),
            End::PatientUnknown => not_held(),
            End::Broken(problem) => PersonAnswer::Unanswered(problem),
        },
    };
    match (cell.details, cell.status) {
        (Some(details), Some(Status::Complete | Status::Partial(_) | Status::Unavailable(_)) | None) => {
            PersonAnswer::Known(details)
        }
        (Some(_), Some(_)) => fault,
        (None, _) => says_none,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use samsyn_domain::{
        entry::{Document, Entry},
        identifier::{Identifier, PersonIdentifier},
        provenance::{Concept, Provenance},
    };

    use super::*;
    use crate::{collected::Stop, egress::ErrorKind, journal::Exchange, limits::Limits};

    fn collected() -> Collected {
        let patient = PersonIdentifier::stated("191212121212").unwrap();
        Collected::new(patient, &[Section::Alerts, Section::Documents], true, 5)
    }

    fn entry() -> Entry {
        Entry::Document(Arc::new(Document {
            kind: Concept::plain("Anteckning"),
            title: "Anteckning".into(),
            date: None,
            unit: None,
            text: None,
            media_type: None,
            provenance: Provenance::new("1"),
        }))
    }

    fn state(fill: impl FnOnce(&mut Collected), end: End) -> State {
        let mut collected = collected();
        fill(&mut collected);
        conclude(collected, end, None).0.remove(&Section::Documents).unwrap()
    }

    const BROKEN: End = End::Broken(Unanswered::Timeout);

    #[test]
    fn complete_without_an_entry_is_a_fault_and_never_none() {
        let found = state(|c| assert!(c.set_status(Section::Documents, Status::Complete)), End::Returned);
        assert_eq!(found, State::Unanswered(Unanswered::AdapterFault));
    }

    #[test]
    fn a_missing_status_is_unanswered_and_keeps_what_came() {
        assert_eq!(state(|_| {}, End::Returned), State::Unanswered(Unanswered::NoStatus));
        let found = state(|c| assert!(c.push(Section::Documents, Some(entry()))), End::Returned);
        let reason = Partial::BrokenOff { problem: Unanswered::NoStatus };
        assert_eq!(found, State::Partial { reason, entries: vec![entry()] });
    }

    #[test]
    fn a_status_given_before_the_end_broke_is_kept() {
        let fill = |c: &mut Collected| {
            c.push(Section::Documents, Some(entry()));
            c.set_status(Section::Documents, Status::Complete);
        };
        assert!(matches!(state(fill, BROKEN), State::Reported(_)));
        assert_eq!(state(|_| {}, BROKEN), State::Unanswered(Unanswered::Timeout));
    }

    #[test]
    fn words_of_emptiness_beside_an_entry_are_a_fault_that_keeps_the_entry() {
        for status in [Status::NothingHeld, Status::StatedNone(None), Status::Unsupported] {
            let found = state(
                |c| {
                    c.push(Section::Documents, Some(entry()));
                    c.set_status(Section::Documents, status.clone());
                },
                End::Returned,
            );
            let reason = Partial::BrokenOff { problem: Unanswered::AdapterFault };
            assert_eq!(found, State::Partial { reason, entries: vec![entry()] }, "{status:?}");
        }
    }

    #[test]
    fn an_invalid_entry_makes_its_section_partial_even_beside_complete_or_nothing_held() {
        let invalid = |status: Status| {
            state(
                |c| {
                    c.push(Section::Documents, None);
                    c.set_status(Section::Documents, status);
                },
                End::Returned,
            )
        };
        assert_eq!(
            invalid(Status::Complete),
            State::Partial { reason: Partial::InvalidEntries { count: 1 }, entries: vec![] }
        );
        assert!(matches!(invalid(Status::NothingHeld), State::Partial { .. }));
    }

    #[test]
    fn two_statuses_for_one_section_are_a_fault_of_that_section_alone() {
        let mut collected = collected();
        for status in [Status::NothingHeld, Status::StatedNone(None)] {
            collected.set_status(Section::Documents, status);
        }
        collected.set_status(Section::Alerts, Status::NothingHeld);
        let (states, _) = conclude(collected, End::Returned, None);
        assert_eq!(states[&Section::Documents], State::Unanswered(Unanswered::AdapterFault));
        assert_eq!(states[&Section::Alerts], State::NothingHeld);
    }

    #[test]
    fn one_record_of_another_patient_discards_everything() {
        let mut collected = collected();
        collected.push(Section::Alerts, Some(entry()));
        collected.set_status(Section::Alerts, Status::Complete);
        let other = Identifier { system: "1.2.752.129.2.1.3.1".into(), value: "194001010000".into() };
        assert_eq!(collected.check_patient(Some(&other)), Err(Stop::WrongPatient));
        let (states, person) = conclude(collected, End::Returned, None);
        assert!(states.values().all(|state| *state == State::Unanswered(Unanswered::WrongPatient)));
        assert_eq!(person, PersonAnswer::Unanswered(Unanswered::WrongPatient));
    }

    #[test]
    fn an_unknown_patient_means_nothing_held_and_no_person() {
        let (states, person) = conclude(collected(), End::PatientUnknown, None);
        assert!(states.values().all(|state| *state == State::NothingHeld));
        assert_eq!(person, PersonAnswer::NotHeld);
    }

    #[test]
    fn words_of_emptiness_are_not_believed_when_the_source_never_answered() {
        let said = |status: Option<Status>, end| {
            let mut collected = collected();
            if let Some(status) = status {
                collected.set_status(Section::Documents, status.clone());
                collected.set_person_status(status);
            }
            let (mut states, person) = conclude(collected, end, Some(Unanswered::Down));
            (states.remove(&Section::Documents).unwrap(), person)
        };
        let down = (State::Unanswered(Unanswered::Down), PersonAnswer::Unanswered(Unanswered::Down));
        assert_eq!(said(Some(Status::NothingHeld), End::Returned), down);
        assert_eq!(said(None, End::PatientUnknown), down);
        assert_eq!(said(Some(Status::StatedNone(None)), End::Returned).0, down.0);
        assert_eq!(said(Some(Status::Unsupported), End::Returned).0, State::Unsupported);
    }

    #[test]
    fn the_hosts_view_of_the_last_request_sharpens_what_the_adapter_says() {
        let after = |exchange| {
            let mut journal = Journal::new(&Limits::default());
            journal.exchange(exchange, 0);
            journal
        };
        let end = |kind, exchange| End::of_failure(kind, &after(exchange));
        let timeout = Exchange::Error(ErrorKind::Timeout);
        assert_eq!(end(FailureKind::UpstreamUnavailable, timeout), End::Broken(Unanswered::Timeout));
        let cut_off = Exchange::Error(ErrorKind::Protocol);
        assert_eq!(end(FailureKind::UpstreamUnavailable, cut_off), End::Broken(Unanswered::Down));
        assert_eq!(end(FailureKind::UpstreamMalformed, cut_off), End::Broken(Unanswered::Malformed));
        assert_eq!(end(FailureKind::UpstreamUnavailable, Exchange::Reply(503)), End::Broken(Unanswered::Refused));
        assert_eq!(end(FailureKind::UpstreamRejected, Exchange::Reply(429)), End::Broken(Unanswered::Overloaded));
        assert_eq!(end(FailureKind::Internal, timeout), End::Broken(Unanswered::Timeout));
        assert_eq!(end(FailureKind::Internal, Exchange::Reply(200)), End::Broken(Unanswered::AdapterFault));
        assert_eq!(end(FailureKind::UpstreamMalformed, Exchange::Reply(200)), End::Broken(Unanswered::Malformed));
        assert_eq!(end(FailureKind::PatientUnknown, Exchange::Reply(404)), End::PatientUnknown);
    }
}
