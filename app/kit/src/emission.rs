//! What an adapter pushed, said and asked in one lookup, exactly as it did.
//!
//! Not here: what is wrong with it (`judge`).
//! Invariant: nothing is left out or put in order, so that two runs can be compared byte for byte.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use samsyn_host::{
    egress::{EgressError, Outgoing, Reply},
    report::LogLevel,
    witness::Witness,
};
use serde_json::{Map, Value, json};

/// A failure of the whole lookup, as the adapter named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The contract's word.
    pub kind: &'static str,
    /// The vendor's code.
    pub code: String,
    /// For the administrator.
    pub message: String,
}

/// Everything one lookup pushed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Emission {
    /// Records by section, in the order they were pushed.
    pub entries: BTreeMap<String, Vec<Value>>,
    /// Section and status, in order.
    pub statuses: Vec<(String, Value)>,
    /// Lines of the log.
    pub log: Vec<(LogLevel, String)>,
    /// The failure, when it ended in one.
    pub failure: Option<Failure>,
}

impl Emission {
    /// As written in `expected.json`.
    pub fn canonical(&self) -> Value {
        let failure = self
            .failure
            .as_ref()
            .map(|failure| json!({ "kind": failure.kind, "code": failure.code, "message": failure.message }));
        let mut sections: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for (section, status) in &self.statuses {
            sections.entry(section).or_default().insert("status".to_owned(), status.clone());
        }
        for (section, entries) in &self.entries {
            sections.entry(section).or_default().insert("entries".to_owned(), Value::from(entries.clone()));
        }
        json!({ "failure": failure, "sections": sections })
    }

    /// The records of a section.
    pub fn of(&self, section: &str) -> &[Value] {
        self.entries.get(section).map_or(&[], Vec::as_slice)
    }

    /// The word of a section's status: `complete`, `partial` …
    pub fn status(&self, section: &str) -> Option<&str> {
        let (_, status) = self.statuses.iter().rev().find(|(name, _)| name == section)?;
        match status {
            Value::String(word) => Some(word),
            Value::Object(case) => case.keys().next().map(String::as_str),
            _ => None,
        }
    }

    /// How many statuses came for a section.
    pub fn statuses_of(&self, section: &str) -> usize {
        self.statuses.iter().filter(|(name, _)| name == section).count()
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.entries.values().map(Vec::len).sum()
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Writes an emission down while the adapter runs.
#[derive(Debug, Default)]
pub struct Scribe(Mutex<Emission>);

impl Scribe {
    /// Everything so far.
    pub fn written(&self) -> Emission {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Emission> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness for Scribe {
    fn pushed(&self, sink: &'static str, mut record: Value) {
        let section = match sink {
            "vaccinations" | "infections" => {
                if let Value::Object(fields) = &mut record {
                    fields.insert("sink".to_owned(), sink.into());
                }
                "covid-19"
            }
            other => other,
        };
        self.lock().entries.entry(section.to_owned()).or_default().push(record);
    }

    fn status(&self, section: &str, status: Value) {
        self.lock().statuses.push((section.to_owned(), status));
    }

    fn logged(&self, level: LogLevel, text: &str) {
        self.lock().log.push((level, text.to_owned()));
    }

    fn exchanged(&self, _: &str, _: &Outgoing, _: Result<&Reply, &EgressError>) {}

    fn failed(&self, kind: &'static str, code: &str, message: &str) {
        self.lock().failure = Some(Failure { kind, code: code.to_owned(), message: message.to_owned() });
    }
}
