//! How often one person may open a patient: far above what anybody reads, and counted per person.

use samsyn_service::port::audit_log::Stage;

use super::{
    browser::Browser,
    harness::{NOON, Portal},
};

/// Outcomes are written beside the answers; what is opened is told by its intent.
async fn intents(portal: &Portal) -> usize {
    portal.log().await.iter().filter(|entry| entry.record.stage == Stage::Intent).count()
}

#[tokio::test]
async fn whoever_opens_more_than_a_person_can_is_refused_in_words_and_nobody_else_is() {
    let portal = Portal::start_at(NOON, "", |config| config.limits.openings_per_minute = 10).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "own").await;
    let mut second_window = Browser::signed_in(&portal, "doctor").await;
    let other = second_window.open(&portal.showing("everything"), "own").await;
    for _ in 0..5 {
        assert_eq!(doctor.json(&address).await.status, 200);
        assert_eq!(second_window.json(&other).await.status, 200);
    }
    let opened = intents(&portal).await;
    for (browser, address) in [(&mut doctor, &address), (&mut second_window, &other)] {
        let refused = browser.get(address).await;
        assert_eq!(refused.status, 429);
        assert!(refused.body.contains("data-error=\"rate-limited\"") && !refused.body.contains("Astrid"));
        let print = browser.post(&format!("{address}/print/akutblad"), &[]).await;
        assert_eq!(print.status, 429, "a print is an opening");
    }
    assert_eq!(intents(&portal).await, opened, "nothing was opened");
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let hers = nurse.open(&portal.showing("everything"), "own").await;
    assert_eq!(nurse.json(&hers).await.status, 200);
}

#[tokio::test]
async fn what_is_shown_again_counts_as_what_is_opened() {
    let portal = Portal::start_at(NOON, "", |config| config.limits.openings_per_minute = 10).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&portal.showing("everything"), "own").await;
    assert_eq!(doctor.json(&address).await.status, 200);
    let started = std::time::Instant::now();
    let replay = loop {
        let list = doctor.get(&format!("{address}/shown")).await.body;
        if let Some(rest) = list.split_once(&format!("href=\"{address}/shown/")) {
            break format!("{address}/shown/{}", rest.1.split('"').next().unwrap());
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(10), "{list}");
    };
    for _ in 0..9 {
        assert_eq!(doctor.get(&replay).await.status, 200);
    }
    let before = intents(&portal).await;
    let refused = doctor.get(&replay).await;
    assert_eq!(refused.status, 429);
    assert!(refused.body.contains("data-error=\"rate-limited\"") && !refused.body.contains("Astrid"));
    assert_eq!(doctor.get(&address).await.status, 429, "they count together");
    assert_eq!(intents(&portal).await, before, "nothing was shown");
}
