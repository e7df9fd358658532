//! A case made by asking a real test system once.
//!
//! The only room of the kit that reaches a network, and only the origins that `record.toml` binds, through every door of the host. Not here:
//! what is replaced in what came (`pseudonyms`).
//! Invariant: no header of a request, no secret and no address of the test system is ever written, and nothing is written when a name or
//! number that was to be replaced is still there.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use encoding_rs::WINDOWS_1252;
use samsyn_domain::identifier::PersonIdentifier;
use samsyn_host::{
    egress::{EgressError, ErrorKind, Outgoing, Reply, Target},
    report::{Ended, LogLevel},
    witness::Witness,
};
use serde_json::Value;
use url::Url;

use crate::{
    binding::{self, Binding, OriginBinding, RECORD_FILE},
    case::{self, Case},
    exchange::{self, Match, Outcome},
    project::Project,
    pseudonyms::{Pseudonyms, Rules},
    refusal::Refusal,
    rehearsal::{Metering, Stage, runtime},
};

/// Headers of replies that any adapter may read. Others are written when `keep_headers` names them: they may tell of the test system.
const KEPT_HEADERS: &[&str] =
    &["content-type", "link", "retry-after", "etag", "last-modified", "location", "content-disposition"];

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
    let binding = binding::read(&folder.join(RECORD_FILE))?;
    let mut asked = Case::to_record(&cases.join(name))?;
    check_patient(&binding.pseudonyms, &asked)?;
    if let Some(person) = person {
        asked.question.patient = PersonIdentifier::stated(person)
            .map_err(|error| Refusal::new(format!("the person to ask for: {error}"), "give twelve digits"))?;
    }
    let stage = Stage::open(project, Metering::Off)?;
    let recorder = Arc::new(Recorder::default());
    let egress = binding::network(stage.manifest(), &binding, folder, &stage.limits().egress)?;
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
    let written = written(&seen, &binding, &addresses(&binding, &stage), &mut pseudonyms)?;
    for (name, content) in written
        .files
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .chain([(case::EXCHANGES, written.lines.as_bytes())])
    {
        let file = file.with_file_name(name);
        fs::write(&file, content).map_err(|error| Refusal::file(&file, &error, "make the folder writable"))?;
    }
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

/// What is written: the lines of the exchanges, and beside them replies that are not UTF-8.
#[derive(Default)]
struct Written {
    lines: String,
    files: Vec<(String, Vec<u8>)>,
}

/// The exchanges as lines, every one with its pseudonyms.
fn written(
    seen: &[Seen],
    binding: &Binding,
    addresses: &Addresses,
    pseudonyms: &mut Pseudonyms,
) -> Result<Written, Refusal> {
    let texts =
        seen.iter().map(|seen| seen.came.as_ref().map_or(Ok(None), |reply| decoded(&seen.request, reply).map(Some)));
    let texts = texts.collect::<Result<Vec<_>, Refusal>>()?;
    // Everybody is met before anybody is named, and a name found in a late reply is replaced in an early one too.
    for text in texts.iter().flatten() {
        pseudonyms.meet(text);
    }
    for text in texts.iter().flatten() {
        let _names = pseudonyms.text(text);
    }
    let mut written = Written::default();
    for (index, (Seen { request, came }, text)) in seen.iter().zip(&texts).enumerate() {
        let what = format!(
            "exchange {} ({} {} {})",
            index + 1,
            request.method,
            request.origin,
            pseudonyms.text(&request.path)
        );
        let request = Match {
            path: pseudonyms.text(&relative(&request.path, &request.origin, binding)),
            body: request.body.as_ref().map(|body| replaced(body, pseudonyms)),
            ..request.clone()
        };
        let (outcome, told) = match (came, text) {
            (Ok(reply), Some(text)) => {
                let told = told(text, addresses, pseudonyms);
                let headers = kept_headers(reply, binding, addresses, pseudonyms);
                let reply = Reply { status: reply.status, headers, body: told.clone().into_bytes() };
                (Outcome::Reply { reply, delay: Duration::ZERO }, told)
            }
            (Ok(_), None) => continue,
            (Err(kind), _) => (Outcome::Error(*kind), String::new()),
        };
        let line = exchange::write(&request, &outcome, None);
        refuse_what_is_left(&what, &told, &line, binding, pseudonyms)?;
        let is_utf8 = came.as_ref().map_or(true, |reply| std::str::from_utf8(&reply.body).is_ok());
        written.lines.push_str(&if is_utf8 {
            line
        } else {
            beside(index, &told, &request, &outcome, &mut written.files)?
        });
        written.lines.push('\n');
    }
    if let Some(most) = pseudonyms.exhausted() {
        return Err(Refusal::new(
            format!("the replies name more than {most} people; there are no more test numbers to give"),
            "record fewer people in one case: another patient of the test system, or fewer sections in query.json",
        ));
    }
    Ok(written)
}

