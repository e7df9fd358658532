//! Sources and adapters in the configuration: whose, how reached, with which credential.
//!
//! Invariant: a credential is a file or made by the starting program; it is never a value in the TOML.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use samsyn_domain::source::{LinkRule, OrganisationId, ProviderId, SourceId};
use samsyn_host::limits::Limits;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::{Config, ConfigError};

/// An adapter by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdapterFile {
    /// Name that sources refer to.
    pub name: String,
    /// The component.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// The component's bytes, when they are part of the program. Not a key of the file.
    #[serde(skip)]
    pub bytes: Option<std::borrow::Cow<'static, [u8]>>,
}

/// One source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Id, e.g. `viva-storsjo-hsl`.
    pub id: SourceId,
    /// System name on screen.
    pub system: String,
    /// Adapter name.
    pub adapter: String,
    /// The organisation it belongs to.
    pub organisation: OrganisationId,
    /// The custodian's HSA-id; left out for a multi-provider platform, whose adapter must declare it.
    #[serde(default)]
    pub provider: Option<ProviderId>,
    /// Only these sections; left out means all that the adapter declares. `["person"]` makes it a population register.
    #[serde(default)]
    pub sections: Option<Vec<String>>,
    /// When it is asked in the shared overview.
    #[serde(default = "known")]
    pub link_rule: LinkRule,
    /// Its limit for an answer, at most 28 000.
    #[serde(default = "five_seconds")]
    pub answer_within_ms: u64,
    /// Whom to call when it is silent.
    #[serde(default)]
    pub phone: Option<String>,
    /// Settings for the adapter.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Limits of the sandbox for this source, where they differ from the defaults (`host::limits`).
    #[serde(default)]
    pub limits: Limits,
    /// Origins by alias.
    #[serde(default, rename = "origin")]
    pub origins: Vec<OriginConfig>,
    /// Credentials by slot.
    #[serde(default, rename = "credential")]
    pub credentials: Vec<CredentialConfig>,
}

const fn known() -> LinkRule {
    LinkRule::Known
}

const fn five_seconds() -> u64 {
    5_000
}

/// One granted origin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginConfig {
    /// Alias in the adapter's manifest.
    pub alias: String,
    /// Base URL; nothing outside it is reached.
    pub base_url: Url,
    /// Methods; left out means those the manifest asks for.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Private address ranges this origin may resolve to, e.g. `10.20.0.0/16`. None: public addresses only.
    #[serde(default)]
    pub address_ranges: Vec<IpNet>,
    /// Certificate authority of the origin, PEM.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// One credential slot. Which keys it needs depends on its kind; a missing one is refused by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialConfig {
    /// Slot in the adapter's manifest.
    pub slot: String,
    /// Kind of credential.
    pub kind: CredentialKind,
    /// File that holds the secret: header value, password, client secret, private key (PEM) or HMAC key.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// The secret itself, when the starting program made it. Not a key of the file.
    #[serde(skip)]
    pub secret: Option<SecretString>,
    /// `static-header`: name of the header.
    #[serde(default)]
    pub header: Option<String>,
    /// `basic`: user name.
    #[serde(default)]
    pub user: Option<String>,
    /// OAuth2 kinds: the token endpoint.
    #[serde(default)]
    pub token_url: Option<Url>,
    /// OAuth2 kinds: client id.
    #[serde(default)]
    pub client_id: Option<String>,
    /// OAuth2 kinds: scope.
    #[serde(default)]
    pub scope: Option<String>,
    /// `private-key-jwt`: key id in the assertion's header.
    #[serde(default)]
    pub key_id: Option<String>,
    /// `client-certificate`: the certificate chain, PEM.
    #[serde(default)]
    pub certificate_file: Option<PathBuf>,
}

/// Kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A fixed header.
    StaticHeader,
    /// HTTP Basic.
    Basic,
    /// OAuth2 client credentials with a secret.
    ClientCredentials,
    /// OAuth2 client credentials with `private_key_jwt` (ES256).
    PrivateKeyJwt,
    /// Mutual TLS.
    ClientCertificate,
    /// Key for `keys.hmac-sha256`.
    Hmac,
}

impl CredentialConfig {
    /// The secret, from the starting program or from its file.
    ///
    /// # Errors
    /// When there is neither, or the file cannot be read.
    pub fn read_secret(&self) -> Result<SecretString, ConfigError> {
        match (&self.secret, &self.secret_file) {
            (Some(secret), _) => Ok(secret.clone()),
            (None, Some(path)) => std::fs::read_to_string(path)
                .map(|text| SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
                .map_err(|source| ConfigError::Unreadable { path: path.clone(), source }),
            (None, None) => Err(self.missing("secret_file")),
        }
    }

    /// A key this kind of credential needs.
    ///
    /// # Errors
    /// When it is missing; the error names it.
    pub fn needed<'a, T>(&self, key: &str, value: Option<&'a T>) -> Result<&'a T, ConfigError> {
        value.ok_or_else(|| self.missing(key))
    }

    fn missing(&self, key: &str) -> ConfigError {
        ConfigError::refused(format!("credential {}", self.slot), format!("{key} is missing for kind {:?}", self.kind))
    }
}

impl SourceConfig {
    pub(super) fn rebase(&mut self, base: &Path) {
        for origin in &mut self.origins {
            origin.ca_file = origin.ca_file.take().map(|path| base.join(path));
        }
        for credential in &mut self.credentials {
            credential.certificate_file = credential.certificate_file.take().map(|path| base.join(path));
            credential.secret_file = credential.secret_file.take().map(|path| base.join(path));
        }
    }

    pub(super) fn validate(&self, config: &Config) -> Result<(), ConfigError> {
        let refuse = |detail: String| Err(ConfigError::refused(format!("source {}", self.id), detail));
        if !config.adapters.iter().any(|adapter| adapter.name == self.adapter) {
            return refuse(format!("adapter `{}` is not among [[adapter]]", self.adapter));
        }
        let Some(organisation) = config.organisations.iter().find(|known| known.id == self.organisation) else {
            return refuse(format!("organisation `{}` is not among [[organisation]]", self.organisation));
        };
        if let Some(provider) = &self.provider
            && !organisation.providers.iter().any(|known| known.id == *provider)
        {
            return refuse(format!("provider `{provider}` is not one of organisation `{}`", self.organisation));
        }
        let ceiling = config.limits.answer_within_max_ms;
        if !(100..=ceiling).contains(&self.answer_within_ms) {
            return refuse(format!("answer_within_ms must be 100 … {ceiling}"));
        }
        let relaxed = config.portal.environment.allows_loopback();
        match self.origins.iter().find(|origin| origin.base_url.scheme() != "https" && !relaxed) {
            Some(origin) => refuse(format!("origin `{}` must be https in production", origin.alias)),
            None => Ok(()),
        }
    }
}
