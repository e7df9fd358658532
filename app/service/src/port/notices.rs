//! Notices to staff.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{access::Registrar, notice::Published, source::OrganisationId};

use super::PortError;

/// Keeps notices. Nothing is changed: one that is taken back stays, with who did it.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Every notice that ends after a moment, of every organisation, newest first.
    ///
    /// # Errors
    /// When they cannot be read or one cannot be understood.
    async fn ending_after(&self, since: Timestamp) -> Result<Vec<Published>, PortError>;

    /// Keeps a new one. Its `withdrawn` is not kept.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn publish(&self, notice: &Published) -> Result<(), PortError>;

    /// Takes one of an organisation back. False when the organisation has none of that id, or it was taken back already.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn withdraw(
        &self,
        organisation: &OrganisationId,
        id: &str,
        at: Timestamp,
        by: &Registrar,
    ) -> Result<bool, PortError>;
}
