//! Cases of the identity provider's sessions and of tests of signing in.

use samsyn_domain::viewer::Scope;
use samsyn_service::port::{
    handles::{Handle, Handles},
    sessions::Sessions,
    sign_ins::{LoginTest, Logout, ProviderSession, SignIns},
};
use samsyn_store::Store;
use sea_orm::{ConnectionTrait, Statement};

use crate::store::{
    place::Here,
    sample::{after, noon, patient, session},
};

fn provider(subject: &str, sid: &str) -> ProviderSession {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    ProviderSession { subject: said(subject), sid: said(sid) }
}

fn handle(id: &str) -> Handle {
    let assignment = "assignment-1".into();
    Handle { id: id.into(), patient: patient(), scope: Scope::Own, live: false, assignment, ask_all: false }
}

/// A stored session with a handle, tied to the provider's.
async fn tied(store: &Store, letter: char, subject: &str, sid: &str) -> String {
    let saved = session(letter, after(60));
    store.save(&saved).await.unwrap();
    store.keep(&saved.key, &handle("h"), after(60)).await.unwrap();
    assert!(store.tie(&saved.key, &provider(subject, sid)).await.unwrap());
    saved.key
}

async fn lives(store: &Store, key: &str) -> bool {
    let lives = store.load(key, noon()).await.unwrap().is_some();
    assert_eq!(store.find(key, "h", noon()).await.unwrap().is_some(), lives, "a handle outlives its session");
    lives
}

async fn ended(store: &Store, notice: &str, what: &ProviderSession) -> usize {
    match store.end_tied(notice, what, noon(), after(6)).await.unwrap() {
        Logout::Ended(sessions) => {
            assert!(sessions.iter().all(|session| !session.data.is_empty()), "they come as they were");
            sessions.len()
        }
        Logout::Replayed => panic!("{notice} has been used"),
    }
}

pub async fn the_provider_ends_the_session_it_names_and_no_other(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let named = tied(&one, 'a', "anna", "s1").await;
    let other = tied(&one, 'b', "anna", "s2").await;
    assert_eq!(ended(&two, "n1", &provider("anna", "s1")).await, 1);
    assert!(!lives(&one, &named).await && lives(&one, &other).await);
    assert_eq!(ended(&two, "n2", &provider("", "s3")).await, 0);
    assert!(lives(&one, &other).await);
    assert!(one.save(&session('a', after(60))).await.is_err(), "a slow request does not bring it back");
}

pub async fn the_provider_ends_everything_of_a_person(here: Here) {
    let store = here.open().await;
    let first = tied(&store, 'a', "anna", "s1").await;
    let second = tied(&store, 'b', "anna", "").await;
    let somebody_else = tied(&store, 'c', "bo", "s3").await;
    assert_eq!(ended(&store, "n1", &provider("anna", "")).await, 2);
    assert!(!lives(&store, &first).await && !lives(&store, &second).await && lives(&store, &somebody_else).await);
    assert_eq!(ended(&store, "n2", &provider("", "")).await, 0, "who names nobody ends nothing");
    assert!(lives(&store, &somebody_else).await);
}

pub async fn a_session_the_provider_did_not_name_ends_with_its_person(here: Here) {
    let store = here.open().await;
    let unnamed = tied(&store, 'a', "anna", "").await;
    let other = tied(&store, 'b', "bo", "").await;
    assert_eq!(ended(&store, "n1", &provider("anna", "s1")).await, 1);
    assert!(!lives(&store, &unnamed).await && lives(&store, &other).await);
}

pub async fn a_notice_counts_once_and_is_forgotten_when_it_cannot_come_again(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    assert_eq!(ended(&one, "n1", &provider("anna", "")).await, 0);
    let later = tied(&one, 'a', "anna", "").await;
    let again = two.end_tied("n1", &provider("anna", ""), after(5), after(11)).await.unwrap();
    assert!(matches!(again, Logout::Replayed), "{again:?}");
    assert!(lives(&one, &later).await);
    let forgotten = two.end_tied("n1", &provider("anna", ""), after(6), after(12)).await.unwrap();
    assert!(matches!(forgotten, Logout::Ended(ref sessions) if sessions.len() == 1), "{forgotten:?}");
}

pub async fn a_sign_in_that_was_under_way_is_not_tied_to_an_ended_session(here: Here) {
    let store = here.open().await;
    assert_eq!(ended(&store, "n1", &provider("anna", "s1")).await, 0);
    let late = session('a', after(60));
    store.save(&late).await.unwrap();
    assert!(!store.tie(&late.key, &provider("anna", "s1")).await.unwrap());
    assert!(store.tie(&late.key, &provider("anna", "s2")).await.unwrap());
}

pub async fn what_the_provider_calls_a_person_is_not_stored(here: Here) {
    let store = here.open().await;
    tied(&store, 'a', "189001019802", "session-of-anna").await;
    ended(&store, "n1", &provider("bo", "session-of-bo")).await;
    let raw = here.raw().await;
    for sql in ["SELECT subject, sid FROM provider_session", "SELECT notice AS subject, sid FROM provider_logout"] {
        let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
        assert_eq!(rows.len(), 1, "{sql}");
        for row in rows {
            let texts: [String; 2] = [row.try_get("", "subject").unwrap(), row.try_get("", "sid").unwrap()];
            assert!(
                texts.iter().all(|text| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())),
                "{texts:?}"
            );
        }
    }
}

pub async fn the_handles_of_a_session_can_be_carried_over(here: Here) {
    let store = here.open().await;
    let (old, new) = (session('a', after(60)), session('b', after(60)));
    store.save(&old).await.unwrap();
    store.save(&new).await.unwrap();
    store.keep(&old.key, &handle("long"), after(50)).await.unwrap();
    store.keep(&old.key, &handle("short"), after(5)).await.unwrap();
    let open = store.all(&old.key, after(5)).await.unwrap();
    assert_eq!(open.iter().map(|handle| handle.id.as_str()).collect::<Vec<_>>(), ["long"]);
    for handle in &open {
        store.keep(&new.key, handle, after(50)).await.unwrap();
    }
    store.end(&old.key).await.unwrap();
    assert_eq!(store.find(&new.key, "long", noon()).await.unwrap().unwrap().patient, patient());
}

pub async fn a_later_test_of_signing_in_replaces_the_former(here: Here) {
    let store = here.open().await;
    let test = LoginTest {
        organisation: "storsjo".into(),
        user_id: "SE-P1".into(),
        assignment: "SE-U1".into(),
        name: "Anna".into(),
        unit: "Norr".into(),
        at: noon(),
    };
    store.note_test(&test).await.unwrap();
    store.note_test(&LoginTest { organisation: "fjallnas".into(), ..test.clone() }).await.unwrap();
    store.note_test(&LoginTest { user_id: "SE-P2".into(), at: after(1), ..test.clone() }).await.unwrap();
    store.note_test(&LoginTest { unit: "Söder".into(), at: after(2), ..test.clone() }).await.unwrap();
    let tests = store.tests("storsjo").await.unwrap();
    let told: Vec<_> = tests.iter().map(|test| (test.user_id.as_str(), test.unit.as_str())).collect();
    assert_eq!(told, [("SE-P1", "Söder"), ("SE-P2", "Norr")]);
    assert_eq!(tests[0].at.as_second(), after(2).as_second());
}
