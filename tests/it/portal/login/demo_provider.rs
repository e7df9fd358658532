//! The demo's own provider, by configuration alone: what another conforming one proves in `end2end/provider/`, here without a browser.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::attempt::assert_error;
use crate::portal::{browser::Browser, harness::Portal};

/// Claims of the ID token of the only living session.
async fn id_claims(portal: &Portal) -> Map<String, Value> {
    let sessions = portal.sessions().await;
    let tokens: Vec<&str> = sessions.iter().filter_map(|session| session["signed_in"]["id_token"].as_str()).collect();
    let [token] = tokens.as_slice() else { panic!("{} sessions", tokens.len()) };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn too_low_a_level_is_refused_until_it_is_right_again() {
    let portal = Portal::start("").await;
    portal.identity().assure("http://id.sambi.se/loa/loa2");
    let mut nurse = Browser::new(&portal);
    let provider = nurse.get("/login?login_hint=nurse").await;
    let back = nurse.get(provider.location()).await;
    let refused = nurse.get(back.location()).await;
    assert_error(&refused, 403, "assurance-too-low");
    assert!(refused.body.contains("href=\"/login/test\""), "the page leads to what was stated");
    assert_eq!(nurse.get("/alive").await.status, 401);
    portal.identity().assure("http://id.sambi.se/loa/loa3");
    assert_eq!(nurse.sign_in("nurse").await.status, 200);
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_met_without_a_restart() {
    let portal = Portal::start("").await;
    Browser::signed_in(&portal, "nurse").await;
    portal.identity().rotate_key().unwrap();
    Browser::signed_in(&portal, "doctor").await;
}

#[tokio::test]
async fn its_notice_ends_the_session_it_names_and_then_the_person() {
    let portal = Portal::start("").await;
    for whole_person in [false, true] {
        let mut nurse = Browser::signed_in(&portal, "nurse").await;
        let token = portal.identity().logout_token(&id_claims(&portal).await, whole_person).unwrap();
        let reply = Browser::new(&portal).post("/logout/backchannel", &[("logout_token", &token)]).await;
        assert_eq!(reply.status, 200);
        assert_eq!(nurse.get("/alive").await.status, 401);
        assert!(portal.sessions().await.iter().all(|session| session["signed_in"].is_null()));
    }
}

#[tokio::test]
async fn stepping_up_goes_to_it_and_comes_back() {
    let portal = Portal::start("").await;
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    let address = nurse.open(&portal.showing("everything"), "shared").await;
    let provider = nurse.get(&format!("/login/step-up?to={address}")).await;
    let back = nurse.get(&format!("{}&login_hint=nurse", provider.location())).await;
    let home = nurse.get(back.location()).await;
    assert_eq!((home.status, home.location()), (303, address.as_str()));
    assert_eq!(nurse.get(&address).await.status, 200);
}
