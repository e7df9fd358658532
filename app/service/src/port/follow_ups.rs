//! What emergencies have left to be told in words.

use async_trait::async_trait;
use samsyn_domain::{
    access::{FollowUp, Written},
    source::ProviderId,
};

use super::PortError;

/// Keeps the tasks. What has been kept is never removed; it changes once, when it is written.
#[async_trait]
pub trait FollowUps: Send + Sync {
    /// Keeps a new task. The same id again changes nothing and is no error.
    ///
    /// # Errors
    /// When it cannot be written: then the emergency must not be opened.
    async fn leave(&self, task: &FollowUp) -> Result<(), PortError>;

    /// One task of a provider, open or written. None when there is no such task of this provider.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn follow_up(&self, provider: &ProviderId, id: &str) -> Result<Option<FollowUp>, PortError>;

    /// The open tasks of one employee (HSA-id) of a provider, soonest due first.
    ///
    /// # Errors
    /// When they cannot be read, or one of them cannot be understood.
    async fn open_of_reader(&self, provider: &ProviderId, employee: &str) -> Result<Vec<FollowUp>, PortError>;

    /// Everything of a provider, for its reviewers: the open ones, soonest due first and so the overdue before all, then what
    /// has been written, latest first.
    ///
    /// # Errors
    /// When they cannot be read, or one of them cannot be understood.
    async fn of_provider(&self, provider: &ProviderId) -> Result<Vec<FollowUp>, PortError>;

    /// Writes an open task. False when this provider has no open one with this id.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn write(&self, provider: &ProviderId, id: &str, written: &Written) -> Result<bool, PortError>;
}
