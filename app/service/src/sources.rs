//! The sources there are and how far each has come: what an opening asks, and what the administrator of a source's organisation decides.
//!
//! Rooms: [`watch`] stops a source that goes wrong. Not here: what other organisations let their own staff see of it (`enablement`), planned
//! work (`notices`), the pages (`ui`).
//! Invariant: no stage holds before its record is durable in the log; what cannot be read is no stage at all, and then nobody is asked.

pub mod watch;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    enablement::REASON_MAX_CHARS,
    logged::Became,
    package::Described,
    source::{Source, SourceId},
    stage::{Decider, Stage, Staged},
    state::NotAsked,
    viewer::{Role, Viewer},
};

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        stages::Stages,
    },
    record::Deed,
};

/// Why nothing was decided or shown.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Only an administrator may.
    #[error("only an administrator may see and change how far sources have come")]
    NotAdministrator,
    /// The administrator's organisation has no such source.
    #[error("there is no such source")]
    Unknown,
    /// Somebody else, or the portal, has decided meanwhile.
    #[error("the source's stage has changed meanwhile")]
    Stale,
    /// It cannot come to this stage from where it stands.
    #[error("the source cannot come to this stage")]
    NotPossible,
    /// No reason, or a longer one than anybody reads.
    #[error("the reason cannot be used")]
    Reason,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The stages could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// A decision that is asked for.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Number of the stage it was made from, 0 while nothing has been decided.
    pub base: u32,
    /// What it is to become.
    pub stage: Stage,
    /// Why.
    pub reason: String,
}

/// The sources there are, as they stood when it was asked.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    stages: BTreeMap<SourceId, Staged>,
}

impl Standings {
    /// The stage of a source. One of which nobody has decided anything is in use: the configuration binds it.
    pub fn stage(&self, source: &SourceId) -> Stage {
        self.stages.get(source).map_or(Stage::Live, |staged| staged.stage)
    }

    /// What was decided last of a source; none while nothing was.
    pub fn staged(&self, source: &SourceId) -> Option<&Staged> {
        self.stages.get(source)
    }

    /// Number of the stage it is at.
    pub fn number(&self, source: &SourceId) -> u32 {
        self.stages.get(source).map_or(0, |staged| staged.number)
    }

    /// Sources that are left alone, and why.
    pub fn left_alone(&self) -> BTreeMap<SourceId, NotAsked> {
        let why = |staged: &Staged| Some((staged.source.clone(), staged.stage.left_alone()?));
        self.stages.values().filter_map(why).collect()
    }
}

/// The sources of this portal.
#[derive(Clone)]
pub struct SourceBook {
    sources: Arc<[Source]>,
    described: Arc<BTreeMap<SourceId, Described>>,
    stages: Arc<dyn Stages>,
}

impl SourceBook {
    /// The configured sources with what their adapters say of themselves, and where their stages are kept.
    pub fn new(sources: Arc<[Source]>, described: Arc<BTreeMap<SourceId, Described>>, stages: Arc<dyn Stages>) -> Self {
        Self { sources, described, stages }
    }

    /// What the adapter of a source says of itself.
    pub fn described(&self, source: &SourceId) -> Option<&Described> {
        self.described.get(source)
    }

    /// Every source.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How far each has come, now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn now(&self) -> Result<Standings, PortError> {
        let newest = self.stages.newest().await?;
        Ok(Standings { stages: newest.into_iter().map(|staged| (staged.source.clone(), staged)).collect() })
    }
}

/// The use cases around sources.
#[derive(Clone)]
pub struct SourceService {
    book: SourceBook,
    audit: Arc<dyn AuditLog>,
}

impl SourceService {
    /// Puts the ports together.
    pub fn new(book: SourceBook, audit: Arc<dyn AuditLog>) -> Self {
        Self { book, audit }
    }

    /// The sources of the portal.
    pub const fn book(&self) -> &SourceBook {
        &self.book
    }

    /// The sources of the administrator's own organisation.
    ///
    /// # Errors
    /// When the viewer is no administrator.
    pub fn own(&self, viewer: &Viewer) -> Result<Vec<&Source>, SourceError> {
        if viewer.role != Role::Administrator {
            return Err(SourceError::NotAdministrator);
        }
        Ok(self.book.sources.iter().filter(|source| source.organisation == viewer.organisation).collect())
    }

    /// One of them, and what was decided of it, newest first.
    ///
    /// # Errors
    /// When the viewer is no administrator, the organisation has no such source, or it cannot be read.
    pub async fn history(&self, viewer: &Viewer, id: &SourceId) -> Result<(&Source, Vec<Staged>), SourceError> {
        let own = self.own(viewer)?.into_iter().find(|source| source.id == *id).ok_or(SourceError::Unknown)?;
        let history = self.book.stages.history(id).await.map_err(SourceError::Store)?;
        Ok((own, history))
    }

    /// Brings a source of the administrator's own organisation to another stage.
    ///
    /// # Errors
    /// When the viewer is no administrator, the organisation has no such source, somebody else was first, it cannot come there, the reason
    /// cannot be used, or it cannot be logged or kept. Then nothing has changed.
    pub async fn decide(
        &self,
        viewer: &Viewer,
        id: &SourceId,
        decision: Decision,
        at: Timestamp,
    ) -> Result<(), SourceError> {
        let (source, history) = self.history(viewer, id).await?;
        let newest = history.first();
        let (number, stage) = newest.map_or((0, Stage::Live), |staged| (staged.number, staged.stage));
        if number != decision.base {
            return Err(SourceError::Stale);
        }
        if !stage.decisions(true).contains(&decision.stage) {
            return Err(SourceError::NotPossible);
        }
        let reason = decision.reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_MAX_CHARS {
            return Err(SourceError::Reason);
        }
        let staged = Staged {
            source: id.clone(),
            organisation: source.organisation.clone(),
            number: number.checked_add(1).ok_or(SourceError::Stale)?,
            stage: decision.stage,
            at,
            decider: Decider::Administrator { by: Box::new(Registrar::from(viewer)), reason: reason.to_owned() },
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, at, deed(&staged, stage).details());
        keep(&*self.book.stages, &self.audit, &staged, record).await
    }
}

/// The record of a stage.
fn deed(staged: &Staged, before: Stage) -> Deed<'_> {
    let (reason, cause) = match &staged.decider {
        Decider::Administrator { reason, .. } => (Some(reason.as_str()), None),
        Decider::Portal { cause } => (None, Some(*cause)),
    };
    Deed::SourceStage {
        source: &staged.source,
        organisation: &staged.organisation,
        version: staged.number,
        before,
        stage: staged.stage,
        reason,
        cause,
    }
}

/// Logs a stage, keeps it, and logs what became of it.
async fn keep(
    kept: &dyn Stages,
    audit: &Arc<dyn AuditLog>,
    staged: &Staged,
    record: AuditRecord,
) -> Result<(), SourceError> {
    let change = Change::begin(audit, record).await.map_err(SourceError::LogUnavailable)?;
    let (became, told) = match kept.keep(staged).await {
        Ok(true) => (Became::Done, Ok(())),
        Ok(false) => (Became::NotKept, Err(SourceError::Stale)),
        // The answer to a commit can be lost on its way.
        Err(error) => match kept.history(&staged.source).await {
            Ok(all) if all.contains(staged) => (Became::Done, Ok(())),
            Ok(_) => (Became::NotKept, Err(SourceError::Store(error))),
            Err(_) => (Became::Unclear, Err(SourceError::Store(error))),
        },
    };
    change.ended(became).await;
    told
}
