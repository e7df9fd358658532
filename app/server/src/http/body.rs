//! How much may be sent in one request, and that what is answered is wanted.
//!
//! What is too large is read to its end and thrown away, up to a point: an answer before the end would reach no browser, because the
//! connection is closed under what it is still sending.
//! Invariant: never more than [`REQUEST_MAX_BYTES`] are held of whoever may send anything; a package is read by the one handler that takes it,
//! once it is known who sends it ([`up_to`]).

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

/// Beyond this an upload is no mistake any more.
const UPLOAD_READ_MAX_BYTES: usize = 256 << 20;
/// How long an upload may take to arrive.
const UPLOAD_ARRIVES_WITHIN: Duration = Duration::from_mins(10);

/// More was sent than is taken. What was sent has been read to its end.
#[derive(Debug, thiserror::Error)]
#[error("larger than is taken")]
struct TooLarge;

/// Reads the body, or refuses it. An upload is left to its handler.
pub async fn limit(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && request.uri().path() == samsyn_ui::paths::CATALOGUE {
        return tokio::time::timeout(UPLOAD_ARRIVES_WITHIN, next.run(request))
            .await
            .unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response());
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(ARRIVES_WITHIN, read(body)).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)) {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(status) => status.into_response(),
    }
}

/// The same request with a body that ends in an error after so many bytes, once what was sent has been read to its end: [`was_too_large`].
pub fn up_to(request: Request, most: usize) -> Request {
    let (parts, body) = request.into_parts();
    let stream = futures::stream::unfold((body.into_data_stream(), 0_usize), move |(mut stream, read)| async move {
        let piece = match stream.next().await? {
            Ok(piece) => piece,
            Err(error) => return Some((Err(error.into_inner()), (stream, read))),
        };
        let read = read.saturating_add(piece.len());
        if read <= most {
            return Some((Ok(piece), (stream, read)));
        }
        let mut read = read;
        while let Some(Ok(piece)) = stream.next().await {
            read = read.saturating_add(piece.len());
            if read > UPLOAD_READ_MAX_BYTES {
                break;
            }
        }
        Some((Err(TooLarge.into()), (stream, read)))
    });
    Request::from_parts(parts, Body::from_stream(stream))
}

/// Whether a body ended because more was sent than is taken.
pub fn was_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooLarge>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Reads what is not wanted to its end, up to a point.
pub async fn pass_over(body: Body) {
    let _read = tokio::time::timeout(ARRIVES_WITHIN, read(body)).await;
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
