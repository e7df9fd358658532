//! Signing out: here and then at the identity provider, or begun by the provider.
//!
//! Not here: what a logout token must be (`login::backchannel`).
//! Invariant: the session ends even if the log or the provider cannot be reached.

use axum::{
    Form, Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_service::{
    port::{audit_log::Activity, sessions::StoredSession, sign_ins::Logout},
    record::session::{EndedBy, Event},
};
use samsyn_ui::signed_out_page;
use serde::Deserialize;
use serde_json::json;

use super::{
    AppState, failure,
    page::{Visit, html},
    sign_in::{flow, log},
};
use crate::{
    clock::real_now,
    ending,
    login::backchannel::{self, LogoutError},
    session::signed_in_by,
};

/// Removes the session cookie.
const REMOVED: HeaderValue =
    HeaderValue::from_static("__Host-samsyn=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");

/// Ends the session here, then at the provider.
pub async fn sign_out(State(state): State<AppState>, visit: Visit) -> Response {
    let mut target = samsyn_ui::paths::SIGNED_OUT.to_owned();
    if let Some(signed_in) = &visit.signed_in {
        if let Some(viewer) = signed_in.person()
            && let Err(error) = log(&state, &visit, Activity::SignOut, &viewer, by_user()).await
        {
            tracing::error!(%error, "sign-out could not be logged; the session ends all the same");
        }
        let afterwards = state.config.portal.public_url.join(&target).ok();
        if let (Some(flow), Some(afterwards)) = (flow(&state), afterwards)
            && let Some(url) = flow.end_session(&signed_in.id_token, &signed_in.subject, &afterwards).await
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

const fn by_user() -> Event<'static> {
    Event::SignOut { ended_by: EndedBy::User, expired: None }
}

/// The page after signing out.
pub async fn signed_out(visit: Visit) -> Response {
    html(signed_out_page(&visit.context()))
}

/// What the provider sends.
#[derive(Deserialize)]
pub struct BackChannel {
    #[serde(default)]
    logout_token: String,
}

/// The provider has ended a session: every session of ours that rests on it ends with it, on every node. Answers as Back-Channel
/// Logout 1.0 §2.8 says; no cookie is read.
pub async fn by_provider(State(state): State<AppState>, Form(form): Form<BackChannel>) -> Response {
    let now = real_now();
    let client_id = &state.config.identity.client_id;
    let notice = match backchannel::read(&state.identity, client_id, &form.logout_token, now).await {
        Ok(notice) => notice,
        Err(error) => {
            tracing::warn!(%error, "logout by the provider refused");
            let status = match error {
                LogoutError::Refused(_) => StatusCode::BAD_REQUEST,
                LogoutError::Provider(_) => StatusCode::SERVICE_UNAVAILABLE,
            };
            return (status, Json(json!({ "error": "invalid_request" }))).into_response();
        }
    };
    match state.sign_ins.end_tied(&notice.id, &notice.ended, now, notice.until).await {
        Ok(Logout::Ended(sessions)) => {
            tracing::info!(sessions = sessions.len(), "sessions ended by the provider");
            for session in &sessions {
                log_end(&state, session).await;
            }
            StatusCode::OK.into_response()
        }
        Ok(Logout::Replayed) => {
            tracing::warn!("logout by the provider refused: its token has been used");
            (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "logout by the provider failed");
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "server_error" }))).into_response()
        }
    }
}

async fn log_end(state: &AppState, session: &StoredSession) {
    let Some(signed_in) = signed_in_by(&session.data) else { return };
    let event = Event::SignOut { ended_by: EndedBy::IdentityProvider, expired: None };
    ending::sign_out(&*state.audit, &state.clock, &signed_in, event).await;
}
