//! Opening the pools: which connections exist and what each is for.
//!
//! SQLite has one writer. All writing goes through one connection whose queue is fair, because two connections that want
//! to write would sleep in SQLite's busy handler instead. PostgreSQL has one connection kept for the log, so that a burst
//! of sessions cannot delay it.
//! What a failed connection means for the others is in `trust`. Not here: the schema (`migration`).
//! Invariant: statements are never logged or traced with their values.

pub(crate) mod durability;
mod files;
mod postgres;
mod sqlite;
mod trust;

pub(crate) use files::FILE_NAME as DATABASE_FILE;

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr};

use self::trust::Trust;
use crate::{Place, StoreConfig, StoreError};

/// The pools of one store.
#[derive(Clone)]
pub(crate) struct Connections {
    /// Reading.
    pub reads: DatabaseConnection,
    /// Writing anything but the log.
    pub writes: DatabaseConnection,
    /// Writing the log.
    pub log: LogConnection,
    /// Which connections may be used: of every pool on PostgreSQL, of the one that writes on SQLite.
    pub trust: Trust,
}

impl Connections {
    /// Closes every one. The last that closes an SQLite file takes in what stands beside it.
    pub async fn close(self) -> Result<(), DbErr> {
        for database in [&self.reads, self.log.database(), &self.writes] {
            database.close_by_ref().await?;
        }
        Ok(())
    }
}

/// The one connection of the log, which can be thrown away and opened anew after a failure.
#[derive(Clone)]
pub(crate) struct LogConnection {
    database: DatabaseConnection,
    trust: Trust,
}

impl LogConnection {
    /// The pool with one connection.
    pub const fn database(&self) -> &DatabaseConnection {
        &self.database
    }

    /// The connection is not trusted any more: the next use opens a new one.
    pub fn renew(&self) {
        self.trust.end();
    }
}

/// Opens the pools. Nothing is migrated yet.
pub(crate) async fn connect(config: &StoreConfig) -> Result<Connections, StoreError> {
    match &config.place {
        Place::DataDir(dir) => sqlite::connect(dir, config).await,
        Place::Postgres(url) => postgres::connect(url, config).await,
    }
}

/// Settings of every pool. The address is a placeholder: the driver's own options, which traces do not print, hold the real
/// one.
fn pool_options(placeholder: &str, config: &StoreConfig, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(placeholder);
    options
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(config.answer_within)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}
