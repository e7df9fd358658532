//! Reports of what is wrong, and what became of each.
//!
//! A report tells what a source was told of, and when; so rows are added and never changed or removed. An entry's id can hold a number of its
//! patient, so what is reported is sealed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Report {
    Table,
    /// Random.
    Id,
    /// 0 what was reported, then 1, 2, 3 …
    Step,
    /// Id of the organisation that answers for it; the same in every step.
    Answers,
    /// Id of the organisation whose staff reported it; the same in every step.
    Reporter,
    /// HSA-id of who reported it, in lower case; the same in every step.
    Employee,
    /// Sealed JSON: what was reported. The word of the step in the others.
    Content,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "report",
    sqlite: ["report_no_update", "report_no_delete", "report_once"],
    postgres: ["report_no_update", "report_no_delete", "report_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(report()).await?;
        for (name, column) in [("report_answers", Report::Answers), ("report_reporter", Report::Reporter)] {
            let index = Index::create().name(name).table(Report::Table).col(column).to_owned();
            manager.create_index(index).await?;
        }
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "NEW.step <> (SELECT COALESCE(MAX(step), -1) + 1 FROM report WHERE id = NEW.id)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn report() -> TableCreateStatement {
    Table::create()
        .table(Report::Table)
        .col(string_len(Report::Id, 36))
        .col(big_integer(Report::Step))
        .col(string_len(Report::Answers, 64))
        .col(string_len(Report::Reporter, 64))
        .col(string_len(Report::Employee, 256))
        .col(text(Report::Content))
        .col(big_integer(Report::AtUs))
        .col(text(Report::MadeBy))
        .primary_key(Index::create().col(Report::Id).col(Report::Step))
        .to_owned()
}
