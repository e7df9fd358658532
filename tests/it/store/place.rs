//! A database of its own for one case, and a way to reach under the store's hands.
//!
//! Invariant: no two cases share a database or a key.

use std::fs;

use samsyn_store::{Place, Store, StoreConfig, StoreKey};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use tempfile::TempDir;

/// Where a case runs.
pub struct Here {
    pub config: StoreConfig,
    _dir: TempDir,
}

impl Here {
    /// An empty SQLite directory with a key.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::with_key(StoreConfig::in_data_dir(dir.path()), dir)
    }

    /// An empty PostgreSQL database, and a key beside it.
    pub fn postgres(url: String) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::with_key(StoreConfig::at_url(url, dir.path()), dir)
    }

    fn with_key(config: StoreConfig, dir: TempDir) -> Self {
        StoreKey::make(&config.key_file).unwrap();
        Self { config, _dir: dir }
    }

    /// A copy of a closed SQLite database with its key.
    pub fn copy(&self) -> Self {
        let Place::DataDir(from) = &self.config.place else { panic!("only a directory is copied") };
        let dir = tempfile::tempdir().unwrap();
        let config = StoreConfig::in_data_dir(dir.path());
        fs::create_dir(config.key_file.parent().unwrap()).unwrap();
        for file in ["samsyn.db", "keys/store.key"] {
            fs::copy(from.join(file), dir.path().join(file)).unwrap();
        }
        Self { config, _dir: dir }
    }

    /// Another key beside the database's own, for the same database.
    pub fn with_another_key(&self) -> StoreConfig {
        let key_file = self.config.key_file.with_file_name("another.key");
        let _ = fs::remove_file(&key_file);
        StoreKey::make(&key_file).unwrap();
        StoreConfig { key_file, ..self.config.clone() }
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
        let postgres = raw.get_database_backend() == DbBackend::Postgres;
        for (table, triggers) in [
            ("audit_record", &["no_update", "no_delete", "in_order"][..]),
            ("audit_tile", &["only_grows", "no_delete"]),
            ("audit_head", &["only_grows", "no_delete"]),
            ("audit_patient", &["no_update", "no_delete"]),
        ] {
            for trigger in triggers.iter().filter(|trigger| !(postgres && **trigger == "in_order")) {
                let on = if postgres { format!(" ON {table}") } else { String::new() };
                raw.execute_unprepared(&format!("DROP TRIGGER {table}_{trigger}{on}")).await?;
            }
        }
        raw.close().await
    }

    /// The texts that a statement gives, read past the store.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let raw = self.raw().await;
        let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
        raw.close().await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let raw = self.raw().await;
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap().unwrap();
        raw.close().await.unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// The one blob that a statement gives.
    pub async fn bytes(&self, sql: &str) -> Vec<u8> {
        let raw = self.raw().await;
        let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap().unwrap();
        raw.close().await.unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Whether the text stands anywhere in the files of an SQLite database.
    pub fn files_hold(&self, text: &str) -> bool {
        let Place::DataDir(dir) = &self.config.place else { return false };
        let holds = |file: &str| {
            let bytes = fs::read(dir.join(file)).unwrap_or_default();
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        };
        ["samsyn.db", "samsyn.db-wal"].into_iter().any(holds)
    }

    /// Runs one statement under the store's hands.
    pub async fn run(&self, sql: &str) -> Result<u64, DbErr> {
        let raw = self.raw().await;
        let done = raw.execute_unprepared(sql).await.map(|result| result.rows_affected());
        raw.close().await?;
        done
    }
}
