//! Writing what came of an act, also when the log is away for a while: what it tells of has been done, or seen.
//!
//! Room: [`change`] a change in two records. Not here: what the records say (`record`).
//! Invariant: an outcome is written once, even when nobody heard that it was.

mod change;

use std::time::Duration;

pub(crate) use self::change::Change;
use crate::port::audit_log::{AuditLog, AuditRecord};

/// How long an outcome that the log did not take waits before it is tried again: through a restart of the database, and no longer than the
/// program waits when it is stopped.
const TRIED_AGAIN_AFTER: [Duration; 7] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(12),
];

/// Writes an outcome, and tries again when the log does not take it.
pub(crate) async fn append(audit: &dyn AuditLog, record: &AuditRecord) {
    let intent = record.intent.as_deref().unwrap_or_default();
    let mut pauses = TRIED_AGAIN_AFTER.into_iter();
    while let Err(error) = audit.append(record).await {
        let Some(pause) = pauses.next() else {
            tracing::error!(%error, intent, "audit outcome could not be written; the intent stands alone");
            return;
        };
        tracing::warn!(%error, intent, "audit outcome could not be written yet");
        tokio::time::sleep(pause).await;
        // What was not acknowledged may stand there all the same.
        if let Ok(true) = audit.has_outcome(intent).await {
            return;
        }
    }
}
