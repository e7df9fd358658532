//! Cases of opening: migrations, versions, protections, error texts.

use futures::future::join_all;
use samsyn_service::port::{
    audit_log::{AuditLog, AuditRecord},
    handles::Handle,
    handles::Handles,
    sessions::Sessions,
};
use samsyn_store::{AuditFile, AuditVerdict, Store, StoreError};

use crate::store::{place::Here, sample};

pub async fn a_newer_schema_is_refused_and_left_alone(here: Here) {
    let store = here.open().await;
    store.append(&sample::intent("before")).await.unwrap();
    store.check().await.unwrap();
    here.run("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99991231_000001_later', 0)").await.unwrap();
    let refused = Store::open(&here.config).await.map(|_| ());
    assert!(
        matches!(&refused, Err(StoreError::NewerSchema { step }) if step == "m99991231_000001_later"),
        "{refused:?}"
    );
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("m99991231_000001_later") && said.contains("Start that version or a later one"), "{said}");
    assert!(matches!(store.check().await, Err(StoreError::NewerSchema { .. })));
    here.run("DELETE FROM seaql_migrations WHERE version = 'm99991231_000001_later'").await.unwrap();
    let again = here.open().await;
    again.check().await.unwrap();
    assert!(matches!(again.verify_audit(&[]).await, Ok(AuditVerdict::Intact(head)) if head.records == 1));
}

pub async fn a_missing_protection_is_found_by_the_check(here: Here) {
    let store = here.open().await;
    store.check().await.unwrap();
    here.drop_protection().await.unwrap();
    let found = store.check().await;
    assert!(matches!(found, Err(StoreError::Unprotected { trigger: "audit_record_no_update" })), "{found:?}");
}

pub async fn several_nodes_may_start_on_an_empty_database(here: Here) {
    let opened = join_all((0..6).map(|_| {
        let config = here.config.clone();
        tokio::spawn(async move { Store::open(&config).await.unwrap() })
    }))
    .await;
    for store in opened {
        let store = store.unwrap();
        store.check().await.unwrap();
        store.append(&sample::intent("here")).await.unwrap();
        store.close().await.unwrap();
    }
    assert_eq!(here.open().await.audit_records(99).await.unwrap().len(), 6);
}

pub async fn errors_carry_no_stored_value(here: Here) {
    let store = here.open().await;
    let session = sample::session('a', sample::after(60));
    store.save(&session).await.unwrap();
    let secret = Handle {
        id: "handle-secret".into(),
        patient: sample::patient(),
        scope: samsyn_domain::viewer::Scope::Own,
        live: false,
        assignment: "assignment-secret".into(),
        ask_all: false,
    };
    store.keep(&session.key, &secret, sample::after(5)).await.unwrap();
    let twice = store.keep(&session.key, &secret, sample::after(5)).await.unwrap_err();
    here.run("UPDATE handle SET scope = 'scope-secret'").await.unwrap();
    let unreadable = store.find(&session.key, "handle-secret", sample::noon()).await.unwrap_err();
    for error in [twice, unreadable] {
        let said = format!("{error} {error:?}");
        for value in ["secret", sample::patient().digits(), &session.key] {
            assert!(!said.contains(value), "{said}");
        }
        assert!(!error.detail.is_empty());
    }
}

/// Takes back the step that made the log a transparency log, as a database from before it looks.
async fn take_back_the_tree(here: &Here) {
    let mut steps = vec![
        "DELETE FROM seaql_migrations WHERE version = 'm20261122_000012_transparency_log'",
        "DROP TABLE audit_head",
        "DROP TABLE audit_tile",
    ];
    if !here.is_sqlite() {
        steps.push("DROP FUNCTION audit_tree_refuse");
    }
    for step in steps {
        here.run(step).await.unwrap();
    }
}

pub async fn a_log_begun_before_it_was_a_transparency_log_is_refused_and_left_alone(here: Here) {
    let store = here.open().await;
    store.append(&sample::intent("before")).await.unwrap();
    store.close().await.unwrap();
    take_back_the_tree(&here).await;
    let refused = Store::open(&here.config).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::OlderLog), "{refused:?}");
    let said = refused.to_string();
    assert!(said.contains("before the transparency log") && said.contains("start on a new one"), "{said}");
    assert_eq!(here.texts("SELECT id FROM audit_record").await.len(), 1);
}

pub async fn a_database_from_before_the_transparency_log_is_carried_over_when_its_log_is_empty(here: Here) {
    here.open().await.close().await.unwrap();
    take_back_the_tree(&here).await;
    let store = here.open().await;
    store.append(&sample::intent("after")).await.unwrap();
    store.check().await.unwrap();
    assert!(matches!(store.verify_audit(&[]).await, Ok(AuditVerdict::Intact(head)) if head.records == 1));
}

pub async fn a_log_from_before_the_index_by_patient_is_indexed_when_it_is_opened(here: Here) {
    let store = here.open().await;
    // More than are indexed at a time.
    let appended = join_all((0..1_100).map(|number| {
        let patient = if number % 100 == 0 { sample::other_patient() } else { sample::patient() };
        let record = AuditRecord { patient: Some(patient), ..sample::intent(&number.to_string()) };
        let store = store.clone();
        async move { store.append(&record).await }
    }));
    assert!(appended.await.into_iter().all(|told| told.is_ok()));
    let before = here.texts("SELECT patient_tag FROM audit_patient ORDER BY leaf_index").await;
    store.close().await.unwrap();
    for step in [
        "DELETE FROM seaql_migrations WHERE version = 'm20261122_000015_audit_patient'",
        "DROP TABLE audit_patient",
        "DROP INDEX audit_record_of_provider",
        "CREATE INDEX audit_record_of_provider ON audit_record (provider, at)",
    ] {
        here.run(step).await.unwrap();
    }
    // Verified offline it is whole, and has no index to compare.
    let file = AuditFile::open(&here.config).await.unwrap();
    assert!(matches!(file.verify(&[], |_, _, _| {}).await, Ok(AuditVerdict::Intact(_))));
    drop(file);
    let store = here.open().await;
    assert_eq!(here.texts("SELECT patient_tag FROM audit_patient ORDER BY leaf_index").await, before);
    store.check().await.unwrap();
    assert!(matches!(store.verify_audit(&[]).await, Ok(AuditVerdict::Intact(_))));
}
