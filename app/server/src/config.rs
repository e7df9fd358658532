//! Configuration: one TOML file, every key known, everything wrong with it refused at once, with line and column.
//!
//! Room: the shapes (here, [`identity`], [`claims`], [`source`]), reading them (`file`, `reading`, `wording`), their checks (`checks`, `files`) and what
//! a check finds (`problem`). Not here: what only a prepared adapter can tell (`wiring`); reading secrets from anywhere but the
//! files named here.
//! Invariant: an unsafe combination does not start. Loopback sources and plain HTTP need `environment = "demo"` or `"test"`.
//! To add a key: a documented field here, its check in `checks`, a row in the table of refusals in `tests/`, a line in what
//! `samsyn init` writes.

mod checks;
mod claims;
mod file;
mod files;
mod identity;
mod problem;
mod reading;
mod source;
mod wording;

use std::path::{Path, PathBuf};

use ipnet::IpNet;
use samsyn_domain::source::OrganisationInfo;
pub use samsyn_service::limits::ServiceLimits;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

pub use self::{
    claims::{ClaimField, ClaimsConfig, Mapping},
    file::ConfigFile,
    identity::{AssertionAudience, IdentityConfig},
    problem::{Findings, KeyPath, Part, Place, Problem, Problems},
    source::{AdapterFile, CredentialConfig, CredentialKind, OriginConfig, SourceConfig},
};

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where and how the portal is reached.
    pub portal: PortalConfig,
    /// Where it keeps its data.
    pub database: DatabaseConfig,
    /// Where the log's checkpoints are kept.
    #[serde(default)]
    pub audit: AuditConfig,
    /// Who may read the counts of `/metrics`.
    #[serde(default)]
    pub metrics: MetricsConfig,
    /// Who is sent spans of openings and questions.
    #[serde(default)]
    pub traces: TracesConfig,
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
    /// SHA-256 of the file, hex; none when the program made the configuration. Secrets stand in files of their own. Not a key of the file.
    #[serde(skip)]
    pub file_sha256: Option<String>,
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
    /// Private address ranges that administrators may grant sources at the screen, e.g. the health network's. None: public addresses only. What
    /// this file grants itself is not bound by it.
    #[serde(default)]
    pub private_ranges: Vec<IpNet>,
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
    /// File that holds the key patients are sealed with; `keys/store.key` in `data_dir` when left out. The same key on every node.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
}

/// Where the audit log's checkpoints are kept besides the database: without one, nothing shows a database put back to an older copy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// File for the newest checkpoint, best on another disk than the database's. The portal does not start on a log that does not begin
    /// with the one the file speaks of. Each node has a file of its own.
    pub checkpoint_file: Option<PathBuf>,
    /// Addresses that the newest checkpoint is posted to as text, e.g. another organisation's.
    pub checkpoint_to: Vec<Url>,
    /// How long the next one waits at least, 1 to 60.
    pub checkpoint_every_seconds: u32,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { checkpoint_file: None, checkpoint_to: Vec::new(), checkpoint_every_seconds: 10 }
    }
}

/// Counts for whoever watches the process.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// File that holds what is sent as `Authorization: Bearer …`. Without it there is no `/metrics`.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// What is in it, or what the starting program made. Not a key of the file.
    #[serde(skip)]
    pub token: Option<SecretString>,
}

/// Spans for whoever follows an opening through several systems.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracesConfig {
    /// Address of an OpenTelemetry collector that takes OTLP over HTTP as JSON, e.g. `https://collector.example/v1/traces`. Without it nobody is
    /// sent any.
    #[serde(default)]
    pub collector: Option<Url>,
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
    /// The file itself cannot be read.
    #[error("{}: cannot be read: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Not understood, unsafe or contradictory; one line for each.
    #[error("{0}")]
    Refused(Problems),
}

impl ConfigError {
    /// A refusal of one key.
    pub fn refused(key: impl Into<KeyPath>, detail: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(key.into(), detail);
        Self::Refused(problems)
    }

    /// The same with the places in the file that the configuration came from.
    #[must_use]
    pub fn located(self, file: &ConfigFile) -> Self {
        match self {
            Self::Refused(problems) => Self::Refused(file.located(problems)),
            unreadable @ Self::Unreadable { .. } => unreadable,
        }
    }
}

impl Config {
    /// Tables without which there is no configuration.
    const NEEDED: [&str; 3] = ["portal", "database", "identity"];

    /// Reads and checks a file. Relative paths in it are relative to the file.
    ///
    /// # Errors
    /// When it cannot be read; or everything in it that is unknown, unreadable or unsafe.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let file = ConfigFile::read(path)?;
        let config = file.config()?;
        config.validate().map_err(|error| error.located(&file))?;
        Ok(config)
    }

    /// Refuses unsafe and contradictory combinations.
    ///
    /// # Errors
    /// All of them, each with its key, what is wrong and what would be accepted.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.findings().verdict().map(drop)
    }

    fn rebase(&mut self, base: &Path) {
        let DatabaseConfig { data_dir, postgres_url_file, key_file } = &mut self.database;
        let files = [Some(data_dir), postgres_url_file.as_mut(), key_file.as_mut()];
        let checkpoint = self.audit.checkpoint_file.as_mut().into_iter().chain(self.metrics.token_file.as_mut());
        let adapters = self.adapters.iter_mut().filter_map(|adapter| adapter.file.as_mut());
        let IdentityConfig { client_secret_file, private_key_file, .. } = &mut self.identity;
        let secrets = [client_secret_file.as_mut(), private_key_file.as_mut()].into_iter().flatten();
        for path in files.into_iter().flatten().chain(secrets).chain(checkpoint).chain(adapters) {
            *path = base.join(&*path);
        }
        for source in &mut self.sources {
            source.rebase(base);
        }
    }
}
