//! How far sources have come: tried, in use, switched off, stopped by the portal, retired.
//!
//! It says why a source was asked, or was not, on a day years ago; so rows are added and never changed or removed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum SourceStage {
    Table,
    /// Id in the portal.
    Source,
    /// 1, 2, 3 … of each source.
    Number,
    /// Id of the organisation that the source belongs to.
    Organisation,
    /// draft, shadow, live, paused, quarantined or retired.
    Stage,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: the administrator with the reason, or why the portal decided it.
    Decider,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "source_stage",
    sqlite: ["source_stage_no_update", "source_stage_no_delete", "source_stage_once"],
    postgres: ["source_stage_no_update", "source_stage_no_delete", "source_stage_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(source_stage()).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM source_stage \
                 WHERE source = NEW.source)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn source_stage() -> TableCreateStatement {
    Table::create()
        .table(SourceStage::Table)
        .col(string_len(SourceStage::Source, 64))
        .col(big_integer(SourceStage::Number))
        .col(string_len(SourceStage::Organisation, 64))
        .col(string_len(SourceStage::Stage, 16))
        .col(big_integer(SourceStage::AtUs))
        .col(text(SourceStage::Decider))
        .primary_key(Index::create().col(SourceStage::Source).col(SourceStage::Number))
        .to_owned()
}
