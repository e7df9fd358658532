//! Adapters that try to use up the host.

use std::time::Duration;

use samsyn_domain::state::{Partial, State, Unanswered};
use samsyn_host::{
    limits::Limits,
    report::{Ended, StopKind},
};

use super::scene::{Played, Scene, titles, titles_of};

async fn stopped(behaviour: &str, by: StopKind) -> Played {
    let played = Scene::of(behaviour).await.play().await;
    assert_eq!(played.report.ended, Ended::Stopped { by }, "{behaviour}: {:?}", played.report);
    played
}

fn assert_broken_off(state: &State, title: &str) {
    match state {
        State::Partial { reason: Partial::BrokenOff { problem: Unanswered::AdapterFault }, entries } => {
            assert!(!entries.is_empty() && titles_of(entries).iter().all(|found| *found == title), "{entries:?}");
        }
        other => panic!("not broken off: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_ends_when_its_computing_time_is_used_up() {
    let played = stopped("endless-loop", StopKind::CpuLimit).await;
    played.assert_unanswered(Unanswered::AdapterFault);
    assert!((500..1_000).contains(&played.report.used.guest_cpu_ms), "{:?}", played.report.used);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_ends_at_the_deadline_even_with_computing_time_left() {
    let limits = Limits { guest_cpu_ms: 20_000, ..Limits::default() };
    let played = Scene::with("endless-loop", None, limits).await.play_within(Duration::from_millis(300)).await;
    assert_eq!(played.report.ended, Ended::TimedOut);
    played.assert_unanswered(Unanswered::Timeout);
    assert!(played.took < Duration::from_secs(5), "{:?}", played.took);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_growth_ends_at_the_limit() {
    // Filling 128 MiB takes longer than the computing time on a busy machine; the memory is what is tested here.
    let limits = Limits { memory_max_bytes: 16 * 1024 * 1024, guest_cpu_ms: 5_000, ..Limits::default() };
    let played = Scene::with("grow-memory", None, limits).await.play().await;
    assert_eq!(played.report.ended, Ended::Stopped { by: StopKind::MemoryLimit });
    played.assert_unanswered(Unanswered::AdapterFault);
    assert!(played.report.used.memory_peak_bytes <= 16 * 1024 * 1024, "{:?}", played.report.used);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deep_recursion_ends_at_the_guests_own_stack() {
    let played = Scene::of("deep-recursion").await.play().await;
    // The guest's stack lies in its memory: leaving it is a fault there, unless the engine's own stack ends first.
    assert!(
        matches!(played.report.ended, Ended::Stopped { by: StopKind::StackOverflow | StopKind::Trap }),
        "{:?}",
        played.report
    );
    played.assert_unanswered(Unanswered::AdapterFault);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_entries_ends_at_the_limit_and_keeps_what_came() {
    let limits = Limits { guest_cpu_ms: 5_000, ..Limits::default() };
    let played = Scene::with("entry-flood", None, limits).await.play().await;
    assert_eq!(played.report.ended, Ended::Stopped { by: StopKind::TooManyEntries });
    assert_eq!(played.documents().entries().len(), 5_000);
    assert_broken_off(played.documents(), "Flod");
    assert_eq!(*played.care_limits(), State::Unanswered(Unanswered::AdapterFault));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_log_lines_is_counted_and_costs_the_answer_nothing() {
    let limits = Limits { guest_cpu_ms: 5_000, ..Limits::default() };
    let played = Scene::with("log-flood", None, limits).await.play().await;
    assert_eq!(titles(played.documents()), ["Efter floden"]);
    assert_eq!((played.report.log.len(), played.report.log_dropped), (200, 4_800));
    assert!(played.report.log.iter().all(|line| line.text.len() <= 2_048));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_with_a_huge_string_is_refused_before_it_is_copied() {
    stopped("huge-call", StopKind::CallTooLarge).await.assert_unanswered(Unanswered::AdapterFault);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_an_adapter_fault_and_never_none() {
    stopped("unreachable", StopKind::Unreachable).await.assert_unanswered(Unanswered::AdapterFault);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_before_a_panic_are_kept_and_marked_as_broken_off() {
    let played = stopped("trap-after-entries", StopKind::Unreachable).await;
    assert_broken_off(played.documents(), "Före felet");
    assert_eq!(*played.care_limits(), State::Unanswered(Unanswered::AdapterFault));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_that_was_complete_before_a_panic_stays_complete() {
    let played = stopped("trap-after-status", StopKind::Unreachable).await;
    assert_eq!(titles(played.documents()), ["Före felet"]);
    assert_eq!(*played.care_limits(), State::Unanswered(Unanswered::AdapterFault));
}
