//! Cases of sealing: what a copy of the database tells without its key, and what does not open.

use std::{fs, os::unix::fs::PermissionsExt as _};

use samsyn_domain::{
    access::Block,
    identifier::PersonIdentifier,
    source::{OrganisationId, ProviderId},
    viewer::Scope,
};
use samsyn_service::port::{
    audit_log::{AuditLog, AuditRecord},
    blocks::{BlockList, BlockLists, ListedBlock},
    handles::{Handle, Handles},
    sessions::Sessions,
};
use samsyn_store::{AuditBreak, AuditVerdict, KeyError, Place, Store, StoreConfig, StoreError};

use crate::store::{
    place::Here,
    sample::{after, intent, noon, other_patient, patient, session, viewer},
};

fn handle(id: &str, patient: PersonIdentifier) -> Handle {
    Handle { id: id.into(), patient, scope: Scope::Own, live: false, assignment: "assignment-1".into(), ask_all: false }
}

/// A record whose reader belongs to another provider.
fn elsewhere(mark: &str) -> AuditRecord {
    let mut reader = viewer();
    reader.provider.id = ProviderId::new("SE1111111111-HSL");
    AuditRecord { viewer: Some(reader), patient: Some(other_patient()), ..intent(mark) }
}

/// One session, two handles, three records: two of one provider and one of another.
async fn filled(here: &Here) -> Store {
    let store = here.open().await;
    let mine = session('a', after(60));
    store.save(&mine).await.unwrap();
    store.keep(&mine.key, &handle("h1", patient()), after(30)).await.unwrap();
    store.keep(&mine.key, &handle("h2", other_patient()), after(30)).await.unwrap();
    for record in [intent("1"), AuditRecord { patient: Some(other_patient()), ..intent("2") }, elsewhere("3")] {
        store.append(&record).await.unwrap();
    }
    store
}

/// The tables that hold a text in any column of any row.
pub async fn tables_with(here: &Here, text: &str) -> Vec<String> {
    let names = if here.is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    } else {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"
    };
    let mut found = Vec::new();
    for table in here.texts(names).await {
        let row = if here.is_sqlite() {
            let columns = format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')");
            here.texts(&columns).await.join(" || ' ' || ")
        } else {
            "rows::text".to_owned()
        };
        if here.texts(&format!("SELECT {row} FROM \"{table}\" rows")).await.iter().any(|row| row.contains(text)) {
            found.push(table);
        }
    }
    found
}

