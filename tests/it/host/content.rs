//! Adapters that lie, contradict themselves, or answer what nobody asked.

use samsyn_domain::{
    entry::Entry,
    identifier::PersonIdentifier,
    section::Section,
    source::SourceId,
    state::{NotAsked, Partial, State, Unanswered},
};
use samsyn_host::report::{Ended, StopKind};
use samsyn_service::port::adapters::{Adapters as _, PersonAnswer, Question};

use super::scene::{Scene, WITHIN, question, titles, titles_of};

const ADAPTER_FAULT: State = State::Unanswered(Unanswered::AdapterFault);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_record_of_another_patient_discards_the_whole_source() {
    let played = Scene::of("wrong-patient").await.play().await;
    assert_eq!(played.report.ended, Ended::Stopped { by: StopKind::WrongPatient });
    played.assert_unanswered(Unanswered::WrongPatient);
    assert_eq!(played.answer.person, PersonAnswer::Unanswered(Unanswered::WrongPatient));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_person_in_the_banner_discards_the_whole_source() {
    let played = Scene::of("wrong-person").await.play().await;
    played.assert_unanswered(Unanswered::WrongPatient);
    assert_eq!(played.answer.person, PersonAnswer::Unanswered(Unanswered::WrongPatient));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complete_without_entries_is_a_fault_and_never_none() {
    let played = Scene::of("complete-without-entries").await.play().await;
    played.assert_unanswered(Unanswered::AdapterFault);
    assert_eq!(played.answer.person, PersonAnswer::Unanswered(Unanswered::AdapterFault));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_held_beside_an_entry_is_a_fault_that_keeps_the_entry() {
    let played = Scene::of("nothing-held-with-entries").await.play().await;
    let reason = Partial::BrokenOff { problem: Unanswered::AdapterFault };
    assert!(matches!(played.documents(), State::Partial { reason: found, .. } if *found == reason));
    assert_eq!(titles_of(played.documents().entries()), ["Anteckning"]);
    assert_eq!(*played.care_limits(), State::NothingHeld);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_statuses_for_one_section_are_a_fault_of_that_section_alone() {
    let played = Scene::of("two-statuses").await.play().await;
    assert!(matches!(
        played.documents(),
        State::Partial { reason: Partial::BrokenOff { problem: Unanswered::AdapterFault }, .. }
    ));
    assert_eq!(*played.care_limits(), State::NothingHeld);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_persons_are_nobody() {
    let played = Scene::of("two-persons").await.play().await;
    assert_eq!(played.answer.person, PersonAnswer::Unanswered(Unanswered::AdapterFault));
    assert_eq!(*played.care_limits(), State::NothingHeld);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_asked_for_is_not_delivered() {
    let scene = Scene::of("unasked-section").await;
    let question = Question { sections: vec![Section::CareLimits], person: false, ..question() };
    let source = SourceId::new("hostile");
    let answer = scene.host().ask(&source, &question, WITHIN).await;
    assert_eq!(answer.sections.into_iter().collect::<Vec<_>>(), [(Section::CareLimits, State::NothingHeld)]);
    assert_eq!(answer.person, PersonAnswer::NotAsked);
    let notes = scene.host().last_report(&source).unwrap().notes;
    for said in ["documents: an entry", "documents: a status", "dental: a status"] {
        assert!(notes.iter().any(|note| note.starts_with(said)), "{said}: {notes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_without_a_status_are_kept_and_never_called_complete() {
    let played = Scene::of("no-status").await.play().await;
    let reason = Partial::BrokenOff { problem: Unanswered::NoStatus };
    assert!(matches!(played.documents(), State::Partial { reason: found, .. } if *found == reason));
    assert_eq!(titles_of(played.documents().entries()), ["Anteckning"]);
    assert_eq!(*played.care_limits(), State::Unanswered(Unanswered::NoStatus));
    assert_eq!(played.answer.person, PersonAnswer::Unanswered(Unanswered::NoStatus));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_breaks_a_rule_is_counted_and_markup_stays_text() {
    let played = Scene::of("long-text").await.play().await;
    match played.documents() {
        State::Partial { reason: Partial::InvalidEntries { count: 1 }, entries } => {
            assert_eq!(titles_of(entries), ["<script>alert(1)</script>[31m"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(played.report.notes.iter().any(|note| note.contains("`text` is too long")), "{:?}", played.report.notes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_the_source_does_not_know_is_nothing_held() {
    let played = Scene::of("patient-unknown").await.play().await;
    assert!(played.answer.sections.values().all(|state| *state == State::NothingHeld));
    assert_eq!(played.answer.person, PersonAnswer::NotHeld);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_names_its_patient_and_links_below_the_granted_origin() {
    let scene = Scene::of("well-behaved").await;
    let played = scene.play().await;
    assert_eq!(titles(played.documents()), ["200 anteckning"]);
    let Entry::Document(document) = &played.documents().entries()[0] else { panic!("not a document") };
    assert!(document.provenance.patient.as_ref().unwrap().names(&question().patient));
    assert_eq!(document.provenance.link, Some(format!("{}/records/1", scene.upstream.base)));
    assert_eq!(played.answer.person, PersonAnswer::NotHeld);
    assert_eq!(played.answer.adapter_digest.len(), 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_the_adapter_never_has_is_unsupported_and_not_asked_for() {
    let scene = Scene::of("well-behaved").await;
    let question = Question { sections: vec![Section::Medications], person: false, ..question() };
    let answer = scene.host().ask(&SourceId::new("hostile"), &question, WITHIN).await;
    assert_eq!(answer.sections[&Section::Medications], State::Unsupported);
    assert_eq!(scene.upstream.hits(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_is_not_asked_by_a_kind_of_identifier_it_does_not_have() {
    let scene = Scene::of("well-behaved").await;
    let question = Question { patient: PersonIdentifier::stated("98240301AA06").unwrap(), ..question() };
    let answer = scene.host().ask(&SourceId::new("hostile"), &question, WITHIN).await;
    assert!(answer.sections.values().all(|state| *state == State::NotAsked(NotAsked::IdentifierType)));
    assert_eq!(scene.upstream.hits(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_not_bound_is_an_adapter_fault() {
    let scene = Scene::of("well-behaved").await;
    let answer = scene.host().ask(&SourceId::new("nobody"), &question(), WITHIN).await;
    assert!(answer.sections.values().all(|state| *state == ADAPTER_FAULT));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_self_test_is_found_by_its_name_and_reaches_the_source() {
    let scene = Scene::of("well-behaved").await;
    assert_eq!(scene.host().selftest(&SourceId::new("hostile")).await.unwrap(), "svarar 200");
    assert_eq!(scene.upstream.hits(), 1);
}
