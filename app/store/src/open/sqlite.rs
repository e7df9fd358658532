//! SQLite: one file, WAL, every commit synchronised to disk before it counts.
//!
//! Invariant: the file is owner-only before SQLite first sees it; SQLite gives its side files the same permissions.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sea_orm::{
    Database, DatabaseConnection,
    sqlx::{
        ConnectOptions as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{Connections, LogConnection, Trust, files, pool_options};
use crate::{
    StoreConfig, StoreError,
    error::{failed, is_busy},
};

/// Between two attempts at a file that another process holds.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Opens the file in a data directory, creating both where needed.
pub(super) async fn connect(dir: &Path, config: &StoreConfig) -> Result<Connections, StoreError> {
    let file = files::prepare(dir)?;
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is removed is overwritten: a key that is destroyed must not stand in a free page.
        .pragma("secure_delete", "ON")
        .busy_timeout(config.answer_within)
        .disable_statement_logging();
    let trust = Trust::default();
    let writes = pool(&options, config, 1, Some(trust.clone())).await?;
    let reads = pool(&options, config, config.connections, None).await?;
    let log = LogConnection { database: writes.clone(), trust: trust.clone() };
    Ok(Connections { reads, writes, log, trust })
}

async fn pool(
    driver: &SqliteConnectOptions,
    config: &StoreConfig,
    connections: u32,
    trust: Option<Trust>,
) -> Result<DatabaseConnection, StoreError> {
    let driver = driver.clone();
    let mut options = pool_options("sqlite:", config, connections);
    options.idle_timeout(None).max_lifetime(None).map_sqlx_sqlite_opts(move |_| driver.clone());
    if let Some(trust) = trust {
        options.map_sqlx_sqlite_before_acquire(move |_, connection| {
            let keep = trust.holds(connection.age);
            Box::pin(async move { Ok(keep) })
        });
    }
    // Of several that open a new file at once one makes it a WAL, and SQLite lets the others wait for that only by asking again.
    let given_up = Instant::now() + config.answer_within;
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if is_busy(&error) && Instant::now() < given_up => tokio::time::sleep(ASK_AGAIN).await,
            other => return Ok(other.map_err(failed("open the database file"))?),
        }
    }
}
