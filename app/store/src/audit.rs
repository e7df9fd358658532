//! The audit log: appended in groups, chained by hash, read back and verified.
//!
//! Rooms: `record` (columns ↔ the port's record), `canonical` (one way to write JSON), `chain` (the hash), `queue` (the writer),
//! `verify` (walks the chain).
//! Not here: what is logged (`service`), export and review (a later room).
//! Invariant: `append` returns an id only after COMMIT; a record that was acknowledged is present exactly once (I2).

mod canonical;
mod chain;
mod queue;
mod record;
mod verify;

use async_trait::async_trait;
use samsyn_service::port::{
    PortError,
    audit_log::{AuditLog, AuditQuery, AuditReader, AuditRecord, Logged},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

pub(crate) use self::queue::Queue;
pub use self::{
    record::AuditEntry,
    verify::{AuditBreak, AuditHead, AuditVerdict},
};
use crate::{Store, entity::audit_record, error::failed};

#[async_trait]
impl AuditLog for Store {
    async fn append(&self, record: &AuditRecord) -> Result<String, PortError> {
        let columns = record::Columns::of(Uuid::new_v4().to_string(), record, &self.key)?;
        self.queue.append(columns).await
    }
}

#[async_trait]
impl AuditReader for Store {
    async fn read(&self, query: &AuditQuery<'_>) -> Result<Vec<Logged>, PortError> {
        let from_sequence = i64::try_from(query.from_index).unwrap_or(i64::MAX).saturating_add(1);
        let rows = audit_record::Entity::find()
            .filter(audit_record::Column::Provider.eq(query.provider))
            .filter(audit_record::Column::Sequence.gte(from_sequence))
            .filter(audit_record::Column::At.gte(record::written(query.from)))
            .filter(audit_record::Column::At.lt(record::written(query.before)))
            .order_by_asc(audit_record::Column::Sequence)
            .limit(query.limit)
            .all(&self.connections.reads)
            .await
            .map_err(failed("read audit records"))?;
        let entries = rows.into_iter().map(|row| record::read(row, &self.key));
        entries
            .map(|entry| entry.map(|entry| Logged { index: entry.sequence - 1, id: entry.id, record: entry.record }))
            .collect()
    }
}

impl Store {
    /// The last records, at most `limit`, in the order they were written.
    ///
    /// # Errors
    /// When the log cannot be read, or a record of it cannot be understood or its patient does not open; it names the record.
    pub async fn audit_records(&self, limit: u64) -> Result<Vec<AuditEntry>, PortError> {
        let rows = audit_record::Entity::find()
            .order_by_desc(audit_record::Column::Sequence)
            .limit(limit)
            .all(&self.connections.reads)
            .await
            .map_err(failed("read audit records"))?;
        rows.into_iter().rev().map(|row| record::read(row, &self.key)).collect()
    }

    /// Walks the whole chain from the first record.
    ///
    /// What was cut off at the end shows only in comparison with an [`AuditHead`] noted earlier.
    ///
    /// # Errors
    /// When the log cannot be read. That it is broken is no error but a verdict.
    pub async fn verify_audit(&self) -> Result<AuditVerdict, PortError> {
        verify::walk(&self.connections.reads).await.map_err(failed("verify audit log"))
    }
}
