//! Which bindings are tried beside an opening, and what those are asked that stand beside no other source.
//!
//! Not here: asking them and comparing what they answer (`sources::compare`). Invariant: only staff of the provider whose own system is tried
//! have it tried, and nothing is fetched that their role does not see.

use samsyn_domain::{
    plan::{Ask, Plan, is_own},
    viewer::Viewer,
};

use super::Request;
use crate::{
    port::adapters::{Question, TraceId},
    sources::{Standings, Trial},
};

/// The most bindings that are tried beside one opening.
const TRIALS_MOST: usize = 4;

/// The bindings that are tried beside this opening: of the reader's own provider only, whose own system is tried.
pub fn trials<'a>(plan: &Plan, viewer: &Viewer, standings: &'a Standings) -> Vec<&'a Trial> {
    let tried = standings.trials().iter().filter(|trial| {
        let asked = |ask: &Ask| ask.is_asked() && trial.beside.as_ref() == Some(&ask.source.id);
        is_own(viewer, &trial.source) && (trial.beside.is_none() || plan.asks.iter().any(asked))
    });
    tried.take(TRIALS_MOST).collect()
}

/// The question to a binding that is tried beside no other source.
pub fn question(trial: &Trial, request: &Request, trace: TraceId) -> Question {
    Question {
        patient: request.patient.clone(),
        // What the reader's role does not see is not fetched either.
        sections: trial
            .source
            .sections
            .iter()
            .copied()
            .filter(|section| request.viewer.rights.sees(*section))
            .collect(),
        person: false,
        now: request.opened_at.clone(),
        language: request.language.clone(),
        viewer: request.viewer.clone(),
        trace: Some(trace.of_question()),
    }
}
