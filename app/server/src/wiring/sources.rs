//! A configured source as the rooms below want it: described for the service, bound for the host.
//!
//! Not here: whether adapter and configuration agree (`agreement`). Invariant: what is described is bound, and nothing else.

use std::{path::Path, sync::Arc};

use http::Method;
use samsyn_domain::{
    package::Described,
    section::{PERSON, Section},
    source::{Source, SourceId},
};
use samsyn_host::{
    credential::{ClientAuth, CredentialKind as Held, Credentials, OAuth2, Slot},
    egress::{AddressRule, Grant, GrantError, SourceEgress},
    manifest::Manifest,
    prepared::Prepared,
    runtime::{BindError, Binding, Host},
};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::agreement;
use crate::config::{
    Config, ConfigError, CredentialConfig, CredentialKind, Findings, KeyPath, OriginConfig, SourceConfig,
};

/// Beginning of the aliases that only the host uses.
const TOKEN_ENDPOINT: &str = "token-endpoint-";

/// A source with everything the rooms below need.
pub struct Fitted {
    described: Source,
    binding: Binding,
}

impl Fitted {
    /// Its id, and its adapter's name and digest.
    pub fn runs(&self) -> (&SourceId, &str, &str) {
        (&self.described.id, &self.described.adapter, self.binding.adapter.digest())
    }

    /// Its id, and what its adapter says of itself.
    pub fn says(&self) -> (SourceId, Described) {
        let said = serde_json::to_value(self.binding.adapter.manifest()).and_then(serde_json::from_value);
        (self.described.id.clone(), said.unwrap_or_default())
    }

    /// Binds it, and says what the service knows of it.
    ///
    /// # Errors
    /// When a limit or setting does not fit after all.
    pub fn bind(self, host: &Host) -> Result<Source, BindError> {
        host.bind(self.described.id.clone(), self.binding)?;
        Ok(self.described)
    }
}

/// Every source with its prepared adapter, and everything that keeps one from being used. A source whose adapter is not
/// among the prepared ones, or of which something is refused already, is left out.
pub fn fit(config: &Config, adapters: &[(String, Arc<Prepared>)], found: &mut Findings) -> Vec<Fitted> {
    let mut fitted = Vec::new();
    for (index, source) in config.sources.iter().enumerate() {
        let key = KeyPath::from("source").item(index);
        let Some((_, adapter)) = adapters.iter().find(|(name, _)| *name == source.adapter) else { continue };
        agreement::check(source, adapter.manifest(), &key, found);
        if found.refused.concern(&key) {
            continue;
        }
        match describe(source, config, adapter, &key)
            .and_then(|described| Ok(Fitted { described, binding: binding(source, config, adapter, &key)? }))
        {
            Ok(source) => fitted.push(source),
            Err(ConfigError::Refused(problems)) => found.refused.append(problems),
            Err(unreadable @ ConfigError::Unreadable { .. }) => found.refuse(key, unreadable.to_string()),
        }
    }
    fitted
}

/// What the portal knows of the source before asking it.
fn describe(source: &SourceConfig, config: &Config, adapter: &Prepared, key: &KeyPath) -> Result<Source, ConfigError> {
    let manifest = adapter.manifest();
    let wanted = |name: &str| source.sections.as_ref().is_none_or(|only| only.iter().any(|one| one == name));
    let organisation = config.organisations.iter().find(|known| known.id == source.organisation);
    let organisation =
        organisation.ok_or_else(|| ConfigError::refused(key.key("organisation"), "is not among [[organisation]]"))?;
    let sections: Vec<Section> =
        manifest.known_sections().into_iter().filter(|section| wanted(section.name())).collect();
    Ok(Source {
        id: source.id.clone(),
        system: source.system.clone(),
        adapter: source.adapter.clone(),
        organisation: source.organisation.clone(),
        organisation_name: organisation.name.clone(),
        provider: source
            .provider
            .as_ref()
            .and_then(|id| organisation.providers.iter().find(|provider| provider.id == *id))
            .cloned(),
        answers_person: manifest.answers_person() && wanted(PERSON),
        service_kinds: if sections.contains(&Section::Services) { manifest.service_kinds.clone() } else { Vec::new() },
        sections,
        identifier_kinds: manifest.identifier_kinds.clone(),
        link_rule: source.link_rule,
        answer_within: std::time::Duration::from_millis(source.answer_within_ms),
        maintenance: source.maintenance.clone(),
        phone: source.phone.clone().or_else(|| organisation.phone.clone()),
        contact: source.contact.clone(),
    })
}

