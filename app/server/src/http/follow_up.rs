//! What an emergency leaves behind: the task of whoever opened it.
//!
//! The address carries the id of a registration, which says nothing about a patient and opens for its own reader only.
//! Not here: the rules (`domain::access`), the page (`ui::follow_up`).
//! Invariant: a text that is refused comes back as it was typed, and nothing has changed; one that was sent after the session had ended
//! comes back after signing in (`kept`); another's task is not told from none.

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{access::FollowUp, viewer::Viewer};
use samsyn_service::access::AccessError;
use samsyn_ui::{AccessProblem, FollowUpList, FollowUpPage, UserError, follow_up_page, paths};
use serde::Deserialize;

use super::{
    AppState, failure,
    kept::{self, with_cookie},
    page::{Visit, html},
};
use crate::clock::real_now;

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

/// The task, with its form or what was written. What the session ended on stands in the form.
pub async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.access.follow_up(viewer, &id, &state.clock.now()).await {
        Ok(task) => {
            let kept = kept::find(&*state.drafts, &headers, &id, real_now()).filter(|_| task.written.is_none());
            page(&state, &visit, &task, None, kept.as_deref())
        }
        Err(error) => failure::access(&visit, error),
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
    headers: HeaderMap,
    Form(request): Form<WriteRequest>,
) -> Response {
    let Some(viewer) = visit.viewer() else { return session_over(&state, &visit, &id, &request.text) };
    let now = state.clock.now();
    let problem = match state.access.write_follow_up(viewer, &id, &request.text, &now).await {
        Ok(()) => return with_cookie(Redirect::to(paths::SEARCH).into_response(), kept::forget(&headers)),
        Err(AccessError::Refused(refusal)) => AccessProblem::Refused(refusal),
        Err(AccessError::Unknown) => AccessProblem::Unknown,
        Err(error) => return failure::access(&visit, error),
    };
    match state.access.follow_up(viewer, &id, &now).await {
        Ok(task) => page(&state, &visit, &task, Some(problem), Some(&request.text)),
        Err(error) => failure::access(&visit, error),
    }
}

/// The session ended before the text was sent: nothing is written, and the text goes back with the browser, sealed.
fn session_over(state: &AppState, visit: &Visit, id: &str, text: &str) -> Response {
    if text.trim().is_empty() {
        return visit.refuse(&UserError::SessionExpired);
    }
    let cookie = kept::keep(&*state.drafts, id, text, real_now());
    with_cookie(visit.refuse(&UserError::SessionOverWriting { kept: cookie.is_some() }), cookie)
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
