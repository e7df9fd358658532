//! Walks the chain and says where it breaks first.
//!
//! Not here: repair. A broken log is kept as it is and investigated.
//! Invariant: every row is compared with the row before it and with its own hash; none is skipped.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::chain;
use crate::entity::audit_record;

/// Rows read at a time.
const PAGE: u64 = 500;

/// The end of the log. Kept elsewhere, it shows later whether something was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// How many records there are.
    pub records: u64,
    /// Hash of the last one, hex; zeros when there is none.
    pub hash: String,
}

/// What a walk over the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every record is as it was written and in its place.
    Intact(AuditHead),
    /// The first place where it is not.
    Broken {
        /// The place in the sequence.
        sequence: u64,
        /// What is wrong there.
        why: AuditBreak,
    },
}

/// What can be wrong at a place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// No record has this place.
    #[error("a record is missing")]
    Missing,
    /// It does not follow the record before it.
    #[error("a record does not follow the one before it")]
    NotFollowing,
    /// Its content is not what was written.
    #[error("a record has been changed")]
    Changed,
}

pub(super) async fn walk(database: &impl ConnectionTrait) -> Result<AuditVerdict, DbErr> {
    let mut records: u64 = 0;
    let mut hash = chain::BEGINNING.to_owned();
    let mut after = i64::MIN;
    loop {
        let rows = audit_record::Entity::find()
            .filter(audit_record::Column::Sequence.gt(after))
            .order_by_asc(audit_record::Column::Sequence)
            .limit(PAGE)
            .all(database)
            .await?;
        let Some(last) = rows.last() else { return Ok(AuditVerdict::Intact(AuditHead { records, hash })) };
        after = last.sequence;
        for row in rows {
            let sequence = records + 1;
            if let Some(why) = wrong_with(&row, sequence, &hash) {
                return Ok(AuditVerdict::Broken { sequence, why });
            }
            records = sequence;
            hash = row.hash;
        }
    }
}

fn wrong_with(row: &audit_record::Model, sequence: u64, previous_hash: &str) -> Option<AuditBreak> {
    if u64::try_from(row.sequence) != Ok(sequence) {
        Some(AuditBreak::Missing)
    } else if row.hash != chain::hash_of(row) {
        Some(AuditBreak::Changed)
    } else if row.previous_hash != previous_hash {
        Some(AuditBreak::NotFollowing)
    } else {
        None
    }
}
