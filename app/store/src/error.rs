//! What can go wrong, in words that carry no stored value.
//!
//! Drivers quote values in their messages (`invalid input syntax for type … "value"`), so only their codes are passed on.
//! Not here: what a page says (`server`).
//! To add a code: one line in `sqlite_meaning` or `postgres_meaning`.

use std::path::PathBuf;

use samsyn_service::port::PortError;
use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::DatabaseError},
};

use crate::{KeyError, audit::AuditBreak};

/// Why the store could not be opened, or does not pass its check.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory or the file in it.
    #[error("{path}: {detail}")]
    Directory {
        /// The directory or file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Others could put files beside the database.
    #[error(
        "{path} is open for others to write in. Name a data directory of its own, or run `chmod 700` on it; a new one is created with the right permissions"
    )]
    SharedDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// There is no database where one was to be read.
    #[error("there is no database in {dir}")]
    NoDatabase {
        /// The data directory.
        dir: PathBuf,
    },
    /// There is no key to seal patients with.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key is not this database's.
    #[error(
        "{path} holds another key (id {id}) than the one this database was first used with (id {known}). Nothing was touched. \
         Put that key back from its backup; without it no patient in the log can be read"
    )]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// Id of the key in it.
        id: String,
        /// Id of the key that the database knows.
        known: String,
    },
    /// The log was begun before it became a transparency log.
    #[error(
        "the log of this database was begun by a version from before the transparency log, none of which was released. Nothing was \
         touched. Keep the database if its log matters, and start on a new one"
    )]
    OlderLog,
    /// The tree over the log does not hold together, so nothing can be added to it.
    #[error(
        "the audit log does not hold together: {0}. Nothing was touched. Run `samsyn audit verify` to see where, and find out what happened"
    )]
    BrokenLog(AuditBreak),
    /// The address of the database.
    #[error("the database address must begin with postgres:// or postgresql:// and be complete (user, host, database)")]
    Address,
    /// The database would lose an acknowledged record in a power failure.
    #[error("the database is not durable: {setting} is `{value}`, and must be {wanted}")]
    NotDurable {
        /// The database's setting.
        setting: &'static str,
        /// What it is.
        value: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A newer version of the program has been here.
    #[error(
        "the database was changed by a newer version of Samsyn (it has the schema step `{step}`, which this program does not know). \
         Nothing was touched. Start that version or a later one, or restore the backup that was taken before the upgrade"
    )]
    NewerSchema {
        /// The first step this program does not know.
        step: String,
    },
    /// Steps are missing; only `check` says so, because opening applies them.
    #[error("the schema step `{step}` has not been applied; starting the server applies it")]
    OlderSchema {
        /// The first missing step.
        step: String,
    },
    /// What keeps the log append only, or a registration as it was registered, is gone.
    #[error("the protection `{trigger}` is missing in the database; find out who removed it before going on")]
    Unprotected {
        /// The trigger that is missing.
        trigger: &'static str,
    },
    /// The database did not do what it was asked.
    #[error(transparent)]
    Database(#[from] PortError),
}

/// Turns a driver's error into the port's, for one operation.
pub(crate) fn failed(operation: &'static str) -> impl Fn(DbErr) -> PortError {
    move |error| PortError::new(operation, scrub(&error))
}

/// What happened, without any value that was stored or sent.
pub(crate) fn scrub(error: &DbErr) -> String {
    match error {
        DbErr::ConnectionAcquire(_) => "no connection became free in time".into(),
        DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error) => match error {
            RuntimeErr::SqlxError(error) => driver(error),
            RuntimeErr::Internal(_) => "fault between program and driver".into(),
        },
        DbErr::RecordNotInserted => "nothing was inserted".into(),
        DbErr::RecordNotUpdated => "nothing was updated".into(),
        DbErr::Migration(_) => "a schema step failed".into(),
        _ => "a row does not have the expected form".into(),
    }
}

/// SQLite: another connection holds the file. Not everything waits for it by itself.
pub(crate) fn is_busy(error: &DbErr) -> bool {
    scrub(error).starts_with("locked by another process")
}

/// Whether the connection, or the server at its other end, is what failed: another connection may do better.
pub(crate) fn is_of_connection(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    match error.as_ref() {
        // Read only after a fail-over, connection failures, and a server that shuts down.
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            code == "25006" || code.len() == 5 && (code.starts_with("08") || code.starts_with("57P"))
        }
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

fn driver(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => database(error.as_ref()),
        sqlx::Error::Io(error) => format!("connection: {}", error.kind()),
        sqlx::Error::Tls(_) => "TLS could not be established".into(),
        sqlx::Error::PoolTimedOut => "no connection became free in time".into(),
        sqlx::Error::PoolClosed => "the database is closed".into(),
        sqlx::Error::WorkerCrashed => "the database thread has stopped".into(),
        sqlx::Error::Configuration(_) => "the connection settings are wrong".into(),
        sqlx::Error::Protocol(_) => "the database and the driver disagree".into(),
        _ => "a row does not have the expected form".into(),
    }
}

fn database(error: &dyn DatabaseError) -> String {
    let code = error.code().unwrap_or_default();
    let meaning = match code.parse::<u32>() {
        // PostgreSQL's codes have five characters, SQLite's at most four.
        Ok(extended) if code.len() < 5 => sqlite_meaning(extended & 0xff),
        _ => postgres_meaning(&code),
    };
    match error.constraint() {
        Some(constraint) => format!("{meaning} (code {code}, {constraint})"),
        None => format!("{meaning} (code {code})"),
    }
}

/// <https://www.sqlite.org/rescode.html>
const fn sqlite_meaning(primary: u32) -> &'static str {
    match primary {
        5 | 6 => "locked by another process",
        8 => "read only",
        10 => "disk input/output error",
        11 => "the database file is damaged",
        13 => "the disk is full",
        14 => "the database file cannot be opened",
        19 => "refused by a rule of the table",
        26 => "the file is not a database",
        _ => "database error",
    }
}

/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>
fn postgres_meaning(code: &str) -> &'static str {
    match (code.get(..2).unwrap_or_default(), code) {
        (_, "25006") => "read only",
        (_, "53100") => "the disk is full",
        (_, "53300") => "the database has no free connection",
        (_, "57014") => "the time limit of the database passed",
        ("08" | "57", _) => "the database is not available",
        ("23", _) | (_, "P0001") => "refused by a rule of the table",
        ("28", _) => "signing in to the database was refused",
        ("3D", _) => "there is no such database",
        ("40" | "55", _) => "locked by another process",
        ("42", _) => "not allowed, or an unknown table",
        ("58", _) => "disk input/output error",
        _ => "database error",
    }
}
