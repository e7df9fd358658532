//! Asking the own provider's sources whether they report a relation.
//!
//! A narrow question of its own, logged as such: services only, own sources only. What the browser says is never taken for proof; the
//! sources are asked again when it is registered. Not here: what proves (`domain::access::proof`).
//! Invariant: nothing is asked before the record is durable, and a source that does not answer in time is never "no relation".

use std::{sync::Arc, time::Duration};

use jiff::Zoned;
use samsyn_domain::{
    access::{Proof, Refusal, proof},
    entry::Entry,
    identifier::PersonIdentifier,
    plan::{Ask, is_own},
    section::Section,
    state::State,
    viewer::{Scope, Viewer},
};
use serde_json::json;

use super::{AskOne, OverviewService, Request};
use crate::{
    access::AccessError,
    port::audit_log::{Activity, AuditRecord},
};

/// How long a page waits for this. It is a help beside the form, not what the page is for.
const PROOF_WITHIN: Duration = Duration::from_secs(2);

/// What the own sources report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proofs {
    /// What proves a relation, the strongest first: present, enrolled, expected.
    pub found: Vec<Proof>,
    /// A source that could have reported something did not answer in full.
    pub incomplete: bool,
}

impl OverviewService {
    /// What the viewer's own provider's sources report just now that is a relation with the viewer's unit.
    ///
    /// # Errors
    /// When the viewer's purpose reaches no patient, or the log cannot be written.
    pub async fn proofs(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        language: &str,
        now: &Zoned,
    ) -> Result<Proofs, AccessError> {
        if !viewer.has_care_purpose() {
            return Err(Refusal::Role.into());
        }
        let request = Request {
            viewer: viewer.clone(),
            patient: patient.clone(),
            scope: Scope::Own,
            ask_all: false,
            opened_at: now.clone(),
            language: language.to_owned(),
            activity: Activity::Read,
            preset: None,
        };
        let asks = self.own_services(&request);
        let details = json!({
            "what": "relation-proof",
            "sources": asks.iter().map(|ask| &ask.source.id).collect::<Vec<_>>(),
        });
        let record = AuditRecord::intent(Activity::Read, viewer, Some(patient), now.timestamp(), details);
        self.audit.append(&record).await.map_err(AccessError::LogUnavailable)?;
        let blocks = self.blocks_now(viewer, patient, now).await;
        let answers = asks.iter().map(|ask| {
            let asking = AskOne {
                adapters: self.adapters.clone(),
                breaker: self.breaker.clone(),
                ask: ask.clone(),
                request: request.clone(),
                grant: None,
                blocks: blocks.clone(),
                kinds: Arc::clone(&self.kinds),
                within: self.answer_within(&ask.source),
            };
            // The source keeps its own limit: that nobody waits so long here says nothing about it.
            tokio::time::timeout(PROOF_WITHIN, asking.run(0))
        });
        let mut proofs = Proofs::default();
        for (ask, arrival) in asks.iter().zip(futures::future::join_all(answers).await) {
            let state = arrival.as_ref().ok().and_then(|arrival| arrival.cells.get(&Section::Services));
            proofs.incomplete |= state.is_none_or(|state| !state.is_complete_answer());
            let entries = state.map(State::entries).unwrap_or_default();
            proofs.found.extend(entries.iter().filter_map(|entry| match entry {
                Entry::Service(service) => proof(viewer, &ask.source, service, now),
                _ => None,
            }));
        }
        proofs.found.sort_by_key(|proof| proof.kind);
        Ok(proofs)
    }

    fn own_services(&self, request: &Request) -> Vec<Ask> {
        let mut asks = self.plan(request, None, None).asks;
        asks.retain(|ask| is_own(&request.viewer, &ask.source) && ask.sections.contains(&Section::Services));
        for ask in &mut asks {
            ask.sections = vec![Section::Services];
            ask.person = false;
        }
        asks
    }
}
