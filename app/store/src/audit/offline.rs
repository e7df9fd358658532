//! The log of a database that nobody need be running on: verified, exported, proven from.
//!
//! Opening it changes nothing and refuses nothing but a database that is not there: a log that the portal would not go on with is the
//! one that must be looked at.
//! Not here: the walk (`verify`), files (`exported`), proofs (`proof`).
//! Invariant: nothing is ever written here.

use std::path::Path;

use samsyn_service::port::{PortError, audit_log::Logged};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    checkpoint::{LogCheckpoint, LogKey},
    entry,
    exported::{ExportError, Exported},
    head, proof, record,
    verify::{self, AuditBreak, AuditStep, AuditVerdict},
    walk::Walk,
};
use crate::{
    Place, StoreConfig, StoreError, StoreKey,
    entity::audit_record,
    error::failed,
    open::{self, Connections, DATABASE_FILE},
};

const VERIFY: &str = "verify the audit log";
const READ: &str = "read the audit log";

/// The log of a database.
pub struct AuditFile {
    connections: Connections,
    key: StoreKey,
}

/// Why a log was not exported.
#[derive(Debug, thiserror::Error)]
pub enum AuditFileError {
    /// The database did not do what it was asked.
    #[error(transparent)]
    Database(#[from] PortError),
    /// The log is not whole.
    #[error("{0}")]
    Broken(#[from] AuditBreak),
    /// The directory could not be written.
    #[error(transparent)]
    Files(#[from] ExportError),
    /// No such record, or no such checkpoint.
    #[error("the log has {records} records; the first has the number 0")]
    NoSuchRecord {
        /// How many there are.
        records: u64,
    },
}

impl From<DbErr> for AuditFileError {
    fn from(error: DbErr) -> Self {
        Self::Database(failed(READ)(error))
    }
}

/// A record on its own: what the log says, and that it says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenRecord {
    /// Its leaf index.
    pub index: u64,
    /// The entry, byte for byte.
    pub entry: Vec<u8>,
    /// C2SP tlog-proof.
    pub proof: String,
}

impl AuditFile {
    /// Opens the log of an existing database.
    ///
    /// # Errors
    /// When there is no database or no key, or it cannot be reached.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        if let Place::DataDir(dir) = &config.place
            && !dir.join(DATABASE_FILE).is_file()
        {
            return Err(StoreError::NoDatabase { dir: dir.clone() });
        }
        let key = StoreKey::read(&config.key_file)?;
        Ok(Self { connections: open::connect(config).await?, key })
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// When the database does not let itself be closed.
    pub async fn close(self) -> Result<(), PortError> {
        self.connections.close().await.map_err(failed(READ))
    }

    fn verifier_key(&self, origin: &str) -> String {
        LogKey::of(&self.key, origin).verifier_key()
    }

    /// The newest signed head. The records are not walked.
    ///
    /// # Errors
    /// When it cannot be read, or is not one that this log signed.
    pub async fn checkpoint(&self) -> Result<LogCheckpoint, AuditFileError> {
        self.signed(&self.connections.reads).await
    }

    async fn signed(&self, database: &impl ConnectionTrait) -> Result<LogCheckpoint, AuditFileError> {
        let head = head::row(database).await?.ok_or(AuditBreak::NoHead)?;
        Ok(LogCheckpoint::of_head(&head, &self.verifier_key(&head.origin))?)
    }

    async fn snapshot(&self) -> Result<DatabaseTransaction, PortError> {
        verify::snapshot(&self.connections.reads).await.map_err(failed(READ))
    }

    /// What others verify this log with.
    ///
    /// # Errors
    /// When the head cannot be read.
    pub async fn key(&self) -> Result<String, AuditFileError> {
        let head = head::row(&self.connections.reads).await?.ok_or(AuditBreak::NoHead)?;
        Ok(self.verifier_key(&head.origin))
    }

    /// Walks the whole log. `progress` is told how many records of how many, in each step.
    ///
    /// # Errors
    /// When it cannot be read. That it is broken is no error but a verdict.
    pub async fn verify(
        &self,
        kept: &[LogCheckpoint],
        progress: impl FnMut(AuditStep, u64, u64),
    ) -> Result<AuditVerdict, PortError> {
        verify::walk(&self.connections.reads, &self.key, kept, progress).await.map_err(failed(VERIFY))
    }

    /// Writes the log into a new directory, as C2SP tlog-tiles lays it out, and walks it on the way.
    ///
    /// # Errors
    /// When the log is broken, which leaves a directory without a checkpoint, or the directory cannot be written.
    pub async fn export(
        &self,
        dir: &Path,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<LogCheckpoint, AuditFileError> {
        let snapshot = self.snapshot().await?;
        let signed = self.signed(&snapshot).await?;
        let exported = Exported::create(dir)?;
        let mut walk = Walk::new(signed.size, &[])?;
        verify::records(&snapshot, &mut walk, |tile, hashes, entries, walked| {
            exported.tile(tile, hashes)?;
            exported.entries(tile, entries)?;
            progress(walked, signed.size);
            Ok::<_, AuditFileError>(())
        })
        .await?;
        for (filled, hashes) in walk.tiles_above() {
            exported.tile(filled, hashes)?;
        }
        walk.end(&signed)?;
        exported.finish(&signed, &self.verifier_key(&signed.origin))?;
        Ok(signed)
    }

    /// One record with the proof that the log holds it.
    ///
    /// # Errors
    /// When there is no such record, or the log cannot be read.
    pub async fn prove(&self, index: u64) -> Result<ProvenRecord, AuditFileError> {
        let snapshot = self.snapshot().await?;
        let signed = self.signed(&snapshot).await?;
        let none = AuditFileError::NoSuchRecord { records: signed.size };
        let Ok(place) = i64::try_from(index) else { return Err(none) };
        let row = audit_record::Entity::find_by_id(place).one(&snapshot).await?;
        let proof = proof::of_record(&snapshot, signed.size, index, &signed.note).await?;
        let (Some(row), Some(proof)) = (row, proof) else { return Err(none) };
        let entry = entry::bytes(&row).map_err(|_| AuditBreak::Changed { index })?;
        Ok(ProvenRecord { index, entry, proof })
    }

    /// The index of the record with an id.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn index_of(&self, id: &str) -> Result<Option<u64>, PortError> {
        let row =
            audit_record::Entity::find().filter(audit_record::Column::Id.eq(id)).one(&self.connections.reads).await;
        Ok(row.map_err(failed(READ))?.and_then(|row| u64::try_from(row.leaf_index).ok()))
    }

    /// That this log begins with the one a checkpoint was signed of, in the form that a witness is asked in.
    ///
    /// # Errors
    /// When the log is shorter, or cannot be read.
    pub async fn prove_since(&self, kept: &LogCheckpoint) -> Result<String, AuditFileError> {
        let snapshot = self.snapshot().await?;
        let signed = self.signed(&snapshot).await?;
        let shorter = AuditBreak::Shorter { records: signed.size, checkpoint: kept.size };
        let proof = proof::of_beginning(&snapshot, signed.size, kept.size, &signed.note).await?;
        proof.ok_or_else(|| shorter.into())
    }

    /// A page of the whole log, of every provider, for whoever runs the portal. `from` is the first leaf index wanted.
    ///
    /// # Errors
    /// When the log cannot be read, or a record of it cannot be understood or its patient does not open; it names the record.
    pub async fn records(&self, from: u64, limit: u64) -> Result<Vec<Logged>, PortError> {
        let rows = audit_record::Entity::find()
            .filter(audit_record::Column::LeafIndex.gte(i64::try_from(from).unwrap_or(i64::MAX)))
            .order_by_asc(audit_record::Column::LeafIndex)
            .limit(limit)
            .all(&self.connections.reads)
            .await
            .map_err(failed(READ))?;
        rows.into_iter().map(|row| record::read(row, &self.key)).collect()
    }
}
