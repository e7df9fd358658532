//! Notices to staff: who may write which, whom they reach, that maintenance is a state by itself, and that a refused form changes nothing.
//!
//! Not here: what a notice may say (`domain::notice`), the table alone (`store::contract`).

use std::time::Duration;

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::{badge, cell, entries, text},
};

const ADMIN: &str = "/admin/notices";
const PAGE: &str = "/notices";
const FEED: &str = "/notices.atom";

/// A disruption of Viva in Storsjö, for everybody, until the evening.
const DISRUPTION: [(&str, &str); 10] = [
    ("step", "publish"),
    ("kind", "disruption"),
    ("source", "viva-storsjo-hsl"),
    ("audience", "everyone"),
    ("from", ""),
    ("until", "2026-11-21T18:00"),
    ("heading-sv", "Viva svarar långsamt & <b>ojämnt</b>"),
    ("body-sv", "Svar kan dröja.\r\n\r\nRing vid fara för liv."),
    ("heading-en", ""),
    ("body-en", ""),
];

/// The same form with other values.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| changes.iter().find(|(known, _)| *known == name).copied();
    DISRUPTION.iter().map(|field| changed(field.0).unwrap_or(*field)).collect()
}

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

async fn published(admin: &mut Browser, form: &[(&str, &str)]) {
    let reply = admin.post(ADMIN, form).await;
    assert_eq!((reply.status, reply.location()), (303, "/admin/notices?done=published"), "{}", reply.body);
}

async fn refused(admin: &mut Browser, form: &[(&str, &str)], said: &str) -> Reply {
    let reply = admin.post(ADMIN, form).await;
    assert!((400..500).contains(&reply.status) && reply.body.contains(said), "{said}: {} {}", reply.status, reply.body);
    reply
}

async fn kept(portal: &Portal) -> i64 {
    portal.number("SELECT COUNT(*) FROM notice").await
}

#[tokio::test]
async fn a_disruption_of_an_own_source_is_told_to_everybody_and_news_of_the_own_house_to_nobody_else() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    assert!(admin.get("/admin").await.body.contains(ADMIN));
    published(&mut admin, &DISRUPTION).await;
    let own_news = [("kind", "news"), ("source", ""), ("audience", "own"), ("heading-sv", "Kaffe i växeln")];
    let english = [("heading-en", "Coffee"), ("body-en", "At three.")];
    published(&mut admin, &with(&[&own_news[..], &english].concat())).await;
    assert!(admin.get("/admin/notices?done=published").await.body.contains("Publicerat"));

    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let mut nobody = Browser::new(&portal);
    let (heading, own) = ("Viva svarar långsamt &amp; &lt;b&gt;ojämnt&lt;/b&gt;", "Kaffe i växeln");
    for (browser, sees_own) in [(&mut doctor, false), (&mut nurse, true), (&mut nobody, false)] {
        for address in ["/", PAGE] {
            let page = browser.get(address).await.body;
            assert!(page.contains(heading) && page.contains("Storsjö kommun (Viva HSL)"), "{address}: {page}");
            assert_eq!(page.contains(own), sees_own, "{address}");
        }
    }
    assert!(
        nurse
            .get(PAGE)
            .await
            .body
            .contains("<p lang=\"sv\">Svar kan dröja.</p><p lang=\"sv\">Ring vid fara för liv.</p>")
    );
    let overview = nurse.page(&portal.showing("everything"), "shared").await;
    assert!(overview.contains(heading) && !overview.contains(own), "news is in the way on an overview");

    let feed = nobody.get(FEED).await;
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    let read = read_feed(&nurse.get(FEED).await.body);
    assert_eq!(
        read,
        ["Driftinformation – Samsyn", "Driftstörning: Viva svarar långsamt & <b>ojämnt</b>"],
        "{}",
        feed.body
    );

    let log = portal.log().await;
    let deed = log.iter().find(|entry| entry.record.details["what"] == "notice").unwrap();
    let details = &deed.record.details;
    assert_eq!(deed.record.activity, Activity::Write);
    let told = ["step", "kind", "source", "organisation"].map(|field| text(&details[field]));
    assert_eq!(told, ["publish", "disruption", "viva-storsjo-hsl", "storsjo"]);
    assert!(!details.to_string().contains("långsamt"), "its words are kept where it is");
}

