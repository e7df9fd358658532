//! Signing in and out in the log: how, by whom, from where, and every sign-in that was refused.

use samsyn_server::{clock::Clock, config::SessionConfig, ending::end_expired};
use samsyn_service::port::audit_log::{Activity, AuditRecord};
use serde_json::json;

use crate::portal::{
    browser::Browser,
    harness::Portal,
    login::attempt::{
        Attempt, NAME, SUBJECT, TITLE, assert_error, claims, merged, portal, portal_with, signed_in, with,
    },
};

async fn sign_outs(portal: &Portal) -> Vec<AuditRecord> {
    let log = portal.log().await.into_iter().map(|entry| entry.record);
    log.filter(|record| record.activity == Activity::SignOut).collect()
}

/// As the purge job does.
async fn look_for_expired(portal: &Portal) {
    end_expired(&portal.store, &Clock::System, &SessionConfig::default()).await;
}

#[tokio::test]
async fn a_sign_in_names_level_provider_and_assignment() {
    let (portal, provider) = portal().await;
    signed_in(&portal, &provider, &json!({})).await;
    let record = portal.log().await.remove(0).record;
    assert_eq!(record.activity, Activity::SignIn);
    let viewer = record.viewer.unwrap();
    let details = &record.details;
    assert_eq!(details["acr"], "http://id.sambi.se/loa/loa3");
    assert_eq!(details["issuer"].as_str().unwrap().trim_end_matches('/'), provider.issuer);
    assert_eq!((&details["assignment"], &details["step_up"]), (&json!(viewer.assignment), &json!(false)));
    assert_eq!(details["client_address"], "127.0.0.1");
    for claim in [NAME, TITLE, SUBJECT] {
        assert!(!details.to_string().contains(claim), "{details}");
    }
}

#[tokio::test]
async fn a_sign_out_says_who_ended_the_session() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    doctor.post("/logout", &[]).await;

    Browser::signed_in(&portal, "doctor").await;
    portal.run_sql("UPDATE session SET expires_us = 1000000 WHERE data <> ''").await;
    look_for_expired(&portal).await;
    look_for_expired(&portal).await;

    let old = "UPDATE session SET data = json_set(data, '$.signed_in.at', '2020-01-01T00:00:00Z') WHERE data <> ''";
    let mut busy = Browser::signed_in(&portal, "doctor").await;
    portal.run_sql(old).await;
    assert_eq!(busy.get("/").await.status, 200);
    busy.get("/").await;
    Browser::signed_in(&portal, "doctor").await;
    portal.run_sql(old).await;
    portal.run_sql("UPDATE session SET expires_us = 1900000000000000 WHERE data <> ''").await;
    look_for_expired(&portal).await;
    portal.run_sql("UPDATE session SET expires_us = 1600000000000000 WHERE data <> ''").await;
    look_for_expired(&portal).await;

    let mut shared = Browser::signed_in(&portal, "doctor").await;
    shared.sign_in("doctor").await;
    shared.sign_in("nurse").await;

    let ended = sign_outs(&portal).await;
    let by: Vec<&str> = ended.iter().map(|record| record.details["ended_by"].as_str().unwrap()).collect();
    assert_eq!(by, ["user", "idle", "absolute-limit", "absolute-limit", "new-sign-in"]);
    assert_eq!(ended[1].details["expired"], "1970-01-01T00:00:01Z");
    let who = |record: &AuditRecord| record.viewer.as_ref().unwrap().user_id.clone();
    assert!(ended.iter().all(|record| who(record) == "SE9999100001-P101" && record.patient.is_none()));
}

