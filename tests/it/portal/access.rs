//! The ground for reaching others: nothing without it, everything it opens with it, and nothing again once it is withdrawn.
//!
//! Not here: the rules alone (`domain::access_model`), the register alone (`store::contract`).
//! Invariant: a form that is refused changes nothing and keeps what was typed.

use std::collections::BTreeSet;

use samsyn_service::port::audit_log::Activity;
use serde_json::{Value, json};

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, badge, entries, list, section, text},
};

const OWN: &str = "cosmic-region";

/// Every source that any entry is from.
fn sources(overview: &Value) -> BTreeSet<String> {
    all_entries(overview).iter().map(|entry| text(&entry["provenance"]["source"]).to_owned()).collect()
}

fn missing(overview: &Value) -> Vec<&str> {
    list(&overview["access"]["own"]).iter().map(text).collect()
}

/// The consent form as somebody fills it in.
fn consent<'a>(change: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    let filled = [
        ("kind", "consent"),
        ("relation", "visit"),
        ("given_by", "patient"),
        ("for", "unit"),
        ("period", "three-months"),
    ];
    let kept = filled.into_iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    kept.chain(change.iter().filter_map(|(name, value)| Some((*name, (*value)?)))).collect()
}

#[tokio::test]
async fn without_a_ground_others_are_neither_asked_nor_named_and_the_page_says_what_is_missing() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing("no-consent");
    let overview = doctor.overview(&patient, "shared").await;
    assert_eq!((overview["scope"].as_str(), missing(&overview)), (Some("own"), vec!["relation", "consent"]));
    assert_eq!(sources(&overview), BTreeSet::from([OWN.to_owned()]), "the own part is complete");
    for section in list(&overview["sections"]) {
        assert!(list(&section["sources"]).iter().all(|cell| cell["source"] == OWN), "{section}");
        assert!(list(&section["sources"]).iter().all(|cell| cell["decision"] == "own"), "{section}");
    }
    assert_eq!(section(&overview, "services")["others"], "not-asked");
    let page = doctor.page(&patient, "shared").await;
    assert!(page.contains("Saknas: vårdrelation, samtycke.") && page.contains("Det du ser nedan är bara"));
    assert!(!page.contains("Viva"));
}

