//! What the adapter `filfall` relies on: whole files that the index knows, one encoding, and rows about several people.

use axum::{body::Body, http::Request};
use tower::ServiceExt as _;

use super::*;
use crate::seed::Seed;

const FILES: [&str; 7] =
    ["besok.csv", "dokument.csv", "funktion.csv", "insatser.csv", "kontakter.xml", "personer.csv", "planer.csv"];

fn at(moment: &str) -> Zoned {
    format!("{moment}[Europe/Stockholm]").parse().unwrap()
}

fn noon() -> Zoned {
    at("2026-11-21T12:00:00+01:00")
}

async fn fetched(name: &str) -> (StatusCode, Vec<u8>) {
    let folder = Seed::new(&noon()).with_all_languages(&noon()).web_folder;
    let request = Request::get(format!("/{name}")).body(Body::empty()).unwrap();
    let response = router(Arc::new(folder)).oneshot(request).await.unwrap();
    let status = response.status();
    (status, axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec())
}

/// Every byte of the files is the letter of the same number, but for the range that these tests look at alone.
async fn text(name: &str) -> String {
    fetched(name).await.1.into_iter().map(char::from).collect()
}

async fn rows(name: &str) -> Vec<Vec<String>> {
    let text = text(name).await;
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn the_index_knows_length_and_checksum_of_every_file_and_when_it_was_written() {
    let index = rows("index.csv").await;
    assert_eq!(index[0], ["fil", "bytes", "sha256", "skapad"]);
    let names: Vec<&str> = index[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, FILES);
    for row in &index[1..] {
        let (status, body) = fetched(&row[0]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!((&row[1], &row[2]), (&body.len().to_string(), &hex::encode(Sha256::digest(&body))), "{}", row[0]);
        assert_eq!(row[3], "2026-11-21 02:10:00");
    }
}

#[test]
fn the_export_runs_at_ten_past_two_at_night_local_time() {
    for (now, made) in [
        ("2026-11-21T02:09:59+01:00", "2026-11-20T02:10:00"),
        ("2026-11-21T02:10:00+01:00", "2026-11-21T02:10:00"),
        ("2026-11-21T23:59:00+01:00", "2026-11-21T02:10:00"),
    ] {
        assert_eq!(last_export(&at(now)).to_string(), made, "{now}");
    }
    let in_utc = at("2026-11-21T00:30:00+01:00").with_time_zone(jiff::tz::TimeZone::UTC);
    assert_eq!(last_export(&in_utc).to_string(), "2026-11-20T02:10:00");
}

#[tokio::test]
async fn files_are_in_windows_1252_and_no_letter_is_lost() {
    for name in FILES {
        let (_, body) = fetched(name).await;
        assert!(String::from_utf8(body.clone()).is_err(), "{name} has Swedish letters, one byte each");
        assert!(!body.contains(&b'?') || name == "kontakter.xml", "{name}: a letter that the encoding does not have");
    }
    assert_eq!(text("kontakter.xml").await.matches('?').count(), 2, "those of the declaration");
    assert!(text("personer.csv").await.contains("Fjällström"));
}

#[tokio::test]
async fn every_row_is_as_wide_as_its_header_and_a_cell_with_a_semicolon_is_quoted() {
    for name in FILES.iter().filter(|name| **name != "kontakter.xml") {
        let rows = rows(name).await;
        assert!(rows.len() > 3, "{name}");
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{name}: {rows:?}");
        assert_eq!(rows[0][..2], ["id", "personnummer"], "{name}");
    }
    assert!(text("insatser.csv").await.contains("\"Gåbord i badrummet; utlånat\""));
}

#[tokio::test]
async fn somebody_is_protected_and_services_are_planned_ongoing_and_ended() {
    let people = rows("personer.csv").await;
    let protected: Vec<&str> = people[1..].iter().filter(|row| row[5] == "S").map(|row| row[1].as_str()).collect();
    assert_eq!(protected, ["19500907-2553"]);
    let contacts = text("kontakter.xml").await;
    assert!(contacts.contains("personnummer=\"19500907-2553\" skyddad=\"ja\""));
    let services = rows("insatser.csv").await;
    for status in ["planerad", "pågår", "avslutad"] {
        assert!(services.iter().any(|row| row[6] == status), "{status}");
    }
    let of_a_service = |visit: &Vec<String>| services.iter().any(|row| row[0] == visit[2] && row[1] == visit[1]);
    assert!(rows("besok.csv").await[1..].iter().all(of_a_service));
}

#[tokio::test]
async fn the_contacts_are_well_formed() {
    let text = text("kontakter.xml").await;
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut contacts = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(element) => contacts += usize::from(element.name().as_ref() == "kontakt"),
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(contacts, 3);
}

#[tokio::test]
async fn what_was_not_exported_is_not_found() {
    assert_eq!(fetched("lakemedel.csv").await.0, StatusCode::NOT_FOUND);
    let unasked = router(Arc::new(Seed::new(&noon()).web_folder));
    let index = Request::get("/index.csv").body(Body::empty()).unwrap();
    assert_eq!(unasked.oneshot(index).await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[test]
fn the_private_provider_is_there_only_when_it_is_asked_for() {
    let hemrehab = |seed: &Seed| {
        let organisation = seed.organisations.iter().any(|one| one.id.as_str() == "hemrehab");
        let source = seed.sources.iter().any(|source| source.id.as_str() == "filfall-hemrehab");
        let linked = seed.links.iter().any(|(_, organisation)| organisation.as_str() == "hemrehab");
        [organisation, source, linked]
    };
    assert_eq!(hemrehab(&Seed::new(&noon())), [false; 3]);
    let seed = Seed::new(&noon()).with_all_languages(&noon());
    assert_eq!(hemrehab(&seed), [true; 3]);
    let is_asked_about = |number: &str| {
        seed.links.iter().any(|(known, organisation)| known == number && organisation.as_str() == "hemrehab")
    };
    for number in patients() {
        assert!(seed.people.iter().any(|person| person.personal_number == number), "{number}");
        assert!(is_asked_about(&number), "{number}");
    }
    // Whoever every source is asked about is still such a person; whoever is not stays so.
    assert!(is_asked_about(&seed.person_showing("nothing").unwrap().personal_number));
    assert!(!is_asked_about(&seed.person_showing("no-consent").unwrap().personal_number));
}

#[test]
fn nothing_else_of_the_demo_changes() {
    let (without, with) = (Seed::new(&noon()), Seed::new(&noon()).with_all_languages(&noon()));
    assert_eq!(with.people, without.people);
    assert_eq!(with.staff, without.staff);
    assert_eq!(with.sources[..without.sources.len()], without.sources);
    assert_eq!(with.links[..without.links.len()], without.links);
    assert_eq!(with.organisations[..without.organisations.len()], without.organisations);
    assert_eq!(format!("{:?}", with.registrations), format!("{:?}", without.registrations));
}
