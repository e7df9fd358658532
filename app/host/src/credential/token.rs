//! OAuth2 client credentials: one token per slot, fetched by one request at a time and kept until shortly before it ends.
//!
//! Not here: applying it (`keyring`). Invariant: the token endpoint is reached through the same grant, address and
//! size rules as any source, and only at the configured URL. A refusal is remembered briefly, so that a source which
//! is asked forty times in one lookup does not ask a broken token endpoint forty times.

use std::{
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Method, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, time::Instant};
use url::{Url, form_urlencoded};
use zeroize::{Zeroize, Zeroizing};

use super::{ClientAuth, OAuth2, keyring::basic, leak::Needles};
use crate::egress::{
    CallBudget, EgressError, EgressLimits, ErrorKind, Origin, Origins, Prepared, Reply, exchange, path,
};

/// A token is renewed this long before it ends, or after three quarters of a very short life.
const MARGIN: Duration = Duration::from_secs(30);
/// Assumed when the endpoint does not say.
const ASSUMED_LIFE: Duration = Duration::from_mins(1);
/// No token is believed to live longer.
const LONGEST_LIFE: Duration = Duration::from_hours(24);
/// How long a refusal is repeated without asking again.
const REFUSAL_HELD: Duration = Duration::from_secs(1);
/// Life of our own assertion.
const ASSERTION_LIFE_S: i64 = 120;
const TOKEN_REPLY_MAX: u64 = 64 * 1024;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Where the token of one slot comes from.
pub(super) struct TokenSource {
    origin: Arc<Origin>,
    url: Url,
    client_id: String,
    scope: Option<String>,
    auth: Auth,
    needles: Arc<Needles>,
    state: Mutex<State>,
    /// The current token and the one before, for the search in replies that may still be on their way.
    in_use: StdMutex<[Option<Arc<SecretString>>; 2]>,
}

enum Auth {
    Basic(SecretString),
    Post(SecretString),
    Jwt { key: Box<EncodingKey>, kid: Option<String> },
}

#[derive(Default)]
enum State {
    #[default]
    Empty,
    Token {
        token: Arc<SecretString>,
        until: Instant,
    },
    Refused {
        error: EgressError,
        until: Instant,
    },
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    token_type: String,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl OAuth2 {
    pub(super) fn collect_needles(&self, needles: &mut Needles) {
        match &self.auth {
            ClientAuth::SecretBasic(secret) | ClientAuth::SecretPost(secret) => {
                let secret = secret.expose_secret();
                needles.add(secret.as_bytes());
                needles.add(encoded(secret).as_bytes());
                needles.add(basic(&encoded(&self.client_id), &encoded(secret)).as_bytes());
            }
            ClientAuth::PrivateKeyJwt { es256_pem, .. } => needles.add(es256_pem.expose_secret().trim().as_bytes()),
        }
    }
}

impl TokenSource {
    pub fn new(oauth: OAuth2, origins: &Origins, needles: Arc<Needles>) -> Result<Self, String> {
        let url = oauth.token_url;
        let covers = |origin: &&Arc<Origin>| {
            origin.grant.methods.contains(&Method::POST)
                && path::follow(&origin.grant.base_url, url.as_str()).is_ok_and(|found| found == url)
        };
        let origin = origins.values().find(covers).cloned();
        let origin = origin.ok_or("token_url lies below no granted origin with POST; grant one, host_only")?;
        let auth = match oauth.auth {
            ClientAuth::SecretBasic(secret) => Auth::Basic(secret),
            ClientAuth::SecretPost(secret) => Auth::Post(secret),
            ClientAuth::PrivateKeyJwt { es256_pem, kid } => {
                let key = EncodingKey::from_ec_pem(es256_pem.expose_secret().as_bytes())
                    .map_err(|_| "the private key is not a P-256 key in PKCS#8 PEM".to_owned())?;
                Auth::Jwt { key: Box::new(key), kid }
            }
        };
        let (client_id, scope) = (oauth.client_id, oauth.scope);
        let source = Self {
            origin,
            url,
            client_id,
            scope,
            auth,
            needles,
            state: Mutex::new(State::Empty),
            in_use: StdMutex::new([None, None]),
        };
        // A key of another curve is found now rather than at the first patient.
        source.form().map_err(|()| "the private key cannot sign ES256".to_owned())?;
        Ok(source)
    }

    /// The token, fetched when there is none. Whoever comes while it is being fetched waits for the same one.
    pub async fn token(
        &self,
        slot: &str,
        limits: &EgressLimits,
        budget: &CallBudget,
    ) -> Result<Arc<SecretString>, EgressError> {
        let alias = self.origin.alias();
        let left = budget.time_left().ok_or_else(|| CallBudget::too_late(alias))?;
        let state = tokio::time::timeout(left, self.state.lock()).await;
        let mut state = state.map_err(|_| CallBudget::too_late(alias))?;
        match &*state {
            State::Token { token, until } if Instant::now() < *until => return Ok(Arc::clone(token)),
            State::Refused { error, until } if Instant::now() < *until => return Err(error.clone()),
            _ => {}
        }
        let fetched = self.fetch(slot, limits, budget).await;
        match fetched {
            Ok((token, life)) => {
                let until = Instant::now() + life.saturating_sub(MARGIN.min(life / 4));
                self.remember(&token);
                *state = State::Token { token: Arc::clone(&token), until };
                Ok(token)
            }
            Err(error) => {
                // Somebody else's lack of time says nothing about the endpoint.
                if !matches!(error.kind, ErrorKind::Deadline | ErrorKind::Busy) {
                    *state = State::Refused { error: error.clone(), until: Instant::now() + REFUSAL_HELD };
                }
                Err(error)
            }
        }
    }

