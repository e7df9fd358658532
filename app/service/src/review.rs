//! Reviewing the own provider's log: selecting, looking, judging, closing.
//!
//! Rooms: `begin` the selection · `judge` looking at a pick, marking, closing.
//! Not here: which acts are chosen (`domain::review`), pages (`ui::review`), noting who is refused (`server::http::denied`).
//! Invariants: only a reviewer comes in, and only to the log and the reviews of the own provider; every look, mark, export and closing
//! leaves a record before it holds, and what is kept a second one that says whether it is. No patient can be opened from here.

mod begin;
mod judge;

use std::sync::Arc;

use jiff::Zoned;
use samsyn_domain::{
    access::FollowUp,
    identifier::PersonIdentifier,
    logged::LoggedAct,
    review::{Pick, ReviewFile, ReviewRefusal},
    viewer::{Role, Viewer},
};
use serde_json::{Value, json};

pub use self::{begin::New, judge::PickRead};
use crate::{
    log_reading::{LogAccessError, LogReading},
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditReader, AuditRecord},
        follow_ups::FollowUps,
        reviews::Reviews,
    },
};

/// The purpose of reading the log, in the words of the national log service.
pub(crate) const PURPOSE: &str = "Administration";

/// Why nothing was shown, selected, judged or closed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The assignment is not to review the log, or the log could not be read or written.
    #[error(transparent)]
    Log(LogAccessError),
    /// The own provider has none of this id.
    #[error("there is no such review")]
    Unknown,
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] ReviewRefusal),
    /// The reviews, or what emergencies left to be told, could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

impl From<LogAccessError> for ReviewError {
    fn from(error: LogAccessError) -> Self {
        match error {
            LogAccessError::Refused(refusal) => Self::Refused(refusal.into()),
            error => Self::Log(error),
        }
    }
}

/// What there is to do.
#[derive(Debug, Clone)]
pub struct Room {
    /// Newest first.
    pub reviews: Vec<ReviewFile>,
    /// The overdue first, then the open, then what has been written, latest first.
    pub follow_ups: Vec<FollowUp>,
}

/// The use cases.
#[derive(Clone)]
pub struct ReviewService {
    log: LogReading,
    audit: Arc<dyn AuditLog>,
    reviews: Arc<dyn Reviews>,
    follow_ups: Arc<dyn FollowUps>,
}

impl ReviewService {
    /// Puts the ports together.
    pub fn new(
        log: Arc<dyn AuditReader>,
        audit: Arc<dyn AuditLog>,
        reviews: Arc<dyn Reviews>,
        follow_ups: Arc<dyn FollowUps>,
    ) -> Self {
        Self { log: LogReading::new(log), audit, reviews, follow_ups }
    }

    /// Every review of the viewer's provider, and what emergencies have left to be told. Names no patient.
    ///
    /// # Errors
    /// When the viewer is no reviewer, it cannot be logged, or something cannot be read.
    pub async fn room(&self, viewer: &Viewer, now: &Zoned) -> Result<Room, ReviewError> {
        Self::admit(viewer)?;
        self.look(viewer, None, now, json!({ "what": "review" })).await?;
        let reviews = self.reviews.reviews_of(&viewer.provider.id).await.map_err(ReviewError::Store)?;
        let follow_ups = self.follow_ups.of_provider(&viewer.provider.id).await.map_err(ReviewError::Store)?;
        Ok(Room { reviews, follow_ups })
    }

    /// One review, for its page or, as an `export`, for its report. Names no patient.
    ///
    /// # Errors
    /// When the viewer is no reviewer, there is none, it cannot be logged or read.
    pub async fn file(
        &self,
        viewer: &Viewer,
        id: &str,
        export: Option<&'static str>,
        now: &Zoned,
    ) -> Result<ReviewFile, ReviewError> {
        let file = self.own(viewer, id).await?;
        let what = if export.is_some() { "review-export" } else { "review-file" };
        self.look(viewer, None, now, json!({ "what": what, "review": file.review.id, "form": export })).await?;
        Ok(file)
    }

    /// What an emergency of the viewer's provider left to be told, with the patient.
    ///
    /// # Errors
    /// When the viewer is no reviewer, there is none, it cannot be logged or read.
    pub async fn follow_up(&self, viewer: &Viewer, id: &str, now: &Zoned) -> Result<FollowUp, ReviewError> {
        Self::admit(viewer)?;
        let found = self.follow_ups.follow_up(&viewer.provider.id, id).await.map_err(ReviewError::Store)?;
        let task = found.ok_or(ReviewError::Unknown)?;
        let details = json!({ "what": "review-follow-up", "registration": task.id });
        self.look(viewer, Some(&task.patient), now, details).await?;
        Ok(task)
    }

    /// The act behind a pick.
    async fn act(&self, viewer: &Viewer, pick: &Pick) -> Result<Option<LoggedAct>, ReviewError> {
        let provider = &viewer.provider.id;
        let act = self.log.act(provider, &pick.record, pick.place, pick.outcome).await;
        Ok(act.map_err(LogAccessError::Unreadable)?)
    }

    async fn own(&self, viewer: &Viewer, id: &str) -> Result<ReviewFile, ReviewError> {
        Self::admit(viewer)?;
        let found = self.reviews.review(&viewer.provider.id, id).await.map_err(ReviewError::Store)?;
        found.ok_or(ReviewError::Unknown)
    }

    /// Lets reviewers in and nobody else.
    fn admit(viewer: &Viewer) -> Result<(), ReviewError> {
        if viewer.role == Role::Reviewer { Ok(()) } else { Err(LogAccessError::MayNot.into()) }
    }

    async fn look(
        &self,
        viewer: &Viewer,
        patient: Option<&PersonIdentifier>,
        now: &Zoned,
        details: Value,
    ) -> Result<(), ReviewError> {
        let record = record(Activity::Read, viewer, patient, now, details);
        self.audit.append(&record).await.map(drop).map_err(|error| LogAccessError::LogUnavailable(error).into())
    }

    /// Begins a change, of which a second record will say what became.
    async fn change(
        &self,
        viewer: &Viewer,
        patient: Option<&PersonIdentifier>,
        now: &Zoned,
        details: Value,
    ) -> Result<Change, ReviewError> {
        let record = record(Activity::Write, viewer, patient, now, details);
        Ok(Change::begin(&self.audit, record).await.map_err(LogAccessError::LogUnavailable)?)
    }
}

/// The record of something a reviewer does.
fn record(
    activity: Activity,
    viewer: &Viewer,
    patient: Option<&PersonIdentifier>,
    now: &Zoned,
    mut details: Value,
) -> AuditRecord {
    if let Some(details) = details.as_object_mut() {
        details.insert("purpose".into(), json!(PURPOSE));
    }
    AuditRecord::intent(activity, viewer, patient, now.timestamp(), details)
}
