//! Going live: what an organisation has in place, and the decision that its staff reach other providers' information.
//!
//! Not here: what has to be in place (`domain::go_live`), closing the shared overview (`overview`), the page (`ui::go_live`).
//! Invariant: nothing is decided before its record is durable in the log; an administrator decides for the own organisation and no other.

use std::sync::Arc;

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    go_live::{Decided, Item, NOTE_MAX_CHARS, Readiness},
    logged::Became,
    plan::is_register,
    report::names_somebody,
    source::{OrganisationInfo, ProviderId},
    viewer::{Role, Viewer},
};

use crate::{
    limits::ServiceLimits,
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        blocks::BlockLists,
        go_live::GoLive,
    },
    record::Deed,
    sources::SourceBook,
};

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum GoLiveError {
    /// Only the organisation's administrator may.
    #[error("only an administrator may see and decide this")]
    NotAdministrator,
    /// Nothing was noted, more than there is room for, or somebody's person number.
    #[error("the note cannot be used")]
    Note,
    /// Somebody else has decided something meanwhile.
    #[error("something has been decided meanwhile")]
    Stale,
    /// Something is not in place.
    #[error("not everything is in place")]
    NotReady,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The decisions could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// How old the list of blocks of one of the organisation's providers is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSource {
    /// Whose.
    pub provider: ProviderId,
    /// When it was last known to be complete; none when there has never been one.
    pub verified_at: Option<Timestamp>,
    /// It is young enough to be relied on.
    pub current: bool,
}

/// What an administrator sees.
#[derive(Debug)]
pub struct State {
    /// How far the organisation has come.
    pub readiness: Readiness,
    /// Everything that was decided, newest first.
    pub history: Vec<Decided>,
    /// The lists of blocks of its providers whose records sources here hold.
    pub block_sources: Vec<BlockSource>,
}

impl State {
    /// Whether it can go live now.
    pub fn is_ready(&self) -> bool {
        self.readiness.missing().is_empty() && self.block_sources.iter().all(|one| one.current)
    }
}

/// What is decided.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Of what.
    pub item: Item,
    /// It is in place, or not any more.
    pub done: bool,
    /// Where it can be read, who it is, or why not any more.
    pub note: String,
    /// Number of the last decision that the administrator has seen.
    pub base: u32,
}

/// The use cases around going live.
#[derive(Clone)]
pub struct GoLiveService {
    go_live: Arc<dyn GoLive>,
    audit: Arc<dyn AuditLog>,
    lists: Arc<dyn BlockLists>,
    book: SourceBook,
    limits: ServiceLimits,
}

impl GoLiveService {
    /// Puts the ports together; the limits say for how long a list of blocks is current.
    pub fn new(
        go_live: Arc<dyn GoLive>,
        audit: Arc<dyn AuditLog>,
        lists: Arc<dyn BlockLists>,
        book: SourceBook,
        limits: ServiceLimits,
    ) -> Self {
        Self { go_live, audit, lists, book, limits }
    }

    /// Whether the viewer's organisation takes part in the shared overview.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn is_live(&self, viewer: &Viewer) -> Result<bool, PortError> {
        Ok(Readiness::of(self.go_live.decided(&viewer.organisation).await?).is_live())
    }

    /// How far the administrator's organisation has come.
    ///
    /// # Errors
    /// When the viewer is no administrator, or it cannot be read.
    pub async fn state(
        &self,
        viewer: &Viewer,
        organisation: &OrganisationInfo,
        now: Timestamp,
    ) -> Result<State, GoLiveError> {
        if viewer.role != Role::Administrator || viewer.organisation != organisation.id {
            return Err(GoLiveError::NotAdministrator);
        }
        let mut history = self.go_live.decided(&organisation.id).await.map_err(GoLiveError::Store)?;
        let readiness = Readiness::of(history.iter().cloned());
        history.reverse();
        let block_sources = self.block_sources(organisation, now).await.map_err(GoLiveError::Store)?;
        Ok(State { readiness, history, block_sources })
    }

    async fn block_sources(
        &self,
        organisation: &OrganisationInfo,
        now: Timestamp,
    ) -> Result<Vec<BlockSource>, PortError> {
        let standings = self.book.now().await?;
        let mut found = Vec::new();
        for provider in &organisation.providers {
            let is_custodian = standings.sources().iter().any(|source| {
                !is_register(source) && source.provider.as_ref().is_some_and(|custodian| custodian.id == provider.id)
            });
            if !is_custodian {
                continue;
            }
            let verified_at = self.lists.verified_at(&provider.id).await?;
            let current = verified_at.is_some_and(|at| self.limits.is_current(at, now));
            found.push(BlockSource { provider: provider.id.clone(), verified_at, current });
        }
        Ok(found)
    }

    /// Decides that something is in place, or not any more; and, once everything is, that the organisation goes live.
    ///
    /// # Errors
    /// When the viewer is no administrator, the note cannot be used, something was decided meanwhile, it goes live without everything in place,
    /// or it cannot be logged or kept. Then everything stands as it did.
    pub async fn decide(
        &self,
        viewer: &Viewer,
        organisation: &OrganisationInfo,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(), GoLiveError> {
        let state = self.state(viewer, organisation, now).await?;
        let note = decision.note.trim();
        if note.is_empty() || note.chars().count() > NOTE_MAX_CHARS || names_somebody(note) {
            return Err(GoLiveError::Note);
        }
        if decision.base != state.readiness.number() {
            return Err(GoLiveError::Stale);
        }
        if decision.item == Item::Live && decision.done && !state.is_ready() {
            return Err(GoLiveError::NotReady);
        }
        let decided = Decided {
            organisation: organisation.id.clone(),
            number: decision.base + 1,
            item: decision.item,
            done: decision.done,
            note: note.to_owned(),
            by: Registrar::from(viewer),
            at: now,
        };
        let deed = Deed::GoLive {
            organisation: &decided.organisation,
            version: decided.number,
            item: decided.item,
            done: decided.done,
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, deed.details());
        let change = Change::begin(&self.audit, record).await.map_err(GoLiveError::LogUnavailable)?;
        let (became, told) = match self.go_live.decide(&decided).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(GoLiveError::Stale)),
            // The answer to a commit can be lost on its way.
            Err(error) => match self.go_live.decided(&organisation.id).await {
                Ok(all) if all.contains(&decided) => (Became::Done, Ok(())),
                Ok(_) => (Became::NotKept, Err(GoLiveError::Store(error))),
                Err(_) => (Became::Unclear, Err(GoLiveError::Store(error))),
            },
        };
        change.ended(became).await;
        told
    }
}
