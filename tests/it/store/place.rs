//! A database of its own for one case, and a way to reach under the store's hands.
//!
//! Invariant: no two cases share a database.

use samsyn_store::{Place, Store, StoreConfig};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use tempfile::TempDir;

/// Where a case runs.
pub struct Here {
    pub config: StoreConfig,
    _dir: Option<TempDir>,
}

impl Here {
    /// An empty SQLite directory.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { config: StoreConfig::in_data_dir(dir.path()), _dir: Some(dir) }
    }

    /// An empty PostgreSQL database.
    pub fn postgres(url: String) -> Self {
        Self { config: StoreConfig::at_url(url), _dir: None }
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.config).await.unwrap()
    }

    pub const fn is_sqlite(&self) -> bool {
        matches!(self.config.place, Place::DataDir(_))
    }

    /// A connection that does not go through the store.
    pub async fn raw(&self) -> DatabaseConnection {
        match &self.config.place {
            Place::DataDir(dir) => Database::connect(format!("sqlite:{}/samsyn.db", dir.display())).await.unwrap(),
            Place::Postgres(url) => Database::connect(url.as_str()).await.unwrap(),
        }
    }

    /// Switches off what protects the log, as an owner of the database could.
    pub async fn drop_protection(&self) -> Result<(), DbErr> {
        let raw = self.raw().await;
        for trigger in ["audit_record_no_update", "audit_record_no_delete"] {
            let table = if raw.get_database_backend() == DbBackend::Postgres { " ON audit_record" } else { "" };
            raw.execute_unprepared(&format!("DROP TRIGGER {trigger}{table}")).await?;
        }
        raw.close().await
    }

    /// Runs one statement under the store's hands.
    pub async fn run(&self, sql: &str) -> Result<u64, DbErr> {
        let raw = self.raw().await;
        let done = raw.execute_unprepared(sql).await.map(|result| result.rows_affected());
        raw.close().await?;
        done
    }
}
