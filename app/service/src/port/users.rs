//! Who has signed in, in which assignments.

use async_trait::async_trait;
use samsyn_domain::{source::OrganisationId, user::User};

use super::PortError;

/// Keeps what was stated last of each employee's assignments.
#[async_trait]
pub trait Users: Send + Sync {
    /// Every assignment of an employee (HSA-id) that was ever stated, of every organisation.
    ///
    /// # Errors
    /// When they cannot be read, or one cannot be understood.
    async fn of_employee(&self, employee: &str) -> Result<Vec<User>, PortError>;

    /// Every assignment of an organisation that was ever stated, by name.
    ///
    /// # Errors
    /// As [`of_employee`](Self::of_employee).
    async fn of_organisation(&self, organisation: &OrganisationId) -> Result<Vec<User>, PortError>;

    /// Keeps these instead of what was kept of the same assignments.
    ///
    /// # Errors
    /// When they cannot be written.
    async fn keep(&self, users: &[User]) -> Result<(), PortError>;
}
