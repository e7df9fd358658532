//! The audit log, append only.
//!
//! `sequence` has no gaps, and `hash` covers the whole row and the hash before it, so a change, removal or insertion in the
//! middle is noticed. What is cut off at the end is noticed only by whoever kept the last hash; signed checkpoints outside
//! the database are a later step. The triggers stop mistakes and injected statements, not the database's owner.
//! The patient's identifier stands in a column of its own, in the clear for now, so that sealing it with a key outside the
//! database is a later step that touches only that column.

use sea_orm::DbBackend;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, string_len_null, string_len_uniq, text, text_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum AuditRecord {
    Table,
    /// 1, 2, 3 … in the order of commits.
    Sequence,
    /// UUID.
    Id,
    /// `intent` or `outcome`.
    Stage,
    /// The intent an outcome belongs to.
    Intent,
    /// In the words of the national log service.
    Activity,
    /// RFC 3339, UTC.
    At,
    /// HSA-id of the reader's provider, whose record this is.
    Provider,
    /// HSA-id of the reader.
    UserId,
    /// Twelve characters.
    Patient,
    /// Canonical JSON: the reader in the assignment used.
    Viewer,
    /// Canonical JSON: everything else, without content.
    Details,
    /// SHA-256, hex, of the record before; zeros for the first.
    PreviousHash,
    /// SHA-256, hex, of this one.
    Hash,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        for (name, column) in [
            ("audit_record_intent", AuditRecord::Intent),
            ("audit_record_provider", AuditRecord::Provider),
            ("audit_record_patient", AuditRecord::Patient),
        ] {
            let index = Index::create().name(name).table(AuditRecord::Table).col(column).to_owned();
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

fn table() -> TableCreateStatement {
    Table::create()
        .table(AuditRecord::Table)
        .col(big_integer(AuditRecord::Sequence).primary_key())
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
        .col(string_len(AuditRecord::PreviousHash, 64))
        .col(string_len(AuditRecord::Hash, 64))
        .to_owned()
}

/// `REPLACE` removes rows without asking a delete trigger, so SQLite also refuses an insert that is not the next one.
const SQLITE_PROTECTION: &[&str] = &[
    "CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record \
     BEGIN SELECT RAISE(ABORT, 'audit_record is append only'); END",
    "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record \
     BEGIN SELECT RAISE(ABORT, 'audit_record is append only'); END",
    "CREATE TRIGGER audit_record_in_order BEFORE INSERT ON audit_record \
     WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit_record) \
     OR EXISTS (SELECT 1 FROM audit_record WHERE id = NEW.id) \
     BEGIN SELECT RAISE(ABORT, 'audit_record is append only'); END",
];

const POSTGRES_PROTECTION: &[&str] = &[
    "CREATE FUNCTION audit_record_refuse() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'audit_record is append only'; END $$",
    "CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE TRIGGER audit_record_no_truncate BEFORE TRUNCATE ON audit_record \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
];
