//! One computer, several people: whoever signs in keeps nothing of whoever was there before.

use super::attempt::assert_error;
use crate::portal::{
    browser::{Browser, COOKIE},
    harness::shared,
};

#[tokio::test]
async fn whoever_signs_in_after_somebody_else_keeps_nothing_of_it() {
    let portal = shared().await;
    let mut computer = Browser::signed_in(portal, "doctor").await;
    let address = computer.open(&portal.showing("everything"), "shared").await;
    let of_the_doctor = computer.cookies[COOKIE].clone();
    // Without signing out: the next person just signs in.
    let home = computer.sign_in("nurse").await;
    assert!(home.body.contains("Karin Dahl") && !home.body.contains("Anders Holm"));
    assert_error(&computer.get(&address).await, 404, "other-session");
    let print = computer.post(&format!("{address}/print/akutblad"), &[]).await;
    assert_error(&print, 404, "other-session");
    let test = computer.get("/login/test").await.body;
    assert!(test.contains("SE9999200002-P201") && !test.contains("SE9999100001-P101"), "{test}");
    let own = computer.cookies.insert(COOKIE.into(), of_the_doctor);
    assert_error(&computer.get(&address).await, 401, "session-expired");
    computer.cookies.extend(own.map(|own| (COOKIE.to_owned(), own)));
    assert_eq!(computer.get("/alive").await.status, 204);
}

#[tokio::test]
async fn a_window_left_open_changes_nothing_in_the_next_persons_session() {
    let portal = shared().await;
    let mut computer = Browser::signed_in(portal, "doctor").await;
    let left_open = computer.open(&portal.showing("everything"), "shared").await;
    computer.post("/logout", &[]).await;
    computer.sign_in("nurse").await;
    // What the doctor's window would still send.
    let widened = computer.post(&format!("{left_open}/widen"), &[("ask_all", "1")]).await;
    assert_error(&widened, 404, "other-session");
    let assignment = computer.post("/assignment", &[("assignment", "SE9999100001-P101-U1")]).await;
    assert_error(&assignment, 400, "bad-request");
    assert!(computer.get("/").await.body.contains("Karin Dahl"));
}

#[tokio::test]
async fn two_windows_that_sign_in_at_once_end_in_one_session_and_the_older_attempt_is_void() {
    let portal = shared().await;
    let mut computer = Browser::new(portal);
    let first = computer.get("/login?login_hint=doctor").await;
    let back_of_first = computer.get(first.location()).await;
    let second = computer.get("/login?login_hint=nurse").await;
    let back_of_second = computer.get(second.location()).await;
    assert_error(&computer.get(back_of_first.location()).await, 400, "sign-in-void");
    // The refused callback used up whatever attempt there was: nobody is signed in by the other one either.
    assert_error(&computer.get(back_of_second.location()).await, 400, "sign-in-void");
    assert_eq!(computer.get("/alive").await.status, 401);
}
