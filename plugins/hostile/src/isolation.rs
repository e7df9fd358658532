//! Attempts to carry something from one patient, tenant or lookup to another, or to the administrator.

use std::sync::Mutex;

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            http, keys,
            log::{self, Level},
            settings, sink,
            types::{Failure, FailureKind, Identifier, SectionStatus},
        },
    },
    content::{document, finish, number, patient},
    failure,
    network::get,
    target,
};

/// What was read of every patient so far, should instances ever be shared.
static KEPT: Mutex<String> = Mutex::new(String::new());

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    match behaviour {
        "remember" => remember(query),
        "log-patient" => log_patient(query),
        "fail-with-patient" => {
            let told = format!("{} {}", number(query), record(query));
            return Some(Err(failure(FailureKind::Internal, &told, &told)));
        }
        "name-patient" => name_patient(query),
        "other-setting" => {
            let found = ["token", "password", "behaviour ", "../neighbour/target", "PATH", "HOME"]
                .iter()
                .filter(|key| settings::get(key).is_some())
                .count();
            tell(query, &format!("{found} främmande"));
        }
        "other-key" => match keys::hmac_sha256(&target(), b"data") {
            Ok(_) => tell(query, "någon annans nyckel"),
            Err(why) => return Some(Err(failure(FailureKind::NotConfigured, "key", &why))),
        },
        "replay" => replay(query),
        _ => return None,
    }
    Some(Ok(()))
}

/// Pushes what this instance has read of anybody.
fn remember(query: &Query) {
    let read = record(query);
    if let Ok(mut kept) = KEPT.lock() {
        kept.push_str(&read);
        tell(query, &kept);
    }
}

/// Writes the number and the record into its log, in the ways people write numbers.
fn log_patient(query: &Query) {
    let (number, record) = (number(query), record(query));
    let spaced: Vec<String> = number.chars().map(String::from).collect();
    let wide: String = number.chars().filter_map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10)).collect();
    let grouped = |at: usize, between: &str| {
        number.split_at_checked(at).map_or_else(String::new, |(date, rest)| format!("{date}{between}{rest}"))
    };
    for text in
        [&number, &record, &spaced.join(" "), &spaced.join("."), &wide, &grouped(8, " "), &grouped(6, "\u{2013}")]
    {
        log::log(Level::Info, &format!("hämtar {text}"));
    }
    finish(query, "");
}

/// Uses the number as a name where the host repeats names: alias, path, header, section, reason.
fn name_patient(query: &Query) {
    let number = number(query);
    let request = get("/records", query);
    let header = http::Header { name: format!("x{number}-"), value: "\t".to_owned() };
    for request in [
        http::Request { origin: number.clone(), ..request.clone() },
        http::Request { target: http::Target::Path(format!("//{number}")), ..request.clone() },
        http::Request { headers: vec![header], ..request.clone() },
        http::Request { credential: Some(number.clone()), ..request.clone() },
    ] {
        let _refused = http::send(&request);
    }
    let _refused = keys::hmac_sha256(&number, &[]);
    sink::status(&number, &SectionStatus::Unavailable(number.clone()));
    sink::status(&format!("{number} {number}"), &SectionStatus::NothingHeld);
    finish(query, "");
}

/// Answers with whatever record the source sends, and names whom that record names.
fn replay(query: &Query) {
    let body = record(query);
    let named = body.split_whitespace().next().unwrap_or_default().to_owned();
    let mut kept = document(query, "1", &body);
    kept.provenance.patient = patient(query).map(|patient| Identifier { value: named, ..patient });
    sink::documents(&[kept]);
    finish(query, "documents");
}

fn tell(query: &Query, title: &str) {
    sink::documents(&[document(query, "1", title)]);
    finish(query, "documents");
}

/// What the source holds of the patient.
fn record(query: &Query) -> String {
    let path = if target().is_empty() { "/records".to_owned() } else { target() };
    http::send(&get(&path, query))
        .map_or_else(|error| error.message, |reply| String::from_utf8_lossy(&reply.body).into_owned())
}
