//! Showing again what was shown: which openings are kept, one of them as it was, and destroying what is kept no longer.
//!
//! Not here: keeping (`overview`), what is kept back now (`domain::overview`), the page (`ui::replay`).
//! Invariants: whoever takes part in the patient's care sees again what was shown to themselves, and what was shown to colleagues of the own
//! provider only with [`Action::Replay`]; each look is in the log before it, and what it showed after it; what does not have the hash that the log holds is not shown;
//! nothing is destroyed before the log says so.

use std::sync::Arc;

use jiff::Zoned;
use samsyn_domain::{
    access::{Action, Replayed},
    identifier::PersonIdentifier,
    logged::{Act, LoggedAct},
    overview::Overview,
    resource::shown_in,
    snapshot::Snapshot,
    viewer::Viewer,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    log_reading::LogReading,
    overview::OverviewService,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditReader, AuditRecord, Stage},
        snapshots::Snapshots,
    },
    record::{
        DETAILS_MAX_BYTES, Policy,
        opening::{lines, sha256},
    },
};

/// Why nothing is shown again.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The assignment takes no part in care.
    #[error("the assignment reaches no patient")]
    NoCarePurpose,
    /// The viewer's organisation keeps none of this id for this viewer.
    #[error("there is no such snapshot")]
    Unknown,
    /// It is not what the log says was shown.
    #[error("what is kept is not what the log says was shown")]
    NotAsLogged,
    /// It was made by a version of the program whose form this one does not read.
    #[error("what is kept cannot be read by this version")]
    OtherForm,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The log or what is kept could not be read.
    #[error("the log or what is kept could not be read")]
    Unreadable(#[source] PortError),
}

impl SnapshotError {
    /// Its word in the log.
    const fn word(&self) -> &'static str {
        match self {
            Self::NoCarePurpose => "no-care-purpose",
            Self::Unknown => "destroyed",
            Self::NotAsLogged => "not-as-logged",
            Self::OtherForm => "other-form",
            Self::LogUnavailable(_) | Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Who asks for what of whom.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// Who.
    pub viewer: &'a Viewer,
    /// About whom.
    pub patient: &'a PersonIdentifier,
    /// Under which rules.
    pub policy: &'a Policy,
    /// When.
    pub now: &'a Zoned,
}

/// An earlier opening, shown again.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Which.
    pub snapshot: Snapshot,
    /// As the viewer may see it now.
    pub overview: Overview,
    /// So many entries were shown then and are not now: blocked since, or not of the viewer's role.
    pub kept_back: usize,
    /// The personal data have become protected since, and places are masked.
    pub masked_since: bool,
    /// Drawn by another version it may look otherwise: something in it is not known to this one.
    pub exact: bool,
    /// Leaf index of the record in the log whose hash it has.
    pub record: u64,
}

/// The use cases.
#[derive(Clone)]
pub struct SnapshotService {
    snapshots: Arc<dyn Snapshots>,
    log: LogReading,
    audit: Arc<dyn AuditLog>,
    overviews: Arc<OverviewService>,
}

impl SnapshotService {
    /// Puts the ports together.
    pub fn new(
        snapshots: Arc<dyn Snapshots>,
        log: Arc<dyn AuditReader>,
        audit: Arc<dyn AuditLog>,
        overviews: Arc<OverviewService>,
    ) -> Self {
        Self { snapshots, log: LogReading::new(log), audit, overviews }
    }

    /// The openings that can be shown again, newest first.
    ///
    /// # Errors
    /// When the viewer takes no part in care, it cannot be logged, or they cannot be read.
    pub async fn list(&self, looking: Looking<'_>) -> Result<Vec<Snapshot>, SnapshotError> {
        self.look(looking, json!({ "what": "snapshots", "purpose": looking.viewer.purpose })).await?;
        self.visible(looking).await
    }

    /// One of them.
    ///
    /// # Errors
    /// As [`Self::list`]; and when it is not among them, or not what was shown.
    pub async fn replay(&self, looking: Looking<'_>, id: &str) -> Result<Replay, SnapshotError> {
        let Looking { viewer, policy, .. } = looking;
        if !viewer.has_care_purpose() {
            return Err(SnapshotError::NoCarePurpose);
        }
        let all = self.of_patient(looking).await?;
        let found = all.iter().find(|one| one.id == id).filter(|one| may_see(viewer, one));
        let snapshot = found.cloned().ok_or(SnapshotError::Unknown)?;
        let details = json!({
            "what": "replay", "record": snapshot.id, "shown_sha256": snapshot.sha256, "policy": policy,
            "purpose": viewer.purpose,
        });
        let intent = self.look(looking, details).await?;
        let replayed = self.read(looking, &all, snapshot).await;
        self.note(looking, intent, &replayed).await;
        replayed
    }

