//! What organisations have enabled for their own staff, with its history.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{access::Registrar, enablement::Enablement, source::OrganisationId};

use super::PortError;

/// One version of what an organisation has enabled, whole: what an administrator saw and confirmed is what holds, whatever is configured
/// later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnablementVersion {
    /// 1, 2, 3 …; before the first everything that is configured is asked.
    pub number: u32,
    /// What is enabled.
    pub enablement: Enablement,
    /// From when; later than `at` when it is planned.
    pub from: Timestamp,
    /// Why.
    pub reason: String,
    /// When it was decided.
    pub at: Timestamp,
    /// Who decided, in an assignment of the organisation it is for.
    pub by: Registrar,
}

/// Keeps every version. Every request reads anew.
#[async_trait]
pub trait Enablements: Send + Sync {
    /// The one that holds at a moment: of those that have begun, the one decided last. None while the organisation has decided nothing.
    ///
    /// # Errors
    /// When it cannot be read or understood: then nobody is asked.
    async fn in_force(
        &self,
        organisation: &OrganisationId,
        at: Timestamp,
    ) -> Result<Option<EnablementVersion>, PortError>;

    /// Every version, newest first.
    ///
    /// # Errors
    /// When one cannot be read or understood.
    async fn history(&self, organisation: &OrganisationId) -> Result<Vec<EnablementVersion>, PortError>;

    /// Keeps a new version of the organisation of its maker. False when its number is taken: somebody else was first, and nothing has
    /// changed.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep(&self, version: &EnablementVersion) -> Result<bool, PortError>;
}
