//! Patients are sealed: nobody who holds the database without its key reads whose number stands in the log or in a handle.
//!
//! A sealed value is text, and never the same twice, so the index over the log's patients finds nothing any more. Handles end
//! with their session and are not carried over. `sealing_key` notes the key that is used first, so that a start with another one
//! is refused before it makes half of the log unreadable.

use sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::string_len};

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
