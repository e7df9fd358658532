//! Registering what lets others' information be reached, and ending it again.
//!
//! Rooms: `follow_up` what an emergency leaves behind · `turns` one registration about a patient at a time.
//! Not here: the rules (`domain::access`), what an overview does with them (`overview`), forms (`ui`).
//! Invariant: nothing is kept or ended before its record is durable in the log, and nothing that a rule refuses is kept. A second record
//! says what became of it: done, not kept, or unclear.

mod follow_up;
mod turns;

use std::sync::Arc;

use self::turns::Turns;
use crate::{
    outcome::Change,
    port::{
        PortError,
        access_register::AccessRegister,
        audit_log::{Activity, AuditLog, AuditRecord},
        follow_ups::FollowUps,
        go_live::GoLive,
    },
    record::Deed,
};
use jiff::{Timestamp, Zoned};
use samsyn_domain::{
    access::{Action, Ended, Kind, Period, Receiver, Refusal, Registrar, Registration, Stated},
    go_live::Readiness,
    identifier::PersonIdentifier,
    logged::Became,
    section::Section,
    source::{OrganisationId, ProviderKind},
    viewer::Viewer,
};

/// Why nothing was registered or ended.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is none of this patient that the viewer may end.
    #[error("there is nothing to end")]
    Unknown,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The register could not be read or written. Nothing has changed.
    #[error(transparent)]
    Register(PortError),
    /// What was to be registered could not be kept, and is not there.
    #[error("what was sent was not kept")]
    NotKept(#[source] PortError),
    /// What was to be registered was kept, and the register cannot be read now.
    #[error("what was sent was kept, and cannot be read back")]
    KeptUnread(#[source] PortError),
    /// Keeping failed, and it cannot be read whether it is there.
    #[error("nobody knows whether what was sent was kept")]
    Unclear(#[source] PortError),
}

/// How a registration is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Withdrawn (återkalla), or closed by its holder.
    Withdrawn,
    /// Registered by mistake (makulera).
    Voided,
}

impl Ending {
    /// The right it takes.
    const fn right(self) -> Action {
        match self {
            Self::Withdrawn => Action::Revoke,
            Self::Voided => Action::Void,
        }
    }
}

/// What the viewer registers about a patient, as a form says it.
#[derive(Debug, Clone)]
pub struct New {
    /// What.
    pub kind: Kind,
    /// For whom.
    pub receiver: Receiver,
    /// When it holds.
    pub period: Period,
    /// What was stated.
    pub stated: Stated,
}

impl New {
    fn by(self, viewer: &Viewer, patient: &PersonIdentifier, now: &Zoned) -> Registration {
        Registration {
            id: uuid::Uuid::new_v4().to_string(),
            kind: self.kind,
            patient: patient.clone(),
            receiver: self.receiver,
            period: self.period,
            stated: self.stated,
            registered_at: now.timestamp(),
            registered_by: Registrar::from(viewer),
            ended: None,
        }
    }
}

/// The use cases around the register.
#[derive(Clone)]
pub struct AccessService {
    register: Arc<dyn AccessRegister>,
    follow_ups: Arc<dyn FollowUps>,
    audit: Arc<dyn AuditLog>,
    go_live: Arc<dyn GoLive>,
    turns: Turns,
}

impl AccessService {
    /// Puts the ports together.
    pub fn new(
        register: Arc<dyn AccessRegister>,
        follow_ups: Arc<dyn FollowUps>,
        audit: Arc<dyn AuditLog>,
        go_live: Arc<dyn GoLive>,
    ) -> Self {
        Self { register, follow_ups, audit, go_live, turns: Turns::default() }
    }

    /// What concerns the viewer's provider, newest first, with what has ended: what it may use and what it has registered.
    /// What other providers have agreed with the patient is theirs.
    ///
    /// # Errors
    /// When the register cannot be read, or the reading cannot be logged.
    pub async fn list(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
    ) -> Result<Vec<Registration>, AccessError> {
        self.log(Activity::Read, viewer, patient, now, &Deed::AccessRegister).await?;
        let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
        Ok(all.into_iter().filter(|one| one.is_told_to(viewer)).collect())
    }

    /// Registers all of them, or none. An emergency leaves a task to tell why in words. What repeats what the viewer has registered a moment
    /// ago is there already: it is neither kept nor logged a second time, because nothing new has been said. Two nodes that are sent the
    /// same form in the same moment may both keep it; the page then says so when one of the two is ended.
    ///
    /// # Errors
    /// When there is nothing to register, a rule refuses one of them, or it cannot be logged or kept: then nothing has changed. Or when the
    /// register cannot be read afterwards, which says whether they are there.
    pub async fn register(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        new: Vec<New>,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        if new.is_empty() {
            return Err(Refusal::NotStated.into());
        }
        let new: Vec<Registration> = new.into_iter().map(|one| one.by(viewer, patient, now)).collect();
        new.iter().try_for_each(|one| one.check(viewer, now))?;
        if new.iter().any(|one| one.kind == Kind::Emergency) {
            // It would open nothing, and somebody would wait for it.
            let decided = self.go_live.decided(&viewer.organisation).await.map_err(AccessError::Register)?;
            if !Readiness::of(decided).is_live() {
                return Err(Refusal::NotLive.into());
            }
        }
        let _turn = self.turns.take(patient).await;
        let new = self.not_there_yet(patient, new).await;
        if new.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::new();
        let kept = self.keep(viewer, patient, &new, now, &mut changes).await;
        for change in changes {
            change.ended(became(&kept)).await;
        }
        kept
    }

    /// Notes each of them in the log, in `changes`, and keeps all of them or none.
    async fn keep(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        new: &[Registration],
        now: &Zoned,
        changes: &mut Vec<Change>,
    ) -> Result<(), AccessError> {
        for one in new {
            changes.push(self.begin(activity(one), viewer, patient, now, &one.into()).await?);
            self.leave_follow_up(viewer, one, now).await?;
        }
        let failed = self.register.keep(new).await.err();
        self.read_back(patient, new, failed).await
    }

    /// Without those that were sent before. While the register cannot be read nobody knows, and all of them are new.
    async fn not_there_yet(&self, patient: &PersonIdentifier, new: Vec<Registration>) -> Vec<Registration> {
        let there = self.register.of_patient(patient).await.unwrap_or_default();
        new.into_iter().filter(|one| !there.iter().any(|standing| one.repeats(standing))).collect()
    }

    /// What became of what was sent: nobody has to guess, and register it twice.
    async fn read_back(
        &self,
        patient: &PersonIdentifier,
        new: &[Registration],
        failed: Option<PortError>,
    ) -> Result<(), AccessError> {
        let is_there = |all: &[Registration]| new.iter().all(|one| all.iter().any(|kept| kept.id == one.id));
        match (failed, self.register.of_patient(patient).await) {
            (None, Ok(_)) => Ok(()),
            (None, Err(error)) => Err(AccessError::KeptUnread(error)),
            // The answer to a commit can be lost on its way.
            (Some(_), Ok(all)) if is_there(&all) => Ok(()),
            (Some(error), Ok(_)) => Err(AccessError::NotKept(error)),
            (Some(error), Err(_)) => Err(AccessError::Unclear(error)),
        }
    }

    /// Notes that the viewer has asked an organisation whose provider may have blocked information to lift the block; nothing else comes
    /// of it here (PDL 6:2; the organisation itself decides).
    ///
    /// # Errors
    /// When the assignment does not include lifting blocks, or it cannot be logged.
    pub async fn note_lift_request(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        asked: &OrganisationId,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        check_lift(viewer)?;
        self.log(Activity::Write, viewer, patient, now, &Deed::LiftRequest { asked }).await
    }

    /// The second step of danger to life, and each time more is needed: opens these sections until the emergency ends.
    ///
    /// # Errors
    /// When the first step has not been taken or is over, nothing is chosen, or it cannot be logged or kept. Then nothing has changed.
    pub async fn fetch_in_emergency(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        sections: Vec<Section>,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let steps = self.emergency(viewer, patient, now).await?;
        // Newest first: why was said when it began.
        let first = steps.last().ok_or(Refusal::FirstStep)?;
        if sections.is_empty() {
            return Err(Refusal::NotStated.into());
        }
        let to = steps.iter().filter_map(|step| step.period.to).max();
        let new = New {
            kind: Kind::Emergency,
            receiver: Receiver::only(viewer),
            period: Period { from: now.timestamp(), to },
            stated: Stated { sections, ..first.stated.clone() },
        };
        self.register(viewer, patient, vec![new], now).await
    }

    /// Ends one of the viewer's own provider before its time; an emergency with all its steps.
    ///
    /// # Errors
    /// When a rule refuses it, there is none, or it cannot be logged or written.
    pub async fn end(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        id: &str,
        ending: Ending,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let found = self.own(viewer, patient, id).await?;
        found.check_end(viewer, ending.right())?;
        let voided = ending == Ending::Voided;
        let mut steps = Vec::new();
        if found.kind == Kind::Emergency {
            steps = self.emergency(viewer, patient, now).await?;
            steps.retain(|step| step.id != id);
        }
        let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        let deed = Deed::End { registration: id, steps: &ids, kind: found.kind, voided };
        let change = self.begin(Activity::Write, viewer, patient, now, &deed).await?;
        let ended = Ended { voided, at: now.timestamp(), by: Registrar::from(viewer) };
        let all: Vec<&str> = [id].into_iter().chain(ids).collect();
        let done = self.end_all(patient, &all, &ended).await;
        let is_ended = |one: &Registration| {
            one.ended.as_ref().is_some_and(|told| told.at.as_microsecond() == ended.at.as_microsecond())
        };
        self.told(change, patient, &all, done, is_ended).await
    }

    async fn end_all(&self, patient: &PersonIdentifier, ids: &[&str], ended: &Ended) -> Result<bool, PortError> {
        let mut done = false;
        for (id, is_first) in ids.iter().zip([true].into_iter().chain(std::iter::repeat(false))) {
            done |= self.register.end(patient, id, ended).await? && is_first;
        }
        Ok(done)
    }

    /// What became of a change to these registrations, in the log and for the reader. What failed is read back: the answer to a commit can
    /// be lost on its way, and of several only some may have changed.
    async fn told(
        &self,
        change: Change,
        patient: &PersonIdentifier,
        ids: &[&str],
        done: Result<bool, PortError>,
        has_changed: impl Fn(&Registration) -> bool,
    ) -> Result<(), AccessError> {
        let (became, told) = match done {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(AccessError::Unknown)),
            Err(error) => match self.register.of_patient(patient).await {
                Err(_) => (Became::Unclear, Err(AccessError::Unclear(error))),
                Ok(all) => {
                    let changed = all.iter().filter(|one| ids.contains(&one.id.as_str()) && has_changed(one)).count();
                    match changed {
                        0 => (Became::NotKept, Err(AccessError::Register(error))),
                        some if some < ids.len() => (Became::Unclear, Err(AccessError::Unclear(error))),
                        _ => (Became::Done, Ok(())),
                    }
                }
            },
        };
        change.ended(became).await;
        told
    }

    /// Gives the viewer's own emergency, with all its steps, as long again from now.
    ///
    /// # Errors
    /// When the assignment does not include it any more, it has ended, is another's, or it cannot be logged or written.
    pub async fn extend(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        id: &str,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let steps = self.emergency(viewer, patient, now).await?;
        if !steps.iter().any(|step| step.id == id) {
            return Err(AccessError::Unknown);
        }
        if !viewer.has_care_purpose() || !viewer.may(Action::Emergency) {
            return Err(Refusal::Role.into());
        }
        let to = Period::of_emergency(now).to.ok_or(Refusal::Period)?;
        let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        let before = steps.iter().filter_map(|step| step.period.to).max();
        let deed = Deed::Extend { registration: id, steps: &ids, kind: Kind::Emergency, before, to };
        let change = self.begin(Activity::Emergency, viewer, patient, now, &deed).await?;
        let done = self.extend_all(patient, &ids, to).await;
        self.told(change, patient, &ids, done, |one| {
            one.period.to.map(Timestamp::as_microsecond) == Some(to.as_microsecond())
        })
        .await
    }

    async fn extend_all(&self, patient: &PersonIdentifier, ids: &[&str], to: Timestamp) -> Result<bool, PortError> {
        for id in ids {
            self.register.extend(patient, id, to).await?;
        }
        Ok(true)
    }

    /// The steps of the viewer's own emergency about the patient that hold, newest first.
    async fn emergency(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
    ) -> Result<Vec<Registration>, AccessError> {
        let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
        let of_viewer = |one: &Registration| one.kind == Kind::Emergency && one.holds_for(viewer, now.timestamp());
        Ok(all.into_iter().filter(of_viewer).collect())
    }

    /// One that has not ended and was made for, or by, the viewer's provider.
    async fn own(&self, viewer: &Viewer, patient: &PersonIdentifier, id: &str) -> Result<Registration, AccessError> {
        let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
        let own = |one: &Registration| one.id == id && one.ended.is_none() && one.is_told_to(viewer);
        all.into_iter().find(own).ok_or(AccessError::Unknown)
    }

    async fn log(
        &self,
        activity: Activity,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
        deed: &Deed<'_>,
    ) -> Result<(), AccessError> {
        let record = AuditRecord::intent(activity, viewer, Some(patient), now.timestamp(), deed.details());
        self.audit.append(&record).await.map(drop).map_err(AccessError::LogUnavailable)
    }

    /// The same of something that is about to change, of which a second record will say what became.
    async fn begin(
        &self,
        activity: Activity,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
        deed: &Deed<'_>,
    ) -> Result<Change, AccessError> {
        let record = AuditRecord::intent(activity, viewer, Some(patient), now.timestamp(), deed.details());
        Change::begin(&self.audit, record).await.map_err(AccessError::LogUnavailable)
    }
}

/// What the log says became of what was to be registered.
const fn became(kept: &Result<(), AccessError>) -> Became {
    match kept {
        Ok(()) | Err(AccessError::KeptUnread(_)) => Became::Done,
        Err(AccessError::Unclear(_)) => Became::Unclear,
        Err(_) => Became::NotKept,
    }
}

/// Whether the viewer may do anything about blocks at all: care providers' business (PDL 4:5, 6:2).
pub(crate) fn check_lift(viewer: &Viewer) -> Result<(), Refusal> {
    let may = viewer.provider.kind == ProviderKind::Care && viewer.has_care_purpose() && viewer.may(Action::Lift);
    if may { Ok(()) } else { Err(Refusal::Role) }
}

/// A block that is lifted without the patient's consent is lifted because what it hides is indispensable, and is logged as danger to
/// life is, so that who reviews the log finds both.
const fn activity(new: &Registration) -> Activity {
    match new.kind {
        Kind::Emergency => Activity::Emergency,
        Kind::Lift if new.stated.reason.is_some() => Activity::Emergency,
        Kind::Consent | Kind::Relation | Kind::Child | Kind::Incapable | Kind::Lift => Activity::Write,
    }
}
