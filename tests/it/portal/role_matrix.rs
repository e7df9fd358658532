//! What an organisation grants its roles: who may change it, from when it holds, and that a refused form changes nothing.
//!
//! Not here: the defaults (`roles`), the rules alone (`domain::access_model`), the table alone (`store::contract`).

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::{cell, entries, text},
};

pub const PAGE: &str = "/admin/roles";

/// The fields of the table's form with what is ticked, as a browser would send them, sorted.
pub fn fields(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, after) = tag.split_once(&format!(" {name}=\""))?;
        after.split_once('"').map(|(value, _)| value.to_owned())
    };
    let form = page.split("<form").find(|form| form.contains("name=\"step\"")).unwrap();
    let inputs = form.split("<input").skip(1).map(|rest| rest.split_once('>').unwrap().0);
    let sent = inputs.filter(|tag| tag.contains("type=\"hidden\"") || tag.contains(" checked"));
    let mut fields: Vec<_> =
        sent.map(|tag| (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap())).collect();
    fields.sort();
    fields
}

fn without(fields: &[(String, String)], name: &str) -> Vec<(String, String)> {
    let kept: Vec<_> = fields.iter().filter(|(known, _)| known != name).cloned().collect();
    assert!(kept.len() < fields.len(), "{name} was not ticked");
    kept
}

fn with(fields: &[(String, String)], name: &str) -> Vec<(String, String)> {
    let mut more = fields.to_vec();
    more.push((name.to_owned(), "1".to_owned()));
    more
}

async fn send(admin: &mut Browser, fields: &[(String, String)], step: &str) -> Reply {
    let mut form: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("step", step));
    admin.post(PAGE, &form).await
}

/// Takes one right from a role, as its organisation's administrator.
pub async fn take_away(portal: &Portal, staff: &str, role: &str, right: &str) {
    let mut admin = administrator(portal, staff).await;
    save(&mut admin, |fields| without(fields, &format!("{role}.{right}"))).await;
}

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

/// Reviews and confirms the table with one change, as the page leads.
async fn save(admin: &mut Browser, change: impl Fn(&[(String, String)]) -> Vec<(String, String)>) {
    let table = admin.get(PAGE).await;
    assert_eq!(table.status, 200, "{}", table.body);
    let review = send(admin, &change(&fields(&table.body)), "review").await;
    assert_eq!(review.status, 200, "{}", review.body);
    let saved = send(admin, &fields(&review.body), "save").await;
    assert_eq!((saved.status, saved.location()), (303, "/admin/roles?saved=1"), "{}", saved.body);
}

async fn versions(portal: &Portal) -> i64 {
    portal.number("SELECT COUNT(*) FROM role_matrix").await
}

#[tokio::test]
async fn a_change_is_listed_in_words_confirmed_logged_and_holds_on_the_next_request() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let mut neighbour = Browser::signed_in(&portal, "nurse-fjallnas").await;
    let open = nurse.open(&patient, "shared").await;
    assert!(!entries(&nurse.json(&open).await.json(), "medications").is_empty());

    let mut admin = administrator(&portal, "admin").await;
    let table = admin.get(PAGE).await;
    assert!(table.body.contains("Gäller nu: portalens standard"), "{}", table.body);
    let narrowed = without(&fields(&table.body), "nurse.medications");
    let review = send(&mut admin, &narrowed, "review").await;
    assert!(review.body.contains("Sjuksköterska får inte längre: Läkemedel"), "{}", review.body);
    assert_eq!(review.body.matches("får inte längre").count() + review.body.matches(" får: ").count(), 1);
    assert_eq!(versions(&portal).await, 0, "nothing is saved by looking");
    assert_eq!(fields(&review.body), narrowed, "what is confirmed is what was ticked");
    let back = send(&mut admin, &fields(&review.body), "edit").await;
    assert_eq!(fields(&back.body), narrowed, "on the way back nothing is lost");
    let saved = send(&mut admin, &fields(&review.body), "save").await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let told = admin.get(saved.location()).await.body;
    assert!(told.contains("role=\"status\"") && told.contains("version 1") && told.contains("Britt Wallin"), "{told}");

    let withheld = nurse.json(&open).await.json();
    let medicines = cell(&withheld, "medications", "cosmic-region");
    assert_eq!((text(&medicines["state"]), text(&medicines["reason"])), ("withheld", "role"));
    assert!(!nurse.get(&open).await.body.contains("Apixaban"));
    let there = neighbour.overview(&patient, "own").await;
    assert_ne!(cell(&there, "medications", "viva-fjallnas-hsl")["reason"], "role", "another organisation's is its own");
    let log = portal.log().await;
    let record = log.iter().find(|entry| entry.record.details["what"] == "role-matrix").unwrap();
    assert_eq!(record.record.activity, Activity::Write);
    assert_eq!(record.record.viewer.as_ref().unwrap().organisation.as_str(), "storsjo");
    assert!(record.record.patient.is_none());
    let change = &record.record.details["changes"];
    assert_eq!(change.to_string(), r#"[{"granted":false,"right":"medications","role":"nurse"}]"#);

    // Undoing is a version of its own, reviewed like any other.
    let review = admin.post(PAGE, &[("base", "1"), ("restore", "0")]).await;
    assert!(review.body.contains("Sjuksköterska får: Läkemedel"), "{}", review.body);
    assert_eq!(send(&mut admin, &fields(&review.body), "save").await.status, 303);
    assert!(!entries(&nurse.json(&open).await.json(), "medications").is_empty());
    let history = admin.get(PAGE).await.body;
    assert!(history.contains("version 2") && history.contains("version 1"), "{history}");
}