/// The titles of a feed, in order.
fn read_feed(feed: &str) -> Vec<String> {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_str(feed);
    let (mut titles, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                inside = start.name().as_ref() == "title";
                if inside {
                    titles.push(String::new());
                }
            }
            Event::Text(part) if inside => titles.last_mut().unwrap().push_str(&part.xml10_content()),
            Event::GeneralRef(part) if inside => {
                let character = match &*part {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    other => panic!("{other}"),
                };
                titles.last_mut().unwrap().push(character);
            }
            Event::End(_) => inside = false,
            Event::Eof => return titles,
            _ => {}
        }
    }
}

#[tokio::test]
async fn while_a_source_is_worked_on_it_is_not_asked_says_so_and_counts_as_missing() {
    let portal = Portal::start("").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let open = doctor.open(&patient, "shared").await;
    assert_eq!(text(&cell(&doctor.json(&open).await.json(), "services", "viva-storsjo-hsl")["state"]), "reported");

    let mut admin = administrator(&portal, "admin").await;
    published(&mut admin, &with(&[("kind", "maintenance"), ("heading-sv", "Viva uppgraderas")])).await;
    let during = doctor.json(&open).await.json();
    for section in ["care-limits", "medications", "services"] {
        let cell = cell(&during, section, "viva-storsjo-hsl");
        assert_eq!((text(&cell["state"]), text(&cell["reason"])), ("not-asked", "maintenance"), "{section}");
    }
    assert!(!entries(&during, "services").iter().any(|entry| entry.to_string().contains("viva-storsjo-hsl")));
    let completeness = &during["completeness"];
    assert!(completeness["silent"].to_string().contains("Viva HSL"), "{completeness}");
    assert_ne!(badge(&during, "care-plan")["look"], "none");
    let page = doctor.get(&open).await.body;
    assert!(
        page.contains("data-not-checked=\"storsjo\"") && page.contains("Ej efterfrågat: planerat underhåll"),
        "{page}"
    );
    let sources = doctor.json("/sources").await.json();
    let source = sources["sources"].as_array().unwrap().iter().find(|one| one["source"] == "viva-storsjo-hsl").unwrap();
    assert_eq!(source["maintenance"]["until"], "2026-11-21T17:00:00Z");
    assert!(
        source["sections"].as_array().unwrap().iter().all(|section| section["standing"] == "maintenance"),
        "{source}"
    );

    let list = admin.get(ADMIN).await.body;
    let (_, id) = list.split_once("name=\"notice\" value=\"").unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    let mut region = administrator(&portal, "admin-region").await;
    let withdraw = [("step", "withdraw"), ("notice", id.as_str())];
    refused(&mut region, &withdraw, "Meddelandet finns inte eller är redan avslutat").await;
    let taken_back = admin.post(ADMIN, &withdraw).await;
    assert_eq!(taken_back.location(), "/admin/notices?done=withdrawn", "{}", taken_back.body);
    assert_eq!(text(&cell(&doctor.json(&open).await.json(), "services", "viva-storsjo-hsl")["state"]), "reported");
    assert!(doctor.get(PAGE).await.body.contains("Återtaget 2026-11-21 12:00"));
    refused(&mut admin, &withdraw, "Meddelandet finns inte eller är redan avslutat").await;
    let steps: Vec<String> = portal
        .log()
        .await
        .iter()
        .filter(|entry| entry.record.details["what"] == "notice")
        .map(|entry| {
            let details = &entry.record.details;
            format!(
                "{} {}",
                details["step"].as_str().unwrap_or_default(),
                details["result"].as_str().unwrap_or("begun")
            )
        })
        .collect();
    assert_eq!(steps.len(), 4, "{steps:?}");
}

