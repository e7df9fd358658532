//! Cases of the register of consents, relations and exceptions: what is kept, how it ends, and what makes it unreadable.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    access::{
        Assertion, Ended, GivenBy, Kind, Period, Reason, Receiver, Registrar, Registration, RelationReason, Stated,
    },
    identifier::PersonIdentifier,
    provenance::Organisation,
    section::Section,
    source::ProviderId,
};
use samsyn_service::port::access_register::AccessRegister;
use samsyn_store::{Store, StoreError};

use super::sealing::{files_with, tables_with};
use crate::store::{
    place::Here,
    sample::{after, other_patient, patient, viewer},
};

const KINDS: [Kind; 6] = [Kind::Consent, Kind::Relation, Kind::Child, Kind::Incapable, Kind::Emergency, Kind::Lift];
/// What a form can carry in words.
const WORDS: &str = "Medvetslös, \"svarar ej\"; 'DROP TABLE registration'\n\u{0} åäö 🚑";

/// The id of the n:th registration.
fn id(number: usize) -> String {
    format!("7d5ce0c7-6d0a-4d0e-8d5b-{number:012}")
}

fn stated(kind: Kind) -> Stated {
    let none = Stated::default();
    let text = Some(WORDS.to_owned());
    match kind {
        Kind::Consent => Stated { given_by: Some(GivenBy::Guardian), ..none },
        Kind::Relation => Stated { relation: Some(RelationReason::SocialCare), ..none },
        Kind::Child => none,
        Kind::Incapable => Stated { assertions: Assertion::ALL.to_vec(), text, ..none },
        Kind::Emergency => {
            let sections = vec![Section::Alerts, Section::CareLimits];
            Stated { reason: Some(Reason::Other), sections, text, ..none }
        }
        Kind::Lift => Stated { unit: Some("SE0000000000-UNIT2".into()), ..none },
    }
}

/// A registration made so many minutes after noon, about `patient`, for the sample viewer's unit and for an hour.
fn made(number: usize, kind: Kind, minute: i64) -> Registration {
    Registration {
        id: id(number),
        kind,
        patient: patient(),
        receiver: Receiver::unit_of(&viewer()),
        period: Period { from: after(minute), to: Some(after(minute + 60)) },
        stated: stated(kind),
        registered_at: after(minute),
        registered_by: Registrar::from(&viewer()),
        ended: None,
    }
}

fn consent() -> Registration {
    made(1, Kind::Consent, 0)
}

fn ended(minute: i64, voided: bool) -> Ended {
    let by = Registrar { user_id: "SE0000000000-NURSE2".into(), ..Registrar::from(&viewer()) };
    Ended { voided, at: after(minute), by }
}

fn to_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap()
}

/// As it is kept: to the microsecond.
fn kept(registration: &Registration) -> Registration {
    let Period { from, to } = registration.period;
    Registration {
        period: Period { from: to_microsecond(from), to: to.map(to_microsecond) },
        registered_at: to_microsecond(registration.registered_at),
        ended: registration.ended.clone().map(|ended| Ended { at: to_microsecond(ended.at), ..ended }),
        ..registration.clone()
    }
}

async fn of(store: &Store, patient: &PersonIdentifier) -> Vec<Registration> {
    store.of_patient(patient).await.unwrap()
}

/// Switches off triggers of the register, as an owner of the database could.
async fn drop_protection(here: &Here, triggers: &[&str]) {
    let table = if here.is_sqlite() { "" } else { " ON registration" };
    for trigger in triggers {
        here.run(&format!("DROP TRIGGER {trigger}{table}")).await.unwrap();
    }
}

pub async fn every_kind_comes_back_as_it_was_registered_newest_first(here: Here) {
    let store = here.open().await;
    let mut all: Vec<_> = (0..).zip(KINDS).map(|(number, kind)| made(number, kind, -(number as i64))).collect();
    // For every unit until further notice; for one employee; for another provider's unit, from next month.
    all[0].receiver = Receiver { unit: None, ..Receiver::unit_of(&viewer()) };
    all[0].period.to = None;
    all[4].receiver = Receiver::only(&viewer());
    let nameless = Organisation { id: Some("SE1111111111-UNIT".into()), name: None };
    let receiver = Receiver { provider: ProviderId::new("SE1111111111"), unit: Some(nameless), employee: None };
    let next_month = Period { from: after(60 * 24 * 30), to: None };
    all.push(Registration { receiver, period: next_month, ..made(6, Kind::Consent, -6) });
    for place in [3, 0, 6, 5, 1, 4, 2] {
        store.keep(std::slice::from_ref(&all[place])).await.unwrap();
    }
    let expected: Vec<_> = all.iter().map(kept).collect();
    assert_eq!(of(&store, &patient()).await, expected);
    assert_eq!(of(&store, &other_patient()).await, []);
    // The words in the table are those of the first version: a renamed kind must not change them.
    let words = here.texts("SELECT kind FROM registration ORDER BY registered_us DESC").await;
    assert_eq!(words, ["consent", "relation", "child", "incapable", "emergency", "lift", "consent"]);
    store.close().await.unwrap();
    assert_eq!(of(&here.open().await, &patient()).await, expected);
}

