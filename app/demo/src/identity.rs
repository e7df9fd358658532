//! The demo identity provider: OpenID Connect with authorization code and PKCE, as a hospital's would speak it.
//!
//! Room: [`Provider`] and its routes; the parts are in `identity/`. What a test may turn at a running provider is in `turn`. Not here:
//! who the staff are (`staff`), what the portal does with the claims (`server::login`).
//! Invariants: a code works once, for one minute, for the client, address and challenge it was made for; an unregistered address is
//! never redirected to; there is no password, because nobody here is real.
//! Standards: OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749, RFC 7636, RFC 9207, RP-Initiated Logout 1.0; logout tokens as in
//! Back-Channel Logout 1.0, which it makes and does not send.

mod authorize;
mod exchange;
mod keys;
mod page;
mod sign_out;
mod turn;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::staff::{ASSURANCE, Staff};
use keys::Keys;

/// How long a code may be redeemed.
const CODE_LIFETIME_S: i64 = 60;
/// How long an ID token or access token holds.
const TOKEN_LIFETIME_S: i64 = 300;

/// The one registered client: the portal.
#[derive(Clone)]
pub struct IdentityClient {
    /// `samsyn`.
    pub client_id: String,
    /// Drawn by the caller.
    pub client_secret: String,
    /// Addresses a code may be sent to, compared character by character.
    pub redirect_uris: Vec<String>,
    /// Addresses a signed-out browser may be sent to.
    pub post_logout_redirect_uris: Vec<String>,
}

/// The identity provider.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    issuer: String,
    client: IdentityClient,
    staff: Vec<Staff>,
    keys: Mutex<Arc<Keys>>,
    assurance: Mutex<String>,
    codes: Mutex<BTreeMap<String, Code>>,
    access_tokens: Mutex<BTreeMap<String, Access>>,
}

/// What an access token opens.
struct Access {
    staff: String,
    until: i64,
}

/// What a code stands for.
#[derive(Clone)]
struct Code {
    staff: String,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    sid: String,
    auth_time: i64,
    until: i64,
}

/// A poisoned lock still holds whole values: every change is one insertion or removal.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tokens run on real time whatever the demo's clock shows: the portal checks them against real time too.
fn now_s() -> i64 {
    Timestamp::now().as_second()
}

impl Provider {
    /// A provider with fresh keys. The issuer is the address without trailing slash.
    ///
    /// # Errors
    /// When no signing key can be made.
    pub fn new(address: &Url, client: IdentityClient, staff: Vec<Staff>) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            issuer: address.as_str().trim_end_matches('/').to_owned(),
            client,
            staff,
            keys: Mutex::new(Arc::new(Keys::generate()?)),
            assurance: Mutex::new(ASSURANCE.to_owned()),
            codes: Mutex::default(),
            access_tokens: Mutex::default(),
        })))
    }

    /// The provider's routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/authorize", get(authorize::get).post(authorize::post))
            .route("/token", axum::routing::post(exchange::token))
            .route("/userinfo", get(exchange::userinfo).post(exchange::userinfo))
            .route("/end_session", get(sign_out::get).post(sign_out::post))
            .with_state(self.clone())
    }

    fn staff(&self, id: &str) -> Option<&Staff> {
        self.0.staff.iter().find(|member| member.id == id)
    }

    fn keys(&self) -> Arc<Keys> {
        held(&self.0.keys).clone()
    }

    fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.0.issuer)
    }
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    Json(json!({
        "issuer": provider.0.issuer,
        "authorization_endpoint": provider.endpoint("/authorize"),
        "token_endpoint": provider.endpoint("/token"),
        "userinfo_endpoint": provider.endpoint("/userinfo"),
        "jwks_uri": provider.endpoint("/jwks"),
        "end_session_endpoint": provider.endpoint("/end_session"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "acr_values_supported": [ASSURANCE],
        "prompt_values_supported": ["none", "login", "select_account"],
        "scopes_supported": ["openid", "profile", "commission"],
        "ui_locales_supported": ["sv"],
        "claims_supported": [
            "sub", "sid", "acr", "auth_time", "employeeHsaId", "given_name", "family_name", "name", "title", "commissionHsaId",
            "commissionName", "commissionPurpose", "commissionRight", "healthCareUnitHsaId", "healthCareUnitName",
            "healthCareProviderHsaId", "healthCareProviderName", "healthcareProfessionalLicense", "paTitleCode",
            "systemRole", "allCommissions"
        ],
    }))
}

async fn jwks(State(provider): State<Provider>) -> Json<Value> {
    Json(json!({ "keys": [provider.keys().public()] }))
}

/// An OAuth error for a back channel.
fn oauth_error(status: StatusCode, error: &str, description: &str) -> Response {
    let body = Json(json!({ "error": error, "error_description": description }));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

#[cfg(test)]
mod tests;
