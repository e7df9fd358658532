//! `/metrics`, for the one who has its token; and the counting of requests.
//!
//! Not here: what is counted (`crate::metrics`). Invariant: without a token in the configuration there is no such page, and a wrong token reads the
//! same.

use std::time::Instant;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use super::{AppState, denied};

/// `OpenMetrics`, as the text is written.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is counted.
pub async fn show(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let known = state.metrics_token.as_ref();
    if !known.is_some_and(|token| bool::from(token.expose_secret().as_bytes().ct_eq(sent.as_bytes()))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let sources = state.sources.book().known();
    let paused = sources.iter().map(|source| (source.id.clone(), state.overviews.paused_since(&source.id).is_some()));
    ([(header::CONTENT_TYPE, TYPE)], state.metrics.text(paused)).into_response()
}

/// Counts every request by its pattern. What no route answers is one pattern, whatever was asked for.
pub async fn count(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (route, begun) = (denied::route(request.method(), request.extensions()), Instant::now());
    let response = next.run(request).await;
    state.metrics.requested(&route, response.status(), begun.elapsed());
    response
}
