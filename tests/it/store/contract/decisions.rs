//! Cases of blocks and links: decisions that hold on the next request.

use std::collections::BTreeSet;

use jiff::civil::date;
use samsyn_domain::{
    access::{Block, BlockKind},
    identifier::PersonIdentifier,
    source::{OrganisationId, ProviderId},
};
use samsyn_service::port::{blocks::Blocks, links::Links};
use samsyn_store::{RegisteredBlock, Store};

use crate::store::{
    place::Here,
    sample::{after, noon, other_patient, patient},
};

fn inner() -> Block {
    Block {
        kind: BlockKind::Inner,
        provider: ProviderId::new("SE0000000000-HSL"),
        unit: Some("SE0000000000-UNIT".into()),
        from: Some(date(2020, 1, 2)),
        to: Some(date(2026, 12, 31)),
        except: vec!["upp".into(), "lak".into()],
    }
}

fn outer() -> Block {
    Block { kind: BlockKind::Outer, unit: None, from: None, to: None, except: Vec::new(), ..inner() }
}

fn registered(patient: PersonIdentifier, block: Block) -> RegisteredBlock {
    RegisteredBlock { patient, block, registered_at: noon(), ended_at: None }
}

async fn blocks(store: &Store, patient: &PersonIdentifier) -> Vec<Block> {
    Blocks::of_patient(store, patient).await.unwrap().blocks
}

pub async fn blocks_come_back_for_their_patient_only(here: Here) {
    let store = here.open().await;
    let lifted = RegisteredBlock { ended_at: Some(after(-5)), ..registered(other_patient(), outer()) };
    let register = [registered(patient(), inner()), registered(patient(), outer()), lifted];
    store.replace_blocks(&register, noon()).await.unwrap();
    assert_eq!(blocks(&store, &patient()).await, [inner(), outer()]);
    assert_eq!(blocks(&store, &other_patient()).await, []);
    let verified_at = Blocks::of_patient(&store, &patient()).await.unwrap().verified_at;
    assert_eq!(verified_at.as_microsecond(), noon().as_microsecond());
    store.set_blocks_verified_at(after(90)).await.unwrap();
    let verified_at = Blocks::of_patient(&store, &patient()).await.unwrap().verified_at;
    assert_eq!(verified_at.as_microsecond(), after(90).as_microsecond());
}

pub async fn a_register_that_was_never_verified_is_unreadable(here: Here) {
    let store = here.open().await;
    assert!(Blocks::of_patient(&store, &patient()).await.is_err());
    store.replace_blocks(&[], noon()).await.unwrap();
    assert_eq!(blocks(&store, &patient()).await, []);
}

pub async fn a_block_that_cannot_be_read_fails_the_answer(here: Here) {
    let store = here.open().await;
    store.replace_blocks(&[registered(patient(), outer()), registered(patient(), inner())], noon()).await.unwrap();
    for damage in
        ["kind = 'sideways'", "kind = 'inner', from_day = '2026-13-01'", "from_day = NULL, except_types = '['"]
    {
        here.run(&format!("UPDATE block SET {damage} WHERE unit IS NOT NULL")).await.unwrap();
        assert!(Blocks::of_patient(&store, &patient()).await.is_err(), "{damage}");
    }
    assert_eq!(blocks(&store, &other_patient()).await, []);
}

pub async fn replacing_the_register_holds_on_the_next_request_of_another_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    for _ in 0..5 {
        one.replace_blocks(&[registered(patient(), outer())], noon()).await.unwrap();
        assert_eq!(blocks(&two, &patient()).await, [outer()]);
        one.replace_blocks(&[], noon()).await.unwrap();
        assert_eq!(blocks(&two, &patient()).await, []);
    }
}

pub async fn links_come_back_for_their_patient_only(here: Here) {
    let store = here.open().await;
    let [storsjo, fjallnas] = ["storsjo", "fjallnas"].map(OrganisationId::new);
    let links = [
        (patient(), storsjo.clone()),
        (patient(), fjallnas.clone()),
        (patient(), storsjo.clone()),
        (other_patient(), fjallnas.clone()),
    ];
    store.replace_links(&links).await.unwrap();
    let of = async |who: PersonIdentifier| Links::of_patient(&store, &who).await.unwrap();
    assert_eq!(of(patient()).await, BTreeSet::from([storsjo, fjallnas.clone()]));
    assert_eq!(of(other_patient()).await, BTreeSet::from([fjallnas]));
    store.replace_links(&[]).await.unwrap();
    assert_eq!(of(patient()).await, BTreeSet::new());
}
