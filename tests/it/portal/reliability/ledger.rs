//! What visitors saw, held against what the log says.
//!
//! A page and its record are matched by patient and time: the record's moment, which the portal took from the same clock, lies between
//! asking and the first piece, and a visitor opens one page at a time.
//! Invariant: every page has one record, every record an attempt, every outcome one intent; the log verifies.

use std::collections::{BTreeMap, BTreeSet};

use samsyn_service::port::audit_log::{Logged, Stage};
use samsyn_store::{AuditFile, AuditVerdict, StoreConfig};

use super::visitor::Attempt;

/// Records read at a time.
const PAGE: u64 = 1_000;

/// Compares everything that was attempted with the log of this database; gives how many pages were shown.
pub async fn compare(store: &StoreConfig, attempts: &[Attempt]) -> usize {
    let file = AuditFile::open(store).await.unwrap();
    let verdict = file.verify(&[], |_, _, _| {}).await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact(_)), "{verdict:?}");
    let log = read(&file).await;
    whole(&log);
    let mut intents: BTreeMap<&str, Vec<&Logged>> = BTreeMap::new();
    for entry in log.iter().filter(|entry| entry.record.stage == Stage::Intent) {
        if let Some(patient) = &entry.record.patient {
            intents.entry(patient.digits()).or_default().push(entry);
        }
    }
    let mut explained = BTreeSet::new();
    for attempt in attempts {
        let of_patient = intents.get(attempt.patient.as_str()).map(Vec::as_slice).unwrap_or_default();
        let within: Vec<&&Logged> =
            of_patient.iter().filter(|entry| (attempt.from..=attempt.to).contains(&entry.record.at)).collect();
        let (when, records) = (&attempt.when, within.len());
        if attempt.shown {
            assert_eq!(records, 1, "a page has {records} records, {when}: {attempt:?} {within:#?}");
        } else {
            // Of what was refused or cut off there may be a record, of an attempt of which nothing was shown.
            assert!(records <= 1, "an attempt has {records} records, {when}: {attempt:?} {within:#?}");
        }
        explained.extend(within.iter().map(|entry| entry.index));
    }
    let from_nowhere: Vec<&&Logged> =
        intents.values().flatten().filter(|entry| !explained.contains(&entry.index)).collect();
    assert!(from_nowhere.is_empty(), "records of what nobody attempted: {from_nowhere:#?}");
    attempts.iter().filter(|attempt| attempt.shown).count()
}

async fn read(file: &AuditFile) -> Vec<Logged> {
    let mut log: Vec<Logged> = Vec::new();
    loop {
        let next = file.records(log.len() as u64, PAGE).await.unwrap();
        if next.is_empty() {
            return log;
        }
        log.extend(next);
    }
}

/// No record twice, and every outcome with an intent of its own.
fn whole(log: &[Logged]) {
    let ids: BTreeSet<&str> = log.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), log.len(), "an id stands twice in the log");
    let mut ended = BTreeSet::new();
    for outcome in log.iter().filter(|entry| entry.record.stage == Stage::Outcome) {
        let Some(intent) = outcome.record.intent.as_deref() else { continue };
        assert!(ids.contains(intent), "an outcome without its intent: {outcome:#?}");
        assert!(ended.insert(intent), "a second outcome: {outcome:#?}");
    }
}
