//! What follows an emergency: a task for whoever opened it, and for nobody else.
//!
//! Not here: what an emergency opens (`access`), the table alone (`store::contract`).
//! Invariant: a text that is refused changes nothing; what was written stays.

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{access::FollowUp, source::ProviderId};
use samsyn_service::port::{audit_log::Activity, follow_ups::FollowUps as _};

use super::{
    browser::Browser,
    harness::{NOON, Portal, logged},
    reading::text,
};

const STEP_1: [(&str, &str); 1] = [("reason", "acutely-ill")];
const STEP_2: [(&str, &str); 2] = [("fetch", "1"), ("section-care-limits", "1")];

fn region() -> ProviderId {
    ProviderId::new("SE9999100001-RF")
}

/// Both steps; gives the opened overview.
async fn open(browser: &mut Browser, patient: &str) -> String {
    let address = browser.open(patient, "own").await;
    assert_eq!(browser.post(&format!("{address}/emergency"), &STEP_1).await.status, 303);
    let opened = browser.post(&format!("{address}/emergency"), &STEP_2).await;
    assert_eq!(opened.status, 303);
    opened.location().to_owned()
}

/// The addresses of the tasks on the search page.
async fn listed(browser: &mut Browser) -> Vec<String> {
    let page = browser.get("/").await.body;
    let tasks = page.split("data-follow-up=\"").skip(1).filter_map(|rest| rest.split('"').next());
    tasks.map(|id| format!("/follow-up/{id}")).collect()
}

async fn end(browser: &mut Browser, opened: &str) {
    let grant = browser.json(opened).await.json()["access"]["granted"].clone();
    let id = text(&grant["registration"]);
    assert_eq!(browser.post(&format!("{opened}/access/{id}/end"), &[("how", "withdrawn")]).await.status, 303);
}

#[tokio::test]
async fn an_emergency_leaves_one_task_that_extending_and_ending_do_not_change() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    assert!(listed(&mut doctor).await.is_empty());
    let opened = open(&mut doctor, &patient).await;
    let tasks = listed(&mut doctor).await;
    assert_eq!(tasks.len(), 1, "two steps are one emergency");
    let page = doctor.get("/").await.body;
    assert!(page.contains("Nödåtkomst öppnad 2026-11-21 12:00"), "{page}");
    assert!(page.contains("Ska skrivas senast 2026-11-22 12:00") && !page.contains("data-overdue"), "{page}");
    // Reading the search page leaves no record, so it tells nothing of whom; the task does, and leaves one.
    let before = portal.log().await.len();
    let page = doctor.get("/").await.body;
    assert!(["9166", "1935", "Greta"].iter().all(|told| !page.contains(told)), "{page}");
    assert_eq!(portal.log().await.len(), before);
    assert!(doctor.get(&tasks[0]).await.body.contains("19350125-9166"));
    let log = portal.log().await;
    assert_eq!((log.len(), &log[before].record.details["what"]), (before + 1, &serde_json::json!("follow-up")));
    assert_eq!(log[before].record.patient.as_ref().unwrap().digits(), patient);

    let grant = doctor.json(&opened).await.json()["access"]["granted"].clone();
    let id = text(&grant["registration"]);
    assert_eq!(doctor.post(&format!("{opened}/emergency/{id}/extend"), &[]).await.status, 303);
    assert_eq!(listed(&mut doctor).await, tasks, "extending makes no second");
    end(&mut doctor, &opened).await;
    assert_eq!(listed(&mut doctor).await, tasks, "ending does not remove it");
    open(&mut doctor, &patient).await;
    assert_eq!(listed(&mut doctor).await.len(), 2, "a new emergency after the end is one of its own");
}

