//! Between the domain's registration and the columns of the table.
//!
//! Not here: the statements (`registrations`).
//! Invariant: what is read back is what was registered, to the microsecond; anything else is an error that names the row.
//! To add a kind: its word in [`kind_word`] and [`kind`].

use jiff::Timestamp;
use samsyn_domain::{
    access::{Ended, Kind, Period, Receiver, Registration},
    identifier::PersonIdentifier,
    provenance::Organisation,
    source::ProviderId,
};
use samsyn_service::port::PortError;
use sea_orm::ActiveValue::Set;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    StoreKey,
    entity::registration::{ActiveModel, Model},
    seal::{Cell, SealError},
};

/// Why a registration has no row. Carries no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwritable {
    /// Ids are looked up as text, so there is one way to write them.
    #[error("its id is not a UUID in lower case")]
    Id,
    /// It would be read back as one for every unit.
    #[error("its unit has no id")]
    Unit,
    /// Ending is an act of its own.
    #[error("a new one has not ended")]
    Ended,
    /// The patient.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What was stated, or who did it.
    #[error("it cannot be written as JSON")]
    Json,
}

/// What the rows of a patient are found by.
pub(super) fn tag(key: &StoreKey, patient: &PersonIdentifier) -> String {
    key.tag(patient, "registration.patient_tag")
}

/// Whether a text, which may come from an address, can be the id of a registration.
pub(super) fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text)
}

/// The row of a new registration.
pub(super) fn of(registration: &Registration, key: &StoreKey) -> Result<ActiveModel, Unwritable> {
    let Registration { id, kind, patient, receiver, period, stated, registered_at, registered_by, ended } =
        registration;
    if !is_id(id) {
        return Err(Unwritable::Id);
    }
    if ended.is_some() {
        return Err(Unwritable::Ended);
    }
    let unit = receiver.unit.as_ref();
    if unit.is_some_and(|unit| unit.id.is_none()) {
        return Err(Unwritable::Unit);
    }
    let provider = receiver.provider.as_str();
    Ok(ActiveModel {
        id: Set(id.clone()),
        kind: Set(kind_word(*kind).to_owned()),
        patient_tag: Set(tag(key, patient)),
        patient: Set(key.seal(patient, Cell::of_registration(id, provider))?),
        provider: Set(provider.to_owned()),
        unit_id: Set(unit.and_then(|unit| unit.id.clone())),
        unit_name: Set(unit.and_then(|unit| unit.name.clone())),
        employee: Set(receiver.employee.clone()),
        from_us: Set(period.from.as_microsecond()),
        to_us: Set(period.to.map(Timestamp::as_microsecond)),
        stated: Set(json(stated)?),
        registered_us: Set(registered_at.as_microsecond()),
        registered_by: Set(json(registered_by)?),
        ended_us: Set(None),
        ended_by: Set(None),
        voided: Set(None),
    })
}

/// Why a row is not understood. Carries no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unreadable {
    /// Something else stands in a column.
    #[error("its {0} cannot be read")]
    Column(&'static str),
    /// The patient.
    #[error("its patient does not open: {0}")]
    Patient(#[from] SealError),
    /// The tag was changed.
    #[error("it is filed under another patient than its own")]
    Misfiled,
}

/// Reads a row back. One that cannot be read is named by its id and is never left out.
pub(super) fn read(row: Model, key: &StoreKey) -> Result<Registration, PortError> {
    let name = if is_id(&row.id) { row.id.clone() } else { "with another kind of id".to_owned() };
    understood(row, key).map_err(|why| PortError::new("read registrations", format_args!("registration {name}: {why}")))
}

fn understood(row: Model, key: &StoreKey) -> Result<Registration, Unreadable> {
    if !is_id(&row.id) {
        return Err(Unreadable::Column("id"));
    }
    let patient = key.open(&row.patient, Cell::of_registration(&row.id, &row.provider))?;
    if row.patient_tag != tag(key, &patient) {
        return Err(Unreadable::Misfiled);
    }
    let unit = match (row.unit_id, row.unit_name) {
        (None, None) => None,
        // Every unit, and yet one: whom it is for is not known.
        (None, Some(_)) => return Err(Unreadable::Column("unit")),
        (id, name) => Some(Organisation { id, name }),
    };
    let ended = match (row.ended_us, row.ended_by, row.voided) {
        (None, None, None) => None,
        (Some(at), Some(by), Some(voided)) => {
            Some(Ended { voided, at: moment(at, "end")?, by: from_json(&by, "end")? })
        }
        _ => return Err(Unreadable::Column("end")),
    };
    Ok(Registration {
        id: row.id,
        kind: kind(&row.kind).ok_or(Unreadable::Column("kind"))?,
        patient,
        receiver: Receiver { provider: ProviderId::new(row.provider), unit, employee: row.employee },
        period: Period {
            from: moment(row.from_us, "first moment")?,
            to: row.to_us.map(|to| moment(to, "last moment")).transpose()?,
        },
        stated: from_json(&row.stated, "statement")?,
        registered_at: moment(row.registered_us, "time")?,
        registered_by: from_json(&row.registered_by, "registrar")?,
        ended,
    })
}

/// Whether what was sent is what is kept, perhaps sent once more: then each of its moments is the same, or as much later as it was
/// sent later. That it has ended since makes it no other one.
pub(super) fn is_same(kept: &Registration, sent: &Registration) -> bool {
    let Registration { id, kind, patient, receiver, period, stated, registered_at, registered_by, ended: _ } = sent;
    let later = |kept: Timestamp, sent: Timestamp| sent.as_microsecond() - kept.as_microsecond();
    let sent_later = later(kept.registered_at, *registered_at);
    let is_then = |kept: Timestamp, sent: Timestamp| [0, sent_later].contains(&later(kept, sent));
    let ends_then = match (kept.period.to, period.to) {
        (None, None) => true,
        (Some(kept), Some(sent)) => is_then(kept, sent),
        _ => false,
    };
    let who = kept.id == *id && kept.patient == *patient && kept.receiver == *receiver;
    let what = kept.kind == *kind && kept.stated == *stated && kept.registered_by == *registered_by;
    who && what && is_then(kept.period.from, period.from) && ends_then
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Consent => "consent",
        Kind::Relation => "relation",
        Kind::Child => "child",
        Kind::Incapable => "incapable",
        Kind::Emergency => "emergency",
        Kind::Lift => "lift",
    }
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "consent" => Kind::Consent,
        "relation" => Kind::Relation,
        "child" => Kind::Child,
        "incapable" => Kind::Incapable,
        "emergency" => Kind::Emergency,
        "lift" => Kind::Lift,
        _ => return None,
    })
}

/// What stands in a column of several parts.
pub(super) fn json(value: &impl Serialize) -> Result<String, Unwritable> {
    serde_json::to_string(value).map_err(|_| Unwritable::Json)
}

fn from_json<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|_| Unreadable::Column(column))
}

fn moment(us: i64, column: &'static str) -> Result<Timestamp, Unreadable> {
    Timestamp::from_microsecond(us).map_err(|_| Unreadable::Column(column))
}
