//! What holds of the seed: tags, numbers, edges, provenance, and what each format can carry.

use std::collections::BTreeSet;

use jiff::{Zoned, tz::TimeZone};
use samsyn_domain::{
    access::BlockKind,
    entry::{Entry, Life},
    identifier::{IdentifierKind, PersonIdentifier},
    provenance::Signing,
    section::Section,
    time::{When, sweden, window_start},
    vocabulary::{AuthorKind, InfectionCertainty, LimitNature, ServicePhase},
};

use super::*;
use crate::{people::TAGS, sources::Format};

fn now() -> Zoned {
    "2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap()
}

fn seed() -> Seed {
    Seed::new(&now())
}

/// Every entry with the source it is in and the identifier it is kept under.
fn all_entries(seed: &Seed) -> Vec<(&SourceId, &str, &Entry)> {
    seed.holdings
        .iter()
        .flat_map(|(source, held)| held.patients.iter().map(move |(identifier, records)| (source, identifier, records)))
        .flat_map(|(source, identifier, records)| records.entries.iter().map(move |e| (source, identifier.as_str(), e)))
        .collect()
}

fn entries_of<'a>(seed: &'a Seed, tag: &str) -> Vec<(&'a SourceId, &'a Entry)> {
    let number = seed.person_showing(tag).unwrap().personal_number.clone();
    all_entries(seed).into_iter().filter(|(_, id, _)| *id == number).map(|(source, _, entry)| (source, entry)).collect()
}

#[test]
fn every_tag_is_shown_by_somebody_and_no_other_tag_is_used() {
    let seed = seed();
    let shown: BTreeSet<&str> = seed.people.iter().flat_map(|person| person.shows.iter().copied()).collect();
    assert_eq!(shown, TAGS.into_iter().collect());
    assert_eq!(seed.people.len(), 47);
}

#[test]
fn no_two_people_share_a_number_and_every_number_is_accepted_when_typed() {
    let seed = seed();
    let numbers: BTreeSet<&str> = seed.people.iter().map(|person| person.personal_number.as_str()).collect();
    assert_eq!(numbers.len(), seed.people.len());
    for number in numbers {
        let typed = PersonIdentifier::typed(number, now().date());
        assert!(typed.is_ok_and(|typed| typed.check_digit_matches()), "{number}");
    }
}

#[test]
fn names_and_numbers_agree_about_who_the_special_people_are() {
    let seed = seed();
    let kind = |tag| PersonIdentifier::stated(&seed.person_showing(tag).unwrap().personal_number).unwrap().kind();
    assert_eq!(kind("coordination-number"), IdentifierKind::CoordinationNumber);
    assert_eq!(kind("reserve-number"), IdentifierKind::ReserveNumber);
    let child = PersonIdentifier::stated(&seed.person_showing("child").unwrap().personal_number).unwrap();
    assert!(child.age(now().date()).is_some_and(|age| age < 18));
}

#[test]
fn the_same_moment_gives_the_same_seed_in_any_zone() {
    let there = now().with_time_zone(TimeZone::get("America/New_York").unwrap());
    assert_eq!(format!("{:?}", seed().holdings), format!("{:?}", Seed::new(&there).holdings));
}

#[test]
fn only_the_note_of_an_edge_person_can_be_inside_the_window() {
    let seed = seed();
    let window = window_start(now().date(), 3);
    assert_eq!(window.to_string(), "2026-08-21");
    for (tag, noted, inside) in
        [("edge-89", "2026-08-24", true), ("edge-90", "2026-08-23", true), ("edge-93", "2026-08-20", false)]
    {
        let entries = entries_of(&seed, tag);
        assert_eq!(entries.len(), 1, "{tag}");
        let Entry::Service(service) = entries[0].1 else { panic!("{tag}: not a service") };
        assert_eq!(service.last_noted, Some(When::read(noted)), "{tag}");
        assert_eq!(service.phase, ServicePhase::Ended);
        assert!(service.events.is_empty());
        let zone = sweden();
        let in_window = |when: &Option<When>| when.as_ref().unwrap().last_day(&zone).unwrap() >= window;
        assert_eq!(in_window(&service.last_noted), inside, "{tag}");
        for other in [&service.started, &service.ended, &service.provenance.recorded] {
            assert!(!in_window(other), "{tag}: {other:?}");
        }
    }
}

