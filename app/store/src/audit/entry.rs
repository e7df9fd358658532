//! A record as the log commits to it: the bytes that its leaf is the hash of.
//!
//! One JSON object in UTF-8, keys sorted, no spaces: `activity`, `at`, `details`, `id`, `intent`, `patient`, `provider`, `stage`, `user`,
//! `viewer`. What is absent is null. The patient stands sealed, so the leaf commits to whom the record is about and tells nobody; its
//! place in the log is the leaf's index and stands in no entry.
//! Not here: columns (`record`), the tree (`tree`).
//! Invariant: two different rows give different bytes; an entry fits into a bundle of C2SP tlog-tiles, which counts it in 16 bits.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::entity::audit_record::Model;

/// The longest entry, in bytes.
pub(super) const ENTRY_MAX_BYTES: usize = u16::MAX as usize;

/// Fields in the order of their names.
#[derive(Serialize)]
struct Entry<'a> {
    activity: &'a str,
    at: &'a str,
    details: &'a RawValue,
    id: &'a str,
    intent: Option<&'a str>,
    patient: Option<&'a str>,
    provider: Option<&'a str>,
    stage: &'a str,
    user: Option<&'a str>,
    viewer: Option<&'a RawValue>,
}

/// The row is no record: a column that holds JSON does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it cannot be written as JSON")]
pub(super) struct NoEntry;

/// The entry of a row.
pub(super) fn bytes(row: &Model) -> Result<Vec<u8>, NoEntry> {
    let entry = Entry {
        activity: &row.activity,
        at: &row.at,
        details: exactly(&row.details)?,
        id: &row.id,
        intent: row.intent.as_deref(),
        patient: row.patient.as_deref(),
        provider: row.provider.as_deref(),
        stage: &row.stage,
        user: row.user_id.as_deref(),
        viewer: row.viewer.as_deref().map(exactly).transpose()?,
    };
    serde_json::to_vec(&entry).map_err(|_| NoEntry)
}

/// The text as JSON, if it is one value and nothing around it: what the reader would skip must not go unseen.
fn exactly(text: &str) -> Result<&RawValue, NoEntry> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| NoEntry)?;
    if raw.get() == text { Ok(raw) } else { Err(NoEntry) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Model {
        let text = |text: &str| Some(text.to_owned());
        Model {
            leaf_index: 7,
            id: "id".into(),
            stage: "intent".into(),
            intent: text("i"),
            activity: "Läsa".into(),
            at: "2026-11-21T11:00:00.000000000Z".into(),
            provider: text("p"),
            user_id: text("u"),
            patient: text("n"),
            viewer: text(r#"{"name":"x"}"#),
            details: r#"{"a":[1,2]}"#.into(),
        }
    }

    /// If this fails, no log in use verifies any more.
    #[test]
    fn an_entry_looks_as_the_first_version_wrote_it() {
        let written = String::from_utf8(bytes(&row()).unwrap()).unwrap();
        assert_eq!(
            written,
            r#"{"activity":"Läsa","at":"2026-11-21T11:00:00.000000000Z","details":{"a":[1,2]},"id":"id","intent":"i","patient":"n","provider":"p","stage":"intent","user":"u","viewer":{"name":"x"}}"#
        );
    }

    #[test]
    fn every_column_but_the_place_is_covered() {
        let changes: [fn(&mut Model); 10] = [
            |row| row.id.push('x'),
            |row| row.stage.push('x'),
            |row| row.intent = None,
            |row| row.activity.push('x'),
            |row| row.at.push('x'),
            |row| row.provider = None,
            |row| row.user_id = None,
            |row| row.patient = None,
            |row| row.viewer = None,
            |row| row.details = r#"{"a":[1, 2]}"#.into(),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut other = row();
            change(&mut other);
            assert_ne!(bytes(&other), bytes(&row()), "column {index}");
        }
    }

    #[test]
    fn what_is_no_json_or_has_something_around_it_is_no_entry() {
        for details in ["", "{", "{} ", " {}", "{}{}", "{}\n"] {
            assert_eq!(bytes(&Model { details: details.into(), ..row() }), Err(NoEntry), "{details:?}");
        }
    }
}
