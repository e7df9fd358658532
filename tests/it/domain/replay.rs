//! A replay: the canonical JSON holds whatever a page shows, and what has been blocked since leaves no trace in it.

use proptest::prelude::*;
use samsyn_domain::{
    access::{Block, BlockStatus, Replayed},
    badge::Look,
    entry::Entry,
    merge::{Answered, assemble},
    overview::Overview,
    section::Section,
    source::{ProviderId, ProviderKind},
    state::{Entries, NotAsked, Partial, State, Unanswered, Withheld},
    time::When,
    viewer::{Role, Viewer},
    vocabulary::{Protection, ServiceKind, ServicePhase},
};
use samsyn_tests::build::{
    PROVIDER, UNIT, answered, care_limit, decided, dose, entry, opening, person, physician, register, service, viewer,
};
use samsyn_ui::{FragmentId, Language, PageContext, Preset, fragment, print_page};

/// What one source says of every section, by number, so that any combination can be drawn.
fn said(kind: u8, section: Section, id: &str) -> State {
    match kind {
        0 => State::StatedNone(Some(When::read("2026-11-01"))),
        1 => State::StatedNone(None),
        2 => State::NothingHeld,
        3 => State::Partial {
            reason: Partial::Stated { text: "sida 2 saknas".into() },
            entries: vec![entry(section, id)],
        },
        4 => State::Partial { reason: Partial::BrokenOff { problem: Unanswered::Down }, entries: vec![] },
        5 => State::Unanswered(Unanswered::Paused),
        6 => State::NotAsked(NotAsked::NoLink),
        7 => State::Unsupported,
        8 => State::Waiting,
        9 => State::Partial { reason: Partial::InvalidEntries { count: 2 }, entries: vec![entry(section, id)] },
        _ => Entries::new(vec![entry(section, id)]).map_or(State::NothingHeld, State::Reported),
    }
}

fn any_viewer() -> impl Strategy<Value = Viewer> {
    prop_oneof![
        Just(physician()),
        Just(viewer(Role::Nurse, ProviderKind::Care)),
        Just(viewer(Role::CaseOfficer, ProviderKind::SocialCare)),
        Just(viewer(Role::CareWorker, ProviderKind::SocialCare)),
    ]
}

/// The register says whether the person is protected, or is silent.
fn register_saying(protection: u8) -> Answered {
    let mut register = register();
    let mut details = person();
    match protection {
        0 => {}
        1 => details.protection = Some(Protection::ProtectedRegistration),
        _ => {
            register.person = Some(samsyn_domain::person::PersonAnswer::Unanswered(Unanswered::Timeout));
            return register;
        }
    }
    register.person = Some(samsyn_domain::person::PersonAnswer::Known(Box::new(details)));
    register
}

