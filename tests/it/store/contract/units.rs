//! Cases of units.

use jiff::{Timestamp, civil::date};
use samsyn_domain::{
    access::Registrar,
    source::OrganisationId,
    unit::{Unit, UnitVersion},
};
use samsyn_service::port::units::Units;

use crate::store::{
    place::Here,
    sample::{noon, viewer},
};

fn version(organisation: &str, number: u32) -> UnitVersion {
    let unit = Unit {
        id: "SE9999200002-A".into(),
        name: "Norr".into(),
        parent: "SE9999200002-HSL".into(),
        performs_for: Some("SE9999100001-RF".into()),
        from: date(2026, 3, 1),
        until: Some(date(2026, 9, 1)),
    };
    UnitVersion {
        organisation: OrganisationId::new(organisation),
        number,
        unit,
        reason: "Ny".into(),
        by: Registrar::from(&viewer()),
        at: Timestamp::from_microsecond(noon().as_microsecond()).unwrap(),
    }
}

pub async fn a_unit_comes_back_as_it_was_written_on_every_node_and_is_written_once(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let storsjo = OrganisationId::new("storsjo");
    assert!(one.keep_unit(&version("storsjo", 1)).await.unwrap());
    assert!(two.keep_unit(&version("region", 1)).await.unwrap());
    assert!(!two.keep_unit(&version("storsjo", 3)).await.unwrap(), "one is missing");
    let (left, right) = (version("storsjo", 2), version("storsjo", 2));
    let both = tokio::join!(one.keep_unit(&left), two.keep_unit(&right));
    assert_ne!(both.0.unwrap(), both.1.unwrap(), "of two who write at once one does");
    assert_eq!(two.units_of(&storsjo).await.unwrap(), [version("storsjo", 1), version("storsjo", 2)]);
}

pub async fn a_unit_can_be_neither_changed_nor_removed_nor_misread(here: Here) {
    let store = here.open().await;
    store.keep_unit(&version("storsjo", 1)).await.unwrap();
    for statement in ["UPDATE unit SET reason = 'x'", "DELETE FROM unit"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    here.run("INSERT INTO unit VALUES ('storsjo', 2, '{}', 'x', 0, '{}')").await.unwrap();
    let said = store.units_of(&OrganisationId::new("storsjo")).await.unwrap_err().to_string();
    assert!(said.contains("version 2 of storsjo"), "{said}");
    store.check().await.unwrap();
}
