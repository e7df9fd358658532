//! Asking a source through its sandboxed adapter.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use jiff::Zoned;
use samsyn_domain::{
    identifier::PersonIdentifier, section::Section, source::SourceId, state::State, state::Unanswered, viewer::Viewer,
};
use uuid::Uuid;

/// Ties what the sources of one opening are sent to its record in the log: the trace-id of W3C Trace Context, with a span for the opening and one
/// for each question. Random, and tells nothing of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId {
    id: Uuid,
    opening: u64,
    span: u64,
}

impl TraceId {
    /// A new one, at the span of the opening.
    pub fn random() -> Self {
        let opening = random_span();
        Self { id: Uuid::new_v4(), opening, span: opening }
    }

    /// The same at a new span: that of one question.
    #[must_use]
    pub fn of_question(&self) -> Self {
        Self { span: random_span(), ..*self }
    }

    /// Trace-id, the span of the opening, and the span it is at.
    pub const fn parts(&self) -> (u128, u64, u64) {
        (self.id.as_u128(), self.opening, self.span)
    }

    /// The `traceparent` of a request: the span it belongs to, and the flag that it is recorded.
    pub fn parent(&self) -> String {
        format!("00-{self}-{:016x}-01", self.span)
    }
}

/// Never zero, which stands for none: some bits of such an id are always set.
fn random_span() -> u64 {
    Uuid::new_v4().as_u64_pair().1
}

impl std::fmt::Display for TraceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.id.simple())
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
