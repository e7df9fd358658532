//! How the overview is used by the own provider's staff, without persons.
//!
//! Not here: what may be told of small counts (`domain::statistics`), the page (`ui::statistics`).
//! Invariant: made by whoever may, of the own provider's log only, with a record before it is shown.

use std::sync::Arc;

use jiff::{Zoned, civil::Date};
use samsyn_domain::{
    access::Action,
    logged::LoggedAct,
    review::{PERIOD_MAX_DAYS, Period, ReviewRefusal},
    statistics::Statistics,
    viewer::Viewer,
};
use serde_json::json;

use crate::{
    log_reading::{LogReading, ReadingError},
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditReader, AuditRecord},
    },
    review::{period, refuse},
};

/// The purpose, in the words of the national log service.
const PURPOSE: &str = "Statistik";

/// Why there are no statistics.
#[derive(Debug, thiserror::Error)]
pub enum StatisticsError {
    /// The assignment does not include them.
    #[error("the role does not include statistics")]
    MayNot,
    /// The period is refused.
    #[error(transparent)]
    Refused(#[from] ReviewRefusal),
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The log could not be read.
    #[error("the audit log could not be read")]
    Unreadable(#[source] PortError),
}

impl From<ReadingError> for StatisticsError {
    fn from(error: ReadingError) -> Self {
        match error {
            ReadingError::TooMany => Self::Refused(ReviewRefusal::TooMany),
            ReadingError::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

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

    /// Whether the viewer may see statistics at all. Who may not leaves a record.
    ///
    /// # Errors
    /// When the assignment does not include them.
    pub async fn admit(&self, viewer: &Viewer, now: &Zoned) -> Result<(), StatisticsError> {
        if viewer.may(Action::Statistics) {
            return Ok(());
        }
        refuse(&*self.audit, viewer, "statistics", None, now).await;
        Err(StatisticsError::MayNot)
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
    ) -> Result<(Period, Statistics), StatisticsError> {
        self.admit(viewer, now).await?;
        let period = period(from, to, PERIOD_MAX_DAYS, now)?;
        let mut counted = Statistics::default();
        // Counted as they come, so that none of them is kept.
        let count = |act: LoggedAct| -> Option<()> {
            counted.add(&act);
            None
        };
        self.log.acts(&viewer.provider.id, period, |logged| logged.record.patient.is_some(), count).await?;
        let details = json!({ "what": "statistics", "purpose": PURPOSE, "period": period, "form": form });
        let record = AuditRecord::intent(Activity::Read, viewer, None, now.timestamp(), details);
        self.audit.append(&record).await.map_err(StatisticsError::LogUnavailable)?;
        Ok((period, counted))
    }
}
