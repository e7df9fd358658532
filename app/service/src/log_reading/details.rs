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
        (_, Some("follow-up" | "write-follow-up")) => Act::FollowUp,
        (Activity::Emergency, _) => Act::Emergency,
        (Activity::Print, _) => Act::Print(text("preset")),
        (Activity::Read, _) if word::<Scope>(field(details, "active_choice")).is_some() => Act::Overview,
        (Activity::Read, _) | (_, Some("lift-request")) => Act::Beside,
        (Activity::Write, Some("register")) => Act::Registered(text("kind")),
        (Activity::Write, Some("end")) => Act::Ended,
        (Activity::Write | Activity::SignIn | Activity::SignOut, _) => Act::Other,
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
    let withheld = withheld(field(details, "withheld"));
    let sources = list(field(details, "sources")).filter_map(|one| source(one, &withheld));
    let mut resources: Vec<Resource> = list(field(details, "resources")).filter_map(resource).collect();
    resources.sort_unstable();
    resources.dedup();
    LoggedOutcome {
        place: Place { index: logged.index, at: logged.record.at },
        complete: field(details, "conclusion").as_str() == Some("complete"),
        sources: sources.collect(),
        resources,
        protected: field(details, "protected").as_bool(),
    }
}

fn source(one: &Value, withheld: &Reasons) -> Option<SourceTold> {
    let id = field(one, "source").as_str()?.to_owned();
    let states = field(one, "states").as_object()?;
    let sections = states.iter().filter_map(|(name, state)| {
        let section = Section::named(name)?;
        let why = || withheld.get(&(id.clone(), section)).copied();
        Some((section, told(state.as_str()?, why)?))
    });
    Some(SourceTold {
        sections: sections.collect(),
        provider: field(one, "provider").as_str().map(str::to_owned),
        late: field(one, "late").as_bool().unwrap_or(false),
        source: id,
    })
}

/// None for what the source never has.
fn told(state: &str, why: impl Fn() -> Option<Withheld>) -> Option<Told> {
    Some(match state {
        "reported" | "partial" => Told::Shown,
        "stated-none" | "nothing-held" => Told::Nothing,
        "withheld" => Told::Withheld(why()),
        "not-asked" => Told::NotAsked,
        "unsupported" => return None,
        // Still awaited when the page ended, or a word of a later version.
        _ => Told::Failed,
    })
}

/// Why a section of a source was withheld.
type Reasons = BTreeMap<(String, Section), Withheld>;

/// `[{"source": …, "section": … or "sections": […], "reason": … or "why": …}]`.
fn withheld(stated: &Value) -> Reasons {
    let reasons = list(stated).flat_map(|one| {
        let source = field(one, "source").as_str().unwrap_or_default();
        let why = word::<Withheld>(field(one, "reason")).or_else(|| word(field(one, "why")));
        let sections =
            field(one, "sections").as_array().map_or(std::slice::from_ref(field(one, "section")), Vec::as_slice);
        let sections = sections.iter().filter_map(|section| Section::named(section.as_str()?));
        sections.filter_map(move |section| Some(((source.to_owned(), section), why?)))
    });
    reasons.collect()
}

fn resource(one: &Value) -> Option<Resource> {
    let text = |key: &str| field(one, key).as_str().map(str::to_owned);
    let section = Section::named(field(one, "section").as_str()?)?;
    Some(Resource { section, provider: text("provider")?, unit: text("unit"), source: text("source") })
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
