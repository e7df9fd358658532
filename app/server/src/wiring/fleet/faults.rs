//! What in a binding cannot be used, by the field of the form that it was written in.
//!
//! What an administrator easily gets wrong has words in the reader's language; the rest is told as the configuration file's checks have it, which
//! are made here, too. Invariant: a binding without faults can be made ready, as far as that can be told without reaching anybody.

use std::net::IpAddr;

use ipnet::IpNet;
use samsyn_domain::{
    binding::{BindingVersion, Fault, NAME_MAX_CHARS, Wrong},
    package::{Described, DescribedSetting},
    source::ProviderId,
};
use samsyn_host::manifest::Manifest;
use secrecy::SecretString;
use url::Host;

use super::{
    super::{agreement, sources},
    terms,
};
use crate::config::{Config, ConfigError, Findings, KeyPath, OriginConfig, SourceConfig};

/// Fewest and most milliseconds for an answer; the portal's own limit may be lower.
const ANSWER_LEAST_MS: u64 = 100;
const ANSWER_MOST_MS: u64 = 28_000;
/// Most lookups at once.
const AT_ONCE_MOST: u64 = 1_000;
/// Most memory of one lookup.
const MEMORY_MOST_MIB: u64 = 1_024;

/// Everything, the plain things first: the rest is told once those are right.
pub fn of(version: &BindingVersion, secrets: &[(String, SecretString)], config: &Config) -> Vec<Fault> {
    let mut faults = plain(version, config);
    let terms = match terms::of(version, secrets) {
        Ok(terms) => terms,
        Err(unreadable) => {
            faults.extend(unreadable);
            return faults;
        }
    };
    for origin in &terms.origins {
        faults.extend(address(origin, config));
        let permitted = |range: &IpNet| config.portal.private_ranges.iter().any(|known| known.contains(range));
        if !origin.address_ranges.iter().all(permitted) {
            faults.push(Fault::of(format!("origin.{}.address_ranges", origin.alias), Wrong::NotPermitted));
        }
    }
    if faults.is_empty() { deep(&terms, &version.binding.described, config) } else { faults }
}

fn plain(version: &BindingVersion, config: &Config) -> Vec<Fault> {
    let binding = &version.binding;
    let described = &binding.described;
    let mut faults = Vec::new();
    if binding.system.trim().is_empty() {
        faults.push(Fault::of("system", Wrong::Missing));
    }
    for (field, text) in
        [("system", Some(&binding.system)), ("phone", binding.phone.as_ref()), ("contact", binding.contact.as_ref())]
    {
        if text.is_some_and(|text| text.chars().count() > NAME_MAX_CHARS) {
            faults.push(Fault::of(field, Wrong::TooLong(NAME_MAX_CHARS)));
        }
    }
    let organisation = config.organisations.iter().find(|one| one.id == version.organisation);
    let known =
        |id: &ProviderId| organisation.is_some_and(|one| one.providers.iter().any(|provider| provider.id == *id));
    match &binding.provider {
        None if !described.multi_provider => faults.push(Fault::of("provider", Wrong::Missing)),
        Some(id) if !known(id) => faults.push(Fault::of("provider", Wrong::Choice)),
        _ => {}
    }
    let most = config.limits.answer_within_max_ms.clamp(500, ANSWER_MOST_MS);
    if !(ANSWER_LEAST_MS..=most).contains(&binding.answer_within_ms) {
        faults.push(Fault::of("answer_within_ms", Wrong::Number(ANSWER_LEAST_MS, most)));
    }
    for (field, number, most) in [
        ("lookups_at_once", binding.lookups_at_once, AT_ONCE_MOST),
        ("memory_mib", binding.memory_mib, MEMORY_MOST_MIB),
    ] {
        let number = number.map(|number| u64::try_from(number).unwrap_or(u64::MAX));
        if number.is_some_and(|number| !(1..=most).contains(&number)) {
            faults.push(Fault::of(field, Wrong::Number(1, most)));
        }
    }
    for (number, occasion) in binding.maintenance.iter().enumerate() {
        for (key, _) in occasion.unreasonable() {
            let why = if key == "minutes" { Wrong::Number(1, 1_440) } else { Wrong::Number(1, 5) };
            faults.push(Fault::of(format!("maintenance.{number}.{key}"), why));
        }
    }
    faults.extend(described.settings.iter().filter_map(|asked| setting(asked, binding.settings.get(&asked.key))));
    faults.extend(credentials(version));
    faults
}

fn setting(asked: &DescribedSetting, given: Option<&String>) -> Option<Fault> {
    let given = given.map(|given| given.trim()).filter(|given| !given.is_empty());
    let why = match (given, asked.kind.as_str()) {
        (None, _) => (asked.required && asked.default.is_none()).then_some(Wrong::Missing),
        (Some(given), "choice") => (!asked.choices.iter().any(|choice| choice == given)).then_some(Wrong::Choice),
        (Some(given), "boolean") => (!matches!(given, "true" | "false")).then_some(Wrong::Choice),
        (Some(given), "integer") => given.parse::<i64>().is_err().then(|| Wrong::Number(0, i64::MAX.unsigned_abs())),
        _ => None,
    };
    why.map(|why| Fault::of(format!("setting.{}", asked.key), why))
}

