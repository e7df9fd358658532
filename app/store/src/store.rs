//! [`Store`]: everything behind one handle that is cheap to clone.
//!
//! Not here: the ports (one file each), the pools (`open`).
//! Invariant: an open store is migrated, durable, not newer than this program, and has the key it was first used with.

use std::{sync::Arc, time::Duration};

use samsyn_service::port::PortError;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::{
    StoreConfig, StoreError, StoreKey,
    audit::Queue,
    error::failed,
    migration,
    open::{self, Connections, durability},
};

/// The open database.
#[derive(Clone)]
pub struct Store {
    pub(crate) connections: Connections,
    pub(crate) queue: Queue,
    pub(crate) key: Arc<StoreKey>,
    pub(crate) answer_within: Duration,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.backend())
    }
}

impl Store {
    /// Opens the database, creating and migrating it where needed, and starts the writer of the audit log.
    ///
    /// # Errors
    /// When there is no key or not this database's, or when the database cannot be reached, is not durable, or was changed by a
    /// newer version of the program.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let key = Arc::new(StoreKey::read(&config.key_file)?);
        let connections = open::connect(config).await?;
        durability::verify(&connections.writes).await?;
        migration::apply(&connections.writes, &key, config.migrate_within).await?;
        durability::verify(connections.log.database()).await?;
        let queue = Queue::start(connections.log.clone(), Arc::clone(&key), config.append_within);
        Ok(Self { connections, queue, key, answer_within: config.answer_within })
    }

    /// Whether the database answers, is durable, has the right schema and still protects its log.
    ///
    /// # Errors
    /// The first thing that is not as it should be, and what to do about it.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.connections.reads.ping().await.map_err(failed("reach the database"))?;
        durability::verify(&self.connections.writes).await?;
        migration::check(&self.connections.reads).await
    }

    /// Finishes the records that are waiting, refuses later ones, and closes every connection.
    ///
    /// # Errors
    /// When the database does not let itself be closed.
    pub async fn close(self) -> Result<(), PortError> {
        self.queue.close().await;
        self.connections.close().await.map_err(failed("close the database"))
    }

    /// Tells the text of every statement that this store, and every later clone of it, sends to read; never its values. For tests
    /// and the benchmark, which hold the portal to how many there are.
    pub fn on_read(&mut self, tell: impl Fn(&str) + Send + Sync + 'static) {
        self.connections.reads.set_metric_callback(move |info| tell(&info.statement.sql));
    }

    fn backend(&self) -> sea_orm::DbBackend {
        self.connections.reads.get_database_backend()
    }

    /// A transaction that will write. SQLite takes its lock at once, so that it never has to give up half-way.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        begin_write(&self.connections.writes).await
    }
}

/// See [`Store::begin_write`].
pub(crate) async fn begin_write(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    database.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() }).await
}
