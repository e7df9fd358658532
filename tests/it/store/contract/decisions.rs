//! Cases of blocks and links: decisions that hold on the next request.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::date};
use samsyn_domain::{
    access::{Block, Employees, LiftReason, TemporaryLift},
    identifier::PersonIdentifier,
    source::{OrganisationId, ProviderId},
};
use samsyn_service::port::{
    blocks::{BlockList, BlockLists, Blocks, ListedBlock, Replaced},
    links::Links,
};
use samsyn_store::Store;

use crate::store::{
    place::Here,
    sample::{after, noon, other_patient, patient},
};

const ONE: &str = "SE0000000000-HSL";
const OTHER: &str = "SE1111111111-HSL";

/// Everything that a block can state.
fn inner() -> Block {
    Block {
        unit_name: Some("Enheten".into()),
        from: Some(date(2020, 1, 2)),
        to: Some(date(2026, 12, 31)),
        except: vec!["upp".into(), "lak".into()],
        employees: Employees::AllBut(vec!["SE0000000000-P1".into()]),
        valid_from: Some(after(-60)),
        valid_to: Some(after(60)),
        lifts: vec![TemporaryLift {
            reason: LiftReason::Emergency,
            unit: "SE0000000000-UNIT2".into(),
            employee: None,
            from: None,
            to: after(5),
        }],
        ..Block::inner(ProviderId::new(ONE), "SE0000000000-UNIT")
    }
}

fn outer(provider: &str) -> Block {
    Block::outer(ProviderId::new(provider))
}

fn list(provider: &str, verified_at: Timestamp, blocks: &[(&str, PersonIdentifier, Block)]) -> BlockList {
    let listed = |(id, patient, block): &(&str, PersonIdentifier, Block)| ListedBlock {
        id: (*id).to_owned(),
        patient: patient.clone(),
        block: block.clone(),
    };
    // As precise as it is kept.
    let verified_at = Timestamp::from_microsecond(verified_at.as_microsecond()).unwrap();
    BlockList { provider: ProviderId::new(provider), verified_at, blocks: blocks.iter().map(listed).collect() }
}

async fn replace(store: &Store, list: &BlockList) {
    assert_eq!(store.replace(list).await.unwrap(), Replaced::Done);
}

async fn blocks(store: &Store, patient: &PersonIdentifier) -> Vec<Block> {
    Blocks::of_patient(store, patient).await.unwrap().blocks
}

pub async fn blocks_come_back_for_their_patient_only(here: Here) {
    let store = here.open().await;
    let own = [("a", patient(), inner()), ("b", patient(), outer(ONE)), ("c", other_patient(), outer(ONE))];
    replace(&store, &list(ONE, noon(), &own)).await;
    // The same id in another provider's list is another block.
    replace(&store, &list(OTHER, after(90), &[("a", patient(), outer(OTHER))])).await;
    assert_eq!(blocks(&store, &patient()).await, [inner(), outer(ONE), outer(OTHER)]);
    assert_eq!(blocks(&store, &other_patient()).await, [outer(ONE)]);
    let verified = Blocks::of_patient(&store, &patient()).await.unwrap().verified;
    let verified: Vec<_> = verified.iter().map(|(provider, at)| (provider.as_str(), at.as_microsecond())).collect();
    assert_eq!(verified, [(ONE, noon().as_microsecond()), (OTHER, after(90).as_microsecond())]);
}

pub async fn a_list_comes_back_whole_and_replaces_its_own_provider_only(here: Here) {
    let store = here.open().await;
    let one = list(ONE, noon(), &[("a", patient(), inner()), ("b", other_patient(), outer(ONE))]);
    let other = list(OTHER, noon(), &[("a", patient(), outer(OTHER))]);
    assert_eq!(store.list_of(&one.provider).await.unwrap(), None);
    replace(&store, &one).await;
    replace(&store, &other).await;
    assert_eq!(store.list_of(&one.provider).await.unwrap(), Some(one.clone()));
    let less = list(ONE, noon(), &[("b", other_patient(), outer(ONE))]);
    replace(&store, &less).await;
    assert_eq!(store.list_of(&one.provider).await.unwrap(), Some(less));
    assert_eq!(store.list_of(&other.provider).await.unwrap(), Some(other));
}

pub async fn a_list_older_than_the_one_held_or_with_a_foreign_block_changes_nothing(here: Here) {
    let store = here.open().await;
    let held = list(ONE, noon(), &[("a", patient(), outer(ONE))]);
    replace(&store, &held).await;
    let older = store.replace(&list(ONE, after(-1), &[])).await.unwrap();
    assert!(matches!(older, Replaced::NewerHeld(at) if at.as_microsecond() == noon().as_microsecond()));
    assert!(store.replace(&list(ONE, after(1), &[("a", patient(), outer(OTHER))])).await.is_err());
    let twice = [("b", patient(), outer(ONE)), ("b", patient(), outer(ONE))];
    assert!(store.replace(&list(ONE, after(1), &twice)).await.is_err(), "half of it could have been written");
    assert_eq!(store.list_of(&held.provider).await.unwrap(), Some(held));
}

pub async fn a_register_without_any_list_is_unreadable(here: Here) {
    let store = here.open().await;
    assert!(Blocks::of_patient(&store, &patient()).await.is_err());
    replace(&store, &list(ONE, noon(), &[])).await;
    assert_eq!(blocks(&store, &patient()).await, []);
}

pub async fn a_block_that_cannot_be_read_fails_the_answer(here: Here) {
    let store = here.open().await;
    let register = list(ONE, noon(), &[("a", patient(), outer(ONE)), ("b", patient(), inner())]);
    for damage in [
        "stated = '{' WHERE id = 'b'",
        "stated = REPLACE(stated, 'inner', 'sideways') WHERE id = 'b'",
        "stated = REPLACE(stated, '2020-01-02', '2026-13-01') WHERE id = 'b'",
        "stated = REPLACE(stated, 'SE0000000000-HSL', 'SE1111111111-HSL') WHERE id = 'b'",
        "patient = (SELECT patient FROM block WHERE id = 'a') WHERE id = 'b'",
    ] {
        replace(&store, &register).await;
        here.run(&format!("UPDATE block SET {damage}")).await.unwrap();
        let error = Blocks::of_patient(&store, &patient()).await.unwrap_err().to_string();
        assert!(!error.contains(patient().digits()), "{damage}: {error}");
    }
    assert_eq!(blocks(&store, &other_patient()).await, []);
}

pub async fn replacing_a_list_holds_on_the_next_request_of_another_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    for _ in 0..5 {
        replace(&one, &list(ONE, noon(), &[("a", patient(), outer(ONE))])).await;
        assert_eq!(blocks(&two, &patient()).await, [outer(ONE)]);
        replace(&one, &list(ONE, noon(), &[])).await;
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
