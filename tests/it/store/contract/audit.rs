//! Cases of the audit log.

use std::collections::BTreeSet;

use futures::future::join_all;
use samsyn_service::port::audit_log::{Activity, AuditLog, AuditRecord, Stage};
use samsyn_store::{AuditBreak, AuditHead, AuditVerdict, Store};
use serde_json::json;

use crate::store::{place::Here, sample};

async fn head(store: &Store) -> AuditHead {
    match store.verify_audit().await.unwrap() {
        AuditVerdict::Intact(head) => head,
        broken @ AuditVerdict::Broken { .. } => panic!("{broken:?}"),
    }
}

async fn five_records(here: &Here) -> Store {
    let store = here.open().await;
    for mark in ["1", "2", "3", "4", "5"] {
        store.append(&sample::intent(mark)).await.unwrap();
    }
    assert_eq!(head(&store).await.records, 5);
    store
}

pub async fn records_come_back_as_they_were_written_and_in_order(here: Here) {
    let store = here.open().await;
    assert_eq!(head(&store).await, AuditHead { records: 0, hash: "0".repeat(64) });
    let intent = store.append(&sample::intent("first")).await.unwrap();
    let outcome = AuditRecord {
        stage: Stage::Outcome,
        intent: Some(intent.clone()),
        activity: Activity::Print,
        at: sample::after(1),
        ..sample::intent("second")
    };
    store.append(&outcome).await.unwrap();
    let failed_sign_in = AuditRecord {
        activity: Activity::Refused,
        viewer: None,
        patient: None,
        details: json!({ "nul": "\u{0}", "text": "åäö €", "number": 1.5, "list": [2, 1], "none": null }),
        ..sample::intent("third")
    };
    store.append(&failed_sign_in).await.unwrap();

    let entries = store.audit_records(10).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(entries[0].id, intent);
    for (entry, written) in entries.iter().zip([&sample::intent("first"), &outcome, &failed_sign_in]) {
        let read = &entry.record;
        assert_eq!((read.stage, read.activity, read.at), (written.stage, written.activity, written.at));
        assert_eq!((&read.intent, &read.viewer, &read.patient), (&written.intent, &written.viewer, &written.patient));
        assert_eq!(read.details, written.details);
    }
    assert_eq!(entries[1].previous_hash, entries[0].hash);
    assert_eq!(head(&store).await, AuditHead { records: 3, hash: entries[2].hash.clone() });
    let last = store.audit_records(1).await.unwrap();
    assert_eq!(last.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [3]);
}

pub async fn many_at_once_are_all_there_exactly_once(here: Here) {
    let store = here.open().await;
    let acknowledged = join_all((0..64).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.append(&sample::intent(&number.to_string())).await.unwrap() })
    }))
    .await;
    let acknowledged: BTreeSet<String> = acknowledged.into_iter().map(Result::unwrap).collect();
    assert_eq!(acknowledged.len(), 64);
    let entries = store.audit_records(1000).await.unwrap();
    assert_eq!(entries.len(), 64);
    assert_eq!(entries.iter().map(|entry| entry.id.clone()).collect::<BTreeSet<_>>(), acknowledged);
    let marks: BTreeSet<String> = entries.iter().map(|entry| entry.record.details["mark"].to_string()).collect();
    assert_eq!(marks.len(), 64);
    assert_eq!(head(&store).await.records, 64);
}

pub async fn an_acknowledged_record_survives_closing_and_opening_again(here: Here) {
    let store = here.open().await;
    let id = store.append(&sample::intent("kept")).await.unwrap();
    let before = head(&store).await;
    store.close().await.unwrap();
    let store = here.open().await;
    assert_eq!(store.audit_records(9).await.unwrap()[0].id, id);
    assert_eq!(head(&store).await, before);
    store.append(&sample::intent("next")).await.unwrap();
    assert_eq!(head(&store).await.records, 2);
}

pub async fn a_record_can_be_neither_changed_nor_removed(here: Here) {
    let store = five_records(&here).await;
    let before = head(&store).await;
    let mut attempts = vec![
        "UPDATE audit_record SET details = '{}' WHERE sequence = 2",
        "DELETE FROM audit_record WHERE sequence = 2",
        "DELETE FROM audit_record",
        "INSERT INTO audit_record SELECT * FROM audit_record WHERE sequence = 2",
    ];
    attempts.push(if here.is_sqlite() {
        "INSERT OR REPLACE INTO audit_record SELECT * FROM audit_record WHERE sequence = 2"
    } else {
        "TRUNCATE audit_record"
    });
    for attempt in attempts {
        assert!(here.run(attempt).await.is_err(), "{attempt}");
    }
    assert_eq!(head(&store).await, before);
}

