//! Cases of a whole store copied into an empty one: backup, restoring, another engine.

use samsyn_domain::{
    access::{Registrar, RoleMatrix},
    source::OrganisationId,
};
use samsyn_service::port::{
    acknowledgements::{Acknowledgement, Acknowledgements},
    audit_log::AuditLog,
    role_matrices::{MatrixVersion, RoleMatrices},
    sessions::Sessions,
};
use samsyn_store::{AuditHead, AuditVerdict, CopyError, Store, StoreConfig, StoreError, copy_store, forgotten_tables};
use tempfile::tempdir;

use crate::store::{
    place::Here,
    sample::{after, intent, noon, session, viewer},
};

/// More records than one statement copies, two versions of a matrix, somebody signed in.
async fn filled(here: &Here) -> Store {
    let store = here.open().await;
    for mark in 0..301 {
        store.append(&intent(&mark.to_string())).await.unwrap();
    }
    for number in [1, 2] {
        let matrix =
            MatrixVersion { number, matrix: RoleMatrix::default(), at: noon(), by: Registrar::from(&viewer()) };
        assert!(store.keep_version(&matrix).await.unwrap());
    }
    let given = Acknowledgement {
        organisation: OrganisationId::new("storsjo"),
        user_id: "SE0000000000-NURSE1".into(),
        digest: "a".repeat(64),
        name: "Åsa Exempel".into(),
        assignment: "assignment-1".into(),
        at: noon(),
    };
    store.acknowledge(&given).await.unwrap();
    store.save(&session('s', after(60))).await.unwrap();
    store
}

async fn head(store: &Store) -> AuditHead {
    match store.verify_audit(&[]).await.unwrap() {
        AuditVerdict::Intact(head) => head,
        AuditVerdict::Broken(broken) => panic!("{broken}"),
    }
}

fn beside(here: &Here, dir: &std::path::Path) -> StoreConfig {
    StoreConfig { key_file: here.config.key_file.clone(), ..StoreConfig::in_data_dir(dir) }
}

fn rows(rows: &[(&str, u64)], table: &str) -> u64 {
    rows.iter().find(|(name, _)| *name == table).unwrap().1
}

pub async fn a_running_store_is_copied_whole_without_who_is_signed_in(here: Here) {
    let store = filled(&here).await;
    let dir = tempdir().unwrap();
    let backup = beside(&here, &dir.path().join("backup"));
    let mut told = Vec::new();
    let copied = copy_store(&here.config, &backup, |table, done| told.push((table, done))).await.unwrap();
    assert_eq!(copied.log.records, 301);
    assert_eq!((rows(&copied.rows, "audit_record"), rows(&copied.rows, "role_matrix")), (301, 2));
    assert!(told.contains(&("audit_record", 250)) && told.contains(&("audit_record", 301)), "{told:?}");
    let original = head(&store).await;
    assert_eq!((copied.log.origin, copied.log.root), (original.origin, original.root));

    // The portal goes on, and so can the copy: it is a store like any other.
    store.append(&intent("later")).await.unwrap();
    let copy = Store::open(&backup).await.unwrap();
    copy.check().await.unwrap();
    copy.append(&intent("elsewhere")).await.unwrap();
    assert_eq!(copy.history(&OrganisationId::new("storsjo")).await.unwrap().len(), 2);
    assert!(copy.load(&"s".repeat(64), noon()).await.unwrap().is_none(), "nobody is signed in");
    assert!(store.load(&"s".repeat(64), noon()).await.unwrap().is_some());
}

pub async fn a_store_is_moved_into_this_engine_and_goes_on_there(here: Here) {
    let original = Here::sqlite();
    filled(&original).await.close().await.unwrap();
    let target = StoreConfig { key_file: original.config.key_file.clone(), ..here.config.clone() };
    let copied = copy_store(&original.config, &target, |_, _| ()).await.unwrap();
    assert_eq!(copied.log.records, 301);
    let moved = Store::open(&target).await.unwrap();
    moved.append(&intent("here")).await.unwrap();
    assert_eq!(head(&moved).await.records, 302);
    moved.check().await.unwrap();

    let again = copy_store(&original.config, &target, |_, _| ()).await;
    assert!(matches!(again, Err(CopyError::NotEmpty(_))), "{again:?}");
    assert_eq!(head(&moved).await.records, 302, "nothing was touched");
}

pub async fn a_copy_under_another_key_or_of_an_unprotected_log_is_refused_and_leaves_nothing(here: Here) {
    filled(&here).await.close().await.unwrap();
    let dir = tempdir().unwrap();
    let other = here.with_another_key();
    let backup = beside(&here, &dir.path().join("backup"));
    let refused = copy_store(&other, &backup, |_, _| ()).await;
    assert!(matches!(refused, Err(CopyError::Store(StoreError::OtherKey { .. }))), "{refused:?}");
    let under_another = StoreConfig { key_file: other.key_file, ..backup.clone() };
    let refused = copy_store(&here.config, &under_another, |_, _| ()).await;
    assert!(matches!(refused, Err(CopyError::Store(StoreError::OtherKey { .. }))), "{refused:?}");
    here.drop_protection().await.unwrap();
    let refused = copy_store(&here.config, &backup, |_, _| ()).await;
    assert!(matches!(refused, Err(CopyError::Store(StoreError::Unprotected { .. }))), "{refused:?}");
    // What was begun holds nothing, so the next attempt can use the place.
    let another = Here::sqlite();
    filled(&another).await.close().await.unwrap();
    let place = StoreConfig { key_file: another.config.key_file.clone(), ..backup };
    assert_eq!(copy_store(&another.config, &place, |_, _| ()).await.unwrap().log.records, 301);
}

pub async fn every_table_is_copied_or_left_behind_on_purpose(here: Here) {
    here.open().await.close().await.unwrap();
    assert_eq!(forgotten_tables(&here.config).await.unwrap(), Vec::<String>::new());
}
