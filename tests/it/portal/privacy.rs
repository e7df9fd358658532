//! No number and no name of a patient in an address or in a log line, whatever goes wrong.

use super::{
    browser::Browser,
    harness::{Portal, logged},
};

/// Every way a number is written.
fn spellings(number: &str) -> [String; 4] {
    let (date, rest) = number.split_at(8);
    [number.to_owned(), number[2..].to_owned(), format!("{date}-{rest}"), format!("{}-{rest}", &date[2..])]
}

#[tokio::test]
async fn nobody_is_named_in_an_address_or_a_log_line_even_when_things_go_wrong() {
    let portal = Portal::start("nationella=500,asgarden=html,lifecare-granliden-hsl=refuse").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    for person in &portal.seed.people {
        let address = doctor.open(&person.personal_number, "shared").await;
        assert!(matches!(doctor.json(&address).await.status, 200), "{}", person.name);
    }
    let astrid = portal.showing("everything");
    doctor.post("/overview", &[("patient", &format!("{astrid}1")), ("scope", "own")]).await;
    doctor.post_from("/overview", &[("patient", &astrid)], &[("origin", "https://evil.example")]).await;
    doctor.get(&format!("/overview/{astrid}")).await;
    doctor.print(&astrid, "shared", "akutblad").await;
    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    let address = doctor.open(&astrid, "shared").await;
    assert_eq!(doctor.get(&address).await.status, 503);

    let typed_by_us = format!("/overview/{astrid}");
    let addresses: Vec<&String> = doctor.addresses.iter().filter(|one| !one.ends_with(&typed_by_us)).collect();
    let log = logged();
    for expected in ["audit log cannot be written", "another origin refused"] {
        assert!(log.contains(expected), "the log says nothing of `{expected}`: {log}");
    }
    for person in &portal.seed.people {
        for spelling in spellings(&person.personal_number) {
            assert!(!addresses.iter().any(|address| address.contains(&spelling)), "{spelling} in an address");
            assert!(!log.contains(&spelling), "{spelling} in the log");
        }
        assert!(!log.contains(&person.name), "{} in the log", person.name);
        let family_name = person.name.rsplit(' ').next().unwrap();
        let is_a_word = family_name.len() < 5 || family_name == "Patient";
        assert!(is_a_word || !log.contains(family_name), "{family_name} in the log");
    }
    assert!(!log.contains("Ej HLR") && !log.contains("063-555 88"), "content in the log");
}

#[tokio::test]
async fn no_page_carries_the_number_in_its_title_or_in_an_address_of_its_own() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let astrid = portal.showing("everything");
    let page = doctor.page(&astrid, "shared").await;
    let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!title.contains("Astrid") && !title.contains("1938"), "{title}");
    for attribute in ["href=\"", "action=\"", "src=\""] {
        for address in page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(!address.contains("19380227") && !address.contains("380227-8485"), "{address}");
        }
    }
}
