//! How the portal proves to the token endpoint that it is the portal: with its secret, or with a token it signs itself.
//!
//! `client_secret_basic` (RFC 6749 §2.3.1) or `private_key_jwt` with ES256 (RFC 7523, OpenID Connect Core §9). Not here: reading the
//! secrets (`config::identity`).
//! Invariant: an assertion is made for one request, holds for a minute, and names this very provider.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::flow::LoginError;
use crate::config::{AssertionAudience, IdentityConfig};

/// What `client_assertion_type` says (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion holds.
const ASSERTION_LIFE_S: i64 = 60;

/// The portal's own key.
#[derive(Clone)]
pub struct ClientKey {
    key: EncodingKey,
    id: Option<String>,
    audience: AssertionAudience,
}

#[derive(Serialize)]
struct Claims<'c> {
    iss: &'c str,
    sub: &'c str,
    aud: &'c str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl ClientKey {
    /// The key of the configuration, if it has one.
    pub fn of(config: &IdentityConfig) -> Option<Self> {
        Some(Self {
            key: config.signing_key()?,
            id: config.private_key_id.clone(),
            audience: config.private_key_audience,
        })
    }

    /// An assertion for one request to this provider, `now_s` in seconds since 1970.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn assertion(
        &self,
        client_id: &str,
        issuer: &str,
        token_endpoint: &str,
        now_s: i64,
    ) -> Result<String, LoginError> {
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            aud: match self.audience {
                AssertionAudience::Issuer => issuer,
                AssertionAudience::TokenEndpoint => token_endpoint,
            },
            jti: uuid::Uuid::new_v4().to_string(),
            iat: now_s,
            exp: now_s + ASSERTION_LIFE_S,
        };
        let header = Header { kid: self.id.clone(), ..Header::new(Algorithm::ES256) };
        let unsigned = |_| LoginError::Exchange("the client assertion could not be signed".into());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(unsigned)
    }
}
