//! Which key a database knows: noted at its first use, compared at every start.
//!
//! Not here: the lock it is written under (`migration`).
//! Invariant: a database is used with the key it was first used with, or not at all; what is noted tells nothing of the key.

use hmac::Mac;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

use super::{StoreKey, mac_under};
use crate::{StoreError, entity::sealing_key, error::failed};

/// What the derived key signs.
const TEXT: &[u8] = b"samsyn key check 1";

impl StoreKey {
    fn check(&self) -> impl Mac {
        mac_under(&self.derive(&[Some("key check")])).chain_update(TEXT)
    }

    fn is_noted_as(&self, row: &sealing_key::Model) -> bool {
        let noted = hex::decode(&row.check_value).unwrap_or_default();
        row.key_id == self.id && self.check().verify_slice(&noted).is_ok()
    }
}

/// Notes the key of a new database, and refuses any other one afterwards.
pub(crate) async fn recognise(database: &impl ConnectionTrait, key: &StoreKey) -> Result<(), StoreError> {
    let failed = failed("recognise the key of the database");
    let noted =
        sealing_key::Entity::find().order_by_asc(sealing_key::Column::KeyId).all(database).await.map_err(&failed)?;
    if let Some(first) = noted.first() {
        let known = noted.iter().any(|row| key.is_noted_as(row));
        let other = || StoreError::OtherKey { path: key.file.clone(), id: key.id.clone(), known: first.key_id.clone() };
        return if known { Ok(()) } else { Err(other()) };
    }
    let check_value = hex::encode(key.check().finalize().into_bytes());
    let row = sealing_key::ActiveModel { key_id: Set(key.id.clone()), check_value: Set(check_value) };
    sealing_key::Entity::insert(row).exec_without_returning(database).await.map_err(&failed)?;
    Ok(())
}
