//! The first step of lifting an inner block: which units of the viewer's own provider have blocked information (PDL 4:5).
//!
//! Not here: the second step, which is a registration (`access`); blocks of other providers, which cannot be lifted here.
//! Invariant: the reading is durable in the log before anything is told, and nothing but units of the own provider is.

use jiff::Zoned;
use samsyn_domain::{access::blocked_units, identifier::PersonIdentifier, provenance::Organisation, viewer::Viewer};

use super::OverviewService;
use crate::{
    access::{AccessError, check_lift},
    port::audit_log::{Activity, AuditRecord},
    record::Deed,
};

/// What the own provider's list of blocks says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockedUnits {
    /// These units' information is blocked for the viewer; perhaps none.
    Known(Vec<Organisation>),
    /// The list cannot be read or is too old: nobody knows.
    Unverified,
}

impl OverviewService {
    /// The units of the viewer's own provider whose information is blocked for the viewer at this moment.
    ///
    /// # Errors
    /// When the assignment does not include lifting blocks, or the reading cannot be logged.
    pub async fn blocked_units(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
    ) -> Result<BlockedUnits, AccessError> {
        check_lift(viewer)?;
        let details = Deed::BlockedUnits.details();
        let record = AuditRecord::intent(Activity::Read, viewer, Some(patient), now.timestamp(), details);
        self.audit.append(&record).await.map_err(AccessError::LogUnavailable)?;
        let standings = self.standings().await.map_err(AccessError::Register)?;
        let status = self.blocks_now(viewer, patient, standings.sources(), now).await;
        if status.is_verified_of(viewer.provider.id.as_str()) {
            Ok(BlockedUnits::Known(blocked_units(viewer, &status)))
        } else {
            Ok(BlockedUnits::Unverified)
        }
    }
}
