//! What emergencies have left to be told in words.
//!
//! A table of its own beside the registrations: a task is one per emergency, which may be several registrations, and outlives them all.
//! The patient is sealed. Tasks are looked for by provider and employee; both stand in lower case, because HSA-ids are the same in
//! either. The triggers allow one change: that an open task is written.

use sea_orm::DbBackend;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, text, text_null},
};

use super::protection::Protection;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum FollowUp {
    Table,
    /// UUID of the registration the emergency began with.
    Id,
    /// Sealed.
    Patient,
    /// HSA-id in lower case.
    Provider,
    /// HSA-id in lower case.
    Employee,
    /// JSON: whose task it is.
    OpenedBy,
    /// Microseconds since 1970, UTC.
    OpenedUs,
    DueUs,
    /// `unconscious`, `acutely-ill`, `confused` or `other`.
    Reason,
    /// What was said at the opening.
    Text,
    /// None while it is open.
    WrittenUs,
    WrittenText,
}

/// Everything that never changes.
const FIXED: [&str; 9] =
    ["id", "patient", "provider", "employee", "opened_by", "opened_us", "due_us", "reason", "text"];

pub(super) const PROTECTION: Protection = Protection {
    table: "follow_up",
    sqlite: ["follow_up_no_change", "follow_up_no_delete", "follow_up_once"],
    postgres: ["follow_up_no_change", "follow_up_no_delete", "follow_up_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        let of_reader = Index::create()
            .name("follow_up_reader")
            .table(FollowUp::Table)
            .col(FollowUp::Provider)
            .col(FollowUp::Employee)
            .to_owned();
        manager.create_index(of_reader).await?;
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
    Table::create()
        .table(FollowUp::Table)
        .col(string_len(FollowUp::Id, 36).primary_key())
        .col(text(FollowUp::Patient))
        .col(text(FollowUp::Provider))
        .col(text(FollowUp::Employee))
        .col(text(FollowUp::OpenedBy))
        .col(big_integer(FollowUp::OpenedUs))
        .col(big_integer(FollowUp::DueUs))
        .col(string_len(FollowUp::Reason, 16))
        .col(text_null(FollowUp::Text))
        .col(big_integer_null(FollowUp::WrittenUs))
        .col(text_null(FollowUp::WrittenText))
        .check(Expr::cust("(written_us IS NULL) = (written_text IS NULL)"))
        .to_owned()
}

/// When an update is refused.
fn no_change() -> String {
    let changed = FIXED.map(|column| format!("NEW.{column} IS DISTINCT FROM OLD.{column}")).join(" OR ");
    format!("OLD.written_us IS NOT NULL OR {changed}")
}

/// `REPLACE` removes rows without asking a delete trigger, so SQLite also refuses an id that is there.
fn sqlite_protection() -> Vec<String> {
    const REFUSE: &str = "BEGIN SELECT RAISE(ABORT, 'a follow-up is only written, once'); END";
    let no_change = no_change();
    vec![
        format!("CREATE TRIGGER follow_up_no_change BEFORE UPDATE ON follow_up WHEN {no_change} {REFUSE}"),
        format!("CREATE TRIGGER follow_up_no_delete BEFORE DELETE ON follow_up {REFUSE}"),
        format!(
            "CREATE TRIGGER follow_up_once BEFORE INSERT ON follow_up \
             WHEN EXISTS (SELECT 1 FROM follow_up WHERE id = NEW.id) {REFUSE}"
        ),
    ]
}

fn postgres_protection() -> Vec<String> {
    const REFUSE: &str = "EXECUTE FUNCTION follow_up_refuse()";
    let no_change = no_change();
    vec![
        "CREATE FUNCTION follow_up_refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'a follow-up is only written, once'; END $$"
            .to_owned(),
        format!(
            "CREATE TRIGGER follow_up_no_change BEFORE UPDATE ON follow_up FOR EACH ROW WHEN ({no_change}) {REFUSE}"
        ),
        format!("CREATE TRIGGER follow_up_no_delete BEFORE DELETE ON follow_up FOR EACH STATEMENT {REFUSE}"),
        format!("CREATE TRIGGER follow_up_no_truncate BEFORE TRUNCATE ON follow_up FOR EACH STATEMENT {REFUSE}"),
    ]
}
