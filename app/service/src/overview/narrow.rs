//! Narrow questions beside an overview: who the patient is, and whether the own provider's sources report a relation.
//!
//! Each is logged as what it is: services of own sources only, or the banner only. What the browser says is never taken for proof; the
//! sources are asked again when it is registered. Not here: what proves (`domain::access::proof`).
//! Invariant: nothing is asked before the record is durable; a source that does not answer in time is never "no relation", and never
//! rules a protected identity out.

use std::time::Duration;

use jiff::Zoned;
use samsyn_domain::{
    access::{Proof, Refusal, proof},
    entry::Entry,
    identifier::PersonIdentifier,
    overview::Person,
    person::{PersonAnswer, Said, person},
    plan::{Ask, is_own, is_register},
    section::Section,
    source::SourceId,
    state::{State, Unanswered},
    viewer::{Scope, Viewer},
};

use super::{Index, OverviewService, Request, left_alone, opened::Arrival, planned};
use crate::{
    access::AccessError,
    port::{
        adapters::TraceId,
        audit_log::{Activity, AuditRecord},
    },
    record::{Deed, Policy},
};

/// How long a page waits for this. It is a help beside a form, not what the page is for.
const WITHIN: Duration = Duration::from_secs(2);

/// What the own sources report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proofs {
    /// What proves a relation, the strongest first: present, enrolled, expected.
    pub found: Vec<Proof>,
    /// A source that could have reported something did not answer in full.
    pub incomplete: bool,
}

/// About whom, for whom, when.
#[derive(Debug, Clone, Copy)]
pub struct Narrowly<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// About whom.
    pub patient: &'a PersonIdentifier,
    /// BCP 47.
    pub language: &'a str,
    /// Now.
    pub now: &'a Zoned,
    /// The rules in force for the viewer, for the log.
    pub policy: &'a Policy,
}

/// What is asked, for the log.
#[derive(Debug, Clone, Copy)]
enum Asked {
    RelationProof,
    Person,
}

impl Asked {
    fn deed<'a>(self, sources: &'a [&'a SourceId], policy: &'a Policy) -> Deed<'a> {
        match self {
            Self::RelationProof => Deed::RelationProof { sources, policy },
            Self::Person => Deed::Person { sources, policy },
        }
    }
}

impl OverviewService {
    /// What the viewer's own provider's sources report just now that is a relation with the viewer's unit.
    ///
    /// # Errors
    /// When the viewer's purpose reaches no patient, or the log cannot be written.
    pub async fn proofs(&self, about: Narrowly<'_>) -> Result<Proofs, AccessError> {
        let of_services = |mut ask: Ask| {
            let asked = is_own(about.viewer, &ask.source) && ask.sections.contains(&Section::Services);
            (ask.sections, ask.person) = (vec![Section::Services], false);
            asked.then_some(ask)
        };
        let answers = self.ask_narrowly(Asked::RelationProof, about, of_services).await?;
        let mut proofs = Proofs::default();
        for (ask, arrival) in answers {
            let state = arrival.as_ref().and_then(|arrival| arrival.cells.get(&Section::Services));
            proofs.incomplete |= state.is_none_or(|state| !state.is_complete_answer());
            let entries = state.map(State::entries).unwrap_or_default();
            proofs.found.extend(entries.iter().filter_map(|entry| match entry {
                Entry::Service(service) => proof(about.viewer, &ask.source, service, about.now),
                _ => None,
            }));
        }
        proofs.found.sort_by_key(|proof| proof.kind);
        Ok(proofs)
    }

    /// Who the patient is: by name, and whether places may be named on a page beside the overview.
    ///
    /// # Errors
    /// When the viewer's purpose reaches no patient, or the log cannot be written.
    pub async fn who_is(&self, about: Narrowly<'_>) -> Result<Person, AccessError> {
        let banner = |mut ask: Ask| {
            ask.sections.clear();
            ask.person.then_some(ask)
        };
        let answers = self.ask_narrowly(Asked::Person, about, banner).await?;
        let silent = PersonAnswer::Unanswered(Unanswered::Timeout);
        let said: Vec<Said<'_>> = answers
            .iter()
            .map(|(ask, arrival)| Said {
                answer: Some(arrival.as_ref().map_or(&silent, |arrival| &arrival.person)),
                register: is_register(&ask.source),
            })
            .collect();
        Ok(person(about.patient, &said, false, about.now))
    }

    /// Asks what `narrowed` leaves of each source of the own scope, and waits no longer than a page does.
    async fn ask_narrowly(
        &self,
        what: Asked,
        Narrowly { viewer, patient, language, now, policy }: Narrowly<'_>,
        narrowed: impl Fn(Ask) -> Option<Ask>,
    ) -> Result<Vec<(Ask, Option<Arrival>)>, AccessError> {
        if !viewer.has_care_purpose() {
            return Err(Refusal::Role.into());
        }
        let request = Request {
            viewer: viewer.clone(),
            patient: patient.clone(),
            scope: Scope::Own,
            // No index is read for this, so none leaves anybody out.
            ask_all: true,
            opened_at: now.clone(),
            language: language.to_owned(),
            activity: Activity::Read,
            preset: None,
            policy: policy.clone(),
            refer: None,
        };
        let standings = self.standings().await.map_err(AccessError::Register)?;
        let enabled = self.enabled(viewer, now).await.map_err(AccessError::Register)?;
        let enabled = self.or_undecided(enabled, &standings);
        let left_alone = left_alone(self.worked_on(standings.sources(), now).await, &standings);
        let index = Index { links: None, enabled: enabled.as_ref(), left_alone: &left_alone, standings: &standings };
        let asks: Vec<Ask> = planned(&request, None, index).asks.into_iter().filter_map(narrowed).collect();
        let sources: Vec<_> = asks.iter().map(|ask| &ask.source.id).collect();
        let details = what.deed(&sources, policy).details();
        let record = AuditRecord::intent(Activity::Read, viewer, Some(patient), now.timestamp(), details);
        self.audit.append(&record).await.map_err(AccessError::LogUnavailable)?;
        let blocks = self.blocks_now(viewer, patient, standings.sources(), now).await;
        let answers = asks.iter().map(|ask| {
            let asking = self.ask_one(ask, &request, None, &blocks, TraceId::random(), &standings);
            // The source keeps its own limit: that nobody waits so long here says nothing about it.
            tokio::time::timeout(WITHIN, asking.run(0))
        });
        let answers = futures::future::join_all(answers).await.into_iter().map(Result::ok);
        Ok(asks.into_iter().zip(answers).collect())
    }
}
