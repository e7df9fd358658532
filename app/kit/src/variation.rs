//! Every way in which one exchange of a case is made worse, without the author's help.
//!
//! Not here: what an adapter may answer then (`judge`).
//! Invariant: a variation depends on the exchange alone, so that every run of the kit varies in the same way.

use std::time::Duration;

use samsyn_host::egress::{ErrorKind, Reply};
use serde_json::Value;

use crate::exchange::Outcome;

/// One exchange made worse, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variation {
    /// Which exchange, from 0; none when it happens to all of them.
    pub exchange: Option<usize>,
    /// What happens to it.
    pub fault: Fault,
}

/// What can happen to an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens.
    Connect,
    /// No answer within the origin's limit.
    Timeout,
    /// Status 500.
    ServerError,
    /// Status 429 with `retry-after`.
    TooMany,
    /// Status 401.
    Unauthorized,
    /// Status 200 and nothing.
    Empty,
    /// Half of the reply.
    Truncated,
    /// Status 200 and a page for people.
    HtmlPage,
    /// Ten times as much.
    TenTimes,
    /// Almost too late.
    Slow(Duration),
    /// Every later request gets this reply again.
    PageLoop,
    /// Every record twice.
    DuplicateIds,
    /// Codes that nobody knows.
    UnknownCodes,
    /// Every reply is about somebody else: these spellings, each with what stands there instead.
    OtherPatient(Vec<(String, String)>),
}

const HTML: &str =
    "<!DOCTYPE html><html><head><title>Underhåll</title></head><body><h1>Vi är strax tillbaka</h1></body></html>";
const UNKNOWN: &str = "zz-unknown";

impl Fault {
    /// Name in tables and reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect error",
            Self::Timeout => "timeout",
            Self::ServerError => "status 500",
            Self::TooMany => "status 429",
            Self::Unauthorized => "status 401",
            Self::Empty => "empty reply",
            Self::Truncated => "truncated reply",
            Self::HtmlPage => "an HTML page with status 200",
            Self::TenTimes => "ten times the size",
            Self::Slow(_) => "slow reply",
            Self::PageLoop => "pages without an end",
            Self::DuplicateIds => "every record twice",
            Self::UnknownCodes => "unknown codes",
            Self::OtherPatient(_) => "a reply about another patient",
        }
    }

    /// Whether the exchange has failed, so that nothing that depends on it may be said to be whole or to be none.
    pub const fn breaks(&self) -> bool {
        matches!(
            self,
            Self::Connect
                | Self::Timeout
                | Self::ServerError
                | Self::TooMany
                | Self::Unauthorized
                | Self::Empty
                | Self::Truncated
                | Self::HtmlPage
        )
    }
}

/// Everything that can happen to the exchanges of a case. `answer_timeout` is the origin's limit; `spellings` are the patient's number and
/// what stands for another patient.
pub fn of(
    exchanges: &[crate::exchange::Exchange],
    answer_timeout: Duration,
    spellings: &[(String, String)],
) -> Vec<Variation> {
    let almost = answer_timeout.saturating_sub(Duration::from_millis(100));
    let mut all = Vec::new();
    for (exchange, recorded) in exchanges.iter().enumerate() {
        let Outcome::Reply { reply, .. } = &recorded.outcome else { continue };
        let mut faults = vec![Fault::Connect, Fault::Timeout, Fault::ServerError, Fault::TooMany, Fault::Unauthorized];
        if (200..300).contains(&reply.status) && !reply.body.is_empty() {
            faults.extend([
                Fault::Empty,
                Fault::Truncated,
                Fault::HtmlPage,
                Fault::TenTimes,
                Fault::Slow(almost),
                Fault::PageLoop,
            ]);
            faults.extend([Fault::DuplicateIds, Fault::UnknownCodes]);
        }
        let made = faults.into_iter().map(|fault| Variation { exchange: Some(exchange), fault });
        all.extend(made.filter(|variation| variation.changes(&recorded.outcome)));
    }
    let another = Variation { exchange: None, fault: Fault::OtherPatient(spellings.to_vec()) };
    if exchanges.iter().any(|exchange| another.changes(&exchange.outcome)) {
        all.push(another);
    }
    all
}

impl Variation {
    /// The exchange that every later request gets the reply of.
    pub fn looping(&self) -> Option<usize> {
        self.exchange.filter(|_| self.fault == Fault::PageLoop)
    }

    /// Whether it happens to this exchange.
    pub fn concerns(&self, index: usize) -> bool {
        self.exchange.is_none_or(|exchange| exchange == index)
    }

    /// Whether it is any different from the recorded one.
    fn changes(&self, recorded: &Outcome) -> bool {
        match (self.of(recorded), recorded) {
            (Outcome::Reply { reply: varied, .. }, Outcome::Reply { reply, .. }) => {
                matches!(self.fault, Fault::PageLoop | Fault::Slow(_))
                    || varied.body != reply.body
                    || varied.status != reply.status
            }
            _ => true,
        }
    }

