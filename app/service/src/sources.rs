//! The sources there are and how far each has come: what the administrator of a source's organisation decides.
//!
//! Rooms: [`book`] is which sources there are; [`binding`] is what one is granted at the screen; [`compare`] is what becomes of a trial;
//! [`watch`] stops a source that goes wrong, [`drift`] one that does not pass its own cases any more. Not here: what other organisations let their own staff see of it (`enablement`), planned work
//! (`notices`), the pages (`ui`).
//! Invariant: no stage holds before its record is durable in the log; what cannot be read is no stage at all, and then nobody is asked;
//! nothing runs that has not passed its trial or whose vendor's key is not enrolled.

pub mod binding;
pub mod book;
pub mod compare;
pub mod drift;
pub mod watch;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    binding::BindingVersion,
    enablement::REASON_MAX_CHARS,
    logged::Became,
    package::Described,
    source::{Source, SourceId},
    stage::{Decider, Stage, Staged, Step},
    viewer::{Role, Viewer},
};

pub use self::book::{SourceBook, Standings, Trial};
use self::{binding::usable, compare::Comparisons};
use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        binder::Binder,
        packages::Packages,
        stages::Stages,
    },
    record::{Deed, SOURCES_MAX},
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
    /// The package is not one that may be used: it did not pass, or nobody whose key is enrolled has signed it.
    #[error("the package may not be used")]
    Package,
    /// What is granted cannot be used.
    #[error("what is granted cannot be used")]
    Faults(Vec<samsyn_domain::binding::Fault>),
    /// It cannot be made ready to run.
    #[error("it cannot be made ready to run")]
    NotReady(#[source] PortError),
    /// There are as many sources as the log has room for.
    #[error("there is no room for another source")]
    Full,
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
    /// What is to become of it.
    pub step: Step,
    /// Why.
    pub reason: String,
}

/// A source of the administrator's own organisation.
#[derive(Debug, Clone)]
pub struct OwnSource {
    /// As it is in use, or would be.
    pub source: Source,
    /// What its adapter says of itself.
    pub described: Option<Described>,
    /// What was decided of it last; none while nothing was.
    pub staged: Option<Staged>,
    /// What it was granted at the screen, newest first; none of one that the configuration file binds.
    pub versions: Vec<BindingVersion>,
}

impl OwnSource {
    /// Whether the configuration file binds it.
    pub fn is_configured(&self) -> bool {
        self.versions.is_empty()
    }

    /// Its stage.
    pub fn stage(&self) -> Stage {
        let undecided = if self.is_configured() { Stage::Live } else { Stage::Draft };
        self.staged.as_ref().map_or(undecided, |staged| staged.stage)
    }

    /// What can be made of it.
    pub fn steps(&self) -> Vec<Step> {
        match self.head() {
            None => self.stage().decisions().iter().copied().map(Step::To).collect(),
            Some(head) => head.steps(&self.versions.iter().map(|version| version.number).collect::<Vec<_>>()),
        }
    }

    /// One of its bindings.
    pub fn version(&self, number: u32) -> Option<&BindingVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// What was decided last of a source that was bound at the screen; that it was bound, when that is all.
    pub fn head(&self) -> Option<Staged> {
        let first = self.versions.last()?;
        Some(self.staged.clone().unwrap_or_else(|| Staged {
            source: first.source.clone(),
            organisation: first.organisation.clone(),
            number: 0,
            stage: Stage::Draft,
            running: None,
            trial: None,
            at: first.at,
            decider: Decider::Administrator { by: Box::new(first.by.clone()), reason: first.reason.clone() },
        }))
    }
}

/// The use cases around sources.
#[derive(Clone)]
pub struct SourceService {
    book: SourceBook,
    packages: Arc<dyn Packages>,
    binder: Arc<dyn Binder>,
    audit: Arc<dyn AuditLog>,
    comparisons: Arc<Comparisons>,
}

impl SourceService {
    /// Puts the ports together.
    pub fn new(
        book: SourceBook,
        packages: Arc<dyn Packages>,
        binder: Arc<dyn Binder>,
        audit: Arc<dyn AuditLog>,
        comparisons: Arc<Comparisons>,
    ) -> Self {
        Self { book, packages, binder, audit, comparisons }
    }

    /// The sources of the portal.
    pub const fn book(&self) -> &SourceBook {
        &self.book
    }

