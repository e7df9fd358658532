//! Configuration: one TOML file, every key known, refused with line and column when it is not.
//!
//! Room: the shapes and their checks. Not here: reading secrets from anywhere but the files named here.
//! Invariant: an unsafe combination does not start. Loopback sources and plain HTTP need `environment = "demo"` or `"test"`.
//! To add a key: a documented field here, its check in [`Config::validate`], a line in the reference.

mod source;

use std::path::{Path, PathBuf};

use ipnet::IpNet;
use samsyn_domain::source::OrganisationInfo;
pub use samsyn_service::limits::ServiceLimits;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

pub use self::source::{AdapterFile, CredentialConfig, CredentialKind, OriginConfig, SourceConfig};

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where and how the portal is reached.
    pub portal: PortalConfig,
    /// Where it keeps its data.
    pub database: DatabaseConfig,
    /// Who signs people in.
    pub identity: IdentityConfig,
    /// Sessions.
    #[serde(default)]
    pub session: SessionConfig,
    /// Times and numbers of the use cases.
    #[serde(default)]
    pub limits: ServiceLimits,
    /// Organisations that take part.
    #[serde(default, rename = "organisation")]
    pub organisations: Vec<OrganisationInfo>,
    /// Adapters by name.
    #[serde(default, rename = "adapter")]
    pub adapters: Vec<AdapterFile>,
    /// Sources, in the order they stand on the page.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceConfig>,
}

/// Where and how the portal is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalConfig {
    /// Address to listen on, e.g. `127.0.0.1:8080`.
    pub listen: String,
    /// Address in the browser, e.g. `https://samsyn.example`. State changes are accepted from this origin only.
    pub public_url: Url,
    /// Proxies whose `x-forwarded-for` is believed. None: nobody's.
    #[serde(default)]
    pub trusted_proxies: Vec<IpNet>,
    /// What this installation is for. Only `demo` and `test` may use loopback sources and plain HTTP.
    #[serde(default)]
    pub environment: Environment,
}

/// What an installation is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Real patients.
    #[default]
    Production,
    /// `samsyn demo`.
    Demo,
    /// Automatic tests.
    Test,
}

impl Environment {
    /// Whether loopback and plain HTTP are allowed.
    pub const fn allows_loopback(self) -> bool {
        matches!(self, Self::Demo | Self::Test)
    }
}

/// Where the portal keeps its data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Directory of the SQLite database and of the compiled adapters.
    pub data_dir: PathBuf,
    /// File that holds a PostgreSQL address; then SQLite is not used.
    #[serde(default)]
    pub postgres_url_file: Option<PathBuf>,
}

/// Who signs people in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// Issuer; discovery is `<issuer>/.well-known/openid-configuration`.
    pub issuer: Url,
    /// Client id registered there.
    pub client_id: String,
    /// File that holds the client secret.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The secret itself, when the program that starts the portal made it. Not a key of the file.
    #[serde(skip)]
    pub client_secret: Option<SecretString>,
    /// Scopes besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Assurance levels accepted in `acr`; empty refuses nobody, which only demo and test may do.
    #[serde(default = "level_three")]
    pub required_acr: Vec<String>,
    /// HSA-ids that administer the portal in an assignment without care purpose.
    #[serde(default)]
    pub administrators: Vec<String>,
    /// Names of the claims.
    #[serde(default)]
    pub claims: ClaimNames,
}

fn level_three() -> Vec<String> {
    vec!["http://id.sambi.se/loa/loa3".into()]
}

/// Names of the claims, with the national provider's as default (`domain-facts` §2.1).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each is the name of the claim that carries what the key says")]
pub struct ClaimNames {
    pub employee_id: String,
    pub name: String,
    pub title: String,
    pub licences: String,
    pub system_roles: String,
    pub assignments: String,
    pub assignment_id: String,
    pub purpose: String,
    pub unit_id: String,
    pub unit_name: String,
    pub provider_id: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            employee_id: "employeeHsaId".into(),
            name: "name".into(),
            title: "title".into(),
            licences: "healthcareProfessionalLicense".into(),
            system_roles: "systemRole".into(),
            assignments: "allCommissions".into(),
            assignment_id: "commissionHsaId".into(),
            purpose: "commissionPurpose".into(),
            unit_id: "healthCareUnitHsaId".into(),
            unit_name: "healthCareUnitName".into(),
            provider_id: "healthCareProviderHsaId".into(),
        }
    }
}

