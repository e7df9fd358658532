//! Links are found by a keyed tag instead of the number.
//!
//! The index is agreed data that is brought in whole, so what stood in clear is not carried over but brought in anew.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        database.execute_unprepared("DELETE FROM link").await?;
        database.execute_unprepared("ALTER TABLE link RENAME COLUMN patient TO patient_tag").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // SQLite does not look at the length.
            database.execute_unprepared("ALTER TABLE link ALTER COLUMN patient_tag TYPE text").await?;
        }
        Ok(())
    }
}
