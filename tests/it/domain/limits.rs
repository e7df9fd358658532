//! Care limits: validity, the marked position, conflicts, copies, and where nobody could check.

use std::sync::Arc;

use samsyn_domain::{
    entry::{CareLimit, Entry},
    limits_view::Validity,
    merge::assemble,
    overview::SectionView,
    provenance::Signing,
    section::Section,
    state::{Entries, State, Unanswered},
    time::When,
    vocabulary::{AuthorKind, LimitNature},
};
use samsyn_tests::build::{answered, care_limit, opening, physician, register};

fn limits(by_source: Vec<(&str, Vec<CareLimit>)>) -> SectionView {
    let mut answers = vec![register()];
    for (id, limits) in by_source {
        let entries: Vec<Entry> = limits.into_iter().map(|limit| Entry::CareLimit(Arc::new(limit))).collect();
        let state = Entries::new(entries).map_or(State::NothingHeld, State::Reported);
        answers.push(answered(
            id,
            move |section| {
                if section == Section::CareLimits { state.clone() } else { State::NothingHeld }
            },
        ));
    }
    let overview = assemble(&opening(physician(), false), &answers);
    overview.section(Section::CareLimits).cloned().expect("every overview has the section")
}

fn text(view: &SectionView, index: usize) -> &str {
    match &view.entries[index].entry {
        Entry::CareLimit(limit) => &limit.text,
        other => panic!("not a care limit: {other:?}"),
    }
}

fn unsigned(mut limit: CareLimit) -> CareLimit {
    limit.provenance.signing = Signing::Unsigned;
    limit
}

#[test]
fn an_unsigned_note_is_never_the_marked_position() {
    let note = unsigned(care_limit("note", "Ingen HLR, ingen IVA, inga antibiotika"));
    let mut milder = care_limit("signed", "Inga begränsningar");
    milder.nature = LimitNature::NoLimits;
    let view = limits(vec![("a", vec![note]), ("b", vec![milder])]);
    let marked: Vec<_> = view.entries.iter().filter(|shown| shown.most_restrictive).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].source.as_str(), "b");
}

#[test]
fn a_relatives_word_is_never_the_marked_position_even_when_signed() {
    let mut word = care_limit("word", "Vill inte återupplivas");
    word.author_kind = AuthorKind::Relative;
    let view = limits(vec![("a", vec![word])]);
    assert!(view.entries.iter().all(|shown| !shown.most_restrictive));
}

#[test]
fn positions_that_differ_stand_side_by_side_with_how_they_are_signed() {
    let signed = care_limit("1", "Ingen HLR. Ingen IVA-vård. Antibiotika och vätska vid behov.");
    let mut other = unsigned(care_limit("2", "Inga begränsningar beslutade vid inflyttning"));
    other.nature = LimitNature::NoLimits;
    let view = limits(vec![("b", vec![other]), ("a", vec![signed])]);
    let conflict = view.conflict.expect("they differ");
    assert_eq!((conflict.signed_by_physician, conflict.unsigned), (1, 1));
    assert_eq!(view.entries.len(), 2);
    assert!(text(&view, 0).starts_with("Ingen HLR"), "the signed one is read first");
}

#[test]
fn a_palliative_talk_is_no_conflict_with_a_limit() {
    let mut talk = care_limit("talk", "Brytpunktssamtal hållet");
    talk.nature = LimitNature::PalliativeTalk;
    let view = limits(vec![("a", vec![care_limit("1", "Ingen HLR")]), ("b", vec![talk])]);
    assert_eq!(view.conflict, None);
}

#[test]
fn an_ended_limit_stands_apart_and_conflicts_with_nothing() {
    let mut ended = care_limit("old", "Ingen HLR");
    ended.valid_to = Some(When::read("2024-06-30"));
    let mut current = care_limit("new", "Inga begränsningar");
    current.nature = LimitNature::NoLimits;
    let view = limits(vec![("a", vec![ended, current])]);
    assert_eq!(view.conflict, None);
    assert_eq!(view.entries[0].validity, Validity::Current);
    assert_eq!(view.entries[1].validity, Validity::Ended);
}

#[test]
fn validity_lasts_through_its_last_day() {
    for (end, validity) in [
        ("2026-11-21", Validity::Current),
        ("2026-11-20", Validity::Ended),
        ("2026-11", Validity::Current),
        ("2026-11-21T11:59", Validity::Ended),
        ("2026-11-21T12:01", Validity::Current),
        ("okänt", Validity::Current),
    ] {
        let mut limit = care_limit("1", "Ingen HLR");
        limit.valid_to = Some(When::read(end));
        assert_eq!(limits(vec![("a", vec![limit])]).entries[0].validity, validity, "{end}");
    }
}

#[test]
fn two_copies_of_one_decision_are_linked_and_both_dates_are_kept() {
    let mut one = care_limit("1", "Ingen HLR");
    let mut two = care_limit("2", "ingen  hlr.");
    one.decision_id = Some("d".into());
    two.decision_id = Some("d".into());
    two.decided = Some(When::read("2026-10-05"));
    let view = limits(vec![("a", vec![one]), ("b", vec![two])]);
    assert_eq!(view.entries.len(), 1);
    assert_eq!(view.entries[0].copies[0].source.as_str(), "b");
    assert_eq!(view.entries[0].copies[0].dated, Some(When::read("2026-10-05")));
    assert_eq!(view.conflict, None);
}

#[test]
fn copies_that_have_drifted_apart_both_stay_and_are_a_conflict() {
    let mut one = care_limit("1", "Ingen HLR");
    let mut two = care_limit("2", "Ingen HLR, ingen IVA-vård");
    one.decision_id = Some("d".into());
    two.decision_id = Some("d".into());
    let view = limits(vec![("a", vec![one]), ("b", vec![two])]);
    assert_eq!(view.entries.len(), 2);
    assert!(view.entries.iter().all(|shown| shown.copies.len() == 1));
    assert!(view.conflict.is_some());
}

#[test]
fn a_silent_source_is_named_with_a_number_to_call() {
    let answers = [register(), answered("a", |_| State::Unanswered(Unanswered::Timeout))];
    let overview = assemble(&opening(physician(), false), &answers);
    let view = overview.section(Section::CareLimits).expect("every overview has the section");
    assert_eq!(view.not_checked.len(), 1);
    assert_eq!(view.not_checked[0].phone.as_deref(), Some("063-555 00 00"));
}