    /// The outcome made worse.
    pub fn of(&self, recorded: &Outcome) -> Outcome {
        let Outcome::Reply { reply, delay } = recorded else { return recorded.clone() };
        let with = |body: Vec<u8>| Outcome::Reply { reply: Reply { body, ..reply.clone() }, delay: *delay };
        let page = |status: u16, headers: Vec<(String, String)>, body: &str| Outcome::Reply {
            reply: Reply { status, headers, body: body.as_bytes().to_vec() },
            delay: *delay,
        };
        let html = || vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        match &self.fault {
            Fault::Connect => Outcome::Error(ErrorKind::Connect),
            Fault::Timeout => Outcome::Error(ErrorKind::Timeout),
            Fault::ServerError => page(500, html(), HTML),
            Fault::TooMany => page(429, vec![("retry-after".to_owned(), "30".to_owned())], ""),
            Fault::Unauthorized => page(401, html(), HTML),
            Fault::Empty => with(Vec::new()),
            Fault::Truncated => with(cut(&reply.body)),
            Fault::HtmlPage => page(200, html(), HTML),
            Fault::TenTimes => with(times(&reply.body, 10, true)),
            Fault::Slow(until) => Outcome::Reply { reply: reply.clone(), delay: *until },
            Fault::PageLoop => recorded.clone(),
            Fault::DuplicateIds => with(times(&reply.body, 2, false)),
            Fault::UnknownCodes => with(unknown_codes(&reply.body)),
            Fault::OtherPatient(spellings) => with(replaced(&reply.body, spellings)),
        }
    }
}

/// About half, never up to the end of a line: a file that ends with a whole line cannot be told from a whole file.
fn cut(body: &[u8]) -> Vec<u8> {
    let mut end = body.len() / 2;
    while end > 1 && body.get(end - 1).is_some_and(|byte| matches!(byte, b'\n' | b'\r' | b'}' | b']' | b'>')) {
        end -= 1;
    }
    body.get(..end).unwrap_or_default().to_vec()
}

/// Every list of records, or every line after the first, so many times; with ids of their own when asked.
fn times(body: &[u8], count: usize, own_ids: bool) -> Vec<u8> {
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        multiply(&mut json, count, own_ids);
        return json.to_string().into_bytes();
    }
    let text = String::from_utf8_lossy(body);
    if text.trim_start().starts_with('<') {
        // White space after the end is well-formed and has to be read.
        let more = if own_ids { body.len() * (count - 1) } else { 0 };
        return body.iter().copied().chain(std::iter::repeat_n(b' ', more)).collect();
    }
    let Some(first) = body.iter().position(|byte| *byte == b'\n') else { return body.to_vec() };
    let (head, rows) = body.split_at(first + 1);
    let mut all = head.to_vec();
    for _ in 0..count {
        all.extend_from_slice(rows);
        if !rows.ends_with(b"\n") {
            all.push(b'\n');
        }
    }
    all
}

/// The outermost lists of records; a list within a record stays, so that ten times is ten times and not a thousand.
fn multiply(json: &mut Value, count: usize, own_ids: bool) {
    match json {
        Value::Array(items) if items.iter().all(Value::is_object) => {
            let once = items.clone();
            for turn in 1..count {
                items.extend(once.iter().cloned().map(|item| if own_ids { renamed(item, turn) } else { item }));
            }
        }
        Value::Array(items) => {
            for item in items {
                multiply(item, count, own_ids);
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| multiply(value, count, own_ids)),
        _ => {}
    }
}

/// With an id of its own, which stands in the record or in an object within it, and with the addresses that end with it.
fn renamed(mut item: Value, turn: usize) -> Value {
    let Value::Object(fields) = &mut item else { return item };
    let of = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
    let inner = fields.values().find_map(of);
    let Some(id) = fields.get("id").and_then(Value::as_str).map(str::to_owned).or(inner) else { return item };
    let new = format!("{id}-{turn}");
    for value in fields.values_mut() {
        match value {
            Value::String(text) if *text == id || text.ends_with(&format!("/{id}")) => {
                text.truncate(text.len() - id.len());
                text.push_str(&new);
            }
            Value::Object(inner) => {
                if let Some(Value::String(own)) = inner.get_mut("id").filter(|own| own.as_str() == Some(id.as_str())) {
                    own.clone_from(&new);
                }
            }
            _ => {}
        }
    }
    item
}

/// Whether a field holds a code rather than words for people.
fn is_code(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["code", "kod", "kind", "type", "typ", "status", "sort", "slag"].iter().any(|word| name.ends_with(word))
}

fn unknown_codes(body: &[u8]) -> Vec<u8> {
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        replace_codes(&mut json);
        return json.to_string().into_bytes();
    }
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("code=\"") {
        let (before, after) = rest.split_at(at + 6);
        result.push_str(before);
        let Some(end) = after.find('"') else { break };
        result.push_str(UNKNOWN);
        rest = after.get(end..).unwrap_or_default();
    }
    result.push_str(rest);
    code_elements(&result).into_bytes()
}

