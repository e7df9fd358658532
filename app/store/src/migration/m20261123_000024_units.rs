//! The units of organisations, by HSA-id.
//!
//! What a unit was called and a part of on a day is read years later; so rows are added and never changed or removed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Unit {
    Table,
    /// Id in the portal.
    Organisation,
    /// 1, 2, 3 … of each organisation.
    Number,
    /// JSON: what it says.
    Content,
    /// Why, in the administrator's words.
    Reason,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "unit",
    sqlite: ["unit_no_update", "unit_no_delete", "unit_once"],
    postgres: ["unit_no_update", "unit_no_delete", "unit_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(unit()).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM unit \
                 WHERE organisation = NEW.organisation)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn unit() -> TableCreateStatement {
    Table::create()
        .table(Unit::Table)
        .col(string_len(Unit::Organisation, 64))
        .col(big_integer(Unit::Number))
        .col(text(Unit::Content))
        .col(text(Unit::Reason))
        .col(big_integer(Unit::AtUs))
        .col(text(Unit::MadeBy))
        .primary_key(Index::create().col(Unit::Organisation).col(Unit::Number))
        .to_owned()
}
