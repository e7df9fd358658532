//! Cases of what emergencies have left to be told.

use jiff::Timestamp;
use samsyn_domain::{
    access::{FOLLOW_UP_WITHIN, FollowUp, Reason, Registrar, Written},
    identifier::PersonIdentifier,
    source::ProviderId,
};
use samsyn_service::port::follow_ups::FollowUps;
use samsyn_store::{Store, StoreError};

use crate::store::{
    place::Here,
    sample::{after, other_patient, patient, viewer},
};

fn provider() -> ProviderId {
    viewer().provider.id
}

/// A task begun so many minutes after noon.
fn task(number: u128, of: PersonIdentifier, minute: i64) -> FollowUp {
    let opened_at = Timestamp::from_microsecond(after(minute).as_microsecond()).unwrap();
    FollowUp {
        id: uuid::Uuid::from_u128(number).to_string(),
        patient: of,
        opened_by: Registrar::from(&viewer()),
        opened_at,
        due: opened_at + FOLLOW_UP_WITHIN,
        reason: Reason::Confused,
        text: Some("Hittad på gården".into()),
        written: None,
    }
}

fn written(text: &str) -> Written {
    Written { at: Timestamp::from_microsecond(after(90).as_microsecond()).unwrap(), text: text.into() }
}

async fn of_reader(store: &Store) -> Vec<FollowUp> {
    store.open_of_reader(&provider(), &viewer().user_id).await.unwrap()
}

pub async fn a_follow_up_comes_back_for_its_reader_until_it_is_written(here: Here) {
    let store = here.open().await;
    let (early, late) = (task(1, patient(), 0), FollowUp { text: None, ..task(2, other_patient(), 5) });
    let mut colleague = task(3, patient(), -5);
    colleague.opened_by.user_id = "SE0000000000-NURSE2".into();
    let mut elsewhere = task(4, patient(), 0);
    elsewhere.opened_by.provider.id = ProviderId::new("SE1111111111");
    for task in [&late, &early, &colleague, &elsewhere, &early] {
        store.leave(task).await.unwrap();
    }
    assert_eq!(of_reader(&store).await, [early.clone(), late.clone()], "soonest due first, each once");
    let shouted = store.open_of_reader(&ProviderId::new("se0000000000-hsl"), "se0000000000-nurse1").await.unwrap();
    assert_eq!(shouted.len(), 2, "ids are the same in either case");

    assert!(!store.write(&ProviderId::new("SE1111111111"), &early.id, &written("annan")).await.unwrap());
    assert!(store.write(&provider(), &early.id, &written("Först så")).await.unwrap());
    assert!(!store.write(&provider(), &early.id, &written("sedan så")).await.unwrap(), "once");
    let closed = FollowUp { written: Some(written("Först så")), ..early.clone() };
    store.close().await.unwrap();
    let store = here.open().await;
    assert_eq!(of_reader(&store).await, std::slice::from_ref(&late));
    assert_eq!(store.of_provider(&provider()).await.unwrap(), [colleague, late, closed.clone()]);
    assert_eq!(store.follow_up(&provider(), &closed.id).await.unwrap(), Some(closed));
    assert_eq!(store.follow_up(&provider(), &elsewhere.id).await.unwrap(), None);
}

pub async fn a_follow_up_can_be_neither_changed_nor_removed_nor_moved(here: Here) {
    let store = here.open().await;
    store.leave(&task(1, patient(), 0)).await.unwrap();
    store.leave(&task(2, other_patient(), 0)).await.unwrap();
    assert!(store.write(&provider(), &task(2, patient(), 0).id, &written("Klart")).await.unwrap());
    let changes = [
        "DELETE FROM follow_up",
        "UPDATE follow_up SET due_us = due_us + 1",
        "UPDATE follow_up SET employee = 'se0000000000-other'",
        "UPDATE follow_up SET written_text = 'annat' WHERE written_us IS NOT NULL",
        "UPDATE follow_up SET written_us = NULL, written_text = NULL WHERE written_us IS NOT NULL",
    ];
    for change in changes {
        assert!(here.run(change).await.is_err(), "{change}");
    }
    for row in here.texts("SELECT patient FROM follow_up").await {
        assert!(!row.contains(patient().digits()) && !row.contains(other_patient().digits()));
    }
    let table = if here.is_sqlite() { "" } else { " ON follow_up" };
    here.run(&format!("DROP TRIGGER follow_up_no_change{table}")).await.unwrap();
    let found = store.check().await;
    assert!(matches!(found, Err(StoreError::Unprotected { trigger: "follow_up_no_change" })), "{found:?}");
    here.run("UPDATE follow_up SET provider = 'se1111111111'").await.unwrap();
    let moved = store.of_provider(&ProviderId::new("SE1111111111")).await.unwrap_err().to_string();
    assert!(moved.contains("its patient cannot be read"), "{moved}");
}
