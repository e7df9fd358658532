//! The hash that ties a record to all before it.
//!
//! Not here: when it is computed (`queue`), when it is compared (`verify`).
//! Invariant: every column but the hash itself is covered, each with its length, so that no two rows give the same bytes.

use sha2::{Digest, Sha256};

use crate::entity::audit_record::Model;

/// What the first record follows.
pub(super) const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Changed when the covered columns change.
const DOMAIN: &[u8] = b"samsyn audit record 1\0";

/// SHA-256 over all columns, hex.
pub(super) fn hash_of(row: &Model) -> String {
    let sequence = row.sequence.to_string();
    let columns = [
        Some(&row.previous_hash),
        Some(&sequence),
        Some(&row.id),
        Some(&row.stage),
        row.intent.as_ref(),
        Some(&row.activity),
        Some(&row.at),
        row.provider.as_ref(),
        row.user_id.as_ref(),
        row.patient.as_ref(),
        row.viewer.as_ref(),
        Some(&row.details),
    ];
    let mut hash = Sha256::new_with_prefix(DOMAIN);
    for column in columns {
        match column {
            None => hash.update([0]),
            Some(text) => {
                hash.update([1]);
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Model {
        let text = |text: &str| Some(text.to_owned());
        Model {
            sequence: 7,
            id: "id".into(),
            stage: "intent".into(),
            intent: text("i"),
            activity: "Läsa".into(),
            at: "2026-11-21T11:00:00Z".into(),
            provider: text("p"),
            user_id: text("u"),
            patient: text("n"),
            viewer: text("{}"),
            details: "{}".into(),
            previous_hash: BEGINNING.into(),
            hash: String::new(),
        }
    }

    #[test]
    fn every_column_is_covered() {
        let changes: [fn(&mut Model); 12] = [
            |row| row.sequence += 1,
            |row| row.id.push('x'),
            |row| row.stage.push('x'),
            |row| row.intent = None,
            |row| row.activity.push('x'),
            |row| row.at.push('x'),
            |row| row.provider = None,
            |row| row.user_id = None,
            |row| row.patient = None,
            |row| row.viewer = None,
            |row| row.details.push('x'),
            |row| row.previous_hash.push('x'),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut other = row();
            change(&mut other);
            assert_ne!(hash_of(&other), hash_of(&row()), "column {index}");
        }
    }

    #[test]
    fn text_cannot_move_from_one_column_to_the_next() {
        let (mut left, mut right) = (row(), row());
        (left.provider, left.user_id) = (Some("ab".into()), Some("c".into()));
        (right.provider, right.user_id) = (Some("a".into()), Some("bc".into()));
        assert_ne!(hash_of(&left), hash_of(&right));
        (left.provider, right.provider) = (None, Some(String::new()));
        right.user_id = left.user_id.clone();
        assert_ne!(hash_of(&left), hash_of(&right));
    }
}
