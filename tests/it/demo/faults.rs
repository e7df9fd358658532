//! Every kind of fault, seen from the socket.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use samsyn_demo::seed::Seed;
use samsyn_domain::source::SourceId;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::wire::{Reply, demo, post, search, send};

const VIVA: &str = "viva-storsjo-hsl";

fn number(seed: &Seed, tag: &str) -> String {
    seed.person_showing(tag).unwrap().personal_number.clone()
}

async fn searched(faults: &str, tag: &str) -> std::io::Result<Reply> {
    let (seed, running) = demo(faults).await;
    search(&running, VIVA, &number(&seed, tag)).await
}

#[tokio::test]
async fn a_healthy_source_answers_about_the_person_asked_for() {
    let reply = searched("", "everything").await.unwrap();
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("Astrid"));
    serde_json::from_str::<Value>(&reply.body).unwrap();
}

#[tokio::test]
async fn refuse_means_that_nobody_listens() {
    assert_eq!(searched("viva=refuse", "everything").await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn reset_breaks_the_connection_in_the_middle_of_a_reply() {
    let (seed, running) = demo("viva=reset").await;
    let error = search(&running, VIVA, &number(&seed, "everything")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn hang_takes_the_request_and_never_answers() {
    let (_seed, running) = demo("viva=hang").await;
    let base = &running.base_urls[&SourceId::new(VIVA)];
    let mut stream = TcpStream::connect(("127.0.0.1", base.port().unwrap())).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: demo\r\n\r\n").await.unwrap();
    let mut byte = [0_u8; 1];
    assert!(timeout(Duration::from_millis(700), stream.read(&mut byte)).await.is_err());
}

#[tokio::test]
async fn a_fault_of_one_source_leaves_the_others_alone() {
    let (seed, running) = demo("viva-storsjo-hsl=hang").await;
    assert_eq!(search(&running, "viva-storsjo-sol", &number(&seed, "everything")).await.unwrap().status, 200);
}

#[tokio::test]
async fn statuses_come_with_what_belongs_to_them() {
    for (kind, status, header) in [("500", 500, ""), ("429", 429, "retry-after: 2"), ("401", 401, "www-authenticate:")]
    {
        let reply = searched(&format!("viva={kind}"), "everything").await.unwrap();
        assert_eq!(reply.status, status);
        assert!(reply.head.contains(header), "{}", reply.head);
        assert!(!reply.body.contains("Astrid"));
    }
}

#[tokio::test]
async fn empty_html_and_truncated_look_like_success_and_are_not_data() {
    let empty = searched("viva=empty", "everything").await.unwrap();
    assert_eq!((empty.status, empty.body.as_str()), (200, ""));
    let html = searched("viva=html", "everything").await.unwrap();
    assert_eq!(html.status, 200);
    assert!(html.head.contains("text/html") && html.body.starts_with("<!doctype html>"));
    let cut = searched("viva=truncated", "everything").await.unwrap();
    assert_eq!(cut.status, 200);
    assert!(cut.body.starts_with('{') && serde_json::from_str::<Value>(&cut.body).is_err());
}

#[tokio::test]
async fn slow_answers_rightly_but_late() {
    let before = Instant::now();
    let reply = searched("viva=slow=400", "everything").await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(400));
    assert!(reply.body.contains("Astrid"));
}

#[tokio::test]
async fn wrong_patient_answers_about_somebody_else() {
    let reply = searched("viva=wrong-patient", "everything").await.unwrap();
    assert_eq!(reply.status, 200);
    assert!(!reply.body.contains("Astrid") && reply.body.contains("\"brukare\":[{"), "{}", reply.body);
}

#[tokio::test]
async fn people_with_trouble_of_their_own_meet_it_without_any_fault() {
    let (seed, running) = demo("").await;
    let cut = search(&running, VIVA, &number(&seed, "malformed")).await.unwrap();
    assert!(serde_json::from_str::<Value>(&cut.body).is_err());
    let other = search(&running, VIVA, &number(&seed, "wrong-patient")).await.unwrap();
    assert!(!other.body.contains(&number(&seed, "wrong-patient")), "{}", other.body);
    let before = Instant::now();
    let late = search(&running, VIVA, &number(&seed, "slow")).await.unwrap();
    assert!(before.elapsed() >= Duration::from_secs(3));
    assert!(late.body.contains("Lisbeth"));
}

#[tokio::test]
async fn a_source_answers_nobody_without_its_credential() {
    let (_seed, running) = demo("").await;
    for source in ["folkbokforing", "cosmic-region", VIVA, "asgarden"] {
        let base = &running.base_urls[&SourceId::new(source)];
        let reply = send(base, "GET /Patient HTTP/1.1\r\nhost: demo\r\nconnection: close\r\n\r\n").await.unwrap();
        assert_eq!(reply.status, 401, "{source}");
    }
}

#[tokio::test]
async fn client_credentials_become_a_token_that_opens_the_region() {
    let (_seed, running) = demo("").await;
    let source = SourceId::new("cosmic-region");
    let samsyn_demo::gate::Issued::ClientCredentials { token_url, client_id, client_secret, .. } =
        &running.credentials[&source]
    else {
        panic!("the region wants client credentials");
    };
    let form = |secret: &str| format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}");
    let form_type = "application/x-www-form-urlencoded";
    let refused = send(token_url, &post(token_url.path(), "", form_type, &form("guess"))).await.unwrap();
    assert_eq!(refused.status, 401);
    let reply = send(token_url, &post(token_url.path(), "", form_type, &form(client_secret))).await.unwrap();
    let reply: Value = serde_json::from_str(&reply.body).unwrap();
    let token = reply["access_token"].as_str().unwrap();
    let ask = |token: &str| {
        format!(
            "GET /metadata-of-nothing HTTP/1.1\r\nhost: demo\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
        )
    };
    let base = &running.base_urls[&source];
    assert_ne!(send(base, &ask(token)).await.unwrap().status, 401);
    assert_eq!(send(base, &ask("guess")).await.unwrap().status, 401);
}

#[tokio::test]
async fn the_identity_provider_answers_at_the_address_it_names() {
    let (_seed, running) = demo("").await;
    assert_eq!(running.identity_url.host_str(), Some("localhost"));
    let ask = "GET /.well-known/openid-configuration HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let reply: Value = serde_json::from_str(&send(&running.identity_url, ask).await.unwrap().body).unwrap();
    assert_eq!(reply["issuer"], running.identity_url.as_str().trim_end_matches('/'));
}
