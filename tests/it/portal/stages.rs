//! How far sources have come: switching one off and on, what the portal stops by itself, and who may decide what.
//!
//! Not here: what can be decided (`domain::stage`), what is counted (`service::sources::watch`), the table alone (`store::contract`).

use std::time::{Duration, Instant};

use samsyn_service::port::audit_log::Activity;
use serde_json::Value;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::{badge, cell, entries, text},
};

const LIST: &str = "/admin/sources";
const VIVA: &str = "/admin/sources/viva-storsjo-hsl";

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

async fn decide(admin: &mut Browser, base: &str, stage: &str, reason: &str) -> Reply {
    admin.post(VIVA, &[("base", base), ("step", stage), ("reason", reason)]).await
}

/// What the matrix says of every section of the source.
async fn standing(browser: &mut Browser) -> Vec<String> {
    let told = browser.json("/sources").await.json();
    let source = told["sources"].as_array().unwrap().iter().find(|one| one["source"] == "viva-storsjo-hsl").unwrap();
    let mut words: Vec<String> =
        source["sections"].as_array().unwrap().iter().map(|one| text(&one["standing"]).to_owned()).collect();
    words.dedup();
    words
}

async fn deeds(portal: &Portal) -> Vec<Value> {
    let log = portal.log().await;
    let deeds = log.into_iter().map(|entry| entry.record.details).filter(|details| details["what"] == "source-stage");
    deeds.collect()
}

#[tokio::test]
async fn a_source_that_is_switched_off_is_not_asked_says_so_and_comes_back() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut admin = administrator(&portal, "admin").await;
    assert!(admin.get("/admin").await.body.contains(LIST));
    let list = admin.get(LIST).await.body;
    assert!(list.contains("Viva HSL") && !list.contains("Cosmic"), "the own organisation's, and nobody else's: {list}");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let open = doctor.open(&patient, "shared").await;
    assert_eq!(text(&cell(&doctor.json(&open).await.json(), "services", "viva-storsjo-hsl")["state"]), "reported");

    let page = admin.get(VIVA).await.body;
    assert!(page.contains("I drift sedan portalen ställdes in") && page.contains("Stäng av"), "{page}");
    let paused = decide(&mut admin, "0", "paused", "Byter server & nät").await;
    assert_eq!((paused.status, paused.location()), (303, "/admin/sources/viva-storsjo-hsl?saved=1"), "{}", paused.body);
    let page = admin.get(paused.location()).await.body;
    assert!(page.contains("Ändrat.") && page.contains("Byter server &amp; nät"), "{page}");

    let during = doctor.json(&open).await.json();
    for section in ["care-limits", "medications", "services"] {
        let cell = cell(&during, section, "viva-storsjo-hsl");
        assert_eq!((text(&cell["state"]), text(&cell["reason"])), ("not-asked", "switched-off"), "{section}");
    }
    assert!(!entries(&during, "services").iter().any(|entry| entry.to_string().contains("viva-storsjo-hsl")));
    assert!(during["completeness"]["silent"].to_string().contains("Viva HSL"), "{}", during["completeness"]);
    assert_ne!(badge(&during, "care-plan")["look"], "none");
    let page = doctor.get(&open).await.body;
    assert!(page.contains("Ej efterfrågat: källan är tillfälligt avstängd"), "{page}");
    assert_eq!(standing(&mut doctor).await, ["switched-off"]);

    assert_eq!(decide(&mut admin, "1", "live", "Klart").await.status, 303);
    assert_eq!(text(&cell(&doctor.json(&open).await.json(), "services", "viva-storsjo-hsl")["state"]), "reported");
    let told: Vec<String> =
        deeds(&portal).await.iter().map(|deed| format!("{} {}", deed["stage"], deed["result"])).collect();
    assert_eq!(told, ["\"paused\" null", "null \"done\"", "\"live\" null", "null \"done\""]);
}

