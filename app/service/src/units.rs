//! The units of an organisation: reading them, and writing another version of one.
//!
//! Not here: what a unit is and what is wrong with one (`domain::unit`), the page (`ui::units`).
//! Invariant: no version is kept before its record is durable in the log; an administrator writes the own organisation's and no other's.

use std::sync::Arc;

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    logged::Became,
    source::OrganisationInfo,
    unit::{Unit, UnitFault, UnitVersion},
    viewer::{Role, Viewer},
};
use serde_json::json;

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        units::Units,
    },
    record::{Deed, opening::sha256},
};

/// Why nothing was written or shown.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// Only the organisation's administrator may.
    #[error("only an administrator may see and change the units")]
    NotAdministrator,
    /// What is wrong with it.
    #[error("the unit cannot be taken as it is written")]
    Faults(Vec<UnitFault>),
    /// Somebody else has written something meanwhile.
    #[error("the units have been changed meanwhile")]
    Stale,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The units could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// The use cases around units.
#[derive(Clone)]
pub struct UnitService {
    units: Arc<dyn Units>,
    audit: Arc<dyn AuditLog>,
}

impl UnitService {
    /// Puts the ports together.
    pub fn new(units: Arc<dyn Units>, audit: Arc<dyn AuditLog>) -> Self {
        Self { units, audit }
    }

    /// Every version of the own organisation's units, in order.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn own(&self, viewer: &Viewer) -> Result<Vec<UnitVersion>, UnitError> {
        if viewer.role != Role::Administrator {
            return Err(UnitError::NotAdministrator);
        }
        self.units.units_of(&viewer.organisation).await.map_err(UnitError::Store)
    }

    /// Writes another version of a unit, or the first. `base` is the number of the last version that the administrator has seen.
    ///
    /// # Errors
    /// When the viewer is no administrator, something is wrong with it, something was written meanwhile, or it cannot be logged or kept. Then
    /// everything stands as it did.
    pub async fn write(
        &self,
        viewer: &Viewer,
        organisation: &OrganisationInfo,
        (unit, reason, base): (Unit, &str, u32),
        now: Timestamp,
    ) -> Result<(), UnitError> {
        let known = self.own(viewer).await?;
        let newest = known.last().map_or(0, |version| version.number);
        let version = UnitVersion {
            organisation: organisation.id.clone(),
            number: newest + 1,
            unit,
            reason: reason.trim().to_owned(),
            by: Registrar::from(viewer),
            at: now,
        };
        let faults = version.faults(organisation, &known);
        if !faults.is_empty() {
            return Err(UnitError::Faults(faults));
        }
        if base != newest {
            return Err(UnitError::Stale);
        }
        let deed = Deed::Unit {
            organisation: &organisation.id,
            version: version.number,
            unit: &version.unit.id,
            sha256: &sha256(&json!(version.unit)),
            reason: &version.reason,
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, deed.details());
        let change = Change::begin(&self.audit, record).await.map_err(UnitError::LogUnavailable)?;
        let (became, told) = match self.units.keep_unit(&version).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(UnitError::Stale)),
            // The answer to a commit can be lost on its way.
            Err(error) => match self.own(viewer).await {
                Ok(all) if all.contains(&version) => (Became::Done, Ok(())),
                Ok(_) => (Became::NotKept, Err(UnitError::Store(error))),
                Err(_) => (Became::Unclear, Err(UnitError::Store(error))),
            },
        };
        change.ended(became).await;
        told
    }
}