#[tokio::test]
async fn a_calendar_of_maintenance_leaves_its_source_alone_by_itself() {
    // The third Wednesday of the month, 23 to 24, which the demo has for the national platform.
    let portal = Portal::start_at("2026-11-18T23:30:00+01:00", "", |_| {}).await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let overview = doctor.overview(&patient, "shared").await;
    assert_eq!(text(&cell(&overview, "alerts", "nationella")["reason"]), "maintenance");
    assert_ne!(text(&cell(&overview, "alerts", "cosmic-region")["state"]), "not-asked");
    assert!(doctor.get("/sources").await.body.contains("Planerat underhåll 2026-11-18 23:00 till 2026-11-19 00:00"));
}

#[tokio::test]
async fn what_may_not_be_published_is_refused_in_words_and_comes_back_as_it_was_typed() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    let cases: [(&[(&str, &str)], &str); 11] = [
        (&[("source", "cosmic-region")], "Källan hör till en annan organisation"),
        (&[("source", "")], "Din organisation får bara skriva till andras personal om sina egna källor"),
        (&[("kind", "maintenance"), ("source", ""), ("audience", "own")], "Välj vilken källa underhållet gäller"),
        (&[("kind", "maintenance"), ("until", "2026-11-29T12:00")], "högst en vecka i taget"),
        (&[("until", "2026-11-21T11:59")], "Sluttiden måste ligga efter starttiden"),
        (&[("until", "2027-11-30T12:00")], "högst ett år"),
        (&[("until", "snart")], "En tid saknas eller gick inte att läsa"),
        (&[("until", "")], "En tid saknas eller gick inte att läsa"),
        (&[("kind", "")], "Välj slag och vilka det visas för"),
        (&[("heading-sv", "  ")], "Skriv en rubrik"),
        (&[("heading-en", "Slow")], "Skriv både rubrik och text på engelska"),
    ];
    for (changes, said) in cases {
        let reply = refused(&mut admin, &with(changes), said).await;
        assert_eq!(reply.status, 422);
        assert!(reply.body.contains("Svar kan dröja.") && reply.body.contains("Inget har ändrats"), "{}", reply.body);
    }
    let long = "å".repeat(2_001);
    refused(&mut admin, &with(&[("body-sv", &long)]), "högst 2 000 tecken").await;
    assert_eq!(admin.post(ADMIN, &[("step", "other")]).await.status, 400);

    // Nobody else: not a clinician, not without a session; and the region's administrator writes to everybody about anything.
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for reply in [nurse.get(ADMIN).await, nurse.post(ADMIN, &DISRUPTION).await] {
        assert_eq!(reply.status, 403, "{}", reply.body);
    }
    let mut nobody = Browser::new(&portal);
    assert_eq!(nobody.post(ADMIN, &DISRUPTION).await.status, 401);
    assert_eq!(kept(&portal).await, 0);
    assert_eq!(portal.log().await.iter().filter(|entry| entry.record.activity == Activity::Refused).count(), 2);
    let mut region = administrator(&portal, "admin-region").await;
    published(&mut region, &with(&[("source", "")])).await;
}

#[tokio::test]
async fn notices_that_cannot_be_read_are_said_to_be_unread_and_nothing_else_fails() {
    let portal = Portal::start("").await;
    portal.run_sql("ALTER TABLE notice RENAME TO notice_gone").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let unread = "Driftinformationen kan inte läsas just nu";
    assert!(doctor.get("/").await.body.contains(unread));
    assert_eq!(doctor.get(PAGE).await.status, 503);
    assert_eq!(doctor.get(FEED).await.status, 503);
    let page = doctor.page(&portal.showing("everything"), "shared").await;
    assert!(page.contains(unread) && page.contains("Alla 6 källor har svarat"), "{page}");

    // What was read a while ago is told while the database fails.
    portal.run_sql("ALTER TABLE notice_gone RENAME TO notice").await;
    let mut admin = administrator(&portal, "admin").await;
    published(&mut admin, &DISRUPTION).await;
    assert!(doctor.get("/").await.body.contains("Viva svarar"));
    portal.run_sql("ALTER TABLE notice RENAME TO notice_gone").await;
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let kept = doctor.get("/").await.body;
    assert!(kept.contains("Viva svarar") && !kept.contains(unread));
}
