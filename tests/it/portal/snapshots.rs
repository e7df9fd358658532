//! What was shown, shown again: by whom it may be, that it is what was shown, and what has changed since.
//!
//! Not here: the rows (`store::contract::snapshots`), what a later block hides of an overview (`domain::replay`).
//! Invariant: each look is in the log, and a replay is never taken for the patient's current overview.

use std::time::{Duration, Instant};

use samsyn_domain::{
    access::{Action, Block, Registrar, Right, RoleMatrix},
    identifier::PersonIdentifier,
    overview::Overview,
    section::Section,
    source::{OrganisationId, ProviderId, ProviderKind},
    viewer::Role,
};
use samsyn_service::{
    port::{
        audit_log::Activity,
        blocks::{BlockList, BlockLists as _, ListedBlock},
        role_matrices::{MatrixVersion, RoleMatrices as _},
    },
    snapshots::dispose,
};
use samsyn_store::AuditVerdict;
use samsyn_tests::build::physician;

use super::{
    browser::Browser,
    harness::{NOON, Portal},
};

const STORSJO: &str = "SE9999200002-HSL";

/// Waits until the log says what became of so many openings.
async fn outcomes(portal: &Portal, count: usize) {
    let started = Instant::now();
    loop {
        let log = portal.log().await;
        let done = log.iter().filter(|entry| entry.record.details["conclusion"].is_string()).count();
        if done >= count {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{done} of {count} outcomes");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The addresses of the replays that a list leads to, newest first.
fn replays(list: &str, address: &str) -> Vec<String> {
    let lead = format!("href=\"{address}/shown/");
    list.split(&lead).skip(1).map(|rest| format!("{address}/shown/{}", rest.split('"').next().unwrap())).collect()
}

/// A card of a page, from its first to its last character.
/// A card as it can be seen again: nothing can be reported from there.
fn read_only(card: &str) -> String {
    let mut parts = card.split(" <button");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |left, part| left + part.split_once("</button>").unwrap().1)
}

fn card(page: &str, section: Section) -> &str {
    let start = page.find(&format!("<section id=\"{}\"", section.name())).unwrap_or_else(|| panic!("{section:?}"));
    let end = page[start..].find("</section>").unwrap();
    &page[start..start + end]
}

async fn granting_replay(portal: &Portal, organisation: &str) {
    let matrix = RoleMatrix::granting(|role, right| {
        let given = RoleMatrix::default().grants(role, &[ProviderKind::Care], right);
        given || (role == Role::Physician && right == Right::Do(Action::Replay))
    });
    let by = Registrar { organisation: OrganisationId::new(organisation), ..Registrar::from(&physician()) };
    let version = MatrixVersion { number: 1, matrix, at: NOON.parse().unwrap(), by };
    assert!(portal.store.keep_version(&version).await.unwrap());
}

#[tokio::test]
async fn whoever_was_shown_an_overview_sees_the_same_cards_again_marked_as_a_replay() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "shared").await;
    let shown = doctor.get(&address).await.body;
    outcomes(&portal, 1).await;
    assert!(shown.contains(&format!("href=\"{address}/shown\"")), "the overview leads there");

    let list = doctor.get(&format!("{address}/shown")).await.body;
    for said in ["Utredning av vårdskador och avvikelser", "90 dagar", "Gallringsbeslut RS 2026/118", ">du<"] {
        assert!(list.contains(said) || list.contains(said.trim_matches(['<', '>'])), "{said}: {list}");
    }
    let replays = replays(&list, &address);
    assert_eq!(replays.len(), 1, "{list}");
    let again = doctor.get(&replays[0]).await.body;
    assert!(again.contains("Återgivning: så här såg det ut 2026-11-21 12:00:00"), "{again}");
    assert!(again.contains("fatta inga beslut") && again.contains("class=\"overview replay\""));
    for section in Section::ALL {
        assert_eq!(card(&again, section), read_only(card(&shown, section)), "{section:?}");
    }
    assert!(!again.contains("method=\"post\" action=\"/overview"), "nothing can be done in a replay");
    assert!(!again.contains(&patient), "the number stands as a person reads it, and in no address");

    let log = portal.log().await;
    let outcome = log.iter().find(|entry| entry.record.details["conclusion"] == "complete").unwrap();
    assert_eq!(outcome.record.details["kept"]["until"], "2027-02-19T11:00:00Z");
    assert!(again.contains(&format!("post {} i loggen", outcome.index)), "{again}");
    let hash = outcome.record.details["shown_sha256"].as_str().unwrap();
    assert!(again.contains(&hash[..16]));
    let look = log.iter().find(|entry| entry.record.details["what"] == "replay").unwrap();
    assert_eq!(look.record.activity, Activity::Read);
    assert_eq!(look.record.patient.as_ref().unwrap().digits(), patient);
    assert_eq!(look.record.details["shown_sha256"], hash);
    let of_look = log.iter().find(|entry| entry.record.intent.as_deref() == Some(&look.id)).unwrap();
    assert_eq!(of_look.record.details["conclusion"], "complete");
    assert_eq!(of_look.record.details["shown_sha256"], hash, "nothing has been blocked since: the same was shown");
    let sources = of_look.record.details["resources"].as_array().unwrap();
    assert!(sources.iter().any(|line| line["provider"] == STORSJO), "{sources:?}");
    assert!(log.iter().any(|entry| entry.record.details["what"] == "snapshots"));
}