/// A reply as text: UTF-8, or else windows-1252, which old systems write. What is no text at all cannot be searched for people.
fn decoded(request: &Match, reply: &Reply) -> Result<String, Refusal> {
    if let Ok(text) = std::str::from_utf8(&reply.body) {
        return Ok(text.to_owned());
    }
    let kind = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let kind = kind.map_or("", |(_, value)| value.split(';').next().unwrap_or_default().trim());
    let is_text =
        kind.is_empty() || ["text/", "xml", "json", "csv", "octet-stream"].iter().any(|word| kind.contains(word));
    if !is_text || reply.body.contains(&0) {
        return Err(Refusal::new(
            format!("the reply to {} {} is no text ({kind})", request.method, request.path),
            "write this exchange by hand, with the reply in a `file` whose people are invented",
        ));
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(&reply.body).0.into_owned())
}

/// A reply in a file of its own, in the encoding it came in.
fn beside(
    index: usize,
    told: &str,
    request: &Match,
    outcome: &Outcome,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<String, Refusal> {
    let (bytes, _, has_others) = WINDOWS_1252.encode(told);
    if has_others {
        return Err(Refusal::new(
            "a word under `replace` in [pseudonyms] has letters that windows-1252, in which the reply came, does not have",
            "replace by words of plain letters",
        ));
    }
    let name = format!("reply-{}.txt", index + 1);
    let line = exchange::write(request, outcome, Some(&name));
    files.push((name, bytes.into_owned()));
    Ok(line)
}

/// Nothing is written in which somebody is still named, or the test system.
fn refuse_what_is_left(
    what: &str,
    told: &str,
    line: &str,
    binding: &Binding,
    pseudonyms: &Pseudonyms,
) -> Result<(), Refusal> {
    if let Some(left) = pseudonyms.left_in(told).or_else(|| pseudonyms.left_in(line)) {
        return Err(Refusal::new(
            format!("{what} would still name somebody: {left}; nothing was written"),
            "name the field it stands in under `fields`, or the words under `replace`, in [pseudonyms]",
        ));
    }
    let hosts = binding.origins.values().filter_map(|origin| origin.base_url.host_str());
    if let Some(host) = hosts.into_iter().find(|host| line.contains(*host) || told.contains(*host)) {
        return Err(Refusal::new(
            format!("{what} would still name the test system, {host}; nothing was written"),
            format!("write another name for it under [pseudonyms.replace]: \"{host}\" = \"api.example\""),
        ));
    }
    Ok(())
}

fn kept_headers(
    reply: &Reply,
    binding: &Binding,
    addresses: &Addresses,
    pseudonyms: &mut Pseudonyms,
) -> Vec<(String, String)> {
    let kept = |name: &str| {
        KEPT_HEADERS.contains(&name) || binding.keep_headers.iter().any(|kept| kept.eq_ignore_ascii_case(name))
    };
    let headers = reply.headers.iter().filter(|(name, _)| kept(name));
    headers.map(|(name, value)| (name.clone(), told(value, addresses, pseudonyms))).collect()
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
