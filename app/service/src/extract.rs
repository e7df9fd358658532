//! The patient's extract of the log: who of the own provider has looked, and what came of it.
//!
//! Rules: PDL 8:5, SVOD 4:5, L-36. Not here: how staff are named (`domain::extract`), the page (`ui::extract`).
//! Invariant: an extract is made by whoever may, of the own provider's log only, and is in the log with the patient before it is shown.

use std::sync::Arc;

use jiff::{Zoned, civil::Date};
use samsyn_domain::{
    access::Action,
    identifier::PersonIdentifier,
    logged::{LoggedAct, LoggedOutcome},
    review::{Period, ReviewRefusal},
    viewer::Viewer,
};
use serde_json::json;

use crate::{
    log_reading::{LogReading, ReadingError},
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditReader, AuditRecord},
    },
    review::{PURPOSE, period, refuse},
};

/// The longest period of an extract: twice as long as a log has to be kept (L-34).
const PERIOD_MAX_DAYS: i32 = 3660;

/// Why there is no extract.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The assignment does not include it.
    #[error("the role does not include extracts")]
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

impl From<ReadingError> for ExtractError {
    fn from(error: ReadingError) -> Self {
        match error {
            ReadingError::TooMany => Self::Refused(ReviewRefusal::TooMany),
            ReadingError::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ExtractRequest {
    /// About whom.
    pub patient: PersonIdentifier,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// `page` or `csv`, for the log.
    pub form: &'static str,
}

/// An extract.
#[derive(Debug, Clone)]
pub struct Extract {
    /// About whom.
    pub patient: PersonIdentifier,
    /// Of which period.
    pub period: Period,
    /// Latest first.
    pub acts: Vec<LoggedAct>,
    /// An act of the period knew the identity to be protected: then no place is named (product.md Law 9).
    pub protected: bool,
}

/// The use case.
#[derive(Clone)]
pub struct ExtractService {
    log: LogReading,
    audit: Arc<dyn AuditLog>,
}

impl ExtractService {
    /// Puts the ports together.
    pub fn new(log: Arc<dyn AuditReader>, audit: Arc<dyn AuditLog>) -> Self {
        Self { log: LogReading::new(log), audit }
    }

    /// Whether the viewer may make extracts at all. Who may not leaves a record.
    ///
    /// # Errors
    /// When the assignment does not include it.
    pub async fn admit(&self, viewer: &Viewer, now: &Zoned) -> Result<(), ExtractError> {
        if viewer.may(Action::Extract) {
            return Ok(());
        }
        refuse(&*self.audit, viewer, "extract", None, now).await;
        Err(ExtractError::MayNot)
    }

    /// Makes an extract.
    ///
    /// # Errors
    /// When the viewer may not, the period is refused, or the log cannot be read or written.
    pub async fn make(&self, viewer: &Viewer, request: ExtractRequest, now: &Zoned) -> Result<Extract, ExtractError> {
        self.admit(viewer, now).await?;
        let period = period(request.from, request.to, PERIOD_MAX_DAYS, now)?;
        let patient = request.patient;
        let of_patient = |logged: &crate::port::audit_log::Logged| logged.record.patient.as_ref() == Some(&patient);
        let mut acts = self.log.acts(&viewer.provider.id, period, of_patient, Some).await?;
        acts.reverse();
        let details = json!({
            "what": "extract", "purpose": PURPOSE, "period": period, "form": request.form, "acts": acts.len(),
        });
        let record = AuditRecord::intent(Activity::Read, viewer, Some(&patient), now.timestamp(), details);
        self.audit.append(&record).await.map_err(ExtractError::LogUnavailable)?;
        let is_protected = |act: &LoggedAct| act.outcome.as_ref().and_then(LoggedOutcome::is_protected) == Some(true);
        Ok(Extract { protected: acts.iter().any(is_protected), patient, period, acts })
    }
}