/// The text of XML elements that hold a code.
fn code_elements(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.find('<').and_then(|open| rest.split_at_checked(open)) {
        result.push_str(before);
        let Some((tag, after)) = from.find('>').and_then(|end| from.split_at_checked(end + 1)) else {
            rest = from;
            break;
        };
        result.push_str(tag);
        rest = after;
        let name = tag.trim_start_matches('<').split([' ', '>', '/', '\n', '\t']).next().unwrap_or_default();
        let content = after.split('<').next().unwrap_or_default();
        if is_code(name) && !content.trim().is_empty() && !tag.ends_with("/>") {
            result.push_str(UNKNOWN);
            rest = after.get(content.len()..).unwrap_or_default();
        }
    }
    result.push_str(rest);
    result
}

fn replace_codes(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(replace_codes),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(code) if is_code(name) && name != "resourceType" => UNKNOWN.clone_into(code),
                    other => replace_codes(other),
                }
            }
        }
        _ => {}
    }
}

fn replaced(body: &[u8], spellings: &[(String, String)]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    let swap = |text: String, (from, to): &(String, String)| text.replace(from.as_str(), to);
    spellings.iter().fold(text.to_owned(), swap).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &str) -> Outcome {
        let reply = Reply { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
        Outcome::Reply { reply, delay: Duration::ZERO }
    }

    fn body(fault: Fault, recorded: &str) -> String {
        match (Variation { exchange: Some(0), fault }).of(&reply(recorded)) {
            Outcome::Reply { reply, .. } => String::from_utf8(reply.body).unwrap(),
            Outcome::Error(kind) => format!("{kind:?}"),
        }
    }

    #[test]
    fn a_truncated_reply_never_ends_where_a_whole_one_could() {
        let cut = body(Fault::Truncated, r#"{"a":[{"id":"1"},{"id":"2"}]}"#);
        assert!(serde_json::from_str::<Value>(&cut).is_err(), "{cut}");
        assert_eq!(body(Fault::Truncated, "id;a\n1;2\n3;4\n5;6\n"), "id;a\n1;2");
    }

    #[test]
    fn ten_times_is_ten_times_the_records_with_ids_of_their_own() {
        let ten: Value = serde_json::from_str(&body(Fault::TenTimes, r#"{"rows":[{"id":"1"}]}"#)).unwrap();
        assert_eq!(ten["rows"].as_array().unwrap().len(), 10);
        assert_eq!(ten["rows"][9]["id"], "1-9");
        assert_eq!(body(Fault::DuplicateIds, "id\n1\n2\n"), "id\n1\n2\n1\n2\n");
    }

    #[test]
    fn a_list_within_a_record_stays_and_an_id_within_it_is_its_own_too() {
        let bundle = r#"{"entry":[{"fullUrl":"https://a.example/Flag/1","resource":{"id":"1","codes":[{"c":"x"}]}}]}"#;
        let ten: Value = serde_json::from_str(&body(Fault::TenTimes, bundle)).unwrap();
        let last = &ten["entry"][9];
        assert_eq!((&last["resource"]["id"], &last["fullUrl"]), (&"1-9".into(), &"https://a.example/Flag/1-9".into()));
        assert_eq!(last["resource"]["codes"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn codes_become_unknown_and_words_for_people_stay() {
        let varied: Value = serde_json::from_str(&body(
            Fault::UnknownCodes,
            r#"{"kind":"a","text":"Dusch","in":[{"statusCode":"b"}]}"#,
        ))
        .unwrap();
        assert_eq!(varied["kind"], UNKNOWN);
        assert_eq!(varied["in"][0]["statusCode"], UNKNOWN);
        assert_eq!(varied["text"], "Dusch");
        assert_eq!(
            body(Fault::UnknownCodes, r#"<a code="x" name="y"/>"#),
            format!(r#"<a code="{UNKNOWN}" name="y"/>"#)
        );
        assert_eq!(
            body(Fault::UnknownCodes, "<c:codeSystem>1.2</c:codeSystem><c:code>x</c:code><code/><text>Dusch</text>"),
            format!("<c:codeSystem>1.2</c:codeSystem><c:code>{UNKNOWN}</c:code><code/><text>Dusch</text>")
        );
    }

    #[test]
    fn a_reply_that_names_nobody_cannot_name_another() {
        let exchange = |text: &str| crate::exchange::Exchange {
            line: 1,
            request: serde_json::from_str(r#"{"origin":"api","method":"GET","path":"/"}"#).unwrap(),
            outcome: reply(text),
            optional: false,
        };
        let spellings = [("191212121212".to_owned(), "189001019802".to_owned())];
        let named = |text: &str| {
            of(&[exchange(text)], Duration::from_secs(5), &spellings)
                .iter()
                .any(|variation| matches!(variation.fault, Fault::OtherPatient(_)))
        };
        assert!(named(r#"{"person":"191212121212"}"#));
        assert!(!named(r#"{"rows":[]}"#));
    }
}
