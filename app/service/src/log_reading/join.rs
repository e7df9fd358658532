//! What belongs together in the log: what was about to happen, and what did.
//!
//! Not here: what a record says (`record::read`). Invariant: each record leaves in exactly one event; what has an outcome leaves with it, or
//! without one when none came in time.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::logged::{LoggedAct, LoggedOutcome};

use crate::{port::audit_log::Logged, record::read};

/// How long an outcome is waited for, in the log's own time. The longest opening takes minutes.
pub const OUTCOME_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// The record it began with, or the only one.
    pub first: Logged,
    /// What came of an opening or a change; none when it is neither, or the log does not say.
    pub outcome: Option<LoggedOutcome>,
}

impl Event {
    /// Whether it is an opening, of which an outcome is expected.
    pub fn is_opening(&self) -> bool {
        read::is_opening(&self.first.record)
    }

    /// How it ended: an opening `complete`, `aborted`, or `unknown` when the log has no outcome; one that was shown again `complete` or
    /// `nothing-shown`; a change `done`, `not-kept` or `unclear`. None of anything else, and of a change whose outcome the log does not have.
    pub fn conclusion(&self) -> Option<&'static str> {
        match &self.outcome {
            None => self.is_opening().then_some("unknown"),
            Some(LoggedOutcome { became: Some(became), .. }) => Some(became.word()),
            Some(outcome) if outcome.complete => Some("complete"),
            Some(_) if self.is_opening() => Some("aborted"),
            Some(_) => Some("nothing-shown"),
        }
    }

    /// The same as an act; none of what is about no patient or nobody's, and of an outcome whose beginning is not known.
    pub fn act(self) -> Option<LoggedAct> {
        let is_first = self.first.record.intent.is_none();
        let act = read::act(self.first).filter(|_| is_first)?;
        Some(LoggedAct { outcome: self.outcome, ..act })
    }
}

/// Puts records together as they are read, in the order of the log.
#[derive(Debug, Default)]
pub struct Join {
    /// What awaits its outcome, by id.
    awaited: HashMap<String, Logged>,
    /// The same in the order they came, and those that have had theirs.
    waiting: VecDeque<(Timestamp, String)>,
}

impl Join {
    /// Takes the next record, and gives what is complete with it.
    pub fn take(&mut self, logged: Logged) -> Vec<Event> {
        let mut complete = self.given_up(logged.record.at);
        if let Some(first) = logged.record.intent.as_ref().and_then(|intent| self.awaited.remove(intent)) {
            complete.push(Event { first, outcome: Some(read::outcome(&logged)) });
        } else if read::has_second(&logged.record) {
            self.waiting.push_back((logged.record.at, logged.id.clone()));
            self.awaited.insert(logged.id.clone(), logged);
        } else {
            complete.push(Event { first: logged, outcome: None });
        }
        complete
    }

    /// What still awaits an outcome when the log ends.
    pub fn finish(self) -> Vec<Event> {
        let mut left: Vec<Logged> = self.awaited.into_values().collect();
        left.sort_by_key(|logged| logged.index);
        left.into_iter().map(|first| Event { first, outcome: None }).collect()
    }

    fn given_up(&mut self, now: Timestamp) -> Vec<Event> {
        let mut late = Vec::new();
        while self.waiting.front().is_some_and(|(at, _)| now.duration_since(*at) > OUTCOME_WITHIN) {
            let Some((_, id)) = self.waiting.pop_front() else { break };
            late.extend(self.awaited.remove(&id).map(|first| Event { first, outcome: None }));
        }
        late
    }
}