    pub async fn forget(&self, refused: &Arc<SecretString>) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::Token { token, .. } if Arc::ptr_eq(token, refused)) {
            *state = State::Empty;
        }
    }

    pub fn tokens_in_use(&self) -> Vec<Arc<SecretString>> {
        let in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        in_use.iter().flatten().cloned().collect()
    }

    fn remember(&self, token: &Arc<SecretString>) {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let [current, before] = &mut *in_use;
        *before = current.replace(Arc::clone(token));
    }

    async fn fetch(
        &self,
        slot: &str,
        limits: &EgressLimits,
        budget: &CallBudget,
    ) -> Result<(Arc<SecretString>, Duration), EgressError> {
        self.origin.permit_literal_host()?;
        let (headers, mut body) =
            self.form().map_err(|()| self.error("token-assertion", slot, "no assertion could be made"))?;
        let request = Prepared {
            method: Method::POST,
            url: self.url.clone(),
            headers,
            body: Some(std::mem::take(&mut *body).into_bytes().into()),
            credential: None,
        };
        let limits = EgressLimits { reply_max_bytes: TOKEN_REPLY_MAX.min(limits.reply_max_bytes), ..limits.clone() };
        let mut reply = exchange(&self.origin, &request, &*self.needles, &limits, budget).await?;
        let read = self.read(slot, &reply);
        reply.body.zeroize();
        read
    }

    fn read(&self, slot: &str, reply: &Reply) -> Result<(Arc<SecretString>, Duration), EgressError> {
        if reply.status != 200 {
            let said = serde_json::from_slice::<Refusal>(&reply.body).ok().map(|refusal| refusal.error);
            let said =
                said.filter(|text| text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            let said = said.map_or(String::new(), |text| format!(", {text}"));
            return Err(self.error("token-refused", slot, &format!("it answered {}{said}", reply.status)));
        }
        let granted: Granted = serde_json::from_slice(&reply.body)
            .map_err(|_| self.error("token-malformed", slot, "its reply is not a token"))?;
        let text = granted.access_token.expose_secret();
        if !granted.token_type.eq_ignore_ascii_case("bearer") {
            return Err(self.error("token-type", slot, "its token is not a bearer token"));
        }
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(self.error("token-malformed", slot, "its token cannot be sent as a header"));
        }
        let life = granted.expires_in.map_or(ASSUMED_LIFE, Duration::from_secs).min(LONGEST_LIFE);
        Ok((Arc::new(granted.access_token), life))
    }

    fn error(&self, code: &'static str, slot: &str, text: &str) -> EgressError {
        let alias = self.origin.alias();
        // The slot's name was found among the configured ones, so it is the administrator's own.
        EgressError::new(ErrorKind::Credential, code, format!("token endpoint `{alias}` for the slot `{slot}`: {text}"))
    }

    fn form(&self) -> Result<(HeaderMap, Zeroizing<String>), ()> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        match &self.auth {
            Auth::Basic(secret) => {
                // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
                let pair = basic(&encoded(&self.client_id), &encoded(secret.expose_secret()));
                let text = Zeroizing::new(format!("Basic {}", pair.as_str()));
                let mut value = HeaderValue::from_str(&text).map_err(drop)?;
                value.set_sensitive(true);
                headers.insert(header::AUTHORIZATION, value);
            }
            Auth::Post(secret) => {
                form.append_pair("client_id", &self.client_id).append_pair("client_secret", secret.expose_secret());
            }
            Auth::Jwt { key, kid } => {
                let assertion = Zeroizing::new(self.assertion(key, kid.as_ref())?);
                form.append_pair("client_id", &self.client_id)
                    .append_pair("client_assertion_type", ASSERTION_TYPE)
                    .append_pair("client_assertion", &assertion);
            }
        }
        Ok((headers, Zeroizing::new(form.finish())))
    }

    fn assertion(&self, key: &EncodingKey, kid: Option<&String>) -> Result<String, ()> {
        // The endpoint compares with its own clock, so this is real time even when the portal's dates are frozen.
        let iat = jiff::Timestamp::now().as_second();
        let claims = Claims {
            iss: &self.client_id,
            sub: &self.client_id,
            aud: self.url.as_str(),
            jti: uuid::Uuid::new_v4().to_string(),
            iat,
            exp: iat + ASSERTION_LIFE_S,
        };
        let header = Header { kid: kid.cloned(), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, key).map_err(drop)
    }
}

fn encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect())
}

/// Some endpoints write the number as text.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
    }
    Ok(match Option::<Written>::deserialize(deserializer)? {
        Some(Written::Number(number)) => Some(number),
        Some(Written::Text(text)) => text.parse().ok(),
        None => None,
    })
}
