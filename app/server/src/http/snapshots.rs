//! Earlier openings of a patient: the list, and one of them shown again.
//!
//! Not here: who may see which, the records in the log (`service::snapshots`), the pages (`ui::replay`).
//! Invariant: what is not there for this viewer reads the same as an address that is not.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use samsyn_service::snapshots::{Looking, SnapshotError};
use samsyn_ui::{
    PageContext, ReplayPage, ReplayProblem, SnapshotListPage, UserError, replay_page, replay_problem_page,
    snapshot_list_page,
};

use super::{AppState, on_patient::OnPatient, page::html};
use crate::tag::patient_tag;

/// The list.
pub async fn list(State(state): State<AppState>, on: OnPatient) -> Response {
    let now = state.clock.now();
    let snapshots = match state.snapshots.list(looking(&on, &now)).await {
        Ok(snapshots) => snapshots,
        Err(error) => return failed(&on, error),
    };
    let organisation = state.overviews.catalogue().organisation(&on.viewer.organisation);
    let page = SnapshotListPage {
        handle: &on.handle.id,
        snapshots: &snapshots,
        user_id: &on.viewer.user_id,
        terms: organisation.and_then(|organisation| organisation.snapshots.as_ref()),
    };
    html(snapshot_list_page(&context(&on), &page))
}

/// One of them.
pub async fn replay(State(state): State<AppState>, on: OnPatient, Path((_, id)): Path<(String, String)>) -> Response {
    // A view that is shown again shows as much as one that is opened, so they count together.
    if !state.openings.admit(&on.viewer) {
        tracing::warn!("a person opens more in a minute than the limit allows; no replay");
        return on.visit.refuse(&UserError::RateLimited);
    }
    let now = state.clock.now();
    let replay = match state.snapshots.replay(looking(&on, &now), &id).await {
        Ok(replay) => replay,
        Err(error) => return failed(&on, error),
    };
    let page = ReplayPage {
        handle: &on.handle.id,
        snapshot: &replay.snapshot,
        overview: &replay.overview,
        kept_back: on.viewer.may_know_of_blocks().then_some(replay.kept_back),
        masked_since: replay.masked_since,
        exact: replay.exact,
        record: replay.record,
    };
    html(replay_page(&context(&on), &page))
}

fn looking<'a>(on: &'a OnPatient, now: &'a jiff::Zoned) -> Looking<'a> {
    Looking { viewer: &on.viewer, patient: &on.handle.patient, policy: &on.policy, now }
}

fn context(on: &OnPatient) -> PageContext {
    let session = on.visit.session_key().unwrap_or_default();
    let patient_tag = patient_tag(&session, &on.handle.id, &on.handle.patient);
    PageContext { patient_tag, ..on.visit.context() }
}

fn failed(on: &OnPatient, error: SnapshotError) -> Response {
    let visit = &on.visit;
    let problem = match error {
        SnapshotError::NoCarePurpose => return visit.refuse(&UserError::NoCarePurpose),
        // For this viewer there is none: an attempt at what is a colleague's, or another patient's.
        SnapshotError::Unknown => return visit.denied(visit.say(&UserError::NotFound), "not-there"),
        SnapshotError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was shown again: the audit log cannot be written");
            return visit.refuse(&UserError::LogUnavailable);
        }
        error @ SnapshotError::Unreadable(_) => return super::failure::database(visit, "replay", &error),
        SnapshotError::NotAsLogged => ReplayProblem::NotAsLogged,
        SnapshotError::OtherForm => ReplayProblem::OtherForm,
    };
    tracing::error!(%error, "what is kept was not shown again");
    (StatusCode::CONFLICT, html(replay_problem_page(&context(on), &on.handle.id, problem))).into_response()
}