pub async fn a_changed_record_is_found(here: Here) {
    let store = five_records(&here).await;
    here.drop_protection().await.unwrap();
    assert_eq!(here.run("UPDATE audit_record SET patient = '189001029819' WHERE sequence = 3").await.unwrap(), 1);
    let broken = AuditVerdict::Broken { sequence: 3, why: AuditBreak::Changed };
    assert_eq!(store.verify_audit().await.unwrap(), broken);
}

pub async fn a_removed_record_is_found(here: Here) {
    let store = five_records(&here).await;
    here.drop_protection().await.unwrap();
    assert_eq!(here.run("DELETE FROM audit_record WHERE sequence = 2").await.unwrap(), 1);
    let missing = AuditVerdict::Broken { sequence: 2, why: AuditBreak::Missing };
    assert_eq!(store.verify_audit().await.unwrap(), missing);
    // Numbering the rest anew does not hide it, because the place is part of what is hashed.
    for place in 3..=5 {
        here.run(&format!("UPDATE audit_record SET sequence = {} WHERE sequence = {place}", place - 1)).await.unwrap();
    }
    let changed = AuditVerdict::Broken { sequence: 2, why: AuditBreak::Changed };
    assert_eq!(store.verify_audit().await.unwrap(), changed);
}

pub async fn a_record_forged_with_a_right_hash_of_its_own_is_found(here: Here) {
    let store = five_records(&here).await;
    // A record at the same place in another log: right in itself, wrong after its neighbour here.
    let elsewhere = Here::sqlite();
    let other = five_records(&elsewhere).await;
    let forged = other.audit_records(3).await.unwrap().swap_remove(0);
    assert_eq!(forged.sequence, 3);
    here.drop_protection().await.unwrap();
    let sealed = elsewhere.texts("SELECT patient FROM audit_record WHERE sequence = 3").await.swap_remove(0);
    let forge = format!(
        "UPDATE audit_record SET id = '{}', patient = '{sealed}', previous_hash = '{}', hash = '{}', details = '{}' \
         WHERE sequence = 3",
        forged.id, forged.previous_hash, forged.hash, forged.record.details
    );
    here.run(&forge).await.unwrap();
    let broken = AuditVerdict::Broken { sequence: 3, why: AuditBreak::NotFollowing };
    assert_eq!(store.verify_audit().await.unwrap(), broken);
}

pub async fn two_nodes_write_one_chain(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let appended = join_all((0..40).map(|number| {
        let node = if number % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move { node.append(&sample::intent(&number.to_string())).await.unwrap() })
    }))
    .await;
    assert_eq!(appended.into_iter().map(Result::unwrap).collect::<BTreeSet<_>>().len(), 40);
    assert_eq!(head(&one).await, head(&two).await);
    assert_eq!(head(&one).await.records, 40);
}

pub async fn a_record_that_cannot_be_stored_fails_alone(here: Here) {
    let store = here.open().await;
    let mut with_nul = sample::intent("bad");
    with_nul.viewer = with_nul.viewer.map(|mut viewer| {
        viewer.user_id.push('\0');
        viewer
    });
    let too_long = AuditRecord { details: json!("x".repeat(300_000)), ..sample::intent("bad") };
    let foreign_intent = AuditRecord { intent: Some("x".repeat(37)), ..sample::intent("bad") };
    let (good, nul, long, foreign) = tokio::join!(
        async { store.append(&sample::intent("good")).await },
        async { store.append(&with_nul).await },
        async { store.append(&too_long).await },
        async { store.append(&foreign_intent).await },
    );
    assert!(good.is_ok());
    assert!(nul.is_err() && long.is_err() && foreign.is_err());
    assert_eq!(head(&store).await.records, 1);
}

pub async fn a_closed_log_refuses(here: Here) {
    let store = here.open().await;
    let later = store.clone();
    store.append(&sample::intent("before")).await.unwrap();
    store.close().await.unwrap();
    assert!(later.append(&sample::intent("after")).await.is_err());
    assert_eq!(head(&here.open().await).await.records, 1);
}
