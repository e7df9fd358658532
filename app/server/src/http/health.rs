//! Whether the process lives, whether it can serve, and whether a session lives.

use std::str::FromStr as _;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use tower_sessions::{SessionStore as _, session::Id};

use super::{AppState, COOKIE};
use crate::session;

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

/// Whether the session lives. Reads it without prolonging it: a forgotten tab must not keep somebody signed in.
pub async fn alive(State(state): State<AppState>, headers: HeaderMap) -> StatusCode {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let id = cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| Id::from_str(value).ok()).flatten()
    });
    let Some(id) = id else { return StatusCode::UNAUTHORIZED };
    match state.sessions.load(&id).await {
        Ok(Some(record)) if session::lives(&record, &state.config.session) => StatusCode::NO_CONTENT,
        Ok(_) => StatusCode::UNAUTHORIZED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
