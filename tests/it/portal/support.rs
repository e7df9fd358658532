//! The support card: on every page that fails, of the reader's own organisation, and everybody's while nobody is known.

use super::{browser::Browser, harness::Portal, login::attempt};

const STORSJO: &str = "Servicedesk, Storsjö kommun";
const REGION: &str = "IT-support, Region Fjäll";

#[tokio::test]
async fn a_page_that_fails_names_whom_to_call_in_the_readers_own_organisation() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let page = nurse.get("/finns-inte").await;
    assert_eq!(page.status, 404);
    assert!(page.body.contains(STORSJO) && page.body.contains("href=\"tel:0980319220\""), "{}", page.body);
    assert!(page.body.contains("När portalen inte fungerar") && !page.body.contains(REGION), "{}", page.body);

    // An organisation without a card gets nobody else's.
    let mut without = Browser::signed_in(&portal, "nurse-fjallnas").await;
    let page = without.get("/finns-inte").await.body;
    assert!(!page.contains(STORSJO) && !page.contains(REGION) && !page.contains("support-heading"), "{page}");

    // Nobody is known when the database is gone: everybody's stand there, folded.
    portal.run_sql("ALTER TABLE session RENAME TO session_gone").await;
    let down = nurse.get("/").await;
    assert_eq!(down.status, 503, "{}", down.body);
    assert!(
        down.body.contains(STORSJO) && down.body.contains(REGION) && down.body.contains("<details>"),
        "{}",
        down.body
    );
}

#[tokio::test]
async fn a_sign_in_that_fails_names_whom_to_call_too() {
    let (portal, provider) = attempt::portal().await;
    drop(provider);
    let mut nobody = Browser::new(&portal);
    let failed = nobody.get("/login/callback?error=server_error&state=x").await;
    assert!(failed.body.contains(STORSJO) && failed.body.contains(REGION), "{}", failed.body);
}
