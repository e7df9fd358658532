//! Patients are sealed: nobody who holds the database without its key reads whose number stands in the log or in a handle.
//!
//! A sealed value is text, and never the same twice, so the index over the log's patients finds nothing any more. Handles end
//! with their session and are not carried over. `sealing_key` notes the key that is used first, so that a start with another one
//! is refused before it makes half of the log unreadable.
//! A log with patients in clear cannot be carried over, because its chain covers them as they were written; no version that
//! wrote such a log was released, and the step is not applied to one ([`patients_in_clear`]).

use sea_orm::{DbBackend, Statement};
use sea_orm_migration::{IntoSchemaManagerConnection, prelude::*, schema::string_len};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum SealingKey {
    Table,
    /// Eight characters of hex, derived from the key.
    KeyId,
    /// What the key makes of a fixed text, hex.
    CheckValue,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        database.execute_unprepared("DELETE FROM handle").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // SQLite does not look at the length.
            database.execute_unprepared("ALTER TABLE handle ALTER COLUMN patient TYPE text").await?;
        }
        manager.drop_index(Index::drop().name("audit_record_patient").table("audit_record").to_owned()).await?;
        manager
            .create_table(
                Table::create()
                    .table(SealingKey::Table)
                    .col(string_len(SealingKey::KeyId, 16).primary_key())
                    .col(string_len(SealingKey::CheckValue, 64))
                    .to_owned(),
            )
            .await
    }
}

/// Whether this step is missing and the log holds a patient. Reads only.
pub(super) async fn patients_in_clear<'c>(database: impl IntoSchemaManagerConnection<'c>) -> Result<bool, DbErr> {
    let manager = SchemaManager::new(database);
    if !manager.has_table("audit_record").await? || manager.has_table("sealing_key").await? {
        return Ok(false);
    }
    let any = "SELECT sequence FROM audit_record WHERE patient IS NOT NULL LIMIT 1";
    let any = Statement::from_string(manager.get_database_backend(), any);
    Ok(manager.get_connection().query_one_raw(any).await?.is_some())
}
