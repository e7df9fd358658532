//! Reads back what the database promises, because a setting that was asked for is not always a setting that holds.
//!
//! Invariant: a store that would forget an acknowledged record in a power failure is not used.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TryGetable};

use crate::{StoreError, error::failed};

/// Refuses a database that is not durable.
pub(crate) async fn verify(database: &impl ConnectionTrait) -> Result<(), StoreError> {
    if database.get_database_backend() == DbBackend::Sqlite {
        verify_sqlite(database).await
    } else {
        verify_postgres(database).await
    }
}

async fn verify_sqlite(database: &impl ConnectionTrait) -> Result<(), StoreError> {
    let journal: String = setting(database, "PRAGMA journal_mode").await?;
    demand(journal == "wal", "journal_mode", &journal, "wal")?;
    let synchronous: i64 = setting(database, "PRAGMA synchronous").await?;
    demand(synchronous >= 2, "synchronous", &synchronous, "2 (FULL) or 3 (EXTRA)")?;
    let keys: i64 = setting(database, "PRAGMA foreign_keys").await?;
    demand(keys == 1, "foreign_keys", &keys, "1")
}

async fn verify_postgres(database: &impl ConnectionTrait) -> Result<(), StoreError> {
    for name in ["fsync", "full_page_writes"] {
        let value: String = setting(database, &format!("SHOW {name}")).await?;
        demand(value == "on", name, &value, "on")?;
    }
    let commit: String = setting(database, "SHOW synchronous_commit").await?;
    demand(commit != "off", "synchronous_commit", &commit, "on")
}

fn demand(holds: bool, setting: &'static str, value: &impl ToString, wanted: &'static str) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(StoreError::NotDurable { setting, value: value.to_string(), wanted }) }
}

async fn setting<T: TryGetable>(database: &impl ConnectionTrait, sql: &str) -> Result<T, StoreError> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let read = async {
        let row = database.query_one_raw(statement).await?;
        row.ok_or_else(|| DbErr::RecordNotFound(String::new()))?.try_get_by_index(0)
    };
    Ok(read.await.map_err(failed("read the durability settings"))?)
}

#[cfg(test)]
mod tests {
    use sea_orm::Database;

    use super::*;

    #[tokio::test]
    async fn a_database_that_forgets_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::connect(format!("sqlite:{}/x.db?mode=rwc", dir.path().display())).await.unwrap();
        assert!(matches!(verify(&database).await, Err(StoreError::NotDurable { setting: "journal_mode", .. })));
        database.execute_unprepared("PRAGMA journal_mode = wal").await.unwrap();
        verify(&database).await.unwrap();
        for (pragma, name) in
            [("PRAGMA synchronous = NORMAL", "synchronous"), ("PRAGMA foreign_keys = OFF", "foreign_keys")]
        {
            database.execute_unprepared(pragma).await.unwrap();
            let refused = verify(&database).await;
            assert!(matches!(refused, Err(StoreError::NotDurable { setting, .. }) if setting == name), "{refused:?}");
            database.execute_unprepared("PRAGMA synchronous = FULL").await.unwrap();
        }
    }
}
