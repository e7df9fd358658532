//! The banner: who the person is, when several sources say so.
//!
//! Not here: the identifiers (`identifier`), masking of places (`protection`).
//! Invariant: sources that disagree on identity give no name and no content.

use jiff::Zoned;

use crate::{
    entry::{Life, PersonDetails},
    identifier::{PersonIdentifier, age},
    overview::{Identity, Person},
    state::Unanswered,
    time::{When, sweden, today},
    vocabulary::Protection,
};

/// What a source said of who the person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonAnswer {
    /// It knows the person.
    Known(Box<PersonDetails>),
    /// It answered and does not know the identifier.
    NotHeld,
    /// No usable answer.
    Unanswered(Unanswered),
    /// It was not asked, or never answers this.
    NotAsked,
}

/// What one source that answers the banner has said.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// None: asked, and not answered yet.
    pub answer: Option<&'a PersonAnswer>,
    /// A population register: the one that knows protected identities.
    pub register: bool,
}

/// Merges what the sources say. `all_silent_sections_are_known` is true when every cell of the page is a complete answer
/// without entries: only then may a patient whom nobody knows be called unknown.
pub fn person(
    identifier: &PersonIdentifier,
    said: &[Said<'_>],
    all_silent_sections_are_known: bool,
    now: &Zoned,
) -> Person {
    let answers: Vec<Option<&PersonAnswer>> = said.iter().map(|said| said.answer).collect();
    let known: Vec<&PersonDetails> = answers
        .iter()
        .filter_map(|answer| match answer {
            Some(PersonAnswer::Known(details)) => Some(&**details),
            _ => None,
        })
        .collect();
    let identity = identity(&known, &answers, all_silent_sections_are_known);
    let protection = strictest(&known);
    let first = |field: fn(&PersonDetails) -> Option<String>| known.iter().find_map(|details| field(details));
    let agreed = identity == Identity::Confirmed;
    let birth = known.iter().find_map(|details| match details.birth_date {
        Some(When::Day(day)) => Some(day),
        _ => None,
    });
    Person {
        identifier: identifier.clone(),
        identity,
        name: agreed.then(|| known.iter().find_map(|details| full_name(details))).flatten(),
        // In a conflict nobody's word is taken: the identifier's own age and sex only.
        age: birth
            .filter(|_| identity != Identity::Conflict)
            .or_else(|| identifier.birth_date())
            .and_then(|birth| age(birth, today(now))),
        sex: stated_sex(&known, identity).or_else(|| identifier.sex()),
        life: if identity == Identity::Conflict { Life::NotStated } else { life(&known) },
        interpreter_language: agreed.then(|| first(|details| details.interpreter_language.clone())).flatten(),
        communication_need: agreed.then(|| first(|details| details.communication_need.clone())).flatten(),
        places_masked: protection.is_some() || known.is_empty() || !protection_is_ruled_out(said),
        protection,
    }
}

fn stated_sex(known: &[&PersonDetails], identity: Identity) -> Option<crate::vocabulary::Sex> {
    known.iter().find_map(|details| details.sex.clone()).filter(|_| identity != Identity::Conflict)
}

/// A record system that gives no label has not said that there is none: the register must have answered. Where no register
/// can be asked (reserve numbers), everybody who answers the banner must have.
fn protection_is_ruled_out(said: &[Said<'_>]) -> bool {
    let answered =
        |answer: Option<&PersonAnswer>| matches!(answer, Some(PersonAnswer::Known(_) | PersonAnswer::NotHeld));
    let asked: Vec<&Said<'_>> = said.iter().filter(|said| said.answer != Some(&PersonAnswer::NotAsked)).collect();
    if asked.iter().any(|said| said.register) {
        asked.iter().any(|said| said.register && answered(said.answer))
    } else {
        asked.iter().all(|said| answered(said.answer))
    }
}

fn identity(known: &[&PersonDetails], answers: &[Option<&PersonAnswer>], nothing_anywhere: bool) -> Identity {
    let asked: Vec<_> = answers.iter().filter(|answer| !matches!(answer, Some(PersonAnswer::NotAsked))).collect();
    let all =
        |test: fn(&PersonAnswer) -> bool| !asked.is_empty() && asked.iter().all(|answer| answer.is_some_and(test));
    if disagree(known) {
        Identity::Conflict
    } else if !known.is_empty() {
        Identity::Confirmed
    } else if asked.iter().any(|answer| answer.is_none()) {
        Identity::Waiting
    } else if all(|answer| *answer == PersonAnswer::NotHeld) && nothing_anywhere {
        Identity::Unknown
    } else {
        Identity::Unanswered
    }
}

/// Different full birth dates, or names without a single word in common. A changed family name alone is no disagreement.
fn disagree(known: &[&PersonDetails]) -> bool {
    let pairs = known.iter().enumerate().flat_map(|(index, a)| known.iter().skip(index + 1).map(move |b| (a, b)));
    pairs.into_iter().any(|(a, b)| {
        let births = match (&a.birth_date, &b.birth_date) {
            (Some(When::Day(a)), Some(When::Day(b))) => a != b,
            _ => false,
        };
        let (a_words, b_words) = (name_words(a), name_words(b));
        let names = !a_words.is_empty() && !b_words.is_empty() && !a_words.iter().any(|word| b_words.contains(word));
        births || names
    })
}

fn name_words(details: &PersonDetails) -> Vec<String> {
    full_name(details).unwrap_or_default().split([' ', '-']).map(str::to_lowercase).filter(|w| !w.is_empty()).collect()
}

fn full_name(details: &PersonDetails) -> Option<String> {
    let parts: Vec<&str> =
        [&details.given_name, &details.family_name].into_iter().filter_map(|part| part.as_deref()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn strictest(known: &[&PersonDetails]) -> Option<Protection> {
    let has = |wanted: &Protection| known.iter().any(|details| details.protection.as_ref() == Some(wanted));
    if has(&Protection::ProtectedRegistration) {
        Some(Protection::ProtectedRegistration)
    } else {
        known.iter().find_map(|details| details.protection.clone())
    }
}

/// One source that says deceased is enough to show it; the date is the earliest stated.
fn life(known: &[&PersonDetails]) -> Life {
    let deceased = known.iter().filter_map(|details| match &details.life {
        Life::Deceased { at } => Some(at.clone()),
        _ => None,
    });
    let zone = sweden();
    let mut dates: Vec<Option<When>> = deceased.collect();
    dates.sort_by_key(|at| at.as_ref().and_then(|when| when.order_key(&zone)));
    match dates.into_iter().max_by_key(Option::is_some) {
        Some(at) => Life::Deceased { at },
        None if known.iter().any(|details| details.life == Life::Alive) => Life::Alive,
        None => Life::NotStated,
    }
}
