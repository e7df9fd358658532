//! Asking a source through its sandboxed adapter.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use jiff::Zoned;
use samsyn_domain::{
    identifier::PersonIdentifier, section::Section, source::SourceId, state::State, state::Unanswered, viewer::Viewer,
};

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
