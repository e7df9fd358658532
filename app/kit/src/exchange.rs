//! One recorded exchange: which request it answers, and with what.
//!
//! A line of `exchanges.jsonl`. Not here: playing them (`script`), making them worse (`variation`).
//! Invariant: what is not written in `match` is not compared, and an exchange that cannot be read names its line.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use samsyn_host::egress::ErrorKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::refusal::{Refusal, read_text};

/// A request and what answers it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Line in the file, from 1.
    pub line: usize,
    /// The request it answers.
    pub request: Match,
    /// The answer.
    pub outcome: Outcome,
    /// The adapter's answer does not depend on it.
    pub optional: bool,
}

/// The request an exchange answers.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Alias of the origin.
    pub origin: String,
    /// Verb in capitals.
    pub method: String,
    /// Path and query below the base URL.
    pub path: String,
    /// Slot that must be applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// Headers that must have these values; names in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// JSON that the body must equal, or a text that it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// What answers a request.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A reply after a delay.
    Reply {
        /// Its content.
        reply: samsyn_host::egress::Reply,
        /// Until it has come whole.
        delay: Duration,
    },
    /// No reply.
    Error(ErrorKind),
}

/// A request as it was made, in the words of a [`Match`].
#[derive(Debug, Clone)]
pub struct Asked {
    /// Alias of the origin.
    pub origin: String,
    /// Verb.
    pub method: String,
    /// Path and query below the base URL.
    pub path: String,
    /// Slot that was applied.
    pub credential: Option<String>,
    /// Headers by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: Option<Vec<u8>>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(rename = "match")]
    request: Match,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<WrittenReply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<WrittenError>,
    #[serde(default, skip_serializing_if = "is_false")]
    optional: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenReply {
    status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    delay_ms: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenError {
    kind: String,
}

/// The contract's words for a request without a reply.
pub const ERROR_KINDS: [(&str, ErrorKind); 12] = [
    ("denied", ErrorKind::Denied),
    ("invalid-request", ErrorKind::InvalidRequest),
    ("credential", ErrorKind::Credential),
    ("dns", ErrorKind::Dns),
    ("connect", ErrorKind::Connect),
    ("tls", ErrorKind::Tls),
    ("timeout", ErrorKind::Timeout),
    ("deadline", ErrorKind::Deadline),
    ("too-large", ErrorKind::TooLarge),
    ("protocol", ErrorKind::Protocol),
    ("busy", ErrorKind::Busy),
    ("other", ErrorKind::Other),
];

/// Reads the exchanges of a case, in order.
///
/// # Errors
/// Names the line and what is wrong with it.
pub fn read(file: &Path) -> Result<Vec<Exchange>, Refusal> {
    let text = read_text(file, "a case needs this file; it may be empty when the adapter asks nothing")?;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| read_line(file, number, line))
        .collect()
}

fn read_line(file: &Path, number: usize, line: &str) -> Result<Exchange, Refusal> {
    let refuse = |why: &str, advice: &str| Refusal::new(format!("{}, line {number}: {why}", file.display()), advice);
    let written: Line = serde_json::from_str(line).map_err(|error| {
        refuse(
            &error.to_string(),
            "write one JSON object per line: {\"match\": {\"origin\", \"method\", \"path\"}, \"reply\": {\"status\", \"headers\", \"body\"}}",
        )
    })?;
    let outcome = match (written.reply, written.error) {
        (Some(reply), None) => read_reply(file, reply).map_err(|error| refuse(&error.what, &error.advice))?,
        (None, Some(error)) => {
            let kind = ERROR_KINDS.iter().find(|(name, _)| *name == error.kind).map(|(_, kind)| *kind);
            let names = ERROR_KINDS.map(|(name, _)| name).join(", ");
            Outcome::Error(kind.ok_or_else(|| refuse("no such error kind", &format!("use one of {names}")))?)
        }
        _ => return Err(refuse("it needs `reply` or `error`, and not both", "write the one that the source did")),
    };
    Ok(Exchange { line: number, request: written.request, outcome, optional: written.optional })
}

fn read_reply(file: &Path, written: WrittenReply) -> Result<Outcome, Refusal> {
    let body = match (written.body, written.file) {
        (Some(_), Some(_)) => return Err(Refusal::new("`body` and `file` at once", "keep one of them")),
        (Some(Value::String(text)), None) => text.into_bytes(),
        (Some(json), None) => json.to_string().into_bytes(),
        (None, Some(name)) => {
            if name.contains(['/', '\\']) || name == ".." {
                return Err(Refusal::new(
                    "`file` names another folder",
                    "put the file beside exchanges.jsonl and write its name only",
                ));
            }
            let path = file.with_file_name(&name);
            fs::read(&path)
                .map_err(|error| Refusal::file(&path, &error, "put the reply's bytes there, or write `body`"))?
        }
        (None, None) => Vec::new(),
    };
    let headers = written.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    let reply = samsyn_host::egress::Reply { status: written.status, headers, body };
    Ok(Outcome::Reply { reply, delay: Duration::from_millis(written.delay_ms) })
}

/// One exchange as a line, for the recorder. The body is written as JSON when it is JSON, otherwise as text; or it stands in a file beside.
pub fn write(request: &Match, outcome: &Outcome, file: Option<&str>) -> String {
    let (reply, error) = match outcome {
        Outcome::Reply { reply, delay } => (Some(written(reply, *delay, file)), None),
        Outcome::Error(kind) => {
            let known = ERROR_KINDS.iter().find(|(_, known)| known == kind);
            (None, Some(WrittenError { kind: known.map_or("other", |(name, _)| *name).to_owned() }))
        }
    };
    let line = Line { request: request.clone(), reply, error, optional: false };
    serde_json::to_string(&line).unwrap_or_default()
}

fn written(reply: &samsyn_host::egress::Reply, delay: Duration, file: Option<&str>) -> WrittenReply {
    let body = match serde_json::from_slice::<Value>(&reply.body) {
        Ok(json) => json,
        Err(_) => Value::String(String::from_utf8_lossy(&reply.body).into_owned()),
    };
    WrittenReply {
        status: reply.status,
        headers: reply.headers.iter().cloned().collect(),
        body: (!reply.body.is_empty() && file.is_none()).then_some(body),
        file: file.map(ToOwned::to_owned),
        delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
    }
}

impl Match {
    /// What keeps a request from being this one; none when it is.
    pub fn difference(&self, asked: &Asked) -> Option<String> {
        let differs = |what: &str, here: &str, there: &str| {
            (here != there).then(|| format!("{what} `{there}` instead of `{here}`"))
        };
        differs("origin", &self.origin, &asked.origin)
            .or_else(|| differs("method", &self.method, &asked.method))
            .or_else(|| differs("path", &self.path, &asked.path))
            .or_else(|| {
                let slot = self.credential.as_ref()?;
                differs("credential", slot, asked.credential.as_deref().unwrap_or("(none)"))
            })
            .or_else(|| {
                self.headers.iter().find_map(|(name, value)| {
                    let found = asked.headers.get(&name.to_ascii_lowercase()).map_or("(none)", String::as_str);
                    differs(&format!("header {name}"), value, found)
                })
            })
            .or_else(|| self.body.as_ref().and_then(|body| body_difference(body, asked.body.as_deref())))
    }
}

fn body_difference(expected: &Value, found: Option<&[u8]>) -> Option<String> {
    let found = found.unwrap_or_default();
    let same = match expected {
        Value::String(text) => text.as_bytes() == found,
        json => serde_json::from_slice::<Value>(found).is_ok_and(|found| found == *json),
    };
    (!same).then(|| format!("body `{}` instead of `{expected}`", String::from_utf8_lossy(found)))
}

impl Asked {
    /// Verb, origin and path, for messages.
    pub fn named(&self) -> String {
        format!("{} {} {}", self.method, self.origin, self.path)
    }
}
