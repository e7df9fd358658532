//! Reporting an entry to who answers for its source, saying something of the portal, and following both up.
//!
//! Not here: which steps follow on which (`domain::report`), the table alone (`store::contract`), the seal of a reference
//! (`server::entry_reference`).

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::{Browser, Reply},
    harness::{Portal, logged},
    reading::text,
    role_matrix,
};

const LISTS: &str = "/reports";
const FEEDBACK: &str = "/feedback";

/// What the page carries for its entries.
pub fn references(page: &str) -> Vec<String> {
    let buttons = page.split("form=\"report-form\" name=\"entry\" value=\"").skip(1);
    buttons.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// A field of the form.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The form for an entry of a source, with the address it is sent to. Without a source, of the first entry.
async fn form(reader: &mut Browser, patient: &str, source: &str) -> (String, String) {
    let address = reader.open(patient, "shared").await;
    let page = reader.get(&address).await.body;
    let to = format!("{address}/report");
    for reference in references(&page) {
        let form = reader.post(&to, &[("entry", &reference)]).await;
        assert_eq!(form.status, 200, "{}", form.body);
        if form.body.contains(source) {
            return (to, form.body);
        }
    }
    panic!("no entry of {source}: {page}");
}

/// Reports an entry of a source. Gives the id of the report and the id of the entry as the form said it.
async fn report(reader: &mut Browser, patient: &str, source: &str, mistake: &str) -> (String, Reply) {
    let (to, page) = form(reader, patient, source).await;
    let (entry, id) = (field(&page, "entry"), field(&page, "id"));
    let sent = reader.post(&to, &[("entry", &entry), ("id", &id), ("mistake", mistake)]).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    (id, sent)
}

async fn step(admin: &mut Browser, id: &str, base: &str, step: &str) -> Reply {
    admin.post(LISTS, &[("report", id), ("base", base), ("step", step)]).await
}

async fn lists(browser: &mut Browser) -> String {
    let reply = browser.get(LISTS).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

async fn kept(portal: &Portal) -> i64 {
    portal.number("SELECT COUNT(*) FROM report").await
}

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

/// `A1B2-C3D4`.
fn spoken(id: &str) -> String {
    samsyn_domain::report::Report::spoken(id)
}

#[tokio::test]
async fn an_entry_is_reported_by_its_id_to_who_answers_for_its_source_and_both_sides_follow_it_up() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let (id, sent) = report(&mut nurse, &portal.showing("everything"), "Region Fjäll (Cosmic)", "other-patient").await;
    let entry = sent.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(
        sent.body.contains(&spoken(&id)) && sent.body.contains("Ring den som svarar för källan nu"),
        "{}",
        sent.body
    );
    let mail = format!("mailto:journalfel@region-fjall.example?subject=Samsyn%20{}\"", spoken(&id));
    assert!(sent.body.contains(&mail), "the reference and nothing else goes by mail: {}", sent.body);

    let mut region = administrator(&portal, "admin-region").await;
    let mut storsjo = administrator(&portal, "admin").await;
    assert!(region.get("/admin").await.body.contains("1 anmälan väntar på er"));
    assert!(!storsjo.get("/admin").await.body.contains("väntar på er"));
    let (theirs, ours) = (lists(&mut region).await, lists(&mut storsjo).await);
    assert!(
        theirs.contains(&entry) && theirs.contains("Karin Dahl") && theirs.contains("Uppgiften gäller en annan person")
    );
    assert!(
        ours.contains(&spoken(&id)) && !ours.contains(&entry),
        "the entry's id is told to who answers alone: {ours}"
    );
    assert!(!ours.contains("value=\"corrected\""), "who reported it does not say that it is corrected");
    for page in [&theirs, &ours] {
        assert!(!page.contains("Astrid") && !page.contains("8485"), "{page}");
    }

    // The other side cannot answer, and nobody answers what has been answered meanwhile.
    assert_eq!(step(&mut storsjo, &id, "0", "corrected").await.status, 409);
    assert_eq!(step(&mut region, &id, "0", "received").await.location(), "/reports?saved=1");
    assert_eq!(step(&mut region, &id, "0", "corrected").await.status, 409);
    assert_eq!(step(&mut region, &id, "1", "corrected").await.status, 303);
    assert!(lists(&mut nurse).await.contains("Rättat"), "who reported it is told");
    assert!(!region.get("/admin").await.body.contains("väntar på er"));
    assert_eq!(step(&mut storsjo, &id, "2", "reopened").await.status, 303);
    assert!(region.get("/admin").await.body.contains("1 anmälan väntar på er"));

    let log = portal.log().await;
    let deed = log.iter().find(|entry| entry.record.details["what"] == "report").unwrap();
    assert_eq!((deed.record.activity, deed.record.patient.is_some()), (Activity::Write, true));
    let told = ["report", "source", "mistake", "to"].map(|name| text(&deed.record.details[name]).to_owned());
    assert_eq!(told, [id.as_str(), "cosmic-region", "other-patient", "region-fjall"]);
    let steps =
        log.iter().filter(|entry| entry.record.details["what"] == "report-step" && entry.record.intent.is_none());
    assert_eq!(steps.clone().count(), 3, "what is refused is no step");
    assert!(steps.clone().all(|entry| entry.record.patient.is_none()));
    assert!(log.iter().all(|one| !one.record.details.to_string().contains(&entry)) && !logged().contains(&entry));
}

#[tokio::test]
async fn what_is_of_others_is_neither_seen_nor_answered() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let (id, _) = report(&mut doctor, &portal.showing("everything"), "Omsorgspärmen", "outdated").await;
    let mut storsjo = administrator(&portal, "admin").await;
    assert!(!lists(&mut storsjo).await.contains(&spoken(&id)));
    for (id, base) in [(id.as_str(), "0"), ("00000000-0000-4000-8000-000000000000", "0")] {
        assert_eq!(step(&mut storsjo, id, base, "received").await.status, 404);
    }
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    assert!(!lists(&mut nurse).await.contains(&spoken(&id)), "one's own alone");
    let refused = step(&mut doctor, &id, "0", "received").await;
    assert!(refused.status == 403 && refused.body.contains("data-error=\"not-allowed\""), "{}", refused.body);
    assert_eq!(kept(&portal).await, 1);
}