/// Files of the data directory that hold a text, SQLite's side files and whatever it has not overwritten included.
pub fn files_with(config: &StoreConfig, text: &str) -> Vec<String> {
    let Place::DataDir(dir) = &config.place else { return Vec::new() };
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let with = files.filter(|file| memchr::memmem::find(&fs::read(file).unwrap(), text.as_bytes()).is_some());
    with.map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

pub async fn no_row_of_the_log_or_of_a_handle_carries_the_number(here: Here) {
    let store = filled(&here).await;
    for person in [patient(), other_patient()] {
        for spelling in [person.digits(), &person.digits()[2..]] {
            assert_eq!(tables_with(&here, spelling).await, [""; 0], "{spelling}");
            assert_eq!(files_with(&here.config, spelling), [""; 0], "{spelling}");
        }
    }
    // The search finds what is there: the reader stands in clear.
    assert_eq!(tables_with(&here, &viewer().user_id).await, ["audit_record"]);
    let provider = ProviderId::new("SE0000000000-HSL");
    let listed = ListedBlock { id: "a".into(), patient: patient(), block: Block::outer(provider.clone()) };
    store.replace(&BlockList { provider, verified_at: noon(), blocks: vec![listed] }).await.unwrap();
    store.replace_links(&[(patient(), OrganisationId::new("storsjo"))]).await.unwrap();
    assert_eq!(tables_with(&here, patient().digits()).await, [""; 0], "blocks are sealed, links are found by a tag");
    assert_eq!(files_with(&here.config, patient().digits()), [""; 0]);
}

pub async fn a_patient_moved_to_another_record_does_not_open(here: Here) {
    let store = filled(&here).await;
    let read = store.audit_records(9).await.unwrap();
    let patients: Vec<_> = read.into_iter().map(|entry| entry.record.patient.unwrap()).collect();
    assert_eq!(patients, [patient(), other_patient(), other_patient()]);
    here.drop_protection().await.unwrap();
    let [one, two, three] =
        here.texts("SELECT patient FROM audit_record ORDER BY leaf_index").await.try_into().unwrap();
    for (moved, from, place) in [("of its own provider", &one, 1), ("of another provider", &two, 2)] {
        here.run(&format!("UPDATE audit_record SET patient = '{from}' WHERE leaf_index = {place}")).await.unwrap();
        let error = store.audit_records(9).await.unwrap_err().to_string();
        assert!(error.contains(&format!("record {place} does not open")), "{moved}: {error}");
        let whole = [&two, &three][place - 1];
        here.run(&format!("UPDATE audit_record SET patient = '{whole}' WHERE leaf_index = {place}")).await.unwrap();
    }
    assert_eq!(store.audit_records(9).await.unwrap().len(), 3);
    here.run("UPDATE audit_record SET provider = 'SE1111111111-HSL' WHERE leaf_index = 0").await.unwrap();
    assert!(store.audit_records(9).await.unwrap_err().to_string().contains("record 0 does not open"));
    // The log needs no key of patients to see it too.
    let changed = AuditVerdict::Broken(AuditBreak::Changed { index: 0 });
    assert_eq!(store.verify_audit(&[]).await.unwrap(), changed);
}

pub async fn a_patient_moved_to_another_handle_does_not_open(here: Here) {
    let store = filled(&here).await;
    let (mine, theirs) = (session('a', after(60)), session('b', after(60)));
    store.save(&theirs).await.unwrap();
    store.keep(&theirs.key, &handle("h1", other_patient()), after(30)).await.unwrap();
    let found = async |key: &str, id: &str| store.find(key, id, noon()).await.map(|found| found.unwrap().patient);
    assert_eq!(found(&mine.key, "h1").await.unwrap(), patient());
    assert_eq!(found(&mine.key, "h2").await.unwrap(), other_patient());
    assert_eq!(found(&theirs.key, "h1").await.unwrap(), other_patient());

    let from = format!("SELECT patient FROM handle WHERE session_key = '{}' AND id = 'h1'", mine.key);
    let sealed = here.texts(&from).await.swap_remove(0);
    for (key, id) in [(&mine.key, "h2"), (&theirs.key, "h1")] {
        let to = format!("UPDATE handle SET patient = '{sealed}' WHERE session_key = '{key}' AND id = '{id}'");
        assert_eq!(here.run(&to).await.unwrap(), 1);
        let error = found(key, id).await.unwrap_err().to_string();
        assert!(
            error.contains("does not open") && !error.contains(&sealed) && !error.contains(key.as_str()),
            "{error}"
        );
    }
    assert_eq!(found(&mine.key, "h1").await.unwrap(), patient());
}

pub async fn a_record_that_does_not_open_is_named_and_never_left_out(here: Here) {
    let store = filled(&here).await;
    here.drop_protection().await.unwrap();
    let forgeries = [patient().digits().to_owned(), "1.00000000.AAAA".into(), "1..".into(), String::new()];
    for forged in forgeries {
        here.run(&format!("UPDATE audit_record SET patient = '{forged}' WHERE leaf_index = 1")).await.unwrap();
        let error = store.audit_records(9).await.unwrap_err().to_string();
        assert!(error.contains("record 1 does not open"), "{error}");
        assert!(!error.contains(patient().digits()), "{error}");
        assert_eq!(store.audit_records(1).await.unwrap()[0].index, 2, "those that open are read");
    }
}

pub async fn a_database_is_used_with_the_key_it_was_first_used_with_or_not_at_all(here: Here) {
    filled(&here).await.close().await.unwrap();
    let noted = here.texts("SELECT key_id || check_value FROM sealing_key").await;
    let refused = Store::open(&here.with_another_key()).await.map(|_| ()).unwrap_err();
    assert!(matches!(&refused, StoreError::OtherKey { id, known, .. } if id != known), "{refused:?}");
    let said = refused.to_string();
    for words in ["another.key", "another key", "first used with", "Nothing was touched", "backup", &noted[0][..8]] {
        assert!(said.contains(words), "`{words}` is not in: {said}");
    }
    assert_eq!(here.texts("SELECT key_id || check_value FROM sealing_key").await, noted);
    let again = here.open().await;
    assert_eq!(again.audit_records(9).await.unwrap().len(), 3);
    assert_eq!(here.texts("SELECT key_id || check_value FROM sealing_key").await, noted);
    // An id that is right by chance or forged does not make it the same key.
    here.run("UPDATE sealing_key SET check_value = 'ff'").await.unwrap();
    assert!(matches!(Store::open(&here.config).await.map(|_| ()), Err(StoreError::OtherKey { .. })));
}

pub async fn of_two_nodes_with_different_keys_one_is_refused(here: Here) {
    let (one, other) = (here.config.clone(), here.with_another_key());
    let (one, other) = tokio::join!(Store::open(&one), Store::open(&other));
    let refused = match (one, other) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        (one, other) => panic!("{one:?} {other:?}"),
    };
    assert!(matches!(refused, StoreError::OtherKey { .. }), "{refused:?}");
    assert_eq!(here.texts("SELECT key_id FROM sealing_key").await.len(), 1);
}

pub async fn without_a_key_of_its_own_nothing_is_opened(here: Here) {
    let file = &here.config.key_file;
    let key = fs::read_to_string(file).unwrap();
    let opened = async || Store::open(&here.config).await.map(|_| ());
    fs::set_permissions(file, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(opened().await, Err(StoreError::Key(KeyError::OpenToOthers { mode: 0o640, .. }))));
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(file, &key[1..]).unwrap();
    assert!(matches!(opened().await, Err(StoreError::Key(KeyError::Malformed { .. }))));
    fs::remove_file(file).unwrap();
    assert!(matches!(opened().await, Err(StoreError::Key(KeyError::Missing { .. }))));
    fs::create_dir(file).unwrap();
    assert!(matches!(opened().await, Err(StoreError::Key(KeyError::Unreadable { .. }))));
    if let Place::DataDir(dir) = &here.config.place {
        assert!(!dir.join("samsyn.db").exists(), "a database was made without a key");
    }
}