#[tokio::test]
async fn what_somebody_does_about_its_own_sign_in_is_logged_before_it_holds() {
    let portal = Portal::start("").await;
    let mut eva = Browser::signed_in(&portal, "two-hats").await;
    let member = portal.seed.staff.iter().find(|member| member.id == "two-hats").unwrap();
    let [first, second] = [0, 1].map(|number| member.commissions[number].id.as_str());
    assert_eq!(eva.post("/assignment", &[("assignment", second)]).await.status, 303);
    assert_eq!(eva.post("/login/test", &[]).await.status, 303);
    let log = portal.log().await;
    let last = |back: usize| &log[log.len() - back].record;
    assert_eq!((&last(2).details["before"], &last(2).details["assignment"]), (&json!(first), &json!(second)));
    assert_eq!((last(1).activity, &last(1).details["what"]), (Activity::Write, &json!("login-test")));
    assert_eq!(last(1).details["organisation"], "storsjo");
    portal.run_sql(super::FAIL).await;
    let tests = portal.number("SELECT COUNT(*) FROM login_test").await;
    portal.run_sql("DELETE FROM login_test").await;
    assert_eq!(eva.post("/login/test", &[]).await.status, 503);
    assert_eq!((tests, portal.number("SELECT COUNT(*) FROM login_test").await), (1, 0));
}

#[tokio::test]
async fn every_sign_in_that_is_refused_leaves_its_reason_and_no_claim() {
    let (portal, provider) = portal_with(|config| config.identity.administrators.clear()).await;
    let right = |attempt: &Attempt| claims(&provider, &attempt.nonce);
    let refused = |code: &str| json!({ "error": code, "error_description": format!("{NAME} is locked out") });

    let mut attempt = Attempt::begin(&portal).await;
    let low = with(right(&attempt), "acr", json!("http://id.sambi.se/loa/loa2"));
    assert_error(&attempt.come_back_as(&provider, &low).await, 403, "assurance-too-low");
    let mut attempt = Attempt::begin(&portal).await;
    let nowhere = json!({ "allCommissions": [], "healthCareProviderHsaId": "SE-UNKNOWN" });
    let nowhere = merged(right(&attempt), &nowhere);
    assert_error(&attempt.come_back_as(&provider, &nowhere).await, 403, "no-assignment");
    let mut attempt = Attempt::begin(&portal).await;
    let other = with(right(&attempt), "nonce", json!("of-another-sign-in"));
    assert_error(&attempt.come_back_as(&provider, &other).await, 502, "sign-in-failed");
    let mut attempt = Attempt::begin(&portal).await;
    provider.answer(refused("invalid_grant"));
    assert_error(&attempt.come_back().await, 400, "sign-in-void");
    let mut attempt = Attempt::begin(&portal).await;
    provider.answer(refused("invalid_client"));
    assert_error(&attempt.come_back().await, 502, "sign-in-failed");
    let mut attempt = Attempt::begin(&portal).await;
    assert_error(&attempt.come_back_with("&error=login_required").await, 403, "sign-in-cancelled");
    let mut nobody = Browser::new(&portal);
    for _ in 0..3 {
        assert_error(&nobody.get("/login/callback?code=a&state=b").await, 400, "sign-in-void");
    }

    let log = portal.refused().await;
    let reasons: Vec<&str> = log.iter().map(|(reason, _)| reason.as_str()).collect();
    let expected = [
        "assurance-too-low",
        "no-assignment",
        "token-refused",
        "code-refused",
        "exchange-failed",
        "provider-refused",
        // Three times from one address within a minute.
        "no-attempt",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(log[5].1.details["provider_error"], "login_required");
    for (reason, record) in &log {
        assert!(record.viewer.is_none() && record.patient.is_none(), "{reason}");
        assert_eq!(record.details["route"], "GET /login/callback", "{reason}");
        let details = record.details.to_string();
        for claim in [NAME, TITLE, SUBJECT, "SE-UNKNOWN", "loa2", "a-code"] {
            assert!(!details.contains(claim), "{reason} tells {claim}: {details}");
        }
    }
}

#[tokio::test]
async fn a_refused_step_up_is_of_the_person_who_is_signed_in() {
    let (portal, provider) = portal().await;
    let doctor = signed_in(&portal, &provider, &json!({})).await;
    let mut attempt = Attempt::begin_in(doctor, "/login/step-up?to=/").await;
    assert_error(&attempt.come_back_with("&error=access_denied").await, 403, "sign-in-cancelled");
    let (reason, record) = portal.refused().await.remove(0);
    assert_eq!((reason.as_str(), record.viewer.unwrap().user_id.as_str()), ("provider-refused", SUBJECT));
}
