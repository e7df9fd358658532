//! The units of organisations.

use async_trait::async_trait;
use samsyn_domain::{source::OrganisationId, unit::UnitVersion};

use super::PortError;

/// Keeps every version. Nothing is changed: another one follows.
#[async_trait]
pub trait Units: Send + Sync {
    /// Every version of an organisation's units, in order.
    ///
    /// # Errors
    /// When they cannot be read, or one cannot be understood.
    async fn units_of(&self, organisation: &OrganisationId) -> Result<Vec<UnitVersion>, PortError>;

    /// Keeps a new version. False when its number is taken: somebody else was first, and nothing has changed.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep_unit(&self, version: &UnitVersion) -> Result<bool, PortError>;
}
