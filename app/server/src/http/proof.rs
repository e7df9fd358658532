//! Whether the own provider's sources report a relation: asked when the page of consents is shown, and asked again when somebody
//! registers it.
//!
//! Not here: what proves (`domain::access::proof`), how the sources are asked (`service::overview::narrow`).
//! Invariant: only who may register, and has no relation yet, has the sources asked.

use jiff::Zoned;
use samsyn_domain::access::{Action, Kind, Registration};
use samsyn_service::{access::AccessError, overview::Proofs};

use super::{AppState, on_patient::OnPatient};

/// What they report, for the page; nothing when it is not needed.
pub(super) async fn for_page(
    state: &AppState,
    on: &OnPatient,
    registered: &[Registration],
    now: &Zoned,
) -> Result<Proofs, AccessError> {
    let is_related =
        registered.iter().any(|one| one.kind == Kind::Relation && one.holds_for(&on.viewer, now.timestamp()));
    if is_related || !on.viewer.may(Action::Register) {
        return Ok(Proofs::default());
    }
    reported(state, on, now).await
}

/// What they report just now.
pub(super) async fn reported(state: &AppState, on: &OnPatient, now: &Zoned) -> Result<Proofs, AccessError> {
    state.overviews.proofs(on.narrowly(now)).await
}
