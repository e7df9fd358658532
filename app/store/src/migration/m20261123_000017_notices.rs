//! Notices to staff.
//!
//! A notice of maintenance says why a source was not asked; so rows are added and never changed or removed. Taking one back is a row of its own.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text, text_null},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Notice {
    Table,
    /// Random.
    Id,
    /// 1 published, 2 taken back.
    Step,
    /// Id in the portal.
    Organisation,
    /// The end of what was published, microseconds since 1970, UTC; the same in both steps.
    UntilUs,
    /// JSON: what was said. None when it is taken back.
    Content,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "notice",
    sqlite: ["notice_no_update", "notice_no_delete", "notice_once"],
    postgres: ["notice_no_update", "notice_no_delete", "notice_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notice()).await?;
        let ends = Index::create().name("notice_until").table(Notice::Table).col(Notice::UntilUs).to_owned();
        manager.create_index(ends).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "EXISTS (SELECT 1 FROM notice WHERE id = NEW.id AND step = NEW.step)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn notice() -> TableCreateStatement {
    Table::create()
        .table(Notice::Table)
        .col(string_len(Notice::Id, 36))
        .col(big_integer(Notice::Step))
        .col(string_len(Notice::Organisation, 64))
        .col(big_integer(Notice::UntilUs))
        .col(text_null(Notice::Content))
        .col(big_integer(Notice::AtUs))
        .col(text(Notice::MadeBy))
        .primary_key(Index::create().col(Notice::Id).col(Notice::Step))
        .to_owned()
}
