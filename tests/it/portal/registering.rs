//! A consent that is sent while the register fails: the answer says whether it was kept, and it is as it says.
//!
//! Not here: a register that fails while one reads (`consent_shown`), what a rule refuses (`access`).
//! Invariant: nobody is told that nothing has changed when something has, or has to register twice to be sure.

use samsyn_service::port::audit_log::{AuditRecord, Logged, Stage};
use serde_json::json;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
};

const CONSENT: [(&str, &str); 5] =
    [("kind", "consent"), ("relation", "visit"), ("given_by", "patient"), ("for", "unit"), ("period", "three-months")];
/// Every row becomes unreadable, and can be made readable again.
const BREAK_READING: [&str; 3] = [
    "DROP TRIGGER registration_no_change",
    "CREATE TABLE aside AS SELECT id, stated FROM registration",
    "UPDATE registration SET stated = '{'",
];
const MEND_READING: &str =
    "UPDATE registration SET stated = (SELECT stated FROM aside WHERE aside.id = registration.id) WHERE stated = '{'";
const BREAK_WRITING: &str =
    "CREATE TRIGGER full BEFORE INSERT ON registration BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";

/// A doctor before somebody of whom others' registrations are there, and none of the doctor's unit: relation and consent are the ones
/// that are sent.
struct Scene {
    portal: Portal,
    doctor: Browser,
    address: String,
}

impl Scene {
    async fn set() -> Self {
        let portal = Portal::start("").await;
        let mut doctor = Browser::signed_in(&portal, "doctor").await;
        let address = doctor.open(&portal.showing("relation-ended"), "shared").await;
        assert_eq!(doctor.json(&address).await.json()["access"], json!({ "own": ["relation"] }));
        Self { portal, doctor, address }
    }

    async fn break_reading(&self) {
        for statement in BREAK_READING {
            self.portal.run_sql(statement).await;
        }
    }

    async fn kept(&self) -> i64 {
        self.portal.number("SELECT count(*) FROM registration").await
    }

    async fn send(&mut self) -> Reply {
        self.doctor.post(&format!("{}/access", self.address), &CONSENT).await
    }

    /// What the log says became of what was sent: a word for each first record that has a second.
    async fn results(&self) -> Vec<String> {
        let log = self.portal.log().await;
        let result = |record: &AuditRecord| Some(record.details["result"].as_str()?.to_owned());
        let second = log.iter().filter(|entry| entry.record.stage == Stage::Outcome);
        second
            .filter_map(|entry| {
                let of = |first: &&Logged| Some(&first.id) == entry.record.intent.as_ref();
                assert!(log.iter().find(of).is_none_or(|first| first.record.patient == entry.record.patient));
                result(&entry.record)
            })
            .collect()
    }

    async fn access(&mut self) -> serde_json::Value {
        self.doctor.json(&self.address).await.json()["access"].take()
    }
}

fn assert_says(reply: &Reply, code: &str, words: &[&str]) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert!(reply.body.contains(&format!("data-error=\"{code}\"")), "{}", reply.body);
    for words in words {
        assert!(reply.body.contains(words), "{words}: {}", reply.body);
    }
}

#[tokio::test]
async fn what_was_kept_while_the_register_could_not_be_read_is_said_to_be_kept_and_holds_when_it_can() {
    let mut scene = Scene::set().await;
    scene.break_reading().await;
    let before = scene.kept().await;
    let reply = scene.send().await;
    assert_says(&reply, "registration-kept", &["är sparat och loggat", "Registrera inte en gång till"]);
    assert!(!reply.body.contains("Inget har ändrats"), "{}", reply.body);
    assert_eq!(scene.kept().await, before + 2, "relation and consent");
    assert_eq!(scene.results().await, ["done", "done"]);
    assert_eq!(scene.access().await, json!({ "own": ["register"] }), "until then nobody is asked on it");
    scene.portal.run_sql(MEND_READING).await;
    assert_eq!(scene.access().await["granted"]["basis"], "consent");
}

#[tokio::test]
async fn what_was_not_kept_is_said_not_to_be_and_what_was_typed_stands_there() {
    let mut scene = Scene::set().await;
    scene.portal.run_sql(BREAK_WRITING).await;
    let before = scene.kept().await;
    let reply = scene.send().await;
    assert_eq!(reply.status, 503, "{}", reply.body);
    let refusal = reply.body.split("id=\"access-error\"").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(refusal.contains("Inget har ändrats") && refusal.contains("kunde inte sparas"), "{refusal}");
    for (name, value) in &CONSENT[1..] {
        let chosen = format!("name=\"{name}\" value=\"{value}\" required checked");
        assert!(reply.body.contains(&chosen), "{chosen}: {}", reply.body);
    }
    assert_eq!(scene.kept().await, before);
    assert_eq!(scene.results().await, ["not-kept", "not-kept"]);
    assert_eq!(scene.access().await, json!({ "own": ["relation"] }));
    // A lift, which has no such form to come back to, says the same on a page.
    let patient = scene.portal.showing("inner-block");
    let address = scene.doctor.open(&patient, "own").await;
    let blocks = format!("{address}/blocks");
    let page = scene.doctor.get(&blocks).await.body;
    let unit = format!("unit-{}", page.split("name=\"unit-").nth(1).unwrap().split('"').next().unwrap());
    let lift = scene.doctor.post(&blocks, &[(&*unit, "1"), ("ground", "patient")]).await;
    assert_says(&lift, "registration-not-kept", &["kunde inte sparas. Inget har ändrats."]);
}

#[tokio::test]
async fn when_it_can_neither_be_written_nor_read_nobody_is_told_that_nothing_has_changed() {
    let mut scene = Scene::set().await;
    scene.break_reading().await;
    scene.portal.run_sql(BREAK_WRITING).await;
    let reply = scene.send().await;
    assert_says(&reply, "registration-unclear", &["se efter innan du registrerar igen"]);
    assert!(!reply.body.contains("Inget har ändrats"), "{}", reply.body);
    assert_eq!(scene.results().await, ["unclear", "unclear"]);
}

#[tokio::test]
async fn what_was_not_ended_says_so_in_the_log_and_nobody_is_told_that_it_was() {
    let mut scene = Scene::set().await;
    assert_eq!(scene.send().await.status, 303);
    let access = format!("{}/access", scene.address);
    let page = scene.doctor.get(&access).await.body;
    let end = format!("{access}/{}/end", page.split("data-registration=\"").nth(1).unwrap().split('"').next().unwrap());
    let refuse = "CREATE TRIGGER full BEFORE UPDATE ON registration BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    scene.portal.run_sql(refuse).await;
    assert_eq!(scene.doctor.post(&end, &[("how", "withdrawn")]).await.status, 503);
    assert_eq!(scene.results().await, ["done", "done", "not-kept"]);
    scene.portal.run_sql("DROP TRIGGER full").await;
    assert_eq!(scene.doctor.post(&end, &[("how", "withdrawn")]).await.status, 303);
    assert_eq!(scene.results().await, ["done", "done", "not-kept", "done"]);
}
