//! Consent and access of the patient of a handle: the page, registering, ending, danger to life.
//!
//! Rooms: `draft` what a form says. Not here: the rules (`domain::access`), the forms (`ui::access`). Nothing about a patient stands in
//! an address. Invariant: a form that a rule refuses comes back with what was typed, and nothing has changed; so
//! does one that came after the session had ended, to whoever filled it in (`kept::form`).

mod draft;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{
    access::{Action, Facts, Kind, Refusal, Registration, still_given},
    protection::{mask_proof, mask_registration},
    source::{ProviderKind, ReceivingUnit},
    viewer::{Scope, Viewer},
};
use samsyn_service::{
    access::{AccessError, Ending},
    port::handles::Handle,
};
use samsyn_ui::{AccessPage, AccessProblem, Typed, UserError, access_page, emergency_page, paths, section_field};
use serde::Deserialize;

use self::draft::Draft;
use super::{
    AppState, failure,
    freshness::{self, Freshness},
    kept::{form::Form as KeptForm, with_cookie},
    on_patient::{NotOnPatient, OnPatient},
    page::html,
    proof,
    search::{keep, new_id},
    typed::text,
};

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct ShowQuery {
    /// The id of a registration that has just been ended.
    ended: Option<String>,
}

/// What is registered, and the forms. What the session ended on stands in its form.
pub async fn show(
    State(state): State<AppState>,
    on: OnPatient,
    Query(query): Query<ShowQuery>,
    headers: HeaderMap,
) -> Response {
    match KeptForm::Access.find(&state, &headers, &on.visit.draft) {
        Some(typed) => page(&state, &on, Shown::Problem(AccessProblem::Restored), &typed).await,
        None => page(&state, &on, query.ended.map_or(Shown::Nothing, Shown::Ended), &Typed::new()).await,
    }
}

/// Registers what a form says.
pub async fn register(
    State(state): State<AppState>,
    on: Result<OnPatient, NotOnPatient>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let typed: Typed = pairs.into_iter().collect();
    let on = match on {
        Ok(on) => on,
        Err(refused) => return refused.keeping(&state, KeptForm::Access, &typed),
    };
    let now = state.clock.now();
    // What the form says of a proof counts for nothing: the source is asked again.
    let proof = match typed.get("relation").map(String::as_str) {
        Some("proven") => match proof::reported(&state, &on, &now).await {
            Ok(proofs) => proofs.found.into_iter().next(),
            Err(error) => return failed(&state, &on, error, &typed).await,
        },
        _ => None,
    };
    let draft = Draft { viewer: &on.viewer, typed: &typed, now: &now };
    let new = draft.registrations(&receiving_units(&state, &on.viewer), proof);
    let done = match new {
        Ok(new) => state.access.register(&on.viewer, &on.handle.patient, new, &now).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => {
            let shared = on.handle.scope == Scope::Shared;
            let to = if shared { paths::overview(&on.handle.id) } else { paths::access(&on.handle.id) };
            KeptForm::Access.done(&state, &headers, &on.visit.draft, Redirect::to(&to).into_response())
        }
        Err(error) => failed(&state, &on, error, &typed).await,
    }
}

/// What ends a registration.
#[derive(Debug, Deserialize)]
pub struct EndRequest {
    how: Option<String>,
}

/// Ends one.
pub async fn end(
    State(state): State<AppState>,
    on: OnPatient,
    Path((_, registration)): Path<(String, String)>,
    Form(request): Form<EndRequest>,
) -> Response {
    let how = match request.how.as_deref() {
        Some("withdrawn") => Ending::Withdrawn,
        Some("voided") => Ending::Voided,
        _ => return on.visit.refuse(&UserError::BadRequest),
    };
    match state.access.end(&on.viewer, &on.handle.patient, &registration, how, &state.clock.now()).await {
        Ok(()) => Redirect::to(&format!("{}?ended={registration}", paths::access(&on.handle.id))).into_response(),
        Err(error) => failed(&state, &on, error, &Typed::new()).await,
    }
}

/// Why: the first step of an emergency on a page of its own, for who comes from somewhere else than the overview.
pub async fn emergency(State(state): State<AppState>, on: OnPatient, headers: HeaderMap) -> Response {
    // Care providers only (SVOD 3:6), and whoever the organisation grants it: for anybody else there is no such page.
    if on.viewer.provider.kind != ProviderKind::Care || !on.viewer.may(Action::Emergency) {
        return failure::access(&on.visit, Refusal::Role.into());
    }
    let kept = KeptForm::Emergency.find(&state, &headers, &on.visit.draft);
    let problem = match freshness::of(&state, &on.visit).await {
        Freshness::Fresh => kept.as_ref().map(|_| AccessProblem::Restored),
        Freshness::Old => return freshness::renew(&on.handle.id),
        Freshness::OldAndUnrenewable => Some(AccessProblem::SignInNotRenewed),
    };
    emergency_reasons(&on, &kept.unwrap_or_default(), problem)
}

