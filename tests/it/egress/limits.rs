//! Size, time and count, and the search for secrets in what comes back.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use futures::future::join_all;
use samsyn_host::{
    credential::{CredentialKind, Credentials, Slot},
    egress::{EgressError, EgressLimits, ErrorKind, Outgoing},
};

use super::upstream::{Act, Upstream, budget, budget_of, get, reply};

const SMALL: u64 = 64 * 1024;

fn small() -> EgressLimits {
    // With time to spare, so that on a busy machine a case about size is still decided by size.
    EgressLimits { reply_max_bytes: SMALL, answer_timeout_ms: 28_000, ..EgressLimits::default() }
}

async fn fails(script: impl Fn(&str) -> Act + Send + Sync + 'static, limits: EgressLimits) -> EgressError {
    let upstream = Upstream::start(script).await;
    let egress = upstream.egress(Credentials::new(), limits.clone());
    egress.send("api", get("/a"), &budget(&limits)).await.unwrap_err()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_huge_reply_is_refused_whether_it_says_so_or_not() {
    let announced =
        fails(|_| Act::Say(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec()), small()).await;
    assert_eq!((announced.kind, announced.code), (ErrorKind::TooLarge, "reply-too-large"));
    let endless = fails(|_| Act::Flood(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 8192]), small()).await;
    assert_eq!((endless.kind, endless.code), (ErrorKind::TooLarge, "reply-too-large"));
    let part = [b"400\r\n".as_slice(), &[b'x'; 1024], b"\r\n"].concat();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let chunks = fails(move |_| Act::Flood(chunked.clone(), part.clone()), small()).await;
    assert_eq!((chunks.kind, chunks.code), (ErrorKind::TooLarge, "reply-too-large"));
}

