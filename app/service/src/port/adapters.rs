//! Asking a source through its sandboxed adapter.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use jiff::Zoned;
use samsyn_domain::{
    identifier::PersonIdentifier, section::Section, source::SourceId, state::State, state::Unanswered, viewer::Viewer,
};
use uuid::Uuid;

/// Ties what the sources of one opening are sent to its record in the log: the trace-id of W3C Trace Context. Random, and tells nothing of
/// anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(Uuid);

impl TraceId {
    /// A new one.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The `traceparent` of one request: a new parent-id each time, and the flag that it is recorded.
    pub fn parent(&self) -> String {
        let (_, parent) = Uuid::new_v4().as_u64_pair();
        format!("00-{self}-{parent:016x}-01")
    }
}

impl std::fmt::Display for TraceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

/// What one source is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The patient.
    pub patient: PersonIdentifier,
    /// Sections to answer.
    pub sections: Vec<Section>,
    /// Whether the banner is asked for too.
    pub person: bool,
    /// The moment of the opening.
    pub now: Zoned,
    /// BCP 47.
    pub language: String,
    /// Who asks, for the source's own log.
    pub viewer: Viewer,
    /// Sent along with every request; nothing of the kind without it.
    pub trace: Option<TraceId>,
}

/// What one source answered, validated by the host but before any access decision.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The banner.
    pub person: PersonAnswer,
    /// One state for every section asked.
    pub sections: BTreeMap<Section, State>,
    /// SHA-256 of the adapter that answered, hex.
    pub adapter_digest: String,
}

pub use samsyn_domain::person::PersonAnswer;

impl Answer {
    /// The same failure for everything asked.
    pub fn failed(question: &Question, why: Unanswered, adapter_digest: String) -> Self {
        Self {
            person: if question.person { PersonAnswer::Unanswered(why) } else { PersonAnswer::NotAsked },
            sections: question.sections.iter().map(|section| (*section, State::Unanswered(why))).collect(),
            adapter_digest,
        }
    }
}

/// Asks sources. Never fails as a whole: a failure is an answer with a reason.
#[async_trait]
pub trait Adapters: Send + Sync {
    /// Asks one source and waits at most `within`. An unknown source answers as adapter fault.
    async fn ask(&self, source: &SourceId, question: &Question, within: Duration) -> Answer;
}
