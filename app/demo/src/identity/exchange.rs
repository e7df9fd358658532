//! The token endpoint and userinfo: a code for an ID token, once.
//!
//! Invariant: a code is taken out before anything about it is checked, so that a second try meets nothing.

use axum::{
    Form, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Access, Code, Provider, TOKEN_LIFETIME_S, held, now_s, oauth_error};
use crate::{gate::basic, random, staff::Staff};

#[derive(Deserialize)]
pub(super) struct Exchange {
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

pub(super) async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<Exchange>,
) -> Response {
    let client = &provider.0.client;
    let presented = basic(&headers).or_else(|| form.client_id.clone().zip(form.client_secret.clone()));
    if presented.is_none_or(|(id, secret)| id != client.client_id || secret != client.client_secret) {
        let mut refusal = oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", "client authentication failed");
        let challenge = axum::http::HeaderValue::from_static("Basic realm=\"demo\"");
        refusal.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return refusal;
    }
    if form.grant_type.as_deref() != Some("authorization_code") {
        let what = "grant_type must be authorization_code";
        return oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type", what);
    }
    let code = form.code.as_deref().and_then(|code| held(&provider.0.codes).remove(code));
    let Some(code) = code.filter(|code| redeems(code, &form)) else {
        let what = "the code is unknown, used, too old, or was made for another request";
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", what);
    };
    let Some(member) = provider.staff(&code.staff) else {
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", "nobody of that name");
    };
    issue(&provider, member, &code)
}

fn redeems(code: &Code, form: &Exchange) -> bool {
    let verifier = form.code_verifier.as_deref().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    (43..=128).contains(&verifier.len())
        && challenge == code.challenge
        && form.redirect_uri.as_deref() == Some(code.redirect_uri.as_str())
        && code.until >= now_s()
}

fn issue(provider: &Provider, member: &Staff, code: &Code) -> Response {
    let now = now_s();
    let mut claims = claims_of(member);
    let own = json!({
        "iss": provider.0.issuer,
        "aud": provider.0.client.client_id,
        "iat": now,
        "exp": now + TOKEN_LIFETIME_S,
        "auth_time": code.auth_time,
        "sid": code.sid,
        "acr": *held(&provider.0.assurance),
    });
    claims.extend(own.as_object().cloned().unwrap_or_default());
    if let Some(nonce) = &code.nonce {
        claims.insert("nonce".to_owned(), Value::String(nonce.clone()));
    }
    let Ok(id_token) = provider.keys().sign("JWT", &claims) else {
        return oauth_error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the token could not be signed");
    };
    let access_token = random::token();
    let mut tokens = held(&provider.0.access_tokens);
    tokens.retain(|_, access| access.until >= now);
    tokens.insert(access_token.clone(), Access { staff: member.id.to_owned(), until: now + TOKEN_LIFETIME_S });
    let reply = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME_S,
        "scope": "openid",
        "id_token": id_token,
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(reply)).into_response()
}

/// The claims of a member of staff, with the subject.
fn claims_of(member: &Staff) -> Map<String, Value> {
    let mut claims = member.claims();
    claims.insert("sub".to_owned(), Value::String(member.employee_id.to_owned()));
    claims
}

pub(super) async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let presented = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = presented.and_then(|value| value.strip_prefix("Bearer "));
    let staff = token.and_then(|token| {
        let tokens = held(&provider.0.access_tokens);
        tokens.get(token).filter(|access| access.until >= now_s()).map(|access| access.staff.clone())
    });
    if let Some(member) = staff.as_deref().and_then(|id| provider.staff(id)) {
        return ([(header::CACHE_CONTROL, "no-store")], Json(claims_of(member))).into_response();
    }
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")]).into_response()
}
