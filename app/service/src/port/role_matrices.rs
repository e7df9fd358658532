//! The organisations' matrices of roles, with their history.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::{Registrar, RoleMatrix},
    source::OrganisationId,
};

use super::PortError;

/// One version of an organisation's matrix, whole: what an administrator saw and confirmed is what holds, whatever the defaults of a
/// later program are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixVersion {
    /// 1, 2, 3 …; what holds before the first is the default.
    pub number: u32,
    /// What is granted.
    pub matrix: RoleMatrix,
    /// When it began to hold.
    pub at: Timestamp,
    /// Who made it, in an assignment of the organisation it is for.
    pub by: Registrar,
}

/// Keeps every version. Every request reads anew.
#[async_trait]
pub trait RoleMatrices: Send + Sync {
    /// The one that holds; none while the organisation keeps to the defaults.
    ///
    /// # Errors
    /// When it cannot be read or understood: then nobody of the organisation sees anything.
    async fn current(&self, organisation: &OrganisationId) -> Result<Option<MatrixVersion>, PortError>;

    /// Every version, newest first.
    ///
    /// # Errors
    /// When one cannot be read or understood.
    async fn history(&self, organisation: &OrganisationId) -> Result<Vec<MatrixVersion>, PortError>;

    /// Keeps a new version of the organisation of its maker. False when its number is taken: somebody else was first, and nothing has
    /// changed.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep_version(&self, version: &MatrixVersion) -> Result<bool, PortError>;
}
