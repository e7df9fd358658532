//! How the overview is used by the own provider's staff, without persons.
//!
//! Not here: what may be told of small counts (`domain::statistics`), the page (`ui::statistics`).
//! Invariant: made by whoever may, of the own provider's log only, with a record before it is shown.

use std::sync::Arc;

use jiff::{Zoned, civil::Date};
use samsyn_domain::{
    access::Action,
    logged::LoggedAct,
    review::{PERIOD_MAX_YEARS, Period},
    statistics::Statistics,
    viewer::Viewer,
};
use serde_json::json;

use crate::{
    log_reading::{LogAccessError, LogReading, Part, period},
    port::audit_log::{Activity, AuditLog, AuditReader, AuditRecord},
};

/// The purpose, in the words of the national log service.
const PURPOSE: &str = "Statistik";

/// The use case.
#[derive(Clone)]
pub struct StatisticsService {
    log: LogReading,
    audit: Arc<dyn AuditLog>,
}

impl StatisticsService {
    /// Puts the ports together.
    pub fn new(log: Arc<dyn AuditReader>, audit: Arc<dyn AuditLog>) -> Self {
        Self { log: LogReading::new(log), audit }
    }

    /// Whether the viewer may see statistics at all.
    ///
    /// # Errors
    /// When the assignment does not include it.
    pub fn admit(viewer: &Viewer) -> Result<(), LogAccessError> {
        if viewer.may(Action::Statistics) { Ok(()) } else { Err(LogAccessError::MayNot) }
    }

    /// The counts of these days.
    ///
    /// # Errors
    /// When the viewer may not, the period is refused, or the log cannot be read or written.
    pub async fn make(
        &self,
        viewer: &Viewer,
        (from, to): (Date, Date),
        form: &'static str,
        now: &Zoned,
    ) -> Result<(Period, Statistics), LogAccessError> {
        Self::admit(viewer)?;
        let period = period(from, to, PERIOD_MAX_YEARS, now)?;
        let mut counted = Statistics::default();
        // Counted as they come, so that none of them is kept.
        let count = |act: LoggedAct| -> Option<()> {
            counted.add(&act);
            None
        };
        self.log.acts(Part { provider: &viewer.provider.id, patient: None, period }, count).await?;
        let details = json!({ "what": "statistics", "purpose": PURPOSE, "period": period, "form": form });
        let record = AuditRecord::intent(Activity::Read, viewer, None, now.timestamp(), details);
        self.audit.append(&record).await.map_err(LogAccessError::LogUnavailable)?;
        Ok((period, counted))
    }
}
