//! Blocks come in one list per provider, with their patients sealed.
//!
//! The register had one age for everybody and patients in clear (decision 0011). No version that could fill it outside the demo
//! was released, so nothing is carried over: until each provider's list has been imported, its blocks count as not verified.
//! What a block states is one JSON value, because it is read as a whole and never searched; rows are found by a tag that only the
//! holder of the key can make.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Block {
    Table,
    /// HSA-id of the provider whose list it is in.
    Provider,
    /// The provider's own id for it.
    Id,
    /// HMAC-SHA-256 of the number under the key of this column, hex.
    PatientTag,
    /// Sealed.
    Patient,
    /// JSON: what it states.
    Stated,
}

#[derive(DeriveIden)]
enum BlockRegister {
    Table,
    /// HSA-id of the provider.
    Provider,
    /// When its list was last known to be complete, microseconds since 1970, UTC.
    VerifiedUs,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Block::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(BlockRegister::Table).to_owned()).await?;
        manager
            .create_table(
                Table::create()
                    .table(Block::Table)
                    .col(string_len(Block::Provider, 64))
                    .col(string_len(Block::Id, 64))
                    .col(string_len(Block::PatientTag, 64))
                    .col(text(Block::Patient))
                    .col(text(Block::Stated))
                    .primary_key(Index::create().col(Block::Provider).col(Block::Id))
                    .to_owned(),
            )
            .await?;
        let of_patient =
            Index::create().name("block_patient_tag").table(Block::Table).col(Block::PatientTag).to_owned();
        manager.create_index(of_patient).await?;
        manager
            .create_table(
                Table::create()
                    .table(BlockRegister::Table)
                    .col(string_len(BlockRegister::Provider, 64).primary_key())
                    .col(big_integer(BlockRegister::VerifiedUs))
                    .to_owned(),
            )
            .await
    }
}