#[test]
fn edges_move_with_the_clock_across_a_change_to_winter_time() {
    let later: Zoned = "2027-01-05T00:30:00+01:00[Europe/Stockholm]".parse().unwrap();
    let seed = Seed::new(&later);
    let Entry::Service(service) = entries_of(&seed, "edge-89")[0].1 else { panic!("not a service") };
    assert_eq!(service.last_noted, Some(When::read("2026-10-08")));
}

#[test]
fn every_record_says_who_made_it_about_whom_and_when() {
    let seed = seed();
    let mixed_up = seed.person_showing("wrong-patient").unwrap().personal_number.clone();
    let zone = sweden();
    for (source, identifier, entry) in all_entries(&seed) {
        let made = entry.provenance();
        let about = made.patient.as_ref().unwrap();
        let kept_under = PersonIdentifier::stated(identifier).unwrap();
        if identifier == mixed_up && source.as_str() == "viva-storsjo-hsl" {
            assert!(!about.names(&kept_under));
        } else {
            assert!(about.names(&kept_under), "{source} {}", made.id);
        }
        assert!(made.provider_id().is_some() && made.unit_id().is_some(), "{source} {}", made.id);
        assert!(made.information_type.is_some() && made.author.is_some(), "{source} {}", made.id);
        assert_ne!(made.signing, Signing::NotStated);
        let recorded = made.recorded.as_ref().and_then(|when| when.order_key(&zone)).unwrap();
        assert!(recorded <= now().datetime(), "{source} {} is from the future", made.id);
    }
}

#[test]
fn a_source_holds_only_its_custodians_records_and_record_ids_are_unique_in_it() {
    let seed = seed();
    for source in &seed.sources {
        let mut ids = BTreeSet::new();
        for (_, identifier, entry) in all_entries(&seed).into_iter().filter(|(id, ..)| **id == source.id) {
            let made = entry.provenance();
            if let Some(custodian) = &source.provider {
                assert_eq!(made.provider_id(), Some(custodian.id.as_str()), "{} {}", source.id, made.id);
            }
            assert!(ids.insert((identifier, &made.id)), "{} {}", source.id, made.id);
        }
    }
}

#[test]
fn entries_are_of_kinds_that_their_source_has_a_place_for() {
    let seed = seed();
    for (source, _, entry) in all_entries(&seed) {
        let source = seed.sources.iter().find(|known| known.id == *source).unwrap();
        let section = entry.section();
        let has_place = match source.format {
            Format::Fhir => true,
            Format::RivTa => !matches!(section, Section::Consents | Section::Documents),
            Format::Viva => section != Section::Covid19,
            Format::Enkel if source.id.as_str() == "asgarden" => {
                matches!(section, Section::Services | Section::Contacts | Section::CareLimits | Section::Documents)
            }
            Format::Enkel => !source.population_register,
            // Their data is their own; see `source::hemplan` and `source::filfall`.
            Format::Hemplan | Format::Filfall => false,
        };
        assert!(has_place, "{} {section:?}", source.id);
    }
}

#[test]
fn everything_has_entries_in_all_ten_sections_from_at_least_four_sources() {
    let seed = seed();
    let entries = entries_of(&seed, "everything");
    let sections: BTreeSet<Section> = entries.iter().map(|(_, entry)| entry.section()).collect();
    let sources: BTreeSet<&SourceId> = entries.iter().map(|(source, _)| *source).collect();
    assert_eq!(sections, Section::ALL.into_iter().collect());
    assert!(sources.len() >= 4, "{sources:?}");
    let limits = entries.iter().filter(|(_, entry)| entry.section() == Section::CareLimits).count();
    assert_eq!(limits, 1, "one position, so that nothing contradicts it");
}

