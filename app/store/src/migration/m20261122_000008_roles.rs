//! What organisations grant their roles, and who has acknowledged their text on confidentiality.
//!
//! Both say what somebody could see, or had been told, on a day years ago; so rows are added and never changed or removed. A matrix is
//! kept whole, version by version: what an administrator confirmed holds, whatever the defaults of a later program are.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::protection::Protection;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum RoleMatrix {
    Table,
    /// Id in the portal.
    Organisation,
    /// 1, 2, 3 … in each organisation.
    Version,
    /// JSON: role to the names of its sections and actions.
    Matrix,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

#[derive(DeriveIden)]
enum Acknowledgement {
    Table,
    /// Id in the portal.
    Organisation,
    /// HSA-id.
    UserId,
    /// SHA-256, hex, of the text.
    Digest,
    Name,
    Assignment,
    /// Microseconds since 1970, UTC.
    AtUs,
}

pub(super) const MATRIX_PROTECTION: Protection = Protection {
    table: "role_matrix",
    sqlite: ["role_matrix_no_update", "role_matrix_no_delete", "role_matrix_once"],
    postgres: ["role_matrix_no_update", "role_matrix_no_delete", "role_matrix_no_truncate"],
};

pub(super) const ACKNOWLEDGEMENT_PROTECTION: Protection = Protection {
    table: "acknowledgement",
    sqlite: ["acknowledgement_no_update", "acknowledgement_no_delete", "acknowledgement_once"],
    postgres: ["acknowledgement_no_update", "acknowledgement_no_delete", "acknowledgement_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(role_matrix()).await?;
        manager.create_table(acknowledgement()).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => [postgres(&MATRIX_PROTECTION), postgres(&ACKNOWLEDGEMENT_PROTECTION)],
            _ => [
                sqlite(
                    &MATRIX_PROTECTION,
                    "NEW.version <> (SELECT COALESCE(MAX(version), 0) + 1 FROM role_matrix \
                     WHERE organisation = NEW.organisation)",
                ),
                sqlite(
                    &ACKNOWLEDGEMENT_PROTECTION,
                    "EXISTS (SELECT 1 FROM acknowledgement WHERE organisation = NEW.organisation \
                     AND user_id = NEW.user_id AND digest = NEW.digest)",
                ),
            ],
        };
        for statement in statements.concat() {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn role_matrix() -> TableCreateStatement {
    Table::create()
        .table(RoleMatrix::Table)
        .col(string_len(RoleMatrix::Organisation, 64))
        .col(big_integer(RoleMatrix::Version))
        .col(text(RoleMatrix::Matrix))
        .col(big_integer(RoleMatrix::AtUs))
        .col(text(RoleMatrix::MadeBy))
        .primary_key(Index::create().col(RoleMatrix::Organisation).col(RoleMatrix::Version))
        .to_owned()
}

fn acknowledgement() -> TableCreateStatement {
    Table::create()
        .table(Acknowledgement::Table)
        .col(string_len(Acknowledgement::Organisation, 64))
        .col(string_len(Acknowledgement::UserId, 256))
        .col(string_len(Acknowledgement::Digest, 64))
        .col(text(Acknowledgement::Name))
        .col(text(Acknowledgement::Assignment))
        .col(big_integer(Acknowledgement::AtUs))
        .primary_key(
            Index::create()
                .col(Acknowledgement::Organisation)
                .col(Acknowledgement::UserId)
                .col(Acknowledgement::Digest),
        )
        .to_owned()
}

/// `REPLACE` removes rows without asking a delete trigger, so SQLite also refuses an insert in the place of a row.
pub(super) fn sqlite(protection: &Protection, taken: &str) -> Vec<String> {
    let (table, [no_update, no_delete, once]) = (protection.table, protection.sqlite);
    let refuse = format!("BEGIN SELECT RAISE(ABORT, '{table} is append only'); END");
    vec![
        format!("CREATE TRIGGER {no_update} BEFORE UPDATE ON {table} {refuse}"),
        format!("CREATE TRIGGER {no_delete} BEFORE DELETE ON {table} {refuse}"),
        format!("CREATE TRIGGER {once} BEFORE INSERT ON {table} WHEN {taken} {refuse}"),
    ]
}

pub(super) fn postgres(protection: &Protection) -> Vec<String> {
    let (table, [no_update, no_delete, no_truncate]) = (protection.table, protection.postgres);
    let refuse = format!("FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()");
    vec![
        format!(
            "CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
        ),
        format!("CREATE TRIGGER {no_update} BEFORE UPDATE ON {table} {refuse}"),
        format!("CREATE TRIGGER {no_delete} BEFORE DELETE ON {table} {refuse}"),
        format!("CREATE TRIGGER {no_truncate} BEFORE TRUNCATE ON {table} {refuse}"),
    ]
}