#[tokio::test]
async fn a_print_is_shown_again_as_the_print_it_was() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&patient, "own").await;
    let shown = nurse.post(&format!("{address}/print/akutblad"), &[]).await.body;
    outcomes(&portal, 1).await;
    let list = nurse.get(&format!("{address}/shown")).await.body;
    let again = nurse.get(&replays(&list, &address)[0]).await.body;
    assert!(again.contains("Återgivning") && again.contains("Akutblad"), "{again}");
    for section in [Section::Alerts, Section::CareLimits, Section::Contacts, Section::FunctionalStatus] {
        assert_eq!(card(&again, section), card(&shown, section), "{section:?}");
    }
    assert!(!again.contains("id=\"medications\""), "what the print did not show is not shown");
}

#[tokio::test]
async fn what_is_blocked_after_it_was_shown_is_not_shown_again() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "shared").await;
    let shown = doctor.get(&address).await.body;
    outcomes(&portal, 1).await;
    let blocked = "Hemsjukvården Storsjö norr";
    assert!(shown.contains(blocked));
    let provider = ProviderId::new(STORSJO);
    let patient = PersonIdentifier::stated(&patient).unwrap();
    let listed = ListedBlock { id: "later".into(), patient, block: Block::outer(provider.clone()) };
    let list = BlockList { provider, verified_at: NOON.parse().unwrap(), blocks: vec![listed] };
    portal.store.replace(&list).await.unwrap();

    let list = doctor.get(&format!("{address}/shown")).await.body;
    let again = doctor.get(&replays(&list, &address)[0]).await.body;
    let body = again.split("replay-about").nth(1).unwrap();
    assert!(!body.contains(blocked), "{body}");
    let again_sha256 = portal.log().await.pop().unwrap().record.details["shown_sha256"].clone();
    assert!(
        portal.log().await.iter().all(|one| one.record.details["conclusion"] != "complete"
            || one.record.details["what"] == "replay"
            || one.record.details["shown_sha256"] != again_sha256),
        "less was shown than then"
    );
    assert!(body.contains("har spärrats sedan dess"), "{body}");
    assert!(body.contains("Inget att visa. Uppgifter kan finnas som du inte får se"));
    assert_ne!(card(&again, Section::CareLimits), card(&shown, Section::CareLimits));
}

#[tokio::test]
async fn a_colleagues_view_takes_a_right_that_nobody_has_until_it_is_given() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "ambulance").await;
    let address = nurse.open(&patient, "own").await;
    nurse.get(&address).await;
    outcomes(&portal, 1).await;
    let id =
        replays(&nurse.get(&format!("{address}/shown")).await.body, &address)[0].rsplit('/').next().unwrap().to_owned();

    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let own = doctor.open(&patient, "own").await;
    let list = doctor.get(&format!("{own}/shown")).await.body;
    assert_eq!(replays(&list, &own), Vec::<String>::new());
    assert!(list.contains("Det betyder inte att ingen har öppnat patienten"), "{list}");
    let reply = doctor.get(&format!("{own}/shown/{id}")).await;
    assert_eq!(reply.status, 404);
    assert!(!reply.body.contains("Återgivning"));
    let (reason, refused) = portal.refused().await.pop().unwrap();
    assert_eq!(
        (reason.as_str(), refused.details["route"].as_str()),
        ("not-there", Some("GET /overview/{handle}/shown/{record}"))
    );
    assert_eq!(refused.patient.unwrap().digits(), patient);
    for forged in ["00000000-0000-4000-8000-000000000000", "x", "..%2f"] {
        assert_eq!(doctor.get(&format!("{own}/shown/{forged}")).await.status, 404, "{forged}");
    }

    granting_replay(&portal, "region-fjall").await;
    let list = doctor.get(&format!("{own}/shown")).await.body;
    assert_eq!(replays(&list, &own), vec![format!("{own}/shown/{id}")]);
    assert!(doctor.get(&format!("{own}/shown/{id}")).await.body.contains("Återgivning"));
    // Another patient's, and another provider's, are not there all the same.
    let other = doctor.open(&portal.showing("nothing"), "own").await;
    assert_eq!(doctor.get(&format!("{other}/shown/{id}")).await.status, 404);
    let mut elsewhere = Browser::signed_in(&portal, "nurse").await;
    let there = elsewhere.open(&patient, "own").await;
    assert_eq!(elsewhere.get(&format!("{there}/shown/{id}")).await.status, 404);
}

