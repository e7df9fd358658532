//! Asking one source: what it is asked, how long it is waited for, and what is noted of its answer before the access decision.
//!
//! Not here: which sources are asked (`overview`, `domain::plan`), how one is reached (`host`).
//! Invariant: what was not asked counts neither as failed nor as working; care limits are asked whatever the source has done before.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use samsyn_domain::{
    access::{BlockStatus, Decision, Grant},
    person::PersonAnswer,
    plan::Ask,
    section::Section,
    source::{ProviderKinds, SourceId},
    state::{State, Unanswered},
};
use tokio_util::task::TaskTracker;

use super::{Request, breaker::Breaker, opened::Arrival};
use crate::{
    port::{
        adapters::{Adapters, Answer, Question, TraceId},
        measures::Measures,
        spans::Spans,
    },
    sightings::Sightings,
    sources::{compare::Rehearsal, watch::Watch},
};

/// Why a source did not answer, or not everything that it was asked.
fn unanswered(answer: &Answer) -> Option<Unanswered> {
    let of_section = answer.sections.values().find_map(|state| match state {
        State::Unanswered(why) => Some(*why),
        _ => None,
    });
    match answer.person {
        PersonAnswer::Unanswered(why) => of_section.or(Some(why)),
        _ => of_section,
    }
}

/// How much longer than its limit a source is waited for before the service itself gives up on the host.
const GRACE: Duration = Duration::from_millis(250);

/// Who stops the source when it goes wrong.
pub(super) struct Watching {
    pub watch: Arc<Watch>,
    /// Number of the stage that the source is at.
    pub number: u32,
}

/// One source with its question.
pub(super) struct AskOne {
    pub adapters: Arc<dyn Adapters>,
    pub breaker: Arc<Breaker>,
    pub sightings: Arc<Sightings>,
    pub measures: Option<Arc<dyn Measures>>,
    pub spans: Option<Arc<dyn Spans>>,
    pub watching: Option<Watching>,
    pub trace: TraceId,
    pub ask: Ask,
    pub request: Request,
    pub grant: Option<Grant>,
    pub blocks: BlockStatus,
    pub kinds: Arc<ProviderKinds>,
    pub within: Duration,
    /// What the source is called where it runs.
    pub runs_as: SourceId,
    /// Bindings that are tried beside it.
    pub rehearsals: Vec<Rehearsal>,
    pub unfinished: TaskTracker,
}

impl AskOne {
    pub async fn run(mut self, index: usize) -> Arrival {
        let id = self.ask.source.id.clone();
        let begun = self.request.opened_at.timestamp();
        let started = tokio::time::Instant::now();
        let pause = self.breaker.pause_of(&id, started);
        let mut question = self.question();
        if pause.is_some() {
            // Care limits are always asked, whatever the source has done before.
            question.sections.retain(|section| *section == Section::CareLimits);
        }
        let asked = question.person || !question.sections.is_empty();
        let answer = if asked {
            self.answer(&question).await
        } else {
            Answer::failed(&question, Unanswered::Paused, String::new())
        };
        let fetched_at = after(begun, started.elapsed());
        if asked {
            // What was not asked has neither failed nor worked.
            self.note(&id, &answer, fetched_at);
            self.watch(&answer, fetched_at);
            if let Some(measures) = &self.measures {
                measures.asked(&id, unanswered(&answer), started.elapsed());
            }
            if let Some(spans) = &self.spans {
                spans.asked(self.trace, &id, unanswered(&answer), started.elapsed());
            }
            for section in &question.sections {
                self.sightings.note(&id, *section, &answered(&answer, *section), fetched_at, started.elapsed());
            }
            for rehearsal in self.rehearsals.drain(..) {
                // Behind the page: nobody waits for what is not shown.
                let beside = Some((answer.clone(), started.elapsed()));
                self.unfinished.spawn(rehearsal.run(question.clone(), beside, begun));
            }
        }
        let decision = Decision {
            viewer: &self.request.viewer,
            grant: self.grant.as_ref(),
            blocks: &self.blocks,
            kinds: &self.kinds,
            otherwise: self.ask.source.provider_kind(),
        };
        let cells = self.ask.sections.iter().map(|section| {
            let paused = pause.is_some() && *section != Section::CareLimits;
            let state = if paused { State::Unanswered(Unanswered::Paused) } else { answered(&answer, *section) };
            (*section, decision.apply(*section, state))
        });
        Arrival {
            index,
            cells: cells.collect(),
            person: if decision.may_say_who(&self.ask.source) { answer.person.clone() } else { PersonAnswer::NotAsked },
            fetched_at: to_the_second(fetched_at),
            adapter_digest: answer.adapter_digest,
            took: asked.then(|| started.elapsed()),
            failing_since: pause.map(|pause| pause.since),
        }
    }

    fn question(&self) -> Question {
        Question {
            patient: self.request.patient.clone(),
            sections: self.ask.sections.clone(),
            person: self.ask.person,
            now: self.request.opened_at.clone(),
            language: self.request.language.clone(),
            viewer: self.request.viewer.clone(),
            trace: Some(self.trace),
        }
    }

    async fn answer(&self, question: &Question) -> Answer {
        let asked = self.adapters.ask(&self.runs_as, question, self.within);
        match tokio::time::timeout(self.within + GRACE, asked).await {
            Ok(answer) => answer,
            Err(_) => Answer::failed(question, Unanswered::Timeout, String::new()),
        }
    }

    /// Has the source stopped when this answer was one too many. Behind the page, which has waited for the source already.
    fn watch(&self, answer: &Answer, at: Timestamp) {
        let Some(Watching { watch, number }) = &self.watching else { return };
        if let Some(cause) = watch.note(&self.ask.source.id, *number, &self.request.patient, answer, at) {
            let (watch, source) = (Arc::clone(watch), self.ask.source.clone());
            self.unfinished.spawn(async move { watch.stop(&source, cause, at).await });
        }
    }

    /// Tells the breaker whether the source itself works; another patient's data is a failure of the source.
    fn note(&self, id: &SourceId, answer: &Answer, at: Timestamp) {
        let failed = |state: &State| matches!(state, State::Unanswered(why) if *why != Unanswered::Paused);
        let all_failed = !answer.sections.is_empty() && answer.sections.values().all(failed)
            || matches!(answer.person, PersonAnswer::Unanswered(_)) && answer.sections.is_empty();
        if all_failed {
            self.breaker.failed(id, at, tokio::time::Instant::now());
        } else if !answer.sections.values().any(failed) {
            self.breaker.worked(id);
        }
    }
}

fn answered(answer: &Answer, section: Section) -> State {
    answer.sections.get(&section).cloned().unwrap_or(State::Unanswered(Unanswered::NoStatus))
}

/// The moment of the opening plus what has really passed: the clock may be frozen, deadlines are not.
pub(super) fn after(begun: Timestamp, elapsed: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(elapsed).ok().and_then(|elapsed| begun.checked_add(elapsed).ok()).unwrap_or(begun)
}

/// What a source's own time could tell of what it holds stays here (decision 0021).
fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
