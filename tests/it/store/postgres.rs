//! The same contract on PostgreSQL.
//!
//! Not here: the server (`server`). Invariant: every case has a database of its own.

use std::time::{Duration, Instant};

use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{Store, StoreError};
use samsyn_tests::reliability::Row;

use super::{
    contract::CASES,
    faults, kill,
    place::Here,
    sample,
    server::{NO_SERVER, Server},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_contract_holds_on_postgresql() {
    const KILLED: &str = "kill -9 of a writer, PostgreSQL";
    let Some(server) = Server::find().await else { return Row::skip("G1", KILLED, NO_SERVER) };
    for (name, case) in CASES {
        println!("on PostgreSQL: {name}");
        case(server.place(name).await).await;
    }
    println!("on PostgreSQL: kills");
    let row = Row::begin("G1", KILLED, "kills");
    kill::survives_kills(row, async |begun| server.place(&format!("kills_{begun}")).await).await;
    println!("on PostgreSQL: faults");
    faults::a_lock_held_by_another_refuses_and_its_release_recovers(server.place("lock").await).await;
    faults::a_failing_write_refuses_everybody_who_waits(
        server.place("failing").await,
        "CREATE TRIGGER fault BEFORE INSERT ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
        "DROP TRIGGER fault ON audit_record",
    )
    .await;
    a_server_that_drops_its_connections_is_reached_again(&server.place("dropped").await).await;
    every_session_asks_for_synchronous_commits(&server.place("asks").await).await;
    an_address_of_another_kind_is_refused_without_being_printed().await;
    if server.is_own() {
        a_server_that_forgets_is_refused(&server.place("forgets").await).await;
    }
    server.clean().await;
}

async fn a_server_that_drops_its_connections_is_reached_again(here: &Here) {
    let store = here.open().await;
    store.append(&sample::intent("before")).await.unwrap();
    let drop_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
    here.run(drop_all).await.unwrap();
    faults::recovers(&store).await;
    assert_eq!(store.audit_records(9).await.unwrap().len(), 2);
}

/// Whatever the database's own setting is.
async fn every_session_asks_for_synchronous_commits(here: &Here) {
    here.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )
    .await
    .unwrap();
    here.open().await.check().await.unwrap();
}

async fn an_address_of_another_kind_is_refused_without_being_printed() {
    let here = Here::postgres("mysql://root:hemligt@127.0.0.1/x".into());
    let config = &here.config;
    let refused = Store::open(config).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::Address));
    assert!(!format!("{refused} {config:?}").contains("hemligt"));
}

/// Changes the whole server, so only one of our own.
async fn a_server_that_forgets_is_refused(here: &Here) {
    here.run("ALTER SYSTEM SET fsync = off").await.unwrap();
    here.run("SELECT pg_reload_conf()").await.unwrap();
    let started = Instant::now();
    loop {
        match Store::open(&here.config).await {
            Err(StoreError::NotDurable { setting: "fsync", .. }) => return,
            Err(other) => panic!("{other}"),
            // The server reads its settings again in its own time.
            Ok(store) => store.close().await.unwrap(),
        }
        assert!(started.elapsed() < Duration::from_secs(10), "a server without fsync is accepted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