/// The steps: with a reason, back to the overview, which then tells who may have information; with sections chosen, they are fetched.
pub async fn open_emergency(
    State(state): State<AppState>,
    on: Result<OnPatient, NotOnPatient>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let typed: Typed = pairs.into_iter().collect();
    let on = match on {
        Ok(on) => on,
        Err(refused) => return refused.keeping(&state, KeptForm::Emergency, &typed),
    };
    let now = state.clock.now();
    let patient = &on.handle.patient;
    let done = if typed.contains_key("fetch") {
        let chosen = on.viewer.rights.sections().into_iter().filter(|one| typed.contains_key(&section_field(*one)));
        state.access.fetch_in_emergency(&on.viewer, patient, chosen.collect(), &now).await
    } else {
        let sign_in_not_renewed = match freshness::of(&state, &on.visit).await {
            Freshness::Fresh => false,
            Freshness::Old => {
                let kept = KeptForm::Emergency.keep(&state, &typed).filter(|_| text(&typed, "text").is_some());
                return with_cookie(freshness::renew(&on.handle.id), kept);
            }
            Freshness::OldAndUnrenewable => true,
        };
        let new = vec![Draft { viewer: &on.viewer, typed: &typed, now: &now }.emergency(sign_in_not_renewed)];
        state.access.register(&on.viewer, patient, new, &now).await
    };
    match done {
        // Danger to life is an active choice of its own.
        Ok(()) => {
            let next = Handle { id: new_id(), scope: Scope::Shared, ..on.handle };
            let opened = keep(&state, &on.visit, next).await;
            KeptForm::Emergency.done(&state, &headers, &on.visit.draft, opened)
        }
        Err(AccessError::Refused(refusal)) => {
            let page = emergency_reasons(&on, &typed, Some(AccessProblem::Refused(refusal)));
            failure::denial(&on.visit, page, refusal.denial())
        }
        Err(error) => failed(&state, &on, error, &typed).await,
    }
}

fn emergency_reasons(
    OnPatient { visit, handle, .. }: &OnPatient,
    typed: &Typed,
    problem: Option<AccessProblem>,
) -> Response {
    let status =
        if problem.is_some_and(AccessProblem::is_refusal) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = emergency_page(&visit.context(), &handle.id, &handle.patient, typed, problem);
    (status, html(page)).into_response()
}

/// Another hour.
pub async fn extend(
    State(state): State<AppState>,
    on: OnPatient,
    Path((_, registration)): Path<(String, String)>,
) -> Response {
    match state.access.extend(&on.viewer, &on.handle.patient, &registration, &state.clock.now()).await {
        Ok(()) => Redirect::to(&paths::overview(&on.handle.id)).into_response(),
        Err(error) => failed(&state, &on, error, &Typed::new()).await,
    }
}

/// What the page says besides what it lists.
enum Shown {
    Nothing,
    Problem(AccessProblem),
    /// The registration of this id has been ended.
    Ended(String),
}

/// What still lets others be reached after a consent, or what stood instead of it, was ended: nobody should think that all is closed.
fn left(state: &AppState, on: &OnPatient, registered: &[Registration], ended: &str) -> Option<AccessProblem> {
    let of_ground = |kind| matches!(kind, Kind::Consent | Kind::Child | Kind::Incapable);
    registered.iter().find(|one| one.id == ended && one.ended.is_some() && of_ground(one.kind))?;
    let organisation = state.overviews.catalogue().organisation(&on.viewer.organisation);
    let facts = Facts {
        patient: &on.handle.patient,
        registered: Some(registered),
        accepts_others_consents: organisation.is_some_and(|own| own.accepts_others_consents),
    };
    Some(match still_given(&on.viewer, facts, state.clock.now().timestamp())? {
        Kind::Consent => AccessProblem::AnotherConsent,
        _ => AccessProblem::AnotherGround,
    })
}

async fn page(state: &AppState, on: &OnPatient, shown: Shown, typed: &Typed) -> Response {
    let OnPatient { visit, viewer, handle, .. } = on;
    if !viewer.has_care_purpose() {
        return visit.refuse(&UserError::NoCarePurpose);
    }
    let now = state.clock.now();
    let mut registered = match state.access.list(viewer, &handle.patient, &now).await {
        Ok(registered) => registered,
        Err(error) => return failure::access(&on.visit, error),
    };
    let problem = match shown {
        Shown::Nothing => None,
        Shown::Problem(problem) => Some(problem),
        Shown::Ended(id) => left(state, on, &registered, &id),
    };
    let answers =
        tokio::try_join!(proof::for_page(state, on, &registered, &now), state.overviews.who_is(on.narrowly(&now)));
    let (mut proofs, person) = match answers {
        Ok(answers) => answers,
        Err(error) => return failure::access(&on.visit, error),
    };
    if person.places_masked {
        registered.iter_mut().for_each(mask_registration);
        proofs.found.iter_mut().for_each(mask_proof);
    }
    let page = AccessPage {
        handle: &handle.id,
        person: &person,
        viewer,
        registered: &registered,
        receiving_units: &receiving_units(state, viewer),
        proof_incomplete: proofs.incomplete,
        proof: proofs.found.into_iter().next(),
        now: &now,
        problem,
        typed,
    };
    let status = match problem {
        Some(AccessProblem::NotKept) => StatusCode::SERVICE_UNAVAILABLE,
        Some(problem) if problem.is_refusal() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    (status, html(access_page(&visit.context(), &page))).into_response()
}

/// The page again, with what was typed and what is wrong; or that nothing can be said at all.
async fn failed(state: &AppState, on: &OnPatient, error: AccessError, typed: &Typed) -> Response {
    let denial = failure::denial_of(&error);
    let problem = match error {
        AccessError::Refused(refusal) => AccessProblem::Refused(refusal),
        AccessError::Unknown => AccessProblem::Unknown,
        // The register can be read, so the form can come back.
        AccessError::NotKept(error) => {
            tracing::error!(%error, "what was sent to the register was not kept");
            AccessProblem::NotKept
        }
        error => return failure::access(&on.visit, error),
    };
    failure::denial(&on.visit, page(state, on, Shown::Problem(problem), typed).await, denial)
}

/// Units of others, and other units of the own organisation.
fn receiving_units(state: &AppState, viewer: &Viewer) -> Vec<ReceivingUnit> {
    let all = state.config.organisations.iter().flat_map(|organisation| &organisation.receiving_units);
    all.filter(|unit| viewer.unit.known_id() != Some(unit.unit.as_str())).cloned().collect()
}
