//! A case made by asking a real test system once.
//!
//! The only room of the kit that reaches a network, and only the origins that `record.toml` binds, through every door of the host. Not here:
//! what is replaced in what came (`pseudonyms`).
//! Invariant: no header of a request, no secret and no address of the test system is ever written, and nothing is written when a name or
//! number that was to be replaced is still there.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use samsyn_domain::identifier::PersonIdentifier;
use samsyn_host::{
    credential::{ClientAuth, CredentialKind, Credentials, OAuth2, Slot},
    egress::{AddressRule, EgressError, ErrorKind, Grant, Outgoing, Reply, SourceEgress, Target},
    manifest::Manifest,
    report::{Ended, LogLevel},
    witness::Witness,
};
use secrecy::{SecretSlice, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{
    case::{self, Case},
    exchange::{self, Match, Outcome},
    project::Project,
    pseudonyms::{Pseudonyms, Rules},
    refusal::{Refusal, read_text},
    rehearsal::{Metering, Stage, runtime},
};

/// File of a project that binds its origins for recording.
pub const RECORD_FILE: &str = "record.toml";

/// Headers of replies that any adapter may read. Others are written when `keep_headers` names them: they may tell of the test system.
const KEPT_HEADERS: &[&str] =
    &["content-type", "link", "retry-after", "etag", "last-modified", "location", "content-disposition"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Binding {
    origins: BTreeMap<String, OriginBinding>,
    #[serde(default)]
    slots: BTreeMap<String, SlotBinding>,
    #[serde(default)]
    pseudonyms: Rules,
    /// Headers of replies that this adapter reads beside the usual ones.
    #[serde(default)]
    keep_headers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OriginBinding {
    base_url: Url,
    /// The test system runs on this machine.
    #[serde(default)]
    allow_loopback: bool,
    /// Private addresses that it may be found at.
    #[serde(default)]
    address_ranges: Vec<String>,
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
    #[serde(default)]
    certificate_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SlotKind {
    StaticHeader,
    Basic,
    ClientCredentials,
    ClientCertificate,
    Hmac,
}

/// What a recording gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The file that was written.
    pub file: PathBuf,
    /// Exchanges in it.
    pub exchanges: usize,
    /// People and words that were given pseudonyms.
    pub pseudonyms: (usize, usize),
    /// How the lookup ended, when it did not end well.
    pub trouble: Option<String>,
}

/// What one request was, and what came.
struct Seen {
    request: Match,
    came: Result<Reply, ErrorKind>,
}

/// The addresses of the test system, each with the one that the case has in its place.
type Addresses = Vec<(String, String)>;

#[derive(Default)]
struct Recorder(Mutex<Vec<Seen>>);

impl Witness for Recorder {
    fn pushed(&self, _: &'static str, _: Value) {}

    fn status(&self, _: &str, _: Value) {}

    fn logged(&self, _: LogLevel, _: &str) {}

    fn exchanged(&self, origin: &str, request: &Outgoing, outcome: Result<&Reply, &EgressError>) {
        let came = match outcome {
            Ok(reply) => Ok(reply.clone()),
            Err(error) if is_the_hosts_own(error.kind) => return,
            Err(error) => Err(error.kind),
        };
        let path = match &request.target {
            Target::Path(path) => path.clone(),
            Target::Link(link) => link.clone(),
        };
        let body = request.body.as_deref().map(|body| match serde_json::from_slice::<Value>(body) {
            Ok(json) => json,
            Err(_) => Value::String(String::from_utf8_lossy(body).into_owned()),
        });
        let request = Match {
            origin: origin.to_owned(),
            method: request.method.to_string(),
            path,
            credential: request.credential.clone(),
            headers: BTreeMap::new(),
            body,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Seen { request, came });
    }

    fn failed(&self, _: &'static str, _: &str, _: &str) {}
}

/// Errors of requests that never left the host: they come again by themselves when the case is played.
const fn is_the_hosts_own(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Denied | ErrorKind::InvalidRequest | ErrorKind::Deadline | ErrorKind::Busy)
}

/// Asks the test system what a case's query asks, and writes its exchanges. `person` is whom the test system knows, when that is another
/// number than the query's.
///
/// # Errors
/// When something is not bound or not allowed, and when a pseudonym would not cover everything. Nothing is written then.
pub fn record(project: &Project, name: &str, person: Option<&str>, again: bool) -> Result<Recorded, Refusal> {
    let (Some(folder), Some(cases)) = (&project.folder, &project.cases) else {
        return Err(Refusal::new("a component by itself has no cases", "name the project's folder"));
    };
    let file = cases.join(name).join(case::EXCHANGES);
    if file.exists() && !again {
        return Err(Refusal::new(format!("{} exists", file.display()), "give --again to record it anew"));
    }
    let binding = read_binding(&folder.join(RECORD_FILE))?;
    let mut asked = Case::to_record(&cases.join(name))?;
    check_patient(&binding.pseudonyms, &asked)?;
    if let Some(person) = person {
        asked.question.patient = PersonIdentifier::stated(person)
            .map_err(|error| Refusal::new(format!("the person to ask for: {error}"), "give twelve digits"))?;
    }
    let stage = Stage::open(project, Metering::Off)?;
    let recorder = Arc::new(Recorder::default());
    let egress = network(stage.manifest(), &binding, folder, &stage)?;
    let report = runtime(false)?.block_on(stage.rehearse(&asked, egress, Arc::clone(&recorder) as _))?;
    let seen = std::mem::take(&mut *recorder.0.lock().unwrap_or_else(PoisonError::into_inner));
    if seen.iter().all(|seen| seen.came.is_err()) && file.exists() {
        // What was recorded before is worth more than a system that does not answer.
        return Err(Refusal::new(
            format!("the test system gave no reply; {} was left as it is ({:?})", file.display(), report.ended),
            "see that it can be reached from here: base_url, allow_loopback and address_ranges of its origin in record.toml",
        ));
    }
    let mut pseudonyms = Pseudonyms::new(binding.pseudonyms.clone(), &asked.question.patient);
    let text = written(&seen, &binding, &addresses(&binding, &stage), &mut pseudonyms)?;
    fs::write(&file, text).map_err(|error| Refusal::file(&file, &error, "make the folder writable"))?;
    let trouble = (report.ended != Ended::Returned).then(|| format!("{:?}", report.ended));
    Ok(Recorded { file, exchanges: seen.len(), pseudonyms: pseudonyms.given(), trouble })
}

fn check_patient(rules: &Rules, case: &Case) -> Result<(), Refusal> {
    if rules.patient == case.question.patient.digits() {
        return Ok(());
    }
    let what = format!("{RECORD_FILE} makes the patient another than the query of `{}`", case.name);
    Err(Refusal::new(what, "write the query's number as `patient` under [pseudonyms]"))
}

/// The base URL of each origin, and what stands for it in the case: links in replies must lead below the latter.
fn addresses(binding: &Binding, stage: &Stage) -> Addresses {
    let plain = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let address = |(alias, bound): (&String, &OriginBinding)| Some((plain(&bound.base_url), plain(stage.base(alias)?)));
    // A `location` may lead to the same host beside the base URL.
    let host = |(alias, bound): (&String, &OriginBinding)| {
        let of = |url: &Url| url.origin().ascii_serialization();
        Some((of(&bound.base_url), of(stage.base(alias)?)))
    };
    let mut addresses: Addresses =
        binding.origins.iter().filter_map(address).chain(binding.origins.iter().filter_map(host)).collect();
    // One may begin like another; the longer one first.
    addresses.sort_by_key(|(address, _)| std::cmp::Reverse(address.len()));
    addresses
}

/// A text with every pseudonym, and without the addresses of the test system.
fn told(text: &str, addresses: &Addresses, pseudonyms: &mut Pseudonyms) -> String {
    addresses.iter().fold(pseudonyms.text(text), |text, (from, to)| text.replace(from.as_str(), to))
}

/// The exchanges as lines, every one with its pseudonyms.
fn written(
    seen: &[Seen],
    binding: &Binding,
    addresses: &Addresses,
    pseudonyms: &mut Pseudonyms,
) -> Result<String, Refusal> {
    // Twice, so that a name found in a late reply is replaced in an early one too.
    for reply in seen.iter().filter_map(|seen| seen.came.as_ref().ok()) {
        let _names = pseudonyms.text(&String::from_utf8_lossy(&reply.body));
    }
    let mut lines = String::new();
    for Seen { request, came } in seen {
        let outcome = match came {
            Ok(reply) => Outcome::Reply {
                reply: without_people(request, reply, binding, addresses, pseudonyms)?,
                delay: Duration::ZERO,
            },
            Err(kind) => Outcome::Error(*kind),
        };
        let request = Match {
            path: pseudonyms.text(&relative(&request.path, &request.origin, binding)),
            body: request.body.as_ref().map(|body| replaced(body, pseudonyms)),
            ..request.clone()
        };
        lines.push_str(&exchange::write(&request, &outcome));
        lines.push('\n');
    }
    if pseudonyms.still_names(&lines) {
        return Err(Refusal::new(
            "what was recorded still names somebody who was to be replaced; nothing was written",
            "name the field it stands in under `fields`, or the words under `replace`, in [pseudonyms]",
        ));
    }
    Ok(lines)
}

fn without_people(
    request: &Match,
    reply: &Reply,
    binding: &Binding,
    addresses: &Addresses,
    pseudonyms: &mut Pseudonyms,
) -> Result<Reply, Refusal> {
    let body = std::str::from_utf8(&reply.body).map_err(|_| {
        Refusal::new(
            format!("the reply to {} {} is not UTF-8 text", request.method, request.path),
            "write this exchange by hand, with the reply in a `file` whose people are invented",
        )
    })?;
    let kept = |name: &str| {
        KEPT_HEADERS.contains(&name) || binding.keep_headers.iter().any(|kept| kept.eq_ignore_ascii_case(name))
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in reply.headers.iter().filter(|(name, _)| kept(name)) {
        headers.push((name.clone(), told(value, addresses, pseudonyms)));
    }
    Ok(Reply { status: reply.status, headers, body: told(body, addresses, pseudonyms).into_bytes() })
}

fn replaced(body: &Value, pseudonyms: &mut Pseudonyms) -> Value {
    match body {
        Value::String(text) => Value::String(pseudonyms.text(text)),
        json => serde_json::from_str(&pseudonyms.text(&json.to_string())).unwrap_or(Value::Null),
    }
}

/// A followed link as its path below the base URL.
fn relative(path: &str, origin: &str, binding: &Binding) -> String {
    let base = binding.origins.get(origin).map(|origin| origin.base_url.as_str().trim_end_matches('/'));
    base.and_then(|base| path.strip_prefix(base)).unwrap_or(path).to_owned()
}

fn read_binding(file: &Path) -> Result<Binding, Refusal> {
    let text = read_text(
        file,
        "write where the test system is: [origins.ALIAS] base_url, [slots.NAME] kind and secret_file, [pseudonyms]",
    )?;
    toml::from_str(&text).map_err(|error| Refusal::file(file, &error.to_string().trim_end(), "correct this line"))
}

fn network(manifest: &Manifest, binding: &Binding, folder: &Path, stage: &Stage) -> Result<SourceEgress, Refusal> {
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
    SourceEgress::new(grants, credentials, stage.limits().egress.clone())
        .map_err(|error| Refusal::new(error.to_string(), format!("correct {RECORD_FILE}")))
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
    let needed = |key: &str, value: Option<&String>| {
        value
            .cloned()
            .ok_or_else(|| Refusal::new(format!("[slots.{name}] has no `{key}`"), format!("add it in {RECORD_FILE}")))
    };
    let secret =
        read_text(&folder.join(&slot.secret_file), "put the secret there, outside version control")?.trim().to_owned();
    Ok(match slot.kind {
        SlotKind::StaticHeader => CredentialKind::StaticHeader {
            name: needed("header", slot.header.as_ref())?,
            value: SecretString::from(secret),
        },
        SlotKind::Basic => {
            CredentialKind::Basic { user: needed("user", slot.user.as_ref())?, password: SecretString::from(secret) }
        }
        SlotKind::ClientCredentials => CredentialKind::OAuth2(OAuth2 {
            token_url: slot.token_url.clone().ok_or_else(|| {
                Refusal::new(format!("[slots.{name}] has no `token_url`"), format!("add it in {RECORD_FILE}"))
            })?,
            client_id: needed("client_id", slot.client_id.as_ref())?,
            scope: slot.scope.clone(),
            auth: ClientAuth::SecretBasic(SecretString::from(secret)),
        }),
        SlotKind::ClientCertificate => {
            let file = slot.certificate_file.clone().ok_or_else(|| {
                Refusal::new(format!("[slots.{name}] has no `certificate_file`"), format!("add it in {RECORD_FILE}"))
            })?;
            CredentialKind::ClientCertificate {
                cert_pem: read_text(&folder.join(file), "give the certificate as PEM")?,
                key_pem: SecretString::from(secret),
            }
        }
        SlotKind::Hmac => CredentialKind::Hmac { key: SecretSlice::from(secret.into_bytes()) },
    })
}
