//! Signing in and stepping up: thin handlers over `login::flow`.
//!
//! Not here: signing out (`sign_out`), looking at what was stated (`login_test`).
//! Invariants: every sign-in gets a session of its own, with a new reference; nothing of the former one is kept, except that the same
//! person stays in the assignment it had chosen, and when it steps up: then what it has open stays open.

use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::viewer::Viewer;
use samsyn_service::{
    port::{
        PortError,
        audit_log::{Activity, AuditRecord, Stage},
        handles::Handle,
        sign_ins::ProviderSession,
    },
    record::session::{EndedBy, Event},
};
use samsyn_ui::UserError;
use serde::Deserialize;
use serde_json::Value;
use tower_sessions::Session;

use super::{AppState, failure, local::is_local, page::Visit, search::handle_expiry};
use crate::{
    clock::real_now,
    ending,
    login::{
        claims::{assignments, employee},
        flow::{Attempt, CallbackQuery, Flow, LoginError, StepUp, Verified},
    },
    session::{self, SignedIn},
};

const ATTEMPT: &str = "login_attempt";

/// What the sign-in link may carry.
#[derive(Debug, Deserialize)]
pub struct StartQuery {
    login_hint: Option<String>,
}

/// Both halves, with this portal's address to come back to.
pub fn flow(state: &AppState) -> Option<Flow<'_>> {
    let callback = state.config.portal.public_url.join(samsyn_ui::paths::CALLBACK).ok()?;
    Some(Flow { provider: &state.identity, config: &state.config.identity, callback })
}

/// Keeps an attempt in the session and sends the browser to the provider.
pub async fn start(State(state): State<AppState>, visit: Visit, Query(query): Query<StartQuery>) -> Response {
    send_to_provider(&state, &visit, query.login_hint, None).await
}

/// Where to return to after stepping up.
#[derive(Debug, Deserialize)]
pub struct StepUpQuery {
    #[serde(default)]
    to: String,
}

/// Lets the signed-in person sign in anew, and returns to where it was. For what needs to be sure who is there right now; it then
/// finds the moment in [`SignedIn::auth_time`].
pub async fn step_up(State(state): State<AppState>, visit: Visit, Query(query): Query<StepUpQuery>) -> Response {
    let Some(signed_in) = &visit.signed_in else { return visit.refuse(&UserError::SessionExpired) };
    if !is_local(&query.to) {
        return visit.refuse(&UserError::BadRequest);
    }
    let step_up = StepUp { subject: signed_in.subject.clone(), to: query.to };
    send_to_provider(&state, &visit, None, Some(step_up)).await
}

async fn send_to_provider(
    state: &AppState,
    visit: &Visit,
    login_hint: Option<String>,
    step_up: Option<StepUp>,
) -> Response {
    let Some(flow) = flow(state) else { return failure::internal(visit, "callback address", &"public_url") };
    match flow.start(login_hint, step_up).await {
        Ok((url, attempt)) => match visit.session.insert(ATTEMPT, attempt).await {
            Ok(()) => Redirect::to(url.as_str()).into_response(),
            Err(error) => failure::internal(visit, "keep login attempt", &error),
        },
        Err(error) => refused(visit, &error, true).await,
    }
}

/// Verifies what came back and begins a fresh session.
pub async fn callback(State(state): State<AppState>, visit: Visit, Query(query): Query<CallbackQuery>) -> Response {
    let attempt = match take_attempt(&visit.session).await {
        Ok(attempt) => attempt,
        Err(error) => return failure::internal(&visit, "read login attempt", &error),
    };
    let step_up = attempt.as_ref().and_then(Attempt::step_up).cloned();
    let was_begun = attempt.is_some();
    let Some(flow) = flow(&state) else { return failure::internal(&visit, "callback address", &"public_url") };
    match flow.finish(attempt, query).await {
        Ok(verified) => begin(&state, &visit, verified, step_up).await,
        Err(error) => refused(&visit, &error, was_begun).await,
    }
}

/// Takes the attempt out of the stored session at once: a refusal is an answer after which the session is not saved, and an
/// attempt must not survive the first callback.
async fn take_attempt(session: &Session) -> Result<Option<Attempt>, tower_sessions::session::Error> {
    let attempt = session.remove::<Attempt>(ATTEMPT).await?;
    if attempt.is_some() {
        session.save().await?;
    }
    Ok(attempt)
}