pub async fn the_same_form_sent_twice_is_kept_once(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let later = |by: SignedDuration| {
        let Period { from, to } = consent().period;
        let period = Period { from: from + by, to: to.map(|to| to + by) };
        Registration { period, registered_at: consent().registered_at + by, ..consent() }
    };
    let at_once = join_all((0..12).map(|number| {
        let store = if number % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move { store.keep(&[consent()]).await })
    }));
    for kept in at_once.await {
        kept.unwrap().unwrap();
    }
    one.keep(&[later(SignedDuration::from_millis(1_500))]).await.unwrap();
    // A last moment that was chosen as a day does not move with the moment of sending.
    let to = consent().period.to;
    let chosen = later(SignedDuration::from_secs(3));
    one.keep(&[Registration { period: Period { to, ..chosen.period }, ..chosen }]).await.unwrap();
    assert_eq!(of(&one, &patient()).await, [kept(&consent())]);

    assert!(one.end(&patient(), &id(1), &ended(5, false)).await.unwrap());
    one.keep(&[consent()]).await.unwrap();
    let after_the_end = kept(&Registration { ended: Some(ended(5, false)), ..consent() });
    assert_eq!(
        of(&one, &patient()).await,
        [after_the_end],
        "what has ended is not begun anew by sending the form again"
    );
}

pub async fn an_id_taken_by_something_else_is_refused_and_changes_nothing(here: Here) {
    let store = here.open().await;
    store.keep(&[consent()]).await.unwrap();
    let changes: [fn(&mut Registration); 12] = [
        |new| new.kind = Kind::Relation,
        |new| new.patient = other_patient(),
        |new| new.receiver.provider = ProviderId::new("SE1111111111"),
        |new| new.receiver.unit = None,
        |new| new.receiver.employee = Some("SE0000000000-NURSE1".into()),
        |new| new.period.from = after(1),
        |new| new.period.to = Some(after(61)),
        |new| new.period.to = None,
        |new| new.stated.given_by = Some(GivenBy::Patient),
        |new| new.stated.text = Some("Annat".into()),
        |new| new.registered_by.user_id = "SE0000000000-NURSE2".into(),
        // Sent later, and for longer.
        |new| (new.registered_at, new.period.to) = (after(1), Some(after(120))),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut other = consent();
        change(&mut other);
        let refused = store.keep(&[other]).await.unwrap_err().to_string();
        assert!(refused.contains("taken by something else"), "change {place}: {refused}");
        assert_eq!(of(&store, &patient()).await, [kept(&consent())], "change {place}");
        assert_eq!(of(&store, &other_patient()).await, [], "change {place}");
    }
}

pub async fn what_could_not_be_read_back_is_not_kept(here: Here) {
    let store = here.open().await;
    let nowhere = Organisation { id: None, name: Some("Hemsjukvården".into()) };
    let for_nobody = Receiver { unit: Some(nowhere), ..consent().receiver };
    let mut refused = vec![
        Registration { receiver: for_nobody, ..consent() },
        Registration { ended: Some(ended(5, true)), ..consent() },
    ];
    for id in
        ["", "1", patient().digits(), &id(1).replace("7d", "7D"), &id(1).replace('-', ""), &format!("{{{}}}", id(1))]
    {
        refused.push(Registration { id: id.to_owned(), ..consent() });
    }
    for registration in refused {
        let error = store.keep(&[made(7, Kind::Relation, 0), registration]).await.unwrap_err().to_string();
        assert!(!error.contains(patient().digits()) && !error.contains("Hemsjukvården"), "{error}");
        assert_eq!(of(&store, &patient()).await, []);
    }
    store.keep(&[consent()]).await.unwrap();
}

