//! A database that fails while it is used, and is repaired: refusals meanwhile, no lost record, no restart needed.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use futures::future::join_all;
use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{AuditVerdict, Store};
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::{
    kill::{Writer, compare},
    place::Here,
    sample,
};

/// Enough for the schema and some records, and reached by the write-ahead log within a second.
const FILE_MAX_BYTES: u64 = 600_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_a_repaired_one_works_without_a_restart() {
    let here = Here::sqlite();
    here.open().await.close().await.unwrap();
    let mut writer = Writer::start(&here.config, Some(FILE_MAX_BYTES));
    writer.next_acknowledged().await;
    let mut refused = 0;
    while refused < 20 {
        refused = if writer.next().await { 0 } else { refused + 1 };
    }
    let lift =
        Command::new("prlimit").args(["--pid", &writer.id().to_string(), "--fsize=unlimited:unlimited"]).status();
    assert!(lift.unwrap().success());
    let repaired = Instant::now();
    writer.next_acknowledged().await;
    assert!(repaired.elapsed() < Duration::from_secs(5), "it took {:?} to recover", repaired.elapsed());
    for _ in 0..20 {
        writer.next_acknowledged().await;
    }
    let ledger = writer.kill().await;
    compare(&here.open().await, &ledger, "after the repair").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_locked_by_another_refuses_everybody_in_time_and_recovers_on_sqlite() {
    a_lock_held_by_another_refuses_and_its_release_recovers(Here::sqlite()).await;
}

pub async fn a_lock_held_by_another_refuses_and_its_release_recovers(mut here: Here) {
    here.config.append_within = Duration::from_millis(400);
    let store = here.open().await;
    store.append(&sample::intent("before")).await.unwrap();

    let raw = here.raw().await;
    let lock = raw.begin().await.unwrap();
    let take = if here.is_sqlite() {
        // The first statement that writes takes SQLite's only lock.
        "UPDATE block_register SET verified_us = 0"
    } else {
        "LOCK TABLE audit_record IN ACCESS EXCLUSIVE MODE"
    };
    lock.execute_unprepared(take).await.unwrap();
    let started = Instant::now();
    let refused = append_at_once(&store, 16).await;
    assert_eq!(refused, (0, 16));
    assert!(started.elapsed() < Duration::from_secs(2), "refused after {:?}", started.elapsed());

    lock.rollback().await.unwrap();
    recovers(&store).await;
    let AuditVerdict::Intact(head) = store.verify_audit(&[]).await.unwrap() else { panic!("broken") };
    assert_eq!(head.records, 2, "what was refused is not there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_write_refuses_everybody_who_waits_and_recovers_on_sqlite() {
    let fail = "CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END";
    a_failing_write_refuses_everybody_who_waits(Here::sqlite(), fail, "DROP TRIGGER fault").await;
}

pub async fn a_failing_write_refuses_everybody_who_waits(here: Here, fail: &str, repair: &str) {
    let store = here.open().await;
    store.append(&sample::intent("before")).await.unwrap();
    here.run(fail).await.unwrap();
    assert_eq!(append_at_once(&store, 16).await, (0, 16));
    here.run(repair).await.unwrap();
    recovers(&store).await;
    assert_eq!(append_at_once(&store, 16).await, (16, 0));
    let AuditVerdict::Intact(head) = store.verify_audit(&[]).await.unwrap() else { panic!("broken") };
    assert_eq!(head.records, 18);
}

/// How many of so many simultaneous records were acknowledged, and how many refused.
pub async fn append_at_once(store: &Store, records: usize) -> (usize, usize) {
    let appended = join_all((0..records).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.append(&sample::intent(&number.to_string())).await.is_ok() })
    }))
    .await;
    let durable = appended.into_iter().filter(|told| *told.as_ref().unwrap()).count();
    (durable, records - durable)
}

/// The same store acknowledges again within five seconds of the repair; what it refuses until then is not written.
pub async fn recovers(store: &Store) {
    let repaired = Instant::now();
    while store.append(&sample::intent("after")).await.is_err() {
        assert!(repaired.elapsed() < Duration::from_secs(5), "no record since the repair");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
