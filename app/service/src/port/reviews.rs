//! What is kept of reviews of the log.

use async_trait::async_trait;
use samsyn_domain::{
    review::{Closing, Mark, Pick, Review, ReviewFile},
    source::ProviderId,
};

use super::PortError;

/// Keeps reviews. Nothing that has been kept is changed or removed.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Keeps a new review with its picks, all of it or nothing.
    ///
    /// # Errors
    /// When it cannot be written, or there is one with this id.
    async fn begin_review(&self, review: &Review, picks: &[Pick]) -> Result<(), PortError>;

    /// Every review of a provider's log, newest first.
    ///
    /// # Errors
    /// When they cannot be read, or one of them cannot be understood.
    async fn reviews_of(&self, provider: &ProviderId) -> Result<Vec<ReviewFile>, PortError>;

    /// One review of a provider's log. None when there is no such review of this provider.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    async fn review(&self, provider: &ProviderId, id: &str) -> Result<Option<ReviewFile>, PortError>;

    /// Keeps a judgement. False when this provider has no such pick in an open review.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn mark_pick(&self, provider: &ProviderId, review: &str, mark: &Mark) -> Result<bool, PortError>;

    /// Closes a review. False when this provider has no open review with this id, or picks of it have not been judged.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn close_review(&self, provider: &ProviderId, review: &str, closing: &Closing) -> Result<bool, PortError>;
}
