//! Statistics without persons: what is counted, what is not told, and who may see them.

use jiff::Timestamp;
use samsyn_domain::identifier::PersonIdentifier;
use samsyn_service::port::audit_log::{Activity, AuditLog as _, AuditRecord, Stage};
use serde_json::json;

use super::{
    browser::Browser,
    extract::of_hsl,
    harness::{NOON, Portal},
    reading::main,
    review::{reviewer, spoken},
};

const COUNTED: &str = "/statistics?from=2026-11-01&to=2026-11-21";

/// The number beside a name, as the page says it.
fn count<'p>(page: &'p str, name: &str) -> &'p str {
    let row = page.split("<th scope=\"row\">").find(|row| row.starts_with(&format!("{name}</th>")));
    let row = row.unwrap_or_else(|| panic!("{name} is not counted: {page}"));
    row.split("<td class=\"number\">").nth(1).unwrap().split('<').next().unwrap()
}

/// An opening by one of several readers of one of several patients, that took a source so long.
async fn logged(portal: &Portal, number: usize, scope: &str, took_ms: Option<u64>) {
    let digits: Vec<String> = portal.seed.people.iter().map(|person| person.personal_number.clone()).collect();
    let patient = PersonIdentifier::stated(&digits[number % 10]).unwrap();
    let at = NOON.parse::<Timestamp>().unwrap();
    let access = if scope == "shared" { json!({ "granted": { "basis": "consent" } }) } else { json!({ "own": [] }) };
    let details = json!({ "active_choice": scope, "access": access });
    let intent = AuditRecord::intent(Activity::Read, &of_hsl(number % 6), Some(&patient), at, details);
    let id = portal.store.append(&intent).await.unwrap();
    let mut source = json!({ "source": "viva", "states": { "reported": ["medications"], "withheld": ["alerts", "plans"] },
        "withheld": { "role": ["alerts", "plans"] } });
    if let Some(took_ms) = took_ms {
        source["took_ms"] = json!(took_ms);
    }
    let lines = json!([{ "source": "viva", "provider": "SE9999200002-HSL", "sections": ["medications"] }]);
    let details = json!({ "conclusion": "complete", "resources": lines, "sources": [source] });
    let outcome = AuditRecord { stage: Stage::Outcome, intent: Some(id), details, ..intent };
    portal.store.append(&outcome).await.unwrap();
}

#[tokio::test]
async fn use_is_counted_and_what_too_few_are_behind_is_not_told() {
    let portal = Portal::start("").await;
    for number in 0..30 {
        logged(&portal, number, if number < 12 { "shared" } else { "own" }, (number < 20).then_some(120)).await;
    }
    let mut reviewer = reviewer(&portal, "reviewer").await;
    assert!(!reviewer.get("/statistics").await.body.contains("class=\"counts\""), "nothing before a period is chosen");
    let reply = reviewer.get(COUNTED).await;
    let page = main(&reply.body);
    assert_eq!(count(page, "Öppningar och utskrifter"), "30");
    assert_eq!((count(page, "Öppnade på skärm"), count(page, "Utskrivna")), ("30", "0"));
    assert_eq!(count(page, "Användare"), "6");
    assert_eq!(count(page, "Andras uppgifter: vårdrelation och samtycke"), "12");
    assert_eq!(count(page, "Bara egen verksamhet"), "18");
    assert_eq!((count(page, "Läkemedel"), count(page, "Vårdbegränsningar")), ("30", "0"));
    assert_eq!(count(page, "ingick inte i uppdraget"), "30", "once for each opening, not for each section");
    let answered = page.split("svarade på allt").nth(1).unwrap();
    assert!(
        answered.contains("100 %") && answered.contains("svarstid, median") && answered.contains("120 ms"),
        "{page}"
    );
    assert!(page.contains("Äldre loggposter saknar svarstid"), "{page}");
    assert!(page.contains("minst 5 användare och minst 5 patienter"), "{page}");
    assert!(!page.contains("tillfrågad"), "how often a source was asked could give others away: {page}");

    // Many acts of one nurse are somebody: neither they nor what they could be taken from.
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for _ in 0..6 {
        nurse.print(&patient, "own", "akutblad").await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let page = reviewer.get(COUNTED).await.body;
    let page = main(&page);
    assert_eq!(count(page, "Öppningar och utskrifter"), "36");
    assert_eq!((count(page, "Öppnade på skärm"), count(page, "Utskrivna")), ("få (visas inte)", "få (visas inte)"));
    assert!(!page.contains(&spoken(&patient)) && !page.contains("Karin Dahl"), "{page}");

    let table = reviewer.get(&format!("{COUNTED}&form=csv")).await;
    assert!(table.header("content-type").starts_with("text/csv"), "{}", table.body);
    assert!(table.body.contains("\"Användning\";\"Öppningar och utskrifter\";\"36\""), "{}", table.body);
    assert!(table.body.contains("\"Användning\";\"Utskrivna\";\"få (visas inte)\""), "{}", table.body);
    let log = portal.log().await;
    let made: Vec<_> = log.iter().filter(|entry| entry.record.details["what"] == "statistics").collect();
    assert_eq!(made.len(), 3);
    assert!(made.iter().all(|entry| entry.record.patient.is_none() && entry.record.activity == Activity::Read));
    // Another provider's are its own.
    let mut region = super::review::reviewer(&portal, "reviewer-region").await;
    let page = region.get(COUNTED).await.body;
    assert_eq!(count(main(&page), "Öppningar och utskrifter"), "0");
}

#[tokio::test]
async fn those_may_see_them_whom_the_organisation_has_granted_it() {
    let portal = Portal::start("").await;
    let mut admin = Browser::new(&portal);
    admin.sign_in("admin").await;
    assert_eq!(admin.get(COUNTED).await.status, 200);
    for staff in ["nurse", "doctor", "officer"] {
        let mut browser = Browser::signed_in(&portal, staff).await;
        let before = portal.log().await.len();
        for address in ["/statistics", COUNTED, "/statistics?from=x&to=y&form=csv"] {
            let reply = browser.get(address).await;
            assert_eq!(reply.status, 403, "{staff}: {}", reply.body);
            assert!(reply.body.contains("Det här kräver: Statistik"), "{staff}: {}", reply.body);
        }
        let log = portal.log().await;
        let refused = log[before..].iter().filter(|entry| entry.record.activity == Activity::Refused);
        let routes: Vec<&str> = refused.filter_map(|entry| entry.record.details["route"].as_str()).collect();
        assert_eq!(routes, ["GET /statistics"], "{staff}: the same again within the minute is counted");
    }
    let mut reviewer = reviewer(&portal, "reviewer").await;
    for (address, why) in [
        ("/statistics?from=&to=2026-11-21", "Datumen saknas"),
        ("/statistics?from=2025-11-01&to=2026-11-21", "för lång"),
        ("/statistics?from=2026-11-22&to=2026-11-22", "har inte börjat"),
    ] {
        let reply = reviewer.get(address).await;
        assert_eq!(reply.status, 422, "{why}");
        assert!(main(&reply.body).contains(why) && main(&reply.body).contains("name=\"from\""), "{}", reply.body);
    }
    assert_eq!(Browser::new(&portal).get(COUNTED).await.status, 401);
}
