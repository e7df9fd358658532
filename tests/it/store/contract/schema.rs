//! Cases of opening: migrations, versions, protections, error texts.

use futures::future::join_all;
use samsyn_service::port::audit_log::AuditRecord;
use samsyn_service::port::{audit_log::AuditLog, handles::Handle, handles::Handles, sessions::Sessions};
use samsyn_store::{AuditVerdict, Store, StoreError};

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
    assert!(matches!(again.verify_audit().await, Ok(AuditVerdict::Intact(head)) if head.records == 1));
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

/// Takes back the step that sealed patients, as a database from before it looks.
async fn take_back_sealing(here: &Here) {
    let mut steps = vec![
        "DELETE FROM seaql_migrations WHERE version = 'm20261121_000004_sealed_patients'",
        "DROP TABLE sealing_key",
        "CREATE INDEX audit_record_patient ON audit_record (patient)",
    ];
    if !here.is_sqlite() {
        steps.push("DELETE FROM handle");
        steps.push("ALTER TABLE handle ALTER COLUMN patient TYPE varchar(12)");
    }
    for step in steps {
        here.run(step).await.unwrap();
    }
}

pub async fn a_log_begun_before_patients_were_sealed_is_refused_and_left_alone(here: Here) {
    here.open().await.close().await.unwrap();
    take_back_sealing(&here).await;
    let number = sample::patient();
    let clear = format!(
        "INSERT INTO audit_record (sequence, id, stage, activity, at, patient, details, previous_hash, hash) \
         VALUES (1, 'r1', 'intent', 'Läsa', '2026-11-21T11:00:00Z', '{}', '{{}}', '', '')",
        number.digits()
    );
    here.run(&clear).await.unwrap();
    let refused = Store::open(&here.config).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::PatientsInClear), "{refused:?}");
    let said = refused.to_string();
    assert!(said.contains("in clear") && said.contains("start on a new one"), "{said}");
    assert!(!said.contains(number.digits()), "{said}");
    assert_eq!(here.texts("SELECT patient FROM audit_record").await, [number.digits()]);
}

pub async fn a_database_from_before_patients_were_sealed_is_carried_over_when_it_names_none(here: Here) {
    let store = here.open().await;
    store.append(&AuditRecord { patient: None, ..sample::intent("before") }).await.unwrap();
    store.close().await.unwrap();
    take_back_sealing(&here).await;
    let store = here.open().await;
    store.append(&sample::intent("after")).await.unwrap();
    store.check().await.unwrap();
    let patients = store.audit_records(9).await.unwrap().into_iter().map(|entry| entry.record.patient);
    assert_eq!(patients.collect::<Vec<_>>(), [None, Some(sample::patient())]);
    assert!(matches!(store.verify_audit().await, Ok(AuditVerdict::Intact(head)) if head.records == 2));
}
