//! What reaches a source and what comes back, when nothing is wrong and when an adapter tries to go elsewhere.

use samsyn_host::{
    credential::{CredentialKind, Credentials, Slot},
    egress::{EgressLimits, ErrorKind, Grant, GrantError, Outgoing, SourceEgress, Target},
};
use samsyn_service::port::adapters::TraceId;

use super::upstream::{Act, Upstream, budget, get, get_with, grant, header, reply};

fn limits() -> EgressLimits {
    EgressLimits::default()
}

#[tokio::test]
async fn a_request_arrives_below_the_base_with_the_headers_the_host_writes() {
    let upstream =
        Upstream::start(|_| Act::Say(reply(200, &[("x-answer", "yes"), ("set-cookie", "a=b")], b"body"))).await;
    let request = Outgoing {
        method: http::Method::POST,
        target: Target::Path("/Patient/_search?a=http%3A%2F%2Fb".to_owned()),
        headers: vec![("X-Request-Id".to_owned(), "42".to_owned())],
        body: Some(b"identifier=1".to_vec()),
        credential: None,
    };
    let reply = upstream.egress(Credentials::new(), limits()).send("api", request, &budget(&limits())).await.unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"body".as_slice()));
    assert_eq!(reply.headers, [("x-answer".to_owned(), "yes".to_owned())], "no cookie, nothing of the connection");

    let seen = upstream.seen().concat();
    assert!(seen.starts_with("POST /base/Patient/_search?a=http%3A%2F%2Fb HTTP/1.1\r\n"), "{seen}");
    assert_eq!(header(&seen, "host"), Some(format!("127.0.0.1:{}", upstream.port)));
    assert_eq!(header(&seen, "content-length").as_deref(), Some("12"));
    assert_eq!(header(&seen, "accept-encoding").as_deref(), Some("gzip"));
    assert_eq!(header(&seen, "x-request-id").as_deref(), Some("42"));
    for name in ["authorization", "referer", "cookie"] {
        assert_eq!(header(&seen, name), None, "{name}");
    }
}

#[tokio::test]
async fn every_request_of_one_question_carries_its_trace_and_the_span_it_belongs_to() {
    let upstream = Upstream::start(|_| Act::Say(reply(200, &[], b""))).await;
    let egress = upstream.egress(Credentials::new(), limits());
    let trace = TraceId::random();
    let traced = budget(&limits()).traced(Some(trace));
    for _ in 0..2 {
        egress.send("api", get("/a"), &traced).await.unwrap();
    }
    egress.send("api", get("/a"), &budget(&limits())).await.unwrap();
    let sent: Vec<_> = upstream.seen().iter().map(|request| header(request, "traceparent")).collect();
    let [Some(first), Some(second), None] = sent.as_slice() else { panic!("{sent:?}") };
    for parent in [first, second] {
        let parts: Vec<_> = parent.split('-').collect();
        assert_eq!((parts[0], parts[1], parts[2].len(), parts[3]), ("00", trace.to_string().as_str(), 16, "01"));
    }
    assert_eq!(first, second);
    let (_, opening, asked) = trace.of_question().parts();
    assert!(opening != asked && trace.of_question().to_string() == trace.to_string());
    // An adapter writes none of its own, also where a grant would let it.
    for name in ["traceparent", "TraceState", "baggage"] {
        let own = Outgoing { headers: vec![(name.to_owned(), "x".to_owned())], ..get("/a") };
        let error = egress.send("api", own, &traced).await.unwrap_err();
        assert_eq!((error.kind, error.code), (ErrorKind::InvalidRequest, "header-forbidden"), "{name}");
    }
}

#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let canary = Upstream::canary().await;
        let elsewhere = format!("http://127.0.0.1:{}/base/", canary.port);
        let location = elsewhere.clone();
        let upstream = Upstream::start(move |_| Act::Say(reply(status, &[("location", &location)], b""))).await;
        let reply =
            upstream.egress(Credentials::new(), limits()).send("api", get("/a"), &budget(&limits())).await.unwrap();
        assert_eq!(reply.status, status);
        assert!(reply.headers.contains(&("location".to_owned(), elsewhere)));
        assert_eq!((upstream.seen().len(), canary.connections()), (1, 0));
    }
}