#[test]
fn nothing_is_known_to_the_register_and_held_by_nobody() {
    let seed = seed();
    let number = &seed.person_showing("nothing").unwrap().personal_number;
    assert!(seed.holdings[&SourceId::new("folkbokforing")].of(number).unwrap().person.is_some());
    assert!(entries_of(&seed, "nothing").is_empty());
}

#[test]
fn the_conflict_is_a_signed_physicians_word_against_an_unsigned_note() {
    let seed = seed();
    let mut limits = BTreeMap::new();
    for (source, entry) in entries_of(&seed, "conflict") {
        if let Entry::CareLimit(limit) = entry {
            limits.insert(source.as_str(), limit);
        }
    }
    let region = limits["cosmic-region"];
    assert_eq!(region.text, "Ingen HLR. Ingen IVA-vård. Antibiotika och vätska vid behov.");
    assert_eq!(region.author_kind, AuthorKind::Physician);
    assert!(matches!(region.provenance.signing, Signing::Signed { .. }));
    let home = limits["asgarden"];
    assert_eq!(
        (home.text.as_str(), &home.nature),
        ("Inga begränsningar beslutade vid inflyttning", &LimitNature::NoLimits)
    );
    assert_eq!(home.provenance.signing, Signing::Unsigned);
}

#[test]
fn the_region_is_blocked_except_for_alert_information() {
    let seed = seed();
    let number = &seed.person_showing("blocked").unwrap().personal_number;
    let blocks: Vec<&Block> = seed.blocks.iter().filter(|(who, _)| who == number).map(|(_, block)| block).collect();
    let by_region: Vec<&&Block> =
        blocks.iter().filter(|block| block.provider.as_str() == organisations::REGION).collect();
    assert_eq!((blocks.len(), by_region.len()), (2, 1), "one more, so that the region's own staff meet a block too");
    let region = by_region[0];
    assert_eq!((region.kind, region.except.as_slice()), (BlockKind::Outer, ["upp".to_owned()].as_slice()));
    let of_region = |entry: &Entry| entry.provenance().provider_id() == Some(organisations::REGION);
    let types: BTreeSet<String> = entries_of(&seed, "blocked")
        .into_iter()
        .filter(|(_, entry)| of_region(entry))
        .filter_map(|(_, entry)| entry.provenance().information_type.clone())
        .collect();
    assert!(types.contains("upp") && types.contains("lak"), "{types:?}");
}

#[test]
fn the_same_dose_is_in_two_sources_with_and_without_a_shared_reference() {
    let seed = seed();
    let mut held_in: BTreeMap<(Option<u32>, Option<&str>), BTreeSet<&str>> = BTreeMap::new();
    for (source, entry) in entries_of(&seed, "duplicate-dose") {
        if let Entry::Vaccination(dose) = entry {
            held_in.entry((dose.dose_number, dose.unique_reference.as_deref())).or_default().insert(source.as_str());
        }
    }
    let both: BTreeSet<&str> = ["cosmic-region", "nationella"].into();
    assert_eq!(held_in[&(Some(4), Some("vax-stig-4"))], both);
    assert_eq!(held_in[&(Some(5), None)], both);
}

#[test]
fn a_suspected_infection_is_not_said_to_be_ongoing() {
    let seed = seed();
    let suspected = entries_of(&seed, "suspected-infection").into_iter().find_map(|(_, entry)| match entry {
        Entry::Infection(found) if found.certainty == InfectionCertainty::Suspected => Some(found.ongoing),
        _ => None,
    });
    assert_eq!(suspected, Some(None));
}

