//! Reviewing the log: the selection, each judgement, the report, and that nobody else comes in.
//!
//! Not here: the rules and the draw (`domain::review`), the tables alone (`store::contract`).
//! Invariants: a reviewer sees the own provider's staff only and opens no patient; every step and every refusal is a record; the patient's
//! number is on the page of a pick and nowhere else.

use std::{collections::BTreeSet, time::Duration};

use samsyn_service::port::audit_log::Logged;
use samsyn_service::port::audit_log::{Activity, Stage};
use serde_json::json;

use super::{
    browser::{Browser, Reply},
    harness::{Portal, logged},
    reading::main,
};

/// The form as a browser sends it, without any rule.
const PERIOD: [(&str, &str); 4] = [("from", "2026-11-01"), ("to", "2026-11-21"), ("random", "0"), ("by_rule", "50")];

fn form<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = PERIOD.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more.iter().copied()).collect()
}

/// Opens a patient and waits until the log has what came of it.
pub async fn opened(portal: &Portal, browser: &mut Browser, patient: &str, scope: &str) {
    let before = outcomes(portal).await;
    browser.page(patient, scope).await;
    settled(portal, before + 1).await;
}

async fn outcomes(portal: &Portal) -> usize {
    let log = portal.log().await;
    log.iter().filter(|entry| entry.record.intent.is_some() && !entry.record.details["conclusion"].is_null()).count()
}

async fn settled(portal: &Portal, wanted: usize) {
    for _ in 0..200 {
        if outcomes(portal).await >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the outcome never came");
}

pub async fn reviewer(portal: &Portal, staff: &str) -> Browser {
    let mut reviewer = Browser::new(portal);
    assert_eq!(reviewer.sign_in(staff).await.location(), "/review");
    reviewer
}

/// Makes a selection; gives the review's address.
pub async fn select(reviewer: &mut Browser, more: &[(&str, &str)]) -> String {
    let reply = reviewer.post("/review/new", &form(more)).await;
    assert_eq!(reply.status, 303, "{}", main(&reply.body));
    reply.location().to_owned()
}

async fn page(browser: &mut Browser, address: &str) -> String {
    let reply = browser.get(address).await;
    assert_eq!(reply.status, 200, "{address}: {}", reply.body);
    main(&reply.body).to_owned()
}

fn picks(file: &str) -> usize {
    file.matches("data-pick=").count()
}

fn told<'l>(log: &'l [Logged], what: &str) -> Vec<&'l Logged> {
    let first = log.iter().filter(|entry| entry.record.intent.is_none());
    first.filter(|entry| entry.record.details["what"] == what).collect()
}

pub fn spoken(number: &str) -> String {
    format!("{}-{}", &number[..8], &number[8..])
}

