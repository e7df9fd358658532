//! An adapter as it was built for 1.0.0: everything the host offers but the sections, and the self test.
//!
//! It sends, follows a link, sends several, signs, reads a setting and logs; what came of each becomes the text of one document. Not here:
//! the other sections (`sections`). Invariant: every case of every enum of `http` and `log` is named.

/// Generated from the stored contract.
mod bindings {
    #![expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
    wit_bindgen::generate!({ world: "producer-with-selftest", path: "../wit" });
    export!(Services with_types_in self);

    use crate::Services;
}

use bindings::{
    exports::samsyn::adapter::{
        adapter::{Guest, Query, Viewer},
        selftest,
    },
    samsyn::adapter::{
        http::{self, Error, ErrorKind, Header, Method, Request, Response, Target},
        keys,
        log::{self, Level},
        settings, sink,
        types::{Concept, Failure, FailureKind, Organisation, Provenance, SectionStatus, Signing},
    },
};

struct Services;

const MANIFEST: &str = r#"{
    "id": "compat-1-0-0-services", "name": "1.0.0, services", "vendor": "Samsyn tests", "version": "1.0.0", "contract": "1.0.0",
    "sections": ["documents"],
    "identifier_kinds": ["personal-number"],
    "origins": [{ "alias": "api", "description": "A server of the test", "methods": ["GET", "POST"] }],
    "credential_slots": [{ "name": "key", "kinds": ["hmac"], "description": "A key of the test" }],
    "settings": [{ "key": "link", "type": "string", "required": true, "help": "An absolute URL below the server" }],
    "languages": ["sv"]
}"#;

impl Guest for Services {
    fn describe() -> String {
        MANIFEST.to_owned()
    }

    fn lookup(query: Query) -> Result<(), Failure> {
        for level in [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error] {
            log::log(level, "ett steg");
        }
        let link = settings::get("link").ok_or_else(|| failure(FailureKind::NotConfigured, "link"))?;
        let asked = [
            told(http::send(&request(Method::Get, Target::Path("/records".to_owned())))),
            http::send_all(&[
                request(Method::Get, Target::Link(link)),
                Request { body: Some(b"{}".to_vec()), ..request(Method::Post, Target::Path("/records".to_owned())) },
                request(Method::Delete, Target::Path("/records".to_owned())),
            ])
            .into_iter()
            .map(told)
            .collect::<Vec<_>>()
            .join(", "),
        ];
        let signed = keys::hmac_sha256("key", b"data")
            .map_or_else(|_| "no key".to_owned(), |sum| format!("{} bytes", sum.len()));
        let asking = query.viewer.as_ref().map_or_else(String::new, asking);
        push(&query, &format!("{}; {signed}; {asking}; since {:?}", asked.join("; "), query.since));
        Ok(())
    }
}

impl selftest::Guest for Services {
    fn check() -> Result<String, Failure> {
        match http::send(&request(Method::Head, Target::Path("/records".to_owned()))) {
            Ok(response) => Ok(format!("svarar {}", response.status)),
            Err(error) => Err(failure(FailureKind::UpstreamUnavailable, &error.code)),
        }
    }
}

fn request(method: Method, target: Target) -> Request {
    let headers = vec![Header { name: "accept".to_owned(), value: "text/plain".to_owned() }];
    Request { origin: "api".to_owned(), method, target, headers, body: None, credential: None }
}

fn told(result: Result<Response, Error>) -> String {
    match result {
        Ok(Response { status, headers, body }) => {
            let typed = headers.iter().any(|header| header.name == "content-type" && !header.value.is_empty());
            format!("{status} {} {typed}", String::from_utf8_lossy(&body))
        }
        Err(Error { kind, code, message }) => format!("{} {} {}", word(kind), !code.is_empty(), !message.is_empty()),
    }
}

const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Denied => "denied",
        ErrorKind::InvalidRequest => "invalid-request",
        ErrorKind::Credential => "credential",
        ErrorKind::Dns => "dns",
        ErrorKind::Connect => "connect",
        ErrorKind::Tls => "tls",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Deadline => "deadline",
        ErrorKind::TooLarge => "too-large",
        ErrorKind::Protocol => "protocol",
        ErrorKind::Busy => "busy",
        ErrorKind::Other => "other",
    }
}

fn asking(viewer: &Viewer) -> String {
    let Viewer { user_id, name, role, assignment, care_provider, care_unit, purpose } = viewer;
    let stated = [name, role, assignment, &care_provider.id].iter().filter(|field| field.is_some()).count();
    format!("{user_id} {stated} {} {purpose}", care_unit.is_some())
}

fn push(query: &Query, text: &str) {
    let organisation = Organisation { id: Some("SE2321000016-0000".to_owned()), name: None };
    let provenance = Provenance {
        id: "1".to_owned(),
        patient: query.identifiers.first().cloned(),
        care_provider: Some(organisation.clone()),
        care_unit: Some(organisation),
        information_type: None,
        recorded: None,
        author: None,
        signing: Signing::NotStated,
        link: None,
        extensions: query.extensions.clone(),
    };
    let kind = Concept { text: "Prov".to_owned(), codings: Vec::new() };
    let text = Some(format!("{text}; {} {}; {}", query.now, query.language, query.budget_ms > 0));
    let title = "Vad som kom".to_owned();
    sink::documents(&[sink::Document { kind, title, date: None, unit: None, text, media_type: None, provenance }]);
    for section in &query.sections {
        let documents = section == "documents";
        sink::status(section, &if documents { SectionStatus::Complete } else { SectionStatus::Unsupported });
    }
}

fn failure(kind: FailureKind, code: &str) -> Failure {
    Failure { kind, code: code.to_owned(), message: code.to_owned(), retry_after_ms: None }
}
