//! Registering what lets others' information be reached, and ending it again.
//!
//! Rooms: `follow_up` what an emergency leaves behind.
//! Not here: the rules (`domain::access`), what an overview does with them (`overview`), forms (`ui`).
//! Invariant: nothing is kept or ended before its record is durable in the log, and nothing that a rule refuses is kept.

mod follow_up;

use std::sync::Arc;

use jiff::Zoned;
use samsyn_domain::{
    access::{Action, EMERGENCY, Ended, Kind, Period, Receiver, Refusal, Registrar, Registration, Stated},
    identifier::PersonIdentifier,
    viewer::Viewer,
};
use serde_json::{Value, json};

use crate::port::{
    PortError,
    access_register::AccessRegister,
    audit_log::{Activity, AuditLog, AuditRecord},
    follow_ups::FollowUps,
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
    /// The register could not be read or written.
    #[error(transparent)]
    Register(PortError),
}

/// How a registration is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Withdrawn (återkalla), or closed by its holder.
    Withdrawn,
    /// Registered by mistake (makulera).
    Voided,
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
}

impl AccessService {
    /// Puts the ports together.
    pub fn new(register: Arc<dyn AccessRegister>, follow_ups: Arc<dyn FollowUps>, audit: Arc<dyn AuditLog>) -> Self {
        Self { register, follow_ups, audit }
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
        self.log(Activity::Read, viewer, patient, now, json!({ "what": "access-register" })).await?;
        let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
        Ok(all.into_iter().filter(|one| one.concerns(viewer)).collect())
    }

    /// Registers all of them, or none. An emergency leaves a task to tell why in words.
    ///
    /// # Errors
    /// When there is nothing to register, a rule refuses one of them, or it cannot be logged or kept. Then nothing has changed.
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
        for one in &new {
            self.log(activity(one), viewer, patient, now, details(one)).await?;
            self.leave_follow_up(viewer, one).await?;
        }
        self.register.keep(&new).await.map_err(AccessError::Register)
    }

    /// Ends one of the viewer's own provider before its time.
    ///
    /// # Errors
    /// When the role may not, there is none, or it cannot be logged or written.
    pub async fn end(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        id: &str,
        ending: Ending,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let found = self.own(viewer, patient, id).await?;
        // Whoever opened an emergency may always leave it.
        let own_emergency = found.kind == Kind::Emergency && found.receiver.covers(viewer);
        if !viewer.has_care_purpose() || !(own_emergency || viewer.may(Action::End)) {
            return Err(Refusal::Role.into());
        }
        let voided = ending == Ending::Voided;
        let details = json!({ "what": "end", "registration": id, "kind": found.kind, "voided": voided });
        self.log(Activity::Write, viewer, patient, now, details).await?;
        let ended = Ended { voided, at: now.timestamp(), by: Registrar::from(viewer) };
        let done = self.register.end(patient, id, &ended).await.map_err(AccessError::Register)?;
        if own_emergency {
            // Its first step, which showed who there is, ends with it.
            let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
            let steps = all
                .iter()
                .filter(|one| one.kind == Kind::Emergency && one.holds(now.timestamp()) && one.receiver.covers(viewer));
            for step in steps {
                self.register.end(patient, &step.id, &ended).await.map_err(AccessError::Register)?;
            }
        }
        if done { Ok(()) } else { Err(AccessError::Unknown) }
    }

    /// Gives the viewer's own emergency as long again from now.
    ///
    /// # Errors
    /// When it has ended, is another's, or it cannot be logged or written.
    pub async fn extend(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        id: &str,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let found = self.own(viewer, patient, id).await?;
        if found.kind != Kind::Emergency || !found.holds(now.timestamp()) || !found.receiver.covers(viewer) {
            return Err(AccessError::Unknown);
        }
        let to = now.timestamp().checked_add(EMERGENCY).map_err(|_| Refusal::Period)?;
        let details = json!({ "what": "extend", "registration": id, "kind": found.kind, "to": to });
        self.log(Activity::Emergency, viewer, patient, now, details).await?;
        let done = self.register.extend(patient, id, to).await.map_err(AccessError::Register)?;
        if done { Ok(()) } else { Err(AccessError::Unknown) }
    }

    /// One that has not ended and was made for, or by, the viewer's provider.
    async fn own(&self, viewer: &Viewer, patient: &PersonIdentifier, id: &str) -> Result<Registration, AccessError> {
        let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
        let own = |one: &Registration| one.id == id && one.ended.is_none() && one.concerns(viewer);
        all.into_iter().find(own).ok_or(AccessError::Unknown)
    }

    async fn log(
        &self,
        activity: Activity,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
        details: Value,
    ) -> Result<(), AccessError> {
        let record = AuditRecord::intent(activity, viewer, Some(patient), now.timestamp(), details);
        self.audit.append(&record).await.map(drop).map_err(AccessError::LogUnavailable)
    }
}

/// Everything but the words: those stay with the registration.
fn details(new: &Registration) -> Value {
    let stated = &new.stated;
    json!({
        "what": "register",
        "registration": new.id,
        "kind": new.kind,
        "receiver": new.receiver,
        "from": new.period.from,
        "to": new.period.to,
        "stated": {
            "given_by": stated.given_by,
            "relation": stated.relation,
            "proof": stated.proof,
            "reason": stated.reason,
            "sections": stated.sections,
            "assertions": stated.assertions,
            "unit": stated.unit,
            "sign_in_not_renewed": stated.sign_in_not_renewed,
        },
    })
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
