//! What a source demands before it answers: a static header, HTTP Basic, or a bearer token from the demo's token endpoint.
//!
//! Secrets are drawn at start and live as long as the process. Not here: people signing in (`identity`).
//! Invariant: a source with a credential answers 401 without it, and no secret is in an address or a log line.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Form, Json, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{random, source::viva, sources::DemoCredential};

/// How long an access token works.
const TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// A credential as the portal must be configured with it.
#[derive(Clone, PartialEq, Eq)]
pub enum Issued {
    /// None needed.
    None,
    /// A static header.
    Header {
        /// Its name.
        name: String,
        /// Its value, secret.
        value: String,
    },
    /// HTTP Basic.
    Basic {
        /// User name.
        user: String,
        /// Password, secret.
        password: String,
    },
    /// OAuth2 client credentials, authenticated by `client_secret_basic` or `client_secret_post`.
    ClientCredentials {
        /// The token endpoint.
        token_url: Url,
        /// Client id.
        client_id: String,
        /// Secret.
        client_secret: String,
        /// Scope.
        scope: String,
    },
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Header { .. } => "Header",
            Self::Basic { .. } => "Basic",
            Self::ClientCredentials { .. } => "ClientCredentials",
        })
    }
}

impl Issued {
    /// Draws the secret for one source; the municipal system's licence key is fixed by its format.
    pub fn draw(credential: DemoCredential, source: &str, token_url: &Url) -> Self {
        match credential {
            DemoCredential::None => Self::None,
            DemoCredential::Licence => {
                Self::Header { name: viva::LICENCE_HEADER.to_owned(), value: viva::LICENCE.to_owned() }
            }
            DemoCredential::Header(name) => Self::Header { name: name.to_owned(), value: random::token() },
            DemoCredential::Basic => Self::Basic { user: format!("samsyn-{source}"), password: random::token() },
            DemoCredential::ClientCredentials(scope) => Self::ClientCredentials {
                token_url: token_url.clone(),
                client_id: format!("samsyn-{source}"),
                client_secret: random::token(),
                scope: scope.to_owned(),
            },
        }
    }
}

/// A registered client of the token endpoint.
#[derive(Clone)]
struct Client {
    secret: String,
    scope: String,
}

/// A token that was handed out.
struct Granted {
    client: String,
    until: Instant,
}

/// The authorisation server for sources: clients and the tokens handed out.
#[derive(Clone, Default)]
pub struct TokenDesk {
    clients: Arc<Mutex<BTreeMap<String, Client>>>,
    tokens: Arc<Mutex<BTreeMap<String, Granted>>>,
}

/// A poisoned lock still holds whole values: every change below is one insertion.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TokenDesk {
    /// Lets a client ask for tokens.
    pub fn register(&self, issued: &Issued) {
        if let Issued::ClientCredentials { client_id, client_secret, scope, .. } = issued {
            let client = Client { secret: client_secret.clone(), scope: scope.clone() };
            held(&self.clients).insert(client_id.clone(), client);
        }
    }

    /// `POST /oauth2/token`.
    pub fn router(&self) -> Router {
        Router::new().route("/oauth2/token", post(token)).with_state(self.clone())
    }

    fn accepts(&self, client_id: &str, token: &str) -> bool {
        let mut tokens = held(&self.tokens);
        tokens.retain(|_, granted| granted.until > Instant::now());
        tokens.get(token).is_some_and(|granted| granted.client == client_id)
    }
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

async fn token(State(desk): State<TokenDesk>, headers: HeaderMap, Form(request): Form<TokenRequest>) -> Response {
    if request.grant_type.as_deref() != Some("client_credentials") {
        return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let Some((id, secret)) = basic(&headers).or(request.client_id.zip(request.client_secret)) else {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    };
    let client = held(&desk.clients).get(&id).filter(|client| client.secret == secret).cloned();
    let Some(client) = client else { return refuse(StatusCode::UNAUTHORIZED, "invalid_client") };
    let token = random::token();
    held(&desk.tokens).insert(token.clone(), Granted { client: id, until: Instant::now() + TOKEN_LIFETIME });
    let reply = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME.as_secs(),
        "scope": client.scope,
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(reply)).into_response()
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(json!({ "error": error }))).into_response()
}

/// User and password of an `Authorization: Basic` header; both parts form-decoded, as OAuth2 wants them (RFC 6749 §2.3.1).
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let encoded = value.strip_prefix("Basic ").or_else(|| value.strip_prefix("basic "))?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((form_decoded(user), form_decoded(password)))
}

fn form_decoded(text: &str) -> String {
    let pair = format!("v={text}");
    url::form_urlencoded::parse(pair.as_bytes()).next().map_or_else(String::new, |(_, value)| value.into_owned())
}

/// What guards one source.
#[derive(Clone)]
struct Guard {
    issued: Issued,
    desk: TokenDesk,
}

/// Puts the demand around a source's router.
pub fn around(router: Router, issued: Issued, desk: TokenDesk) -> Router {
    router.layer(from_fn_with_state(Guard { issued, desk }, check))
}

async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (granted, scheme) = match &guard.issued {
        Issued::None => (true, "Bearer"),
        Issued::Header { name, value } => (header(name) == Some(value), "ApiKey"),
        Issued::Basic { user, password } => {
            (basic(headers).is_some_and(|(u, p)| u == *user && p == *password), "Basic realm=\"demo\"")
        }
        Issued::ClientCredentials { client_id, .. } => {
            let token = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
            (token.is_some_and(|token| guard.desk.accepts(client_id, token)), "Bearer")
        }
    };
    if granted {
        return next.run(request).await;
    }
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, scheme)], "credential missing or wrong\n").into_response()
}
