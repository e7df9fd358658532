//! A contact who has protected personal data, of a patient who has none: nothing of it is left but that it is there.

use std::sync::Arc;

use samsyn_domain::{
    access::BlockStatus,
    entry::{Absence, Contact, Entry, Opening, Phone, Substitute, Weekday},
    merge::{Answered, assemble},
    overview::Overview,
    person::PersonAnswer,
    protection::STRUCK,
    provenance::{Extension, Organisation},
    section::Section,
    source::ProviderKind,
    state::{Entries, Partial, State},
    time::When,
    viewer::Role,
    vocabulary::{ContactKind, Protection, ServiceKind, ServicePhase},
};
use samsyn_tests::build::{answered, contact, decided, entry, opening, person, physician, register, service, viewer};

const NUMBER: &str = "070-555 01 23";
const HOME: &str = "063-555 88 10";

fn phone(number: &str) -> Phone {
    let always = Opening { days: vec![Weekday::Monday], from: None, to: None };
    Phone { number: number.into(), openings: vec![always], note: Some("hemma hos Tora Ek".into()), staff_only: false }
}

/// Everything filled, and everything of it tells.
fn guardian(id: &str, protection: Option<Protection>) -> Contact {
    let mut guardian = contact(id, ContactKind::Guardian);
    guardian.protection = protection;
    guardian.name = Some("Tora Ek".into());
    guardian.role = Some("mamma Tora".into());
    guardian.unit = Some(Organisation::new("SE1-HEMLIG", "Kvarnens förskola"));
    guardian.order = Some(2);
    guardian.may_be_informed = Some(true);
    guardian.call_at_night = Some(true);
    guardian.openings = vec![Opening { days: vec![Weekday::Saturday], from: None, to: None }];
    guardian.absent = Some(Absence { from: When::read("2026-11-01"), to: None });
    let stand_in = Substitute { name: Some("Syster Ek".into()), role: None, phones: vec![phone("070-555 77 77")] };
    guardian.substitute = Some(stand_in);
    guardian.phones = vec![phone(NUMBER), phone(HOME)];
    guardian.note = Some(format!("Kvarnens förskola, {NUMBER}"));
    guardian.provenance.link = Some("https://kommun.example/Tora".into());
    guardian.provenance.extensions = vec![Extension { key: "comment".into(), value: "Tora".into() }];
    guardian
}