#[tokio::test]
async fn the_task_is_told_in_words_once_and_kept() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    open(&mut doctor, &patient).await;
    let task = listed(&mut doctor).await.remove(0);
    let page = doctor.get(&task).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("19350125-9166") && page.body.contains("Akut sjuk, kan inte svara"), "{}", page.body);

    for (typed, why) in [("", "nothing"), (" \n ", "blanks"), (&*"å".repeat(1025), "too long")] {
        let reply = doctor.post(&task, &[("text", typed)]).await;
        assert_eq!(reply.status, 422, "{why}");
        assert!(reply.body.contains("id=\"access-error\"") && reply.body.contains(typed), "{why}");
    }
    let reply = doctor.post(&task, &[("text", &format!("</textarea><i>{}", "x".repeat(1025)))]).await;
    assert!(reply.body.contains("&lt;/textarea&gt;&lt;i&gt;") && !reply.body.contains("<i>"), "{}", reply.body);
    assert_eq!(listed(&mut doctor).await, std::slice::from_ref(&task), "a refused text closes nothing");
    let written = "Medvetslös vid ankomst; <b>läkemedelslistan</b> behövdes.";
    let reply = doctor.post(&task, &[("text", written)]).await;
    assert_eq!((reply.status, reply.location()), (303, "/"));
    assert!(listed(&mut doctor).await.is_empty());
    assert_eq!(doctor.post(&task, &[("text", "något annat")]).await.status, 422, "once");
    let page = doctor.get(&task).await.body;
    assert!(page.contains("Uppföljningen skrevs 2026-11-21 12:00") && page.contains("&lt;b&gt;läkemedelslistan"));
    assert!(!page.contains("<textarea"), "{page}");

    let kept = portal.store.of_provider(&region()).await.unwrap();
    assert_eq!(
        kept.iter().filter_map(|task| task.written.as_ref()).map(|w| w.text.as_str()).collect::<Vec<_>>(),
        [written]
    );
    let log = portal.log().await;
    let first = log.iter().filter(|entry| entry.record.intent.is_none());
    let wrote = first.filter(|entry| entry.record.details["what"] == "write-follow-up").collect::<Vec<_>>();
    assert_eq!(wrote.len(), 1);
    assert_eq!((wrote[0].record.activity, &wrote[0].record.details["overdue"]), (Activity::Write, &false.into()));
    assert!(log.iter().any(|entry| entry.record.details["what"] == "follow-up"), "reading it is logged");
    assert!(!logged().contains("läkemedelslistan"));
    assert!(doctor.addresses.iter().all(|address| !address.contains("9166")));
}

/// The draft's cookie, as it was set last.
fn draft(browser: &Browser) -> Option<&str> {
    browser.set_cookies.iter().rev().find(|line| line.starts_with("__Host-samsyn-draft=")).map(String::as_str)
}

#[tokio::test]
async fn a_text_that_was_sent_after_the_session_had_ended_comes_back_to_its_writer_and_to_nobody_else() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut computer = Browser::signed_in(&portal, "doctor").await;
    open(&mut computer, &patient).await;
    let task = listed(&mut computer).await.remove(0);
    let typed = "Medvetslös; Läkemedelslistan behövdes.\nAnhörig ringde från <köket>.";
    computer.post("/logout", &[]).await;
    let refused = computer.post(&task, &[("text", typed)]).await;
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("data-error=\"session-over-writing\""), "{}", refused.body);
    assert!(refused.body.contains("krypterat i den här webbläsaren") && refused.body.contains("href=\"/login\""));
    assert_eq!(refused.header("cache-control"), "no-store");
    let set = draft(&computer).unwrap().to_owned();
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=3600"] {
        assert!(set.contains(flag), "{flag}: {set}");
    }
    let tells = |body: &str| body.contains("Läkemedelslistan") || body.contains("köket");
    assert!(!tells(&refused.body) && !tells(&set), "nothing of it can be read without signing in");
    // Whoever sits down next, signed in or not.
    assert!(!tells(&computer.get("/").await.body) && !tells(&computer.get(&task).await.body));
    computer.sign_in("nurse").await;
    let of_the_nurse = computer.get(&task).await;
    assert_eq!(of_the_nurse.status, 404);
    assert!(!tells(&of_the_nurse.body) && !tells(&computer.get("/").await.body));
    computer.post("/logout", &[]).await;

    computer.sign_in("doctor").await;
    let page = computer.get(&task).await.body;
    let form = page.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(form.ends_with("Medvetslös; Läkemedelslistan behövdes.\nAnhörig ringde från &lt;köket&gt;."), "{form}");
    assert!(page.contains("Det är inte sparat än"), "{page}");
    assert_eq!(listed(&mut computer).await, std::slice::from_ref(&task), "nothing is written yet");
    // It belongs to this task alone.
    open(&mut computer, &portal.showing("everything")).await;
    let other = listed(&mut computer).await.into_iter().find(|one| *one != task).unwrap();
    assert!(!tells(&computer.get(&other).await.body));
    assert_eq!(computer.post(&task, &[("text", typed)]).await.status, 303);
    assert!(draft(&computer).unwrap().contains("Max-Age=0"), "it is forgotten when it is written");
    assert!(!logged().contains("Läkemedelslistan"));
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_is_said_to_be_lost() {
    let portal = Portal::start("").await;
    let mut nobody = Browser::new(&portal);
    let reply = nobody.post("/follow-up/some-task", &[("text", &"å".repeat(3000))]).await;
    assert_eq!(reply.status, 401);
    assert!(reply.body.contains("Det är inte sparat, och kunde inte läggas undan"), "{}", reply.body);
    assert_eq!(draft(&nobody), None);
    let reply = nobody.post("/follow-up/some-task", &[("text", " ")]).await;
    assert!(reply.body.contains("data-error=\"session-expired\""), "there is nothing to keep: {}", reply.body);
    let mut asks_for_json = Browser::new(&portal);
    assert_eq!(asks_for_json.json("/follow-up/some-task").await.status, 401);
}

