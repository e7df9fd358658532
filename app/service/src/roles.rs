//! Which role sees and may do what in an organisation: reading it for a viewer, and changing it.
//!
//! Not here: what is fixed (`domain::access::fixed`), the page (`ui`). An administrator changes the own organisation's matrix and no
//! other: there is no way to name another one.
//! Invariant: no version holds before its record is durable in the log, and a second one says whether it does; a change made on a version that no longer holds is refused.

use std::sync::Arc;

use jiff::Zoned;
use samsyn_domain::{
    access::{Registrar, RoleMatrix},
    logged::Became,
    source::ProviderKind,
    viewer::{Role, Viewer},
};
use serde_json::json;

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        role_matrices::{MatrixVersion, RoleMatrices},
    },
    record::{Deed, Policy, opening::sha256},
};

/// Why no matrix was changed or shown.
#[derive(Debug, thiserror::Error)]
pub enum RolesError {
    /// Only the organisation's administrator may.
    #[error("only an administrator may see and change roles")]
    NotAdministrator,
    /// Somebody else has changed it meanwhile.
    #[error("the matrix has been changed meanwhile")]
    Stale,
    /// It grants what it granted before.
    #[error("nothing was changed")]
    Unchanged,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The matrices could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// The use cases around the matrix.
#[derive(Clone)]
pub struct RoleService {
    matrices: Arc<dyn RoleMatrices>,
    audit: Arc<dyn AuditLog>,
}

impl RoleService {
    /// Puts the ports together.
    pub fn new(matrices: Arc<dyn RoleMatrices>, audit: Arc<dyn AuditLog>) -> Self {
        Self { matrices, audit }
    }

    /// Gives each viewer what the own organisation grants the role at this moment. One statement for each organisation among them.
    ///
    /// # Errors
    /// When a matrix cannot be read. Then no viewer may be used.
    pub async fn equip(&self, viewers: &mut [Viewer]) -> Result<(), PortError> {
        let mut read: Vec<(_, RoleMatrix)> = Vec::new();
        for viewer in viewers {
            if let Some((_, matrix)) = read.iter().find(|(organisation, _)| *organisation == viewer.organisation) {
                matrix.equip(viewer);
                continue;
            }
            let current = self.matrices.current(&viewer.organisation).await?;
            let matrix = current.map(|version| version.matrix).unwrap_or_default();
            matrix.equip(viewer);
            read.push((viewer.organisation.clone(), matrix));
        }
        Ok(())
    }

    /// The same for the one viewer who is about to do something, and the rules that it was, for the log.
    ///
    /// # Errors
    /// When the matrix cannot be read. Then the viewer may not be used.
    pub async fn equip_for_use(&self, viewer: &mut Viewer) -> Result<Policy, PortError> {
        let current = self.matrices.current(&viewer.organisation).await?;
        let (number, matrix) = current.map_or_else(Default::default, |version| (version.number, version.matrix));
        matrix.equip(viewer);
        Ok(Policy::of(matrix, number))
    }

    /// Every version of the administrator's own organisation, newest first.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn history(&self, viewer: &Viewer) -> Result<Vec<MatrixVersion>, RolesError> {
        if viewer.role != Role::Administrator {
            return Err(RolesError::NotAdministrator);
        }
        self.matrices.history(&viewer.organisation).await.map_err(RolesError::Store)
    }

    /// Lets another matrix hold in the administrator's own organisation, which is providers of these kinds. `base` is the number of the
    /// version it was made from, 0 for the defaults.
    ///
    /// # Errors
    /// When the viewer is no administrator, another version holds by now, nothing is different, or it cannot be logged or kept. Then
    /// nothing has changed.
    pub async fn change(
        &self,
        viewer: &Viewer,
        base: u32,
        matrix: RoleMatrix,
        kinds: &[ProviderKind],
        now: &Zoned,
    ) -> Result<(), RolesError> {
        if viewer.role != Role::Administrator {
            return Err(RolesError::NotAdministrator);
        }
        let current = self.matrices.current(&viewer.organisation).await.map_err(RolesError::Store)?;
        if current.as_ref().map_or(0, |version| version.number) != base {
            return Err(RolesError::Stale);
        }
        let before = current.map(|version| version.matrix).unwrap_or_default();
        let changes = before.changes(&matrix, kinds);
        if changes.is_empty() {
            return Err(RolesError::Unchanged);
        }
        let number = base.checked_add(1).ok_or(RolesError::Stale)?;
        let deed = Deed::RoleMatrix {
            organisation: &viewer.organisation,
            before: base,
            before_sha256: &sha256(&json!(before)),
            version: number,
            sha256: &sha256(&json!(matrix)),
            changes: changes.into_iter().map(Into::into).collect(),
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now.timestamp(), deed.details());
        let change = Change::begin(&self.audit, record).await.map_err(RolesError::LogUnavailable)?;
        let version = MatrixVersion { number, matrix, at: now.timestamp(), by: Registrar::from(viewer) };
        let (became, told) = match self.matrices.keep_version(&version).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(RolesError::Stale)),
            Err(error) => self.read_back(&version, error).await,
        };
        change.ended(became).await;
        told
    }

    /// What became of a version whose keeping failed: the answer to a commit can be lost on its way.
    async fn read_back(&self, version: &MatrixVersion, error: PortError) -> (Became, Result<(), RolesError>) {
        match self.matrices.history(&version.by.organisation).await {
            Ok(all) if all.iter().any(|one| one.number == version.number && one.matrix == version.matrix) => {
                (Became::Done, Ok(()))
            }
            Ok(_) => (Became::NotKept, Err(RolesError::Store(error))),
            Err(_) => (Became::Unclear, Err(RolesError::Store(error))),
        }
    }
}
