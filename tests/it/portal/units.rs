//! The units of an organisation: who may write them, dated versions, and users whose unit nobody knows.
//!
//! Not here: what is wrong with a unit (`domain::unit`), the table alone (`store::contract`).

use samsyn_service::port::audit_log::Activity;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::{main, text},
};

const PAGE: &str = "/admin/units";

/// A unit of Storsjö from the beginning of the year.
const NORTH: [(&str, &str); 7] = [
    ("id", "SE9999200002-NORR"),
    ("name", "Hemsjukvården <norr>"),
    ("parent", "SE9999200002-HSL"),
    ("performs-for", ""),
    ("from", "2026-01-01"),
    ("until", ""),
    ("reason", "Ny"),
];

async fn send(admin: &mut Browser, base: &str, changes: &[(&str, &str)]) -> Reply {
    let changed = |name: &str| changes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let form: Vec<(&str, &str)> =
        NORTH.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value))).chain([("base", base)]).collect();
    admin.post(PAGE, &form).await
}

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

/// What stands above the form.
async fn today(admin: &mut Browser) -> String {
    let page = admin.get(PAGE).await.body;
    main(&page).split("<form").next().unwrap().to_owned()
}

#[tokio::test]
async fn a_unit_is_written_by_the_own_administrator_with_dates_and_never_changed_backwards() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    assert!(admin.get("/admin").await.body.contains(PAGE));
    assert_eq!(send(&mut admin, "0", &[]).await.location(), "/admin/units?saved=1");
    assert!(today(&mut admin).await.contains("Hemsjukvården &lt;norr&gt;"));
    let part = [("id", "SE9999200002-LAG1"), ("name", "Lag 1"), ("parent", "SE9999200002-NORR")];
    let performer = [&part[..], &[("performs-for", "SE9999200002-HSL")]].concat();
    assert_eq!(send(&mut admin, "1", &performer).await.status, 303);
    assert!(today(&mut admin).await.contains("Privat utförare åt SE9999200002-HSL"));
    // From the spring under another name: today it is what it was.
    assert_eq!(send(&mut admin, "2", &[("name", "Hemsjukvården söder"), ("from", "2027-03-01")]).await.status, 303);
    let page = today(&mut admin).await;
    assert!(page.contains("Hemsjukvården &lt;norr&gt;"), "{page}");
    assert!(page.contains("Kommande") && page.contains("Hemsjukvården söder"), "{page}");
    let form = admin.get("/admin/units?unit=se9999200002-norr").await.body;
    assert!(form.contains("value=\"SE9999200002-NORR\""), "{}", main(&form));

    assert!(!today(&mut administrator(&portal, "admin-region").await).await.contains("SE9999200002-NORR"));
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    assert_eq!(nurse.get(PAGE).await.status, 403);
    assert_eq!(send(&mut nurse, "3", &[]).await.status, 403);
    let log = portal.log().await;
    let deeds: Vec<_> =
        log.iter().filter(|entry| entry.record.details["what"] == "unit" && entry.record.intent.is_none()).collect();
    assert_eq!((deeds.len(), deeds[0].record.activity), (3, Activity::Write));
    assert_eq!(text(&deeds[0].record.details["unit"]), "SE9999200002-NORR");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_changed() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin").await;
    for (changes, said) in [
        ([("id", "NORR")], "Skriv ett HSA-id"),
        ([("name", " ")], "Skriv ett namn"),
        ([("parent", "SE9999100001-RF")], "ska höra till en av era"),
        ([("performs-for", "någon")], "eller lämna tomt"),
        ([("from", "i morgon")], "från vilken dag"),
        ([("until", "2025-01-01")], "inte ligger före"),
        ([("reason", "")], "Skriv varför"),
    ] {
        let refused = send(&mut admin, "0", &changes).await;
        assert!(refused.status == 422 && refused.body.contains(said), "{said}: {}", main(&refused.body));
        assert!(refused.body.contains("aria-invalid=\"true\""), "{said}");
        if changes[0].0 != "name" {
            assert!(refused.body.contains("value=\"Hemsjukvården &lt;norr&gt;\""), "it stands there again: {said}");
        }
    }
    assert_eq!(send(&mut admin, "4", &[]).await.status, 409);
    assert_eq!(portal.number("SELECT COUNT(*) FROM unit").await, 0);
}

#[tokio::test]
async fn a_user_whose_unit_is_not_among_the_units_is_told_of() {
    let portal = Portal::start("").await;
    Browser::signed_in(&portal, "nurse").await;
    let mut admin = administrator(&portal, "admin").await;
    let unknown = "Enheten finns inte bland era enheter";
    assert!(!admin.get("/admin/users").await.body.contains(unknown), "while none is written nothing is told");
    assert_eq!(send(&mut admin, "0", &[]).await.status, 303);
    assert!(admin.get("/admin/users").await.body.contains(unknown));
}