/// Sessions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// Signed out after this long without use.
    pub idle_minutes: u32,
    /// Signed out after this long, used or not.
    pub absolute_minutes: u32,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_minutes: 12 * 60 }
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be understood; the text has line and column.
    #[error("{}: {detail}", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Where and what.
        detail: String,
    },
    /// Understood, but unsafe or contradictory.
    #[error("{key}: {detail}")]
    Refused {
        /// Which key.
        key: String,
        /// What is wrong and what would be accepted.
        detail: String,
    },
}

impl ConfigError {
    /// A refusal of one key.
    pub fn refused(key: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Refused { key: key.into(), detail: detail.into() }
    }
}

impl Config {
    /// Reads and checks a file. Relative paths in it are relative to the file.
    ///
    /// # Errors
    /// When it cannot be read, holds an unknown key or an unreadable value, or is unsafe.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Malformed { path: path.to_owned(), detail: error.to_string() })?;
        config.rebase(path.parent().unwrap_or(Path::new(".")));
        config.validate()?;
        config.read_client_secret()?;
        Ok(config)
    }

    fn rebase(&mut self, base: &Path) {
        let files = [Some(&mut self.database.data_dir), self.database.postgres_url_file.as_mut()];
        let adapters = self.adapters.iter_mut().filter_map(|adapter| adapter.file.as_mut());
        let secret = self.identity.client_secret_file.as_mut();
        for path in files.into_iter().flatten().chain(secret).chain(adapters) {
            *path = base.join(&*path);
        }
        for source in &mut self.sources {
            source.rebase(base);
        }
    }

    fn read_client_secret(&mut self) -> Result<(), ConfigError> {
        if let Some(path) = &self.identity.client_secret_file {
            let secret = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
            self.identity.client_secret = Some(SecretString::from(secret.trim().to_owned()));
        }
        Ok(())
    }

    /// Refuses unsafe and contradictory combinations.
    ///
    /// # Errors
    /// Names the key, what is wrong and what would be accepted.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let relaxed = self.portal.environment.allows_loopback();
        if self.portal.listen.parse::<std::net::SocketAddr>().is_err() {
            return Err(ConfigError::refused("portal.listen", "expected an address and a port, e.g. 127.0.0.1:8080"));
        }
        if self.portal.public_url.scheme() != "https" && !relaxed {
            return Err(ConfigError::refused("portal.public_url", "must be https in production"));
        }
        if self.identity.issuer.scheme() != "https" && !relaxed {
            return Err(ConfigError::refused("identity.issuer", "must be https in production"));
        }
        if self.identity.required_acr.is_empty() && !relaxed {
            return Err(ConfigError::refused("identity.required_acr", "must name at least one level in production"));
        }
        self.limits.validate().map_err(|detail| ConfigError::refused("limits", detail))?;
        self.validate_sessions()?;
        self.validate_organisations()?;
        for source in &self.sources {
            source.validate(self)?;
        }
        unique("source.id", self.sources.iter().map(|source| source.id.as_str()))?;
        unique("adapter.name", self.adapters.iter().map(|adapter| adapter.name.as_str()))
    }

    fn validate_sessions(&self) -> Result<(), ConfigError> {
        let (idle, absolute) = (self.session.idle_minutes, self.session.absolute_minutes);
        if !(1..=240).contains(&idle) {
            return Err(ConfigError::refused("session.idle_minutes", "must be 1 … 240"));
        }
        if !(idle..=24 * 60).contains(&absolute) {
            return Err(ConfigError::refused("session.absolute_minutes", "must be idle_minutes … 1440"));
        }
        Ok(())
    }

    fn validate_organisations(&self) -> Result<(), ConfigError> {
        unique("organisation.id", self.organisations.iter().map(|organisation| organisation.id.as_str()))?;
        let providers = self.organisations.iter().flat_map(|organisation| &organisation.providers);
        unique("organisation.providers.id", providers.map(|provider| provider.id.as_str()))?;
        match self.organisations.iter().find(|organisation| !(1..=12).contains(&organisation.recent_months)) {
            Some(organisation) => {
                Err(ConfigError::refused(format!("organisation {}", organisation.id), "recent_months must be 1 … 12"))
            }
            None => Ok(()),
        }
    }
}

fn unique<'a>(key: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), ConfigError> {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ConfigError::refused(key, format!("`{id}` is given twice")));
        }
    }
    Ok(())
}
