//! Between the domain's snapshot and the columns of its row.
//!
//! Not here: the statements (`snapshots`), the content (`content`). Invariant: what is read back is what was kept; anything else is an error
//! that names the row.

use jiff::Timestamp;
use samsyn_domain::{identifier::PersonIdentifier, snapshot::Snapshot, source::ProviderId};
use samsyn_service::port::PortError;
use sea_orm::ActiveValue::Set;
use serde::de::DeserializeOwned;

use crate::{
    StoreKey,
    entity::snapshot::{ActiveModel, Model},
};

/// HSA-ids are the same in either case.
pub(super) fn lower(provider: &ProviderId) -> String {
    provider.as_str().trim().to_ascii_lowercase()
}

/// What the rows of a patient are found by.
pub(super) fn tag(key: &StoreKey, patient: &PersonIdentifier) -> String {
    key.tag(patient, "snapshot.patient_tag")
}

/// The row of a new snapshot.
pub(super) fn of(snapshot: &Snapshot, key: &StoreKey, patient: &PersonIdentifier) -> Result<ActiveModel, PortError> {
    let unwritable = |_| PortError::new(super::KEEP, "it cannot be written as JSON");
    Ok(ActiveModel {
        id: Set(snapshot.id.clone()),
        provider: Set(lower(&snapshot.reader.provider.id)),
        patient_tag: Set(tag(key, patient)),
        reader: Set(serde_json::to_string(&snapshot.reader).map_err(unwritable)?),
        at_us: Set(snapshot.at.as_microsecond()),
        sha256: Set(snapshot.sha256.clone()),
        preset: Set(snapshot.preset.clone()),
        protected: Set(snapshot.protected),
        terms: Set(serde_json::to_string(&snapshot.terms).map_err(unwritable)?),
        until_us: Set(snapshot.until.as_microsecond()),
    })
}

/// What a row says.
pub(super) fn read(row: Model) -> Result<Snapshot, PortError> {
    let unreadable = |what: &str| PortError::new(super::READ, format!("{what} of snapshot {} cannot be read", row.id));
    let moment = |us: i64, what: &str| Timestamp::from_microsecond(us).map_err(|_| unreadable(what));
    Ok(Snapshot {
        reader: json(&row.reader).ok_or_else(|| unreadable("the reader"))?,
        at: moment(row.at_us, "the moment")?,
        terms: json(&row.terms).ok_or_else(|| unreadable("the terms"))?,
        until: moment(row.until_us, "the end")?,
        sha256: row.sha256.clone(),
        preset: row.preset.clone(),
        protected: row.protected,
        id: row.id,
    })
}

fn json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
