//! Protected identity: no place, phone, relative or telling source name is left anywhere.

use samsyn_domain::{
    entry::{Entry, Phone},
    merge::assemble,
    person::PersonAnswer,
    section::Section,
    state::{Entries, NotAsked, State, Unanswered},
    vocabulary::{ContactKind, Protection, ServiceKind, ServicePhase},
};
use samsyn_tests::build::{answered, contact, opening, person, physician, register, service};

fn telling(section: Section) -> State {
    let phone = Phone { number: "063-555 99 99".into(), openings: vec![], note: None, staff_only: false };
    let entries = match section {
        Section::Contacts => {
            let mut kin = contact("kin", ContactKind::NextOfKin);
            kin.phones = vec![phone];
            vec![Entry::Contact(Box::new(kin))]
        }
        Section::Services => {
            let mut home = service("s", ServiceKind::HomeCare, ServicePhase::Ongoing);
            home.unit = Some(samsyn_domain::provenance::Organisation::new("SE1-E1", "Hemtjänsten Hemlig"));
            home.phones = vec![phone];
            vec![Entry::Service(Box::new(home))]
        }
        _ => vec![],
    };
    Entries::new(entries).map_or(State::NothingHeld, State::Reported)
}

fn json(protected: bool) -> String {
    let mut register = register();
    let mut details = person();
    details.protection = protected.then_some(Protection::ConfidentialityMark);
    register.person = Some(PersonAnswer::Known(Box::new(details)));
    let mut silent = answered("hemlig-kommun", |_| State::Unanswered(Unanswered::Timeout));
    silent.source.organisation_name = "Hemlig kommun".into();
    let unlinked = answered("annan-kommun", |_| State::NotAsked(NotAsked::NoLink));
    let answers = [register, answered("berattande-kommun", telling), silent, unlinked];
    assemble(&opening(physician(), false), &answers).to_json().to_string()
}

#[test]
fn nothing_that_tells_a_place_is_left_for_a_protected_person() {
    let open = json(false);
    let masked = json(true);
    for word in ["063-555", "Hemlig", "hemlig-kommun", "berattande-kommun", "annan-kommun", "Provenheten", "SE1-E1"] {
        assert!(open.contains(word), "the test itself: {word}");
        assert!(!masked.contains(word), "{word} tells where the patient is");
    }
    assert!(masked.contains("Elsa Demosson"), "the treating user sees the name");
}

#[test]
fn places_stay_masked_until_protection_has_been_ruled_out() {
    let mut waiting = register();
    waiting.person = None;
    let answers = [waiting, answered("berattande-kommun", telling)];
    let overview = assemble(&opening(physician(), false), &answers);
    assert!(overview.person.places_masked);
    assert!(!overview.to_json().to_string().contains("063-555"));
}
