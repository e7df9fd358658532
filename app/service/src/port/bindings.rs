//! Sources that are bound at the screen: what each was granted, and the secrets that go with it.

use async_trait::async_trait;
use samsyn_domain::{
    binding::BindingVersion,
    source::{OrganisationId, SourceId},
};
use secrecy::SecretString;

use super::PortError;

/// Keeps bindings. Nothing is changed; secrets are sealed, and go when their source is retired.
#[async_trait]
pub trait Bindings: Send + Sync {
    /// One binding.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    async fn binding(&self, source: &SourceId, number: u32) -> Result<Option<BindingVersion>, PortError>;

    /// Every binding of an organisation's sources, newest first.
    ///
    /// # Errors
    /// When one cannot be read or understood.
    async fn bindings_of(&self, organisation: &OrganisationId) -> Result<Vec<BindingVersion>, PortError>;

    /// Keeps a binding with the secrets that came with it, by slot: all of it or nothing. False when its number is taken: somebody else was first.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep_binding(
        &self,
        version: &BindingVersion,
        secrets: &[(String, SecretString)],
    ) -> Result<bool, PortError>;

    /// The secret that came with a binding for a slot.
    ///
    /// # Errors
    /// When it cannot be read or does not open.
    async fn secret(&self, source: &SourceId, slot: &str, number: u32) -> Result<Option<SecretString>, PortError>;

    /// Removes every secret of a source that is retired.
    ///
    /// # Errors
    /// When they cannot be removed.
    async fn forget_secrets(&self, source: &SourceId) -> Result<(), PortError>;
}
