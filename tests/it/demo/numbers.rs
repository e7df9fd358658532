//! The demo's personal numbers against the official list of test numbers.

use std::{collections::BTreeSet, path::Path};

use samsyn_demo::seed::Seed;
use samsyn_domain::identifier::{IdentifierKind, PersonIdentifier};

const LIST: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/identifiers/skatteverket-test-personnummer.csv");

#[test]
fn every_personal_number_is_an_official_test_number() {
    if !Path::new(LIST).exists() {
        eprintln!("skipped: the official list is not present");
        return;
    }
    let list = std::fs::read_to_string(LIST).unwrap();
    let official: BTreeSet<&str> = list.split(['\r', '\n']).map(str::trim).filter(|line| line.len() == 12).collect();
    assert!(official.len() > 18_000);
    for person in Seed::new(&super::wire::noon()).people {
        let identifier = PersonIdentifier::stated(&person.personal_number).unwrap();
        match identifier.kind() {
            IdentifierKind::PersonalNumber => assert!(official.contains(identifier.digits()), "{:?}", person.shows),
            // The list has no others; these two are the published examples of the Swedish base profiles.
            IdentifierKind::CoordinationNumber => assert_eq!(identifier.digits(), "196109732393"),
            IdentifierKind::ReserveNumber => assert_eq!(identifier.digits(), "98240301AA06"),
        }
    }
}
