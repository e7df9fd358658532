//! The triggers that keep rows from being changed or removed, and whether they are still there.
//!
//! Not here: what they refuse (the step that made them).
//! Invariant: one that is missing or switched off is named, never put back: somebody removed it, and why must be found out.
//! To protect another table: a [`Protection`] in its step, and its place in [`PROTECTED`].

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::{
    m20261122_000005_registrations as registrations, m20261122_000008_roles as roles,
    m20261122_000009_follow_ups as follow_ups, m20261122_000012_transparency_log as log,
    m20261122_000013_reviews as reviews, m20261122_000015_audit_patient as audit_patient,
    m20261123_000016_enablement as enablement, m20261123_000017_notices as notices,
    m20261123_000018_source_stages as source_stages, m20261123_000019_packages as packages,
    m20261123_000020_bindings as bindings, m20261123_000021_reports as reports, m20261123_000022_go_live as go_live,
    m20261123_000024_units as units,
};

const PROTECTED: [&Protection; 22] = [
    &log::RECORD_PROTECTION,
    &log::TILE_PROTECTION,
    &log::HEAD_PROTECTION,
    &audit_patient::PROTECTION,
    &registrations::PROTECTION,
    &roles::MATRIX_PROTECTION,
    &roles::ACKNOWLEDGEMENT_PROTECTION,
    &enablement::PROTECTION,
    &go_live::PROTECTION,
    &units::PROTECTION,
    &source_stages::PROTECTION,
    &bindings::PROTECTION,
    &packages::PACKAGE_PROTECTION,
    &packages::CONTENT_PROTECTION,
    &packages::KEY_PROTECTION,
    &notices::PROTECTION,
    &reports::PROTECTION,
    &follow_ups::PROTECTION,
    &reviews::REVIEW_PROTECTION,
    &reviews::PICK_PROTECTION,
    &reviews::MARK_PROTECTION,
    &reviews::CLOSING_PROTECTION,
];

/// The triggers of one table.
pub(super) struct Protection {
    /// Its name.
    pub table: &'static str,
    /// Their names on SQLite.
    pub sqlite: [&'static str; 3],
    /// Their names on PostgreSQL.
    pub postgres: [&'static str; 3],
}

/// The first trigger that is missing or switched off.
pub(super) async fn missing(database: &impl ConnectionTrait) -> Result<Option<&'static str>, DbErr> {
    for protection in PROTECTED {
        if let Some(trigger) = protection.missing(database).await? {
            return Ok(Some(trigger));
        }
    }
    Ok(None)
}

impl Protection {
    async fn missing(&self, database: &impl ConnectionTrait) -> Result<Option<&'static str>, DbErr> {
        let (backend, table) = (database.get_database_backend(), self.table);
        let (sql, wanted) = match backend {
            DbBackend::Postgres => (
                format!(
                    "SELECT tgname::text AS name FROM pg_trigger \
                     WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
                ),
                self.postgres,
            ),
            _ => {
                (format!("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"), self.sqlite)
            }
        };
        let mut present: Vec<String> = Vec::new();
        for row in database.query_all_raw(Statement::from_string(backend, sql)).await? {
            present.push(row.try_get("", "name")?);
        }
        Ok(wanted.into_iter().find(|trigger| !present.iter().any(|name| name == trigger)))
    }
}
