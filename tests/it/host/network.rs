//! Adapters that try to leave the sandbox, and sources that misbehave behind an honest one.

use std::time::Duration;

use samsyn_domain::state::{State, Unanswered};
use samsyn_host::{limits::Limits, report::Ended};

use super::scene::{Played, Scene, Upstream, titles};

/// Plays a case whose request must be refused by this rule without anything being sent.
async fn refused(behaviour: &str, target: Option<&str>, rule: &str) -> Played {
    let scene = Scene::with(behaviour, target, Limits::default()).await;
    let played = scene.play().await;
    match &played.report.ended {
        Ended::Failed { code, .. } => assert_eq!(code, rule, "{behaviour} {target:?}"),
        other => panic!("{behaviour} {target:?}: {other:?}"),
    }
    played.assert_unanswered(Unanswered::AdapterFault);
    assert_eq!(scene.upstream.hits(), 0, "{behaviour} {target:?} was sent");
    played
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_origin_that_was_not_granted_is_denied_by_name() {
    let played = refused("alias", Some("elsewhere"), "origin").await;
    assert!(played.report.notes.iter().any(|note| note.contains("elsewhere")), "{:?}", played.report.notes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_method_that_was_not_granted_is_denied() {
    refused("method", None, "method").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_climbs_out_of_the_base_is_refused() {
    refused("get", Some("/../../etc/records"), "path-dots").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absolute_url_is_no_path() {
    let canary = Upstream::start().await;
    refused("get", Some(&format!("{}/records", canary.base)), "path-start").await;
    assert_eq!(canary.hits(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_any_other_address_stays_inside_however_it_is_written() {
    let canary = Upstream::start().await;
    let port = canary.base.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost", "169.254.169.254"] {
        refused("link", Some(&format!("http://{host}:{port}/records")), "outside-grant").await;
    }
    assert_eq!(canary.hits(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_inside_the_grant_is_followed() {
    let scene = Scene::with("link", Some("{base}/records"), Limits::default()).await;
    assert_eq!(titles(scene.play().await.documents()), ["200 anteckning"]);
    assert_eq!(scene.upstream.hits(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_that_belongs_to_the_host_is_refused() {
    refused("header", Some("Host: elsewhere.example"), "header-forbidden").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_returned_and_not_followed() {
    let scene = Scene::get("/redirect").await;
    assert_eq!(titles(scene.play().await.documents()), ["302 "]);
    assert_eq!(scene.upstream.hits(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_larger_than_the_limit_is_unreadable() {
    let played = Scene::get("/huge").await.play().await;
    played.assert_unanswered(Unanswered::Malformed);
    assert!(played.report.used.memory_peak_bytes < 8 * 1024 * 1024, "{:?}", played.report.used);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_never_answers_is_a_timeout_within_the_pages_deadline() {
    let played = Scene::get("/slow").await.play_within(Duration::from_millis(600)).await;
    played.assert_unanswered(Unanswered::Timeout);
    assert!(played.took < Duration::from_secs(3), "{:?}", played.took);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_refuses_and_one_that_is_overloaded_are_told_apart() {
    Scene::get("/refused").await.play().await.assert_unanswered(Unanswered::Refused);
    Scene::get("/overloaded").await.play().await.assert_unanswered(Unanswered::Overloaded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_requests_at_once_become_forty() {
    let scene = Scene::of("requests").await;
    let played = scene.play().await;
    assert_eq!(titles(played.documents()), ["40 svar, 20 nekade"]);
    assert_eq!(*played.care_limits(), State::NothingHeld);
    assert_eq!(scene.upstream.hits(), 40);
    assert_eq!((played.report.used.requests, played.report.used.requests_failed), (60, 20));
}
