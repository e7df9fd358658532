//! Reporting what is wrong with an entry to who answers for its source, saying something of the portal, and what becomes of it.
//!
//! Not here: what a report is and which steps follow (`domain::report`), the pages (`ui::reports`).
//! Invariant: nothing is kept before its record is durable in the log; an entry's id is told to the organisation that answers for its source,
//! and to no other.

use std::sync::Arc;

use jiff::Timestamp;
use samsyn_domain::{
    access::{Action, Registrar},
    identifier::PersonIdentifier,
    logged::Became,
    report::{About, EntryReference, Filed, Mistake, Report, Step, Taken, TextFault, Topic, text_fault},
    source::Source,
    viewer::{Role, Viewer},
};

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        reports::Reports,
    },
    record::Deed,
    sources::SourceBook,
};

/// Why nothing was reported or done.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The role does not include it.
    #[error("the role does not include reporting errors")]
    NotReporter,
    /// Only an organisation's administrator may.
    #[error("only an administrator may follow reports up")]
    NotAdministrator,
    /// The source is not there any more.
    #[error("the source of the entry is gone")]
    NoSource,
    /// What is wrong with the words.
    #[error("what was written about the portal is not taken")]
    Text(TextFault),
    /// There is no such report for this organisation.
    #[error("there is no such report")]
    Unknown,
    /// It cannot be made of it, or something was done meanwhile.
    #[error("the report does not stand where this follows")]
    Stale,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The reports could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// What an administrator follows up.
#[derive(Debug, Default)]
pub struct FollowUpLists {
    /// What the own organisation answers for.
    pub to_us: Vec<Filed>,
    /// What its staff have reported to others.
    pub from_us: Vec<Filed>,
}

/// The use cases around reports.
#[derive(Clone)]
pub struct ReportService {
    reports: Arc<dyn Reports>,
    audit: Arc<dyn AuditLog>,
    book: SourceBook,
}

impl ReportService {
    /// Puts the ports together.
    pub fn new(reports: Arc<dyn Reports>, audit: Arc<dyn AuditLog>, book: SourceBook) -> Self {
        Self { reports, audit, book }
    }

    /// The source of an entry that is to be reported.
    ///
    /// # Errors
    /// When the viewer's role does not include it, the sources cannot be read, or this one is gone.
    pub async fn source(&self, viewer: &Viewer, entry: &EntryReference) -> Result<Source, ReportError> {
        if !viewer.may(Action::Report) {
            return Err(ReportError::NotReporter);
        }
        let standings = self.book.now().await.map_err(ReportError::Store)?;
        let found = standings.sources().iter().find(|source| source.id == entry.source);
        found.cloned().ok_or(ReportError::NoSource)
    }

