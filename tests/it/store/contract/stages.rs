//! Cases of how far sources have come.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    source::{OrganisationId, SourceId},
    stage::{Cause, Decider, Stage, Staged},
};
use samsyn_service::port::stages::Stages;

use crate::store::{
    place::Here,
    sample::{after, viewer},
};

fn staged(source: &str, number: u32, stage: Stage) -> Staged {
    let decider = if stage == Stage::Quarantined {
        Decider::Portal { cause: Cause::WrongPatient }
    } else {
        Decider::Administrator { by: Box::new(Registrar::from(&viewer())), reason: "Nytt avtal".into() }
    };
    let at = Timestamp::from_microsecond(after(i64::from(number)).as_microsecond()).unwrap();
    Staged {
        source: SourceId::new(source),
        organisation: OrganisationId::new("storsjo"),
        number,
        stage,
        running: None,
        trial: None,
        at,
        decider,
    }
}

pub async fn the_newest_stage_of_each_source_holds_on_every_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    assert_eq!(two.newest().await.unwrap(), []);
    let viva = [staged("viva", 1, Stage::Paused), staged("viva", 2, Stage::Quarantined)];
    let fhir = staged("fhir", 1, Stage::Paused);
    for staged in viva.iter().chain([&fhir]) {
        assert!(one.keep(staged).await.unwrap());
    }
    assert_eq!(two.newest().await.unwrap(), [fhir, viva[1].clone()]);
    assert_eq!(two.history(&SourceId::new("viva")).await.unwrap(), [viva[1].clone(), viva[0].clone()]);
    assert_eq!(two.history(&SourceId::new("enkel")).await.unwrap(), []);
}

pub async fn of_two_who_decide_on_a_source_at_once_one_does(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (left, right) = (staged("viva", 1, Stage::Paused), staged("viva", 1, Stage::Quarantined));
    let (first, second) = tokio::join!(one.keep(&left), two.keep(&right));
    assert_ne!(first.unwrap(), second.unwrap());
    assert_eq!(one.history(&SourceId::new("viva")).await.unwrap().len(), 1);
    assert!(!one.keep(&staged("viva", 3, Stage::Live)).await.unwrap(), "no number is left out");
}

pub async fn a_stage_that_cannot_be_understood_is_an_error_and_never_in_use(here: Here) {
    let store = here.open().await;
    here.run("INSERT INTO source_stage VALUES ('viva', 1, 'storsjo', 'lively', 0, '{\"who\":\"x\"}', NULL, NULL)")
        .await
        .unwrap();
    let said = store.newest().await.unwrap_err().to_string();
    assert!(said.contains("stage 1 of viva") && !said.contains("lively"), "{said}");
    assert!(store.history(&SourceId::new("viva")).await.is_err());
}

pub async fn a_stage_can_be_neither_changed_nor_removed(here: Here) {
    let store = here.open().await;
    store.keep(&staged("viva", 1, Stage::Paused)).await.unwrap();
    for statement in ["UPDATE source_stage SET stage = 'live'", "DELETE FROM source_stage"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    if here.is_sqlite() {
        let replaced =
            here.run("REPLACE INTO source_stage VALUES ('viva', 1, 'storsjo', 'live', 0, '{}', NULL, NULL)").await;
        assert!(replaced.unwrap_err().to_string().contains("append only"));
    }
    store.check().await.unwrap();
}
