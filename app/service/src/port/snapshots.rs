//! What is kept of what was shown: found by patient and opening, destroyed when its time is up.
//!
//! Not here: when something is kept and who sees it again (`snapshots`). Invariant: content is under a key of its own; where the key is
//! gone, nobody can read the content, wherever a copy of it lies.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{identifier::PersonIdentifier, snapshot::Snapshot, source::ProviderId};

use super::PortError;

/// The store of snapshots.
#[async_trait]
pub trait Snapshots: Send + Sync {
    /// Keeps one. `content` is the bytes that `snapshot.sha256` is the hash of; content that is there already is kept once.
    ///
    /// # Errors
    /// When it cannot be made durable, or the content has another hash.
    async fn keep_snapshot(
        &self,
        snapshot: &Snapshot,
        patient: &PersonIdentifier,
        content: &[u8],
    ) -> Result<(), PortError>;

    /// Those of a patient that this provider keeps at `now`, newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn snapshots_of(
        &self,
        provider: &ProviderId,
        patient: &PersonIdentifier,
        now: Timestamp,
    ) -> Result<Vec<Snapshot>, PortError>;

    /// The content of one of those; none when it has been destroyed.
    ///
    /// # Errors
    /// When it cannot be read, does not open or is not what its address says.
    async fn snapshot_content(&self, snapshot: &Snapshot) -> Result<Option<Vec<u8>>, PortError>;

    /// How many each provider still keeps although their time was up at `now`.
    ///
    /// # Errors
    /// When they cannot be counted.
    async fn snapshots_due(&self, now: Timestamp) -> Result<Vec<(ProviderId, u64)>, PortError>;

    /// Destroys the keys and then the content of those of a provider whose time was up at `now`. Content that another snapshot still needs
    /// stays. Returns how many snapshots were removed.
    ///
    /// # Errors
    /// When they cannot be removed; then all are still there.
    async fn dispose_of_snapshots(&self, provider: &ProviderId, now: Timestamp) -> Result<u64, PortError>;
}
