//! Ways out of the sandbox. The host must close each, and say which rule it was.

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            http::{self, Error, ErrorKind, Header, Method, Request, Response, Target},
            sink,
            types::{Failure, FailureKind},
        },
    },
    content::{document, finish, number},
    failure, target,
};

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    let records = || get("/records", query);
    let request = match behaviour {
        "well-behaved" => records(),
        "get" => get(&target(), query),
        "link" => Request { target: Target::Link(target()), ..records() },
        "alias" => Request { origin: target(), ..records() },
        "method" => Request { method: Method::Delete, ..records() },
        "credential" => Request { credential: Some(target()), ..records() },
        "get-with-body" => Request { body: Some(target().into_bytes()), ..records() },
        "header" => Request { headers: vec![header(&target())], ..records() },
        "header-flood" => Request { headers: (0..50_000).map(|_| header("x-flood: x")).collect(), ..records() },
        "twice" => {
            if let Err(error) = http::send(&records()) {
                return Some(Err(named(&error)));
            }
            records()
        }
        "requests" => {
            many(query);
            return Some(Ok(()));
        }
        "bodies" => {
            bodies(query);
            return Some(Ok(()));
        }
        _ => return None,
    };
    Some(report(query, http::send(&request)))
}

/// The self test: one request.
pub fn check() -> Result<String, Failure> {
    match http::send(&request("/records")) {
        Ok(reply) => Ok(format!("svarar {}", reply.status)),
        Err(error) => Err(named(&error)),
    }
}

/// As many requests at once as the target says; how many were answered and how many refused is told as a title.
fn many(query: &Query) {
    let requests: Vec<Request> = (0..target().parse().unwrap_or(60)).map(|_| get("/records", query)).collect();
    let replies = http::send_all(&requests);
    let count =
        |kind: Option<ErrorKind>| replies.iter().filter(move |reply| reply.as_ref().err().map(|e| e.kind) == kind);
    let title = format!("{} svar, {} nekade", count(None).count(), count(Some(ErrorKind::Busy)).count());
    sink::documents(&[document(query, "1", &title)]);
    finish(query, "documents");
}

/// Large replies, none of them read.
fn bodies(query: &Query) {
    let asked = get(&target(), query);
    let whole = (0..12).filter(|_| http::send(&asked).is_ok()).count();
    sink::documents(&[document(query, "1", &format!("{whole} hela"))]);
    finish(query, "documents");
}

/// Tells what came back as the title of a document.
fn report(query: &Query, outcome: Result<Response, Error>) -> Result<(), Failure> {
    let reply = outcome.map_err(|error| named(&error))?;
    if reply.status >= 400 {
        return Err(failure(FailureKind::UpstreamRejected, "status", &format!("status {}", reply.status)));
    }
    let body: String = String::from_utf8_lossy(&reply.body).chars().take(40).collect();
    sink::documents(&[document(query, "1", &format!("{} {body}", reply.status))]);
    finish(query, "documents");
    Ok(())
}

/// The failure that an honest adapter would name for an error.
pub fn named(error: &Error) -> Failure {
    let kind = match error.kind {
        ErrorKind::Denied | ErrorKind::InvalidRequest | ErrorKind::Busy => FailureKind::Internal,
        ErrorKind::Credential => FailureKind::NotConfigured,
        ErrorKind::TooLarge => FailureKind::UpstreamMalformed,
        _ => FailureKind::UpstreamUnavailable,
    };
    failure(kind, &error.code, &error.message)
}

/// A request about the patient, whom the test's server tells by a header.
pub fn get(path: &str, query: &Query) -> Request {
    Request { headers: vec![header(&format!("x-patient: {}", number(query)))], ..request(path) }
}

fn header(line: &str) -> Header {
    let (name, value) = line.split_once(": ").unwrap_or((line, ""));
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn request(path: &str) -> Request {
    Request {
        origin: "api".to_owned(),
        method: Method::Get,
        target: Target::Path(path.to_owned()),
        headers: Vec::new(),
        body: None,
        credential: None,
    }
}
