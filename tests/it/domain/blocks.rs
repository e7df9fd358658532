//! Blocks, missing ids and roles, decided per record.

use std::sync::Arc;

use samsyn_domain::{
    access::{Block, BlockStatus, blocked_exists, blocked_units},
    entry::Entry,
    provenance::Organisation,
    section::Section,
    source::{ProviderId, ProviderKind, ProviderKinds},
    state::{Entries, Partial, State, Withheld},
    viewer::{Role, Viewer},
    vocabulary::PlanKind,
};
use samsyn_tests::build::{PROVIDER, consenting, entry, physician, plan, viewer};

fn outer(except: &[&str]) -> BlockStatus {
    let except = except.iter().map(|&kind| kind.to_owned()).collect();
    BlockStatus::Verified(vec![Block { except, ..Block::outer(ProviderId::new(PROVIDER)) }])
}

fn decide(viewer: &Viewer, blocks: &BlockStatus, section: Section, entries: Vec<Entry>) -> State {
    let state = Entries::new(entries).map_or(State::NothingHeld, State::Reported);
    consenting(viewer, blocks, &ProviderKinds::default()).apply(section, state)
}

#[test]
fn a_blocked_record_leaves_the_same_trace_as_no_record() {
    let viewer = physician();
    let blocks = outer(&["upp"]);
    let blocked = decide(&viewer, &blocks, Section::Services, vec![entry(Section::Services, "1")]);
    let empty = decide(&viewer, &blocks, Section::Services, vec![]);
    assert_eq!(blocked, empty);
    assert_eq!(empty, State::Withheld(Withheld::MayExist));
    let kinds = ProviderKinds::default();
    let grant = consenting(&viewer, &blocks, &kinds).grant;
    assert!(blocked_exists(&viewer, grant, &blocks));
    assert!(!blocked_exists(&viewer, None, &blocks), "not before there is a ground for others' information");
}

#[test]
fn a_block_may_leave_care_limits_open() {
    let shown = decide(&physician(), &outer(&["upp"]), Section::CareLimits, vec![entry(Section::CareLimits, "1")]);
    assert!(matches!(shown, State::Reported(_)));
    let hidden = decide(&physician(), &outer(&[]), Section::CareLimits, vec![entry(Section::CareLimits, "1")]);
    assert_eq!(hidden, State::Withheld(Withheld::MayExist));
}

#[test]
fn social_care_is_never_told_of_blocks_and_never_told_none() {
    let worker = viewer(Role::CaseOfficer, ProviderKind::SocialCare);
    let none = BlockStatus::Verified(Vec::new());
    let kinds = ProviderKinds::default();
    let grant = consenting(&worker, &none, &kinds).grant;
    assert!(!blocked_exists(&worker, grant, &outer(&[])));
    let with = decide(&worker, &outer(&[]), Section::Services, vec![entry(Section::Services, "1")]);
    let without = decide(&worker, &none, Section::Services, vec![]);
    assert_eq!(with, without, "blocked and empty look alike");
}

#[test]
fn a_block_covers_only_its_period() {
    let mut block = outer(&[]);
    if let BlockStatus::Verified(blocks) = &mut block {
        blocks[0].to = Some(jiff::civil::date(2026, 10, 1));
    }
    let shown = decide(&physician(), &block, Section::Services, vec![dated("2026-10-02")]);
    assert!(matches!(shown, State::Reported(_)), "wholly outside");
    let overlap = decide(&physician(), &block, Section::Services, vec![dated("2026-10")]);
    assert_eq!(overlap, State::Withheld(Withheld::MayExist), "a month that overlaps is covered");
    let undated = decide(&physician(), &block, Section::Services, vec![entry(Section::Services, "1")]);
    assert_eq!(undated, State::Withheld(Withheld::MayExist), "without a date it is covered");
}

fn dated(when: &str) -> Entry {
    let mut entry = entry(Section::Services, "1");
    entry.provenance_mut().recorded = Some(samsyn_domain::time::When::read(when));
    entry
}

#[test]
fn a_record_without_provider_unit_or_patient_is_withheld_and_said_to_be() {
    let strip: [fn(&mut Entry); 4] = [
        |entry| entry.provenance_mut().care_provider = None,
        |entry| entry.provenance_mut().care_unit = Some(Organisation { id: Some("?".into()), name: None }),
        |entry| entry.provenance_mut().patient = None,
        |entry| entry.provenance_mut().care_provider = Some(Organisation { id: Some(" ".into()), name: None }),
    ];
    let none = BlockStatus::Verified(Vec::new());
    for strip in strip {
        let mut bare = entry(Section::Alerts, "1");
        strip(&mut bare);
        let alone = decide(&physician(), &none, Section::Alerts, vec![bare.clone()]);
        assert_eq!(alone, State::Withheld(Withheld::MissingIds));
        let beside = decide(&physician(), &none, Section::Alerts, vec![bare, entry(Section::Alerts, "2")]);
        assert!(matches!(beside, State::Partial { reason: Partial::EntriesWithheld { count: 1 }, .. }));
    }
}