#[tokio::test]
async fn only_the_organisations_own_administrator_changes_it() {
    let portal = Portal::start("").await;
    for staff in ["nurse", "careworker", "reviewer"] {
        let mut somebody = administrator(&portal, staff).await;
        let seen = somebody.get(PAGE).await;
        assert_eq!(seen.status, 403, "{staff}");
        assert!(seen.body.contains("data-error=\"not-allowed\"") && !seen.body.contains("checkbox"), "{staff}");
        let sent = somebody.post(PAGE, &[("base", "0"), ("step", "save"), ("nurse.alerts", "1")]).await;
        assert_eq!(sent.status, 403, "{staff}");
    }
    assert_eq!(Browser::new(&portal).get(PAGE).await.status, 401);

    let mut region = administrator(&portal, "admin-region").await;
    let table = region.get(PAGE).await.body;
    assert!(table.contains("Region Fjäll") && !table.contains("Storsjö"), "{table}");
    let mut aimed = fields(&table);
    aimed.push(("organisation".to_owned(), "storsjo".to_owned()));
    assert_eq!(send(&mut region, &without(&aimed, "nurse.alerts"), "save").await.status, 400);
    assert_eq!(versions(&portal).await, 0);
    save(&mut region, |ticked| without(ticked, "nurse.alerts")).await;
    let patient = portal.showing("everything");
    let municipal = Browser::signed_in(&portal, "nurse").await.overview(&patient, "own").await;
    assert_ne!(cell(&municipal, "alerts", "viva-storsjo-hsl")["reason"], "role");
    let ambulance = Browser::signed_in(&portal, "ambulance").await.overview(&patient, "own").await;
    assert_eq!(cell(&ambulance, "alerts", "cosmic-region")["reason"], "role");
    assert_eq!(portal.number("SELECT COUNT(*) FROM role_matrix WHERE organisation <> 'region-fjall'").await, 0);
}

#[tokio::test]
async fn a_form_that_somebody_overtook_is_refused_and_keeps_what_was_ticked() {
    let portal = Portal::start("").await;
    let (mut first, mut second) = (administrator(&portal, "admin").await, administrator(&portal, "admin").await);
    let table = second.get(PAGE).await.body;
    let late = without(&fields(&table), "nurse.documents");
    save(&mut first, |ticked| without(ticked, "physician.plans")).await;
    for step in ["review", "save"] {
        let refused = send(&mut second, &late, step).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert!(refused.body.contains("Någon annan har sparat"), "{}", refused.body);
        let kept = fields(&refused.body);
        assert!(!kept.iter().any(|(name, _)| name == "nurse.documents"), "{kept:?}");
        assert!(kept.contains(&("base".to_owned(), "1".to_owned())), "{kept:?}");
        assert_eq!(versions(&portal).await, 1);
    }
    let again = send(&mut second, &late, "review").await;
    let review = send(&mut second, &fields(&again.body), "review").await;
    // Both differences to what holds now are told, the former one too.
    assert!(review.body.contains("Läkare får: Planer") && review.body.contains("får inte längre: Dokument"));
}

