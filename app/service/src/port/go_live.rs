//! What organisations have decided of going live.

use async_trait::async_trait;
use samsyn_domain::{go_live::Decided, source::OrganisationId};

use super::PortError;

/// Keeps the decisions. Nothing is changed: the newest of an item holds.
#[async_trait]
pub trait GoLive: Send + Sync {
    /// Everything that an organisation has decided, in order.
    ///
    /// # Errors
    /// When it cannot be read, or one cannot be understood: then nobody knows, and others' information is not reached.
    async fn decided(&self, organisation: &OrganisationId) -> Result<Vec<Decided>, PortError>;

    /// Keeps a new one. False when its number is taken: somebody else was first, and nothing has changed.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn decide(&self, decided: &Decided) -> Result<bool, PortError>;
}
