//! What is kept of what was shown.
//!
//! Rooms: `row` (columns ↔ the domain's snapshot) · `content` (compressing and sealing under a key of its own).
//! Not here: when something is kept, who sees it again, the records in the log around it (`service::snapshots`).
//! Invariants: content opens only at its own address and under its own key; the key goes first, in the same transaction, and SQLite
//! overwrites what it removes. Content that another opening still needs stays.

mod content;
mod row;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{identifier::PersonIdentifier, snapshot::Snapshot, source::ProviderId};
use samsyn_service::port::{PortError, snapshots::Snapshots};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    Store,
    entity::{snapshot, snapshot_content, snapshot_key},
    error::failed,
    migration::advisory_lock,
};

const KEEP: &str = "keep snapshot";
const READ: &str = "read snapshots";
const OPEN: &str = "read the content of a snapshot";
const DISPOSE: &str = "dispose of snapshots";
/// PostgreSQL: the lock of whoever keeps or disposes, so that no content goes while somebody begins to need it. Any number, but the same in
/// every version.
const SNAPSHOT_LOCK: i64 = 0x5a5a_0014;

/// How many of one provider.
#[derive(FromQueryResult)]
struct Due {
    provider: String,
    count: i64,
}

#[async_trait]
impl Snapshots for Store {
    async fn keep_snapshot(
        &self,
        snapshot: &Snapshot,
        patient: &PersonIdentifier,
        content: &[u8],
    ) -> Result<(), PortError> {
        let work = async {
            let failed = failed(KEEP);
            let new = row::of(snapshot, &self.key, patient)?;
            let provider = row::lower(&snapshot.reader.provider.id);
            let sealed = content::seal(&self.key, &provider, &snapshot.sha256, content);
            let (sealed, key) = sealed.map_err(|why| PortError::new(KEEP, why))?;
            let transaction = self.begin_write().await.map_err(&failed)?;
            lock(&transaction).await.map_err(&failed)?;
            let address = || (provider.clone(), snapshot.sha256.clone());
            let is_there =
                snapshot_content::Entity::find_by_id(address()).select_only().column(snapshot_content::Column::Sha256);
            let is_there = is_there.into_tuple::<String>().one(&transaction).await.map_err(&failed)?.is_some();
            if !is_there {
                let (provider, sha256) = address();
                let content = snapshot_content::Model { provider, sha256, content: sealed };
                let content: snapshot_content::ActiveModel = content.into();
                snapshot_content::Entity::insert(content)
                    .exec_without_returning(&transaction)
                    .await
                    .map_err(&failed)?;
                let (provider, sha256) = address();
                let key: snapshot_key::ActiveModel = snapshot_key::Model { provider, sha256, sealed: key }.into();
                snapshot_key::Entity::insert(key).exec_without_returning(&transaction).await.map_err(&failed)?;
            }
            let there_stays = OnConflict::column(snapshot::Column::Id).do_nothing().to_owned();
            let insert = snapshot::Entity::insert(new).on_conflict(there_stays);
            insert.exec_without_returning(&transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)
        };
        self.work(KEEP, work).await
    }

    async fn snapshots_of(
        &self,
        provider: &ProviderId,
        patient: &PersonIdentifier,
        now: Timestamp,
    ) -> Result<Vec<Snapshot>, PortError> {
        let question = snapshot::Entity::find()
            .filter(snapshot::Column::PatientTag.eq(row::tag(&self.key, patient)))
            .filter(snapshot::Column::Provider.eq(row::lower(provider)))
            .filter(snapshot::Column::UntilUs.gt(now.as_microsecond()))
            .order_by_desc(snapshot::Column::AtUs)
            .order_by_asc(snapshot::Column::Id)
            .all(&self.connections.reads);
        let rows = self.answer(READ, question).await?;
        rows.into_iter().map(row::read).collect()
    }

    async fn snapshot_content(&self, snapshot: &Snapshot) -> Result<Option<Vec<u8>>, PortError> {
        let work = async {
            let failed = failed(OPEN);
            let provider = row::lower(&snapshot.reader.provider.id);
            let address = || (provider.clone(), snapshot.sha256.clone());
            let key =
                snapshot_key::Entity::find_by_id(address()).one(&self.connections.reads).await.map_err(&failed)?;
            let content = snapshot_content::Entity::find_by_id(address());
            let content = content.one(&self.connections.reads).await.map_err(&failed)?;
            let (Some(key), Some(content)) = (key, content) else { return Ok(None) };
            let opened = content::open(&self.key, &provider, &snapshot.sha256, &key.sealed, &content.content);
            opened.map(Some).map_err(|why| PortError::new(OPEN, why))
        };
        self.work(OPEN, work).await
    }

    async fn snapshots_due(&self, now: Timestamp) -> Result<Vec<(ProviderId, u64)>, PortError> {
        let due = snapshot::Entity::find()
            .select_only()
            .column(snapshot::Column::Provider)
            .column_as(snapshot::Column::Id.count(), "count")
            .filter(snapshot::Column::UntilUs.lte(now.as_microsecond()))
            .group_by(snapshot::Column::Provider)
            .order_by_asc(snapshot::Column::Provider);
        let due = due.into_model::<Due>().all(&self.connections.reads).await.map_err(failed(DISPOSE))?;
        Ok(due.into_iter().map(|one| (ProviderId::new(one.provider), one.count.unsigned_abs())).collect())
    }

    async fn dispose_of_snapshots(&self, provider: &ProviderId, now: Timestamp) -> Result<u64, PortError> {
        let failed = failed(DISPOSE);
        let provider = row::lower(provider);
        let transaction = self.begin_write().await.map_err(&failed)?;
        lock(&transaction).await.map_err(&failed)?;
        let removed = snapshot::Entity::delete_many()
            .filter(snapshot::Column::Provider.eq(&provider))
            .filter(snapshot::Column::UntilUs.lte(now.as_microsecond()))
            .exec(&transaction)
            .await
            .map_err(&failed)?
            .rows_affected;
        // No opening leads there any more.
        let needed = || {
            let needed = snapshot::Entity::find().select_only().column(snapshot::Column::Sha256);
            needed.filter(snapshot::Column::Provider.eq(&provider)).into_query()
        };
        let keys = snapshot_key::Entity::delete_many().filter(
            Condition::all()
                .add(snapshot_key::Column::Provider.eq(&provider))
                .add(Expr::col(snapshot_key::Column::Sha256).not_in_subquery(needed())),
        );
        keys.exec(&transaction).await.map_err(&failed)?;
        let contents = snapshot_content::Entity::delete_many().filter(
            Condition::all()
                .add(snapshot_content::Column::Provider.eq(&provider))
                .add(Expr::col(snapshot_content::Column::Sha256).not_in_subquery(needed())),
        );
        contents.exec(&transaction).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        self.forget_removed_pages().await;
        Ok(removed)
    }
}

impl Store {
    /// SQLite: what was removed is overwritten in the file, and until then it also stands in the file beside it. When somebody reads at this
    /// moment, a later checkpoint does the same.
    async fn forget_removed_pages(&self) {
        let writes = &self.connections.writes;
        if writes.get_database_backend() == DbBackend::Sqlite
            && let Err(error) = writes.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await
        {
            tracing::warn!(error = %failed(DISPOSE)(error), "what was disposed of still stands in the write-ahead log, until the next checkpoint");
        }
    }
}

/// SQLite's transaction is the only one that writes.
async fn lock(transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_raw(advisory_lock(SNAPSHOT_LOCK)).await?;
    }
    Ok(())
}
