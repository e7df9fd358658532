//! One patient, another, and the first again: nothing of one may be seen with the other.
//!
//! The host makes this true by a fresh instance for each lookup; the kit proves it of this very component. Not here: canaries within one
//! lookup (`canary`).
//! Invariant: the other patient's case is the same case with the number exchanged, so that it exists for every adapter.

use samsyn_domain::identifier::PersonIdentifier;
use serde_json::Value;

use crate::{
    canary,
    case::Case,
    exchange::Outcome,
    judge::Finding,
    refusal::Refusal,
    rehearsal::{Run, Stage},
};

/// Runs a case for its patient, for another, and again.
///
/// # Errors
/// When a run is not possible at all.
pub fn check(stage: &Stage, case: &Case, first: &Run) -> Result<Vec<Finding>, Refusal> {
    let Some(other) = for_another(case) else { return Ok(Vec::new()) };
    let between = stage.run(&other, None)?;
    let again = stage.run(case, None)?;
    let mut found = Vec::new();
    if again.emission != first.emission {
        found.push(Finding::new(
            "isolation",
            "the answer for the same patient is another after somebody else was asked for",
            "keep nothing between lookups: the same query and replies give the same answer",
        ));
    }
    let number = case.question.patient.digits();
    let held = |text: &str| canary::spellings(number).iter().any(|spelling| text.contains(spelling.as_str()));
    if holds(&between.emission.canonical(), &held) {
        found.push(Finding::new(
            "isolation",
            "an answer about one patient holds the number of another",
            "write no number into the adapter; read it out of the query or the reply",
        ));
    }
    Ok(found)
}

/// The same case about somebody else.
fn for_another(case: &Case) -> Option<Case> {
    let spellings = canary::as_another(case.question.patient.digits());
    let (_, digits) = spellings.first()?;
    let mut other = case.clone();
    other.question.patient = PersonIdentifier::stated(digits).ok()?;
    let swap = |text: &str| spellings.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from.as_str(), to));
    for exchange in &mut other.exchanges {
        exchange.request.path = swap(&exchange.request.path);
        exchange.request.body = exchange.request.body.take().map(|body| swapped(body, &swap));
        exchange.request.headers.values_mut().for_each(|value| *value = swap(value));
        if let Outcome::Reply { reply, .. } = &mut exchange.outcome
            && let Ok(text) = std::str::from_utf8(&reply.body)
        {
            reply.body = swap(text).into_bytes();
        }
    }
    Some(other)
}

fn swapped(value: Value, swap: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(swap(&text)),
        Value::Array(items) => items.into_iter().map(|item| swapped(item, swap)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, swapped(value, swap))).collect())
        }
        other => other,
    }
}

fn holds(value: &Value, held: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => held(text),
        Value::Array(items) => items.iter().any(|item| holds(item, held)),
        Value::Object(fields) => fields.values().any(|value| holds(value, held)),
        _ => false,
    }
}
