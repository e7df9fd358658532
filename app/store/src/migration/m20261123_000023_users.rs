//! Who has signed in, in which assignments: what was stated last of each.
//!
//! It is what a directory says and no history, so rows are replaced; who signed in when is in the log.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, text, text_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum PortalUser {
    Table,
    /// Id in the portal.
    Organisation,
    /// HSA-id of the employee, in lower case.
    Employee,
    /// Id of the assignment.
    Assignment,
    /// HSA-id as it was stated.
    UserId,
    /// Name.
    Name,
    /// JSON: title, role, unit and purpose.
    Post,
    /// When it was first stated: microseconds since 1970, UTC, as all times here.
    FirstUs,
    /// When it was used last.
    UsedUs,
    /// When it changed last.
    ChangedUs,
    /// JSON: what it was before.
    Former,
    /// Since when the employee signs in without it.
    GoneUs,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users()).await?;
        let by_employee =
            Index::create().name("portal_user_employee").table(PortalUser::Table).col(PortalUser::Employee).to_owned();
        manager.create_index(by_employee).await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table(PortalUser::Table)
        .col(string_len(PortalUser::Organisation, 64))
        .col(string_len(PortalUser::Employee, 256))
        .col(string_len(PortalUser::Assignment, 256))
        .col(text(PortalUser::UserId))
        .col(text(PortalUser::Name))
        .col(text(PortalUser::Post))
        .col(big_integer(PortalUser::FirstUs))
        .col(big_integer_null(PortalUser::UsedUs))
        .col(big_integer_null(PortalUser::ChangedUs))
        .col(text_null(PortalUser::Former))
        .col(big_integer_null(PortalUser::GoneUs))
        .primary_key(
            Index::create().col(PortalUser::Organisation).col(PortalUser::Employee).col(PortalUser::Assignment),
        )
        .to_owned()
}
