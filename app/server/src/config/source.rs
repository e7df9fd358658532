//! Sources and adapters in the configuration: whose, how reached, with which credential.
//!
//! Not here: their checks (`checks::source`), and what their adapter says (`wiring::agreement`).
//! Invariant: a credential is a file or made by the starting program; it is never a value in the TOML.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use samsyn_domain::{
    maintenance::Recurring,
    source::{LinkRule, OrganisationId, ProviderId, SourceId},
};
use samsyn_host::limits::Limits;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

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
    /// Id, e.g. `viva-storsjo-hsl`; at most 48 bytes. There can be 100 sources.
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
    /// Where errors in its information are reported beside the portal: an e-mail address, a number, a page; at most 80 characters.
    #[serde(default)]
    pub contact: Option<String>,
    /// When it is left alone because it is worked on, again and again.
    #[serde(default)]
    pub maintenance: Vec<Recurring>,
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
    /// The same as it was granted at the screen. Not a key of the file.
    #[serde(skip)]
    pub ca_pem: Option<String>,
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
    /// The same as it was granted at the screen. Not a key of the file.
    #[serde(skip)]
    pub certificate_pem: Option<String>,
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

impl CredentialKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::StaticHeader,
        Self::Basic,
        Self::ClientCredentials,
        Self::PrivateKeyJwt,
        Self::ClientCertificate,
        Self::Hmac,
    ];

    /// As it is written in configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StaticHeader => "static-header",
            Self::Basic => "basic",
            Self::ClientCredentials => "client-credentials",
            Self::PrivateKeyJwt => "private-key-jwt",
            Self::ClientCertificate => "client-certificate",
            Self::Hmac => "hmac",
        }
    }

    /// Keys it cannot do without, beside `secret_file`.
    pub const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::StaticHeader => &["header"],
            Self::Basic => &["user"],
            Self::ClientCredentials | Self::PrivateKeyJwt => &["token_url", "client_id"],
            Self::ClientCertificate => &["certificate_file"],
            Self::Hmac => &[],
        }
    }

    /// Keys it can use beside those.
    pub const fn may_have(self) -> &'static [&'static str] {
        match self {
            Self::ClientCredentials => &["scope"],
            Self::PrivateKeyJwt => &["scope", "key_id"],
            Self::StaticHeader | Self::Basic | Self::ClientCertificate | Self::Hmac => &[],
        }
    }
}

impl CredentialConfig {
    /// The keys that belong to certain kinds, and whether each is given.
    pub fn given(&self) -> [(&'static str, bool); 7] {
        [
            ("header", self.header.is_some()),
            ("user", self.user.is_some()),
            ("token_url", self.token_url.is_some()),
            ("client_id", self.client_id.is_some()),
            ("scope", self.scope.is_some()),
            ("key_id", self.key_id.is_some()),
            ("certificate_file", self.certificate_file.is_some() || self.certificate_pem.is_some()),
        ]
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
}
