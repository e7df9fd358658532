//! Several windows of one browser: a page that belongs to another sign-in or assignment is told to go, and an answer that is still
//! under way stops.
//!
//! Not here: what the script then does (`end2end/journeys/one-browser.spec.ts`), sessions as such (`sessions`).
//! Invariant: a page's tag tells nothing and opens nothing.

use std::{collections::BTreeSet, time::Duration};

use futures::StreamExt as _;
use jiff::Timestamp;
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{
    browser::{Browser, COOKIE, assignments},
    harness::{Portal, shared},
    login::attempt::{Attempt, claims, merged, portal as with_provider, signed_in},
};

/// The tag of a page.
fn tag(page: &str) -> String {
    let (_, after) = page.split_once(" data-page=\"").unwrap_or_else(|| panic!("no tag: {page}"));
    after.split_once('"').unwrap().0.to_owned()
}

/// What a page with this tag is told: the status, and why it must go.
async fn told(browser: &mut Browser, tag: &str) -> (u16, String) {
    let reply = browser.get_with("/alive", &[("samsyn-page", tag)]).await;
    assert_eq!(reply.body, "");
    (reply.status, reply.header("samsyn-page").to_owned())
}

fn gone(why: &str) -> (u16, String) {
    (401, why.to_owned())
}

fn stays() -> (u16, String) {
    (204, String::new())
}

#[tokio::test]
async fn every_page_of_somebody_signed_in_has_the_tag_of_the_sign_in_and_no_address_has_it() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("inner-block"), "shared").await;
    let live = doctor.open_with(&[("patient", &portal.showing("everything")), ("scope", "own"), ("live", "1")]).await;
    let mut tags = BTreeSet::new();
    for more in ["", "/access", "/blocks", "/emergency"] {
        let page = doctor.get(&format!("{address}{more}")).await;
        assert_eq!(page.status, 200, "{more}: {}", page.body);
        tags.insert(tag(&page.body));
    }
    tags.insert(tag(&doctor.post(&format!("{address}/print/akutblad"), &[]).await.body));
    tags.insert(tag(&doctor.post("/overview", &[("patient", "nonsense")]).await.body));
    for page in ["/", "/assignment", "/confidentiality", "/login/test", "/ingenting", live.as_str()] {
        tags.insert(tag(&doctor.get(page).await.body));
    }
    assert_eq!(tags.len(), 1, "{tags:?}");
    let tag = tags.pop_first().unwrap();
    assert_eq!(told(&mut doctor, &tag).await, stays());
    assert!(!doctor.addresses.iter().chain(&doctor.set_cookies).any(|one| one.contains(&tag)));
    assert!(!doctor.cookies[COOKIE].contains(&tag));
    assert!(!portal.sessions().await.iter().any(|session| session.to_string().contains(&tag)), "kept nowhere");
    assert!(!Browser::new(&portal).get("/").await.body.contains("data-page"), "nobody is signed in");
    // As a reference it opens nothing.
    let mut thief = Browser::new(&portal);
    thief.cookies.insert(COOKIE.into(), tag.clone());
    assert_eq!(told(&mut thief, &tag).await, gone(""));
}

#[tokio::test]
async fn a_window_of_the_former_person_is_told_that_somebody_else_has_signed_in() {
    let portal = shared().await;
    let mut computer = Browser::signed_in(portal, "doctor").await;
    let of_the_doctor = tag(&computer.page(&portal.showing("everything"), "shared").await);
    computer.post("/logout", &[]).await;
    assert_eq!(told(&mut computer, &of_the_doctor).await, gone(""));
    let nurse = computer.sign_in("nurse").await;
    let cookies = computer.set_cookies.len();
    assert_eq!(told(&mut computer, &of_the_doctor).await, gone("other-sign-in"));
    assert_eq!(told(&mut computer, &tag(&nurse.body)).await, stays());
    for nonsense in ["", "0", &of_the_doctor[1..]] {
        assert_eq!(told(&mut computer, nonsense).await, gone("other-sign-in"), "{nonsense}");
    }
    assert_eq!(computer.set_cookies.len(), cookies, "asking prolongs nothing");
    // The same person who comes back later is another sign-in, too: what it had open is gone.
    computer.sign_in("doctor").await;
    assert_eq!(told(&mut computer, &of_the_doctor).await, gone("other-sign-in"));
}

#[tokio::test]
async fn a_window_of_another_assignment_is_told_that_and_nothing_else() {
    let portal = shared().await;
    let mut eva = Browser::signed_in(portal, "two-hats").await;
    let offered = assignments(&eva.get("/assignment").await.body);
    let as_nurse = tag(&eva.page(&portal.showing("everything"), "own").await);
    eva.post("/assignment", &[("assignment", &offered[1])]).await;
    assert_eq!(told(&mut eva, &as_nurse).await, gone("other-assignment"));
    let as_care_worker = tag(&eva.get("/").await.body);
    assert_eq!(told(&mut eva, &as_care_worker).await, stays());
    eva.post("/assignment", &[("assignment", &offered[0])]).await;
    assert_eq!(told(&mut eva, &as_nurse).await, stays(), "its handle works again as well");
    assert_eq!(told(&mut eva, &as_care_worker).await, gone("other-assignment"));
}

