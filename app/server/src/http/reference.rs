//! The session's reference in a request's cookie, for what is asked without the session layer.
//!
//! Not here: what is kept under it (`session`).

use std::str::FromStr as _;

use axum::http::{HeaderMap, header};
use tower_sessions::session::Id;

use super::COOKIE;

/// The reference, if the request has one.
pub fn of(headers: &HeaderMap) -> Option<Id> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| Id::from_str(value).ok()).flatten()
    })
}
