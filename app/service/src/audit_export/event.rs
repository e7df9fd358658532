//! What belongs together in the log: what was about to happen, and what did.
//!
//! Not here: the shape of details (`record`). Invariant: each record leaves in exactly one event, in the order of the intents' ends.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{identifier::PersonIdentifier, section::Section, viewer::Viewer};
use serde::Deserialize;
use serde_json::Value;

use crate::port::audit_log::{Activity, Logged, Stage};

/// How long an outcome is waited for, in the log's own time. The longest opening takes minutes.
const OUTCOME_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Leaf index of the intent, or of the only record.
    pub index: u64,
    /// Its id.
    pub id: String,
    /// What was done.
    pub activity: Activity,
    /// When it began.
    pub at: Timestamp,
    /// Who, in which assignment.
    pub viewer: Option<Viewer>,
    /// About whom.
    pub patient: Option<PersonIdentifier>,
    /// What the first record says.
    pub details: Value,
    /// What the outcome says; none when there is none, or none is known.
    pub outcome: Option<Value>,
}

/// Whose information was shown: of one unit, by one source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Shown {
    /// The source.
    pub source: String,
    /// HSA-id of the provider whose record it is; none when it was not stated, or there were too many to name.
    #[serde(default)]
    pub provider: Option<String>,
    /// HSA-id of the unit; none as above.
    #[serde(default, deserialize_with = "text_or_count")]
    pub unit: Option<String>,
    /// The information types.
    #[serde(default)]
    pub sections: Vec<Section>,
}

/// A record with too many units for one line states how many there were instead.
fn text_or_count<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Value::deserialize(from)?.as_str().map(str::to_owned))
}

impl Event {
    fn of(logged: Logged) -> Self {
        let Logged { index, id, record } = logged;
        let (activity, at, viewer, patient, details) =
            (record.activity, record.at, record.viewer, record.patient, record.details);
        Self { index, id, activity, at, viewer, patient, details, outcome: None }
    }

    /// Whether it is the opening of an overview, of which an outcome is expected.
    pub fn is_opening(&self) -> bool {
        self.details.get("active_choice").is_some()
    }

    /// Own or shared; none of anything but an opening.
    pub fn active_choice(&self) -> Option<&str> {
        self.details.get("active_choice")?.as_str()
    }

    /// What an opening has shown, one line for each source, provider and unit.
    pub fn shown(&self) -> Vec<Shown> {
        let lines = self.outcome.as_ref().and_then(|outcome| outcome.get("resources")).and_then(Value::as_array);
        lines.into_iter().flatten().filter_map(|line| Shown::deserialize(line).ok()).collect()
    }

    /// SHA-256 of the canonical JSON that was shown last, hex.
    pub fn shown_sha256(&self) -> Option<&str> {
        self.outcome.as_ref()?.get("shown_sha256")?.as_str()
    }

    /// How an opening ended: `complete`, `aborted`, or `unknown` when the log has no outcome. None of anything else.
    pub fn conclusion(&self) -> Option<&'static str> {
        self.is_opening().then(|| match self.outcome.as_ref().and_then(|outcome| outcome.get("conclusion")) {
            Some(Value::String(_)) => "complete",
            Some(_) => "aborted",
            None => "unknown",
        })
    }

    /// Per source the sections that stand under a word of `kind`: `states`, `withheld` or `unanswered`.
    pub fn by_source(&self, kind: &str) -> Vec<(String, String)> {
        let sources = self.outcome.as_ref().and_then(|outcome| outcome.get("sources")).and_then(Value::as_array);
        let mut found = Vec::new();
        for source in sources.into_iter().flatten() {
            let Some(name) = source.get("source").and_then(Value::as_str) else { continue };
            for (word, sections) in source.get(kind).and_then(Value::as_object).into_iter().flatten() {
                let sections: Vec<&str> = sections.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                found.push((name.to_owned(), format!("{word}: {}", sections.join(" "))));
            }
        }
        found
    }
}

/// Puts records together as they are read, in the order of the log.
#[derive(Debug, Default)]
pub struct Joiner {
    /// Openings that await their outcome, by id.
    awaited: BTreeMap<String, Event>,
}

impl Joiner {
    /// Takes the next record, and gives what is complete with it.
    pub fn take(&mut self, logged: Logged) -> Vec<Event> {
        let now = logged.record.at;
        if logged.record.stage == Stage::Outcome
            && let Some(mut event) = logged.record.intent.as_ref().and_then(|intent| self.awaited.remove(intent))
        {
            event.outcome = Some(logged.record.details);
            return vec![event];
        }
        let event = Event::of(logged);
        let mut complete = self.given_up(now);
        if event.is_opening() {
            self.awaited.insert(event.id.clone(), event);
        } else {
            complete.push(event);
        }
        complete
    }

    /// What still awaits an outcome when the log ends.
    pub fn finish(self) -> Vec<Event> {
        in_order(self.awaited.into_values().collect())
    }

    fn given_up(&mut self, now: Timestamp) -> Vec<Event> {
        let late: Vec<String> = self
            .awaited
            .values()
            .filter(|event| now.duration_since(event.at) > OUTCOME_WITHIN)
            .map(|event| event.id.clone())
            .collect();
        in_order(late.iter().filter_map(|id| self.awaited.remove(id)).collect())
    }
}

fn in_order(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| event.index);
    events
}
