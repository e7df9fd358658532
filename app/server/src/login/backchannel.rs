//! Logout tokens: the identity provider tells that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.4–2.6).
//!
//! Not here: which sessions end (`service::port::sign_ins`), that a token counts once (there too).
//! Invariant: nobody but the configured provider ends a session this way, and an ID token is not a logout token.

use std::collections::HashSet;

use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation,
    jwk::{Jwk, PublicKeyUse},
};
use samsyn_service::port::sign_ins::ProviderSession;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    provider::{IdentityProvider, Metadata, ProviderError},
    token::LEEWAY_S,
};

/// The event that makes a token one of logout.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A notice is sent when the session ends, so one that was made much earlier is an old one sent again.
const AGE_MAX_S: i64 = 300;
/// Longer than any that a provider makes.
const TOKEN_MAX_BYTES: usize = 8 << 10;

/// No algorithm with a shared secret: who can check could also sign.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
];

/// A notice that is what it should be.
#[derive(Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, under which it counts once.
    pub id: String,
    /// What has ended.
    pub ended: ProviderSession,
    /// Until when it could be sent again.
    pub until: Timestamp,
}

/// Why a notice does not count. For the log; holds nothing of the token.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// Not a logout token of our provider for us.
    #[error("logout token refused: {0}")]
    Refused(&'static str),
    /// Its keys could not be fetched.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

#[derive(Deserialize)]
struct Claims {
    iat: f64,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    /// Told apart from a missing one: it must not be there at all.
    #[serde(default, deserialize_with = "there")]
    nonce: bool,
}

fn there<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// Reads and checks a token.
///
/// # Errors
/// Why it does not count.
pub async fn read(
    provider: &IdentityProvider,
    client_id: &str,
    token: &str,
    now: Timestamp,
) -> Result<Notice, LogoutError> {
    if token.len() > TOKEN_MAX_BYTES {
        return Err(LogoutError::Refused("it is too long"));
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| LogoutError::Refused("it cannot be read"))?;
    check_header(&header)?;
    let metadata = provider.metadata_with(header.kid.as_deref()).await?;
    let claims = verified(&metadata, client_id, token, &header)?;
    check(claims, now)
}

/// A token that says what it is must say that it is this; a token that was made for something else is none, whoever signed it.
fn check_header(header: &Header) -> Result<(), LogoutError> {
    if !ALGORITHMS.contains(&header.alg) {
        return Err(LogoutError::Refused("its algorithm is not accepted"));
    }
    let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
    match kind.as_deref() {
        None | Some("jwt" | "logout+jwt" | "application/logout+jwt") => Ok(()),
        Some(_) => Err(LogoutError::Refused("it is a token of another kind")),
    }
}

/// Signature, issuer, audience and expiry, with the keys that the issuer publishes.
fn verified(metadata: &Metadata, client_id: &str, token: &str, header: &Header) -> Result<Claims, LogoutError> {
    let mut rules = Validation::new(header.alg);
    rules.set_audience(&[client_id]);
    rules.set_issuer(&[metadata.issuer().as_str()]);
    rules.required_spec_claims = HashSet::from(["iss".to_owned(), "aud".to_owned()]);
    rules.leeway = LEEWAY_S.unsigned_abs();
    rules.validate_nbf = true;
    let keys = metadata.jwks().keys().iter().filter_map(|key| {
        let key: Jwk = serde_json::from_value(serde_json::to_value(key).ok()?).ok()?;
        let is_named = header.kid.is_none() || key.common.key_id == header.kid;
        let signs = key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let right =
            key.common.key_algorithm.is_none_or(|named| Algorithm::try_from(named).is_ok_and(|one| one == header.alg));
        (is_named && signs && right).then(|| DecodingKey::from_jwk(&key).ok()).flatten()
    });
    let mut read = keys.map(|key| jsonwebtoken::decode::<Claims>(token, &key, &rules));
    let found = read.find_map(Result::ok);
    found
        .map(|token| token.claims)
        .ok_or(LogoutError::Refused("signature, issuer, audience, times or content are wrong"))
}

#[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 becomes its end, which is refused")]
fn check(claims: Claims, now: Timestamp) -> Result<Notice, LogoutError> {
    let made_s = claims.iat.floor() as i64;
    let now_s = now.as_second();
    if !(now_s - AGE_MAX_S..=now_s + LEEWAY_S).contains(&made_s) {
        return Err(LogoutError::Refused("it was not made just now"));
    }
    if !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(LogoutError::Refused("it has not the event of a logout"));
    }
    if claims.nonce {
        return Err(LogoutError::Refused("it has a nonce, as only an ID token may"));
    }
    if claims.jti.is_empty() {
        return Err(LogoutError::Refused("it has no id"));
    }
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let ended = ProviderSession { subject: said(claims.sub), sid: said(claims.sid) };
    if ended.subject.is_none() && ended.sid.is_none() {
        return Err(LogoutError::Refused("it names neither a session nor a person"));
    }
    let until = Timestamp::from_second(made_s + AGE_MAX_S + LEEWAY_S)
        .map_err(|_| LogoutError::Refused("it was not made just now"))?;
    Ok(Notice { id: claims.jti, ended, until })
}
