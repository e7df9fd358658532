//! Cases of the matrices of roles and of acknowledgements.

use jiff::Timestamp;
use samsyn_domain::{
    access::{Registrar, Right, RoleMatrix},
    section::Section,
    source::OrganisationId,
};
use samsyn_service::port::{
    acknowledgements::{Acknowledgement, Acknowledgements},
    role_matrices::{MatrixVersion, RoleMatrices},
};
use samsyn_store::StoreError;

use crate::store::{
    place::Here,
    sample::{after, noon, viewer},
};

/// A version that grants one section to everybody. The table keeps microseconds.
fn version(organisation: &str, number: u32, section: Section) -> MatrixVersion {
    let by = Registrar { organisation: OrganisationId::new(organisation), ..Registrar::from(&viewer()) };
    MatrixVersion {
        number,
        matrix: RoleMatrix::granting(|_, right| right == Right::See(section)),
        at: kept(noon()),
        by,
    }
}

fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap()
}

pub async fn the_newest_version_of_an_organisations_matrix_holds_on_every_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (storsjo, fjallnas) = (OrganisationId::new("storsjo"), OrganisationId::new("fjallnas"));
    assert_eq!(two.current(&storsjo).await.unwrap(), None);
    let (first, second) = (version("storsjo", 1, Section::Alerts), version("storsjo", 2, Section::Plans));
    assert!(one.keep_version(&first).await.unwrap());
    assert_eq!(two.current(&storsjo).await.unwrap(), Some(first.clone()));
    assert!(two.keep_version(&second).await.unwrap());
    assert_eq!(one.current(&storsjo).await.unwrap(), Some(second.clone()));
    assert_eq!(one.history(&storsjo).await.unwrap(), vec![second, first]);
    assert_eq!(one.current(&fjallnas).await.unwrap(), None, "another organisation's is its own");
}

pub async fn of_two_who_change_a_matrix_at_once_one_does(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (left, right) = (version("storsjo", 1, Section::Alerts), version("storsjo", 1, Section::Plans));
    let (first, second) = tokio::join!(one.keep_version(&left), two.keep_version(&right));
    assert_ne!(first.unwrap(), second.unwrap());
    assert_eq!(one.history(&OrganisationId::new("storsjo")).await.unwrap().len(), 1);
    assert!(!one.keep_version(&version("storsjo", 3, Section::Alerts)).await.unwrap(), "no number is left out");
}

pub async fn a_matrix_that_cannot_be_understood_is_an_error_and_never_the_defaults(here: Here) {
    let store = here.open().await;
    here.run("INSERT INTO role_matrix VALUES ('storsjo', 1, '{\"nurse\":7}', 0, '{}')").await.unwrap();
    let storsjo = OrganisationId::new("storsjo");
    let said = store.current(&storsjo).await.unwrap_err().to_string();
    assert!(said.contains("version 1 of storsjo") && !said.contains("nurse"), "{said}");
    assert!(store.history(&storsjo).await.is_err());
}

pub async fn an_acknowledgement_is_of_one_text_of_one_organisation_by_one_employee(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (storsjo, digest) = (OrganisationId::new("storsjo"), "a".repeat(64));
    let given = Acknowledgement {
        organisation: storsjo.clone(),
        user_id: "SE0000000000-NURSE1".into(),
        digest: digest.clone(),
        name: "Åsa Exempel".into(),
        assignment: "assignment-1".into(),
        at: noon(),
    };
    assert!(!two.is_acknowledged(&storsjo, &given.user_id, &digest).await.unwrap());
    one.acknowledge(&given).await.unwrap();
    assert!(two.is_acknowledged(&storsjo, &given.user_id, &digest).await.unwrap());
    two.acknowledge(&Acknowledgement { at: after(5), name: "Annan".into(), ..given.clone() }).await.unwrap();
    assert_eq!(here.texts("SELECT name FROM acknowledgement").await, vec!["Åsa Exempel"], "the first stays as it was");
    assert!(!two.is_acknowledged(&OrganisationId::new("fjallnas"), &given.user_id, &digest).await.unwrap());
    assert!(!two.is_acknowledged(&storsjo, "SE0000000000-NURSE2", &digest).await.unwrap());
    assert!(!two.is_acknowledged(&storsjo, &given.user_id, &"b".repeat(64)).await.unwrap());
}

pub async fn neither_a_version_nor_an_acknowledgement_can_be_changed_or_removed(here: Here) {
    let store = here.open().await;
    store.keep_version(&version("storsjo", 1, Section::Alerts)).await.unwrap();
    let given = Acknowledgement {
        organisation: OrganisationId::new("storsjo"),
        user_id: "SE0000000000-NURSE1".into(),
        digest: "a".repeat(64),
        name: "Åsa Exempel".into(),
        assignment: "assignment-1".into(),
        at: noon(),
    };
    store.acknowledge(&given).await.unwrap();
    for table in ["role_matrix", "acknowledgement"] {
        for statement in [format!("UPDATE {table} SET at_us = 1"), format!("DELETE FROM {table}")] {
            let said = here.run(&statement).await.unwrap_err().to_string();
            assert!(said.contains("append only"), "{statement}: {said}");
        }
    }
    if here.is_sqlite() {
        let replaced = here.run("REPLACE INTO role_matrix VALUES ('storsjo', 1, '{}', 0, '{}')").await;
        assert!(replaced.unwrap_err().to_string().contains("append only"));
    }
    store.check().await.unwrap();
    let on_table = if here.is_sqlite() { "" } else { " ON role_matrix" };
    here.run(&format!("DROP TRIGGER role_matrix_no_delete{on_table}")).await.unwrap();
    let found = store.check().await;
    assert!(matches!(found, Err(StoreError::Unprotected { trigger: "role_matrix_no_delete" })), "{found:?}");
}
