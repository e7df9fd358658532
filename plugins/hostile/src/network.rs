//! Ways out of the sandbox. The host must close each, and say which rule it was.

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            http::{self, Error, ErrorKind, Header, Method, Request, Response, Target},
            settings, sink,
            types::{Failure, FailureKind},
        },
    },
    content::{document, finish},
    failure,
};

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    let path = |path: &str| request(Target::Path(path.to_owned()));
    let request = match behaviour {
        "well-behaved" => path("/records"),
        "foreign-alias" => Request { origin: "elsewhere".to_owned(), ..path("/records") },
        "foreign-method" => Request { method: Method::Delete, ..path("/records") },
        "dot-dot" => path("/../../etc/records"),
        "absolute-url" => path(&target()),
        "link" => request(Target::Link(target())),
        "forbidden-header" => {
            let header = Header { name: "Host".to_owned(), value: "elsewhere.example".to_owned() };
            Request { headers: vec![header], ..path("/records") }
        }
        "redirect" => path("/redirect"),
        "huge-reply" => path("/huge"),
        "slow-reply" => path("/slow"),
        "refused" => path("/refused"),
        "overloaded" => path("/overloaded"),
        "many-requests" => {
            many(query);
            return Some(Ok(()));
        }
        _ => return None,
    };
    Some(report(query, http::send(&request)))
}

/// The self test: one request.
pub fn check() -> Result<String, Failure> {
    match http::send(&request(Target::Path("/records".to_owned()))) {
        Ok(reply) => Ok(format!("svarar {}", reply.status)),
        Err(error) => Err(named(&error)),
    }
}

/// Sixty requests at once; how many were answered and how many refused is told as a title.
fn many(query: &Query) {
    let requests: Vec<Request> = (0..60).map(|_| request(Target::Path("/records".to_owned()))).collect();
    let replies = http::send_all(&requests);
    let count =
        |kind: Option<ErrorKind>| replies.iter().filter(move |reply| reply.as_ref().err().map(|e| e.kind) == kind);
    let title = format!("{} svar, {} nekade", count(None).count(), count(Some(ErrorKind::Busy)).count());
    sink::documents(&[document(query, "1", &title)]);
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
fn named(error: &Error) -> Failure {
    let kind = match error.kind {
        ErrorKind::Denied | ErrorKind::InvalidRequest | ErrorKind::Busy => FailureKind::Internal,
        ErrorKind::Credential => FailureKind::NotConfigured,
        ErrorKind::TooLarge => FailureKind::UpstreamMalformed,
        _ => FailureKind::UpstreamUnavailable,
    };
    failure(kind, &error.code, &error.message)
}

fn target() -> String {
    settings::get("target").unwrap_or_default()
}

fn request(target: Target) -> Request {
    Request { origin: "api".to_owned(), method: Method::Get, target, headers: Vec::new(), body: None, credential: None }
}
