//! What an organisation's staff are shown: who may change it, from when and for whom it holds, and that a refused form changes nothing.
//!
//! Not here: the rules alone (`domain::enablement`), the table alone (`store::contract`).

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::{cell, entries, list, text},
};

pub const PAGE: &str = "/admin/enablement";

/// The fields of the form with what is ticked, as a browser would send them, sorted; without what is typed.
pub fn boxes(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, after) = tag.split_once(&format!(" {name}=\""))?;
        after.split_once('"').map(|(value, _)| value.to_owned())
    };
    let form = page.split("<form").find(|form| form.contains("name=\"step\"")).unwrap();
    let inputs = form.split("<input").skip(1).map(|rest| rest.split_once('>').unwrap().0);
    let sent = inputs.filter(|tag| tag.contains("type=\"hidden\"") || tag.contains(" checked"));
    let mut fields: Vec<_> =
        sent.map(|tag| (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap())).collect();
    fields.retain(|(name, _)| name != "reason" && name != "from");
    fields.sort();
    fields
}

fn without(fields: &[(String, String)], source: &str, section: &str) -> Vec<(String, String)> {
    let name = format!("{source}.{section}");
    let kept: Vec<_> = fields.iter().filter(|(known, _)| *known != name).cloned().collect();
    assert!(kept.len() < fields.len(), "{name} was not ticked");
    kept
}

async fn send(admin: &mut Browser, fields: &[(String, String)], step: &str, typed: &[(&str, &str)]) -> Reply {
    let mut form: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("step", step));
    form.extend(typed);
    admin.post(PAGE, &form).await
}

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

async fn versions(portal: &Portal) -> i64 {
    portal.number("SELECT COUNT(*) FROM enablement").await
}

/// Switches a section of a source off for Storsjö.
pub async fn switch_off(portal: &Portal, source: &str, section: &str) {
    switch_off_by(portal, "admin", source, section).await;
}

/// The same for an administrator's own organisation.
pub async fn switch_off_by(portal: &Portal, staff: &str, source: &str, section: &str) {
    let mut admin = administrator(portal, staff).await;
    let narrowed = without(&boxes(&admin.get(PAGE).await.body), source, section);
    let review = send(&mut admin, &narrowed, "review", &[]).await;
    assert_eq!(send(&mut admin, &boxes(&review.body), "save", &REASON).await.status, 303);
}

/// Switches a section of a source on, which was bound at the screen, for an administrator's own organisation.
pub async fn switch_on_by(portal: &Portal, staff: &str, source: &str, section: &str) {
    let mut admin = administrator(portal, staff).await;
    let page = admin.get(PAGE).await.body;
    let name = format!("{source}.{section}");
    assert!(page.contains(&format!("name=\"{name}\"")), "{name} cannot be switched on");
    let mut wider = boxes(&page);
    let value = wider.iter().find(|(name, _)| name.ends_with(&format!(".{section}"))).unwrap().1.clone();
    wider.push((name, value));
    let review = send(&mut admin, &wider, "review", &[]).await;
    assert_eq!(send(&mut admin, &boxes(&review.body), "save", &REASON).await.status, 303);
}

const REASON: [(&str, &str); 1] = [("reason", "Avtalet med regionen löper ut")];

