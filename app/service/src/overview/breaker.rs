//! The circuit breaker: a source that keeps failing is left alone for a while, and the page says since when.
//!
//! Our own forty lines rather than a library: what is shown needs "failing since", and care limits are asked regardless,
//! which no breaker crate knows. Not here: deciding what counts as a failure.
//! Invariant: one success forgets everything; a pause always ends.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use samsyn_domain::source::{Pause, SourceId};
use tokio::time::Instant;

#[derive(Debug, Clone, Copy)]
struct Record {
    failures: u32,
    since: Timestamp,
    paused_until: Option<Instant>,
}

/// Failures in a row, per source.
#[derive(Debug)]
pub struct Breaker {
    threshold: u32,
    pause: Duration,
    records: Mutex<BTreeMap<SourceId, Record>>,
}

impl Breaker {
    pub fn new(threshold: u32, pause: Duration) -> Self {
        Self { threshold, pause, records: Mutex::new(BTreeMap::new()) }
    }

    /// The pause in force. After it lookups are let through again; the first failure pauses anew. Pauses run on real time,
    /// also when the clock of the page is frozen.
    pub fn pause_of(&self, source: &SourceId, now: Instant) -> Option<Pause> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.get(source)?;
        record.paused_until.filter(|until| *until > now)?;
        Some(Pause { since: record.since })
    }

    /// One more failure.
    pub fn failed(&self, source: &SourceId, at: Timestamp, now: Instant) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.entry(source.clone()).or_insert(Record { failures: 0, since: at, paused_until: None });
        record.failures = record.failures.saturating_add(1);
        if record.failures >= self.threshold {
            record.paused_until = Some(now + self.pause);
            tracing::warn!(%source, failures = record.failures, "source paused after repeated failures");
        }
    }

    /// It works again.
    pub fn worked(&self, source: &SourceId) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).remove(source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_paused_after_repeated_failures_and_asked_again_later() {
        let breaker = Breaker::new(3, Duration::from_secs(30));
        let source = SourceId::new("viva");
        let frozen = Timestamp::from_second(1_800_000_000).unwrap();
        let start = Instant::now();
        let at = |second: u64| start + Duration::from_secs(second);
        breaker.failed(&source, frozen, at(0));
        breaker.failed(&source, frozen, at(1));
        assert!(breaker.pause_of(&source, at(2)).is_none());
        breaker.failed(&source, frozen, at(2));
        let pause = breaker.pause_of(&source, at(3)).unwrap();
        assert_eq!(pause.since, frozen);
        assert!(breaker.pause_of(&source, at(40)).is_none(), "it ends although the page's clock stands still");
        breaker.failed(&source, frozen, at(40));
        assert!(breaker.pause_of(&source, at(41)).is_some(), "one failed probe pauses again");
        breaker.worked(&source);
        assert!(breaker.pause_of(&source, at(41)).is_none());
    }
}
