//! Which records of the log are about a patient, so that the patient's extract does not read everybody's.
//!
//! One row for each record with a provider and a patient: the provider in lower case, because HSA-ids are the same in either, and a keyed tag of the
//! patient with the provider in it, so that nothing in the table tells that somebody is known to two providers. It follows from the
//! records and stands outside the log's leaves; verification compares both. Filling it for records that are there takes the key, and
//! is done under the same lock (`audit::patient`).
//! The records of a provider are found in either case as well, so their index is by the same form.

use sea_orm::DbBackend;
use sea_orm_migration::{
    IntoSchemaManagerConnection,
    prelude::*,
    schema::{big_integer, string_len, text},
};

use super::protection::Protection;

#[derive(DeriveMigrationName)]
pub struct Migration;

pub(super) const PROTECTION: Protection = Protection {
    table: "audit_patient",
    sqlite: ["audit_patient_no_update", "audit_patient_no_delete", "audit_patient_once"],
    postgres: ["audit_patient_no_update", "audit_patient_no_delete", "audit_patient_no_truncate"],
};

#[derive(DeriveIden)]
enum AuditPatient {
    Table,
    /// Of the record.
    LeafIndex,
    /// HSA-id in lower case: whose record it is.
    Provider,
    /// HMAC-SHA-256 of the number under the key of this column and this provider, hex.
    PatientTag,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AuditPatient::Table)
            .col(big_integer(AuditPatient::LeafIndex).primary_key())
            .col(text(AuditPatient::Provider))
            .col(string_len(AuditPatient::PatientTag, 64))
            .to_owned();
        manager.create_table(table).await?;
        let mut index = Index::create().name("audit_patient_of_patient").table(AuditPatient::Table).to_owned();
        index.col(AuditPatient::PatientTag).col(AuditPatient::Provider).col(AuditPatient::LeafIndex);
        manager.create_index(index).await?;
        let protection = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES_PROTECTION,
            _ => SQLITE_PROTECTION,
        };
        let provider = [
            "DROP INDEX audit_record_of_provider",
            "CREATE INDEX audit_record_of_provider ON audit_record ((lower(trim(provider))), at)",
        ];
        for statement in provider.iter().chain(protection) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Whether this step is missing. Reads only.
pub(super) async fn is_missing<'c>(database: impl IntoSchemaManagerConnection<'c>) -> Result<bool, DbErr> {
    Ok(!SchemaManager::new(database).has_table("audit_patient").await?)
}

const SQLITE_PROTECTION: &[&str] = &[
    "CREATE TRIGGER audit_patient_no_update BEFORE UPDATE ON audit_patient \
     BEGIN SELECT RAISE(ABORT, 'audit_patient is append only'); END",
    "CREATE TRIGGER audit_patient_no_delete BEFORE DELETE ON audit_patient \
     BEGIN SELECT RAISE(ABORT, 'audit_patient is append only'); END",
    "CREATE TRIGGER audit_patient_once BEFORE INSERT ON audit_patient \
     WHEN EXISTS (SELECT 1 FROM audit_patient WHERE leaf_index = NEW.leaf_index) \
     BEGIN SELECT RAISE(ABORT, 'audit_patient is append only'); END",
];

/// `audit_record_refuse` is there since the log's first step.
const POSTGRES_PROTECTION: &[&str] = &[
    "CREATE TRIGGER audit_patient_no_update BEFORE UPDATE ON audit_patient \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE TRIGGER audit_patient_no_delete BEFORE DELETE ON audit_patient \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
    "CREATE TRIGGER audit_patient_no_truncate BEFORE TRUNCATE ON audit_patient \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
];
