//! The audit log: a transparency log, appended in groups, read back and verified.
//!
//! Rooms: `record` (columns ↔ the port's record), `canonical` (one way to write JSON), `entry` (what a leaf commits to), `tree` (the
//! Merkle tree as tiles), `checkpoint` (its signed head), `head` (both in the database), `queue` (the writer), `walk` and `verify`
//! (whether all of it belongs together), `patient` (an index of whom records are about), `exported` (the log in files), `proof` (that a record is in it), `offline` (a log nobody runs on).
//! Not here: what is logged (`service`).
//! Invariant: `append` returns an id only after COMMIT; a record that was acknowledged is present exactly once (I2).

mod canonical;
mod checkpoint;
mod entry;
mod exported;
mod head;
mod offline;
mod patient;
mod proof;
mod queue;
mod record;
mod tree;
mod verify;
mod walk;

use std::sync::Arc;

use async_trait::async_trait;
use samsyn_service::port::{
    PortError,
    audit_log::{AuditLog, AuditQuery, AuditReader, AuditRecord, Logged},
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use tokio::sync::watch;
use uuid::Uuid;

pub use self::{
    checkpoint::{CheckpointError, LogCheckpoint},
    exported::{ExportError, exported_key, verify_exported},
    offline::{AuditFile, AuditFileError, ProvenRecord},
    verify::{AuditBreak, AuditHead, AuditStep, AuditVerdict},
};
pub(crate) use self::{head::begin, patient::fill, queue::Queue, verify::snapshot};
use crate::{Store, entity::audit_record, error::failed};

const READ: &str = "read audit records";

#[async_trait]
impl AuditLog for Store {
    async fn append(&self, record: &AuditRecord) -> Result<String, PortError> {
        let columns = record::Columns::of(Uuid::new_v4().to_string(), record, &self.key)?;
        self.queue.append(columns).await
    }

    async fn has_outcome(&self, intent: &str) -> Result<bool, PortError> {
        let found = audit_record::Entity::find().select_only().column(audit_record::Column::Id);
        let found = found.filter(audit_record::Column::Intent.eq(intent)).into_tuple::<String>();
        Ok(self.answer("look for an outcome", found.one(&self.connections.reads)).await?.is_some())
    }
}

#[async_trait]
impl AuditReader for Store {
    async fn read(&self, query: &AuditQuery<'_>) -> Result<Vec<Logged>, PortError> {
        let from = i64::try_from(query.from_index).unwrap_or(i64::MAX);
        let mut records = audit_record::Entity::find();
        if let Some(patient) = query.patient {
            let places = patient::places(&self.key, query.provider, patient);
            records = records.filter(audit_record::Column::LeafIndex.in_subquery(places));
        }
        let rows = records
            .filter(own(query.provider))
            .filter(audit_record::Column::LeafIndex.gte(from))
            .filter(audit_record::Column::At.gte(record::written(query.from)))
            .filter(audit_record::Column::At.lt(record::written(query.before)))
            .order_by_asc(audit_record::Column::LeafIndex)
            .limit(query.limit)
            .all(&self.connections.reads);
        let rows = self.answer(READ, rows).await?;
        let read = |row| {
            let logged = record::read(row, &self.key)?;
            let other = query.patient.is_some_and(|patient| logged.record.patient.as_ref() != Some(patient));
            if other { Err(PortError::new(READ, AuditBreak::misled(&logged))) } else { Ok(logged) }
        };
        rows.into_iter().map(read).collect()
    }

    async fn with_outcome(&self, provider: &str, id: &str) -> Result<Option<(Logged, Option<Logged>)>, PortError> {
        let of_provider = || audit_record::Entity::find().filter(own(provider));
        let first = of_provider().filter(audit_record::Column::Id.eq(id)).one(&self.connections.reads);
        let Some(first) = self.answer(READ, first).await? else { return Ok(None) };
        let second = of_provider()
            .filter(audit_record::Column::Intent.eq(id))
            .order_by_asc(audit_record::Column::LeafIndex)
            .one(&self.connections.reads);
        let second = self.answer(READ, second).await?;
        let second = second.map(|row| record::read(row, &self.key)).transpose()?;
        Ok(Some((record::read(first, &self.key)?, second)))
    }
}

/// A provider's own records, as the index has it: HSA-ids are the same in either case.
fn own(provider: &str) -> sea_orm::sea_query::SimpleExpr {
    Expr::cust("lower(trim(provider))").eq(patient::lower(provider))
}

impl Store {
    /// The last records, at most `limit`, in the order they were written.
    ///
    /// # Errors
    /// When the log cannot be read, or a record of it cannot be understood or its patient does not open; it names the record.
    pub async fn audit_records(&self, limit: u64) -> Result<Vec<Logged>, PortError> {
        let rows = audit_record::Entity::find()
            .order_by_desc(audit_record::Column::LeafIndex)
            .limit(limit)
            .all(&self.connections.reads)
            .await
            .map_err(failed(READ))?;
        rows.into_iter().rev().map(|row| record::read(row, &self.key)).collect()
    }

    /// Walks the whole log from the first record to its signed head.
    ///
    /// What was changed and signed anew, or cut off together with its head, shows only against a checkpoint that was kept elsewhere.
    ///
    /// # Errors
    /// When the log cannot be read. That it is broken is no error but a verdict.
    pub async fn verify_audit(&self, kept: &[LogCheckpoint]) -> Result<AuditVerdict, PortError> {
        verify::walk(&self.connections.reads, &self.key, kept, |_, _, _| {}).await.map_err(failed("verify audit log"))
    }

    /// What others verify the log's checkpoints with.
    ///
    /// # Errors
    /// When its head cannot be read.
    pub async fn audit_key(&self) -> Result<String, PortError> {
        let failed = failed("read the head of the audit log");
        let head = head::row(&self.connections.reads).await.map_err(&failed)?;
        let head = head.ok_or_else(|| PortError::new("read the head of the audit log", AuditBreak::NoHead))?;
        Ok(checkpoint::LogKey::of(&self.key, &head.origin).verifier_key())
    }

    /// Whether the log begins with the one a checkpoint was signed of. The records are not walked.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn goes_on_from(&self, kept: &LogCheckpoint) -> Result<Result<(), AuditBreak>, PortError> {
        let failed = failed("compare the audit log with a checkpoint");
        let snapshot = verify::snapshot(&self.connections.reads).await.map_err(&failed)?;
        let Some(row) = head::row(&snapshot).await.map_err(&failed)? else { return Ok(Err(AuditBreak::NoHead)) };
        let records = u64::try_from(row.tree_size).unwrap_or_default();
        if records < kept.size {
            return Ok(Err(AuditBreak::Shorter { records, checkpoint: kept.size }));
        }
        let then = head::edge(&snapshot, kept.size).await.map_err(&failed)?;
        let same = then.and_then(|edge| edge.root()).is_ok_and(|root| root == kept.root);
        Ok(if same { Ok(()) } else { Err(AuditBreak::Fork { records: kept.size }) })
    }

    /// How many groups of records this node has committed since its start, each in one transaction.
    pub fn audit_groups(&self) -> u64 {
        self.queue.groups()
    }

    /// The signed notes of the log, each time it has grown.
    pub fn checkpoints(&self) -> watch::Receiver<Option<Arc<str>>> {
        self.queue.checkpoints()
    }
}
