//! Server-side sessions, readable and revocable on every node.

use async_trait::async_trait;
use jiff::Timestamp;

use super::PortError;

/// A session as stored. The key is a hash of the reference in the cookie, so a copy of the database opens nothing.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// SHA-256 of the cookie's reference, hex.
    pub key: String,
    /// JSON kept by the web layer.
    pub data: String,
    /// When it ends unless used.
    pub expires: Timestamp,
}

/// Keeps sessions.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Creates or replaces.
    ///
    /// # Errors
    /// When it cannot be stored.
    async fn save(&self, session: &StoredSession) -> Result<(), PortError>;
    /// The session, if it has not expired.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn load(&self, key: &str, now: Timestamp) -> Result<Option<StoredSession>, PortError>;
    /// Ends one, and forgets its handles. Ending an unknown one is no error.
    ///
    /// # Errors
    /// When it cannot be removed.
    async fn end(&self, key: &str) -> Result<(), PortError>;
    /// Ends what has expired and was not ended before, and gives it as it was: each to one caller only, whichever node it is on.
    ///
    /// # Errors
    /// When it cannot be read or ended.
    async fn end_expired(&self, now: Timestamp) -> Result<Vec<StoredSession>, PortError>;
    /// Removes what has expired and returns how many.
    ///
    /// # Errors
    /// When it cannot be removed.
    async fn purge(&self, now: Timestamp) -> Result<u64, PortError>;
}