#[tokio::test]
async fn a_review_is_selected_judged_closed_and_reported_and_every_step_is_a_record() {
    let portal = Portal::start("").await;
    let (patient, other) = (portal.showing("everything"), portal.showing("conflict"));
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &patient, "shared").await;
    opened(&portal, &mut nurse, &other, "own").await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("random", "5"), ("rule.named", "1"), ("named", &other)]).await;
    let shown = page(&mut reviewer, &file).await;
    assert_eq!(picks(&shown), 2, "{shown}");
    assert!(shown.contains("0 av 2 bedömda") && shown.contains("Karin Dahl, leg. sjuksköterska"), "{shown}");
    assert!(shown.contains("Personer att söka särskilt: 1") && shown.contains("Slumptalsfrö"), "{shown}");

    let first = page(&mut reviewer, &format!("{file}/pick/1")).await;
    assert!(first.contains("En av personerna du sökte särskilt") && first.contains(&spoken(&other)), "{first}");
    assert!(!first.contains("href=\"/overview") && !first.contains("Astrid"), "a reviewer opens nobody: {first}");
    let second = page(&mut reviewer, &format!("{file}/pick/2")).await;
    assert!(second.contains(&spoken(&patient)) && second.contains("Sammanhållen översikt"), "{second}");
    assert!(second.contains("Grund: vårdrelation och samtycke") && second.contains("Visade: "), "{second}");

    // Questioning takes words, and what was chosen stands there again.
    let refused = reviewer.post(&format!("{file}/pick/1"), &[("verdict", "questioned"), ("note", " ")]).await;
    assert_eq!(refused.status, 422);
    let body = main(&refused.body);
    assert!(
        body.contains("Skriv varför du ifrågasätter") && body.contains("value=\"questioned\" required checked"),
        "{body}"
    );
    assert_eq!(reviewer.post(&format!("{file}/pick/1"), &[("note", "x")]).await.status, 422, "no verdict");
    let unread = "Ingen vårdkontakt <b>hittad</b>";
    let marked = reviewer.post(&format!("{file}/pick/1"), &[("verdict", "questioned"), ("note", unread)]).await;
    assert_eq!((marked.status, marked.location()), (303, format!("{file}/pick/2?saved=1").as_str()));
    assert!(page(&mut reviewer, &file).await.contains("1 val är inte bedömda än"));
    let early = reviewer.post(&format!("{file}/close"), &[("result", "klart")]).await;
    assert_eq!(early.status, 422, "not before everything is judged");
    let last = reviewer.post(&format!("{file}/pick/2"), &[("verdict", "justified"), ("note", "")]).await;
    assert_eq!(last.location(), file, "nothing is left to judge");
    // A changed mind is a later judgement; the former stays.
    let again = [("verdict", "justified"), ("note", "=Planerat hembesök")];
    assert_eq!(reviewer.post(&format!("{file}/pick/1"), &again).await.status, 303);
    let first = page(&mut reviewer, &format!("{file}/pick/1")).await;
    assert!(first.contains("&lt;b&gt;hittad") && first.contains("=Planerat hembesök"), "{first}");

    let empty = reviewer.post(&format!("{file}/close"), &[("result", " ")]).await;
    assert_eq!(empty.status, 422);
    let closed = reviewer.post(&format!("{file}/close"), &[("result", "Inget att anmärka")]).await;
    assert_eq!((closed.status, closed.location()), (303, file.as_str()));
    assert_eq!(reviewer.post(&format!("{file}/pick/1"), &again).await.status, 409, "closed is closed");
    assert_eq!(reviewer.post(&format!("{file}/close"), &[("result", "igen")]).await.status, 409);

    let report = page(&mut reviewer, &format!("{file}/report")).await;
    for said in ["Inget att anmärka", "Tomas Ek", "Befogad", "2 av 2 bedömda, 0 ifrågasatta", "Storsjö kommun"] {
        assert!(report.contains(said), "{said}: {report}");
    }
    let table = reviewer.get(&format!("{file}/report.csv")).await;
    assert!(
        table.header("content-type").starts_with("text/csv")
            && table.header("content-disposition").contains("attachment")
    );
    assert!(table.body.contains("\"'=Planerat hembesök\""), "{}", table.body);
    for text in [&report, &table.body, &page(&mut reviewer, &file).await, &page(&mut reviewer, "/review").await] {
        for number in [&patient, &other] {
            assert!(!text.contains(number.as_str()) && !text.contains(&spoken(number)), "{text}");
        }
    }

    let log = portal.log().await;
    let begun = told(&log, "review-begin");
    assert_eq!(begun.len(), 1);
    assert_eq!((begun[0].record.activity, begun[0].record.patient.is_none()), (Activity::Write, true));
    let details = &begun[0].record.details;
    assert_eq!((&details["picks"], &details["purpose"]), (&2.into(), &"Administration".into()));
    assert!(details["selection"]["seed"].as_str().unwrap().len() == 32, "{details}");
    assert!(!details.to_string().contains(&other), "who was looked for is not logged: {details}");
    let judged: Vec<_> =
        told(&log, "review-mark").iter().map(|entry| entry.record.details["verdict"].clone()).collect();
    assert_eq!(judged, ["questioned", "justified", "justified"]);
    assert!(
        told(&log, "review-pick").iter().all(|entry| entry.record.patient.is_some()),
        "a look at a pick names its patient"
    );
    assert_eq!(told(&log, "review-close").len(), 1);
    assert_eq!(told(&log, "review-export").len(), 2);
    assert!(told(&log, "review-file").len() >= 3);
    for number in [&patient, &other] {
        assert!(!logged().contains(number.as_str()), "no number in the program's own log");
        assert!(reviewer.addresses.iter().all(|address| !address.contains(number.as_str())), "nor in an address");
    }
}

