//! The sources of the administrator's own organisation: all of them, and bringing one to another stage.
//!
//! Not here: who may and what can be decided (`service::sources`), the pages (`ui::stages`).
//! Invariant: a source of another organisation is as unknown as one that does not exist; a form that is refused comes back as it was typed.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{source::SourceId, stage::Stage, viewer::Viewer};
use samsyn_service::sources::{Decision, SourceError};
use samsyn_ui::{StageLine, StagePage, StageProblem, UserError, paths, stage_page, stages_page};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
};

/// All of them.
pub async fn list(State(state): State<AppState>, visit: Visit) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let own = match state.sources.own(viewer) {
        Ok(own) => own,
        Err(error) => return failed(&visit, error),
    };
    match state.sources.book().now().await {
        Ok(standings) => {
            let line = |source| StageLine { source, staged: standings.staged(&source.id) };
            let lines: Vec<_> = own.into_iter().map(line).collect();
            html(stages_page(&visit.context(), &viewer.organisation_name, &lines))
        }
        Err(error) => failed(&visit, SourceError::Store(error)),
    }
}

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct ShowQuery {
    saved: Option<String>,
}

/// What is decided.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionForm {
    base: u32,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    reason: String,
}

/// One of them.
pub async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(source): Path<String>,
    Query(query): Query<ShowQuery>,
) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let told = Told { saved: query.saved.is_some(), ..Told::default() };
    page(&state, &visit, viewer, &SourceId::new(source), told).await
}

/// Brings it to another stage.
pub async fn decide(
    State(state): State<AppState>,
    visit: Visit,
    Path(source): Path<String>,
    Form(form): Form<DecisionForm>,
) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let id = SourceId::new(source);
    let chosen = Stage::of_word(&form.stage);
    let told = |problem| Told { chosen, reason: form.reason.clone(), problem: Some(problem), saved: false };
    let Some(to) = chosen else {
        return page(&state, &visit, viewer, &id, told(StageProblem::Choice)).await;
    };
    let decision = Decision { base: form.base, stage: to, reason: form.reason.clone() };
    let problem = match state.sources.decide(viewer, &id, decision, state.clock.now().timestamp()).await {
        Ok(()) => return Redirect::to(&format!("{}?saved=1", paths::admin_source(&id))).into_response(),
        Err(SourceError::Stale) => StageProblem::Stale,
        Err(SourceError::NotPossible) => StageProblem::Choice,
        Err(SourceError::Reason) => StageProblem::Reason,
        Err(error) => return failed(&visit, error),
    };
    page(&state, &visit, viewer, &id, told(problem)).await
}

/// What was typed, and what became of it.
#[derive(Default)]
struct Told {
    chosen: Option<Stage>,
    reason: String,
    problem: Option<StageProblem>,
    saved: bool,
}

async fn page(state: &AppState, visit: &Visit, viewer: &Viewer, id: &SourceId, told: Told) -> Response {
    let (source, history) = match state.sources.history(viewer, id).await {
        Ok(found) => found,
        Err(error) => return failed(visit, error),
    };
    let status = match told.problem {
        None => StatusCode::OK,
        Some(StageProblem::Stale) => StatusCode::CONFLICT,
        Some(StageProblem::Choice | StageProblem::Reason) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = StagePage {
        source,
        history: &history,
        chosen: told.chosen,
        reason: &told.reason,
        problem: told.problem,
        saved: told.saved,
    };
    (status, html(stage_page(&visit.context(), &page))).into_response()
}

fn failed(visit: &Visit, error: SourceError) -> Response {
    match error {
        SourceError::NotAdministrator => {
            let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().stages.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant: who })
        }
        SourceError::Unknown => visit.refuse(&UserError::NotFound),
        SourceError::LogUnavailable(error) => {
            tracing::error!(%error, "no stage was changed: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error => failure::database(visit, "stages of sources", &error),
    }
}
