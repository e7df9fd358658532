//! Cases of notices to staff.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    notice::{Notice, NoticeKind, NoticeText, Published},
    source::{OrganisationId, SourceId},
};
use samsyn_service::port::notices::Notices;

use crate::store::{
    place::Here,
    sample::{after, noon, viewer},
};

fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap()
}

fn by(organisation: &str) -> Registrar {
    Registrar { organisation: OrganisationId::new(organisation), ..Registrar::from(&viewer()) }
}

/// One of an organisation that lasts for so many minutes after noon.
fn notice(id: &str, organisation: &str, minutes: i64) -> Published {
    let sv = NoticeText { heading: "Viva är nere".into(), body: "Ring.\n\nVänta.".into() };
    let (from, until) = (kept(noon()), kept(after(minutes)));
    let source = Some(SourceId::new("viva"));
    let notice = Notice { kind: NoticeKind::Maintenance, source, everyone: true, from, until, sv, en: None };
    Published { id: id.into(), notice, at: kept(noon()), by: by(organisation), withdrawn: None }
}

pub async fn a_notice_comes_back_on_every_node_until_its_end_and_says_when_it_was_taken_back(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (first, second) = (notice("1", "storsjo", 60), notice("2", "region", 120));
    one.publish(&first).await.unwrap();
    two.publish(&second).await.unwrap();
    assert!(one.publish(&first).await.is_err(), "an id is of one notice");
    assert_eq!(two.ending_after(after(59)).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(two.ending_after(after(60)).await.unwrap(), std::slice::from_ref(&second));

    let (region, at) = (OrganisationId::new("region"), kept(after(10)));
    assert!(!one.withdraw(&region, "1", at, &by("region")).await.unwrap(), "it is another organisation's");
    assert!(!one.withdraw(&region, "3", at, &by("region")).await.unwrap(), "there is none");
    let (left, right) = (by("region"), by("region"));
    let both = tokio::join!(one.withdraw(&region, "2", at, &left), two.withdraw(&region, "2", at, &right));
    assert_ne!(both.0.unwrap(), both.1.unwrap(), "of two who take it back at once one does");
    let taken_back = Published { withdrawn: Some((at, by("region"))), ..second };
    assert_eq!(two.ending_after(after(59)).await.unwrap(), [first, taken_back]);
}

pub async fn a_notice_that_cannot_be_understood_is_an_error_and_never_none(here: Here) {
    let store = here.open().await;
    let until = after(60).as_microsecond();
    here.run(&format!("INSERT INTO notice VALUES ('1', 1, 'storsjo', {until}, '{{\"kind\":\"x\"}}', 0, '{{}}')"))
        .await
        .unwrap();
    let said = store.ending_after(noon()).await.unwrap_err().to_string();
    assert!(said.contains("notice 1"), "{said}");
}

pub async fn a_notice_can_be_neither_changed_nor_removed(here: Here) {
    let store = here.open().await;
    store.publish(&notice("1", "storsjo", 60)).await.unwrap();
    for statement in ["UPDATE notice SET until_us = 1", "DELETE FROM notice"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    if here.is_sqlite() {
        let replaced = here.run("REPLACE INTO notice VALUES ('1', 1, 'storsjo', 1, '{}', 0, '{}')").await;
        assert!(replaced.unwrap_err().to_string().contains("append only"));
    }
    store.check().await.unwrap();
}
