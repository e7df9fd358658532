//! What was shown, where an organisation keeps it: the openings, their content, and the keys of the content.
//!
//! Content stands once for each address (provider and SHA-256 of the canonical JSON), under a key of its own; that key stands in a table of
//! its own, sealed under the store's key. Destroying the key destroys the content, also in a copy of that table. The log holds the address
//! and nothing of this, so it verifies whatever is destroyed here.
//! No triggers: rows are made to be removed, and content that was changed does not open, or is not what its address says. Providers stand
//! in lower case, because HSA-ids are the same in either.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary, boolean, string_len, text, text_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Snapshot {
    Table,
    /// UUID of the record in the log that the opening began with.
    Id,
    /// HSA-id in lower case: who keeps it.
    Provider,
    /// HMAC-SHA-256 of the number under the key of this column, hex.
    PatientTag,
    /// JSON: to whom it was shown.
    Reader,
    /// Microseconds since 1970, UTC: the opening.
    AtUs,
    /// SHA-256 of the content, hex.
    Sha256,
    /// The print that showed it; none is the screen.
    Preset,
    /// The personal data were known to be protected.
    Protected,
    /// JSON: purpose, retention and decision on disposal then.
    Terms,
    /// From then on it is not kept.
    UntilUs,
}

#[derive(DeriveIden)]
enum SnapshotContent {
    Table,
    Provider,
    Sha256,
    /// Compressed and sealed.
    Content,
}

#[derive(DeriveIden)]
enum SnapshotKey {
    Table,
    Provider,
    Sha256,
    /// Sealed under the store's key.
    Sealed,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [openings(), contents(), keys()] {
            manager.create_table(table).await?;
        }
        let index = |name: &str, columns: Vec<Snapshot>| {
            let mut index = Index::create().name(name).table(Snapshot::Table).to_owned();
            for column in columns {
                index.col(column);
            }
            index
        };
        for index in [
            index("snapshot_patient", vec![Snapshot::PatientTag, Snapshot::Provider]),
            index("snapshot_until", vec![Snapshot::UntilUs]),
            index("snapshot_address", vec![Snapshot::Provider, Snapshot::Sha256]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn openings() -> TableCreateStatement {
    Table::create()
        .table(Snapshot::Table)
        .col(string_len(Snapshot::Id, 36).primary_key())
        .col(text(Snapshot::Provider))
        .col(string_len(Snapshot::PatientTag, 64))
        .col(text(Snapshot::Reader))
        .col(big_integer(Snapshot::AtUs))
        .col(string_len(Snapshot::Sha256, 64))
        .col(text_null(Snapshot::Preset))
        .col(boolean(Snapshot::Protected))
        .col(text(Snapshot::Terms))
        .col(big_integer(Snapshot::UntilUs))
        .to_owned()
}

fn contents() -> TableCreateStatement {
    Table::create()
        .table(SnapshotContent::Table)
        .col(text(SnapshotContent::Provider))
        .col(string_len(SnapshotContent::Sha256, 64))
        .col(binary(SnapshotContent::Content))
        .primary_key(Index::create().col(SnapshotContent::Provider).col(SnapshotContent::Sha256))
        .to_owned()
}

fn keys() -> TableCreateStatement {
    Table::create()
        .table(SnapshotKey::Table)
        .col(text(SnapshotKey::Provider))
        .col(string_len(SnapshotKey::Sha256, 64))
        .col(text(SnapshotKey::Sealed))
        .primary_key(Index::create().col(SnapshotKey::Provider).col(SnapshotKey::Sha256))
        .to_owned()
}
