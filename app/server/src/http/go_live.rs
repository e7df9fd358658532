//! Going live: the list of what an organisation has in place, and deciding on it.
//!
//! Not here: who may, and what is ready (`service::go_live`), the page (`ui::go_live`), closing the shared overview (`service::overview`).
//! Invariant: a form that is refused comes back as it was typed, and nothing has changed.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{go_live::Item, viewer::Viewer};
use samsyn_service::go_live::{Decision, GoLiveError};
use samsyn_ui::{GoLivePage, GoLiveProblem, Typed, UserError, go_live_page, paths};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
};

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct GoLiveQuery {
    saved: Option<String>,
}

/// The list.
pub async fn show(State(state): State<AppState>, visit: Visit, Query(query): Query<GoLiveQuery>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    page(&state, &visit, viewer, (&Typed::new(), None, query.saved.is_some())).await
}

/// Decides on one line of it.
pub async fn decide(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let Some(decision) = read(&typed) else { return visit.refuse(&UserError::BadRequest) };
    let Some(organisation) = state.overviews.catalogue().organisation(&viewer.organisation) else {
        return failed(&visit, GoLiveError::NotAdministrator);
    };
    let problem = match state.go_live.decide(viewer, organisation, decision, state.clock.now().timestamp()).await {
        Ok(()) => return Redirect::to(&format!("{}?saved=1", paths::GO_LIVE)).into_response(),
        Err(GoLiveError::Note) => GoLiveProblem::Note,
        Err(GoLiveError::Stale) => GoLiveProblem::Stale,
        Err(GoLiveError::NotReady) => GoLiveProblem::NotReady,
        Err(error) => return failed(&visit, error),
    };
    page(&state, &visit, viewer, (&typed, Some(problem), false)).await
}

fn read(typed: &Typed) -> Option<Decision> {
    let done = match typed.get("done")?.as_str() {
        "1" => true,
        "0" => false,
        _ => return None,
    };
    // A form sends two characters for each line break.
    let note = typed.get("note")?.replace("\r\n", "\n");
    Some(Decision { item: Item::of_word(typed.get("item")?)?, done, note, base: typed.get("base")?.parse().ok()? })
}

async fn page(
    state: &AppState,
    visit: &Visit,
    viewer: &Viewer,
    (typed, problem, saved): (&Typed, Option<GoLiveProblem>, bool),
) -> Response {
    let Some(organisation) = state.overviews.catalogue().organisation(&viewer.organisation) else {
        return failed(visit, GoLiveError::NotAdministrator);
    };
    let found = match state.go_live.state(viewer, organisation, state.clock.now().timestamp()).await {
        Ok(found) => found,
        Err(error) => return failed(visit, error),
    };
    let lists: Vec<_> =
        found.block_sources.iter().map(|one| (one.provider.as_str(), one.verified_at, one.current)).collect();
    let page = GoLivePage {
        organisation: &viewer.organisation_name,
        readiness: &found.readiness,
        history: &found.history,
        block_sources: &lists,
        ready: found.is_ready(),
        saved,
        typed,
        problem,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(GoLiveProblem::Note) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(GoLiveProblem::Stale | GoLiveProblem::NotReady) => StatusCode::CONFLICT,
    };
    (status, html(go_live_page(&visit.context(), &page))).into_response()
}

fn failed(visit: &Visit, error: GoLiveError) -> Response {
    match error {
        GoLiveError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was decided: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        GoLiveError::Store(error) => failure::database(visit, "going live", &error),
        _ => {
            let who_can_grant = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().go_live.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant })
        }
    }
}
