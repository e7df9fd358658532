//! One opening in progress: answers as they arrive, the overview as it stands, and the outcome in the log.
//!
//! Not here: rendering. Whoever shows an overview calls [`Opened::delivered`] with exactly what was shown.
//! Invariant: every opening leaves one outcome record: complete, or aborted after so many deliveries.

use std::{collections::BTreeMap, mem, sync::Arc, time::Duration};

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    identifier::PersonIdentifier,
    merge::{Answered, Opening, assemble},
    overview::Overview,
    person::PersonAnswer,
    section::Section,
    snapshot::{Snapshot, SnapshotTerms},
    state::{State, Unanswered},
    viewer::Viewer,
};
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use tokio_util::task::TaskTracker;

use super::{Request, asking::after};
use crate::{
    limits::ServiceLimits,
    outcome,
    port::{
        adapters::TraceId,
        audit_log::{Activity, AuditLog, AuditRecord, Stage},
        snapshots::Snapshots,
        spans::Spans,
    },
    record::opening::{Came, Kept, Outcome, Shown},
};

/// How long the first of several answers waits for those that come right after it. Less than a screen takes to show one.
const TOGETHER: Duration = Duration::from_millis(10);

/// What one source answered, decided.
pub(super) struct Arrival {
    pub index: usize,
    pub cells: BTreeMap<Section, State>,
    pub person: PersonAnswer,
    pub fetched_at: Timestamp,
    pub adapter_digest: String,
    /// How long it took; none when it was not asked.
    pub took: Option<Duration>,
    pub failing_since: Option<Timestamp>,
}

/// How an opening ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Everything that came was delivered.
    Complete,
    /// The reader went away.
    Aborted,
}

/// One opening in progress.
pub struct Opened {
    opening: Opening,
    answers: Vec<Answered>,
    came: BTreeMap<String, Came>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    _tasks: JoinSet<()>,
    started: Instant,
    page_complete_after: Duration,
    outcome: Option<OutcomeWriter>,
    /// How many have yet to answer.
    awaited: usize,
    delivered: usize,
    /// Which of the answers have come, in the order they came.
    arrived: Vec<usize>,
    last_shown: Option<LastShown>,
}

/// What was handed to the reader last.
struct LastShown {
    overview: Arc<Overview>,
    /// Its sections, when not all of them were.
    part: Option<&'static [Section]>,
    /// How many of `arrived` were in it.
    arrived: usize,
}

/// What is needed to write the outcome when everything else is gone.
pub(super) struct OutcomeWriter {
    audit: Arc<dyn AuditLog>,
    intent: String,
    activity: Activity,
    viewer: Viewer,
    patient: PersonIdentifier,
    preset: Option<&'static str>,
    keeper: Option<Keeper>,
    unfinished: TaskTracker,
    traced: Option<(Arc<dyn Spans>, TraceId)>,
}

/// Keeps what was shown, on its organisation's terms.
#[derive(Clone)]
pub(super) struct Keeper {
    pub snapshots: Arc<dyn Snapshots>,
    pub terms: SnapshotTerms,
}

impl OutcomeWriter {
    pub(super) fn new(
        audit: Arc<dyn AuditLog>,
        intent: String,
        request: &Request,
        keeper: Option<Keeper>,
        unfinished: TaskTracker,
        traced: Option<(Arc<dyn Spans>, TraceId)>,
    ) -> Self {
        let (viewer, patient) = (request.viewer.clone(), request.patient.clone());
        Self {
            audit,
            intent,
            activity: request.activity,
            viewer,
            patient,
            preset: request.preset,
            keeper,
            unfinished,
            traced,
        }
    }
}

/// What an outcome is made of once the reader has gone.
struct Seen {
    details: Value,
    /// Canonical JSON of what was shown last, and its snapshot, where it is to be kept.
    to_keep: Option<(Vec<u8>, Snapshot)>,
}

