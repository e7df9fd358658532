//! Packages of adapters in the catalogues of organisations, and the keys of their vendors.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    package::{Uploaded, VendorKey, Verdict},
    source::OrganisationId,
};

use super::PortError;

/// Keeps packages. Nothing is changed: each trial stays, and a key that was withdrawn stays with who did it.
#[async_trait]
pub trait Packages: Send + Sync {
    /// The newest trial of each package of an organisation, newest first.
    ///
    /// # Errors
    /// When they cannot be read or one cannot be understood.
    async fn packages(&self, organisation: &OrganisationId) -> Result<Vec<Uploaded>, PortError>;

    /// Notes a package that is about to be tried, in the catalogue of the organisation of its uploader. False when its number is taken:
    /// somebody else was first, and nothing has changed.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep_uploaded(&self, uploaded: &Uploaded) -> Result<bool, PortError>;

    /// Keeps what a trial found and, when it passed, the package with its component, which is addressed by its own SHA-256.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep_verdict(
        &self,
        uploaded: &Uploaded,
        verdict: &Verdict,
        content: Option<(&[u8], &[u8])>,
    ) -> Result<(), PortError>;

    /// A package or component by its SHA-256.
    ///
    /// # Errors
    /// When it cannot be read, or is not what its address says.
    async fn content(&self, address: &str) -> Result<Option<Vec<u8>>, PortError>;

    /// The keys that an organisation has enrolled, by name.
    ///
    /// # Errors
    /// When they cannot be read or one cannot be understood.
    async fn vendor_keys(&self, organisation: &OrganisationId) -> Result<Vec<VendorKey>, PortError>;

    /// Enrols a key for the organisation of whoever enrols it. False when it is enrolled already.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn enrol(&self, key: &VendorKey) -> Result<bool, PortError>;

    /// Withdraws one. False when it is not enrolled.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn withdraw_key(&self, key: &str, at: Timestamp, by: &Registrar) -> Result<bool, PortError>;
}
