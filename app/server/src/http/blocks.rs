//! Lifting an inner block of the own provider, in two steps: which units have blocked information, then on what ground.
//!
//! Not here: the rules (`domain::access`), the page (`ui::access::lift`).
//! Invariant: whoever may not lift gets the answer of an address that is not there, for every patient alike; what is refused changes
//! nothing and comes back with what was chosen.

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::Zoned;
use samsyn_domain::{
    access::{GivenBy, Kind, Preset, Receiver, Refusal, Stated},
    plan::is_register,
    provenance::Organisation,
    source::{OrganisationInfo, ProviderKind},
};
use samsyn_service::{
    access::{AccessError, New},
    overview::BlockedUnits,
};
use samsyn_ui::{AccessProblem, LiftPage, Typed, lift_page, paths, unit_field};
use serde::Deserialize;

use super::{
    AppState, failure,
    kept::form::Form as KeptForm,
    on_patient::{NotOnPatient, OnPatient},
    page::html,
    typed::{text, word},
};

/// The first step: which units of the own provider have blocked information; logged before it is told.
pub async fn show(State(state): State<AppState>, on: OnPatient, headers: HeaderMap) -> Response {
    match state.overviews.blocked_units(&on.viewer, &on.handle.patient, &state.clock.now()).await {
        Ok(units) => {
            // Of a draft the units are chosen again: their fields are of one handle.
            let kept = KeptForm::Blocks.find(&state, &headers, &on.visit.draft);
            let problem = kept.as_ref().map(|_| AccessProblem::Restored);
            page(&state, &on, &units, problem, &kept.unwrap_or_default()).await
        }
        Err(error) => failure::access(&on.visit, error),
    }
}

/// The second step: lifts the blocks of the chosen units for the viewer, then shows the overview.
pub async fn lift(
    State(state): State<AppState>,
    on: Result<OnPatient, NotOnPatient>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let typed: Typed = pairs.into_iter().collect();
    let on = match on {
        Ok(on) => on,
        Err(refused) => return refused.keeping(&state, KeptForm::Blocks, &typed),
    };
    let now = state.clock.now();
    let units = match state.overviews.blocked_units(&on.viewer, &on.handle.patient, &now).await {
        Ok(units) => units,
        Err(error) => return failure::access(&on.visit, error),
    };
    let new = lifts(&on, &units, &typed, &now);
    match state.access.register(&on.viewer, &on.handle.patient, new, &now).await {
        Ok(()) => {
            let overview = Redirect::to(&paths::overview(&on.handle.id)).into_response();
            KeptForm::Blocks.done(&state, &headers, &on.visit.draft, overview)
        }
        Err(AccessError::Refused(refusal)) => {
            let page = page(&state, &on, &units, Some(AccessProblem::Refused(refusal)), &typed).await;
            failure::denial(&on.visit, page, refusal.denial())
        }
        Err(error) => failure::access(&on.visit, error),
    }
}

/// What the form about others' blocks sends.
#[derive(Debug, Deserialize)]
pub struct RequestNote {
    #[serde(default)]
    asked: String,
}

/// Notes that another organisation has been asked to lift its block.
pub async fn request(State(state): State<AppState>, on: OnPatient, Form(note): Form<RequestNote>) -> Response {
    let now = state.clock.now();
    let units = match state.overviews.blocked_units(&on.viewer, &on.handle.patient, &now).await {
        Ok(units) => units,
        Err(error) => return failure::access(&on.visit, error),
    };
    let Some(asked) = others(&state, &on).into_iter().find(|one| one.id.as_str() == note.asked) else {
        return page(&state, &on, &units, Some(AccessProblem::Refused(Refusal::NotStated)), &Typed::new()).await;
    };
    match state.access.note_lift_request(&on.viewer, &on.handle.patient, &asked.id, &now).await {
        Ok(()) => page(&state, &on, &units, Some(AccessProblem::RequestNoted), &Typed::new()).await,
        Err(error) => failure::access(&on.visit, error),
    }
}

/// Every organisation with a care provider that is not the viewer's and holds records: the same for every patient.
fn others<'a>(state: &'a AppState, on: &OnPatient) -> Vec<&'a OrganisationInfo> {
    let own = on.viewer.provider.id.as_str();
    let (catalogue, known) = (state.overviews.catalogue(), state.sources.book().known());
    let of_others = |one: &&OrganisationInfo| {
        let mut sources = known.iter().filter(|source| source.organisation == one.id);
        one.providers.iter().any(|provider| provider.kind == ProviderKind::Care && !provider.id.is(own))
            && sources.any(|source| !is_register(source))
    };
    catalogue.organisations.iter().filter(of_others).collect()
}

/// One lift for each chosen unit that has a block now; a unit that has none cannot be chosen.
fn lifts(on: &OnPatient, units: &BlockedUnits, typed: &Typed, now: &Zoned) -> Vec<New> {
    let BlockedUnits::Known(units) = units else { return Vec::new() };
    let lift = |unit: &Organisation| New {
        kind: Kind::Lift,
        receiver: Receiver::only(&on.viewer),
        period: Preset::ThisContact.period(now),
        stated: Stated {
            given_by: typed.get("ground").is_some_and(|ground| ground == "patient").then_some(GivenBy::Patient),
            reason: word(typed, "ground"),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            text: text(typed, "text"),
            ..Stated::default()
        },
    };
    units.iter().filter(|unit| typed.contains_key(&unit_field(&on.handle.id, unit))).map(lift).collect()
}

async fn page(
    state: &AppState,
    on: &OnPatient,
    units: &BlockedUnits,
    problem: Option<AccessProblem>,
    typed: &Typed,
) -> Response {
    let person = match state.overviews.who_is(on.narrowly(&state.clock.now())).await {
        Ok(person) => person,
        Err(error) => return failure::access(&on.visit, error),
    };
    let units = match units {
        BlockedUnits::Known(units) => Some(units.as_slice()),
        BlockedUnits::Unverified => None,
    };
    let others = others(state, on);
    let page = LiftPage { handle: &on.handle.id, person: &person, units, others: &others, problem, typed };
    let status =
        if problem.is_some_and(AccessProblem::is_refusal) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, html(lift_page(&on.visit.context(), &page))).into_response()
}
