//! The catalogue: what becomes of a package that is uploaded, what is told of it, and who may.
//!
//! Not here: how packages differ (`domain::package`), reading and trying one (`kit`), the tables alone (`store::contract`), the child process
//! (`reliability` has none of it; the browser journeys go through it).

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    packages::{NEWER, OLDER, SEVERAL, Vendor, packed},
    reading::{main, text},
};

pub const PAGE: &str = "/admin/catalogue";
const KEYS: &str = "/admin/catalogue/keys";

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

/// Uploads a package and waits until it has been tried; gives the address of its page, and the page.
pub async fn uploaded(admin: &mut Browser, package: &[u8]) -> (String, Reply) {
    let reply = admin.upload(PAGE, "package", package).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let address = reply.location().to_owned();
    let started = Instant::now();
    loop {
        let page = admin.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        if page.header("refresh").is_empty() {
            return (address, page);
        }
        assert!(page.body.contains("Kontrolleras"), "{}", page.body);
        assert!(started.elapsed() < Duration::from_secs(60), "it is still being tried: {}", page.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Enrols a vendor's key.
pub async fn enrolled(admin: &mut Browser, vendor: &Vendor) {
    let key = vendor.public_key();
    let reply = admin.post(KEYS, &[("step", "enrol"), ("name", "Leverantören AB"), ("key", &key)]).await;
    assert_eq!((reply.status, reply.location()), (303, "/admin/catalogue?done=1"), "{}", reply.body);
}

async fn told(portal: &Portal, what: &str) -> Vec<Value> {
    let log = portal.log().await;
    log.into_iter().map(|entry| entry.record.details).filter(|details| details["what"] == what).collect()
}

#[tokio::test]
async fn a_good_package_passes_and_is_told_beside_the_one_in_use() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin-region").await;
    assert!(admin.get("/admin").await.body.contains(PAGE));
    let vendor = Vendor::new();
    let unsigned = packed(&[]).write().unwrap();
    let (_, page) = uploaded(&mut admin, &unsigned).await;
    for said in [
        "Godkänt: 1 provfall",
        "Inte signerat",
        "Samma version som används, 1.0.0.",
        "I det som går att begära och ställa in är de lika.",
        "Inget av det är beviljat",
        "Läkemedel",
        "Region Fjäll (Cosmic)",
    ] {
        assert!(page.body.contains(said), "{said}: {}", main(&page.body));
    }

    let signed = vendor.signed(packed(&[NEWER]));
    let (_, page) = uploaded(&mut admin, &signed).await;
    assert!(page.body.contains("Signerat, men inte med någon av era nycklar"), "{}", main(&page.body));
    assert!(page.body.contains("Nyare än 1.0.0, som används."), "{}", main(&page.body));
    enrolled(&mut admin, &vendor).await;
    let older = vendor.signed(packed(&[OLDER, SEVERAL]));
    let (address, page) = uploaded(&mut admin, &older).await;
    for said in [
        "Signerat av Leverantören AB",
        "Äldre än 1.0.0, som används.",
        "Begär mer än den som används",
        "Uppgifterna kan höra till flera vårdgivare, inte bara en",
    ] {
        assert!(page.body.contains(said), "{said}: {}", main(&page.body));
    }
    let report = admin.get(&format!("{address}/report.json")).await;
    assert!(report.header("content-disposition").starts_with("attachment"));
    assert_eq!(
        (&report.json()["passed"], text(&report.json()["found"]["described"]["version"])),
        (&true.into(), "0.9.0")
    );

    let list = admin.get(PAGE).await.body;
    assert_eq!(list.matches("Godkänt: 1 provfall").count(), 3, "{}", main(&list));
    let key = list.split_once("name=\"key\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    assert_eq!(admin.post(KEYS, &[("step", "withdraw"), ("key", &key)]).await.status, 303);
    assert!(admin.get(&address).await.body.contains("Signerat med en nyckel som är borttagen"));

    assert_eq!(portal.number("SELECT COUNT(*) FROM package_content").await, 6);
    assert_eq!(told(&portal, "package").await.len(), 6, "a beginning and an end of each");
    assert_eq!(told(&portal, "vendor-key").await.len(), 4);
}

#[tokio::test]
async fn a_package_that_was_tampered_with_or_is_none_is_refused_in_words_and_its_content_is_not_kept() {
    let portal = Portal::start("").await;
    let mut admin = administrator(&portal, "admin-region").await;
    let good = packed(&[]).write().unwrap();
    let mut tampered = good.clone();
    let middle = tampered.len() / 2;
    tampered[middle] ^= 1;
    for (package, said) in
        [(&tampered[..], "not a package"), (&good[..middle], "not a package"), (b"hello", "not a package")]
    {
        let (address, page) = uploaded(&mut admin, package).await;
        assert!(
            page.body.contains("Underkänt: paketet gick inte att pröva") && page.body.contains(said),
            "{}",
            main(&page.body)
        );
        let report = admin.get(&format!("{address}/report.json")).await.json();
        assert_eq!(report["passed"], false);
    }
    assert_eq!(portal.number("SELECT COUNT(*) FROM package_content").await, 0);
    // What did not pass can be tried again; what passed is there.
    uploaded(&mut admin, &tampered).await;
    let (address, _) = uploaded(&mut admin, &good).await;
    let again = admin.upload(PAGE, "package", &good).await;
    assert!(
        again.status == 409 && again.body.contains("finns redan") && again.body.contains(&address),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn nobody_else_uploads_or_sees_a_catalogue_and_what_is_too_large_is_told_so() {
    let portal = Portal::start("").await;
    let mut region = administrator(&portal, "admin-region").await;
    let package = packed(&[]).write().unwrap();
    let (address, _) = uploaded(&mut region, &package).await;

    let mut admin = administrator(&portal, "admin").await;
    for hidden in [address.clone(), format!("{address}/report.json"), format!("{PAGE}/{}", "0".repeat(64))] {
        assert_eq!(admin.get(&hidden).await.status, 404, "{hidden}");
    }
    assert!(!admin.get(PAGE).await.body.contains("FHIR R4"), "another organisation's catalogue");

    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for refused in [nurse.get(PAGE).await, nurse.get(&address).await, nurse.upload(PAGE, "package", &package).await] {
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    assert_eq!(Browser::new(&portal).upload(PAGE, "package", &package).await.status, 401);

    let large = vec![0; 200 << 20];
    let refused = admin.upload(PAGE, "package", &large).await;
    assert!(refused.status == 413 && refused.body.contains("Filen är större än 64 MB"), "{}", refused.body);
    for (field, bytes) in [("other", &package[..]), ("package", b"")] {
        let none = admin.upload(PAGE, field, bytes).await;
        assert!(none.status == 422 && none.body.contains("Välj filen"), "{}", none.body);
    }
    assert_eq!(admin.post(PAGE, &[("package", "x")]).await.status, 400);

    for (form, status, said) in [
        ([("step", "enrol"), ("name", ""), ("key", "x")], 422, "Skriv vems nyckeln är"),
        ([("step", "enrol"), ("name", "A & B"), ("key", "x")], 422, "Det är ingen publik nyckel"),
        ([("step", "withdraw"), ("name", ""), ("key", "x")], 404, "Nyckeln finns inte"),
        ([("step", "other"), ("name", ""), ("key", "x")], 400, ""),
    ] {
        let refused = admin.post(KEYS, &form).await;
        assert!(refused.status == status && refused.body.contains(said), "{}: {}", refused.status, refused.body);
        assert!(form[1].1.is_empty() || refused.body.contains("A &amp; B"), "{}", refused.body);
    }
    let vendor = Vendor::new();
    enrolled(&mut admin, &vendor).await;
    let key = vendor.public_key();
    let twice = admin.post(KEYS, &[("step", "enrol"), ("name", "B"), ("key", &key)]).await;
    assert!(twice.status == 409 && twice.body.contains("Nyckeln finns redan"), "{}", twice.body);
    assert_eq!(portal.number("SELECT COUNT(*) FROM package WHERE organisation = 'storsjo'").await, 0);
}
