//! Five looks, and never a dark badge because somebody was silent.

use std::sync::Arc;

use samsyn_domain::{
    badge::{Badge, Look},
    entry::Entry,
    merge::assemble,
    overview::Overview,
    section::Section,
    state::{Entries, NotAsked, State, Unanswered, Withheld},
    time::When,
    vocabulary::{ServiceKind, ServicePhase},
};
use samsyn_tests::build::{answered, opening, physician, register, service};

fn badge(overview: &Overview, kind: &ServiceKind) -> Badge {
    overview.badges.iter().find(|badge| badge.kind == *kind).cloned().expect("every kind has a badge")
}

fn services(entry: samsyn_domain::entry::Service) -> State {
    Entries::new(vec![Entry::Service(Arc::new(entry))]).map_or(State::NothingHeld, State::Reported)
}

fn only_services(state: State) -> impl Fn(Section) -> State {
    move |section| if section == Section::Services { state.clone() } else { State::NothingHeld }
}

fn overview(states: Vec<(&str, State)>) -> Overview {
    let mut answers = vec![register()];
    answers.extend(states.into_iter().map(|(id, state)| answered(id, only_services(state))));
    assemble(&opening(physician(), false), &answers)
}

fn noted(date: &str) -> State {
    let mut entry = service("s", ServiceKind::HomeCare, ServicePhase::Ended);
    entry.last_noted = Some(When::read(date));
    services(entry)
}

#[test]
fn the_window_is_three_calendar_months_inclusive() {
    for (date, look) in [
        ("2026-08-24", Look::Recent),
        ("2026-08-21", Look::Recent),
        ("2026-08-20", Look::None),
        ("2026-08", Look::Recent),
        ("2026-07", Look::None),
        ("2026", Look::Recent),
    ] {
        let overview = overview(vec![("a", noted(date))]);
        assert_eq!(badge(&overview, &ServiceKind::HomeCare).look, look, "{date}");
        assert_eq!(overview.recent_since.to_string(), "2026-08-21");
    }
}

#[test]
fn an_ongoing_service_is_lit_even_when_another_source_is_silent() {
    let lit = services(service("s", ServiceKind::HomeCare, ServicePhase::Ongoing));
    let overview = overview(vec![("a", lit), ("b", State::Unanswered(Unanswered::Timeout))]);
    assert_eq!(badge(&overview, &ServiceKind::HomeCare).look, Look::Ongoing);
    let other = badge(&overview, &ServiceKind::Lss);
    assert_eq!(other.look, Look::Unknown);
    assert_eq!(other.sources.len(), 1, "the silent one is named");
    assert_eq!(other.sources[0].as_str(), "b");
}

#[test]
fn what_is_withheld_leaves_a_badge_unknown_and_accuses_nobody_of_silence() {
    for why in [Withheld::Role, Withheld::MissingIds, Withheld::BlockUnverified, Withheld::MayExist] {
        let dark = badge(&overview(vec![("a", State::Withheld(why))]), &ServiceKind::HomeCare);
        assert_eq!((dark.look, dark.sources.len()), (Look::Unknown, 0), "{why:?}");
        let silent = State::Unanswered(Unanswered::Timeout);
        let both = overview(vec![("a", State::Withheld(why)), ("b", silent)]);
        let both = badge(&both, &ServiceKind::HomeCare);
        assert_eq!((both.look, both.sources.len()), (Look::Unknown, 1), "only the silent one is named: {why:?}");
    }
}

#[test]
fn a_service_that_ended_yesterday_is_not_ongoing() {
    let mut entry = service("s", ServiceKind::HomeCare, ServicePhase::Ongoing);
    entry.ended = Some(When::read("2026-11-20"));
    let overview = overview(vec![("a", services(entry))]);
    assert_eq!(badge(&overview, &ServiceKind::HomeCare).look, Look::Recent);
}

#[test]
fn a_source_that_was_not_asked_leaves_the_badge_not_asked() {
    let overview = overview(vec![("a", State::NothingHeld), ("b", State::NotAsked(NotAsked::NoLink))]);
    assert_eq!(badge(&overview, &ServiceKind::HomeCare).look, Look::NotAsked);
}

#[test]
fn what_social_services_decide_may_not_be_fetched_in_an_emergency_whoever_else_could_have_been_asked() {
    let barred = || State::NotAsked(NotAsked::NotInEmergency);
    for other in [NotAsked::NoLink, NotAsked::NotSelected, NotAsked::NotInEmergency] {
        let overview = overview(vec![("a", barred()), ("b", State::NotAsked(other)), ("c", State::NothingHeld)]);
        for kind in ServiceKind::KNOWN {
            let badge = badge(&overview, kind);
            if badge.look == Look::NotAsked {
                assert_eq!(badge.not_in_emergency, kind.is_of_social_services(), "{kind:?} beside {other:?}");
            }
        }
        assert!(badge(&overview, &ServiceKind::HomeCare).not_in_emergency, "{other:?}");
    }
    let overview =
        overview(vec![("a", State::NotAsked(NotAsked::NoLink)), ("b", State::NotAsked(NotAsked::NotSelected))]);
    assert!(overview.badges.iter().all(|badge| !badge.not_in_emergency), "nobody is barred");
    let lit = services(service("s", ServiceKind::HomeCare, ServicePhase::Ongoing));
    let lit = badge(&self::overview(vec![("a", lit), ("b", barred())]), &ServiceKind::HomeCare);
    assert_eq!((lit.look, lit.not_in_emergency), (Look::Ongoing, false));
    let silent = self::overview(vec![("a", State::Unanswered(Unanswered::Timeout)), ("b", barred())]);
    let silent = badge(&silent, &ServiceKind::HomeCare);
    assert_eq!((silent.look, silent.not_in_emergency), (Look::Unknown, false));
}

#[test]
fn nothing_to_show_only_when_everybody_answered() {
    let overview = overview(vec![("a", State::NothingHeld), ("b", State::StatedNone(None))]);
    assert_eq!(badge(&overview, &ServiceKind::HomeCare).look, Look::None);
}

#[test]
fn a_kind_that_no_source_can_light_is_not_asked_rather_than_none() {
    let mut answer = answered("a", |_| State::NothingHeld);
    answer.source.service_kinds = vec![ServiceKind::HomeCare];
    let overview = assemble(&opening(physician(), false), &[register(), answer]);
    assert_eq!(badge(&overview, &ServiceKind::Aids).look, Look::NotAsked);
}

#[test]
fn no_badge_says_none_while_blocked_information_exists() {
    let answers = [register(), answered("a", |_| State::NothingHeld)];
    let overview = assemble(&opening(physician(), true), &answers);
    assert!(overview.badges.iter().all(|badge| badge.look != Look::None));
}

#[test]
fn a_source_that_was_not_asked_is_counted_as_such_although_it_never_has_some_sections() {
    let unlinked =
        answered(
            "b",
            |section| {
                if section == Section::Covid19 { State::Unsupported } else { State::NotAsked(NotAsked::NoLink) }
            },
        );
    let answers = [register(), answered("a", |_| State::NothingHeld), unlinked];
    let line = assemble(&opening(physician(), false), &answers).completeness;
    assert_eq!((line.asked, line.answered, line.not_asked), (2, 2, 1), "the register and `a` were asked");
}