/// What the host needs to run it.
pub fn binding(
    source: &SourceConfig,
    config: &Config,
    adapter: &Arc<Prepared>,
    key: &KeyPath,
) -> Result<Binding, ConfigError> {
    let egress = Arc::new(egress(source, config, adapter.manifest(), key)?);
    let (settings, limits) = (source.settings.clone(), source.limits.clone());
    Ok(Binding { adapter: adapter.clone(), egress, settings, limits })
}

/// Where it may go, and what is added to its requests.
pub fn egress(
    source: &SourceConfig,
    config: &Config,
    manifest: &Manifest,
    key: &KeyPath,
) -> Result<SourceEgress, ConfigError> {
    let mut grants = Vec::new();
    for (index, origin) in source.origins.iter().enumerate() {
        grants.push(grant(origin, config, manifest, &key.key("origin").item(index))?);
    }
    for credential in &source.credentials {
        grants.extend(token_grant(credential, config));
    }
    let aliases: Vec<String> = source.origins.iter().map(|origin| origin.alias.clone()).collect();
    let mut credentials = Credentials::new();
    for (index, credential) in source.credentials.iter().enumerate() {
        let slot = slot(credential, &aliases, &key.key("credential").item(index))?;
        credentials = credentials.with(&credential.slot, slot);
    }
    SourceEgress::new(grants, credentials, source.limits.egress.clone())
        .map_err(|error| ConfigError::refused(concerned(&error, source, key), error.to_string()))
}

/// The key that the host's refusal is about.
fn concerned(error: &GrantError, source: &SourceConfig, key: &KeyPath) -> KeyPath {
    let origin = |alias: &String| source.origins.iter().position(|origin| origin.alias == *alias);
    let credential = |slot: &str| source.credentials.iter().position(|credential| credential.slot == slot);
    match error {
        GrantError::Grant { alias, rule } if rule.starts_with("ca_pem") => {
            origin(alias).map(|index| key.key("origin").item(index).key("ca_file"))
        }
        GrantError::AliasTwice { alias } | GrantError::Grant { alias, .. } => {
            let token = || alias.strip_prefix(TOKEN_ENDPOINT).and_then(credential);
            let of_token = |index| key.key("credential").item(index).key("token_url");
            origin(alias).map(|index| key.key("origin").item(index)).or_else(|| token().map(of_token))
        }
        GrantError::Slot { slot, .. } => credential(slot).map(|index| key.key("credential").item(index)),
        GrantError::Limits(_) => Some(key.key("limits")),
    }
    .unwrap_or_else(|| key.clone())
}

fn grant(origin: &OriginConfig, config: &Config, manifest: &Manifest, key: &KeyPath) -> Result<Grant, ConfigError> {
    let declared = manifest.origins.iter().find(|declared| declared.alias == origin.alias);
    let declared =
        declared.ok_or_else(|| ConfigError::refused(key.key("alias"), "the adapter does not ask for this origin"))?;
    let is_granted =
        |method: &&Method| origin.methods.is_empty() || origin.methods.iter().any(|m| m == method.as_str());
    let ca_file = origin.ca_file.as_ref().map(|path| read(path, key.key("ca_file"))).transpose()?;
    let ca_pem = origin.ca_pem.clone().or(ca_file);
    Ok(Grant {
        methods: declared.methods.iter().filter(is_granted).cloned().collect(),
        address_ranges: ranges(origin),
        ca_pem,
        ..relaxed(Grant::read_only(&origin.alias, origin.base_url.clone()), config)
    })
}

