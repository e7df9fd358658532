//! I4, I5 and I7 for any number of sources in any combination of states.

use proptest::prelude::*;
use samsyn_domain::{
    access::{Block, BlockStatus},
    badge::Look,
    entry::Entry,
    merge::{Answered, assemble},
    overview::Overview,
    section::Section,
    source::{ProviderId, ProviderKind, ProviderKinds},
    state::{Entries, NotAsked, Partial, State, Unanswered},
    viewer::{Role, Viewer},
};
use samsyn_tests::build::{answered, consenting, decided, entry, opening, patient, physician, register, viewer};

/// What one source is made to say of every section. Small numbers, so that a failing case reads well.
#[derive(Debug, Clone, Copy)]
enum Said {
    Reported,
    ReportedWithoutPatient,
    StatedNone,
    NothingHeld,
    Partial,
    BrokenOff,
    Unanswered,
    NotAsked,
    Unsupported,
}

fn any_said() -> impl Strategy<Value = Said> {
    prop_oneof![
        Just(Said::Reported),
        Just(Said::ReportedWithoutPatient),
        Just(Said::StatedNone),
        Just(Said::NothingHeld),
        Just(Said::Partial),
        Just(Said::BrokenOff),
        Just(Said::Unanswered),
        Just(Said::NotAsked),
        Just(Said::Unsupported),
    ]
}

fn state(said: Said, section: Section, id: &str) -> State {
    let one = |patient: bool| {
        let mut entry = entry(section, id);
        if !patient {
            entry.provenance_mut().patient = None;
        }
        Entries::new(vec![entry]).map_or(State::NothingHeld, State::Reported)
    };
    match said {
        Said::Reported => one(true),
        Said::ReportedWithoutPatient => one(false),
        Said::StatedNone => State::StatedNone(None),
        Said::NothingHeld => State::NothingHeld,
        Said::Partial => State::Partial { reason: Partial::Stated { text: "sida 2 saknas".into() }, entries: vec![] },
        Said::BrokenOff => State::Partial {
            reason: Partial::BrokenOff { problem: Unanswered::Timeout },
            entries: vec![entry(section, id)],
        },
        Said::Unanswered => State::Unanswered(Unanswered::Timeout),
        Said::NotAsked => State::NotAsked(NotAsked::NoLink),
        Said::Unsupported => State::Unsupported,
    }
}

fn any_viewer() -> impl Strategy<Value = Viewer> {
    prop_oneof![
        Just(physician()),
        Just(viewer(Role::Nurse, ProviderKind::Care)),
        Just(viewer(Role::Therapist, ProviderKind::Care)),
        Just(viewer(Role::CaseOfficer, ProviderKind::SocialCare)),
        Just(viewer(Role::CareWorker, ProviderKind::SocialCare)),
    ]
}

/// A block of a provider none of whose records are in the answers: it must still keep "none" from being said.
fn block_elsewhere(exists: bool) -> BlockStatus {
    let block = Block::outer(ProviderId::new("SE9999000077-A001"));
    BlockStatus::Verified(if exists { vec![block] } else { Vec::new() })
}

fn raw(said: &[Said]) -> Vec<Answered> {
    said.iter()
        .enumerate()
        .map(|(n, said)| answered(&format!("s{n}"), |section| state(*said, section, &format!("{n}"))))
        .collect()
}

