//! The own scope: other providers' sources are not asked, named, counted or lit, for every patient alike.

use serde_json::Value;

use super::{
    browser::Browser,
    harness::{Portal, shared},
    reading::{all_entries, badge, cells, list, section},
};

#[tokio::test]
async fn no_other_providers_source_is_named_anywhere() {
    let portal = shared().await;
    for (staff, own) in [("doctor", "cosmic-region"), ("nurse", "viva-storsjo-hsl"), ("officer", "viva-storsjo-sol")] {
        let mut browser = Browser::signed_in(portal, staff).await;
        let patient = portal.showing("everything");
        let overview = browser.overview(&patient, "own").await;
        let (told, page) = (overview.to_string(), browser.page(&patient, "own").await);
        for source in portal.seed.sources.iter().filter(|s| s.id.as_str() != own && !s.population_register) {
            let organisation = portal.seed.organisations.iter().find(|o| o.id == source.organisation).unwrap();
            let label = format!("{} ({})", organisation.name, source.system);
            for projection in [&told, &page] {
                assert!(!projection.contains(&format!("\"{}\"", source.id)), "{staff} is told of {}", source.id);
                assert!(!projection.contains(&label), "{staff} is told of {label}");
            }
        }
        assert!(all_entries(&overview).iter().all(|entry| entry["provenance"]["source"] == own), "{staff}");
        for section in list(&overview["sections"]) {
            assert!(list(&section["sources"]).iter().all(|cell| cell["source"] == own), "{staff} {section}");
        }
        assert!(!all_entries(&overview).is_empty(), "{staff}: the own part is complete and glows as usual");
        assert!(page.contains("Ej efterfrågat hos andra"), "{staff}");
        assert_eq!(overview["completeness"]["not_asked"], 0, "{staff}: others are not counted");
    }
}

#[tokio::test]
async fn what_others_might_fill_is_not_asked_and_never_none() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let overview = doctor.overview(&portal.showing("nothing"), "own").await;
    for kind in ["home-nursing", "home-care", "care-home", "sip"] {
        let badge = badge(&overview, kind);
        assert_eq!(badge["look"], "not-asked", "{badge}");
        assert!(list(&badge["sources"]).is_empty(), "{badge}");
    }
    assert_eq!(section(&overview, "services")["others"], "not-asked");
}

/// Everything but who the person is and the milliseconds.
fn comparable(mut overview: Value) -> Value {
    overview["person"] = Value::Null;
    for section in overview["sections"].as_array_mut().unwrap() {
        for cell in section["sources"].as_array_mut().unwrap() {
            cell["fetched_at"] = Value::Null;
        }
    }
    overview
}

#[tokio::test]
async fn two_patients_who_differ_only_at_others_look_the_same() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let (glowing, dark) = (portal.showing("edge-89"), portal.showing("edge-93"));
    let one = comparable(doctor.overview(&glowing, "own").await);
    let other = comparable(doctor.overview(&dark, "own").await);
    assert!(!cells(&one, "services").is_empty());
    assert_eq!(one, other);
    let mut mains = Vec::new();
    for patient in [&glowing, &dark] {
        let address = doctor.open(patient, "own").await;
        let page = doctor.get(&address).await.body;
        let main = page[page.rfind("<main").unwrap()..].replace(&address, "/overview/handle");
        // What ties a form to its patient is as long for everybody.
        let forms = main.split("name=\"draft\" value=\"");
        mains.push(forms.enumerate().map(|(n, part)| if n == 0 { part } else { &part[64..] }).collect::<String>());
    }
    assert_eq!(mains[0], mains[1]);
}

#[tokio::test]
async fn a_municipalitys_nurse_does_not_see_its_social_services_as_her_own() {
    let portal = shared().await;
    let mut nurse = Browser::signed_in(portal, "nurse").await;
    let overview = nurse.overview(&portal.showing("everything"), "own").await;
    assert_eq!(badge(&overview, "home-nursing")["look"], "ongoing");
    assert_eq!(badge(&overview, "home-care")["look"], "not-asked");
    assert_eq!(badge(&overview, "safety-alarm")["look"], "not-asked");
}

#[tokio::test]
async fn unlinked_sources_are_listed_and_asked_only_on_request() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing("ed-now");
    let reason = |overview: &Value| cells(overview, "services").iter().filter(|c| c["reason"] == "no-link").count();
    let linked = doctor.overview(&patient, "shared").await;
    assert!(reason(&linked) > 0);
    assert!(linked["completeness"]["not_asked"].as_u64().unwrap() > 0, "{}", linked["completeness"]);
    let address = doctor.open_with(&[("patient", &patient), ("scope", "shared"), ("ask_all", "1")]).await;
    let all = doctor.json(&address).await.json();
    assert_eq!(reason(&all), 0);
    assert!(all["completeness"]["asked"].as_u64() > linked["completeness"]["asked"].as_u64());
}

#[tokio::test]
async fn what_others_have_blocked_changes_nothing_before_there_is_a_ground_to_ask_them() {
    let portal = shared().await;
    let mut nurse = Browser::signed_in(portal, "nurse").await;
    let (blocked, like) = (portal.showing("outer-block"), portal.showing("like-outer-block"));
    let of_no_record = |overview: Value| {
        let mut overview = comparable(overview);
        for section in overview["sections"].as_array_mut().unwrap() {
            section["entries"] = Value::from(list(&section["entries"]).len());
        }
        overview
    };
    let mut own = Vec::new();
    for patient in [&blocked, &like] {
        let overview = nurse.overview(patient, "own").await;
        assert!(overview["blocked_exists"].is_null(), "{}", overview["blocked_exists"]);
        let page = nurse.page(patient, "own").await;
        assert!(!page.to_lowercase().contains("spärr"), "{page}");
        own.push(of_no_record(overview));
    }
    assert_eq!(own[0], own[1]);
    // With a consent, after the choice, it counts.
    assert_eq!(nurse.overview(&blocked, "shared").await["blocked_exists"], true);
    assert!(nurse.overview(&like, "shared").await["blocked_exists"].is_null());
}

#[tokio::test]
async fn while_links_cannot_be_read_only_sources_that_need_none_are_asked_and_the_page_says_why() {
    let portal = Portal::start("").await;
    portal.run_sql("ALTER TABLE link RENAME TO link_gone").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "shared").await;
    let overview = doctor.json(&address).await.json();
    assert_eq!(overview["access"]["granted"]["basis"], "consent");
    let unknown = cells(&overview, "services").iter().filter(|cell| cell["reason"] == "links-unreadable").count();
    assert!(unknown >= 4, "{}", section(&overview, "services")["sources"]);
    assert!(
        all_entries(&overview).iter().all(|entry| {
            ["cosmic-region", "nationella"].contains(&entry["provenance"]["source"].as_str().unwrap())
        })
    );
    assert_eq!(overview["completeness"]["links_unreadable"], true);
    for badge in list(&overview["badges"]) {
        assert_ne!(badge["look"], "none", "{badge}");
    }
    let page = doctor.get(&address).await.body;
    assert!(page.contains("Kopplingar kunde inte läsas"), "{page}");
    assert!(page.contains("Storsjö kommun (Viva HSL)") && page.contains("fråga dem också"), "{page}");
    let all = doctor.post(&format!("{address}/widen"), &[("ask_all", "1")]).await;
    let all = doctor.json(all.location()).await.json();
    assert!(all_entries(&all).iter().any(|entry| entry["provenance"]["source"] == "viva-storsjo-hsl"));
    assert!(!all.to_string().contains("links-unreadable"));
}