    /// The sources there are, to name those of reports that were made.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn sources(&self) -> Result<Vec<Source>, ReportError> {
        let standings = self.book.now().await.map_err(ReportError::Store)?;
        Ok(standings.sources().to_vec())
    }

    /// Reports an entry of a patient; `id` was drawn by the form. Returns its source.
    ///
    /// # Errors
    /// As [`source`](Self::source), or when it cannot be logged or kept. Then nothing was reported.
    pub async fn entry(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        (id, entry, mistake): (String, EntryReference, Mistake),
        now: Timestamp,
    ) -> Result<Source, ReportError> {
        let source = self.source(viewer, &entry).await?;
        let to = source.organisation.clone();
        let deed = Deed::Report { report: &id, source: &source.id, section: entry.section, mistake, to: &to };
        let record = AuditRecord::intent(Activity::Write, viewer, Some(patient), now, deed.details());
        let about = About::Entry { entry, mistake };
        let report = Report { id: id.clone(), about, to: to.clone(), by: Registrar::from(viewer), at: now };
        self.file(viewer, &report, record).await?;
        Ok(source)
    }

    /// Says something of the portal to one's own first line; `id` was drawn by the form.
    ///
    /// # Errors
    /// When the words are not taken, or it cannot be logged or kept. Then nothing was said.
    pub async fn feedback(
        &self,
        viewer: &Viewer,
        (id, topic, text): (String, Topic, &str),
        now: Timestamp,
    ) -> Result<(), ReportError> {
        if let Some(fault) = text_fault(text) {
            return Err(ReportError::Text(fault));
        }
        let to = viewer.organisation.clone();
        let details = Deed::Feedback { report: &id, topic, to: &to }.details();
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, details);
        let about = About::Portal { topic, text: text.trim().to_owned() };
        let report = Report { id, about, to, by: Registrar::from(viewer), at: now };
        self.file(viewer, &report, record).await
    }

    /// What the viewer has reported, newest first, without the ids of the entries.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn own(&self, viewer: &Viewer) -> Result<Vec<Filed>, ReportError> {
        let own = self.reports.of_reporter(&viewer.organisation, &viewer.user_id).await.map_err(ReportError::Store)?;
        Ok(own.into_iter().map(without_id).collect())
    }

    /// What the administrator's organisation answers for, and what its staff have reported to others. Of the latter the ids of the entries are
    /// left out: they are the other organisation's.
    ///
    /// # Errors
    /// When the viewer is no administrator, or it cannot be read.
    pub async fn lists(&self, viewer: &Viewer) -> Result<FollowUpLists, ReportError> {
        if viewer.role != Role::Administrator {
            return Err(ReportError::NotAdministrator);
        }
        let all = self.reports.of_organisation(&viewer.organisation).await.map_err(ReportError::Store)?;
        let (to_us, from_us): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|filed| filed.report.to == viewer.organisation);
        Ok(FollowUpLists { to_us, from_us: from_us.into_iter().map(without_id).collect() })
    }

    /// How many wait for the administrator's organisation.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn open(&self, viewer: &Viewer) -> Result<usize, ReportError> {
        self.reports.open(&viewer.organisation).await.map_err(ReportError::Store)
    }

    /// Takes a step with a report of the administrator's organisation. `base` is the number of the last step the administrator has seen.
    ///
    /// # Errors
    /// When the viewer is no administrator, the organisation has no such report, the step does not follow, or it cannot be logged or kept. Then
    /// the report stands as it did.
    pub async fn take(
        &self,
        viewer: &Viewer,
        (id, step, base): (&str, Step, u32),
        now: Timestamp,
    ) -> Result<(), ReportError> {
        let filed = self.of(viewer, id).await?;
        if filed.number() != base || !filed.steps_for(&viewer.organisation).contains(&step) {
            return Err(ReportError::Stale);
        }
        let taken = Taken { number: base + 1, step, by: Registrar::from(viewer), at: now };
        let deed = Deed::ReportStep { report: id, step, version: taken.number };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, deed.details());
        let change = Change::begin(&self.audit, record).await.map_err(ReportError::LogUnavailable)?;
        let (became, told) = match self.reports.take(id, &taken).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(ReportError::Stale)),
            // The answer to a commit can be lost on its way.
            Err(error) => match self.of(viewer, id).await {
                Ok(filed) if filed.steps.contains(&taken) => (Became::Done, Ok(())),
                Ok(_) => (Became::NotKept, Err(ReportError::Store(error))),
                Err(_) => (Became::Unclear, Err(ReportError::Store(error))),
            },
        };
        change.ended(became).await;
        told
    }

    async fn of(&self, viewer: &Viewer, id: &str) -> Result<Filed, ReportError> {
        let FollowUpLists { to_us, from_us } = self.lists(viewer).await?;
        to_us.into_iter().chain(from_us).find(|filed| filed.report.id == id).ok_or(ReportError::Unknown)
    }

    async fn file(&self, viewer: &Viewer, report: &Report, record: AuditRecord) -> Result<(), ReportError> {
        let change = Change::begin(&self.audit, record).await.map_err(ReportError::LogUnavailable)?;
        let (became, told) = match self.reports.file(report).await {
            Ok(true) => (Became::Done, Ok(())),
            // Sent twice: it stands there from the first time, if it is the same person's.
            Ok(false) => match self.is_kept(viewer, report).await {
                Ok(true) => (Became::NotKept, Ok(())),
                _ => (Became::NotKept, Err(ReportError::Stale)),
            },
            Err(error) => match self.is_kept(viewer, report).await {
                Ok(true) => (Became::Done, Ok(())),
                Ok(false) => (Became::NotKept, Err(ReportError::Store(error))),
                Err(_) => (Became::Unclear, Err(ReportError::Store(error))),
            },
        };
        change.ended(became).await;
        told
    }

    async fn is_kept(&self, viewer: &Viewer, report: &Report) -> Result<bool, ReportError> {
        let own = self.reports.of_reporter(&viewer.organisation, &viewer.user_id).await.map_err(ReportError::Store)?;
        Ok(own.iter().any(|filed| filed.report.id == report.id && filed.report.about == report.about))
    }
}

/// Without the entry's id, which is told to the organisation that answers and to no other.
fn without_id(mut filed: Filed) -> Filed {
    if let About::Entry { entry, .. } = &mut filed.report.about {
        entry.entry.clear();
    }
    filed
}