#[tokio::test]
async fn of_a_protected_person_neither_side_is_told_where_the_other_is() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let patient = portal.showing("protected");
    // The page says neither which source it is nor by which id.
    let (id, sent) = report(&mut nurse, &patient, "visas inte: platser visas inte", "incorrect").await;
    assert!(!sent.body.contains("<code>") && !sent.body.contains("mailto:"), "{}", sent.body);
    let own = lists(&mut nurse).await;
    assert!(own.contains(&spoken(&id)) && own.contains("platser visas inte"), "{own}");
    let answers = portal.number("SELECT COUNT(*) FROM report WHERE answers = 'region-fjall'").await;
    let (answering, other) = if answers == 1 { ("admin-region", "admin") } else { ("admin", "admin-region") };
    let told = lists(&mut administrator(&portal, answering).await).await;
    assert!(told.contains(&spoken(&id)) && told.contains("<code>"), "who answers finds the entry: {told}");
    if answering == "admin-region" {
        assert!(!told.contains("Karin Dahl") && !told.contains("Storsjö kommun<"), "{told}");
        let ours = lists(&mut administrator(&portal, other).await).await;
        assert!(ours.contains(&spoken(&id)) && !ours.contains("Cosmic") && !ours.contains("<code>"), "{ours}");
    }
}

#[tokio::test]
async fn what_was_not_made_for_this_page_reports_nothing_and_what_is_sent_twice_reports_once() {
    let portal = Portal::start("").await;
    let (patient, other) = (portal.showing("everything"), portal.showing("no-consent"));
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let (to, page) = form(&mut nurse, &patient, "(Viva HSL)").await;
    let (entry, id) = (field(&page, "entry"), field(&page, "id"));
    let another = format!("{}/report", nurse.open(&other, "own").await);
    let mut colleague = Browser::signed_in(&portal, "nurse").await;
    let theirs = format!("{}/report", colleague.open(&patient, "shared").await);
    let (mut one, mut two) = (nurse.window(), nurse.window());
    for (browser, to, entry) in [
        (&mut nurse, &another, entry.as_str()),
        (&mut colleague, &theirs, entry.as_str()),
        (&mut one, &to, "viva-storsjo-hsl"),
        (&mut two, &to, ""),
    ] {
        let refused = browser.post(to, &[("entry", entry), ("id", &id), ("mistake", "outdated")]).await;
        assert!(refused.status == 409 && refused.body.contains("Inget är anmält"), "{}", refused.body);
    }
    let unchosen = nurse.post(&to, &[("entry", &entry), ("id", &id), ("mistake", "x")]).await;
    assert!(unchosen.status == 422 && unchosen.body.contains("Välj vad som är fel"), "{}", unchosen.body);
    assert_eq!(field(&unchosen.body, "id"), id);
    assert_eq!(kept(&portal).await, 0);

    let form = [("entry", entry.as_str()), ("id", &id), ("mistake", "outdated")];
    let (first, second) = tokio::join!(one.post(&to, &form), two.post(&to, &form));
    for reply in [first, second, nurse.post(&to, &form).await] {
        assert!(reply.status == 200 && reply.body.contains(&spoken(&id)), "{}", reply.body);
    }
    assert_eq!(kept(&portal).await, 1);
}

