//! Where a granted name may lead, with a resolver that answers as an attacker would.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use samsyn_host::{
    credential::Credentials,
    egress::{
        AddressRule, EgressLimits, ErrorKind, Grant, SourceEgress,
        resolver::{Found, Lookup},
    },
};

use super::upstream::{Act, Upstream, budget, get, grant, reply};

/// Answers with the next list each time, the last one for ever.
pub struct Scripted {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Scripted {
    pub fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(parse).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Lookup for Scripted {
    fn lookup(&self, _: &str) -> Found {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(asked).or(self.answers.last()).cloned();
        Box::pin(async move { answer.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)) })
    }
}

fn egress(grant: Grant, lookup: Arc<Scripted>) -> SourceEgress {
    let lookup: Arc<dyn Lookup> = lookup;
    SourceEgress::with_lookup(vec![grant], Credentials::new(), EgressLimits::default(), &lookup).unwrap()
}

fn limits() -> EgressLimits {
    EgressLimits::default()
}

/// As an administrator would grant it outside demo and test.
fn strict(base: &str) -> Grant {
    Grant { allow_loopback: false, allow_http: false, ..grant("api", base) }
}

#[tokio::test]
async fn a_literal_host_is_refused_in_every_spelling_and_nobody_is_asked() {
    let canary = Upstream::canary().await;
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "0x7f.1", "[64:ff9b::7f00:1]", "0"]
    {
        let lookup = Scripted::new(&[&["127.0.0.1"]]);
        let base = format!("https://{host}:{}/", canary.port);
        let error = egress(strict(&base), Arc::clone(&lookup)).send("api", get("/a"), &budget(&limits())).await;
        let error = error.unwrap_err();
        assert_eq!((error.kind, error.code), (ErrorKind::Denied, "address"), "{host}");
        assert!(!error.message.contains("127") && error.message.contains("`api`"), "{error}");
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_name_that_leads_inward_is_refused_even_when_only_one_of_its_addresses_does() {
    let canary = Upstream::canary().await;
    for addresses in [
        &["127.0.0.1"][..],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["2002:7f00:1::"],
        &["169.254.169.254"],
        &["fd00:ec2::254"],
        &["0.0.0.0"],
        &["10.0.0.1"],
        &["93.184.216.34", "127.0.0.1"],
        &["127.0.0.1", "93.184.216.34"],
    ] {
        let base = format!("https://source.example:{}/", canary.port);
        let error = egress(strict(&base), Scripted::new(&[addresses])).send("api", get("/a"), &budget(&limits())).await;
        let error = error.unwrap_err();
        assert_eq!((error.kind, error.code), (ErrorKind::Denied, "address"), "{addresses:?} {error}");
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn an_address_outside_the_positive_list_is_refused() {
    let ranges = AddressRule::Ranges(vec!["10.20.0.0/16".parse().unwrap()]);
    let grant = Grant { address_ranges: ranges, ..strict("https://source.example/") };
    for address in ["10.21.0.1", "93.184.216.34", "127.0.0.1"] {
        let lookup = Scripted::new(&[&[address]]);
        let error = egress(grant.clone(), lookup).send("api", get("/a"), &budget(&limits())).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Denied, "{address}");
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_checked_again_for_the_next_connection() {
    let fine = reply(200, &[("connection", "close")], b"fine");
    let upstream = Upstream::start(move |_| Act::SayAndClose(fine.clone())).await;
    let base = format!("http://source.example:{}/base", upstream.port);
    let egress = egress(grant("api", &base), Scripted::new(&[&["127.0.0.1"], &["169.254.169.254"]]));
    assert!(egress.send("api", get("/a"), &budget(&limits())).await.is_ok());
    let error = egress.send("api", get("/a"), &budget(&limits())).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Denied, "address"));
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test]
async fn only_one_address_is_tried() {
    let canary = Upstream::canary().await;
    let base = format!("http://source.example:{}/base", canary.port);
    // Nobody listens on the first address; the second would answer.
    let egress = egress(grant("api", &base), Scripted::new(&[&["127.0.0.9", "127.0.0.1"]]));
    let error = egress.send("api", get("/a"), &budget(&limits())).await.unwrap_err();
    assert_eq!((error.kind, canary.connections()), (ErrorKind::Connect, 0));
}

#[tokio::test]
async fn a_name_without_an_address_is_a_dns_error() {
    for lookup in [Scripted::new(&[]), Scripted::new(&[&[]])] {
        let error =
            egress(grant("api", "http://source.example/"), lookup).send("api", get("/a"), &budget(&limits())).await;
        assert_eq!(error.unwrap_err().kind, ErrorKind::Dns);
    }
}

#[tokio::test]
async fn an_unencrypted_grant_cannot_leave_this_machine() {
    let egress = egress(grant("api", "http://source.example/"), Scripted::new(&[&["93.184.216.34"]]));
    let error = egress.send("api", get("/a"), &budget(&limits())).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
}
