//! Where the database is, and every limit of this crate in one table.
//!
//! Not here: reading a configuration file (`server`).
//! Invariant: an address may carry a password, so it is never printed.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::StoreKey;

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
    /// Where the key is that patients are sealed with: the same on every node.
    pub key_file: PathBuf,
    /// Connections for reading (SQLite), or for everything but the log (PostgreSQL).
    pub connections: u32,
    /// How long an ordinary statement may wait for a connection, a lock or an answer.
    pub answer_within: Duration,
    /// How long an audit record may take to become durable. After that the overview is refused. Records wait for the one before them, so
    /// this is also how long a database that had fallen silent is felt after it is back.
    pub append_within: Duration,
    /// How long a starting node waits for another one that is migrating.
    pub migrate_within: Duration,
}

impl StoreConfig {
    /// SQLite in a directory, with its key there and the default limits.
    pub fn in_data_dir(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        let key_file = StoreKey::file_in(&dir);
        Self::at(Place::DataDir(dir), key_file)
    }

    /// PostgreSQL at an address, with its key in the node's data directory and the default limits.
    pub fn at_url(url: impl Into<String>, data_dir: &Path) -> Self {
        Self::at(Place::Postgres(url.into()), StoreKey::file_in(data_dir))
    }

    const fn at(place: Place, key_file: PathBuf) -> Self {
        Self {
            place,
            key_file,
            connections: 8,
            answer_within: Duration::from_secs(5),
            append_within: Duration::from_secs(3),
            migrate_within: Duration::from_mins(1),
        }
    }
}