pub async fn a_registration_ends_once_and_stays_in_the_history(here: Here) {
    let store = here.open().await;
    let (mistaken, withdrawn) = (made(1, Kind::Consent, 0), made(2, Kind::Consent, 1));
    let in_force = made(3, Kind::Consent, 2);
    store.keep(&[mistaken.clone(), withdrawn.clone(), in_force.clone()]).await.unwrap();
    assert!(store.end(&patient(), &id(1), &ended(10, true)).await.unwrap());
    assert!(store.end(&patient(), &id(2), &ended(11, false)).await.unwrap());
    let expected = [
        kept(&in_force),
        kept(&Registration { ended: Some(ended(11, false)), ..withdrawn }),
        kept(&Registration { ended: Some(ended(10, true)), ..mistaken }),
    ];
    assert_eq!(of(&store, &patient()).await, expected);
    for (voided, minute) in [(true, 20), (false, 21)] {
        assert!(!store.end(&patient(), &id(1), &ended(minute, voided)).await.unwrap());
        assert!(!store.end(&patient(), &id(2), &ended(minute, voided)).await.unwrap());
    }
    assert_eq!(of(&store, &patient()).await, expected, "the first end stands");
}

pub async fn of_two_who_end_it_at_once_one_does(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    one.keep(&[consent()]).await.unwrap();
    let told = join_all((0..12).map(|minute| {
        let store = if minute % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move { (minute, store.end(&patient(), &id(1), &ended(minute, false)).await.unwrap()) })
    }));
    let told: Vec<_> = told.await.into_iter().map(Result::unwrap).filter(|(_, done)| *done).collect();
    let [(minute, _)] = told[..] else { panic!("{told:?}") };
    assert_eq!(of(&two, &patient()).await, [kept(&Registration { ended: Some(ended(minute, false)), ..consent() })]);
}

pub async fn only_the_patients_own_registration_is_ended_or_extended(here: Here) {
    let store = here.open().await;
    let theirs = Registration { patient: other_patient(), ..made(2, Kind::Emergency, 0) };
    store.keep(&[consent()]).await.unwrap();
    store.keep(std::slice::from_ref(&theirs)).await.unwrap();
    let ids = [&id(2), &id(3), "", "%", "\0", "' OR '1' = '1", &id(1).to_uppercase(), &format!("{}\0", id(1))];
    for id in ids {
        assert!(!store.end(&patient(), id, &ended(5, true)).await.unwrap(), "{id:?}");
        assert!(!store.extend(&patient(), id, after(500)).await.unwrap(), "{id:?}");
    }
    assert!(!store.end(&other_patient(), &id(1), &ended(5, true)).await.unwrap());
    assert!(!store.extend(&other_patient(), &id(1), after(500)).await.unwrap());
    assert_eq!(of(&store, &patient()).await, [kept(&consent())]);
    assert_eq!(of(&store, &other_patient()).await, [kept(&theirs)]);
}

pub async fn a_registration_is_extended_until_it_has_ended(here: Here) {
    let store = here.open().await;
    let emergency = Registration { receiver: Receiver::only(&viewer()), ..made(1, Kind::Emergency, 0) };
    let until = |minute| Period { to: Some(after(minute)), ..emergency.period };
    store.keep(std::slice::from_ref(&emergency)).await.unwrap();
    for minute in [90, 120] {
        assert!(store.extend(&patient(), &id(1), after(minute)).await.unwrap());
        assert_eq!(of(&store, &patient()).await, [kept(&Registration { period: until(minute), ..emergency.clone() })]);
    }
    assert!(store.end(&patient(), &id(1), &ended(100, false)).await.unwrap());
    assert!(!store.extend(&patient(), &id(1), after(180)).await.unwrap());
    let closed = Registration { period: until(120), ended: Some(ended(100, false)), ..emergency };
    assert_eq!(of(&store, &patient()).await, [kept(&closed)]);
}

pub async fn registering_and_ending_hold_on_the_next_request_of_another_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    for number in 1..6 {
        one.keep(&[made(number, Kind::Relation, number as i64)]).await.unwrap();
        let newest = of(&two, &patient()).await.swap_remove(0);
        assert_eq!(newest, kept(&made(number, Kind::Relation, number as i64)));
        assert!(one.extend(&patient(), &id(number), after(600)).await.unwrap());
        assert_eq!(of(&two, &patient()).await[0].period.to, Some(to_microsecond(after(600))));
        assert!(one.end(&patient(), &id(number), &ended(30, false)).await.unwrap());
        assert!(of(&two, &patient()).await.iter().all(|registration| !registration.holds(after(20))));
    }
}

