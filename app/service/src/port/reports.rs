//! What was reported, and what became of it.

use async_trait::async_trait;
use samsyn_domain::{
    report::{Filed, Report, Taken},
    source::OrganisationId,
};

use super::PortError;

/// Keeps reports. Nothing is changed: a step is added.
#[async_trait]
pub trait Reports: Send + Sync {
    /// Keeps a new one. The same id again changes nothing and is no error; whether it is kept now.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn file(&self, report: &Report) -> Result<bool, PortError>;

    /// Adds a step. False when the report does not stand where the step follows, or there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn take(&self, id: &str, taken: &Taken) -> Result<bool, PortError>;

    /// Everything that an organisation answers for or has reported, newest first.
    ///
    /// # Errors
    /// When it cannot be read, or one of them cannot be understood.
    async fn of_organisation(&self, organisation: &OrganisationId) -> Result<Vec<Filed>, PortError>;

    /// What one employee (HSA-id) has reported in an organisation, newest first.
    ///
    /// # Errors
    /// As [`of_organisation`](Self::of_organisation).
    async fn of_reporter(&self, organisation: &OrganisationId, employee: &str) -> Result<Vec<Filed>, PortError>;

    /// How many of those that an organisation answers for nobody has brought to an end.
    ///
    /// # Errors
    /// When they cannot be counted.
    async fn open(&self, organisation: &OrganisationId) -> Result<usize, PortError>;
}