impl Opened {
    pub(super) fn new(
        opening: Opening,
        answers: Vec<Answered>,
        arrivals: mpsc::UnboundedReceiver<Arrival>,
        tasks: JoinSet<()>,
        outcome: OutcomeWriter,
        limits: &ServiceLimits,
    ) -> Self {
        Self {
            opening,
            answers,
            came: BTreeMap::new(),
            arrivals,
            awaited: tasks.len(),
            _tasks: tasks,
            started: Instant::now(),
            page_complete_after: limits.page_complete_after(),
            outcome: Some(outcome),
            delivered: 0,
            arrived: Vec::new(),
            last_shown: None,
        }
    }

    /// The overview as it stands.
    pub fn overview(&self) -> Overview {
        assemble(&self.opening, &self.answers)
    }

    /// Whether nothing more will come.
    pub const fn everyone_answered(&self) -> bool {
        self.awaited == 0
    }

    /// Waits for the next answer. False when everybody has answered.
    pub async fn next(&mut self) -> bool {
        let Some(arrival) = self.arrivals.recv().await else {
            // Nobody is left who could answer: whoever still stands as waiting has failed on our side.
            self.give_up(Unanswered::AdapterFault);
            self.awaited = 0;
            return false;
        };
        self.take(arrival);
        // Answers that come close together are taken together: one drawing instead of several. Whoever is ready to run goes
        // first, as long as that brings answers and does not hold back the first of them.
        let first = Instant::now();
        loop {
            tokio::task::yield_now().await;
            let before = self.awaited;
            while let Ok(arrival) = self.arrivals.try_recv() {
                self.take(arrival);
            }
            if self.awaited == before || self.everyone_answered() || first.elapsed() > TOGETHER {
                return true;
            }
        }
    }

    /// Waits until everybody has answered or the page's own time is up, whichever comes first; then what is still awaited
    /// counts as unanswered. For pages without script.
    pub async fn until_page_complete(&mut self) {
        let deadline = self.started + self.page_complete_after;
        while let Ok(true) = tokio::time::timeout_at(deadline, self.next()).await {}
        self.give_up(Unanswered::Timeout);
    }

    fn give_up(&mut self, why: Unanswered) {
        for answer in &mut self.answers {
            for state in answer.cells.values_mut().filter(|state| **state == State::Waiting) {
                *state = State::Unanswered(why);
            }
            answer.person.get_or_insert(PersonAnswer::Unanswered(why));
        }
    }

    /// Waits for every source's own limit. For the canonical JSON.
    pub async fn until_everyone_answered(&mut self) {
        while self.next().await {}
    }

    fn take(&mut self, arrival: Arrival) {
        let late = self.started.elapsed() > self.page_complete_after;
        self.awaited = self.awaited.saturating_sub(1);
        let Some(answer) = self.answers.get_mut(arrival.index) else { return };
        self.arrived.push(arrival.index);
        answer.cells.extend(arrival.cells);
        answer.person = Some(arrival.person);
        answer.fetched_at = Some(arrival.fetched_at);
        // A silence that ends at its deadline is not a late answer.
        let anything = arrival_has_content(&answer.cells);
        answer.late = late && anything;
        answer.failing_since = arrival.failing_since;
        let took_ms = arrival.took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        let came = Came { adapter_sha256: arrival.adapter_digest, took_ms };
        self.came.insert(answer.source.id.to_string(), came);
    }

    /// Notes exactly what has been handed to the reader. The last one counts.
    pub fn delivered(&mut self, overview: impl Into<Arc<Overview>>) {
        self.show(overview.into(), None);
    }

    /// The same when only these sections of it were, as on a print.
    pub fn delivered_part(&mut self, overview: impl Into<Arc<Overview>>, part: &'static [Section]) {
        self.show(overview.into(), Some(part));
    }