#[tokio::test]
async fn the_search_button_alone_changes_nothing_about_others() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    for tag in ["no-consent", "relation-ended"] {
        let patient = portal.showing(tag);
        let mut own = doctor.overview(&patient, "own").await;
        let mut chosen = doctor.overview(&patient, "shared").await;
        for overview in [&mut own, &mut chosen] {
            overview["access"].take();
            for cell in overview["sections"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .flat_map(|section| section["sources"].as_array_mut().unwrap())
            {
                cell["fetched_at"].take();
            }
            for entry in overview["sections"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .flat_map(|section| section["entries"].as_array_mut().unwrap())
            {
                entry["provenance"]["fetched_at"].take();
                entry["fetched_at"].take();
            }
        }
        assert_eq!(own, chosen, "{tag}");
    }
    let ended = doctor.overview(&portal.showing("relation-ended"), "shared").await;
    assert_eq!(missing(&ended), ["relation"]);
}

#[tokio::test]
async fn a_consent_opens_others_at_once_and_its_withdrawal_closes_them_at_once() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("no-consent");
    let address = doctor.open(&patient, "shared").await;
    let access = format!("{address}/access");
    let reply = doctor.post(&access, &consent(&[])).await;
    assert_eq!((reply.status, reply.location()), (303, address.as_str()));
    let overview = doctor.json(&address).await.json();
    assert_eq!(overview["access"]["granted"]["basis"], "consent", "{}", overview["access"]);
    assert!(sources(&overview).len() >= 4, "{:?}", sources(&overview));
    let asked = list(&section(&overview, "services")["sources"]);
    assert!(asked.iter().any(|cell| cell["source"] == "viva-storsjo-sol" && cell["decision"] == "consent"));
    assert!(asked.iter().any(|cell| cell["source"] == OWN && cell["decision"] == "own"));

    // Another unit of the same provider has no consent of its own.
    let mut ambulance = Browser::signed_in(&portal, "ambulance").await;
    assert_eq!(missing(&ambulance.overview(&patient, "shared").await), ["relation", "consent"]);

    let page = doctor.get(&access).await.body;
    let ids: Vec<&str> = page.split("data-registration=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let kinds: Vec<&str> = page.split("data-kind=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let id = ids[kinds.iter().position(|kind| *kind == "consent").unwrap()];
    // Somebody else's registration, and one that is not there, cannot be ended.
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let theirs = nurse.open(&patient, "shared").await;
    assert_eq!(nurse.post(&format!("{theirs}/access/{id}/end"), &[("how", "withdrawn")]).await.status, 422);
    assert_eq!(doctor.post(&format!("{access}/{id}/end"), &[("how", "forgotten")]).await.status, 400);
    assert_eq!(doctor.post(&format!("{access}/{id}/end"), &[("how", "withdrawn")]).await.status, 303);
    let overview = doctor.json(&address).await.json();
    assert_eq!((missing(&overview), sources(&overview)), (vec!["consent"], BTreeSet::from([OWN.to_owned()])));
    assert_eq!(doctor.post(&format!("{access}/{id}/end"), &[("how", "voided")]).await.status, 422, "ended already");
    let written = portal.log().await.into_iter().filter(|entry| entry.record.activity == Activity::Write);
    let first = written.filter(|entry| entry.record.intent.is_none()).count();
    assert_eq!(first, 3, "relation, consent, withdrawal");
}

#[tokio::test]
async fn a_form_that_is_refused_changes_nothing_and_keeps_what_was_typed() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("no-consent");
    let address = doctor.open(&patient, "shared").await;
    let access = format!("{address}/access");
    for (form, why) in [
        (consent(&[("period", None)]), "no length"),
        (consent(&[("period", Some("for-ever"))]), "an unknown length"),
        (consent(&[("given_by", None)]), "by nobody"),
        (consent(&[("given_by", Some("guardian"))]), "an adult's guardian"),
        (consent(&[("for", Some("SE0000000000-E999"))]), "an unknown unit"),
        (consent(&[("for", None)]), "for nobody"),
        (consent(&[("kind", Some("emergency"))]), "another kind"),
        (consent(&[("kind", Some("child"))]), "not a child"),
        (consent(&[("kind", Some("incapable")), ("necessary", Some("1"))]), "one assertion of three"),
        (Vec::new(), "nothing"),
    ] {
        let reply = doctor.post(&access, &form).await;
        assert_eq!(reply.status, 422, "{why}");
        assert!(reply.body.contains("id=\"access-error\""), "{why}");
        if form.contains(&("relation", "visit")) {
            let typed = reply.body.split("value=\"visit\"").nth(1).unwrap().split('>').next().unwrap();
            assert!(typed.contains("checked"), "{why}: {typed}");
        }
    }
    let log = portal.log().await;
    assert!(log.iter().all(|entry| entry.record.activity != Activity::Write), "nothing was written");
    assert_eq!(missing(&doctor.json(&address).await.json()), ["relation", "consent"]);
    // Too large to be a form of ours.
    let reason = "x".repeat(1 << 20);
    let reply = doctor.post(&access, &[("kind", "consent"), ("text", &reason)]).await;
    assert_eq!(reply.status, 413);
    assert!(reply.body.contains("data-error=\"too-large\"") && reply.body.contains("korta texten"), "{}", reply.body);
    let mut other = Browser::signed_in(&portal, "nurse").await;
    assert!((400..500).contains(&other.post(&access, &consent(&[])).await.status), "another session's handle");
}

