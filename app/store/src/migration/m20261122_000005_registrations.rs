//! The register of consents, relations and exceptions.
//!
//! One table, because one statement must read everything that may let others' information be reached: what holds is then decided on
//! facts of one moment. What has ended stays, because what applied on a day must be answerable afterwards.
//! The patient is sealed, so rows are found by a tag that only the holder of the key can make. The receiving provider is bound into
//! the sealed value: a registration cannot be turned into one for somebody else.
//! The triggers allow two changes, to what has not ended: that it ends, and another last moment. As in the log they stop
//! mistakes and injected statements, not the database's owner.

use sea_orm::DbBackend;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean_null, string_len, text, text_null},
};

use super::protection::Protection;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Registration {
    Table,
    /// UUID.
    Id,
    /// `consent`, `relation`, `child`, `incapable`, `emergency` or `lift`.
    Kind,
    /// HMAC-SHA-256 of the number under the key of this column, hex.
    PatientTag,
    /// Sealed.
    Patient,
    /// HSA-id of the receiving provider.
    Provider,
    /// Its unit; none is all of them.
    UnitId,
    UnitName,
    /// HSA-id of the one employee; none is everybody there.
    Employee,
    /// Microseconds since 1970, UTC: the first moment.
    FromUs,
    /// The first moment after it; none is until it is ended.
    ToUs,
    /// JSON: what was stated.
    Stated,
    RegisteredUs,
    /// JSON: by whom.
    RegisteredBy,
    /// When it ended before its time; none while it has not.
    EndedUs,
    /// JSON: by whom.
    EndedBy,
    /// Whether it ended because it was a mistake.
    Voided,
}

/// Everything that never changes: all columns but the last moment and the end.
const FIXED: [&str; 12] = [
    "id",
    "kind",
    "patient_tag",
    "patient",
    "provider",
    "unit_id",
    "unit_name",
    "employee",
    "from_us",
    "stated",
    "registered_us",
    "registered_by",
];

pub(super) const PROTECTION: Protection = Protection {
    table: "registration",
    sqlite: ["registration_no_change", "registration_no_delete", "registration_once"],
    postgres: ["registration_no_change", "registration_no_delete", "registration_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        let of_patient = Index::create()
            .name("registration_patient")
            .table(Registration::Table)
            .col(Registration::PatientTag)
            .to_owned();
        manager.create_index(of_patient).await?;
        let protection = match manager.get_database_backend() {
            DbBackend::Postgres => postgres_protection(),
            _ => sqlite_protection(),
        };
        for statement in protection {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn table() -> TableCreateStatement {
    let ends_as_one = "(ended_us IS NULL) = (ended_by IS NULL) AND (ended_us IS NULL) = (voided IS NULL)";
    Table::create()
        .table(Registration::Table)
        .col(string_len(Registration::Id, 36).primary_key())
        .col(string_len(Registration::Kind, 16))
        .col(string_len(Registration::PatientTag, 64))
        .col(text(Registration::Patient))
        .col(text(Registration::Provider))
        .col(text_null(Registration::UnitId))
        .col(text_null(Registration::UnitName))
        .col(text_null(Registration::Employee))
        .col(big_integer(Registration::FromUs))
        .col(big_integer_null(Registration::ToUs))
        .col(text(Registration::Stated))
        .col(big_integer(Registration::RegisteredUs))
        .col(text(Registration::RegisteredBy))
        .col(big_integer_null(Registration::EndedUs))
        .col(text_null(Registration::EndedBy))
        .col(boolean_null(Registration::Voided))
        .check(Expr::cust(ends_as_one))
        .to_owned()
}

/// When an update is refused.
fn no_change() -> String {
    let changed = FIXED.map(|column| format!("NEW.{column} IS DISTINCT FROM OLD.{column}")).join(" OR ");
    format!("OLD.ended_us IS NOT NULL OR {changed}")
}

/// `REPLACE` removes rows without asking a delete trigger, so SQLite also refuses an id that is there.
fn sqlite_protection() -> Vec<String> {
    const REFUSE: &str = "BEGIN SELECT RAISE(ABORT, 'a registration is only ended or extended'); END";
    let no_change = no_change();
    vec![
        format!("CREATE TRIGGER registration_no_change BEFORE UPDATE ON registration WHEN {no_change} {REFUSE}"),
        format!("CREATE TRIGGER registration_no_delete BEFORE DELETE ON registration {REFUSE}"),
        format!(
            "CREATE TRIGGER registration_once BEFORE INSERT ON registration \
             WHEN EXISTS (SELECT 1 FROM registration WHERE id = NEW.id) {REFUSE}"
        ),
    ]
}

fn postgres_protection() -> Vec<String> {
    const REFUSE: &str = "EXECUTE FUNCTION registration_refuse()";
    let no_change = no_change();
    vec![
        "CREATE FUNCTION registration_refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'a registration is only ended or extended'; END $$"
            .to_owned(),
        format!(
            "CREATE TRIGGER registration_no_change BEFORE UPDATE ON registration \
             FOR EACH ROW WHEN ({no_change}) {REFUSE}"
        ),
        format!("CREATE TRIGGER registration_no_delete BEFORE DELETE ON registration FOR EACH STATEMENT {REFUSE}"),
        format!("CREATE TRIGGER registration_no_truncate BEFORE TRUNCATE ON registration FOR EACH STATEMENT {REFUSE}"),
    ]
}
