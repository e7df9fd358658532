//! Sessions and handles.
//!
//! They live in the database so that every node sees a sign-out at once and a copy of the database opens nothing: a session
//! is found by the hash of its cookie. An ended session stays as an empty row until it would have expired, so that a slow
//! request which still saves it cannot bring it back. A handle stands in an address instead of a patient and dies with its
//! session.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, string_len, text},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Session {
    Table,
    /// SHA-256 of the cookie's reference, hex.
    Key,
    /// JSON of the web layer; empty when ended.
    Data,
    /// Microseconds since 1970, UTC.
    ExpiresUs,
    Ended,
}

#[derive(DeriveIden)]
enum Handle {
    Table,
    SessionKey,
    Id,
    /// Twelve characters.
    Patient,
    Scope,
    Live,
    Assignment,
    AskAll,
    ExpiresUs,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Session::Table)
                    .col(string_len(Session::Key, 64).primary_key())
                    .col(text(Session::Data))
                    .col(big_integer(Session::ExpiresUs))
                    .col(boolean(Session::Ended))
                    .to_owned(),
            )
            .await?;
        let expiry = Index::create().name("session_expires").table(Session::Table).col(Session::ExpiresUs).to_owned();
        manager.create_index(expiry).await?;
        manager
            .create_table(
                Table::create()
                    .table(Handle::Table)
                    .col(string_len(Handle::SessionKey, 64))
                    .col(string_len(Handle::Id, 64))
                    .col(string_len(Handle::Patient, 12))
                    .col(string_len(Handle::Scope, 16))
                    .col(boolean(Handle::Live))
                    .col(string_len(Handle::Assignment, 256))
                    .col(boolean(Handle::AskAll))
                    .col(big_integer(Handle::ExpiresUs))
                    .primary_key(Index::create().col(Handle::SessionKey).col(Handle::Id))
                    .foreign_key(
                        ForeignKey::create()
                            .name("handle_session")
                            .from(Handle::Table, Handle::SessionKey)
                            .to(Session::Table, Session::Key)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let expiry = Index::create().name("handle_expires").table(Handle::Table).col(Handle::ExpiresUs).to_owned();
        manager.create_index(expiry).await
    }
}
