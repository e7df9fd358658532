//! Cases of going live.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    go_live::{Decided, Item},
    source::OrganisationId,
};
use samsyn_service::port::go_live::GoLive;

use crate::store::{
    place::Here,
    sample::{noon, viewer},
};

fn decided(organisation: &str, number: u32, item: Item, done: bool) -> Decided {
    Decided {
        organisation: OrganisationId::new(organisation),
        number,
        item,
        done,
        note: "Dnr 1".into(),
        by: Registrar::from(&viewer()),
        at: Timestamp::from_microsecond(noon().as_microsecond()).unwrap(),
    }
}

pub async fn what_is_decided_of_going_live_holds_on_every_node_and_is_decided_once(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let [storsjo, region] = ["storsjo", "region"].map(OrganisationId::new);
    let (first, other) = (decided("storsjo", 1, Item::Agreements, true), decided("region", 1, Item::Live, true));
    assert!(one.decide(&first).await.unwrap() && two.decide(&other).await.unwrap());
    assert!(!two.decide(&decided("storsjo", 3, Item::Live, true)).await.unwrap(), "one is missing");
    let (left, right) = (decided("storsjo", 2, Item::Live, true), decided("storsjo", 2, Item::Live, false));
    let both = tokio::join!(one.decide(&left), two.decide(&right));
    assert_ne!(both.0.unwrap(), both.1.unwrap(), "of two who decide at once one does");
    let all = two.decided(&storsjo).await.unwrap();
    assert_eq!((all.len(), &all[0]), (2, &first));
    assert_eq!(one.decided(&region).await.unwrap(), [other]);
}

pub async fn what_is_decided_of_going_live_can_be_neither_changed_nor_removed_nor_misread(here: Here) {
    let store = here.open().await;
    store.decide(&decided("storsjo", 1, Item::Agreements, true)).await.unwrap();
    for statement in ["UPDATE go_live SET note = 'x'", "DELETE FROM go_live"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    here.run("INSERT INTO go_live VALUES ('storsjo', 2, 'everything', true, 'x', 0, '{}')").await.unwrap();
    let said = store.decided(&OrganisationId::new("storsjo")).await.unwrap_err().to_string();
    assert!(said.contains("decision 2 of storsjo"), "{said}");
    store.check().await.unwrap();
}