#[tokio::test]
async fn words_given_at_the_opening_stand_in_the_form() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&patient, "own").await;
    let form = [("reason", "other"), ("text", "Hittad livlös av hemtjänsten")];
    assert_eq!(nurse.post(&format!("{address}/emergency"), &form).await.status, 303);
    let tasks = listed(&mut nurse).await;
    assert_eq!(tasks.len(), 1, "the first step alone has shown who there is");
    let page = nurse.get(&tasks[0]).await.body;
    let form = page.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(form.ends_with("Hittad livlös av hemtjänsten"), "{form}");
}

#[tokio::test]
async fn nobody_else_sees_the_task_and_none_opens_where_it_cannot_be_kept() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    open(&mut doctor, &patient).await;
    let task = listed(&mut doctor).await.remove(0);
    for staff in ["ambulance", "nurse", "officer", "reviewer"] {
        let mut other = Browser::new(&portal);
        other.sign_in(staff).await;
        assert!(listed(&mut other).await.is_empty(), "{staff}");
        let read = other.get(&task).await;
        assert_eq!(read.status, 404, "{staff}: {}", read.body);
        assert_eq!(other.post(&task, &[("text", "inte min")]).await.status, 404, "{staff}");
    }
    assert_eq!(Browser::new(&portal).get(&task).await.status, 401);
    assert_eq!(doctor.get("/follow-up/no-such-task").await.status, 404);
    assert_eq!(listed(&mut doctor).await, [task]);

    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON follow_up BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    let mut ambulance = Browser::signed_in(&portal, "ambulance").await;
    let address = ambulance.open(&patient, "own").await;
    assert_eq!(ambulance.post(&format!("{address}/emergency"), &STEP_1).await.status, 503);
    let overview = ambulance.overview(&patient, "shared").await;
    assert!(overview["access"]["granted"].is_null(), "{}", overview["access"]);
}

#[tokio::test]
async fn what_is_overdue_is_marked_and_a_list_that_cannot_be_read_is_not_none() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    open(&mut doctor, &patient).await;
    let recent = portal.store.of_provider(&region()).await.unwrap().remove(0);
    let noon: Timestamp = NOON.parse().unwrap();
    let late = FollowUp {
        id: uuid::Uuid::from_u128(1).to_string(),
        opened_at: noon - SignedDuration::from_hours(24),
        due: noon,
        ..recent.clone()
    };
    portal.store.leave(&late).await.unwrap();
    let page = doctor.get("/").await.body;
    assert!(page.contains("Försenad. Skulle ha skrivits senast 2026-11-21 12:00"), "{page}");
    assert_eq!(page.matches("data-overdue=\"true\"").count(), 1);
    assert_eq!(listed(&mut doctor).await, [format!("/follow-up/{}", late.id), format!("/follow-up/{}", recent.id)]);

    portal
        .run_sql(
            "PRAGMA ignore_check_constraints = 1; DROP TRIGGER follow_up_no_change; UPDATE follow_up SET reason = 'x'",
        )
        .await;
    let page = doctor.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("kunde inte läsas") && page.body.contains("name=\"patient\""), "{}", page.body);
    let refused = doctor.post("/overview", &[("patient", "1935"), ("scope", "own")]).await;
    assert!(refused.body.contains("kunde inte läsas"), "after a mistyped number too");
}