fn read(path: &Path, key: KeyPath) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError::refused(key, format!("{}: {error}", path.display())))
}

fn ranges(origin: &OriginConfig) -> AddressRule {
    if origin.address_ranges.is_empty() {
        AddressRule::Public
    } else {
        AddressRule::Ranges(origin.address_ranges.clone())
    }
}

/// Loopback and plain HTTP, by name of the environment only.
fn relaxed(grant: Grant, config: &Config) -> Grant {
    let relaxed = config.portal.environment.allows_loopback();
    let plain = grant.base_url.scheme() == "http";
    Grant { allow_loopback: relaxed, allow_http: relaxed && plain, ..grant }
}

/// A token endpoint is an origin of its own that only the host may use.
fn token_grant(credential: &CredentialConfig, config: &Config) -> Option<Grant> {
    let token_url = credential.token_url.as_ref()?;
    let mut base = token_url.clone();
    base.set_path("/");
    base.set_query(None);
    let grant = Grant::read_only(format!("{TOKEN_ENDPOINT}{}", credential.slot), base);
    Some(Grant { methods: vec![Method::POST], host_only: true, ..relaxed(grant, config) })
}

fn slot(credential: &CredentialConfig, aliases: &[String], key: &KeyPath) -> Result<Slot, ConfigError> {
    let secret = secret(credential, key)?;
    let needed = |name: &str, value: Option<&String>| {
        value.cloned().ok_or_else(|| ConfigError::refused(key.clone(), format!("key `{name}` is missing")))
    };
    let oauth2 = |auth: ClientAuth| -> Result<Held, ConfigError> {
        let token_url = credential.token_url.clone();
        Ok(Held::OAuth2(OAuth2 {
            token_url: token_url.ok_or_else(|| ConfigError::refused(key.clone(), "key `token_url` is missing"))?,
            client_id: needed("client_id", credential.client_id.as_ref())?,
            scope: credential.scope.clone(),
            auth,
        }))
    };
    let kind = match credential.kind {
        CredentialKind::StaticHeader => {
            Held::StaticHeader { name: needed("header", credential.header.as_ref())?, value: secret }
        }
        CredentialKind::Basic => Held::Basic { user: needed("user", credential.user.as_ref())?, password: secret },
        CredentialKind::ClientCredentials => oauth2(ClientAuth::SecretBasic(secret))?,
        CredentialKind::PrivateKeyJwt => {
            oauth2(ClientAuth::PrivateKeyJwt { es256_pem: secret, kid: credential.key_id.clone() })?
        }
        CredentialKind::ClientCertificate => {
            let missing = || ConfigError::refused(key.clone(), "key `certificate_file` is missing");
            let from_file = || {
                let path = credential.certificate_file.as_ref().ok_or_else(missing)?;
                read(path, key.key("certificate_file"))
            };
            let cert_pem = credential.certificate_pem.clone().map_or_else(from_file, Ok)?;
            Held::ClientCertificate { cert_pem, key_pem: secret }
        }
        CredentialKind::Hmac => Held::Hmac { key: SecretSlice::from(secret.expose_secret().as_bytes().to_vec()) },
    };
    Ok(Slot { origins: aliases.to_vec(), kind })
}

/// The secret, from the starting program or from its file.
fn secret(credential: &CredentialConfig, key: &KeyPath) -> Result<SecretString, ConfigError> {
    match (&credential.secret, &credential.secret_file) {
        (Some(secret), _) => Ok(secret.clone()),
        (None, Some(path)) => {
            let text = read(path, key.key("secret_file"))?;
            Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => Err(ConfigError::refused(key.clone(), "key `secret_file` is missing")),
    }
}
