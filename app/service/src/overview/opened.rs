//! One opening in progress: answers as they arrive, the overview as it stands, and the outcome in the log.
//!
//! Not here: rendering. Whoever shows an overview calls [`Opened::delivered`] with exactly what was shown.
//! Invariant: every opening leaves one outcome record: complete, or aborted after so many deliveries.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use samsyn_domain::{
    identifier::PersonIdentifier,
    merge::{Answered, Opening, assemble},
    overview::Overview,
    person::PersonAnswer,
    section::Section,
    state::{State, Unanswered},
    viewer::Viewer,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use tokio_util::task::TaskTracker;

use super::{Request, after};
use crate::{
    limits::ServiceLimits,
    port::audit_log::{Activity, AuditLog, AuditRecord, Stage},
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
    digests: BTreeMap<String, String>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    _tasks: JoinSet<()>,
    started: Instant,
    page_complete_after: Duration,
    outcome: Option<OutcomeWriter>,
    /// How many have yet to answer.
    awaited: usize,
    delivered: usize,
    last_shown: Option<Arc<Overview>>,
}

/// What is needed to write the outcome when everything else is gone.
pub(super) struct OutcomeWriter {
    audit: Arc<dyn AuditLog>,
    intent: String,
    activity: Activity,
    viewer: Viewer,
    patient: PersonIdentifier,
    preset: Option<&'static str>,
    unfinished: TaskTracker,
}

impl OutcomeWriter {
    pub(super) fn new(audit: Arc<dyn AuditLog>, intent: String, request: &Request, unfinished: TaskTracker) -> Self {
        let (viewer, patient) = (request.viewer.clone(), request.patient.clone());
        Self { audit, intent, activity: request.activity, viewer, patient, preset: request.preset, unfinished }
    }
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
            digests: BTreeMap::new(),
            arrivals,
            awaited: tasks.len(),
            _tasks: tasks,
            started: Instant::now(),
            page_complete_after: limits.page_complete_after(),
            outcome: Some(outcome),
            delivered: 0,
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
        answer.cells.extend(arrival.cells);
        answer.person = Some(arrival.person);
        answer.fetched_at = Some(arrival.fetched_at);
        // A silence that ends at its deadline is not a late answer.
        let anything = arrival_has_content(&answer.cells);
        answer.late = late && anything;
        answer.failing_since = arrival.failing_since;
        self.digests.insert(answer.source.id.to_string(), arrival.adapter_digest);
    }

    /// Notes exactly what has been handed to the reader. The last one counts.
    pub fn delivered(&mut self, overview: impl Into<Arc<Overview>>) {
        self.delivered += 1;
        self.last_shown = Some(overview.into());
    }

    /// Ends the opening. The outcome is written in the background: the reader has already seen what it says.
    pub fn conclude(mut self, conclusion: Conclusion) {
        self.write_outcome(conclusion);
    }

    fn write_outcome(&mut self, conclusion: Conclusion) {
        let Some(writer) = self.outcome.take() else { return };
        let at = after(self.opening.opened_at.timestamp(), self.started.elapsed());
        let details = json!({
            "conclusion": match conclusion {
                Conclusion::Complete => json!("complete"),
                Conclusion::Aborted => json!({ "aborted_after": self.delivered }),
            },
            "preset": writer.preset,
            "sources": self.answers.iter().map(|answer| self.source_outcome(answer)).collect::<Vec<_>>(),
        });
        let mut record = AuditRecord {
            stage: Stage::Outcome,
            intent: Some(writer.intent),
            activity: writer.activity,
            at,
            viewer: Some(writer.viewer),
            patient: Some(writer.patient),
            details,
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (audit, shown) = (writer.audit, self.last_shown.take());
        let written = async move {
            // Hashing is the costly part, and nobody waits for it: neither the reader's last bytes, nor another's overview.
            let hashed = tokio::task::spawn_blocking(move || shown.map(|overview| hash(&overview.to_json()))).await;
            if let (Some(details), Ok(Some(hash))) = (record.details.as_object_mut(), hashed) {
                details.insert("shown_sha256".into(), json!(hash));
            }
            if let Err(error) = audit.append(&record).await {
                tracing::error!(%error, "audit outcome could not be written; the intent stands alone");
            }
        };
        writer.unfinished.spawn_on(written, &runtime);
    }

    fn source_outcome(&self, answer: &Answered) -> Value {
        let states: BTreeMap<&str, &str> =
            answer.cells.iter().map(|(section, state)| (section.name(), state.word())).collect();
        json!({
            "source": answer.source.id,
            "organisation": answer.source.organisation,
            "provider": answer.source.provider.as_ref().map(|provider| &provider.id),
            "states": states,
            "adapter_sha256": self.digests.get(answer.source.id.as_str()),
            "late": answer.late,
        })
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

/// SHA-256 of the canonical JSON, hex. `serde_json` keeps object keys sorted.
pub fn hash(json: &Value) -> String {
    hex::encode(Sha256::digest(json.to_string().as_bytes()))
}
