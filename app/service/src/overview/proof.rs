//! Asking the own provider's sources whether they report a relation.
//!
//! A narrow question of its own, logged as such: services only, own sources only. What the browser says is never taken for proof; the
//! sources are asked again when it is registered. Not here: what proves (`domain::access::proof`).
//! Invariant: nothing is asked before the record is durable, and a source that does not answer in time is never "no relation".

use std::{sync::Arc, time::Duration};

use jiff::Zoned;
use samsyn_domain::{
    access::{Proof, proof},
    entry::Entry,
    identifier::PersonIdentifier,
    plan::Ask,
    section::Section,
    state::State,
    viewer::{Scope, Viewer},
};
use serde_json::json;

use super::{AskOne, OpenError, OverviewService, Request};
use crate::port::audit_log::{Activity, AuditRecord, Stage};

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
    ) -> Result<Proofs, OpenError> {
        if !viewer.has_care_purpose() {
            return Err(OpenError::NoCarePurpose);
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
        let record = AuditRecord {
            stage: Stage::Intent,
            intent: None,
            activity: Activity::Read,
            at: now.timestamp(),
            viewer: Some(viewer.clone()),
            patient: Some(patient.clone()),
            details: json!({
                "what": "relation-proof",
                "sources": asks.iter().map(|ask| &ask.source.id).collect::<Vec<_>>(),
            }),
        };
        self.audit.append(&record).await.map_err(OpenError::LogUnavailable)?;
        let registered = self.registered(patient).await;
        let blocks = self.block_status(patient, now).await;
        let blocks = super::blocks_for(viewer, blocks, self.facts(viewer, patient, &registered), now.timestamp());
        let answers = asks.iter().map(|ask| {
            let asking = AskOne {
                adapters: self.adapters.clone(),
                breaker: self.breaker.clone(),
                ask: ask.clone(),
                request: request.clone(),
                grant: None,
                blocks: blocks.clone(),
                kinds: Arc::clone(&self.kinds),
                within: ask.source.answer_within.min(PROOF_WITHIN),
            };
            asking.run(0)
        });
        let mut proofs = Proofs::default();
        for (ask, arrival) in asks.iter().zip(futures::future::join_all(answers).await) {
            let state = arrival.cells.get(&Section::Services);
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
        let own = |ask: &Ask| {
            let provider = ask.source.provider.as_ref();
            provider.is_some_and(|provider| request.viewer.provider.id.is(provider.id.as_str()))
        };
        let mut asks = self.plan(request, None, None).asks;
        asks.retain(|ask| own(ask) && ask.sections.contains(&Section::Services));
        for ask in &mut asks {
            ask.sections = vec![Section::Services];
            ask.person = false;
        }
        asks
    }
}
