//! The audit log as a transparency log.
//!
//! Each record is a leaf of a Merkle tree, whose tiles and signed head stand beside it; the chain of hashes in the records goes. A
//! record's `leaf_index` counts from 0, as the tree does. `at` has one fixed form, so that its order as text is that of time. The table is
//! made anew and not filled from the one before: no version that wrote a chain was released, and the step is not applied to a log
//! that was begun by one ([`older_log`]).
//! The triggers let records only be added and in order, tiles and head only grow. They stop mistakes and injected statements, not the
//! database's owner; whoever keeps a checkpoint notices what the owner does.

use sea_orm::{DbBackend, Statement};
use sea_orm_migration::{
    IntoSchemaManagerConnection,
    prelude::*,
    schema::{big_integer, blob, integer, string_len, string_len_null, string_len_uniq, text, text_null},
};

use super::protection::Protection;

#[derive(DeriveMigrationName)]
pub struct Migration;

pub(super) const RECORD_PROTECTION: Protection = Protection {
    table: "audit_record",
    sqlite: ["audit_record_no_update", "audit_record_no_delete", "audit_record_in_order"],
    postgres: ["audit_record_no_update", "audit_record_no_delete", "audit_record_no_truncate"],
};

pub(super) const TILE_PROTECTION: Protection = Protection {
    table: "audit_tile",
    sqlite: ["audit_tile_only_grows", "audit_tile_no_delete", "audit_tile_once"],
    postgres: ["audit_tile_only_grows", "audit_tile_no_delete", "audit_tile_no_truncate"],
};

pub(super) const HEAD_PROTECTION: Protection = Protection {
    table: "audit_head",
    sqlite: ["audit_head_only_grows", "audit_head_no_delete", "audit_head_once"],
    postgres: ["audit_head_only_grows", "audit_head_no_delete", "audit_head_no_truncate"],
};

#[derive(DeriveIden)]
enum AuditRecord {
    Table,
    /// 0, 1, 2 … in the order of commits.
    LeafIndex,
    /// UUID.
    Id,
    /// `intent` or `outcome`.
    Stage,
    /// The intent an outcome belongs to.
    Intent,
    /// In the words of the national log service, or ours.
    Activity,
    /// RFC 3339, UTC, always nine decimals.
    At,
    /// HSA-id of the reader's provider, whose record this is.
    Provider,
    /// HSA-id of the reader.
    UserId,
    /// Sealed.
    Patient,
    /// Canonical JSON: the reader in the assignment used.
    Viewer,
    /// Canonical JSON: everything else, without content.
    Details,
}

#[derive(DeriveIden)]
enum AuditTile {
    Table,
    /// 0 holds the hashes of leaves.
    Level,
    TileIndex,
    /// 32 to 8192 bytes: up to 256 hashes.
    Hashes,
}

#[derive(DeriveIden)]
enum AuditHead {
    Table,
    /// Always 1.
    Id,
    /// The log's name.
    Origin,
    /// How many records there are.
    TreeSize,
    /// Base64.
    Root,
    /// The signed note of both.
    Checkpoint,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AuditRecord::Table).to_owned()).await?;
        for table in [records(), tiles(), head()] {
            manager.create_table(table).await?;
        }
        for (name, columns) in [
            ("audit_record_of_intent", vec![AuditRecord::Intent]),
            ("audit_record_of_provider", vec![AuditRecord::Provider, AuditRecord::At]),
        ] {
            let mut index = Index::create().name(name).table(AuditRecord::Table).to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        let protection = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES_PROTECTION,
            _ => SQLITE_PROTECTION,
        };
        for statement in protection {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn records() -> TableCreateStatement {
    Table::create()
        .table(AuditRecord::Table)
        .col(big_integer(AuditRecord::LeafIndex).primary_key())
        .col(string_len_uniq(AuditRecord::Id, 36))
        .col(string_len(AuditRecord::Stage, 16))
        .col(string_len_null(AuditRecord::Intent, 36))
        .col(string_len(AuditRecord::Activity, 32))
        .col(string_len(AuditRecord::At, 40))
        .col(text_null(AuditRecord::Provider))
        .col(text_null(AuditRecord::UserId))
        .col(text_null(AuditRecord::Patient))
        .col(text_null(AuditRecord::Viewer))
        .col(text(AuditRecord::Details))
        .to_owned()
}

fn tiles() -> TableCreateStatement {
    Table::create()
        .table(AuditTile::Table)
        .col(integer(AuditTile::Level))
        .col(big_integer(AuditTile::TileIndex))
        .col(blob(AuditTile::Hashes))
        .primary_key(Index::create().col(AuditTile::Level).col(AuditTile::TileIndex))
        .to_owned()
}

fn head() -> TableCreateStatement {
    Table::create()
        .table(AuditHead::Table)
        .col(integer(AuditHead::Id).primary_key())
        .col(string_len(AuditHead::Origin, 64))
        .col(big_integer(AuditHead::TreeSize))
        .col(string_len(AuditHead::Root, 44))
        .col(text(AuditHead::Checkpoint))
        .to_owned()
}

/// Whether this step is missing and the log holds a record. Reads only.
pub(super) async fn older_log<'c>(database: impl IntoSchemaManagerConnection<'c>) -> Result<bool, DbErr> {
    let manager = SchemaManager::new(database);
    if !manager.has_table("audit_record").await? || manager.has_table("audit_head").await? {
        return Ok(false);
    }
    let any = Statement::from_string(manager.get_database_backend(), "SELECT id FROM audit_record LIMIT 1");
    Ok(manager.get_connection().query_one_raw(any).await?.is_some())
}