    fn show(&mut self, overview: Arc<Overview>, part: Option<&'static [Section]>) {
        self.delivered += 1;
        self.last_shown = Some(LastShown { overview, part, arrived: self.arrived.len() });
    }

    /// Ends the opening. The outcome is written in the background: the reader has already seen what it says.
    pub fn conclude(mut self, conclusion: Conclusion) {
        self.write_outcome(conclusion);
    }

    fn write_outcome(&mut self, conclusion: Conclusion) {
        let Some(writer) = self.outcome.take() else { return };
        let at = after(self.opening.opened_at.timestamp(), self.started.elapsed());
        let aborted_after = match conclusion {
            Conclusion::Complete => None,
            Conclusion::Aborted => Some(self.delivered),
        };
        let OutcomeWriter { audit, intent, activity, viewer, patient, preset, keeper, unfinished, traced } = writer;
        if let Some((spans, trace)) = traced {
            spans.opened(trace, self.opening.scope, self.started.elapsed());
        }
        let (answers, came) = (mem::take(&mut self.answers), mem::take(&mut self.came));
        let (arrived, last) = (mem::take(&mut self.arrived), self.last_shown.take());
        let opened_at = self.opening.opened_at.timestamp();
        let (terms, id, reader) =
            (keeper.as_ref().map(|one| one.terms.clone()), intent.clone(), Registrar::from(&viewer));
        let seen = move || {
            let shown = last.as_ref().map(|last| Shown {
                overview: &last.overview,
                part: last.part,
                arrived: arrived.get(..last.arrived).unwrap_or_default(),
            });
            let content = shown.map(|shown| {
                let json =
                    shown.part.map_or_else(|| shown.overview.to_json(), |part| shown.overview.part(part).to_json());
                json.to_string().into_bytes()
            });
            let terms = terms.filter(|_| shown.is_some());
            let kept = terms.as_ref().map(|terms| Kept::Until(terms.until(opened_at)));
            let (answers, came) = (&answers, &came);
            let outcome = Outcome { aborted_after, preset, shown, answers, came, content: content.as_deref(), kept };
            let details = outcome.details();
            let protected = shown.is_some_and(|shown| shown.overview.person.protection.is_some());
            let snapshot = terms.zip(outcome.shown_sha256()).map(|(terms, sha256)| Snapshot {
                id,
                reader,
                at: opened_at,
                sha256,
                preset: preset.map(str::to_owned),
                protected,
                until: terms.until(opened_at),
                terms,
            });
            Seen { details, to_keep: content.zip(snapshot) }
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let written = async move {
            // Hashing is the costly part, and nobody waits for it: neither the reader's last bytes, nor another's overview.
            let Seen { mut details, to_keep } = match tokio::task::spawn_blocking(seen).await {
                Ok(seen) => seen,
                Err(error) => {
                    tracing::error!(%error, "audit outcome could not be put together; the intent stands alone");
                    return;
                }
            };
            // First what is kept: the record says whether it is.
            if let Some((keeper, (content, snapshot))) = keeper.zip(to_keep)
                && let Err(error) = keeper.snapshots.keep_snapshot(&snapshot, &patient, &content).await
            {
                tracing::error!(%error, "what was shown could not be kept; the log says so");
                if let Some(details) = details.as_object_mut() {
                    details.insert("kept".to_owned(), json!(Kept::Failed));
                }
            }
            let (stage, intent) = (Stage::Outcome, Some(intent));
            let (viewer, patient) = (Some(viewer), Some(patient));
            let record = AuditRecord { stage, intent, activity, at, viewer, patient, details };
            outcome::append(&*audit, &record).await;
        };
        unfinished.spawn_on(written, &runtime);
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.write_outcome(Conclusion::Aborted);
    }
}

fn arrival_has_content(cells: &BTreeMap<Section, State>) -> bool {
    cells.values().any(|state| !matches!(state, State::Unanswered(_) | State::NotAsked(_) | State::Unsupported))
}
