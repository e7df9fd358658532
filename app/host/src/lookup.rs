//! One lookup of one source: a fresh instance, a budget, a timer around it, and a state for everything asked.
//!
//! Not here: what the states mean (`outcome`), which sources are asked (`service`).
//! Invariant: the instance is never used again, and the answer has a state for every section asked, however it ended.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use samsyn_domain::{
    section::{PERSON, Section},
    source::SourceId,
    state::{NotAsked, State, Unanswered},
};
use samsyn_service::port::adapters::{Answer, PersonAnswer, Question, TraceId};
use tokio::{sync::Semaphore, time::timeout_at};

use crate::{
    abi::{Failure, Query},
    call::{Call, Gauge, Network, SharedRecord},
    collected::Collected,
    egress::{CallBudget, SourceEgress},
    journal::Journal,
    limits::Limits,
    outcome::{End, conclude},
    prepared::Prepared,
    report::{Ended, LookupReport, StopKind, Used},
    text::{cut, redact},
    witness::Witness,
};

/// Length of a failure's code.
const CODE_MAX_BYTES: usize = 64;
/// Length of a failure's message.
const MESSAGE_MAX_BYTES: usize = 1024;

/// An adapter bound to one source.
pub(crate) struct Bound {
    pub id: SourceId,
    pub adapter: Arc<Prepared>,
    pub egress: Arc<SourceEgress>,
    pub settings: Arc<BTreeMap<String, String>>,
    pub limits: Arc<Limits>,
    pub turns: Semaphore,
    pub last: Mutex<Option<LookupReport>>,
}

/// Sections of a question that the adapter is really asked for.
struct Asked {
    sections: Vec<Section>,
    person: bool,
}

impl Bound {
    /// Asks the source. Never fails: a failure is an answer with a reason.
    pub(crate) async fn ask(&self, question: &Question, within: Duration) -> Answer {
        self.ask_before(question, within, None).await
    }

    /// The same before a witness.
    pub(crate) async fn ask_before(
        &self,
        question: &Question,
        within: Duration,
        witness: Option<Arc<dyn Witness>>,
    ) -> Answer {
        let manifest = self.adapter.manifest();
        if !manifest.identifier_kinds.contains(&question.patient.kind()) {
            return self.not_asked(question);
        }
        let asked = Asked {
            sections: question.sections.iter().copied().filter(|section| manifest.answers(*section)).collect(),
            person: question.person && manifest.answers_person(),
        };
        let mut answer = if asked.sections.is_empty() && !asked.person {
            self.answer(BTreeMap::new(), PersonAnswer::NotAsked)
        } else {
            Box::pin(self.run(question, &asked, within, witness)).await
        };
        for section in &question.sections {
            answer.sections.entry(*section).or_insert(State::Unsupported);
        }
        answer
    }

    async fn run(
        &self,
        question: &Question,
        asked: &Asked,
        within: Duration,
        witness: Option<Arc<dyn Witness>>,
    ) -> Answer {
        let started = Instant::now();
        let deadline = tokio::time::Instant::now() + within.min(self.limits.wall());
        let gauge = Arc::new(Gauge::default());
        let sink = Collected::new(question.patient.clone(), &asked.sections, asked.person, self.limits.entries_max);
        let record = SharedRecord::new(sink, Journal::new(&self.limits));
        let turns = async { (self.turns.acquire().await, self.adapter.sandbox().turn().await) };
        let Ok((Ok(_turn), turn)) = timeout_at(deadline, turns).await else {
            return self.finish(question, &record, &gauge, Ending::plain(Ended::Queued, started));
        };
        let mut instantiate_us = 0;
        let called = {
            let call = self.call(deadline, &record, &gauge, question.trace).before(witness.clone());
            let mut store = self.adapter.sandbox().store(call, &self.limits, &turn);
            let query = query(question, asked, deadline);
            let instantiated = |at: Instant| {
                instantiate_us = u64::try_from(at.duration_since(started).as_micros()).unwrap_or(u64::MAX);
            };
            let called = timeout_at(deadline, self.adapter.linked().lookup(&mut store, &query, instantiated)).await;
            gauge.set_fuel(self.adapter.sandbox().fuel_used(&store));
            called
        };
        let ended = match called {
            Err(_) => Ended::TimedOut,
            Ok(Ok(Ok(()))) => Ended::Returned,
            Ok(Ok(Err(failure))) => {
                let kind = failure.kind;
                if let Some(witness) = &witness {
                    witness.failed(kind.name(), &failure.code, &failure.message);
                }
                let (code, message) = named(failure);
                let ending = Ending { failure: Some(kind), ..Ending::plain(Ended::Failed { code, message }, started) };
                return self.finish(question, &record, &gauge, Ending { instantiate_us, ..ending });
            }
            Ok(Err(error)) => {
                tracing::debug!(source = %self.id, error = %format_args!("{error:#}"), "guest stopped");
                Ended::Stopped { by: StopKind::of(&error, &gauge) }
            }
        };
        self.finish(question, &record, &gauge, Ending { instantiate_us, ..Ending::plain(ended, started) })
    }

