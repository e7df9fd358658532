//! Registering what lets others' information be reached, and ending it again.
//!
//! Rooms: `follow_up` what an emergency leaves behind.
//! Not here: the rules (`domain::access`), what an overview does with them (`overview`), forms (`ui`).
//! Invariant: nothing is kept or ended before its record is durable in the log, and nothing that a rule refuses is kept.

mod follow_up;

use std::sync::Arc;

use jiff::Zoned;
use samsyn_domain::{
    access::{Action, EMERGENCY, Ended, Kind, Refusal, Registrar, Registration},
    identifier::PersonIdentifier,
    viewer::Viewer,
};
use serde_json::{Value, json};

use crate::port::{
    PortError,
    access_register::AccessRegister,
    audit_log::{Activity, AuditLog, AuditRecord, Stage},
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
        let own = |one: &Registration| {
            one.receiver.provider.is(viewer.provider.id.as_str())
                || one.registered_by.provider.id.is(viewer.provider.id.as_str())
        };
        let all = self.register.of_patient(patient).await.map_err(AccessError::Register)?;
        Ok(all.into_iter().filter(own).collect())
    }

    /// Registers. An emergency leaves a task to tell why in words.
    ///
    /// # Errors
    /// When a rule refuses it, or it cannot be logged or kept. Then nothing has changed.
    pub async fn register(&self, viewer: &Viewer, new: &Registration, now: &Zoned) -> Result<(), AccessError> {
        new.check(viewer, now)?;
        let details = json!({
            "what": "register",
            "registration": new.id,
            "kind": new.kind,
            "receiver": new.receiver,
            "from": new.period.from,
            "to": new.period.to,
            "stated": { "given_by": new.stated.given_by, "relation": new.stated.relation, "proof": new.stated.proof, "reason": new.stated.reason,
                "sections": new.stated.sections, "assertions": new.stated.assertions, "unit": new.stated.unit },
        });
        self.log(activity(new), viewer, &new.patient, now, details).await?;
        self.leave_follow_up(viewer, new).await?;
        self.register.keep(new).await.map_err(AccessError::Register)
    }

    /// Notes that an emergency goes ahead although the sign-in is older than a shift and the identity provider cannot renew it.
    ///
    /// # Errors
    /// When it cannot be logged; then nothing may be opened.
    pub async fn note_unrenewed(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let details = json!({ "what": "sign-in-not-renewed", "why": "identity-provider-unreachable" });
        self.log(Activity::Emergency, viewer, patient, now, details).await
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
        let provider = viewer.provider.id.as_str();
        let own = |one: &Registration| {
            one.id == id
                && one.ended.is_none()
                && (one.receiver.provider.is(provider) || one.registered_by.provider.id.is(provider))
        };
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
        let record = AuditRecord {
            stage: Stage::Intent,
            intent: None,
            activity,
            at: now.timestamp(),
            viewer: Some(viewer.clone()),
            patient: Some(patient.clone()),
            details,
        };
        self.audit.append(&record).await.map(drop).map_err(AccessError::LogUnavailable)
    }
}

/// A block that is lifted without the patient's consent is lifted in danger to life, and followed up like it.
const fn activity(new: &Registration) -> Activity {
    match new.kind {
        Kind::Emergency => Activity::Emergency,
        Kind::Lift if new.stated.reason.is_some() => Activity::Emergency,
        Kind::Consent | Kind::Relation | Kind::Child | Kind::Incapable | Kind::Lift => Activity::Write,
    }
}
