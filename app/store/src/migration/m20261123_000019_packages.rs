//! Packages of adapters in organisations' catalogues, their content by its address, and the keys of vendors.
//!
//! What ran in a portal on a day years ago, and who let it in, is read here; so rows are added and never changed or removed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary, string_len, text, text_null},
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{m20261122_000008_roles, protection::Protection};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Package {
    Table,
    /// Id of the organisation whose catalogue it is in.
    Organisation,
    /// SHA-256 of the file, hex.
    Digest,
    /// Twice the number of the trial, less one for its beginning.
    Step,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
    /// JSON: what was found; none at the beginning.
    Verdict,
}

#[derive(DeriveIden)]
enum PackageContent {
    Table,
    /// SHA-256 of the content, hex.
    Address,
    /// A package, or the component of one.
    Content,
}

#[derive(DeriveIden)]
enum VendorKey {
    Table,
    /// Id of the organisation.
    Organisation,
    /// The public key, as minisign writes it.
    Key,
    /// 1 enrolled, 2 withdrawn, 3 enrolled again …
    Step,
    /// Whose it is.
    Name,
    /// Microseconds since 1970, UTC.
    AtUs,
    /// JSON: who, in which assignment.
    MadeBy,
}

pub(super) const PACKAGE_PROTECTION: Protection = Protection {
    table: "package",
    sqlite: ["package_no_update", "package_no_delete", "package_once"],
    postgres: ["package_no_update", "package_no_delete", "package_no_truncate"],
};

pub(super) const CONTENT_PROTECTION: Protection = Protection {
    table: "package_content",
    sqlite: ["package_content_no_update", "package_content_no_delete", "package_content_once"],
    postgres: ["package_content_no_update", "package_content_no_delete", "package_content_no_truncate"],
};

pub(super) const KEY_PROTECTION: Protection = Protection {
    table: "vendor_key",
    sqlite: ["vendor_key_no_update", "vendor_key_no_delete", "vendor_key_once"],
    postgres: ["vendor_key_no_update", "vendor_key_no_delete", "vendor_key_no_truncate"],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [package(), content(), key()] {
            manager.create_table(table).await?;
        }
        let wrong = [
            (
                &PACKAGE_PROTECTION,
                "NEW.step <> (SELECT COALESCE(MAX(step), 0) + 1 FROM package \
                 WHERE organisation = NEW.organisation AND digest = NEW.digest)",
            ),
            (&CONTENT_PROTECTION, "EXISTS (SELECT 1 FROM package_content WHERE address = NEW.address)"),
            (
                &KEY_PROTECTION,
                "NEW.step <> (SELECT COALESCE(MAX(step), 0) + 1 FROM vendor_key \
                 WHERE organisation = NEW.organisation AND key = NEW.key)",
            ),
        ];
        for (protection, wrong) in wrong {
            let statements = match manager.get_database_backend() {
                DbBackend::Postgres => m20261122_000008_roles::postgres(protection),
                _ => m20261122_000008_roles::sqlite(protection, wrong),
            };
            for statement in statements {
                manager.get_connection().execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }
}

fn package() -> TableCreateStatement {
    Table::create()
        .table(Package::Table)
        .col(string_len(Package::Organisation, 64))
        .col(string_len(Package::Digest, 64))
        .col(big_integer(Package::Step))
        .col(big_integer(Package::AtUs))
        .col(text(Package::MadeBy))
        .col(text_null(Package::Verdict))
        .primary_key(Index::create().col(Package::Organisation).col(Package::Digest).col(Package::Step))
        .to_owned()
}

fn content() -> TableCreateStatement {
    Table::create()
        .table(PackageContent::Table)
        .col(string_len(PackageContent::Address, 64).primary_key())
        .col(binary(PackageContent::Content))
        .to_owned()
}

fn key() -> TableCreateStatement {
    Table::create()
        .table(VendorKey::Table)
        .col(string_len(VendorKey::Organisation, 64))
        .col(string_len(VendorKey::Key, 64))
        .col(big_integer(VendorKey::Step))
        .col(text(VendorKey::Name))
        .col(big_integer(VendorKey::AtUs))
        .col(text(VendorKey::MadeBy))
        .primary_key(Index::create().col(VendorKey::Organisation).col(VendorKey::Key).col(VendorKey::Step))
        .to_owned()
}