pub async fn a_row_that_cannot_be_understood_fails_the_whole_answer(here: Here) {
    let store = here.open().await;
    drop_protection(&here, &["registration_no_change", "registration_no_delete"]).await;
    let theirs = Registration { patient: other_patient(), ..made(3, Kind::Consent, 0) };
    let far = i64::MAX;
    let damages = [
        ("kind = 'sideways'".to_owned(), "its kind"),
        ("kind = 'Consent'".to_owned(), "its kind"),
        ("unit_id = NULL".to_owned(), "its unit"),
        (format!("from_us = {far}"), "its first moment"),
        (format!("to_us = {far}"), "its last moment"),
        (format!("registered_us = {far}"), "its time"),
        ("stated = '{'".to_owned(), "its statement"),
        ("stated = '{\"reason\":\"hemligt\"}'".to_owned(), "its statement"),
        ("registered_by = '{}'".to_owned(), "its registrar"),
        ("ended_us = 1, ended_by = '{}', voided = true".to_owned(), "its end"),
        (format!("ended_us = {far}, ended_by = registered_by, voided = true"), "its end"),
        ("patient = ''".to_owned(), "does not open"),
        ("patient = '1..'".to_owned(), "does not open"),
        ("patient = '1.00000000.AAAA'".to_owned(), "another key"),
        (format!("patient = '{}'", patient().digits()), "does not open"),
        ("id = '7D5CE0C7-6D0A-4D0E-8D5B-000000000002'".to_owned(), "its id"),
    ];
    for (damage, what) in damages {
        here.run("DELETE FROM registration").await.unwrap();
        store.keep(&[made(1, Kind::Consent, 0), made(2, Kind::Relation, 1), theirs.clone()]).await.unwrap();
        assert_eq!(of(&store, &patient()).await.len(), 2);
        assert_eq!(here.run(&format!("UPDATE registration SET {damage} WHERE id = '{}'", id(2))).await.unwrap(), 1);
        let error = store.of_patient(&patient()).await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains(what), "{damage}: {said}");
        assert!(said.contains(&id(2)) || what == "its id", "the row is named: {said}");
        for stored in [patient().digits(), "hemligt", "sideways", "7D5CE0C7"] {
            assert!(!said.contains(stored), "{damage}: {said}");
        }
        assert_eq!(of(&store, &other_patient()).await, [kept(&theirs)], "{damage}: nobody else is concerned");
    }
}

pub async fn a_row_moved_to_another_patient_or_receiver_fails_the_whole_answer(here: Here) {
    let store = here.open().await;
    drop_protection(&here, &["registration_no_change"]).await;
    let theirs = Registration { patient: other_patient(), ..made(2, Kind::Consent, 0) };
    store.keep(&[consent()]).await.unwrap();
    store.keep(std::slice::from_ref(&theirs)).await.unwrap();
    let of_theirs = |column: &str| format!("(SELECT {column} FROM registration WHERE id = '{}')", id(2));
    let moves = [
        (format!("patient_tag = {}", of_theirs("patient_tag")), other_patient(), "filed under another patient"),
        (format!("patient = {}", of_theirs("patient")), patient(), "does not open"),
        (
            format!("patient = {}, patient_tag = {}", of_theirs("patient"), of_theirs("patient_tag")),
            other_patient(),
            "does not open",
        ),
        ("provider = 'SE1111111111'".to_owned(), patient(), "does not open"),
    ];
    let column = async |column: &str| {
        here.texts(&format!("SELECT {column} FROM registration WHERE id = '{}'", id(1))).await.swap_remove(0)
    };
    let (tag, sealed, provider) = (column("patient_tag").await, column("patient").await, column("provider").await);
    for (moved, whose, what) in moves {
        here.run(&format!("UPDATE registration SET {moved} WHERE id = '{}'", id(1))).await.unwrap();
        let error = store.of_patient(&whose).await.unwrap_err().to_string();
        assert!(error.contains(what) && error.contains(&id(1)), "{moved}: {error}");
        assert!(!error.contains(&sealed) && !error.contains(&tag), "{error}");
        let back = format!("patient = '{sealed}', patient_tag = '{tag}', provider = '{provider}'");
        here.run(&format!("UPDATE registration SET {back} WHERE id = '{}'", id(1))).await.unwrap();
        assert_eq!(of(&store, &patient()).await, [kept(&consent())]);
        assert_eq!(of(&store, &other_patient()).await, [kept(&theirs)]);
    }
}

