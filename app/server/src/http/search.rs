//! The search page and the active choice: which patient, and whose records.
//!
//! The number travels in the body of a POST and becomes a handle; it never stands in an address.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    identifier::PersonIdentifier,
    time::today,
    viewer::{Role, Scope, Viewer},
};
use samsyn_service::port::handles::Handle;
use samsyn_ui::{SearchForm, UserError, paths, search_page, sign_in_page};
use serde::Deserialize;

use super::{
    AppState, confidentiality, failure, follow_up,
    notices::with_board,
    on_patient::OnPatient,
    page::{Visit, html},
};
use crate::clock::real_now;

/// The search page, or the way to sign in.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    match visit.viewer() {
        Some(viewer) if viewer.has_care_purpose() => {
            if let Some(first) = confidentiality::missing(&state, &visit).await {
                return first;
            }
            let form = form(&state, viewer).await;
            html(search_page(&with_board(&state, &visit).await, &form))
        }
        Some(viewer) if viewer.role == Role::Reviewer => Redirect::to(paths::REVIEW).into_response(),
        // Signing in leads here: nobody has tried anything yet.
        Some(_) => visit.say(&UserError::NoCarePurpose),
        None => html(sign_in_page(&with_board(&state, &visit).await)),
    }
}

/// What the search page shows its reader.
async fn form(state: &AppState, viewer: &Viewer) -> SearchForm {
    let not_live = match state.go_live.is_live(viewer).await {
        Ok(live) => !live,
        Err(error) => {
            // The opening reads it anew, and says so if it cannot.
            tracing::error!(%error, "what is decided of going live is unreadable");
            false
        }
    };
    SearchForm { follow_ups: follow_up::list(state, viewer).await, not_live, ..SearchForm::default() }
}

/// What the search form sends.
#[derive(Debug, Deserialize)]
pub struct SearchRequest {
    #[serde(default)]
    patient: String,
    scope: Option<String>,
    /// Set by the page's script.
    live: Option<String>,
    /// Also the sources without known link.
    ask_all: Option<String>,
}

/// Turns a typed number into a handle of this session.
pub async fn open(State(state): State<AppState>, mut visit: Visit, Form(request): Form<SearchRequest>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    if !viewer.has_care_purpose() {
        visit.patient = PersonIdentifier::typed(&request.patient, today(&state.clock.now())).ok();
        return visit.refuse(&UserError::NoCarePurpose);
    }
    if let Some(first) = confidentiality::missing(&state, &visit).await {
        return first;
    }
    let scope = match request.scope.as_deref() {
        None | Some("" | "own") => Scope::Own,
        Some("shared") => Scope::Shared,
        Some(_) => return visit.refuse(&UserError::BadRequest),
    };
    let patient = match PersonIdentifier::typed(&request.patient, today(&state.clock.now())) {
        Ok(patient) => patient,
        Err(error) => {
            let form = form(&state, viewer).await;
            return nonsense(&state, &visit, UserError::NotAnIdentifier(error), request.patient, form).await;
        }
    };
    let handle = Handle {
        id: new_id(),
        patient,
        scope,
        live: request.live.as_deref() == Some("1"),
        assignment: viewer.assignment.clone(),
        ask_all: request.ask_all.as_deref() == Some("1"),
    };
    keep(&state, &visit, handle).await
}

/// What the buttons on the completeness line send.
#[derive(Debug, Deserialize)]
pub struct WidenRequest {
    scope: Option<String>,
    ask_all: Option<String>,
}

/// The same patient with more sources asked: the shared overview, or the sources without known link. An active choice, so it
/// is a handle and an opening of its own.
pub async fn widen(
    State(state): State<AppState>,
    OnPatient { visit, handle, .. }: OnPatient,
    Form(request): Form<WidenRequest>,
) -> Response {
    let scope = if request.scope.as_deref() == Some("shared") { Scope::Shared } else { handle.scope };
    let ask_all = handle.ask_all || request.ask_all.as_deref() == Some("1");
    keep(&state, &visit, Handle { id: new_id(), scope, ask_all, ..handle }).await
}

/// Keeps a handle for this session and leads to it.
pub(super) async fn keep(state: &AppState, visit: &Visit, handle: Handle) -> Response {
    let Some(session) = visit.session_key() else { return visit.refuse(&UserError::SessionExpired) };
    match state.handles.keep(&session, &handle, handle_expiry(state)).await {
        Ok(()) => Redirect::to(&samsyn_ui::paths::overview(&handle.id)).into_response(),
        Err(error) => failure::database(visit, "keep handle", &error),
    }
}

/// A new random reference.
pub(super) fn new_id() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// A handle lives no longer than a session can.
pub fn handle_expiry(state: &AppState) -> Timestamp {
    let longest = SignedDuration::from_mins(i64::from(state.config.session.absolute_minutes));
    real_now().checked_add(longest).unwrap_or(Timestamp::MAX)
}

/// The search page again, saying kindly what is wrong; nothing was asked and nothing is lost.
async fn nonsense(state: &AppState, visit: &Visit, error: UserError, typed: String, form: SearchForm) -> Response {
    if visit.wants_json {
        return visit.refuse(&error);
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let form = SearchForm { value_error: Some(error), typed: Some(typed), ..form };
    (status, html(search_page(&with_board(state, visit).await, &form))).into_response()
}