#[tokio::test]
async fn a_flood_of_headers_ends_with_an_error() {
    let error =
        fails(|_| Act::Flood(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-a: bbbbbbbbbbbbbbbb\r\n".repeat(50)), small()).await;
    assert!(matches!(error.kind, ErrorKind::Protocol | ErrorKind::TooLarge), "{error:?}");
}

#[tokio::test]
async fn a_compressed_reply_is_unpacked_and_counted() {
    let packed = gzip(b"hello");
    let upstream = Upstream::start(move |_| Act::Say(reply(200, &[("content-encoding", "gzip")], &packed))).await;
    let egress = upstream.egress(Credentials::new(), small());
    let found = egress.send("api", get("/a"), &budget(&small())).await.unwrap();
    assert_eq!((found.body.as_slice(), found.headers.len()), (b"hello".as_slice(), 0));

    let bomb = gzip(&vec![0; 50_000_000]);
    assert!(u64::try_from(bomb.len()).unwrap() < SMALL, "the bomb itself must pass");
    let error = fails(move |_| Act::Say(reply(200, &[("content-encoding", "gzip")], &bomb)), small()).await;
    assert_eq!((error.kind, error.code), (ErrorKind::TooLarge, "reply-too-large"));
}

#[tokio::test]
async fn a_reply_in_an_encoding_nobody_asked_for_is_a_protocol_error() {
    for encodings in [&["br"][..], &["deflate"], &["zstd"], &["gzip, br"], &["gzip", "gzip"]] {
        let headers: Vec<_> = encodings.iter().map(|encoding| ("content-encoding", *encoding)).collect();
        let bytes = reply(200, &headers, b"abc");
        let error = fails(move |_| Act::Say(bytes.clone()), small()).await;
        assert_eq!((error.kind, error.code), (ErrorKind::Protocol, "content-encoding"), "{encodings:?}");
    }
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_never_taken_for_a_whole_one() {
    let mut packed = gzip(b"hello hello hello hello");
    packed.truncate(packed.len() - 5);
    let damaged = reply(200, &[("content-encoding", "gzip")], &packed);
    for bytes in [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec(),
        damaged,
    ] {
        let error = fails(move |_| Act::SayAndClose(bytes.clone()), small()).await;
        assert_eq!((error.kind, error.code), (ErrorKind::Protocol, "cut-off"), "{error:?}");
    }
    for bytes in [&b""[..], b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\nx-a", b"HTTP/1.1 abc\r\n\r\n"] {
        let error = fails(move |_| Act::SayAndClose(bytes.to_vec()), small()).await;
        assert_eq!(error.kind, ErrorKind::Protocol, "{error:?}");
    }
}

#[tokio::test]
async fn a_slow_source_and_a_lookup_without_time_are_told_apart() {
    let limits = EgressLimits { answer_timeout_ms: 300, ..EgressLimits::default() };
    let late = reply(200, &[], b"late");
    let upstream = Upstream::start(move |_| Act::Wait(Duration::from_secs(9), late.clone())).await;
    let egress = upstream.egress(Credentials::new(), limits.clone());

    let started = Instant::now();
    let error = egress.send("api", get("/a"), &budget(&limits)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Timeout, "timeout"));
    assert!(started.elapsed() >= Duration::from_millis(290) && started.elapsed() < Duration::from_secs(4));

    let started = Instant::now();
    let error = egress.send("api", get("/a"), &budget_of(Duration::from_millis(200), &limits)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Deadline, "deadline"));
    assert!(started.elapsed() < Duration::from_secs(4));

    let before = upstream.seen().len();
    let error = egress.send("api", get("/a"), &budget_of(Duration::ZERO, &limits)).await.unwrap_err();
    assert_eq!((error.kind, upstream.seen().len()), (ErrorKind::Deadline, before), "nothing is sent without time");
}

#[tokio::test]
async fn a_source_that_trickles_is_late_even_though_it_never_pauses() {
    let limits = EgressLimits { answer_timeout_ms: 400, ..EgressLimits::default() };
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n".to_vec();
    let error = fails(move |_| Act::Trickle(head.clone(), Duration::from_millis(20)), limits).await;
    assert_eq!(error.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn nobody_listening_is_a_connect_error_without_the_address() {
    let mut gone = Upstream::canary().await;
    gone.port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let error = gone.egress(Credentials::new(), small()).send("api", get("/a"), &budget(&small())).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Connect, "connect"));
    assert!(error.message.contains("`api`") && !error.message.contains("127.0"), "{error}");
}

#[tokio::test]
async fn requests_beyond_the_parallel_limit_wait_their_turn() {
    let limits = EgressLimits { parallel: 2, ..EgressLimits::default() };
    let fine = reply(200, &[], b"fine");
    let upstream = Upstream::start(move |_| Act::Wait(Duration::from_millis(80), fine.clone())).await;
    let egress = upstream.egress(Credentials::new(), limits.clone());
    let budget = budget(&limits);
    let replies = join_all((0..7).map(|_| egress.send("api", get("/a"), &budget))).await;
    assert!(replies.iter().all(|reply| reply.as_ref().is_ok_and(|reply| reply.status == 200)));
    assert_eq!((upstream.seen().len(), upstream.most_at_once()), (7, 2));
}

#[tokio::test]
async fn the_number_of_requests_in_a_lookup_is_limited_and_the_next_lookup_starts_afresh() {
    let limits = EgressLimits { requests: 3, ..EgressLimits::default() };
    let upstream = Upstream::canary().await;
    let egress = upstream.egress(Credentials::new(), limits.clone());
    let first = budget(&limits);
    let replies = join_all((0..10).map(|_| egress.send("api", get("/a"), &first))).await;
    let busy = replies.iter().filter(|reply| reply.as_ref().is_err_and(|error| error.kind == ErrorKind::Busy)).count();
    assert_eq!((busy, upstream.seen().len(), first.requests_made()), (7, 3, 3));
    assert!(egress.send("api", get("/a"), &budget(&limits)).await.is_ok());
}

#[tokio::test]
async fn the_replies_of_a_lookup_are_limited_together() {
    let limits = EgressLimits { reply_max_bytes: 1_000, total_max_bytes: 2_000, ..EgressLimits::default() };
    let body = reply(200, &[], &[b'x'; 800]);
    let upstream = Upstream::start(move |_| Act::Say(body.clone())).await;
    let egress = upstream.egress(Credentials::new(), limits.clone());
    let budget = budget(&limits);
    assert!(egress.send("api", get("/a"), &budget).await.is_ok());
    assert!(egress.send("api", get("/a"), &budget).await.is_ok());
    assert_eq!(egress.send("api", get("/a"), &budget).await.unwrap_err().code, "lookup-too-large");
}

#[tokio::test]
async fn a_secret_that_comes_back_is_dropped_with_the_whole_reply() {
    const SECRET: &str = "s3cret-k3y-of-ours";
    let packed = gzip(format!("you sent {SECRET}").as_bytes());
    for bytes in [
        reply(200, &[], format!("you sent {SECRET}!").as_bytes()),
        reply(500, &[("x-echo", SECRET)], b"fine"),
        reply(200, &[("set-cookie", SECRET)], b"fine"),
        reply(200, &[("content-encoding", "gzip")], &packed),
    ] {
        let upstream = Upstream::start(move |_| Act::Say(bytes.clone())).await;
        let value = format!("ApiKey {SECRET}").into();
        let kind = CredentialKind::StaticHeader { name: "authorization".into(), value };
        let slots = Credentials::new().with("key", Slot { origins: vec!["api".into()], kind });
        let egress = upstream.egress(slots, small());
        let request = Outgoing { credential: Some("key".into()), ..get("/a") };
        for request in [request, get("/a")] {
            let error = egress.send("api", request, &budget(&small())).await.unwrap_err();
            assert_eq!((error.kind, error.code), (ErrorKind::Credential, "secret-in-reply"));
            assert!(!format!("{error:?} {egress:?}").contains(SECRET));
        }
    }
}