#[tokio::test]
async fn a_reviewer_sees_the_own_providers_staff_and_no_others() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    for staff in ["nurse", "careworker", "doctor"] {
        let mut browser = Browser::signed_in(&portal, staff).await;
        opened(&portal, &mut browser, &patient, "own").await;
    }
    let mut files = Vec::new();
    for (staff, own, others) in [
        ("reviewer", "Karin Dahl", ["Fatima Lundgren", "Anders Holm"]),
        ("reviewer-social", "Fatima Lundgren", ["Karin Dahl", "Anders Holm"]),
        ("reviewer-region", "Anders Holm", ["Karin Dahl", "Fatima Lundgren"]),
    ] {
        let mut reviewer = reviewer(&portal, staff).await;
        let file = select(&mut reviewer, &[("random", "50")]).await;
        let shown = page(&mut reviewer, &file).await;
        assert_eq!(picks(&shown), 1, "{staff}: {shown}");
        assert!(shown.contains(own) && others.iter().all(|other| !shown.contains(other)), "{staff}: {shown}");
        files.push((reviewer, file));
    }
    // Another's review is not told from none, and the attempt is a record.
    let (_, of_nurses) = &files[0];
    let of_nurses = of_nurses.clone();
    for (reviewer, _) in &mut files[1..] {
        for address in ["", "/pick/1", "/report", "/report.csv"] {
            let address = format!("{of_nurses}{address}");
            assert_eq!(reviewer.get(&address).await.status, 404, "{address}");
        }
        let marked = reviewer.post(&format!("{of_nurses}/pick/1"), &[("verdict", "justified")]).await;
        assert_eq!(marked.status, 404);
        assert_eq!(reviewer.post(&format!("{of_nurses}/close"), &[("result", "x")]).await.status, 404);
        assert_eq!(picks(&page(reviewer, "/review").await), 0);
    }
    let log = portal.log().await;
    let id = of_nurses.rsplit('/').next().unwrap();
    let refused = log.iter().filter(|entry| entry.record.activity == Activity::Refused);
    assert_eq!(refused.filter(|entry| entry.record.details["about"] == id).count(), 12);
}