    /// The sources of the administrator's own organisation.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn own(&self, viewer: &Viewer) -> Result<Vec<OwnSource>, SourceError> {
        if viewer.role != Role::Administrator {
            return Err(SourceError::NotAdministrator);
        }
        let organisation = &viewer.organisation;
        let (standings, bindings) = tokio::join!(self.book.now(), self.book.bindings().bindings_of(organisation));
        let (standings, bindings) = (standings.map_err(SourceError::Store)?, bindings.map_err(SourceError::Store)?);
        let configured = self.book.configured().iter().filter(|source| source.organisation == *organisation);
        let mut own: Vec<OwnSource> = configured
            .map(|source| OwnSource {
                source: source.clone(),
                described: self.book.described(&source.id).cloned(),
                staged: standings.staged(&source.id).cloned(),
                versions: Vec::new(),
            })
            .collect();
        let mut bound: BTreeMap<SourceId, Vec<BindingVersion>> = BTreeMap::new();
        for version in bindings {
            bound.entry(version.source.clone()).or_default().push(version);
        }
        for (id, versions) in bound {
            let staged = standings.staged(&id).cloned();
            let number = staged.as_ref().and_then(|staged| staged.running.or(staged.trial));
            let shown = versions.iter().find(|version| Some(version.number) == number).or(versions.first());
            let Some(shown) = shown else { continue };
            let Some(source) = self.book.described_by(shown) else { continue };
            own.push(OwnSource { source, described: Some(shown.binding.described.clone()), staged, versions });
        }
        Ok(own)
    }

    /// One of them.
    ///
    /// # Errors
    /// When the viewer is no administrator, the organisation has no such source, or it cannot be read.
    pub async fn one(&self, viewer: &Viewer, id: &SourceId) -> Result<OwnSource, SourceError> {
        self.own(viewer).await?.into_iter().find(|own| own.source.id == *id).ok_or(SourceError::Unknown)
    }

    /// What was decided of a source, newest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn history(&self, source: &OwnSource) -> Result<Vec<Staged>, SourceError> {
        self.book.stages().history(&source.source.id).await.map_err(SourceError::Store)
    }

    /// Decides what becomes of a source of the administrator's own organisation.
    ///
    /// # Errors
    /// When the viewer is no administrator, the organisation has no such source, somebody else was first, it cannot come there, the reason
    /// cannot be used, what is to run may not or cannot, or it cannot be logged or kept. Then nothing has changed.
    pub async fn decide(
        &self,
        viewer: &Viewer,
        id: &SourceId,
        decision: Decision,
        at: Timestamp,
    ) -> Result<(), SourceError> {
        let own = self.one(viewer, id).await?;
        if own.staged.as_ref().map_or(0, |staged| staged.number) != decision.base {
            return Err(SourceError::Stale);
        }
        if !own.steps().contains(&decision.step) {
            return Err(SourceError::NotPossible);
        }
        let reason = reason(&decision.reason)?;
        let (stage, running, trial) = match (own.head(), decision.step) {
            (Some(head), step) => head.after(step),
            (None, Step::To(stage)) => (stage, None, None),
            (None, _) => return Err(SourceError::NotPossible),
        };
        if let Step::Try(number) | Step::Use(number) = decision.step {
            self.may_run(viewer, &own, number).await?;
        }
        let staged = Staged {
            source: id.clone(),
            organisation: own.source.organisation.clone(),
            number: decision.base.checked_add(1).ok_or(SourceError::Stale)?,
            stage,
            running,
            trial,
            at,
            decider: Decider::Administrator { by: Box::new(Registrar::from(viewer)), reason },
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, at, deed(&staged, own.stage()).details());
        keep(&**self.book.stages(), &self.audit, &staged, record).await?;
        if stage == Stage::Retired
            && let Err(error) = self.book.bindings().forget_secrets(id).await
        {
            tracing::error!(source = %id, %error, "the secrets of a retired source could not be removed");
        }
        Ok(())
    }

    /// Whether a binding may run, and made ready for it: nobody is to wait for it afterwards.
    async fn may_run(&self, viewer: &Viewer, own: &OwnSource, number: u32) -> Result<(), SourceError> {
        let version = own.version(number).ok_or(SourceError::NotPossible)?;
        usable(&*self.packages, &viewer.organisation, &version.binding.package).await?;
        let standings = self.book.now().await.map_err(SourceError::Store)?;
        let is_new = !standings.sources().iter().any(|source| source.id == own.source.id);
        if is_new && standings.sources().len() >= SOURCES_MAX {
            return Err(SourceError::Full);
        }
        self.binder.ready(&own.source.id, number).await.map_err(SourceError::NotReady)
    }
}

/// The reason for a decision, if it can be used.
fn reason(text: &str) -> Result<String, SourceError> {
    let reason = text.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX_CHARS {
        return Err(SourceError::Reason);
    }
    Ok(reason.to_owned())
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
        running: staged.running,
        trial: staged.trial,
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
