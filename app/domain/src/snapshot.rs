//! What was shown, kept so that it can be shown again: on which terms, and whose.
//!
//! Not here: keeping and sealing it (`store`), who may see it again (`service::snapshots`), what is kept back then (`overview::replay`).
//! Invariant: nothing is kept without a purpose, a last day and a decision on disposal, which are the organisation's own words.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::Registrar;

/// The longest that anything is kept; what is needed longer belongs in the record or in a case, not here.
const RETENTION_MAX_DAYS: u32 = 3_650;
/// As long as a purpose or a reference to a decision may be.
const WORDS_MAX_CHARACTERS: usize = 300;

/// The terms on which an organisation keeps what its staff were shown. Without them nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotTerms {
    /// What for, in the organisation's words: staff and patients can read it.
    pub purpose: String,
    /// So many days after the opening the content is destroyed, 1–3650.
    pub retention_days: u32,
    /// The decision by which it is disposed of, e.g. `Gallringsbeslut RS 2026/118`.
    pub disposal_decision: String,
}

impl SnapshotTerms {
    /// What in them makes no sense: the key and why.
    pub fn unreasonable(&self) -> Vec<(&'static str, String)> {
        let words = |key, text: &str| {
            let empty = text.trim().is_empty().then(|| "is empty; without it nothing may be kept".to_owned());
            let long = (text.chars().count() > WORDS_MAX_CHARACTERS)
                .then(|| format!("is longer than {WORDS_MAX_CHARACTERS} characters"));
            empty.or(long).map(|why| (key, why))
        };
        let days = self.retention_days;
        let retention = (!(1..=RETENTION_MAX_DAYS).contains(&days))
            .then(|| ("retention_days", format!("{days} is outside 1 … {RETENTION_MAX_DAYS}")));
        let found = [words("purpose", &self.purpose), retention, words("disposal_decision", &self.disposal_decision)];
        found.into_iter().flatten().collect()
    }

    /// The moment from which what was opened at `at` is no longer kept.
    pub fn until(&self, at: Timestamp) -> Timestamp {
        let days = SignedDuration::from_hours(i64::from(self.retention_days) * 24);
        at.checked_add(days).unwrap_or(Timestamp::MAX)
    }
}

/// One opening of which the content is kept. Its content is the canonical JSON whose hash the log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Id of the record in the log that the opening began with.
    pub id: String,
    /// To whom it was shown; its provider is the one that keeps it.
    pub reader: Registrar,
    /// When it was opened.
    pub at: Timestamp,
    /// SHA-256 of the content, hex: its address, and `shown_sha256` of the outcome in the log.
    pub sha256: String,
    /// The print that showed it; none is the screen.
    pub preset: Option<String>,
    /// The personal data were known to be protected.
    pub protected: bool,
    /// The terms then.
    pub terms: SnapshotTerms,
    /// From this moment on it is not kept.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> SnapshotTerms {
        SnapshotTerms { purpose: "Utredning".into(), retention_days: 90, disposal_decision: "RS 1".into() }
    }

    #[test]
    fn terms_without_a_purpose_an_end_or_a_decision_are_refused_by_name() {
        assert_eq!(terms().unreasonable(), vec![]);
        for (broken, key) in [
            (SnapshotTerms { purpose: " ".into(), ..terms() }, "purpose"),
            (SnapshotTerms { purpose: "x".repeat(301), ..terms() }, "purpose"),
            (SnapshotTerms { retention_days: 0, ..terms() }, "retention_days"),
            (SnapshotTerms { retention_days: 3_651, ..terms() }, "retention_days"),
            (SnapshotTerms { disposal_decision: String::new(), ..terms() }, "disposal_decision"),
        ] {
            let found = broken.unreasonable();
            assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), vec![key], "{broken:?}");
        }
    }

    #[test]
    fn what_is_kept_ninety_days_ends_ninety_days_after_the_opening() {
        let at: Timestamp = "2026-11-21T11:00:00Z".parse().unwrap();
        assert_eq!(terms().until(at).to_string(), "2027-02-19T11:00:00Z");
    }
}
