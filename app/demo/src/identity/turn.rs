//! What can be turned at a running provider: its key, its level of assurance, and the end of a session.
//!
//! For tests of what a portal does when its provider changes. Invariant: what is turned holds for the next answer.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Provider, TOKEN_LIFETIME_S, held, keys::Keys, now_s};
use crate::random;

impl Provider {
    /// Signs with a new key from now on; the former one is published no more.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn rotate_key(&self) -> anyhow::Result<()> {
        *held(&self.0.keys) = Arc::new(Keys::generate()?);
        Ok(())
    }

    /// States this level of assurance from now on.
    pub fn assure(&self, level: &str) {
        level.clone_into(&mut held(&self.0.assurance));
    }

    /// The logout token that would be sent when the session of an ID token ends: of its session, or of everything its person has.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn logout_token(&self, about: &Map<String, Value>, whole_person: bool) -> anyhow::Result<String> {
        let now = now_s();
        let mut claims = json!({
            "iss": self.0.issuer,
            "aud": self.0.client.client_id,
            "iat": now,
            "exp": now + TOKEN_LIFETIME_S,
            "jti": random::token(),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let name = if whole_person { "sub" } else { "sid" };
        if let (Some(claims), Some(value)) = (claims.as_object_mut(), about.get(name)) {
            claims.insert(name.to_owned(), value.clone());
        }
        let claims = claims.as_object().cloned().unwrap_or_default();
        self.keys().sign("logout+jwt", &claims)
    }
}
