//! Stops a source whose answers cannot be relied on, and leaves it to its administrator.
//!
//! What is counted is the adapter's own doing: answers about somebody else, and faults of the adapter. A source that is down, slow or refuses
//! comes back by itself (`overview::breaker`); stopping it would need somebody awake to start it.
//! Not here: what stands in its place (`domain::state`). Invariant: no patient is kept, only what a keyed hash makes of the number, in
//! memory; several answers about somebody else stop a source when they were about several patients, because one patient's new number is no
//! fault of the source's.

use std::{
    collections::{BTreeMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    binding::running_as,
    identifier::PersonIdentifier,
    person::PersonAnswer,
    source::{Source, SourceId},
    stage::{Cause, Decider, Stage, Staged},
    state::{State, Unanswered},
};

use super::{SourceError, deed, keep};
use crate::{
    limits::ServiceLimits,
    port::{
        adapters::Answer,
        audit_log::{self, Activity, AuditLog, AuditRecord},
        stages::Stages,
    },
};

/// Answers about somebody else are counted together for so long.
const COUNTED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What a source has done at the stage it is at.
#[derive(Debug, Default)]
struct Tally {
    /// Of which stage.
    number: u32,
    /// The last lookups: whether the adapter was at fault.
    faults: VecDeque<bool>,
    /// Patients about whom somebody else's answer came, hashed, with when.
    wrong: BTreeMap<u64, Timestamp>,
    /// It is being stopped.
    stopping: bool,
}

/// Watches the answers of sources.
pub struct Watch {
    stages: Arc<dyn Stages>,
    audit: Arc<dyn AuditLog>,
    wrong_patients: usize,
    faults: usize,
    hasher: RandomState,
    tallies: Mutex<BTreeMap<SourceId, Tally>>,
}

impl Watch {
    /// Over the stages that it changes.
    pub fn new(stages: Arc<dyn Stages>, audit: Arc<dyn AuditLog>, limits: &ServiceLimits) -> Self {
        Self {
            stages,
            audit,
            wrong_patients: usize::try_from(limits.quarantine_after_wrong_patients).unwrap_or(usize::MAX),
            faults: usize::try_from(limits.quarantine_after_faults).unwrap_or(usize::MAX),
            hasher: RandomState::new(),
            tallies: Mutex::default(),
        }
    }

    /// One more answer of a source at its stage of this number. Why it is to be stopped, when this was one too many.
    pub fn note(
        &self,
        source: &SourceId,
        number: u32,
        patient: &PersonIdentifier,
        answer: &Answer,
        at: Timestamp,
    ) -> Option<Cause> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = tallies.entry(source.clone()).or_default();
        if tally.number != number {
            *tally = Tally { number, ..Tally::default() };
        }
        let why = reasons(answer);
        if why.contains(&Unanswered::WrongPatient) {
            tally.wrong.insert(self.hasher.hash_one(patient.digits()), at);
        }
        tally.wrong.retain(|_, when| at.duration_since(*when) < COUNTED_FOR);
        let at_fault = |why: &Unanswered| matches!(why, Unanswered::AdapterFault | Unanswered::NoStatus);
        tally.faults.push_back(why.iter().any(at_fault));
        if tally.faults.len() > self.faults.saturating_mul(2) {
            tally.faults.pop_front();
        }
        let cause = if tally.wrong.len() >= self.wrong_patients {
            Cause::WrongPatient
        } else if tally.faults.iter().filter(|fault| **fault).count() >= self.faults {
            Cause::AdapterFaults
        } else {
            return None;
        };
        (!std::mem::replace(&mut tally.stopping, true)).then_some(cause)
    }

    /// Stops a source. Nothing is done when it has come to another stage meanwhile, or was stopped by another node.
    pub async fn stop(&self, source: &Source, cause: Cause, at: Timestamp) {
        match self.stopped(source, None, cause, at).await {
            Ok(()) => {
                tracing::error!(source = %source.id, cause = cause.word(), "source stopped: it is not asked any more");
            }
            Err(SourceError::Stale) => {}
            Err(error) => {
                tracing::error!(source = %source.id, cause = cause.word(), %error, "source could not be stopped; its next fault tries again");
                let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(tally) = tallies.get_mut(&source.id) {
                    tally.stopping = false;
                }
            }
        }
    }

    /// Stops the trial of a binding; what is in use beside it stays in use. Nothing is done when the source has come to another stage meanwhile.
    pub async fn stop_trial(&self, source: &Source, runs_as: &SourceId, cause: Cause, at: Timestamp) {
        match self.stopped(source, Some(runs_as), cause, at).await {
            Ok(()) => tracing::error!(source = %runs_as, cause = cause.word(), "trial of a binding stopped"),
            Err(SourceError::Stale) => {}
            Err(error) => {
                tracing::error!(source = %runs_as, cause = cause.word(), %error, "the trial of a binding could not be stopped");
            }
        }
    }

    async fn stopped(
        &self,
        source: &Source,
        trial: Option<&SourceId>,
        cause: Cause,
        at: Timestamp,
    ) -> Result<(), SourceError> {
        let newest = self.stages.newest().await.map_err(SourceError::Store)?;
        let newest = newest.into_iter().find(|staged| staged.source == source.id);
        let (number, before, running, tried) = newest
            .map_or((0, Stage::Live, None, None), |staged| (staged.number, staged.stage, staged.running, staged.trial));
        if !before.is_watched() {
            return Err(SourceError::Stale);
        }
        let stage = match trial {
            // What is in use beside the trial stays so.
            Some(runs_as) if tried.map(|tried| running_as(&source.id, tried)).as_ref() != Some(runs_as) => {
                return Err(SourceError::Stale);
            }
            Some(_) if before == Stage::Live => Stage::Live,
            _ => Stage::Quarantined,
        };
        let staged = Staged {
            source: source.id.clone(),
            organisation: source.organisation.clone(),
            number: number.checked_add(1).ok_or(SourceError::Stale)?,
            stage,
            running,
            trial: None,
            at,
            decider: Decider::Portal { cause },
        };
        let details = deed(&staged, before).details();
        let (stage, activity) = (audit_log::Stage::Intent, Activity::Write);
        let record = AuditRecord { stage, intent: None, activity, at, viewer: None, patient: None, details };
        keep(&*self.stages, &self.audit, &staged, record).await
    }
}

