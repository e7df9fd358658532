//! What a source must not say, as far as its adapter need not be known.
//!
//! Invariant: every source is checked, also when another with its id has been.

use std::net::IpAddr;

use samsyn_host::egress::{
    Grant, GrantError,
    address::{AddressClass, classify},
};
use samsyn_service::record::{SOURCE_ID_MAX_BYTES, SOURCES_MAX};
use url::Host;

use super::{
    super::source::{CredentialConfig, OriginConfig, SourceConfig},
    Config, Findings, KeyPath, files, unique, unsafe_address,
};

/// Every source.
pub fn check(config: &Config, found: &mut Findings) {
    let key = KeyPath::from("source");
    let ids = config.sources.iter().enumerate();
    unique(found, ids.map(|(index, source)| (key.item(index).key("id"), source.id.as_str())));
    if config.sources.len() > SOURCES_MAX {
        let why = format!(
            "{} sources, and the log has room for {SOURCES_MAX} in the record of an opening; leave some out, or run several portals",
            config.sources.len()
        );
        found.refuse(key.item(SOURCES_MAX).key("id"), why);
    }
    for (index, source) in config.sources.iter().enumerate() {
        let key = key.item(index);
        if source.id.as_str().len() > SOURCE_ID_MAX_BYTES {
            found.refuse(key.key("id"), format!("is longer than {SOURCE_ID_MAX_BYTES} bytes; write a shorter one"));
        }
        belonging(config, source, &key, found);
        terms(config, source, &key, found);
    }
}

/// What it is granted and set up with, wherever that was written.
pub fn terms(config: &Config, source: &SourceConfig, key: &KeyPath, found: &mut Findings) {
    limits(config, source, key, found);
    let aliases = source.origins.iter().enumerate();
    unique(found, aliases.map(|(index, one)| (key.key("origin").item(index).key("alias"), one.alias.as_str())));
    for (index, origin) in source.origins.iter().enumerate() {
        self::origin(config, origin, &key.key("origin").item(index), found);
    }
    let slots = source.credentials.iter().enumerate();
    unique(found, slots.map(|(index, one)| (key.key("credential").item(index).key("slot"), one.slot.as_str())));
    for (index, credential) in source.credentials.iter().enumerate() {
        self::credential(config, credential, &key.key("credential").item(index), found);
    }
}

/// Whose it is and which adapter it has.
fn belonging(config: &Config, source: &SourceConfig, key: &KeyPath, found: &mut Findings) {
    if !config.adapters.iter().any(|adapter| adapter.name == source.adapter) {
        let known = names(config.adapters.iter().map(|adapter| adapter.name.as_str()));
        found.refuse(key.key("adapter"), format!("`{}` is not among [[adapter]]; {known}", source.adapter));
    }
    let Some(organisation) = config.organisations.iter().find(|known| known.id == source.organisation) else {
        let known = names(config.organisations.iter().map(|organisation| organisation.id.as_str()));
        let why = format!("`{}` is not among [[organisation]]; {known}", source.organisation);
        return found.refuse(key.key("organisation"), why);
    };
    if let Some(provider) = &source.provider
        && !organisation.providers.iter().any(|known| known.id == *provider)
    {
        let known = names(organisation.providers.iter().map(|provider| provider.id.as_str()));
        let why = format!("`{provider}` is not a provider of organisation `{}`; {known}", organisation.id);
        found.refuse(key.key("provider"), why);
    }
}

fn names<'a>(known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.map(|name| format!("`{name}`")).collect();
    if known.is_empty() { "there is none".into() } else { format!("known: {}", known.join(", ")) }
}

fn limits(config: &Config, source: &SourceConfig, key: &KeyPath, found: &mut Findings) {
    // A ceiling that makes no sense is told where it stands.
    let (given, ceiling) = (source.answer_within_ms, config.limits.answer_within_max_ms.clamp(500, 28_000));
    if !(100..=ceiling).contains(&given) {
        found.refuse(key.key("answer_within_ms"), format!("{given} is outside 100 … {ceiling}"));
    }
    for (number, occasion) in source.maintenance.iter().enumerate() {
        for (name, why) in occasion.unreasonable() {
            found.refuse(key.key("maintenance").item(number).key(name), why);
        }
    }
    for (name, why) in source.limits.unreasonable() {
        found.refuse(name.split('.').fold(key.key("limits"), |key, name| key.key(name)), why);
    }
    if source.sections.as_ref().is_some_and(Vec::is_empty) {
        found.refuse(key.key("sections"), "names no section, so it would never be asked; leave it out for all of them");
    }
}

fn origin(config: &Config, origin: &OriginConfig, key: &KeyPath, found: &mut Findings) {
    let relaxed = !config.in_production();
    let grant = Grant {
        allow_loopback: relaxed,
        allow_http: relaxed && origin.base_url.scheme() == "http",
        ..Grant::read_only("origin", origin.base_url.clone())
    };
    if let Some(why) = unsafe_address(&origin.base_url, config.in_production()) {
        found.refuse(key.key("base_url"), why);
    } else if let Err(GrantError::Grant { rule, .. }) = grant.validate() {
        found.refuse(key.key("base_url"), rule);
    } else if let Some(why) = unreachable(origin) {
        found.refuse(key.key("base_url"), why);
    }
    if let Some(file) = &origin.ca_file {
        files::readable(found, key.key("ca_file"), file);
    }
}

/// Why no request could ever get there. An address behind a name is checked with each connection.
fn unreachable(origin: &OriginConfig) -> Option<String> {
    let address: IpAddr = match origin.base_url.host()? {
        Host::Ipv4(address) => address.into(),
        Host::Ipv6(address) => address.into(),
        Host::Domain(_) => return None,
    };
    let is_in_range = origin.address_ranges.iter().any(|range| range.contains(&address));
    match classify(address) {
        AddressClass::Never(name) => Some(format!("leads to {name}, which nothing can permit; write the source's own")),
        AddressClass::Private if origin.address_ranges.is_empty() => {
            Some("leads to a private network; name its range in address_ranges".into())
        }
        AddressClass::Private | AddressClass::Public if !origin.address_ranges.is_empty() && !is_in_range => {
            Some("is outside this origin's address_ranges; add the range if it is the source's own".into())
        }
        AddressClass::Private | AddressClass::Public | AddressClass::Loopback => None,
    }
}

fn credential(config: &Config, credential: &CredentialConfig, key: &KeyPath, found: &mut Findings) {
    let kind = credential.kind;
    for (name, is_given) in credential.given() {
        let is_needed = kind.needs().contains(&name);
        if is_needed && !is_given {
            found.refuse(key.clone(), format!("key `{name}` is missing; kind `{}` needs it", kind.name()));
        } else if is_given && !is_needed && !kind.may_have().contains(&name) {
            let why = format!("kind `{}` has no use for it; leave it out, or choose another kind", kind.name());
            found.refused.add_name(key.key(name), why);
        }
    }
    match (&credential.secret_file, &credential.secret) {
        (Some(file), _) => files::secret(found, key.key("secret_file"), file, config.in_production()),
        (None, Some(_)) => {}
        (None, None) => found.refuse(key.clone(), "key `secret_file` is missing; name the file that holds the secret"),
    }
    if let Some(file) = &credential.certificate_file {
        files::readable(found, key.key("certificate_file"), file);
    }
    let token_url = credential.token_url.as_ref();
    if let Some(why) = token_url.and_then(|url| unsafe_address(url, config.in_production())) {
        found.refuse(key.key("token_url"), why);
    }
}