fn build(said: &[Said], viewer: &Viewer, blocked: bool) -> Overview {
    let blocks = block_elsewhere(blocked);
    let mut answers = vec![register()];
    answers.extend(raw(said).into_iter().map(|answer| decided(answer, viewer, &blocks)));
    let told = samsyn_domain::access::blocked_exists(
        viewer,
        consenting(viewer, &blocks, &ProviderKinds::default()).grant,
        &blocks,
    );
    assemble(&opening(viewer.clone(), told), &answers)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// I4: "none" only if everybody who could hold it was asked and answered in full, and nothing is blocked.
    #[test]
    fn none_is_said_only_when_it_is_known(
        said in prop::collection::vec(any_said(), 0..9), viewer in any_viewer(), blocked: bool,
    ) {
        let overview = build(&said, &viewer, blocked);
        for cell in overview.sections.iter().flat_map(|section| &section.cells) {
            if matches!(cell.state, State::StatedNone(_) | State::NothingHeld) {
                prop_assert!(!blocked, "blocked information exists");
                prop_assert!(viewer.may_know_of_blocks(), "this reader may not be told");
            }
        }
        let all_answered = said.iter().all(|said| {
            matches!(said, Said::Reported | Said::StatedNone | Said::NothingHeld | Said::Unsupported)
        });
        for badge in overview.badges.iter().filter(|badge| badge.look == Look::None) {
            prop_assert!(all_answered && !said.is_empty(), "{:?} is dark although somebody was silent", badge.kind);
            prop_assert!(!(blocked && viewer.may_know_of_blocks()));
        }
        prop_assert_eq!(overview.blocked_exists, (blocked && viewer.may_know_of_blocks()).then_some(true));
    }

    /// I5: every entry shown states the patient of the header.
    #[test]
    fn every_entry_shown_belongs_to_the_patient(
        said in prop::collection::vec(any_said(), 0..9), viewer in any_viewer(),
    ) {
        let overview = build(&said, &viewer, false);
        for shown in overview.sections.iter().flat_map(|section| &section.entries) {
            let stated = shown.entry.provenance().patient.as_ref();
            prop_assert!(stated.is_some_and(|stated| stated.names(&patient())));
        }
    }

    /// I7: whatever one source does, the others' cells and entries stay as they are.
    #[test]
    fn one_sources_failure_hides_nothing_of_the_others(
        said in prop::collection::vec(any_said(), 1..7), failing in 0_usize..7, viewer in any_viewer(),
    ) {
        let failing = failing % said.len();
        let mut failed = said.clone();
        failed[failing] = Said::Unanswered;
        let (before, after) = (build(&said, &viewer, false), build(&failed, &viewer, false));
        let name = format!("s{failing}");
        for (before, after) in before.sections.iter().zip(&after.sections) {
            let others = |view: &samsyn_domain::overview::SectionView| -> Vec<_> {
                view.cells.iter().filter(|cell| cell.source.as_str() != name).cloned().collect()
            };
            prop_assert_eq!(others(before), others(after));
            for shown in before.entries.iter().filter(|shown| shown.source.as_str() != name) {
                prop_assert!(after.entries.iter().any(|other| other.entry == shown.entry), "an entry is gone");
            }
        }
    }

    /// Merge: whatever the decision let through is on the page, as an entry or as a linked copy.
    #[test]
    fn nothing_a_source_reported_is_dropped(said in prop::collection::vec(any_said(), 0..9), same_ids: bool) {
        let viewer = physician();
        let blocks = BlockStatus::Verified(Vec::new());
        let mut answers = vec![register()];
        for (n, said) in said.iter().enumerate() {
            let id = if same_ids { "same".to_owned() } else { n.to_string() };
            let answer = answered(&format!("s{n}"), |section| state(*said, section, &id));
            answers.push(decided(answer, &viewer, &blocks));
        }
        let reported: usize = answers.iter().flat_map(|a| a.cells.values()).map(|state| state.entries().len()).sum();
        let overview = assemble(&opening(viewer, false), &answers);
        let entries: usize = overview.sections.iter().map(|section| section.entries.len()).sum();
        let linked: usize = overview.sections.iter().flat_map(|s| &s.entries).map(|shown| shown.copies.len()).sum();
        prop_assert_eq!(entries + if same_ids { linked } else { 0 }, reported);
        let is_entry = |shown: &Entry| !shown.provenance().id.is_empty();
        prop_assert!(overview.sections.iter().flat_map(|s| &s.entries).all(|shown| is_entry(&shown.entry)));
    }
}
