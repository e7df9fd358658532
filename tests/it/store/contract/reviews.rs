//! Cases of reviews of the log.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    logged::Place,
    review::{Closing, Mark, Period, Pick, Reason, Review, ReviewFile, ReviewRules, Rule, Selection, Verdict},
    source::ProviderId,
};
use samsyn_service::port::reviews::Reviews;
use samsyn_store::StoreError;

use crate::store::{
    place::Here,
    sample::{after, viewer},
};

/// As the store keeps moments: in microseconds.
fn at(minute: i64) -> Timestamp {
    Timestamp::from_microsecond(after(minute).as_microsecond()).unwrap()
}

fn provider() -> ProviderId {
    viewer().provider.id
}

fn review(number: u128, minute: i64) -> Review {
    Review {
        id: uuid::Uuid::from_u128(number).to_string(),
        begun_by: Registrar::from(&viewer()),
        begun_at: at(minute),
        selection: Selection {
            period: Period { from: at(-60), before: at(0) },
            seed: "00ff".into(),
            random: 2,
            by_rule: 3,
            rules: BTreeSet::from([Rule::Emergency]),
            unusual: ReviewRules::default(),
            named: 0,
            acts: 7,
            readers: 2,
            found: BTreeMap::from([(Rule::Emergency, 1)]),
        },
    }
}

fn pick(number: u32) -> Pick {
    let place = Place { index: number.into(), at: at(number.into()) };
    Pick {
        number,
        reader: Registrar::from(&viewer()),
        record: uuid::Uuid::from_u128(number.into()).to_string(),
        place,
        outcome: (number > 1).then_some(place),
        reasons: vec![Reason::Emergency, Reason::ManyInADay { patients: 70, norm: Some(4) }, Reason::Random],
    }
}

fn mark(pick: u32, verdict: Verdict, note: &str) -> Mark {
    Mark { pick, verdict, note: note.into(), at: at(90), by: Registrar::from(&viewer()) }
}

fn closing() -> Closing {
    Closing { result: "Inget att anmärka".into(), at: at(99), by: Registrar::from(&viewer()) }
}

pub async fn a_review_comes_back_as_it_was_kept_for_its_provider_only(here: Here) {
    let (store, elsewhere) = (here.open().await, ProviderId::new("SE1111111111"));
    let (first, second) = (review(1, 0), review(2, 5));
    store.begin_review(&first, &[pick(1), pick(2)]).await.unwrap();
    store.begin_review(&second, &[]).await.unwrap();
    let many: Vec<Pick> = (1..=400).map(pick).collect();
    store.begin_review(&review(3, -5), &many).await.unwrap();
    assert!(store.begin_review(&first, &[]).await.is_err(), "an id is used once");

    assert!(store.mark_pick(&provider(), &first.id, &mark(1, Verdict::Questioned, "Varför?")).await.unwrap());
    assert!(!store.mark_pick(&elsewhere, &first.id, &mark(1, Verdict::Justified, "")).await.unwrap());
    assert!(!store.mark_pick(&provider(), &first.id, &mark(3, Verdict::Justified, "")).await.unwrap(), "no such pick");
    assert!(!store.close_review(&provider(), &first.id, &closing()).await.unwrap(), "not before all are judged");
    assert!(store.mark_pick(&provider(), &first.id, &mark(2, Verdict::Justified, "")).await.unwrap());
    assert!(store.mark_pick(&provider(), &first.id, &mark(1, Verdict::Justified, "Förklarat")).await.unwrap());
    assert!(!store.close_review(&elsewhere, &first.id, &closing()).await.unwrap());
    assert!(store.close_review(&provider(), &first.id, &closing()).await.unwrap());
    assert!(!store.close_review(&provider(), &first.id, &closing()).await.unwrap(), "once");
    assert!(!store.mark_pick(&provider(), &first.id, &mark(1, Verdict::Questioned, "sent")).await.unwrap(), "closed");

    store.close().await.unwrap();
    let store = here.open().await;
    let expected = ReviewFile {
        review: first.clone(),
        picks: vec![pick(1), pick(2)],
        marks: vec![
            mark(1, Verdict::Questioned, "Varför?"),
            mark(2, Verdict::Justified, ""),
            mark(1, Verdict::Justified, "Förklarat"),
        ],
        closing: Some(closing()),
    };
    let shouted = ProviderId::new(provider().as_str().to_ascii_lowercase());
    assert_eq!(store.review(&shouted, &first.id).await.unwrap(), Some(expected));
    assert_eq!(store.review(&elsewhere, &first.id).await.unwrap(), None);
    let ids: Vec<String> =
        store.reviews_of(&provider()).await.unwrap().into_iter().map(|file| file.review.id).collect();
    assert_eq!(ids, [second.id, first.id, review(3, -5).id], "newest first");
    assert_eq!(store.review(&provider(), &review(3, -5).id).await.unwrap().unwrap().picks, many);
    assert!(store.reviews_of(&elsewhere).await.unwrap().is_empty());
}

pub async fn nothing_of_a_review_can_be_changed_or_removed(here: Here) {
    let store = here.open().await;
    store.begin_review(&review(1, 0), &[pick(1)]).await.unwrap();
    assert!(store.mark_pick(&provider(), &review(1, 0).id, &mark(1, Verdict::Justified, "")).await.unwrap());
    assert!(store.close_review(&provider(), &review(1, 0).id, &closing()).await.unwrap());
    for (table, change) in [
        ("review", "begun_us = begun_us + 1"),
        ("review_pick", "reasons = '[]'"),
        ("review_mark", "verdict = 'questioned'"),
        ("review_closing", "result = 'annat'"),
    ] {
        assert!(here.run(&format!("UPDATE {table} SET {change}")).await.is_err(), "{table}");
        assert!(here.run(&format!("DELETE FROM {table}")).await.is_err(), "{table}");
    }
    let table = if here.is_sqlite() { "" } else { " ON review_mark" };
    here.run(&format!("DROP TRIGGER review_mark_no_change{table}")).await.unwrap();
    let found = store.check().await;
    assert!(matches!(found, Err(StoreError::Unprotected { trigger: "review_mark_no_change" })), "{found:?}");
    here.run("UPDATE review_mark SET verdict = 'x'").await.unwrap();
    let unreadable = store.reviews_of(&provider()).await.unwrap_err().to_string();
    assert!(unreadable.contains("its verdict cannot be read"), "{unreadable}");
}
