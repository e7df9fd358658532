//! `[identity]`: who signs people in, and how the portal proves there that it is the portal.
//!
//! Not here: names of claims (`claims`), the protocol (`login`).
//! Invariant: one way of proving oneself at most; secrets come from files, or from the program that starts the portal.

use std::{fs, path::PathBuf};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::{
    ClaimField, ClaimsConfig, files,
    problem::{Findings, KeyPath},
};

/// Who signs people in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// Issuer; discovery is `<issuer>/.well-known/openid-configuration`.
    pub issuer: Url,
    /// Client id registered there.
    pub client_id: String,
    /// File that holds the client secret, for `client_secret_basic`.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The secret itself, when the program that starts the portal made it. Not a key of the file.
    #[serde(skip)]
    pub client_secret: Option<SecretString>,
    /// File that holds a P-256 private key as PKCS#8 PEM, for `private_key_jwt` with ES256 (RFC 7523). Instead of a client secret.
    #[serde(default)]
    pub private_key_file: Option<PathBuf>,
    /// Key id (`kid`) under which its public half is registered at the provider; left out of the assertion when not given.
    #[serde(default)]
    pub private_key_id: Option<String>,
    /// Which of its two names the provider looks for in `aud` of an assertion.
    #[serde(default)]
    pub private_key_audience: AssertionAudience,
    /// The key itself, read from its file. Not a key of the file.
    #[serde(skip)]
    pub private_key: Option<SecretString>,
    /// Scopes besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Whether claims are fetched from the userinfo endpoint too. A provider may give those that a scope asks for only there.
    #[serde(default)]
    pub userinfo: bool,
    /// Whether the ID token goes with the browser when it is sent to the provider to sign out there. Some ask before they sign anybody
    /// out without it, and on a shared computer nobody may be left to answer. A token with a personal number in it never goes: then the
    /// subject goes instead (`logout_hint`), if that is none. False: only the client id goes.
    #[serde(default = "yes")]
    pub id_token_hint: bool,
    /// Assurance levels accepted in `acr`; empty refuses nobody, which only demo and test may do.
    #[serde(default = "level_three")]
    pub required_acr: Vec<String>,
    /// HSA-ids that administer the portal in an assignment without care purpose.
    #[serde(default)]
    pub administrators: Vec<String>,
    /// Names of the claims.
    #[serde(default)]
    pub claims: ClaimsConfig,
}

/// What a client assertion names as its audience. One only: an assertion for two could be used at the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssertionAudience {
    /// The issuer, as the successor of RFC 7523 demands.
    #[default]
    Issuer,
    /// The token endpoint, as OpenID Connect Core §9 says and older providers demand.
    TokenEndpoint,
}

/// Level of assurance 3 in the words of Sambi, whose levels Inera's provider states.
fn level_three() -> Vec<String> {
    vec!["http://id.sambi.se/loa/loa3".into()]
}

const fn yes() -> bool {
    true
}

impl IdentityConfig {
    /// Reads the secrets of the named files. One that cannot be read is told by [`Self::check`].
    pub(super) fn read_secrets(&mut self) {
        let read = |file: &Option<PathBuf>| file.as_ref().and_then(|path| fs::read_to_string(path).ok());
        if let Some(secret) = read(&self.client_secret_file) {
            self.client_secret = Some(SecretString::from(secret.trim().to_owned()));
        }
        if let Some(key) = read(&self.private_key_file) {
            self.private_key = Some(SecretString::from(key));
        }
    }

    /// The private key, ready to sign with ES256; none when there is none or it is not one.
    pub fn signing_key(&self) -> Option<EncodingKey> {
        let key = EncodingKey::from_ec_pem(self.private_key.as_ref()?.expose_secret().as_bytes()).ok()?;
        // Reading does not look at the curve; signing does.
        jsonwebtoken::encode(&Header::new(Algorithm::ES256), &(), &key).ok()?;
        Some(key)
    }

    /// What must not be said about names of claims, secrets and keys.
    pub(super) fn check(&self, found: &mut Findings, key: &KeyPath, in_production: bool) {
        if let Some(file) = &self.client_secret_file {
            files::secret(found, key.key("client_secret_file"), file, in_production);
        }
        if let Some(file) = &self.private_key_file {
            let known = found.refused.len();
            files::secret(found, key.key("private_key_file"), file, in_production);
            if found.refused.len() == known && self.signing_key().is_none() {
                let why = format!(
                    "{}: is no P-256 private key in PKCS#8 PEM; make one with openssl genpkey -algorithm EC -pkeyopt \
                     ec_paramgen_curve:P-256",
                    file.display()
                );
                found.refuse(key.key("private_key_file"), why);
            }
        }
        if self.client_secret_file.is_some() && self.private_key_file.is_some() {
            let why = "stands beside client_secret_file; keep the one that the provider has registered";
            found.refuse(key.key("private_key_file"), why);
        }
        if self.private_key_id.is_some() && self.private_key_file.is_none() && self.private_key.is_none() {
            found.refuse(
                key.key("private_key_id"),
                "names a key, but private_key_file is missing; add it to this table",
            );
        }
        self.check_claims(found, &key.key("claims"));
    }

    fn check_claims(&self, found: &mut Findings, key: &KeyPath) {
        for field in ClaimField::ALL {
            let Some(own) = self.claims.own(field) else { continue };
            if own.is_empty() {
                let why = "names no claim; write at least one, or leave the key out to keep the mapping's";
                found.refuse(key.key(field.key()), why);
            }
            for (index, _) in own.iter().enumerate().filter(|(_, name)| name.trim().is_empty()) {
                let why = "is empty; write the name of a claim, or leave it out";
                found.refuse(key.key(field.key()).item(index), why);
            }
        }
    }
}