#[tokio::test]
async fn a_page_drawn_before_the_choice_is_of_no_assignment() {
    let portal = shared().await;
    let mut eva = Browser::new(portal);
    let provider = eva.get("/login?login_hint=two-hats").await;
    let back = eva.get(provider.location()).await;
    eva.get(back.location()).await;
    let choice = eva.get("/assignment").await.body;
    assert_eq!(told(&mut eva, &tag(&choice)).await, stays());
    eva.post("/assignment", &[("assignment", &assignments(&choice)[0])]).await;
    assert_eq!(told(&mut eva, &tag(&choice)).await, gone("other-assignment"));
}

#[tokio::test]
async fn stepping_up_leaves_the_other_windows_as_they_are() {
    let (portal, provider) = with_provider().await;
    let fresh = || json!({ "auth_time": Timestamp::now().as_second() });
    let mut doctor = signed_in(&portal, &provider, &fresh()).await;
    let before = tag(&doctor.page(&portal.showing("everything"), "own").await);
    for time in 1..=2 {
        let mut attempt = Attempt::begin_in(doctor, "/login/step-up?to=/").await;
        let token = merged(claims(&provider, &attempt.nonce), &fresh());
        assert_eq!(attempt.come_back_as(&provider, &token).await.location(), "/");
        doctor = attempt.browser;
        assert_eq!(told(&mut doctor, &before).await, stays(), "stepped up {time} times");
        assert_eq!(tag(&doctor.get("/").await.body), before);
    }
    // Signing in anew is no stepping up: what was open is closed, and the windows with it.
    let mut attempt = Attempt::begin_in(doctor, "/login").await;
    let token = merged(claims(&provider, &attempt.nonce), &fresh());
    attempt.come_back_as(&provider, &token).await;
    assert_eq!(told(&mut attempt.browser, &before).await, gone("other-sign-in"));
}

/// Opens an overview whose last answer takes five seconds, lets `leave` happen in another window, and gives what came before and after.
async fn interrupted(portal: &Portal, reader: &mut Browser, leave: (&str, &[(&str, &str)])) -> (String, String) {
    let form = [("patient", portal.showing("everything")), ("scope", "shared".into()), ("live", "1".into())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let address = reader.open_with(&form).await;
    let mut body = reader.begin(&address).await.bytes_stream();
    let (mut before, mut after) = (String::new(), String::new());
    // Everybody but the silent source has answered by then.
    while let Ok(Some(piece)) = timeout(Duration::from_millis(1500), body.next()).await {
        before.push_str(&String::from_utf8_lossy(&piece.unwrap()));
    }
    assert_eq!(reader.window().post(leave.0, leave.1).await.status, 303);
    let rest = async {
        while let Some(piece) = body.next().await {
            after.push_str(&String::from_utf8_lossy(&piece.unwrap()));
        }
    };
    timeout(Duration::from_millis(2500), rest).await.expect("it ends without waiting for the silent source");
    (before, after)
}

async fn assert_aborted(portal: &Portal, openings: usize) {
    for _ in 0..100 {
        let log = portal.log().await;
        let aborted = log.iter().filter(|entry| entry.record.details["conclusion"]["aborted_after"].is_u64()).count();
        if aborted == openings {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("{openings} openings were to be logged as aborted: {:#?}", portal.log().await);
}

#[tokio::test]
async fn the_rest_of_a_page_is_not_sent_once_its_reader_has_signed_out_or_changed_assignment() {
    let portal = Portal::start("viva=hang").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let (before, after) = interrupted(&portal, &mut doctor, ("/logout", &[])).await;
    assert!(before.contains("Astrid") && before.contains("Väntar på svar"), "{before}");
    assert_eq!(after, "", "neither what the last source said nor the end of the page");
    assert!(!before.contains("</html>"), "what is there is not closed as a whole page");
    assert_aborted(&portal, 1).await;

    let mut eva = Browser::signed_in(&portal, "two-hats").await;
    let second = assignments(&eva.get("/assignment").await.body).swap_remove(1);
    let (before, after) = interrupted(&portal, &mut eva, ("/assignment", &[("assignment", &second)])).await;
    assert!(before.contains("Astrid") && !before.contains("</html>"), "{before}");
    assert_eq!(after, "");
    assert_aborted(&portal, 2).await;
}

#[tokio::test]
async fn a_whole_page_and_the_json_are_not_sent_either() {
    let portal = Portal::start("viva=hang").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "shared").await;
    let print = format!("{address}/print/akutblad");
    let (mut page, mut json, mut printed) = (doctor.window(), doctor.window(), doctor.window());
    let leave = async {
        sleep(Duration::from_millis(1000)).await;
        assert_eq!(doctor.post("/logout", &[]).await.status, 303);
    };
    let (page, json, printed, ()) =
        tokio::join!(page.get(&address), json.json(&address), printed.post(&print, &[]), leave);
    for reply in [page, json, printed] {
        assert_eq!(reply.status, 404, "{}", reply.body);
        assert!(reply.body.contains("other-session"), "{}", reply.body);
        assert!(!reply.body.contains("Astrid") && !reply.body.contains("19380227"), "{}", reply.body);
    }
    assert_aborted(&portal, 3).await;
}
