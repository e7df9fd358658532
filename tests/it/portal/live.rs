//! The page in pieces: what has answered is there at once, what is late is marked, and the answer ends.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use samsyn_server::config::Config;

use super::{
    browser::Browser,
    harness::{NOON, Portal, shared},
    reading::cell,
};

/// The limit of the hanging source. Everything else is there long before.
const VIVA_WITHIN: Duration = Duration::from_secs(5);
/// What "at once" may take here: unoptimised code beside other tests.
const AT_ONCE: Duration = Duration::from_secs(2);

/// The pieces of a live page with the time each came.
async fn pieces(doctor: &mut Browser, patient: &str) -> Vec<(Duration, String)> {
    let address = doctor.open_with(&[("patient", patient), ("scope", "shared"), ("live", "1")]).await;
    let started = Instant::now();
    let response = doctor.begin(&address).await;
    assert_eq!(response.status(), 200);
    let mut body = response.bytes_stream();
    let mut pieces = Vec::new();
    while let Some(piece) = body.next().await {
        pieces.push((started.elapsed(), String::from_utf8_lossy(&piece.unwrap()).into_owned()));
    }
    pieces.push((started.elapsed(), String::new()));
    pieces
}

/// When everything up to here held this text for the first time.
fn first_with(pieces: &[(Duration, String)], text: &str) -> Duration {
    let mut so_far = String::new();
    let found = pieces.iter().find(|(_, piece)| {
        so_far.push_str(piece);
        so_far.contains(text)
    });
    found.unwrap_or_else(|| panic!("`{text}` never came")).0
}

#[tokio::test]
async fn a_hanging_source_delays_nobody_else_and_the_page_ends() {
    let portal = Portal::start("viva=hang").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let pieces = pieces(&mut doctor, &portal.showing("everything")).await;
    assert!(first_with(&pieces, "data-section=\"care-limits\"") < AT_ONCE, "the first bytes wait for nobody");
    assert!(first_with(&pieces, "Ej HLR. Ej intensivvård. Antibiotika, vätska och sjukhusvård vid behov.") < AT_ONCE);
    assert!(first_with(&pieces, "Astrid Fjällström") < AT_ONCE);
    assert!(first_with(&pieces, "<template data-for=\"care-limits\"") < AT_ONCE);
    let silent = first_with(&pieces, "Inget svar – uppgifter kan finnas");
    assert!(silent + Duration::from_secs(1) > VIVA_WITHIN, "{silent:?}");
    assert!(first_with(&pieces, "Kunde inte kontrolleras hos Storsjö kommun (Viva HSL)") > AT_ONCE);
    let (ended, _) = pieces.last().unwrap();
    assert!(*ended < VIVA_WITHIN + Duration::from_secs(4), "{ended:?}");
    let page: String = pieces.iter().map(|(_, piece)| piece.as_str()).collect();
    assert!(page.trim_end().ends_with("</html>"));
}

#[tokio::test]
async fn a_page_without_script_arrives_complete_and_holds_no_updates() {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let page = doctor.page(&portal.showing("everything"), "shared").await;
    assert!(!page.contains("<template data-for") && !page.contains("<samsyn-swap hidden"));
    assert!(!page.contains("Väntar på svar"), "nothing waits on a page that is complete");
    assert!(page.contains("Ej HLR. Ej intensivvård."));
}

#[tokio::test]
async fn an_answer_after_the_page_was_complete_is_marked_as_late() {
    let adjust = |config: &mut Config| config.limits.page_complete_after_ms = 1_000;
    let portal = Portal::start_at(NOON, "", adjust).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("slow");
    let pieces = pieces(&mut doctor, &patient).await;
    assert!(first_with(&pieces, "Kom sent") > Duration::from_millis(2_500));
    let overview = doctor.overview(&patient, "shared").await;
    assert_eq!(cell(&overview, "services", "viva-storsjo-hsl")["late"], true);
    let page = doctor.page(&patient, "shared").await;
    assert!(!page.contains("Hemsjukvård: stomi"), "a page without script ends when the page's own time is up");
    assert!(page.contains("Inget svar – uppgifter kan finnas"));
}
