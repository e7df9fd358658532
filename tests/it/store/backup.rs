//! A backup as an operator makes it, restores it, and moves a portal to another place.
//!
//! Not here: that everything is copied (`contract::moving`).

use std::{fs, path::Path};

use samsyn::stores::{self, Summary};
use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{AuditVerdict, Place, Store, StoreConfig};
use tempfile::tempdir;

use super::{place::Here, sample::intent};

fn quiet(_: &'static str, _: u64) {}

/// A store that runs, with three records.
async fn running(here: &Here) -> Store {
    let store = here.open().await;
    for mark in ["1", "2", "3"] {
        store.append(&intent(mark)).await.unwrap();
    }
    store
}

/// Another place with the same key.
fn elsewhere(here: &Here, dir: &Path) -> StoreConfig {
    StoreConfig { key_file: here.config.key_file.clone(), ..StoreConfig::in_data_dir(dir) }
}

#[tokio::test]
async fn what_was_backed_up_is_restored_and_its_log_verifies_and_goes_on() {
    let (here, dir) = (Here::sqlite(), tempdir().unwrap());
    let store = running(&here).await;
    let backup = dir.path().join("backup");
    let made = stores::back_up(&here.config, &backup, quiet).await.unwrap();
    assert_eq!((made.records, made.rows["audit_record"]), (3, 3));
    let written: Summary = serde_json::from_str(&fs::read_to_string(backup.join("backup.json")).unwrap()).unwrap();
    assert_eq!(written, made);
    let files: Vec<_> = fs::read_dir(&backup).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files.len(), 2, "no key, and nothing that SQLite left behind: {files:?}");
    let again = stores::back_up(&here.config, &backup, quiet).await.unwrap_err();
    assert!(again.to_string().contains("exists"), "{again}");

    store.append(&intent("after the backup")).await.unwrap();
    let target = elsewhere(&here, &dir.path().join("restored"));
    let restored = stores::restore(&backup, &target, quiet).await.unwrap();
    assert_eq!((restored.log.records, restored.log.root.as_str()), (3, made.root.as_str()));
    let portal = Store::open(&target).await.unwrap();
    portal.append(&intent("goes on")).await.unwrap();
    let AuditVerdict::Intact(head) = portal.verify_audit(&[]).await.unwrap() else { panic!("not whole") };
    assert_eq!((head.records, head.origin), (4, made.log));
    let over = stores::restore(&backup, &target, quiet).await.unwrap_err();
    assert!(over.to_string().contains("there is a database already"), "{over}");
}

#[tokio::test]
async fn a_backup_that_was_changed_or_is_none_restores_nothing() {
    let (here, dir) = (Here::sqlite(), tempdir().unwrap());
    let _store = running(&here).await;
    let backup = dir.path().join("backup");
    stores::back_up(&here.config, &backup, quiet).await.unwrap();
    let target = elsewhere(&here, &dir.path().join("restored"));
    let database = backup.join("samsyn.db");
    let mut bytes = fs::read(&database).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&database, bytes).unwrap();
    let refused = stores::restore(&backup, &target, quiet).await.unwrap_err().to_string();
    assert!(refused.contains("was changed since the backup was made; nothing was restored"), "{refused}");
    let refused = stores::restore(dir.path(), &target, quiet).await.unwrap_err().to_string();
    assert!(refused.contains("name a directory that `samsyn admin backup` wrote"), "{refused}");
    assert!(!dir.path().join("restored").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_that_still_runs_is_not_moved() {
    let (here, dir) = (Here::sqlite(), tempdir().unwrap());
    let store = running(&here).await;
    let target = elsewhere(&here, &dir.path().join("moved"));
    let runs = std::sync::Mutex::new(Some(store));
    // Somebody opens a patient while the last table is copied.
    let busy = |table: &'static str, _: u64| {
        if table == "audit_record"
            && let Some(store) = runs.lock().unwrap().take()
        {
            let append = async move { store.append(&intent("meanwhile")).await.unwrap() };
            std::thread::scope(|scope| {
                scope.spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(append)).join().unwrap();
            });
        }
    };
    let refused = stores::migrate(&here.config, &target, busy).await.unwrap_err().to_string();
    assert!(refused.contains("the portal is running: its log went on from 3 to 4 records"), "{refused}");
}

#[test]
fn an_address_is_never_taken_from_the_command_line() {
    let dir = tempdir().unwrap();
    let refused = stores::place(Path::new("postgres://user:secret@host/db")).unwrap_err().to_string();
    assert!(refused.contains("seen by everybody") && !refused.contains("secret"), "{refused}");
    let file = dir.path().join("address");
    fs::write(&file, "postgres://user:secret@host/db\n").unwrap();
    assert_eq!(stores::place(&file).unwrap(), Place::Postgres("postgres://user:secret@host/db".into()));
    assert_eq!(stores::place(dir.path()).unwrap(), Place::DataDir(dir.path().to_owned()));
}
