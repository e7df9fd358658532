//! Lifting an inner block of the own provider, in two steps: which units have blocked information, then on what ground.
//!
//! Not here: the rules (`domain::access`), the page (`ui::access::lift`).
//! Invariant: whoever may not lift gets the answer of an address that is not there, for every patient alike; what is refused changes
//! nothing and comes back with what was chosen.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::Zoned;
use samsyn_domain::{
    access::{GivenBy, Kind, Preset, Reason, Receiver, Refusal, Registrar, Registration, Stated},
    provenance::Organisation,
    viewer::Viewer,
};
use samsyn_service::{access::AccessError, overview::BlockedUnits, port::handles::Handle};
use samsyn_ui::{AccessProblem, LiftPage, Typed, UserError, lift_page, paths, unit_field};
use serde::{Deserialize as _, de::value::StrDeserializer};

use super::{
    AppState, failure,
    overview::handle_of,
    page::{Visit, html},
};

/// The first step: which units of the own provider have blocked information; logged before it is told.
pub async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.overviews.blocked_units(viewer, &handle.patient, &state.clock.now()).await {
        Ok(units) => page(&visit, &handle, &units, None, &Typed::new()),
        Err(error) => failed(&visit, error),
    }
}

/// The second step: lifts the blocks of the chosen units for the viewer, then shows the overview.
pub async fn lift(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let typed: Typed = pairs.into_iter().collect();
    let now = state.clock.now();
    let units = match state.overviews.blocked_units(viewer, &handle.patient, &now).await {
        Ok(units) => units,
        Err(error) => return failed(&visit, error),
    };
    let new = lifts(viewer, &handle, &units, &typed, &now);
    let checked = match new.iter().find_map(|one| one.check(viewer, &now).err()) {
        Some(refusal) => Err(refusal),
        None if new.is_empty() => Err(Refusal::NotStated),
        None => Ok(()),
    };
    if let Err(refusal) = checked {
        return page(&visit, &handle, &units, Some(AccessProblem::Refused(refusal)), &typed);
    }
    for one in &new {
        match state.access.register(viewer, one, &now).await {
            Ok(()) => {}
            Err(AccessError::Refused(refusal)) => {
                return page(&visit, &handle, &units, Some(AccessProblem::Refused(refusal)), &typed);
            }
            Err(error) => return failed(&visit, error),
        }
    }
    Redirect::to(&paths::overview(&handle.id)).into_response()
}

/// One lift for each chosen unit that has a block now; a unit that has none cannot be chosen.
fn lifts(viewer: &Viewer, handle: &Handle, units: &BlockedUnits, typed: &Typed, now: &Zoned) -> Vec<Registration> {
    let BlockedUnits::Known(units) = units else { return Vec::new() };
    let ground = typed.get("ground").map(String::as_str).unwrap_or_default();
    let text = typed.get("text").map(|text| text.trim()).filter(|text| !text.is_empty());
    let made = |unit: &Organisation| Registration {
        id: uuid::Uuid::new_v4().to_string(),
        kind: Kind::Lift,
        patient: handle.patient.clone(),
        receiver: Receiver::only(viewer),
        period: Preset::ThisContact.period(now),
        stated: Stated {
            given_by: (ground == "patient").then_some(GivenBy::Patient),
            reason: Reason::deserialize(StrDeserializer::<serde::de::value::Error>::new(ground)).ok(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            text: text.map(str::to_owned),
            ..Stated::default()
        },
        registered_at: now.timestamp(),
        registered_by: Registrar::from(viewer),
        ended: None,
    };
    units.iter().filter(|unit| typed.contains_key(&unit_field(unit))).map(made).collect()
}

fn page(
    visit: &Visit,
    handle: &Handle,
    units: &BlockedUnits,
    problem: Option<AccessProblem>,
    typed: &Typed,
) -> Response {
    let units = match units {
        BlockedUnits::Known(units) => Some(units.as_slice()),
        BlockedUnits::Unverified => None,
    };
    let page = LiftPage { handle: &handle.id, patient: &handle.patient.spoken(), units, problem, typed };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, html(lift_page(&visit.context(), &page))).into_response()
}

fn failed(visit: &Visit, error: AccessError) -> Response {
    match error {
        // That there is such a page would already tell that there may be blocks.
        AccessError::Refused(_) | AccessError::Unknown => visit.refuse(&UserError::NotFound),
        AccessError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing is shown or lifted: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        AccessError::Register(error) => failure::internal(visit, "lift a block", &error),
    }
}
