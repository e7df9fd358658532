//! Making what was granted at the screen ready to run.

use async_trait::async_trait;
use samsyn_domain::{
    binding::{BindingVersion, Fault},
    source::SourceId,
    trial::Tested,
};
use secrecy::SecretString;

use super::PortError;

/// Ties packages to sources.
#[async_trait]
pub trait Binder: Send + Sync {
    /// What in a binding cannot be used, with the secrets that came along, by slot. Nothing is sent anywhere.
    ///
    /// # Errors
    /// When a secret that stays as it is cannot be read.
    async fn faults(
        &self,
        version: &BindingVersion,
        secrets: &[(String, SecretString)],
    ) -> Result<Vec<Fault>, PortError>;

    /// Makes a binding that is kept ready on this node, so that nobody waits for that.
    ///
    /// # Errors
    /// When it cannot be read, or cannot run.
    async fn ready(&self, source: &SourceId, number: u32) -> Result<(), PortError>;

    /// Runs the adapter's own test with a binding. It reaches the source and reads no patient.
    ///
    /// # Errors
    /// When the binding cannot be read, or cannot run.
    async fn selftest(&self, source: &SourceId, number: u32) -> Result<Tested, PortError>;
}