#[tokio::test]
async fn what_nobody_can_grant_and_what_is_no_form_of_the_page_changes_nothing() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    let table = fields(&admin.get(PAGE).await.body);
    for forged in [
        "administrator.contacts",
        "reviewer.alerts",
        "care-worker.emergency",
        "case-officer.emergency",
        "care-worker.assert",
        "administrator.extract",
    ] {
        let page = &admin.get(PAGE).await.body;
        assert!(!page.contains(&format!("name=\"{forged}\"")), "{forged} is no box");
        for step in ["review", "save"] {
            let refused = send(&mut admin, &with(&without(&table, "nurse.documents"), forged), step).await;
            assert_eq!(refused.status, 422, "{forged}: {}", refused.body);
            assert!(
                !fields(&refused.body).iter().any(|(name, _)| name == "nurse.documents" || name == forged),
                "{forged}"
            );
        }
    }
    assert_eq!(send(&mut admin, &table, "save").await.status, 422, "nothing is different");
    for bad in [
        &[("base", "0")][..],
        &[("step", "save")],
        &[("base", "-1"), ("step", "save")],
        &[("base", "0"), ("step", "now")],
        &[("base", "0"), ("restore", "7")],
        &[("base", "0"), ("step", "save"), ("nurse.horoscope", "1")],
        &[("base", "0"), ("step", "save"), ("surgeon.alerts", "1")],
    ] {
        assert_eq!(admin.post(PAGE, bad).await.status, 400, "{bad:?}");
    }
    assert_eq!(versions(&portal).await, 0);
}

#[tokio::test]
async fn nothing_is_saved_that_cannot_be_logged() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    let table = fields(&admin.get(PAGE).await.body);
    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    let refused = send(&mut admin, &without(&table, "nurse.documents"), "save").await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(versions(&portal).await, 0);
}

#[tokio::test]
async fn an_unreadable_matrix_opens_nothing_and_lets_everybody_leave() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let open = nurse.open(&portal.showing("everything"), "own").await;
    portal.run_sql("INSERT INTO role_matrix VALUES ('storsjo', 1, '{\"nurse\":7}', 0, '{}')").await;
    let refused = nurse.get(&open).await;
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("database-unavailable"), "{}", refused.body);
    assert!(!refused.body.contains("Astrid"), "{}", refused.body);
    assert_eq!(Browser::signed_in(&portal, "doctor").await.get("/").await.status, 200, "another organisation goes on");
    assert_eq!(nurse.post("/logout", &[]).await.status, 303);
    assert_eq!(nurse.get(&open).await.status, 401);
}

#[tokio::test]
async fn a_role_without_printing_has_no_way_to_print() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    assert!(nurse.page(&patient, "own").await.contains("print-menu"));
    save(&mut administrator(&portal, "admin").await, |ticked| without(ticked, "nurse.print")).await;
    assert!(!nurse.page(&patient, "own").await.contains("print-menu"));
    let address = nurse.open(&patient, "own").await;
    let refused = nurse.post(&format!("{address}/print/akutblad"), &[]).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.body.contains("data-error=\"not-allowed\"") && !refused.body.contains("Astrid"),
        "{}",
        refused.body
    );
    let prints = portal.log().await.iter().filter(|entry| entry.record.activity == Activity::Print).count();
    assert_eq!(prints, 0, "nothing was opened to be printed");
}

#[tokio::test]
async fn a_role_without_emergency_access_or_registering_is_refused_both() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    assert!(nurse.page(&patient, "shared").await.contains("/emergency"));
    let mut admin = administrator(&portal, "admin").await;
    save(&mut admin, |ticked| without(&without(ticked, "nurse.emergency"), "nurse.register")).await;
    assert!(!nurse.page(&patient, "shared").await.contains("/emergency"));
    let address = nurse.open(&patient, "shared").await;
    let emergency = nurse.post(&format!("{address}/emergency"), &[("reason", "unconscious")]).await;
    assert_eq!(emergency.status, 422, "{}", emergency.body);
    let consent = [
        ("kind", "consent"),
        ("relation", "visit"),
        ("given_by", "patient"),
        ("for", "me"),
        ("period", "this-contact"),
    ];
    let refused = nurse.post(&format!("{address}/access"), &consent).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let registered = nurse.get(&format!("{address}/access")).await.body;
    assert!(!registered.contains("data-registration"), "{registered}");
}

#[tokio::test]
async fn staff_without_licence_get_the_own_providers_part_of_what_they_are_granted() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    save(&mut administrator(&portal, "admin").await, |ticked| {
        with(&with(ticked, "care-worker.care-limits"), "care-worker.medications")
    })
    .await;
    let mut worker = Browser::signed_in(&portal, "careworker").await;
    let overview = worker.overview(&patient, "shared").await;
    assert!(!entries(&overview, "medications").is_empty(), "a whole section, of others too");
    for source in ["cosmic-region", "viva-storsjo-hsl", "nationella"] {
        assert_eq!(cell(&overview, "care-limits", source)["reason"], "role", "{source}");
    }
    assert!(entries(&overview, "care-limits").is_empty());
    let page = worker.page(&patient, "shared").await;
    assert!(page.contains("Apixaban") && !page.contains("Ej HLR"), "{page}");
}
