//! Cases of what was shown and is kept.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    snapshot::{Snapshot, SnapshotTerms},
    source::ProviderId,
};
use samsyn_service::port::snapshots::Snapshots;
use sha2::{Digest as _, Sha256};

use crate::store::{
    place::Here,
    sample::{after, other_patient, patient, viewer},
};

const CONTENT: &[u8] = br#"{"person":{"name":"Elsa Demosson"}}"#;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_microsecond(after(minute).as_microsecond()).unwrap()
}

fn provider() -> ProviderId {
    viewer().provider.id
}

/// An opening at a minute, kept for an hour.
fn snapshot(number: u128, minute: i64, content: &[u8]) -> Snapshot {
    Snapshot {
        id: uuid::Uuid::from_u128(number).to_string(),
        reader: Registrar::from(&viewer()),
        at: at(minute),
        sha256: hex::encode(Sha256::digest(content)),
        preset: (number == 2).then(|| "akutblad".to_owned()),
        protected: number == 2,
        terms: SnapshotTerms { purpose: "Utredning".into(), retention_days: 1, disposal_decision: "RS 1".into() },
        until: at(minute + 60),
    }
}

pub async fn what_was_shown_comes_back_for_its_patient_and_provider_until_its_time_is_up(here: Here) {
    let store = here.open().await;
    let (one, two) = (snapshot(1, 0, CONTENT), snapshot(2, 1, b"{}"));
    store.keep_snapshot(&one, &patient(), CONTENT).await.unwrap();
    store.keep_snapshot(&two, &patient(), b"{}").await.unwrap();
    store.keep_snapshot(&snapshot(3, 2, b"[]"), &other_patient(), b"[]").await.unwrap();

    let found = store.snapshots_of(&provider(), &patient(), at(5)).await.unwrap();
    assert_eq!(found, vec![two.clone(), one.clone()], "newest first");
    let lower = ProviderId::new(provider().as_str().to_lowercase());
    assert_eq!(store.snapshots_of(&lower, &patient(), at(5)).await.unwrap().len(), 2);
    assert_eq!(store.snapshots_of(&ProviderId::new("SE0000000000-SOL"), &patient(), at(5)).await.unwrap(), vec![]);
    assert_eq!(store.snapshots_of(&provider(), &patient(), at(60)).await.unwrap(), vec![two]);
    assert_eq!(store.snapshot_content(&one).await.unwrap().as_deref(), Some(CONTENT));
    let elsewhere = Snapshot { sha256: "0".repeat(64), ..one };
    assert_eq!(store.snapshot_content(&elsewhere).await.unwrap(), None);
    assert!(store.keep_snapshot(&elsewhere, &patient(), CONTENT).await.is_err(), "another address than its own");
    store.close().await.unwrap();
}

pub async fn the_same_content_stands_once_and_goes_with_the_last_opening_that_needs_it(here: Here) {
    let store = here.open().await;
    let (one, two) = (snapshot(1, 0, CONTENT), snapshot(2, 30, CONTENT));
    for each in [&one, &two, &one] {
        store.keep_snapshot(each, &patient(), CONTENT).await.unwrap();
    }
    let counts = async || {
        let mut counts = Vec::new();
        for table in ["snapshot", "snapshot_content", "snapshot_key"] {
            counts.push(here.count(table).await);
        }
        counts
    };
    assert_eq!(counts().await, [2, 1, 1]);
    assert_eq!(store.snapshots_due(at(59)).await.unwrap(), vec![]);
    let lower = ProviderId::new(provider().as_str().to_lowercase());
    assert_eq!(store.snapshots_due(at(60)).await.unwrap(), vec![(lower, 1)]);
    assert_eq!(store.dispose_of_snapshots(&provider(), at(60)).await.unwrap(), 1);
    assert_eq!(counts().await, [1, 1, 1]);
    assert_eq!(store.snapshot_content(&two).await.unwrap().as_deref(), Some(CONTENT), "the other still needs it");
    assert_eq!(store.dispose_of_snapshots(&ProviderId::new("SE0000000000-SOL"), at(999)).await.unwrap(), 0);
    assert_eq!(store.dispose_of_snapshots(&provider(), at(90)).await.unwrap(), 1);
    assert_eq!(counts().await, [0, 0, 0]);
    assert_eq!(store.snapshot_content(&two).await.unwrap(), None);
    store.close().await.unwrap();
}

pub async fn where_the_key_is_gone_a_copy_of_the_content_cannot_be_read_and_the_log_verifies(here: Here) {
    use samsyn_service::port::audit_log::AuditLog as _;
    let store = here.open().await;
    store.append(&crate::store::sample::intent("1")).await.unwrap();
    let one = snapshot(1, 0, CONTENT);
    store.keep_snapshot(&one, &patient(), CONTENT).await.unwrap();
    let content = here.bytes("SELECT content FROM snapshot_content").await;
    let key = here.texts("SELECT sealed FROM snapshot_key").await.remove(0);
    assert!(!content.windows(4).any(|part| part == b"Elsa"));
    assert!(here.files_hold(&key) || !here.is_sqlite(), "the search finds what is there");

    store.dispose_of_snapshots(&provider(), at(60)).await.unwrap();
    assert!(!here.files_hold(&key), "neither the file nor its write-ahead log has the key any more");
    // Content from a copy that somebody kept, back in its place: without its own key nothing opens it, nor with a new one.
    store.keep_snapshot(&one, &patient(), CONTENT).await.unwrap();
    let literal = if here.is_sqlite() {
        format!("X'{}'", hex::encode(&content))
    } else {
        format!("'\\x{}'", hex::encode(&content))
    };
    here.run(&format!("UPDATE snapshot_content SET content = {literal}")).await.unwrap();
    let opened = store.snapshot_content(&one).await.unwrap_err().to_string();
    assert!(opened.contains("changed, or moved here"), "{opened}");
    assert!(matches!(store.verify_audit(&[]).await.unwrap(), samsyn_store::AuditVerdict::Intact(_)));
    store.close().await.unwrap();
}

pub async fn no_row_of_what_is_kept_carries_the_number(here: Here) {
    let store = here.open().await;
    store.keep_snapshot(&snapshot(1, 0, CONTENT), &patient(), CONTENT).await.unwrap();
    let number = patient().digits().to_owned();
    for column in ["id", "provider", "patient_tag", "reader", "sha256", "terms"] {
        let text = here.texts(&format!("SELECT {column} FROM snapshot")).await.remove(0);
        assert!(!text.contains(&number) && !text.contains(&number[2..]), "{column}");
    }
    store.close().await.unwrap();
}
