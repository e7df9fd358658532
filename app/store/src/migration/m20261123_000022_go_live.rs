//! What organisations have in place before their staff reach other providers' information.
//!
//! The decisions say on what an access of years ago rested; so rows are added and never changed or removed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum GoLive {
    Table,
    /// Id in the portal.
    Organisation,
    /// 1, 2, 3 … of each organisation.
    Number,
    /// The word of what is decided of.
    Item,
    /// In place, or not any more.
    Done,
    /// Where it can be read, who it is, or why not any more.
    Note,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "go_live",
    sqlite: ["go_live_no_update", "go_live_no_delete", "go_live_once"],
    postgres: ["go_live_no_update", "go_live_no_delete", "go_live_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(go_live()).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM go_live \
                 WHERE organisation = NEW.organisation)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn go_live() -> TableCreateStatement {
    Table::create()
        .table(GoLive::Table)
        .col(string_len(GoLive::Organisation, 64))
        .col(big_integer(GoLive::Number))
        .col(string_len(GoLive::Item, 32))
        .col(boolean(GoLive::Done))
        .col(text(GoLive::Note))
        .col(big_integer(GoLive::AtUs))
        .col(text(GoLive::MadeBy))
        .primary_key(Index::create().col(GoLive::Organisation).col(GoLive::Number))
        .to_owned()
}