#[tokio::test]
async fn danger_to_life_opens_care_providers_and_what_is_needed_in_three_steps() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("no-consent");
    let address = doctor.open(&patient, "own").await;
    assert!(doctor.get(&address).await.body.contains("/emergency\""), "one activation away");
    let emergency = format!("{address}/emergency");
    let early = doctor.post(&emergency, &[("fetch", "1"), ("section-alerts", "1")]).await;
    assert_eq!(early.status, 422, "the first step is missing");
    let begun = doctor.post(&emergency, &[("reason", "unconscious")]).await;
    assert_eq!(begun.status, 303);
    let begun = begun.location().to_owned();
    let page = doctor.get(&begun).await.body;
    let who = page.split("id=\"emergency-who\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(who.contains("Storsjö kommun") && who.contains("Åsgården vård AB"), "{who}");
    assert!(!who.contains("Granlidens"), "no known link");
    assert!(page.contains("name=\"section-medications\" value=\"1\">"), "only what is needed first is chosen: {page}");
    assert!(page.contains("name=\"section-care-limits\" value=\"1\" checked"), "{page}");
    // The first step alone opens nothing, and the own part is there throughout.
    let own = doctor.json(&begun).await.json();
    assert_eq!(missing(&own), ["relation", "consent"]);
    assert_eq!(own["emergency"]["opened"], json!([]));
    assert!(!all_entries(&own).is_empty());
    assert!(all_entries(&own).iter().all(|entry| entry["provenance"]["source"] == OWN));
    let form = [("fetch", "1"), ("section-care-limits", "1"), ("section-alerts", "1"), ("section-contacts", "1")];
    let opened = doctor.post(&emergency, &form).await;
    assert_eq!(opened.status, 303);
    let opened = opened.location().to_owned();
    let overview = doctor.json(&opened).await.json();
    let grant = &overview["access"]["granted"];
    assert_eq!((&grant["basis"], &grant["reach"]), (&"emergency".into(), &"care".into()), "{grant}");
    assert_eq!(grant["until"], "2026-11-21T12:00:00Z");
    let of = |name: &str, source: &str| {
        let cells = list(&section(&overview, name)["sources"]).iter();
        cells.filter(|cell| cell["source"] == source).map(|cell| cell["reason"].clone()).next().unwrap()
    };
    assert_eq!(of("contacts", "viva-storsjo-sol"), "not-in-emergency");
    assert_eq!(of("services", "viva-storsjo-hsl"), "not-selected");
    assert!(!sources(&overview).contains("viva-storsjo-sol"));
    assert!(entries(&overview, "contacts").iter().any(|entry| entry["provenance"]["source"] == "viva-storsjo-hsl"));
    assert!(entries(&overview, "services").iter().all(|entry| entry["provenance"]["source"] == OWN));
    let home_care = badge(&overview, "home-care");
    assert_eq!(
        (&home_care["look"], &home_care["not_in_emergency"]),
        (&"not-asked".into(), &true.into()),
        "{home_care}"
    );
    assert_eq!(badge(&overview, "home-nursing")["not_in_emergency"], false);
    let page = doctor.get(&opened).await.body;
    assert!(page.contains("Nödåtkomst till 13:00"), "{page}");
    let badges = page.split("id=\"badges\"").nth(1).unwrap().split("</section>").next().unwrap();
    let barred = badges.split("Får inte hämtas i nödläge").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(barred.contains("data-badge=\"home-care\"") && !barred.contains("data-badge=\"home-nursing\""), "{barred}");
    let logged = portal.log().await;
    let first = logged.iter().filter(|entry| entry.record.intent.is_none());
    assert_eq!(first.filter(|entry| entry.record.activity == Activity::Emergency).count(), 2, "both steps");

    // More is added to what is open.
    let more = doctor.post(&format!("{opened}/emergency"), &[("fetch", "1"), ("section-medications", "1")]).await;
    let more = doctor.json(more.location()).await.json();
    let both = json!(["alerts", "care-limits", "contacts", "medications"]);
    assert_eq!((&more["access"]["granted"]["sections"], &more["emergency"]["opened"]), (&both, &both));

    // It is this reader's own: a colleague sees that it is there, and can neither end nor extend it.
    let registration = text(&grant["registration"]).to_owned();
    let mut colleague = Browser::signed_in(&portal, "ambulance").await;
    let theirs = colleague.open(&patient, "own").await;
    let listed = colleague.get(&format!("{theirs}/access")).await.body;
    let item = listed.split(&format!("data-registration=\"{registration}\"")).nth(1).unwrap();
    let item = item.split("</li>").next().unwrap();
    assert!(item.contains("Bara för Anders Holm") && !item.contains("<form"), "{item}");
    for how in ["voided", "withdrawn"] {
        let ended = colleague.post(&format!("{theirs}/access/{registration}/end"), &[("how", how)]).await;
        assert!(ended.status == 422 && ended.body.contains("avslutas av den som öppnade"), "{}", ended.body);
    }
    let extended = colleague.post(&format!("{theirs}/emergency/{registration}/extend"), &[]).await;
    assert_eq!(extended.status, 422);
    assert_eq!(doctor.json(&opened).await.json()["access"]["granted"]["basis"], "emergency");
    assert_eq!(doctor.post(&format!("{opened}/emergency/{registration}/extend"), &[]).await.status, 303);
    assert_eq!(doctor.post(&format!("{opened}/access/{registration}/end"), &[("how", "withdrawn")]).await.status, 303);
    assert_eq!(missing(&doctor.json(&opened).await.json()), ["relation", "consent"]);
    assert_eq!(
        doctor.post(&format!("{opened}/emergency/{registration}/extend"), &[]).await.status,
        422,
        "it has ended"
    );
}

