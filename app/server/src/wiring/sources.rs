//! A configured source as the rooms below want it: described for the service, bound for the host.

use std::sync::Arc;

use http::Method;
use samsyn_domain::{
    section::{PERSON, Section},
    source::Source,
};
use samsyn_host::{
    credential::{ClientAuth, CredentialKind as Held, Credentials, OAuth2, Slot},
    egress::{AddressRule, Grant, SourceEgress},
    prepared::Prepared,
    runtime::Binding,
};
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::config::{Config, ConfigError, CredentialConfig, CredentialKind, OriginConfig, SourceConfig};

/// What the portal knows of the source before asking it.
pub fn describe(source: &SourceConfig, config: &Config, adapter: &Prepared) -> Result<Source, ConfigError> {
    let manifest = adapter.manifest();
    let refused = |detail: String| ConfigError::refused(format!("source {}", source.id), detail);
    let wanted = |name: &str| source.sections.as_ref().is_none_or(|only| only.iter().any(|one| one == name));
    if let Some(unknown) = source.sections.iter().flatten().find(|name| !manifest.sections.contains(name)) {
        return Err(refused(format!("adapter `{}` does not declare section `{unknown}`", source.adapter)));
    }
    if source.provider.is_none() && !manifest.multi_provider {
        return Err(refused(format!("provider is missing, and adapter `{}` is not multi-provider", source.adapter)));
    }
    let organisation = config.organisations.iter().find(|known| known.id == source.organisation);
    let organisation = organisation.ok_or_else(|| refused("its organisation is unknown".into()))?;
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
        phone: source.phone.clone().or_else(|| organisation.phone.clone()),
    })
}

/// What the host needs to run it.
pub fn binding(source: &SourceConfig, config: &Config, adapter: &Arc<Prepared>) -> Result<Binding, ConfigError> {
    let limits = source.limits.clone();
    let mut grants = Vec::new();
    for origin in &source.origins {
        grants.push(grant(origin, config, adapter)?);
    }
    for credential in &source.credentials {
        grants.extend(token_grant(credential, config));
    }
    let aliases: Vec<String> = source.origins.iter().map(|origin| origin.alias.clone()).collect();
    let mut credentials = Credentials::new();
    for credential in &source.credentials {
        credentials = credentials.with(&credential.slot, slot(credential, &aliases)?);
    }
    let egress = SourceEgress::new(grants, credentials, limits.egress.clone())
        .map_err(|error| ConfigError::refused(format!("source {}", source.id), error.to_string()))?;
    Ok(Binding { adapter: adapter.clone(), egress: Arc::new(egress), settings: source.settings.clone(), limits })
}

fn grant(origin: &OriginConfig, config: &Config, adapter: &Prepared) -> Result<Grant, ConfigError> {
    let refused = |detail: String| ConfigError::refused(format!("origin {}", origin.alias), detail);
    let declared = adapter.manifest().origins.iter().find(|declared| declared.alias == origin.alias);
    let declared = declared.ok_or_else(|| refused("the adapter's manifest does not ask for it".into()))?;
    let methods: Vec<Method> = if origin.methods.is_empty() {
        declared.methods.clone()
    } else {
        let read = |text: &String| text.parse().map_err(|_| refused(format!("`{text}` is no HTTP method")));
        origin.methods.iter().map(read).collect::<Result<_, _>>()?
    };
    let ca_pem = match &origin.ca_file {
        Some(path) => Some(
            std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?,
        ),
        None => None,
    };
    Ok(Grant {
        methods,
        address_ranges: ranges(origin),
        ca_pem,
        ..relaxed(Grant::read_only(&origin.alias, origin.base_url.clone()), config)
    })
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
    let grant = Grant::read_only(format!("token-endpoint-{}", credential.slot), base);
    Some(Grant { methods: vec![Method::POST], host_only: true, ..relaxed(grant, config) })
}

fn slot(credential: &CredentialConfig, aliases: &[String]) -> Result<Slot, ConfigError> {
    let secret = credential.read_secret()?;
    let oauth2 = |auth: ClientAuth| -> Result<Held, ConfigError> {
        Ok(Held::OAuth2(OAuth2 {
            token_url: credential.needed("token_url", credential.token_url.as_ref())?.clone(),
            client_id: credential.needed("client_id", credential.client_id.as_ref())?.clone(),
            scope: credential.scope.clone(),
            auth,
        }))
    };
    let kind = match credential.kind {
        CredentialKind::StaticHeader => {
            Held::StaticHeader { name: credential.needed("header", credential.header.as_ref())?.clone(), value: secret }
        }
        CredentialKind::Basic => {
            Held::Basic { user: credential.needed("user", credential.user.as_ref())?.clone(), password: secret }
        }
        CredentialKind::ClientCredentials => oauth2(ClientAuth::SecretBasic(secret))?,
        CredentialKind::PrivateKeyJwt => {
            oauth2(ClientAuth::PrivateKeyJwt { es256_pem: secret, kid: credential.key_id.clone() })?
        }
        CredentialKind::ClientCertificate => {
            let path = credential.needed("certificate_file", credential.certificate_file.as_ref())?;
            let cert_pem = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
            Held::ClientCertificate { cert_pem, key_pem: secret }
        }
        CredentialKind::Hmac => Held::Hmac { key: SecretSlice::from(secret.expose_secret().as_bytes().to_vec()) },
    };
    Ok(Slot { origins: aliases.to_vec(), kind })
}
