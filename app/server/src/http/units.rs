//! The units of an administrator's organisation: the page, and writing another version of one.
//!
//! Not here: who may, and what is wrong with a unit (`service::units`, `domain::unit`), the page (`ui::units`).
//! Invariant: a form that is refused comes back as it was typed, and nothing has changed.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::civil::Date;
use samsyn_domain::{
    time::today,
    unit::{Unit, UnitFault, UnitVersion, on},
    viewer::Viewer,
};
use samsyn_service::units::UnitError;
use samsyn_ui::{Typed, UnitProblem, UnitsPage, UserError, paths, units_page};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
    typed::text,
};

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct UnitQuery {
    saved: Option<String>,
    /// HSA-id of the unit that gets another version.
    unit: Option<String>,
}

/// The page; with a unit in the address the form says what it is now.
pub async fn show(State(state): State<AppState>, visit: Visit, Query(query): Query<UnitQuery>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let versions = match state.units.own(viewer).await {
        Ok(versions) => versions,
        Err(error) => return failed(&visit, error),
    };
    let today = today(&state.clock.now());
    let named = query.unit.map(|id| id.to_ascii_lowercase());
    let typed = named.and_then(|id| on(&versions, today).get(&id).map(|one| written(&one.unit))).unwrap_or_default();
    page(&state, &visit, viewer, &versions, (&typed, None, query.saved.is_some()))
}

fn written(unit: &Unit) -> Typed {
    let fields = [
        ("id", unit.id.clone()),
        ("name", unit.name.clone()),
        ("parent", unit.parent.clone()),
        ("performs-for", unit.performs_for.clone().unwrap_or_default()),
        ("until", unit.until.map(|until| until.to_string()).unwrap_or_default()),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Writes another version.
pub async fn write(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let Some(organisation) = state.overviews.catalogue().organisation(&viewer.organisation) else {
        return failed(&visit, UnitError::NotAdministrator);
    };
    let Some(base) = typed.get("base").and_then(|base| base.parse().ok()) else {
        return visit.refuse(&UserError::BadRequest);
    };
    // A form sends two characters for each line break.
    let reason = text(&typed, "reason").unwrap_or_default().replace("\r\n", "\n");
    let problem = match read(&typed) {
        Err(fault) => UnitProblem::Faults(vec![fault]),
        Ok(unit) => {
            let now = state.clock.now().timestamp();
            match state.units.write(viewer, organisation, (unit, &reason, base), now).await {
                Ok(()) => return Redirect::to(&format!("{}?saved=1", paths::UNITS)).into_response(),
                Err(UnitError::Faults(faults)) => UnitProblem::Faults(faults),
                Err(UnitError::Stale) => UnitProblem::Stale,
                Err(error) => return failed(&visit, error),
            }
        }
    };
    match state.units.own(viewer).await {
        Ok(versions) => page(&state, &visit, viewer, &versions, (&typed, Some(problem), false)),
        Err(error) => failed(&visit, error),
    }
}

fn read(typed: &Typed) -> Result<Unit, UnitFault> {
    let day = |name: &str| text(typed, name).map(|day| day.parse::<Date>()).transpose();
    Ok(Unit {
        id: text(typed, "id").unwrap_or_default(),
        name: text(typed, "name").unwrap_or_default(),
        parent: text(typed, "parent").unwrap_or_default(),
        performs_for: text(typed, "performs-for"),
        from: day("from").ok().flatten().ok_or(UnitFault::Period)?,
        until: day("until").map_err(|_| UnitFault::Period)?,
    })
}

fn page(
    state: &AppState,
    visit: &Visit,
    viewer: &Viewer,
    versions: &[UnitVersion],
    (typed, problem, saved): (&Typed, Option<UnitProblem>, bool),
) -> Response {
    let organisation = state.overviews.catalogue().organisation(&viewer.organisation);
    let status = match &problem {
        None => StatusCode::OK,
        Some(UnitProblem::Faults(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(UnitProblem::Stale) => StatusCode::CONFLICT,
    };
    let page = UnitsPage {
        organisation: &viewer.organisation_name,
        providers: organisation.map(|one| one.providers.as_slice()).unwrap_or_default(),
        versions,
        today: today(&state.clock.now()),
        typed,
        saved,
        problem,
    };
    (status, html(units_page(&visit.context(), &page))).into_response()
}

fn failed(visit: &Visit, error: UnitError) -> Response {
    match error {
        UnitError::LogUnavailable(error) => {
            tracing::error!(%error, "no unit was written: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        UnitError::Store(error) => failure::database(visit, "units", &error),
        _ => {
            let who_can_grant = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().units.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant })
        }
    }
}