/// Why anything of an answer is missing.
fn reasons(answer: &Answer) -> Vec<Unanswered> {
    let of_person = match answer.person {
        PersonAnswer::Unanswered(why) => Some(why),
        _ => None,
    };
    let of_section = |state: &State| match state {
        State::Unanswered(why) => Some(*why),
        _ => None,
    };
    answer.sections.values().filter_map(of_section).chain(of_person).collect()
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use samsyn_domain::section::Section;

    use super::*;
    use crate::port::PortError;

    struct Nothing;

    #[async_trait]
    impl Stages for Nothing {
        async fn newest(&self) -> Result<Vec<Staged>, PortError> {
            Ok(Vec::new())
        }

        async fn history(&self, _: &SourceId) -> Result<Vec<Staged>, PortError> {
            Ok(Vec::new())
        }

        async fn keep(&self, _: &Staged) -> Result<bool, PortError> {
            Ok(true)
        }
    }

    #[async_trait]
    impl AuditLog for Nothing {
        async fn append(&self, _: &AuditRecord) -> Result<String, PortError> {
            Ok("1".into())
        }

        async fn has_outcome(&self, _: &str) -> Result<bool, PortError> {
            Ok(false)
        }
    }

    const PATIENTS: [&str; 3] = ["193802278485", "194107084080", "198001169286"];

    fn at(hour: i64) -> Timestamp {
        "2026-11-21T11:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
    }

    fn answer(why: Option<Unanswered>) -> Answer {
        let state = why.map_or(State::NothingHeld, State::Unanswered);
        Answer {
            person: PersonAnswer::NotAsked,
            sections: BTreeMap::from([(Section::Plans, state), (Section::Alerts, State::NothingHeld)]),
            adapter_digest: String::new(),
        }
    }

    struct Watched(Watch);

    impl Watched {
        fn new() -> Self {
            Self(Watch::new(Arc::new(Nothing), Arc::new(Nothing), &ServiceLimits::default()))
        }

        fn told(&self, number: u32, patient: usize, why: Option<Unanswered>, hour: i64) -> Option<Cause> {
            let patient = PersonIdentifier::stated(PATIENTS[patient]).unwrap();
            self.0.note(&SourceId::new("viva"), number, &patient, &answer(why), at(hour))
        }
    }

    #[test]
    fn answers_about_somebody_else_stop_a_source_when_they_were_about_several_patients() {
        let (watched, wrong) = (Watched::new(), Some(Unanswered::WrongPatient));
        for _ in 0..5 {
            assert_eq!(watched.told(0, 0, wrong, 0), None, "one patient's number can have changed");
        }
        assert_eq!(watched.told(0, 1, wrong, 1), None);
        assert_eq!(watched.told(0, 2, wrong, 24), None, "the first is a day old");
        assert_eq!(watched.told(0, 0, wrong, 24), Some(Cause::WrongPatient));
        assert_eq!(watched.told(0, 0, wrong, 24), None, "it is being stopped");
    }

    #[test]
    fn an_adapter_that_fails_half_of_the_time_is_stopped_and_a_source_that_is_down_is_not() {
        let watched = Watched::new();
        for _ in 0..50 {
            for why in [Unanswered::Down, Unanswered::Timeout, Unanswered::Refused, Unanswered::Credential] {
                assert_eq!(watched.told(0, 0, Some(why), 0), None);
            }
        }
        let faults = [Unanswered::AdapterFault, Unanswered::NoStatus].into_iter().cycle();
        let told: Vec<_> = faults.take(10).map(|why| watched.told(0, 0, Some(why), 0)).collect();
        assert_eq!((told.iter().flatten().count(), told[9]), (1, Some(Cause::AdapterFaults)));
    }

    #[test]
    fn what_happened_before_somebody_decided_is_not_counted_again() {
        let (watched, fault) = (Watched::new(), Some(Unanswered::AdapterFault));
        for _ in 0..9 {
            assert_eq!(watched.told(0, 0, fault, 0), None);
        }
        assert_eq!(watched.told(1, 0, fault, 0), None);
        assert_eq!(watched.told(1, 0, None, 0), None);
    }
}