/// A verified sign-in becomes a session, if it leads to an assignment and the log can take it.
async fn begin(state: &AppState, visit: &Visit, verified: Verified, step_up: Option<StepUp>) -> Response {
    let found = assignments(&verified.claims, &state.config.identity, &state.config.organisations);
    if found.is_empty() {
        if let Some(employee) = employee(&verified.claims, &state.config.identity) {
            state.users.note(&employee, &[], None, state.clock.now().timestamp()).await;
        }
        let response = refuse_with_claims(visit, &verified, &UserError::NoAssignment).await;
        return visit.sign_in_denied(response, UserError::NoAssignment.code(), None, true);
    }
    // Only the person who was signed in before; anybody else begins from nothing.
    let former =
        visit.signed_in.as_ref().filter(|former| former.subject == verified.subject && !verified.subject.is_empty());
    let in_use = former.and_then(SignedIn::viewer).map(|viewer| viewer.assignment.as_str());
    let same_assignment = in_use.and_then(|id| found.iter().position(|viewer| viewer.assignment == id));
    // Whoever may act in several assignments chooses one before opening anybody (L-03).
    let current = same_assignment.or((found.len() == 1).then_some(0));
    let ordinary = if current.is_none() { samsyn_ui::paths::ASSIGNMENT } else { samsyn_ui::paths::SEARCH };
    let stepped_up = former.zip(step_up).filter(|(_, step_up)| step_up.subject == verified.subject);
    let stays = stepped_up.filter(|_| in_use.is_none() == same_assignment.is_none());
    let key = visit.session_key();
    let began_as = stays.as_ref().zip(key.as_deref()).map(|((former, _), key)| former.sign_in(key).to_owned());
    let back = stays.map(|(_, step_up)| step_up.to);
    let signed_in = SignedIn {
        assignments: found,
        current,
        at: real_now(),
        id_token: verified.id_token,
        subject: verified.subject.clone(),
        auth_time: verified.auth_time,
        began_as,
    };
    let Some(viewer) = signed_in.person() else { return visit.refuse(&UserError::NoAssignment) };
    let level = verified.claims.get("acr").and_then(Value::as_str);
    let event = Event::sign_in(back.is_some(), level, state.config.identity.issuer.as_str());
    if let Err(error) = log(state, visit, Activity::SignIn, &viewer, event).await {
        tracing::error!(%error, "nobody is signed in: the audit log cannot be written");
        return visit.refuse(&UserError::LogUnavailable);
    }
    let open = match (&back, key) {
        (Some(_), Some(key)) => state.handles.all(&key, real_now()).await.unwrap_or_default(),
        _ => Vec::new(),
    };
    let key = match session::begin(&visit.session, &signed_in, &verified.claims).await {
        Ok(key) => key,
        Err(error) => return failure::internal(visit, "begin session", &error),
    };
    if former.is_none()
        && let Some(other) = &visit.signed_in
    {
        let event = Event::SignOut { ended_by: EndedBy::NewSignIn, expired: None };
        ending::sign_out(&*state.audit, &state.clock, other, event).await;
    }
    state.users.note(&viewer.user_id, &signed_in.assignments, signed_in.viewer(), state.clock.now().timestamp()).await;
    let provider = ProviderSession { subject: Some(verified.subject), sid: verified.sid };
    match settle(state, &key, &provider, &open).await {
        Ok(true) => Redirect::to(back.as_deref().unwrap_or(ordinary)).into_response(),
        Ok(false) => {
            tracing::warn!("nobody is signed in: the provider has ended its session in the meantime");
            let response =
                visit.sign_in_denied(visit.refuse(&UserError::SignInFailed), "ended-by-provider", None, true);
            end(visit, response).await
        }
        Err(error) => end(visit, failure::internal(visit, "settle session", &error)).await,
    }
}

/// Ties the session to the provider's and gives it the handles of the one it replaces. False when the provider has ended its own.
async fn settle(state: &AppState, key: &str, provider: &ProviderSession, open: &[Handle]) -> Result<bool, PortError> {
    if !state.sign_ins.tie(key, provider).await? {
        return Ok(false);
    }
    for handle in open {
        state.handles.keep(key, handle, handle_expiry(state)).await?;
    }
    Ok(true)
}

/// Takes back a session that must not be.
async fn end(visit: &Visit, answer: Response) -> Response {
    match visit.session.flush().await {
        Ok(()) => answer,
        Err(error) => failure::internal(visit, "end session", &error),
    }
}

/// Says why nobody was signed in, and has it noted. `was_begun`: by this browser.
async fn refused(visit: &Visit, error: &LoginError, was_begun: bool) -> Response {
    tracing::warn!(%error, "sign-in refused");
    let response = match error {
        LoginError::Assurance(verified) => refuse_with_claims(visit, verified, &UserError::AssuranceTooLow).await,
        LoginError::NotFresh => visit.refuse(&UserError::SignInNotFresh),
        LoginError::NoAttempt | LoginError::CodeRefused => visit.refuse(&UserError::SignInVoid),
        error if error.is_of_the_person() => visit.refuse(&UserError::SignInCancelled),
        _ => visit.refuse(&UserError::SignInFailed),
    };
    visit.sign_in_denied(response, error.reason(), error.provider_error(), was_begun)
}

/// Refuses somebody whose token was right. What it stated can be looked at for a while, because the reason lies there.
async fn refuse_with_claims(visit: &Visit, verified: &Verified, why: &UserError) -> Response {
    match session::keep_refused(&visit.session, &verified.claims).await {
        Ok(()) => visit.refuse(why),
        Err(error) => failure::internal(visit, "keep refused claims", &error),
    }
}

/// Leaves one record of what somebody did in a session, without a patient.
pub async fn log(
    state: &AppState,
    visit: &Visit,
    activity: Activity,
    viewer: &Viewer,
    event: Event<'_>,
) -> Result<String, PortError> {
    let record = AuditRecord {
        stage: Stage::Outcome,
        intent: None,
        activity,
        at: state.clock.now().timestamp(),
        viewer: Some(viewer.clone()),
        patient: None,
        details: event.details(viewer, visit.client),
    };
    state.audit.append(&record).await
}
