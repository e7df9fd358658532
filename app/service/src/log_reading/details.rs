//! What the details of a record say, in the words of the domain.
//!
//! Read tolerantly: a log holds records of every version of this program, so a field that is missing or has another form is "not stated".
//! Not here: writing them (`overview`, `access`).
//! Invariant: a word that is not known never becomes a milder one: an unknown state counts as not shown, an unknown ground as not stated.

use std::collections::BTreeMap;

use samsyn_domain::{
    access::{Basis, Missing},
    logged::{Act, Ground, LoggedAct, LoggedOutcome, Place, Resource, SourceTold, Told},
    section::Section,
    state::Withheld,
    viewer::Scope,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::port::audit_log::{Activity, AuditRecord, Logged};

/// The act that a first record tells of; none when it is about no patient, or nobody's.
pub(super) fn act(logged: Logged) -> Option<LoggedAct> {
    let place = Place { index: logged.index, at: logged.record.at };
    let record = logged.record;
    let act = what(&record);
    Some(LoggedAct {
        id: logged.id,
        place,
        act,
        scope: word(field(&record.details, "active_choice")),
        ground: ground(field(&record.details, "access")),
        reader: record.viewer?,
        patient: record.patient?,
        outcome: None,
    })
}

fn what(record: &AuditRecord) -> Act {
    let details = &record.details;
    let text = |key: &str| field(details, key).as_str().map(str::to_owned);
    let named = field(details, "what").as_str();
    match (record.activity, named) {
        (Activity::Refused, _) => Act::Refused,
        (_, Some(name)) if name.starts_with("review") => Act::Reviewed,
        (_, Some("extract")) => Act::Extracted,
        (_, Some("replay")) => Act::Replayed,
        (_, Some("follow-up" | "write-follow-up")) => Act::FollowUp,
        (Activity::Emergency, _) => Act::Emergency,
        (Activity::Print, _) => Act::Print(text("preset")),
        (Activity::Read, _) if word::<Scope>(field(details, "active_choice")).is_some() => Act::Overview,
        (Activity::Read, _) | (_, Some("lift-request")) => Act::Beside,
        (Activity::Write, Some("register")) => Act::Registered(text("kind")),
        (Activity::Write, Some("end")) => Act::Ended,
        _ => Act::Other,
    }
}

/// `{"granted": {"basis": …}}` or `{"own": ["relation", …]}`.
fn ground(access: &Value) -> Ground {
    if let Some(basis) = word::<Basis>(field(field(access, "granted"), "basis")) {
        return Ground::Granted(basis);
    }
    match field(access, "own").as_array() {
        Some(missing) => Ground::Lacking(missing.iter().filter_map(word::<Missing>).collect()),
        None => Ground::NotStated,
    }
}

/// What a second record tells of the act it belongs to.
pub(super) fn outcome(logged: &Logged) -> LoggedOutcome {
    let details = &logged.record.details;
    let mut resources: Vec<Resource> = list(field(details, "resources")).flat_map(resources_of).collect();
    resources.sort_unstable();
    resources.dedup();
    LoggedOutcome {
        place: Place { index: logged.index, at: logged.record.at },
        complete: field(details, "conclusion").as_str() == Some("complete"),
        sources: list(field(details, "sources")).filter_map(source).collect(),
        resources,
        shown_sha256: field(details, "shown_sha256").as_str().map(str::to_owned),
        protected: field(details, "protected").as_bool(),
    }
}

/// `{"source": …, "states": {"reported": ["alerts", …], …}, "withheld": {"role": ["medications"]}, "late": …}`.
fn source(one: &Value) -> Option<SourceTold> {
    let withheld: BTreeMap<Section, Withheld> = by_word(field(one, "withheld"))
        .filter_map(|(why, section)| Some((section, word(&Value::String(why.to_owned()))?)))
        .collect();
    let states = field(one, "states").is_object().then(|| by_word(field(one, "states")))?;
    let sections =
        states.filter_map(|(state, section)| Some((section, told(state, || withheld.get(&section).copied())?)));
    Some(SourceTold {
        sections: sections.collect(),
        provider: field(one, "provider").as_str().map(str::to_owned),
        late: field(one, "late").as_bool().unwrap_or(false),
        took_ms: field(one, "took_ms").as_u64(),
        source: field(one, "source").as_str()?.to_owned(),
    })
}

/// None for what the source never has. What was reported and then kept from this reader was not shown.
fn told(state: &str, why: impl Fn() -> Option<Withheld>) -> Option<Told> {
    Some(match state {
        "reported" => why().map_or(Told::Shown, |why| Told::Withheld(Some(why))),
        "partial" => Told::Shown,
        "stated-none" | "nothing-held" => Told::Nothing,
        "withheld" => Told::Withheld(why()),
        "not-asked" => Told::NotAsked,
        "unsupported" => return None,
        // Still awaited when the page ended, or a word of a later version.
        _ => Told::Failed,
    })
}

/// The sections that stand under each word of an object.
fn by_word(stated: &Value) -> impl Iterator<Item = (&str, Section)> {
    let words = stated.as_object().into_iter().flatten();
    words.flat_map(|(word, sections)| sections_of(sections).map(move |section| (word.as_str(), section)))
}

fn sections_of(stated: &Value) -> impl Iterator<Item = Section> {
    list(stated).filter_map(|section| Section::named(section.as_str()?))
}

/// `{"source": …, "provider": …, "unit": …, "sections": […]}`: one line for each of the sections. None of a line that names no provider.
fn resources_of(one: &Value) -> Vec<Resource> {
    let text = |key: &str| field(one, key).as_str().map(str::to_owned);
    let Some(provider) = text("provider") else { return Vec::new() };
    let line = |section| Resource { section, provider: provider.clone(), unit: text("unit"), source: text("source") };
    sections_of(field(one, "sections")).map(line).collect()
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