/// What the chosen kind of each credential cannot do without.
fn credentials(version: &BindingVersion) -> Vec<Fault> {
    let mut faults = Vec::new();
    for one in &version.binding.credentials {
        let needs: &[(&str, &Option<String>)] = match one.kind.as_str() {
            "static-header" => &[("header", &one.header)],
            "basic" => &[("user", &one.user)],
            "client-credentials" | "private-key-jwt" => &[("token_url", &one.token_url), ("client_id", &one.client_id)],
            "client-certificate" => &[("certificate", &one.certificate_pem)],
            _ => &[],
        };
        let missing = needs.iter().filter(|(_, value)| value.is_none());
        faults.extend(missing.map(|(name, _)| Fault::of(format!("credential.{}.{name}", one.slot), Wrong::Missing)));
    }
    faults
}

/// What is wrong with an address in the commonest ways.
fn address(origin: &OriginConfig, config: &Config) -> Option<Fault> {
    let field = format!("origin.{}.base_url", origin.alias);
    let scheme = origin.base_url.scheme();
    if scheme != "https" && (scheme != "http" || config.in_production()) {
        return Some(Fault::of(field, Wrong::Address));
    }
    let literal: Option<IpAddr> = match origin.base_url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) => None,
        None => return Some(Fault::of(field, Wrong::Address)),
    };
    let private = literal.is_some_and(|address| match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    });
    (private && origin.address_ranges.is_empty()).then(|| Fault::of(field, Wrong::Private))
}

/// The checks of the configuration file, and of the host.
fn deep(terms: &SourceConfig, described: &Described, config: &Config) -> Vec<Fault> {
    let read: Result<Manifest, _> = serde_json::to_value(described).and_then(serde_json::from_value);
    let manifest = match read {
        Ok(manifest) => manifest,
        Err(error) => return vec![Fault::of("package", Wrong::Detail(error.to_string()))],
    };
    let (key, mut found) = (KeyPath::default(), Findings::default());
    config.check_terms(terms, &key, &mut found);
    agreement::check(terms, &manifest, &key, &mut found);
    if let Err(ConfigError::Refused(problems)) = found.verdict() {
        return told(problems.iter().map(|problem| (problem.key.to_string(), problem.detail.clone())), terms);
    }
    match sources::egress(terms, config, &manifest, &key) {
        Err(ConfigError::Refused(problems)) => {
            told(problems.iter().map(|problem| (problem.key.to_string(), problem.detail.clone())), terms)
        }
        Err(error @ ConfigError::Unreadable { .. }) => vec![Fault::of("package", Wrong::Detail(error.to_string()))],
        Ok(_) => Vec::new(),
    }
}

fn told(problems: impl Iterator<Item = (String, String)>, terms: &SourceConfig) -> Vec<Fault> {
    problems.map(|(key, detail)| Fault::of(field(&key, terms), Wrong::Detail(detail))).collect()
}

/// The form's name for a key of the configuration file: `origin[0].base_url` is `origin.api.base_url`.
fn field(key: &str, terms: &SourceConfig) -> String {
    let (list, rest) = key.split_once('[').unwrap_or((key, ""));
    let (index, rest) = rest.split_once(']').unwrap_or(("", ""));
    let index: usize = index.parse().unwrap_or_default();
    let rest = rest.trim_start_matches('.').split('[').next().unwrap_or_default();
    let of = |name: Option<&String>, otherwise: &str| {
        let rest = match rest {
            "" => otherwise,
            "ca_file" => "ca",
            "certificate_file" => "certificate",
            "secret_file" => "secret",
            rest => rest,
        };
        format!("{list}.{}.{rest}", name.map_or("", String::as_str))
    };
    match list {
        "origin" => of(terms.origins.get(index).map(|origin| &origin.alias), "base_url"),
        "credential" => of(terms.credentials.get(index).map(|credential| &credential.slot), "secret"),
        other => other.replacen("settings.", "setting.", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_file_is_a_field_of_the_form() {
        let terms: SourceConfig = toml::from_str(
            "id = \"a\"\nsystem = \"A\"\nadapter = \"a\"\norganisation = \"o\"\n\
             [[origin]]\nalias = \"api\"\nbase_url = \"https://one.example/\"\n\
             [[credential]]\nslot = \"key\"\nkind = \"hmac\"\n",
        )
        .unwrap();
        for (key, expected) in [
            ("origin[0].base_url", "origin.api.base_url"),
            ("origin[0]", "origin.api.base_url"),
            ("origin[0].ca_file", "origin.api.ca"),
            ("origin[0].methods[1]", "origin.api.methods"),
            ("credential[0].secret_file", "credential.key.secret"),
            ("credential[0]", "credential.key.secret"),
            ("settings.lagrum", "setting.lagrum"),
            ("answer_within_ms", "answer_within_ms"),
            ("", ""),
        ] {
            assert_eq!(field(key, &terms), expected, "{key}");
        }
    }
}