#[tokio::test]
async fn what_is_switched_off_is_not_asked_says_so_and_only_for_the_own_staff() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let open = nurse.open(&patient, "shared").await;
    let before = nurse.json(&open).await.json();
    assert!(entries(&before, "medications").iter().any(|entry| entry.to_string().contains("cosmic-region")));

    let mut admin = administrator(&portal, "admin").await;
    assert!(admin.get("/admin").await.body.contains(PAGE));
    let page = admin.get(PAGE).await;
    assert!(page.body.contains("Gäller nu: allt som är anslutet"), "{}", page.body);
    let narrowed = without(&boxes(&page.body), "cosmic-region", "medications");
    let review = send(&mut admin, &narrowed, "review", &[]).await;
    let line = "Aktiveras inte längre: Region Fjäll (";
    assert!(review.body.contains(line) && review.body.contains("Läkemedel"), "{}", review.body);
    assert_eq!(boxes(&review.body), narrowed, "what is confirmed is what was chosen");
    assert_eq!(versions(&portal).await, 0, "nothing is saved by looking");
    let saved = send(&mut admin, &boxes(&review.body), "save", &REASON).await;
    assert_eq!((saved.status, saved.location()), (303, "/admin/enablement?saved=1"), "{}", saved.body);
    let told = admin.get(saved.location()).await.body;
    assert!(told.contains("Avtalet med regionen löper ut") && told.contains("Britt Wallin"), "{told}");

    // The page that is open already: from the next request.
    let after = nurse.json(&open).await.json();
    let medicines = cell(&after, "medications", "cosmic-region");
    assert_eq!((text(&medicines["state"]), text(&medicines["reason"])), ("not-asked", "not-enabled"));
    assert!(!entries(&after, "medications").iter().any(|entry| entry.to_string().contains("cosmic-region")));
    assert!(nurse.get(&open).await.body.contains("källan är inte aktiverad för din organisation"));
    assert_ne!(text(&cell(&after, "alerts", "cosmic-region")["state"]), "not-asked", "other sections are asked");
    let doctor = Browser::signed_in(&portal, "doctor").await.overview(&patient, "shared").await;
    assert_ne!(text(&cell(&doctor, "medications", "cosmic-region")["state"]), "not-asked", "the region's own staff");

    let log = portal.log().await;
    let record = log.iter().find(|entry| entry.record.details["what"] == "enablement").unwrap();
    assert_eq!(record.record.activity, Activity::Write);
    assert_eq!(
        record.record.details["changes"].to_string(),
        r#"[{"disabled":["medications"],"source":"cosmic-region"}]"#
    );
    assert_eq!(record.record.details["reason"], "Avtalet med regionen löper ut");

    // Undoing is a version of its own.
    let review = admin.post(PAGE, &[("base", "1"), ("restore", "0")]).await;
    assert!(review.body.contains("Aktiveras: Region Fjäll ("), "{}", review.body);
    assert_eq!(send(&mut admin, &boxes(&review.body), "save", &REASON).await.status, 303);
    let again = nurse.json(&open).await.json();
    assert!(entries(&again, "medications").iter().any(|entry| entry.to_string().contains("cosmic-region")));
}

#[tokio::test]
async fn a_source_of_which_nothing_is_enabled_is_asked_nothing_and_lights_no_badge() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut admin = administrator(&portal, "admin").await;
    let mut fields = boxes(&admin.get(PAGE).await.body);
    fields.retain(|(name, _)| !name.starts_with("viva-storsjo-sol."));
    assert_eq!(send(&mut admin, &fields, "save", &REASON).await.status, 303);
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let overview = nurse.overview(&patient, "shared").await;
    for section in list(&overview["sections"]) {
        let cells = list(&section["sources"]).iter().filter(|cell| cell["source"] == "viva-storsjo-sol");
        for cell in cells.filter(|cell| cell["state"] != "unsupported") {
            assert_eq!((text(&cell["state"]), text(&cell["reason"])), ("not-asked", "not-enabled"), "{section}");
        }
    }
    let lit = list(&overview["badges"]).iter().filter(|badge| badge["look"] == "ongoing" || badge["look"] == "recent");
    for badge in lit {
        assert!(!list(&badge["sources"]).iter().any(|source| source == "viva-storsjo-sol"), "{badge}");
    }
}

#[tokio::test]
async fn a_planned_change_is_told_and_holds_when_its_time_has_come() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut admin = administrator(&portal, "admin").await;
    let fields = without(&boxes(&admin.get(PAGE).await.body), "cosmic-region", "medications");
    let planned = [("reason", "Byte av system"), ("from", "2026-12-01T06:00")];
    assert_eq!(send(&mut admin, &fields, "save", &planned).await.status, 303);
    let page = admin.get(PAGE).await.body;
    assert!(page.contains("Planerat: version 1 från 2026-12-01 06:00"), "{page}");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let now = nurse.overview(&patient, "shared").await;
    assert_ne!(text(&cell(&now, "medications", "cosmic-region")["state"]), "not-asked");

    // What holds can be confirmed anew: then nothing is planned any more.
    let held = boxes(&page);
    let review = send(&mut admin, &held, "review", &[]).await;
    assert!(review.body.contains("Den planerade ändringen från 2026-12-01 06:00 upphör"), "{}", review.body);
    assert_eq!(send(&mut admin, &boxes(&review.body), "save", &REASON).await.status, 303);
    assert!(!admin.get(PAGE).await.body.contains("Planerat:"));
}