#[tokio::test]
async fn whose_role_does_not_include_it_is_shown_no_button_and_refused() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let (to, page) = form(&mut nurse, &portal.showing("everything"), "(Viva HSL)").await;
    let entry = field(&page, "entry");
    role_matrix::take_away(&portal, "admin", "nurse", "report").await;
    let address = to.strip_suffix("/report").unwrap();
    let overview = nurse.get(address).await.body;
    assert!(references(&overview).is_empty() && !overview.contains("report-form"), "{overview}");
    let refused = nurse.post(&to, &[("entry", &entry)]).await;
    assert!(refused.status == 403 && refused.body.contains("Anmäla fel i en uppgift"), "{}", refused.body);
}

#[tokio::test]
async fn paper_json_and_what_is_shown_again_carry_no_reference() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "shared").await;
    let page = doctor.get(&address).await.body;
    let made = references(&page);
    assert!(!made.is_empty() && made.iter().all(|one| !one.contains('.')), "{made:?}");
    assert_eq!(references(&doctor.get(&address).await.body), made, "the same for the same page");
    let json = doctor.json(&address).await.body;
    let paper = doctor.post(&format!("{address}/print/akutblad"), &[]).await.body;
    for other in [&json, &paper] {
        assert!(made.iter().all(|one| !other.contains(one.as_str())) && !other.contains("Anmäl fel"));
    }
}

#[tokio::test]
async fn what_is_said_of_the_portal_goes_to_the_own_first_line_and_names_no_patient() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let page = nurse.get(FEEDBACK).await.body;
    assert!(page.contains("Servicedesk, Storsjö kommun"), "the support card stands beside it: {page}");
    let id = field(&page, "id");
    let number = "Det blev fel för 19380227-8485 <i>";
    for (topic, said, told) in [
        ("difficulty", number, "innehåller ett personnummer"),
        ("difficulty", "  ", "tom eller för lång"),
        ("", "Svårt att se", "Välj vad det gäller"),
    ] {
        let refused = nurse.post(FEEDBACK, &[("id", &id), ("topic", topic), ("text", said)]).await;
        assert!(refused.status == 422 && refused.body.contains(told), "{told}: {}", refused.body);
        assert_eq!(field(&refused.body, "id"), id);
    }
    assert_eq!(kept(&portal).await, 0);
    let form = [("id", id.as_str()), ("topic", "difficulty"), ("text", "Svårt att se <knappen>\r\npå telefonen")];
    for _ in 0..2 {
        let sent = nurse.post(FEEDBACK, &form).await;
        assert_eq!((sent.status, sent.location()), (303, format!("{FEEDBACK}?sent={id}").as_str()));
    }
    assert!(nurse.get(&format!("{FEEDBACK}?sent={id}")).await.body.contains(&spoken(&id)));
    assert_eq!(kept(&portal).await, 1);
    let mut storsjo = administrator(&portal, "admin").await;
    assert!(lists(&mut storsjo).await.contains("Svårt att se &lt;knappen&gt;\npå telefonen"));
    assert!(!lists(&mut administrator(&portal, "admin-region").await).await.contains("telefonen"));
    assert_eq!(step(&mut storsjo, &id, "0", "corrected").await.status, 303);
    assert!(lists(&mut nurse).await.contains("Rättat"));
    let log = portal.log().await;
    let deed = log.iter().find(|entry| entry.record.details["what"] == "feedback").unwrap();
    assert!(deed.record.patient.is_none() && !deed.record.details.to_string().contains("telefonen"));
    assert!(!logged().contains("Svårt att se"));
}

#[tokio::test]
async fn what_was_being_written_of_the_portal_when_the_session_ended_comes_back_to_its_writer() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let page = nurse.get(FEEDBACK).await.body;
    let (draft, id) = (field(&page, "draft"), field(&page, "id"));
    nurse.post("/logout", &[]).await;
    let form = [("draft", draft.as_str()), ("id", &id), ("topic", "wish"), ("text", "Större text")];
    let over = nurse.post(FEEDBACK, &form).await;
    assert!(over.status == 401 && over.body.contains("session-over-writing"), "{}", over.body);
    nurse.sign_in("doctor").await;
    assert!(!nurse.get(FEEDBACK).await.body.contains("Större text"));
    nurse.post("/logout", &[]).await;
    nurse.sign_in("nurse").await;
    let page = nurse.get(FEEDBACK).await.body;
    assert!(page.contains("Större text</textarea>") && page.contains("Det är inte sparat än"), "{page}");
    assert_eq!(kept(&portal).await, 0);
}
