//! The register of blocks and the index of known links.
//!
//! Blocks carry when they were registered and lifted, because what applied on a day must be answerable afterwards. The
//! register says of itself when it was last known to be complete: a stale one counts as not verified (product law 5).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, integer, string_len, string_len_null, text},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Block {
    Table,
    Id,
    /// Twelve characters.
    Patient,
    /// `inner` or `outer`.
    Kind,
    /// HSA-id of the provider whose information is blocked.
    Provider,
    /// Inner blocks: the unit.
    Unit,
    /// First day of the information it covers, `YYYY-MM-DD`.
    FromDay,
    /// Last day.
    ToDay,
    /// JSON list of information types left open.
    ExceptTypes,
    /// Microseconds since 1970, UTC.
    RegisteredUs,
    /// When it was lifted; none while it applies.
    EndedUs,
}

#[derive(DeriveIden)]
enum BlockRegister {
    Table,
    /// Always 1.
    Id,
    /// When the register was last known to be complete.
    VerifiedUs,
}

#[derive(DeriveIden)]
enum Link {
    Table,
    /// Twelve characters.
    Patient,
    /// Id of the organisation in the portal.
    Organisation,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Block::Table)
                    .col(big_pk_auto(Block::Id))
                    .col(string_len(Block::Patient, 12))
                    .col(string_len(Block::Kind, 16))
                    .col(string_len(Block::Provider, 64))
                    .col(string_len_null(Block::Unit, 64))
                    .col(string_len_null(Block::FromDay, 10))
                    .col(string_len_null(Block::ToDay, 10))
                    .col(text(Block::ExceptTypes))
                    .col(big_integer(Block::RegisteredUs))
                    .col(big_integer_null(Block::EndedUs))
                    .to_owned(),
            )
            .await?;
        let of_patient = Index::create().name("block_patient").table(Block::Table).col(Block::Patient).to_owned();
        manager.create_index(of_patient).await?;
        manager
            .create_table(
                Table::create()
                    .table(BlockRegister::Table)
                    .col(integer(BlockRegister::Id).primary_key().check(Expr::col(BlockRegister::Id).eq(1)))
                    .col(big_integer(BlockRegister::VerifiedUs))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Link::Table)
                    .col(string_len(Link::Patient, 12))
                    .col(string_len(Link::Organisation, 64))
                    .primary_key(Index::create().col(Link::Patient).col(Link::Organisation))
                    .to_owned(),
            )
            .await
    }
}
