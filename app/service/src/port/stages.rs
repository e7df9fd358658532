//! How far sources have come, with their history.

use async_trait::async_trait;
use samsyn_domain::{source::SourceId, stage::Staged};

use super::PortError;

/// Keeps every stage of every source. Every request reads anew.
#[async_trait]
pub trait Stages: Send + Sync {
    /// The newest stage of each source of which anything was decided.
    ///
    /// # Errors
    /// When one cannot be read or understood: then nobody is asked.
    async fn newest(&self) -> Result<Vec<Staged>, PortError>;

    /// Every stage of a source, newest first.
    ///
    /// # Errors
    /// When one cannot be read or understood.
    async fn history(&self, source: &SourceId) -> Result<Vec<Staged>, PortError>;

    /// Keeps a new stage. False when its number is taken: somebody else was first, and nothing has changed.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn keep(&self, staged: &Staged) -> Result<bool, PortError>;
}
