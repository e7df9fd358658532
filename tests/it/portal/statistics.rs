//! Statistics without persons: what is counted, what is not told, and who may see them.

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::Browser,
    harness::Portal,
    reading::main,
    review::{opened, reviewer, spoken},
};

const COUNTED: &str = "/statistics?from=2026-11-01&to=2026-11-21";

/// The number beside a name, as the page says it.
fn count<'p>(page: &'p str, name: &str) -> &'p str {
    let row = page.split("<th scope=\"row\">").find(|row| row.starts_with(&format!("{name}</th>")));
    let row = row.unwrap_or_else(|| panic!("{name} is not counted: {page}"));
    row.split("<td class=\"number\">").nth(1).unwrap().split('<').next().unwrap()
}

#[tokio::test]
async fn use_is_counted_and_small_counts_are_not_told_nor_to_be_worked_out() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for _ in 0..8 {
        opened(&portal, &mut nurse, &patient, "shared").await;
    }
    for _ in 0..6 {
        opened(&portal, &mut nurse, &patient, "own").await;
    }
    let mut reviewer = reviewer(&portal, "reviewer").await;
    assert!(!reviewer.get("/statistics").await.body.contains("class=\"counts\""), "nothing before a period is chosen");
    let reply = reviewer.get(COUNTED).await;
    let page = main(&reply.body);
    assert_eq!(count(page, "Öppningar och utskrifter"), "14");
    assert_eq!((count(page, "Öppnade på skärm"), count(page, "Utskrivna")), ("14", "0"));
    assert_eq!(count(page, "Användare"), "få (visas inte)", "one nurse is somebody");
    assert_eq!(count(page, "Andras uppgifter: vårdrelation och samtycke"), "8");
    assert_eq!(count(page, "Bara egen verksamhet"), "6");
    assert_eq!(count(page, "Läkemedel"), "8", "the own provider has none");
    assert!(page.contains("Svarstider finns inte i loggen"), "{page}");
    assert!(!page.contains(&spoken(&patient)) && !page.contains("Karin Dahl"), "{page}");

    // Two more of another sort: neither they nor what they could be taken from.
    for _ in 0..2 {
        nurse.print(&patient, "own", "akutblad").await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let page = reviewer.get(COUNTED).await.body;
    let page = main(&page);
    assert_eq!(count(page, "Öppningar och utskrifter"), "16");
    assert_eq!((count(page, "Öppnade på skärm"), count(page, "Utskrivna")), ("få (visas inte)", "få (visas inte)"));

    let table = reviewer.get(&format!("{COUNTED}&form=csv")).await;
    assert!(table.header("content-type").starts_with("text/csv"), "{}", table.body);
    assert!(table.body.contains("\"Användning\";\"Öppningar och utskrifter\";\"16\""), "{}", table.body);
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
        assert_eq!(refused.filter(|entry| entry.record.details["what"] == "statistics").count(), 3, "{staff}");
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
