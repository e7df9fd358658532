//! The sources of the administrator's own organisation: all of them, and deciding what becomes of one.
//!
//! Not here: who may and what can be decided (`service::sources`), what one is granted (`bindings`), the pages (`ui::stages`).
//! Invariant: a source of another organisation is as unknown as one that does not exist; a form that is refused comes back as it was typed.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{source::SourceId, stage::Step, trial::Tested, viewer::Viewer};
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
    match state.sources.own(viewer).await {
        Ok(own) => {
            let lines = own.iter().map(|own| StageLine {
                source: &own.source,
                staged: own.staged.as_ref(),
                stage: own.stage(),
            });
            html(stages_page(&visit.context(), &viewer.organisation_name, &lines.collect::<Vec<_>>()))
        }
        Err(error) => failed(&visit, error),
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
    step: String,
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

/// The same once its own test has been run.
pub async fn tested(
    state: &AppState,
    visit: &Visit,
    viewer: &Viewer,
    id: &SourceId,
    tested: (u32, Tested),
) -> Response {
    page(state, visit, viewer, id, Told { tested: Some(tested), ..Told::default() }).await
}

/// Decides what becomes of it.
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
    let chosen = Step::of_word(&form.step);
    let told = |problem| Told { chosen, reason: form.reason.clone(), problem: Some(problem), ..Told::default() };
    let Some(step) = chosen else {
        return page(&state, &visit, viewer, &id, told(StageProblem::Choice)).await;
    };
    let decision = Decision { base: form.base, step, reason: form.reason.clone() };
    let problem = match state.sources.decide(viewer, &id, decision, state.clock.now().timestamp()).await {
        Ok(()) => return Redirect::to(&format!("{}?saved=1", paths::admin_source(&id))).into_response(),
        Err(SourceError::Stale) => StageProblem::Stale,
        Err(SourceError::NotPossible) => StageProblem::Choice,
        Err(SourceError::Reason) => StageProblem::Reason,
        Err(SourceError::Package) => StageProblem::Package,
        Err(SourceError::Full) => StageProblem::Full,
        Err(SourceError::NotReady(error)) => {
            tracing::error!(source = %id, %error, "a binding could not be made ready");
            StageProblem::NotReady
        }
        Err(error) => return failed(&visit, error),
    };
    page(&state, &visit, viewer, &id, told(problem)).await
}

/// What was typed, and what became of it.
#[derive(Default)]
struct Told {
    chosen: Option<Step>,
    reason: String,
    problem: Option<StageProblem>,
    saved: bool,
    tested: Option<(u32, Tested)>,
}

async fn page(state: &AppState, visit: &Visit, viewer: &Viewer, id: &SourceId, told: Told) -> Response {
    let own = match state.sources.one(viewer, id).await {
        Ok(own) => own,
        Err(error) => return failed(visit, error),
    };
    let history = match state.sources.history(&own).await {
        Ok(history) => history,
        Err(error) => return failed(visit, error),
    };
    let status = match told.problem {
        None => StatusCode::OK,
        Some(StageProblem::Stale) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (head, steps, comparison) = (own.head(), own.steps(), state.sources.comparison(&own));
    let page = StagePage {
        source: &own.source,
        history: &history,
        stage: own.stage(),
        head: head.as_ref(),
        versions: &own.versions,
        steps: &steps,
        comparison: comparison.as_ref(),
        tested: told.tested.as_ref().map(|(number, tested)| (*number, tested)),
        chosen: told.chosen,
        reason: &told.reason,
        problem: told.problem,
        saved: told.saved,
    };
    (status, html(stage_page(&visit.context(), &page))).into_response()
}

/// What is told when nothing could be shown or decided.
pub fn failed(visit: &Visit, error: SourceError) -> Response {
    match error {
        SourceError::NotAdministrator => {
            let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().stages.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant: who })
        }
        SourceError::Unknown | SourceError::Package | SourceError::NotPossible => visit.refuse(&UserError::NotFound),
        SourceError::LogUnavailable(error) => {
            tracing::error!(%error, "no stage was changed: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error => failure::database(visit, "stages of sources", &error),
    }
}
