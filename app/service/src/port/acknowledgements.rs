//! Who has acknowledged which text on confidentiality.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::source::OrganisationId;

use super::PortError;

/// One person's acknowledgement of one organisation's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Whose text.
    pub organisation: OrganisationId,
    /// HSA-id of the employee.
    pub user_id: String,
    /// SHA-256, hex, of the text: another text is another acknowledgement.
    pub digest: String,
    /// Name of the employee, as it was then.
    pub name: String,
    /// The assignment it was given in.
    pub assignment: String,
    /// When.
    pub at: Timestamp,
}

/// Keeps them for ever. Every request reads anew.
#[async_trait]
pub trait Acknowledgements: Send + Sync {
    /// Whether this employee has acknowledged this organisation's text with this digest.
    ///
    /// # Errors
    /// When it cannot be read: then no patient is opened.
    async fn is_acknowledged(
        &self,
        organisation: &OrganisationId,
        user_id: &str,
        digest: &str,
    ) -> Result<bool, PortError>;

    /// Keeps one; what has been acknowledged before stays as it was.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn acknowledge(&self, given: &Acknowledgement) -> Result<(), PortError>;
}
