//! The sources of this process: which adapter answers for which source, with what network, settings and limits.
//!
//! Implements the port through which the service asks. Not here: whether a source may be asked (`service`).
//! Invariant: each lookup runs as a task of its own, so a guest that computes delays nobody else's answer, and a caller
//! that goes away ends it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use samsyn_domain::{source::SourceId, state::Unanswered};
use samsyn_service::port::adapters::{Adapters, Answer, Question};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    call::{Gauge, SharedRecord},
    collected::Collected,
    egress::SourceEgress,
    journal::Journal,
    limits::{LimitError, Limits},
    lookup::{Bound, named},
    manifest::SettingsError,
    prepared::Prepared,
    report::{LookupReport, StopKind},
    text::{cut, redact},
    witness::Witness,
};

/// Length of a self test's sentence.
const SENTENCE_MAX_BYTES: usize = 1024;

/// What ties an adapter to a source.
#[derive(Debug)]
pub struct Binding {
    /// The adapter.
    pub adapter: Arc<Prepared>,
    /// Its granted origins and credentials.
    pub egress: Arc<SourceEgress>,
    /// The administrator's settings.
    pub settings: BTreeMap<String, String>,
    /// Its limits.
    pub limits: Limits,
}

/// Why a source could not be bound.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// A setting does not fit the manifest.
    #[error("source `{source_id}`: {error}")]
    Settings {
        /// Which source.
        source_id: SourceId,
        /// What is wrong.
        error: SettingsError,
    },
    /// A limit makes no sense.
    #[error("source `{source_id}`: {error}")]
    Limits {
        /// Which source.
        source_id: SourceId,
        /// What is wrong.
        error: LimitError,
    },
}

/// Why a self test gave no sentence.
#[derive(Debug, thiserror::Error)]
pub enum SelftestError {
    /// No such source.
    #[error("no such source")]
    UnknownSource,
    /// The adapter has no self test.
    #[error("the adapter offers no self test")]
    NotOffered,
    /// The adapter named a failure.
    #[error("{code}: {message}")]
    Failed {
        /// Its code.
        code: String,
        /// Its words.
        message: String,
    },
    /// It was stopped.
    #[error("the adapter was stopped: {0}")]
    Stopped(StopKind),
    /// It took too long.
    #[error("no answer within the limit")]
    TimedOut,
}

/// Asks sources through their adapters.
#[derive(Default)]
pub struct Host {
    sources: RwLock<BTreeMap<SourceId, Arc<Bound>>>,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("sources", &self.sources()).finish()
    }
}

impl Host {
    /// A host without sources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds a source, or binds it anew: running lookups keep what they began with.
    ///
    /// # Errors
    /// When a setting or limit does not fit.
    pub fn bind(&self, source: SourceId, binding: Binding) -> Result<(), BindError> {
        let Binding { adapter, egress, settings, limits } = binding;
        limits.validate().map_err(|error| BindError::Limits { source_id: source.clone(), error })?;
        let settings = adapter
            .manifest()
            .settings(&settings)
            .map_err(|error| BindError::Settings { source_id: source.clone(), error })?;
        let bound = Bound {
            id: source.clone(),
            adapter,
            egress,
            settings: Arc::new(settings),
            turns: Semaphore::new(limits.lookups_at_once),
            limits: Arc::new(limits),
            last: Mutex::new(None),
        };
        self.sources.write().unwrap_or_else(PoisonError::into_inner).insert(source, Arc::new(bound));
        Ok(())
    }

    /// Forgets a source. False when there was none.
    pub fn unbind(&self, source: &SourceId) -> bool {
        self.sources.write().unwrap_or_else(PoisonError::into_inner).remove(source).is_some()
    }

    /// Whether a source is bound.
    pub fn is_bound(&self, source: &SourceId) -> bool {
        self.sources.read().unwrap_or_else(PoisonError::into_inner).contains_key(source)
    }

    /// Every bound source.
    pub fn sources(&self) -> Vec<SourceId> {
        self.sources.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// How the last lookup of a source went.
    pub fn last_report(&self, source: &SourceId) -> Option<LookupReport> {
        self.bound(source)?.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs the adapter's self test against the source. Reads no patient.
    ///
    /// # Errors
    /// Why there is no sentence to show.
    pub async fn selftest(&self, source: &SourceId) -> Result<String, SelftestError> {
        let bound = self.bound(source).ok_or(SelftestError::UnknownSource)?;
        let gauge = Arc::new(Gauge::default());
        let record = SharedRecord::new(Collected::nothing(), Journal::new(&bound.limits));
        let deadline = tokio::time::Instant::now() + bound.limits.wall();
        let Ok(turn) = tokio::time::timeout_at(deadline, bound.adapter.sandbox().turn()).await else {
            return Err(SelftestError::TimedOut);
        };
        let mut store =
            bound.adapter.sandbox().store(bound.call(deadline, &record, &gauge, None), &bound.limits, &turn);
        let called = tokio::time::timeout_at(deadline, bound.adapter.linked().selftest(&mut store)).await;
        match called {
            Err(_) => Err(SelftestError::TimedOut),
            Ok(None) => Err(SelftestError::NotOffered),
            Ok(Some(Err(error))) => Err(SelftestError::Stopped(StopKind::of(&error, &gauge))),
            Ok(Some(Ok(Ok(sentence)))) => Ok(redact(&cut(sentence, SENTENCE_MAX_BYTES))),
            Ok(Some(Ok(Err(failure)))) => {
                let (code, message) = named(failure);
                Err(SelftestError::Failed { code, message })
            }
        }
    }

    /// Asks a source before a witness, and tells how it went. For the adapter kit.
    ///
    /// None when there is no such source, or when it was not run because it answers nothing that was asked.
    pub async fn rehearse(
        &self,
        source: &SourceId,
        question: &Question,
        within: Duration,
        witness: Arc<dyn Witness>,
    ) -> Option<(Answer, LookupReport)> {
        let bound = self.bound(source)?;
        let answer = bound.ask_before(question, within, Some(witness)).await;
        let report = bound.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        Some((answer, report?))
    }

    fn bound(&self, source: &SourceId) -> Option<Arc<Bound>> {
        self.sources.read().unwrap_or_else(PoisonError::into_inner).get(source).cloned()
    }
}

#[async_trait]
impl Adapters for Host {
    async fn ask(&self, source: &SourceId, question: &Question, within: Duration) -> Answer {
        let Some(bound) = self.bound(source) else {
            tracing::warn!(%source, "asked for a source that is not bound");
            return Answer::failed(question, Unanswered::AdapterFault, String::new());
        };
        let digest = bound.adapter.digest().to_owned();
        // A set of one: dropping it ends the lookup with the caller.
        let mut task = JoinSet::new();
        let asked = question.clone();
        task.spawn(async move { bound.ask(&asked, within).await });
        if let Some(Ok(answer)) = task.join_next().await {
            return answer;
        }
        tracing::error!(%source, "a lookup ended without an answer");
        Answer::failed(question, Unanswered::AdapterFault, digest)
    }
}