#[test]
fn an_unverified_register_withholds_what_could_be_blocked() {
    let state = decide(&physician(), &BlockStatus::Unverified, Section::Services, vec![entry(Section::Services, "1")]);
    assert_eq!(state, State::Withheld(Withheld::BlockUnverified));
    let empty = decide(&physician(), &BlockStatus::Unverified, Section::Services, vec![]);
    assert_eq!(empty, State::Withheld(Withheld::MayExist), "none is not said either");
}

#[test]
fn staff_without_licence_see_two_kinds_of_plan_and_never_that_there_are_others() {
    let worker = viewer(Role::CareWorker, ProviderKind::SocialCare);
    let none = BlockStatus::Verified(Vec::new());
    let as_entry = |kind| Entry::Plan(Arc::new(plan("p", kind)));
    let hidden = decide(&worker, &none, Section::Plans, vec![as_entry(PlanKind::CrisisPlan)]);
    let empty = decide(&worker, &none, Section::Plans, vec![]);
    assert_eq!(hidden, empty);
    let both = decide(&worker, &none, Section::Plans, vec![as_entry(PlanKind::CrisisPlan), as_entry(PlanKind::Sip)]);
    assert_eq!(both.entries().len(), 1);
    assert_eq!(both.word(), "reported", "the hidden one leaves no count");
}

#[test]
fn a_role_that_may_not_see_a_section_is_told_the_same_for_every_patient() {
    let therapist = viewer(Role::Therapist, ProviderKind::Care);
    let none = BlockStatus::Verified(Vec::new());
    let with = decide(&therapist, &none, Section::Medications, vec![entry(Section::Medications, "1")]);
    let without = decide(&therapist, &none, Section::Medications, vec![]);
    assert_eq!(with, without);
    assert_eq!(with, State::Withheld(Withheld::Role));
}

#[test]
fn what_a_block_may_not_leave_open_it_does_not() {
    let mut service = entry(Section::Services, "1");
    service.provenance_mut().information_type = Some("vbe".into());
    let state = decide(&physician(), &outer(&["vbe"]), Section::Services, vec![service]);
    assert_eq!(state, State::Withheld(Withheld::MayExist));
}

#[test]
fn of_a_provider_whose_list_is_missing_everything_is_withheld_and_of_the_others_nothing() {
    let of = |provider: &str| BlockStatus::Partly { blocks: Vec::new(), verified: vec![ProviderId::new(provider)] };
    let services = || vec![entry(Section::Services, "1")];
    let shown = decide(&physician(), &of(PROVIDER), Section::Services, services());
    assert!(matches!(shown, State::Reported(_)), "{shown:?}");
    let withheld = decide(&physician(), &of("SE9999000002-A001"), Section::Services, services());
    assert_eq!(withheld, State::Withheld(Withheld::BlockUnverified));
    let empty = decide(&physician(), &of(PROVIDER), Section::Services, vec![]);
    assert_eq!(empty, State::Withheld(Withheld::MayExist), "somebody's blocks are not known");
}

#[test]
fn the_first_step_names_the_own_providers_units_and_nobody_elses_and_not_to_social_care() {
    let reader = physician();
    let own = reader.provider.id.clone();
    let named = |unit: &str, name: &str| Block { unit_name: Some(name.into()), ..Block::inner(own.clone(), unit) };
    let blocks = BlockStatus::Verified(vec![
        Block::inner(own.clone(), "SE9999000009-E002"),
        named("se9999000009-e002", "Psykiatrin"),
        named("SE9999000009-E000", "Kirurgin"),
        named(reader.unit.known_id().unwrap(), "Den egna enheten"),
        Block::inner(ProviderId::new(PROVIDER), "SE9999000009-E003"),
        Block::outer(ProviderId::new(PROVIDER)),
    ]);
    let names: Vec<_> = blocked_units(&reader, &blocks).into_iter().map(|unit| unit.name.unwrap()).collect();
    assert_eq!(names, ["Kirurgin", "Psykiatrin"]);
    let mut social = viewer(Role::Nurse, ProviderKind::SocialCare);
    social.provider.id = own;
    assert_eq!(blocked_units(&social, &blocks), []);
}
