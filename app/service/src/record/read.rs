//! What a record of the log says, in the words of the domain: the one reader of the shapes in this room.
//!
//! Room: [`outcome`] what came of an act. Read tolerantly: a log holds records of every version of this program, so a field that is missing or has
//! another form is "not stated". Not here: writing them (the other rooms of `record`), which records belong together (`log_reading`).
//! Invariant: a word that is not known never becomes a milder one: an unknown state counts as not answered, an unknown ground as not
//! stated, an unknown reason as one that is not stated.
//! To add a word: here, and its row in the test that writes every shape and reads it.

mod outcome;

use std::net::IpAddr;

use samsyn_domain::{
    access::{Basis, Kind, Missing},
    logged::{Act, Beside, Ground, LoggedAct, Place, Urgent},
    section::Section,
    viewer::Scope,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::outcome::outcome;
use crate::port::audit_log::{Activity, AuditRecord, Logged, Stage};

/// The act that a first record tells of, without its outcome; none when it is about no patient, or nobody's.
pub fn act(logged: Logged) -> Option<LoggedAct> {
    let place = Place { index: logged.index, at: logged.record.at };
    let record = logged.record;
    let (act, scope, ground) = (what(&record), scope(&record), ground(&record));
    let (reader, patient) = (record.viewer?, record.patient?);
    Some(LoggedAct { id: logged.id, place, act, scope, ground, reader, patient, outcome: None })
}

/// Whether it is the beginning of an opening, of which an outcome is expected.
pub fn is_opening(record: &AuditRecord) -> bool {
    record.intent.is_none() && record.details.get("active_choice").is_some()
}

/// Whether a second record is expected: of an opening, of one that is shown again, and of what changes something. A change from before
/// second records has none.
pub fn has_second(record: &AuditRecord) -> bool {
    const TWO: [&str; 21] = [
        "replay",
        "register",
        "end",
        "extend",
        "write-follow-up",
        "role-matrix",
        "enablement",
        "go-live",
        "unit",
        "notice",
        "report",
        "feedback",
        "report-step",
        "source-stage",
        "source-binding",
        "package",
        "vendor-key",
        "blocks-import",
        "review-begin",
        "review-mark",
        "review-close",
    ];
    let is_first = record.stage == Stage::Intent && record.intent.is_none();
    is_opening(record) || (is_first && named(record).is_some_and(|name| TWO.contains(&name)))
}

/// What was done.
pub fn what(record: &AuditRecord) -> Act {
    let details = &record.details;
    let text = |key: &str| field(details, key).as_str().map(str::to_owned);
    match (record.activity, named(record)) {
        (Activity::Refused, _) => Act::Refused,
        (_, Some("review-follow-up")) => Act::ReviewedFollowUp,
        (_, Some(name)) if name.starts_with("review") => Act::Reviewed,
        (_, Some("extract")) => Act::Extracted,
        (_, Some("replay")) => Act::Replayed,
        (_, Some("follow-up" | "write-follow-up")) => Act::FollowUp,
        (_, Some("lift-request")) => Act::AskedToLift,
        (Activity::Emergency, name) => Act::Emergency(urgent(details, name)),
        (Activity::Print, _) => Act::Print(text("preset")),
        (Activity::Read, _) if scope(record).is_some() => Act::Overview,
        (Activity::Read, name) => Act::Beside(beside(name)),
        (Activity::Write, Some("register")) => Act::Registered(text("kind")),
        (Activity::Write, Some("report")) => Act::Reported,
        (Activity::Write, Some("end")) => Act::Ended(text("kind")),
        _ => Act::Other,
    }
}

/// The word `what`.
pub fn named(record: &AuditRecord) -> Option<&str> {
    field(&record.details, "what").as_str()
}

fn urgent(details: &Value, name: Option<&str>) -> Urgent {
    match (name, word::<Kind>(field(details, "kind"))) {
        (Some("extend"), _) => Urgent::Extended,
        (Some("register"), Some(Kind::Lift)) => Urgent::BlockLifted,
        (Some("register"), Some(Kind::Emergency)) => match field(field(details, "stated"), "sections").as_array() {
            Some(sections) if sections.is_empty() => Urgent::Begun,
            Some(_) => Urgent::Fetched,
            None => Urgent::NotStated,
        },
        _ => Urgent::NotStated,
    }
}

fn beside(name: Option<&str>) -> Beside {
    match name {
        Some("person") => Beside::Person,
        Some("relation-proof") => Beside::RelationProof,
        Some("access-register") => Beside::AccessRegister,
        Some("blocked-units") => Beside::BlockedUnits,
        Some("snapshots") => Beside::Snapshots,
        _ => Beside::NotStated,
    }
}

/// The active choice of an opening.
pub fn scope(record: &AuditRecord) -> Option<Scope> {
    word(field(&record.details, "active_choice"))
}

/// The ground of an opening: `{"granted": {"basis": …}}` or `{"own": ["relation", …]}`.
pub fn ground(record: &AuditRecord) -> Ground {
    let access = field(&record.details, "access");
    if let Some(basis) = word::<Basis>(field(field(access, "granted"), "basis")) {
        return Ground::Granted(basis);
    }
    match field(access, "own").as_array() {
        Some(missing) => Ground::Lacking(missing.iter().filter_map(word::<Missing>).collect()),
        None => Ground::NotStated,
    }
}

/// From where, of signing in and out and of refusals.
pub fn client_address(record: &AuditRecord) -> Option<IpAddr> {
    field(&record.details, "client_address").as_str()?.parse().ok()
}

fn sections_of(stated: &Value) -> impl Iterator<Item = Section> {
    list(stated).filter_map(|section| Section::named(section.as_str()?))
}

/// What an object says under this name; null when it says nothing, or is no object.
fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    static NULL: Value = Value::Null;
    value.get(name).unwrap_or(&NULL)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A word of an enum; none when it is missing or another.
fn word<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

#[cfg(test)]
mod tests;