#[tokio::test]
async fn nobody_else_comes_in_and_each_attempt_is_a_record() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &patient, "own").await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("random", "1")]).await;
    let task = uuid::Uuid::from_u128(7).to_string();
    let review = file.rsplit('/').next().unwrap();
    for staff in ["nurse", "doctor", "careworker", "admin", "admin-region"] {
        let mut browser = Browser::new(&portal);
        browser.sign_in(staff).await;
        let before = portal.log().await.len();
        let gets = [String::new(), "/pick/1".into(), "/report".into(), "/report.csv".into()];
        let mut replies: Vec<Reply> = Vec::new();
        for address in
            gets.iter().map(|end| format!("{file}{end}")).chain(["/review".into(), format!("/review/follow-up/{task}")])
        {
            replies.push(browser.get(&address).await);
        }
        for forged in [format!("{file}/pick/abc"), "/review/forged/pick/1".into()] {
            replies.push(browser.get(&forged).await);
            replies.push(browser.post(&forged, &[("verdict", "justified")]).await);
        }
        replies.push(browser.post("/review/new", &form(&[("random", "5")])).await);
        replies.push(browser.post("/review/new", &form(&[("from", "nonsense")])).await);
        replies.push(browser.post(&format!("{file}/pick/1"), &[("verdict", "justified")]).await);
        replies.push(browser.post(&format!("{file}/pick/1"), &[]).await);
        replies.push(browser.post(&format!("{file}/close"), &[("result", "x")]).await);
        for reply in &replies {
            assert_eq!(reply.status, 403, "{staff}: {}", reply.body);
            assert!(
                reply.body.contains("data-error=\"not-allowed\"") && !main(&reply.body).contains("Karin Dahl"),
                "{staff}"
            );
        }
        let log = portal.log().await;
        let left: Vec<_> = log[before..]
            .iter()
            .filter(|entry| entry.record.activity == Activity::Refused)
            .map(|entry| &entry.record)
            .collect();
        // One for each way in; what is tried again within the minute is counted, so nobody fills the log.
        let routes: BTreeSet<&str> = left.iter().filter_map(|record| record.details["route"].as_str()).collect();
        assert_eq!((left.len(), routes.len()), (9, 9), "{staff}: {routes:?}");
        let of_pick =
            left.iter().find(|record| record.details["route"] == "GET /review/{review}/pick/{number}").unwrap();
        assert_eq!((&of_pick.details["reason"], &of_pick.details["about"]), (&json!("not-allowed"), &json!(review)));
    }
    // Forged ids; an address may be anything, a number too, and none of it reaches the log.
    let before = portal.log().await.len();
    let forged = [
        format!("/review/{patient}"),
        format!("/review/follow-up/{patient}"),
        format!("{file}/pick/99"),
        format!("{file}/pick/abc"),
    ];
    for address in &forged {
        assert_eq!(reviewer.get(address).await.status, 404, "{address}");
    }
    let log = portal.log().await;
    // The last two are tried at one route.
    assert_eq!(log[before..].iter().filter(|entry| entry.record.activity == Activity::Refused).count(), 3);
    assert!(log[before..].iter().all(|entry| !entry.record.details.to_string().contains(&patient)));
    assert_eq!(Browser::new(&portal).get(&file).await.status, 401);
    assert_eq!(Browser::new(&portal).post("/review/new", &PERIOD).await.status, 401);
    // And the reviewer reaches no patient from anywhere.
    let opened = reviewer.post("/overview", &[("patient", &patient), ("scope", "own")]).await;
    assert_eq!(opened.status, 403);
}

#[tokio::test]
async fn the_rules_find_what_the_log_holds() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    // No consent: shared was chosen, and others were not reached.
    opened(&portal, &mut nurse, &portal.showing("no-consent"), "shared").await;
    opened(&portal, &mut nurse, &portal.showing("everything"), "own").await;
    let urgent = portal.showing("nothing");
    let address = nurse.open(&urgent, "own").await;
    assert_eq!(nurse.post(&format!("{address}/emergency"), &[("reason", "acutely-ill")]).await.status, 303);
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let all = [("rule.emergency", "1"), ("rule.no-ground", "1"), ("rule.many-in-an-hour", "1")];
    let file = select(&mut reviewer, &all).await;
    let shown = page(&mut reviewer, &file).await;
    assert_eq!(picks(&shown), 2, "{shown}");
    assert!(shown.contains("Nödåtkomst eller hävd spärr"), "{shown}");
    assert!(shown.contains("Sammanhållen översikt utan grund, saknades: "), "{shown}");
    assert!(shown.contains("Många patienter på kort tid: 0"), "{shown}");
    let only = select(&mut reviewer, &[("rule.no-ground", "1")]).await;
    assert_eq!(picks(&page(&mut reviewer, &only).await), 1);
    // The emergency's pick says what its reader has yet to tell.
    let number = if page(&mut reviewer, &format!("{file}/pick/1")).await.contains(&spoken(&urgent)) { 1 } else { 2 };
    let pick = page(&mut reviewer, &format!("{file}/pick/{number}")).await;
    assert!(
        pick.contains("Öppnade nödåtkomst")
            && pick.contains("Uppföljning av nödåtkomst")
            && pick.contains("Ska skrivas senast 2026-11-22 12:00"),
        "{pick}"
    );
}