fn reported(contacts: Vec<Contact>) -> impl Fn(Section) -> State {
    move |section| {
        let entries = match section {
            Section::Contacts => {
                contacts.iter().map(|contact| Entry::Contact(Arc::new(contact.clone()))).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        Entries::new(entries).map_or(State::NothingHeld, State::Reported)
    }
}

fn overview(sources: Vec<Answered>) -> Overview {
    let mut register = register();
    register.person = Some(PersonAnswer::Known(Box::new(person())));
    let answers: Vec<_> = [register].into_iter().chain(sources).collect();
    let overview = assemble(&opening(physician(), false), &answers);
    assert!(!overview.person.places_masked);
    overview
}

fn of(contacts: Vec<Contact>) -> Overview {
    overview(vec![answered("kommun", reported(contacts))])
}

fn contacts(overview: &Overview) -> Vec<&Contact> {
    let shown = overview.section(Section::Contacts).unwrap().entries.iter();
    shown.map(|shown| if let Entry::Contact(contact) = &shown.entry { &**contact } else { unreachable!() }).collect()
}

const TELLING: [&str; 7] = ["Tora", NUMBER, HOME, "070-555 77 77", "Kvarnens", "SE1-HEMLIG", "2026-11-01"];

#[test]
fn whatever_the_label_is_nothing_is_left_but_that_the_person_is_there() {
    let open = of(vec![guardian("g", None)]).to_json().to_string();
    for word in TELLING {
        assert!(open.contains(word), "the test itself: {word}");
    }
    for label in ["confidentiality-mark", "protected-registration", "något annat", "nej", ""] {
        let overview = of(vec![guardian("g", Some(Protection::read(label)))]);
        let json = overview.to_json().to_string();
        for word in TELLING {
            assert!(!json.contains(word), "{label}: {word} is left: {json}");
        }
        let [left] = contacts(&overview)[..] else { panic!("one contact") };
        assert_eq!((&left.kind, left.order, left.may_be_informed), (&ContactKind::Guardian, Some(2), Some(true)));
        assert!(left.provenance.care_unit.is_some(), "whom to ask");
        let shown = &overview.section(Section::Contacts).unwrap().entries[0];
        assert_eq!((shown.answers_now, shown.absent_today), (None, false));
    }
}

#[test]
fn the_copy_of_another_source_is_masked_too_by_its_record_or_by_its_name() {
    let marked = || guardian("g", Some(Protection::ConfidentialityMark));
    let mut renamed = guardian("g", None);
    renamed.name = Some("Någon Annan".into());
    let mut turned = guardian("another", None);
    turned.name = Some("EK, Tora Maria".into());
    turned.kind = ContactKind::NextOfKin;
    for copy in [renamed, turned] {
        let name = copy.name.clone().unwrap();
        let sources = vec![answered("kommun", reported(vec![copy])), answered("region", reported(vec![marked()]))];
        let overview = overview(sources);
        assert_eq!(contacts(&overview).len(), 2, "{name}: neither is dropped");
        assert!(
            contacts(&overview).iter().all(|contact| contact.name.is_none() && contact.phones.is_empty()),
            "{name}"
        );
    }
}

#[test]
fn a_number_that_both_guardians_have_is_the_protected_ones_too_and_the_other_keeps_the_rest() {
    let mut other = contact("o", ContactKind::Guardian);
    other.name = Some("Ali Sandell".into());
    other.phones = vec![phone("0046 63 555 88 10"), phone("063-555 88 11")];
    let overview = of(vec![guardian("g", Some(Protection::ConfidentialityMark)), other]);
    let all = contacts(&overview);
    let other = all.iter().find(|contact| contact.name.is_some()).unwrap();
    assert_eq!(other.phones.iter().map(|phone| phone.number.as_str()).collect::<Vec<_>>(), ["063-555 88 11"]);
    assert!(other.provenance.phones_withheld());
}

#[test]
fn a_unit_that_speaks_for_a_guardian_can_still_be_called() {
    let mut marked = guardian("g", Some(Protection::ConfidentialityMark));
    marked.phones.push(phone("063-555 20 40"));
    marked.phones.push(phone("063-555 20 50"));
    let mut officer = contact("officer", ContactKind::CaseOfficer);
    officer.phones = vec![phone("063-555 20 40")];
    let states = move |section| match section {
        Section::Services => {
            let mut home = service("s", ServiceKind::HomeNursing, ServicePhase::Ongoing);
            home.phones = vec![phone("063-555 20 50")];
            home.text = Some("Nås på 063-555 20 50".into());
            Entries::new(vec![Entry::Service(Arc::new(home))]).map_or(State::NothingHeld, State::Reported)
        }
        section => reported(vec![marked.clone(), officer.clone()])(section),
    };
    let overview = overview(vec![answered("kommun", states)]);
    let json = overview.to_json().to_string();
    assert_eq!((json.matches("063-555 20 40").count(), json.matches("063-555 20 50").count()), (1, 2), "{json}");
}

#[test]
fn a_role_without_relatives_numbers_does_not_find_a_protected_one_in_a_text() {
    let states = |section| match section {
        Section::Services => {
            let mut home = service("s", ServiceKind::HomeCare, ServicePhase::Ongoing);
            home.text = Some(format!("Ring mamma {NUMBER}"));
            Entries::new(vec![Entry::Service(Arc::new(home))]).map_or(State::NothingHeld, State::Reported)
        }
        section => reported(vec![guardian("g", Some(Protection::ConfidentialityMark))])(section),
    };
    let worker = viewer(Role::CareWorker, ProviderKind::SocialCare);
    let answer = decided(answered("kommun", states), &worker, &BlockStatus::Verified(Vec::new()));
    let mut register = register();
    register.person = Some(PersonAnswer::Known(Box::new(person())));
    let json = assemble(&opening(worker, false), &[register, answer]).to_json().to_string();
    assert!(json.contains(&format!("Ring mamma {STRUCK}")) && !json.contains(NUMBER), "{json}");
}

/// A text of every section that has one; only the number goes.
#[test]
fn the_number_is_struck_from_what_others_wrote_and_every_other_word_stays() {
    let states = |marked: bool| {
        move |section| {
            let words = format!("Bor på Björkvägen 14 B. Ring mamma {NUMBER} eller växeln 063-555 99 99");
            let mut entry = entry(section, "w");
            match &mut entry {
                Entry::Contact(_) => {
                    let label = marked.then_some(Protection::ConfidentialityMark);
                    entry = Entry::Contact(Arc::new(guardian("g", label)));
                }
                Entry::Alert(alert) => Arc::make_mut(alert).comment = Some(words.clone()),
                Entry::CareLimit(limit) => Arc::make_mut(limit).grounds = Some(words.clone()),
                Entry::Medication(drug) => Arc::make_mut(drug).separate_instruction = Some(words.clone()),
                Entry::FunctionalAssessment(assessed) => Arc::make_mut(assessed).assessment.clone_from(&words),
                Entry::Plan(plan) => Arc::make_mut(plan).text = Some(words.clone()),
                Entry::Vaccination(dose) => Arc::make_mut(dose).note = Some(words.clone()),
                Entry::Consent(consent) => Arc::make_mut(consent).text = Some(words.clone()),
                Entry::Document(document) => Arc::make_mut(document).text = Some(words.clone()),
                Entry::Service(service) => Arc::make_mut(service).text = Some(words.clone()),
                Entry::Infection(infection) => Arc::make_mut(infection).precautions = Some(words.clone()),
            }
            State::Partial { reason: Partial::Stated { text: words }, entries: vec![entry] }
        }
    };
    let json = |marked: bool| overview(vec![answered("kommun", states(marked))]).to_json().to_string();
    let (open, masked) = (json(false), json(true));
    let written = open.matches("Ring mamma").count();
    assert!(written > 10, "{open}");
    assert!(!open.contains(STRUCK));
    assert!(!masked.contains(NUMBER), "{masked}");
    let left = format!("Bor på Björkvägen 14 B. Ring mamma {STRUCK} eller växeln 063-555 99 99");
    assert_eq!(masked.matches(&left).count(), written, "{masked}");
}
