//! Credential slots: secrets an adapter may use by name and never read.
//!
//! Not here: where secrets are stored (`store`), and when a request is sent (`egress`). Invariant: a slot works only
//! at the origins it was bound to, and no `Debug`, error or log text of this room holds a secret.
//! To add a kind of credential: a case of [`CredentialKind`], how it is applied in [`Keyring::apply`], and which of
//! its bytes must never come back in [`leak`].

mod keyring;
mod leak;
mod token;

use std::collections::BTreeMap;

use secrecy::{SecretSlice, SecretString};
use url::Url;

pub(crate) use self::{keyring::Keyring, leak::Leaks};
use crate::egress::GrantError;

/// The slots of one source, by the manifest's names.
#[derive(Debug, Default)]
pub struct Credentials {
    slots: BTreeMap<String, Slot>,
}

/// One filled slot.
#[derive(Debug)]
pub struct Slot {
    /// Aliases of the origins where it may be used. A secret of one organisation must not reach another.
    pub origins: Vec<String>,
    /// What it is.
    pub kind: CredentialKind,
}

/// What a slot holds.
#[derive(Debug)]
pub enum CredentialKind {
    /// A header with a fixed value, e.g. an API key.
    StaticHeader {
        /// The header's name.
        name: String,
        /// Its whole value.
        value: SecretString,
    },
    /// HTTP Basic.
    Basic {
        /// User name; must not hold a colon.
        user: String,
        /// Password.
        password: SecretString,
    },
    /// OAuth2 client credentials, with the token kept until shortly before it expires.
    OAuth2(OAuth2),
    /// Presented when the connection to each of the slot's origins is made; an adapter need not name it.
    ClientCertificate {
        /// The certificate, followed by its intermediates.
        cert_pem: String,
        /// Its private key.
        key_pem: SecretString,
    },
    /// A key for signatures an adapter puts together itself; never sent.
    Hmac {
        /// The key.
        key: SecretSlice<u8>,
    },
}

/// How a token is fetched.
#[derive(Debug)]
pub struct OAuth2 {
    /// Must lie below the base URL of a granted origin with POST, usually one that is `host_only`.
    pub token_url: Url,
    /// Our name at the token endpoint.
    pub client_id: String,
    /// Space-separated scopes.
    pub scope: Option<String>,
    /// How we prove to be that client.
    pub auth: ClientAuth,
}

/// Client authentication at a token endpoint.
#[derive(Debug)]
pub enum ClientAuth {
    /// `client_secret_basic`.
    SecretBasic(SecretString),
    /// `client_secret_post`.
    SecretPost(SecretString),
    /// `private_key_jwt`.
    PrivateKeyJwt {
        /// P-256 private key, PKCS#8 PEM.
        es256_pem: SecretString,
        /// The key's id at the token endpoint.
        kid: Option<String>,
    },
}

impl Credentials {
    /// No slots.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills a slot.
    #[must_use]
    pub fn with(mut self, slot: impl Into<String>, content: Slot) -> Self {
        self.slots.insert(slot.into(), content);
        self
    }

    /// The certificate and key to present at an origin.
    pub(crate) fn certificate_for(&self, alias: &str) -> Result<Option<(&str, &SecretString)>, GrantError> {
        let mut found = self.slots.iter().filter_map(|(slot, content)| match &content.kind {
            CredentialKind::ClientCertificate { cert_pem, key_pem } if content.is_for(alias) => {
                Some((slot, cert_pem.as_str(), key_pem))
            }
            _ => None,
        });
        let first = found.next();
        if let Some((slot, ..)) = found.next() {
            let rule = format!("origin `{alias}` has two client certificates");
            return Err(GrantError::Slot { slot: slot.clone(), rule });
        }
        Ok(first.map(|(_, certificate, key)| (certificate, key)))
    }
}

impl Slot {
    /// Whether it may be used at an origin.
    pub(crate) fn is_for(&self, alias: &str) -> bool {
        self.origins.iter().any(|origin| origin == alias)
    }
}
