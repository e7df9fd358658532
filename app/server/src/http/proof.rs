//! Whether the own provider's sources report a relation: asked when the page of consents is shown, and asked again when somebody
//! registers it.
//!
//! Not here: what proves (`domain::access::proof`), how the sources are asked (`service::overview::proof`).
//! Invariant: only who may register, and has no relation yet, has the sources asked.

use axum::response::Response;
use jiff::Zoned;
use samsyn_domain::{
    access::{Action, Kind, Registration},
    viewer::Viewer,
};
use samsyn_service::{
    overview::{OpenError, Proofs},
    port::handles::Handle,
};
use samsyn_ui::UserError;

use super::{AppState, page::Visit};

/// What they report, for the page; nothing when it is not needed.
pub(super) async fn for_page(
    state: &AppState,
    visit: &Visit,
    handle: &Handle,
    viewer: &Viewer,
    registered: &[Registration],
    now: &Zoned,
) -> Result<Proofs, Box<Response>> {
    let is_related = registered
        .iter()
        .any(|one| one.kind == Kind::Relation && one.holds(now.timestamp()) && one.receiver.covers(viewer));
    if is_related || !viewer.may(Action::Register) {
        return Ok(Proofs::default());
    }
    reported(state, visit, handle, viewer, now).await
}

/// What they report just now.
pub(super) async fn reported(
    state: &AppState,
    visit: &Visit,
    handle: &Handle,
    viewer: &Viewer,
    now: &Zoned,
) -> Result<Proofs, Box<Response>> {
    let found = state.overviews.proofs(viewer, &handle.patient, visit.language.tag(), now).await;
    found.map_err(|error| match error {
        // Nothing is printed here; the arm is for whoever changes that.
        OpenError::NoCarePurpose | OpenError::MayNotPrint => Box::new(visit.refuse(&UserError::NoCarePurpose)),
        OpenError::LogUnavailable(error) => {
            tracing::error!(%error, "no source is asked: the audit log cannot be written");
            Box::new(visit.refuse(&UserError::LogUnavailable))
        }
    })
}
