//! The schema: one set of steps for SQLite and PostgreSQL.
//!
//! All missing steps run in one transaction under a lock, so a node that is killed half-way leaves nothing behind, and of
//! several starting nodes one migrates while the others wait. Under the same lock the database's key is recognised and a new log gets its name.
//! Not here: backup before an upgrade (the operator's).
//! Invariant: a database with a step this program does not know is not touched.
//! To add a step: a file `mYYYYMMDD_NNNNNN_what.rs` that begins with why, last in `migrations`. Never change an old one.

mod m20261121_000001_sessions;
mod m20261121_000002_blocks_and_links;
mod m20261121_000003_audit_record;
mod m20261121_000004_sealed_patients;
mod m20261122_000005_registrations;
mod m20261122_000006_sign_ins;
mod m20261122_000007_block_lists;
mod m20261122_000008_roles;
mod m20261122_000009_follow_ups;
mod m20261122_000010_tagged_links;
mod m20261122_000012_transparency_log;
mod m20261122_000013_reviews;
mod m20261122_000014_snapshots;
mod m20261122_000015_audit_patient;
mod m20261123_000016_enablement;
mod m20261123_000017_notices;
mod m20261123_000018_source_stages;
mod m20261123_000019_packages;
mod m20261123_000020_bindings;
mod m20261123_000021_reports;
mod m20261123_000022_go_live;
mod m20261123_000023_users;
mod m20261123_000024_units;
mod protection;

use std::time::Duration;

use samsyn_service::port::PortError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryOrder,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{
    IntoSchemaManagerConnection, Migration, MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations,
};

use crate::{
    StoreError, audit,
    error::failed,
    key::{StoreKey, first_use},
};

/// PostgreSQL: the advisory lock of whoever migrates. Any number, but the same in every version.
const MIGRATION_LOCK: i64 = 0x5a5a_0001;

struct Steps;

#[async_trait::async_trait]
impl MigratorTrait for Steps {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_sessions::Migration),
            Box::new(m20261121_000002_blocks_and_links::Migration),
            Box::new(m20261121_000003_audit_record::Migration),
            Box::new(m20261121_000004_sealed_patients::Migration),
            Box::new(m20261122_000005_registrations::Migration),
            Box::new(m20261122_000006_sign_ins::Migration),
            Box::new(m20261122_000007_block_lists::Migration),
            Box::new(m20261122_000008_roles::Migration),
            Box::new(m20261122_000009_follow_ups::Migration),
            Box::new(m20261122_000010_tagged_links::Migration),
            Box::new(m20261122_000012_transparency_log::Migration),
            Box::new(m20261122_000013_reviews::Migration),
            Box::new(m20261122_000014_snapshots::Migration),
            Box::new(m20261122_000015_audit_patient::Migration),
            Box::new(m20261123_000016_enablement::Migration),
            Box::new(m20261123_000017_notices::Migration),
            Box::new(m20261123_000018_source_stages::Migration),
            Box::new(m20261123_000019_packages::Migration),
            Box::new(m20261123_000020_bindings::Migration),
            Box::new(m20261123_000021_reports::Migration),
            Box::new(m20261123_000022_go_live::Migration),
            Box::new(m20261123_000023_users::Migration),
            Box::new(m20261123_000024_units::Migration),
        ]
    }
}

/// Makes the schema in an empty database, with nothing in it.
pub(crate) async fn create(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    Steps::up(transaction, None).await
}

/// Brings the schema up to this program's. A database that knows another key is left as it was.
pub(crate) async fn apply(database: &DatabaseConnection, key: &StoreKey, within: Duration) -> Result<(), StoreError> {
    let failed = failed("migrate the database");
    // Only the wait for others is limited: a step over a long log takes as long as it takes.
    let late = |_| PortError::new("migrate the database", "another node held the lock too long");
    let transaction = tokio::time::timeout(within, lock(database, within)).await.map_err(late)?.map_err(&failed)?;
    if let Some(step) = unknown_step(&transaction).await.map_err(&failed)? {
        return Err(StoreError::NewerSchema { step });
    }
    if m20261122_000012_transparency_log::older_log(&transaction).await.map_err(&failed)? {
        return Err(StoreError::OlderLog);
    }
    let unindexed = m20261122_000015_audit_patient::is_missing(&transaction).await.map_err(&failed)?;
    Steps::up(&transaction, None).await.map_err(&failed)?;
    first_use::recognise(&transaction, key).await?;
    if unindexed {
        audit::fill(&transaction, key).await?;
    }
    audit::begin(&transaction, key).await?;
    transaction.commit().await.map_err(&failed)?;
    Ok(())
}

/// Begins the only transaction that may migrate. SQLite's lock is its own; it waits as long as the busy timeout and is asked
/// again until the caller gives up.
async fn lock(database: &DatabaseConnection, within: Duration) -> Result<DatabaseTransaction, DbErr> {
    if database.get_database_backend() == DbBackend::Sqlite {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Exclusive);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        loop {
            match database.begin_with_options(options).await {
                Err(error) if crate::error::is_busy(&error) => tokio::time::sleep(Duration::from_millis(50)).await,
                other => return other,
            }
        }
    }
    let transaction = database.begin().await?;
    let limit = format!("SET LOCAL statement_timeout = {}", within.as_millis());
    transaction.execute_unprepared(&limit).await?;
    transaction.execute_raw(advisory_lock(MIGRATION_LOCK)).await?;
    Ok(transaction)
}

/// PostgreSQL: waits for a lock that the end of the transaction releases.
pub(crate) fn advisory_lock(number: i64) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", [number.into()])
}

/// The first applied step this program does not know. Reads only.
async fn unknown_step<'c>(database: impl IntoSchemaManagerConnection<'c>) -> Result<Option<String>, DbErr> {
    let manager = SchemaManager::new(database);
    if !manager.has_table(Steps::migration_table_name().to_string()).await? {
        return Ok(None);
    }
    let known = Steps::migrations();
    let applied = seaql_migrations::Entity::find()
        .order_by_asc(seaql_migrations::Column::Version)
        .all(manager.get_connection())
        .await?;
    Ok(applied.into_iter().map(|row| row.version).find(|step| known.iter().all(|known| known.name() != step)))
}

/// Whether schema and protections are this program's. Changes nothing.
pub(crate) async fn check(database: &DatabaseConnection) -> Result<(), StoreError> {
    let failed = failed("check the schema");
    if let Some(step) = unknown_step(database).await.map_err(&failed)? {
        return Err(StoreError::NewerSchema { step });
    }
    let pending = Steps::get_pending_migrations_read_only(database).await.map_err(&failed)?;
    if let Some(step) = pending.first().map(Migration::name) {
        return Err(StoreError::OlderSchema { step: step.to_owned() });
    }
    match protection::missing(database).await.map_err(&failed)? {
        Some(trigger) => Err(StoreError::Unprotected { trigger }),
        None => Ok(()),
    }
}
