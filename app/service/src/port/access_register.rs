//! The register of consents, relations and exceptions.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::{Ended, Registration},
    identifier::PersonIdentifier,
};

use super::PortError;

/// Keeps what staff register about a patient. Every request reads anew.
#[async_trait]
pub trait AccessRegister: Send + Sync {
    /// Everything registered about one patient, newest first; what has ended too, for the history.
    ///
    /// # Errors
    /// When it cannot be read, or a row cannot be understood: then there is no ground for reaching others.
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<Vec<Registration>, PortError>;

    /// Keeps new ones, all or none. The same again, by its id, changes nothing and is no error (a form sent twice).
    ///
    /// # Errors
    /// When they cannot be written, or an id is taken by something else; then none of them is kept.
    async fn keep(&self, registrations: &[Registration]) -> Result<(), PortError>;

    /// Ends one before its time. False when there is none of this patient with this id that has not ended.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn end(&self, patient: &PersonIdentifier, id: &str, ended: &Ended) -> Result<bool, PortError>;

    /// Moves the end of one that has not ended. False when there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn extend(&self, patient: &PersonIdentifier, id: &str, to: Timestamp) -> Result<bool, PortError>;
}
