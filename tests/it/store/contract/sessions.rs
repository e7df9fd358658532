//! Cases of sessions and handles.

use samsyn_domain::viewer::Scope;
use samsyn_service::port::{
    handles::{Handle, Handles},
    sessions::{Sessions, StoredSession},
};

use crate::store::{
    place::Here,
    sample::{after, noon, patient, session},
};

fn handle(id: &str) -> Handle {
    Handle {
        id: id.into(),
        patient: patient(),
        scope: Scope::Shared,
        live: true,
        assignment: "assignment-1".into(),
        ask_all: true,
    }
}

pub async fn a_session_is_found_until_it_expires(here: Here) {
    let store = here.open().await;
    let saved = session('a', after(15));
    store.save(&saved).await.unwrap();
    let loaded = store.load(&saved.key, after(14)).await.unwrap().unwrap();
    assert_eq!((loaded.key, loaded.data), (saved.key.clone(), saved.data.clone()));
    assert_eq!(loaded.expires.as_microsecond(), saved.expires.as_microsecond());
    assert!(store.load(&saved.key, after(15)).await.unwrap().is_none());
    assert!(store.load(&"b".repeat(64), noon()).await.unwrap().is_none());

    store.save(&StoredSession { data: "{}".into(), expires: after(30), ..saved.clone() }).await.unwrap();
    assert_eq!(store.load(&saved.key, after(20)).await.unwrap().unwrap().data, "{}");
}

pub async fn an_ended_session_stays_ended_even_if_a_slow_request_saves_it(here: Here) {
    let store = here.open().await;
    let saved = session('a', after(15));
    store.save(&saved).await.unwrap();
    store.end(&saved.key).await.unwrap();
    store.end(&saved.key).await.unwrap();
    store.end(&"b".repeat(64)).await.unwrap();
    assert!(store.load(&saved.key, noon()).await.unwrap().is_none());
    assert!(store.save(&saved).await.is_err());
    assert!(store.load(&saved.key, noon()).await.unwrap().is_none());
}

pub async fn a_handle_belongs_to_the_session_that_made_it(here: Here) {
    let store = here.open().await;
    let (mine, theirs) = (session('a', after(60)), session('b', after(60)));
    store.save(&mine).await.unwrap();
    store.save(&theirs).await.unwrap();
    store.keep(&mine.key, &handle("h1"), after(30)).await.unwrap();
    let found = store.find(&mine.key, "h1", noon()).await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), &found.patient, found.scope), ("h1", &patient(), Scope::Shared));
    assert_eq!((found.live, found.assignment.as_str(), found.ask_all), (true, "assignment-1", true));
    assert!(store.find(&theirs.key, "h1", noon()).await.unwrap().is_none());
    assert!(store.find(&mine.key, "h2", noon()).await.unwrap().is_none());
    assert!(store.find(&mine.key, "h1", after(30)).await.unwrap().is_none());

    let own = Handle { scope: Scope::Own, live: false, ask_all: false, ..handle("h2") };
    store.keep(&mine.key, &own, after(30)).await.unwrap();
    let found = store.find(&mine.key, "h2", noon()).await.unwrap().unwrap();
    assert_eq!((found.scope, found.live, found.ask_all), (Scope::Own, false, false));
    assert!(store.keep(&mine.key, &own, after(30)).await.is_err(), "a handle is never given a second meaning");
    assert!(store.keep(&"c".repeat(64), &handle("h3"), after(30)).await.is_err(), "no such session");
}

pub async fn a_handle_dies_with_its_session(here: Here) {
    let store = here.open().await;
    let (ended, expired) = (session('a', after(60)), session('b', after(10)));
    for session in [&ended, &expired] {
        store.save(session).await.unwrap();
        store.keep(&session.key, &handle("h"), after(60)).await.unwrap();
    }
    store.end(&ended.key).await.unwrap();
    assert!(store.find(&ended.key, "h", noon()).await.unwrap().is_none());
    assert!(store.find(&expired.key, "h", after(9)).await.unwrap().is_some());
    assert!(store.find(&expired.key, "h", after(10)).await.unwrap().is_none());
}

pub async fn purging_removes_what_has_expired_and_nothing_else(here: Here) {
    let store = here.open().await;
    let (old, young) = (session('a', after(10)), session('b', after(60)));
    for session in [&old, &young] {
        store.save(session).await.unwrap();
        store.keep(&session.key, &handle("long"), after(50)).await.unwrap();
        store.keep(&session.key, &handle("short"), after(5)).await.unwrap();
    }
    assert_eq!(store.purge(noon()).await.unwrap(), 0);
    // The old session and its two handles, and the young one's short handle.
    assert_eq!(store.purge(after(10)).await.unwrap(), 4);
    assert!(store.load(&old.key, noon()).await.unwrap().is_none());
    assert!(store.load(&young.key, noon()).await.unwrap().is_some());
    assert!(store.find(&young.key, "long", noon()).await.unwrap().is_some());
    assert!(store.find(&young.key, "short", noon()).await.unwrap().is_none());
    assert_eq!(store.purge(after(10)).await.unwrap(), 0);
}

pub async fn what_has_expired_is_ended_once_and_given_as_it_was(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (old, ended, young) = (session('a', after(10)), session('b', after(10)), session('c', after(60)));
    for session in [&old, &ended, &young] {
        one.save(session).await.unwrap();
    }
    one.end(&ended.key).await.unwrap();
    assert!(one.end_expired(noon()).await.unwrap().is_empty());
    let (first, second) = tokio::join!(one.end_expired(after(10)), two.end_expired(after(10)));
    let given: Vec<_> = first.unwrap().into_iter().chain(second.unwrap()).collect();
    assert_eq!(given.len(), 1, "each to one caller only: {given:?}");
    assert_eq!((&given[0].key, &given[0].data), (&old.key, &old.data));
    assert_eq!(given[0].expires.as_microsecond(), old.expires.as_microsecond());
    assert!(one.save(&session('a', after(90))).await.is_err(), "an ended session does not come back");
    assert!(two.load(&young.key, noon()).await.unwrap().is_some());
}

pub async fn a_sign_out_on_one_node_holds_on_the_next_request_of_another(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    for letter in ['a', 'b', 'c', 'd', 'e'] {
        let saved = session(letter, after(60));
        one.save(&saved).await.unwrap();
        assert!(two.load(&saved.key, noon()).await.unwrap().is_some());
        one.end(&saved.key).await.unwrap();
        assert!(two.load(&saved.key, noon()).await.unwrap().is_none());
    }
}
