//! Sessions of the identity provider, its notices of logout, and who has tested signing in.
//!
//! A provider that ends a session names its own, so ours must be found by it; subject and session stand there as hashes, because a
//! provider may use a personal number as subject. A notice is remembered as long as its token could be sent again. A test of
//! signing in says who in an organisation has seen that the claims are right; it holds nothing of the claims.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, string_len_null, text},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum ProviderSession {
    Table,
    SessionKey,
    /// SHA-256, hex.
    Subject,
    /// SHA-256, hex; none when the provider names no session.
    Sid,
}

#[derive(DeriveIden)]
enum ProviderLogout {
    Table,
    /// SHA-256, hex, of the notice's id.
    Notice,
    /// SHA-256, hex, of the session it ended, so that a sign-in that was under way is not tied to it afterwards.
    Sid,
    /// Microseconds since 1970, UTC.
    UntilUs,
}

#[derive(DeriveIden)]
enum LoginTest {
    Table,
    /// Id in the portal.
    Organisation,
    /// HSA-id.
    UserId,
    Assignment,
    Name,
    Unit,
    /// Microseconds since 1970, UTC.
    AtUs,
}

#[derive(DeriveIden)]
enum Session {
    Table,
    Key,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(provider_session()).await?;
        for (name, column) in
            [("provider_session_subject", ProviderSession::Subject), ("provider_session_sid", ProviderSession::Sid)]
        {
            let index = Index::create().name(name).table(ProviderSession::Table).col(column).to_owned();
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(ProviderLogout::Table)
                    .col(string_len(ProviderLogout::Notice, 64).primary_key())
                    .col(string_len_null(ProviderLogout::Sid, 64))
                    .col(big_integer(ProviderLogout::UntilUs))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(LoginTest::Table)
                    .col(string_len(LoginTest::Organisation, 64))
                    .col(string_len(LoginTest::UserId, 256))
                    .col(string_len(LoginTest::Assignment, 256))
                    .col(text(LoginTest::Name))
                    .col(text(LoginTest::Unit))
                    .col(big_integer(LoginTest::AtUs))
                    .primary_key(
                        Index::create().col(LoginTest::Organisation).col(LoginTest::UserId).col(LoginTest::Assignment),
                    )
                    .to_owned(),
            )
            .await
    }
}

fn provider_session() -> TableCreateStatement {
    Table::create()
        .table(ProviderSession::Table)
        .col(string_len(ProviderSession::SessionKey, 64).primary_key())
        .col(string_len_null(ProviderSession::Subject, 64))
        .col(string_len_null(ProviderSession::Sid, 64))
        .foreign_key(
            ForeignKey::create()
                .name("provider_session_session")
                .from(ProviderSession::Table, ProviderSession::SessionKey)
                .to(Session::Table, Session::Key)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