#[test]
fn the_register_states_death_protection_and_interpreter() {
    let seed = seed();
    let register = &seed.holdings[&SourceId::new("folkbokforing")];
    let details =
        |tag| register.of(&seed.person_showing(tag).unwrap().personal_number).unwrap().person.as_ref().unwrap();
    assert!(matches!(details("deceased").life, Life::Deceased { at: Some(_) }));
    assert!(details("protected").protection.is_some());
    assert!(details("interpreter").interpreter_language.is_some());
    let reserve = &seed.person_showing("reserve-number").unwrap().personal_number;
    assert!(register.of(reserve).is_none(), "a reserve number is not in the population register");
}

#[test]
fn two_sources_have_one_number_on_two_people() {
    let seed = seed();
    let person = seed.person_showing("identity-conflict").unwrap();
    let stated = |source: &str| {
        let held = seed.holdings[&SourceId::new(source)].of(&person.personal_number).unwrap();
        let details = held.person.as_ref().unwrap();
        (details.given_name.clone().unwrap(), details.birth_date.clone(), details.identifier.value.clone())
    };
    let (register, region) = (stated("folkbokforing"), stated("cosmic-region"));
    assert_eq!(register, stated("viva-storsjo-hsl"));
    assert!(register.0 != region.0 && register.1 != region.1);
    assert_eq!(register.2, region.2, "the number itself is the same");
}

#[test]
fn everybody_is_linked_to_the_organisations_that_know_them() {
    let seed = seed();
    for (source, identifier, _) in all_entries(&seed) {
        let source = seed.sources.iter().find(|known| known.id == *source).unwrap();
        if source.organisation.as_str() != "nationella" {
            let link = (identifier.to_owned(), source.organisation.clone());
            assert!(seed.links.contains(&link), "{} {}", source.id, identifier.len());
        }
    }
}

#[test]
fn every_source_and_member_of_staff_belongs_to_a_known_organisation() {
    let seed = seed();
    let of = |id: &OrganisationId| seed.organisations.iter().find(|organisation| organisation.id == *id).unwrap();
    for source in &seed.sources {
        let providers = &of(&source.organisation).providers;
        assert!(source.provider.as_ref().is_none_or(|provider| providers.contains(provider)), "{}", source.id);
    }
    for member in &seed.staff {
        for commission in &member.commissions {
            let claims = commission.claims();
            let provider = claims["healthCareProviderHsaId"].as_str().unwrap();
            assert!(
                of(&member.organisation).providers.iter().any(|known| known.id.as_str() == provider),
                "{}",
                member.id
            );
        }
    }
}

#[test]
fn a_mixed_up_source_answers_about_somebody_else_for_every_person() {
    let seed = seed();
    for source in ["cosmic-region", "viva-storsjo-hsl", "folkbokforing"] {
        let source = SourceId::new(source);
        let mixed = seed.mixed_up(&source);
        assert_eq!(mixed.patients.len(), seed.people.len());
        for (identifier, records) in &mixed.patients {
            let asked = PersonIdentifier::stated(identifier).unwrap();
            let person = records.person.as_ref().unwrap();
            let wrongly_right = person.identifier.names(&asked);
            assert!(!wrongly_right, "{source}");
        }
    }
}

#[test]
fn the_list_names_the_stable_staff_and_every_person() {
    let list = crate::list::list_json(&seed());
    let ids: Vec<&str> =
        list["staff"].as_array().unwrap().iter().map(|member| member["id"].as_str().unwrap()).collect();
    for id in ["doctor", "ambulance", "nurse", "careworker", "officer", "two-hats", "admin", "reviewer"] {
        assert!(ids.contains(&id), "{id}");
    }
    for person in list["people"].as_array().unwrap() {
        assert_eq!(person["personal_number"].as_str().unwrap().len(), 12);
        assert!(!person["shows"].as_array().unwrap().is_empty());
    }
    assert!(list["sources"].as_array().unwrap().iter().any(|source| source["id"] == "viva-storsjo-sol"));
}
