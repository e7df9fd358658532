//! The patient's extract of the log: who of the own provider has looked, and what came of it.
//!
//! Rules: PDL 8:5, SVOD 4:5, L-36. Not here: how staff are named (`domain::extract`), the page (`ui::extract`).
//! Invariant: an extract is made by whoever may, of the own provider's log only, and is in the log with the patient before it is shown.

use std::sync::Arc;

use jiff::{Timestamp, Zoned, civil::Date};
use samsyn_domain::{access::Action, identifier::PersonIdentifier, logged::LoggedAct, review::Period, viewer::Viewer};
use serde_json::json;

use crate::{
    log_reading::{LogAccessError, LogReading, Part, period, up_to},
    port::audit_log::{Activity, AuditLog, AuditReader, AuditRecord},
    review::PURPOSE,
};

/// The longest period of an extract, in years: twice as long as a log has to be kept (L-34).
const PERIOD_MAX_YEARS: i16 = 10;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ExtractRequest {
    /// About whom.
    pub patient: PersonIdentifier,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Whoever makes it has said that the personal data are protected.
    pub protected: bool,
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
    /// Some act, also outside the period, knew the personal data to be protected, or whoever made the extract did: then no place is named
    /// (product.md Law 9).
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

    /// Whether the viewer may make extracts at all.
    ///
    /// # Errors
    /// When the assignment does not include it.
    pub fn admit(viewer: &Viewer) -> Result<(), LogAccessError> {
        if viewer.may(Action::Extract) { Ok(()) } else { Err(LogAccessError::MayNot) }
    }

    /// Makes an extract.
    ///
    /// # Errors
    /// When the viewer may not, the period is refused, or the log cannot be read or written.
    pub async fn make(&self, viewer: &Viewer, request: ExtractRequest, now: &Zoned) -> Result<Extract, LogAccessError> {
        Self::admit(viewer)?;
        let period = period(request.from, request.to, PERIOD_MAX_YEARS, now)?;
        let patient = request.patient;
        // Everything there is about the patient: that the personal data are protected may stand outside the period.
        let all = Period { from: Timestamp::MIN, before: up_to(now) };
        let part = Part { provider: &viewer.provider.id, patient: Some(&patient), period: all };
        let mut protected = request.protected;
        let of_period = |act: LoggedAct| {
            protected |= act.is_protected() == Some(true);
            period.holds(act.place.at).then_some(act)
        };
        let mut acts = self.log.acts(part, of_period).await?;
        acts.reverse();
        let details = json!({
            "what": "extract", "purpose": PURPOSE, "period": period, "form": request.form, "acts": acts.len(),
            "protected_stated": request.protected,
        });
        let record = AuditRecord::intent(Activity::Read, viewer, Some(&patient), now.timestamp(), details);
        self.audit.append(&record).await.map_err(LogAccessError::LogUnavailable)?;
        Ok(Extract { patient, period, acts, protected })
    }
}
