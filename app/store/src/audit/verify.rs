//! Walks the log in the database and says where it is not what was signed.
//!
//! Not here: repair. A broken log is kept as it is and investigated.
//! Invariant: everything is read in one snapshot, so a log that is being written verifies too; no record is skipped.

use samsyn_service::port::audit_log::Logged;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    IsolationLevel, QueryFilter, QueryOrder, TransactionOptions, TransactionTrait,
};

use super::{
    checkpoint::{CheckpointError, LogCheckpoint, LogKey},
    entry, head, patient,
    tree::{Filled, tiles},
    walk::Walk,
};
use crate::{
    StoreKey,
    entity::{audit_head, audit_record},
};

/// The end of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The log's name.
    pub origin: String,
    /// How many records there are.
    pub records: u64,
    /// The hash over all of them, base64.
    pub root: String,
    /// The signed note of both. Kept elsewhere, it shows later whether something was changed or cut off.
    pub checkpoint: String,
}

impl From<LogCheckpoint> for AuditHead {
    fn from(head: LogCheckpoint) -> Self {
        Self { root: head.root(), origin: head.origin, records: head.size, checkpoint: head.note }
    }
}

/// What a walk over the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every record is as it was written and in its place.
    Intact(AuditHead),
    /// It is not; the first place where.
    Broken(AuditBreak),
}

/// What can be wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// No record has this place.
    #[error("record {index} is missing")]
    Missing {
        /// Its leaf index; the first record has 0.
        index: u64,
    },
    /// Its content is not what was written.
    #[error("record {index} is not what was written")]
    Changed {
        /// Its leaf index.
        index: u64,
    },
    /// It was never written by the portal.
    #[error("record {index} stands in the table but not in the log: somebody put it there")]
    Added {
        /// Its place.
        index: i64,
    },
    /// A tile of the tree is missing or is not that of the records.
    #[error(
        "tile {index} of level {level} of the tree is missing or has been changed; it stands for the records from {} to {}",
        self.records().0, self.records().1
    )]
    Tile {
        /// 0 is that of the records.
        level: u8,
        /// Its place in the level.
        index: u64,
    },
    /// There are tiles of another tree.
    #[error("there are {kept} tiles where the tree has {expected}")]
    Tiles {
        /// How many are kept.
        kept: u64,
        /// How many there must be.
        expected: u64,
    },
    /// The head is gone.
    #[error("the head of the log is missing")]
    NoHead,
    /// The head is not that of the records.
    #[error("the records and the head of the log do not belong together")]
    Head,
    /// The head is not one that the portal signed.
    #[error("the head of the log is not to be trusted: {0}")]
    NotSigned(CheckpointError),
    /// The index of whom records are about is not that of this record. The log itself is whole.
    #[error(
        "the index by patient is not that of record {index}: the log is whole, and an extract of it for a patient would not be"
    )]
    Indexed {
        /// Its place.
        index: i64,
    },
    /// There were more records once.
    #[error(
        "the log has {records} records, and had {checkpoint} when the checkpoint was signed: the last are gone, or the database is an older copy"
    )]
    Shorter {
        /// How many there are.
        records: u64,
        /// How many the checkpoint speaks of.
        checkpoint: u64,
    },
    /// The log is not the one that the checkpoint was signed of.
    #[error(
        "the first {records} records are not those that the checkpoint was signed of: the log was changed and signed anew, or has gone on from an older copy"
    )]
    Fork {
        /// How many the checkpoint speaks of.
        records: u64,
    },
}

impl AuditBreak {
    /// The index has led to a record that is about somebody else.
    pub(super) fn misled(logged: &Logged) -> Self {
        Self::Indexed { index: i64::try_from(logged.index).unwrap_or(i64::MAX) }
    }

    /// The first and last record a tile stands for.
    fn records(&self) -> (u64, u64) {
        let Self::Tile { level, index } = self else { return (0, 0) };
        let width = 1_u64.checked_shl((u32::from(*level) + 1) * 8).unwrap_or(u64::MAX);
        let first = index.saturating_mul(width);
        (first, first.saturating_add(width - 1))
    }
}

impl LogCheckpoint {
    /// The checkpoint of a head, which must say what the head says.
    pub(super) fn of_head(head: &audit_head::Model, verifier_key: &str) -> Result<Self, AuditBreak> {
        let read = Self::open(&head.checkpoint, verifier_key).map_err(AuditBreak::NotSigned)?;
        let same =
            u64::try_from(head.tree_size) == Ok(read.size) && head.root == read.root() && head.origin == read.origin;
        if same { Ok(read) } else { Err(AuditBreak::Head) }
    }
}

/// What of a log is being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditStep {
    /// Its records, against the signed head.
    Records,
    /// The index by patient, against its records. Each patient is opened, so it takes longer.
    Index,
}

