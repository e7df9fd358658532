//! The register of patients' blocks.
//!
//! Not here: what a block hides (`domain::access`).
//! Invariant: a row that cannot be read fails the whole answer; a block is never skipped. A register whose freshness is
//! unknown is one that cannot be read.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::{Block, BlockKind},
    identifier::PersonIdentifier,
    source::ProviderId,
};
use samsyn_service::port::{
    PortError,
    blocks::{Blocks, PatientBlocks},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use crate::{
    Store,
    entity::{block, block_register},
    error::failed,
};

/// The only row of `block_register`.
const REGISTER: i32 = 1;
/// Rows in one statement, well below the parameter limits of both engines.
const ROWS_PER_INSERT: usize = 500;

/// A block as the register keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredBlock {
    /// Whose block.
    pub patient: PersonIdentifier,
    /// What it blocks.
    pub block: Block,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When it was lifted. Written when it happens, never ahead: a block with an end is not active.
    pub ended_at: Option<Timestamp>,
}

#[async_trait]
impl Blocks for Store {
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<PatientBlocks, PortError> {
        const READ: &str = "read blocks";
        let reads = &self.connections.reads;
        // Freshness first: if the register is replaced in between, the blocks are newer than the moment that is stated.
        let register = block_register::Entity::find_by_id(REGISTER).one(reads).await.map_err(failed(READ))?;
        let register = register.ok_or_else(|| PortError::new(READ, "the register has never been verified"))?;
        let rows = block::Entity::find()
            .filter(block::Column::Patient.eq(patient.digits()))
            .filter(block::Column::EndedUs.is_null())
            .order_by_asc(block::Column::Id)
            .all(reads)
            .await
            .map_err(failed(READ))?;
        let blocks =
            rows.into_iter().map(|row| read(row).ok_or_else(|| PortError::new(READ, "a block cannot be read")));
        Ok(PatientBlocks {
            blocks: blocks.collect::<Result<_, _>>()?,
            verified_at: Timestamp::from_microsecond(register.verified_us)
                .map_err(|_| PortError::new(READ, "the moment of verification cannot be read"))?,
        })
    }
}

impl Store {
    /// Replaces the whole register, and says when it was known to be complete.
    ///
    /// # Errors
    /// When it cannot be written; then the old register still stands.
    pub async fn replace_blocks(&self, blocks: &[RegisteredBlock], verified_at: Timestamp) -> Result<(), PortError> {
        const REPLACE: &str = "replace blocks";
        let rows = blocks.iter().map(row).collect::<Option<Vec<_>>>();
        let rows = rows.ok_or_else(|| PortError::new(REPLACE, "the exceptions of a block cannot be written"))?;
        let replace = async {
            let transaction = self.begin_write().await?;
            block::Entity::delete_many().exec(&transaction).await?;
            for part in rows.chunks(ROWS_PER_INSERT) {
                block::Entity::insert_many(part.to_vec()).exec_without_returning(&transaction).await?;
            }
            verify(&transaction, verified_at).await?;
            transaction.commit().await
        };
        replace.await.map_err(failed(REPLACE))
    }

    /// Says when the register was last known to be complete.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_blocks_verified_at(&self, verified_at: Timestamp) -> Result<(), PortError> {
        verify(&self.connections.writes, verified_at).await.map_err(failed("verify blocks"))
    }
}

async fn verify(database: &impl ConnectionTrait, verified_at: Timestamp) -> Result<(), DbErr> {
    let row = block_register::ActiveModel { id: Set(REGISTER), verified_us: Set(verified_at.as_microsecond()) };
    let replace =
        OnConflict::column(block_register::Column::Id).update_column(block_register::Column::VerifiedUs).to_owned();
    block_register::Entity::insert(row).on_conflict(replace).exec_without_returning(database).await?;
    Ok(())
}

fn row(registered: &RegisteredBlock) -> Option<block::ActiveModel> {
    let block = &registered.block;
    Some(block::ActiveModel {
        id: NotSet,
        patient: Set(registered.patient.digits().to_owned()),
        kind: Set(kind_word(block.kind).to_owned()),
        provider: Set(block.provider.as_str().to_owned()),
        unit: Set(block.unit.clone()),
        from_day: Set(block.from.map(|day| day.to_string())),
        to_day: Set(block.to.map(|day| day.to_string())),
        except_types: Set(serde_json::to_string(&block.except).ok()?),
        registered_us: Set(registered.registered_at.as_microsecond()),
        ended_us: Set(registered.ended_at.map(Timestamp::as_microsecond)),
    })
}

const fn kind_word(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Inner => "inner",
        BlockKind::Outer => "outer",
    }
}

fn read(row: block::Model) -> Option<Block> {
    let day = |text: Option<String>| text.map(|text| text.parse().ok()).map_or(Some(None), |day| day.map(Some));
    Some(Block {
        kind: match row.kind.as_str() {
            "inner" => BlockKind::Inner,
            "outer" => BlockKind::Outer,
            _ => return None,
        },
        provider: ProviderId::new(row.provider),
        unit: row.unit,
        from: day(row.from_day)?,
        to: day(row.to_day)?,
        except: serde_json::from_str(&row.except_types).ok()?,
    })
}
