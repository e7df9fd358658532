//! What `record.toml` binds for a recording: where the test system is, and how one signs in to it.
//!
//! Not here: asking it (`record`). The words are those of a source in the portal's configuration.
//! Invariant: secrets are read from files, never from `record.toml` itself, and every origin of the manifest is bound by name.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use samsyn_host::{
    credential::{ClientAuth, CredentialKind, Credentials, OAuth2, Slot},
    egress::{AddressRule, EgressLimits, Grant, SourceEgress},
    manifest::Manifest,
};
use secrecy::{SecretSlice, SecretString};
use serde::Deserialize;
use url::Url;

use crate::{
    pseudonyms::Rules,
    refusal::{Refusal, read_text},
};

/// File of a project that binds its origins for recording.
pub const RECORD_FILE: &str = "record.toml";

/// What `record.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// Where each origin of the manifest is.
    pub origins: BTreeMap<String, OriginBinding>,
    #[serde(default)]
    slots: BTreeMap<String, SlotBinding>,
    /// What stands in the place of people.
    #[serde(default)]
    pub pseudonyms: Rules,
    /// Headers of replies that this adapter reads beside the usual ones.
    #[serde(default)]
    pub keep_headers: Vec<String>,
}

/// Where one origin is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginBinding {
    /// Requests go below it.
    pub base_url: Url,
    /// The test system runs on this machine.
    #[serde(default)]
    allow_loopback: bool,
    /// Private addresses that it may be found at.
    #[serde(default)]
    address_ranges: Vec<String>,
    /// Who issued its certificate, where that is nobody whom everybody trusts.
    #[serde(default)]
    ca_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotBinding {
    kind: SlotKind,
    secret_file: PathBuf,
    #[serde(default)]
    header: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    token_url: Option<Url>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    /// The key's id at the token endpoint.
    #[serde(default)]
    key_id: Option<String>,
    #[serde(default)]
    certificate_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SlotKind {
    StaticHeader,
    Basic,
    /// With a client secret. The manifest's word is understood too.
    #[serde(alias = "oauth2-client-credentials")]
    ClientCredentials,
    /// With a signed statement instead of a secret.
    PrivateKeyJwt,
    ClientCertificate,
    Hmac,
}

/// Reads `record.toml`.
///
/// # Errors
/// Names the line that cannot be read.
pub fn read(file: &Path) -> Result<Binding, Refusal> {
    let text = read_text(
        file,
        "write where the test system is: [origins.ALIAS] base_url, [slots.NAME] kind and secret_file, [pseudonyms]",
    )?;
    toml::from_str(&text).map_err(|error| Refusal::file(file, &error.to_string().trim_end(), "correct this line"))
}

/// The network with nothing in it but what is bound.
///
/// # Errors
/// When something is not bound, or bound to what the portal does not allow.
pub fn network(
    manifest: &Manifest,
    binding: &Binding,
    folder: &Path,
    limits: &EgressLimits,
) -> Result<SourceEgress, Refusal> {
    let mut grants = Vec::new();
    for origin in &manifest.origins {
        let Some(bound) = binding.origins.get(&origin.alias) else {
            return Err(Refusal::new(
                format!("{RECORD_FILE} binds no origin `{}`", origin.alias),
                format!("add [origins.{}] with base_url", origin.alias),
            ));
        };
        grants.push(grant(&origin.alias, origin.methods.clone(), bound, folder)?);
    }
    let mut credentials = Credentials::new();
    let aliases: Vec<String> = grants.iter().map(|grant| grant.alias.clone()).collect();
    for (name, slot) in &binding.slots {
        if let Some(url) = &slot.token_url {
            grants.push(token_grant(name, url, slot_is_local(binding)));
        }
        credentials = credentials.with(name, Slot { origins: aliases.clone(), kind: credential(name, slot, folder)? });
    }
    SourceEgress::new(grants, credentials, limits.clone()).map_err(|error| {
        Refusal::new(
            error.to_string(),
            format!(
                "correct {RECORD_FILE}; a test system on this machine needs `allow_loopback = true` under its origin, \
                 one on a private network `address_ranges = [\"10.1.0.0/16\"]`"
            ),
        )
    })
}

fn slot_is_local(binding: &Binding) -> bool {
    binding.origins.values().any(|origin| origin.allow_loopback)
}

fn grant(alias: &str, methods: Vec<http::Method>, bound: &OriginBinding, folder: &Path) -> Result<Grant, Refusal> {
    let ranges = bound.address_ranges.iter().map(|range| {
        range.parse().map_err(|_| Refusal::new(format!("`{range}` is no address range"), "write it like 10.1.0.0/16"))
    });
    let ranges = ranges.collect::<Result<Vec<_>, Refusal>>()?;
    let ca_pem = bound
        .ca_file
        .as_ref()
        .map(|file| read_text(&folder.join(file), "give the issuer's certificate as PEM"))
        .transpose()?;
    Ok(Grant {
        methods,
        address_ranges: if ranges.is_empty() { AddressRule::Public } else { AddressRule::Ranges(ranges) },
        allow_loopback: bound.allow_loopback,
        allow_http: bound.allow_loopback && bound.base_url.scheme() == "http",
        ca_pem,
        ..Grant::read_only(alias, bound.base_url.clone())
    })
}

/// The token endpoint: for the host alone.
fn token_grant(slot: &str, url: &Url, local: bool) -> Grant {
    let mut base = url.clone();
    base.set_path("/");
    base.set_query(None);
    Grant {
        methods: vec![http::Method::POST],
        allow_loopback: local,
        allow_http: local && base.scheme() == "http",
        host_only: true,
        ..Grant::read_only(format!("token-{slot}"), base)
    }
}

fn credential(name: &str, slot: &SlotBinding, folder: &Path) -> Result<CredentialKind, Refusal> {
    let secret =
        read_text(&folder.join(&slot.secret_file), "put the secret there, outside version control")?.trim().to_owned();
    Ok(match slot.kind {
        SlotKind::StaticHeader => CredentialKind::StaticHeader {
            name: needed(name, "header", slot.header.as_ref())?,
            value: SecretString::from(secret),
        },
        SlotKind::Basic => CredentialKind::Basic {
            user: needed(name, "user", slot.user.as_ref())?,
            password: SecretString::from(secret),
        },
        SlotKind::ClientCredentials => {
            CredentialKind::OAuth2(oauth2(name, slot, ClientAuth::SecretBasic(SecretString::from(secret)))?)
        }
        SlotKind::PrivateKeyJwt => {
            let auth = ClientAuth::PrivateKeyJwt { es256_pem: SecretString::from(secret), kid: slot.key_id.clone() };
            CredentialKind::OAuth2(oauth2(name, slot, auth)?)
        }
        SlotKind::ClientCertificate => {
            let file = needed(name, "certificate_file", slot.certificate_file.as_ref())?;
            CredentialKind::ClientCertificate {
                cert_pem: read_text(&folder.join(file), "give the certificate as PEM")?,
                key_pem: SecretString::from(secret),
            }
        }
        SlotKind::Hmac => CredentialKind::Hmac { key: SecretSlice::from(secret.into_bytes()) },
    })
}

fn oauth2(name: &str, slot: &SlotBinding, auth: ClientAuth) -> Result<OAuth2, Refusal> {
    Ok(OAuth2 {
        token_url: needed(name, "token_url", slot.token_url.as_ref())?,
        client_id: needed(name, "client_id", slot.client_id.as_ref())?,
        scope: slot.scope.clone(),
        auth,
    })
}

fn needed<T: Clone>(slot: &str, key: &str, value: Option<&T>) -> Result<T, Refusal> {
    let absent = || Refusal::new(format!("[slots.{slot}] has no `{key}`"), format!("add it in {RECORD_FILE}"));
    value.cloned().ok_or_else(absent)
}
