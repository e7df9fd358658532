//! What an outcome says, written as an opening writes it and read as those who read the log do: nothing is lost on the way.

use std::{collections::BTreeMap, sync::Arc};

use samsyn_domain::{
    entry::Entry,
    logged::{LoggedOutcome, Told, Why},
    merge::{Answered, assemble},
    person::PersonAnswer,
    provenance::Organisation,
    section::Section,
    state::{Entries, NotAsked, Partial, State, Unanswered, Withheld},
    vocabulary::{ContactKind, Protection},
};
use samsyn_service::{
    port::audit_log::{Activity, AuditRecord, Logged, Stage},
    record::{
        opening::{Came, Outcome, Shown},
        read,
    },
};
use samsyn_tests::build::{answered, contact, entry, now, opening, patient, person, physician, register};

const STATES: &str = "s";

/// Writes what was shown of these answers, as a part of a print or not at all, and reads it.
fn read_back(answers: &[Answered], shown: Option<Option<&'static [Section]>>) -> LoggedOutcome {
    let overview = assemble(&opening(physician(), false), answers);
    let arrived: Vec<usize> = (0..answers.len()).collect();
    let came = Came { adapter_sha256: "a".repeat(64), took_ms: Some(120) };
    let came: BTreeMap<String, Came> =
        answers.iter().map(|answer| (answer.source.id.to_string(), came.clone())).collect();
    let shown = shown.map(|part| Shown { overview: &overview, part, arrived: &arrived });
    let aborted_after = shown.is_none().then_some(0);
    let content = shown.map(|_| b"{}".as_slice());
    let outcome = Outcome { aborted_after, preset: None, shown, answers, came: &came, content, kept: None };
    let (viewer, of) = (Some(physician()), Some(patient()));
    let (stage, intent, at) = (Stage::Outcome, Some("r".to_owned()), now().timestamp());
    let details = outcome.details();
    let record = AuditRecord { stage, intent, activity: Activity::Read, at, viewer, patient: of, details };
    read::outcome(&Logged { index: 1, id: "o".into(), record })
}

fn reported(section: Section) -> State {
    let mut one = entry(section, "1");
    one.provenance_mut().care_provider = Some(Organisation::new("SE9999100001-A001", "Provare"));
    one.provenance_mut().care_unit = Some(Organisation::new("SE9999100001-E001", "Enheten"));
    Entries::new(vec![one]).map_or(State::NothingHeld, State::Reported)
}

/// Every state there is, each of a section of its own.
fn every_state() -> Answered {
    answered(STATES, |section| match section {
        Section::Alerts => reported(section),
        Section::Medications => {
            let entries = reported(section).entries().to_vec();
            State::Partial { reason: Partial::EntriesWithheld { count: 2 }, entries }
        }
        Section::CareLimits => State::StatedNone(None),
        Section::Services => State::NothingHeld,
        Section::Plans => State::Unanswered(Unanswered::Malformed),
        Section::Documents => State::Withheld(Withheld::Role),
        Section::Covid19 => State::NotAsked(NotAsked::NoLink),
        Section::FunctionalStatus => State::Waiting,
        Section::Consents => State::Partial {
            reason: Partial::BrokenOff { problem: Unanswered::Down },
            entries: reported(section).entries().to_vec(),
        },
        Section::Contacts => State::Unsupported,
    })
}

fn told(outcome: &LoggedOutcome, source: &str) -> BTreeMap<Section, Told> {
    outcome.sources.iter().find(|one| one.source == source).unwrap().sections.clone()
}

#[test]
fn every_state_is_read_as_what_became_of_it() {
    let outcome = read_back(&[register(), every_state()], Some(None));
    let expected = BTreeMap::from([
        (Section::Alerts, Told::Shown),
        (Section::Medications, Told::InPart(Why::SomeEntries)),
        (Section::CareLimits, Told::Nothing),
        (Section::Services, Told::Nothing),
        (Section::Plans, Told::Failed(Some(Unanswered::Malformed))),
        (Section::Documents, Told::Withheld(Why::Role)),
        (Section::Covid19, Told::NotAsked),
        (Section::FunctionalStatus, Told::Awaited),
        (Section::Consents, Told::Shown),
    ]);
    assert_eq!(told(&outcome, STATES), expected);
    assert_eq!(outcome.shown(), [Section::Alerts, Section::Medications, Section::Consents]);
    let source = outcome.sources.iter().find(|one| one.source == STATES).unwrap();
    assert_eq!((source.took_ms, source.late, outcome.complete), (Some(120), false, true));
    assert_eq!(outcome.protected, Some(false));
    let line = &outcome.resources.as_ref().unwrap()[0];
    assert_eq!((line.source.as_str(), line.provider.as_deref()), (STATES, Some("SE9999100001-A001")));
    assert_eq!(line.sections, outcome.shown());
}

#[test]
fn what_a_print_leaves_out_or_nobody_saw_was_not_shown() {
    let answers = [register(), every_state()];
    let print = read_back(&answers, Some(Some(&[Section::Alerts])));
    assert_eq!(print.shown(), [Section::Alerts]);
    let of_print = told(&print, STATES);
    assert_eq!((of_print[&Section::Alerts], of_print[&Section::Consents]), (Told::Shown, Told::NotShown));
    let left = read_back(&answers, None);
    assert_eq!((left.shown(), left.resources.as_deref(), left.complete), (Vec::new(), Some(&[][..]), false));
    let of_left = told(&left, STATES);
    assert_eq!((of_left[&Section::Alerts], of_left[&Section::CareLimits]), (Told::NotShown, Told::Nothing));
}

#[test]
fn protected_is_told_from_protection_that_nobody_could_rule_out() {
    let telling = answered("t", |section| match section {
        Section::Contacts => {
            let kin = Entry::Contact(Arc::new(contact("kin", ContactKind::NextOfKin)));
            Entries::new(vec![kin]).map_or(State::NothingHeld, State::Reported)
        }
        _ => State::NothingHeld,
    });
    let known = |answer: PersonAnswer| {
        let mut register = register();
        register.person = Some(answer);
        let outcome = read_back(&[register, telling.clone()], Some(None));
        (told(&outcome, "t")[&Section::Contacts], outcome.is_protected())
    };
    let mut details = person();
    details.protection = Some(Protection::ConfidentialityMark);
    let (protected, nobody) = (Why::ProtectedPerson, Why::ProtectionNotRuledOut);
    assert_eq!(known(PersonAnswer::Known(Box::new(details))), (Told::Withheld(protected), Some(true)));
    assert_eq!(known(PersonAnswer::Unanswered(Unanswered::Timeout)), (Told::Withheld(nobody), Some(false)));
    assert_eq!(known(PersonAnswer::Known(Box::new(person()))), (Told::Shown, Some(false)));
}