    /// What is kept, if it is what the log says was shown, as the viewer may see it now.
    async fn read(&self, looking: Looking<'_>, all: &[Snapshot], snapshot: Snapshot) -> Result<Replay, SnapshotError> {
        let Looking { viewer, patient, now, .. } = looking;
        let act = self.opening(viewer, patient, &snapshot).await?;
        let as_logged = act.outcome.as_ref().and_then(|outcome| outcome.shown_sha256.as_deref());
        if as_logged != Some(&*snapshot.sha256) || preset(&act) != snapshot.preset.as_deref() {
            return Err(SnapshotError::NotAsLogged);
        }
        let content = self.snapshots.snapshot_content(&snapshot).await.map_err(SnapshotError::Unreadable)?;
        let content = content.ok_or(SnapshotError::Unknown)?;
        let json: Value = serde_json::from_slice(&content).map_err(|_| SnapshotError::OtherForm)?;
        let overview = Overview::from_json(&json).map_err(|_| SnapshotError::OtherForm)?;
        if overview.person.identifier != *patient {
            return Err(SnapshotError::NotAsLogged);
        }
        let exact = overview.to_json() == json;
        let blocks = self.overviews.block_status(patient, now).await;
        let (overview, kept_back) = overview.replayed(&Replayed { viewer, blocks: &blocks });
        let protected_since = all.iter().any(|one| one.protected && one.at > snapshot.at);
        let masked_since = protected_since && !overview.person.places_masked;
        let overview = if masked_since { overview.masked(Uuid::new_v4().as_bytes()) } else { overview };
        let record = act.outcome.map_or(act.place.index, |outcome| outcome.place.index);
        Ok(Replay { snapshot, overview, kept_back, masked_since, exact, record })
    }

    /// What was shown again, or that nothing was. The reader has it whether or not this can be written: the intent stands.
    async fn note(&self, looking: Looking<'_>, intent: String, replayed: &Result<Replay, SnapshotError>) {
        let details = match replayed {
            Ok(Replay { overview, .. }) => json!({
                "what": "replay",
                "conclusion": "complete",
                "shown_sha256": sha256(&overview.to_json()),
                "protected": overview.person.protection.is_some(),
                "resources": lines(&shown_in(overview), DETAILS_MAX_BYTES - 1024),
            }),
            Err(error) => json!({ "what": "replay", "conclusion": "nothing-shown", "reason": error.word() }),
        };
        let record = AuditRecord {
            stage: Stage::Outcome,
            intent: Some(intent),
            activity: Activity::Read,
            at: looking.now.timestamp(),
            viewer: Some(looking.viewer.clone()),
            patient: Some(looking.patient.clone()),
            details,
        };
        if let Err(error) = self.audit.append(&record).await {
            tracing::error!(%error, "what a replay showed could not be logged; the intent stands alone");
        }
    }

    async fn of_patient(&self, looking: Looking<'_>) -> Result<Vec<Snapshot>, SnapshotError> {
        let Looking { viewer, patient, now, .. } = looking;
        let all = self.snapshots.snapshots_of(&viewer.provider.id, patient, now.timestamp());
        all.await.map_err(SnapshotError::Unreadable)
    }

    async fn visible(&self, looking: Looking<'_>) -> Result<Vec<Snapshot>, SnapshotError> {
        let all = self.of_patient(looking).await?;
        Ok(all.into_iter().filter(|one| may_see(looking.viewer, one)).collect())
    }

    /// What the log says of the opening.
    async fn opening(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        snapshot: &Snapshot,
    ) -> Result<LoggedAct, SnapshotError> {
        let found = self.log.by_id(&viewer.provider.id, &snapshot.id).await.map_err(SnapshotError::Unreadable)?;
        found.filter(|act| act.patient == *patient).ok_or(SnapshotError::NotAsLogged)
    }

    async fn look(&self, looking: Looking<'_>, details: Value) -> Result<String, SnapshotError> {
        if !looking.viewer.has_care_purpose() {
            return Err(SnapshotError::NoCarePurpose);
        }
        let at = looking.now.timestamp();
        let record = AuditRecord::intent(Activity::Read, looking.viewer, Some(looking.patient), at, details);
        self.audit.append(&record).await.map_err(SnapshotError::LogUnavailable)
    }
}

/// Destroys what is kept no longer, of every provider. Returns how many openings that were.
///
/// # Errors
/// When it cannot be logged, which leaves everything there, or cannot be removed.
pub async fn dispose(snapshots: &dyn Snapshots, audit: &dyn AuditLog, now: &Zoned) -> Result<u64, PortError> {
    let mut removed = 0;
    let at = now.timestamp();
    for (provider, count) in snapshots.snapshots_due(at).await? {
        let details = json!({ "what": "snapshots-disposal", "provider": provider, "count": count, "before": at });
        let (stage, activity) = (Stage::Intent, Activity::Write);
        let record = AuditRecord { stage, intent: None, activity, at, viewer: None, patient: None, details };
        audit.append(&record).await?;
        removed += snapshots.dispose_of_snapshots(&provider, at).await?;
    }
    Ok(removed)
}

/// Whether an opening is among those that the viewer may see again.
fn may_see(viewer: &Viewer, snapshot: &Snapshot) -> bool {
    let own = viewer.user_id.trim().eq_ignore_ascii_case(snapshot.reader.user_id.trim());
    own || viewer.may(Action::Replay)
}

fn preset(act: &LoggedAct) -> Option<&str> {
    match &act.act {
        Act::Print(preset) => preset.as_deref(),
        _ => None,
    }
}
