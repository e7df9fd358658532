//! Statistics of the own provider's use: the page, and the same as CSV. The address carries two dates and nothing else.
//!
//! Not here: who may and what is logged (`service::statistics`), the page (`ui::statistics`).

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use samsyn_domain::{
    review::{Period, PeriodRefusal},
    statistics::Statistics,
    viewer::Viewer,
};
use samsyn_service::{log_reading::LogAccessError, statistics::StatisticsService};
use samsyn_ui::{StatisticsPage, Typed, UserError, statistics_csv, statistics_page};

use super::{
    AppState, failure,
    page::{Visit, html},
    review::{as_csv, date, names, owner, refuse_role},
};

/// The form, and the counts when a period was chosen.
pub async fn show(State(state): State<AppState>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let now = state.clock.now();
    if let Err(error) = StatisticsService::admit(viewer) {
        return failed(&state, &visit, viewer, error, &typed);
    }
    if !typed.contains_key("from") && !typed.contains_key("to") {
        return page(&state, &visit, viewer, None, (None, &typed));
    }
    let days = date(&typed, "from").and_then(|from| Ok((from, date(&typed, "to")?)));
    let days = match days {
        Ok(days) => days,
        Err(refusal) => return page(&state, &visit, viewer, None, (Some(refusal), &typed)),
    };
    let as_table = typed.get("form").is_some_and(|form| form == "csv");
    match state.statistics.make(viewer, days, if as_table { "csv" } else { "page" }, &now).await {
        Ok((period, counted)) if as_table => {
            let names = names(&state);
            let page = StatisticsPage {
                owner: owner(viewer),
                now: now.timestamp(),
                counted: Some((period, &counted)),
                names: &names,
                problem: None,
                typed: &typed,
            };
            as_csv("statistik", statistics_csv(&visit.context(), &page))
        }
        Ok((period, counted)) => page(&state, &visit, viewer, Some((period, &counted)), (None, &typed)),
        Err(error) => failed(&state, &visit, viewer, error, &typed),
    }
}

fn page(
    state: &AppState,
    visit: &Visit,
    viewer: &Viewer,
    counted: Option<(Period, &Statistics)>,
    (problem, typed): (Option<PeriodRefusal>, &Typed),
) -> Response {
    let names = names(state);
    let now = state.clock.now().timestamp();
    let page = StatisticsPage { owner: owner(viewer), now, counted, names: &names, problem, typed };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, html(statistics_page(&visit.context(), &page))).into_response()
}

fn failed(state: &AppState, visit: &Visit, viewer: &Viewer, error: LogAccessError, typed: &Typed) -> Response {
    match error {
        LogAccessError::MayNot => refuse_role(visit, visit.language_texts().statistics.heading()),
        LogAccessError::Refused(refusal) => page(state, visit, viewer, None, (Some(refusal), typed)),
        LogAccessError::LogUnavailable(error) => {
            tracing::error!(%error, "no statistics were shown: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        LogAccessError::Unreadable(error) => failure::database(visit, "statistics", &error),
    }
}
