//! How the sources of this process have answered lately: when, whether, and how long it took. Never what, and never about whom.
//!
//! In memory and of one node: what everybody who is signed in may see of the state of things. Counts over time are in the log
//! (`statistics`). Not here: which source is left alone (`overview::breaker`), the page (`ui::sources`).
//! Invariant: nothing of a patient, a reader or an answer's content is kept; too few answers give no rate and no times, because a single one
//! would tell of somebody's reading.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    section::Section,
    source::SourceId,
    state::{State, Unanswered},
};

/// The most answers that are kept of a section of a source.
const KEPT: usize = 200;
/// Older ones say nothing of now.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Fewer answers give no rate and no times.
pub const FEWEST: usize = 5;

/// How one question ended.
#[derive(Debug, Clone, Copy)]
struct Sighting {
    at: Timestamp,
    unanswered: Option<Unanswered>,
    took: Duration,
}

/// What is known of a section of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// How often it was asked in the last 24 hours, 200 at most.
    pub asked: usize,
    /// How many of a hundred were answered; none of fewer than five.
    pub answered_percent: Option<u8>,
    /// Half of the answers came within so many milliseconds; none of fewer than five.
    pub p50_ms: Option<u64>,
    /// Nineteen of twenty answers came within so many.
    pub p95_ms: Option<u64>,
    /// When it last answered.
    pub last_answer: Option<Timestamp>,
    /// Why it did not answer the last time, and since when it has not.
    pub failing: Option<(Unanswered, Timestamp)>,
}

/// The answers of this process.
#[derive(Debug, Default)]
pub struct Sightings(Mutex<BTreeMap<(SourceId, Section), VecDeque<Sighting>>>);

impl Sightings {
    /// One more answer, or none.
    pub fn note(&self, source: &SourceId, section: Section, state: &State, at: Timestamp, took: Duration) {
        // To the second: a page that is read to the thousandth tells who read when.
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        let unanswered = match state {
            State::Unanswered(why) => Some(*why),
            // Nobody was asked.
            State::Unsupported | State::NotAsked(_) => return,
            _ => None,
        };
        let mut all = self.lock();
        let kept = all.entry((source.clone(), section)).or_default();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Sighting { at, unanswered, took });
    }

    /// What is known of a section of a source; none when it was not asked lately.
    pub fn of(&self, source: &SourceId, section: Section, now: Timestamp) -> Option<Sight> {
        let all = self.lock();
        let kept = all.get(&(source.clone(), section))?;
        let lately: Vec<&Sighting> = kept.iter().filter(|one| now.duration_since(one.at) < KEPT_FOR).collect();
        (!lately.is_empty()).then(|| sight(&lately))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(SourceId, Section), VecDeque<Sighting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sight(lately: &[&Sighting]) -> Sight {
    let answered: Vec<&&Sighting> = lately.iter().filter(|one| one.unanswered.is_none()).collect();
    let mut took: Vec<Duration> = answered.iter().map(|one| one.took).collect();
    took.sort_unstable();
    let silent = lately.iter().rev().take_while(|one| one.unanswered.is_some());
    let since = silent.last().map(|one| one.at);
    let why = lately.last().and_then(|one| one.unanswered);
    let percent = (lately.len() >= FEWEST).then(|| answered.len() * 100 / lately.len());
    Sight {
        asked: lately.len(),
        answered_percent: percent.and_then(|percent| u8::try_from(percent).ok()),
        p50_ms: within(&took, 50),
        p95_ms: within(&took, 95),
        last_answer: answered.last().map(|one| one.at),
        failing: why.zip(since),
    }
}

/// The time within which so many of a hundred came, in whole tens of milliseconds.
fn within(sorted: &[Duration], percent: usize) -> Option<u64> {
    if sorted.len() < FEWEST {
        return None;
    }
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    let milliseconds = u64::try_from(sorted.get(index)?.as_millis()).ok()?;
    Some(milliseconds.div_ceil(10) * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        "2026-11-21T11:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
    }

    fn noted(answers: &[(i64, Option<Unanswered>, u64)]) -> Sightings {
        let sightings = Sightings::default();
        for (minute, unanswered, took) in answers {
            let state = unanswered.map_or(State::NothingHeld, State::Unanswered);
            sightings.note(&SourceId::new("a"), Section::Plans, &state, at(*minute), Duration::from_millis(*took));
        }
        sightings
    }

    #[test]
    fn what_was_not_asked_lately_is_not_known() {
        let sightings = noted(&[(0, None, 10)]);
        assert_eq!(sightings.of(&SourceId::new("b"), Section::Plans, at(1)), None);
        assert_eq!(sightings.of(&SourceId::new("a"), Section::Alerts, at(1)), None);
        assert!(sightings.of(&SourceId::new("a"), Section::Plans, at(1439)).is_some());
        assert_eq!(sightings.of(&SourceId::new("a"), Section::Plans, at(1440)), None);
    }

    #[test]
    fn few_answers_give_neither_rate_nor_times() {
        let sight = noted(&[(0, None, 10), (1, None, 11), (2, None, 12), (3, None, 13)]);
        let sight = sight.of(&SourceId::new("a"), Section::Plans, at(4)).unwrap();
        let told = (sight.asked, sight.answered_percent, sight.p50_ms, sight.last_answer, sight.failing);
        assert_eq!(told, (4, None, None, Some(at(3)), None));
    }

    #[test]
    fn a_source_that_has_stopped_answering_says_since_when_and_why() {
        let (down, late) = (Some(Unanswered::Down), Some(Unanswered::Timeout));
        let answers: Vec<_> = (0..8).map(|minute| (minute, None, 100 + 10 * u64::try_from(minute).unwrap())).collect();
        let sight = noted(&[&answers[..], &[(8, down, 5), (9, late, 9000)]].concat());
        let sight = sight.of(&SourceId::new("a"), Section::Plans, at(10)).unwrap();
        assert_eq!((sight.asked, sight.answered_percent, sight.last_answer), (10, Some(80), Some(at(7))));
        assert_eq!((sight.p50_ms, sight.p95_ms), (Some(130), Some(170)), "a time that was waited for nothing is none");
        assert_eq!(sight.failing, Some((Unanswered::Timeout, at(8))));
    }

    #[test]
    fn no_more_is_kept_than_is_told_of() {
        let many: Vec<_> = (0..250).map(|minute| (minute, None, 10)).collect();
        assert_eq!(noted(&many).of(&SourceId::new("a"), Section::Plans, at(250)).unwrap().asked, KEPT);
    }
}
