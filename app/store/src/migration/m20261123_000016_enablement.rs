//! What organisations have enabled for their staff.
//!
//! It says why a source was asked, or was not, on a day years ago; so rows are added and never changed or removed. Kept whole, version by
//! version: what an administrator confirmed holds, whatever is configured later.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Enablement {
    Table,
    /// Id in the portal.
    Organisation,
    /// 1, 2, 3 … in each organisation.
    Version,
    /// JSON: source to the names of its sections.
    Enabled,
    /// Microseconds since 1970, UTC; later than `at_us` when it is planned.
    FromUs,
    /// The administrator's own words.
    Reason,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "enablement",
    sqlite: ["enablement_no_update", "enablement_no_delete", "enablement_once"],
    postgres: ["enablement_no_update", "enablement_no_delete", "enablement_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(enablement()).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "NEW.version <> (SELECT COALESCE(MAX(version), 0) + 1 FROM enablement \
                 WHERE organisation = NEW.organisation)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn enablement() -> TableCreateStatement {
    Table::create()
        .table(Enablement::Table)
        .col(string_len(Enablement::Organisation, 64))
        .col(big_integer(Enablement::Version))
        .col(text(Enablement::Enabled))
        .col(big_integer(Enablement::FromUs))
        .col(text(Enablement::Reason))
        .col(big_integer(Enablement::AtUs))
        .col(text(Enablement::MadeBy))
        .primary_key(Index::create().col(Enablement::Organisation).col(Enablement::Version))
        .to_owned()
}
