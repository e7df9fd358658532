//! Sessions that end otherwise than by signing out: they leave the same record.
//!
//! Not here: ending them (`session`, `service::port::sessions`). Invariant: a session ends whether or not its record can be written.

use samsyn_service::{
    port::{
        audit_log::{Activity, AuditLog, AuditRecord, Stage},
        sessions::{Sessions, StoredSession},
    },
    record::session::{EndedBy, Event},
};
use samsyn_store::Store;

use crate::{
    clock::{Clock, real_now},
    config::SessionConfig,
    session::{SignedIn, absolute_limit, signed_in_by},
};

/// Ends every session that has run out since somebody looked, and has each that somebody was signed in with leave its record.
pub async fn end_expired(store: &Store, clock: &Clock, limits: &SessionConfig) {
    let expired = match store.end_expired(real_now()).await {
        Ok(expired) => expired,
        Err(error) => return tracing::warn!(%error, "expired sessions could not be ended"),
    };
    for session in &expired {
        let Some(signed_in) = signed_in_by(&session.data) else { continue };
        log(store, clock, &signed_in, by(&signed_in, session, limits), session).await;
    }
}

/// What ran out first.
fn by(signed_in: &SignedIn, session: &StoredSession, limits: &SessionConfig) -> EndedBy {
    let at_most = signed_in.at.checked_add(absolute_limit(limits));
    if at_most.is_ok_and(|at_most| at_most <= session.expires) { EndedBy::AbsoluteLimit } else { EndedBy::Idle }
}

async fn log(store: &Store, clock: &Clock, signed_in: &SignedIn, by: EndedBy, session: &StoredSession) {
    sign_out(store, clock, signed_in, Event::SignOut { ended_by: by, expired: Some(session.expires) }).await;
}

/// The record of a session that nobody signed out of.
pub async fn sign_out(audit: &dyn AuditLog, clock: &Clock, signed_in: &SignedIn, event: Event<'_>) {
    let Some(viewer) = signed_in.person() else { return };
    let record = AuditRecord {
        stage: Stage::Outcome,
        intent: None,
        activity: Activity::SignOut,
        at: clock.now().timestamp(),
        details: event.details(&viewer, None),
        viewer: Some(viewer.clone()),
        patient: None,
    };
    if let Err(error) = audit.append(&record).await {
        tracing::error!(%error, "the end of a session could not be logged; it has ended all the same");
    }
}