#[tokio::test]
async fn an_organisation_that_has_not_decided_so_keeps_nothing() {
    let portal = Portal::start_at(NOON, "", |config| {
        for organisation in &mut config.organisations {
            organisation.snapshots = None;
        }
    })
    .await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    let page = doctor.get(&address).await.body;
    outcomes(&portal, 1).await;
    for table in ["snapshot", "snapshot_content", "snapshot_key"] {
        assert_eq!(portal.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    assert!(!page.contains("/shown"), "and the overview leads nowhere");
    let log = portal.log().await;
    let outcome = log.iter().find(|entry| entry.record.details["conclusion"] == "complete").unwrap();
    assert!(outcome.record.details.get("kept").is_none() && outcome.record.details["shown_sha256"].is_string());
}

#[tokio::test]
async fn what_does_not_match_the_log_is_not_shown() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "own").await;
    doctor.get(&address).await;
    outcomes(&portal, 1).await;
    let shared = doctor.open(&portal.showing("everything"), "shared").await;
    doctor.get(&shared).await;
    outcomes(&portal, 2).await;
    // The content of one opening is put in the place of the other's, with everything that is needed to open it.
    portal.run_sql("UPDATE snapshot SET sha256 = (SELECT max(sha256) FROM snapshot)").await;
    let all = replays(&doctor.get(&format!("{address}/shown")).await.body, &address);
    let mut statuses = Vec::new();
    for replay in &all {
        let reply = doctor.get(replay).await;
        if reply.status == 409 {
            assert!(reply.body.contains("stämmer inte med loggen") && !reply.body.contains("id=\"care-limits\""));
        }
        statuses.push(reply.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, vec![200, 409]);
}

#[tokio::test]
async fn what_is_kept_no_longer_is_destroyed_after_a_record_and_the_log_still_verifies() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "own").await;
    doctor.get(&address).await;
    outcomes(&portal, 1).await;
    let replay = replays(&doctor.get(&format!("{address}/shown")).await.body, &address).remove(0);
    let now: jiff::Zoned = "2027-02-19T11:59:59+01:00[Europe/Stockholm]".parse().unwrap();
    assert_eq!(dispose(&portal.store, &portal.store, &now).await.unwrap(), 0);
    let later = "2027-02-19T12:00:00+01:00[Europe/Stockholm]".parse().unwrap();
    assert_eq!(dispose(&portal.store, &portal.store, &later).await.unwrap(), 1);
    let disposed = portal.log().await.pop().unwrap().record;
    assert_eq!(disposed.details["what"], "snapshots-disposal");
    assert_eq!(disposed.details["count"], 1);
    assert_eq!(doctor.get(&replay).await.status, 404);
    assert!(matches!(portal.store.verify_audit(&[]).await.unwrap(), AuditVerdict::Intact(_)));
    let log = portal.log().await;
    let outcome = log.iter().find(|entry| entry.record.details["conclusion"] == "complete").unwrap();
    assert!(outcome.record.details["shown_sha256"].is_string(), "that something was shown, and its hash, stay");
}

#[tokio::test]
async fn the_canonical_json_of_every_demo_person_reads_back_as_itself() {
    let portal = Portal::start_at(NOON, "", |config| config.limits.openings_per_minute = 10_000).await;
    for staff in ["doctor", "officer"] {
        let mut browser = Browser::signed_in(&portal, staff).await;
        for person in &portal.seed.people {
            let address = browser.open(&person.personal_number, "shared").await;
            let reply = browser.json(&address).await;
            let json: serde_json::Value = reply.json();
            let again = Overview::from_json(&json).map(|overview| overview.to_json());
            assert!(again.as_ref() == Ok(&json), "{staff}: {:?}", person.shows);
        }
    }
}

#[tokio::test]
async fn a_page_that_is_asked_for_without_its_content_is_not_opened() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "own").await;
    let before = portal.log().await.len();
    let reply = doctor.head(&address).await;
    assert_eq!((reply.status, reply.header("allow")), (405, "GET, POST"));
    assert_eq!(portal.log().await.len(), before);
}

#[tokio::test]
async fn an_outcome_that_the_log_did_not_take_is_written_when_it_is_back() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "own").await;
    // The intent is taken, the outcome is not.
    let refusing = "CREATE TRIGGER away BEFORE INSERT ON audit_record WHEN NEW.intent IS NOT NULL BEGIN SELECT RAISE(ABORT, 'away'); END";
    portal.run_sql(refusing).await;
    assert_eq!(doctor.get(&address).await.status, 200);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let outcomes_now = portal.log().await.into_iter().filter(|one| one.record.intent.is_some()).count();
    assert_eq!(outcomes_now, 0);
    portal.run_sql("DROP TRIGGER away").await;
    outcomes(&portal, 1).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let log = portal.log().await;
    let all: Vec<_> = log.iter().filter(|one| one.record.intent.is_some()).collect();
    assert_eq!(all.len(), 1, "once");
    assert_eq!(all[0].record.details["conclusion"], "complete");
}