#[tokio::test]
async fn a_source_that_answers_about_other_patients_is_stopped_until_somebody_starts_it_again() {
    let portal = Portal::start("viva-storsjo-hsl=wrong-patient").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for tag in ["everything", "no-consent", "own-sol"] {
        let overview = nurse.overview(&portal.showing(tag), "own").await;
        assert_eq!(text(&cell(&overview, "services", "viva-storsjo-hsl")["reason"]), "wrong-patient", "{tag}");
    }
    let started = Instant::now();
    while standing(&mut nurse).await != ["quarantined"] {
        assert!(started.elapsed() < Duration::from_secs(10), "it was not stopped");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let open = nurse.open(&portal.showing("everything"), "own").await;
    let stopped = nurse.json(&open).await.json();
    // Care limits too: what such a source says of them is worse than nothing.
    for section in ["care-limits", "services"] {
        let cell = cell(&stopped, section, "viva-storsjo-hsl");
        assert_eq!((text(&cell["state"]), text(&cell["reason"])), ("not-asked", "quarantined"), "{section}");
    }
    let page = nurse.get(&open).await.body;
    assert!(page.contains("Ej efterfrågat: källan är stoppad, dess svar gick inte att lita på"), "{page}");

    let mut admin = administrator(&portal, "admin").await;
    let task = admin.get(LIST).await.body;
    let why = "stoppad av portalen: den svarade om andra patienter än de som efterfrågades";
    assert!(task.contains("Att göra: källor som portalen har stoppat") && task.contains(why), "{task}");
    assert!(admin.get("/admin").await.body.contains("1 källa är stoppad av portalen"));
    let page = admin.get(VIVA).await.body;
    assert!(page.contains("Starta igen") && page.contains("Ta reda på felet"), "{page}");
    let [intent, outcome] = deeds(&portal).await.try_into().unwrap();
    assert_eq!(
        (text(&intent["cause"]), text(&intent["before"]), text(&outcome["result"])),
        ("wrong-patient", "live", "done")
    );
    let log = portal.log().await;
    let record = log.iter().find(|entry| entry.record.details["what"] == "source-stage").unwrap();
    assert!(record.record.viewer.is_none() && record.record.activity == Activity::Write);

    assert_eq!(decide(&mut admin, "1", "live", "Leverantören har rättat").await.status, 303);
    let again = nurse.json(&open).await.json();
    assert_eq!(text(&cell(&again, "services", "viva-storsjo-hsl")["reason"]), "wrong-patient", "it is asked again");
    assert_eq!(decide(&mut admin, "1", "paused", "x").await.status, 409, "made from a stage that holds no more");
}

#[tokio::test]
async fn nobody_decides_on_anothers_source_and_a_refused_form_comes_back_as_it_was_typed() {
    let portal = Portal::start("").await;
    let mut region = administrator(&portal, "admin-region").await;
    let others = region.get(VIVA).await;
    let unknown = region.get("/admin/sources/no-such").await;
    assert_eq!((others.status, unknown.status), (404, 404));
    assert_eq!(decide(&mut region, "0", "paused", "Prov").await.status, 404);
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for reply in [nurse.get(LIST).await, nurse.get(VIVA).await, decide(&mut nurse, "0", "paused", "Prov").await] {
        assert_eq!(reply.status, 403, "{}", reply.body);
    }
    assert_eq!(decide(&mut Browser::new(&portal), "0", "paused", "Prov").await.status, 401);

    let mut admin = administrator(&portal, "admin").await;
    for (base, stage, reason, status, said) in [
        ("0", "paused", "  ", 422, "Skriv varför"),
        ("0", "", "Skäl & sådant", 422, "Välj vad som ska hända"),
        ("0", "lively", "Skäl & sådant", 422, "Välj vad som ska hända"),
        ("0", "live", "Skäl & sådant", 422, "Välj vad som ska hända"),
        ("0", "quarantined", "Skäl & sådant", 422, "Välj vad som ska hända"),
        ("0", "retired", "Skäl & sådant", 422, "Välj vad som ska hända"),
        ("7", "paused", "Skäl & sådant", 409, "Läget har ändrats"),
    ] {
        let reply = decide(&mut admin, base, stage, reason).await;
        assert_eq!(reply.status, status, "{stage}: {}", reply.body);
        assert!(reply.body.contains(said) && reply.body.contains("Inget är ändrat"), "{stage}: {}", reply.body);
        assert!(reason.trim().is_empty() || reply.body.contains("Skäl &amp; sådant"), "{stage}: {}", reply.body);
    }
    let long = "å".repeat(501);
    assert_eq!(decide(&mut admin, "0", "paused", &long).await.status, 422);
    assert_eq!(portal.number("SELECT COUNT(*) FROM source_stage").await, 0);
    assert!(deeds(&portal).await.is_empty());
}

#[tokio::test]
async fn stages_that_cannot_be_read_keep_everything_from_being_asked() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let open = doctor.open(&portal.showing("everything"), "shared").await;
    portal.run_sql("ALTER TABLE source_stage RENAME TO source_stage_gone").await;
    let failed = doctor.get(&open).await;
    assert_eq!(failed.status, 503, "{}", failed.body);
    assert_eq!(doctor.get("/sources").await.status, 503);
    portal.run_sql("ALTER TABLE source_stage_gone RENAME TO source_stage").await;
    assert_eq!(doctor.get(&open).await.status, 200);
}
