//! Signing in and out: thin handlers over `login::flow`.

use axum::{
    extract::{Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::viewer::Viewer;
use samsyn_service::port::{
    PortError,
    audit_log::{Activity, AuditRecord, Stage},
};
use samsyn_ui::{UserError, signed_out_page};
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use super::{
    AppState, failure,
    page::{Visit, html},
};
use crate::{
    clock::real_now,
    login::{
        claims::assignments,
        flow::{Attempt, CallbackQuery, Flow, LoginError},
    },
    session::{self, SignedIn},
};

/// Removes the session cookie.
const REMOVED: HeaderValue =
    HeaderValue::from_static("__Host-samsyn=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");

const ATTEMPT: &str = "login_attempt";

/// What the sign-in link may carry.
#[derive(Debug, Deserialize)]
pub struct StartQuery {
    login_hint: Option<String>,
}

fn flow(state: &AppState) -> Option<Flow<'_>> {
    let callback = state.config.portal.public_url.join("/login/callback").ok()?;
    Some(Flow { provider: &state.identity, config: &state.config.identity, callback })
}

/// Keeps an attempt in the session and sends the browser to the provider.
pub async fn start(State(state): State<AppState>, visit: Visit, Query(query): Query<StartQuery>) -> Response {
    let Some(flow) = flow(&state) else { return failure::internal(&visit, "callback address", &"public_url") };
    match flow.start(query.login_hint).await {
        Ok((url, attempt)) => match visit.session.insert(ATTEMPT, attempt).await {
            Ok(()) => Redirect::to(url.as_str()).into_response(),
            Err(error) => failure::internal(&visit, "keep login attempt", &error),
        },
        Err(error) => refused(&visit, &error),
    }
}

/// Verifies what came back and begins a fresh session.
pub async fn callback(State(state): State<AppState>, visit: Visit, Query(query): Query<CallbackQuery>) -> Response {
    let attempt = match take_attempt(&visit.session).await {
        Ok(attempt) => attempt,
        Err(error) => return failure::internal(&visit, "read login attempt", &error),
    };
    let Some(flow) = flow(&state) else { return failure::internal(&visit, "callback address", &"public_url") };
    let verified = match flow.finish(attempt, query).await {
        Ok(verified) => verified,
        Err(error) => return refused(&visit, &error),
    };
    let found = assignments(&verified.claims, &state.config.identity, &state.config.organisations);
    let Some(first) = found.first().cloned() else { return visit.refuse(&UserError::NoAssignment) };
    if let Err(error) = log(&state, &visit, Activity::SignIn, &first).await {
        tracing::error!(%error, "nobody is signed in: the audit log cannot be written");
        return visit.refuse(&UserError::LogUnavailable);
    }
    // Whoever may act in several assignments chooses one before opening anybody (L-03).
    let next = if found.len() > 1 { samsyn_ui::paths::ASSIGNMENT } else { samsyn_ui::paths::SEARCH };
    let signed_in = SignedIn { assignments: found, current: 0, at: real_now(), id_token: verified.id_token };
    match session::begin(&visit.session, &signed_in).await {
        Ok(()) => Redirect::to(next).into_response(),
        Err(error) => failure::internal(&visit, "begin session", &error),
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

fn refused(visit: &Visit, error: &LoginError) -> Response {
    tracing::warn!(%error, "sign-in refused");
    visit.refuse(&match error {
        LoginError::Assurance => UserError::AssuranceTooLow,
        _ => UserError::SignInFailed,
    })
}

/// Ends the session here, then at the provider.
pub async fn sign_out(State(state): State<AppState>, visit: Visit) -> Response {
    let mut target = samsyn_ui::paths::SIGNED_OUT.to_owned();
    if let Some(signed_in) = &visit.signed_in {
        if let Some(viewer) = signed_in.viewer()
            && let Err(error) = log(&state, &visit, Activity::SignOut, viewer).await
        {
            tracing::error!(%error, "sign-out could not be logged; the session ends all the same");
        }
        let afterwards = state.config.portal.public_url.join(&target).ok();
        if let (Some(flow), Some(afterwards)) = (flow(&state), afterwards)
            && let Some(url) = flow.end_session(&signed_in.id_token, &afterwards).await
        {
            target = url.to_string();
        }
    }
    if let Err(error) = visit.session.flush().await {
        return failure::internal(&visit, "end session", &error);
    }
    let mut response = Redirect::to(&target).into_response();
    // The session layer's own removal lacks `Secure`, which a browser demands for a `__Host-` name.
    response.headers_mut().append(header::SET_COOKIE, REMOVED);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// The page after signing out.
pub async fn signed_out(visit: Visit) -> Response {
    html(signed_out_page(&visit.context()))
}

async fn log(state: &AppState, visit: &Visit, activity: Activity, viewer: &Viewer) -> Result<String, PortError> {
    let record = AuditRecord {
        stage: Stage::Outcome,
        intent: None,
        activity,
        at: state.clock.now().timestamp(),
        viewer: Some(viewer.clone()),
        patient: None,
        details: json!({
            "assignment": viewer.assignment,
            "purpose": viewer.purpose,
            "client_address": visit.client,
        }),
    };
    state.audit.append(&record).await
}