#[tokio::test]
async fn only_the_organisations_own_administrator_changes_it_and_each_attempt_is_a_record() {
    let portal = Portal::start("").await;
    for staff in ["nurse", "careworker", "reviewer"] {
        let mut somebody = administrator(&portal, staff).await;
        for page in ["/admin", PAGE] {
            let seen = somebody.get(page).await;
            assert_eq!(seen.status, 403, "{staff} {page}");
            assert!(seen.body.contains("data-error=\"not-allowed\"") && !seen.body.contains("checkbox"), "{staff}");
        }
        let sent = somebody.post(PAGE, &[("base", "0"), ("step", "save"), ("reason", "x")]).await;
        assert_eq!(sent.status, 403, "{staff}");
    }
    assert_eq!(Browser::new(&portal).get(PAGE).await.status, 401);
    let refused = portal.log().await.iter().filter(|entry| entry.record.activity == Activity::Refused).count();
    assert!(refused >= 3, "{refused}");

    let mut region = administrator(&portal, "admin-region").await;
    let mut aimed = boxes(&region.get(PAGE).await.body);
    aimed.push(("organisation".to_owned(), "storsjo".to_owned()));
    assert_eq!(send(&mut region, &aimed, "save", &REASON).await.status, 400);
    assert_eq!(versions(&portal).await, 0);
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_chosen_and_typed_and_changes_nothing() {
    let portal = Portal::start("").await;
    let (mut first, mut second) = (administrator(&portal, "admin").await, administrator(&portal, "admin").await);
    let page = second.get(PAGE).await.body;
    let narrowed = without(&boxes(&page), "cosmic-region", "plans");
    let typed = |reason: &'static str, from: &'static str| [("reason", reason), ("from", from)];
    let long = "å".repeat(501).leak();
    for (typed, told) in [
        (typed("  ", ""), "Skriv ett skäl"),
        (typed(long, ""), "Skriv ett skäl"),
        (typed("Byte", "2025-01-01T00:00"), "Tiden har redan passerat"),
        (typed("Byte", "i morgon"), "Tiden har redan passerat eller gick inte att läsa"),
        (typed("Byte", "2031-01-01T00:00"), "högst ett år framåt"),
    ] {
        let refused = send(&mut second, &narrowed, "save", &typed).await;
        assert_eq!(refused.status, 422, "{typed:?}");
        assert!(refused.body.contains(told) && refused.body.contains("role=\"alert\""), "{}", refused.body);
        assert_eq!(boxes(&refused.body), narrowed, "{typed:?}");
        assert!(refused.body.contains(typed[0].1.trim()), "what was typed stands there");
    }
    assert_eq!(versions(&portal).await, 0);
    let same = send(&mut second, &boxes(&page), "review", &[]).await;
    assert!(same.body.contains("desamma som redan gäller"), "{}", same.body);

    let other = without(&boxes(&page), "cosmic-region", "documents");
    assert_eq!(send(&mut first, &other, "save", &REASON).await.status, 303);
    let overtaken = send(&mut second, &narrowed, "save", &REASON).await;
    assert_eq!(overtaken.status, 409);
    let mut kept = boxes(&overtaken.body);
    kept.retain(|(name, _)| name != "base");
    assert!(narrowed.iter().filter(|(name, _)| name != "base").all(|field| kept.contains(field)));
    assert_eq!(versions(&portal).await, 1);
}

#[tokio::test]
async fn what_is_enabled_that_cannot_be_read_opens_nothing() {
    let portal = Portal::start("").await;
    portal.run_sql("INSERT INTO enablement VALUES ('storsjo', 1, '{\"viva\":7}', 0, 'x', 0, '{}')").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let opened = nurse.open(&portal.showing("everything"), "shared").await;
    let page = nurse.get(&opened).await;
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(!page.body.contains("Astrid") && !page.body.contains("Apixaban"));
}
