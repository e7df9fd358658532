//! R17: what a hostile adapter costs its neighbours.
//!
//! Real lookups through [`samsyn_host::runtime::Host`] under the default limits; the source is a thread of this process that answers after a fixed
//! time. The hostile adapter is asked again and again for as long as its neighbours are measured. Not here: whether it is contained
//! (`tests/it/host/suite`), what a call that waits costs ([`crate::in_flight`]).
//! Invariant: with and without it are measured in turns in one run, and the worst behaviour is the one that counts.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use axum::{Router, routing::get};
use futures::future::join_all;
use samsyn_domain::{section::Section, source::SourceId};
use samsyn_host::{
    credential::Credentials,
    egress::{EgressLimits, Grant, SourceEgress},
    limits::Limits,
    prepared::{CompileBy, prepare},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Question};
use samsyn_tests::build;

use crate::{
    figures::{Goal, Pairs, Ratio, percentile},
    portal::adapter_path,
};

/// How long the source takes.
const DELAY: Duration = Duration::from_millis(50);
const NEIGHBOURS: usize = 4;
/// Lookups of each neighbour at the same time.
const AT_ONCE: usize = 4;
/// One after another, in a measurement.
const TURNS: usize = 18;
/// Those that use up something, and what they are about.
const BURNING: [(&str, &str); 7] = [
    ("endless-loop", ""),
    ("pattern", ""),
    ("fragment", ""),
    ("entry-flood", ""),
    ("string-copies", ""),
    ("hmac-grind", ""),
    ("requests", "10000"),
];

/// The source: `/base/records` answers after its time.
fn source() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let base = format!("http://{}/base", listener.local_addr()?);
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let after = async || {
                tokio::time::sleep(DELAY).await;
                "anteckning"
            };
            let router = Router::new().route("/base/records", get(after));
            Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await?)
        })
    });
    Ok(base)
}

async fn host(base: &str, bound: &[(&str, &str, &str)], limits: &Limits) -> Result<Host> {
    let bytes = std::fs::read(adapter_path("hostile")).context("build the adapters first: cargo xtask adapters")?;
    let adapter = prepare(&bytes, None, CompileBy::Here).await?;
    let host = Host::new();
    for (source, behaviour, target) in bound {
        let settings =
            BTreeMap::from([("behaviour", *behaviour), ("target", *target)].map(|(k, v)| (k.into(), v.into())));
        let egress = Arc::new(egress(base)?);
        host.bind(
            SourceId::new(*source),
            Binding { adapter: Arc::clone(&adapter), egress, settings, limits: limits.clone() },
        )?;
    }
    Ok(host)
}

fn egress(base: &str) -> Result<SourceEgress> {
    let grant = Grant { allow_loopback: true, allow_http: true, ..Grant::read_only("api", base.parse()?) };
    Ok(SourceEgress::new(vec![grant], Credentials::new(), EgressLimits::default())?)
}

fn question() -> Question {
    Question { person: false, ..build::question("195009072553", vec![Section::Documents]) }
}

/// The 99th percentile of the neighbours' lookups, in milliseconds.
async fn neighbours(host: &Host) -> Result<f64> {
    let question = question();
    let one = async |neighbour: usize| {
        let started = Instant::now();
        let answer =
            host.ask(&SourceId::new(format!("neighbour-{neighbour}")), &question, Duration::from_secs(5)).await;
        ensure!(answer.sections.values().all(|state| state.entries().len() == 1), "a neighbour answered {answer:?}");
        Ok(started.elapsed().as_secs_f64() * 1_000.0)
    };
    let mut taken = Vec::new();
    for _ in 0..TURNS {
        for took in join_all((0..NEIGHBOURS * AT_ONCE).map(|at| one(at % NEIGHBOURS))).await {
            taken.push(took?);
        }
    }
    Ok(percentile(&taken, 0.99))
}

/// Measures the neighbours of each behaviour; the worst one is R17.
async fn burning(base: &str, share: usize) -> Result<Ratio> {
    let mut worst: Option<Ratio> = None;
    for (behaviour, target) in BURNING {
        let names: Vec<String> = (0..NEIGHBOURS).map(|at| format!("neighbour-{at}")).collect();
        let mut bound: Vec<(&str, &str, &str)> = names.iter().map(|name| (name.as_str(), "well-behaved", "")).collect();
        bound.push(("hostile", behaviour, target));
        let host = Arc::new(host(base, &bound, &Limits::default()).await?);
        neighbours(&host).await?;
        let beside = async || {
            let (again, question) = (Arc::clone(&host), question());
            let burning = tokio::spawn(async move {
                loop {
                    again.ask(&SourceId::new("hostile"), &question, Duration::from_secs(5)).await;
                }
            });
            let measured = neighbours(&host).await;
            burning.abort();
            measured
        };
        let pairs = Pairs::abba((4 * share / 100).max(2), beside, async || neighbours(&host).await).await?;
        let what = format!("neighbours' p99 beside a hostile adapter / without, the worst is `{behaviour}`");
        let ratio = Ratio::of("R17", what, &pairs, Goal::gate(1.2));
        if worst.as_ref().is_none_or(|worst| worst.median < ratio.median) {
            worst = Some(ratio);
        }
    }
    worst.context("no behaviour was measured")
}

/// Measures it.
///
/// # Errors
/// When the adapters are not built, or a neighbour does not answer.
pub fn measure(share: usize) -> Result<Ratio> {
    let base = source()?;
    // Its own threads, as many as there are processors, and not the one the reader has.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(burning(&base, share))
    })
    .join()
    .map_err(|_| anyhow::anyhow!("the measurement gave up"))?
}
