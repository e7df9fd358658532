//! Cases of what organisations have enabled for their staff.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    enablement::Enablement,
    source::{OrganisationId, SourceId},
};
use samsyn_service::port::enablements::{EnablementVersion, Enablements};

use crate::store::{
    place::Here,
    sample::{after, noon, viewer},
};

/// A version that enables one source's services, from so many minutes after noon.
fn version(organisation: &str, number: u32, source: &str, from: i64) -> EnablementVersion {
    let by = Registrar { organisation: OrganisationId::new(organisation), ..Registrar::from(&viewer()) };
    let enabled = serde_json::json!({ source: ["services"] });
    let enablement: Enablement = serde_json::from_value(enabled).unwrap();
    let kept = |at: Timestamp| Timestamp::from_microsecond(at.as_microsecond()).unwrap();
    EnablementVersion { number, enablement, from: kept(after(from)), reason: "Nytt avtal".into(), at: kept(noon()), by }
}

pub async fn of_the_versions_that_have_begun_the_newest_holds_on_every_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (storsjo, fjallnas) = (OrganisationId::new("storsjo"), OrganisationId::new("fjallnas"));
    assert_eq!(two.in_force(&storsjo, noon()).await.unwrap(), None);
    let (now, planned) = (version("storsjo", 1, "viva", 0), version("storsjo", 2, "fhir", 60));
    assert!(one.keep(&now).await.unwrap() && one.keep(&planned).await.unwrap());
    assert_eq!(two.in_force(&storsjo, after(59)).await.unwrap(), Some(now.clone()));
    assert_eq!(two.in_force(&storsjo, after(60)).await.unwrap(), Some(planned.clone()));
    assert_eq!(two.in_force(&fjallnas, after(60)).await.unwrap(), None, "another organisation's is its own");

    // Decided later, and from now: what was planned never holds.
    let instead = version("storsjo", 3, "enkel", 5);
    assert!(two.keep(&instead).await.unwrap());
    assert_eq!(one.in_force(&storsjo, after(90)).await.unwrap(), Some(instead.clone()));
    assert_eq!(one.history(&storsjo).await.unwrap(), [instead, planned, now]);
    assert!(one.history(&storsjo).await.unwrap()[0].enablement.enables_any(&SourceId::new("enkel")));
}

pub async fn of_two_who_change_what_is_enabled_at_once_one_does(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (left, right) = (version("storsjo", 1, "viva", 0), version("storsjo", 1, "fhir", 0));
    let (first, second) = tokio::join!(one.keep(&left), two.keep(&right));
    assert_ne!(first.unwrap(), second.unwrap());
    assert_eq!(one.history(&OrganisationId::new("storsjo")).await.unwrap().len(), 1);
    assert!(!one.keep(&version("storsjo", 3, "viva", 0)).await.unwrap(), "no number is left out");
}

pub async fn what_is_enabled_that_cannot_be_understood_is_an_error_and_never_everything(here: Here) {
    let store = here.open().await;
    here.run("INSERT INTO enablement VALUES ('storsjo', 1, '{\"viva\":7}', 0, 'x', 0, '{}')").await.unwrap();
    let storsjo = OrganisationId::new("storsjo");
    let said = store.in_force(&storsjo, noon()).await.unwrap_err().to_string();
    assert!(said.contains("version 1 of storsjo") && !said.contains("viva"), "{said}");
    assert!(store.history(&storsjo).await.is_err());
}

pub async fn what_was_enabled_can_be_neither_changed_nor_removed(here: Here) {
    let store = here.open().await;
    store.keep(&version("storsjo", 1, "viva", 0)).await.unwrap();
    for statement in ["UPDATE enablement SET from_us = 1", "DELETE FROM enablement"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    if here.is_sqlite() {
        let replaced = here.run("REPLACE INTO enablement VALUES ('storsjo', 1, '{}', 0, 'x', 0, '{}')").await;
        assert!(replaced.unwrap_err().to_string().contains("append only"));
    }
    store.check().await.unwrap();
}
