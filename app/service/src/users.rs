//! Who uses the portal: noting what the identity provider states, and telling an organisation's administrator.
//!
//! Not here: what there is to know of a user (`domain::user`), the page (`ui::users`).
//! Invariant: nobody is kept from signing in because it could not be noted; an administrator is told of the own organisation alone.

use std::sync::Arc;

use jiff::Timestamp;
use samsyn_domain::{
    user::{User, stated},
    viewer::{Role, Viewer},
};

use crate::port::{PortError, users::Users};

/// Why nobody is told of.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// Only the organisation's administrator may.
    #[error("only an administrator may see who uses the portal")]
    NotAdministrator,
    /// They could not be read.
    #[error(transparent)]
    Store(PortError),
}

/// The use cases around users.
#[derive(Clone)]
pub struct UserService {
    users: Arc<dyn Users>,
}

impl UserService {
    /// Over what is kept.
    pub fn new(users: Arc<dyn Users>) -> Self {
        Self { users }
    }

    /// Notes every assignment that was stated of an employee, and those that were not any more; `used` is the one the employee acts in.
    pub async fn note(&self, employee: &str, assignments: &[Viewer], used: Option<&Viewer>, now: Timestamp) {
        if let Err(error) = self.noted(employee, assignments, used, now).await {
            tracing::error!(%error, "who has signed in could not be noted");
        }
    }

    async fn noted(
        &self,
        employee: &str,
        assignments: &[Viewer],
        used: Option<&Viewer>,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let known = self.users.of_employee(employee).await?;
        let mut users = stated(&known, assignments, now);
        for user in &mut users {
            let is_used =
                |viewer: &Viewer| viewer.assignment == user.assignment && viewer.organisation == user.organisation;
            if used.is_some_and(is_used) {
                user.used_at = Some(now);
            }
        }
        if users.is_empty() { Ok(()) } else { self.users.keep(&users).await }
    }

    /// Everybody of the administrator's organisation, by name.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn own(&self, viewer: &Viewer) -> Result<Vec<User>, UserError> {
        if viewer.role != Role::Administrator {
            return Err(UserError::NotAdministrator);
        }
        self.users.of_organisation(&viewer.organisation).await.map_err(UserError::Store)
    }
}