    /// The store's data for one call.
    pub(crate) fn call(
        &self,
        deadline: tokio::time::Instant,
        record: &SharedRecord,
        gauge: &Arc<Gauge>,
        trace: Option<TraceId>,
    ) -> Call {
        let network = Network {
            egress: Arc::clone(&self.egress),
            budget: Arc::new(CallBudget::new(deadline, &self.limits.egress).traced(trace)),
        };
        let (settings, limits) = (Arc::clone(&self.settings), Arc::clone(&self.limits));
        Call::new(Some(network), settings, limits, record.clone(), Arc::clone(gauge))
    }

    fn finish(&self, question: &Question, record: &SharedRecord, gauge: &Gauge, ending: Ending) -> Answer {
        let (collected, mut journal) = record.take();
        let end = match (&ending.ended, ending.failure) {
            (_, Some(kind)) => End::of_failure(kind, &journal),
            (Ended::Returned | Ended::Failed { .. }, None) => End::Returned,
            (Ended::Stopped { .. }, None) => End::Broken(Unanswered::AdapterFault),
            (Ended::TimedOut, None) => End::Broken(Unanswered::Timeout),
            (Ended::Queued, None) => End::Broken(Unanswered::Overloaded),
        };
        let silence = journal.silence();
        if silence.is_some() && (end == End::PatientUnknown || collected.says_none()) {
            journal
                .note("the adapter says that there is nothing, but the source never answered: not believed".to_owned());
        }
        let (sections, person) = conclude(collected, end, silence);
        let used = Used {
            instantiate_us: ending.instantiate_us,
            total_ms: u64::try_from(ending.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            ..Used::read(&journal, gauge)
        };
        tracing::info!(
            source = %self.id, ended = ?ending.ended, total_ms = used.total_ms, guest_cpu_ms = used.guest_cpu_ms,
            requests = used.requests, reply_bytes = used.reply_bytes, "source asked"
        );
        let report = LookupReport {
            at: question.now.timestamp(),
            adapter_digest: self.adapter.digest().to_owned(),
            ended: ending.ended,
            sections: sections.iter().map(|(section, state)| (*section, state.word())).collect(),
            notes: journal.notes,
            notes_dropped: journal.notes_dropped,
            log: journal.log,
            log_dropped: journal.log_dropped,
            used,
        };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
        self.answer(sections, person)
    }

    /// The source cannot be asked by this kind of identifier.
    fn not_asked(&self, question: &Question) -> Answer {
        let state = State::NotAsked(NotAsked::IdentifierType);
        let sections = question.sections.iter().map(|section| (*section, state.clone())).collect();
        self.answer(sections, PersonAnswer::NotAsked)
    }

    fn answer(&self, sections: BTreeMap<Section, State>, person: PersonAnswer) -> Answer {
        Answer { person, sections, adapter_digest: self.adapter.digest().to_owned() }
    }
}

/// How a lookup ended, and when it began.
struct Ending {
    ended: Ended,
    failure: Option<crate::abi::FailureKind>,
    started: Instant,
    instantiate_us: u64,
}

impl Ending {
    const fn plain(ended: Ended, started: Instant) -> Self {
        Self { ended, failure: None, started, instantiate_us: 0 }
    }
}

/// A failure's code and message, fit to be kept.
pub(crate) fn named(failure: Failure) -> (String, String) {
    let code = cut(failure.code, CODE_MAX_BYTES).replace(char::is_whitespace, "-");
    (redact(&code), redact(&cut(failure.message, MESSAGE_MAX_BYTES)))
}

fn query<'a>(question: &'a Question, asked: &Asked, deadline: tokio::time::Instant) -> Query<'a> {
    let person = asked.person.then_some(PERSON);
    Query {
        identifiers: vec![question.patient.to_identifier()],
        sections: person.into_iter().chain(asked.sections.iter().map(|section| section.name())).collect(),
        now: &question.now,
        language: &question.language,
        budget: deadline.saturating_duration_since(tokio::time::Instant::now()),
        viewer: &question.viewer,
    }
}