#[tokio::test]
async fn what_is_not_granted_is_denied_before_anything_is_sent() {
    let upstream = Upstream::canary().await;
    let hidden = Grant { host_only: true, ..upstream.grant("token") };
    let egress = SourceEgress::new(vec![upstream.grant("api"), hidden], Credentials::new(), limits()).unwrap();
    let port = upstream.port;
    let link = |text: String| Outgoing { target: Target::Link(text), ..get("/") };
    let put = Outgoing { method: http::Method::PUT, body: Some(vec![1]), ..get("/a") };
    let host = Outgoing { headers: vec![("Host".to_owned(), "evil.example".to_owned())], ..get("/a") };
    let body = Outgoing { body: Some(vec![1]), ..get("/a") };
    for (alias, request, kind, code) in [
        ("other", get("/a"), ErrorKind::Denied, "origin"),
        ("", get("/a"), ErrorKind::Denied, "origin"),
        ("token", get("/a"), ErrorKind::Denied, "origin"),
        ("api", put, ErrorKind::Denied, "method"),
        ("api", get("/../a"), ErrorKind::InvalidRequest, "path-dots"),
        ("api", get("http://127.0.0.1/"), ErrorKind::InvalidRequest, "path-start"),
        ("api", link(format!("http://127.0.0.1:{port}/closed")), ErrorKind::Denied, "outside-grant"),
        ("api", link(format!("http://localhost:{port}/base/a")), ErrorKind::Denied, "outside-grant"),
        ("api", host, ErrorKind::InvalidRequest, "header-forbidden"),
        ("api", body, ErrorKind::InvalidRequest, "body"),
    ] {
        let error = egress.send(alias, request, &budget(&limits())).await.unwrap_err();
        assert_eq!((error.kind, error.code), (kind, code), "{error}");
        assert!(!error.message.contains("127.0.0.1"), "{error}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_next_link_out_of_a_reply_is_followed() {
    let upstream = Upstream::canary().await;
    let link = format!("http://127.0.0.1:{}/base?_getpages=7&_getpagesoffset=20", upstream.port);
    let request = Outgoing { target: Target::Link(link), ..get("/") };
    let egress = upstream.egress(Credentials::new(), limits());
    assert_eq!(egress.send("api", request, &budget(&limits())).await.unwrap().status, 200);
    assert!(upstream.seen().concat().starts_with("GET /base?_getpages=7&_getpagesoffset=20 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_connection_is_kept_warm_between_lookups() {
    let upstream = Upstream::canary().await;
    let egress = upstream.egress(Credentials::new(), limits());
    for _ in 0..5 {
        egress.send("api", get("/a"), &budget(&limits())).await.unwrap();
    }
    assert_eq!((upstream.seen().len(), upstream.connections()), (5, 1));
}

fn slots() -> Credentials {
    let bound = |kind| Slot { origins: vec!["api".to_owned()], kind };
    Credentials::new()
        .with("key", bound(CredentialKind::StaticHeader { name: "X-Api-Key".into(), value: "0123456789".into() }))
        .with("basic", bound(CredentialKind::Basic { user: "portal".into(), password: "långt lösen".into() }))
        .with("sign", bound(CredentialKind::Hmac { key: b"Jefe".to_vec().into() }))
}

#[tokio::test]
async fn a_slot_is_applied_by_the_host_and_overrides_what_the_adapter_wrote() {
    let upstream = Upstream::canary().await;
    let egress = upstream.egress(slots(), limits());
    let forged = vec![("x-api-key".to_owned(), "forged".to_owned())];
    egress.send("api", Outgoing { headers: forged, ..get_with("/a", "key") }, &budget(&limits())).await.unwrap();
    egress.send("api", get_with("/a", "basic"), &budget(&limits())).await.unwrap();
    let seen = upstream.seen();
    assert_eq!(header(&seen[0], "x-api-key").as_deref(), Some("0123456789"));
    assert_eq!(seen[0].matches("forged").count(), 0);
    assert_eq!(header(&seen[1], "authorization").as_deref(), Some("Basic cG9ydGFsOmzDpW5ndCBsw7ZzZW4="));
}

#[tokio::test]
async fn a_slot_works_only_at_the_origins_it_is_bound_to() {
    let (api, other) = (Upstream::canary().await, Upstream::canary().await);
    let egress = SourceEgress::new(vec![api.grant("api"), other.grant("other")], slots(), limits()).unwrap();
    for (alias, slot, kind, code) in [
        ("other", "key", ErrorKind::Denied, "slot-not-bound"),
        ("api", "nothing", ErrorKind::Credential, "slot-empty"),
        ("api", "sign", ErrorKind::InvalidRequest, "slot-kind"),
    ] {
        let error = egress.send(alias, get_with("/a", slot), &budget(&limits())).await.unwrap_err();
        assert_eq!((error.kind, error.code), (kind, code), "{error}");
    }
    assert_eq!((api.connections(), other.connections()), (0, 0));
    let unbound = Slot { origins: vec!["missing".into()], kind: CredentialKind::Hmac { key: vec![1].into() } };
    let error = SourceEgress::new(vec![api.grant("api")], Credentials::new().with("a", unbound), limits()).unwrap_err();
    assert!(matches!(error, GrantError::Slot { .. }) && error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn a_signature_is_made_with_a_key_the_adapter_cannot_read() {
    let egress = Upstream::canary().await.egress(slots(), limits());
    // RFC 4231, test case 2.
    let mac = egress.hmac_sha256("sign", b"what do ya want for nothing?").unwrap();
    assert_eq!(hex::encode(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    for slot in ["key", "nothing"] {
        assert!(egress.hmac_sha256(slot, b"").unwrap_err().contains(slot));
    }
}

#[tokio::test]
async fn a_deep_link_is_made_absolute_below_the_first_origin_only() {
    let first = grant("api", "https://source.example/ui");
    let hidden = Grant { host_only: true, ..grant("token", "https://token.example/") };
    let egress = SourceEgress::new(vec![hidden, first], Credentials::new(), limits()).unwrap();
    assert_eq!(egress.absolute_link("/patient/7").as_deref(), Some("https://source.example/ui/patient/7"));
    for path in ["https://evil.example/", "//evil.example/", "/../x", "javascript:alert(1)", ""] {
        assert_eq!(egress.absolute_link(path), None, "{path}");
    }
}

#[tokio::test]
async fn one_alias_cannot_mean_two_origins() {
    let grants = vec![grant("api", "https://a.example/"), grant("api", "https://b.example/")];
    let error = SourceEgress::new(grants, Credentials::new(), limits()).unwrap_err();
    assert_eq!(error, GrantError::AliasTwice { alias: "api".to_owned() });
}
