//! The register of patients' blocks: one list per provider.
//!
//! Not here: what a block hides (`domain::access`), the file a list comes in (`service::block_file`).
//! Invariant: a row that cannot be read fails the whole answer; a block is never skipped. A list is replaced as a whole, and never by
//! an older one. A provider whose freshness is unknown is one without a list.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{access::Block, identifier::PersonIdentifier, source::ProviderId};
use samsyn_service::port::{
    PortError,
    blocks::{BlockList, BlockLists, Blocks, ListedBlock, PatientBlocks, Replaced},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect as _, RelationTrait as _,
    sea_query::{Expr, ExprTrait as _, IntoCondition as _, OnConflict},
};

use crate::{
    Store, StoreKey,
    entity::{block, block_register},
    error::failed,
    seal::Cell,
};

const READ: &str = "read blocks";
const REPLACE: &str = "replace blocks";
/// Rows in one statement, well below the parameter limits of both engines.
const ROWS_PER_INSERT: usize = 500;

#[async_trait]
impl Blocks for Store {
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<PatientBlocks, PortError> {
        let tag = tag(&self.key, patient);
        // One statement, so that a list replaced meanwhile is seen either before or after, with its moment.
        let of_patient = block_register::Relation::Block.def().on_condition(move |_, block| {
            Expr::col((block, block::Column::PatientTag)).eq(tag.as_str()).into_condition()
        });
        let find = block_register::Entity::find()
            .join(JoinType::LeftJoin, of_patient)
            .select_also(block::Entity)
            .order_by_asc(block_register::Column::Provider)
            .order_by_asc(block::Column::Id);
        let rows = self.answer(READ, find.all(&self.connections.reads)).await?;
        let mut found = PatientBlocks { blocks: Vec::new(), verified: BTreeMap::new() };
        for (list, row) in rows {
            found.verified.insert(ProviderId::new(list.provider), moment(list.verified_us)?);
            if let Some(row) = row {
                found.blocks.push(read(row, &self.key)?.block);
            }
        }
        if found.verified.is_empty() {
            return Err(PortError::new(READ, "no list has ever been imported"));
        }
        Ok(found)
    }
}

#[async_trait]
impl BlockLists for Store {
    async fn replace(&self, list: &BlockList) -> Result<Replaced, PortError> {
        let provider = list.provider.as_str();
        let rows = list.blocks.iter().map(|listed| row(provider, listed, &self.key)).collect::<Result<Vec<_>, _>>()?;
        let replace = async {
            let transaction = self.begin_write().await?;
            verify(&transaction, list).await?;
            if let Some(held) = newer(&transaction, list).await? {
                return Ok(Replaced::NewerHeld(held));
            }
            block::Entity::delete_many().filter(block::Column::Provider.eq(provider)).exec(&transaction).await?;
            for part in rows.chunks(ROWS_PER_INSERT) {
                block::Entity::insert_many(part.to_vec()).exec_without_returning(&transaction).await?;
            }
            transaction.commit().await?;
            Ok(Replaced::Done)
        };
        replace.await.map_err(failed(REPLACE))
    }

    async fn verified_at(&self, provider: &ProviderId) -> Result<Option<Timestamp>, PortError> {
        let register = block_register::Entity::find_by_id(provider.as_str()).one(&self.connections.reads);
        self.answer(READ, register).await?.map(|register| moment(register.verified_us)).transpose()
    }

    async fn list_of(&self, provider: &ProviderId) -> Result<Option<BlockList>, PortError> {
        let reads = &self.connections.reads;
        let register = block_register::Entity::find_by_id(provider.as_str()).one(reads).await.map_err(failed(READ))?;
        let Some(register) = register else { return Ok(None) };
        let rows = block::Entity::find()
            .filter(block::Column::Provider.eq(provider.as_str()))
            .order_by_asc(block::Column::Id)
            .all(reads)
            .await
            .map_err(failed(READ))?;
        let blocks = rows.into_iter().map(|row| read(row, &self.key)).collect::<Result<_, _>>()?;
        Ok(Some(BlockList { provider: provider.clone(), verified_at: moment(register.verified_us)?, blocks }))
    }
}

/// Notes the moment of a list, unless a later one is there. The row that is touched keeps another node's list waiting until this
/// one is in its place.
async fn verify(transaction: &DatabaseTransaction, list: &BlockList) -> Result<(), DbErr> {
    let verified_us = list.verified_at.as_microsecond();
    let row =
        block_register::ActiveModel { provider: Set(list.provider.as_str().to_owned()), verified_us: Set(verified_us) };
    let mut replace = OnConflict::column(block_register::Column::Provider);
    replace.update_column(block_register::Column::VerifiedUs);
    // PostgreSQL knows two columns of this name here: the one that is there and the one that is to be.
    let held = Expr::col((block_register::Entity, block_register::Column::VerifiedUs));
    replace.action_and_where(held.lte(verified_us));
    block_register::Entity::insert(row).on_conflict(replace).exec_without_returning(transaction).await?;
    Ok(())
}

/// The moment of a list that is held and was verified later.
async fn newer(database: &impl ConnectionTrait, list: &BlockList) -> Result<Option<Timestamp>, DbErr> {
    let held = block_register::Entity::find_by_id(list.provider.as_str()).one(database).await?;
    let held = held.map(|held| held.verified_us).filter(|held| *held > list.verified_at.as_microsecond());
    held.map(Timestamp::from_microsecond).transpose().map_err(|_| DbErr::Custom("a moment cannot be read".into()))
}

/// What the rows of a patient are found by.
fn tag(key: &StoreKey, patient: &PersonIdentifier) -> String {
    key.tag(patient, "block.patient_tag")
}

fn row(provider: &str, listed: &ListedBlock, key: &StoreKey) -> Result<block::ActiveModel, PortError> {
    if listed.block.provider.as_str() != provider {
        return Err(PortError::new(REPLACE, "a block is another provider's than its list"));
    }
    let sealed = key.seal(&listed.patient, Cell::of_block(provider, &listed.id));
    Ok(block::ActiveModel {
        provider: Set(provider.to_owned()),
        id: Set(listed.id.clone()),
        patient_tag: Set(tag(key, &listed.patient)),
        patient: Set(sealed.map_err(|why| PortError::new(REPLACE, why))?),
        stated: Set(
            serde_json::to_string(&listed.block).map_err(|_| PortError::new(REPLACE, "a block cannot be written"))?
        ),
    })
}

/// Reads a row back. What is wrong with it is told without what stands in it.
fn read(row: block::Model, key: &StoreKey) -> Result<ListedBlock, PortError> {
    let patient = key.open(&row.patient, Cell::of_block(&row.provider, &row.id));
    let patient =
        patient.map_err(|why| PortError::new(READ, format_args!("a block's patient does not open: {why}")))?;
    if row.patient_tag != tag(key, &patient) {
        return Err(PortError::new(READ, "a block is filed under another patient than its own"));
    }
    let block: Block = serde_json::from_str(&row.stated).map_err(|_| PortError::new(READ, "a block cannot be read"))?;
    if block.provider.as_str() != row.provider {
        return Err(PortError::new(READ, "a block is in another provider's list than its own"));
    }
    Ok(ListedBlock { id: row.id, patient, block })
}

fn moment(us: i64) -> Result<Timestamp, PortError> {
    Timestamp::from_microsecond(us).map_err(|_| PortError::new(READ, "the moment of verification cannot be read"))
}
