//! The rules, one function each: what makes an act worth a closer look. None of them says that it was wrong.
//!
//! Not here: how many of what they find are picked (`select`).
//! Invariant: the rules about volume count patients and not openings, because one patient is opened many times in a shift; each names
//! one act of what it found, so that a busy hour is one pick.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Look, Reason};
use crate::{identifier::PersonIdentifier, time::sweden, viewer::Role};

/// What counts as unusual in an organisation: `[organisation.review]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewRules {
    /// The hour the day begins, 0–23 Swedish time.
    pub day_begins_hour: u8,
    /// The hour it ends, 1–24, later than it begins.
    pub day_ends_hour: u8,
    /// Roles that work by day only; others work in shifts, at any hour.
    pub day_roles: Vec<Role>,
    /// From so many different patients within an hour, 2–1000.
    pub patients_in_an_hour: u32,
    /// From so many different patients in a day, 2–10000, whatever the reader's habit.
    pub patients_in_a_day: u32,
    /// From so many times the patients that the same reader opens on an ordinary day, 2–100.
    pub times_own_day: u32,
}

impl Default for ReviewRules {
    fn default() -> Self {
        Self {
            day_begins_hour: 6,
            day_ends_hour: 22,
            day_roles: vec![Role::Therapist, Role::CaseOfficer],
            patients_in_an_hour: 20,
            patients_in_a_day: 60,
            times_own_day: 3,
        }
    }
}

impl ReviewRules {
    /// What in them makes no sense: the key and why.
    pub fn unreasonable(&self) -> Vec<(&'static str, String)> {
        let outside = |key, value: u32, from: u32, to: u32| {
            (!(from..=to).contains(&value)).then(|| (key, format!("{value} is outside {from} … {to}")))
        };
        let (begins, ends) = (u32::from(self.day_begins_hour), u32::from(self.day_ends_hour));
        [
            outside("day_begins_hour", begins, 0, 23),
            outside("day_ends_hour", ends, begins.min(23) + 1, 24),
            outside("patients_in_an_hour", self.patients_in_an_hour, 2, 1_000),
            outside("patients_in_a_day", self.patients_in_a_day, 2, 10_000),
            outside("times_own_day", self.times_own_day, 2, 100),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// So many other days a reader must have been active before a day can be unusual for that reader.
const DAYS_FOR_A_HABIT: usize = 5;
/// Fewer patients than this are a quiet day for anybody, however few the others were.
const NEVER_MANY: u32 = 10;
const HOUR_SECONDS: i64 = 3600;

pub(super) fn emergency(look: &Look) -> Option<Reason> {
    look.emergency.then_some(Reason::Emergency)
}

pub(super) fn no_ground(look: &Look) -> Option<Reason> {
    (!look.lacking.is_empty()).then(|| Reason::NoGround { missing: look.lacking.clone() })
}

pub(super) fn protected(look: &Look) -> Option<Reason> {
    look.protected.then_some(Reason::Protected)
}

pub(super) fn named(look: &Look, persons: &BTreeSet<PersonIdentifier>) -> Option<Reason> {
    persons.contains(&look.patient).then_some(Reason::Named)
}

pub(super) fn unusual_hour(look: &Look, rules: &ReviewRules) -> Option<Reason> {
    let hour = u8::try_from(look.place.at.to_zoned(sweden()).hour()).ok()?;
    let by_day = (rules.day_begins_hour..rules.day_ends_hour).contains(&hour);
    (!by_day && rules.day_roles.contains(&look.role)).then_some(Reason::UnusualHour)
}

/// Of one reader's acts in order: for every stretch of busy hours the act at which the count was highest.
pub(super) fn many_in_an_hour<'l>(looks: &[&'l Look], rules: &ReviewRules) -> Vec<(&'l Look, Reason)> {
    let mut within: BTreeMap<&PersonIdentifier, u32> = BTreeMap::new();
    let (mut oldest, mut highest, mut found) = (looks.iter(), None, Vec::new());
    let mut first = oldest.next();
    for look in looks {
        *within.entry(&look.patient).or_default() += 1;
        while let Some(left) = first {
            if look.place.at.duration_since(left.place.at).as_secs() < HOUR_SECONDS {
                break;
            }
            if let Some(count) = within.get_mut(&left.patient) {
                *count -= 1;
                if *count == 0 {
                    within.remove(&left.patient);
                }
            }
            first = oldest.next();
        }
        let patients = count(within.len());
        if patients < rules.patients_in_an_hour {
            found.extend(highest.take());
        } else if highest.as_ref().is_none_or(|(_, most)| *most < patients) {
            highest = Some((*look, patients));
        }
    }
    found.extend(highest);
    found.into_iter().map(|(look, patients)| (look, Reason::ManyInAnHour { patients })).collect()
}

/// Of one reader's acts in order: for every unusual day its last act.
pub(super) fn many_in_a_day<'l>(looks: &[&'l Look], rules: &ReviewRules) -> Vec<(&'l Look, Reason)> {
    let mut days: BTreeMap<Date, (BTreeSet<&PersonIdentifier>, &'l Look)> = BTreeMap::new();
    for look in looks {
        let day = days.entry(look.place.at.to_zoned(sweden()).date()).or_insert((BTreeSet::new(), look));
        day.0.insert(&look.patient);
        day.1 = look;
    }
    let counts: Vec<(Date, u32)> = days.iter().map(|(date, (patients, _))| (*date, count(patients.len()))).collect();
    days.iter()
        .filter_map(|(date, (patients, last))| {
            let patients = count(patients.len());
            let norm = habit(counts.iter().filter(|(other, _)| other != date).map(|(_, patients)| *patients));
            let above_own =
                norm.is_some_and(|norm| patients >= NEVER_MANY && patients >= norm.saturating_mul(rules.times_own_day));
            let many = above_own || patients >= rules.patients_in_a_day;
            many.then_some((*last, Reason::ManyInADay { patients, norm }))
        })
        .collect()
}

/// The middle of the other days' counts; none when there are too few to tell.
fn habit(days: impl Iterator<Item = u32>) -> Option<u32> {
    let mut days: Vec<u32> = days.collect();
    days.sort_unstable();
    (days.len() >= DAYS_FOR_A_HABIT).then(|| days.get(days.len() / 2).copied()).flatten()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
