//! How much may be sent in one request, and that what is answered is wanted.
//!
//! What is too large is read to its end and thrown away, up to a point: an answer before the end would reach no browser, because the
//! connection is closed under what it is still sending. Invariant: never more than [`REQUEST_MAX_BYTES`] are held.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::StreamExt as _;

/// Larger than any form of ours.
const REQUEST_MAX_BYTES: usize = 32 << 10;
/// Beyond this nobody has typed anything, and the connection may break.
const READ_MAX_BYTES: usize = 8 << 20;
/// How long a request may take to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(30);

/// Reads the body, or refuses it.
pub async fn limit(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(ARRIVES_WITHIN, read(body)).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)) {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(status) => status.into_response(),
    }
}

/// A page that is asked for without its content is not made: it would count as shown.
pub async fn wanted(request: Request, next: Next) -> Response {
    if request.method() != Method::HEAD {
        return next.run(request).await;
    }
    let mut refused = StatusCode::METHOD_NOT_ALLOWED.into_response();
    refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    refused
}

async fn read(body: Body) -> Result<Bytes, StatusCode> {
    let mut stream = body.into_data_stream();
    let mut held = Vec::new();
    let mut read = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
        read += piece.len();
        if read > READ_MAX_BYTES {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if read <= REQUEST_MAX_BYTES {
            held.extend_from_slice(&piece);
        }
    }
    if read > REQUEST_MAX_BYTES { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(held.into()) }
}