/// `REPLACE` removes rows without asking a delete trigger, so SQLite also refuses an insert that would need it.
const SQLITE_PROTECTION: &[&str] = &[
    "CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record \
     BEGIN SELECT RAISE(ABORT, 'audit_record is append only'); END",
    "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record \
     BEGIN SELECT RAISE(ABORT, 'audit_record is append only'); END",
    "CREATE TRIGGER audit_record_in_order BEFORE INSERT ON audit_record \
     WHEN NEW.leaf_index <> (SELECT COALESCE(MAX(leaf_index) + 1, 0) FROM audit_record) \
     OR EXISTS (SELECT 1 FROM audit_record WHERE id = NEW.id) \
     BEGIN SELECT RAISE(ABORT, 'audit_record is append only'); END",
    "CREATE TRIGGER audit_tile_only_grows BEFORE UPDATE ON audit_tile \
     WHEN NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index OR length(NEW.hashes) <= length(OLD.hashes) \
     OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes \
     BEGIN SELECT RAISE(ABORT, 'audit_tile only grows'); END",
    "CREATE TRIGGER audit_tile_no_delete BEFORE DELETE ON audit_tile \
     BEGIN SELECT RAISE(ABORT, 'audit_tile only grows'); END",
    "CREATE TRIGGER audit_tile_once BEFORE INSERT ON audit_tile \
     WHEN EXISTS (SELECT 1 FROM audit_tile WHERE level = NEW.level AND tile_index = NEW.tile_index) \
     BEGIN SELECT RAISE(ABORT, 'audit_tile only grows'); END",
    "CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head \
     WHEN NEW.id <> OLD.id OR NEW.origin <> OLD.origin OR NEW.tree_size <= OLD.tree_size \
     BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END",
    "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head \
     BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END",
    "CREATE TRIGGER audit_head_once BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head) \
     BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END",
];

/// `audit_record_refuse` is there since the log's first step.
const POSTGRES_PROTECTION: &[&str] = &[
    "CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE TRIGGER audit_record_no_truncate BEFORE TRUNCATE ON audit_record \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE FUNCTION audit_tree_refuse() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the tree of the log only grows'; END $$",
    "CREATE TRIGGER audit_tile_only_grows BEFORE UPDATE ON audit_tile FOR EACH ROW \
     WHEN (NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index OR length(NEW.hashes) <= length(OLD.hashes) \
     OR substring(NEW.hashes from 1 for length(OLD.hashes)) <> OLD.hashes) EXECUTE FUNCTION audit_tree_refuse()",
    "CREATE TRIGGER audit_tile_no_delete BEFORE DELETE ON audit_tile \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_tree_refuse()",
    "CREATE TRIGGER audit_tile_no_truncate BEFORE TRUNCATE ON audit_tile \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_tree_refuse()",
    "CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head FOR EACH ROW \
     WHEN (NEW.id <> OLD.id OR NEW.origin <> OLD.origin OR NEW.tree_size <= OLD.tree_size) \
     EXECUTE FUNCTION audit_tree_refuse()",
    "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_tree_refuse()",
    "CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_tree_refuse()",
];
