//! What was granted at the screen, in the words of the configuration file: one way to a running source for both.
//!
//! Invariant: what cannot be read is named by its field, and nothing is put in its place.

use ipnet::IpNet;
use samsyn_domain::binding::{BindingVersion, Fault, GrantedCredential, GrantedOrigin, Wrong};
use samsyn_host::limits::Limits;
use secrecy::SecretString;
use url::Url;

use crate::config::{CredentialConfig, CredentialKind, OriginConfig, SourceConfig};

const MIB: usize = 1024 * 1024;

/// The source as the configuration file would have it.
pub fn of(version: &BindingVersion, secrets: &[(String, SecretString)]) -> Result<SourceConfig, Vec<Fault>> {
    let binding = &version.binding;
    let mut faults = Vec::new();
    let mut origins = Vec::new();
    for granted in &binding.origins {
        match origin(granted) {
            Ok(origin) => origins.push(origin),
            Err(fault) => faults.push(fault),
        }
    }
    let mut credentials = Vec::new();
    for granted in &binding.credentials {
        let secret = secrets.iter().find(|(slot, _)| *slot == granted.slot).map(|(_, secret)| secret.clone());
        match credential(granted, secret) {
            Ok(credential) => credentials.push(credential),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let usual = Limits::default();
    Ok(SourceConfig {
        id: version.source.clone(),
        system: binding.system.clone(),
        adapter: binding.described.id.clone(),
        organisation: version.organisation.clone(),
        provider: binding.provider.clone(),
        sections: None,
        link_rule: binding.link_rule,
        answer_within_ms: binding.answer_within_ms,
        phone: binding.phone.clone(),
        contact: binding.contact.clone(),
        maintenance: binding.maintenance.clone(),
        settings: binding.settings.clone(),
        limits: Limits {
            lookups_at_once: binding.lookups_at_once.unwrap_or(usual.lookups_at_once),
            memory_max_bytes: binding.memory_mib.map_or(usual.memory_max_bytes, |mib| mib.saturating_mul(MIB)),
            ..usual
        },
        origins,
        credentials,
    })
}

fn origin(granted: &GrantedOrigin) -> Result<OriginConfig, Fault> {
    let field = |name: &str| format!("origin.{}.{name}", granted.alias);
    if granted.base_url.is_empty() {
        return Err(Fault::of(field("base_url"), Wrong::Missing));
    }
    let base_url = Url::parse(&granted.base_url).map_err(|_| Fault::of(field("base_url"), Wrong::Address))?;
    let ranges: Result<Vec<IpNet>, _> = granted.address_ranges.iter().map(|range| range.parse()).collect();
    Ok(OriginConfig {
        alias: granted.alias.clone(),
        base_url,
        methods: granted.methods.clone(),
        address_ranges: ranges.map_err(|_| Fault::of(field("address_ranges"), Wrong::Range))?,
        ca_file: None,
        ca_pem: granted.ca_pem.clone(),
    })
}

fn credential(granted: &GrantedCredential, secret: Option<SecretString>) -> Result<CredentialConfig, Fault> {
    let field = |name: &str| format!("credential.{}.{name}", granted.slot);
    let kind = CredentialKind::ALL.into_iter().find(|kind| kind.name() == granted.kind);
    let token_url = granted.token_url.as_deref().map(Url::parse).transpose();
    Ok(CredentialConfig {
        slot: granted.slot.clone(),
        kind: kind.ok_or_else(|| Fault::of(field("kind"), Wrong::Choice))?,
        secret_file: None,
        secret: Some(secret.ok_or_else(|| Fault::of(field("secret"), Wrong::Missing))?),
        header: granted.header.clone(),
        user: granted.user.clone(),
        token_url: token_url.map_err(|_| Fault::of(field("token_url"), Wrong::Address))?,
        client_id: granted.client_id.clone(),
        scope: granted.scope.clone(),
        key_id: granted.key_id.clone(),
        certificate_file: None,
        certificate_pem: granted.certificate_pem.clone(),
    })
}