pub async fn neither_a_row_nor_the_file_carries_the_number(here: Here) {
    let store = here.open().await;
    for (number, kind) in (1..).zip(KINDS) {
        let others = Registration { patient: other_patient(), ..made(number + 10, kind, 0) };
        store.keep(&[made(number, kind, 0), others]).await.unwrap();
    }
    assert!(store.extend(&patient(), &id(1), after(90)).await.unwrap());
    assert!(store.end(&other_patient(), &id(11), &ended(5, true)).await.unwrap());
    for person in [patient(), other_patient()] {
        for spelling in [person.digits(), &person.digits()[2..], &person.spoken(), &person.spoken()[2..]] {
            assert_eq!(tables_with(&here, spelling).await, [""; 0], "{spelling}");
            assert_eq!(files_with(&here.config, spelling), [""; 0], "{spelling}");
        }
    }
    // The search finds what is there: the registrar stands in clear.
    assert_eq!(tables_with(&here, &viewer().user_id).await, ["registration"]);
    assert!(!here.is_sqlite() || !files_with(&here.config, &viewer().user_id).is_empty());

    // A copy tells that rows are about one person, and no two databases have that person's tag in common.
    let tags = here.texts("SELECT patient_tag FROM registration GROUP BY patient_tag").await;
    assert_eq!(tags.len(), 2);
    let elsewhere = Here::sqlite();
    elsewhere.open().await.keep(&[consent()]).await.unwrap();
    assert!(!tags.contains(&elsewhere.texts("SELECT patient_tag FROM registration").await[0]));
    let sealed = here.texts("SELECT patient FROM registration GROUP BY patient").await;
    assert_eq!(sealed.len(), 2 * KINDS.len(), "no two sealed values are the same");
}

pub async fn a_registration_can_be_neither_changed_nor_removed(here: Here) {
    let store = here.open().await;
    let in_force = made(2, Kind::Relation, 1);
    store.keep(&[consent()]).await.unwrap();
    store.keep(std::slice::from_ref(&in_force)).await.unwrap();
    assert!(store.end(&patient(), &id(1), &ended(5, false)).await.unwrap());
    let before = of(&store, &patient()).await;
    let texts = [
        "id",
        "kind",
        "patient_tag",
        "patient",
        "provider",
        "unit_id",
        "unit_name",
        "employee",
        "stated",
        "registered_by",
    ];
    let mut attempts: Vec<_> =
        texts.iter().map(|column| format!("UPDATE registration SET {column} = 'x' WHERE ended_us IS NULL")).collect();
    let rest = [
        "UPDATE registration SET unit_id = NULL WHERE ended_us IS NULL",
        "UPDATE registration SET from_us = 0 WHERE ended_us IS NULL",
        "UPDATE registration SET registered_us = 0 WHERE ended_us IS NULL",
        "UPDATE registration SET to_us = to_us + 1 WHERE ended_us IS NOT NULL",
        "UPDATE registration SET voided = true WHERE ended_us IS NOT NULL",
        "UPDATE registration SET ended_us = NULL, ended_by = NULL, voided = NULL WHERE ended_us IS NOT NULL",
        // Half an end.
        "UPDATE registration SET ended_us = 1 WHERE ended_us IS NULL",
        "UPDATE registration SET ended_us = 1, voided = true WHERE ended_us IS NULL",
        "DELETE FROM registration",
        "DELETE FROM registration WHERE ended_us IS NOT NULL",
        if here.is_sqlite() { "REPLACE INTO registration SELECT * FROM registration" } else { "TRUNCATE registration" },
    ];
    attempts.extend(rest.map(str::to_owned));
    for attempt in attempts {
        assert!(here.run(&attempt).await.is_err(), "{attempt}");
        assert_eq!(of(&store, &patient()).await, before, "{attempt}");
    }
    assert_eq!(before[0], kept(&in_force));
}

pub async fn a_protection_that_is_missing_is_found_by_the_check(here: Here) {
    let store = here.open().await;
    store.check().await.unwrap();
    drop_protection(&here, &["registration_no_delete"]).await;
    let found = store.check().await;
    assert!(matches!(found, Err(StoreError::Unprotected { trigger: "registration_no_delete" })), "{found:?}");
}
