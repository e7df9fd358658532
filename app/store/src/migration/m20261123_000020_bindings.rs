//! Sources that are bound at the screen: what each was granted, its secrets, and which binding each stage runs.
//!
//! Bindings say what a source was asked with on a day years ago; so rows are added and never changed or removed. Secrets are removed when their
//! source is retired.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum SourceBinding {
    Table,
    /// Id in the portal.
    Source,
    /// 1, 2, 3 … of each source.
    Number,
    /// Id of the organisation that the source belongs to.
    Organisation,
    /// JSON: package, origins, settings, the public part of credentials.
    Binding,
    /// Why, in the administrator's words.
    Reason,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

#[derive(DeriveIden)]
enum SourceSecret {
    Table,
    /// Id in the portal.
    Source,
    /// The adapter's name for it.
    Slot,
    /// Number of the binding that it came with.
    Number,
    /// The secret, sealed for this row.
    Sealed,
}

#[derive(DeriveIden)]
enum SourceStage {
    Table,
    /// Number of the binding in use; none of a source that the configuration file binds.
    Running,
    /// Number of the binding that is tried.
    Trial,
}

pub(super) const PROTECTION: Protection = Protection {
    table: "source_binding",
    sqlite: ["source_binding_no_update", "source_binding_no_delete", "source_binding_once"],
    postgres: ["source_binding_no_update", "source_binding_no_delete", "source_binding_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(binding()).await?;
        manager.create_table(secret()).await?;
        for column in [SourceStage::Running, SourceStage::Trial] {
            let added = Table::alter().table(SourceStage::Table).add_column(big_integer_null(column)).to_owned();
            manager.alter_table(added).await?;
        }
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => m20261122_000008_roles::postgres(&PROTECTION),
            _ => m20261122_000008_roles::sqlite(
                &PROTECTION,
                "NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM source_binding \
                 WHERE source = NEW.source)",
            ),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn binding() -> TableCreateStatement {
    Table::create()
        .table(SourceBinding::Table)
        .col(string_len(SourceBinding::Source, 64))
        .col(big_integer(SourceBinding::Number))
        .col(string_len(SourceBinding::Organisation, 64))
        .col(text(SourceBinding::Binding))
        .col(text(SourceBinding::Reason))
        .col(big_integer(SourceBinding::AtUs))
        .col(text(SourceBinding::MadeBy))
        .primary_key(Index::create().col(SourceBinding::Source).col(SourceBinding::Number))
        .to_owned()
}

fn secret() -> TableCreateStatement {
    Table::create()
        .table(SourceSecret::Table)
        .col(string_len(SourceSecret::Source, 64))
        .col(string_len(SourceSecret::Slot, 64))
        .col(big_integer(SourceSecret::Number))
        .col(text(SourceSecret::Sealed))
        .primary_key(Index::create().col(SourceSecret::Source).col(SourceSecret::Slot).col(SourceSecret::Number))
        .to_owned()
}
