//! What an emergency leaves behind: the task of whoever opened it.
//!
//! The address carries the id of a registration, which says nothing about a patient and opens for its own reader only.
//! Not here: the rules (`domain::access`), the page (`ui::follow_up`).
//! Invariant: a text that is refused comes back as it was typed, and nothing has changed; another's task is not told from none.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{access::FollowUp, viewer::Viewer};
use samsyn_service::access::AccessError;
use samsyn_ui::{AccessProblem, FollowUpList, FollowUpPage, UserError, follow_up_page, paths};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
};

/// The open tasks of whoever is signed in, for the search page.
pub(super) async fn list(state: &AppState, viewer: &Viewer) -> FollowUpList {
    let now = state.clock.now().timestamp();
    match state.access.open_follow_ups(viewer).await {
        Ok(open) => FollowUpList { open, unreadable: false, now },
        Err(error) => {
            // Somebody may be waiting for care: the search itself goes on.
            tracing::error!(%error, "follow-ups unreadable");
            FollowUpList { unreadable: true, now, ..FollowUpList::default() }
        }
    }
}

/// The task, with its form or what was written.
pub async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.access.follow_up(viewer, &id, &state.clock.now()).await {
        Ok(task) => page(&state, &visit, &task, None, None),
        Err(error) => failed(&visit, error),
    }
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct WriteRequest {
    #[serde(default)]
    text: String,
}

/// Writes it.
pub async fn write(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(request): Form<WriteRequest>,
) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let now = state.clock.now();
    let problem = match state.access.write_follow_up(viewer, &id, &request.text, &now).await {
        Ok(()) => return Redirect::to(paths::SEARCH).into_response(),
        Err(AccessError::Refused(refusal)) => AccessProblem::Refused(refusal),
        Err(AccessError::Unknown) => AccessProblem::Unknown,
        Err(error) => return failed(&visit, error),
    };
    match state.access.follow_up(viewer, &id, &now).await {
        Ok(task) => page(&state, &visit, &task, Some(problem), Some(&request.text)),
        Err(error) => failed(&visit, error),
    }
}

fn page(
    state: &AppState,
    visit: &Visit,
    task: &FollowUp,
    problem: Option<AccessProblem>,
    typed: Option<&str>,
) -> Response {
    let page = FollowUpPage { task, now: state.clock.now().timestamp(), problem, typed };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, html(follow_up_page(&visit.context(), &page))).into_response()
}

fn failed(visit: &Visit, error: AccessError) -> Response {
    match error {
        AccessError::Unknown | AccessError::Refused(_) => visit.refuse(&UserError::NotFound),
        AccessError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing is shown: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        AccessError::Register(error) => failure::internal(visit, "read follow-ups", &error),
    }
}
