//! Protected identity: no place, phone, relative or telling source name is left anywhere, neither in fields nor in free text.

use std::{collections::BTreeSet, sync::Arc};

use samsyn_domain::{
    entry::{Entry, Phone},
    merge::{Opening, assemble},
    overview::Overview,
    person::PersonAnswer,
    protection::STRUCK,
    provenance::{Actor, Organisation},
    section::Section,
    state::{Entries, NotAsked, Partial, State, Unanswered},
    vocabulary::{AlertKind, ContactKind, PlanKind, Protection, ServiceKind, ServicePhase},
};
use samsyn_tests::build::{
    answered, care_limit, contact, dose, entry, opening, person, physician, plan, register, service,
};

fn telling(section: Section) -> State {
    let phone = Phone { number: "063-555 99 99".into(), openings: vec![], note: None, staff_only: false };
    let entries = match section {
        Section::Contacts => {
            let mut kin = contact("kin", ContactKind::NextOfKin);
            kin.phones = vec![phone];
            vec![Entry::Contact(Arc::new(kin))]
        }
        Section::Services => {
            let mut home = service("s", ServiceKind::HomeCare, ServicePhase::Ongoing);
            home.unit = Some(samsyn_domain::provenance::Organisation::new("SE1-E1", "Hemtjänsten Hemlig"));
            home.phones = vec![phone];
            vec![Entry::Service(Arc::new(home))]
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

/// The numbers follow from what was drawn for the opening: of the same patient at the same moment they are in another order the next time,
/// so whoever knows patient, moment and sources cannot tell which is which.
#[test]
fn the_number_of_a_masked_source_cannot_be_worked_out() {
    let silent = State::Unanswered(Unanswered::Timeout);
    let numbered = |drawn: u8| {
        let mut register = register();
        let mut details = person();
        details.protection = Some(Protection::ConfidentialityMark);
        register.person = Some(PersonAnswer::Known(Box::new(details)));
        let told = answered("berattande-kommun", telling);
        let other = answered("annan-kommun", |_| silent.clone());
        let opening = Opening { numbering: [drawn; 16], ..opening(physician(), false) };
        let overview = assemble(&opening, &[register, told, other]);
        overview.section(Section::Services).unwrap().entries[0].source.to_string()
    };
    let numbers: BTreeSet<String> = (0..32).map(numbered).collect();
    assert_eq!(numbers, ["source-1", "source-2", "source-3"].map(str::to_owned).into());
    assert_eq!(numbered(9), numbered(9), "one opening keeps its own");
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

const ADDRESS: &str = "Bor på Björkvägen 14 B, 831 41 Storsjöbyn";
const NUMBER: &str = "Ring 070-555 01 23";
const UNIT: &str = "Samtal med Hemtjänsten Hemlig";

/// A record of every kind whose every free text tells an address, a number or a unit.
fn written(section: Section) -> State {
    let telling = || format!("{ADDRESS}. {NUMBER} (växel 063-555 99 99). {UNIT}.");
    let mut entry = entry(section, "w");
    match &mut entry {
        Entry::Alert(alert) => {
            let alert = Arc::make_mut(alert);
            alert.kind = AlertKind::Threat;
            alert.text = format!("Hotbild. {NUMBER} före besök på Björkvägen 14 B");
            alert.comment = Some(telling());
        }
        Entry::CareLimit(limit) => {
            let limit = Arc::make_mut(limit);
            limit.text = format!("Ej HLR i hemmet, Björkvägen 14 B. {NUMBER}");
            limit.grounds = Some(format!("Svår hjärtsvikt. {ADDRESS}"));
            limit.patient_attitude = Some(telling());
            limit.decided_by = Some(Actor { role: Some(UNIT.into()), ..Actor::default() });
        }
        Entry::Medication(drug) => {
            let drug = Arc::make_mut(drug);
            drug.dosage = Some("1 tablett".into());
            drug.separate_instruction = Some(format!("Lämnas på Björkvägen 14 B. {NUMBER}"));
        }
        Entry::FunctionalAssessment(assessed) => Arc::make_mut(assessed).assessment = format!("Går till {ADDRESS}"),
        Entry::Plan(plan) => {
            let plan = Arc::make_mut(plan);
            plan.instruction = Some(format!("Vid larm: {NUMBER}"));
            plan.text = Some(telling());
        }
        Entry::Vaccination(dose) => Arc::make_mut(dose).note = Some(telling()),
        Entry::Consent(consent) => Arc::make_mut(consent).text = Some(telling()),
        Entry::Document(document) => Arc::make_mut(document).text = Some(telling()),
        Entry::Service(service) => {
            let service = Arc::make_mut(service);
            service.text = Some(telling());
            service.unit = Some(Organisation::new("SE1-E1", "Hemtjänsten Hemlig"));
            service.phones =
                vec![Phone { number: "063-555 99 99".into(), openings: vec![], note: None, staff_only: false }];
        }
        Entry::Contact(_) | Entry::Infection(_) => {}
    }
    let reason = Partial::Stated { text: format!("svar saknas från Hemtjänsten Hemlig, {NUMBER}") };
    State::Partial { reason, entries: vec![entry] }
}

fn overview_of(protected: bool, states: impl Fn(Section) -> State) -> Overview {
    let mut register = register();
    let mut details = person();
    details.protection = protected.then_some(Protection::ConfidentialityMark);
    details.communication_need = Some(format!("Hörselskadad. {NUMBER}"));
    register.person = Some(PersonAnswer::Known(Box::new(details)));
    assemble(&opening(physician(), false), &[register, answered("kommun", states)])
}

#[test]
fn no_address_and_no_number_is_left_in_what_somebody_wrote_about_a_protected_person() {
    let open = overview_of(false, written).to_json().to_string();
    let masked = overview_of(true, written).to_json().to_string();
    for word in ["Björkvägen", "831 41", "Storsjöbyn", "070-555 01 23", "063-555 99 99", "Hemtjänsten Hemlig"] {
        assert!(open.contains(word), "the test itself: {word}");
        assert!(!masked.contains(word), "{word} tells where the patient is: {masked}");
    }
    assert!(!open.contains(STRUCK), "nothing is struck for others");
}

#[test]
fn what_must_be_read_to_treat_somebody_keeps_its_other_words() {
    let overview = overview_of(true, written);
    let json = overview.to_json().to_string();
    for kept in [
        format!("Ej HLR i hemmet, {STRUCK}. Ring {STRUCK}"),
        format!("Svår hjärtsvikt. Bor på {STRUCK}, {STRUCK}"),
        format!("Hotbild. Ring {STRUCK} före besök på {STRUCK}"),
        format!("Vid larm: Ring {STRUCK}"),
        format!("Hörselskadad. Ring {STRUCK}"),
        "1 tablett".to_owned(),
    ] {
        assert!(json.contains(&kept), "{kept}: {json}");
    }
    assert_eq!(overview.alert_line[0].text, format!("Hotbild. Ring {STRUCK} före besök på {STRUCK}"));
    let Entry::Document(document) = &overview.section(Section::Documents).unwrap().entries[0].entry else { panic!() };
    assert_eq!(document.text.as_deref(), Some(STRUCK), "a note that tells is gone whole");
}

#[test]
fn a_text_that_tells_nothing_is_the_sources_own_word_for_word() {
    let words = "Palliativ vård. Ej IVA. Fragmin 10000 IE, 1 + 0 + 1, omprövas 2026-12-01 kl 08-12.";
    let plain = |section| {
        let entry = match section {
            Section::CareLimits => Entry::CareLimit(Arc::new(care_limit("c", words))),
            Section::Plans => {
                let mut plan = plan("p", PlanKind::Palliative);
                plan.text = Some(words.into());
                Entry::Plan(Arc::new(plan))
            }
            Section::Covid19 => {
                let mut dose = dose("d", "2025-11-04");
                dose.note = Some(words.into());
                Entry::Vaccination(Arc::new(dose))
            }
            _ => return State::NothingHeld,
        };
        Entries::new(vec![entry]).map_or(State::NothingHeld, State::Reported)
    };
    let json = overview_of(true, plain).to_json().to_string();
    assert_eq!(json.matches(words).count(), 3, "{json}");
}
