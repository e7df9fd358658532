//! Between the port's record and the columns of the table.
//!
//! Not here: place in the log (`queue` gives it).
//! Invariant: what cannot be stored is refused before it joins a group, so that it fails alone. The patient is
//! sealed here, so that queue, leaf and verification see only what is stored.

use jiff::Timestamp;
use samsyn_service::port::{
    PortError,
    audit_log::{AuditRecord, Logged},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tlog_tiles::{Hash, tlog::record_hash};

use super::{canonical, entry, patient};
use crate::{
    StoreKey,
    entity::{audit_patient, audit_record::Model},
    seal::Cell,
};

const APPEND: &str = "append audit record";
const READ: &str = "read audit records";

/// A record on its way to the table, the hash of its leaf, and its row in the index by patient.
pub(crate) struct Columns {
    row: Model,
    leaf: Hash,
    /// Whom it is about, in the index.
    about: Option<audit_patient::Model>,
}

impl Columns {
    pub(super) fn of(id: String, record: &AuditRecord, key: &StoreKey) -> Result<Self, PortError> {
        let viewer = record.viewer.as_ref();
        let cell = Cell::of_record(&id, viewer.map(|viewer| viewer.provider.id.as_str()));
        let sealed = record.patient.as_ref().map(|patient| key.seal(patient, cell)).transpose();
        let sealed = sealed.map_err(|error| PortError::new(APPEND, error))?;
        let row = Model {
            leaf_index: 0,
            id,
            stage: word(&record.stage)?,
            intent: record.intent.clone(),
            activity: word(&record.activity)?,
            at: written(record.at),
            provider: viewer.map(|viewer| viewer.provider.id.as_str().to_owned()),
            user_id: viewer.map(|viewer| viewer.user_id.clone()),
            patient: sealed,
            viewer: viewer.map(canonical::text).transpose().map_err(unwritable)?,
            details: canonical::text(&record.details).map_err(unwritable)?,
        };
        // PostgreSQL stores no NUL, and its varchar has a length; JSON escapes it, and the other texts are ours.
        let from_outside = [&row.intent, &row.provider, &row.user_id];
        if from_outside.into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(PortError::new(APPEND, "an identifier holds a character that cannot be stored"));
        }
        if row.intent.as_ref().is_some_and(|intent| intent.chars().count() > 36) {
            return Err(PortError::new(APPEND, "its intent is not an id of this log"));
        }
        let entry = entry::bytes(&row).map_err(|error| PortError::new(APPEND, error))?;
        if entry.len() > entry::ENTRY_MAX_BYTES {
            return Err(PortError::new(APPEND, "it is too long"));
        }
        let about = patient::row(key, row.provider.as_deref(), record.patient.as_ref());
        Ok(Self { leaf: record_hash(&entry), row, about })
    }

    pub(super) fn id(&self) -> &str {
        &self.row.id
    }

    /// The hash of its leaf, wherever it comes to stand.
    pub(super) const fn leaf(&self) -> Hash {
        self.leaf
    }

    /// The row of the index by patient, at a place in the log.
    pub(super) fn about(&self, leaf_index: i64) -> Option<audit_patient::Model> {
        self.about.clone().map(|about| audit_patient::Model { leaf_index, ..about })
    }

    /// The row at a place in the log. Called again, it gets another one.
    pub(super) fn placed(&self, leaf_index: i64) -> Model {
        Model { leaf_index, ..self.row.clone() }
    }
}

/// Reads a row back. One that cannot be read is named by its place and is never left out.
pub(super) fn read(row: Model, key: &StoreKey) -> Result<Logged, PortError> {
    let place = row.leaf_index;
    let unreadable = |what: &'static str| PortError::new(READ, format_args!("{what} of record {place} cannot be read"));
    let cell = Cell::of_record(&row.id, row.provider.as_deref());
    let patient = row.patient.as_deref().map(|sealed| key.open(sealed, cell)).transpose();
    let patient = patient
        .map_err(|error| PortError::new(READ, format_args!("the patient of record {place} does not open: {error}")))?;
    let viewer = row.viewer.as_deref().map(serde_json::from_str).transpose().map_err(|_| unreadable("viewer"))?;
    Ok(Logged {
        index: u64::try_from(row.leaf_index).map_err(|_| unreadable("place"))?,
        id: row.id,
        record: AuditRecord {
            stage: read_word(row.stage).ok_or_else(|| unreadable("stage"))?,
            intent: row.intent,
            activity: read_word(row.activity).ok_or_else(|| unreadable("activity"))?,
            at: row.at.parse::<Timestamp>().map_err(|_| unreadable("time"))?,
            viewer,
            patient,
            details: serde_json::from_str(&row.details).map_err(|_| unreadable("details"))?,
        },
    })
}

/// A moment as text whose order is that of time: RFC 3339 in UTC, always with nine decimals.
pub(super) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}

fn unwritable(_: serde_json::Error) -> PortError {
    PortError::new(APPEND, "it cannot be written as JSON")
}

/// The word an enum has in JSON.
fn word(value: &impl Serialize) -> Result<String, PortError> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        _ => Err(PortError::new(APPEND, "a word of it has no text")),
    }
}

fn read_word<T: DeserializeOwned>(word: String) -> Option<T> {
    serde_json::from_value(Value::String(word)).ok()
}
