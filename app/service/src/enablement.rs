//! Which producers an organisation's staff are shown: reading it for the administrator, and changing it.
//!
//! Not here: whom an opening asks (`overview`), the page (`ui`). An administrator changes what the own organisation's staff are shown and
//! nobody else's: there is no way to name another organisation.
//! Invariant: no version holds before its record is durable in the log, and a second one says whether it does; a change made on a version
//! that is no longer the newest is refused. A planned version that another one follows before it begins never holds.

use std::sync::Arc;

use jiff::{Timestamp, Zoned};
use samsyn_domain::{
    access::Registrar,
    enablement::{ChangeFault, Enablement, check_change},
    logged::Became,
    source::Source,
    viewer::{Role, Viewer},
};
use serde_json::json;

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        enablements::{EnablementVersion, Enablements},
    },
    record::{Deed, deed::by_source, opening::sha256},
};

/// Why nothing was changed or shown.
#[derive(Debug, thiserror::Error)]
pub enum EnablementError {
    /// Only the organisation's administrator may.
    #[error("only an administrator may see and change what is enabled")]
    NotAdministrator,
    /// Somebody else has changed it meanwhile.
    #[error("what is enabled has been changed meanwhile")]
    Stale,
    /// It enables what is enabled already, and nothing else is planned.
    #[error("nothing was changed")]
    Unchanged,
    /// Its reason or its time.
    #[error("the reason or the time cannot be used")]
    Fault(ChangeFault),
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The versions could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// A change that is asked for.
#[derive(Debug, Clone)]
pub struct EnablementChange {
    /// Number of the version it was made from, 0 while there is none.
    pub base: u32,
    /// What is to be enabled.
    pub enablement: Enablement,
    /// From when; none is at once.
    pub from: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

/// The version among an organisation's, newest first, that holds at a moment.
pub fn holding(versions: &[EnablementVersion], now: Timestamp) -> Option<&EnablementVersion> {
    versions.iter().find(|version| version.from <= now)
}

/// The newest version, when it has not begun.
pub fn planned(versions: &[EnablementVersion], now: Timestamp) -> Option<&EnablementVersion> {
    versions.first().filter(|version| version.from > now)
}

/// The use cases around what is enabled.
#[derive(Clone)]
pub struct EnablementService {
    enablements: Arc<dyn Enablements>,
    audit: Arc<dyn AuditLog>,
    sources: Arc<[Source]>,
}

impl EnablementService {
    /// Puts the ports together, with the sources that are enabled while nothing was decided: those of the configuration file.
    pub fn new(enablements: Arc<dyn Enablements>, audit: Arc<dyn AuditLog>, sources: Arc<[Source]>) -> Self {
        Self { enablements, audit, sources }
    }

    /// Every version of the administrator's own organisation, newest first.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn history(&self, viewer: &Viewer) -> Result<Vec<EnablementVersion>, EnablementError> {
        if viewer.role != Role::Administrator {
            return Err(EnablementError::NotAdministrator);
        }
        self.enablements.history(&viewer.organisation).await.map_err(EnablementError::Store)
    }

    /// What the viewer's organisation has enabled at a moment.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn in_force(&self, viewer: &Viewer, now: Timestamp) -> Result<Enablement, PortError> {
        let version = self.enablements.in_force(&viewer.organisation, now).await?;
        Ok(version.map_or_else(|| self.undecided(), |version| version.enablement))
    }

    /// What is enabled while nobody has decided anything.
    pub fn undecided(&self) -> Enablement {
        Enablement::everything(&self.sources)
    }

    /// Lets something else be enabled for the staff of the administrator's own organisation.
    ///
    /// # Errors
    /// When the viewer is no administrator, another version is the newest by now, nothing is different, its reason or time cannot be used,
    /// or it cannot be logged or kept. Then nothing has changed.
    pub async fn change(&self, viewer: &Viewer, change: EnablementChange, now: &Zoned) -> Result<(), EnablementError> {
        let versions = self.history(viewer).await?;
        let version = self.version(viewer, change, &versions, now.timestamp())?;
        let before = holding(&versions, now.timestamp());
        let held = before.map_or_else(|| self.undecided(), |version| version.enablement.clone());
        let deed = Deed::Enablement {
            organisation: &viewer.organisation,
            before: before.map_or(0, |version| version.number),
            before_sha256: &sha256(&json!(held)),
            version: version.number,
            sha256: &sha256(&json!(version.enablement)),
            from: version.from,
            reason: &version.reason,
            changes: by_source(held.changes(&version.enablement)),
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now.timestamp(), deed.details());
        let change = Change::begin(&self.audit, record).await.map_err(EnablementError::LogUnavailable)?;
        let (became, told) = match self.enablements.keep(&version).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(EnablementError::Stale)),
            Err(error) => self.read_back(&version, error).await,
        };
        change.ended(became).await;
        told
    }

    /// The version that a change makes, if it can be made.
    fn version(
        &self,
        viewer: &Viewer,
        change: EnablementChange,
        versions: &[EnablementVersion],
        now: Timestamp,
    ) -> Result<EnablementVersion, EnablementError> {
        let base = versions.first().map_or(0, |version| version.number);
        if base != change.base {
            return Err(EnablementError::Stale);
        }
        let from = check_change(&change.reason, change.from, now).map_err(EnablementError::Fault)?;
        let held = holding(versions, now).map_or_else(|| self.undecided(), |version| version.enablement.clone());
        // What holds can be confirmed anew to take a planned change away.
        if held == change.enablement && planned(versions, now).is_none() {
            return Err(EnablementError::Unchanged);
        }
        Ok(EnablementVersion {
            number: base.checked_add(1).ok_or(EnablementError::Stale)?,
            enablement: change.enablement,
            from,
            reason: change.reason.trim().to_owned(),
            at: now,
            by: Registrar::from(viewer),
        })
    }

    /// What became of a version whose keeping failed: the answer to a commit can be lost on its way.
    async fn read_back(&self, version: &EnablementVersion, error: PortError) -> (Became, Result<(), EnablementError>) {
        match self.enablements.history(&version.by.organisation).await {
            Ok(all) if all.contains(version) => (Became::Done, Ok(())),
            Ok(_) => (Became::NotKept, Err(EnablementError::Store(error))),
            Err(_) => (Became::Unclear, Err(EnablementError::Store(error))),
        }
    }
}
