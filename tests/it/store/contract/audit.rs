//! Cases of the audit log.

use std::collections::BTreeSet;

use futures::future::join_all;
use samsyn_domain::source::ProviderId;
use samsyn_service::port::audit_log::{Activity, AuditLog, AuditQuery, AuditReader, AuditRecord, Stage};
use samsyn_store::{AuditBreak, AuditHead, AuditVerdict, CheckpointError, LogCheckpoint, Store, StoreError};
use serde_json::json;

use crate::store::{place::Here, sample};

async fn head(store: &Store) -> AuditHead {
    match store.verify_audit(&[]).await.unwrap() {
        AuditVerdict::Intact(head) => head,
        AuditVerdict::Broken(broken) => panic!("{broken}"),
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
    let empty = head(&store).await;
    assert_eq!(
        (empty.records, empty.root.as_str()),
        (0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        "RFC 6962, 2.1"
    );
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
    assert_eq!(entries.iter().map(|entry| entry.index).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(entries[0].id, intent);
    for (entry, written) in entries.iter().zip([&sample::intent("first"), &outcome, &failed_sign_in]) {
        let read = &entry.record;
        assert_eq!((read.stage, read.activity, read.at), (written.stage, written.activity, written.at));
        assert_eq!((&read.intent, &read.viewer, &read.patient), (&written.intent, &written.viewer, &written.patient));
        assert_eq!(read.details, written.details);
    }
    let full = head(&store).await;
    assert_eq!((full.records, &full.origin), (3, &empty.origin));
    assert_ne!(full.root, empty.root);
    let last = store.audit_records(1).await.unwrap();
    assert_eq!(last.iter().map(|entry| entry.index).collect::<Vec<_>>(), [2]);
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
        "UPDATE audit_record SET details = '{}' WHERE leaf_index = 1",
        "DELETE FROM audit_record WHERE leaf_index = 1",
        "DELETE FROM audit_record",
        "INSERT INTO audit_record SELECT * FROM audit_record WHERE leaf_index = 1",
    ];
    attempts.push(if here.is_sqlite() {
        "INSERT OR REPLACE INTO audit_record SELECT * FROM audit_record WHERE leaf_index = 1"
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
    assert_eq!(here.run("UPDATE audit_record SET patient = '189001029819' WHERE leaf_index = 2").await.unwrap(), 1);
    let broken = AuditVerdict::Broken(AuditBreak::Changed { index: 2 });
    assert_eq!(store.verify_audit(&[]).await.unwrap(), broken);
}

pub async fn a_removed_record_is_found(here: Here) {
    let store = five_records(&here).await;
    here.drop_protection().await.unwrap();
    assert_eq!(here.run("DELETE FROM audit_record WHERE leaf_index = 1").await.unwrap(), 1);
    let missing = AuditVerdict::Broken(AuditBreak::Missing { index: 1 });
    assert_eq!(store.verify_audit(&[]).await.unwrap(), missing);
    // Numbering the rest anew does not hide it.
    for place in 2..=4 {
        here.run(&format!("UPDATE audit_record SET leaf_index = {} WHERE leaf_index = {place}", place - 1))
            .await
            .unwrap();
    }
    let changed = AuditVerdict::Broken(AuditBreak::Changed { index: 1 });
    assert_eq!(store.verify_audit(&[]).await.unwrap(), changed);
}

pub async fn a_record_forged_together_with_its_tile_is_found(here: Here) {
    let store = five_records(&here).await;
    // A record and a tile that were written elsewhere: right in themselves, and not what was signed here.
    let elsewhere = Here::sqlite();
    let other = five_records(&elsewhere).await;
    here.drop_protection().await.unwrap();
    for column in ["id", "patient", "details"] {
        let text =
            elsewhere.texts(&format!("SELECT {column} FROM audit_record WHERE leaf_index = 2")).await.swap_remove(0);
        here.run(&format!("UPDATE audit_record SET {column} = '{text}' WHERE leaf_index = 2")).await.unwrap();
    }
    let changed = AuditVerdict::Broken(AuditBreak::Changed { index: 2 });
    assert_eq!(store.verify_audit(&[]).await.unwrap(), changed);
    let hash = |here: &Here| {
        let tile = if here.is_sqlite() { "hex(hashes)" } else { "upper(encode(hashes, 'hex'))" };
        format!("SELECT substr({tile}, 129, 64) FROM audit_tile WHERE level = 0")
    };
    let [forged] = elsewhere.texts(&hash(&elsewhere)).await.try_into().unwrap();
    let [whole] = here
        .texts(if here.is_sqlite() {
            "SELECT hex(hashes) FROM audit_tile"
        } else {
            "SELECT upper(encode(hashes, 'hex')) FROM audit_tile"
        })
        .await
        .try_into()
        .unwrap();
    let tile = format!("{}{forged}{}", &whole[..128], &whole[192..]);
    let put = if here.is_sqlite() { format!("X'{tile}'") } else { format!("decode('{tile}', 'hex')") };
    here.run(&format!("UPDATE audit_tile SET hashes = {put}")).await.unwrap();
    assert_eq!(store.verify_audit(&[]).await.unwrap(), AuditVerdict::Broken(AuditBreak::Head));
    // The head of the other log does not fit either: it is another log's.
    let [head, root] = ["checkpoint", "root"];
    let mut theirs = Vec::new();
    for column in [head, root] {
        theirs.push(elsewhere.texts(&format!("SELECT {column} FROM audit_head")).await.swap_remove(0));
    }
    here.run(&format!("UPDATE audit_head SET checkpoint = '{}', root = '{}'", theirs[0], theirs[1])).await.unwrap();
    let verdict = store.verify_audit(&[]).await.unwrap();
    let other_log = |error: &CheckpointError| matches!(error, CheckpointError::OtherLog { .. });
    assert!(matches!(&verdict, AuditVerdict::Broken(AuditBreak::NotSigned(error)) if other_log(error)), "{verdict:?}");
    drop(other);
}

pub async fn two_nodes_write_one_log(here: Here) {
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

/// Somebody puts an older state back under a running portal: nothing is added to it, so nothing is shown.
pub async fn a_log_that_was_put_back_is_not_gone_on_with(here: Here) {
    let store = here.open().await;
    for mark in ["1", "2"] {
        store.append(&sample::intent(mark)).await.unwrap();
    }
    let older = head(&store).await;
    let kept = LogCheckpoint::open(&older.checkpoint, &store.audit_key().await.unwrap()).unwrap();
    let tile = if here.is_sqlite() { "hex(hashes)" } else { "encode(hashes, 'hex')" };
    let older_tile = here.texts(&format!("SELECT {tile} FROM audit_tile")).await.swap_remove(0);
    store.append(&sample::intent("3")).await.unwrap();
    let newer = LogCheckpoint::open(&head(&store).await.checkpoint, &store.audit_key().await.unwrap()).unwrap();
    here.drop_protection().await.unwrap();
    let put = if here.is_sqlite() { format!("X'{older_tile}'") } else { format!("decode('{older_tile}', 'hex')") };
    for step in [
        "DELETE FROM audit_record WHERE leaf_index = 2".to_owned(),
        "DELETE FROM audit_patient WHERE leaf_index = 2".to_owned(),
        format!("UPDATE audit_tile SET hashes = {put}"),
        format!("UPDATE audit_head SET tree_size = 2, root = '{}', checkpoint = '{}'", older.root, older.checkpoint),
    ] {
        here.run(&step).await.unwrap();
    }
    let refused = store.append(&sample::intent("4")).await.unwrap_err();
    assert!(refused.detail.contains("no longer the one this program has written"), "{refused}");
    // In itself the older state is whole. Only what was kept elsewhere shows it.
    assert_eq!(store.verify_audit(std::slice::from_ref(&kept)).await.unwrap(), AuditVerdict::Intact(older));
    let shorter = AuditVerdict::Broken(AuditBreak::Shorter { records: 2, checkpoint: 3 });
    assert_eq!(store.verify_audit(std::slice::from_ref(&newer)).await.unwrap(), shorter);
    // Gone on with by a node that knows nothing of it, it is another log from there.
    let again = here.open().await;
    again.append(&sample::intent("forked")).await.unwrap();
    let fork = AuditVerdict::Broken(AuditBreak::Fork { records: 3 });
    assert_eq!(again.verify_audit(&[kept, newer]).await.unwrap(), fork);
}

pub async fn a_log_without_a_head_or_with_another_one_is_not_opened(here: Here) {
    let store = five_records(&here).await;
    store.close().await.unwrap();
    here.drop_protection().await.unwrap();
    let [checkpoint] = here.texts("SELECT checkpoint FROM audit_head").await.try_into().unwrap();
    let refusal = async || match Store::open(&here.config).await {
        Err(StoreError::BrokenLog(broken)) => broken,
        other => panic!("{other:?}"),
    };
    here.run("UPDATE audit_head SET tree_size = 4").await.unwrap();
    assert_eq!(refusal().await, AuditBreak::Head);
    let forged = checkpoint.replace("\n5\n", "\n4\n");
    here.run(&format!("UPDATE audit_head SET checkpoint = '{forged}'")).await.unwrap();
    assert_eq!(refusal().await, AuditBreak::NotSigned(CheckpointError::Forged));
    here.run("DELETE FROM audit_head").await.unwrap();
    assert_eq!(refusal().await, AuditBreak::NoHead);
}

pub async fn only_the_records_of_a_provider_and_a_period_are_read(here: Here) {
    let store = here.open().await;
    let at = |minutes: i64, mark: &str| AuditRecord { at: sample::after(minutes), ..sample::intent(mark) };
    let mut other = at(2, "another provider's");
    if let Some(viewer) = &mut other.viewer {
        viewer.provider.id = ProviderId::new("SE1111111111-SOL");
    }
    // 11:00:00.123456789, and moments whose texts would be ordered otherwise without a fixed form.
    let whole_second = AuditRecord { at: "2026-11-21T11:05:00Z".parse().unwrap(), ..sample::intent("whole second") };
    let a_bit_later = AuditRecord { at: "2026-11-21T11:05:00.5Z".parse().unwrap(), ..sample::intent("a bit later") };
    for record in [at(0, "before"), at(1, "first"), other, whole_second, a_bit_later, at(9, "last"), at(10, "after")] {
        store.append(&record).await.unwrap();
    }
    let all = AuditQuery {
        provider: "SE0000000000-HSL",
        patient: None,
        from: sample::after(1),
        before: sample::after(10),
        from_index: 0,
        limit: 100,
    };
    let marks = async |query: AuditQuery<'_>| {
        let read = store.read(&query).await.unwrap();
        read.into_iter().map(|logged| logged.record.details["mark"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marks(all).await, ["first", "whole second", "a bit later", "last"]);
    assert_eq!(
        marks(AuditQuery { before: "2026-11-21T11:05:00.1Z".parse().unwrap(), ..all }).await,
        ["first", "whole second"]
    );
    assert_eq!(marks(AuditQuery { limit: 2, ..all }).await, ["first", "whole second"]);
    assert_eq!(marks(AuditQuery { limit: 2, from_index: 4, ..all }).await, ["a bit later", "last"]);
    assert_eq!(marks(AuditQuery { provider: "SE1111111111-SOL", ..all }).await, ["another provider's"]);
    assert_eq!(marks(AuditQuery { provider: "SE2222222222", ..all }).await, [""; 0]);
    // HSA-ids are the same in either case.
    assert_eq!(marks(AuditQuery { provider: " se1111111111-sol", ..all }).await, ["another provider's"]);
}

/// Marks of what the log holds about a patient.
async fn about(
    store: &Store,
    provider: &str,
    patient: &samsyn_domain::identifier::PersonIdentifier,
) -> Result<Vec<String>, samsyn_service::port::PortError> {
    let (from, before) = (sample::after(0), sample::after(100));
    let query = AuditQuery { provider, patient: Some(patient), from, before, from_index: 0, limit: 100 };
    let read = store.read(&query).await?;
    Ok(read.into_iter().map(|logged| logged.record.details["mark"].as_str().unwrap().to_owned()).collect())
}

/// Two of one patient by two spellings of a provider, one of another patient, one of another provider, one of nobody.
async fn of_several(here: &Here) -> Store {
    let store = here.open().await;
    let of = |mark: &str, provider: &str| {
        let mut record = sample::intent(mark);
        if let Some(viewer) = &mut record.viewer {
            viewer.provider.id = ProviderId::new(provider);
        }
        record
    };
    let own = "SE0000000000-HSL";
    for record in [
        of("first", own),
        AuditRecord { patient: Some(sample::other_patient()), ..of("another's", own) },
        of("second", " se0000000000-hsl"),
        of("elsewhere", "SE1111111111-SOL"),
        AuditRecord { patient: None, ..of("nobody's", own) },
    ] {
        store.append(&record).await.unwrap();
    }
    store
}

pub async fn what_is_about_a_patient_is_found_and_nothing_else(here: Here) {
    let store = of_several(&here).await;
    for provider in ["SE0000000000-HSL", "se0000000000-hsl "] {
        assert_eq!(about(&store, provider, &sample::patient()).await.unwrap(), ["first", "second"]);
        assert_eq!(about(&store, provider, &sample::other_patient()).await.unwrap(), ["another's"]);
    }
    assert_eq!(about(&store, "SE1111111111-SOL", &sample::patient()).await.unwrap(), ["elsewhere"]);
    assert_eq!(about(&store, "SE1111111111-SOL", &sample::other_patient()).await.unwrap(), [""; 0]);
    // The same person has another tag at another provider.
    let tags = here.texts("SELECT patient_tag FROM audit_patient ORDER BY leaf_index").await;
    assert_eq!(tags.len(), 4);
    assert_eq!((tags[0] == tags[2], tags[0] == tags[3], tags[0] == tags[1]), (true, false, false));
    assert!(tags.iter().all(|tag| !tag.contains(sample::patient().digits())));
}

pub async fn a_record_is_found_by_its_id_with_what_came_of_it_by_its_own_provider_only(here: Here) {
    let store = here.open().await;
    let own = "se0000000000-hsl";
    let id = store.append(&sample::intent("first")).await.unwrap();
    let alone = store.append(&sample::intent("alone")).await.unwrap();
    let outcome = AuditRecord { stage: Stage::Outcome, intent: Some(id.clone()), ..sample::intent("second") };
    store.append(&outcome).await.unwrap();
    let found = async |provider: &str, id: &str| {
        let found = store.with_outcome(provider, id).await.unwrap();
        found.map(|(first, second)| (first.index, second.map(|second| second.index)))
    };
    assert_eq!(found(own, &id).await, Some((0, Some(2))));
    assert_eq!(found(own, &alone).await, Some((1, None)));
    assert_eq!(found("SE1111111111-SOL", &id).await, None);
    assert_eq!(found(own, "no id of this log").await, None);
}

pub async fn an_index_by_patient_that_is_not_that_of_the_records_is_found(here: Here) {
    let store = of_several(&here).await;
    assert_eq!(head(&store).await.records, 5);
    for attempt in [
        "UPDATE audit_patient SET provider = 'x'",
        "DELETE FROM audit_patient",
        "INSERT INTO audit_patient SELECT * FROM audit_patient WHERE leaf_index = 1",
    ] {
        assert!(here.run(attempt).await.is_err(), "{attempt}");
    }
    here.drop_protection().await.unwrap();
    let indexed = |index| AuditVerdict::Broken(AuditBreak::Indexed { index });
    let row = here.texts("SELECT patient_tag FROM audit_patient WHERE leaf_index = 2").await.swap_remove(0);
    // A row that is gone leaves its record out of an extract: that is what verifying is for.
    here.run("DELETE FROM audit_patient WHERE leaf_index = 2").await.unwrap();
    assert_eq!(about(&store, "SE0000000000-HSL", &sample::patient()).await.unwrap(), ["first"]);
    assert_eq!(store.verify_audit(&[]).await.unwrap(), indexed(2));
    let back = format!("INSERT INTO audit_patient VALUES (2, 'se0000000000-hsl', '{row}')");
    here.run(&back).await.unwrap();
    assert_eq!(head(&store).await.records, 5);
    // One that leads to somebody else's record is not followed.
    here.run(&format!("UPDATE audit_patient SET patient_tag = '{row}' WHERE leaf_index = 1")).await.unwrap();
    let misled = about(&store, "SE0000000000-HSL", &sample::patient()).await.unwrap_err();
    assert!(misled.detail.contains("record 1"), "{misled}");
    assert_eq!(store.verify_audit(&[]).await.unwrap(), indexed(1));
    // One of a record about nobody, and one of no record.
    for (place, leads) in [(4, 4), (99, 99)] {
        here.run("DELETE FROM audit_patient").await.unwrap();
        here.run(&format!("INSERT INTO audit_patient VALUES ({place}, 'x', '{row}')")).await.unwrap();
        let verdict = store.verify_audit(&[]).await.unwrap();
        assert_eq!(verdict, indexed(if leads == 4 { 0 } else { leads }));
    }
}

pub async fn the_tree_only_grows(here: Here) {
    let store = five_records(&here).await;
    let before = head(&store).await;
    let shorter = if here.is_sqlite() { "substr(hashes, 1, 64)" } else { "substring(hashes from 1 for 64)" };
    let changed = if here.is_sqlite() { "zeroblob(192)" } else { "decode(repeat('00', 192), 'hex')" };
    let mut attempts = vec![
        format!("UPDATE audit_tile SET hashes = {shorter}"),
        format!("UPDATE audit_tile SET hashes = {changed}"),
        "UPDATE audit_tile SET tile_index = 9".into(),
        "DELETE FROM audit_tile".into(),
        "UPDATE audit_head SET tree_size = 4".into(),
        "UPDATE audit_head SET tree_size = 9, origin = 'x'".into(),
        "UPDATE audit_head SET checkpoint = 'x'".into(),
        "DELETE FROM audit_head".into(),
        "INSERT INTO audit_head SELECT * FROM audit_head".into(),
        "INSERT INTO audit_tile SELECT * FROM audit_tile".into(),
    ];
    if here.is_sqlite() {
        attempts.push("INSERT OR REPLACE INTO audit_tile SELECT * FROM audit_tile".into());
        attempts.push("INSERT OR REPLACE INTO audit_head SELECT * FROM audit_head".into());
    } else {
        attempts.push("TRUNCATE audit_tile".into());
        attempts.push("TRUNCATE audit_head".into());
    }
    for attempt in attempts {
        assert!(here.run(&attempt).await.is_err(), "{attempt}");
    }
    assert_eq!(head(&store).await, before);
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
