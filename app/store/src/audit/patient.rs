//! Which records are about a patient: an index that follows from the records, written with them.
//!
//! Not here: reading the records it leads to (`audit`), the records' own patients (`record`).
//! Invariant: it has a row for each record with a provider and a patient and no other; it stands outside the leaves, so whoever changes it
//! does not break the log, and is found by [`compare`].

use std::collections::BTreeMap;

use samsyn_domain::identifier::PersonIdentifier;
use samsyn_service::port::PortError;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::SelectStatement,
};
use sea_orm_migration::SchemaManager;

use super::verify::AuditBreak;
use crate::{
    StoreKey,
    entity::{
        audit_patient::{Column, Entity, Model},
        audit_record,
    },
    error::failed,
    seal::Cell,
};

const FILL: &str = "index the audit log by patient";
const COLUMN: &str = "audit_patient.patient_tag";
/// Records compared or indexed at a time. Three columns each stay far below the parameters of one statement.
const PAGE: i64 = 1_000;

/// A provider as HSA-ids are compared.
pub(super) fn lower(provider: &str) -> String {
    provider.trim().to_ascii_lowercase()
}

/// The row of a record; none of one without a provider or a patient. It has no place yet.
pub(super) fn row(key: &StoreKey, provider: Option<&str>, patient: Option<&PersonIdentifier>) -> Option<Model> {
    let (provider, patient) = (lower(provider?), patient?);
    let patient_tag = key.tag_within(patient, COLUMN, &provider);
    Some(Model { leaf_index: 0, provider, patient_tag })
}

/// The places of what is about a patient in a provider's log.
pub(super) fn places(key: &StoreKey, provider: &str, patient: &PersonIdentifier) -> SelectStatement {
    let provider = lower(provider);
    let tag = key.tag_within(patient, COLUMN, &provider);
    let rows = Entity::find().select_only().column(Column::LeafIndex);
    rows.filter(Column::PatientTag.eq(tag)).filter(Column::Provider.eq(provider)).into_query()
}

/// Writes rows, if there are any.
pub(super) async fn insert(database: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(database).await.map(drop)
}

/// Makes the rows of all records that are there.
///
/// # Errors
/// When a record's patient does not open: an index without it would leave it out of an extract unseen.
pub(crate) async fn fill(database: &impl ConnectionTrait, key: &StoreKey) -> Result<(), PortError> {
    let failed = failed(FILL);
    let mut from = 0;
    loop {
        let page = records(database, from).await.map_err(&failed)?;
        let Some(last) = page.last() else { return Ok(()) };
        from = last.leaf_index + 1;
        let rows: Result<Vec<Option<Model>>, i64> = page.iter().map(|record| expected(key, record)).collect();
        let rows = rows.map_err(|place| {
            PortError::new(FILL, format_args!("the patient of record {place} does not open; run `samsyn audit verify`"))
        })?;
        insert(database, rows.into_iter().flatten().collect()).await.map_err(&failed)?;
    }
}

/// Whether the index is that of the records. A database from before it has none to compare. `progress` is told how many have been compared.
pub(super) async fn compare(
    database: &DatabaseTransaction,
    key: &StoreKey,
    size: i64,
    mut progress: impl FnMut(u64),
) -> Result<Result<(), AuditBreak>, DbErr> {
    if !SchemaManager::new(database).has_table("audit_patient").await? {
        return Ok(Ok(()));
    }
    let outside = Condition::any().add(Column::LeafIndex.lt(0)).add(Column::LeafIndex.gte(size));
    if let Some(row) = Entity::find().filter(outside).one(database).await? {
        return Ok(Err(AuditBreak::Indexed { index: row.leaf_index }));
    }
    let mut from = 0;
    while from < size {
        let page = records(database, from).await?;
        let Some(before) = page.last().map(|last| last.leaf_index + 1) else { break };
        let rows = Entity::find().filter(Column::LeafIndex.gte(from)).filter(Column::LeafIndex.lt(before));
        let rows = rows.all(database).await?;
        let mut rows: BTreeMap<i64, Model> = rows.into_iter().map(|row| (row.leaf_index, row)).collect();
        for record in page {
            let index = record.leaf_index;
            if expected(key, &record).ok() != Some(rows.remove(&index)) {
                return Ok(Err(AuditBreak::Indexed { index }));
            }
        }
        from = before;
        progress(from.unsigned_abs());
    }
    Ok(Ok(()))
}

/// What the index needs of a record: the rest of it, most of the log's bytes, stays where it is.
#[derive(FromQueryResult)]
struct About {
    leaf_index: i64,
    id: String,
    provider: Option<String>,
    patient: Option<String>,
}

async fn records(database: &impl ConnectionTrait, from: i64) -> Result<Vec<About>, DbErr> {
    use audit_record::Column::{Id, LeafIndex, Patient, Provider};
    let page = audit_record::Entity::find().select_only().columns([LeafIndex, Id, Provider, Patient]);
    let page = page.filter(LeafIndex.gte(from)).order_by_asc(LeafIndex).limit(PAGE.unsigned_abs());
    page.into_model::<About>().all(database).await
}

/// The row that a record must have; its place when its patient does not open.
fn expected(key: &StoreKey, record: &About) -> Result<Option<Model>, i64> {
    let cell = Cell::of_record(&record.id, record.provider.as_deref());
    let patient = record.patient.as_deref().map(|sealed| key.open(sealed, cell)).transpose();
    let patient = patient.map_err(|_| record.leaf_index)?;
    let row = row(key, record.provider.as_deref(), patient.as_ref());
    Ok(row.map(|row| Model { leaf_index: record.leaf_index, ..row }))
}
