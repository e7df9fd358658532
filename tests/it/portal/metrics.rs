//! The counts of `/metrics`: for whoever has the token, and never about whom.

use samsyn::demo_portal::METRICS_TOKEN;

use super::{browser::Browser, harness::Portal, reading::text};

#[tokio::test]
async fn counts_are_for_whoever_has_the_token_and_tell_of_nobody() {
    let portal = Portal::start("viva=500").await;
    let patient = portal.showing("everything");
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let open = doctor.open(&patient, "shared").await;
    doctor.json(&open).await;
    doctor.get(&format!("/ingenting/{patient}")).await;

    let bearer = format!("Bearer {METRICS_TOKEN}");
    for wrong in ["", "Bearer", "Bearer ", "Bearer x", "Basic demo", METRICS_TOKEN] {
        assert_eq!(doctor.get_with("/metrics", &[("authorization", wrong)]).await.status, 404, "{wrong}");
    }
    let read = Browser::new(&portal).get_with("/metrics", &[("authorization", &bearer)]).await;
    assert_eq!(read.status, 200);
    assert!(read.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        "samsyn_patients_opened_total{scope=\"shared\"} 1",
        "samsyn_source_questions_total{source=\"cosmic-region\",result=\"answered\"} 1",
        "samsyn_source_questions_total{source=\"viva-storsjo-hsl\",result=\"refused\"} 1",
        "samsyn_http_requests_total{route=\"GET /overview/{handle}\",status=\"200\"} 1",
        "samsyn_source_paused{source=\"viva-storsjo-hsl\"} 0",
    ] {
        assert!(read.body.lines().any(|known| known == line), "{line}\n{}", read.body);
    }
    assert!(read.body.contains("route=\"GET none\",status=\"404\""), "{}", read.body);
    let handle = open.rsplit('/').next().unwrap();
    for secret in [patient.as_str(), &patient[2..], handle, "Astrid", "Anders", "SE99991", "ingenting"] {
        assert!(!read.body.contains(secret), "{secret}");
    }

    // The same id in the log and in every request to a source of that opening.
    let log = portal.log().await;
    let intent = log.iter().find(|entry| entry.record.details.get("active_choice").is_some()).unwrap();
    let trace = text(&intent.record.details["trace"]);
    assert!(trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit()), "{trace}");
}

#[tokio::test]
async fn without_a_token_in_the_configuration_there_are_no_counts() {
    let portal = Portal::start_at(super::harness::NOON, "", |config| config.metrics.token = None).await;
    for sent in ["Bearer ", "Bearer demo", ""] {
        assert_eq!(Browser::new(&portal).get_with("/metrics", &[("authorization", sent)]).await.status, 404, "{sent}");
    }
}