#[tokio::test]
async fn what_is_read_beside_an_overview_and_what_was_refused_is_chosen_too() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&patient, "own").await;
    assert_eq!(nurse.get(&format!("{address}/access")).await.status, 200);
    assert_eq!(nurse.post(&format!("{address}/access/nothing/end"), &[("how", "withdrawn")]).await.status, 422);
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("random", "50")]).await;
    let mut said = String::new();
    for number in 1..=picks(&page(&mut reviewer, &file).await) {
        said += &page(&mut reviewer, &format!("{file}/pick/{number}")).await;
    }
    for act in
        ["Läste vid sidan av översikten: vem patienten är", "Nekades: ett försök", "Inget visades: åtgärden nekades."]
    {
        assert!(said.contains(act), "{act}: {said}");
    }
    assert!(!said.contains("andra registreringar"), "what is registered is told on its own page: {said}");
}

#[tokio::test]
async fn an_opening_that_was_going_on_when_it_was_chosen_says_later_what_was_shown() {
    let portal = Portal::start("viva=slow=3000").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open_with(&[("patient", &patient), ("scope", "own"), ("live", "1")]).await;
    let response = nurse.begin(&address).await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("random", "5")]).await;
    assert!(page(&mut reviewer, &format!("{file}/pick/1")).await.contains("Utgå från att uppgifterna visades"));
    drop(response);
    settled(&portal, 1).await;
    let later = page(&mut reviewer, &format!("{file}/pick/1")).await;
    assert!(later.contains("Avbröts innan allt hade kommit") && !later.contains("Utgå från"), "{later}");
    assert!(later.contains("Hann inte svara innan sidan lämnades"), "{later}");
}

#[tokio::test]
async fn what_counts_as_many_is_the_organisations_own() {
    let portal = Portal::start_at(super::harness::NOON, "", |config| {
        for organisation in &mut config.organisations {
            organisation.review.patients_in_an_hour = 3;
        }
    })
    .await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for tag in ["everything", "conflict", "nothing"] {
        opened(&portal, &mut nurse, &portal.showing(tag), "own").await;
    }
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("rule.many-in-an-hour", "1")]).await;
    let shown = page(&mut reviewer, &file).await;
    assert!(picks(&shown) == 1 && shown.contains("3 patienter på en timme"), "{shown}");
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_typed_and_selects_nothing() {
    let portal = Portal::start("").await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    for (more, why) in [
        (&[("from", ""), ("random", "5")][..], "Datumen saknas"),
        (&[("from", "2026-11-21"), ("to", "2026-11-20"), ("random", "5")], "fel ordning"),
        (&[("from", "2026-11-22"), ("to", "2026-11-23"), ("random", "5")], "har inte börjat"),
        (&[("from", "2025-11-01"), ("random", "5")], "för lång"),
        (&[("random", "201")], "0–200"),
        (&[("random", "-1")], "0–200"),
        (&[("random", "0")], "minst en regel"),
        (&[("random", "5"), ("named", "193802278485\n193802278486")], "Rad 2"),
    ] {
        let reply = reviewer.post("/review/new", &form(&[more, &[("rule.protected", "1")][..1]].concat()[..])).await;
        let expected = if why == "minst en regel" { 303 } else { 422 };
        if expected == 303 {
            // With a rule something is chosen; without any it is not.
            assert_eq!(reply.status, 303);
            let reply = reviewer.post("/review/new", &form(more)).await;
            assert_eq!(reply.status, 422);
            assert!(main(&reply.body).contains(why), "{why}");
            continue;
        }
        let body = main(&reply.body);
        assert_eq!(reply.status, 422, "{why}: {body}");
        assert!(body.contains(why), "{why}: {body}");
        assert!(body.contains("name=\"rule.protected\" value=\"1\" checked"), "{why}: {body}");
        assert!(!body.contains("name=\"rule.emergency\" value=\"1\" checked"), "{why}: {body}");
        assert!(body.contains("name=\"by_rule\"") && body.contains("value=\"50\""), "{why}: {body}");
    }
    assert_eq!(portal.number("SELECT COUNT(*) FROM review").await, 1);
}

