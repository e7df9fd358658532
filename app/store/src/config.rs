//! Where the database is, and every limit of this crate in one table.
//!
//! Not here: reading a configuration file (`server`).
//! Invariant: an address may carry a password, so it is never printed.

use std::{fmt, path::PathBuf, time::Duration};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite: the file `samsyn.db` in this directory.
    DataDir(PathBuf),
    /// PostgreSQL: `postgres://user:password@host:port/database`.
    Postgres(String),
}

impl fmt::Debug for Place {
    /// Never the address itself: it may carry a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataDir(dir) => f.debug_tuple("DataDir").field(dir).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// How to open the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// Where the database is.
    pub place: Place,
    /// Connections for reading (SQLite), or for everything but the log (PostgreSQL).
    pub connections: u32,
    /// How long an ordinary statement may wait for a connection, a lock or an answer.
    pub answer_within: Duration,
    /// How long an audit record may take to become durable. After that the overview is refused.
    pub append_within: Duration,
    /// How long a starting node waits for another one that is migrating.
    pub migrate_within: Duration,
}

impl StoreConfig {
    /// SQLite in a directory, with the default limits.
    pub fn in_data_dir(dir: impl Into<PathBuf>) -> Self {
        Self::at(Place::DataDir(dir.into()))
    }

    /// PostgreSQL at an address, with the default limits.
    pub fn at_url(url: impl Into<String>) -> Self {
        Self::at(Place::Postgres(url.into()))
    }

    const fn at(place: Place) -> Self {
        Self {
            place,
            connections: 8,
            answer_within: Duration::from_secs(5),
            append_within: Duration::from_secs(5),
            migrate_within: Duration::from_mins(1),
        }
    }
}