/// A log that is wrong, or a database that does not answer.
enum Stop {
    Broken(AuditBreak),
    Database(DbErr),
}

impl From<AuditBreak> for Stop {
    fn from(broken: AuditBreak) -> Self {
        Self::Broken(broken)
    }
}

impl From<DbErr> for Stop {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// A transaction in which nothing moves.
pub(crate) async fn snapshot(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let isolation_level =
        (database.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
    database.begin_with_options(TransactionOptions { isolation_level, ..TransactionOptions::default() }).await
}

/// Walks the whole log, and then whether the index by patient is that of its records. `progress` is told how many records of how many, in
/// each step.
pub(super) async fn walk(
    database: &DatabaseConnection,
    key: &StoreKey,
    kept: &[LogCheckpoint],
    progress: impl FnMut(AuditStep, u64, u64),
) -> Result<AuditVerdict, DbErr> {
    let snapshot = snapshot(database).await?;
    match walk_in(&snapshot, key, kept, progress).await {
        Ok(head) => Ok(AuditVerdict::Intact(head.into())),
        Err(Stop::Broken(broken)) => Ok(AuditVerdict::Broken(broken)),
        Err(Stop::Database(error)) => Err(error),
    }
}

async fn walk_in(
    database: &DatabaseTransaction,
    key: &StoreKey,
    kept: &[LogCheckpoint],
    mut progress: impl FnMut(AuditStep, u64, u64),
) -> Result<LogCheckpoint, Stop> {
    let head = head::row(database).await?.ok_or(AuditBreak::NoHead)?;
    let size = u64::try_from(head.tree_size).map_err(|_| AuditBreak::Head)?;
    let mut walk = Walk::new(size, kept)?;
    records(database, &mut walk, |_, _, _, walked| {
        progress(AuditStep::Records, walked, size);
        Ok::<_, Stop>(())
    })
    .await?;
    if let Some(index) = head::beyond(database, size).await? {
        return Err(AuditBreak::Added { index }.into());
    }
    let expected = tiles(size).fold(0, |count, _| count + 1);
    for (filled, hashes) in walk.tiles_above() {
        let kept = head::read(database, [filled.place]).await?.pop();
        if kept.is_none_or(|(_, kept)| kept != hashes) {
            return Err(AuditBreak::Tile { level: filled.place.level, index: filled.place.index }.into());
        }
    }
    let kept = head::tiles_kept(database).await?;
    if kept != expected {
        return Err(AuditBreak::Tiles { kept, expected }.into());
    }
    let signed = LogCheckpoint::of_head(&head, &LogKey::of(key, &head.origin).verifier_key())?;
    walk.end(&signed)?;
    patient::compare(database, key, head.tree_size, |compared| progress(AuditStep::Index, compared, size)).await??;
    Ok(signed)
}

/// Walks every record. Each tile of leaves is handed on with its entries, and with how many records have been walked then.
pub(super) async fn records<E: From<AuditBreak> + From<DbErr>>(
    database: &impl ConnectionTrait,
    walk: &mut Walk<'_>,
    mut each: impl FnMut(Filled, &[u8], &[Vec<u8>], u64) -> Result<(), E>,
) -> Result<(), E> {
    while let Some(next) = walk.next() {
        let tile = head::read(database, [next.place]).await?.pop().map(|(_, hashes)| hashes);
        let mut entries = Vec::new();
        for row in rows(database, walk.walked(), next).await? {
            let index = walk.walked();
            if u64::try_from(row.leaf_index) != Ok(index) {
                return Err(AuditBreak::Missing { index }.into());
            }
            let entry = entry::bytes(&row).map_err(|_| AuditBreak::Changed { index })?;
            walk.entry(&entry, tile.as_deref())?;
            entries.push(entry);
        }
        if walk.next().is_some_and(|again| again.place == next.place) {
            return Err(AuditBreak::Missing { index: walk.walked() }.into());
        }
        let tile = tile.filter(|tile| tile.len() == next.bytes());
        let tile = tile.ok_or(AuditBreak::Tile { level: 0, index: next.place.index })?;
        each(next, &tile, &entries, walk.walked())?;
    }
    Ok(())
}

/// The records whose hashes stand in one tile.
async fn rows(database: &impl ConnectionTrait, from: u64, tile: Filled) -> Result<Vec<audit_record::Model>, DbErr> {
    use audit_record::Column::LeafIndex;
    let place =
        |index: u64| i64::try_from(index).map_err(|_| DbErr::Custom("a place in the log is out of range".into()));
    audit_record::Entity::find()
        .filter(LeafIndex.gte(place(from)?))
        .filter(LeafIndex.lt(place(from + tile.width)?))
        .order_by_asc(LeafIndex)
        .all(database)
        .await
}