#[tokio::test]
async fn emergencies_to_follow_up_stand_first_the_overdue_before_all() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    for (tag, staff) in [("no-consent", "doctor"), ("nothing", "ambulance")] {
        let mut browser = Browser::signed_in(&portal, staff).await;
        let address = browser.open(&portal.showing(tag), "own").await;
        assert_eq!(browser.post(&format!("{address}/emergency"), &[("reason", "confused")]).await.status, 303);
    }
    let mut reviewer = reviewer(&portal, "reviewer-region").await;
    let room = page(&mut reviewer, "/review").await;
    assert_eq!(room.matches("data-follow-up=").count(), 2, "{room}");
    assert!(room.contains("Anders Holm, överläkare: öppnade 2026-11-21 12:00, angiven anledning Förvirrad"), "{room}");
    assert!(!room.contains(&spoken(&patient)), "{room}");
    let task =
        doctor.get("/").await.body.split("data-follow-up=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = page(&mut reviewer, &format!("/review/follow-up/{task}")).await;
    assert!(shown.contains(&spoken(&patient)) && !shown.contains("<textarea"), "{shown}");
    let written = "Hittades på <vägen>";
    assert_eq!(doctor.post(&format!("/follow-up/{task}"), &[("text", written)]).await.status, 303);
    // What was written stands where the record names the patient, and nowhere else.
    let room = page(&mut reviewer, "/review").await;
    assert!(room.contains("Skrevs 2026-11-21 12:00") && !room.contains("Hittades på"), "{room}");
    let shown = page(&mut reviewer, &format!("/review/follow-up/{task}")).await;
    assert!(shown.contains("Hittades på &lt;vägen&gt;"), "{shown}");
    let log = portal.log().await;
    let looks = told(&log, "review-follow-up");
    assert!(
        looks.len() == 2
            && looks.iter().all(|look| look.record.patient.is_some())
            && looks[0].record.stage == Stage::Intent
    );
    // The municipality's reviewer has none of them.
    let mut other = Browser::new(&portal);
    other.sign_in("reviewer").await;
    assert!(page(&mut other, "/review").await.contains("Ingen nödåtkomst väntar"));
    assert_eq!(other.get(&format!("/review/follow-up/{task}")).await.status, 404);
}

#[tokio::test]
async fn nobody_judges_the_own_acts() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &portal.showing("everything"), "own").await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("random", "1")]).await;
    let id = file.rsplit('/').next().unwrap();
    // As if the reviewer were also a nurse.
    portal
        .run_sql(&format!(
            "INSERT INTO review_pick SELECT review, 2, replace(reader, 'SE9999200002-P201', 'se9999200002-p291'), record, \
             record_index, record_us, outcome_index, outcome_us, reasons FROM review_pick WHERE review = '{id}'"
        ))
        .await;
    let pick = page(&mut reviewer, &format!("{file}/pick/2")).await;
    assert!(pick.contains("Det är din egen åtgärd") && !pick.contains("name=\"verdict\""), "{pick}");
    let marked = reviewer.post(&format!("{file}/pick/2"), &[("verdict", "justified")]).await;
    assert_eq!(marked.status, 403, "{}", marked.body);
    assert_eq!(portal.number("SELECT COUNT(*) FROM review_mark").await, 0);
}

#[tokio::test]
async fn a_log_that_cannot_be_written_shows_and_changes_nothing() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    opened(&portal, &mut nurse, &portal.showing("everything"), "own").await;
    let mut reviewer = reviewer(&portal, "reviewer").await;
    let file = select(&mut reviewer, &[("random", "1")]).await;
    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    for address in ["/review", &file, &format!("{file}/pick/1"), &format!("{file}/report.csv")] {
        let reply = reviewer.get(address).await;
        assert_eq!(reply.status, 503, "{address}");
        assert!(!reply.body.contains("Karin Dahl"), "{address}");
    }
    assert_eq!(reviewer.post(&format!("{file}/pick/1"), &[("verdict", "justified")]).await.status, 503);
    assert_eq!(reviewer.post("/review/new", &form(&[("random", "1")])).await.status, 503);
    assert_eq!(portal.number("SELECT COUNT(*) FROM review_mark").await, 0);
    assert_eq!(portal.number("SELECT COUNT(*) FROM review").await, 1);
}
