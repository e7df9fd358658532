//! Whether the process lives, whether it can serve, and whether a session lives.
//!
//! Invariant: a page that was drawn in another sign-in or another assignment is told so, whoever the browser's session belongs to now.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use tower_sessions::{SessionStore as _, session::Id};

use super::{AppState, reference};
use crate::session::{self, Standing};

/// In a question, the tag of the page that asks; in a refusal, why the page must go.
const PAGE: &str = "samsyn-page";

/// The process lives.
pub async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers.
pub async fn ready(State(state): State<AppState>) -> StatusCode {
    match state.sessions.load(&Id(0)).await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whether the session lives, and is the one that the page that asks was drawn in. Reads it without prolonging it: a forgotten tab must not
/// keep somebody signed in.
pub async fn alive(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let Some(id) = reference::of(&headers) else { return StatusCode::UNAUTHORIZED.into_response() };
    // A tag that cannot be read is nobody's.
    let tag = headers.get(PAGE).map(|tag| tag.to_str().unwrap_or_default());
    match session::standing(&state.sessions, &state.config.session, &id, tag).await {
        Ok(Standing::Same) => StatusCode::NO_CONTENT.into_response(),
        Ok(Standing::Nobody) => StatusCode::UNAUTHORIZED.into_response(),
        Ok(Standing::OtherAssignment) => (StatusCode::UNAUTHORIZED, [(PAGE, "other-assignment")]).into_response(),
        Ok(Standing::OtherSignIn) => (StatusCode::UNAUTHORIZED, [(PAGE, "other-sign-in")]).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
