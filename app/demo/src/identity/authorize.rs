//! The authorization endpoint: checks the request, lets somebody be chosen, and sends a code back.
//!
//! `login_hint` with the id of a member of staff chooses at once; without it, or with an unknown one, a page lists them. The page's
//! buttons send the same request again with the hint, so nothing is kept between the two.
//! Invariant: client and address are checked first; only then may an error be sent to that address.

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use url::Url;

use super::{CODE_LIFETIME_S, Code, Provider, held, now_s, page};
use crate::random;

/// An authorization request.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Ask {
    pub response_type: Option<String>,
    pub response_mode: Option<String>,
    pub client_id: Option<String>,
    pub redirect_uri: Option<String>,
    pub scope: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    pub prompt: Option<String>,
    pub login_hint: Option<String>,
    pub request: Option<String>,
    pub request_uri: Option<String>,
}

pub(super) async fn get(State(provider): State<Provider>, Query(ask): Query<Ask>) -> Response {
    answer(&provider, &ask)
}

pub(super) async fn post(State(provider): State<Provider>, Form(ask): Form<Ask>) -> Response {
    answer(&provider, &ask)
}

fn answer(provider: &Provider, ask: &Ask) -> Response {
    let client = &provider.0.client;
    if ask.client_id.as_deref() != Some(client.client_id.as_str()) {
        return page::refusal("Okänd klient.");
    }
    let registered = ask.redirect_uri.as_ref().filter(|uri| client.redirect_uris.contains(uri));
    let Some(address) = registered.and_then(|uri| Url::parse(uri).ok()) else {
        return page::refusal("Adressen att återvända till är inte registrerad.");
    };
    if let Err((error, description)) = check(ask) {
        return back(provider, ask, address, &[("error", error), ("error_description", description)]);
    }
    match ask.login_hint.as_deref().and_then(|hint| provider.staff(hint)) {
        Some(member) => {
            let code = keep_code(provider, ask, member.id);
            back(provider, ask, address, &[("code", &code)])
        }
        None if ask.prompt.as_deref() == Some("none") => {
            back(provider, ask, address, &[("error", "login_required"), ("error_description", "nobody is signed in")])
        }
        None => page::choose(ask, &provider.0.staff),
    }
}

/// What is wrong with a request whose client and address are right.
fn check(ask: &Ask) -> Result<(), (&'static str, &'static str)> {
    if ask.request.is_some() {
        return Err(("request_not_supported", "request objects are not supported"));
    }
    if ask.request_uri.is_some() {
        return Err(("request_uri_not_supported", "request objects are not supported"));
    }
    if ask.response_type.as_deref() != Some("code") {
        return Err(("unsupported_response_type", "response_type must be code"));
    }
    if ask.response_mode.as_deref().is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "response_mode must be query"));
    }
    if !ask.scope.as_deref().unwrap_or_default().split(' ').any(|scope| scope == "openid") {
        return Err(("invalid_scope", "scope must contain openid"));
    }
    if ask.code_challenge_method.as_deref() != Some("S256") {
        return Err(("invalid_request", "code_challenge_method must be S256"));
    }
    let challenge = ask.code_challenge.as_deref().unwrap_or_default();
    if challenge.len() != 43 || !challenge.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Err(("invalid_request", "code_challenge must be a SHA-256 in base64url"));
    }
    Ok(())
}

fn keep_code(provider: &Provider, ask: &Ask, staff: &str) -> String {
    let now = now_s();
    let code = random::token();
    let mut codes = held(&provider.0.codes);
    codes.retain(|_, kept| kept.until >= now);
    codes.insert(
        code.clone(),
        Code {
            staff: staff.to_owned(),
            redirect_uri: ask.redirect_uri.clone().unwrap_or_default(),
            challenge: ask.code_challenge.clone().unwrap_or_default(),
            nonce: ask.nonce.clone(),
            sid: random::token(),
            auth_time: now,
            until: now + CODE_LIFETIME_S,
        },
    );
    code
}

fn back(provider: &Provider, ask: &Ask, mut address: Url, answer: &[(&str, &str)]) -> Response {
    address.query_pairs_mut().extend_pairs(answer).append_pair("iss", &provider.0.issuer);
    if let Some(state) = &ask.state {
        address.query_pairs_mut().append_pair("state", state);
    }
    let headers = [(header::LOCATION, address.to_string()), (header::CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
}