#[tokio::test]
async fn no_emergency_for_social_care_nor_for_those_without_licence_nor_without_a_reason() {
    let portal = shared().await;
    let patient = portal.showing("no-consent");
    for staff in ["careworker", "officer"] {
        let mut browser = Browser::signed_in(portal, staff).await;
        let address = browser.open(&patient, "shared").await;
        assert!(!browser.get(&address).await.body.contains("/emergency\""), "{staff}");
        let reply = browser.post(&format!("{address}/emergency"), &[("reason", "unconscious")]).await;
        assert_eq!(reply.status, 422, "{staff}");
    }
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let address = format!("{}/emergency", doctor.open(&patient, "shared").await);
    let nothing_needed = [("reason", "confused"), ("fetch", "1")];
    for form in [&[][..], &[("reason", "curious")], &[("reason", "other"), ("text", " ")], &nothing_needed] {
        assert_eq!(doctor.post(&address, form).await.status, 422, "{form:?}");
    }
    let long = "y".repeat(1025);
    let reply = doctor.post(&address, &[("reason", "other"), ("text", &long)]).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains(&long), "what was typed stands there again");
}

#[tokio::test]
async fn each_ground_reaches_as_far_as_the_law_says() {
    let portal = shared().await;
    let basis = async |staff: &str, tag: &str| {
        let mut browser = Browser::signed_in(portal, staff).await;
        browser.overview(&portal.showing(tag), "shared").await["access"].clone()
    };
    // Home care wrote the consent down for the region's unit, which accepts it; nobody else may use it.
    assert_eq!(basis("doctor", "advance-consent").await["granted"]["basis"], "consent");
    assert_eq!(basis("ambulance", "advance-consent").await["own"], serde_json::json!(["consent"]));
    assert_eq!(basis("nurse", "advance-consent").await["own"], serde_json::json!(["consent"]));
    // Home nursing's assertion holds for home nursing.
    assert_eq!(basis("nurse", "incapable").await["granted"]["basis"], "incapable");
    assert_eq!(basis("nurse", "incapable").await["granted"]["reach"], "all");
    assert_eq!(basis("doctor", "incapable").await["own"], serde_json::json!(["consent"]));
    // A municipal nurse's view of her own municipality's social services is another provider's information.
    let mut nurse = Browser::signed_in(portal, "nurse").await;
    let overview = nurse.overview(&portal.showing("no-consent"), "shared").await;
    assert_eq!(sources(&overview), BTreeSet::from(["viva-storsjo-hsl".to_owned()]));
    let mut officer = Browser::signed_in(portal, "officer").await;
    let overview = officer.overview(&portal.showing("no-consent"), "shared").await;
    assert_eq!(sources(&overview), BTreeSet::from(["viva-storsjo-sol".to_owned()]));
}

#[tokio::test]
async fn three_assertions_open_what_the_incapable_path_opens_for_social_care() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    let mut officer = Browser::signed_in(&portal, "officer").await;
    let address = officer.open(&patient, "shared").await;
    let access = format!("{address}/access");
    let page = officer.get(&access).await.body;
    let form = page.split("id=\"incapable\"").nth(1).unwrap().split("</form>").next().unwrap();
    assert!(form.contains("value=\"six-months\" required checked"), "to be reviewed in six months: {form}");
    assert_eq!(form.matches(" checked").count(), 1, "nothing else is chosen beforehand: {form}");
    let mut form = vec![
        ("kind", "incapable"),
        ("relation", "social-care"),
        ("necessary", "1"),
        ("attitude-clarified", "1"),
        ("no-objection", "1"),
        ("period", "for-ever"),
    ];
    let refused = officer.post(&access, &form).await;
    assert_eq!(refused.status, 422, "a length that is none");
    // A missing review date is six months off.
    form.pop();
    assert_eq!(officer.post(&access, &form).await.status, 303);
    assert!(
        officer.get(&access).await.body.contains("till och med 2027-05-20")
            || officer.get(&access).await.body.contains("2027-05-21 00:00")
    );
    let overview = officer.json(&address).await.json();
    assert_eq!(overview["access"]["granted"]["reach"], "social-care", "{}", overview["access"]);
    let cells = list(&section(&overview, "services")["sources"]);
    let nursing = cells.iter().find(|cell| cell["source"] == "viva-storsjo-hsl").unwrap();
    assert_eq!((&nursing["state"], &nursing["reason"]), (&"not-asked".into(), &"not-permitted".into()));
    assert_eq!(nursing["decision"], "not-permitted");
    assert_eq!(sources(&overview), BTreeSet::from(["viva-storsjo-sol".to_owned()]));
}

#[tokio::test]
async fn whoever_may_open_nothing_in_an_emergency_finds_no_form_for_it() {
    let portal = Portal::start("").await;
    let patient = portal.showing("no-consent");
    for (staff, status) in [("doctor", 200), ("nurse", 200), ("officer", 404), ("careworker", 404)] {
        let mut browser = Browser::signed_in(&portal, staff).await;
        let address = browser.open(&patient, "own").await;
        let page = browser.get(&format!("{address}/emergency")).await;
        assert_eq!((page.status, page.body.contains("value=\"unconscious\"")), (status, status == 200), "{staff}");
    }
}