/// Everything a reader sees of an overview: each part of the page, and the prints.
fn drawn(overview: &Overview) -> Vec<String> {
    let context = PageContext { language: Language::Swedish, ..PageContext::default() };
    let parts = FragmentId::all().into_iter().map(|part| fragment(&context, overview, part));
    let print = |preset| print_page(&context, overview, preset, "h", &overview.opened_at, "NN");
    parts.chain(Preset::ALL.map(print)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// The room's invariant: whatever is on the screen is in the canonical JSON, so that it can be shown again.
    #[test]
    fn an_overview_read_back_from_its_json_is_drawn_alike_and_gives_the_same_json(
        kinds in prop::collection::vec(0_u8..14, 0..7), viewer in any_viewer(), protection in 0_u8..3, same_ids: bool,
        late: bool,
    ) {
        let blocks = BlockStatus::Verified(Vec::new());
        let mut answers = vec![register_saying(protection)];
        for (n, kind) in kinds.iter().enumerate() {
            let id = if same_ids { "same".to_owned() } else { n.to_string() };
            let mut answer = answered(&format!("s{n}"), |section| said(*kind, section, &id));
            answer.late = late && n == 0;
            answer.failing_since = (*kind == 5).then(|| samsyn_tests::build::now().timestamp());
            answers.push(decided(answer, &viewer, &blocks));
        }
        let overview = assemble(&opening(viewer, false), &answers);
        let json = overview.to_json();
        let text = json.to_string();
        let again = Overview::from_json(&serde_json::from_str(&text).unwrap());
        prop_assert!(again.is_ok(), "{again:?}");
        let again = again.unwrap();
        prop_assert_eq!(again.to_json().to_string(), text);
        for (part, (again, first)) in drawn(&again).into_iter().zip(drawn(&overview)).enumerate() {
            prop_assert!(again == first, "part {}", part);
        }
    }
}

#[test]
fn what_is_no_overview_is_not_read() {
    let overview = assemble(&opening(physician(), false), &[register()]);
    let good = overview.to_json();
    assert!(Overview::from_json(&good).is_ok());
    for key in ["person", "sections", "badges", "access", "opened_at", "completeness"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(key);
        assert!(Overview::from_json(&bad).is_err(), "{key}");
    }
    let mut nobody = good.clone();
    nobody["person"]["identifier"]["value"] = "195009072554x".into();
    assert!(Overview::from_json(&nobody).is_err());
    let mut unknown = good;
    unknown["sections"][0]["sources"] = serde_json::json!([{
        "source": "s", "organisation": "o", "label": "l", "state": "a-word-of-later", "fetched_at": null,
    }]);
    assert!(Overview::from_json(&unknown).is_err(), "a state that is not known never becomes a milder one");
}

/// One source with something in the sections that summaries are computed from.
fn rich(viewer: &Viewer) -> Overview {
    let answer = answered("s", |section| {
        let entries = match section {
            Section::CareLimits => vec![Entry::CareLimit(care_limit("l", "Ej HLR").into())],
            Section::Services => {
                vec![Entry::Service(service("v", ServiceKind::HomeNursing, ServicePhase::Ongoing).into())]
            }
            Section::Covid19 => vec![Entry::Vaccination(dose("d", "2026-01-02").into())],
            _ => vec![entry(section, "x")],
        };
        Entries::new(entries).map_or(State::NothingHeld, State::Reported)
    });
    let answer = decided(answer, viewer, &BlockStatus::Verified(Vec::new()));
    assemble(&opening(viewer.clone(), false), &[register(), answer])
}

fn look(overview: &Overview, kind: &ServiceKind) -> Look {
    overview.badges.iter().find(|badge| badge.kind == *kind).unwrap().look
}

#[test]
fn what_has_been_blocked_since_is_gone_from_cards_badges_summaries_and_json() {
    let viewer = physician();
    let then = rich(&viewer);
    assert_eq!(look(&then, &ServiceKind::HomeNursing), Look::Ongoing);
    assert!(then.section(Section::Covid19).unwrap().covid.is_some());
    let blocks = BlockStatus::Verified(vec![Block::outer(ProviderId::new(PROVIDER))]);
    let (now, kept_back) = then.clone().replayed(&Replayed { viewer: &viewer, blocks: &blocks });
    assert_eq!(kept_back, then.sections.iter().map(|section| section.entries.len()).sum::<usize>());
    for section in &now.sections {
        assert_eq!(section.entries, vec![], "{:?}", section.name);
        assert_eq!(section.covid, None);
        for cell in &section.cells {
            assert_eq!(cell.state, State::Withheld(Withheld::MayExist), "{:?}", section.name);
        }
    }
    assert_eq!(now.alert_line, vec![]);
    assert_eq!(look(&now, &ServiceKind::HomeNursing), Look::Unknown, "never dark: it was lit");
    assert!(!now.badges.iter().any(|badge| matches!(badge.look, Look::Ongoing | Look::Recent)));
    assert_eq!(now.blocked_exists, Some(true), "a care provider may be told (SVOD 2:5)");
    let text = now.to_json().to_string();
    assert!(!text.contains("Ej HLR") && !text.contains(UNIT), "{text}");
    for html in drawn(&now) {
        assert!(!html.contains("Ej HLR"));
    }
}

#[test]
fn a_block_of_somebody_else_hides_nothing_and_no_new_none_is_said() {
    let viewer = physician();
    let answer = decided(answered("s", |section| said(2, section, "x")), &viewer, &BlockStatus::Verified(vec![]));
    let then = assemble(&opening(viewer.clone(), false), &[register(), answer]);
    assert!(then.sections.iter().flat_map(|one| &one.cells).all(|cell| cell.state == State::NothingHeld));
    let blocks = BlockStatus::Verified(vec![Block::outer(ProviderId::new("SE9999000077-A001"))]);
    let (now, kept_back) = then.replayed(&Replayed { viewer: &viewer, blocks: &blocks });
    assert_eq!(kept_back, 0);
    let cells: Vec<_> = now.sections.iter().flat_map(|one| &one.cells).collect();
    assert!(cells.iter().all(|cell| cell.state == State::Withheld(Withheld::MayExist)), "I4 holds for a replay too");
    let rich = rich(&viewer);
    let (same, kept_back) = rich.clone().replayed(&Replayed { viewer: &viewer, blocks: &blocks });
    assert_eq!(kept_back, 0);
    let entries = |overview: &Overview| overview.sections.iter().map(|one| one.entries.clone()).collect::<Vec<_>>();
    assert_eq!(entries(&same), entries(&rich));
}

#[test]
fn whoever_looks_sees_no_section_that_the_own_role_does_not_include() {
    let then = rich(&physician());
    let worker = viewer(Role::CareWorker, ProviderKind::Care);
    let blocks = BlockStatus::Verified(Vec::new());
    let (now, kept_back) = then.replayed(&Replayed { viewer: &worker, blocks: &blocks });
    assert!(kept_back > 0);
    let shown: Vec<Section> = now.sections.iter().filter(|one| !one.entries.is_empty()).map(|one| one.name).collect();
    assert!(shown.contains(&Section::Services), "{shown:?}");
    for hidden in [Section::Medications, Section::CareLimits, Section::Alerts, Section::Documents, Section::Consents] {
        assert!(!shown.contains(&hidden), "{hidden:?}");
        let cells = &now.section(hidden).unwrap().cells;
        assert!(cells.iter().all(|cell| cell.state == State::Withheld(Withheld::Role)), "{hidden:?} {cells:?}");
    }
    assert_eq!(now.alert_line, vec![], "the line is of alerts and infections");
    assert_eq!(now.section(Section::Covid19).unwrap().covid, None);
}

#[test]
fn an_unverified_list_of_blocks_hides_what_it_could_block() {
    let viewer = physician();
    let (now, _) = rich(&viewer).replayed(&Replayed { viewer: &viewer, blocks: &BlockStatus::Unverified });
    for section in &now.sections {
        assert_eq!(section.entries, vec![], "{:?}", section.name);
        assert!(section.cells.iter().all(|cell| cell.state == State::Withheld(Withheld::BlockUnverified)));
    }
}

#[test]
fn of_a_person_who_has_become_protected_no_place_is_told() {
    let viewer = physician();
    let masked = rich(&viewer).masked(&[7; 16]);
    assert!(masked.person.places_masked);
    let text = masked.to_json().to_string();
    for place in ["Organisation s", PROVIDER, UNIT, "063-555"] {
        assert!(!text.contains(place), "{place} in {text}");
    }
    assert_eq!(masked.section(Section::Contacts).unwrap().entries, vec![]);
}
